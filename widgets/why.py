"""Why a gate is where it is: what every input and every hidden unit adds to its pre-activation, sorted by size."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from explorer.network import Place
from explorer.trace import Trace
from widgets.fields import ChoiceBox
from widgets.inside import Spot, SpotSlots
from widgets.theme import Theme
from widgets.why_list import WhyList
from widgets.why_reading import Answer, Asked, Contributors, question_about, questions
from widgets.why_summary import Shares, UnitHeader


class Why(SpotSlots, QWidget):
    """Asks about one gate block of the last of the selected units. A step only repaints it: hidden, it costs nothing.

    What is not said by the trace is not said: where a step is not computed, there is no answer.
    """

    feature_requested = Signal(str)
    """The feature whose line is to be seen in the row of the inputs."""
    row_requested = Signal(str)
    """The quantity whose row is to be seen."""
    units_requested = Signal(tuple)
    place_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spot = Spot(self._renew)
        self._quantity = ""  # what was last asked about
        self._asked: Asked | None = None
        self._answer: Answer | None = None
        self._contributors: Contributors | None = None
        self._stale = True
        self._build()

    def _build(self) -> None:
        self.setAccessibleName("Why")
        self.header, self.shares = UnitHeader(self._spot), Shares(self.answer)
        self.list = WhyList(self.answer)
        self.choice = ChoiceBox()
        self.choice.setAccessibleName("Gate or pre-activation")
        label = QLabel("What pushed")
        label.setBuddy(self.choice)
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 8, 4)
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.choice, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(row)
        column.addWidget(self.shares)
        column.addWidget(self.list, 1)
        self.choice.activated.connect(self._on_chosen)
        self.list.asked_for.connect(self._on_asked_for)
        self.setMinimumSize(160, 160)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)

    # Slots ----------------------------------------------------------------------------------------------------------

    def show_trace(self, trace: Trace, sequence: int, place: Place) -> None:
        """Ask about this place, in this sequence."""
        cell = trace.experiment.network.cell(place)
        self._asked = question_about(cell, self._quantity) or questions(cell)[0]
        self.choice.set_choices(
            [(asked.title, asked.whole, cell.quantity(asked.whole).formula) for asked in questions(cell)],
            self._asked.whole,
        )
        super().show_trace(trace, sequence, place)

    def show_stage(self, stage: int | None) -> None:
        """Show what is known inside the step by this micro-step, or all of it."""
        if self._spot.take_stage(stage):
            self._renew()

    def show_quantity(self, name: str) -> None:
        """Ask about the gate that this quantity belongs to, if it belongs to one."""
        subject = self._spot.subject
        asked = None if subject is None else question_about(subject.cell, name)
        if asked is not None and asked != self._asked:
            self._quantity, self._asked = name, asked
            self.choice.show_choice(asked.whole)
            self._renew()

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        for part in (self.header, self.shares, self.list):
            part.apply_theme(theme)

    # What there is to see -------------------------------------------------------------------------------------------

    def answer(self) -> Answer | None:
        """Return what there is to say; None where there is no unit, or the step is not computed."""
        if self._stale:
            self._stale = False
            self._answer = self._read()
        return self._answer

    def _read(self) -> Answer | None:
        subject, asked = self._spot.subject, self._asked
        if subject is None or asked is None or not self._spot.knows:
            return None
        if self._contributors is None or not self._contributors.shows(subject, asked):
            self._contributors = Contributors(subject, asked)
        answer = self._contributors.read(subject, self._spot.step, self._spot.inside)
        if QAccessible.isActive():
            self.setAccessibleDescription(", ".join(["".join(answer.total()), *answer.words()]))
        return answer

    def _renew(self) -> None:
        self._stale, self._answer = True, None  # hidden, it keeps no trace that is gone
        self.header.update()
        self.shares.update()
        self.list.renew()

    # Wishes ---------------------------------------------------------------------------------------------------------

    def _on_chosen(self, _index: int) -> None:
        self.show_quantity(self.choice.currentData())

    def _on_asked_for(self, contributor: int) -> None:
        """Ask for the row of a contributor. The unit that is asked about stays the last of the selected ones."""
        answer = self.answer()
        if answer is None or (source := answer.contributors.all[contributor].source) is None:
            return
        subject, units = answer.subject, self._spot.units
        if source.place is None:
            self.feature_requested.emit(answer.contributors.feature(source))
            return
        if source.place != subject.place:
            self.place_requested.emit(source.place)
            self.units_requested.emit((*(unit for unit in units if unit != source.index), source.index))
        elif source.index not in units:
            others = tuple(unit for unit in units if unit != subject.unit)
            self.units_requested.emit((*others, source.index, subject.unit))
        self.row_requested.emit("h")
