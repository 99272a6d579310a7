"""What charts and heat maps have alike: a picture made anew only if something changed, the pointer, focus and keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.keys import claims
from widgets.theme import LIGHT, Theme


class Canvas(QWidget):
    """Paints its picture and, over it, what changes with cursor and pointer; the arrow keys walk on it."""

    keys: tuple[Qt.Key, ...] = ()
    """Which it claims where it has the focus."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hover = None
        self._picture: QPixmap | None = None
        self._theme = LIGHT
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        self._forget()

    def _paint_picture(self, painter: QPainter) -> None:
        """Paint what seldom changes; an empty canvas has nothing but its ground."""

    def _paint_over(self, painter: QPainter) -> None:
        """Paint what goes with cursor and pointer, if anything does."""

    def _paint_box(self, painter: QPainter, box: QRectF, text: str) -> None:
        """Paint what is said of the place under the pointer."""
        painter.setPen(QColor(self._theme.border))
        painter.setBrush(QColor(self._theme.raised))
        painter.drawRect(box)
        painter.setPen(QColor(self._theme.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _forget(self) -> None:
        self._picture = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, made anew only if something changed, and what is over it."""
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.size() != self.size() * ratio:
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(QColor(self._theme.base))
            painter = QPainter(self._picture)
            painter.setFont(self.font())
            self._paint_picture(painter)
            painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        self._paint_over(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)  # what is over the picture may have left one
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Paint anew in another font."""
        if event.type() == QEvent.Type.FontChange:
            self._forget()
        super().changeEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Say nothing where there is no pointer."""
        self._hover = None
        self.update()
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        """Claim its keys."""
        return claims(event, *self.keys) or super().event(event)
