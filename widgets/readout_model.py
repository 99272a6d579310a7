"""A table of numbers for views: columns of numpy arrays, read cell by cell when a cell is shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from widgets.decimals import UNKNOWN, aligned, exact

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()

Extremes = tuple[np.ndarray, np.ndarray]
"""The smallest and the largest number of each column."""

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

EXACT = int(Qt.ItemDataRole.UserRole)
"""The role of the exact text of a cell: reads back as the very number, in its dtype. Empty where not known."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, what its tooltip says, how many characters it has room for at first, and between.

    In a ``sparse`` one NaN is no number that has gone wrong, but says that there is none.
    """

    name: str
    tip: str = ""
    characters: int = len("−0.123456")
    gap: int = 2
    sparse: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of the numbers of one row, shortly and in full."""

    text: str
    tip: str


DELTA = "Δ"
"""Before the name of a column of differences."""

NOT_HELD: Mapping[int, np.ndarray] = MappingProxyType({})
NO_REMARKS: Mapping[int, Remark] = MappingProxyType({})


class NumbersModel(QAbstractTableModel):
    """Rows with a name, columns of numbers, and behind these, where asked for, one of remarks.

    ``corner`` says what the rows are: unit, feature.

    A new step is one ``dataChanged``; only what is visible is then read. A column that is None is not known yet.
    Rows can stand in another order than they are given in; every ``row`` here is where it stands.
    """

    def __init__(self, corner: str, parent=None) -> None:
        super().__init__(parent)
        self._corner = corner
        self._rows: Sequence[str] = ()
        self._columns: tuple[Column, ...] = ()
        self._values: list[np.ndarray | None] = []  # as given
        self._shown: list[np.ndarray | None] = []  # in the order of the rows
        self._order: np.ndarray | None = None
        self._places: np.ndarray | None = None
        self._marked: tuple[int | None, str] = (None, "")
        self._remarked: Column | None = None
        self._remarks = NO_REMARKS
        self._held: Mapping[int, np.ndarray] = NOT_HELD

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, from left to right."""
        return self._columns

    @property
    def remarked(self) -> Column | None:
        """The column of remarks, None where there is none."""
        return self._remarked

    def set_shape(self, rows: Sequence[str], columns: Sequence[Column], remarked: Column | None = None) -> None:
        """Show other rows or columns, at first with nothing known of them. Says nothing where they are the same."""
        if (tuple(rows), tuple(columns), remarked) == (tuple(self._rows), self._columns, self._remarked):
            return
        self.beginResetModel()
        self._rows, self._columns, self._remarked, self._remarks = tuple(rows), tuple(columns), remarked, NO_REMARKS
        self._values = self._shown = [None] * len(self._columns)
        self._order = self._places = None
        self._marked = (None, "")
        self.endResetModel()

    def set_values(self, values: Sequence[np.ndarray | None], remarks: Mapping[int, Remark] = NO_REMARKS) -> None:
        """Show other numbers, one array (rows,) per column or None where not known, and remarks on some rows."""
        self._values, self._remarks = list(values), remarks
        self._show()
        if self._rows and self._columns:
            last = self.index(len(self._rows) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last, [_DISPLAY])

    def _show(self) -> None:
        order = self._order
        self._shown = self._values if order is None else [v if v is None else v[order] for v in self._values]

    def set_order(self, order: np.ndarray | None) -> None:
        """Let rows stand in another order: of each, which of those given it is. None: as they are given."""
        if order is self._order or (order is not None and self._order is not None and (order == self._order).all()):
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        given = [self.given(index.row()) for index in before]
        self._order, self._places = order, None if order is None else np.argsort(order)
        self._show()
        after = [self.index(self.place(row), index.column()) for row, index in zip(given, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def given(self, row: int) -> int:
        """Return which of the rows that were given stands at ``row``."""
        return row if self._order is None else int(self._order[row])

    def place(self, given: int) -> int:
        """Return the row at which one that was given stands."""
        return given if self._places is None else int(self._places[given])

    def mark_heading(self, column: int | None, mark: str) -> None:
        """Put a mark behind the heading of this column, and no other."""
        if (column, mark) != self._marked:
            self._marked = (column, mark)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(self.columnCount() - 1, 0))

    def set_held(self, held: Mapping[int, np.ndarray]) -> None:
        """Take note which numbers of which columns were not computed but held; ``set_values`` follows."""
        self._held = held

    def held(self, rows: range) -> list[tuple[int, int]]:
        """Return those cells (row, column) of these rows that are held."""
        return [
            (int(row) + rows.start, column)
            for column, mask in self._held.items()
            for row in np.flatnonzero((mask if self._order is None else mask[self._order])[rows.start : rows.stop])
        ]

    def column(self, column: int) -> np.ndarray | None:
        """Return the numbers of a column as its rows stand, or None where they are not known."""
        return self._shown[column]

    def given_column(self, column: int) -> np.ndarray | None:
        """Return the numbers of a column as they were given, or None where they are not known."""
        return self._values[column]

    def remark(self, row: int) -> Remark | None:
        """Return what is to be said of a row, None where that is nothing."""
        return self._remarks.get(self.given(row))

    def number(self, row: int, column: int) -> np.floating | None:
        """Return the number of a cell, or None where it is not known."""
        values = self._shown[column]
        if values is None or (self._columns[column].sparse and np.isnan(values[row])):
            return None
        return values[row]

    def extremes(self) -> Extremes | None:
        """Return, per column, the smallest and the largest finite number, 0 included; None where nothing is known."""
        if not self._rows or not self._values or any(values is None for values in self._values):
            return None
        numbers = np.array(self._values, dtype=float)
        finite = np.isfinite(numbers)
        if not finite.all():
            numbers[~finite] = 0
        return np.minimum(numbers.min(axis=1), 0), np.maximum(numbers.max(axis=1), 0)

    def tsv(self, rows: Collection[int] = ()) -> str:
        """Return these rows, or all, as tab-separated lines with a heading, every number exact."""
        names = [column.name for column in (*self._columns, *([self._remarked] if self._remarked else []))]
        lines = ["\t".join([self._corner, *names])]
        for row in sorted(rows) or range(len(self._rows)):
            cells = [self._exact(row, column) for column in range(self.columnCount())]
            lines.append("\t".join([self._rows[self.given(row)], *cells]))
        return "\n".join(lines) + "\n"

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of rows; a cell has none."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of columns; a cell has none."""
        return 0 if parent.isValid() else len(self._columns) + (self._remarked is not None)

    def data(self, index: Index, role: int = _DISPLAY) -> object:
        """Return a cell's text, its exact text, or what its tooltip says."""
        if index.column() == len(self._columns):
            remark = self.remark(index.row()) or Remark("", "")
            return {_DISPLAY: remark.text, EXACT: remark.text, _TOOL_TIP: remark.tip}.get(role)
        if role == _DISPLAY:
            number = self.number(index.row(), index.column())
            return UNKNOWN if number is None else aligned(number)
        if role == _ALIGNMENT:
            return _RIGHT
        if role == EXACT:
            return self._exact(index.row(), index.column())
        if role == _TOOL_TIP:
            row, column = index.row(), index.column()
            name = f"{self._columns[column].name} of {self._corner} {self._rows[self.given(row)]}"
            text = self._exact(row, column)
            held = column in self._held and bool(self._held[column][self.given(row)])
            name += ", held" if held else ""
            said = [name, text or self._why_not(column), *([remark.tip] if (remark := self.remark(row)) else [])]
            return "\n".join(said)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        """Return a heading, and the tooltip of a column; a long name's is the name."""
        if orientation == Qt.Orientation.Horizontal:
            remarks = section == len(self._columns) and self._remarked
            column, side = (remarks, _LEFT) if remarks else (self._columns[section], _RIGHT)
            name = f"{column.name} {self._marked[1]}" if section == self._marked[0] else column.name
            return {_DISPLAY: name, _TOOL_TIP: column.tip, _ALIGNMENT: side}.get(role)
        if role == _DISPLAY:
            return self._rows[self.given(section)]
        return f"{self._corner} {self._rows[self.given(section)]}" if role == _TOOL_TIP else None

    def _why_not(self, column: int) -> str:
        return "there is none at this step" if self._columns[column].sparse else "not computed yet"

    def _exact(self, row: int, column: int) -> str:
        if column == len(self._columns):
            remark = self.remark(row)
            return remark.text if remark else ""
        number = self.number(row, column)
        return "" if number is None else exact(number)
