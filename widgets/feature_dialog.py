"""One of many features of the input, found by letters of its name: where a menu of all would be too long."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class FeatureDialog(QDialog):
    """Lists the features whose names hold what is typed; Enter or a double click says ``chosen(feature)``."""

    chosen = Signal(int)

    def __init__(self, title: str, features: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.edit, self.list = QLineEdit(placeholderText="Letters of its name"), QListWidget()
        self.edit.setAccessibleName("Search the features")
        self.list.setAccessibleName("Features")
        self._features = features
        kinds = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        column = QVBoxLayout(self)
        for part in (self.edit, self.list, self.buttons):
            column.addWidget(part)
        self.edit.textChanged.connect(self._show_found)
        self.edit.installEventFilter(self)
        self.list.itemDoubleClicked.connect(lambda _: self.accept())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._show_found("")

    def accept(self) -> None:
        """Say which was chosen."""
        item = self.list.currentItem()
        if item is not None:
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
            super().accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrows go along the list while one types."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in MOVES:
            row = self.list.currentRow() + MOVES[Qt.Key(event.key())]
            self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
            return True
        return super().eventFilter(watched, event)

    def _show_found(self, text: str) -> None:
        self.list.clear()
        for k, feature in enumerate(self._features):
            if text.casefold() in feature.casefold():
                QListWidgetItem(feature, self.list).setData(Qt.ItemDataRole.UserRole, k)
        self.list.setCurrentRow(0)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(self.list.count() > 0)
