"""The readout: every number of the cell at the cursor, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from explorer.cells import Kind, Quantity
from explorer.clamps import INPUT
from explorer.network import Place
from explorer.sequences import Filled
from explorer.trace import Trace
from widgets.choices import SEEN
from widgets.fields import ChoiceBox
from widgets.fill_marks import filled_at
from widgets.hold_marks import HeldSpan, held_spans, is_held_at
from widgets.labels import FastLine
from widgets.output_table import OutputTable, few_rows
from widgets.pin_line import PinLine
from widgets.readout_model import DELTA, Column, NumbersModel, Remark
from widgets.readout_table import NumbersTable
from widgets.stamps import Stamps
from widgets.theme import LIGHT, Theme, unit_style

Numbers = list[np.ndarray | None]
"""A column each; None where it is not known."""

SORT_TIP = "A click sorts, S too: largest first, smallest first, as it was"
FILLED_TIP = "Where the file has no value, and one was filled in when it was opened: the line without it"


class Readout(QWidget):
    """Unit × quantity at one step, and the input of that step. Selecting rows selects units."""

    units_edited = Signal(object)  # tuple[int, ...]
    place_requested = Signal(object)  # Place
    unpin_requested = Signal()
    hold_requested = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trace: Trace | None = None
        self._sequence, self._step = 0, 0
        self._pinned: int | None = None
        self._base: tuple[Numbers, Numbers] | None = None
        self._known = False
        self._place = Place()
        self._units: tuple[int, ...] = ()
        self._shown: tuple[Quantity, ...] = ()
        self._held: dict[int, tuple[HeldSpan, ...]] = {}
        self._edited: tuple[HeldSpan, ...] = ()
        self._stamps = Stamps()
        self._theme = LIGHT
        self._quiet = False
        self._build()
        self._connect()
        self.apply_theme(LIGHT)

    def _build(self) -> None:
        self._header = FastLine()
        self._header.setAccessibleName("Step shown in the readout")
        self._places = ChoiceBox()
        self._places.setAccessibleName("Layer and direction")
        self._places.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._places.hide()
        self._preactivations = QCheckBox("pre-activations")
        self._preactivations.setToolTip("Also show the values before σ and tanh")
        self.inputs = NumbersTable(NumbersModel("feature"))
        self.inputs.setAccessibleName("Input at the step")
        self.outputs = OutputTable()
        self.table = NumbersTable(NumbersModel("unit"))
        self.table.rows.make_room(swatches=True)
        self.table.setAccessibleName("Quantities of each unit at the step")
        top = QHBoxLayout()
        top.addWidget(self._header, 1)
        top.addWidget(self._places)
        top.addWidget(self._preactivations)
        self.pin = PinLine()
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setChildrenCollapsible(False)
        for part in (self.inputs, self.outputs, self.table):
            self._split.addWidget(part)
        self._split.setStretchFactor(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 8)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self.pin)
        column.addWidget(self._split, 1)

    def _connect(self) -> None:
        self._places.activated.connect(self._on_place_chosen)
        hold = QAction("Hold from here …", self.table)
        hold.triggered.connect(self._on_hold)
        self.table.addAction(hold)
        self._preactivations.toggled.connect(self._reshape)
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.table.numbers.layoutChanged.connect(self._show_swatches)
        self.pin.differences_edited.connect(self._reshape)
        self.pin.unpin_requested.connect(self.unpin_requested)

    def sizeHint(self) -> QSize:
        """Return the width that shows every column, as the numbers are now and not when a layout last asked."""
        margins = self.layout().contentsMargins()
        return QSize(
            self.table.sizeHint().width() + margins.left() + margins.right(), self.layout().sizeHint().height()
        )

    def show_trace(self, trace: Trace, sequence: int = 0) -> None:
        """Show another trace, or another of its sequences, at the same step and place where it has them."""
        self._trace, self._sequence = trace, sequence
        places = trace.experiment.network.places
        if self._place not in places:
            self._place = places[0]
        self._places.set_choices([(place.title, place, "") for place in places], self._place)
        self._places.setVisible(len(places) > 1)
        dataset = trace.experiment.dataset
        self._stamps = Stamps.of(dataset, sequence)
        self._edited = held_spans(trace.experiment, sequence, INPUT, None)
        shape = dataset.input_size, 0 if (head := trace.experiment.network.head) is None else head.size
        same = (self.inputs.numbers.rowCount(), self.outputs.numbers.rowCount()) == shape
        self._show_pin()
        self._reshape()
        if not same:  # else the bar between the tables stays where it was put
            self._fit_inputs()

    def show_growth(self, first: int, last: int) -> None:
        """Take note that the steps first…last have become known; in a sequence that grows they have times, too."""
        if self._trace is not None:
            self._stamps = self._stamps.lengthened(self._trace.experiment.dataset.sequences[self._sequence])
        if not self._known and first <= self._step <= last:
            self._refresh()

    def show_pinned(self, step: int | None) -> None:
        """Compare with this step, or with none."""
        if step != self._pinned:
            self._pinned = step
            self._show_pin()
            self._reshape()

    def _show_pin(self) -> None:
        self.pin.show_step(None if self._pinned is None else self._stamps.text(self._pinned))

    def set_step(self, step: int) -> None:
        """Show the numbers of this step."""
        if step != self._step:
            self._step = step
            self._refresh()

    def show_selection(self, units: tuple[int, ...]) -> None:
        """Select these units, and bring the last of them into view."""
        if units != self._units:
            self._units = tuple(units)
            self._select()
            numbers = self.table.numbers
            if self._units and self._units[-1] < numbers.rowCount():
                self.table.scrollTo(numbers.index(numbers.place(self._units[-1]), 0))

    def show_place(self, place: Place) -> None:
        """Show another layer or direction."""
        if place != self._place:
            self._place = place
            self._places.show_choice(place)
            self._reshape()

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours and fonts."""
        self._theme = theme
        self.inputs.apply_theme(theme)
        self.outputs.apply_theme(theme)
        self.table.apply_theme(theme)
        self.pin.apply_theme(theme)
        font = self._header.font()
        font.setBold(True)
        self._header.setFont(font)
        self._show_swatches()
        self._fit_inputs()

    def _reshape(self) -> None:
        """Give both tables the rows and columns that are to be seen, and their numbers."""
        if self._trace is None:
            return
        self._base = None
        self._shape_inputs(self._trace)
        self.outputs.show_trace(self._trace, self._sequence, self._headed)
        self._shape_table(self._trace)
        self._refresh()

    def _shape_inputs(self, trace: Trace) -> None:
        """Give the table of inputs the features as rows."""
        dataset = trace.experiment.dataset
        columns = [Column("value", "in the units of the data")]
        if trace.experiment.scale in SEEN:
            seen, formula = SEEN[trace.experiment.scale]
            columns.append(Column(seen, f"what the network sees: {formula}"))
        filled = dataset.sequences[self._sequence].filled
        self.inputs.numbers.set_shape(dataset.features, self._headed(columns), _remarks_on(filled) if filled else None)

    def _shape_table(self, trace: Trace) -> None:
        """Give the table the units of the place as rows, and as columns the quantities that are to be seen."""
        network = trace.experiment.network
        cell, size = network.cell(self._place), network.weights(self._place).hidden_size
        wanted = self._preactivations.isChecked()
        self._shown = tuple(q for q in cell.quantities if wanted or q.kind is not Kind.PRE_ACTIVATION)
        columns = [
            Column(q.symbol, f"{q.title}\n{q.symbol} = {q.formula}", 8 if q.kind is Kind.GATE else 9)
            for q in self._shown
        ]
        self.table.numbers.set_shape([str(unit) for unit in range(size)], self._headed(columns))
        spans = (
            (k, held_spans(self._trace.experiment, self._sequence, q.name, self._place))
            for k, q in enumerate(self._shown)
        )
        self._held = {k: held for k, held in spans if held}
        self._select()

    def _headed(self, columns: list[Column]) -> list[Column]:
        """Return the columns as they are headed: where differences are shown, they say so."""
        if not self.pin.differences:
            return [replace(column, tip=f"{column.tip}\n\n{SORT_TIP}") for column in columns]
        said = f"minus its value at step {self._pinned}"
        return [
            Column(f"{DELTA}{column.name}", f"{column.tip}\n{said}\n\n{SORT_TIP}", max(column.characters, 9), 1)
            for column in columns
        ]

    def _read(self, step: int) -> tuple[Numbers, Numbers]:
        """Return the inputs and the quantities at a step, in the order of the columns; None what is not known."""
        trace, sequence = self._trace, self._sequence
        assert trace is not None
        scaled = trace.experiment.scale in SEEN
        if not 0 <= step < trace.length(sequence):
            return [None] * (1 + scaled), [None] * len(self._shown)
        rows: Numbers = [trace.experiment.values(sequence, step, step + 1)[0]]
        if scaled:
            rows.append(_scaled(trace, sequence, step))
        if step not in trace.ready(sequence, self._place):
            return rows, [None] * len(self._shown)
        values = trace.values_at(sequence, self._place, step)
        return rows, [values[q.name] for q in self._shown]

    def _refresh(self) -> None:
        """Read the step, only what is shown of it, and show it."""
        if self._trace is None:
            return
        step, inside = self._step, 0 <= self._step < self._trace.length(self._sequence)
        remarks = _remarks(self._trace, self._sequence, step) if inside else {}
        counted = f" · {len(remarks)} filled" if remarks else ""
        self._header.setText(self._stamps.text(step) + counted)
        self.outputs.show_step(step, self._pinned if self.pin.differences else None)
        inputs, quantities = self._read(step)
        self._known = inside and quantities[0] is not None
        if self.pin.differences and self._pinned is not None:
            if self._base is None or self._base[1][0] is None:
                self._base = self._read(self._pinned)
            inputs, quantities = _minus(inputs, self._base[0]), _minus(quantities, self._base[1])
        self._show_held(step)
        self.inputs.numbers.set_values(inputs, remarks)
        self.table.numbers.set_values(quantities)

    def _show_held(self, step: int) -> None:
        """Mark the numbers that were not computed at this step but held, or edited."""
        edited = is_held_at(self._edited, step, self.inputs.numbers.rowCount())
        self.inputs.numbers.set_held({} if edited is None else {0: edited})
        size = self.table.numbers.rowCount()
        masks = ((column, is_held_at(spans, step, size)) for column, spans in self._held.items())
        self.table.numbers.set_held({column: mask for column, mask in masks if mask is not None})

    def _fit_inputs(self) -> None:
        """Let inputs and outputs take the room of their rows, up to five; the bars between give more."""
        heights = [few_rows(table) for table in (self.inputs, self.outputs)]
        for table, height in zip((self.inputs, self.outputs), heights, strict=True):
            table.setMinimumHeight(min(height, 80))
        taken = heights[0] + (0 if self.outputs.isHidden() else heights[1])
        self._split.setSizes([*heights, max(self._split.height() - taken, 200)])

    def _select(self) -> None:
        """Select the rows of the units, without telling of it."""
        model, selection = self.table.numbers, QItemSelection()
        for unit in self._units:
            if unit < model.rowCount():
                row = model.place(unit)
                selection.select(model.index(row, 0), model.index(row, model.columnCount() - 1))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self._quiet = True
        self.table.selectionModel().select(selection, flags)
        self._quiet = False
        self._show_swatches()

    def _show_swatches(self) -> None:
        numbers = self.table.numbers
        there = [unit for unit in self._units if unit < numbers.rowCount()]
        self.table.rows.set_swatches({numbers.place(unit): unit_style(unit, self._theme) for unit in there})

    def _on_hold(self) -> None:
        """Ask to hold the number that is pointed at; where none is, h of the unit that was selected last."""
        index, numbers = self.table.currentIndex(), self.table.numbers
        if index.isValid():
            self.hold_requested.emit(self._shown[index.column()].name, numbers.given(index.row()))
        elif self._trace is not None:
            there = [unit for unit in self._units if unit < numbers.rowCount()]
            self.hold_requested.emit("h", there[-1] if there else 0)

    def _on_place_chosen(self, index: int) -> None:
        place = self._places.itemData(index)
        if place != self._place:
            self.place_requested.emit(place)

    def _on_selection_changed(self) -> None:
        if self._quiet:
            return
        selected = [self.table.numbers.given(row) for row in self.table.selected_rows()]
        kept = tuple(unit for unit in self._units if unit in selected)
        units = kept + tuple(unit for unit in selected if unit not in kept)
        if units != self._units:
            self._units = units
            self._show_swatches()
            self.units_edited.emit(units)


def _minus(numbers: Numbers, base: Numbers) -> Numbers:
    """Return the differences, in double precision: of two float32 they are exact but for magnitudes far apart."""
    return [None if a is None or b is None else a.astype(np.float64) - b for a, b in zip(numbers, base, strict=True)]


def _remarks_on(filled: Mapping[str, Filled]) -> Column:
    """Return the column that says of filled values where they are missing in the file."""
    longest = max((int(values.lines.max()) for values in filled.values() if len(values.lines)), default=0)
    return Column("file", FILLED_TIP, len(f"filled, line {longest}"))


def _remarks(trace: Trace, sequence: int, step: int) -> dict[int, Remark]:
    """Return what is to be said of the inputs at a step, by their position."""
    shown = trace.experiment.dataset.sequences[sequence]
    told = ((k, filled_at(shown.filled[name], step)) for k, name in enumerate(shown.features) if name in shown.filled)
    return {k: Remark(*said) for k, said in told if said}


def _scaled(trace: Trace, sequence: int, step: int) -> np.ndarray:
    """Return what the network sees of every feature, in their order; codes, which stand for a vector, as they are."""
    dataset, seen = trace.experiment.dataset, trace.inputs(sequence)[step]
    scaled = trace.experiment.values(sequence, step, step + 1)[0].astype(seen.dtype)
    scaled[list(dataset.numeric)] = seen[: len(dataset.numeric)]
    return scaled
