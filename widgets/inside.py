"""What the panels about the inside of a step look at: one unit at a place, at a step, and how far into that step."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from explorer.cells import Cell
from explorer.experiment import Experiment
from explorer.formulas import addends
from explorer.network import REVERSE, Place
from explorer.stages import known_after, stages
from explorer.trace import Trace
from widgets.stamps import Stamps

NOT_YET = "not computed yet"


@dataclass(frozen=True, slots=True)
class Inside:
    """A micro-step: what is ``known`` once it is done, and what of that is ``new`` with it.

    Both hold the names of quantities, and of a pre-activation the symbols of its terms: ``W_if x``, ``b_if``.
    """

    title: str
    number: int
    count: int
    known: frozenset[str]
    new: frozenset[str]

    def text(self, step: int) -> str:
        """Return ``inside step 12: 3 of 7, pre-activations``."""
        return f"inside step {step}: {self.number} of {self.count}, {self.title}"

    def knows(self, name: str) -> bool:
        """Whether a quantity or a term is known by then; what the step begins with is."""
        return name in self.known or name.endswith("_prev")


@functools.cache
def inside(cell: Cell, stage: int) -> Inside:
    """Return the micro-step number ``stage`` of a cell; beyond the last one, the last."""
    done = stages(cell)[: stage + 1]
    new = [frozenset(step.names).union(*map(addends, step.terms)) for step in done]
    known = known_after(cell, stage).union(*new)
    return Inside(done[-1].title, len(done), len(stages(cell)), known, new[-1])


@dataclass(frozen=True, slots=True)
class Subject:
    """One unit of a trace at a place."""

    trace: Trace
    sequence: int
    place: Place
    unit: int

    @property
    def cell(self) -> Cell:
        """The cell at the place."""
        return self.trace.experiment.network.cell(self.place)

    def knows(self, step: int) -> bool:
        """Whether a step is computed."""
        return step in self.trace.ready(self.sequence, self.place)


def place_text(experiment: Experiment, place: Place) -> str:
    """Return the cell, and where in the network it stands, where there is more than one place."""
    network = experiment.network
    title = network.cell(place).title
    if len(network.places) == 1:
        return title
    forward = " forward" if network.has_reverse and place.direction != REVERSE else ""
    return f"{title} · {place.title}{forward}"


class Spot:
    """What a panel is told to look at, one thing after the other. It shows the last of the units that there is.

    Methods that take something return whether that changes what is to be seen. ``renew`` is how the panel sees it.
    """

    def __init__(self, renew: Callable[[], None]) -> None:
        self.renew = renew
        self.step = 0
        self.units: tuple[int, ...] = ()
        self.subject: Subject | None = None
        self._stage: int | None = None
        self._shown: tuple[Trace, int, Place] | None = None
        self._stamps: Stamps | None = None  # looked up when it is first asked for: a long sequence takes a while

    def take_trace(self, trace: Trace, sequence: int, place: Place) -> bool:
        """Look at this place, with the numbers of this sequence."""
        before, self._shown = self._shown, (trace, sequence, place)
        same = before is not None and before[0].experiment.dataset is trace.experiment.dataset and before[1] == sequence
        self._stamps = self._stamps if same else None
        return self._find()

    def take_units(self, units: tuple[int, ...]) -> bool:
        """Look at the last of these."""
        self.units = tuple(units)
        return self._find()

    def take_step(self, step: int) -> bool:
        """Look at this step."""
        changed, self.step = step != self.step, step
        return changed

    def take_stage(self, stage: int | None) -> bool:
        """Look at the inside of the step, as far as this micro-step; None: at all of it."""
        changed, self._stage = stage != self._stage, stage
        return changed

    def grow(self) -> None:
        """Take note that there may be further steps."""
        if self._shown is not None and self._stamps is not None:
            trace, sequence, _ = self._shown
            self._stamps = self._stamps.lengthened(trace.experiment.dataset.sequences[sequence])

    @property
    def inside(self) -> Inside | None:
        """The micro-step that is looked at; None where all of the step is."""
        return None if self._stage is None or self.subject is None else inside(self.subject.cell, self._stage)

    @property
    def knows(self) -> bool:
        """Whether there are numbers to show."""
        return self.subject is not None and self.subject.knows(self.step)

    def header(self) -> tuple[str, str]:
        """Return what stands above: the cell, its place and how far into the step; and the unit and the step."""
        if self.subject is None:
            return "", ""
        where = place_text(self.subject.trace.experiment, self.subject.place)
        if not self.knows:
            return f"{where} · {NOT_YET}", self.stamp()
        return where if self.inside is None else self.inside.text(self.step), self.stamp()

    def stamp(self) -> str:
        """Return the unit and what the step is called; nothing where there is no unit."""
        if self.subject is None:
            return ""
        if self._stamps is None:
            self._stamps = Stamps.of(self.subject.trace.experiment.dataset, self.subject.sequence)
        return f"unit {self.subject.unit} · {self._stamps.text(self.step)}"

    def _find(self) -> bool:
        before, self.subject = self.subject, None
        if self._shown is not None:
            trace, sequence, place = self._shown
            size = trace.experiment.network.weights(place).hidden_size
            unit = next((unit for unit in reversed(self.units) if unit < size), None)
            self.subject = None if unit is None else Subject(trace, sequence, place, unit)
        return self.subject != before


class SpotSlots:
    """By which a panel that shows a spot is told what to look at.

    Goes in front of the widget: ``class Why(SpotSlots, QWidget)``.
    """

    _spot: Spot

    def show_trace(self, trace: Trace, sequence: int, place: Place) -> None:
        """Show this place, with the numbers of this sequence."""
        self._spot.take_trace(trace, sequence, place)
        self._spot.renew()

    def show_selection(self, units: tuple[int, ...]) -> None:
        """Show the last of these units that there is."""
        if self._spot.take_units(units):
            self._spot.renew()

    def set_step(self, step: int) -> None:
        """Show the numbers of this step."""
        if self._spot.take_step(step):
            self._spot.renew()

    def grow(self) -> None:
        """Take note that further steps have become known: this one may be."""
        self._spot.grow()
        self._spot.renew()
