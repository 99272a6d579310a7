"""Run an experiment: the whole question in, the whole answer out."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.engines import complete, make_engine
from explorer.experiment import Experiment
from explorer.trace import Trace


def start(experiment: Experiment, engine: str = "torch") -> tuple[Trace, Iterator[float]]:
    """Return a trace that is still empty, and the work that fills it: iterate it, each item is the fraction done."""
    worker = make_engine(engine)
    trace = Trace(experiment, worker.name)
    return trace, complete(trace, worker)


def run(experiment: Experiment, engine: str = "torch") -> Trace:
    """Compute every quantity at every step. A pure function; engine ``numpy`` needs no torch, ``torch`` is fast."""
    trace, work = start(experiment, engine)
    for _ in work:
        pass
    return trace
