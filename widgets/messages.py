"""All messages of a session, in a window of their own that keeps nobody from working on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from widgets.keys import tell
from widgets.theme import LIGHT, Theme, number_font

MESSAGE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that was said, how often in a row, and when last. ``details`` are for whoever looks for the cause."""

    text: str
    kind: str = "note"
    count: int = 1
    at: datetime = field(default_factory=datetime.now)
    details: str = ""

    @classmethod
    def of(cls, told: str, kind: str) -> Message:
        """Return what was told: the first line is what is said, those below it are its details."""
        text, _, details = told.partition("\n")
        return cls(text, kind, details=details.strip("\n"))

    def repeats(self, other: Message) -> bool:
        """Return whether this says the same."""
        return (self.text, self.kind, self.details) == (other.text, other.kind, other.details)

    def again(self) -> Message:
        """Return this message, said once more."""
        return replace(self, count=self.count + 1, at=datetime.now())

    def line(self) -> str:
        """Return ``14:02:11  error  the text  (3 times)``."""
        times = f"  ({self.count} times)" if self.count > 1 else ""
        return f"{self.at:%H:%M:%S}  {self.kind:<5}  {self.text}{times}"

    def whole(self) -> str:
        """Return the line and, indented below it, the details."""
        return "\n".join([self.line(), *(f"    {line}" for line in self.details.splitlines())])


class MessageList(QDialog):
    """Lists messages, the newest last; non-modal. One or all can be copied, saved as a report, or cleared."""

    told_keys = (tell("copy the messages", "Ctrl+C"),)

    cleared = Signal()
    report_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Messages")
        self.setModal(False)
        self._messages: tuple[Message, ...] = ()
        self._theme = LIGHT
        self._build()
        self.list.currentItemChanged.connect(self._show_details)
        self.open_details.toggled.connect(self._on_toggled)
        self.copy.clicked.connect(self.copy_chosen)
        self.save.clicked.connect(self.report_requested)
        self.clear.clicked.connect(self._on_clear_clicked)
        self._on_toggled(False)
        self.show_messages(())

    def _build(self) -> None:
        self.count = QLabel()
        self.list = QListWidget()
        self.list.setAccessibleName("Messages")
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.installEventFilter(self)
        self.open_details = QToolButton(text="Details", checkable=True, autoRaise=True)
        self.open_details.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.details = QPlainTextEdit(readOnly=True)
        self.details.setAccessibleName("Details of the chosen message")
        self.details.setFont(number_font())
        self.details.setTabChangesFocus(True)
        buttons = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole
        self.copy = buttons.addButton("Copy", role.ActionRole)
        self.copy.setToolTip("Copy the chosen messages with their details, or all where none is chosen")
        self.save = buttons.addButton("Save report…", role.ActionRole)
        self.save.setToolTip("Write all messages and what helps to find their cause to a file")
        self.clear = buttons.addButton("Clear", role.ActionRole)
        close = buttons.addButton("Close", role.RejectRole)
        for button in (self.copy, self.save, self.clear):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        for part in (self.count, self.list, self.open_details, self.details, buttons):
            column.addWidget(part)
        close.setDefault(True)  # only now does the dialog know of it
        buttons.rejected.connect(self.close)

    def show_messages(self, messages: Sequence[Message]) -> None:
        """List these messages, and scroll to the newest."""
        self._messages = tuple(messages)
        self.list.clear()
        for message in self._messages:
            item = QListWidgetItem(message.line())
            item.setData(MESSAGE, message)
            item.setForeground(QColor(self._theme.error if message.kind == "error" else self._theme.text))
            self.list.addItem(item)
        errors = sum(message.count for message in self._messages if message.kind == "error")
        notes = sum(message.count for message in self._messages if message.kind != "error")
        self.count.setText(f"{_counted(errors, 'error')}, {_counted(notes, 'note')}")
        if self._messages:
            self.list.setCurrentRow(len(self._messages) - 1)
            self.list.clearSelection()
            self.list.scrollToBottom()
        else:
            self._show_details(None)

    def lines(self) -> list[str]:
        """Return what is listed."""
        return [self.list.item(k).text() for k in range(self.list.count())]

    def copy_chosen(self) -> None:
        """Put the chosen messages, or all, on the clipboard with their details."""
        chosen = [item.data(MESSAGE) for item in self.list.selectedItems()] or self._messages
        QGuiApplication.clipboard().setText("".join(f"{message.whole()}\n" for message in chosen))

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        self.show_messages(self._messages)

    def sizeHint(self) -> QSize:
        """Return room for a few long sentences."""
        return QSize(680, 340)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Copy messages with their details; the list itself would leave them out."""
        if event.type() == QEvent.Type.KeyPress and event.matches(QKeySequence.StandardKey.Copy):
            self.copy_chosen()
            return True
        return super().eventFilter(watched, event)

    def _show_details(self, item: QListWidgetItem | None) -> None:
        message = None if item is None else item.data(MESSAGE)
        details = "" if message is None else message.details
        self.details.setPlainText(details or "The sentence above is all that is known.")
        self.open_details.setEnabled(bool(details))
        self.details.setVisible(bool(details) and self.open_details.isChecked())

    def _on_toggled(self, opened: bool) -> None:
        self.open_details.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        self.details.setVisible(opened)

    def _on_clear_clicked(self) -> None:
        self.show_messages(())
        self.cleared.emit()


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
