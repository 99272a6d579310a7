"""A list that paints its own lines: what those about the inside of a step have in common, focus and tooltips."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from widgets.theme import LIGHT, Theme


def paint_focus(painter: QPainter, area: QRect, theme: Theme) -> None:
    """Frame what the keys go to."""
    painter.setPen(QPen(QColor(theme.accent), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area.adjusted(1, 1, -1, -1))


class PaintedList(QAbstractScrollArea):
    """Tells the line under the pointer, and is painted anew where the focus comes or goes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        self._dress()

    def told_at(self, point: QPoint) -> str:
        """Return what is said of the line at a point of the view; nothing where there is none."""
        return ""

    def _dress(self) -> None:
        """Take up another theme or font."""
        self.viewport().update()

    # Qt -------------------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Lay out anew in another font."""
        if event.type() == QEvent.Type.FontChange:
            self._dress()
        super().changeEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell the line under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.told_at(event.pos()), self)
            return True
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys walk here."""
        self.viewport().update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that they do no more."""
        self.viewport().update()
        super().focusOutEvent(event)
