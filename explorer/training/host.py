"""The process in which a training runs: ``python -m explorer.training.host``.

It reads commands from stdin, one JSON object a line, ``{"do": "start", "run": "/folder"}``, then ``pause``, ``resume``,
``step``, ``stop`` or ``quit``. Each is answered at once with ``{"heard": …}`` and done at the end of the iteration.
It tells on stdout, and nothing else does, what ``{"is": …}``: ``ready``, ``running`` or ``paused`` with the iteration,
``ended`` with the reason, and ``broken`` where something broke it off that can be mended, such as a full disk;
``refused`` with a sentence where nothing could be begun. It lives for one run, and no longer
than whoever holds the other end of stdin.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from explorer.errors import sentence_of
from explorer.training.wishes import Wishes

if TYPE_CHECKING:
    from explorer.training.session import Session

THREADS = 1
"""A training of this size gains nothing from a second, and with one the same seed gives the same curve anywhere."""

NICENESS = 5
"""How far the trainer stands back where the window wants the same core."""

TELL_SECONDS = 0.1
"""Between two tellings of how far it is."""

PATIENCE_SECONDS = 30.0
"""After which it leaves, whatever it does, where nobody holds the other end of stdin any more."""


class Voice:
    """Tells facts, one JSON object a line. That nobody listens is no reason to stop: then stdin is closed, too."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._one = threading.Lock()

    def tell(self, **fact: object) -> None:
        """Tell one fact."""
        line = json.dumps(fact).encode() + b"\n"
        with self._one, suppress(OSError, ValueError):
            self._stream.write(line)
            self._stream.flush()


class _LeavingError(BaseException):
    """Breaks off the reading of data that nobody waits for any more."""


def hear(stream: BinaryIO, wishes: Wishes, voice: Voice) -> None:
    """Take and acknowledge commands until the stream ends, which is a wish to end, too."""
    for line in iter(stream.readline, b""):
        try:
            wishes.take(json.loads(line), lambda word: voice.tell(heard=word))
        except (ValueError, KeyError, AttributeError) as error:
            voice.tell(heard="", reason=f"this is no command: {error}")
    wishes.take({"do": "quit"})
    time.sleep(PATIENCE_SECONDS)
    os._exit(1)


def host(wishes: Wishes, voice: Voice) -> None:
    """Load what a training needs, then wait for a run and host it. Returns when it has ended."""
    _warm()
    voice.tell(**{"is": "ready"})
    folder = wishes.folder()
    if folder is not None:
        _train(folder, wishes, voice)


def _warm() -> None:
    """Import torch and everything that a training builds on first use."""
    import torch

    import explorer.training.session  # noqa: F401

    torch.set_num_threads(THREADS)
    cell = torch.nn.LSTM(1, 1, batch_first=True)
    optimizer = torch.optim.Adam(cell.parameters())
    cell(torch.zeros(1, 2, 1))[0].sum().backward()
    optimizer.step()


def _train(folder: Path, wishes: Wishes, voice: Voice) -> None:
    from explorer.training.session import Session

    def reading(_: float) -> None:
        if wishes.ending:
            raise _LeavingError

    begun = False
    try:
        with Session(folder, reading) as session:
            begun = True
            _follow(session, wishes, voice)
        ended = session.ended
        voice.tell(**{"is": "ended", "reason": ended.reason, "failed": ended.failed, "iteration": ended.iteration})
    except _LeavingError:
        voice.tell(**{"is": "ended", "reason": "stopped", "failed": False, "iteration": 0})
    except Exception as error:  # noqa: BLE001 - whatever it is, the window must say it
        if os.environ.get("GATE_TRACEBACK"):
            traceback.print_exc()
        if begun:
            fact = {"is": "ended", "reason": sentence_of(error), "failed": True, "broken": True}
            fact["iteration"] = session.iteration
        else:
            fact = {"is": "refused", "reason": sentence_of(error)}
        voice.tell(**fact)


def _follow(session: Session, wishes: Wishes, voice: Voice) -> None:
    """Let the session go on for as long as is wished."""

    def tell(what: str) -> None:
        voice.tell(**{"is": what, "iteration": session.iteration})

    def resting() -> None:
        session.rest()
        tell("paused")

    def going_on() -> None:
        session.go_on()
        tell("running")

    tell("running")
    told = time.monotonic()
    iterations = session.iterations()
    while wishes.another(resting, going_on) and next(iterations, None) is not None:
        if time.monotonic() - told >= TELL_SECONDS:
            told = time.monotonic()
            tell("running")


def main() -> None:
    """Host one run, for whoever holds the other ends of stdin and stdout."""
    # What anything else prints goes where it disturbs nobody.
    voice = Voice(os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal's whole group: that it ends, stdin says
    _stand_back()
    wishes = Wishes()
    threading.Thread(target=hear, args=(sys.stdin.buffer, wishes, voice), name="hearing", daemon=True).start()
    host(wishes, voice)
    sys.stderr.flush()
    os._exit(0)  # all is written; to take torch apart would keep whoever waits


def _stand_back() -> None:
    """Let the window go first where both want a core, and be the one to go where memory runs out."""
    if sys.platform == "win32":
        import ctypes

        below_normal, kernel = 0x4000, ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
        return
    os.nice(NICENESS)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")


if __name__ == "__main__":
    main()
