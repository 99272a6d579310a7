"""Gradients whose numbers are known: what decays does so at the rate that the weights say."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from explorer.cells import GRU, LSTM, RNN
from explorer.gradients import growth_bounds, mean_norms, norms, play, shares
from explorer.initialisation import make_network
from explorer.network import Layer, Network, Place, Recipe, Weights
from tests.explorer import gradient_reference
from tests.explorer.making import make_experiment


def single(cell, size, bias, recurrent=None):
    """Return a network of one layer and one feature, with no weights but these, in float64."""
    rows = len(cell.blocks) * size
    weight_hh = np.zeros((rows, size)) if recurrent is None else recurrent
    weights = Weights(np.zeros((rows, 1)), weight_hh, np.repeat(np.array(bias, float), size), np.zeros(rows))
    return Network((Layer(cell, {0: weights}),))


def last_step(steps, size, rng=None):
    """Return the gradient of v·h_T, ‖v‖ = 1, at the output."""
    direct = np.zeros((steps, size))
    direct[-1] = 1 if rng is None else rng.standard_normal(size)
    direct[-1] /= np.linalg.norm(direct[-1])
    return direct


def test_an_orthogonal_rnn_at_rest_decays_by_its_factor():
    rng = np.random.default_rng(0)
    orthogonal, _ = np.linalg.qr(rng.standard_normal((8, 8)))
    network = single(RNN, 8, [0], 0.9 * orthogonal)
    backwards = play(network, np.zeros((100, 1))).back(last_step(100, 8, rng))
    curve = norms(backwards)["l0.dh"]
    np.testing.assert_allclose(curve, 0.9 ** np.arange(99, -1, -1), rtol=1e-13)
    assert curve[0] == pytest.approx(2.951266543e-5, rel=1e-9)
    bounds = growth_bounds(RNN, network.weights(Place()))[""]
    assert bounds.rate == pytest.approx(0.9)
    np.testing.assert_allclose(bounds.guide(100)[::-1], curve, rtol=1e-12)


@pytest.mark.parametrize(("bias", "ratio"), [(0, 8.881784e-16), (1, 1.576191e-7), (2, 1.753046e-3), (5, 0.7147893)])
def test_the_cell_state_forgets_by_the_forget_gate(bias, ratio):
    backwards = play(single(LSTM, 3, [0, bias, 0, 0]), np.zeros((51, 1))).back(last_step(51, 3))
    curve = norms(backwards)["l0.dc"]
    f = 1 / (1 + np.exp(-bias))
    np.testing.assert_allclose(curve, curve[-1] * f ** np.arange(50, -1, -1), rtol=1e-12)
    assert curve[0] / curve[-1] == pytest.approx(ratio, rel=1e-6)


def test_a_saturated_cell_state_gives_zeros_and_nothing_else():
    played = play(single(LSTM, 2, [0, 5, 0.5, 0]), np.zeros((200, 1)))
    assert played.values[Place()]["c"][-1, 0] == pytest.approx(25.51, abs=0.1)
    backwards = played.back(last_step(200, 2))
    curves = norms(backwards)
    assert not curves["l0.dc"].any()
    assert curves["l0.dh"][-1] == pytest.approx(1)
    assert all(np.isfinite(curve).all() for curve in curves.values())


def test_a_gru_that_keeps_decays_by_its_update_gate():
    network = single(GRU, 2, [0, 1, 0])
    played = play(network, np.zeros((30, 1)), {"l0.h": np.array([1.0, -2.0])})
    z = 1 / (1 + np.exp(-1))
    np.testing.assert_allclose(played.output[-1], [8.290206e-5, -2 * 8.290206e-5], rtol=1e-6)
    backward = played.back(last_step(30, 2))[Place()]
    assert np.linalg.norm(backward.initial["h"]) == pytest.approx(z**30, rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_no_tanh_rnn_exceeds_its_bound(seed):
    rng = np.random.default_rng(seed)
    network = single(RNN, 6, [0.1], rng.standard_normal((6, 6)) * rng.uniform(0.1, 1))
    curve = norms(play(network, np.zeros((60, 1)), {"l0.h": rng.standard_normal(6)}).back(last_step(60, 6)))["l0.dh"]
    guide = growth_bounds(RNN, network.weights(Place()))[""].guide(60)
    assert (curve <= guide[::-1] * (1 + 1e-12)).all()


@given(
    arrays(np.float64, st.integers(1, 9).map(lambda n: (n, n)), elements=st.floats(-1, 1)),
    st.sampled_from((1e-250, 1, 1e250)),
)
def test_the_largest_singular_value_is_that_of_the_decomposition(matrix, size):
    weights = replace(single(RNN, len(matrix), [0]).weights(Place()), weight_hh=size * matrix)
    found = growth_bounds(RNN, weights)[""].largest_singular
    assert found == pytest.approx(np.linalg.svd(size * matrix, compute_uv=False)[0], rel=1e-12, abs=0)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite_have_no_bound(value):
    weights = replace(single(RNN, 2, [0]).weights(Place()), weight_hh=np.array([[value, 0], [0, 1.0]]))
    with pytest.raises(np.linalg.LinAlgError):
        growth_bounds(RNN, weights)


def test_gates_have_a_quarter_of_the_slope():
    slopes = {
        name: bounds.slope for name, bounds in growth_bounds(LSTM, single(LSTM, 2, [0] * 4).weights(Place())).items()
    }
    assert slopes == {"i": 0.25, "f": 0.25, "g": 1.0, "o": 0.25}
    assert [b.slope for b in growth_bounds(GRU, single(GRU, 2, [0] * 3).weights(Place())).values()] == [0.25, 0.25, 1.0]


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_shares_are_those_of_the_steps(cell):
    experiment = make_experiment(Recipe(cell, hidden=4, dtype="float64"), [9], initial=True)
    x, direct = experiment.inputs(0), np.random.default_rng(0).standard_normal((9, 4))
    backward = play(experiment.network, x, experiment.initial).back(direct)[Place()]
    sides = dict(zip(("weight_ih", "weight_hh"), backward.term_gradients(), strict=True))
    entering = {"weight_ih": backward.x, "weight_hh": backward.previous["h"]}
    for name, share in shares(backward).items():
        outer = np.einsum("tg,td->tgd", sides[name], entering[name])
        np.testing.assert_allclose(share, np.linalg.norm(outer, axis=(1, 2)), rtol=1e-13)
        np.testing.assert_allclose(outer.sum(axis=0), backward.parameters()[name], rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_identity_trick_finds_the_same(cell):
    """A layer of torch's whose input weights are the identity has ∂L/∂a as the gradient of its input."""
    size, steps, rng = 5, 40, np.random.default_rng(1)
    network = make_network(Recipe(cell, hidden=size, dtype="float64"), 3)
    weights, direct = network.weights(Place()), rng.standard_normal((steps, size))
    x = rng.standard_normal((steps, 3))
    rows = len(weights.weight_hh)
    kind = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
    module = kind(rows, size, dtype=torch.float64)
    arrays = {"weight_ih": np.eye(rows), "bias_ih": np.zeros(rows)}
    arrays |= {"weight_hh": weights.weight_hh, "bias_hh": weights.bias_hh}
    module.load_state_dict({f"{name}_l0": torch.tensor(array) for name, array in arrays.items()})
    projected = torch.tensor(x @ weights.weight_ih.T + weights.bias_ih, requires_grad=True)
    (found,) = torch.autograd.grad((module(projected)[0] * torch.tensor(direct)).sum(), projected)
    ours, _ = play(network, x).back(direct)[Place()].term_gradients()
    np.testing.assert_allclose(ours, found.numpy(), rtol=1e-11, atol=1e-14)


def test_a_curve_below_what_squares_can_hold_is_not_zero():
    orthogonal = 0.1 * np.eye(4)
    backwards = play(single(RNN, 4, [0], orthogonal), np.zeros((301, 1))).back(last_step(301, 4))
    np.testing.assert_allclose(norms(backwards)["l0.dh"], 10.0 ** np.arange(-300, 1), rtol=1e-10)


def test_the_mean_is_over_those_that_have_the_step():
    means = mean_norms([{"l0.dh": np.array([1.0, 2.0, 3.0])}, {"l0.dh": np.array([3.0])}], 4)
    np.testing.assert_array_equal(means["l0.dh"], [2, 2, 3, np.nan])
    assert len(mean_norms([{"l0.dh": np.ones(3)}, {"l0.dh": np.ones(5)}])["l0.dh"]) == 5


def test_a_float32_network_is_taken_back_in_double():
    experiment = make_experiment(Recipe("lstm", hidden=4), [300], seed=2)
    direct = last_step(300, 4)
    x = experiment.inputs(0)
    backward = play(experiment.network, x).back(direct)[Place()]
    theirs, _, _ = gradient_reference.gradients(
        experiment.network, torch.tensor(x, dtype=torch.float64), torch.tensor(direct)
    )
    assert backward.totals["h"].dtype == np.float64
    curve = theirs[Place()]["h"].norm(dim=1).numpy()
    assert curve[0] < 1e-40
    np.testing.assert_allclose(norms({Place(): backward})["l0.dh"], curve, rtol=1e-10)
