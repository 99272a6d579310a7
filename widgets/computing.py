"""Turns wishes for another experiment into traces, off the window's thread: one at a time, the last wish counts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from explorer.errors import GateExplorerError
from explorer.trace import Trace
from widgets.batch import Batch
from widgets.job import Job, told
from widgets.tasks import Arrival, Task

SHOW_GROWING_AFTER = 0.15
"""Seconds after which a trace that is still being computed takes the place of the old one on screen."""

GROW_EVERY = 0.1
"""Seconds between two looks at a trace that grows: each paints, and the window has frames to show meanwhile."""

LOOK_AGAIN = 0.003
"""Seconds between two looks at whether what is waited for is done."""


@dataclass(slots=True, eq=False)
class _Run:
    """A task, the job that does it, and when the window is to look at it next.

    ``end`` tells how it ended, where that is of interest only if what was wanted after it comes to nothing.
    """

    task: Task
    job: Job
    next_look: float
    began: float = field(default_factory=time.monotonic)
    end: Callable[[], None] | None = None


class Computing(QObject):
    """Runs tasks. Says ``shown(task)`` when there is something to see, then ``grown(task)``, ``finished(task)``.

    What is wanted last is what comes; but what was under way goes on beside it until there is an experiment to run, and
    stays if there is none. A task that was cancelled or failed is ``given_up(task)``; if that was an error,
    ``failed(text)`` follows. Of one that another has taken the place of, no more is heard than that its last chunk is
    done, with ``grown(task)``.
    """

    shown = Signal(object)
    grown = Signal(object)
    finished = Signal(object)
    given_up = Signal(object)
    failed = Signal(str)
    progressed = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: list[_Run] = []  # the one wanted last is the last; none of those after the first has a trace yet
        self._leaving: list[_Run] = []

    @property
    def under_way(self) -> bool:
        """Whether a task is under way."""
        return bool(self._runs)

    @property
    def busy(self) -> bool:
        """Whether a task is under way, or the last chunk of one that was left."""
        return self.under_way or any(run.job.running for run in self._leaving)

    @property
    def coming(self) -> Arrival | None:
        """The change that was asked for last and is not to be seen yet."""
        return None if not self._runs or self._runs[-1].task.shown else self._runs[-1].task.change

    @property
    def youngest(self) -> float:
        """For how many seconds the task that was wanted last has been under way; none is 0."""
        return time.monotonic() - self._runs[-1].began if self._runs else 0.0

    def computes(self, trace: Trace | None) -> bool:
        """Whether this trace is being computed."""
        return any(run.task.trace is trace for run in self._runs)

    def works_on(self, trace: Trace | None) -> bool:
        """Whether a thread is at this trace, be it with the last chunk of a task that was left."""
        return any(run.task.trace is trace and run.job.running for run in (*self._runs, *self._leaving))

    def run(self, task: Task) -> None:
        """Run this task. It takes the place of those at hand, whose answer would be stale, once it has a trace."""
        job = Job(lambda report: task.work(task, report), task.name, self)
        run = _Run(task, job, time.monotonic() + SHOW_GROWING_AFTER)
        self._runs.append(run)
        # A job that was left says nothing any more, its generation is over; but its last chunk may have been kept.
        job.progressed.connect(lambda fraction: self._on_progressed(run, fraction) if run in self._runs else None)
        job.finished.connect(lambda: self._on_finished(run) if run in self._runs else None)
        job.failed.connect(lambda error: self._on_failed(run, error) if run in self._runs else None)
        job.cancelled.connect(lambda: self.grown.emit(task))
        job.start()

    def batch(self, trace: Trace | None) -> Batch | None:
        """Return what is being worked off of this trace, to add to it."""
        return next((run.task.batch for run in self._runs if run.task.trace is trace), None)

    def settle(self, seconds: float, done: Callable[[], bool] = lambda: False) -> None:
        """Wait up to so long for the task at hand: what is short is there at once, without an empty frame before.

        Or until what is wanted of it is ``done``.
        """
        until = time.monotonic() + seconds
        while self._runs and not done() and (left := until - time.monotonic()) > 0:
            self._runs[-1].job.settle(min(left, LOOK_AGAIN))

    def cancel(self) -> None:
        """Give up the task that was wanted last. Its thread ends after the present chunk."""
        if self._runs:
            run = self._runs[-1]
            self._leave(run)
            self._give_up(run)

    def end(self) -> None:
        """End everything at once, saying nothing."""
        for run in (*self._leaving, *self._runs):
            run.job.end()

    def _leave(self, run: _Run) -> None:
        run.job.cancel()
        self._leaving = [*(other for other in self._leaving if other.job.running), run]

    def _leave_older(self, run: _Run) -> None:
        """Leave those before: there is an experiment to run, so it is this one from now on."""
        for older in self._runs[: self._runs.index(run)]:
            self._leave(older)
            self._runs.remove(older)

    def _give_up(self, run: _Run) -> None:
        self._remove(run)
        self.given_up.emit(run.task)
        if self._runs and self._runs[-1].end is not None:
            self._runs[-1].end()

    def _remove(self, run: _Run) -> None:
        if run is self._runs[-1]:
            self.progressed.emit(None, "")
        self._runs.remove(run)

    def _is_stale(self, run: _Run) -> bool:
        """Whether something else is wanted now, and this has not been seen."""
        return run is not self._runs[-1] and not run.task.shown

    def _on_progressed(self, run: _Run, fraction: float) -> None:
        task, last = run.task, run is self._runs[-1]
        if task.trace is not None:
            self._leave_older(run)
        now = time.monotonic()
        whole = task.trace is not None and not task.shown and task.trace.whole(task.sequence)  # but for its check
        if (now < run.next_look and not whole) or self._is_stale(run):
            return
        run.next_look = now + GROW_EVERY
        if last:
            self.progressed.emit(None if task.waits_for else fraction, task.waits_for or task.name)
        if task.shown:
            self.grown.emit(task)
        elif task.trace is not None and task.trace.known > 0:
            task.shown = True
            self.shown.emit(task)

    def _on_finished(self, run: _Run) -> None:
        task = run.task
        self._leave_older(run)
        if self._is_stale(run):
            run.end = lambda: self._on_finished(run)
            return
        self._remove(run)
        if not task.shown:
            task.shown = True
            self.shown.emit(task)
        self.finished.emit(task)

    def _on_failed(self, run: _Run, error: BaseException) -> None:
        if self._is_stale(run):
            run.end = lambda: self._on_failed(run, error)
            return
        name = run.task.name
        text = told(error) if isinstance(error, GateExplorerError) else f"{name}: {told(error)}"
        self._give_up(run)
        self.failed.emit(text)
