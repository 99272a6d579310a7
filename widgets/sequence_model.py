"""The sequences of a data set as rows of a table: filtered, sorted, ten thousand of them in a moment."""

from __future__ import annotations

import re

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from explorer.sequences import Dataset, tokens_of
from explorer.trace import Trace
from widgets.decimals import grouped

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
COMPUTED, ID, STEPS, LABEL, PREVIEW = range(5)
TITLES = ("", "id", "steps", "label", "preview")
TIPS = (
    "Filled where every step has been computed",
    "What the sequence is called",
    "How many steps it has",
    "The class of the whole sequence",
    "Its first features, each on one scale for all sequences; of text its first words",
)
TOKENS = 12
"""Tokens of a text that stand for it."""


class SequenceModel(QAbstractTableModel):
    """One row a sequence, in the order of the data set or sorted, all or those that contain some text.

    ``shown`` are their indices in the data set, from top to bottom.
    """

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._trace: Trace | None = None
        self._searched: list[str] = []
        self._text, self._sorted_by, self._descending = "", -1, False
        self.shown: tuple[int, ...] = ()
        self._rows: dict[int, int] = {}
        self.labelled = False

    def set_dataset(self, dataset: Dataset) -> None:
        """Show the sequences of this data set, all of them in its order."""
        self.beginResetModel()
        self._dataset, self._trace = dataset, None
        self._searched = [f"{sequence.name}\n{sequence.label}".casefold() for sequence in dataset.sequences]
        self.labelled = any(sequence.label for sequence in dataset.sequences)
        self._text, self._sorted_by, self._descending = "", -1, False
        self._arrange()
        self.endResetModel()

    def set_computed(self, trace: Trace) -> None:
        """Ask this trace whether a sequence is computed."""
        self._trace = trace

    def set_filter(self, text: str) -> None:
        """Show only sequences whose id or label contains this text, in upper or lower case."""
        self.beginResetModel()
        self._text = text.strip().casefold()
        self._arrange()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; by −1, as they stand in the data set. Numbers in names count as numbers."""
        self.beginResetModel()
        self._sorted_by, self._descending = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()
        self.endResetModel()

    @property
    def rearranged(self) -> bool:
        """Whether it shows anything else than all sequences in the order of the data set."""
        return bool(self._text) or self._sorted_by >= 0

    def sequence(self, row: int) -> int:
        """Return which sequence a row shows."""
        return self.shown[row]

    def row(self, sequence: int) -> int | None:
        """Return which row shows a sequence, if there is one."""
        return self._rows.get(sequence)

    def steps(self, sequences: tuple[int, ...]) -> int:
        """Return how many steps these have together."""
        return 0 if self._dataset is None else sum(len(self._dataset.sequences[k]) for k in sequences)

    def is_computed(self, sequence: int) -> bool:
        """Whether every step of a sequence is known."""
        return self._trace is not None and self._trace.whole(sequence)

    def text(self, sequence: int, column: int) -> str:
        """Return what a column says of a sequence; of its preview only where that is of words, not drawn."""
        assert self._dataset is not None
        one = self._dataset.sequences[sequence]
        if column == COMPUTED:
            return "computed" if self.is_computed(sequence) else "not computed"
        if column == STEPS:
            return grouped(len(one))
        return {ID: one.name, LABEL: one.label}[column] if column != PREVIEW else self._tokens(sequence)

    def _arrange(self) -> None:
        shown = [k for k, searched in enumerate(self._searched) if self._text in searched]
        if self._sorted_by >= 0:
            shown.sort(key=self._key, reverse=self._descending)
        self.shown = tuple(shown)
        self._rows = {sequence: row for row, sequence in enumerate(shown)}

    def _key(self, sequence: int) -> object:
        assert self._dataset is not None
        one = self._dataset.sequences[sequence]
        if self._sorted_by == COMPUTED:
            return not self.is_computed(sequence)
        if self._sorted_by == STEPS:
            return len(one)
        return _natural({ID: one.name, LABEL: one.label}.get(self._sorted_by, ""))

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of sequences that are shown."""
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(TITLES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the text of a cell, or all there is to say of the sequence as its tooltip."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(self.shown[index.row()], index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            computed, name, steps, label, preview = (self.text(self.shown[index.row()], k) for k in range(5))
            parts = [name, f"{steps} steps", label, computed]
            return "\n".join([" · ".join(part for part in parts if part), *([preview] if preview else [])])
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == STEPS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a heading, or what it means."""
        if orientation == Qt.Orientation.Vertical:
            return None
        alignment = Qt.AlignmentFlag.AlignRight if section == STEPS else Qt.AlignmentFlag.AlignLeft
        return {
            Qt.ItemDataRole.DisplayRole: TITLES[section],
            Qt.ItemDataRole.ToolTipRole: TIPS[section],
            Qt.ItemDataRole.TextAlignmentRole: alignment | Qt.AlignmentFlag.AlignVCenter,
        }.get(Qt.ItemDataRole(role))

    def _tokens(self, sequence: int) -> str:
        """Return the first words of a sequence of codes; nothing where there is none."""
        assert self._dataset is not None
        tokens = tokens_of(self._dataset, sequence)[: 4 * TOKENS]
        spaced = " " not in tokens and any(len(token) > 1 for token in tokens)
        return " ".join(tokens[:TOKENS]) if spaced else "".join(tokens)


def feature_ranges(dataset: Dataset, most: int) -> dict[int, tuple[float, float]]:
    """Return the smallest and the largest finite value, over all sequences, of the first features that vary."""
    ranges: dict[int, tuple[float, float]] = {}
    for feature, name in enumerate(dataset.features):
        if len(ranges) == most:
            break
        if name in dataset.vocabularies:
            continue
        column = np.concatenate([sequence.values[:, feature] for sequence in dataset.sequences])
        finite = column[np.isfinite(column)]
        if finite.size and finite.min() < finite.max():
            ranges[feature] = (float(finite.min()), float(finite.max()))
    return ranges


def _natural(text: str) -> list[tuple[int, float, str]]:
    """Return what sorts ``engine 9`` before ``engine 10``."""
    parts = re.split(r"(\d+)", text.casefold())
    return [(0, float(part), "") if part.isdigit() else (1, 0.0, part) for part in parts if part]
