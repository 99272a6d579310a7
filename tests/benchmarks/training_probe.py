"""Measures a window that trains: ``python -m tests.benchmarks.training_probe NAME``.

Each probe prints one JSON object; times are in milliseconds. Clicks and keys go in as a person's do.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from explorer.training.settings import Settings
from tests.benchmarks.window_probe import open_walk, probe_window, settle, wait
from widgets.main_window import MainWindow

SETTINGS = Settings(
    task="generator",
    generator="adding",
    generator_settings=(("length", 200),),
    hidden=64,
    batch=32,
    iterations=1_000_000,
)
"""One LSTM, of the size at which iterations are counted."""

FRAME = 1 / 60
ROUNDS, FRAMES = 4, 240
STARTS = 7
WISHES = 12
PAUSES = 0.1
"""Seconds between two clicks while torch is imported."""


def training_window() -> tuple[QApplication, MainWindow]:
    """Return the window on 10,000 steps of 128 units, with the panel of training in front and the trainer warm."""
    app, window = probe_window()
    open_walk(app, window, 10_000, 128)
    window.training.show().form.show_settings(SETTINGS, ())
    settle(app)
    wait(app, lambda: window.training.trainer.state == "ready")
    return app, window


def click(button: QPushButton) -> None:
    """Click a button that is in sight and can be clicked."""
    assert button.isEnabled()
    assert not button.visibleRegion().isEmpty()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def is_drawn(window: MainWindow) -> bool:
    """Whether the curve of the loss has a point."""
    return any(len(curve.y) for curve in window.training.panel.curves.loss.curves)


def start(app: QApplication, window: MainWindow) -> float:
    """Click Start; return the milliseconds until the first point of the curve is painted."""
    began = time.perf_counter()
    click(window.training.panel.bar.start)
    wait(app, lambda: is_drawn(window))
    app.processEvents()
    return (time.perf_counter() - began) * 1000


def stop(app: QApplication, window: MainWindow, state: str = "ready") -> None:
    """Click Stop, and wait until the next process is so far."""
    click(window.training.panel.bar.stop)
    wait(app, lambda: window.training.trainer.state == state)
    settle(app)


def frames(app: QApplication, window: MainWindow) -> NDArray[np.float64]:
    """Press a key sixty times a second, the view following from 1000 on; return p50, p95 and the p95 of work, in ms.

    A frame lasts from when its key is due to the end of its paint, so what keeps the window busy before is part of it;
    its work is that of the window's thread from the key on.
    """
    window.workbench.go_to(1000)
    window.rows.setFocus()
    settle(app)
    spent, worked, due = [], [], time.perf_counter()
    for _ in range(FRAMES):
        while time.perf_counter() < due:
            app.processEvents()
            time.sleep(0.0005)
        before = time.thread_time()
        QTest.keyClick(window.rows, Qt.Key.Key_Right)
        app.processEvents()
        now = time.perf_counter()
        spent.append((now - due) * 1000)
        worked.append((time.thread_time() - before) * 1000)
        due = max(due + FRAME, now)
    return np.array([*np.percentile(spent, (50, 95)), np.percentile(worked, 95)])


def training_frames() -> dict[str, float]:
    """Take the same steps with nothing going on, and while a training runs and its curves grow, in turns."""
    app, window = training_window()
    window.rows.show_range(0, 1000)
    idle, busy = [], []
    for _ in range(ROUNDS + 1):
        idle.append(frames(app, window))
        start(app, window)
        busy.append(frames(app, window))
        assert window.training.trainer.state == "running"
        stop(app, window)
    window.close()
    alone, training = np.array(idle[1:]), np.array(busy[1:])
    p50, p95, work = np.median(training / alone, axis=0).tolist()
    return {
        "p50": p50,
        "p95": p95,
        "work": work,
        "idle": float(np.median(alone[:, 1])),
        "busy": float(np.median(training[:, 1])),
    }


def start_to_point() -> dict[str, float]:
    """Click Start when the trainer is warm, again and again."""
    app, window = training_window()
    spent = []
    for _ in range(STARTS):
        spent.append(start(app, window))
        stop(app, window)
    window.close()
    return {"p50": float(np.median(spent)), "most": max(spent)}


def acknowledged(app: QApplication, window: MainWindow, button: QPushButton) -> float:
    """Click a button; return the milliseconds until the wish is taken note of and the words of that are painted."""
    heard: list[str] = []
    window.training.trainer.heard.connect(heard.append)
    began = time.perf_counter()
    click(button)
    wait(app, lambda: heard)
    app.processEvents()
    spent = (time.perf_counter() - began) * 1000
    window.training.trainer.heard.disconnect(heard.append)
    return spent


def wishes() -> dict[str, float]:
    """Click every button of a training, with a warm trainer and with one whose process still imports torch."""
    app, window = training_window()
    bar, trainer = window.training.panel.bar, window.training.trainer
    warm: list[float] = []
    importing: list[float] = []

    def take(spent: list[float], button: QPushButton, state: str) -> None:
        spent.append(acknowledged(app, window, button))
        wait(app, lambda: trainer.state == state)

    for turn in range(WISHES):
        spent = warm if turn % 2 == 0 else importing
        assert trainer.state == ("ready" if spent is warm else "warming")
        spent.append(acknowledged(app, window, bar.start))
        while trainer.state == "starting" and spent is importing:
            spent.append(acknowledged(app, window, bar.pause))
            last = time.perf_counter()
            wait(app, lambda last=last: trainer.state != "starting" or time.perf_counter() - last > PAUSES)
        wait(app, lambda: trainer.state == "running" or trainer.state == "paused")
        if spent is warm:
            take(warm, bar.pause, "paused")
        wait(app, lambda: trainer.state == "paused")
        for button, state in (
            (bar.one, "paused"),
            (bar.pause, "running"),
            (bar.pause, "paused"),
            (bar.pause, "running"),
        ):
            take(warm, button, state)
        warm.append(acknowledged(app, window, bar.stop))
        wait(app, lambda spent=spent: trainer.state == ("warming" if spent is warm else "ready"))
    window.close()
    return {
        "warm": float(np.percentile(warm, 95)),
        "importing": float(np.percentile(importing, 95)),
        "most": max(warm + importing),
    }


PROBES: dict[str, Callable[[], dict[str, float]]] = {
    "frames": training_frames,
    "start": start_to_point,
    "wishes": wishes,
}

if __name__ == "__main__":
    print(json.dumps(PROBES[sys.argv[1]]()))
