"""Every number that was recorded of one iteration, as text: what the charts draw, for reading and copying."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from widgets.chart_axis import number_text
from widgets.decimals import exact
from widgets.fields import WholeNumberField
from widgets.forms import beside, push_button
from widgets.keys import tell
from widgets.tables import color_headers, write
from widgets.theme import Theme
from widgets.trained import CELL_TITLES, Trained


class NumberPage(QWidget):
    """A line a column, a column a cell, at the iteration that is marked or the last."""

    told_keys = (tell("copy the numbers", "Ctrl+C"),)

    iteration_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trained = Trained()
        self._iteration: int | None = None
        self.iteration = WholeNumberField(0, 10**9)
        self.iteration.setAccessibleName("Iteration")
        label = QLabel("Iteration")
        label.setBuddy(self.iteration)
        self.copy = push_button("Copy", "Copy the table, tabs between the columns (Ctrl+C)")
        self.table = QTableWidget()
        self.table.setAccessibleName("Numbers of the iteration")
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 5)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        above = beside(label, self.iteration, right=(self.copy,))
        above.setContentsMargins(8, 0, 8, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.addLayout(above)
        column.addWidget(self.table, 1)
        self.iteration.edited.connect(lambda iteration: self.iteration_requested.emit(iteration))
        self.copy.clicked.connect(lambda: self.copy_all())

    def show_trained(self, trained: Trained) -> None:
        """Show what is known of a run."""
        self._trained = trained
        self._show()

    def set_iteration(self, iteration: int | None) -> None:
        """Show the numbers of an iteration, or the last one."""
        if iteration != self._iteration:
            self._iteration = iteration
            self._show()

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        color_headers(self.table, theme)

    def copy_all(self) -> None:
        """Copy the table as text, numbers exact."""
        trained, lines = self._trained, [["", *self._trained.cells]]
        lines += [[name, *(self._text(cell, name, whole=True) for cell in trained.cells)] for name in self._names()]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_all()
        else:
            super().keyPressEvent(event)

    # Private --------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        names, cells = self._names(), self._trained.cells
        self._show_iteration()
        self.table.setRowCount(len(names))
        self.table.setColumnCount(len(cells))
        self.table.setHorizontalHeaderLabels([CELL_TITLES.get(cell, cell) for cell in cells])
        self.table.setVerticalHeaderLabels(names)
        for row, name in enumerate(names):
            for column, cell in enumerate(cells):
                item = write(self.table, row, column, self._text(cell, name))
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    @property
    def _at(self) -> int:
        """The iteration that is shown: the marked one, or the last that every cell has done."""
        last = min((self._trained.last(cell) for cell in self._trained.cells), default=0)
        return last if self._iteration is None else self._iteration

    def _show_iteration(self) -> None:
        """Have the field say it, unless a person is typing there."""
        line = self.iteration.lineEdit()
        if self.iteration.hasFocus() and line.text() != str(self.iteration.value):
            return
        chosen = line.hasSelectedText()
        self.iteration.set_value(self._at)
        if chosen:
            line.selectAll()

    def _names(self) -> list[str]:
        names: dict[str, None] = {}
        for cell in self._trained.cells:
            names.update(dict.fromkeys(self._trained.metrics.get(cell, {})))
        names.pop("iteration", None)
        return list(names)

    def _text(self, cell: str, name: str, *, whole: bool = False) -> str:
        row, values = self._trained.row(cell, self._at), self._trained.column(cell, name)
        there = 0 <= row < len(values) and self._trained.column(cell, "iteration")[row] == self._at
        if not there or (np.isnan(values[row]) and name != "loss"):
            return ""
        return exact(float(values[row])) if whole else number_text(float(values[row]))
