"""The gates over the training, on the probe: how many are saturated, how open they are, how long the memory lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from PySide6.QtWidgets import QLabel, QWidget

from widgets.chart import Chart
from widgets.chart_axis import Axis
from widgets.chart_paint import Curve
from widgets.curve_page import ChartPage
from widgets.fields import ChoiceBox
from widgets.overlaid import Overlaid
from widgets.theme import UnitStyle, block_style, cell_style
from widgets.through_choices import place_title
from widgets.trained import CELL_TITLES, Trained

PARTS = Axis(-0.03, 1.03)
"""From 0 to 1, with room for a line that lies at an end."""

NO_GATES = "An RNN has no gates: train an LSTM or a GRU as well to see some."


class GatePage(ChartPage):
    """Charts of one cell's gates, and of every cell's memory time scale; over them those of the runs compared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tau = Chart("Memory time scale τ in steps")
        self.mean = Chart("Mean of each gate", log=False, down=PARTS)
        self.left = Chart("Saturated left: part below 0.1", log=False, down=PARTS)
        self.right = Chart("Saturated right: part above 0.9", log=False, down=PARTS)
        self.cell, self.place = ChoiceBox(), ChoiceBox()
        self.cell.setAccessibleName("Cell")
        self.place.setAccessibleName("Layer and direction")
        self.nothing = QLabel(NO_GATES, wordWrap=True)
        self._lay_out((self.cell, self.place), self.nothing, (self.tau, self.mean, self.left, self.right))
        self.cell.activated.connect(self._show)
        self.place.activated.connect(self._show)

    # Private --------------------------------------------------------------------------------------------------------

    def _shows(self) -> dict[Chart, Callable[[], None]]:
        trained = self._trained
        gated = list(dict.fromkeys(cell for run in self._runs for cell in _gated(run.trained)))
        self.nothing.setVisible(not gated and bool(trained.reached))
        self.cell.setVisible(len(gated) > 1)
        if not gated:
            self.place.hide()
            return super()._shows()
        cell = self.cell.currentData()
        cell = cell if cell in gated else gated[0]
        self.cell.set_choices(((f"gates of the {CELL_TITLES.get(c, c)}", c, "") for c in gated), cell)
        names = (name for run in self._runs for name in _names(run.trained, cell))
        places = list(dict.fromkeys(name.partition(".")[0] for name in names))
        place = self.place.currentData()
        place = place if place in places else places[0]
        self.place.set_choices(((place_title(each), each, "") for each in places), place)
        self.place.setVisible(len(places) > 1)
        shows: dict[Chart, Callable[[], None]] = {self.tau: partial(self._show_taus, gated, place)}
        for what, chart in (("mean", self.mean), ("left", self.left), ("right", self.right)):
            shows[chart] = partial(self._show_gates, chart, cell, place, what)
        return shows

    def _show_gates(self, chart: Chart, cell: str, place: str, what: str) -> None:
        found = [
            _curve(run, cell, name, gate, block_style(gate, self._theme))
            for run in self._runs
            for gate, name in _measured(run.trained, cell, place, what)
        ]
        chart.show_curves(found, end=self._end)

    def _show_taus(self, cells: list[str], place: str) -> None:
        found = [
            _curve(run, cell, name, f"{CELL_TITLES.get(cell, cell)} {gate}", cell_style(cell, self._theme))
            for run in self._runs
            for cell in cells
            for gate, name in _measured(run.trained, cell, place, "tau")
        ]
        self.tau.show_curves(found, end=self._end)


def _names(trained: Trained, cell: str) -> list[str]:
    return [name for name in trained.gates.get(cell, {}) if name.count(".") == 2]


def _gated(trained: Trained) -> list[str]:
    return [cell for cell in trained.cells if _names(trained, cell)]


def _measured(trained: Trained, cell: str, place: str, what: str) -> Iterator[tuple[str, str]]:
    """Yield each gate of a place with the name of the column in which this was measured of it."""
    for name in _names(trained, cell):
        at, gate, measured = name.split(".")
        if (at, measured) == (place, what):
            yield gate, name


def _curve(run: Overlaid, cell: str, name: str, title: str, style: UnitStyle) -> Curve:
    columns = run.trained.gates[cell]
    x = np.asarray(columns["iteration"], float)
    return Curve(run.title(title), x, columns[name], run.style(style))
