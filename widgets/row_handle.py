"""What a row is taken by: its title, to move it or to ask for its menu, and its lower edge, to make it higher."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

EDGE = 5.0
"""Pixels above the lower end of a row in which it is taken by its edge."""

REACH = 4.0
"""Pixels that a hand may tremble before it drags."""


class RowHandle(QObject):
    """Follows the mouse over the margin and the edge of one row, and says what is wished for."""

    current_requested = Signal()
    solo_requested = Signal()
    menu_requested = Signal(object)
    moved = Signal(float)
    """The title was dragged to this height, in the pixels of the screen."""
    height_requested = Signal(int)

    def __init__(self, row: QWidget, margin: int) -> None:
        super().__init__(row)
        self._row, self._margin = row, margin
        self.has_edge = True
        self._taken = ""
        self._from = QPointF()
        self._height = 0

    def part_at(self, position: QPointF) -> str:
        """Return what lies there: ``edge``, ``title``, or nothing of this."""
        if self.has_edge and position.y() >= self._row.height() - EDGE:
            return "edge"
        return "title" if QRectF(0, 0, self._margin, self._row.height()).contains(position) else ""

    def press(self, event: QMouseEvent) -> bool:
        """Take the row. Whether there was something to take it by."""
        part = self.part_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or not part:
            return False
        self.current_requested.emit()
        self._taken, self._from, self._height = f"pressed {part}", event.globalPosition(), self._row.height()
        return True

    def move(self, event: QMouseEvent) -> bool:
        """Move it or its edge along. Whether it was taken."""
        if not self._taken:
            part = self.part_at(event.position())
            shape = {"edge": Qt.CursorShape.SizeVerCursor, "title": Qt.CursorShape.OpenHandCursor}.get(part)
            if shape is None:
                self._row.unsetCursor()
            else:
                self._row.setCursor(shape)
            return False
        by = event.globalPosition().y() - self._from.y()
        if self._taken.startswith("pressed ") and abs(by) > REACH:
            self._taken = self._taken.removeprefix("pressed ")
        if self._taken == "edge":
            self.height_requested.emit(max(round(self._height + by), 1))
        elif self._taken == "title":
            self._row.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.moved.emit(event.globalPosition().y())
        return True

    def release(self, event: QMouseEvent) -> bool:
        """Let go of it. Whether it was taken."""
        taken, self._taken = self._taken, ""
        if taken:
            self._row.unsetCursor()
        return bool(taken)

    def double_click(self, event: QMouseEvent) -> bool:
        """Ask for the row alone, or, by its edge, for its share of the room. Whether it was taken."""
        part = self.part_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and part == "edge":
            self.height_requested.emit(0)
        elif event.button() == Qt.MouseButton.LeftButton and part == "title":
            self.solo_requested.emit()
        return bool(part)

    def context_menu(self, event: QContextMenuEvent) -> bool:
        """Ask for the menu of the row. Whether the title was meant."""
        if self.part_at(QPointF(event.pos())) != "title" and event.reason() == QContextMenuEvent.Reason.Mouse:
            return False
        self.current_requested.emit()
        self.menu_requested.emit(event.globalPos())
        return True
