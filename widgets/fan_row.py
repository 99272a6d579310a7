"""The row of a fan: what was foretold so many steps before, as a band behind the column, and what is foretold now."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from explorer.network import FAN, Head
from explorer.targets import answered, asked_of, column
from explorer.trace import Trace
from widgets.binning import ends
from widgets.decimals import exact, grouped
from widgets.drawing import Scale
from widgets.input_values import fitting_scales
from widgets.lines import draw_line, heights_of
from widgets.output_row import OutputRow, Values
from widgets.row import LEFT, RIGHT
from widgets.scales import paint_limits
from widgets.theme import Theme, UnitStyle, blend, unit_style
from widgets.tile import Tile

MOST_COLUMNS = 3
LEVELS = len(FAN)
LOW, MIDDLE, HIGH = range(LEVELS)
BAND, AHEAD = 0.16, 0.38
"""How opaque what was foretold is, and what is foretold from the step on."""

TALL = 150


class FanRow(OutputRow):
    """A column as it is, over the band into which it was to fall, foretold as many steps before as there are.

    At the step stands the fan: the median and the band of every step that is foretold from there on.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._step = 0
        self._columns: list[str] = []
        self._ahead: list[int] = [0]
        self._fan = np.zeros((0, 0, LEVELS))  # columns, steps ahead, levels
        self._outputs = np.zeros((0, 0, LEVELS), np.intp)  # which output each of them is
        self.setMinimumHeight(TALL)

    def suits(self, head: Head) -> bool:
        """Whether it is a fan, whose names say of what."""
        return head.kind == "fan" and bool(head.names)

    def set_step(self, step: int) -> None:
        """Show what is foretold from this step on."""
        if step != self._step:
            before = self._reach()
            self._step = step
            self._read_fan()
            self.update(before.united(self._reach()))

    def grow(self) -> None:
        """Read out the steps that have become known since, and the fan at the step if it is one of them."""
        super().grow()
        if not self._fan.size:
            self._read_fan()

    # What is drawn --------------------------------------------------------------------------------------------------

    def _chosen(self, trace: Trace, head: Head, steps: range) -> list[int]:
        """Return, of each column that is drawn, the outputs that reach furthest."""
        asked = asked_of(head)
        self._columns = list(dict.fromkeys(name for name, _ in asked))[:MOST_COLUMNS]
        self._ahead = sorted({ahead for _, ahead in asked})
        furthest = self._ahead[-1]
        at = [
            [[k for k, found in enumerate(asked) if found == (name, h)] for h in self._ahead] for name in self._columns
        ]
        self._outputs = np.array(at, np.intp)
        return [k for name in self._columns for k, found in enumerate(asked) if found == (name, furthest)]

    def _sought(self, trace: Trace, head: Head, steps: range) -> Values:
        """Return what the columns are at the steps themselves, once for each line that is drawn."""
        data = trace.experiment.dataset
        there = np.stack([column(data, self._sequence, name, steps) for name in self._columns], axis=1)
        return np.repeat(there, LEVELS, axis=1)

    def _fitting(self, lows: Values, highs: Values) -> list[Scale]:
        """Return one scale for each column, and for all that spread alike."""
        low, high = (end.reshape(-1, LEVELS) for end in (lows, highs))
        scales = fitting_scales(np.fmin.reduce(low, axis=1), np.fmax.reduce(high, axis=1))
        return [scale for scale in scales for _ in range(LEVELS)]

    def _read_fan(self) -> None:
        """Read what is foretold at the step; nothing where that is not known."""
        trace, head = self._trace, self._head
        self._fan = np.zeros((0, 0, LEVELS))
        if trace is None or head is None or self._step not in trace.ready(self._sequence):
            return
        at = range(self._step, self._step + 1)
        y = trace.output(self._sequence, slice(at.start, at.stop))
        self._fan = answered(head, trace.experiment.dataset, self._sequence, at, y)[0][self._outputs]

    # Painting -------------------------------------------------------------------------------------------------------

    def render_tile(self, painter: QPainter, tile: Tile, steps: range) -> None:
        """Paint the band of what was foretold for each step, and over it the column itself."""
        if not self._scales:
            return
        area = QRectF(0, 3 * tile.ratio, tile.image.width(), tile.height - 6 * tile.ratio)
        first = max((steps.start - 2 * tile.bin) // tile.bin * tile.bin, self._known.start)
        edges = np.append(np.arange(first, steps.stop, tile.bin), steps.stop).astype(float)
        x, back = tile.x(edges), self._ahead[-1]
        for k, color in enumerate(self._colors):
            told = _shifted(self._values[:, k * LEVELS : (k + 1) * LEVELS], first - back, steps.stop - back)
            scale = self._scales[k * LEVELS]
            low, _ = ends(told[:, LOW], tile.bin, np.fmin, np.fmax)
            _, high = ends(told[:, HIGH], tile.bin, np.fmin, np.fmax)
            _fill(painter, x, heights_of(low, area, scale), heights_of(high, area, scale), color, BAND)
            low, high = ends(self._targets[first : steps.stop, k * LEVELS], tile.bin, np.fmin, np.fmax)
            draw_line(painter, low, high, x, area, scale, UnitStyle(color, ()), tile.ratio)

    @property
    def _colors(self) -> list[str]:
        return [unit_style(k, self.theme).color for k in range(len(self._columns))]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the row, and over it the fan at the step."""
        super().paintEvent(event)
        if not self._fan.size or not self._scales:
            return
        painter = QPainter(self)
        painter.setClipRect(self.plot)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.plot).adjusted(0, 3, 0, -3)
        scale = self.plot.width() / self.view.span
        x = LEFT + (self._step + 0.5 + np.array([0, *self._ahead]) - self.view.first) * scale
        for k, color in enumerate(self._colors):
            now = self._targets[self._step, k * LEVELS]
            levels = np.concatenate([np.full((1, LEVELS), now), self._fan[k]])
            y = heights_of(levels, area, self._scales[k * LEVELS])
            if np.isfinite(y).all():
                shape = [QPointF(*p) for p in zip(x, y[:, LOW], strict=True)]
                shape += [QPointF(*p) for p in zip(x[::-1], y[::-1, HIGH], strict=True)]
                painter.setPen(QColor(color))
                painter.setBrush(_faint(color, AHEAD))
                painter.drawPolygon(QPolygonF(shape))
                painter.setPen(QColor(blend(color, self.theme.text, 0.4)))
                painter.drawPolyline(QPolygonF([QPointF(*p) for p in zip(x, y[:, MIDDLE], strict=True)]))

    def _reach(self) -> QRect:
        """Return the part of the row over which the fan of the step stands."""
        scale = self.plot.width() / self.view.span
        left = LEFT + (self._step - self.view.first) * scale
        return QRectF(left - 2, 0, (self._ahead[-1] + 1) * scale + 4, self.height()).toAlignedRect()

    def paint_margins(self, painter: QPainter, plot: QRect) -> tuple[QRectF, ...]:
        """Write the limits on the left, and on the right the columns and what the band is."""
        if self._head is None or not self._scales:
            return ()
        area = QRectF(0, plot.top() + 3, LEFT - 8, plot.height() - 6)
        limits = paint_limits(painter, self.theme, area, self._scales[::LEVELS])
        beside = QRect(plot.right(), plot.top(), RIGHT, plot.height())
        self._legend.paint(painter, beside, self.theme, self._columns, self._colors, note=f"▒ t−{self._ahead[-1]}")
        return limits

    # Words ----------------------------------------------------------------------------------------------------------

    def _say(self, head: Head) -> None:
        ahead = self._ahead[-1]
        self.title = f"fan, {grouped(ahead)} step{'s' if ahead > 1 else ''}"
        text = (
            f"{', '.join(self._columns)} as it is, and behind it the band in which it was to lie, foretold {ahead} "
            f"steps before: nine in ten values should. From the step on: the median and the band that are foretold now."
        )
        self.setToolTip(text)
        self.setAccessibleDescription(text)

    def tip_at(self, position: QPointF) -> str:
        """Return the exact column and band at the step under the pointer; from the cursor on, what is foretold."""
        if self._trace is None or self._head is None:
            return ""
        if not self.plot.contains(position.toPoint()):
            return self._legend.told_at(position.toPoint())
        step = self.view.step_at(self.fraction_at(position.x()))
        lines = [f"step {grouped(step)}"]
        for k, name in enumerate(self._columns):
            if 0 <= step < len(self._targets):
                lines.append(f"{name} = {exact(self._targets[step, k * LEVELS])}")
            source = step - self._ahead[-1]
            if source in self._known:
                lines.append(f"foretold at {grouped(source)}: {_told(self._values[source, k * LEVELS :][:LEVELS])}")
            if step - self._step in self._ahead and self._fan.size:
                now = self._fan[k, self._ahead.index(step - self._step)]
                lines.append(f"foretold at {grouped(self._step)}: {_told(now)}")
        return "\n".join(lines)


def _told(levels: Values) -> str:
    return f"{exact(float(levels[MIDDLE]))}, from {exact(float(levels[LOW]))} to {exact(float(levels[HIGH]))}"


def _shifted(values: Values, first: int, last: int) -> Values:
    """Return the rows first … last − 1, NaN for those before the beginning and after the end."""
    result = np.full((last - first, values.shape[1]), np.nan)
    low, high = max(first, 0), min(last, len(values))
    if low < high:
        result[low - first : high - first] = values[low:high]
    return result


def _fill(painter: QPainter, x: Values, low: Values, high: Values, color: str, share: float) -> None:
    """Fill each column of pixels between two heights, joined to the next; x (n + 1,) are the edges."""
    there = np.isfinite(low) & np.isfinite(high)
    change = np.flatnonzero(np.diff(np.concatenate([[0], there.astype(np.int8), [0]]))).reshape(-1, 2)
    painter.save()
    painter.setPen(QColor(0, 0, 0, 0))
    painter.setBrush(_faint(color, share))
    middles = (x[:-1] + x[1:]) / 2
    for start, stop in change.tolist():
        along = slice(start, stop)
        above = [QPointF(*p) for p in zip(middles[along], high[along], strict=True)]
        below = [QPointF(*p) for p in zip(middles[along][::-1], low[along][::-1], strict=True)]
        painter.drawPolygon(QPolygonF(above + below))
    painter.restore()


def _faint(color: str, share: float) -> QColor:
    found = QColor(color)
    found.setAlphaF(share)
    return found
