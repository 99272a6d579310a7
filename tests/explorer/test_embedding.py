"""Words have vectors: torch's own embedding and layers, given our weights, say the same."""

from dataclasses import replace

import numpy as np
import pytest
import safetensors.torch
import torch

from explorer.errors import DataError, UsageError
from explorer.experiment import Experiment, make_network_for
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Options, Sequence, dataset_of_texts
from explorer.weights import encode

DOUBLE = Recipe(hidden=5, embedding=4, dtype="float64")
TEXTS = ("the cat sat on the mat .", "The dog sat", "a bird")
KINDS = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


def texts() -> Dataset:
    return dataset_of_texts("t", TEXTS, (), (), Options(), ())


def mixed(seed: int = 0) -> Dataset:
    """Numbers on both sides of codes, and two vocabularies."""
    rng = np.random.default_rng(seed)
    values = np.column_stack(
        [rng.normal(50, 9, 20), rng.integers(0, 4, 20), rng.normal(-3, 1, 20), rng.integers(0, 3, 20)]
    )
    vocabularies = {"weather": ("sun", "rain", "snow"), "word": ("<pad>", "<unk>", "a", "b")}
    sequence = Sequence("s", values, ("temperature", "word", "load", "weather"))
    return Dataset((sequence,), "mixed", vocabularies=vocabularies)


class Reader(torch.nn.Module):
    """What a person would write in PyTorch for one sequence of words."""

    def __init__(self, words: int, recipe: Recipe) -> None:
        super().__init__()
        dtype = getattr(torch, recipe.dtype)
        self.embedding = torch.nn.Embedding(words, recipe.embedding, padding_idx=0, dtype=dtype)
        self.rnn = KINDS[recipe.cell](
            recipe.embedding, recipe.hidden, recipe.layers, bidirectional=recipe.bidirectional, dtype=dtype
        )

    def forward(self, codes: torch.Tensor) -> torch.Tensor:
        return self.rnn(self.embedding(codes))[0]


@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("engine", ["numpy", "torch"])
def test_torch_reads_the_same_text_alike(cell, bidirectional, engine):
    data = texts()
    recipe = replace(DOUBLE, cell=cell, layers=2, bidirectional=bidirectional)
    experiment = Experiment(data, make_network_for(data, recipe))
    written = safetensors.torch.load(encode(experiment.network.state_dict(), ".safetensors"))
    module = Reader(len(data.vocabularies["token"]), recipe)
    module.load_state_dict(
        {name if name.startswith("embedding.") else f"rnn.{name}": tensor for name, tensor in written.items()}
    )
    trace = run(experiment, engine)
    for k, sequence in enumerate(data.sequences):
        with torch.no_grad():
            theirs = module(torch.tensor(sequence.values[:, 0], dtype=torch.long)).numpy()
        top = [place for place in experiment.network.places if place.layer == 1]
        ours = np.concatenate([trace.read(k, "h", place) for place in top], axis=1)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-14)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_is_seen_is_the_vector_of_each_word_bit_for_bit(dtype):
    data = texts()
    experiment = Experiment(data, make_network_for(data, replace(DOUBLE, dtype=dtype)))
    table = experiment.network.state_dict()["embedding.weight"]
    for k, sequence in enumerate(data.sequences):
        seen = experiment.inputs(k)
        assert seen.dtype == dtype
        assert not seen.flags.writeable
        np.testing.assert_array_equal(seen, table[sequence.values[:, 0].astype(int)])
    trace = run(experiment, "numpy")
    np.testing.assert_array_equal(trace.inputs(1), experiment.inputs(1))


@pytest.mark.parametrize("standardize", [False, True])
def test_numbers_come_first_then_the_vectors_and_only_numbers_are_scaled(standardize):
    data = mixed()
    experiment = Experiment(data, make_network_for(data, DOUBLE), "standardize" if standardize else "none")
    values, weights = data.sequences[0].values, experiment.network.state_dict()
    numbers = values[:, [0, 2]]
    if standardize:
        numbers = (numbers - numbers.mean(axis=0)) / numbers.std(axis=0)
    seen = experiment.inputs(0)
    assert seen.shape == (20, 2 + 4 + 4)
    np.testing.assert_allclose(seen[:, :2], numbers, atol=1e-12)
    np.testing.assert_array_equal(seen[:, 2:6], weights["embeddings.word.weight"][values[:, 1].astype(int)])
    np.testing.assert_array_equal(seen[:, 6:], weights["embeddings.weather.weight"][values[:, 3].astype(int)])
    assert (experiment.network.input_size, experiment.network.numbers) == (10, 2)


def test_words_alone_have_no_scaling():
    data = texts()
    assert Experiment(data, make_network_for(data, DOUBLE), scale="standardize").scaling is None


def test_the_vectors_are_drawn_as_torch_draws_them():
    words = ("<pad>", "<unk>", *map(str, range(5_000)))
    network = make_network(DOUBLE, 0, {"token": words})
    table = network.embeddings["token"]
    assert table.shape == (5_002, 4)
    assert not table[0].any(), "the vector of padding"
    assert table[1:].mean() == pytest.approx(0, abs=0.03)
    assert table[1:].std() == pytest.approx(1, abs=0.03)
    assert not table.flags.writeable
    again = make_network(replace(DOUBLE, cell="gru", hidden=9, dtype="float32"), 0, {"token": words})
    np.testing.assert_array_equal(again.embeddings["token"], table.astype("float32"))
    other = make_network(replace(DOUBLE, seed=1), 0, {"token": words})
    assert not np.array_equal(other.embeddings["token"], table)
    unpadded = make_network(DOUBLE, 0, {"weather": ("sun", "rain")})
    assert unpadded.embeddings["weather"][0].any()


def test_one_table_is_the_embedding_several_have_their_names():
    assert list(make_network(DOUBLE, 1, {"token": ("a",)}).state_dict())[:2] == ["embedding.weight", "weight_ih_l0"]
    two = make_network(DOUBLE, 1, {"token": ("a",), "kind": ("b",)})
    assert list(two.state_dict())[:3] == ["embeddings.token.weight", "embeddings.kind.weight", "weight_ih_l0"]
    assert two.weights(Place()).input_size == 1 + 2 * 4


def test_data_and_network_must_fit():
    data, other = texts(), dataset_of_texts("t", ["quite other words"], (), (), Options(), ())
    with pytest.raises(DataError, match=r"has 11 vectors for the words of 'token', the data has 5 words"):
        Experiment(other, make_network_for(data, DOUBLE))
    with pytest.raises(DataError, match="takes 1 features of numbers, the data has 0"):
        Experiment(data, make_network(DOUBLE, 1))
    with pytest.raises(DataError, match="has 0 vectors for the words of 'weather'"):
        Experiment(mixed(), make_network(DOUBLE, 2, {"word": ("<pad>", "<unk>", "a", "b")}))
    with pytest.raises(UsageError, match="embedding size must be at least 1, not 0"):
        make_network(replace(DOUBLE, embedding=0), 1)


def test_chosen_columns_take_their_words_along():
    data = mixed().select(("load", "word"))
    assert set(data.vocabularies) == {"word"}
    experiment = Experiment(data, make_network_for(data, DOUBLE))
    assert experiment.inputs(0).shape == (20, 1 + 4)


@pytest.mark.parametrize("wrong", [-1.0, 4.0, 0.5, np.nan])
def test_what_is_no_code_is_refused(wrong):
    values = np.array([[0.0], [3.0], [wrong]])
    with pytest.raises(ValueError, match="no codes from 0 to 3"):
        Dataset((Sequence("s", values, ("word",)),), "s", vocabularies={"word": ("a", "b", "c", "d")})
    with pytest.raises(ValueError, match="no feature 'word'"):
        Dataset((Sequence("s", values, ("x",)),), "s", vocabularies={"word": ("a",)})
