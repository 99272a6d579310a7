"""The step cursor: one transparent overlay above all rows. Moving it repaints two narrow strips and nothing else."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.row import LEFT, RIGHT
from widgets.theme import Theme
from widgets.view import View


class CursorOverlay(QWidget):
    """Marks the column of the current step over everything below it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._view, self._step = theme, View.whole(1), 0
        self._brushed = range(0)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)

    def set_step(self, step: int) -> None:
        """Mark this step."""
        if step != self._step:
            self._update_strip()
            self._step = step
            self._update_strip()

    def set_view(self, view: View) -> None:
        """Lie over these steps."""
        if view != self._view:
            self._update_strip()
            self._view = view
            self._update_strip()

    def show_brushed(self, steps: range) -> None:
        """Mark the steps that were brushed; an empty range: none."""
        if steps != self._brushed:
            self._brushed = steps
            self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        self.update()

    def strip(self) -> QRectF:
        """Return the column of the current step: as wide as a step is, but at least a line."""
        width = max(self.width() - LEFT - RIGHT, 1)
        scale = width / self._view.span
        left = LEFT + (self._step - self._view.first) * scale
        if scale >= 3:
            return QRectF(left, 0, scale, self.height())
        return QRectF(left + scale / 2 - 1, 0, 2, self.height())

    def _update_strip(self) -> None:
        self.update(self.strip().adjusted(-3, 0, 3, 0).toAlignedRect())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the strip."""
        self._paint_brushed()
        strip = self.strip()
        if strip.right() < LEFT or strip.left() > self.width() - RIGHT:
            return
        painter = QPainter(self)
        color, ground = QColor(self._theme.cursor), QColor(self._theme.base)
        if strip.width() > 3:
            color.setAlphaF(0.16)
            self._fill(painter, strip.left(), strip.width(), color)
            color.setAlphaF(1)
            self._fill(painter, strip.left() - 1, 2, color)
            self._fill(painter, strip.right() - 1, 2, color)
        else:
            ground.setAlphaF(0.55)
            self._fill(painter, strip.left() - 1, 4, ground)
            self._fill(painter, strip.left(), 2, color)

    def _paint_brushed(self) -> None:
        if not self._brushed:
            return
        painter, color = QPainter(self), QColor(self._theme.accent)
        scale = max(self.width() - LEFT - RIGHT, 1) / self._view.span
        left, right = (LEFT + (step - self._view.first) * scale for step in (self._brushed.start, self._brushed.stop))
        color.setAlphaF(0.18)
        self._fill(painter, left, max(right - left, 1.0), color)
        color.setAlphaF(1.0)
        self._fill(painter, left, 1, color)
        self._fill(painter, right - 1, 1, color)

    def _fill(self, painter: QPainter, left: float, width: float, color: QColor) -> None:
        """Fill whole pixels within the plot: a fill that has to be smoothed, or clipped, takes ten times as long."""
        first = max(round(left), LEFT)
        last = min(round(left + width), self.width() - RIGHT)
        if first < last:  # a negative width would be painted to the other side
            painter.fillRect(first, 0, last - first, self.height(), color)
