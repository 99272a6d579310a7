"""Measures the real window from inside a process of its own: ``python -m tests.benchmarks.window_probe NAME``.

Each probe prints one JSON object. Times are from the key event to the end of the paint that it causes.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import psutil
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.clamps import Clamp
from explorer.network import Recipe
from explorer.sequences import Dataset, Sequence
from widgets.app import SWITCH_INTERVAL, make_app
from widgets.main_window import MainWindow
from widgets.sources import make_experiment
from widgets.theme import LIGHT
from widgets.torch_side import threads_to_work


def probe_window(size: tuple[int, int] = (1600, 1000)) -> tuple[QApplication, MainWindow]:
    """Return the shown window, with settings of its own and torch loaded."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    # As the app does, before torch is loaded: threads that wait for one another at every step take twenty times as long
    # where the window, or anything else, needs a core.
    os.environ.setdefault("OMP_NUM_THREADS", str(threads_to_work()))
    app = make_app()
    settings = QSettings("", QSettings.Format.IniFormat)
    settings.clear()
    window = MainWindow(settings, LIGHT)
    window.resize(*size)
    window.show()
    window.activateWindow()  # without a window manager nobody else does, and no key reaches an action
    wait(app, window.isActiveWindow)
    window.workbench.torch.load()
    wait(app, lambda: window.workbench.torch.is_loaded)
    return app, window


def wait(app: QApplication, done: Callable[[], bool]) -> None:
    """Let the window work until ``done``."""
    while not done():
        app.processEvents()
        time.sleep(0.002)


def open_walk(app: QApplication, window: MainWindow, steps: int, hidden: int) -> None:
    """Open a random walk of 8 features with an LSTM, and wait until all is computed."""
    values = np.random.default_rng(0).standard_normal((steps, 8), dtype=np.float32).cumsum(axis=0)
    values /= values.std(axis=0)
    exact = values.astype(np.float64)
    del values
    exact.setflags(write=False)
    data = Dataset((Sequence("walk", exact, tuple("abcdefgh")),), "preset:sine-mix", seed=0)
    window.workbench.open(lambda _: make_experiment(data, Recipe(hidden=hidden)), "a walk")
    wait(app, lambda: window.workbench.trace is not None and not window.workbench.computing.busy)


def key_to_paint(app: QApplication, window: MainWindow, key: Qt.Key, times: int) -> list[float]:
    """Press a key so often; return the milliseconds from each event to the end of its paint."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        QTest.keyClick(window.rows, key)
        app.processEvents()
        spent.append((time.perf_counter() - began) * 1000)
    return spent


def cursor_step(steps: str) -> dict[str, float]:
    """Step through 1000 shown steps, the view following, six rows and the readout open."""
    app, window = probe_window()
    open_walk(app, window, int(steps), 128)
    window.rows.show_range(0, 1000)
    window.workbench.go_to(500)
    window.rows.setFocus()
    key_to_paint(app, window, Qt.Key.Key_Right, 600)  # until the view follows at every step
    spent = key_to_paint(app, window, Qt.Key.Key_Right, 1000)
    window.close()
    return {
        "p50": float(np.percentile(spent, 50)),
        "p95": float(np.percentile(spent, 95)),
        "rows": len(window.rows.rows),
    }


def computing_frames() -> dict[str, float]:
    """Step while a million steps are computed, and while nothing is."""
    app, window = probe_window()
    open_walk(app, window, 1_000_000, 128)
    window.rows.show_range(0, 1000)
    window.rows.setFocus()
    bench = window.workbench
    key_to_paint(app, window, Qt.Key.Key_Right, 900)
    idle = key_to_paint(app, window, Qt.Key.Key_Right, 600)
    bench.go_to(0)
    recipe, shown = bench.experiment.network.recipe, bench.trace
    assert recipe is not None
    bench.edit_recipe(replace(recipe, seed=1))
    wait(app, lambda: bench.trace is not shown)
    key_to_paint(app, window, Qt.Key.Key_Right, 900)
    busy: list[float] = []
    while bench.computing.busy and len(busy) < 3000:
        busy += key_to_paint(app, window, Qt.Key.Key_Right, 1)
    window.close()
    return {"idle": float(np.percentile(idle, 95)), "busy": float(np.percentile(busy, 95)), "frames": len(busy)}


def memory() -> dict[str, float]:
    """Open, scroll and recompute a million steps of 128 units once. Peak of the resident memory, in GB."""
    app, window = probe_window()
    open_walk(app, window, 1_000_000, 128)
    for k in range(40):
        window.rows.show_range(k * 24_000, k * 24_000 + 500 * (k + 1))
        app.processEvents()
    window.rows.show_whole()
    app.processEvents()
    bench = window.workbench
    recipe, shown = bench.experiment.network.recipe, bench.trace
    assert recipe is not None
    bench.edit_recipe(replace(recipe, seed=1))
    wait(app, lambda: bench.trace is not shown and not bench.computing.busy)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    window.close()
    return {"peak": peak}


def playback() -> dict[str, float]:
    """Play 1000 frames: what memory and the reference count of None do meanwhile."""
    app, window = probe_window()
    open_walk(app, window, 10_000, 128)
    window.rows.show_range(0, 1000)
    window.rows.setFocus()
    key_to_paint(app, window, Qt.Key.Key_Right, 1000)
    gc.collect()
    process = psutil.Process()
    before, counted = process.memory_info().rss, sys.getrefcount(None)
    key_to_paint(app, window, Qt.Key.Key_Right, 1000)
    gc.collect()
    grown, fallen = process.memory_info().rss - before, counted - sys.getrefcount(None)
    window.close()
    return {"growth": grown / 1e6, "fallen": fallen}


def hold_to_paint() -> dict[str, float]:
    """Hold a gate and edit the input at half of 2000 steps, 128 units; p95 from the wish to the end of its paint, ms.

    ``short`` over 100 steps, ``long`` to the end, ``edit`` of one value: the wish, 30 ms in which others may join it,
    the run of what depends on it, all rows, the readout and the divergence.
    """
    app, window = probe_window()
    open_walk(app, window, 2000, 128)
    window.rows.setFocus()
    bench = window.workbench
    bench.go_to(1000)
    made = {
        "short": lambda value: Clamp("f", value, (3,), (1000, 1100)),
        "long": lambda value: Clamp("f", value, (3,), (1000, None)),
        "edit": lambda value: Clamp("x", value, (0,), (1000, 1001)),
    }
    spent: dict[str, list[float]] = {name: [] for name in made}
    for k in range(44):
        for name, make in made.items():
            wait(app, lambda: not bench.computing.busy)
            settle(app)
            shown, began = bench.trace, time.perf_counter()
            bench.edit_clamps((make(0.01 * (k + 1)),))
            while bench.trace is shown or not bench.trace.whole(0):
                app.processEvents()
                time.sleep(0.0005)
            app.processEvents()
            if k >= 4:
                spent[name].append((time.perf_counter() - began) * 1000)
    window.close()
    return {name: float(np.percentile(times, 95)) for name, times in spent.items()}


def moment_to_paint() -> dict[str, float]:
    """Move the slider over the iterations of a training of 64 units, over 500 steps; ms from the move to its paint."""
    from tests.widgets.trained import Trained

    app, window = probe_window()
    open_walk(app, window, 500, 64)
    source = Trained(Recipe(hidden=64), 8, range(0, 1001, 10), outputs=("a +1", "b +1"))
    window.moments.open(source, "a training")
    bar, bench, spent = window.moments.bar, window.workbench, []
    settle(app)
    for k in range(84):
        settle(app)
        shown, began = bench.trace, time.perf_counter()
        bar.scrub.setValue((k * 37) % 101)
        while bench.trace is shown or bench.computing.busy:
            app.processEvents()
            time.sleep(0.0005)
        app.processEvents()
        if k >= 4:
            spent.append((time.perf_counter() - began) * 1000)
    window.close()
    return {"p50": float(np.percentile(spent, 50)), "p95": float(np.percentile(spent, 95))}


def hold_memory() -> dict[str, float]:
    """Hold a gate in the middle of a million steps of 128 units, and hold it elsewhere. Peak memory, in GB."""
    app, window = probe_window()
    open_walk(app, window, 1_000_000, 128)
    bench = window.workbench
    import resource

    peaks = []
    for value in (1.0, 0.5):
        bench.edit_clamps((Clamp("f", value, (3,), (500_000, 501_000)),))
        wait(app, lambda value=value: bench.experiment.clamps[:1] and bench.experiment.clamps[0].value == value)
        wait(app, lambda: not bench.computing.busy and window.holds.divergence.begins is not None)
        settle(app)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9)
    window.close()
    return {"held": peaks[0], "held again": peaks[1]}


def large_load(path: str) -> dict[str, float]:
    """Look at a large file in the dialog, open it, give it up in the middle. Blocks of the window, in ms."""
    app, window = probe_window()
    open_walk(app, window, 1000, 32)
    dialog, bench = window.opening.dialog, window.workbench
    settle(app)
    small = Path(path).with_name("small.csv")
    small.write_text("a,b\n1,2\n3,4\n")
    for source in (small, path):  # a window that comes for the first time takes its time, whatever is read
        dialog.show_source(str(source))
        settle(app)
        if source is small:
            wait(app, lambda: dialog._job is None and dialog.accept_.isEnabled())
            dialog.reject()
            settle(app)
    looked = longest_turn(app, lambda: dialog._job is None and dialog.accept_.isEnabled())
    dialog.reject()
    settle(app)
    began = time.perf_counter()
    window.open_source(path)
    bar = window.status.bar
    blocked = longest_turn(app, lambda: bar.isVisible() and bar.value() > 200)
    read = time.perf_counter() - began
    pressed = time.perf_counter()
    bench.cancel()
    wait(app, lambda: not bench.computing.busy)
    cancelled = (time.perf_counter() - pressed) * 1000
    window.close()
    return {"looked": looked, "blocked": blocked, "cancelled": cancelled, "read": read}


def long_run(iterations: str) -> dict[str, float]:
    """Open a long run of three cells: until its first curves are painted, and the longest block meanwhile, in ms."""
    from tests.widgets.trainings import lengthen, small_settings, train_run

    app, window = probe_window()
    open_walk(app, window, 1000, 32)
    with tempfile.TemporaryDirectory() as home:
        folder = train_run(Path(home) / "run", small_settings())
        dock = window.training
        dock.open_run(folder)  # what comes for the first time takes its time, whatever is read
        wait(app, lambda: dock.recording is not None)
        settle(app)
        lengthen(folder, int(iterations))
        dock.followed.forget()
        chart = dock.panel.curves.loss
        began = time.perf_counter()
        dock.open_run(folder)
        asked = (time.perf_counter() - began) * 1000
        blocked = longest_turn(app, lambda: dock.recording is not None and len(chart.curves[0].x) == int(iterations))
        settle(app)
        spent = time.perf_counter() - began
        window.close()
    return {"spent": spent, "blocked": max(asked, blocked)}


def settle(app: QApplication) -> None:
    """Let the window paint what has changed."""
    for _ in range(10):
        app.processEvents()


def longest_turn(app: QApplication, done: Callable[[], bool]) -> float:
    """Let the window work until ``done``; return the longest time in which it could take no event, in ms."""
    longest, last = 0.0, time.perf_counter()
    while not done():
        app.processEvents()
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
        time.sleep(0.0005)
    return longest * 1000


PROBES: dict[str, Callable[..., dict[str, float]]] = {
    "cursor-step": cursor_step,
    "computing-frames": computing_frames,
    "memory": memory,
    "playback": playback,
    "large-load": large_load,
    "long-run": long_run,
    "hold-to-paint": hold_to_paint,
    "hold-memory": hold_memory,
    "moment-to-paint": moment_to_paint,
}

if __name__ == "__main__":
    print(json.dumps(PROBES[sys.argv[1]](*sys.argv[2:])))
