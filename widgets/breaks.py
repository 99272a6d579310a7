"""Breakpoints: conditions with a switch, and the steps of the present sequence at which they hold."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from explorer.conditions import Condition, ConditionError, answerable, check, hits, parse_condition, rising
from explorer.functions import IndexArray
from explorer.trace import Trace
from widgets.job import Job, Report, sentence

MOST = 100
"""Breakpoints that are kept, and removals that can be taken back."""

AT_ONCE = 256
"""Steps that are looked at within a frame; more are looked at on a thread."""

TELL_EVERY, TELL_SHARE = 0.1, 0.1
"""Seconds between two words on what was found so far, and how much of the window's time they may take."""

NONE: IndexArray = np.zeros(0, np.intp)


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A condition as typed, and whether it stops a run."""

    text: str
    on: bool = True


def why_not(text: str, trace: Trace) -> ConditionError | None:
    """Return what is wrong with a condition for the network and data of a trace."""
    try:
        check(parse_condition(text), trace.experiment.network, trace.experiment.dataset)
    except ConditionError as error:
        return error
    return None


@dataclass(slots=True, eq=False)
class _Found:
    """What is known of one condition over one sequence: the steps that were looked at, and its hits among them."""

    condition: Condition
    searched: range
    hits: IndexArray = field(default_factory=lambda: NONE)
    _rising: IndexArray | None = None

    def add(self, parts: list[tuple[range, IndexArray]]) -> bool:
        """Take what was found over the steps behind those that were looked at; return whether there are hits."""
        self.searched = range(self.searched.start, parts[-1][0].stop)
        found = [steps for _, steps in parts if len(steps)]
        if found:
            self.hits, self._rising = np.concatenate([self.hits, *found]), None
        return bool(found)

    @property
    def rising(self) -> IndexArray:
        """Where it becomes true, as far as was looked."""
        if self._rising is None:
            self._rising = rising(self.hits)
        return self._rising


class Breaks(QObject):
    """The breakpoints, and where they hold: looked for beside the window as a trace grows, and anew when it changes."""

    changed = Signal(object)
    """tuple[Breakpoint, …]: others, or switched."""
    hits_changed = Signal(object)
    """dict[str, array]: of each that is on, the steps of the present sequence found so far at which it holds."""
    progressed = Signal(object)
    """float | None: how far the search has come; None when it is over."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.points: tuple[Breakpoint, ...] = ()
        self.pauses = True
        self._removed: list[tuple[int, Breakpoint]] = []
        self._trace: Trace | None = None
        self._sequence = 0
        self._found: dict[str, _Found] = {}
        self._told: dict[str, IndexArray] = {}
        self._job: Job | None = None
        self._finds: deque[tuple[_Found, range, IndexArray]] = deque()
        self._tell_next = 0.0

    # Wishes ---------------------------------------------------------------------------------------------------------

    def add(self, text: str) -> None:
        """Add a breakpoint, or switch on the one with the same condition."""
        at = self._position(text)
        if at is not None:
            self.switch(at, True)
        elif len(self.points) < MOST:
            self._set((*self.points, Breakpoint(text)))

    def edit(self, position: int, text: str) -> None:
        """Give a breakpoint another condition. Without any, or with that of another one, it goes."""
        if text == self.points[position].text:
            return
        if not text.strip() or self._position(text) is not None:
            self.remove(position)
        else:
            self._set(_with(self.points, position, replace(self.points[position], text=text)))

    def switch(self, position: int, on: bool) -> None:
        """Switch a breakpoint on or off."""
        if on != self.points[position].on:
            self._set(_with(self.points, position, replace(self.points[position], on=on)))

    def remove(self, position: int) -> None:
        """Remove a breakpoint."""
        self._removed = [*self._removed, (position, self.points[position])][-MOST:]
        self._set((*self.points[:position], *self.points[position + 1 :]))

    def restore(self) -> None:
        """Bring back the breakpoint that was removed last."""
        while self._removed:
            position, point = self._removed.pop()
            if self._position(point.text) is None and len(self.points) < MOST:
                self._set((*self.points[:position], point, *self.points[position:]))
                return

    def toggle_step(self, step: int) -> None:
        """Stop at this step, or not any more."""
        text = f"t == {step}"
        at = self._position(text)
        if at is None:
            self.add(text)
        else:
            self.remove(at)

    def begin_with(self, points: tuple[Breakpoint, ...]) -> None:
        """Have these from the beginning: they were there the last time."""
        self._set(points)

    def set_pauses(self, pauses: bool) -> None:
        """Let playing pause at hits, or not."""
        self.pauses = pauses

    # What is --------------------------------------------------------------------------------------------------------

    @property
    def can_restore(self) -> bool:
        """Whether there is a removed one to bring back."""
        return bool(self._removed)

    @property
    def active(self) -> bool:
        """Whether there is one that can stop a run."""
        return bool(self._found)

    @property
    def hits(self) -> dict[str, IndexArray]:
        """Of each that is on, the steps found so far at which it holds."""
        return {text: found.hits for text, found in self._found.items()}

    @property
    def stops(self) -> IndexArray:
        """The steps found so far at which one becomes true, in order."""
        return np.unique(np.concatenate([NONE, *(found.rising for found in self._found.values())]))

    @property
    def searched(self) -> int:
        """How many steps from the first on were looked at for all that are on."""
        return min((found.searched.stop for found in self._found.values()), default=0)

    @property
    def conditions(self) -> list[Condition]:
        """The conditions that are on and have a meaning here."""
        return [found.condition for found in self._found.values()]

    def conditions_at(self, step: int) -> list[Condition]:
        """Return the conditions that become true at a step."""
        steps = range(step, step + 1)
        return [found.condition for found in self._found.values() if len(self._rising(found, steps))]

    def first(self, steps: range, *, back: bool = False) -> int | None:
        """Return the first of these steps at which one becomes true, or the last; what was not looked at is, now."""
        end = max if back else min
        return end(
            (int(end(at)) for found in self._found.values() if len(at := self._rising(found, steps))), default=None
        )

    def _rising(self, found: _Found, steps: range) -> IndexArray:
        assert self._trace is not None
        known = answerable(found.condition, self._trace, self._sequence)
        first, last = max(steps.start, known.start), min(steps.stop, known.stop)
        if first >= last:
            return NONE
        before = max(first - 1, known.start)
        if found.searched.start <= before and last <= found.searched.stop:
            at = found.rising
        else:
            looked = hits(found.condition, self._trace, self._sequence, range(before, last))
            at = rising(np.concatenate([part for _, part in looked]))
        return at[slice(*np.searchsorted(at, (first, last)))]

    # Facts ----------------------------------------------------------------------------------------------------------

    def show_trace(self, trace: Trace, sequence: int) -> None:
        """Look through another trace, or another of its sequences."""
        self._trace, self._sequence = trace, sequence
        self._drop_search()
        self._found = {}
        self._renew()

    def grow(self) -> None:
        """Look at the steps that have become known since."""
        self._search()

    def end(self) -> None:
        """End the search at once, for the window to close."""
        if self._job is not None:
            self._job.end()

    # Private --------------------------------------------------------------------------------------------------------

    def _position(self, text: str) -> int | None:
        return next((k for k, point in enumerate(self.points) if point.text == text), None)

    def _set(self, points: tuple[Breakpoint, ...]) -> None:
        self.points = points
        self.changed.emit(points)
        self._drop_search()
        self._renew()

    def _renew(self) -> None:
        """Keep what is known of the conditions that stay, and look for the others."""
        known, self._found = self._found, {}
        if self._trace is not None:
            for text in (point.text for point in self.points if point.on and why_not(point.text, self._trace) is None):
                condition = parse_condition(text)
                start = answerable(condition, self._trace, self._sequence).start
                self._found[text] = known.get(text) or _Found(condition, range(start, start))
        self._search()
        self._tell()

    def _pending(self) -> list[tuple[_Found, range]]:
        """Return what is to be looked at. A reverse direction knows the last steps first: it is waited for."""
        trace = self._trace
        if trace is None or (trace.experiment.network.has_reverse and not trace.whole(self._sequence)):
            return []
        pending = []
        for found in self._found.values():
            known = answerable(found.condition, trace, self._sequence)
            if trace.experiment.network.has_reverse and not found.searched:
                found.searched = range(known.start, known.start)
            if known.stop > found.searched.stop:
                pending.append((found, range(found.searched.stop, known.stop)))
        return pending

    def _search(self) -> None:
        if self._job is not None:
            return  # what has come meanwhile is looked at when it is done
        pending = self._pending()
        if sum(len(steps) for _, steps in pending) > AT_ONCE:
            self._begin(pending)
        elif pending and self._trace is not None:
            for found, steps in pending:
                self._finds.extend((found, *part) for part in hits(found.condition, self._trace, self._sequence, steps))
            self._take()
            self._tell()

    def _begin(self, pending: list[tuple[_Found, range]]) -> None:
        trace, sequence, finds = self._trace, self._sequence, self._finds
        total = sum(len(steps) for _, steps in pending)

        def work(_: Report) -> Iterator[float]:
            done = 0
            for found, steps in pending:
                for looked, at in hits(found.condition, trace, sequence, steps):
                    finds.append((found, looked, at))
                    done += len(looked)
                    yield done / total

        self._job = job = Job(work, "looking for hits", self)
        job.progressed.connect(lambda fraction: self._on_progressed(fraction) if job is self._job else None)
        job.finished.connect(lambda: self._on_finished() if job is self._job else None)
        job.failed.connect(lambda error: self._on_failed(error) if job is self._job else None)
        job.start()

    def _drop_search(self) -> None:
        """Give up the search, keeping what it has found; its thread ends after the chunk at hand."""
        self._take()
        if self._job is not None:
            self._job.cancel()
            self._job, self._finds = None, deque()
            self.progressed.emit(None)

    def _take(self) -> None:
        """Take what the search has left here."""
        parts: dict[int, tuple[_Found, list[tuple[range, IndexArray]]]] = {}
        while self._finds:
            found, looked, at = self._finds.popleft()
            parts.setdefault(id(found), (found, []))[1].append((looked, at))
        for found, each in parts.values():
            found.add(each)

    def _tell(self) -> None:
        now, begun = self.hits, time.monotonic()
        if now.keys() != self._told.keys() or any(now[text] is not self._told[text] for text in now):
            self._told = now
            self.hits_changed.emit(now)
        said = time.monotonic()
        self._tell_next = said + max(TELL_EVERY, (said - begun) / TELL_SHARE)  # a million hits take long to be marked

    def _on_progressed(self, fraction: float) -> None:
        if time.monotonic() >= self._tell_next:
            self._take()
            self._tell()
            self.progressed.emit(fraction)

    def _on_finished(self) -> None:
        self._job = None
        self._take()
        self._search()
        self._tell()
        if self._job is None:
            self.progressed.emit(None)

    def _on_failed(self, error: BaseException) -> None:
        self._job = None
        self.progressed.emit(None)
        raise RuntimeError(f"looking for hits: {sentence(error)}") from error


def _with(points: tuple[Breakpoint, ...], position: int, point: Breakpoint) -> tuple[Breakpoint, ...]:
    return (*points[:position], point, *points[position + 1 :])
