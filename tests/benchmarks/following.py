"""A file that is followed while another process writes it: what the window's thread does, and how soon rows are shown.

The window is the real one, in a process of its own: ``python -m tests.benchmarks.following RATE SECONDS BURST``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from tests.benchmarks.row import Row

RATE, SECONDS, BURST = 1000, 20, 100_000
FIRST, HIDDEN, SHOWN = 4000, 64, 1000
FRAME = 1 / 60

WRITER = """
import math, sys, time
path, began = sys.argv[1], float(sys.argv[2])
first, rate, count = map(int, sys.argv[3:6])
with open(path, "a") as file:
    t, start = first, time.time()
    last = t + count
    while t < last:
        due = min(last, first + int((time.time() - start) * rate) + 1) if rate else min(last, t + 1000)
        now = time.time() - began
        file.write("".join(
            f"{now:.6f}," + ",".join(f"{math.sin(k / (7 + j)):.6f}" for j in range(9)) + "\\n" for k in range(t, due)
        ))
        file.flush()
        t = due
        if rate:
            time.sleep(0.01)
"""


def measure() -> list[Row]:
    """Return all rows of following."""
    from tests.benchmarks.window import environment

    with tempfile.TemporaryDirectory() as home:
        ran = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.following", *map(str, (RATE, SECONDS, BURST))],
            cwd=Path(__file__).parents[2],
            env=environment(home),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=True,
        )
    found = json.loads(ran.stdout.splitlines()[-1])
    title = f"followed, {RATE:,} rows a second of 10 columns, H = {HIDDEN}, 6 rows"
    burst = f"followed, {BURST:,} rows at once"
    return [
        Row(f"{title}: longest block of the window", found["block"], 50, "ms"),
        Row(f"{title}: from written to shown, p95", found["lag"], 0.5, "s"),
        Row(f"{title}: frame p95 against idle", found["frame"] / found["idle"], 2),
        Row(f"{title}: work of a frame, p95 against idle", found["frame work"] / found["idle work"], unit="×"),
        Row(f"{title}: work of the window's thread a look, p95", found["look"], unit="ms"),
        Row(f"{title}: work of the window's thread at once, at most", found["work"], unit="ms"),
        Row(f"{title}: growth of memory a row", found["growth"], unit="kB"),
        Row(f"{burst}: longest block of the window", found["burst block"], 50, "ms"),
        Row(f"{burst}: work of the window's thread at once, at most", found["burst work"], unit="ms"),
        Row(f"{burst}: until all are shown", found["burst"], unit="s"),
    ]


@dataclass
class Watch:
    """What was seen: milliseconds of each frame and of each turn of the window's thread, by the clock and of work.

    ``looks`` are the work of those turns in which the file was looked at; ``lags`` seconds from written to shown.
    """

    frames: list[float] = field(default_factory=list)
    frame_work: list[float] = field(default_factory=list)
    blocks: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)

    def p95(self, name: str) -> float:
        """Return what 95 in 100 stay below."""
        return float(np.percentile(getattr(self, name), 95))


class Scene:
    """The window that follows a file, its cursor at the last step and its view of the last steps."""

    def __init__(self, path: Path) -> None:
        from tests.benchmarks.window_probe import probe_window, wait

        self.path, self.began = path, time.time()
        path.write_text("written,a,b,c,d,e,f,g,h,i\n")
        self.write(0, 0, FIRST).wait()
        self.app, self.window = probe_window()
        self.bench = self.window.workbench
        self._wait, self._looked = wait, False
        self.bench.following._timer.timeout.connect(self._on_look)
        self._open()

    def _open(self) -> None:
        from explorer.network import Recipe
        from explorer.sequences import read_csv
        from widgets.sources import make_experiment

        bench = self.bench
        bench.open(lambda _: make_experiment(read_csv(self.path), Recipe(hidden=HIDDEN)), "a log")
        self._wait(self.app, lambda: bench.trace is not None and not bench.computing.busy)
        self.window.rows.setFocus()

    def follow(self) -> None:
        """Follow the file from its last step on."""
        bench, wait = self.bench, self._wait
        bench.go_to_last()
        bench.follow(True)
        wait(self.app, lambda: bench.endless and bench.frontier == FIRST and not bench.computing.busy)
        self.window.rows.show_range(FIRST - SHOWN, FIRST)

    def write(self, rate: int, first: int, count: int) -> subprocess.Popen[bytes]:
        """Let another process write so many rows, so many a second, or as fast as it can."""
        words = (self.path, self.began, first, rate, count)
        return subprocess.Popen([sys.executable, "-c", WRITER, *map(str, words)])

    def idle(self) -> Watch:
        """Let a person press Right twice in every frame where nothing is followed, the view moving along."""
        frames = iter(range(300))
        self.bench.go_to(FIRST // 2)
        self.window.rows.show_range(FIRST // 2 - SHOWN, FIRST // 2)
        return self.watch(lambda: next(frames, None) is None, "Right", "Right")

    def watch(self, done: Callable[[], bool], *keys: str) -> Watch:
        """Let a person press keys, Left and End, in every frame until ``done``; see what the window does meanwhile.

        A frame is as long as it takes from when it was due until it is painted.
        """
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        pressed = [Qt.Key[f"Key_{key}"] for key in keys or ("Left", "End")]
        seen, due = Watch(), time.perf_counter()
        while not done():
            self._turn(seen)
            if (now := time.perf_counter()) < due:
                time.sleep(min(0.0005, due - now))
                continue
            # Of a turn that was under way when the frame was due, what was left of it belongs to the frame.
            late = min(1.0, (now - due) * 1000 / max(seen.blocks[-1], 1e-6)) * seen.worked[-1]
            worked = time.thread_time()
            for key in pressed:
                QTest.keyClick(self.window.rows, key)
            self._turn(seen)
            now = time.perf_counter()
            seen.frames.append((now - due) * 1000)
            seen.frame_work.append(late + (time.thread_time() - worked) * 1000)
            due = max(due + FRAME, now)
        return seen

    def _turn(self, seen: Watch) -> None:
        self._looked, before = False, self.bench.frontier
        began, worked = time.perf_counter(), time.thread_time()
        self.app.processEvents()
        seen.blocks.append((time.perf_counter() - began) * 1000)
        seen.worked.append((time.thread_time() - worked) * 1000)
        if self._looked:
            seen.looks.append(seen.worked[-1])
        if (after := self.bench.frontier) > before:
            now = time.time() - self.began
            written = self.bench.experiment.dataset.sequences[0].values[before:after, 0]
            seen.lags += (now - written).tolist()

    def _on_look(self) -> None:
        self._looked = True


def probe(rate: int, seconds: int, burst: int) -> dict[str, float]:
    """Follow a file to which rows come steadily, then so many at once."""
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(Path(folder) / "log.csv")
        process, idle = psutil.Process(), scene.idle()
        scene.follow()
        before, count = process.memory_info().rss, rate * seconds
        writer = scene.write(rate, FIRST, count)
        steady = scene.watch(lambda: scene.bench.frontier == FIRST + count)
        writer.wait()
        grown = process.memory_info().rss - before
        found = {"idle": idle.p95("frames"), "frame": steady.p95("frames"), "block": max(steady.blocks)}
        found |= {"idle work": idle.p95("frame_work"), "frame work": steady.p95("frame_work")}
        found |= {"look": steady.p95("looks"), "work": max(steady.worked)}
        found |= {"lag": steady.p95("lags"), "growth": grown / count / 1000}
        if burst:
            began = time.monotonic()
            writer = scene.write(0, FIRST + count, burst)
            seen = scene.watch(lambda: scene.bench.frontier == FIRST + count + burst)
            found |= {"burst": time.monotonic() - began, "burst block": max(seen.blocks)}
            found |= {"burst work": max(seen.worked)}
            writer.wait()
        scene.window.close()
    return found


if __name__ == "__main__":
    print(json.dumps(probe(*map(int, sys.argv[1:4]))))
