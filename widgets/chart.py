"""A chart of a few curves over iterations or steps: log or linear, with baselines, marks, a cursor and values at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from widgets.canvas import Canvas
from widgets.chart_axis import Axis, linear_axis, log_axis, number_text, smoothed
from widgets.chart_paint import (
    Curve,
    Level,
    legend_rows,
    legend_width,
    level_text,
    paint_axes,
    paint_curve,
    paint_legend,
    paint_levels,
    paint_marks,
)
from widgets.keys import tell

ZOOM = 0.8
SHORTEST = 4.0


class Chart(Canvas):
    """Wheel zooms, drag pans, a double click shows all; a click or ← → ask for a place on the axis."""

    told_keys = (
        tell("the iteration before and after", "Left", "Right"),
        tell("ten at a time", "Shift+Left", "Shift+Right"),
        tell("the first and the last", "Home", "End"),
    )

    keys = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)
    position_requested = Signal(int)
    view_edited = Signal(float, float)
    """From where to where is to be shown; (0, 0): all."""

    def __init__(
        self,
        title: str,
        *,
        axis: str = "iteration",
        log: bool = True,
        down: Axis | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent)
        self.title, self._axis, self.log = title, axis, log
        self._fixed = down  # the axis of values, where it is always the same
        self.curves: tuple[Curve, ...] = ()
        self.levels: tuple[Level, ...] = ()
        self.marks: Mapping[str, np.ndarray] = {}
        self._drawn: tuple[Curve, ...] = ()
        self._smoothing = 1
        self._begin, self._end, self._view = 0.0, 1.0, (0.0, 0.0)
        self.right_room = 12.0
        self._cursor: int | None = None
        self._pressed: tuple[float, tuple[float, float]] | None = None

    # Values come down -----------------------------------------------------------------------------------------------

    def show_curves(
        self,
        curves: Sequence[Curve],
        levels: Sequence[Level] = (),
        marks: Mapping[str, np.ndarray] | None = None,
        *,
        begin: float = 0.0,
        end: float | None = None,
        title: str = "",
    ) -> None:
        """Show these. ``marks`` are places of the axis by their colour; that has a begin and an end."""
        renamed = [each.name for each in curves] != [each.name for each in self.curves]
        self.curves, self.levels, self.marks = tuple(curves), tuple(levels), marks or {}
        reached = max((float(curve.x[-1]) for curve in curves if len(curve.x)), default=1.0)
        self._begin, self._end = begin, max(end or reached, begin + 1.0)
        if title:
            self.title = title
            self.setAccessibleName(title)
        if renamed:
            self.updateGeometry()
        self._renew()

    def set_smoothing(self, over: int) -> None:
        """Draw the mean of the last ``over`` points over each raw trace; 1: the raw trace alone."""
        if over != self._smoothing:
            self._smoothing = over
            self._renew()

    def set_log(self, log: bool) -> None:
        """Draw on a log axis or on a linear one."""
        if log != self.log:
            self.log = log
            self._renew()

    def set_view(self, first: float, last: float) -> None:
        """Show the axis from here to there; all of it where both are 0."""
        if (first, last) != self._view:
            self._view = (first, last)
            self._renew()

    def set_cursor(self, position: int | None) -> None:
        """Mark a place of the axis."""
        if position != self._cursor:
            self._cursor = position
            self.setAccessibleDescription(self.words())
            self.update()

    # What is asked of it --------------------------------------------------------------------------------------------

    @property
    def across(self) -> Axis:
        """The axis of iterations or steps."""
        first, last = self._view if self._view[1] > self._view[0] else (self._begin, self._end)
        return Axis(first, last)

    @property
    def down(self) -> Axis:
        """The axis of values: all that is in view, and the best baseline."""
        if self._fixed is not None:
            return self._fixed
        across, parts = self.across, [np.array([level.value for level in self.levels if level.best])]
        for curve in self._drawn:
            start, stop = np.searchsorted(curve.x, across.low), np.searchsorted(curve.x, across.high, side="right")
            parts.append(curve.y[start:stop])
        values = np.concatenate(parts)
        return log_axis(values) if self.log else linear_axis(values)

    def words(self, at: float | None = None) -> str:
        """Return the exact values at a place of the axis, by default the cursor's, as text."""
        place = self._cursor if at is None else at
        place = self._end if place is None else place
        said = []
        for curve in self.curves:
            row = int(np.searchsorted(curve.x, place, side="right")) - 1
            if row >= 0 and curve.listed:
                said.append(f"{curve.name} {number_text(float(curve.y[row]))}")
        levels = f"; {', '.join(map(level_text, self.levels))}" if self.levels and at is None else ""
        return f"{self._axis} {round(place)}: " + (", ".join(said) or "nothing yet") + levels

    @property
    def plot(self) -> QRectF:
        """Where the curves are, within the widget."""
        line = QFontMetricsF(self.font()).height()
        left = QFontMetricsF(self.font()).horizontalAdvance("0.0005") + 12
        top = 6 + line * (1 + len(self._legend_below()))
        wide = max(self.width() - left - self.right_room, 10)
        return QRectF(left, top, wide, max(self.height() - top - line - 6, 10))

    def place_at(self, x: float) -> float:
        """Return the place of the axis at a pixel."""
        return self.across.value((x - self.plot.left()) / self.plot.width())

    def sizeHint(self) -> QSize:
        """Return room for a small chart."""
        return QSize(380, 160)

    def minimumSizeHint(self) -> QSize:
        """Return the room below which nothing can be read off."""
        further = max(len(self._legend_below()) - 1, 0)
        return QSize(200, 128 + further * self.fontMetrics().height())

    # Painting -------------------------------------------------------------------------------------------------------

    def _paint_picture(self, painter: QPainter) -> None:
        theme, area, down, across = self._theme, self.plot, self.down, self.across
        paint_axes(painter, area, down, across, theme, numbers=True)
        line = QFontMetricsF(self.font()).height()
        painter.setPen(QColor(theme.text))
        painter.drawText(QRectF(8, 4, self.width(), line), self.title)
        below = self._legend_below()
        if not below:
            left = self.width() - legend_width(self.font(), self.curves)
            paint_legend(painter, left, 4 + line / 2, self.curves, theme)
        for row, curves in enumerate(below):
            paint_legend(painter, 8, 4 + (row + 1.5) * line, curves, theme)
        for lane, (color, marks) in enumerate(self.marks.items()):
            paint_marks(painter, area, across, marks, lane, color)
        for curve in self._drawn:
            paint_curve(painter, area, curve, down, across, theme, self.devicePixelRatioF())
        paint_levels(painter, area, self.levels, down, theme)

    def _paint_over(self, painter: QPainter) -> None:
        self._paint_cursor(painter)
        self._paint_hover(painter)

    def _paint_cursor(self, painter: QPainter) -> None:
        if self._cursor is None or not self.across.low <= self._cursor <= self.across.high:
            return
        x = self.plot.left() + float(self.across.fraction(self._cursor)) * self.plot.width()
        painter.setPen(QPen(QColor(self._theme.cursor), 1.4))
        painter.drawLine(QPointF(x, self.plot.top()), QPointF(x, self.plot.bottom()))

    def _paint_hover(self, painter: QPainter) -> None:
        if self._hover is None or not self.curves:
            return
        area, text = self.plot, self.words(self._hover)
        x = area.left() + float(self.across.fraction(self._hover)) * area.width()
        painter.setPen(QPen(QColor(self._theme.muted_text), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        metrics = QFontMetricsF(self.font())
        wide = min(metrics.horizontalAdvance(text) + 12, area.width())
        box = QRectF(min(max(x + 8, area.left()), area.right() - wide), area.top() + 2, wide, metrics.height() + 6)
        self._paint_box(painter, box, metrics.elidedText(text, Qt.TextElideMode.ElideRight, wide - 8))

    def _legend_below(self) -> list[list[Curve]]:
        """Return the rows of the legend below the title, none where it has room beside it."""
        title = QFontMetricsF(self.font()).horizontalAdvance(self.title)
        if title + 24 + legend_width(self.font(), self.curves) <= self.width():
            return []
        return legend_rows(self.font(), self.curves, self.width() - 8)

    def _renew(self) -> None:
        """Put the smoothed lines over the raw ones, and draw anew."""
        if self._smoothing > 1:
            raw = [Curve(c.name, c.x, c.y, c.style, faint=True, listed=False) for c in self.curves]
            over = [
                Curve(c.name, c.x, smoothed(c.y, self._smoothing, log=self.log), c.style, marked=False)
                for c in self.curves
                if not c.faint
            ]
            self._drawn = (*raw, *over)
        else:
            self._drawn = self.curves
        self.setAccessibleDescription(self.words())
        self._forget()

    # Hands ----------------------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; further than all, and further in than a few, it does not go."""
        across, turns = self.across, event.angleDelta().y() / 120
        if not turns:
            event.ignore()
            return
        fraction = (event.position().x() - self.plot.left()) / self.plot.width()
        most = self._end - self._begin
        span = min(max((across.high - across.low) * ZOOM**turns, SHORTEST), most)
        first = min(max(across.value(fraction) - fraction * span, self._begin), self._end - span)
        whole = span >= most * (1 - 1e-9)
        self.view_edited.emit(0.0 if whole else first, 0.0 if whole else first + span)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = (event.position().x(), (self.across.low, self.across.high))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan while the button is held, else show the values under the pointer."""
        x = event.position().x()
        if self._pressed is not None and self._view[1] > 0:
            (start, (first, last)) = self._pressed
            span = last - first
            moved = min(max(first - (x - start) / self.plot.width() * span, self._begin), self._end - span)
            self.view_edited.emit(moved, moved + span)
        place = self.place_at(x)
        self._hover = place if self.across.low <= place <= self.across.high else None
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ask for the place that was clicked."""
        if self._pressed is not None and abs(event.position().x() - self._pressed[0]) < 4:
            self._ask(round(self.place_at(event.position().x())))
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all."""
        self.view_edited.emit(0.0, 0.0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next place, the one before, the first or the last."""
        if event.key() not in self.keys:
            super().keyPressEvent(event)
            return
        far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        present = round(self._end) if self._cursor is None else self._cursor
        places = {
            Qt.Key.Key_Left: present - far,
            Qt.Key.Key_Right: present + far,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: round(self._end),
        }
        self._ask(places[Qt.Key(event.key())])

    def _ask(self, place: int) -> None:
        self.position_requested.emit(min(max(place, 0), round(self._end)))
