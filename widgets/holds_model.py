"""The table of what is held: on or off, what, of which units, over which steps, at what. Typed over in place."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from explorer.clamps import INPUT, Clamp, ClampError, require_fitting
from explorer.experiment import Experiment
from widgets.clamp_words import (
    TypingError,
    clamp_text,
    number,
    parse_steps,
    parse_value,
    steps_text,
    units_text,
    value_text,
)
from widgets.theme import LIGHT, Theme

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
ON, WHAT, UNITS, STEPS, VALUE = range(5)
TITLES = ("", "what", "units", "steps", "at")
_ROLE = Qt.ItemDataRole


class HoldsModel(QAbstractTableModel):
    """A row a clamp, in the order in which they act. Says what a person wants instead, and what cannot be taken."""

    edited = Signal(tuple)
    refused = Signal(str)

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self._experiment: Experiment | None = None
        self.clamps: tuple[Clamp, ...] = ()
        self._theme = LIGHT

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self._theme = theme

    def show_experiment(self, experiment: Experiment) -> None:
        """Show what this experiment holds; where nothing differs, a cell that is being typed into stays."""
        same_names = self._experiment is not None and self._experiment.dataset.features == experiment.dataset.features
        self._experiment = experiment
        if experiment.clamps == self.clamps and same_names:
            return
        if len(experiment.clamps) == len(self.clamps) and same_names:
            self.clamps = experiment.clamps
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.clamps) - 1, len(TITLES) - 1))
            return
        self.beginResetModel()
        self.clamps = experiment.clamps
        self.endResetModel()

    def remove(self, rows: list[int]) -> None:
        """Ask to hold these no more."""
        self.edited.emit(tuple(clamp for k, clamp in enumerate(self.clamps) if k not in rows))

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of clamps; a cell has none."""
        return 0 if parent.isValid() else len(self.clamps)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of columns; a cell has none."""
        return 0 if parent.isValid() else len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> object:
        """Return a heading."""
        horizontal = orientation == Qt.Orientation.Horizontal
        return TITLES[section] if horizontal and role == _ROLE.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what can be done with a cell: the first is checked, steps and values are typed."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == ON:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        typed = (VALUE,) if self.clamps[index.row()].by_step else (STEPS, VALUE)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in typed else flags

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """Return the text of a cell, whether it is checked, or the whole clamp in words."""
        clamp, column = self.clamps[index.row()], index.column()
        if column == ON:
            if role == _ROLE.CheckStateRole:
                return Qt.CheckState.Checked if clamp.on else Qt.CheckState.Unchecked
            if role == _ROLE.DisplayRole:
                return "on" if clamp.on else "off"  # on dark an empty box is hard to see
            if role == _ROLE.AccessibleTextRole:
                return f"{'on' if clamp.on else 'off'}, {self._said(clamp)}"
        elif role in (_ROLE.DisplayRole, _ROLE.EditRole):
            return self._text(clamp, column, editing=role == _ROLE.EditRole)
        if role == _ROLE.ForegroundRole and not clamp.on:
            return QColor(self._theme.muted_text)
        if role == _ROLE.ToolTipRole:
            return self._said(clamp)
        return None

    def setData(self, index: Index, value: object, role: int = _ROLE.EditRole) -> bool:
        """Ask for another clamp in its place; where that cannot be, say why."""
        clamp, column = self.clamps[index.row()], index.column()
        assert self._experiment is not None
        try:
            if role == _ROLE.CheckStateRole and column == ON:
                other = replace(clamp, on=Qt.CheckState(value) == Qt.CheckState.Checked)
            elif role == _ROLE.EditRole and column == STEPS:
                other = replace(clamp, steps=parse_steps(str(value), self._longest()))
            elif role == _ROLE.EditRole and column == VALUE:
                if str(value).strip() == self._text(clamp, column, editing=True):
                    return False
                other = replace(clamp, value=parse_value(str(value)), by_step=False)
            else:
                return False
            require_fitting((other,), self._experiment.network, self._experiment.dataset)
        except (TypingError, ClampError) as error:
            self.refused.emit(str(error))
            return False
        self.refused.emit("")
        if other != clamp:
            # Shown at once, so that the next change builds on it; what is comes with the next experiment.
            self.clamps = (*self.clamps[: index.row()], other, *self.clamps[index.row() + 1 :])
            self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), len(TITLES) - 1))
            self.edited.emit(self.clamps)
        return True

    def _longest(self) -> int:
        assert self._experiment is not None
        return max(map(len, self._experiment.dataset.sequences))

    def _features(self) -> tuple[str, ...]:
        assert self._experiment is not None
        return self._experiment.dataset.features

    def _several(self) -> bool:
        return self._experiment is not None and len(self._experiment.network.places) > 1

    def _said(self, clamp: Clamp) -> str:
        text = clamp_text(clamp, self._features(), several=self._several())
        where = "" if clamp.sequence is None else f", in sequence {clamp.sequence} only"
        return text + where + ("" if clamp.on else ", switched off")

    def _text(self, clamp: Clamp, column: int, *, editing: bool = False) -> str:
        if column == WHAT:
            edits = clamp.quantity == INPUT
            return "x, input" if edits else (f"{clamp.place.key}." if self._several() else "") + clamp.quantity
        if column == UNITS:
            return units_text(clamp, self._features())
        if column == STEPS:
            return steps_text(clamp.steps)
        if editing and len(set(clamp.values)) > 1:
            return ""
        return number(clamp.values[0]) if editing else value_text(clamp)
