"""The line in which a condition is typed: it completes names, and underlines what cannot be read."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from explorer.conditions import ConditionError
from widgets.completing import suggest
from widgets.keys import tell
from widgets.theme import LIGHT, Theme, number_font

PATIENCE_MS = 350
"""How long typing has to rest before what stands there is judged: every beginning of a condition is a wrong one."""

WAVE = 4.0
"""Pixels of one wave of the underline."""

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


def draw_wave(painter: QPainter, left: float, right: float, base: float, color: str) -> None:
    """Underline from ``left`` to ``right`` as what is wrong is underlined."""
    count = max(math.ceil((right - left) / (WAVE / 2)), 3)
    points = [QPointF(left + k * WAVE / 2, base - (WAVE / 2 if k % 2 else 0)) for k in range(count + 1)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(color), 1.2))
    painter.drawPolyline(QPolygonF(points))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


class ConditionLine(QLineEdit):
    """One condition as text."""

    told_keys = (tell("take the name that is offered", "Return", "Tab"),)

    rested = Signal(str)
    """What was typed may be judged: typing rests."""

    def __init__(self, names: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names, self._theme = names, LIGHT
        self._error: ConditionError | None = None
        self._start = 0
        self._rest = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._rest.timeout.connect(self._on_rest)
        self._offers = QStringListModel(self)
        self.completer_ = QCompleter(self._offers, self)
        self.completer_.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer_.setWidget(self)
        self.completer_.activated.connect(self._on_chosen)
        self.textEdited.connect(self._on_edited)
        self.setFont(number_font())

    @property
    def error(self) -> ConditionError | None:
        """What is underlined."""
        return self._error

    def set_names(self, names: Sequence[str]) -> None:
        """Complete these names."""
        self._names = names

    def show_error(self, error: ConditionError | None) -> None:
        """Underline what is wrong, or nothing."""
        self._error = error
        self.setAccessibleDescription("" if error is None else error.message)
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        self.setFont(number_font())
        self.update()

    def underline(self) -> tuple[float, float]:
        """Return from where to where the error is underlined, in pixels of the line."""
        assert self._error is not None
        metrics, text = self.fontMetrics(), self.text()
        cursor = self.cursorRect().center().x() - metrics.horizontalAdvance(text[: self.cursorPosition()])
        first, last = self._error.column, self._error.column + max(self._error.length, 1)
        ends = [cursor + metrics.horizontalAdvance(text[:end]) for end in (first, last)]
        return ends[0], max(ends[1], ends[0] + metrics.horizontalAdvance("m"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, and the underline of what is wrong."""
        super().paintEvent(event)
        if self._error is not None and self.text():
            left, right = self.underline()
            painter = QPainter(self)
            painter.setClipRect(self.rect().adjusted(3, 0, -3, 0))
            base = self.rect().center().y() + self.fontMetrics().height() / 2 + 1
            draw_wave(painter, left, right, min(base, self.height() - 3), self._theme.error)
            painter.end()

    def event(self, event: QEvent) -> bool:
        """Take Tab where it chooses a completion."""
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab and self._offering():
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the key that chooses a completion to it."""
        if event.key() in ENTER and self._offering():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _offering(self) -> bool:
        popup = self.completer_.popup()
        return popup.isVisible() and popup.currentIndex().isValid()

    def _on_rest(self) -> None:
        if self.completer_.popup().isVisible():
            self._rest.start()  # a name that is offered is not complete
        else:
            self.rested.emit(self.text())

    def _on_edited(self, text: str) -> None:
        self.show_error(None)
        self._rest.start()
        self._start, fitting = suggest(text[: self.cursorPosition()], self._names)
        popup = self.completer_.popup()
        if not fitting:
            popup.hide()
            return
        self._offers.setStringList(list(fitting))
        popup.setFont(self.font())
        box = self.cursorRect()
        box.setWidth(popup.sizeHintForColumn(0) + popup.verticalScrollBar().sizeHint().width() + 12)
        self.completer_.complete(box)

    def _on_chosen(self, name: str) -> None:
        text, end = self.text(), self.cursorPosition()
        self.setText(text[: self._start] + name + text[end:])
        self.setCursorPosition(self._start + len(name))
        self._rest.start()
