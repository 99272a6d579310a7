"""The panel of holds: a form to add one, and the list of all, each switched on and off, typed over and removed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from explorer.experiment import Experiment
from explorer.network import Place
from explorer.trace import Trace
from widgets.button_action import ButtonAction
from widgets.hold_form import HoldForm
from widgets.holds_model import ON, VALUE, HoldsModel
from widgets.keys import claims, tell
from widgets.tables import make_list
from widgets.theme import LIGHT, Theme, header_sheet

NOTHING = "Nothing is held. Hold a quantity of some units, or press E over the rows to edit the input by dragging."


class HoldsTable(QTableView):
    """Delete removes what is selected, Space switches it, F2 or Enter types into a cell."""

    told_keys = (
        tell("take the hold away", "Del", "Backspace"),
        tell("switch it off and on", "Space"),
        tell("type over it", "F2", "Return"),
    )

    def __init__(self, model: HoldsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setAccessibleName("What is held")
        make_list(self, VALUE)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.SelectedClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def rows(self) -> list[int]:
        """Return the selected rows."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def event(self, event: QEvent) -> bool:
        """Claim the keys of the list where it has the focus, whoever else in the window wants them."""
        keys = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Space)
        return claims(event, *keys) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove, switch, or type into the cell."""
        if self.state() == QAbstractItemView.State.EditingState:  # the editor's own Enter comes by here, too
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Delete) or event.key() == Qt.Key.Key_Backspace:
            self._model.remove(self.rows())
        elif event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            cell = self._model.index(self.currentIndex().row(), ON)
            on = cell.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
            state = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
            self._model.setData(cell, state.value, Qt.ItemDataRole.CheckStateRole)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            column = self.currentIndex().column()
            flags = self._model.flags(self.currentIndex())
            typed = bool(flags & Qt.ItemFlag.ItemIsEditable)
            self.edit(self._model.index(self.currentIndex().row(), column if typed else VALUE))
        else:
            super().keyPressEvent(event)


class HoldsPanel(QWidget):
    """Shows what the experiment holds; asks for other clamps by signals."""

    told_keys = (tell("back to the rows", "Esc"),)

    clamps_edited = Signal(tuple)
    hold_requested = Signal(tuple)
    mean_requested = Signal(object)
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form, self.model = HoldForm(), HoldsModel(self)
        self.table = HoldsTable(self.model)
        self.nothing = QLabel(NOTHING, wordWrap=True, alignment=Qt.AlignmentFlag.AlignTop)
        self.error = QLabel(wordWrap=True)
        self.error.setAccessibleName("What is wrong with what was typed")
        self.error.hide()
        self.remove, self.clear = QPushButton("Remove"), QPushButton("Clear all")
        self.remove.setToolTip("Remove the selected holds (Delete)")
        self.clear.setToolTip("Remove all holds and edits; undo brings them back")
        below = QHBoxLayout()
        below.addWidget(self.error, 1)
        below.addStretch()
        below.addWidget(self.remove)
        below.addWidget(self.clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.form)
        column.addWidget(self.nothing, 1)
        column.addWidget(self.table, 1)
        column.addLayout(below)
        self._connect()
        self.apply_theme(LIGHT)
        self._show_count()

    def _connect(self) -> None:
        self.form.hold_requested.connect(self.hold_requested)
        self.form.mean_requested.connect(self.mean_requested)
        self.model.edited.connect(self.clamps_edited)
        self.model.refused.connect(self._show_error)
        self.model.modelReset.connect(self._show_count)
        self.table.selectionModel().selectionChanged.connect(self._show_count)
        self.remove.clicked.connect(lambda: self.model.remove(self.table.rows()))
        self.clear.clicked.connect(lambda: self.clamps_edited.emit(()))
        ButtonAction("Clear all holds", self.clear, self, "nothing is held")

    def sizeHint(self) -> QSize:
        """Return room for the form and some holds."""
        return QSize(420, 520)

    def show_experiment(self, experiment: Experiment) -> None:
        """List what it holds; where a row went, the one that follows is the current one."""
        row = self.table.currentIndex().row()
        self.model.show_experiment(experiment)
        count = self.model.rowCount()
        if count and not self.table.currentIndex().isValid():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            index = self.model.index(min(max(row, 0), count - 1) if row >= 0 else count - 1, ON)
            self.table.selectionModel().setCurrentIndex(index, flags)
        self._show_count()

    def show_trace(self, trace: Trace, sequence: int, place: Place) -> None:
        """Offer to hold what there is at this place."""
        self.form.show_trace(trace, sequence, place)

    def set_step(self, step: int) -> None:
        """Take this step for the cursor's."""
        self.form.set_step(step)

    def show_selection(self, units: tuple[int, ...]) -> None:
        """Offer to hold these units."""
        self.form.show_selection(units)

    def show_brush(self, steps: range | None, units: tuple[int, ...] | None = None) -> None:
        """Offer to hold over these steps, and these units."""
        self.form.show_brush(steps, units)

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self.form.apply_theme(theme)
        self.model.apply_theme(theme)
        self.error.setStyleSheet(f"color: {theme.error};")
        self.nothing.setStyleSheet(f"color: {theme.muted_text};")
        self.table.horizontalHeader().setStyleSheet(header_sheet(theme, "bottom"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give up on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def _show_count(self) -> None:
        any_ = self.model.rowCount() > 0
        self.table.setVisible(any_)
        self.nothing.setVisible(not any_)
        self.remove.setEnabled(bool(any_ and self.table.rows()))
        self.clear.setEnabled(any_)

    def _show_error(self, text: str) -> None:
        self.error.setText(text)
        self.error.setVisible(bool(text))
