"""The distance of two traces is numpy's norm at every step."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.cells import find_cell
from explorer.clamps import Clamp
from explorer.divergence import ROWS, comparable, distances
from explorer.experiment import Experiment, make_network_for
from explorer.keeping import keeping
from explorer.network import Place, Recipe
from explorer.run import run, start
from explorer.sequences import generate


def experiment(length: int = 100, recipe: Recipe = Recipe(hidden=3)) -> Experiment:  # noqa: B008 - a value
    data = generate("sine-mix", seed=0, length=length)
    return Experiment(data, make_network_for(data, recipe))


@pytest.mark.parametrize("bidirectional", [False, True])
def test_it_is_the_norm_of_the_difference_at_every_step(bidirectional):
    made = experiment(ROWS + 300, Recipe(hidden=3, bidirectional=bidirectional))
    free = run(made, "torch")
    held = run(replace(made, clamps=(Clamp("h", 0.5, (1,), (50, 60)),)), "torch")
    place = made.network.places[-1]
    steps = comparable(held, free, 0, place)
    found = np.full(len(steps), np.nan)
    for first, apart in distances(held, free, 0, place, steps):
        found[first : first + len(apart)] = apart
    mine, theirs = (trace.read(0, "h", place).astype(np.float64) for trace in (held, free))
    np.testing.assert_allclose(found, np.linalg.norm(mine - theirs, axis=1), rtol=1e-14)
    if not bidirectional:
        assert np.flatnonzero(found)[0] == 50


def test_only_what_both_know_is_compared():
    free = run(experiment(), "numpy")
    begun, _ = start(replace(free.experiment, clamps=(Clamp("h", 0.0),)), "numpy")
    assert not comparable(begun, free, 0, Place())


def test_gates_that_keep_a_state_are_found_in_the_declaration():
    assert keeping(find_cell("lstm")) == ("c", {"f": 1.0, "i": 0.0})
    assert keeping(find_cell("gru")) == ("h", {"z": 1.0})
    assert keeping(find_cell("rnn")) is None
