"""Stops on the way: breakpoints, bookmarks, and the second cursor that is pinned to compare with."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import numpy as np
from PySide6.QtCore import QObject, Signal

from explorer.conditions import Condition, hits, rising, told
from explorer.functions import IndexArray
from explorer.stepper import Stepper
from explorer.trace import Trace
from widgets.bookmarks import Bookmarks
from widgets.breaks import Breaks
from widgets.decimals import grouped, short
from widgets.job import Report
from widgets.running import Running
from widgets.tasks import Task

LIVE_SLICE = 32
"""Steps that are taken in live mode between two looks at whether there was a hit."""

MOST_VALUES = 4
"""Values that the message of a hit tells."""


class Stopping(Running):
    """The part of the workbench that knows where to stop."""

    hits_changed = Signal(object)
    """dict[str, array]: of each condition that is on, the steps of the sequence at which it holds."""
    bookmarks_changed = Signal(object)
    """tuple[Bookmark, …] of the sequence."""
    pinned_changed = Signal(object)
    """int | None: the step of the second cursor."""
    message = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.breaks, self.bookmarks = Breaks(self), Bookmarks(self)
        self.pinned: int | None = None
        self._looked_at: tuple[str, int] | None = None
        self._looks_for_hit = False
        self._until_hit: Task | None = None
        self._hit: list[int] = []
        self.breaks.hits_changed.connect(self.hits_changed)
        self.bookmarks.changed.connect(self.bookmarks_changed)
        self.breaks.hits_changed.connect(self._look_on)
        self.breaks.progressed.connect(self._look_on)
        self.breaks.changed.connect(self._on_breaks_changed)
        self.sequence_changed.connect(self._show_stops)
        self.trace_grown.connect(self._on_known)
        self.computing.finished.connect(self._on_task_finished)
        self.computing.given_up.connect(self._on_task_given_up)

    def _show_stops(self, _: object) -> None:
        """Take note of the trace and sequence that are looked at. A pin belongs to the sequence it was set in."""
        assert self.trace is not None
        self._looks_for_hit = False
        dataset = self.trace.experiment.dataset
        before, self._looked_at = self._looked_at, (dataset.source, self.sequence)
        if before != self._looked_at or (self.pinned is not None and self.pinned >= self.length):
            self.pin(None)
        self.bookmarks.show(dataset.source, dataset.sequences[self.sequence].name, self.length)
        self.breaks.show_trace(self.trace, self.sequence)

    # Wishes ---------------------------------------------------------------------------------------------------------

    def toggle_breakpoint(self) -> None:
        """Stop at the step of the cursor, or not any more."""
        if self.trace is not None:
            self.breaks.toggle_step(self.step)

    def toggle_bookmark(self) -> None:
        """Set a bookmark at the cursor, or take it away."""
        if self.trace is None:
            return
        before = self.bookmarks.at(self.step)
        self.bookmarks.toggle(self.step)
        if before is not None and before.note:
            self.message.emit(f"Bookmark removed: {before.note}. The panel Breakpoints brings it back.", "note")

    def pin(self, step: int | None) -> None:
        """Pin a second cursor to a step, or take it away."""
        if step != self.pinned:
            self.pinned = step
            self.pinned_changed.emit(step)

    def toggle_pin(self) -> None:
        """Pin the second cursor here; where it is here already, take it away."""
        if self.trace is not None:
            self.pin(None if self.pinned == self.step else self.step)

    def go_to(self, step: int) -> None:
        """Move the cursor to ``step``. Whoever moves it does not wait for a hit any more."""
        self._looks_for_hit = False
        super().go_to(step)

    # Running to a hit -----------------------------------------------------------------------------------------------

    def run_on(self) -> None:
        """Go on to the next hit of a breakpoint, or to the end; where there is no breakpoint, compute what is left."""
        if self.trace is None or not self.breaks.active:
            self.finish()
            return
        self.player.stop()
        hit = self.breaks.first(range(self.step + 1, self.breaks.searched))
        if hit is not None:
            self._arrive(hit)
        elif self.stepper is None or self.computing.under_way or self.computing.works_on(self.trace):
            if self.stepper is None:
                self.finish()
            self._looks_for_hit = True
            self._look_on()
            if self._looks_for_hit:
                self.message.emit("Looking for the next hit …", "note")
        else:
            self._run_until_hit(self.stepper)

    def _look_on(self, _: object = None) -> None:
        """Go to the next hit once it is found, or to the end once it is known that there is none."""
        if not self._looks_for_hit or self.trace is None:
            return
        searched = self.breaks.searched
        hit = self.breaks.first(range(self.step + 1, searched))
        if hit is not None:
            self._arrive(hit)
        elif searched >= self.frontier and not self.computing.computes(self.trace):
            self._arrive_at_end()

    def _run_until_hit(self, stepper: Stepper) -> None:
        """In live mode, take steps beside the window until there is a hit."""
        self._hit = []
        looked = self.breaks.searched
        self._until_hit = until_hit(stepper, self.breaks.conditions, self.step, looked, self._hit, self.ghost)
        self.computing.run(self._until_hit)

    def _on_task_finished(self, task: Task) -> None:
        if task is self._until_hit:
            self._until_hit = None
            if self._hit:
                self._arrive(self._hit[0])
            else:
                self._arrive_at_end()

    def _on_task_given_up(self, task: Task) -> None:
        if task is self._until_hit:
            self._until_hit = None
            self.go_to_last()
        self._looks_for_hit = False

    def _on_known(self, _: object) -> None:
        self.breaks.grow()
        self._look_on()

    def _on_breaks_changed(self, _: object) -> None:
        self._looks_for_hit = False

    def _arrive(self, step: int) -> None:
        self.go_to(step)
        self._tell_hit(step, "Step")

    def _arrive_at_end(self) -> None:
        self.go_to_last()
        self.message.emit("No hit up to the last step.", "note")

    def _tell_hit(self, step: int, how: str) -> None:
        assert self.trace is not None
        texts = [hit_text(condition, self.trace, self.sequence, step) for condition in self.breaks.conditions_at(step)]
        self.message.emit(f"{how} {grouped(step)}: {'; '.join(texts)}", "note")

    # Playing --------------------------------------------------------------------------------------------------------

    def _on_played(self, steps: int) -> None:
        """Play on, but not past a hit: the cursor stops there, whatever else was taken with the frame."""
        before, there = self.step, min(max(self.step + steps, 0), max(self.length - 1, 0))
        if not (self.breaks.pauses and self.breaks.active):
            super()._on_played(steps)
            return
        if self.stepper is not None and there >= self.frontier:
            self.take_to(there)
        last = min(there, self.frontier - 1)
        way = range(before + 1, last + 1) if steps > 0 else range(there, before)
        hit = self.breaks.first(way, back=steps < 0)
        if hit is None:
            super()._on_played(steps)
        else:
            self.go_to(hit)
            self.player.stop()
            self._tell_hit(hit, "Paused at step")

    def events(self) -> list[IndexArray]:
        """Return what Ctrl+← and Ctrl+→ stop at: also where a breakpoint becomes true, and bookmarks."""
        marks = np.array([mark.step for mark in self.bookmarks.marks], np.intp)
        return [*super().events(), self.breaks.stops, marks]


def hit_text(condition: Condition, trace: Trace, sequence: int, step: int) -> str:
    """Return a condition and what its parts are at a step: ``f[3] < 0.1 (f[3] = 0.0934)``."""
    parts = [part for part in told(condition, trace, sequence, step) if part[0] != "t"]
    values = ", ".join(f"{text} = {_value(numbers)}" for text, numbers in parts[:MOST_VALUES])
    return f"{condition.text} ({values})" if values else condition.text


def _value(numbers: np.ndarray) -> str:
    if numbers.dtype == np.bool_:
        return " … ".join(dict.fromkeys("yes" if number else "no" for number in numbers))
    if len(numbers) == 1 or not np.isfinite(numbers).any():
        return _number(numbers[0])
    strange = " and some that are no number" if not np.isfinite(numbers).all() else ""
    return f"{_number(np.nanmin(numbers))} … {_number(np.nanmax(numbers))}{strange}"


def _number(number: float) -> str:
    return short(number) if isfinite(number) else {"nan": "NaN", "inf": "∞", "-inf": "−∞"}[str(float(number))]


def until_hit(
    stepper: Stepper,
    conditions: list[Condition],
    after: int,
    looked: int,
    found: list[int],
    ghost: Trace | None = None,
) -> Task:
    """Return the task that takes steps until a condition becomes true behind the step ``after``, or to the end.

    The steps before ``looked`` were looked at. The step of the hit is put into ``found``. The ghost goes ahead.
    """
    trace, sequence = stepper.trace, stepper.sequence
    free = None if ghost is None else Stepper(ghost.experiment, sequence, ghost)

    def advance() -> range:
        if free is not None:
            free.advance(stepper.frontier + LIVE_SLICE - free.frontier)
        return stepper.advance(LIVE_SLICE)

    def work(_task: Task, _report: Report) -> Iterator[float]:
        length, last = trace.length(sequence), looked
        while last < stepper.frontier or advance():
            steps, firsts = range(max(last - 1, 0), stepper.frontier), []
            for condition in conditions:
                parts = []
                for _, at in hits(condition, trace, sequence, steps):
                    parts.append(at)
                    yield stepper.frontier / length
                at = rising(np.concatenate(parts))
                firsts += at[at > max(after, last - 1)][:1].tolist()
            if firsts:
                found.append(min(firsts))
                return
            last = steps.stop

    return Task("running to the next hit", work, trace=trace, shown=True)
