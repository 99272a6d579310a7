"""The row of the divergence: how far h is from what it would be if nothing were held, at every step."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from explorer.divergence import ROWS, comparable, distances
from explorer.network import Place
from explorer.trace import Trace
from widgets.aside import Aside, missing
from widgets.binning import ends
from widgets.decimals import exact, grouped, short
from widgets.drawing import Scale
from widgets.job import sentence
from widgets.lines import draw_line, heights_of
from widgets.row import LEFT, Row
from widgets.scales import paint_scale_text
from widgets.theme import Theme, UnitStyle
from widgets.tile import Tile

DECADES = 12
"""Powers of ten that are drawn below the largest divergence, at most: less is what rounding leaves."""

DOT = 3.0
"""Points that the dot of a difference measures from its middle which no line goes through, as both beside it are 0."""

MEANING = (
    "How far the hidden state is from what it would be if nothing were held: the length of the difference, "
    "on a logarithmic axis. Where there is no line they are the same."
)

AT_ONCE = 4 * ROWS * 32
"""Steps, times units, that are compared within a frame; more are compared on a thread."""


class DivergenceRow(Row):
    """‖h′ − h‖ on a logarithmic axis: what grows or fades by a factor a step is a straight line. 0 is no line."""

    failed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("‖h′ − h‖", "divergence", theme, parent)
        self.setMinimumHeight(64)
        self.show_note("logarithmic")
        self._traces: tuple[Trace, Trace] | None = None
        self._sequence, self._place = 0, Place()
        self._values = np.zeros(0)
        self._known = range(0)
        self._begins: int | None = None
        self._scale = Scale(-1.0, 0.0)
        self._aside = Aside("comparing", AT_ONCE, self)
        self._aside.failed.connect(self._give_up)
        self._gave_up = self._anew = False
        self.hide()

    def sizeHint(self) -> QSize:
        """Return a height at which the line reads well."""
        return QSize(600, 76)

    @property
    def begins(self) -> int | None:
        """The first step at which the traces differ, None where they do not."""
        return self._begins

    def value_at(self, step: int) -> float | None:
        """Return the divergence at a step, None where it is not known."""
        return float(self._values[step]) if step in self._known else None

    def show_traces(self, trace: Trace, ghost: Trace | None, sequence: int, place: Place) -> None:
        """Compare a trace with its ghost; with none there is nothing to see."""
        self.setVisible(ghost is not None)
        same = (sequence, place) == (self._sequence, self._place)
        traces = None if ghost is None else (trace, ghost)
        if not (same and traces == self._traces):
            self._aside.end()
            self._traces, self._sequence, self._place = traces, sequence, place
            self._values = np.zeros(0 if ghost is None else trace.length(sequence))
            if self._gave_up:
                self._name("comparing")
            self._known, self._begins, self._gave_up, self._anew = range(0), None, False, True
        if ghost is not None:
            self.grow()

    def grow(self) -> None:
        """Compare the steps that have become known since."""
        if self._traces is None or self._gave_up or self._aside.busy:
            return
        trace, ghost = self._traces
        common = comparable(trace, ghost, self._sequence, self._place)
        parts = missing(self._known, common)
        steps = sum(map(len, parts))
        if not steps:
            super().grow()
            return
        units = trace.experiment.network.weights(self._place).hidden_size
        self._aside.do(self._compare(parts), steps, steps * units, lambda: self._take(common))

    def end(self) -> None:
        """End the thread that compares, for the window to close."""
        self._aside.end()

    # Comparing ------------------------------------------------------------------------------------------------------

    def _compare(self, parts: list[range]) -> Iterator[int]:
        assert self._traces is not None
        (trace, ghost), values = self._traces, self._values
        for part in parts:
            for first, apart in distances(trace, ghost, self._sequence, self._place, part):
                values[first : first + len(apart)] = apart
                yield len(apart)

    def _take(self, common: range) -> None:
        """Show what was compared; all anew where it goes beyond the scale."""
        self._known = common
        seen = self._values[common.start : common.stop]
        apart = seen[np.isfinite(seen) & (seen > 0)]
        scale = self._fitting_scale(apart)
        unlike = np.flatnonzero(seen != 0)
        begins = common.start + int(unlike[0]) if len(unlike) else None
        if self._anew or (scale, begins) != (self._scale, self._begins):
            self._scale, self._begins, self._anew = scale, begins, False
            self._say()
            self.renew()
        super().grow()

    def _give_up(self, error: BaseException) -> None:
        """Compare these traces no more: what failed once would fail again at every further step."""
        self._gave_up = True
        self._name("not compared")
        self.failed.emit(f"The divergence was not computed: {sentence(error)}")

    def _fitting_scale(self, apart: np.ndarray) -> Scale:
        if not len(apart):
            return Scale(-1.0, 0.0)
        high = math.ceil(math.log10(float(apart.max())) + 1e-9)
        low = math.floor(math.log10(float(apart.min())))
        return Scale(float(max(low, high - DECADES)), float(max(high, low + 1)))

    def _say(self) -> None:
        if self._begins is None:
            self._name("no difference", "No difference.")
        else:
            self._name(f"from {grouped(self._begins)}", f"From step {grouped(self._begins)}.")

    def _name(self, title: str, told: str = "") -> None:
        self.title = title
        self.setToolTip(MEANING)
        self.setAccessibleDescription(f"{MEANING} {told or f'{title.capitalize()}.'}")
        self.update(0, 0, LEFT, self.height())

    # Painting -------------------------------------------------------------------------------------------------------

    def ready(self) -> range:
        """Return the steps that were compared."""
        return self._known

    def render_tile(self, painter: QPainter, tile: Tile, steps: range) -> None:
        """Paint the decades, where it begins, and the line."""
        area = self._line_area(tile.ratio)
        painter.setPen(QColor(self.theme.line))
        for decade in range(int(self._scale.low), int(self._scale.high) + 1):
            y = area.bottom() - float(self._scale.fraction(np.float64(decade))) * area.height()
            painter.drawLine(0, round(y), tile.image.width(), round(y))
        begin = max(steps.start - 2 * tile.bin, self._known.start) // tile.bin * tile.bin
        begin = max(begin, self._known.start)
        low, high = ends(self._values[begin : steps.stop], tile.bin)
        edges = np.append(np.arange(begin, steps.stop, tile.bin), steps.stop).astype(float)
        single = low is high
        with np.errstate(divide="ignore"):
            low, high = np.log10(low), np.log10(high)
        # A spike from 0 stands on 0.
        low = high if single else np.where(np.isneginf(low) & np.isfinite(high), self._scale.low, low)
        style = UnitStyle(self.theme.accent, ())
        draw_line(painter, low, high, tile.x(edges), area, self._scale, style, tile.ratio)
        if self._begins is not None and begin <= self._begins < steps.stop:
            x = tile.x(float(self._begins))
            painter.fillRect(QRectF(round(x), 0, max(round(tile.ratio), 1), tile.height), QColor(self.theme.warning))
        self._draw_dots(painter, tile, high, edges, area)

    def _draw_dots(self, painter: QPainter, tile: Tile, values: np.ndarray, edges: np.ndarray, area: QRectF) -> None:
        """Draw a dot at each of the values (n,) over the columns between ``edges`` that stands alone."""
        shown = np.isfinite(values)
        # What is before the first column is not seen here, unless there is nothing: it is drawn with that.
        before = np.concatenate([[edges[0] > self._known.start], shown[:-1]])
        lone = np.flatnonzero(shown & ~before & ~np.append(shown[1:], False))
        size = DOT * tile.ratio
        heights, x = heights_of(values[lone], area, self._scale), tile.x((edges[lone] + edges[lone + 1]) / 2)
        x = np.clip(x, size, max(tile.image.width() - size, size))  # whole also at the first and the last step
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.accent))
        for place in zip(x.tolist(), heights.tolist(), strict=True):
            painter.drawEllipse(QPointF(*place), size, size)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def paint_margins(self, painter: QPainter, plot: QRect) -> tuple[QRectF, ...]:
        """Write the ends of the scale."""
        area = self._line_area(1.0).translated(0, plot.top())
        texts = short(10.0**self._scale.high), short(10.0**self._scale.low)
        beside = QRectF(0, area.top(), LEFT - 8, area.height())
        return paint_scale_text(painter, self.theme, beside, texts, left=True)

    def tip_at(self, position: QPointF) -> str:
        """Return the divergence at the step under the pointer."""
        if not self.plot.contains(position.toPoint()):
            return ""
        step = self.view.step_at(self.fraction_at(position.x()))
        value = self.value_at(step)
        return "" if value is None else f"‖h′ − h‖ = {exact(np.float64(value))} at step {grouped(step)}"

    def _line_area(self, ratio: float) -> QRectF:
        return QRectF(0, 4 * ratio, self.plot.width() * ratio, (self.plot.height() - 8) * ratio)
