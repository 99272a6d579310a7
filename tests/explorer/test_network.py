"""Layers and directions under PyTorch's names; gate blocks; values that cannot change."""

import numpy as np
import pytest
import torch

from explorer.cells import GRU, LSTM
from explorer.initialisation import make_network
from explorer.network import FORWARD, REVERSE, Place, Recipe, block_weights, given
from tests.explorer import reference
from tests.explorer.making import make_experiment

RECIPES = [
    Recipe(cell=cell, nonlinearity=nonlinearity, hidden=4, layers=layers, bidirectional=both, bias=bias, dtype=dtype)
    for cell, nonlinearity in (("rnn", "tanh"), ("rnn", "relu"), ("lstm", "tanh"), ("gru", "tanh"))
    for layers, both, bias, dtype in (
        (1, False, True, "float32"),
        (3, True, False, "float64"),
        (2, True, True, "float32"),
    )
]


@pytest.mark.parametrize("recipe", RECIPES, ids=str)
def test_torch_takes_the_state_dict_in_its_own_order(recipe):
    network = make_network(recipe, 3)
    module = reference.module(make_experiment(recipe, features=3))
    assert list(network.state_dict()) == list(module.state_dict())
    for name, array in network.state_dict().items():
        assert array.shape == tuple(module.state_dict()[name].shape)
        assert array.dtype == recipe.dtype


def test_places_are_named_as_in_torch():
    network = make_network(Recipe(hidden=2, layers=2, bidirectional=True), 1)
    assert [place.key for place in network.places] == ["l0", "l0_reverse", "l1", "l1_reverse"]
    assert Place(1, REVERSE).title == "layer 1 reverse"
    assert network.has_reverse
    assert not make_network(Recipe(hidden=2, layers=2), 1).has_reverse
    assert network.layers[0].output_size == 4
    assert network.weights(Place(1, FORWARD)).input_size == 4
    assert network.input_size == 1


def test_weights_cannot_be_written_to():
    network = make_network(Recipe(hidden=2), 1)
    for array in network.state_dict().values():
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@pytest.mark.parametrize("cell", [LSTM, GRU], ids=lambda cell: cell.title)
def test_the_layer_hands_over_the_products_block_by_block(cell):
    network = make_network(Recipe(cell=cell.name, hidden=4, dtype="float64"), 3)
    weights = network.weights(Place())
    rng = np.random.default_rng(0)
    x, h = rng.standard_normal((6, 3)), rng.standard_normal((6, 4))
    terms = given(cell, block_weights(cell, weights), x, h)
    from_input, from_state = x @ weights.weight_ih.T + weights.bias_ih, h @ weights.weight_hh.T + weights.bias_hh
    for k, block in enumerate(cell.blocks):
        u, q = from_input[:, 4 * k : 4 * k + 4], from_state[:, 4 * k : 4 * k + 4]
        expected = (u, q) if block.split else (u + q,)
        for name, values in zip(block.terms, expected, strict=True):
            np.testing.assert_allclose(terms[name], values, rtol=0, atol=1e-14)


@pytest.mark.parametrize("units", [slice(1, 3), np.array([3, 0])], ids=["slice", "list"])
def test_some_units_and_some_terms_are_part_of_the_whole(units):
    network = make_network(Recipe(cell="gru", hidden=4, dtype="float64"), 3)
    weights = network.weights(Place())
    x, h = np.ones((2, 3)), np.full((2, 4), 0.5)
    whole = given(GRU, block_weights(GRU, weights), x, h)
    part = given(GRU, block_weights(GRU, weights, units), x, h, terms={"q_n", "a_z"})
    assert set(part) == {"a_z", "u_n", "q_n"}
    for name, values in part.items():
        np.testing.assert_allclose(values, whole[name][:, units], rtol=0, atol=1e-15)


def test_products_leave_their_operands_alone():
    weights = {name: torch.ones(shape) for name, shape in (("W_i", (2, 3)), ("W_h", (3, 3)), ("b_", (3,)))}
    network = make_network(Recipe(cell="rnn", hidden=3), 2)
    x, h = torch.ones(4, 2), torch.ones(4, 3)
    (a,) = given(network.cell(Place()), weights, x, h).values()
    assert torch.equal(a, torch.full((4, 3), 6.0))
    assert torch.equal(x, torch.ones(4, 2))
    assert torch.equal(weights["b_"], torch.ones(3))
