"""The trainer's process, spoken to as the window does."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue

from explorer.training.description import begin_run
from explorer.training.settings import Settings

ROOT = Path(__file__).parents[3]
SMALL = Settings(
    task="generator",
    generator="adding",
    generator_settings=(("length", 12),),
    cells=("rnn", "gru"),
    hidden=4,
    batch=4,
    iterations=100_000,
    probe_every=10,
    measure_every=10,
    weights_every=1000,
)
"""So little that an iteration takes a few milliseconds, and so many that it does not end by itself."""


class Host:
    """A process that hosts one run."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process
        self._facts: Queue[dict] = Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def say(self, word: str, **more: object) -> None:
        """Send a command."""
        self.process.stdin.write(json.dumps({"do": word, **more}).encode() + b"\n")
        self.process.stdin.flush()

    def hear(self, **wanted: object) -> dict:
        """Wait for a fact with these values (``is_`` for ``is``) and return it. ``AssertionError`` if none comes."""
        while True:
            try:
                fact = self._facts.get(timeout=60)
            except Empty:
                raise AssertionError(f"{wanted} was never told") from None
            if all(fact.get(key.rstrip("_")) == value for key, value in wanted.items()):
                return fact

    def rest(self) -> list[dict]:
        """Return everything that is told until the process ends."""
        self._reader.join(60)
        assert not self._reader.is_alive()
        return [self._facts.get() for _ in range(self._facts.qsize())]

    def _read(self) -> None:
        for line in self.process.stdout:
            self._facts.put(json.loads(line))


@contextmanager
def hosted(cwd: Path, **environ: str) -> Iterator[Host]:
    """Start the process in a folder that is not the checkout, and see that it is gone afterwards."""
    command = [sys.executable, "-P", "-m", "explorer.training.host"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=cwd, env=environ, **pipes) as process:
        try:
            yield Host(process)
        finally:
            process.kill()


def begun(folder: Path, settings: Settings = SMALL) -> Path:
    """Return a new folder in which a run can be started."""
    folder.mkdir()
    begin_run(folder, settings)
    return folder
