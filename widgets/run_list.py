"""The runs that were recorded: list, open, compare, resume, and delete with a way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from widgets.decimals import grouped
from widgets.forms import beside, push_button
from widgets.keys import tell
from widgets.tables import make_list, write
from widgets.theme import Theme, header_sheet

TITLES = ("run", "begun", "cells", "iterations", "state")
NOTHING = "No run yet. Start one: it is recorded, and stands here then."
OVER = "Draw its curves, norms and gates over those that are shown"


@dataclass(frozen=True, slots=True)
class RunLine:
    """What is said of one run. ``key`` is its folder; ``shown`` and ``compared`` say where it is to be seen.

    ``alone`` is a sentence that says why it cannot be compared, where it cannot.
    """

    key: str
    name: str
    begun: str
    cells: str
    iteration: int
    state: str
    reason: str = ""
    shown: bool = False
    compared: bool = False
    resumable: bool = False
    alone: str = ""


class RunList(QWidget):
    """One line a run, the newest first. What is deleted can be had back until the next is, or the window closes."""

    told_keys = (tell("open the run", "Return"), tell("delete it", "Del"))

    open_requested = Signal(str)
    compare_requested = Signal(str)
    resume_requested = Signal(str)
    delete_requested = Signal(str)
    undo_requested = Signal()
    browse_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[RunLine, ...] = ()
        self.table = QTableWidget(0, len(TITLES))
        self.table.setAccessibleName("Runs")
        self.table.setToolTip("Enter opens a run, Delete deletes it")
        self.table.setHorizontalHeaderLabels(TITLES)
        make_list(self.table, 0)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.installEventFilter(self)
        self.nothing = QLabel(NOTHING, wordWrap=True)
        self.open = push_button("Open", "Show what was recorded (Enter)")
        self.compare = push_button("Compare", OVER)
        self.resume = push_button("Resume", "Go on training from the last state that was recorded")
        self.delete = push_button("Delete", "Delete the run; it can be undone (Delete)")
        self.browse = push_button("Open another…", "Open the folder of a run that lies elsewhere")
        self.deleted, self.undo = QLabel(), push_button("Undo", "Have the run back")
        self.bar = QWidget()
        self._lay_out()
        self._connect()
        self.show_lines(())
        self.show_deleted("")

    def _lay_out(self) -> None:
        bar = QHBoxLayout(self.bar)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.addWidget(self.deleted, 1)
        bar.addWidget(self.undo)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.nothing)
        column.addWidget(self.table, 1)
        column.addWidget(self.bar)
        column.addLayout(beside(self.open, self.compare, self.resume, self.delete, right=(self.browse,)))

    def _connect(self) -> None:
        self.table.itemSelectionChanged.connect(self._offer)
        self.table.itemDoubleClicked.connect(lambda _: self._ask(self.open_requested))
        for button, wish in (
            (self.open, self.open_requested),
            (self.compare, self.compare_requested),
            (self.resume, self.resume_requested),
            (self.delete, self.delete_requested),
        ):
            button.clicked.connect(lambda _=False, wish=wish: self._ask(wish))
        self.undo.clicked.connect(lambda: self.undo_requested.emit())
        self.browse.clicked.connect(lambda: self.browse_requested.emit())

    @property
    def chosen(self) -> RunLine | None:
        """The line that is chosen."""
        row = self.table.currentRow()
        return self._lines[row] if self.table.selectedItems() and 0 <= row < len(self._lines) else None

    def show_lines(self, lines: Sequence[RunLine]) -> None:
        """List these; what is chosen stays."""
        chosen, lines = self.chosen, tuple(lines)
        if lines == self._lines and self.table.rowCount():
            return
        self._lines = lines
        self.table.setRowCount(len(lines))
        for row, line in enumerate(lines):
            shown = ", shown" if line.shown else ", compared" if line.compared else ""
            texts = (line.name, line.begun, line.cells, grouped(line.iteration), f"{line.state}{shown}")
            for column, text in enumerate(texts):
                write(self.table, row, column, text).setToolTip(line.reason or line.key)
        keys = [line.key for line in lines]
        if chosen is not None and chosen.key in keys:
            self.table.selectRow(keys.index(chosen.key))
        else:
            self.table.clearSelection()  # not the one that moved up: nobody has chosen it
        self.nothing.setVisible(not lines)
        self.table.setVisible(bool(lines))
        self._offer()

    def show_deleted(self, name: str) -> None:
        """Offer to have a run back; "": none."""
        self.deleted.setText(f"{name} is deleted." if name else "")
        self.bar.setVisible(bool(name))

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self.table.horizontalHeader().setStyleSheet(header_sheet(theme, "bottom"))
        self.nothing.setStyleSheet(f"color: {theme.muted_text}")

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Take the keys of the list where it has the focus, whoever else in the window wants them."""
        keys = (Qt.Key.Key_Delete, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if isinstance(event, QKeyEvent) and event.key() in keys:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                if not event.isAutoRepeat():  # a key that is held down is one wish
                    (self.delete if event.key() == Qt.Key.Key_Delete else self.open).click()
                return True
        return super().eventFilter(watched, event)

    def _ask(self, wish: object) -> None:
        if self.chosen is not None:
            wish.emit(self.chosen.key)  # type: ignore[attr-defined]

    def _offer(self) -> None:
        line = self.chosen
        live = line is not None and line.state in ("running", "paused")
        self.open.setEnabled(line is not None)
        self.compare.setEnabled(line is not None and not line.alone)
        self.compare.setToolTip(OVER if line is None else line.alone or OVER)
        self.compare.setText("Compare no more" if line is not None and line.compared else "Compare")
        self.resume.setEnabled(line is not None and line.resumable)
        self.delete.setEnabled(line is not None and not live)
        self.delete.setToolTip("Stop it first" if live else "Delete the run; it can be undone (Delete)")
