"""The row of the inputs: a line per feature, hollow where a value was filled, and bands where a label says so."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from explorer.sequences import Sequence
from explorer.trace import Trace
from widgets.drawing import Scale
from widgets.fill_marks import STRIP, draw_marks, draw_strip, said, steps_of, whole_bins
from widgets.hold_marks import mark_strip
from widgets.input_edits import InputEdits
from widgets.input_values import binned, finite_limits, fitting_scales, gone_on, stretches
from widgets.legend import FADED, Legend
from widgets.lines import draw_line, faint, heights_of
from widgets.offered_row import OfferedRow
from widgets.row import GAP, LEFT, RIGHT
from widgets.scales import paint_limits
from widgets.theme import Theme, UnitStyle, unit_style
from widgets.tile import Tile

MOST_LINES = 12
EMPTY = np.zeros(0, dtype=np.intp)
NARROW = 6.0
"""Pixels: where steps are narrower, the pointer means those beside it, too."""


class InputRow(OfferedRow):
    """Shows the values as they stand in the file, whatever the network sees of them. Moved by its title."""

    movable = True

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("x", "input", theme, parent)
        self.setMinimumHeight(84)
        self._whole: Sequence | None = None
        self._edits: InputEdits | None = None
        self._scales_held = False
        self._sequence: Sequence | None = None
        self._scales: list[Scale] = []
        self._limits = finite_limits(np.zeros((0, 0)))
        self._changes: list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]] = []
        self._filled = steps_of([], range(0))
        self._pointed = ""
        self._legend = Legend()
        self.handle.has_edge = False

    def sizeHint(self) -> QSize:
        """Return a height at which lines and legend read well."""
        return QSize(600, 108)

    def show_trace(self, trace: Trace, sequence: int) -> None:
        """Show the inputs of this sequence."""
        dataset = trace.experiment.dataset
        whole = dataset.sequences[sequence]
        before, self._edits = self._edits, InputEdits(trace.experiment, sequence)
        if whole is self._whole:
            if before is not None and not before.same(self._edits):
                scales = self._scales
                self._fit_scales()
                self.renew_from(before.same_until(self._edits) if self._scales == scales else 0)
            return
        self._whole = whole
        # Codes are names of words and not of any size: nothing to draw a line through.
        shown = whole.with_features([whole.features[k] for k in dataset.numeric]) if dataset.numeric else whole
        self._sequence = shown
        self.title = shown.features[0] if shown.input_size == 1 else f"{shown.input_size} features"
        if shown.input_size > MOST_LINES:
            self.title += f", {MOST_LINES} drawn"
        self._filled = steps_of(shown.filled.values(), range(len(shown)))
        self._say()
        self._limits = finite_limits(shown.values)
        self._scales_held = False
        self._fit_scales()
        self._changes = [stretches(label.values) for label in shown.labels]
        self.renew()

    def lengthen(self, sequence: Sequence) -> None:
        """Show the same sequence with further steps; all anew only where these go beyond the scale.

        Looks at the further steps only: there may be a million before them.
        """
        assert self._sequence is not None
        first = len(self._sequence)
        further = sequence.values[first:]
        self._sequence = sequence
        known = [*self._changes, *[(EMPTY, EMPTY)] * (len(sequence.labels) - len(self._changes))]
        self._changes = [
            gone_on(change, label.values, first) for change, label in zip(known, sequence.labels, strict=True)
        ]
        lows, highs = (np.array([getattr(scale, end) for scale in self._scales]) for end in ("low", "high"))
        more = steps_of(sequence.filled.values(), range(first, len(sequence)))
        first_filled = not len(self._filled) and len(more) > 0
        self._filled = np.concatenate([self._filled, more])
        beyond = np.any(np.isfinite(further) & ((further < lows) | (further > highs)))
        new_lows, new_highs = finite_limits(further)
        self._limits = np.fmin(self._limits[0], new_lows), np.fmax(self._limits[1], new_highs)
        if beyond:
            self._scales = fitting_scales(*self._limits)
        if first_filled:
            self._say()
        if beyond or first_filled:
            self.renew()
        self.grow()

    def show_pointed(self, name: str) -> None:
        """Let this feature stand out in the legend, and its line among the others; none, where there is no such one."""
        if name != self._pointed:
            self._pointed = name
            self.renew()

    # Values and heights ---------------------------------------------------------------------------------------------

    def hold_scales(self, held: bool) -> None:
        """Keep the scales while a value is dragged: else the row would slip away below the pointer."""
        if held != self._scales_held:
            self._scales_held = held
            before = self._scales
            self._fit_scales()
            if self._scales != before:
                self.renew()

    def _fit_scales(self) -> None:
        if not self._scales_held:
            self._scales = fitting_scales(*(self._edits.widened(self._limits) if self._edits else self._limits))

    def height_of(self, feature: int, value: float) -> float:
        """Return the height in the row at which a value of a feature is drawn."""
        return GAP + float(heights_of(np.float64(value), self._area(1.0), self._scales[feature]))

    def value_of(self, feature: int, y: float) -> float:
        """Return the value of a feature that is drawn at a height of the row, also beyond its plot."""
        area, scale = self._area(1.0), self._scales[feature]
        return scale.low + (area.bottom() - (y - GAP)) / area.height() * self.span_of(feature)

    def span_of(self, feature: int) -> float:
        """Return the range of values of a feature from the lower to the upper edge of the plot."""
        return self._scales[feature].high - self._scales[feature].low

    def _area(self, ratio: float) -> QRectF:
        height = self.plot.height() - 6 - self._strip
        return QRectF(0, 3 * ratio, self.plot.width() * ratio, height * ratio)

    # Painting -------------------------------------------------------------------------------------------------------

    def ready(self) -> range:
        """Return all steps: the input is known from the beginning."""
        return range(0 if self._sequence is None else len(self._sequence))

    def cost(self, steps: int) -> int:
        """Return about how much it costs to paint so many steps, in values that are looked at."""
        return 0 if self._sequence is None else min(steps, len(self._sequence)) * self._sequence.input_size

    def render_tile(self, painter: QPainter, tile: Tile, steps: range) -> None:
        """Paint labels as bands, then a line per feature, and over it what was filled."""
        assert self._sequence is not None
        area = QRectF(0, 3 * tile.ratio, tile.image.width(), tile.height - (6 + self._strip) * tile.ratio)
        self._draw_labels(painter, tile, steps)
        begin = max(steps.start - 2 * tile.bin, 0)
        drawn = self._drawn
        styles = {k: unit_style(k, self.theme) for k in drawn}
        values = self._sequence.values[begin : steps.stop]
        if self._edits:
            was = {k: faint(styles[k], self.theme) for k in self._edits.features if k in styles}
            self._draw_lines(painter, tile, area, values, begin, was)
            values = self._edits.values(begin, steps.stop)
        self._draw_lines(painter, tile, area, values, begin, styles)
        painter.setOpacity(1.0)
        if self._edits:
            mark_strip(painter, tile, range(begin, steps.stop), self._edits.spans, 0, self.theme)
        if len(self._filled):
            draw_strip(painter, tile, range(begin, steps.stop), self._filled, self.theme)
            self._draw_filled(painter, tile, range(begin, steps.stop), area)

    def _draw_lines(
        self,
        painter: QPainter,
        tile: Tile,
        area: QRectF,
        values: npt.NDArray[np.float64],
        first: int,
        styles: dict[int, UnitStyle],
    ) -> None:
        """Draw the features that have a style, of the steps from ``first`` on."""
        edges, low, high = binned(values, first, tile.bin)
        for k, style in styles.items():
            one = low[:, k]
            other = one if high is low else high[:, k]
            painter.setOpacity(1.0 if self._pointed_at in (None, k) else FADED)
            draw_line(painter, one, other, tile.x(edges), area, self._scales[k], style, tile.ratio, self.theme)

    @property
    def _pointed_at(self) -> int | None:
        """The feature that stands out, if one does."""
        names = () if self._sequence is None else self._sequence.features
        return names.index(self._pointed) if self._pointed in names else None

    @property
    def _drawn(self) -> list[int]:
        """The features that have a line, the one that stands out last and so on top."""
        assert self._sequence is not None
        first, pointed = range(min(self._sequence.input_size, MOST_LINES)), self._pointed_at
        return [*first] if pointed is None else [*(k for k in first if k != pointed), pointed]

    @property
    def _strip(self) -> int:
        """Points below the lines that the strip takes."""
        return STRIP if len(self._filled) else 0

    def _draw_filled(self, painter: QPainter, tile: Tile, steps: range, area: QRectF) -> None:
        """Draw the marks of the lines, those drawn last on top as the lines are."""
        assert self._sequence is not None
        for k, name in enumerate(self._sequence.features[:MOST_LINES]):
            if name in self._sequence.filled:
                at = whole_bins(self._sequence.filled[name].steps, tile.bin, steps)
                heights = heights_of(self._sequence.values[at + tile.bin // 2, k], area, self._scales[k])
                color = unit_style(k, self.theme).color
                draw_marks(painter, (at - tile.first) * tile.scale, heights, tile, color, self.theme.base)

    def _say(self) -> None:
        """Say what the row shows, also to who cannot see it."""
        assert self._sequence is not None
        text = "The input in the units of its source: " + ", ".join(self._sequence.features)
        if len(self._filled):
            text += "\nHollow, and marked in the strip below: no value of the file, filled when it was opened"
        self.setToolTip(text)
        self.setAccessibleDescription(text)

    def tip_at(self, position: QPointF) -> str:
        """Return what was filled at the steps under the pointer, empty where nothing was; beside them, a whole name."""
        if self._sequence is None or not self.plot.contains(position.toPoint()):
            return self._legend.told_at(position.toPoint())
        reach = 0.0 if self.view.span < self.plot.width() / NARROW else NARROW / 2
        ends = (self.view.first + self.fraction_at(position.x() + by) * self.view.span for by in (-reach, reach))
        first, last = map(int, ends)
        return said(self._sequence.filled, range(first, last + 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Let no line stand out any more."""
        self.show_pointed("")
        super().mousePressEvent(event)

    def _draw_labels(self, painter: QPainter, tile: Tile, steps: range) -> None:
        color = QColor(self.theme.mark)
        color.setAlphaF(0.28)
        for starts, stops in self._changes:
            for k in range(np.searchsorted(stops, steps.start, side="right"), np.searchsorted(starts, steps.stop)):
                left, right = tile.x(float(starts[k])), min(tile.x(float(stops[k])), float(tile.image.width()))
                width = max(right - left, 1.5 * tile.ratio)
                painter.fillRect(QRectF(min(left, tile.image.width() - width), 0, width, tile.height), color)

    def paint_margins(self, painter: QPainter, plot: QRect) -> tuple[QRectF, ...]:
        """Write the limits on the left and the features' names on the right."""
        if self._sequence is None:
            return ()
        area = QRectF(0, plot.top() + 3, LEFT - 8, plot.height() - 6 - self._strip)
        limits = paint_limits(painter, self.theme, area, self._scales)
        names, drawn = self._sequence.features, self._drawn
        muted = self.theme.muted_text
        colors = [unit_style(k, self.theme).color if k in drawn else muted for k in range(len(names))]
        beside = QRect(plot.right(), plot.top(), RIGHT, plot.height())
        note = "filled" if self._strip else ""
        self._legend.paint(painter, beside, self.theme, names, colors, note=note, pointed=self._pointed_at)
        return limits
