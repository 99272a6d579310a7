"""The panel of breakpoints and bookmarks: where one wants to stop, or to come back to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.functions import IndexArray
from explorer.network import Place
from explorer.trace import Trace
from widgets.bookmarks import Bookmark
from widgets.breaks import Breakpoint, why_not
from widgets.completing import examples, words
from widgets.condition_line import ConditionLine
from widgets.decimals import grouped
from widgets.labels import ElidedLabel
from widgets.stop_list import BookmarkList, BreakpointList
from widgets.theme import LIGHT, Theme, number_font

POINTS_TIP = "F2 or Enter edits, Space switches on and off, Delete removes, Ctrl+Z brings back"
MARKS_TIP = "A click or Enter goes there, F2 writes a note, Delete removes, Ctrl+Z brings back"


class BreaksPanel(QWidget):
    """Shows breakpoints with their hits, and bookmarks with their notes; wishes to change them go up."""

    added = Signal(str)
    edited = Signal(int, str)
    switched = Signal(int, bool)
    removed = Signal(int)
    restore_requested = Signal()
    pauses_edited = Signal(bool)
    bookmark_requested = Signal()
    """A bookmark at the cursor, or none there any more."""
    step_requested = Signal(object)
    note_edited = Signal(object, str)
    """Of the bookmark at a step."""
    bookmark_removed = Signal(object)
    bookmark_restore_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trace: Trace | None = None
        self._points: tuple[Breakpoint, ...] = ()
        self._marks: tuple[Bookmark, ...] = ()
        self._hits: Mapping[str, IndexArray] = {}
        self._theme = LIGHT
        self._build()
        self._connect()
        self.apply_theme(LIGHT)

    def _build(self) -> None:
        self.line = ConditionLine()
        self.line.setPlaceholderText("a condition, such as abs(h).max() > 0.99")
        self.line.setAccessibleName("New breakpoint")
        self.line.setToolTip("Quantities f, h[3], l1.c; features x.NAME; label.NAME; t. Enter adds it")
        self.add = QPushButton("Add")
        self.add.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.error = QLabel(wordWrap=True)
        self.error.setTextFormat(Qt.TextFormat.PlainText)
        self.error.setAccessibleName("What is wrong with the condition")
        self.points = BreakpointList()
        self.points.setToolTip(POINTS_TIP)
        self.progress = ElidedLabel()
        self.progress.setAccessibleName("Search for hits")
        self.pauses = QCheckBox("Playing pauses at hits", checked=True)
        self.pauses.setToolTip("F5 stops at hits in any case")
        self.restore = _link("Bring back", "Bring back the breakpoint that was removed last (Ctrl+Z in the list)")
        self.marks = BookmarkList()
        self.marks.setToolTip(MARKS_TIP)
        self.mark = _link("Bookmark this step", "Set a bookmark at the cursor, or take it away (Ctrl+B)")
        self.restore_mark = _link("Bring back", "Bring back the bookmark that was removed last (Ctrl+Z in the list)")
        self._titles = [QLabel("Breakpoints"), QLabel("Bookmarks")]
        self._lay_out()

    def _lay_out(self) -> None:
        self._examples = QWidget()
        self._tried = QVBoxLayout(self._examples)
        self._tried.setContentsMargins(2, 0, 0, 0)
        self._tried.setSpacing(0)
        typing, below = QHBoxLayout(), QHBoxLayout()
        typing.addWidget(self.line, 1)
        typing.addWidget(self.add)
        below.addWidget(self.pauses)
        below.addStretch(1)
        below.addWidget(self.restore)
        upper = [_heading(self._titles[0], self.progress), typing, self.error, self._examples, self.points, below]
        lower = [_heading(self._titles[1], self.restore_mark, self.mark), self.marks]
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        for parts in (upper, lower):
            self.split.addWidget(_column(parts))
        self.split.setSizes([600, 300])
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 8)
        column.addWidget(self.split)

    def _connect(self) -> None:
        self.line.returnPressed.connect(self._on_add)
        self.add.clicked.connect(self._on_add)
        self.line.textEdited.connect(lambda _: self.error.hide())
        self.line.rested.connect(lambda _: self._judge())
        condition = QAction("Add a breakpoint by a condition", self)
        condition.triggered.connect(lambda _checked=False: self.line.setFocus(Qt.FocusReason.OtherFocusReason))
        self.addAction(condition)
        self.points.typed.connect(self._on_typed)
        self.points.edit_ended.connect(self._show_points)
        self.points.edited.connect(self.edited)
        self.points.switched.connect(self.switched)
        self.points.remove_requested.connect(self.removed)
        self.points.restore_requested.connect(self.restore_requested)
        self.restore.clicked.connect(lambda: self.restore_requested.emit())
        self.pauses.clicked.connect(self.pauses_edited)
        self.mark.clicked.connect(lambda: self.bookmark_requested.emit())
        self.restore_mark.clicked.connect(lambda: self.bookmark_restore_requested.emit())
        self.marks.step_requested.connect(lambda row: self.step_requested.emit(self._marks[row].step))
        self.marks.note_edited.connect(lambda row, note: self.note_edited.emit(self._marks[row].step, note))
        self.marks.remove_requested.connect(lambda row: self.bookmark_removed.emit(self._marks[row].step))
        self.marks.restore_requested.connect(self.bookmark_restore_requested)

    # Slots ----------------------------------------------------------------------------------------------------------

    def show_trace(self, trace: Trace, _sequence: int = 0, _place: Place | None = None) -> None:
        """Complete the names of this network and these data, and judge conditions by them."""
        self._trace = trace
        names = words(trace)
        self.points.names = names
        self.line.set_names(names)
        for old in self._examples.findChildren(QToolButton):
            self._tried.removeWidget(old)
            old.deleteLater()
        for text in examples(trace):
            button = _link(text, "Put this condition into the line")
            button.setFont(number_font())
            button.clicked.connect(lambda _=False, text=text: self._on_example(text))
            self._tried.addWidget(button)
        self._show_points()
        if self.line.text():
            self._judge()

    def show_breakpoints(self, points: Sequence[Breakpoint], can_restore: bool) -> None:
        """Show these breakpoints."""
        self._points = tuple(points)
        self.restore.setVisible(can_restore)
        self._show_points()

    def show_hits(self, hits: Mapping[str, IndexArray]) -> None:
        """Say how often each condition holds, as far as is known."""
        self._hits = hits
        if self._trace is not None:  # before there is one, nothing is listed
            self.points.show_counts([self._count(point) for point in self._points])

    def show_progress(self, fraction: float | None) -> None:
        """Say how far the search for hits has come; nothing where there is none."""
        self.progress.setText("" if fraction is None else f"looking for hits … {fraction:.0%}")

    def show_pauses(self, pauses: bool) -> None:
        """Show whether playing pauses at hits."""
        self.pauses.setChecked(pauses)

    def show_bookmarks(self, marks: Sequence[Bookmark], can_restore: bool) -> None:
        """Show these bookmarks."""
        self._marks = tuple(marks)
        self.restore_mark.setVisible(can_restore)
        self.marks.show_marks([(f"step {grouped(mark.step)}", mark.note) for mark in marks])

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        self.line.apply_theme(theme)
        self.points.apply_theme(theme)
        self.marks.apply_theme(theme)
        self.error.setStyleSheet(f"color: {theme.error}")
        self.progress.setStyleSheet(f"color: {theme.muted_text}")
        for title in self._titles:
            title.setStyleSheet("font-weight: 600")
        self.setStyleSheet(
            f"QToolButton {{ border: none; padding: 2px 4px; color: {theme.accent}; text-align: left; }}"
            "QToolButton:hover, QToolButton:focus { text-decoration: underline; }"
        )
        self.error.setVisible(bool(self.error.text()) and self.line.error is not None)

    # Private --------------------------------------------------------------------------------------------------------

    def _show_points(self) -> None:
        if self._trace is not None:
            trace = self._trace
            self.points.show_points([(point.text, point.on, why_not(point.text, trace)) for point in self._points])
            self.show_hits(self._hits)
            self._examples.setVisible(not self._points)

    def _count(self, point: Breakpoint) -> str:
        if point.text not in self._hits:
            return "off" if not point.on else ""
        count = len(self._hits[point.text])
        return f"{grouped(count)} hit{'s' if count != 1 else ''}" if count else "no hits"

    def _judge(self) -> bool:
        """Show what is wrong with what stands in the line; return whether nothing is."""
        text = self.line.text()
        error = why_not(text, self._trace) if self._trace is not None and text.strip() else None
        self.line.show_error(error)
        self.error.setText("" if error is None else error.message)
        self.error.setVisible(error is not None)
        return error is None

    def _on_add(self) -> None:
        text = self.line.text().strip()
        if self._trace is not None and text and self._judge():
            self.line.clear()
            self.added.emit(text)

    def _on_example(self, text: str) -> None:
        self.line.setText(text)
        self.line.setFocus()
        self._judge()

    def _on_typed(self, line: ConditionLine) -> None:
        error = why_not(line.text(), self._trace) if self._trace is not None and line.text().strip() else None
        self.points.show_typed(line, error)


def _link(text: str, tip: str) -> QToolButton:
    button = QToolButton(text=text, toolTip=tip, autoRaise=True)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return button


def _heading(title: QLabel, *beside: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(title)
    row.addStretch(1)
    for widget in beside:
        row.addWidget(widget)
    return row


def _column(parts: Sequence[QWidget | QHBoxLayout]) -> QWidget:
    widget = QWidget()
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(5)
    for part in parts:
        if isinstance(part, QHBoxLayout):
            column.addLayout(part)
        else:
            column.addWidget(part, 1 if isinstance(part, BreakpointList | BookmarkList) else 0)
    return widget
