"""A picture of a stretch of steps, wider than the view: scrolling shifts it, and new steps are painted onto its end.

Drawing six rows anew at every step costs ten times a frame; shifting a finished picture costs next to nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from widgets.drawing import ratio_of
from widgets.view import View

AHEAD = 0.6
"""How far, in views, a tile usually reaches beyond the view on either side."""

Render = Callable[[QPainter, "Tile", range], None]
"""Paints some steps of a row onto the tile; the painter is in device pixels and clipped to them."""


class Tile:
    """An image of the steps ``first`` … ``last`` at a fixed scale, in device pixels.

    ``bin`` is how many steps are drawn as one column, at least a pixel wide; bins begin at its multiples. ``ahead`` is
    how far, in views, it reaches beyond the view on either side.
    """

    def __init__(self, view: View, size: QSize, ratio: float, ahead: float = AHEAD) -> None:
        self.ratio = ratio
        self.scale = size.width() * ratio / view.span
        self.bin = 1 if self.scale >= 1 else math.ceil(1 / self.scale)
        reach = ahead * view.span
        self.first = math.floor(max(view.first - reach, 0.0)) // self.bin * self.bin
        self.last = math.ceil(view.last + reach if view.grows else min(view.last + reach, float(max(view.length, 1))))
        self.last = max(self.last, math.ceil(view.last))
        self.height = max(round(size.height() * ratio), 1)
        width = max(math.ceil((self.last - self.first) * self.scale), 1)
        self.image = QImage(width, self.height, QImage.Format.Format_RGB32)
        self.painted = range(0)

    def x(self, step: float) -> float:
        """Return the device pixel, from the tile's left edge, at which ``step`` begins."""
        return (step - self.first) * self.scale

    def fits(self, view: View, size: QSize, ratio: float) -> bool:
        """Whether the view can be shown by shifting this tile."""
        same = math.isclose(self.scale, size.width() * ratio / view.span, rel_tol=1e-9)
        same = same and ratio == self.ratio and self.height == max(round(size.height() * ratio), 1)
        return same and self.first <= view.first + 1e-9 and view.last <= self.last + 1e-9

    def ends_soon(self, view: View, part: float) -> bool:
        """Whether, by a ``part`` of the view further on, it would not reach far enough, though there are steps."""
        reach, end = part * view.span, float(max(view.length, 1))
        return self.first > max(view.first - reach, 0.0) + self.bin or self.last < min(view.last + reach, end)

    def paint(self, render: Render, ready: range, ground: QColor) -> None:
        """Paint all of it that is ready."""
        self.image.fill(ground)
        self.painted = range(max(self.first, ready.start), max(self.first, ready.start))
        self.grow(render, ready, ground)

    def grow(self, render: Render, ready: range, ground: QColor) -> None:
        """Paint what has become ready since, and the last pixels before it, which it may share.

        What comes out is, pixel for pixel, what painting all of it anew would give: bins of steps and pairs of pixels
        begin at the same places.
        """
        first, last = max(self.first, ready.start), min(self.last, ready.stop)
        if last <= first or (self.painted.start == first and self.painted.stop >= last and len(self.painted)):
            return
        begin, left, right = first, math.floor(self.x(first)), math.ceil(self.x(last))
        if len(self.painted) and self.painted.start == first:
            left = max(math.floor(self.x(self.painted.stop) - self.scale - 6 * self.ratio) // 2 * 2, left)
            begin = max(math.floor(self.first + left / self.scale) // self.bin * self.bin, first)
        painter = QPainter(self.image)
        area = QRectF(left, 0, right - left, self.height)
        painter.setClipRect(area)
        painter.fillRect(area, ground)
        render(painter, self, range(begin, last))
        painter.end()
        self.painted = range(first, last)

    def forget(self, step: int) -> None:
        """Take the steps from this one on for not painted."""
        self.painted = range(self.painted.start, min(max(step, self.painted.start), self.painted.stop))

    def repaint(self, render: Render, ground: QColor, top: int) -> None:
        """Paint what is painted anew, from the pixel ``top`` down, and leave what is above."""
        painter = QPainter(self.image)
        left, right = math.floor(self.x(self.painted.start)), math.ceil(self.x(self.painted.stop))
        area = QRectF(left, top, right - left, self.height - top)
        painter.setClipRect(area)
        painter.fillRect(area, ground)
        if self.painted:
            render(painter, self, self.painted)
        painter.end()

    def draw(self, painter: QPainter, area: QRectF, view: View) -> None:
        """Draw the part of it that ``view`` shows into ``area``, exactly pixel on pixel."""
        painter.save()
        painter.scale(1 / self.ratio, 1 / self.ratio)
        corner = QPoint(round(area.left() * self.ratio), round(area.top() * self.ratio))
        shown = QRect(round(self.x(view.first)), 0, round(area.width() * self.ratio), self.height)
        painter.drawImage(corner, self.image, shown)
        painter.restore()

    def draw_scaled(self, painter: QPainter, area: QRectF, view: View) -> None:
        """Draw what it holds of ``view`` stretched into ``area``: not sharp, but at once."""
        first, last = max(view.first, float(self.first)), min(view.last, float(self.last))
        if first < last:
            per_step = area.width() / view.span
            target = QRectF(area.left() + (first - view.first) * per_step, area.top(), (last - first) * per_step, 0)
            target.setBottom(area.bottom())
            painter.drawImage(target, self.image, QRectF(self.x(first), 0, (last - first) * self.scale, self.height))


def pixel_row(widget: QWidget, top: float, y: float) -> int:
    """Return which row of pixels of a tile that is drawn ``top`` points down in a widget is seen at height ``y``.

    Where a point is a pixel and a half, both may begin in the middle of a pixel, and are drawn from the next one on.
    """
    ratio = widget.devicePixelRatioF()
    origin = widget.mapTo(widget.window(), QPointF()).y() * ratio
    return math.floor(origin + y * ratio + 1e-6) - math.floor(origin + round(top * ratio) + 0.5)


def paint_picture(painter: QPainter, view: View, area: QRect, render: Render, ready: range, ground: QColor) -> None:
    """Paint a view into ``area`` for a picture, as fine as that is and as vectors where it has them: without a tile."""
    ratio = ratio_of(painter)
    tile = Tile(view, area.size(), ratio, 0.0)
    steps = range(max(tile.first, ready.start), min(tile.last, ready.stop))
    painter.save()
    painter.setClipRect(area)
    painter.fillRect(area, ground)
    painter.translate(area.left(), area.top())
    painter.scale(1 / ratio, 1 / ratio)
    painter.translate(-round(tile.x(view.first)), 0)
    if steps:
        render(painter, tile, steps)
    painter.restore()
