"""Run an experiment: the whole question in, the whole answer out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from explorer.engines import complete, make_engine, work
from explorer.experiment import Experiment
from explorer.trace import Trace
from explorer.tracks import Progress


def start(
    experiment: Experiment, engine: str = "torch", sequences: Collection[int] | None = None
) -> tuple[Trace, Iterator[float]]:
    """Return a trace that is still empty, and the work that fills it: iterate it, each item is the fraction done.

    Of several sequences only ``sequences`` are computed, in that order, if they are given; else all.
    """
    worker = make_engine(engine)
    trace = Trace(experiment, worker.name)
    return trace, complete(trace, worker, sequences)


def resume(trace: Trace, engine: str = "torch", sequences: Collection[int] | None = None) -> Iterator[float]:
    """Compute what is not known yet of these sequences, or of all. Iterate; each item is the fraction done.

    What is known stays as it is. The trace then says which engine went how far. What numpy computed of it has still to
    be checked.
    """
    return complete(trace, make_engine(engine), sequences)


def resume_in_turns(trace: Trace, turns: Iterable[int], engine: str = "torch") -> Iterator[range]:
    """Compute one chunk of each sequence that ``turns`` names, as long as it names any; each item is its steps.

    ``turns`` is asked before each chunk: what is looked at now can so go before what is to follow.
    """
    return work(trace, make_engine(engine), turns)


def fork(trace: Trace, experiment: Experiment, engine: str = "torch", progress: Progress = lambda _: None) -> Trace:
    """Return a trace of an experiment that differs from another's in its clamps only, as far as the two are the same.

    What cannot differ is taken over as it is, bit for bit: at each place all steps before the first at which it, or
    what it sees of the layers below, is clamped in another way; in reverse, all steps behind the last. ``resume``
    computes the rest. An experiment that differs in anything else has nothing to take over.

    A million steps take a second or two to copy: ``progress`` is told the fraction done, and may raise to give up.
    """
    same = experiment.differs_in_clamps_only(trace.experiment)
    return Trace(experiment, make_engine(engine).name, trace if same else None, progress)


def run(experiment: Experiment, engine: str = "torch") -> Trace:
    """Compute every quantity at every step. A pure function; engine ``numpy`` needs no torch, ``torch`` is fast."""
    trace, work = start(experiment, engine)
    for _ in work:
        pass
    return trace
