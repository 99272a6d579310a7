"""The traces that are compared: which sides there are, computed beside the present trace, and following it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.experiment import Experiment
from explorer.trace import Trace
from widgets.compared import Compared, describe
from widgets.job import Job, sentence
from widgets.side_work import Order, SideWork
from widgets.sides import Side
from widgets.variations import Kept, OtherSeed, OtherSequence, Variation, cell_title, sequence_name

GROW_EVERY = 0.1
"""Seconds between two looks at sides that grow: each paints."""

NOTHING_TO_COMPARE = "There is nothing to compare with yet."


@dataclass(slots=True, eq=False)
class _Entry:
    """One side: what it is to be, the trace that it has, and whether that was made here; and what of it is shown.

    ``beside`` is the present trace that it was made for: of another it is not shown anew.
    ``roles`` are what it is while one of some experiments is the present one: so undo gives it back what it was.
    """

    key: int
    name: str
    variation: Variation
    trace: Trace | None = None
    own: bool = False
    beside: Trace | None = None
    sequence: int = 0
    note: str = ""
    error: str = ""
    told: str = ""
    shown: Side | None = None
    roles: list[tuple[Experiment, Variation, str]] = field(default_factory=list)


class Comparing(QObject):
    """Holds the sides, and computes them off the window's thread, one after the other. Only the workbench has one.

    A side is shown as soon as something of it is known, and then ``grown`` is said. What is asked for while others are
    computed waits for the present chunk; what is known of them stays.
    """

    sides_changed = Signal(object)
    """tuple[Side, …]: those of which there is something to see."""
    grown = Signal()
    listed = Signal()
    """What ``lines`` or ``progress`` say has changed."""
    sequences_requested = Signal(tuple)
    """Sequences of the present trace that are to be computed."""
    message = Signal(str, str)

    def __init__(self, torch_loaded: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._torch_loaded = torch_loaded
        self._entries: list[_Entry] = []
        self._keys = 0
        self._present: Trace | None = None
        self._sequence = 0
        self._sides: tuple[Side, ...] = ()
        self._tag = self._title = ""
        self._job: Job | None = None
        self._work: SideWork | None = None
        self._again = False
        self._next_look = 0.0
        self.cancelled = False
        self.hindrance = ""
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._begin)

    # Wishes ---------------------------------------------------------------------------------------------------------

    def add(self, *variations: Variation) -> None:
        """Compare with these, too; with one that is there already nothing changes."""
        if self._present is None or self.hindrance:
            self.message.emit(self.hindrance or NOTHING_TO_COMPARE, "note")
            return
        there = [entry.variation for entry in self._entries]
        for variation in variations:
            if variation not in there:
                self._keys += 1
                name = self._free_name(variation.name(self._present.experiment))
                self._entries.append(_Entry(self._keys, name, variation))
        self._refresh()

    def remove(self, key: int) -> None:
        """Compare with this one no more."""
        self._entries = [entry for entry in self._entries if entry.key != key]
        self._refresh()

    def clear(self) -> None:
        """Compare with nothing."""
        self._entries = []
        self._refresh()

    def cancel(self) -> None:
        """Give up what is being computed of the sides; what is known of them stays."""
        if self.computing:
            self.cancelled, self._again = True, False
            self._soon.stop()
            self._stop()
            self.listed.emit()

    def go_on(self) -> None:
        """Compute what is left."""
        self._refresh()

    # Slots ----------------------------------------------------------------------------------------------------------

    def show_trace(self, trace: Trace, sequence: int, title: str = "") -> None:
        """Follow the present trace: whatever a side does not differ in is as in this one. ``title`` is its own name."""
        self._title = title
        before, self._present, self._sequence = self._present, trace, sequence
        for entry in self._entries:
            for experiment, variation, name in entry.roles:
                if experiment is trace.experiment and before is not None and variation is not entry.variation:
                    entry.variation, entry.name = variation, name
                    entry.trace, entry.own, entry.beside = before, False, trace
        if self._entries:
            self._refresh()

    def show_growth(self) -> None:
        """Take note that more of the present trace is known."""
        if self._entries:
            self._tell()
            self._tell_growth()

    def hinder(self, reason: str) -> None:
        """Compare with nothing as long as there is a reason not to."""
        if reason != self.hindrance:
            self.hindrance = reason
            self._refresh()

    def end(self) -> None:
        """End what still works, for the window to close."""
        self._soon.stop()
        if self._job is not None:
            self._job.end()

    # What there is --------------------------------------------------------------------------------------------------

    @property
    def sides(self) -> tuple[Side, ...]:
        """Those of which there is something to see."""
        return self._sides

    @property
    def traces(self) -> tuple[Trace, ...]:
        """The traces of the sides, each of which another experiment may take over something from."""
        return tuple(side.trace for side in self._sides)

    @property
    def name(self) -> str:
        """What the present trace is called beside the sides: by what differs, else by its cell."""
        assert self._present is not None
        if self._title:
            return self._title
        present, kinds = self._present.experiment, {type(entry.variation) for entry in self._entries}
        if kinds == {OtherSeed} and present.network.recipe is not None:
            return f"seed {present.network.recipe.seed}"
        return sequence_name(present, self._sequence) if kinds == {OtherSequence} else cell_title(present)

    @property
    def lines(self) -> tuple[Compared, ...]:
        """What is to be said of each side, after the present one; nothing where nothing is or can be compared."""
        if self._present is None or not self._entries or self.hindrance:
            return ()
        lines = [describe(0, self.name, self._present, self._sequence)]
        for entry in self._entries:
            if entry.trace is None or entry.error:
                lines.append(Compared(entry.key, entry.name, error=entry.error))
            else:
                lines.append(describe(entry.key, entry.name, entry.trace, entry.sequence, entry.note))
        return tuple(lines)

    @property
    def variations(self) -> tuple[Variation, ...]:
        """What every side is to be, in their order."""
        return tuple(entry.variation for entry in self._entries)

    @property
    def computing(self) -> bool:
        """Whether sides are being computed."""
        return self._soon.isActive() or self._again or (self._job is not None and self._job.running)

    @property
    def progress(self) -> tuple[str, float | None]:
        """The side that is being computed and the fraction done; None while torch is waited for."""
        if self._job is None or self._work is None or not self._job.running:
            return "", None
        name = next((entry.name for entry in self._entries if entry.key == self._work.key), "")
        return name, None if self._work.waits_for_torch else self._job.fraction

    def side(self, key: int) -> Side | None:
        """Return a side, if there is something to see of it."""
        return next((side for side in self._sides if side.key == key), None)

    def keep(self) -> None:
        """Compare with the present experiment as it is, whatever becomes of it."""
        if self._present is not None:
            self.add(Kept.of_present(self._present.experiment, self._sequence))

    def next_seed(self) -> OtherSeed | None:
        """Return the next seed after the present one that is not there yet; None where there are no seeds."""
        recipe = None if self._present is None else self._present.experiment.network.recipe
        there = {entry.variation for entry in self._entries}
        return None if recipe is None else next(s for s in map(OtherSeed, count(recipe.seed + 1)) if s not in there)

    def swap(self, key: int) -> None:
        """Let a side stand for what is the present one now, once its own is that; and back, should that be undone."""
        assert self._present is not None
        entry = next(entry for entry in self._entries if entry.key == key)
        assert entry.shown is not None
        old, new = self._present.experiment, entry.shown.trace.experiment
        if new is old:
            entry.variation = OtherSequence(self._sequence)
            entry.name = entry.variation.name(old)
        else:
            kept = Kept.of_present(old, self._sequence)
            name = self._free_name(kept.title)
            entry.roles = [*entry.roles, (old, entry.variation, entry.name), (new, kept, name)]

    # Private --------------------------------------------------------------------------------------------------------

    def _free_name(self, name: str) -> str:
        taken = {entry.name for entry in self._entries}
        names = (name, *(f"{name} {number}" for number in range(2, len(taken) + 3)))
        return next(free for free in names if free not in taken)

    def _refresh(self) -> None:
        """Begin anew with what is wanted now, once what is being computed has come to an end."""
        self.cancelled = False
        if self._job is not None and self._job.running:
            self._again = True
            self._stop()
        else:
            self._soon.start()
        self._tell()

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _begin(self) -> None:
        self._again = False
        if self._present is None or not self._entries or self.hindrance:
            self._tell()
            return
        orders = []
        for entry in self._entries:
            entry.sequence, entry.error = entry.variation.sequence(self._sequence), ""
            orders.append(Order(entry.key, entry.variation, entry.sequence, entry.trace, entry.own))
        self._work = work = SideWork(self._present, tuple(orders), self._torch_loaded())
        self._job = job = Job(work.work, "comparing", self)
        job.progressed.connect(lambda _: self._on_progressed(work))
        for ended in (job.finished, job.cancelled):
            ended.connect(lambda: self._on_ended(work))
        job.failed.connect(lambda error: self._on_failed(work, error))
        job.start()
        self.listed.emit()

    def _on_progressed(self, work: SideWork) -> None:
        now = time.monotonic()
        if now >= self._next_look and not self._again:
            self._next_look = now + GROW_EVERY
            self._take(work)
            self._tell_growth()

    def _on_failed(self, work: SideWork, error: BaseException) -> None:
        self.message.emit(f"comparing: {sentence(error)}", "error")
        self._on_ended(work)

    def _on_ended(self, work: SideWork) -> None:
        self._take(work)
        self._job, self._work = None, None
        if self._again:
            self._begin()
        else:
            self._request_sequences()
            self._tell_growth()
            self.listed.emit()

    def _take(self, work: SideWork) -> None:
        """Take over what has been made of what is still wanted."""
        present = self._present
        wanted = {order.key: order for order in work.orders}
        for entry in self._entries:
            order = wanted.get(entry.key)
            if order is None or order.variation is not entry.variation or present is not work.present:
                continue
            entry.error = work.failed.get(entry.key, "")
            trace = work.made.get(entry.key)
            if trace is not None:
                entry.own = trace is not present and (trace is not order.before or order.own)
                entry.trace, entry.beside = trace, present
                entry.note = entry.variation.note(present.experiment, trace.experiment)
        self._tell()

    def _tell(self) -> None:
        """Say which sides there are to see, if others than before: an old one until something of the new is known."""
        for entry in self._entries:
            trace = entry.trace
            if entry.error:
                entry.shown = None
                if entry.error != entry.told:
                    self.message.emit(f"{entry.name} cannot be compared: {entry.error}", "error")
            elif entry.beside is self._present and trace is not None and _is_known(trace, entry.sequence):
                entry.shown = Side(entry.key, entry.name, trace, entry.sequence)
            entry.told = entry.error
        sides = tuple(entry.shown for entry in self._entries if entry.shown is not None and not self.hindrance)
        tag = self.name if sides else ""
        if tag != self._tag or [_parts(side) for side in sides] != [_parts(side) for side in self._sides]:
            self._sides, self._tag = sides, tag
            self.sides_changed.emit(sides)
        self.listed.emit()

    def _tell_growth(self) -> None:
        if self._sides:
            self.grown.emit()

    def _request_sequences(self) -> None:
        """Ask for what is to be computed of other sequences of the present trace: that is the workbench's."""
        wanted = {
            entry.sequence
            for entry in self._entries
            if isinstance(entry.variation, OtherSequence) and entry.trace is self._present and not entry.error
        }
        if wanted and not self.hindrance:
            self.sequences_requested.emit(tuple(sorted(wanted)))


def _is_known(trace: Trace, sequence: int) -> bool:
    return sequence < len(trace.tracks) and trace.tracks.known(sequence) > 0


def _parts(side: Side) -> tuple[object, ...]:
    return side.key, side.name, id(side.trace), side.sequence
