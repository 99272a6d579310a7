"""Measures the window with everything open: ``python -m tests.benchmarks.seeing_probe NAME``.

Each probe prints one JSON object. Times are from the event to the end of the paint that it causes, in milliseconds.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import psutil
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from explorer.network import Place, Recipe
from explorer.run import run
from tests.benchmarks.window_probe import open_walk, probe_window, settle, wait
from tests.widgets.events import click, move, press, release, wheel
from widgets.main_window import MainWindow
from widgets.quantity_row import QuantityRow
from widgets.row_layout import RowLayout, RowSpec
from widgets.sides import Side
from widgets.sources import make_experiment

SIZE = 1920, 1080
QUANTITIES = "a_f", "i", "f", "g", "o", "c", "tanh_c", "h"
COMPARED = (
    *(RowSpec(name) for name in ("i", "f", "c", "h")),
    *(RowSpec(name, side=1) for name in ("r", "z", "n", "h")),
    *(RowSpec(name, Place(layer), side=2) for layer in (0, 1) for name in ("a", "h")),
)
"""Four rows each of an LSTM, a GRU and an RNN, which has only two a layer."""

LOW = 60
"""Pixels of a row, of which twelve are to be in sight."""

GATES_AND_STATES = "i", "f", "g", "o", "c", "h"

CURSOR, MEASURED = 500, 1000
"""Where the cursor begins in the first 1000 steps, and how many steps it goes when the view follows it."""

UNTIL_FOLLOWED = 600
GESTURE = 8
"""Events of one gesture. After it the view rests."""


@dataclass
class Spent:
    """What each event took: by the clock, and of work of the window's thread."""

    clock: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)

    def take(self, app: QApplication, act: Callable[[], object]) -> None:
        """Send an event and let the window paint."""
        began, worked = time.perf_counter(), time.thread_time()
        act()
        app.processEvents()
        self.work.append((time.thread_time() - worked) * 1000)
        self.clock.append((time.perf_counter() - began) * 1000)

    def told(self) -> dict[str, float]:
        """Return the percentiles."""
        p50, p95, p99 = (float(value) for value in np.percentile(self.clock, (50, 95, 99)))
        return {"p50": p50, "p95": p95, "p99": p99, "work": float(np.percentile(self.work, 95))}


class Paints(QObject):
    """Sees which panels are painted, themselves or a part of them."""

    def __init__(self, panels: dict[str, QWidget]) -> None:
        super().__init__()
        self.painted: set[str] = set()
        self._name = {part: name for name, panel in panels.items() for part in (panel, *panel.findChildren(QWidget))}
        for part in self._name:
            part.installEventFilter(self)

    def end(self) -> None:
        """See no more: what is measured is not slowed down."""
        for part in self._name:
            part.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Note what is painted."""
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self.painted.add(self._name[watched])
        return False


def open_everything(app: QApplication, window: MainWindow, steps: int) -> dict[str, QWidget]:
    """Open a walk with 8 rows, diagram, equations, why and readout, all of them in sight; return the panels."""
    open_walk(app, window, steps, 128)
    rows = window.rows
    rows.editing.change(RowLayout(tuple(RowSpec(name) for name in QUANTITIES)))
    window.inside.arrange()
    start, settings, readout = window.docks.steady
    for dock in (start, settings):
        dock.hide()
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, readout)  # else a tab behind the cell
    window.resizeDocks([readout], [window.readout.sizeHint().width()], Qt.Orientation.Horizontal)
    rows.show_range(0, 1000)
    window.workbench.go_to(CURSOR)
    rows.setFocus()
    wait(app, lambda: None not in (window.cell.diagram, window.inside.equations, window.inside.why))
    settle(app)
    docks = {"diagram": window.cell.diagram, "equations": window.inside.equations, "why": window.inside.why}
    panels = {**docks, "readout": window.readout, **{row.quantity.name: row for row in rows.rows}}
    hidden = [name for name, panel in panels.items() if panel.visibleRegion().isEmpty()]
    assert len(panels) == len(QUANTITIES) + 4
    assert not hidden, f"not in sight: {hidden}"
    return panels


def step_on(window: MainWindow) -> None:
    """Press Right."""
    QTest.keyClick(window.rows, Qt.Key.Key_Right)


def follow(app: QApplication, window: MainWindow, panels: dict[str, QWidget]) -> None:
    """Step until the view follows at every step, and see that every panel is painted at each of the last ones."""
    for _ in range(UNTIL_FOLLOWED - 20):
        Spent().take(app, lambda: step_on(window))
    paints = Paints(panels)
    for _ in range(20):
        paints.painted.clear()
        Spent().take(app, lambda: step_on(window))
        assert paints.painted == set(panels), f"not painted: {set(panels) - paints.painted}"
    paints.end()


def cursor_step(steps: str) -> dict[str, float]:
    """Step through 1000 shown steps, the view following."""
    app, window = probe_window(SIZE)
    follow(app, window, open_everything(app, window, int(steps)))
    spent = Spent()
    for _ in range(MEASURED):
        spent.take(app, lambda: step_on(window))
    window.close()
    return spent.told()


def compare_cells(app: QApplication, window: MainWindow) -> dict[str, QWidget]:
    """Show four rows each of an LSTM, a GRU and an RNN over the same walk, all in sight; return the rows."""
    open_walk(app, window, 10_000, 128)
    rows, data = window.rows, window.workbench.experiment.dataset
    recipes = Recipe(cell="gru", hidden=128), Recipe(cell="rnn", hidden=128, layers=2)
    traces = [run(make_experiment(data, recipe)) for recipe in recipes]
    rows.show_sides("LSTM", (Side(1, "GRU", traces[0], 0), Side(2, "RNN", traces[1], 0)))
    rows.editing.change(RowLayout(tuple(replace(spec, height=LOW) for spec in COMPARED)))
    rows.show_range(0, 1000)
    window.workbench.go_to(CURSOR)
    rows.setFocus()
    settle(app)
    shown = {f"{row.symbol} of {row.side}": row for row in rows.rows}
    hidden = [name for name, row in shown.items() if row.visibleRegion().isEmpty()]
    assert len(shown) == 12
    assert not hidden, f"not in sight: {hidden}"
    return shown


def comparing() -> dict[str, float]:
    """Step through 1000 shown steps of three cells beside one another, the view following."""
    app, window = probe_window(SIZE)
    follow(app, window, compare_cells(app, window))
    spent = Spent()
    for _ in range(MEASURED):
        spent.take(app, lambda: step_on(window))
    window.close()
    return spent.told()


def selecting() -> dict[str, float]:
    """Click one unit after the other in the heat map of h, and see that every panel is painted."""
    app, window = probe_window(SIZE)
    panels = open_everything(app, window, 10_000)
    row = window.rows.rows[-1]
    units = {row.unit_at(y): y for y in range(row.height())}
    places = [units[unit] for unit in sorted(unit for unit in units if unit is not None)]
    spent, paints, x = Spent(), Paints(panels), row.plot.center().x()
    for k in range(300):
        y, before = places[k * 7 % len(places)], window.workbench.units
        if k == 50:
            paints.end()
            spent = Spent()
        paints.painted.clear()
        spent.take(app, lambda y=y: click(row, x, y))
        assert window.workbench.units != before
        assert k >= 50 or paints.painted == set(panels), f"not painted: {set(panels) - paints.painted}"
    window.close()
    return spent.told()


def is_sharp(row: QuantityRow) -> bool:
    """Whether the picture of the row is made for its view."""
    return row._tile is not None and row._tile.fits(row.view, row.plot.size(), row.devicePixelRatioF())


def rest(app: QApplication, window: MainWindow) -> tuple[float, float]:
    """Wait until all rows are sharp, and longer until nothing is left to do.

    Return how long it took to be sharp, and how much of that was work of the window's thread.
    """
    began, worked = time.perf_counter(), time.thread_time()
    wait_for_sharp(app, window)
    took = (time.perf_counter() - began) * 1000, (time.thread_time() - worked) * 1000
    while window.rows.stack._rest.isActive():
        app.processEvents()
        time.sleep(0.0005)
    return took


def wait_for_sharp(app: QApplication, window: MainWindow) -> None:
    """Let the window work until all rows are sharp and painted."""
    while not all(map(is_sharp, window.rows.rows)):
        app.processEvents()
        time.sleep(0.0005)
    app.processEvents()


def pan_zoom(steps: str) -> dict[str, float]:
    """Zoom in and out with the wheel and pan with the mouse at every scale, in gestures between which it rests."""
    app, window = probe_window(SIZE)
    open_walk(app, window, int(steps), 256)
    rows = window.rows
    rows.editing.change(RowLayout(tuple(RowSpec(name, mode="heat") for name in GATES_AND_STATES)))
    rows.show_whole()
    settle(app)
    assert [row.visibleRegion().isEmpty() for row in rows.rows] == [False] * 6
    rest(app, window)
    row = rows.rows[2]
    middle, height = row.plot.center().x(), row.plot.center().y()
    zoom, pan, sharp = Spent(), Spent(), []  # of sharp: (by the clock, of work)
    for notch in [1] * 6 + [-1] * 5 + [1] * 5 + [-1] * 5:  # not out to the whole, which cannot be panned
        for k in range(GESTURE):
            zoom.take(app, lambda k=k, notch=notch: wheel(row, middle + 20 * k, height, notch))
        sharp.append(np.add((zoom.clock[-1], zoom.work[-1]), rest(app, window)))
        press(row, middle, height)
        for k in range(GESTURE):
            first = rows.view.first
            pan.take(app, lambda k=k: move(row, middle - 25 * (k + 1), height))
            assert rows.view.first > first
        release(row, middle - 25 * GESTURE, height)
        sharp.append(np.add((pan.clock[-1], pan.work[-1]), rest(app, window)))
    window.close()
    clock, work = np.percentile(sharp, 95, axis=0)
    return {
        "zoom": zoom.told()["p95"],
        "pan": pan.told()["p95"],
        "work": float(np.percentile(zoom.work + pan.work, 95)),
        "sharp": float(clock),
        "sharp work": float(work),
    }


class PaintedSteps(QObject):
    """Notes at which steps the last of the panels, the readout's table, was painted while it plays."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.steps: set[int] = set()
        self._bench = window.workbench
        self._watched = window.readout.table.viewport()
        self._watched.installEventFilter(self)

    def end(self) -> None:
        """Note no more."""
        self._watched.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Note the step."""
        if event.type() == QEvent.Type.Paint:
            self.steps.add(self._bench.step)
        return False


def play(app: QApplication, window: MainWindow, seconds: float) -> dict[str, float]:
    """Play with the space bar: which part of the steps was never painted, the work of a painted step, memory in MB."""
    bench, process, seen = window.workbench, psutil.Process(), PaintedSteps(window)
    gc.collect()
    before, first = process.memory_info().rss, bench.step
    began, worked = time.perf_counter(), time.thread_time()
    QTest.keyClick(window.rows, Qt.Key.Key_Space)
    playing = QEventLoop()  # to quit the application would close the window
    QTimer.singleShot(int(seconds * 1000), playing.quit)
    playing.exec()
    QTest.keyClick(window.rows, Qt.Key.Key_Space)
    app.processEvents()
    took, worked = time.perf_counter() - began, time.thread_time() - worked
    seen.end()
    gc.collect()
    gone, painted = bench.step - first, len(seen.steps - {first})
    return {
        "dropped": 1 - painted / gone,
        "rate": gone / took,
        "growth": (process.memory_info().rss - before) / 1e6,
        "work": worked * 1000 / painted,
    }


def playing(seconds: str) -> dict[str, float]:
    """Play at 60 steps/s."""
    app, window = probe_window(SIZE)
    follow(app, window, open_everything(app, window, 10_000))
    QTest.keyClick(window.rows, Qt.Key.Key_BracketRight)  # twice as fast as at first
    assert window.workbench.player.speed == 60
    found = play(app, window, float(seconds))
    window.close()
    return found


PROBES: dict[str, Callable[..., dict[str, float]]] = {
    "comparing": comparing,
    "cursor-step": cursor_step,
    "pan-zoom": pan_zoom,
    "playing": playing,
    "selecting": selecting,
}

if __name__ == "__main__":
    print(json.dumps(PROBES[sys.argv[1]](*sys.argv[2:])))
