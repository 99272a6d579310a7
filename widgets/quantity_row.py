"""The row of one quantity: a heat map of all units above, lines of the selected ones below, or one of the two."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from explorer.cells import Quantity
from explorer.network import Place
from explorer.trace import Overview, Trace
from widgets.decimals import short
from widgets.drawing import GATE_SCALE, Scale, color_table, draw_heat, line_scale, unit_of_row
from widgets.hold_marks import ROOM, HeldSpan, held_spans, mark_strip, mark_stripes
from widgets.legend import name_units
from widgets.lines import draw_levels, draw_line, faint
from widgets.row import GAP, LEFT, RIGHT, Row
from widgets.row_layout import Mode
from widgets.row_source import RowSource, clamped_from
from widgets.scales import paint_color_bar, paint_scale_text, paint_stripe_marks
from widgets.theme import Theme, UnitStyle, unit_style
from widgets.tile import Tile, pixel_row

HEAT_SHARE = 0.56
"""Of the height of a row, for the heat map."""

STRIPES = 64
"""Values that a stripe of a heat map costs as much as, however few steps it has."""

LEAST_HEIGHT = 84
ANY_HEIGHT = 2**24 - 1


class QuantityRow(Row):
    """Shows one quantity of the trace at one place. A click on a unit of the heat map asks to select it."""

    movable = True
    magnified = Signal(object)
    """The scale that lines were zoomed to by hand, None: that of the heat map."""

    def __init__(self, quantity: Quantity, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(quantity.symbol, quantity.title, theme, parent)
        self.quantity = quantity
        self.mode: Mode = "both"
        self._formula = f"{quantity.symbol} = {quantity.formula}"
        self.setMinimumHeight(LEAST_HEIGHT)
        self.source = RowSource(quantity, self)
        self.source.grown.connect(self._on_grown)
        self._units: tuple[int, ...] = ()
        self._order: npt.NDArray[np.intp] | None = None
        self._brushed: tuple[int, ...] | None = None
        self._scale = GATE_SCALE
        self.magnification: Scale | None = None
        self.side = 0
        self._extent = 0.0, 0.0
        self._held: tuple[HeldSpan, ...] = ()
        self._stale_lines = False

    def sizeHint(self) -> QSize:
        """Return a height at which both parts read well."""
        return QSize(600, 108)

    # Slots ----------------------------------------------------------------------------------------------------------

    def show_trace(self, trace: Trace, sequence: int, place: Place) -> None:
        """Show the quantity of this trace, at this place."""
        before, ready, source = self.source.trace, self.ready(), self.source
        same = (sequence, place) == (source.sequence, source.place) and source.difference is None
        if source.take_trace(trace, sequence, place):
            had, self._held = self._held, held_spans(trace.experiment, sequence, self.quantity.name, place)
            same &= bool(had) == bool(self._held)  # or the lines move, to make room for the strip
            goes_on = before is not None and same and self.ready() == ready
            self._renew_source(clamped_from(before, trace, sequence) if before is not None and goes_on else 0)

    def show_ghost(self, ghost: Trace | None, *, differs: bool = False, sequence: int | None = None) -> None:
        """Draw the lines of another trace faintly behind, or only how this one ``differs`` from it.

        None, or one that has no such units, changes nothing of what is drawn without it. Of a trace of which the
        ``sequence`` is given nothing is drawn behind: it is the present one, and this row is of another side.
        """
        before = self.source.difference
        if self.source.take_other(ghost, differs=differs, sequence=sequence):
            if self.source.difference is before is None:
                self._name_itself()
                self._renew_lines()
            else:
                self.magnification = None
                self._renew_source()

    def show_side(self, side: int, name: str) -> None:
        """Say of which side it is, 0 the present one; an empty name where nothing is compared."""
        if (name, side) != self._tag:
            self.side, self._tag = side, (name, side)
            self._name_itself()

    def share_scale(self, low: float, high: float) -> None:
        """Have values from ``low`` to ``high``, of rows beside which it is read, within its scale too."""
        self._extent = low, high
        self._rescale()

    def _renew_source(self, step: int = 0) -> None:
        """Paint anew, or where the scale is the same only from a step on."""
        before = self._scale
        self._name_itself()
        self._scale = self.source.scale(*self._extent)
        if step and self._scale == before:
            self.renew_from(step)
        else:
            self.renew()

    def _name_itself(self) -> None:
        self.symbol = self.source.symbol
        self.setAccessibleName(", ".join(filter(None, (self.symbol, self.title, self._tag[0]))))
        self.update(0, 0, LEFT, self.height())

    def show_selection(self, units: tuple[int, ...]) -> None:
        """Draw lines of these units."""
        if units != self._units:
            self._units = units
            self._renew_lines()
            self.update()

    def show_order(self, units: npt.NDArray[np.intp] | None) -> None:
        """Let the heat map show the units (H,) in this order, from the top down; None: as they are numbered."""
        if units is not self._order:
            self._order = units
            self.renew()

    def show_brushed(self, units: tuple[int, ...] | None) -> None:
        """Mark these units beside the heat map; None: none."""
        if units != self._brushed:
            self._brushed = units
            self.update(0, 0, LEFT, self.height())

    def set_shape(self, mode: Mode, height: int = 0) -> None:
        """Show the heat map, the lines or both, so high; 0 takes its share of the room there is."""
        self.setMinimumHeight(height or (LEAST_HEIGHT if mode == "both" else LEAST_HEIGHT // 2))
        self.setMaximumHeight(height or ANY_HEIGHT)
        if mode != self.mode:
            self.mode = mode
            self.renew()

    def grow(self) -> None:
        """Paint the steps that have become known since; all anew where they went beyond the scale."""
        self.source.grow()
        self._on_grown()

    def _on_grown(self) -> None:
        self._rescale()
        super().grow()

    def _rescale(self) -> None:
        scale = self.source.scale(*self._extent)
        if scale != self._scale:
            self._scale = scale
            self.renew()

    @property
    def place(self) -> Place:
        """The layer and direction that is shown."""
        return self.source.place

    # Values ---------------------------------------------------------------------------------------------------------

    @property
    def line_scale(self) -> Scale:
        """The range of values that the lines are drawn over: the heat map's, unless it was zoomed."""
        return self.magnification or self._scale

    def zoom_values(self, factor: float, y: float) -> None:
        """Zoom in the values; never out beyond the scale of the heat map."""
        lines, scale = self._line_area(1.0), self.line_scale
        if lines.isEmpty():
            return
        at = min(max((lines.bottom() + GAP - y) / lines.height(), 0.0), 1.0)
        value, span = scale.low + at * (scale.high - scale.low), (scale.high - scale.low) * factor
        whole = self._scale.high - self._scale.low
        self.magnify(None if span >= whole else replace(scale, low=value - at * span, high=value + (1 - at) * span))
        self.magnified.emit(self.magnification)

    def fitted(self) -> Scale | None:
        """Return the scale that the selected units' values in view allow, None where there are none."""
        ready = self.ready()
        first, last = max(int(self.view.first), ready.start), min(math.ceil(self.view.last), ready.stop)
        units = [unit for unit in self._units if unit < self._unit_count()]
        if first < last and units:
            seen = self.source.overview(
                range(first, last), max((last - first) // self.plot.width(), 1), np.array(units)
            )
            low, high = seen.low[np.isfinite(seen.low)], seen.high[np.isfinite(seen.high)]
            if len(low) and len(high):
                return replace(line_scale(float(low.min()), float(high.max())), map=self._scale.map)
        return None

    def fit_values(self) -> None:
        """Zoom to the selected units' values in view."""
        if (scale := self.fitted()) is not None:
            self.magnify(scale)

    def reset_values(self) -> None:
        """Draw lines over the scale of the heat map."""
        self.magnify(None)

    def magnify(self, scale: Scale | None) -> None:
        """Draw lines over these values, None: over the scale of the heat map."""
        if scale != self.magnification:
            self.magnification = scale
            self._renew_lines()
            self.update()

    def ready(self) -> range:
        """Return the steps that are computed."""
        return self.source.ready

    # Units ----------------------------------------------------------------------------------------------------------

    def unit_at(self, y: float) -> int | None:
        """Return the unit drawn at this height of the heat map."""
        height = round(self._heat_area(self.devicePixelRatioF()).height())
        row = pixel_row(self, GAP, y)
        if self.source.trace is None or not 0 <= row < height:
            return None
        stripe = int(unit_of_row(row, height, self._unit_count()))
        return stripe if self._order is None else int(self._order[stripe])

    def units_between(self, top: float, bottom: float) -> tuple[int, ...] | None:
        """Return the units whose stripes lie between two heights, rising; None beside the heat map."""
        heat = self._heat_area(1.0)
        if self.source.trace is None or heat.isEmpty() or top - GAP >= heat.height():
            return None
        ends = (min(max((y - GAP) / heat.height(), 0.0), 1.0) * self._unit_count() for y in (top, bottom))
        first, last = int(next(ends)), math.ceil(next(ends))
        stripes = range(min(first, self._unit_count() - 1), max(last, first + 1))
        return tuple(sorted(int(k) if self._order is None else int(self._order[k]) for k in stripes))

    def _stripe(self, unit: int) -> int:
        """Return how many units stand above this one."""
        return unit if self._order is None else int(np.flatnonzero(self._order == unit)[0])

    def _unit_count(self) -> int:
        return self.source.unit_count

    # Painting -------------------------------------------------------------------------------------------------------

    def cost(self, steps: int) -> int:
        """Return about how much it costs to paint so many steps, in values that are looked at."""
        return 0 if self.source.trace is None else (steps + STRIPES) * self._unit_count()

    def render_tile(self, painter: QPainter, tile: Tile, steps: range) -> None:
        """Paint the heat map and the lines of some steps."""
        heat = self._heat_area(tile.ratio)
        if not heat.isEmpty():
            seen = self.source.overview(steps, tile.bin)
            table = color_table(self._scale.map, self.theme)
            draw_heat(painter, seen.low, seen.high, tile.x(seen.edges), heat, self._scale, table, self._order)
            if self._held:
                mark_stripes(painter, tile, steps, self._held, heat, self._stripe, self._unit_count(), self.theme)
        self._render_lines(painter, tile, steps)

    def _render_lines(self, painter: QPainter, tile: Tile, steps: range) -> None:
        lines = self._line_area(tile.ratio)
        if lines.isEmpty():
            return
        draw_levels(painter, self.line_scale, lines, tile.image.width(), self.theme)
        units = [unit for unit in self._units if unit < self._unit_count()]
        begin = range(max(steps.start - 2 * tile.bin, self.ready().start), steps.stop)
        behind = self.source.ghost_steps(begin)
        if behind and units:
            styles = [faint(unit_style(unit, self.theme), self.theme) for unit in units]
            self._draw_lines(painter, tile, self.source.ghost_overview(behind, tile.bin, np.array(units)), styles)
        if begin and units:
            styles = [unit_style(unit, self.theme) for unit in units]
            self._draw_lines(painter, tile, self.source.overview(begin, tile.bin, np.array(units)), styles)
        top = lines.top() - ROOM * tile.ratio
        mark_strip(painter, tile, begin, [span for span in self._held if span.holds(units)], top, self.theme)

    def _renew_lines(self) -> None:
        """Paint the lines anew when the row is painted the next time, and leave the heat map as it is."""
        self._stale_lines = True
        self._update_plot()

    def _draw_tile(self, painter: QPainter, plot: QRect) -> None:
        tile = self._tile
        if self._stale_lines and tile is not None and self.mode != "heat":
            if tile.fits(self.view, plot.size(), self.devicePixelRatioF()):
                top = self._line_area(tile.ratio).top() - (ROOM if self._held else 2) * tile.ratio
                tile.repaint(self._render_lines, QColor(self.theme.base), max(math.ceil(top), 0))
            elif not self._can_wait():
                self._tile = None
        self._stale_lines = False
        super()._draw_tile(painter, plot)

    def _draw_lines(self, painter: QPainter, tile: Tile, seen: Overview, styles: list[UnitStyle]) -> None:
        """Draw the lines of some units in their styles."""
        x, lines = tile.x(seen.edges), self._line_area(tile.ratio)
        for k, style in enumerate(styles):
            low = seen.low[:, k]
            high = low if seen.low is seen.high else seen.high[:, k]
            draw_line(painter, low, high, x, lines, self.line_scale, style, tile.ratio, self.theme)

    def paint_margins(self, painter: QPainter, plot: QRect) -> tuple[QRectF, ...]:
        """Paint the limits, the colour bar, and a mark at each selected unit."""
        heat, lines = (area.translated(0, GAP) for area in (self._heat_area(1.0), self._line_area(1.0)))
        area, ends = QRectF(0, lines.top(), LEFT - 8, lines.height()), (self.line_scale.high, self.line_scale.low)
        limits = paint_scale_text(painter, self.theme, area, tuple(map(short, ends)), left=True)
        beside = QRectF(plot.right() + 1, lines.top(), RIGHT, lines.height())
        name_units(painter, self.theme, beside, [unit for unit in self._units if unit < self._unit_count()])
        if heat.isEmpty() or self.source.trace is None:
            return limits
        paint_color_bar(painter, self.theme, heat.translated(plot.left(), 0), self._scale)
        count = self._unit_count()
        brushed = [self._stripe(unit) for unit in self._brushed or () if unit < count]
        chosen = {self._stripe(unit): unit_style(unit, self.theme).color for unit in self._units if unit < count}
        paint_stripe_marks(painter, self.theme, heat.translated(plot.left(), 0), count, brushed, chosen)
        return limits

    def _heat_area(self, ratio: float) -> QRectF:
        share = {"both": HEAT_SHARE, "heat": 1.0, "lines": 0.0}[self.mode]
        height = round(self.plot.height() * share)
        return QRectF(0, 0, self.plot.width() * ratio, height * ratio)

    def _line_area(self, ratio: float) -> QRectF:
        if self.mode == "heat":
            return QRectF(0, self.plot.height() * ratio, 0, 0)
        top = round(self.plot.height() * HEAT_SHARE) + 4 if self.mode == "both" else 3
        top += ROOM if self._held else 0
        return QRectF(0, top * ratio, self.plot.width() * ratio, (self.plot.height() - top - 3) * ratio)

    # Under the pointer ----------------------------------------------------------------------------------------------

    def tip_at(self, position: QPointF) -> str:
        """Return step, unit and exact value under the pointer; over the lines those of the selected units."""
        if self.source.trace is None or not self.plot.contains(position.toPoint()):
            of_side = f"{self._tag[0]}: " if self._tag[0] else ""
            return f"{of_side}{self._formula}\nDrag the title to move the row, its lower edge to make it higher"
        unit = self.unit_at(position.y())
        units = [unit] if unit is not None else [u for u in self._units if u < self._unit_count()]
        said = self.source.said(self.view.step_at(self.fraction_at(position.x())), units)
        return f"{self._tag[0]} · {said}" if self._tag[0] else said

    def mouseMoveEvent(self, event) -> None:
        """Let what is said follow the pointer, once it is shown."""
        super().mouseMoveEvent(event)
        if QToolTip.isVisible() and event.buttons() == Qt.MouseButton.NoButton:
            QToolTip.showText(event.globalPosition().toPoint(), self.tip_at(event.position()), self)
