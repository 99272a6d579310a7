"""Loss, held-out metrics with their baselines, learning rate, weight norm and update ratio over the iterations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from widgets.chart import Chart
from widgets.chart_paint import Curve, Level
from widgets.fields import ChoiceBox
from widgets.forms import beside
from widgets.overlaid import Overlaid, key_text, overlaid
from widgets.theme import LIGHT, Theme, cell_style
from widgets.trained import CELL_TITLES, Trained

SMOOTHING = ((1, "no smoothing"), (10, "mean of 10"), (50, "mean of 50"), (200, "mean of 200"))

MANY = 20_000
"""Iterations whose charts take longer than a frame all together."""

TURN_MS = 16
"""Between two charts that are drawn anew while it trains: about a frame."""


class ChartColumn(QScrollArea):
    """Charts below one another that show the same iterations and the same cursor."""

    iteration_requested = Signal(int)

    def __init__(self, charts: Sequence[Chart], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.charts: list[Chart] = []
        self._waiting: dict[Chart, Callable[[], None]] = {}
        self._turn = QTimer(self, interval=TURN_MS)
        self._turn.timeout.connect(self._on_turn)
        inner = QWidget()
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its charts have it
        self.setFrameShape(QFrame.Shape.NoFrame)
        for chart in charts:
            self.add(chart)

    def add(self, chart: Chart) -> None:
        """Add a chart at the end."""
        self.charts.append(chart)
        self.column.addWidget(chart)
        chart.position_requested.connect(self.iteration_requested)
        chart.view_edited.connect(self._on_view)

    def renew(self, shows: Mapping[Chart, Callable[[], None]], *, at_once: bool) -> None:
        """Have charts show something else, all at once, or one a frame, so that no frame waits for all of them."""
        if at_once:
            self._waiting = {}
            for show in shows.values():
                show()
        else:
            self._waiting.update(shows)
            self._turn.start()

    def _on_turn(self) -> None:
        if self._waiting:
            self._waiting.pop(next(iter(self._waiting)))()
        else:
            self._turn.stop()

    def set_iteration(self, iteration: int | None) -> None:
        """Mark an iteration in every chart."""
        for chart in self.charts:
            chart.set_cursor(iteration)

    def set_smoothing(self, over: int) -> None:
        """Smooth every chart alike."""
        for chart in self.charts:
            chart.set_smoothing(over)

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        for chart in self.charts:
            chart.apply_theme(theme)

    def _on_view(self, first: float, last: float) -> None:
        for chart in self.charts:
            chart.set_view(first, last)


class ChartPage(QWidget):
    """Charts of runs below what one can choose for them and a quiet note; a page says in ``_shows`` what they show."""

    iteration_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._trained = Trained()
        self._others: tuple[Trained, ...] = ()

    def _lay_out(self, choices: Sequence[QWidget], note: QLabel, charts: Sequence[Chart]) -> None:
        self._note, self.charts = note, ChartColumn(charts)
        self.charts.iteration_requested.connect(self.iteration_requested)
        above = beside(*choices)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        column.addLayout(above)
        column.addWidget(note)
        column.addWidget(self.charts, 1)
        for part in (above, note):
            part.setContentsMargins(8, 0, 8, 0)

    def show_trained(self, trained: Trained, others: tuple[Trained, ...] = ()) -> None:
        """Show what is known of a run, and over it the others that it is compared with."""
        another = trained.name != self._trained.name or others != self._others
        self._trained, self._others = trained, others
        self._show(at_once=another and self._end < MANY)

    def set_iteration(self, iteration: int | None) -> None:
        """Mark an iteration."""
        self.charts.set_iteration(iteration)

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        self._note.setStyleSheet(f"color: {theme.muted_text}")
        self.charts.apply_theme(theme)
        self._show()

    @property
    def _runs(self) -> tuple[Overlaid, ...]:
        return overlaid(self._trained, self._others)

    @property
    def _end(self) -> int:
        return max(each.reached for each in (self._trained, *self._others)) or self._trained.iterations or 1

    def _show(self, *, at_once: bool = True) -> None:
        self.charts.renew(self._shows(), at_once=at_once)

    def _shows(self) -> dict[Chart, Callable[[], None]]:
        """Return how each chart comes to show the runs; by itself it shows nothing."""
        return {chart: partial(chart.show_curves, ()) for chart in self.charts.charts}


class CurvePage(ChartPage):
    """Shows how a training goes, and beside it the runs that it is compared with."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss, self.rate = Chart("Loss of the training batch"), Chart("Learning rate")
        self.weights, self.update = Chart("Weight norm"), Chart("Update ÷ weights")
        self.metrics: dict[str, Chart] = {}
        self.log = QCheckBox("Log axes", checked=True)
        self.log.setToolTip("Loss and errors on a logarithmic axis; what lies at 0 is marked at its floor")
        self.smoothing = ChoiceBox()
        self.smoothing.setAccessibleName("Smoothing")
        self.smoothing.set_choices(
            ((title, over, "Drawn over the raw trace, which stays to be seen") for over, title in SMOOTHING), 10
        )
        self.compared = QLabel(wordWrap=True)
        self.compared.hide()
        said = QLabel("Smoothing")
        said.setBuddy(self.smoothing)
        self._lay_out(
            (self.log, said, self.smoothing), self.compared, (self.loss, self.rate, self.weights, self.update)
        )
        self.log.toggled.connect(self._on_log)
        self.smoothing.activated.connect(lambda _: self.charts.set_smoothing(self.smoothing.currentData()))
        self.charts.set_smoothing(10)

    # Private --------------------------------------------------------------------------------------------------------

    def _shows(self) -> dict[Chart, Callable[[], None]]:
        trained = self._trained
        self.compared.setText(key_text(trained, self._others))
        self.compared.setVisible(bool(self._others))
        for name in trained.held_out:
            if name not in self.metrics:
                self._add_metric(name)
        shows: dict[Chart, Callable[[], None]] = {self.loss: self._show_loss}
        for name, chart in self.metrics.items():
            chart.setVisible(name in trained.held_out)
            shows[chart] = partial(self._show_metric, name)
        for column, chart in (("rate", self.rate), ("weight_norm", self.weights), ("update_ratio", self.update)):
            shows[chart] = partial(self._show_column, chart, column)
        return shows

    def _show_loss(self) -> None:
        title = f"Loss of the training batch ({self._trained.loss})"
        self.loss.show_curves(self._curves("loss"), self._levels(self._trained.loss), end=self._end, title=title)

    def _show_metric(self, name: str) -> None:
        self.metrics[name].show_curves(self._curves(name, measured=True), self._levels(name), end=self._end)

    def _show_column(self, chart: Chart, column: str) -> None:
        chart.show_curves(self._curves(column), end=self._end)

    def _levels(self, name: str) -> list[Level]:
        return [Level(said, value, best) for said, metric, value, best in self._trained.baselines if metric == name]

    def _add_metric(self, name: str) -> None:
        chart = Chart(f"{name}, held out", log=self.log.isChecked() and _is_error(name))
        chart.apply_theme(self._theme)
        self.metrics[name] = chart
        self.charts.add(chart)
        self.charts.column.removeWidget(chart)
        # What is minimised stands beside the loss; what else was measured, below everything.
        self.charts.column.insertWidget(1 if len(self.metrics) == 1 else len(self.charts.charts) - 1, chart)

    def _curves(self, column: str, *, measured: bool = False) -> list[Curve]:
        found = []
        for run in self._runs:
            for cell in run.trained.cells:
                if measured:
                    x, y = run.trained.measured(cell, column)
                else:
                    y = run.trained.column(cell, column)
                    x = run.trained.column(cell, "iteration")[: len(y)]
                if len(x):
                    title, style = run.title(CELL_TITLES.get(cell, cell)), run.style(cell_style(cell, self._theme))
                    found.append(Curve(title, np.asarray(x, float), y, style))
        return found

    def _on_log(self, log: bool) -> None:
        for chart in (self.loss, self.rate, self.weights, self.update):
            chart.set_log(log)
        for name, chart in self.metrics.items():
            chart.set_log(log and _is_error(name))


def _is_error(metric: str) -> bool:
    """Whether a metric is one that goes to 0, and not a share of what was right."""
    return not any(word in metric.lower() for word in ("accuracy", "f1", "auc", "recall", "precision"))
