"""The list of the traces that are compared: what each is, and how far it is computed. The present one is the first."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy, QTableWidget, QWidget

from widgets.compared import Compared
from widgets.decimals import grouped
from widgets.keys import claims, tell
from widgets.tables import make_list, write
from widgets.theme import LIGHT, Theme, header_sheet, side_color

TITLES = ("side", "cell", "units", "seed", "sequence", "steps")
NAME, CELL, UNITS, SEED, SEQUENCE, STEPS = range(6)
NUMBERS = (UNITS, SEED, STEPS)
SWATCH = QSize(10, 10)
LEAST_LINES = 3


class SideTable(QTableWidget):
    """One line a side. Delete removes it, Enter or a double click makes it the present one."""

    told_keys = (tell("take the side away", "Del", "Backspace"), tell("make it the present one", "Return"))

    chosen_changed = Signal()
    remove_requested = Signal(int)
    look_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(TITLES), parent)
        self._lines: tuple[Compared, ...] = ()
        self._theme = LIGHT
        self.setAccessibleName("What is compared")
        self.setToolTip("Enter makes a side the present one, Delete removes it")
        self.setHorizontalHeaderLabels(TITLES)
        make_list(self, NAME)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setIconSize(SWATCH)
        self.setStyleSheet("QTableView::item { padding: 0 5px; }")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        for column in range(len(TITLES)):
            self.horizontalHeaderItem(column).setTextAlignment(_alignment(column))
        self.itemSelectionChanged.connect(self.chosen_changed)
        self.itemDoubleClicked.connect(lambda _: self._look())

    def sizeHint(self) -> QSize:
        """Return room for every line, and no more."""
        return QSize(super().sizeHint().width(), self._height(self.rowCount()))

    def minimumSizeHint(self) -> QSize:
        """Return room for some lines."""
        return QSize(super().minimumSizeHint().width(), self._height(min(self.rowCount(), LEAST_LINES)))

    @property
    def chosen(self) -> int | None:
        """The key of the side that is chosen; None for the present one, and where none is."""
        row = self.currentRow()
        return self._lines[row].key or None if self.selectedItems() and 0 <= row < len(self._lines) else None

    def show_lines(self, lines: tuple[Compared, ...]) -> None:
        """Show these; the one that is chosen stays, and where it went, the one that follows is."""
        chosen, row = self.chosen, self.currentRow()
        keys = [line.key for line in lines]
        same = keys == [line.key for line in self._lines]
        if same and lines == self._lines:
            return
        self._lines = lines
        self.setRowCount(len(lines))
        self.updateGeometry()
        for k, line in enumerate(lines):
            for column, text in enumerate(_texts(line)):
                self._show(k, column, text, line)
        self.setColumnHidden(SEQUENCE, len({line.sequence for line in lines if not line.error}) < 2)
        if not same and chosen is not None:
            self.selectRow(keys.index(chosen) if chosen in keys else min(row, len(lines) - 1))
        self.chosen_changed.emit()

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme
        self.horizontalHeader().setStyleSheet(header_sheet(theme, "bottom"))
        lines, self._lines = self._lines, ()
        self.show_lines(lines)

    def event(self, event: QEvent) -> bool:
        """Claim the keys of the list where it has the focus, whoever else in the window wants them."""
        keys = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        return claims(event, *keys) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove a side, or make it the present one."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            if self.chosen is not None:
                self.remove_requested.emit(self.chosen)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._look()
        else:
            super().keyPressEvent(event)

    def _height(self, lines: int) -> int:
        line = self.verticalHeader().defaultSectionSize()
        return self.horizontalHeader().sizeHint().height() + lines * line + 2 * self.frameWidth()

    def _look(self) -> None:
        if self.chosen is not None:
            self.look_requested.emit(self.chosen)

    def _show(self, row: int, column: int, text: str, line: Compared) -> None:
        item = write(self, row, column, text)
        item.setTextAlignment(_alignment(column))
        item.setToolTip(line.error or line.note)
        if column == NAME:
            item.setIcon(_swatch(side_color(line.key, self._theme)))
        # Where nothing is set the palette's is taken, which is another one on what is selected.
        item.setData(Qt.ItemDataRole.ForegroundRole, QColor(self._theme.error) if line.error else None)


def _texts(line: Compared) -> tuple[str, ...]:
    name = line.name if line.key else f"{line.name} (present)"
    if not line.steps:
        return (name, "", "", "", "", "cannot be had" if line.error else "waits")
    steps = grouped(line.steps) if line.known == line.steps else f"{grouped(line.known)} of {grouped(line.steps)}"
    return name, line.cell, grouped(line.hidden), "" if line.seed is None else str(line.seed), line.sequence, steps


def _swatch(color: str) -> QIcon:
    """Return a square that has its colour also where it is selected."""
    square, icon = QPixmap(SWATCH), QIcon()
    square.fill(QColor(color))
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        icon.addPixmap(square, mode)
    return icon


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
