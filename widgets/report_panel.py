"""The report of a network: in words, its figures beside those of its rivals, and what it found where."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QLabel, QProgressBar, QTableWidget, QVBoxLayout, QWidget

from widgets.decimals import exact, grouped, short
from widgets.forms import beside, heading, push_button, scrolling
from widgets.keys import claims, tell
from widgets.tables import color_headers, make_list, write
from widgets.theme import Theme
from widgets.trained import CELL_TITLES

NOTHING = "No network has been judged yet: Evaluate stands above the pages of a training."
FOUND = ("from step", "steps", "score", "stands out", "in the data")
RIGHT = {True: "yes", False: "no", None: ""}
FROM, STEPS, SCORE, WHAT = range(4)


class ReportPanel(QWidget):
    """Shows a report, or that one is being made. A line of what was found asks to go there.

    ``jump_requested(sequence, step)`` names the sequence.
    """

    told_keys = (tell("go to what was found", "Return", "Enter"), tell("copy the figures", "Ctrl+C"))

    jump_requested = Signal(str, object)
    cancel_requested = Signal()
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: Mapping[str, Any] = {}
        self._events: Sequence[Mapping[str, Any]] = ()
        self._shown = False
        self.title = heading(NOTHING)
        self.title.setWordWrap(True)
        self.cancel = push_button("Cancel", "Judge it no more")
        self.save = push_button("Save answers…", "Write every answer beside what it was to be, as CSV")
        self.busy = QProgressBar(maximum=0, textVisible=False)
        self.busy.setAccessibleName("A network is being judged")
        self.busy.setMaximumHeight(6)
        self.said = QLabel(wordWrap=True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.said.setAccessibleName("What is to be said of it")
        self.title.setAccessibleName("What was judged, and on what")
        self.figures, self.found = QTableWidget(), QTableWidget(0, len(FOUND))
        self.found_title = heading("Found")
        self._build()
        self.cancel.clicked.connect(lambda: self.cancel_requested.emit())
        self.save.clicked.connect(lambda: self.save_requested.emit())
        self.found.cellClicked.connect(lambda row, _: self._jump(row))
        self._show()
        self.show_busy(False)

    def _build(self) -> None:
        for table, name in ((self.figures, "Figures of the network and its rivals"), (self.found, "What was found")):
            table.setAccessibleName(name)
            table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
            table.installEventFilter(self)
            table.setShowGrid(False)
            table.setTabKeyNavigation(False)
        self.figures.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        make_list(self.found, WHAT)
        self.found.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.found.setHorizontalHeaderLabels(FOUND)
        self.found.setToolTip("Enter, or a click, goes there")
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.busy)
        column.addWidget(self.said)
        column.addWidget(self.figures)
        column.addWidget(self.found_title)
        column.addWidget(self.found, 1)
        column.addLayout(beside(self.save, right=(self.cancel,)))
        column.addStretch(0)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(inner))

    def sizeHint(self) -> QSize:
        """Return room for some rivals."""
        return QSize(470, 640)

    # Slots ----------------------------------------------------------------------------------------------------------

    def show_busy(self, busy: bool, what: str = "") -> None:
        """Say that a network is being judged, or no more."""
        for part in (self.busy, self.cancel):
            part.setVisible(busy)
        if busy:
            self.title.setText(f"Judging {what} …")
        else:
            self._show_title()

    def show_report(self, report: Mapping[str, Any]) -> None:
        """Show a report as ``evaluate --json`` has it; an empty one is none."""
        self._report, self._events, self._shown = report, report.get("events", ()), False
        self._show()

    def show_events(self, events: Sequence[Mapping[str, Any]], *, shown: bool) -> None:
        """List these in place of what the report found: they are of what is ``shown`` in the window."""
        self._events, self._shown = events, shown
        self._show_found()

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        for table in (self.figures, self.found):
            color_headers(table, theme)

    def copy_all(self) -> None:
        """Copy the figures as text, tabs between the columns, numbers exact."""
        columns = self._columns()
        lines = [["", *columns]]
        lines += [[name, *(_text(found.get(name), exact) for found in columns.values())] for name in _names(columns)]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    # Private --------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        self._show_title()
        self.said.setText("\n".join(f"• {_sentence(said)}" for said in self._report.get("said", ())))
        self.said.setVisible(bool(self.said.text()))
        self._show_figures()
        self._show_found()
        self.save.setVisible(bool(self._report))

    def _show_title(self) -> None:
        report = self._report
        if report:
            of = f"{CELL_TITLES.get(report['cell'], report['cell'])} after iteration {grouped(report['iteration'])}"
            self.title.setText(f"{of}, judged on {report['data']}")
        else:
            self.title.setText(NOTHING)

    def _columns(self) -> dict[str, Mapping[str, float | None]]:
        report = self._report
        if not report:
            return {}
        own = {CELL_TITLES.get(report["cell"], report["cell"]): report["figures"]}
        others = {CELL_TITLES.get(cell, cell): figures for cell, figures in report.get("cells", {}).items()}
        return own | others | dict(report["rivals"])

    def _show_figures(self) -> None:
        columns = self._columns()
        names, table = _names(columns), self.figures
        table.setRowCount(len(names))
        table.setColumnCount(len(columns))
        table.setHorizontalHeaderLabels([*columns])
        table.setVerticalHeaderLabels(names)
        for column, (title, figures) in enumerate(columns.items()):
            table.horizontalHeaderItem(column).setToolTip(title)
            for row, name in enumerate(names):
                item = write(table, row, column, _text(figures.get(name), short))
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                if (value := figures.get(name)) is not None:
                    item.setToolTip(exact(float(value)))
                font = item.font()
                font.setBold(column == 0)
                item.setFont(font)
        table.resizeColumnsToContents()
        table.setVisible(bool(names))
        rows = len(names) * table.verticalHeader().defaultSectionSize()
        bar = table.horizontalScrollBar().sizeHint().height()
        table.setFixedHeight(rows + table.horizontalHeader().sizeHint().height() + bar + 4)

    def _show_found(self) -> None:
        table, events = self.found, self._events
        for part in (self.found_title, table):
            part.setVisible(bool(events))
        self.found_title.setText(f"Found in what is {'shown' if self._shown else 'judged'}: {grouped(len(events))}")
        table.setColumnHidden(len(FOUND) - 1, all(event["right"] is None for event in events))
        table.setRowCount(len(events))
        for row, event in enumerate(events):
            length = event["last"] - event["first"] + 1
            texts = (grouped(event["first"]), grouped(length), short(event["score"]), event["what"])
            for column, text in enumerate((*texts, RIGHT[event["right"]])):
                item = write(table, row, column, text)
                if column <= SCORE:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setToolTip(f"{event['sequence']}, steps {event['first']} to {event['last']}")
        table.setMinimumHeight(min(len(events), 6) * table.verticalHeader().defaultSectionSize() + 40)

    def _jump(self, row: int) -> None:
        if 0 <= row < len(self._events):
            event = self._events[row]
            self.jump_requested.emit(event["sequence"], event["first"])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys of the tables: Enter goes to what was found, Ctrl+C copies the figures."""
        if watched is self.found and claims(event, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Copy):
                self.copy_all()
                return True
            if watched is self.found and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._jump(self.found.currentRow())
                return True
        return super().eventFilter(watched, event)


def _names(columns: Mapping[str, Mapping[str, float | None]]) -> list[str]:
    return list(dict.fromkeys(name for figures in columns.values() for name in figures))


def _text(value: float | None, tell_number: Any) -> str:
    return "–" if value is None or not math.isfinite(value) else str(tell_number(float(value)))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
