"""The step axis above the rows: numbers, the file's own time, labels, and the flag of the cursor. Drag to move it."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.sequences import Sequence
from widgets.row import LEFT, RIGHT, WHEEL_ZOOM
from widgets.theme import Theme
from widgets.view import View

HEIGHT = 38


class Ruler(QWidget):
    """Shows which steps are in view and where the cursor is."""

    step_requested = Signal(object)
    zoom_requested = Signal(float, float)
    whole_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._view, self._step = theme, View.whole(1), 0
        self._sequence: Sequence | None = None
        self._known = range(0)
        self._focused = False
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("step axis")
        self.setToolTip("Drag to move the cursor, turn the wheel to zoom, double-click for the whole sequence")

    def sizeHint(self) -> QSize:
        """Return the fixed height."""
        return QSize(600, HEIGHT)

    def show_sequence(self, sequence: Sequence) -> None:
        """Take times from this sequence."""
        self._sequence = sequence
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
        flag = self._flag(width)
        self._paint_ticks(painter, width, flag)
        if not flag.isNull():
            self._paint_flag(painter, flag)

    def _paint_name(self, painter: QPainter) -> None:
        box = QRect(10, 0, LEFT - 20, HEIGHT - 8)
        painter.setPen(QColor(self._theme.accent if self._focused else self._theme.muted_text))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, "step")
        if self._focused:
            ring = painter.boundingRect(box, Qt.AlignmentFlag.AlignVCenter, "step").adjusted(-6, -4, 6, 3)
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

    def _paint_ticks(self, painter: QPainter, width: int, flag: QRectF) -> None:
        """Draw the ticks; a number that would stand half under the flag is left out."""
        metrics = QFontMetrics(self.font())
        room = metrics.horizontalAdvance(f"{self._view.length:,}") + 34
        interval = _tick_interval(self._view.span * room / max(width, 1))
        first = math.ceil((self._view.first - 0.5) / interval) * interval
        for step in range(first, min(math.ceil(self._view.last - 0.5), self._view.length), interval):
            x = self._x(step + 0.5)
            painter.setPen(QColor(self._theme.border))
            painter.drawLine(QPointF(x, HEIGHT - 12), QPointF(x, HEIGHT - 6))
            painter.setPen(QColor(self._theme.muted_text))
            text = grouped(step)
            half = metrics.horizontalAdvance(text) / 2 + 2
            if flag.isNull() or x + half < flag.left() or x - half > flag.right():
                box = QRectF(x - room / 2, 4, room, HEIGHT - 17)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _flag(self, width: int) -> QRectF:
        """Return where the flag stands, within the axis; null where the cursor is out of view."""
        x = self._x(self._step + 0.5)
        if self._sequence is None or not LEFT <= x <= LEFT + width:
            return QRectF()
        half = QFontMetrics(self.font()).horizontalAdvance(self._flag_text()) / 2 + 7
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

    def _flag_text(self) -> str:
        return grouped(self._step) + self._time_text()

    def _time_text(self) -> str:
        times = None if self._sequence is None else self._sequence.times
        if times is None or self._step >= len(times):
            return ""
        return f"  ·  {time_text(times[self._step])}"

    def _x(self, step: float) -> float:
        return LEFT + (step - self._view.first) / self._view.span * self._plot_width()

    def _plot_width(self) -> int:
        return max(self.width() - LEFT - RIGHT, 1)

    def _step_at(self, event: QMouseEvent) -> int:
        return self._view.step_at((event.position().x() - LEFT) / self._plot_width())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the cursor here."""
        if event.button() == Qt.MouseButton.LeftButton:
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


def grouped(number: int) -> str:
    """Write a count with narrow spaces between thousands, the same in every locale."""
    return f"{number:,}".replace(",", "\u202f")


def time_text(time: np.datetime64 | float) -> str:
    """Write the file's own time: a date without needless parts, or a number."""
    if isinstance(time, np.datetime64):
        if np.isnat(time):
            return "no time"
        text = str(time.astype("datetime64[us]")).replace("T", " ")
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text.removesuffix(":00").removesuffix(" 00:00")
    return f"{float(time):.10g}"


def _tick_interval(least: float) -> int:
    """Return the smallest 1, 2 or 5 times a power of ten that is at least ``least``, and at least 1."""
    power = 10 ** math.floor(math.log10(max(least, 1.0)))
    return int(next((m * power for m in (1, 2, 5) if m * power >= least), 10 * power))
