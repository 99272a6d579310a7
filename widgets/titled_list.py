"""A list to choose from, where each entry has a title and, below it in small, a sentence on what it is."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from widgets.theme import LIGHT, Theme, blend

SMALL = 0.9
EDGE = 8
BAR = 4
SENTENCE, NAME = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class TitledList(QListWidget):
    """The arrow keys and a click choose; the whole sentence is the tooltip."""

    chosen_changed = Signal(str)
    """The name of the entry."""

    def __init__(self, entries: Iterable[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        """Take (name, title, sentence) of each entry."""
        super().__init__(parent)
        self._delegate = _Delegate(self)
        self.setItemDelegate(self._delegate)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        for name, title, sentence in entries:
            item = QListWidgetItem(title, self)
            item.setData(SENTENCE, sentence)
            item.setData(NAME, name)
            item.setToolTip(sentence)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, sentence)
        self.setCurrentRow(0)
        self.currentItemChanged.connect(lambda item: self.chosen_changed.emit(item.data(NAME)))

    @property
    def chosen(self) -> str:
        """The name of the entry that is chosen."""
        return self.currentItem().data(NAME)

    def choose(self, name: str) -> None:
        """Choose an entry by its name."""
        self.setCurrentRow(next(k for k in range(self.count()) if self.item(k).data(NAME) == name))

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._delegate.theme = theme
        self.viewport().update()


class _Delegate(QStyledItemDelegate):
    """Draws an entry on two lines, marked like an open card where it is chosen."""

    theme = LIGHT

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return room for the two lines."""
        return QSize(
            160, QFontMetrics(_title_font(option.font)).height() + QFontMetrics(_small(option.font)).height() + 11
        )

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw ground, bar, title and sentence."""
        theme, area = self.theme, option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        ground = blend(theme.accent, theme.base, 0.14) if chosen else theme.hover if over else theme.base
        painter.save()
        painter.fillRect(area, QColor(ground))
        if chosen:
            painter.fillRect(QRect(area.left(), area.top(), BAR, area.height()), QColor(theme.accent))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(theme.accent))
            # Well within, also where a pixel of the screen is less than a point: outside, nobody would paint it over.
            painter.drawRect(QRectF(area).adjusted(0.5, 0.5, -1.5, -1.5))
        inner = area.adjusted(EDGE + BAR, 5, -EDGE, -5)
        lines = ((0, _title_font(option.font), theme.text), (SENTENCE, _small(option.font), theme.muted_text))
        top = inner.top()
        for role, font, color in lines:
            metrics = QFontMetrics(font)
            painter.setFont(font)
            painter.setPen(QColor(color))
            text = metrics.elidedText(index.data(role), Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(QRect(inner.left(), top, inner.width(), metrics.height()), 0, text)
            top += metrics.height() + 1
        painter.restore()


def _title_font(font: QFont) -> QFont:
    made = QFont(font)
    made.setWeight(QFont.Weight.DemiBold)
    return made


def _small(font: QFont) -> QFont:
    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() * SMALL)
    return made
