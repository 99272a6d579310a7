"""The sequences of a data set: which there are, which is looked at, which are picked, and which are computed."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget

from explorer.sequences import Dataset
from explorer.trace import Trace
from widgets.decimals import grouped
from widgets.labels import ElidedLabel
from widgets.sequence_model import COMPUTED, PREVIEW, SequenceModel
from widgets.sequence_table import SequenceTable
from widgets.theme import LIGHT, Theme

BAR_HEIGHT = 4


class SequenceList(QWidget):
    """A table to choose from. A click or Enter looks at a sequence; with Shift or Ctrl several are picked."""

    sequence_requested = Signal(int)
    picked = Signal(tuple)
    """The sequences that are picked, from top to bottom; empty where it is no more than one."""
    order_edited = Signal(tuple)
    """What next and previous are to walk through; empty for all as they stand in the data set."""
    run_requested = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._now: tuple[Trace | None, int, bool] = (None, 0, False)
        self._picked: tuple[int, ...] = ()
        self._quiet = False
        self._run_title = "Run all"
        self._build()
        self._connect()
        self.apply_theme(LIGHT)

    def _build(self) -> None:
        self.model = SequenceModel(self)
        self.table = SequenceTable(self.model)
        self.table.setAccessibleName("Sequences")
        self.header = ElidedLabel()
        self.header.setAccessibleName("How many sequences")
        self.run = QPushButton("Run all")
        self.run.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.filter = QLineEdit(placeholderText="Filter by id or label", clearButtonEnabled=True)
        self.filter.setAccessibleName("Filter the sequences")
        self.computed = QLabel()
        self.bar = QProgressBar(textVisible=False, minimum=0)
        self.bar.setFixedHeight(BAR_HEIGHT)
        self.bar.setAccessibleName("Sequences computed")
        bottom = QHBoxLayout()
        bottom.addWidget(self.computed, 1)
        bottom.addWidget(self.run)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(5)
        top = QVBoxLayout()
        for inner in (top, bottom):
            inner.setContentsMargins(8, 0, 8, 0)
        top.addWidget(self.header)
        top.addWidget(self.filter)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(self.bar)
        column.addLayout(bottom)

    def _connect(self) -> None:
        self.run.clicked.connect(lambda: self.run_requested.emit(self._to_run()))
        self.filter.textEdited.connect(self._on_filtered)
        self.filter.textChanged.connect(lambda text: None if text else self._on_filtered(text))  # the clear button
        self.filter.returnPressed.connect(self._on_filter_confirmed)
        self.table.chosen.connect(lambda row: self.sequence_requested.emit(self.model.sequence(row)))
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.table.horizontalHeader().sortIndicatorChanged.connect(lambda *_: self._on_rearranged())

    # Slots ----------------------------------------------------------------------------------------------------------

    def show_dataset(self, dataset: Dataset) -> None:
        """List the sequences of this data set, all of them, in its order."""
        if dataset is self._dataset:
            return
        self._dataset, self._now, self._picked = dataset, (None, 0, False), ()
        self._quiet = True
        self.filter.clear()
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.model.set_dataset(dataset)
        self.table.show_dataset(dataset)
        self._quiet = False
        self._show_counts()

    def show_sequence(self, sequence: int) -> None:
        """Mark the sequence that is looked at, and bring it into view."""
        self.table.show_current(sequence)
        row = self.model.row(sequence)
        if row is not None:
            index = self.model.index(row, COMPUTED)
            flags = QItemSelectionModel.SelectionFlag
            how = flags.NoUpdate if self._picked else flags.ClearAndSelect | flags.Rows
            self._quiet = True
            self.table.selectionModel().setCurrentIndex(index, how)
            self._quiet = False
            self.table.scrollTo(index)

    def show_computed(self, trace: Trace, running: bool = False) -> None:
        """Mark what is computed of this trace; ``running`` says that more of it is under way."""
        self.model.set_computed(trace)
        now = (trace, trace.computed, running)
        if now != self._now:
            self._now = now
            self.table.show_computed()
            self._show_computed()

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self.table.apply_theme(theme)
        self.computed.setStyleSheet(f"color: {theme.muted_text}")
        self.bar.setStyleSheet(
            f"QProgressBar {{ background: {theme.line}; border: none; border-radius: 2px; }}"
            f"QProgressBar::chunk {{ background: {theme.accent}; border-radius: 2px; }}"
        )

    # Private --------------------------------------------------------------------------------------------------------

    def _to_run(self) -> tuple[int, ...]:
        return self._picked or self.model.shown

    def _show_counts(self) -> None:
        count = 0 if self._dataset is None else len(self._dataset.sequences)
        shown = self.model.shown
        of = f"{grouped(len(shown))} of " if len(shown) < count else ""
        self.header.setText(f"{of}{grouped(count)} sequences, {grouped(self.model.steps(shown))} steps")
        if self._picked:
            self.header.setText(f"{grouped(len(self._picked))} picked, {grouped(self.model.steps(self._picked))} steps")
        self.header.setToolTip(self.header.text())
        self._run_title = "Run picked" if self._picked else "Run shown" if of else "Run all"
        self._show_computed()

    def _show_computed(self) -> None:
        _, computed, running = self._now
        count = 0 if self._dataset is None else len(self._dataset.sequences)
        self.computed.setText(f"{grouped(computed)} of {grouped(count)} computed")
        self.bar.setMaximum(max(count, 1))
        self.bar.setValue(computed)
        self.run.setText("Running…" if running else self._run_title)
        self.run.setEnabled(not running and not all(map(self.model.is_computed, self._to_run())))

    def _on_filtered(self, text: str) -> None:
        if not self._quiet:
            self.model.set_filter(text)
            self._on_rearranged()

    def _on_filter_confirmed(self) -> None:
        if self.model.shown:
            self.sequence_requested.emit(self.model.sequence(0))

    def _on_rearranged(self) -> None:
        """Keep picked what is still shown, in the order in which it now stands."""
        if self._quiet:
            return
        self.order_edited.emit(self.model.shown if self.model.rearranged else ())
        kept = set(self._picked)
        self._select(tuple(k for k in self.model.shown if k in kept))
        self._show_counts()

    def _select(self, picked: tuple[int, ...]) -> None:
        selection, model = QItemSelection(), self.model
        for sequence in picked or (self.table.current,):
            row = model.row(sequence)
            if row is not None:
                selection.merge(
                    QItemSelection(model.index(row, 0), model.index(row, PREVIEW)),
                    QItemSelectionModel.SelectionFlag.Select,
                )
        self._quiet = True
        self.table.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._quiet = False
        self._tell_picked(picked)

    def _on_selection_changed(self) -> None:
        if not self._quiet:
            ranges = self.table.selectionModel().selection()  # row by row, ten thousand would take a second
            rows = sorted({row for part in ranges for row in range(part.top(), part.bottom() + 1)})
            self._tell_picked(tuple(self.model.shown[row] for row in rows) if len(rows) > 1 else ())
            self._show_counts()

    def _tell_picked(self, picked: tuple[int, ...]) -> None:
        if picked != self._picked:
            self._picked = picked
            self.picked.emit(picked)
