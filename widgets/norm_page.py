"""Gradient norms over the training: the total, or one parameter's gate blocks; before and after clipping."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from widgets.chart import Chart
from widgets.chart_paint import Curve
from widgets.fields import ChoiceBox
from widgets.forms import beside
from widgets.norm_grid import TOTAL, WHOLE, NormGrid
from widgets.overlaid import Overlaid, overlaid
from widgets.theme import LIGHT, Theme, UnitStyle, block_style, cell_style
from widgets.trained import CELL_TITLES, GRAD_NORM, Trained

AFTER_DASH = (0.6, 2.4)
AFTER = "Fine dots: after clipping."
SMOOTHED = 10
"""Iterations of whose norms the line over the raw trace is the mean."""


class NormPage(QWidget):
    """A chart above, and below it the table in which one chooses what it shows."""

    iteration_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._trained = Trained()
        self._others: tuple[Trained, ...] = ()
        self._iteration: int | None = None
        self.chart = Chart("Gradient norm")
        self.chart.set_smoothing(SMOOTHED)
        self.cell = ChoiceBox()
        self.cell.setAccessibleName("Cell")
        self.note = QLabel(wordWrap=True)
        self.when = QLabel()
        self.grid = NormGrid()
        choose = beside(self.when, right=(self.cell,))
        choose.setContentsMargins(8, 0, 8, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(6)
        self.note.setContentsMargins(8, 0, 8, 0)
        column.addWidget(self.chart, 1)
        column.addWidget(self.note)
        column.addLayout(choose)
        inset = QHBoxLayout()
        inset.setContentsMargins(8, 0, 8, 0)
        inset.addWidget(self.grid)
        column.addLayout(inset)
        self.grid.chosen_changed.connect(self._show)
        self.cell.activated.connect(self._show)
        self.chart.position_requested.connect(self.iteration_requested)
        self.chart.view_edited.connect(self.chart.set_view)

    def show_trained(self, trained: Trained, others: tuple[Trained, ...] = ()) -> None:
        """Show what is known of a run, and over it the norms of the others that it is compared with."""
        self._trained, self._others = trained, others
        self._show()

    def set_iteration(self, iteration: int | None) -> None:
        """Mark an iteration, and show its norms in the table."""
        if iteration != self._iteration:
            self._iteration = iteration
            self.chart.set_cursor(iteration)
            self._show()

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        for label in (self.note, self.when):
            label.setStyleSheet(f"color: {theme.muted_text}")
        self.chart.apply_theme(theme)
        self.grid.apply_theme(theme)
        self._show()

    # Private --------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        trained, chosen = self._trained, self.cell.currentData()
        if trained.cells:
            gated = (cell for cell in trained.cells if any(trained.parameters(cell).values()))
            cell = chosen if chosen in trained.cells else next(gated, trained.cells[0])
            self.cell.set_choices(((CELL_TITLES.get(c, c), c, "Whose table stands below") for c in trained.cells), cell)
            self.grid.show_norms(self._norms(cell))
            row = trained.row(cell, self._iteration)
            at = int(trained.column(cell, "iteration")[row]) if row >= 0 else 0
            self.when.setText(f"Norms at iteration {at}, before clipping" if at else "")
        self.cell.setVisible(len(trained.cells) > 1)
        parameter = self.grid.chosen
        end = max(each.reached for each in (trained, *self._others)) or trained.iterations or 1
        if parameter == TOTAL or not trained.cells:
            curves, marks = self._totals()
            self.chart.show_curves(curves, marks=marks, end=end, title="Gradient norm of all parameters")
        else:
            cell = self.cell.currentData()
            title = f"Gradient norm of {parameter}, {CELL_TITLES.get(cell, cell)}"
            curves = [curve for run in self._runs for curve in self._blocks(run, cell, parameter)]
            self.chart.show_curves(curves, marks=self._marks((cell,)), end=end, title=title)
        self.note.setText(self._said())

    def _said(self) -> str:
        counts = {cell: len(self._clipped(cell)) for cell in self._trained.cells}
        if not any(counts.values()):
            return "Nothing was clipped." if self._trained.reached else ""
        parts = [
            f"{CELL_TITLES.get(cell, cell)} {count} of {len(self._trained.column(cell, 'iteration'))}"
            for cell, count in counts.items()
        ]
        after = "The norms after clipping are drawn where no runs are compared." if self._others else AFTER
        return f"Clipped iterations are marked at the bottom: {', '.join(parts)}. {after}"

    def _norms(self, cell: str) -> dict[str, Mapping[str, float]]:
        trained, row = self._trained, self._trained.row(cell, self._iteration)
        if row < 0:
            return {}

        def at(name: str) -> float:
            return float(trained.column(cell, name)[row])

        found: dict[str, Mapping[str, float]] = {TOTAL: {WHOLE: at("grad_norm")}}
        for parameter, blocks in trained.parameters(cell).items():
            own = {block: at(f"{GRAD_NORM}{parameter}.{block}") for block in blocks}
            found[parameter] = {WHOLE: at(GRAD_NORM + parameter), **own}
        return found

    @property
    def _runs(self) -> tuple[Overlaid, ...]:
        return overlaid(self._trained, self._others)

    def _totals(self) -> tuple[list[Curve], dict[str, np.ndarray]]:
        curves = []
        for run in self._runs:
            trained = run.trained
            for cell in trained.cells:
                style, title = cell_style(cell, self._theme), CELL_TITLES.get(cell, cell)
                x = np.asarray(trained.column(cell, "iteration"), float)
                curves.append(Curve(run.title(title), x, trained.column(cell, "grad_norm"), run.style(style)))
                if len(self._clipped(cell)) and not self._others:
                    after = trained.column(cell, "grad_norm_clipped")
                    curves.append(Curve(f"{title} clipped", x, after, UnitStyle(style.color, AFTER_DASH), listed=False))
        return curves, self._marks(self._trained.cells)

    def _blocks(self, run: Overlaid, cell: str, parameter: str) -> list[Curve]:
        """Return the norms of a parameter's gate blocks and of all of it; nothing of a run without it."""
        columns = run.trained.metrics.get(cell, {})
        blocks = [*run.trained.parameters(cell).get(parameter, ()), ""]
        names = {block: GRAD_NORM + parameter + (f".{block}" if block else "") for block in blocks}
        return [
            Curve(
                run.title(block or "all"),
                np.asarray(columns["iteration"], float),
                columns[name],
                run.style(block_style(block, self._theme)),
            )
            for block, name in names.items()
            if name in columns
        ]

    def _marks(self, cells: tuple[str, ...]) -> dict[str, np.ndarray]:
        return {cell_style(cell, self._theme).color: self._clipped(cell) for cell in cells}

    def _clipped(self, cell: str) -> np.ndarray:
        """Return the iterations in which the gradient was shortened."""
        before, after = self._trained.column(cell, "grad_norm"), self._trained.column(cell, "grad_norm_clipped")
        with np.errstate(invalid="ignore"):
            return self._trained.column(cell, "iteration")[: len(before)][after < before * (1 - 1e-6)]
