"""Names are completed as a person types them, and whatever is chosen can be read."""

import numpy as np
import pytest

from explorer.conditions import check, parse_condition
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Recipe
from explorer.run import run
from explorer.sequences import Dataset, Label, Sequence
from widgets.completing import examples, suggest, words


def trace(cell="lstm", features=("temperature", "blood pressure", "it's", "class"), **recipe):
    labels = (Label("anomaly", np.arange(20) > 9), Label("echo due", np.arange(20) > 3))
    data = Dataset((Sequence("s", np.ones((20, len(features))), features, labels),), "test")
    return run(Experiment(data, make_network(Recipe(cell, **{"hidden": 4} | recipe), len(features))), "numpy")


@pytest.mark.parametrize("recipe", [{}, {"layers": 2, "bidirectional": True}])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_everything_offered_can_be_read(cell, recipe) -> None:
    made = trace(cell, **recipe)
    network, dataset = made.experiment.network, made.experiment.dataset
    for name in words(made):
        if name.startswith("label"):
            check(parse_condition(name), network, dataset)
        elif name.endswith("("):
            inner = "h > 0" if name in ("any(", "all(") else "h"
            parse_condition(f"{name}{inner})")
        else:
            check(parse_condition(f"({name} > 0).any()" if name != "t" else "t > 0"), network, dataset)
    for text in examples(made):
        check(parse_condition(text), network, dataset)


def test_of_several_layers_each_is_offered_under_its_name() -> None:
    assert "l1_reverse.c" in words(trace(layers=2, bidirectional=True))
    assert not [name for name in words(trace()) if name.startswith("l0")]


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ("f[3] < 0.1 and te", []),
        ("tem", []),
        ("x.te", ["x.temperature"]),
        ("x.bl", ["x['blood pressure']"]),
        ("x['bl", ["x['blood pressure']"]),
        ("x.cl", ["x['class']"]),
        ("is", ["isnan(", "isinf(", "isfinite("]),
        ("label.", ["label.anomaly", "label['echo due']"]),
        ("abs(h).m", ["max()", "min()", "mean()"]),
        ("h.an", ["any()"]),
        ("h", []),
        ("3", []),
        ("", []),
    ],
)
def test_what_a_word_may_become(before, wanted) -> None:
    start, found = suggest(before, words(trace()))
    assert list(found) == wanted
    assert start == len(before) or not before[start - 1 : start].isalnum() or before[start - 1] == "."
