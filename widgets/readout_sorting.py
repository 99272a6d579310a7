"""Sorting a table of numbers by one of its columns: by a click on the heading, or a key."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QTableView

from widgets.readout_model import DELTA, NumbersModel
from widgets.theme import LIGHT, Theme

REST_MS = 150
"""How long numbers have to rest before rows change places: rows that jump at every step cannot be read."""

MARKS = {(True, True): "▾", (False, True): "▴", (True, False): "▿", (False, False): "▵"}
"""Behind the heading, by whether the largest comes first, and whether rows stand as their numbers are now."""


class ColumnHeader(QHeaderView):
    """Headings that say ``clicked(column)``, and underline the column that keys are for."""

    clicked = Signal(int)

    def __init__(self, table: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._pressed = -1
        self.theme: Theme = LIGHT
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take note of the heading."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self.logicalIndexAt(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Say that it was clicked."""
        at = self.logicalIndexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and at == self._pressed >= 0:
            self.clicked.emit(at)
        self._pressed = -1

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw a heading."""
        painter.save()
        super().paintSection(painter, rect, section)
        painter.restore()
        table = self.parent()
        if table.hasFocus() and table.currentIndex().column() == section:
            painter.fillRect(rect.left() + 2, rect.bottom() - 1, rect.width() - 4, 2, QColor(self.theme.accent))


class Sorting(QObject):
    """Largest first, smallest first, as given: one after the other. Rows change places when the numbers rest."""

    changed = Signal()
    """Another column, or the other direction."""

    def __init__(self, model: NumbersModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self.column: int | None = None
        self.descending = True
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._arrange)
        model.dataChanged.connect(self._on_numbers)
        model.modelAboutToBeReset.connect(self._on_about_to_reset)
        model.modelReset.connect(self._on_reset)
        self._name = ""

    def cycle(self, column: int) -> None:
        """Sort by this column, then the other way round, then not at all."""
        if not 0 <= column < len(self._model.columns):
            return
        if column != self.column:
            self.column, self.descending = column, True
        elif self.descending:
            self.descending = False
        else:
            self.column = None
        self._arrange()
        self.changed.emit()

    def _arrange(self) -> None:
        """Put the rows in order now. Of equal numbers the order is as given; what is no number comes last."""
        self._rest.stop()
        if self.column is None:
            self._model.set_order(None)
            self._model.mark_heading(None, "")
            return
        self._model.mark_heading(self.column, MARKS[self.descending, True])
        numbers = self._model.given_column(self.column)
        if numbers is not None:
            keys = np.asarray(numbers, dtype=float)
            self._model.set_order(np.argsort(-keys if self.descending else keys, kind="stable"))

    def _on_numbers(self) -> None:
        if self.column is not None:
            if not self._rest.isActive():
                self._model.mark_heading(self.column, MARKS[self.descending, False])
            self._rest.start(REST_MS)

    def _on_about_to_reset(self) -> None:
        self._name = "" if self.column is None else self._model.columns[self.column].name.removeprefix(DELTA)

    def _on_reset(self) -> None:
        """Stay with the column of the same name, if there is still one."""
        names = [column.name.removeprefix(DELTA) for column in self._model.columns]
        self.column = names.index(self._name) if self._name in names else None
        if self.column is not None:
            self._model.mark_heading(self.column, MARKS[self.descending, False])
            self._rest.start(0)
