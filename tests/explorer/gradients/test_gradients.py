"""The gradient through time equals step-by-step autograd, in float64, for every cell, layer, direction and length."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.cells import GRU, LSTM, RNN, RNN_RELU, Kind
from explorer.errors import UsageError
from explorer.gradients import norms, play, through_time
from explorer.network import Layer, Network, Recipe
from explorer.run import run, start
from tests.explorer import gradient_reference
from tests.explorer.making import make_experiment

KINDS = [("rnn", "tanh"), ("rnn", "relu"), ("lstm", "tanh"), ("gru", "tanh")]
CLOSE = 1e-12
rng = np.random.default_rng(5)


def undeclared(network):
    """Return the same network of cells that declare no reverse."""
    layers = [Layer(dataclasses.replace(layer.cell, reverse=()), layer.weights) for layer in network.layers]
    return Network(tuple(layers), network.recipe)


def require_equal(ours, theirs, what, close=CLOSE):
    theirs = theirs.numpy()
    scale = np.abs(theirs).max(initial=1e-300)
    assert ours.shape == theirs.shape, what
    assert np.abs(ours - theirs).max(initial=0) <= close * scale, what


def require_same(backwards, network, x, direct, initial=None, close=CLOSE):
    """Hold everything that was taken back against autograd: relative to each step's largest number, too."""
    theirs, parameters, inputs = gradient_reference.gradients(
        network, torch.tensor(x, dtype=torch.float64), torch.tensor(direct), initial
    )
    assert list(backwards) == list(network.places)
    for place, backward in backwards.items():
        names = {q.name for q in network.cell(place).quantities if q.kind in (Kind.PRE_ACTIVATION, Kind.STATE)}
        names -= {"u_n"} if "u_n" not in theirs[place] else set()
        assert names <= set(backward.totals)
        for name in names:
            require_equal(backward.totals[name], theirs[place][name], (place, name), close)
        for name, rows in backward.initial.items():
            require_equal(rows, theirs[place][f"initial.{name}"], (place, name), close)
        for name, rows in backward.parameters().items():
            require_equal(rows, parameters[f"{name}_{place.key}"], (place, name), close)
        np.testing.assert_allclose(backward.direct + backward.through, backward.totals["h"], rtol=1e-13)
        curve = theirs[place]["h"].norm(dim=1).numpy()
        np.testing.assert_allclose(norms({place: backward})[f"{place.key}.dh"], curve, rtol=10 * close)
    bottom = [backward.inputs() for place, backward in backwards.items() if place.layer == 0]
    require_equal(np.sum(bottom, axis=0), inputs, "inputs", close)


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "autograd"])
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [False, True], ids=["forward", "both"])
@pytest.mark.parametrize("kind", KINDS, ids=" ".join)
def test_everything_equals_step_by_step_autograd(kind, bidirectional, layers, bias, declared):
    recipe = Recipe(*kind, hidden=6, layers=layers, bidirectional=bidirectional, bias=bias, dtype="float64")
    experiment = make_experiment(recipe, [33, 1, 12], initial=True)
    network = experiment.network if declared else undeclared(experiment.network)
    for k in range(3):
        x = experiment.inputs(k)
        direct = rng.standard_normal((len(x), 6 * (1 + bidirectional)))
        require_same(play(network, x, experiment.initial).back(direct), network, x, direct, experiment.initial)


@pytest.mark.parametrize("engine", ["numpy", "torch"])
@pytest.mark.parametrize("kind", KINDS, ids=" ".join)
def test_of_a_trace_it_is_the_same(kind, engine):
    recipe = Recipe(*kind, hidden=5, layers=2, bidirectional=True, dtype="float64")
    experiment = make_experiment(recipe, [40, 7], initial=True)
    trace = run(experiment, engine)
    for k in range(2):
        direct = rng.standard_normal((trace.length(k), 10))
        backwards = through_time(trace, k, direct)
        require_same(backwards, experiment.network, experiment.inputs(k), direct, experiment.initial)


@settings(max_examples=25)
@given(
    kind=st.sampled_from(KINDS),
    hidden=st.integers(1, 9),
    features=st.integers(1, 4),
    steps=st.integers(1, 80),
    seed=st.integers(0, 99),
    last_only=st.booleans(),
)
def test_any_size(kind, hidden, features, steps, seed, last_only):
    recipe = Recipe(*kind, hidden=hidden, seed=seed, dtype="float64")
    experiment = make_experiment(recipe, [steps], features=features, seed=seed)
    direct = np.random.default_rng(seed).standard_normal((steps, hidden))
    direct[: -1 if last_only else 0] = 0
    x = experiment.inputs(0)
    # Of few units all may be near ±1, where 1 − h² keeps only some of the digits of h, in any order of work.
    require_same(play(experiment.network, x).back(direct), experiment.network, x, direct, close=1e-8)


@pytest.mark.parametrize("cell", [RNN, RNN_RELU, LSTM, GRU], ids=lambda cell: cell.title)
def test_the_declared_reverse_is_the_derivative_of_the_equations(cell):
    from explorer.gradients.factors import local_factors
    from explorer.gradients.table import Table
    from explorer.holds import NOTHING

    recipe = Recipe(cell.name, cell.nonlinearity, hidden=4, dtype="float64")
    experiment = make_experiment(recipe, [50], initial=True)
    (passage,) = play(experiment.network, experiment.inputs(0), experiment.initial).passages.values()
    known = {**passage.values, **{f"{state}_prev": rows for state, rows in passage.previous.items()}}
    ours = local_factors(cell, known)
    theirs = local_factors(dataclasses.replace(cell, reverse=()), known)
    assert ours.keys() == theirs.keys()
    for key, factor in ours.items():
        np.testing.assert_allclose(np.broadcast_to(factor, theirs[key].shape), theirs[key], rtol=1e-12, atol=1e-15)
    assert Table(cell, known, NOTHING, slice(None)).totals().keys() >= set(cell.states)


def test_a_trace_that_is_not_whole_is_refused_with_a_sentence():
    trace, _ = start(make_experiment(Recipe(hidden=3), [10]))
    with pytest.raises(UsageError, match="every step of sequence 0, and 0 are known"):
        through_time(trace, 0, np.zeros((10, 3)))
