"""The row of one quantity: a heat map of all units above, lines of the selected ones below."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QPainter
from PySide6.QtWidgets import QMenu, QWidget

from explorer.cells import Kind, Quantity
from explorer.network import Place
from explorer.trace import Overview, Trace
from widgets.binning import ALL_UNITS, binned
from widgets.decimals import short
from widgets.drawing import GATE_SCALE, Scale, color_table, draw_heat, line_scale, symmetric_scale, unit_of_row
from widgets.hold_marks import HeldSpan, draw_held, held_spans
from widgets.lines import draw_line
from widgets.row import GAP, LEFT, Row, paint_color_bar, paint_scale_text
from widgets.theme import Theme, unit_style
from widgets.tile import Tile

HEAT_SHARE = 0.56
"""Of the height of a row, for the heat map."""


class QuantityRow(Row):
    """Shows one quantity of the trace at one place. A click on a unit of the heat map asks to select it."""

    hold_requested = Signal(str, int)

    def __init__(self, quantity: Quantity, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(quantity.symbol, quantity.title, theme, parent)
        self.quantity = quantity
        self.setToolTip(f"{quantity.symbol} = {quantity.formula}")
        self.setMinimumHeight(84)
        self._trace: Trace | None = None
        self._sequence, self._place = 0, Place()
        self._units: tuple[int, ...] = ()
        self._scale = GATE_SCALE
        self._magnified: Scale | None = None
        self._held: tuple[HeldSpan, ...] = ()

    def sizeHint(self) -> QSize:
        """Return a height at which both parts read well."""
        return QSize(600, 108)

    def show_trace(self, trace: Trace, sequence: int, place: Place) -> None:
        """Show the quantity of this trace, at this place."""
        self._trace, self._sequence, self._place = trace, sequence, place
        places = trace.experiment.network.places
        self.symbol = self.quantity.symbol + (f" · {place.key}" if len(places) > 1 else "")
        self._scale = self._fitting_scale()
        self._held = held_spans(trace.experiment, sequence, self.quantity.name, place)
        self.renew()

    def show_selection(self, units: tuple[int, ...]) -> None:
        """Draw lines of these units."""
        if units != self._units:
            self._units = units
            self.renew()

    def grow(self) -> None:
        """Paint the steps that have become known since; all anew where they went beyond the scale."""
        scale = self._fitting_scale()
        if scale != self._scale:
            self._scale = scale
            self.renew()
        super().grow()

    @property
    def line_scale(self) -> Scale:
        """The range of values that the lines are drawn over: the heat map's, unless it was zoomed."""
        return self._magnified or self._scale

    def zoom_values(self, factor: float, y: float) -> None:
        """Zoom in the values; never out beyond the scale of the heat map."""
        lines, scale = self._line_area(1.0), self.line_scale
        at = min(max((lines.bottom() + GAP - y) / lines.height(), 0.0), 1.0)
        value, span = scale.low + at * (scale.high - scale.low), (scale.high - scale.low) * factor
        whole = self._scale.high - self._scale.low
        self._magnify(None if span >= whole else replace(scale, low=value - at * span, high=value + (1 - at) * span))

    def fit_values(self) -> None:
        """Zoom to the selected units' values in view."""
        ready = self.ready()
        first, last = max(int(self.view.first), ready.start), min(math.ceil(self.view.last), ready.stop)
        units = [unit for unit in self._units if unit < self._unit_count()]
        if first < last and units:
            seen = self._overview(range(first, last), max((last - first) // self.plot.width(), 1), np.array(units))
            low, high = seen.low[np.isfinite(seen.low)], seen.high[np.isfinite(seen.high)]
            if len(low) and len(high):
                self._magnify(replace(line_scale(float(low.min()), float(high.max())), map=self._scale.map))

    def reset_values(self) -> None:
        """Draw lines over the scale of the heat map."""
        self._magnify(None)

    def _magnify(self, scale: Scale | None) -> None:
        if scale != self._magnified:
            self._magnified = scale
            self.renew()

    def ready(self) -> range:
        """Return the steps that are computed."""
        return range(0) if self._trace is None else self._trace.ready(self._sequence, self._place)

    def unit_at(self, y: float) -> int | None:
        """Return the unit drawn at this height of the heat map."""
        heat = self._heat_area(1.0)
        if self._trace is None or not 0 <= y - GAP < heat.height():
            return None
        ratio = self.devicePixelRatioF()
        height = round(heat.height() * ratio)
        return int(unit_of_row(min(int((y - GAP) * ratio), height - 1), height, self._unit_count()))

    def render_tile(self, painter: QPainter, tile: Tile, steps: range) -> None:
        """Paint the heat map and the lines of some steps."""
        assert self._trace is not None
        heat, lines = self._heat_area(tile.ratio), self._line_area(tile.ratio)
        seen = self._overview(steps, tile.bin)
        table = color_table(self._scale.map, self.theme)
        draw_heat(painter, seen.low, seen.high, tile.x(seen.edges), heat, self._scale, table)
        self._draw_zero(painter, tile, lines)
        begin = max(steps.start - 2 * tile.bin, self.ready().start)
        self._draw_lines(painter, tile, range(begin, steps.stop), lines)
        if self._held:
            size, units = self._unit_count(), self._units
            at = range(begin, steps.stop)
            draw_held(painter, tile, at, self._held, heat, lines, size=size, units=units, theme=self.theme)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to hold the unit under the pointer, else the one selected last."""
        unit = self.unit_at(event.pos().y())
        unit = self._units[-1] if unit is None and self._units else unit
        if unit is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        hold = menu.addAction(f"Hold {self.quantity.symbol}[{unit}] from here …")
        hold.triggered.connect(lambda: self.hold_requested.emit(self.quantity.name, unit))
        menu.popup(event.globalPos())

    def _overview(self, steps: range, size: int, units: slice | np.ndarray = ALL_UNITS) -> Overview:
        """Return what to draw in bins of ``size`` steps; only the last may be shorter."""
        assert self._trace is not None
        return binned(self._trace, self._sequence, self.quantity.name, self._place, steps, size, units)

    def _draw_zero(self, painter: QPainter, tile: Tile, lines: QRectF) -> None:
        painter.setPen(QColor(self.theme.line))
        scale = self.line_scale
        for value in (scale.low, 0.0 if scale.map == "state" else 0.5, scale.high):
            if scale.low <= value <= scale.high:
                y = lines.bottom() - float(scale.fraction(np.float64(value))) * lines.height()
                painter.drawLine(0, round(y), tile.image.width(), round(y))

    def _draw_lines(self, painter: QPainter, tile: Tile, steps: range, lines: QRectF) -> None:
        units = [unit for unit in self._units if unit < self._unit_count()]
        if self._trace is None or not units or not steps:
            return
        seen = self._overview(steps, tile.bin, np.array(units))
        x = tile.x(seen.edges)
        for k, unit in enumerate(units):
            low = seen.low[:, k]
            high = low if seen.low is seen.high else seen.high[:, k]
            draw_line(painter, low, high, x, lines, self.line_scale, unit_style(unit, self.theme), tile.ratio)

    def paint_margins(self, painter: QPainter, plot: QRect) -> None:
        """Paint the limits, the colour bar, and a mark at each selected unit."""
        heat, lines = (area.translated(0, GAP) for area in (self._heat_area(1.0), self._line_area(1.0)))
        of_lines = short(self.line_scale.high), short(self.line_scale.low)
        paint_scale_text(painter, self.theme, QRectF(0, lines.top(), LEFT - 8, lines.height()), of_lines, left=True)
        paint_color_bar(painter, self.theme, heat.translated(plot.left(), 0), self._scale)
        for unit in self._units:
            if unit < self._unit_count():
                y = heat.top() + (unit + 0.5) / self._unit_count() * heat.height()
                color = QColor(unit_style(unit, self.theme).color)
                painter.fillRect(QRectF(LEFT - 6, y - 1.5, 6, 3), color)

    def _fitting_scale(self) -> Scale:
        if self.quantity.kind is Kind.GATE or self._trace is None:
            return GATE_SCALE
        return symmetric_scale(*self._trace.extremes(self._sequence, self.quantity.name, self._place))

    def _unit_count(self) -> int:
        assert self._trace is not None
        return self._trace.experiment.network.weights(self._place).hidden_size

    def _heat_area(self, ratio: float) -> QRectF:
        height = round(self.plot.height() * HEAT_SHARE)
        return QRectF(0, 0, self.plot.width() * ratio, height * ratio)

    def _line_area(self, ratio: float) -> QRectF:
        top = round(self.plot.height() * HEAT_SHARE) + 4
        return QRectF(0, top * ratio, self.plot.width() * ratio, (self.plot.height() - top - 3) * ratio)
