"""Turns wishes for another experiment into traces, off the window's thread: one at a time, the last wish counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from explorer.errors import GateExplorerError
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Recipe
from explorer.run import start
from explorer.stepper import Stepper
from explorer.trace import Trace
from widgets.history import History
from widgets.job import Job, Report, sentence

SHOW_GROWING_AFTER = 0.15
"""Seconds after which a trace that is still being computed takes the place of the old one on screen."""

NUMPY_STEPS = 30_000
"""Steps up to which numpy runs an experiment at once rather than wait for torch to load."""

GROW_EVERY = 0.1
"""Seconds between two looks at a trace that grows: each paints, and the window has frames to show meanwhile."""

LIVE_SLICE = 256

Build = Callable[[Report], Experiment]
"""Makes an experiment, saying how far it is; may raise, and then nothing changes."""


@dataclass(frozen=True, slots=True)
class Wish:
    """An experiment that is wanted: what it starts from, and what is to be different in it."""

    base: Build
    recipe: Recipe | None = None
    standardize: bool | None = None

    def build(self, report: Report) -> Experiment:
        """Return the experiment; may raise. Initial states belong to a network, so another one starts at zero."""
        made = self.base(report)
        if self.recipe is not None:
            network = make_network(self.recipe, made.dataset.input_size)
            made = Experiment(made.dataset, network, made.standardize)
        return made if self.standardize is None else replace(made, standardize=self.standardize)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A change that has been asked for. Until it is to be seen, what is asked for next is taken together with it.

    ``history`` is the one that it starts from, ``entry`` its name there, if it makes an entry.
    """

    wish: Wish
    history: History
    entry: str | None
    live: bool
    from_start: bool = False

    def history_with(self, experiment: Experiment) -> History:
        """Return the history once it has come."""
        return self.history if self.entry is None else self.history.pushed(experiment, self.entry)


@dataclass(slots=True, eq=False)
class Task:
    """A trace on its way: how to come to it, under which name, and how far it has come.

    ``shown`` says that it has taken the place of the old one on screen.
    """

    name: str
    work: Callable[[Task, Report], Iterator[float]]
    trace: Trace | None = None
    stepper: Stepper | None = None
    shown: bool = False


def make_task(name: str, build: Build, sequence: int, live_steps: int, torch_loaded: bool) -> Task:
    """Return the task that computes every step, or, where ``live_steps`` says so, only the first few.

    A network with a backward direction has no first few: it is computed whole.
    """

    def work(task: Task, report: Report) -> Iterator[float]:
        experiment = build(report)
        if live_steps and not experiment.network.has_reverse:
            task.stepper = Stepper(experiment, sequence)
            task.trace = task.stepper.trace
            while (left := live_steps - task.stepper.frontier) > 0 and task.stepper.advance(min(LIVE_SLICE, left)):
                yield task.stepper.frontier / live_steps
        else:
            task.trace, steps = start(experiment, choose_engine(experiment, torch_loaded))
            yield from steps

    return Task(name, work)


def finish_task(stepper: Stepper, torch_loaded: bool) -> Task:
    """Return the task that computes the steps a stepper has not taken, into the same trace."""
    engine = choose_engine(stepper.trace.experiment, torch_loaded)
    return Task("running to the end", lambda _task, _report: stepper.finish(engine), stepper.trace, stepper, shown=True)


def choose_engine(experiment: Experiment, torch_loaded: bool) -> str:
    """Return numpy for what is short enough while torch is not there yet, else torch."""
    steps = sum(map(len, experiment.dataset.sequences)) * len(experiment.network.places)
    return "torch" if torch_loaded or steps > NUMPY_STEPS else "numpy"


class Computing(QObject):
    """Runs one task. Says ``shown(task)`` when there is something to see, then ``grown(task)``, ``finished(task)``.

    A task that was cancelled or failed is ``given_up(task)``; if that was an error, ``failed(text)`` follows. Of one
    that another has taken the place of, nothing more is heard.
    """

    shown = Signal(object)
    grown = Signal(object)
    finished = Signal(object)
    given_up = Signal(object)
    failed = Signal(str)
    progressed = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task: Task | None = None
        self._job: Job | None = None
        self._leaving: list[Job] = []
        self._next_look = 0.0

    @property
    def busy(self) -> bool:
        """Whether a task is under way, or the last chunk of one that was left."""
        return self._job is not None or any(job.running for job in self._leaving)

    def run(self, task: Task) -> None:
        """Run this task in the place of the one at hand, whose answer would be stale."""
        if self._job is not None:
            self._leave(self._job)
        job = Job(lambda report: task.work(task, report), task.name, self)
        self._task, self._job = task, job
        self._next_look = time.monotonic() + SHOW_GROWING_AFTER
        # A job that was left says nothing any more, its generation is over; but its last chunk may have been kept.
        job.progressed.connect(lambda fraction: self._on_progressed(fraction) if job is self._job else None)
        job.finished.connect(lambda: self._on_finished() if job is self._job else None)
        job.failed.connect(lambda error: self._on_failed(error) if job is self._job else None)
        job.cancelled.connect(lambda: self.grown.emit(task))
        job.start()

    def settle(self, seconds: float) -> None:
        """Wait up to so long for the task at hand: what is short is there at once, without an empty frame before."""
        if self._job is not None:
            self._job.settle(seconds)

    def cancel(self) -> None:
        """Give up the task at hand. Its thread ends after the present chunk."""
        if self._job is not None:
            self._leave(self._job)
            self._give_up()

    def end(self) -> None:
        """End everything at once, saying nothing."""
        for job in (*self._leaving, *([] if self._job is None else [self._job])):
            job.end()

    def _leave(self, job: Job) -> None:
        job.cancel()
        self._leaving = [*(other for other in self._leaving if other.running), job]
        self.progressed.emit(None, "")

    def _give_up(self) -> None:
        task, self._task, self._job = self._task, None, None
        self.progressed.emit(None, "")
        self.given_up.emit(task)

    def _on_progressed(self, fraction: float) -> None:
        task = self._task
        assert task is not None
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + GROW_EVERY
        self.progressed.emit(fraction, task.name)
        if task.shown:
            self.grown.emit(task)
        elif task.trace is not None and any(track.ready for track in task.trace.tracks[0].values()):
            task.shown = True
            self.shown.emit(task)

    def _on_finished(self) -> None:
        task, self._task, self._job = self._task, None, None
        assert task is not None
        self.progressed.emit(None, "")
        if not task.shown:
            task.shown = True
            self.shown.emit(task)
        self.finished.emit(task)

    def _on_failed(self, error: BaseException) -> None:
        assert self._task is not None
        text = sentence(error) if isinstance(error, GateExplorerError) else f"{self._task.name}: {sentence(error)}"
        self._give_up()
        self.failed.emit(text)
