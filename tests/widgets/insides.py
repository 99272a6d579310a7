"""What tests of the panels about the inside of a step have in common: traces of every cell, and how they are shown."""

import re
from decimal import Decimal

import numpy as np

from explorer.experiment import Experiment, make_network_for
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Sequence
from explorer.trace import Trace
from tests.explorer.making import make_experiment
from widgets.decimals import MINUS

CASES = {
    "lstm": Recipe("lstm", hidden=6),
    "gru": Recipe("gru", hidden=6),
    "rnn": Recipe("rnn", hidden=6),
    "relu": Recipe("rnn", "relu", hidden=6),
    "lstm64": Recipe("lstm", hidden=6, dtype="float64"),
    "gru64": Recipe("gru", hidden=6, dtype="float64"),
    "bare": Recipe("lstm", hidden=6, bias=False),
    "deep": Recipe("gru", hidden=6, layers=2, bidirectional=True),
    "deep lstm": Recipe("lstm", hidden=6, layers=2, bidirectional=True),
}
NUMBER = re.compile(rf"{MINUS}?\d+\.\d+(?:e{MINUS}?\+?\d+)?|NaN|{MINUS}?inf")


def trace_of(recipe: Recipe, **options) -> Trace:
    return run(make_experiment(recipe, (30,), initial=True, **options), "numpy")


def embedded() -> Trace:
    """Return a trace of a network that sees a number and a word of three vocabulary entries."""
    rng = np.random.default_rng(3)
    values = np.stack([rng.normal(size=30), rng.integers(0, 3, 30)], axis=1)
    data = Dataset((Sequence("s", values, ("level", "word")),), "test", vocabularies={"word": ("a", "b", "c")})
    return run(Experiment(data, make_network_for(data, Recipe("lstm", hidden=6))), "numpy")


def show(panel, trace: Trace, *, place=Place(), unit: int = 2, step: int = 7, ask: str = ""):  # noqa: B008
    """Let a panel show a unit at a step, and of why what is asked about; return it."""
    panel.show_trace(trace, 0, place)
    panel.show_selection((0, unit))
    panel.set_step(step)
    if ask:
        panel.show_quantity(ask)
    return panel


def decimals(text: str) -> list[Decimal]:
    """Return the numbers of a sum with their signs, as decimals."""
    joined = text.replace(f" {MINUS} ", f" + {MINUS}").replace("(", " ").replace(")", " ")
    return [Decimal(number.replace(MINUS, "-")) for number in NUMBER.findall(joined)]


def values_of(trace: Trace, place: Place, step: int, unit: int) -> dict[str, np.floating]:
    return {name: row[unit] for name, row in trace.values_at(0, place, step).items()}
