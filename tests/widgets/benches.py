"""What tests of the workbench have in common: experiments short and long, and an ear for what it tells."""

import threading

import numpy as np

from explorer.experiment import Experiment
from explorer.network import Recipe
from explorer.sequences import Dataset, Label, Sequence, generate
from widgets.sources import make_experiment
from widgets.workbench import Workbench

SMALL = Recipe(hidden=6)
FACTS = (
    *("trace_changed", "trace_grown", "sequence_changed", "step_changed", "units_changed", "place_changed"),
    *("live_changed", "loop_changed", "check_changed", "history_changed"),
)
LONG = 80_000


def sequences(*lengths: int, seed: int = 0, label_at: int | None = None) -> Dataset:
    """Return several sequences of two features, ``s0`` …; at the step ``label_at`` of each begins a label."""
    rng = np.random.default_rng(seed)
    made = []
    for k, length in enumerate(lengths):
        marks = () if label_at is None else (Label("mark", np.arange(length) >= label_at),)
        values = np.cumsum(rng.normal(size=(length, 2)), axis=0)
        made.append(Sequence(f"s{k}", values, ("a", "b"), labels=marks, label=("even", "odd")[k % 2]))
    return Dataset(tuple(made), "several")


def several(*lengths: int, recipe: Recipe = SMALL, seed: int = 0, label_at: int | None = None) -> Experiment:
    return make_experiment(sequences(*lengths, seed=seed, label_at=label_at), recipe)


def dataset(length: int = 200, seed: int = 0) -> Dataset:
    return generate("sine-mix", seed=seed, length=length)


def experiment(length: int = 200, recipe: Recipe = SMALL, seed: int = 0, *, scale="none") -> Experiment:
    return make_experiment(dataset(length, seed), recipe, scale)


class Facts:
    """Everything a workbench tells, in order."""

    def __init__(self, bench: Workbench) -> None:
        self.all: list[tuple[str, object]] = []
        for name in FACTS:
            getattr(bench, name).connect(lambda value, name=name: self.all.append((name, value)))
        self.messages: list[tuple[str, str]] = []
        self.progress: list[tuple[object, str]] = []
        bench.message.connect(lambda text, kind: self.messages.append((text, kind)))
        bench.progress_changed.connect(lambda fraction, text: self.progress.append((fraction, text)))

    def of(self, name: str) -> list[object]:
        return [value for fact, value in self.all if fact == name]

    def clear(self) -> None:
        self.all.clear()
        self.messages.clear()
        self.progress.clear()


class Held:
    """A build that waits until it is let go, to look at what is in between."""

    def __init__(self, made: Experiment, error: Exception | None = None) -> None:
        self.made, self.error = made, error
        self.reached, self.go_on = threading.Event(), threading.Event()

    def __call__(self, report) -> Experiment:
        self.reached.set()
        assert self.go_on.wait(30)
        report(0.5)
        if self.error is not None:
            raise self.error
        return self.made


def recipe_of(bench: Workbench) -> Recipe:
    recipe = bench.experiment.network.recipe
    assert recipe is not None
    return recipe


def same_numbers(trace, other, steps: slice = slice(None)) -> None:
    for place in trace.experiment.network.places:
        for quantity in trace.experiment.network.cell(place).quantities:
            mine = trace.read(0, quantity.name, place, steps=steps)
            np.testing.assert_array_equal(mine, other.read(0, quantity.name, place, steps=steps), quantity.name)


def slow_experiment(recipe: Recipe = SMALL, seed: int = 0) -> Experiment:
    """Return one that numpy needs long enough for to be shown while it grows (and is not given to torch)."""
    return experiment(LONG, recipe, seed)
