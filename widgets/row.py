"""One row over the common step axis: margins, title and tile; what it shows is up to its kinds."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from widgets.drawing import on_screen
from widgets.row_handle import RowHandle
from widgets.row_title import paint_title
from widgets.scales import small_font
from widgets.theme import Theme
from widgets.tile import AHEAD, Tile, paint_picture
from widgets.view import View

LEFT, RIGHT = 116, 66
"""Margins, the same in every row and in the ruler, so that a step stands at the same place in all of them."""

GAP = 3
WHEEL_ZOOM = 1.0015

CHEAP = 2**13
"""What a picture may cost before it is painted later, and the old one is shown until then."""

AT_FIRST = 0.05
"""How far, in views, the first sharp tile after a zoom reaches: less is painted sooner, and a whole one follows."""

NEAR = 0.2
"""The part of a view that a tile still has to reach beyond it, or the next one is painted before it is needed."""


class Row(QWidget):
    """A row. Shows what it is given; asks for another step, view or unit by signals."""

    step_requested = Signal(object)
    zoom_requested = Signal(float, float)
    pan_requested = Signal(float)
    whole_requested = Signal()
    range_requested = Signal(float, float)
    unit_requested = Signal(int, bool)
    brush_requested = Signal(float, float, object)
    """From and to which step the brush was drawn, and over which units; None: all."""
    brush_ended = Signal()
    late = Signal()
    """A picture is shown that is not sharp, or soon ends: call ``sharpen`` when there is time."""

    movable = False
    """Whether it can be taken by its title and its edge."""

    def __init__(self, symbol: str, title: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.symbol, self.title, self.theme = symbol, title, theme
        self.view = View.whole(1)
        self.ahead = AHEAD
        self._tile: Tile | None = None
        self._pressed: QPointF | None = None
        self._dragged = False
        self._box: QRect | None = None
        self._current = self._brushes = False
        self._note, self._tag = "", ("", 0)
        self.handle = RowHandle(self, LEFT - 8)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(f"{symbol}, {title}")

    # What the kinds of rows say -------------------------------------------------------------------------------------

    def ready(self) -> range:
        """Return the steps that can be painted."""
        return range(0)

    def render_tile(self, painter: QPainter, tile: Tile, steps: range) -> None:
        """Paint some steps onto the tile."""

    def paint_margins(self, painter: QPainter, plot: QRect) -> tuple[QRectF, ...]:
        """Paint the scales beside the plot. Returns what of it stands on the left, for the title to keep clear of."""
        return ()

    def zoom_values(self, factor: float, y: float) -> None:
        """Draw lines over ``factor`` times as wide a range of values, that at height ``y`` staying where it is."""

    def fit_values(self) -> None:
        """Draw lines as large as the values in view allow."""

    def reset_values(self) -> None:
        """Draw lines over the whole scale again."""

    def unit_at(self, y: float) -> int | None:
        """Return the unit that is drawn at height ``y`` of the row, if one is."""
        return None

    def units_between(self, top: float, bottom: float) -> tuple[int, ...] | None:
        """Return the units that are drawn between two heights; None where the row draws none by height."""
        return None

    def cost(self, steps: int) -> int:
        """Return about how much it costs to paint so many steps, in values that are looked at."""
        return 0

    def tip_at(self, position: QPointF) -> str:
        """Return what is said of what is drawn there; nothing, to say what the row is."""
        return ""

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

    def renew_from(self, step: int) -> None:
        """Paint the steps from this one on anew. What is shown before it is still right."""
        if self._tile is not None:
            self._tile.forget(step)
        Row.grow(self)  # and not what a kind of row does when more has become known

    def show_current(self, current: bool) -> None:
        """Show whether keys for a row mean this one."""
        if current != self._current:
            self._current = current
            self.update(0, 0, LEFT, self.height())

    def show_note(self, note: str) -> None:
        """Write something small below the title."""
        if note != self._note:
            self._note = note
            self.update(0, 0, LEFT, self.height())

    def set_brush(self, brushes: bool) -> None:
        """Let a drag brush a range of steps, instead of panning."""
        self._brushes = brushes

    def insist(self) -> None:
        """Be sharp when it is painted the next time, however long that takes."""
        if self._tile is not None and not self._tile.fits(self.view, self.plot.size(), self.devicePixelRatioF()):
            self.renew()

    def sharpen(self) -> bool:
        """Paint the picture that fits the view, or one that does not end soon. Whether there was anything to do."""
        size, ratio, tile = self.plot.size(), self.devicePixelRatioF(), self._tile
        if self.visibleRegion().isEmpty() or tile is None:
            return False
        if not tile.fits(self.view, size, ratio):
            self._paint_tile(size, ratio, AT_FIRST)
        elif tile.ends_soon(self.view, NEAR):
            self._paint_tile(size, ratio)
        else:
            return False
        self._update_plot()
        return True

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
            painter.setFont(small_font(self.font()))
            self._paint_title(painter, self.paint_margins(painter, plot))
        if on_screen(painter, self.devicePixelRatioF()):
            self._draw_tile(painter, plot)
        else:  # the tile of the screen stays as it is
            paint_picture(painter, self.view, plot, self.render_tile, self.ready(), QColor(self.theme.base))
        if self._box is not None:
            painter.setPen(QColor(self.theme.accent))
            painter.drawRect(self._box)

    def _draw_tile(self, painter: QPainter, plot: QRect) -> None:
        """Draw the tile. Where another would take long, the old one, drawn to scale, has to do until there is time."""
        size, ratio, tile = plot.size(), self.devicePixelRatioF(), self._tile
        if tile is None or (not tile.fits(self.view, size, ratio) and not self._can_wait()):
            tile = self._paint_tile(size, ratio)
        if tile.fits(self.view, size, ratio):
            tile.draw(painter, QRectF(plot), self.view)
            if tile.ends_soon(self.view, NEAR) and self._can_wait():
                self.late.emit()
        else:
            painter.fillRect(plot, QColor(self.theme.base))
            tile.draw_scaled(painter, QRectF(plot), self.view)
            self.late.emit()

    def _can_wait(self) -> bool:
        return self.cost(math.ceil(self.view.span * (1 + 2 * AHEAD))) > CHEAP

    def _paint_tile(self, size: QSize, ratio: float, ahead: float = AHEAD) -> Tile:
        self._tile = Tile(self.view, size, ratio, ahead)
        self._tile.paint(self.render_tile, self.ready(), QColor(self.theme.base))
        return self._tile

    def _paint_title(self, painter: QPainter, taken: tuple[QRectF, ...]) -> None:
        if self._current:
            painter.fillRect(0, GAP, 3, self.height() - 2 * GAP, QColor(self.theme.accent))
        box, texts = QRect(10, GAP, LEFT - 16, self.plot.height()), (self.symbol, self.title, self._note)
        paint_title(painter, self.font(), self.theme, box, texts, self._tag, taken)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Forget a tile of another size, unless a new one takes long."""
        if not self._can_wait():
            self._tile = None

    def changeEvent(self, event: QEvent) -> None:
        """Paint anew in another font."""
        if event.type() == QEvent.Type.FontChange:
            self.renew()
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say what stands under the pointer."""
        asked = isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip
        if asked and (text := self.tip_at(QPointF(event.pos()))):
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

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
        """Begin to pan, to brush, to draw a box, or with Shift to move the cursor; or take the row by its handle."""
        if self.movable and self.handle.press(event):
            return
        if event.button() != Qt.MouseButton.LeftButton or not self.plot.contains(event.position().toPoint()):
            super().mousePressEvent(event)
            return
        self.handle.current_requested.emit()
        self._pressed, self._dragged = event.position(), False
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not self._brushes:
            self.step_requested.emit(self.view.step_at(self.fraction_at(event.position().x())))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, brush, draw the box, or move the cursor."""
        if self._pressed is None:
            if self.movable:
                self.handle.move(event)
            return
        x = event.position().x()
        if self._brushes:
            self._dragged = self._dragged or abs(x - self._pressed.x()) > 3
            if self._dragged:
                self._brush(event)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
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

    def _brush(self, event: QMouseEvent) -> None:
        """Ask for the steps from where the mouse was pressed to here; with Shift, of the units in between."""
        assert self._pressed is not None
        ends = sorted((self._pressed.x(), event.position().x()))
        first, last = (self.view.first + self.fraction_at(x) * self.view.span for x in ends)
        units = None
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            units = self.units_between(*sorted((self._pressed.y(), event.position().y())))
        self.brush_requested.emit(first, last, units)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Zoom to the box; or, where nothing was dragged, ask for the unit under the pointer."""
        if self._pressed is None:
            self.handle.release(event)
            return
        self._pressed = None
        if self._brushes and self._dragged:
            self.brush_ended.emit()
        elif self._box is not None:
            edges, self._box = (self._box.left(), self._box.right() + 1), None
            first, last = (self.view.first + self.fraction_at(x) * self.view.span for x in edges)
            self.update()
            self.range_requested.emit(first, last)
        elif not self._dragged and (self._brushes or not event.modifiers() & Qt.KeyboardModifier.ShiftModifier):
            unit = self.unit_at(event.position().y())
            if unit is not None:
                self.unit_requested.emit(unit, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the whole sequence; by its title, for the row alone."""
        if self.movable and self.handle.double_click(event):
            return
        if event.button() == Qt.MouseButton.LeftButton and self.plot.contains(event.position().toPoint()):
            self.whole_requested.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the row."""
        if not (self.movable and self.handle.context_menu(event)):
            event.ignore()
