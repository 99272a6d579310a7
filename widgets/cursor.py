"""The step cursor: one transparent overlay above all rows. Moving it repaints two narrow strips and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.row import LEFT, RIGHT
from widgets.theme import Theme
from widgets.view import View

DASH = (7, 4)
"""Pixels of a dash of the pinned cursor, and of the gap behind it."""


class CursorOverlay(QWidget):
    """Marks the column of the current step over everything below it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._view, self._step = theme, View.whole(1), 0
        self._pinned: int | None = None
        self._brushed = range(0)
        self._bands: tuple[range, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)

    def set_step(self, step: int) -> None:
        """Mark this step."""
        if step != self._step:
            self._update(self._step)
            self._step = step
            self._update(step)

    def show_pinned(self, step: int | None) -> None:
        """Mark this step as the one that others are compared with, or none."""
        if step != self._pinned:
            self._update_strip()
            self._pinned = step
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

    def show_bands(self, bands: Sequence[range]) -> None:
        """Lie over these steps in the colour of what is amiss."""
        if tuple(bands) != self._bands:
            self._bands = tuple(sorted(bands, key=lambda band: band.start))
            self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        self.update()

    def strip(self, step: int | None = None) -> QRectF:
        """Return the column of a step, the current one if none is said: as wide as a step is, but at least a line."""
        width = max(self.width() - LEFT - RIGHT, 1)
        scale = width / self._view.span
        left = LEFT + ((self._step if step is None else step) - self._view.first) * scale
        if scale >= 3:
            return QRectF(left, 0, scale, self.height())
        return QRectF(left + scale / 2 - 1, 0, 2, self.height())

    def _update_strip(self) -> None:
        for step in (self._step, self._pinned):
            if step is not None:
                self._update(step)

    def _update(self, step: int) -> None:
        self.update(self.strip(step).adjusted(-3, 0, 3, 0).toAlignedRect())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the brushed steps, dashes in the middle of the pinned one, and the strip."""
        painter = QPainter(self)
        if self._bands:
            self._paint_bands(painter, event.rect())
        if self._brushed:
            self._paint_brushed(painter)
        if self._pinned is not None:
            self._paint_pinned(painter, event.rect())
        strip = self.strip()
        if strip.right() < LEFT or strip.left() > self.width() - RIGHT:
            return
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

    def _paint_pinned(self, painter: QPainter, dirty: QRect) -> None:
        middle = round(self.strip(self._pinned).center().x()) - 1
        if not (LEFT <= middle < self.width() - RIGHT and dirty.left() <= middle + 2 and middle - 1 <= dirty.right()):
            return
        ground, color = QColor(self._theme.base), QColor(self._theme.accent)
        ground.setAlphaF(0.55)
        painter.fillRect(middle - 1, 0, 4, self.height(), ground)
        for top in range(0, self.height(), sum(DASH)):
            painter.fillRect(middle, top, 2, DASH[0], color)

    def _paint_bands(self, painter: QPainter, dirty: QRect) -> None:
        """Draw the bands of which something is to be painted: a step of the cursor uncovers few pixels."""
        color = QColor(self._theme.error)
        scale = max(self.width() - LEFT - RIGHT, 1) / self._view.span
        last = -1
        for band in self._bands:
            left = LEFT + (band.start - self._view.first) * scale
            width = max(len(band) * scale, 2.0)
            if left > dirty.right() or left + width < dirty.left() or round(left + width) <= last:
                continue  # also where thousands share a pixel
            last = round(left + width)
            color.setAlphaF(0.14)
            self._fill(painter, left, width, color)
            color.setAlphaF(0.8)
            self._fill(painter, left, 1, color)

    def _paint_brushed(self, painter: QPainter) -> None:
        color = QColor(self._theme.accent)
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
