"""The axis above the rows: steps or the file's own time, events, and the flag of the cursor. Drag to move it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.sequences import Sequence
from widgets.decimals import grouped
from widgets.marks import SIZE, Marks
from widgets.row import LEFT, RIGHT, WHEEL_ZOOM
from widgets.theme import Theme
from widgets.time_axis import TimeAxis, time_axis
from widgets.view import View

HEIGHT = 38
TIP = "Drag to move the cursor, turn the wheel to zoom, double-click for the whole sequence"
WIDEST_DATE = "2024-12-31"
FLAG_AIR, TEXT_AIR = 7, 2
"""Pixels on either side of what stands in a flag, and of what a tick is called."""

NEAR = 4
"""Pixels beside a mark in which the pointer means it."""


class Ruler(QWidget):
    """Shows which steps are in view and where the cursor is."""

    step_requested = Signal(object)
    zoom_requested = Signal(float, float)
    whole_requested = Signal()
    time_axis_requested = Signal(bool)
    """Whether the axis is to show the file's own time: the name of the axis was clicked."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._view, self._step = theme, View.whole(1), 0
        self._pinned: int | None = None
        self._sequence: Sequence | None = None
        self._known = range(0)
        self._focused = self._wants_times = self._clock = False
        self._times: TimeAxis | None = None
        self.marks = Marks()
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("step axis")
        self.setAccessibleDescription(TIP)

    def sizeHint(self) -> QSize:
        """Return the fixed height."""
        return QSize(600, HEIGHT)

    def show_sequence(self, sequence: Sequence) -> None:
        """Take times and labels from this sequence."""
        self._sequence, self._clock = sequence, _has_clock(sequence.times)
        self.marks.show_sequence(sequence)
        self._times = time_axis(sequence) if self._wants_times else None
        self.update()

    def show_times(self, wanted: bool) -> None:
        """Show the file's own time instead of steps, where it has one that rises."""
        if wanted != self._wants_times:
            self._wants_times = wanted
            self._times = time_axis(self._sequence) if wanted and self._sequence is not None else None
            self.update()

    def show_marks(self, kind: str, steps: npt.ArrayLike) -> None:
        """Mark these steps as events of a kind."""
        self.marks.show(kind, steps)
        self.update()

    def show_known(self, known: range) -> None:
        """Show which steps have been computed."""
        if known != self._known:
            self._known = known
            self.update()

    def show_focus(self, focused: bool) -> None:
        """Show whether the keys are with the rows."""
        if focused != self._focused:
            self._focused = focused
            self.update()

    def set_view(self, view: View) -> None:
        """Show these steps."""
        if view != self._view:
            self._view = view
            self.update()

    def set_step(self, step: int) -> None:
        """Put the flag at this step."""
        if step != self._step:
            self._step = step
            self.update()

    def show_pinned(self, step: int | None) -> None:
        """Put the flag of the second cursor at this step, or away."""
        if step != self._pinned:
            self._pinned = step
            self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is known, the ticks, and the flag."""
        painter, width = QPainter(self), self._plot_width()
        painter.fillRect(self.rect(), QColor(self._theme.window))
        self._paint_name(painter)
        self._paint_known(painter, width)
        flag = self._flag(width, self._step, self._flag_text())
        pinned = QRectF() if self._pinned is None else self._flag(width, self._pinned, grouped(self._pinned))
        self._paint_ticks(painter, width, [each for each in (flag, pinned) if not each.isNull()])
        self._paint_marks(painter, width)
        if self._pinned is not None and not pinned.isNull():
            self._paint_pinned(painter, pinned, self._pinned)
        if not flag.isNull():
            self._paint_flag(painter, flag)

    def _paint_marks(self, painter: QPainter, width: int) -> None:
        painter.setClipRect(LEFT - 4, 0, width + 8, HEIGHT)
        area = QRectF(LEFT, 0, width, SIZE)
        self.marks.paint(painter, self._theme, area, self._view.first, self._view.last)
        painter.setClipping(False)

    def _paint_name(self, painter: QPainter) -> None:
        box = QRect(10, 0, LEFT - 20, HEIGHT - 8)
        painter.setPen(QColor(self._theme.accent if self._focused else self._theme.muted_text))
        name = "step" if self._times is None else "time"
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)
        if self._focused:
            ring = painter.boundingRect(box, Qt.AlignmentFlag.AlignVCenter, name).adjusted(-6, -4, 6, 3)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._theme.accent), 1.5))
            painter.drawRoundedRect(ring, 4, 4)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_known(self, painter: QPainter, width: int) -> None:
        band = QRectF(LEFT, HEIGHT - 5, width, 3)
        painter.fillRect(band, QColor(self._theme.line))
        left = max(self._x(self._known.start), LEFT)
        right = min(self._x(self._known.stop), LEFT + width)
        if right > left:
            painter.fillRect(QRectF(left, band.top(), right - left, 3), QColor(self._theme.accent))

    def _paint_ticks(self, painter: QPainter, width: int, flags: list[QRectF]) -> None:
        """Draw the ticks, and the texts that have room."""
        ticks = self._ticks(QFontMetrics(self.font()), width)
        painter.setPen(QColor(self._theme.border))
        for place, _ in ticks:
            x = self._x(place)
            painter.drawLine(QPointF(x, HEIGHT - 12), QPointF(x, HEIGHT - 6))
        painter.setPen(QColor(self._theme.muted_text))
        for box, text in self._texts(ticks, flags):
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _texts(self, ticks: list[tuple[float, str]], flags: list[QRectF]) -> list[tuple[QRectF, str]]:
        """Return where ticks are named: not half under a flag, nor on the name before."""
        metrics, end = QFontMetrics(self.font()), -math.inf
        found = []
        for place, text in ticks:
            x, half = self._x(place), metrics.horizontalAdvance(text) / 2 + TEXT_AIR
            free = all(x + half <= flag.left() or x - half >= flag.right() for flag in flags)
            if free and x - half >= end:
                found.append((QRectF(x - half, 4, 2 * half, HEIGHT - 17), text))
                end = x + half + 6
        return found

    def _ticks(self, metrics: QFontMetrics, width: int) -> list[tuple[float, str]]:
        """Return where there are ticks, in steps, and what they are called."""
        first, last = (
            max(math.ceil(self._view.first - 0.5), 0),
            min(math.ceil(self._view.last - 0.5), self._view.length),
        )
        if self._times is not None:
            widest = WIDEST_DATE if self._times.dated else "−0.000000"
            most = width // (metrics.horizontalAdvance(widest) + 24)
            return [(place + 0.5, text) for place, text in self._times.ticks(first, last, most)]
        room = 2 * (metrics.horizontalAdvance(grouped(last - 1)) + FLAG_AIR + TEXT_AIR)  # a flag hides one
        interval = _tick_interval(self._view.span * room / max(width, 1))
        begin = math.ceil((self._view.first - 0.5) / interval) * interval
        return [(step + 0.5, grouped(step)) for step in range(begin, last, interval)]

    def _flag(self, width: int, step: int, text: str) -> QRectF:
        """Return where the flag of a step stands, within the axis; null where the step is out of view."""
        x = self._x(step + 0.5)
        if self._sequence is None or not LEFT <= x <= LEFT + width:
            return QRectF()
        half = QFontMetrics(self.font()).horizontalAdvance(text) / 2 + FLAG_AIR
        middle = min(max(x, LEFT + half), LEFT + width - half) if 2 * half < width else x
        return QRectF(middle - half, 5, 2 * half, HEIGHT - 18)

    def _paint_flag(self, painter: QPainter, box: QRectF) -> None:
        x, foot = self._x(self._step + 0.5), box.bottom() - 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.cursor))
        painter.drawRoundedRect(box, 3, 3)
        painter.drawPolygon(QPolygonF([QPointF(x - 5, foot), QPointF(x + 5, foot), QPointF(x, HEIGHT - 6)]))
        painter.setPen(QColor(self._theme.base))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._flag_text())

    def _paint_pinned(self, painter: QPainter, box: QRectF, step: int) -> None:
        """Draw the flag of the second cursor: an outline in the colour of its line."""
        x, foot, color = self._x(step + 0.5), box.bottom(), QColor(self._theme.accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(QColor(self._theme.base))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 3, 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF([QPointF(x - 4, foot), QPointF(x + 4, foot), QPointF(x, HEIGHT - 6)]))
        painter.setPen(color)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, grouped(step))

    def _flag_text(self) -> str:
        """Return the step, on an axis of times the file's own time: both would hide the names of several ticks."""
        times = None if self._times is None or self._sequence is None else self._sequence.times
        if times is None or self._step >= len(times):
            return grouped(self._step)
        return time_text(times[self._step], clock=self._clock)

    def _x(self, step: float) -> float:
        return LEFT + (step - self._view.first) / self._view.span * self._plot_width()

    def _plot_width(self) -> int:
        return max(self.width() - LEFT - RIGHT, 1)

    def _step_at(self, event: QMouseEvent) -> int:
        return self._view.step_at((event.position().x() - LEFT) / self._plot_width())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the cursor here; on the name of the axis, ask for the other one."""
        if event.position().x() < LEFT - NEAR and event.button() == Qt.MouseButton.LeftButton:
            self.time_axis_requested.emit(not self._wants_times)
            event.ignore()
        elif event.button() == Qt.MouseButton.LeftButton:
            self.step_requested.emit(self._step_at(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the cursor."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.step_requested.emit(self._step_at(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the whole sequence."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.whole_requested.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        fraction = (event.position().x() - LEFT) / self._plot_width()
        self.zoom_requested.emit(WHEEL_ZOOM ** -event.angleDelta().y(), min(max(fraction, 0.0), 1.0))

    def event(self, event: QEvent) -> bool:
        """Say which events are marked under the pointer; elsewhere what can be done here."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos().x()), self)
            return True
        return super().event(event)

    def tip_at(self, x: float) -> str:
        """Return what is said of a place on the axis."""
        if x < LEFT - NEAR:
            if self._sequence is None or self._sequence.times is None:
                return "The file has no time of its own"
            if self._wants_times and self._times is None:
                return "The file's time is not known, or goes back, at some step: so steps are shown"
            return "Click to see steps" if self._wants_times else "Click to see the file's own time"
        ends = (self._view.first + (x + by - LEFT) / self._plot_width() * self._view.span for by in (-NEAR, NEAR))
        return self.marks.said(*(end - 0.5 for end in ends)) or TIP


def _has_clock(times: npt.NDArray[Any] | None) -> bool:
    """Whether the times tell more than days, as far as the first thousand show."""
    if times is None or not np.issubdtype(times.dtype, np.datetime64):
        return False
    first = times[:1000][~np.isnat(times[:1000])]
    return bool((first != first.astype("datetime64[D]")).any())


def time_text(time: np.datetime64 | float, *, clock: bool = False) -> str:
    """Write the file's own time: a date without needless parts, with ``clock`` also at midnight, or a number."""
    if isinstance(time, np.datetime64):
        if np.isnat(time):
            return "no time"
        text = str(time.astype("datetime64[us]")).replace("T", " ")
        text = text.rstrip("0").rstrip(".") if "." in text else text
        text = text.removesuffix(":00")
        return text if clock else text.removesuffix(" 00:00")
    return f"{float(time):.10g}"


def _tick_interval(least: float) -> int:
    """Return the smallest 1, 2 or 5 times a power of ten that is at least ``least``, and at least 1."""
    power = 10 ** math.floor(math.log10(max(least, 1.0)))
    return int(next((m * power for m in (1, 2, 5) if m * power >= least), 10 * power))
