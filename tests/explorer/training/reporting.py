"""A training that is no training: reports that depend on the iteration alone, for those who record and read them.

As a program it records them as fast as it can: ``python -m tests.explorer.training.reporting FOLDER [resume]``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer.errors import OutputError
from explorer.initialisation import make_network
from explorer.network import Head, Network
from explorer.training.baselines import Baseline
from explorer.training.description import Description
from explorer.training.outputs import Outputs
from explorer.training.recording import Recorder
from explorer.training.reports import Ended, Iteration, Moment, Probed, Report, Resume
from explorer.training.resuming import read_resume
from explorer.training.settings import Settings

STEPS = 7
SETTINGS = Settings(
    task="generator",
    generator="adding",
    cells=("rnn", "lstm", "gru"),
    hidden=3,
    iterations=60,
    probe_every=3,
    weights_every=4,
    measure_every=5,
)
OUTPUTS = Outputs("value", ("sum",), np.full(1, 0.5), np.full(1, 2.0))
DESCRIPTION = Description(
    SETTINGS,
    data={"source": "", "hash": "ab"},
    outputs=OUTPUTS,
    baselines=(Baseline("chance", "MSE", 1 / 6, best=True),),
)


def network_after(settings: Settings, cell: str, iteration: int) -> Network:
    """Return the network of a moment, another one after each iteration."""
    network = make_network(replace(settings, seed=iteration).recipe(cell), 2)
    draws = np.random.default_rng(iteration)
    weight = draws.normal(size=(1, settings.hidden)).astype(np.float32)
    head = Head(weight, draws.normal(size=1).astype(np.float32), OUTPUTS.names, scale=OUTPUTS.sd, shift=OUTPUTS.mean)
    return replace(network, head=head)


def iteration_of(settings: Settings, cell: str, iteration: int) -> Iteration:
    """Return what one update was, all numbers drawn from its place."""
    network = make_network(settings.recipe(cell), 2)
    draws = np.random.default_rng([iteration, len(cell)])
    names = [*network.state_dict(), "head.weight", "head.bias"]
    blocks = [block.name for block in network.layers[0].cell.blocks]
    gates = [f"{name}.{gate}" for name in network.state_dict() for gate in blocks] if len(blocks) > 1 else []
    numbers = iter(10.0 ** draws.normal(scale=4, size=200))
    measured = iteration % settings.measure_every == 0
    return Iteration(
        cell,
        iteration,
        loss=next(numbers),
        grad_norm=next(numbers),
        grad_norm_clipped=next(numbers),
        parameters={name: next(numbers) for name in names},
        gates={name: next(numbers) for name in gates},
        rate=next(numbers),
        weight_norm=next(numbers),
        update_ratio=next(numbers),
        metrics={metric.name: next(numbers) for metric in OUTPUTS.metrics} if measured else {},
    )


def probed_of(cell: str, iteration: int) -> Probed:
    """Return what the probe saw, its last step past the end."""
    draws = np.random.default_rng([iteration, len(cell), 1])
    names = ["l0.dh", "l0.da_f"] if cell == "lstm" else ["l0.dh"]
    norms = {name: np.append(10.0 ** draws.normal(scale=40, size=STEPS - 1), np.nan) for name in names}
    return Probed(cell, iteration, norms, {f"l0.{'f' if cell == 'lstm' else 'z'}.mean": draws.random()})


def reports(settings: Settings = SETTINGS, after: int = 0) -> Iterator[Report]:
    """Yield the reports of a training that goes on after an iteration, in the order in which a loop tells them."""
    for iteration in range(after if after == 0 else after + 1, settings.iterations + 1):
        if iteration > 0:
            yield from (iteration_of(settings, cell, iteration) for cell in settings.cells)
        if iteration % settings.probe_every == 0:
            yield from (probed_of(cell, iteration) for cell in settings.cells)
        if iteration % settings.weights_every == 0 or iteration == settings.iterations:
            for cell in settings.cells:
                yield Moment(cell, iteration, network_after(settings, cell, iteration))
    yield Ended("finished", settings.iterations)


def state_after(iteration: int) -> Resume:
    """Return from where to go on after an iteration."""
    arrays = {"lstm.exp_avg": np.full((2, 3), iteration, np.float32), "random": np.arange(5, dtype=np.uint8)}
    return Resume(iteration, arrays, {"position": iteration})


def record(folder: Path, resume: Resume | None = None, settings: Settings = SETTINGS) -> None:
    """Record them, with a state to resume from after every fourth iteration."""
    after = 0 if resume is None else resume.iteration
    last = settings.cells[-1]
    with Recorder(folder, replace(DESCRIPTION, settings=settings), resume) as recorder:
        for report in reports(settings, after):
            recorder.take(report)
            if isinstance(report, Moment) and report.cell == last:
                recorder.keep(state_after(report.iteration))


if __name__ == "__main__":
    place = Path(sys.argv[1])
    print("begun", flush=True)
    try:
        record(place, read_resume(place) if sys.argv[2:] else None)
    except OutputError as error:
        sys.exit(str(error))
