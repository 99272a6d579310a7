"""Run an experiment: the whole question in, the whole answer out."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.engines import complete, make_engine
from explorer.experiment import Experiment
from explorer.trace import Trace

MOST_TOLD = 5


def start(experiment: Experiment, engine: str = "torch") -> tuple[Trace, Iterator[float]]:
    """Return a trace that is still empty, and the work that fills it: iterate it, each item is the fraction done."""
    worker = make_engine(engine)
    trace = Trace(experiment, worker.name)
    return trace, complete(trace, worker)


def resume(trace: Trace, engine: str = "torch", sequence: int = 0) -> Iterator[float]:
    """Compute what is not known yet of a trace, keeping what is. Iterate; each item is the fraction done.

    The trace then says which engine went how far in ``sequence``. What numpy computed of it has still to be checked.
    """
    worker = make_engine(engine)
    ready = trace.ready(sequence)
    known = 0 if ready.start else ready.stop  # a backward direction knows the last steps first
    begun = any(track.ready for tracks in trace.tracks for track in tracks.values())
    unchecked = begun and trace.check is None
    said = handed_over(trace.engine, known, worker.name) if begun else worker.name
    for fraction in complete(trace, worker):
        trace.engine = said
        if unchecked:
            trace.check = None
        yield fraction


def handed_over(said: str, known: int, name: str) -> str:
    """Return what a trace says of its engines when, with ``known`` steps taken, the engine ``name`` goes on.

    Engines that take turns without end, as over a file that is followed, are not all told.
    """
    first, *others = said.split(", then ")
    if (others or [first])[-1] == name:
        return said
    if len(others) >= MOST_TOLD:
        said = f"{first}, then by turns"
    return f"{said} to step {known - 1}, then {name}" if known else f"{said}, then {name}"


def run(experiment: Experiment, engine: str = "torch") -> Trace:
    """Compute every quantity at every step. A pure function; engine ``numpy`` needs no torch, ``torch`` is fast."""
    trace, work = start(experiment, engine)
    for _ in work:
        pass
    return trace
