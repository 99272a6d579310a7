"""A table of texts: cells as they stand in a file, some of them marked, and rows that say what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from widgets.keys import offer_copy, tell
from widgets.tables import color_headers
from widgets.theme import LIGHT, Theme, blend, number_font

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()

MARKED_SHARE = 0.28
WIDEST = 260
"""Pixels of a column at first; a person may pull it wider."""

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
_GROUND = int(Qt.ItemDataRole.BackgroundRole)
_INK = int(Qt.ItemDataRole.ForegroundRole)


class TextModel(QAbstractTableModel):
    """Rows of texts with headings above and names beside them; ``marks`` says what is wrong with which cell."""

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._headings: Sequence[str] = ()
        self._names: Sequence[str] = ()
        self._rows: Sequence[Sequence[str]] = ()
        self._marks: Mapping[tuple[int, int], str] = {}

    def show_texts(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        names: Sequence[str] = (),
        marks: Mapping[tuple[int, int], str] | None = None,
    ) -> None:
        """Show these rows; a row may have fewer or more cells than there are headings."""
        self.beginResetModel()
        wide = max([len(headings), *map(len, rows)])
        self._headings = [*headings, *("",) * (wide - len(headings))]
        self._rows, self._names, self._marks = rows, names, marks or {}
        self.endResetModel()

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(len(self._headings) - 1, 0))

    def text(self, row: int, column: int) -> str:
        """Return the text of a cell, empty where the row is too short."""
        cells = self._rows[row]
        return cells[column] if column < len(cells) else ""

    def tsv(self, rows: Sequence[int]) -> str:
        """Return these rows under the headings, between tabs."""
        lines = [self._headings, *(self._rows[row] for row in rows)]
        return "".join("\t".join(lines_cells) + "\n" for lines_cells in lines)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = _DISPLAY) -> object:
        """Return what is shown of a cell; what is wrong with it in the tooltip."""
        row, column = index.row(), index.column()
        wrong = self._marks.get((row, column))
        if role == _DISPLAY:
            return self.text(row, column).replace("\r\n", "⏎").replace("\n", "⏎").replace("\r", "⏎")
        if role == _TOOL_TIP:
            return wrong or self.text(row, column)
        if wrong is not None and role == _GROUND:
            return QColor(blend(self._theme.error, self._theme.base, MARKED_SHARE))
        if wrong is not None and role == _INK:
            return QColor(self._theme.text)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        """Return the heading of a column or the name of a row."""
        if role not in (_DISPLAY, _TOOL_TIP):
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self._headings[section]
        return self._names[section] if section < len(self._names) else str(section + 1)


class TextTable(QTableView):
    """Shows a ``TextModel``. Rows are selected as a whole and copied as TSV."""

    told_keys = (tell("copy the rows", "Ctrl+C"), tell("what the dialog is for", "Return"))

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self.texts = TextModel(self)
        self.setModel(self.texts)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        offer_copy(self, "Copy as TSV", self.copy)

    def show_texts(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        names: Sequence[str] = (),
        marks: Mapping[tuple[int, int], str] | None = None,
    ) -> None:
        """Show these rows, columns as wide as what is in them."""
        self.texts.show_texts(headings, rows, names, marks)
        self._fit()

    def copy(self) -> None:
        """Put the selected rows, or all where none is selected, on the clipboard as TSV."""
        selected = sorted(index.row() for index in self.selectionModel().selectedRows())
        QGuiApplication.clipboard().setText(self.texts.tsv(selected or range(self.texts.rowCount())))

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours and its font of numbers."""
        self.texts.apply_theme(theme)
        self.setFont(number_font())
        color_headers(self, theme)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 5)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy on Ctrl+C whole rows, not, as Qt would, the text of one cell; leave Enter to the dialog."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        metrics, texts = self.fontMetrics(), self.texts
        for column in range(texts.columnCount()):
            shown = [texts.text(row, column)[:60] for row in range(min(texts.rowCount(), 100))]
            heading = str(texts.headerData(column, Qt.Orientation.Horizontal))
            longest = max([heading, *shown], key=len)  # all letters are equally wide
            self.setColumnWidth(column, min(metrics.horizontalAdvance(longest) + 22, WIDEST))
