"""Wishes for another experiment, and the work that makes traces of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.clamps import Clamp, fitting_clamps
from explorer.divergence import same_until
from explorer.engines import load_torch, make_engine
from explorer.experiment import Experiment, make_network_for
from explorer.network import Network, Recipe
from explorer.run import fork, resume_in_turns
from explorer.sequences import Scale
from explorer.stepper import Stepper
from explorer.trace import Trace
from widgets.batch import Batch
from widgets.decimals import grouped
from widgets.history import History
from widgets.job import Report
from widgets.sources import make_experiment, read_source

if TYPE_CHECKING:
    from explorer.training.inputs import Inputs

NUMPY_STEPS = 2_500
"""Steps, times places, up to which numpy runs an experiment at once rather than wait for torch to load: 0.6 s."""

LIVE_SLICE = 256

Build = Callable[[Report], Experiment]
"""Makes an experiment, saying how far it is; may raise, and then nothing changes."""


@dataclass(frozen=True, slots=True)
class Wish:
    """An experiment that is wanted: what it starts from, and what is to be different in it.

    ``known`` is the recipe of the network that ``base`` makes, where that is known beforehand. ``weights`` reads
    another network, such as that of a moment of a training, and ``inputs`` says what such a one was shown.
    """

    base: Build
    recipe: Recipe | None = None
    scale: Scale | None = None
    seed: int | None = None
    known: Recipe | None = None
    clamps: tuple[Clamp, ...] | None = None
    weights: Callable[[], Network] | None = None
    inputs: Inputs | None = None

    @property
    def is_dragged(self) -> bool:
        """Whether it may be one of many that follow one another fast, each of which is to be seen."""
        return self.clamps is not None or self.weights is not None

    @property
    def network(self) -> Recipe | None:
        """What the network that is wanted is made from, where that is known beforehand."""
        return self.recipe or self.known

    def build(self, report: Report) -> Experiment:
        """Return the experiment; may raise. Initial states belong to a network, so another one starts at zero.

        What is held stays held, as far as another network or other data have it.
        """
        made, recipe = self.base(report), self.recipe
        clamps = made.clamps
        if self.seed is not None:
            dataset = read_source(made.dataset.source, report, seed=self.seed)
            recipe = recipe or (None if made.network.head is not None else made.network.recipe)
            if recipe is None:  # what was trained is shown other data, and not lost over them
                made = Experiment(dataset, made.network, made.scale, fitted=made.fitted)
            else:
                made = make_experiment(dataset, recipe, made.scale)
        elif recipe is not None:
            made = Experiment(made.dataset, make_network_for(made.dataset, recipe), made.scale)
        if self.weights is not None and self.inputs is not None:
            made = self.inputs.experiment(made.dataset, self.weights())
        elif self.weights is not None:
            made = Experiment(made.dataset, self.weights(), made.scale)
        made = made if self.scale is None else replace(made, scale=self.scale, fitted=None)
        clamps = fitting_clamps(clamps, made.network, made.dataset) if self.clamps is None else self.clamps
        return made if made.clamps == clamps else replace(made, clamps=clamps)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A change that has been asked for. Until it is to be seen, what is asked for next is taken together with it.

    ``history`` is the one that it starts from, ``entry`` its name there, if it makes an entry: a further one unless the
    last one was made with the same ``key``. ``every`` says that in live mode every step that there is is taken at once,
    as where a file is followed.
    """

    wish: Wish
    history: History
    entry: str | None
    live: bool
    from_start: bool = False
    every: bool = False
    key: object = None

    def history_with(self, experiment: Experiment) -> History:
        """Return the history once it has come."""
        return self.history if self.entry is None else self.history.pushed(experiment, self.entry, self.key)


@dataclass(slots=True, eq=False)
class Task:
    """A trace on its way: how to come to it, under which name, and how far it has come.

    ``change`` is what it leads to; ``waits_for`` names what it needs first; ``shown`` says that the trace has taken the
    place of the old one on screen; ``sequence`` is the one to look at, ``batch`` what else is computed. ``ghost`` is,
    where something is held, the trace of the same experiment with nothing held.
    """

    name: str
    work: Callable[[Task, Report], Iterator[float]]
    change: Arrival | None = None
    trace: Trace | None = None
    ghost: Trace | None = None
    stepper: Stepper | None = None
    sequence: int = 0
    batch: Batch | None = None
    waits_for: str = ""
    shown: bool = False


def make_task(
    change: Arrival,
    name: str,
    sequences: tuple[int, ...],
    live_steps: int,
    torch_loaded: bool,
    known: tuple[Trace, ...] = (),
    sides: tuple[Trace, ...] = (),
) -> Task:
    """Return the task that computes the first of these sequences, which is to be looked at, and then the others.

    Where ``live_steps`` says so, only the first few steps of the first; a network with a backward direction has no
    first few, and is computed whole. Of a data set that has no such sequence, its first one. What one of the ``known``
    traces has already, because only clamps differ, is taken over. One of the ``sides`` is taken as it is, where it is
    of the very same experiment and nothing is left to compute of the sequence.
    """

    def work(task: Task, report: Report) -> Iterator[float]:
        experiment = change.wish.build(report)
        count = len(experiment.dataset.sequences)
        there = [k for k in dict.fromkeys(sequences) if k < count] if sequences[0] < count else [0]
        task.sequence = there[0]
        alike = [trace for trace in known if experiment.differs_in_clamps_only(trace.experiment)]
        if live_steps and not experiment.network.has_reverse:
            yield from _take_steps(task, experiment, alike, live_steps, torch_loaded, report)
        else:
            engine = choose_engine(experiment, there, torch_loaded)
            yield from _load(task, engine, torch_loaded)
            ready = (trace for trace in sides if trace.experiment is experiment and trace.whole(task.sequence))
            trace = next(ready, None) or _begun(experiment, task.sequence, alike, engine, report)
            task.ghost, task.batch = _ghost_of(trace, alike, engine), Batch(there, task.sequence)
            task.trace = trace
            yield from _work_off(trace, task.ghost, task.batch, engine)

    return Task(name, work, change)


def _take_steps(
    task: Task, experiment: Experiment, alike: list[Trace], live_steps: int, torch_loaded: bool, report: Report
) -> Iterator[float]:
    """Take the first steps of live mode: so many, or all that a trace had before, or every one there is."""
    begun = _begun(experiment, task.sequence, alike, "numpy", report) if alike else None
    task.stepper = stepper = Stepper(experiment, task.sequence, begun)
    task.ghost, task.trace = _ghost_of(stepper.trace, alike, "numpy"), stepper.trace
    if task.change is not None and task.change.every:
        stepper.make_room()
        engine, task.batch = choose_engine(experiment, [task.sequence], torch_loaded), Batch([task.sequence])
        yield from _load(task, engine, torch_loaded)
        yield from _work_off(stepper.trace, None, task.batch, engine)
        return
    live_steps = max(live_steps, *(trace.ready(task.sequence).stop for trace in alike[:1]), 0)
    ahead = [*([] if task.ghost is None else [Stepper(task.ghost.experiment, task.sequence, task.ghost)]), stepper]
    goal = min(max(live_steps, stepper.frontier), stepper.trace.length(task.sequence))
    while (known := min(each.frontier for each in ahead)) < goal:
        for each in ahead:
            each.advance(min(known + LIVE_SLICE, goal) - each.frontier)
        yield known / goal


def is_held(experiment: Experiment) -> bool:
    """Whether a clamp is on."""
    return any(clamp.on for clamp in experiment.clamps)


def _begun(experiment: Experiment, sequence: int, alike: list[Trace], engine: str, report: Report) -> Trace:
    """Return a trace that has what is the same in the one of those alike that has most of it."""
    if not alike:
        return Trace(experiment, make_engine(engine).name)
    nearest = max(alike, key=lambda trace: same_until(trace.experiment, experiment, sequence))
    return fork(nearest, experiment, engine, report)


def _ghost_of(trace: Trace, alike: list[Trace], engine: str) -> Trace | None:
    """Return the trace with nothing held: one that there is, else one to compute that has what is the same."""
    if not is_held(trace.experiment):
        return None
    free = [other for other in alike if not is_held(other.experiment)]
    return free[-1] if free else fork(trace, replace(trace.experiment, clamps=()), engine)


def finish_task(
    trace: Trace, batch: Batch, torch_loaded: bool, ghost: Trace | None = None, *, live: bool = False
) -> Task:
    """Return the task that computes what is not known yet of the sequences of ``batch``, into the same traces.

    In ``live`` mode the ghost goes along with the trace, as it does step by step; else it comes after it.
    """
    engine = choose_engine(trace.experiment, batch.sequences, torch_loaded)
    name = "running to the end" if len(batch.sequences) == 1 else f"running {grouped(len(batch.sequences))} sequences"

    def work(task: Task, _report: Report) -> Iterator[float]:
        yield from _load(task, engine, torch_loaded)
        if live and ghost is not None:
            yield from _abreast(trace, ghost, batch, engine)
        yield from _work_off(trace, ghost, batch, engine)

    return Task(name, work, trace=trace, ghost=ghost, batch=batch, shown=True)


def choose_engine(experiment: Experiment, sequences: Collection[int], torch_loaded: bool) -> str:
    """Return numpy for what is short enough while torch is not there yet, else torch."""
    steps = sum(len(experiment.dataset.sequences[k]) for k in sequences) * len(experiment.network.places)
    return "torch" if torch_loaded or steps > NUMPY_STEPS else "numpy"


def _work_off(trace: Trace, ghost: Trace | None, batch: Batch, engine: str) -> Iterator[float]:
    """Compute the trace, and then its ghost, unless the window has meanwhile asked for more of the trace."""
    while True:
        for _ in resume_in_turns(trace, batch.turns(trace), engine):
            yield batch.fraction
        left = [] if ghost is None else batch.left(ghost)
        if ghost is None or not left:
            return
        for _ in resume_in_turns(ghost, Batch(left).turns(ghost), engine):
            yield batch.fraction
            if batch.left(trace):
                break


def _abreast(trace: Trace, ghost: Trace, batch: Batch, engine: str) -> Iterator[float]:
    """Compute the trace, and always before it the same of its ghost: the window may look at any moment."""
    ahead: dict[int, Iterator[range]] = {}

    def turns() -> Iterator[int]:
        for k in batch.turns(trace):
            if k not in ahead:
                ahead[k] = resume_in_turns(ghost, Batch((k,)).turns(ghost), engine)
            while ghost.ready(k).stop <= trace.ready(k).stop and next(ahead[k], None) is not None:
                pass  # a chunk of the ghost ends no sooner than one of the trace, which is cut where holds change
            yield k

    for _ in resume_in_turns(trace, turns(), engine):
        yield batch.fraction


def _load(task: Task, engine: str, torch_loaded: bool) -> Iterator[float]:
    if engine == "torch" and not torch_loaded:
        task.waits_for = "loading torch"
        yield 0.0
        for _ in load_torch():
            yield 0.0
        task.waits_for = ""
