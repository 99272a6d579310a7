"""All messages of a session, in a window of their own that keeps nobody from working on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QColor, QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from widgets.theme import LIGHT, Theme


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that was said, how often in a row, and when last."""

    text: str
    kind: str = "note"
    count: int = 1
    at: datetime = field(default_factory=datetime.now)

    def repeats(self, text: str, kind: str) -> bool:
        """Return whether this says the same."""
        return (self.text, self.kind) == (text, kind)

    def again(self) -> Message:
        """Return this message, said once more."""
        return replace(self, count=self.count + 1, at=datetime.now())

    def line(self) -> str:
        """Return ``14:02:11  error  the text  (3 times)``."""
        times = f"  ({self.count} times)" if self.count > 1 else ""
        return f"{self.at:%H:%M:%S}  {self.kind:<5}  {self.text}{times}"


class MessageList(QDialog):
    """Lists messages, the newest last; non-modal. Can be selected and copied, or cleared."""

    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Messages")
        self.setModal(False)
        self._messages: tuple[Message, ...] = ()
        self._theme = LIGHT
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName("Messages")
        buttons = QDialogButtonBox()
        self.copy = buttons.addButton("Copy all", QDialogButtonBox.ButtonRole.ActionRole)
        self.clear = buttons.addButton("Clear", QDialogButtonBox.ButtonRole.ActionRole)
        close = buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        for button in (self.copy, self.clear):
            button.setAutoDefault(False)
        close.setDefault(True)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)
        buttons.rejected.connect(self.close)
        self.copy.clicked.connect(self._on_copy_clicked)
        self.clear.clicked.connect(self._on_clear_clicked)

    def show_messages(self, messages: Sequence[Message]) -> None:
        """List these messages, and scroll to the newest."""
        self._messages = tuple(messages)
        self.text.clear()
        cursor = QTextCursor(self.text.document())
        for k, message in enumerate(self._messages):
            style = QTextCharFormat()
            style.setForeground(QColor(self._theme.error if message.kind == "error" else self._theme.text))
            cursor.insertText(("\n" if k else "") + message.line(), style)
        self.text.moveCursor(QTextCursor.MoveOperation.End)

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        self.show_messages(self._messages)

    def sizeHint(self) -> QSize:
        """Return room for a few long sentences."""
        return QSize(640, 280)

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(message.line() for message in self._messages) + "\n")

    def _on_clear_clicked(self) -> None:
        self.show_messages(())
        self.cleared.emit()
