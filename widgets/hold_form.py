"""The form that a hold is typed into: which quantity, of which units, over which steps, at what."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from explorer.cells import Cell, Kind
from explorer.clamps import INPUT, Clamp, ClampError, require_fitting
from explorer.keeping import keeping
from explorer.network import Place
from explorer.trace import Trace
from widgets.button_action import ButtonAction
from widgets.clamp_words import (
    TypingError,
    gates_text,
    keep_text,
    parse_steps,
    parse_units,
    parse_value,
    ranges,
    steps_text,
)
from widgets.fields import ChoiceBox, SnugButton, TextField
from widgets.hold_line import HoldLine
from widgets.theme import Theme

MEAN, NOW = "mean", "now"
UNITS_TIP = "Units as 3, 5-8 or all; it follows the selection until you type"
STEPS_TIP = "Steps as 10-19, 12, from 10 or all; 10:20 is 10 to 19"
VALUE_TIP = "A number; mean: the mean of each unit over all steps; now: what each unit is at the cursor"


class HoldForm(QWidget):
    """Asks for clamps by ``hold_requested``, for one at the mean, which takes a while, by ``mean_requested``."""

    hold_requested = Signal(tuple)
    mean_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trace: Trace | None = None
        self._sequence, self._place, self._step = 0, Place(), 0
        self._units: tuple[int, ...] = ()
        self._brushed: tuple[range | None, tuple[int, ...] | None] = None, None
        self._follows, self._begun, self._edits = True, False, False
        self._build()
        self._connect()

    # Building -------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.text = HoldLine(self)
        self.quantity = ChoiceBox()
        self.quantity.setAccessibleName("Quantity to hold")
        self.units = self._field("Units to hold", UNITS_TIP)
        self.steps = self._field("Steps to hold over", STEPS_TIP, "all")
        self.value = self._field("Value to hold at", VALUE_TIP, "1")
        self.selected, self.every = SnugButton("selected", "The selected units"), SnugButton("all", "All units")
        self.always, self.here = SnugButton("all", "All steps"), SnugButton("cursor", "The step at the cursor")
        self.onward = SnugButton("from here", "From the cursor to the end")
        self.brush = SnugButton("brushed", "The steps, and the units, that are brushed (B in the rows)")
        self.brush.setEnabled(False)
        self.zero, self.one = SnugButton("0", "Hold at 0"), SnugButton("1", "Hold at 1")
        self.mean = SnugButton(MEAN, "Hold each unit at its mean over all steps")
        self.now = SnugButton(NOW, "Hold each unit at what it is at the cursor")
        self.hold = QPushButton("Hold")
        self.hold.setToolTip("Hold it; Enter in a field does the same")
        self.ablate = QPushButton("Ablate units")
        self.keep = QPushButton("Keep")
        self.only_here = QCheckBox("only in this sequence")
        self.error = QLabel(wordWrap=True)
        self.error.setAccessibleName("What is wrong with the hold")
        self.error.hide()
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(5)
        lines = (
            ("Hold", self.text.field, ()),
            ("or", self.quantity, ()),
            ("of units", self.units, (self.selected, self.every)),
            ("steps", self.steps, (self.always, self.here, self.onward, self.brush)),
            ("at", self.value, (self.zero, self.one, self.mean, self.now)),
        )
        grid.addWidget(self.text.error, 1, 1, 1, 2)
        for row, (text, field, buttons) in zip((0, *range(2, len(lines) + 1)), lines, strict=True):
            label = QLabel(text)
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1, 1, 1 if buttons else 2)
            beside = QHBoxLayout()
            beside.setSpacing(4)
            for button in buttons:
                beside.addWidget(button)
            beside.addStretch(1)
            grid.addLayout(beside, row, 2)
        self._label_of_units = grid.itemAtPosition(3, 0).widget()
        acts = QHBoxLayout()
        acts.setSpacing(6)
        for button in (self.hold, self.ablate, self.keep):
            acts.addWidget(button)
        acts.addStretch(1)
        grid.addWidget(self.only_here, len(lines) + 1, 1, 1, 2)
        grid.addLayout(acts, len(lines) + 2, 0, 1, 3)
        grid.addWidget(self.error, len(lines) + 3, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)

    def _field(self, name: str, tip: str, text: str = "") -> TextField:
        field = TextField(text, toolTip=tip)
        field.setAccessibleName(name)
        field.setMinimumWidth(field.fontMetrics().horizontalAdvance("0" * 7))
        return field

    def _connect(self) -> None:
        self.text.field.returnPressed.connect(lambda: self.text.ask(self._only))
        self.text.hold_requested.connect(self._ask)
        self.text.mean_requested.connect(self.mean_requested)
        self.quantity.activated.connect(self._on_quantity_chosen)
        self.units.textEdited.connect(self._on_units_typed)
        for field in (self.units, self.steps, self.value):
            field.returnPressed.connect(self.ask)
            field.textChanged.connect(lambda: self._show_error(""))
        self.selected.clicked.connect(self._follow)
        self.every.clicked.connect(lambda: self._set_units("all"))
        self.always.clicked.connect(lambda: self.steps.setText("all"))
        self.here.clicked.connect(lambda: self.steps.setText(str(self._step)))
        self.onward.clicked.connect(lambda: self.steps.setText(steps_text((self._step, None))))
        self.brush.clicked.connect(self._take_brush)
        for button in (self.zero, self.one, self.mean, self.now):
            button.clicked.connect(partial(self.value.setText, button.text()))
        self.hold.clicked.connect(self.ask)
        self.ablate.clicked.connect(self._on_ablate)
        self.keep.clicked.connect(self._on_keep)
        ButtonAction("Ablate units", self.ablate, self)
        self._keep_action = ButtonAction("Keep", self.keep, self)
        at_mean = QAction("Hold at the mean", self)
        at_mean.triggered.connect(self._ask_for_mean)
        self.addAction(at_mean)

    # Slots ----------------------------------------------------------------------------------------------------------

    def show_trace(self, trace: Trace, sequence: int, place: Place) -> None:
        """Offer the quantities of this place."""
        self._trace, self._sequence, self._place = trace, sequence, place
        self.text.show_trace(trace)
        cell, chosen = self._cell(), self.quantity.currentData()
        names = [q for q in cell.quantities if q.kind is not Kind.PRE_ACTIVATION]
        names += [q for q in cell.quantities if q.kind is Kind.PRE_ACTIVATION]
        choices = [(f"{q.symbol}  {q.title}", q.name, q.formula) for q in names]
        choices.append(("x  input", INPUT, "the input, in the units of its source"))
        offered = [name for _, name, _ in choices]
        kept = keeping(cell)
        first = cell.states[0] if kept is None else max(kept[1], key=kept[1].__getitem__)  # the gate that keeps
        self.quantity.set_choices(choices, chosen if chosen in offered else first)
        self.only_here.setVisible(len(trace.experiment.dataset.sequences) > 1)
        self.keep.setVisible(kept is not None)
        if kept is not None:
            state, gates = kept
            self.keep.setText(keep_text(*kept))
            self._keep_action.setText(self.keep.text())
            self.keep.setToolTip(f"Hold {gates_text(gates)}: then {state} stays exactly what it was")
        self.ablate.setToolTip("Hold h of the units at 0: nothing else sees them any more")
        self._show_units()

    def set_step(self, step: int) -> None:
        """Take this step for the cursor's."""
        self._step = step

    def show_selection(self, units: tuple[int, ...]) -> None:
        """Take these units, unless others were typed."""
        self._follows |= self._begun and units != self._units
        self._units = units
        self._show_units()

    def show_brush(self, steps: range | None, units: tuple[int, ...] | None = None) -> None:
        """Offer these steps, and where some were brushed, these units."""
        self._brushed = steps, units
        self.brush.setEnabled(steps is not None)

    def begin(self, quantity: str, unit: int) -> None:
        """Begin a hold of one unit from the cursor on, at what it is now; typing its value is next."""
        self.quantity.show_choice(quantity)
        self._follows, self._begun = False, True  # until others are selected
        self._show_units()
        self.units.setText(str(unit))
        self.onward.click()
        self.now.click()
        self.value.setFocus(Qt.FocusReason.OtherFocusReason)
        self.value.selectAll()

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self.text.apply_theme(theme)
        self.error.setStyleSheet(f"color: {theme.error};")

    def ask(self) -> None:
        """Ask for what is typed; where it makes no sense, say so beside it."""
        text = self.value.text().strip().lower()
        if text == MEAN:
            draft = self._draft(0.0)
            if draft is not None:
                self.mean_requested.emit(draft)
        elif text == NOW:
            self._ask_for_now()
        else:
            try:
                value = parse_value(self.value.text())
            except TypingError as error:
                self._show_error(str(error), self.value)
                return
            self._ask(self._draft(value))

    # Private --------------------------------------------------------------------------------------------------------

    @property
    def _only(self) -> int | None:
        """The sequence to hold in; None: in every one."""
        return self._sequence if self.only_here.isChecked() and not self.only_here.isHidden() else None

    def _cell(self) -> Cell:
        assert self._trace is not None
        return self._trace.experiment.network.cell(self._place)

    def _ask(self, *clamps: Clamp | None) -> None:
        made = tuple(clamp for clamp in clamps if clamp is not None)
        if made and len(made) == len(clamps):
            self.hold_requested.emit(made)

    def _ask_for_mean(self) -> None:
        self.value.setText(MEAN)
        self.ask()

    def _ask_for_now(self) -> None:
        draft = self._draft(0.0)
        if draft is None or self._trace is None:
            return
        if draft.quantity == INPUT:
            rows = self._trace.experiment.values(self._sequence, self._step)[0]
        elif self._step in self._trace.ready(self._sequence, self._place):
            at = slice(self._step, self._step + 1)
            rows = self._trace.read(self._sequence, draft.quantity, self._place, steps=at)[0]
        else:
            self._show_error(f"Step {self._step} is not computed yet.", self.value)
            return
        values = rows if draft.units is None else rows[list(draft.units)]
        if not np.isfinite(values).all():
            self._show_error("It is not finite there, and can be held at a finite number only.", self.value)
            return
        self._ask(replace(draft, value=float(values[0]) if len(values) == 1 else tuple(values.tolist())))

    def _draft(self, value: float, quantity: str = "") -> Clamp | None:
        """Return what is typed, with this value; None, and the reason is shown, where it makes no sense."""
        if self._trace is None:
            return None
        experiment = self._trace.experiment
        quantity = quantity or self.quantity.currentData()
        field = self.units
        try:
            units = self._parse_units(quantity)
            field = self.steps
            steps = parse_steps(self.steps.text(), self._trace.length(self._sequence))
            clamp = Clamp(quantity, value, units, steps, self._place, self._only)
            require_fitting((clamp,), experiment.network, experiment.dataset)
        except TypingError as error:
            self._show_error(str(error), field)
            return None
        except ClampError as error:
            fields = {"units": self.units, "steps": self.steps, "value": self.value}
            self._show_error(f"{error.message[0].upper()}{error.message[1:]}.", fields.get(error.part, self.quantity))
            return None
        self._show_error("")
        for each in (self.units, self.steps, self.value):
            each.take()
        return clamp

    def _parse_units(self, quantity: str) -> tuple[int, ...] | None:
        assert self._trace is not None
        if quantity != INPUT:
            return parse_units(self.units.text(), self._trace.experiment.network.weights(self._place).hidden_size)
        features, text = self._trace.experiment.dataset.features, self.units.text().strip()
        if text in ("", "all", "*"):
            return None
        names = [text] if text in features else [part.strip() for part in text.split(",")]
        for name in names:
            if name not in features:
                raise TypingError(f"There is no feature {name!r}, but {', '.join(features[:8])}.")
        return tuple(map(features.index, names))

    def _on_ablate(self) -> None:
        self._ask(self._draft(0.0, "h"))

    def _on_keep(self) -> None:
        kept = keeping(self._cell())
        if kept is not None:
            self._ask(*(self._draft(value, gate) for gate, value in kept[1].items()))

    def _on_quantity_chosen(self) -> None:
        """Leave units that were typed to another quantity; a feature is no unit, nor a unit a feature."""
        self._follows |= self._edits != (self.quantity.currentData() == INPUT)
        self._show_units()

    def _on_units_typed(self) -> None:
        self._follows = self._begun = False

    def _follow(self) -> None:
        self._follows = True
        self._show_units()

    def _set_units(self, text: str) -> None:
        self._follows = self._begun = False
        self.units.setText(text)

    def _show_units(self) -> None:
        if self._trace is None:
            return
        self._edits = self.quantity.currentData() == INPUT
        self._label_of_units.setText("of features" if self._edits else "of units")
        if self._follows:
            first = self._trace.experiment.dataset.features[0]
            self.units.setText(first if self._edits else ranges(self._units or (0,)))

    def _take_brush(self) -> None:
        steps, units = self._brushed
        if steps is not None:
            self.steps.setText(steps_text((steps.start, steps.stop)))
        if units is not None and not self._edits:
            self._set_units(ranges(units))

    def _show_error(self, text: str, field: QWidget | None = None) -> None:
        self.error.setText(text)
        self.error.setVisible(bool(text))
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)
