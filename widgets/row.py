"""One row over the common step axis: margins, title and tile; what it shows is up to its kinds."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from widgets.decimals import short
from widgets.drawing import Scale, color_table, on_screen, ratio_of
from widgets.theme import Theme
from widgets.tile import AHEAD, Tile
from widgets.view import View

LEFT, RIGHT = 116, 66
"""Margins, the same in every row and in the ruler, so that a step stands at the same place in all of them."""

GAP = 3
BAR_GAP, BAR_WIDTH = 8, 10
WHEEL_ZOOM = 1.0015


class Row(QWidget):
    """A row. Shows what it is given; asks for another step, view or unit by signals."""

    step_requested = Signal(object)
    zoom_requested = Signal(float, float)
    pan_requested = Signal(float)
    whole_requested = Signal()
    range_requested = Signal(float, float)
    unit_requested = Signal(int, bool)

    def __init__(self, symbol: str, title: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.symbol, self.title, self.theme = symbol, title, theme
        self.view = View.whole(1)
        self.ahead = AHEAD
        self._tile: Tile | None = None
        self._pressed: QPointF | None = None
        self._dragged = False
        self._box: QRect | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(f"{symbol}, {title}")

    # What the kinds of rows say -------------------------------------------------------------------------------------

    def ready(self) -> range:
        """Return the steps that can be painted."""
        return range(0)

    def render_tile(self, painter: QPainter, tile: Tile, steps: range) -> None:
        """Paint some steps onto the tile."""

    def paint_margins(self, painter: QPainter, plot: QRect) -> None:
        """Paint the scales beside the plot."""

    def zoom_values(self, factor: float, y: float) -> None:
        """Draw lines over ``factor`` times as wide a range of values, that at height ``y`` staying where it is."""

    def fit_values(self) -> None:
        """Draw lines as large as the values in view allow."""

    def reset_values(self) -> None:
        """Draw lines over the whole scale again."""

    def unit_at(self, y: float) -> int | None:
        """Return the unit that is drawn at height ``y`` of the row, if one is."""
        return None

    # Slots ----------------------------------------------------------------------------------------------------------

    def set_view(self, view: View) -> None:
        """Show these steps."""
        if view != self.view:
            self.view = view
            self._update_plot()

    def grow(self) -> None:
        """Paint the steps that have become known since."""
        if self._tile is not None:
            self._tile.grow(self.render_tile, self.ready(), QColor(self.theme.base))
        self._update_plot()

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self.theme = theme
        self.renew()

    def renew(self) -> None:
        """Forget what was painted."""
        self._tile = None
        self.update()

    def _update_plot(self) -> None:
        # As high as the row: with the cursor's strip this makes a rectangle, and blits are fast in rectangles only.
        self.update(self.plot.left(), 0, self.plot.width(), self.height())

    # Geometry -------------------------------------------------------------------------------------------------------

    @property
    def plot(self) -> QRect:
        """The part of the row that lies over the step axis."""
        return QRect(LEFT, GAP, max(self.width() - LEFT - RIGHT, 1), max(self.height() - 2 * GAP, 1))

    def fraction_at(self, x: float) -> float:
        """Return how far along the view ``x`` is, 0 … 1 within the plot."""
        return (x - LEFT) / self.plot.width()

    # Qt -------------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Shift the tile into place; the margins only where they were uncovered."""
        painter, plot = QPainter(self), self.plot
        ground = QColor(self.theme.window)
        if event.rect().left() >= plot.left() and event.rect().right() <= plot.right():
            painter.fillRect(plot.left(), 0, plot.width(), GAP, ground)
            painter.fillRect(plot.left(), plot.bottom() + 1, plot.width(), GAP, ground)
        else:
            painter.fillRect(self.rect(), ground)
            self._paint_title(painter)
            self.paint_margins(painter, plot)
        if on_screen(painter, self.devicePixelRatioF()):
            self._current_tile(plot.size()).draw(painter, QRectF(plot), self.view)
        else:
            self._paint_once(painter, plot)
        if self._box is not None:
            painter.setPen(QColor(self.theme.accent))
            painter.drawRect(self._box)

    def _current_tile(self, size: QSize) -> Tile:
        ratio = self.devicePixelRatioF()
        if self._tile is None or not self._tile.fits(self.view, size, ratio):
            self._tile = Tile(self.view, size, ratio, self.ahead)
            self._tile.paint(self.render_tile, self.ready(), QColor(self.theme.base))
        return self._tile

    def _paint_once(self, painter: QPainter, plot: QRect) -> None:
        """Paint the plot for a picture, as fine as that is; the tile of the screen stays as it is."""
        ratio = ratio_of(painter)
        tile, ready = Tile(self.view, plot.size(), ratio, 0.0), self.ready()
        steps = range(max(tile.first, ready.start), min(tile.last, ready.stop))
        painter.save()
        painter.setClipRect(plot)
        painter.fillRect(plot, QColor(self.theme.base))
        painter.translate(plot.left(), plot.top())
        painter.scale(1 / ratio, 1 / ratio)
        painter.translate(-round(tile.x(self.view.first)), 0)
        if steps:
            self.render_tile(painter, tile, steps)
        painter.restore()

    def _paint_title(self, painter: QPainter) -> None:
        bold = QFont(self.font())
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(QColor(self.theme.text))
        width, metrics = LEFT - 16, QFontMetrics(self.font())
        line = max(metrics.height(), 18)
        painter.drawText(QRect(10, GAP, width, line + 2), Qt.AlignmentFlag.AlignVCenter, self.symbol)
        painter.setFont(self.font())
        painter.setPen(QColor(self.theme.muted_text))
        text = metrics.elidedText(self.title, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(10, GAP + line + 1, width, line), Qt.AlignmentFlag.AlignVCenter, text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Forget a tile of another size."""
        self._tile = None

    def changeEvent(self, event: QEvent) -> None:
        """Paint anew in another font."""
        if event.type() == QEvent.Type.FontChange:
            self.renew()
        super().changeEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer, with Shift in the values; beside the plot let the rows scroll."""
        delta = event.angleDelta()
        if not self.plot.contains(event.position().toPoint()):
            event.ignore()  # the rows scroll
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.zoom_values(WHEEL_ZOOM ** -(delta.y() or delta.x()), event.position().y())
        elif abs(delta.x()) > abs(delta.y()):
            self.pan_requested.emit(-delta.x() / 120 * 0.1 * self.view.span)
        else:
            self.zoom_requested.emit(WHEEL_ZOOM ** -delta.y(), self.fraction_at(event.position().x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to pan, to draw a box, or with Shift to move the cursor."""
        if event.button() != Qt.MouseButton.LeftButton or not self.plot.contains(event.position().toPoint()):
            super().mousePressEvent(event)
            return
        self._pressed, self._dragged = event.position(), False
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.step_requested.emit(self.view.step_at(self.fraction_at(event.position().x())))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, draw the box, or move the cursor."""
        if self._pressed is None:
            return
        x = event.position().x()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._dragged = True
            self.step_requested.emit(self.view.step_at(self.fraction_at(x)))
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._dragged = True
            self._box = QRect(self._pressed.toPoint(), event.position().toPoint()).normalized() & self.plot
            self.update()
        elif self._dragged or abs(x - self._pressed.x()) > 3:
            self._dragged = True
            self.pan_requested.emit((self._pressed.x() - x) / self.plot.width() * self.view.span)
            self._pressed = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Zoom to the box; or, where nothing was dragged, ask for the unit under the pointer."""
        if self._pressed is None:
            return
        self._pressed = None
        if self._box is not None:
            first, last = (self.view.first + self.fraction_at(x) * self.view.span for x in self._box_edges())
            self._box = None
            self.update()
            self.range_requested.emit(first, last)
        elif not self._dragged and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            unit = self.unit_at(event.position().y())
            if unit is not None:
                self.unit_requested.emit(unit, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))

    def _box_edges(self) -> tuple[int, int]:
        assert self._box is not None
        return self._box.left(), self._box.right() + 1

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the whole sequence."""
        if event.button() == Qt.MouseButton.LeftButton and self.plot.contains(event.position().toPoint()):
            self.whole_requested.emit()


def paint_scale_text(painter: QPainter, theme: Theme, area: QRectF, texts: tuple[str, str], *, left: bool) -> None:
    """Write the upper and the lower limit of a scale beside the plot, within ``area``."""
    small = QFont(painter.font())
    small.setPointSizeF(max(small.pointSizeF() - 1.5, 6.5))
    painter.setFont(small)
    painter.setPen(QColor(theme.muted_text))
    side = Qt.AlignmentFlag.AlignRight if left else Qt.AlignmentFlag.AlignLeft
    for text, edge in zip(texts, (Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom), strict=True):
        painter.drawText(area, side | edge, text)


def paint_color_bar(painter: QPainter, theme: Theme, heat: QRectF, scale: Scale) -> None:
    """Paint the colours of a scale and its limits to the right of what is drawn in them."""
    bar = QRectF(heat.right() + BAR_GAP, heat.top(), BAR_WIDTH, heat.height())
    ramp = np.linspace(252, 0, 64).astype(np.uint8).reshape(64, 1)
    padded = np.ascontiguousarray(np.repeat(ramp, 4, axis=1))
    image = QImage(padded.data, 4, 64, 4, QImage.Format.Format_Indexed8)
    image.setColorTable(color_table(scale.map, theme))
    painter.drawImage(bar, image)
    beside = QRectF(bar.right() + 5, heat.top() - 2, 60, heat.height() + 4)
    paint_scale_text(painter, theme, beside, (short(scale.high), short(scale.low)), left=False)
