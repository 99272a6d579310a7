"""The gradient through time: what is left of it at every step now, and how that changed over the training."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from widgets.chart import Chart
from widgets.chart_paint import Curve
from widgets.fields import ChoiceBox
from widgets.forms import beside
from widgets.heat_map import HeatMap, Layer
from widgets.overlaid import Overlaid, overlaid
from widgets.theme import LIGHT, Theme, UnitStyle, block_style, cell_style
from widgets.through_choices import Shown, choices, place_title, places
from widgets.trained import CELL_TITLES, EMPTY, Judged, Trained
from widgets.unit_gradients import Unfolded
from widgets.verdicts import Verdicts

GUIDE_DASH = (1.0, 2.6)
HEADROOM = 0.2
"""Of the decades of the curves: so far above them a guide that grows is drawn, and at least one decade."""

DIRECT_DASH, THROUGH_DASH = (6.0, 2.0), (2.0, 2.0)
APART = "What reaches a step from its own answer, and what comes back from later steps"
NOT_APART = "The two parts are recorded of the states, for the answers of all steps together"
HOW_TO_READ = (
    "How much the loss would change if the network's state at a step changed. A level line: the network learns from "
    "every step. A line that falls to the left: what happened early is forgotten before it can be learned."
)


class ThroughPage(QWidget):
    """The verdict, the curve of one moment, and below it the heat map of all, over the same steps."""

    iteration_requested = Signal(int)
    units_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._trained, self._judged = Trained(), Judged()
        self._others: tuple[Trained, ...] = ()
        self._step, self._iteration = 0, None
        self._shown: tuple[object, ...] = ()
        self.verdicts = Verdicts()
        self.reading = QLabel(HOW_TO_READ, wordWrap=True)
        self.what, self.place = ChoiceBox(), ChoiceBox()
        self.what.setAccessibleName("Gradient of what")
        self.place.setAccessibleName("Layer and direction")
        self.apart = QCheckBox("Direct and through time")
        self.apart.setToolTip(APART)
        self.guide = QCheckBox("Guide (γσ)ᵏ", checked=True)
        self.guide.setToolTip(
            "How a gradient shrinks or grows if each step back multiplies it by γσ: σ the largest singular value of "
            "the recurrent weights, γ the steepest slope. For an RNN nothing grows faster"
        )
        self.units = QCheckBox("Units, not iterations")
        self.units.setToolTip("The gradient at every unit and step, of the weights of the moment")
        self._unfolded: Unfolded = {}
        self._unfolded_at = 0
        self.chart = Chart("Gradient at each step of the probe", axis="step")
        self.heat = HeatMap()
        self.heat_title = QLabel()
        self._lay_out()
        self.what.activated.connect(self._show)
        self.place.activated.connect(self._show)
        self.apart.toggled.connect(self._show)
        self.guide.toggled.connect(self._show)
        self.units.toggled.connect(self._on_units)
        self.chart.position_requested.connect(self._set_step)
        self.chart.view_edited.connect(self.chart.set_view)
        self.heat.step_requested.connect(self._set_step)
        self.heat.iteration_requested.connect(self.iteration_requested)

    def _lay_out(self) -> None:
        choose, look = beside(self.what, self.place, spacing=8), beside(self.apart, self.guide, spacing=8)
        for row in (choose, look):
            row.setContentsMargins(8, 0, 8, 0)
        lower = QWidget()
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 4, 0, 0)
        below.setSpacing(2)
        above = QHBoxLayout()
        above.setContentsMargins(8, 0, 8, 0)
        above.addWidget(self.heat_title, 1)
        above.addWidget(self.units)
        below.addLayout(above)
        below.addWidget(self.heat, 1)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(self.chart)
        self.split.addWidget(lower)
        self.split.setChildrenCollapsible(False)
        self.split.setStretchFactor(0, 2)
        self.split.setStretchFactor(1, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        self.reading.setContentsMargins(8, 0, 8, 0)
        column.addWidget(self.verdicts)
        column.addWidget(self.reading)
        column.addLayout(choose)
        column.addLayout(look)
        column.addWidget(self.split, 1)

    # Values come down -----------------------------------------------------------------------------------------------

    def show_trained(self, trained: Trained, others: tuple[Trained, ...] = ()) -> None:
        """Show what is known of a run, and over its curves the last ones of those that it is compared with."""
        if trained.name != self._trained.name:
            self._unfolded = {}
            self.units.setChecked(False)
        self._trained, self._others = trained, others
        self._show()

    def show_units(self, iteration: int, unfolded: Unfolded) -> None:
        """Show the gradient of every unit, of the weights after an iteration."""
        self._unfolded_at, self._unfolded = iteration, unfolded
        self._show()

    def set_iteration(self, iteration: int | None) -> None:
        """Show the curve of an iteration, or the last one."""
        if iteration != self._iteration:
            self._iteration = iteration
            self._show()
            self._on_units(self.units.isChecked())
            self.heat.set_cursor(self._step, iteration)

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        self.reading.setStyleSheet(f"color: {theme.muted_text}")
        for part in (self.verdicts, self.chart, self.heat):
            part.apply_theme(theme)
        self._show()

    # Private --------------------------------------------------------------------------------------------------------

    def _set_step(self, step: int) -> None:
        """Mark a step: of the probe, which is seldom the window's sequence, and never counts from where that does."""
        self._step = step
        self.chart.set_cursor(step)
        self.heat.set_cursor(step, self._iteration)

    def _show(self) -> None:
        trained = self._trained
        offered, there = choices(trained), places(trained)
        chosen = self.what.currentData()
        if offered:
            known = [data for _, data, _ in offered]
            self.what.set_choices(offered, chosen if chosen in known else known[0])
        if there:
            place = self.place.currentData()
            self.place.set_choices(
                ((place_title(each), each, "") for each in there), place if place in there else there[0]
            )
        self.place.setVisible(len(there) > 1)
        self._judged = trained.judge()
        verdicts = self._judged.verdicts
        self.verdicts.show_verdicts({cell: verdicts[cell] for cell in trained.cells if cell in verdicts})
        what: Shown | None = self.what.currentData()
        if what is None or not there:
            self.chart.show_curves(())
            self.heat.show_layers({})
            return
        place = self.place.currentData()
        iteration, curves = self._curves(what, place)
        moment = "before the first iteration" if iteration == 0 else f"after iteration {iteration}"
        steps = max((len(curve.y) for curve in curves), default=1)
        window = trained.truncated
        edges = {self._theme.muted_text: np.arange(window, steps, window, dtype=float)} if 0 < window < steps else {}
        self.chart.right_room = self.heat.right_room
        title = f"‖∂L/∂{what.symbol}‖ at each step of the probe, {moment}"
        self.chart.show_curves(curves, marks=edges, begin=-0.5, end=steps - 0.5, title=title)
        self._show_guides(what, place)
        self._show_apart(what, place)
        self._show_heat(what, place)

    def _show_apart(self, what: Shown, place: str) -> None:
        """Offer the two parts where they were recorded."""
        there = any(
            f"{place}.{quantity}_direct" in self._trained.through.get(cell, {})
            for cell, quantity, _ in self._series(what).values()
        )
        self.apart.setEnabled(there)
        self.apart.setToolTip(APART if there else NOT_APART)

    def _show_heat(self, what: Shown, place: str) -> None:
        """Show the heat map anew, if there is anything new in it."""
        if self.units.isChecked() and self._unfolded:
            layers = self._unit_layers(what, place)
            self.heat_title.setText(f"|∂L/∂{what.symbol}|, units down, of iteration {self._unfolded_at}")
        else:
            layers = self._layers(what, place)
            self.heat_title.setText(f"‖∂L/∂{what.symbol}‖, iterations down")
        shape = tuple((key, layer.of_units, layer.values.shape) for key, layer in layers.items())
        shown = (what, place, shape, self._trained.name, self._unfolded_at)
        if shown != self._shown:
            self._shown = shown
            self.heat.show_layers(layers)

    def _unit_layers(self, what: Shown, place: str) -> dict[str, Layer]:
        found = {}
        for title, (cell, quantity, _) in self._series(what).items():
            values = self._unfolded.get(cell, {}).get(f"{place}.{quantity}")
            if values is not None:
                units = np.arange(values.shape[1], dtype=float)
                found[title] = Layer(title, units, np.abs(values.T), of_units=True)
        return found

    def _on_units(self, wanted: bool) -> None:
        if wanted:
            self.units_requested.emit()
        else:
            self._show()

    def _series(self, what: Shown) -> dict[str, tuple[str, str, UnitStyle]]:
        """Return what is drawn, by a key: cell, quantity and style; the title is the key."""
        if what.cell:
            return {
                f"{CELL_TITLES.get(what.cell, what.cell)} {name}": (what.cell, f"d{name}", self._block_style(name))
                for name in what.quantities
            }
        return {
            CELL_TITLES.get(cell, cell): (cell, what.quantities[0], cell_style(cell, self._theme))
            for cell in dict.fromkeys(cell for each in (self._trained, *self._others) for cell in each.cells)
        }

    def _block_style(self, name: str) -> UnitStyle:
        return block_style(name.rpartition("_")[2] if "_" in name else "", self._theme)

    def _curves(self, what: Shown, place: str) -> tuple[int, list[Curve]]:
        trained, curves, at = self._trained, [], 0
        own, *others = overlaid(trained, self._others)
        for title, (cell, quantity, style) in self._series(what).items():
            row = trained.probed_row(cell, self._iteration)
            values = _ended(trained.through.get(cell, {}).get(f"{place}.{quantity}"))
            if values is None or row < 0:
                continue
            at = int(trained.through[cell]["iteration"][row])
            x, y = np.arange(values.shape[1], dtype=float), np.asarray(values[row], float)
            curves.append(Curve(own.title(title), x, y, own.style(style)))
            if self.apart.isChecked():
                for part, dash in (("direct", DIRECT_DASH), ("through", THROUGH_DASH)):
                    apart = _ended(trained.through[cell].get(f"{place}.{quantity}_{part}"))
                    if apart is not None:
                        name = f"{title} {part}"
                        curves.append(Curve(name, x[: apart.shape[1]], apart[row], UnitStyle(style.color, dash)))
            rate = self._judged.rates.get(f"{cell} {place}")
            if self.guide.isChecked() and rate and not what.cell and len(y):
                curves.append(_guide(f"{title} guide", y, rate, style.color, reverse=place.endswith("_reverse")))
        return at, [*curves, *(curve for run in others for curve in self._last_curves(run, what, place))]

    def _last_curves(self, run: Overlaid, what: Shown, place: str) -> list[Curve]:
        """Return what a run that is compared came to in the end."""
        found = []
        for title, (cell, quantity, style) in self._series(what).items():
            values = _ended(run.trained.through.get(cell, {}).get(f"{place}.{quantity}"))
            if values is not None:
                x = np.arange(values.shape[1], dtype=float)
                found.append(Curve(run.title(title), x, values[-1], run.style(style)))
        return found

    def _show_guides(self, what: Shown, place: str) -> None:
        rates = {cell: self._judged.rates.get(f"{cell} {place}") for cell in self._trained.cells}
        said = ", ".join(f"{CELL_TITLES.get(cell, cell)} {rate:.3g}" for cell, rate in rates.items() if rate)
        self.guide.setText(f"(γσ)ᵏ: {said}" if said and not what.cell else "Guide (γσ)ᵏ")
        self.guide.setEnabled(bool(said) and not what.cell)

    def _layers(self, what: Shown, place: str) -> dict[str, Layer]:
        found = {}
        for title, (cell, quantity, _) in self._series(what).items():
            columns = self._trained.through.get(cell, {})
            values = _ended(columns.get(f"{place}.{quantity}"))
            if values is not None:
                found[title] = Layer(title, columns.get("iteration", EMPTY), values)
        return found


def _ended(values: np.ndarray | None) -> np.ndarray | None:
    """Return values (R, T) up to the last step that any row has; NaN behind it is no value."""
    if values is None or values.ndim != 2 or not len(values):
        return None
    there = np.flatnonzero(~np.isnan(values[-1]))
    if not len(there):
        there = np.flatnonzero(~np.isnan(values).all(axis=0))
    return values[:, : there[-1] + 1] if len(there) else values


def _guide(name: str, y: np.ndarray, rate: float, color: str, *, reverse: bool) -> Curve:
    """Return the gradient at the step where it sets out times rateᵏ, k steps on its way.

    Below what is drawn it ends, and above it where it would take more than ``HEADROOM`` of the chart. It sets out at
    the last step that has any, and goes to earlier ones; where the cell reads in ``reverse``, at the first, to later
    ones.
    """
    there = np.flatnonzero(np.isfinite(y) & (y > 0))
    if not len(there):
        return Curve(name, EMPTY, EMPTY, UnitStyle(color, GUIDE_DASH), marked=False, listed=False)
    x = np.arange(there[0], len(y)) if reverse else np.arange(there[-1] + 1)
    start = there[0] if reverse else there[-1]
    with np.errstate(under="ignore", over="ignore", divide="ignore"):
        values = y[start] * rate ** np.abs(x - start).astype(float)
        low, high = np.log10(y[there].min()), np.log10(y[there].max())
        drawn = np.log10(values)
        top = high + max(HEADROOM * (high - low), 1.0)
        values = np.where((drawn >= low - 1e-9) & (drawn <= top), values, np.nan)
    return Curve(name, x.astype(float), values, UnitStyle(color, GUIDE_DASH), marked=False, listed=False)
