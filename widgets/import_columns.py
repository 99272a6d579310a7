"""The columns of a table before it is opened: what each holds, what it is to the network, what fills its gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from widgets.keys import tell
from widgets.tables import color_headers
from widgets.theme import LIGHT, Theme

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()

ROLES = (
    ("input", "input", "The network sees it"),
    ("target", "target", "What the network is to answer"),
    ("time", "time", "When a step was"),
    ("id", "sequence id", "Equal values are one sequence"),
    ("label", "label", "Marks steps or sequences; the network does not see it"),
    ("category", "category", "One of a few words: an input for each"),
    ("category, embedded", "category, embedded", "One of a few words: a learned vector for each"),
    ("text", "text", "Every cell is a sequence of words or characters"),
    ("ignore", "left out", "Nothing is made of it"),
)
FILLS = (
    ("forward", "the last value", "The value before it; at the start the first there is"),
    ("interpolate", "a line between", "A straight line from the value before to the one after"),
    ("mean", "the mean", "The mean of the training part"),
    ("mask", "0 and a mask", "Zero, with a further input that is 1 where the value is missing"),
    ("drop", "leave out the step", "The step is left out in all columns"),
)
EMBEDDED = "category, embedded"
_TITLES = {value: title for value, title, _ in (*ROLES, *FILLS)}

_DISPLAY, _EDIT = int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.EditRole)
_TOOL_TIP, _INK = int(Qt.ItemDataRole.ToolTipRole), int(Qt.ItemDataRole.ForegroundRole)
HEADINGS = ("Column", "Role", "Holds", "Range", "Missing", "Filled with")
ROLE, FILL = 1, 5


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column as it is shown. ``told`` says whether its role was told; ``fill`` is empty where it has no gaps."""

    name: str
    role: str
    told: bool
    holds: str
    range: str
    missing: str
    fill: str
    tip: str = ""


class ColumnsModel(QAbstractTableModel):
    """The columns, one a row; role and filling can be chosen."""

    chosen = Signal(int, int, str)  # row, ROLE or FILL, value

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self.lines: tuple[ColumnLine, ...] = ()

    def show_columns(self, lines: Sequence[ColumnLine]) -> None:
        """Show these columns; the view keeps its place where they are as many as before."""
        if lines and len(lines) == len(self.lines):
            self.lines = tuple(lines)
            self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(HEADINGS) - 1))
            return
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many columns the table has."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return how many things are said of each."""
        return 0 if parent.isValid() else len(HEADINGS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let role and filling be edited."""
        line, usual = self.lines[index.row()], Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        editable = index.column() == ROLE or (index.column() == FILL and line.fill)
        return usual | Qt.ItemFlag.ItemIsEditable if editable else usual

    def data(self, index: Index, role: int = _DISPLAY) -> object:
        """Return what is said of a column."""
        line, column = self.lines[index.row()], index.column()
        value = (line.name, line.role, line.holds, line.range, line.missing, line.fill)[column]
        if role == _EDIT:
            return value
        if role == _DISPLAY:
            arrow = "  ▾" if self.flags(index) & Qt.ItemFlag.ItemIsEditable else ""
            return (_TITLES.get(value, value) if column in (ROLE, FILL) else value) + arrow
        if role == _TOOL_TIP:
            return line.tip or None
        if role == _INK:
            quiet = line.role == "ignore" or column in (2, 3, 4)
            accent = column == ROLE and line.told
            return QColor(self._theme.accent if accent else self._theme.muted_text if quiet else self._theme.text)
        return None

    def setData(self, index: Index, value: object, role: int = _EDIT) -> bool:
        """Tell what was chosen; what is shown changes only when the table has been made anew."""
        if role != _EDIT or value == self.data(index, _EDIT):
            return False
        self.chosen.emit(index.row(), index.column(), str(value))
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        """Return the headings; rows are counted from 1, as columns of a file are."""
        if role != _DISPLAY:
            return None
        return HEADINGS[section] if orientation == Qt.Orientation.Horizontal else str(section + 1)


class _Chooser(QStyledItemDelegate):
    """A combo box that opens in the cell."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Offer the roles, or the ways to fill gaps."""
        box = QComboBox(parent)
        for value, title, tip in ROLES if index.column() == ROLE else FILLS:
            box.addItem(title, value)
            box.setItemData(box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        box.setAccessibleName(HEADINGS[index.column()])
        box.activated.connect(lambda _row: self._finish(box))
        QTimer.singleShot(0, box, box.showPopup)
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begin with what is."""
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(editor.findData(index.data(Qt.ItemDataRole.EditRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Tell what was chosen."""
        assert isinstance(editor, QComboBox)
        model.setData(index, editor.currentData())

    def _finish(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)


class ImportColumns(QTableView):
    """Shows the columns. A click on a role, or F2 or Space on it, offers the others."""

    told_keys = (tell("choose another role or fill", "Space", "F2"), tell("open the file", "Return"))

    role_edited = Signal(str, str)  # name of the column, role
    fill_edited = Signal(str, str)  # name of the column, fill

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = ColumnsModel(self)
        self.setModel(self.columns)
        self.setItemDelegate(_Chooser(self))
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.SelectedClicked
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.clicked.connect(self._on_clicked)
        self.columns.chosen.connect(self._on_chosen)

    def show_columns(self, lines: Sequence[ColumnLine]) -> None:
        """Show these columns."""
        before = len(self.columns.lines)
        self.columns.show_columns(lines)
        if len(lines) != before:
            self._fit()

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self.columns.apply_theme(theme)
        color_headers(self, theme)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the choices on Space or F2; leave Enter to the dialog, which opens the file."""
        index = self.currentIndex()
        editable = index.isValid() and bool(self.columns.flags(index) & Qt.ItemFlag.ItemIsEditable)
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_F2) and editable:
            self.edit(index)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        roles = metrics.horizontalAdvance(f"{_TITLES['id']}  ▾")
        for column in range(len(HEADINGS) - 1):
            texts = [str(self.columns.index(row, column).data()) for row in range(min(len(self.columns.lines), 200))]
            widest = max(metrics.horizontalAdvance(text) for text in [HEADINGS[column], *texts])
            self.setColumnWidth(column, (max(roles, widest) if column == ROLE else min(widest, 180)) + 20)

    def _on_clicked(self, index: QModelIndex) -> None:
        if self.columns.flags(index) & Qt.ItemFlag.ItemIsEditable and self.state() != self.State.EditingState:
            self.edit(index)

    def _on_chosen(self, row: int, column: int, value: str) -> None:
        edited = self.role_edited if column == ROLE else self.fill_edited
        edited.emit(self.columns.lines[row].name, value)
