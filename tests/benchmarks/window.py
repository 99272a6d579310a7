"""The window's figures. Each is measured in a process of its own, offscreen unless QT_QPA_PLATFORM says otherwise."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.row import Row

ROOT = Path(__file__).parents[2]
STARTS = 7


def measure() -> list[Row]:
    """Return all rows of the window."""
    return [*steps(), *computing(), *starting(), *playback()]


def environment(home: str) -> dict[str, str]:
    """Return an environment with settings and runs of its own."""
    return {"QT_QPA_PLATFORM": "offscreen", **os.environ, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}


def probe(*words: str, module: str = "window_probe") -> dict[str, float]:
    """Run one of the probes of a module and return what it found."""
    with tempfile.TemporaryDirectory() as home:
        ran = subprocess.run(
            [sys.executable, "-m", f"tests.benchmarks.{module}", *words],
            cwd=ROOT,
            env=environment(home),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=True,
        )
    return json.loads(ran.stdout.splitlines()[-1])


def steps() -> list[Row]:
    """Measure a cursor step, the view following, at ten thousand and at a million steps, in turns."""
    found = [(probe("cursor-step", "10000"), probe("cursor-step", "1000000")) for _ in range(2)]
    short, long = (min(pair[k]["p95"] for pair in found) for k in range(2))
    title = "cursor step, view following, 6 rows and readout, H = 128"
    return [
        Row(f"{title}, T = 10,000, p95", short, 12, "ms"),
        Row(f"{title}, T = 10,000, p50", min(pair[0]["p50"] for pair in found), unit="ms"),
        Row(f"{title}, T = 1,000,000 against 10,000, p95", long / short, 1.3),
    ]


def computing() -> list[Row]:
    """Measure what computing a million steps in the window costs: memory, and frames meanwhile."""
    frames, memory = probe("computing-frames"), probe("memory")
    title = "LSTM, T = 1,000,000, H = 128"
    return [
        Row(f"{title}: opened, scrolled and recomputed, the old trace held: peak memory", memory["peak"], 3, "GB"),
        Row(f"{title}: frame p95 while computing against idle", frames["busy"] / frames["idle"], 2),
        Row(f"{title}: frame p95 idle", frames["idle"], unit="ms"),
    ]


def starting() -> list[Row]:
    """Measure the time from the start of the process until the window is usable, against an empty plot's, in turns.

    The first pair is not counted: it compiles what both import, as the first start after an installation does.
    """
    empty, ours = ([sys.executable, "-m", f"tests.benchmarks.{name}"] for name in ("empty_window", "usable_window"))
    with tempfile.TemporaryDirectory() as home:
        pairs = [(until_usable(empty, home), until_usable(ours, home)) for _ in range(STARTS)][1:]
    least, most = (min(pair[k] for pair in pairs) for k in range(2))
    return [
        Row("window usable, warm, against an empty pyqtgraph window of the same size", most / least, 2),
        Row("window usable, warm", most, 1.5, "s"),
    ]


def until_usable(command: list[str], home: str) -> float:
    """Return the seconds until the program says that it can be used."""
    bytecode = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": home}
    began = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(home) | bytecode,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as program:
        assert program.stdout is not None
        return next(time.perf_counter() - began for line in program.stdout if line.strip() == "usable")


def playback() -> list[Row]:
    """Measure what 1000 frames of playback leave behind."""
    found = probe("playback")
    return [
        Row("1000 playback frames: growth of memory", found["growth"], 20, "MB"),
        Row("1000 playback frames: fall of sys.getrefcount(None)", found["fallen"], 0, "references"),
    ]
