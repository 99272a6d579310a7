"""Texts that fit where they stand: elided lines, and notes that open on demand."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from widgets.theme import Theme


class ElidedLabel(QLabel):
    """One line of plain text, as wide as it is, and shortened where there is less room."""

    def __init__(self, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Return the height of a line; any width will do."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        painter = QPainter(self)
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), self._mode, room.width())
        self.style().drawItemText(
            painter, room, int(self.alignment()), self.palette(), self.isEnabled(), text, self.foregroundRole()
        )
        painter.end()


class FastLine(QWidget):
    """One line of text that changes at every step: unlike a label's, its change lays out nothing anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """Return the text."""
        return self._text

    def setText(self, text: str) -> None:
        """Show this text."""
        if text != self._text:
            self._text = text
            self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a line; it takes the width there is."""
        return QSize(40, self.fontMetrics().height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


class Notes(QWidget):
    """Sentences worth reading once: a line that says how many there are, and opens them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notes: tuple[str, ...] = ()
        self.button = QToolButton(checkable=True, autoRaise=True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setAccessibleName("Notes on this data")
        self.text = QLabel(wordWrap=True)
        self.text.setAccessibleName("Notes on this data")
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.button)
        column.addWidget(self.text)
        self.button.toggled.connect(self._on_toggled)
        self._on_toggled(False)
        self.hide()

    def show_notes(self, notes: Sequence[str]) -> None:
        """Show other notes, closed; nothing at all where there are none."""
        if tuple(notes) == self._notes:
            return
        self._notes = tuple(notes)
        self.button.setText(f"{len(notes)} note{'s' if len(notes) > 1 else ''} on this data")
        paragraphs = [f"<p style='margin: 0 0 4px 0'>{escape(note, quote=False)}</p>" for note in notes]
        self.text.setText("".join(paragraphs))
        self.button.setChecked(False)
        self.setVisible(bool(notes))

    def apply_theme(self, theme: Theme) -> None:
        """Keep it quiet, but readable."""
        self.button.setStyleSheet(
            f"QToolButton {{ border: none; padding: 2px 0; color: {theme.accent}; text-align: left; }}"
            "QToolButton:focus, QToolButton:hover { text-decoration: underline; }"
        )
        self.text.setStyleSheet(f"color: {theme.muted_text}")

    def _on_toggled(self, opened: bool) -> None:
        self.button.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        self.text.setVisible(opened)
