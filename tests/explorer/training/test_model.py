"""The torch model: the same as the sequences one by one, the cut of the gradient, and weights there and back."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.errors import DataError
from explorer.gradients import play
from explorer.network import Recipe
from explorer.training.model import Model
from explorer.training.outputs import Outputs, loss
from tests.explorer.training.learning import OUTPUTS, batch_of, model_of, part_of

CELLS = ("rnn", "lstm", "gru")
VALUES = Outputs("value", ("a", "b", "c"), np.zeros(OUTPUTS), np.ones(OUTPUTS))
WORDS = 6


def gradient(model, batch, **options):
    """Return the gradient of the sum of all squared errors."""
    model.grad.zero_()
    y = model.answer(batch, **options)
    answers = torch.from_numpy(batch.answers)
    total = loss(VALUES, y, answers) * (~torch.isnan(answers)).sum()
    total.backward()
    return model.grad.clone()


@pytest.mark.parametrize(("cell", "reverse", "layers"), list(itertools.product(CELLS, (False, True), (1, 2))))
@settings(max_examples=8, deadline=None)
@given(lengths=st.lists(st.integers(1, 9), min_size=1, max_size=5), seed=st.integers(0, 99))
def test_padded_sequences_are_what_each_is_by_itself(cell, reverse, layers, lengths, seed):
    recipe = Recipe(cell, hidden=4, layers=layers, bidirectional=reverse, seed=seed, dtype="float64", embedding=3)
    model, batch = model_of(recipe, WORDS), batch_of(lengths, WORDS, seed)
    y, expected = model.predict(batch), torch.zeros_like(model.grad)
    for k, length in enumerate(lengths):
        alone = part_of(batch, k)
        np.testing.assert_allclose(y[k, :length], model.predict(alone)[0], rtol=1e-12, atol=1e-14)
        expected += gradient(model, alone)
    torch.testing.assert_close(gradient(model, batch), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_it_computes_what_the_network_is_said_to(cell):
    model = model_of(Recipe(cell, hidden=5, layers=2, bidirectional=True, dtype="float64", embedding=3), WORDS)
    batch, network = batch_of((11,), WORDS), model.network()
    played = play(network, batch.x(tuple(network.embeddings.values()))[0])
    expected = network.head.answer(played.output)
    np.testing.assert_allclose(model.predict(batch)[0], expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("cell", CELLS)
def test_weights_go_there_and_back_under_pytorchs_names(cell):
    model = model_of(Recipe(cell, hidden=4, layers=2, bidirectional=True, seed=3), WORDS)
    there, other = model.network(), model_of(Recipe(cell, hidden=4, layers=2, bidirectional=True, seed=4), WORDS)
    other.load(there.state_dict())
    back = other.network()
    assert list(back.state_dict()) == list(there.state_dict()) == list(other.parameters)
    for name, array in there.state_dict().items():
        assert array.dtype == np.float32
        np.testing.assert_array_equal(back.state_dict()[name], array)
    assert back.recipe is None  # which would make other weights
    assert there.head.names == back.head.names
    with torch.no_grad():
        other.flat.zero_()
    np.testing.assert_array_equal(back.head.weight, there.head.weight)  # a value does not follow the training


def test_weights_that_do_not_fit_are_refused_by_name():
    model = model_of(Recipe("lstm", hidden=4))
    with pytest.raises(DataError, match="weight_hh_l0 is missing"):
        model.load({name: array for name, array in model.arrays().items() if name != "weight_hh_l0"})
    with pytest.raises(DataError, match=r"head.bias is \(2,\), but must be \(3,\)"):
        model.load(model.arrays() | {"head.bias": np.zeros(2)})
    with pytest.raises(DataError, match="without a head"):
        Model(replace(model.network(), head=None))


def test_the_vector_of_padding_stays_zero():
    model = model_of(Recipe("rnn", hidden=4, bidirectional=True, embedding=3), WORDS)
    batch = batch_of((3, 7), WORDS)
    batch.codes[0, 1] = 0  # a gap inside a sequence
    table = model.layout.pieces()["embedding.weight"]
    rows = gradient(model, batch)[table].view(WORDS, 3)
    assert not rows[0].any()
    assert rows[1:].any()


@pytest.mark.parametrize(("cell", "lengths"), list(itertools.product(CELLS, ((12, 12), (12, 5, 1, 8)))))
@pytest.mark.parametrize("window", [1, 4, 5, 11])
def test_a_window_cuts_the_gradient_and_nothing_else(cell, lengths, window):
    model, batch = model_of(Recipe(cell, hidden=4, layers=2, dtype="float64")), batch_of(lengths)
    whole = model.answer(batch)
    cut = model.answer(batch, window=window)
    mask = torch.from_numpy(batch.mask)
    torch.testing.assert_close(cut[mask], whole[mask], rtol=1e-12, atol=1e-14)
    torch.testing.assert_close(
        gradient(model, batch, window=window), by_hand(model, batch, window), rtol=1e-9, atol=1e-12
    )
    assert not torch.allclose(gradient(model, batch, window=window), gradient(model, batch))


def by_hand(model, batch, window):
    """Return the gradient where each window starts from a given state: each a sequence by itself, one at a time."""
    network, total = model.network(), torch.zeros_like(model.grad)
    kind = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[network.layers[0].cell.name]
    weights = {name: torch.tensor(array) for name, array in network.state_dict().items()}
    layers = kind(network.input_size, 4, 2, batch_first=True, dtype=torch.float64)
    head = torch.nn.Linear(4, OUTPUTS, dtype=torch.float64)
    head.load_state_dict({name[5:]: weights.pop(name) for name in ("head.weight", "head.bias")})
    layers.load_state_dict(weights)
    for k in range(len(batch.lengths)):
        alone, state = part_of(batch, k), None
        for first in range(0, alone.numbers.shape[1], window):
            x = torch.from_numpy(alone.numbers[:, first : first + window]).double()
            h, state = layers(x, state)
            state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
            (head(h) - torch.from_numpy(alone.answers[:, first : first + window])).square().sum().backward()
    for (name, piece), parameter in zip(
        model.layout.pieces().items(), [*layers.parameters(), *head.parameters()], strict=True
    ):
        assert model.parameters[name].shape == parameter.shape
        total[piece] = parameter.grad.reshape(-1)
    return total


@pytest.mark.parametrize("window", [12, 13, 1000])
def test_a_window_as_long_as_the_sequence_cuts_nothing(window):
    model, batch = model_of(Recipe("lstm", hidden=4)), batch_of((12, 3))
    assert torch.equal(gradient(model, batch, window=window), gradient(model, batch))


def test_nothing_is_drawn_from_torchs_own_numbers():
    before = torch.get_rng_state()
    model_of(Recipe("lstm", hidden=4, layers=2), dropout=0.5)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("layers", [1, 2])
def test_dropout_acts_only_while_it_learns(layers):
    model, batch = model_of(Recipe("gru", hidden=8, layers=layers), dropout=0.5), batch_of((9,))
    plain = model_of(Recipe("gru", hidden=8, layers=layers))
    np.testing.assert_array_equal(model.predict(batch), plain.predict(batch))
    assert not np.allclose(model.answer(batch, learning=True).detach(), plain.predict(batch))


def test_dropout_leaves_out_a_part_of_what_the_head_reads_and_makes_up_for_it():
    model, batch = model_of(Recipe("lstm", hidden=1), dropout=0.5), batch_of((200,))
    weights = model.arrays()
    model.load({**weights, "head.bias": np.zeros_like(weights["head.bias"])})
    share = (model.answer(batch, learning=True).detach().numpy() / model.predict(batch))[0, :, 0]
    assert set(share.round(4).tolist()) == {0.0, 2.0}
    assert 0.35 < np.mean(share > 1) < 0.65
