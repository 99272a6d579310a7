"""Weights written as a state_dict, read again by the libraries they are for."""

import io

import numpy as np
import pytest
import safetensors
import safetensors.torch
import torch

from explorer.errors import UsageError
from explorer.initialisation import make_network
from explorer.network import Recipe
from explorer.weights import SUFFIXES, encode

MODULES = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


def decode(content: bytes, suffix: str) -> dict[str, torch.Tensor]:
    if suffix == ".pt":
        return torch.load(io.BytesIO(content), weights_only=True)
    return safetensors.torch.load(content)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("cell", MODULES)
def test_torch_takes_them(cell, bias, dtype, suffix):
    recipe = Recipe(cell=cell, hidden=3, layers=2, bidirectional=True, bias=bias, dtype=dtype)
    weights = make_network(recipe, 2).state_dict()
    module = MODULES[cell](2, 3, num_layers=2, bidirectional=True, bias=bias, dtype=getattr(torch, dtype))
    read = decode(encode(weights, suffix), suffix)
    module.load_state_dict(read)
    assert list(read) == list(module.state_dict()) if suffix == ".pt" else set(read) == set(module.state_dict())
    for name, array in weights.items():
        assert np.array_equal(module.state_dict()[name].numpy(), array)


def test_safetensors_says_whose_layout_it_is(tmp_path):
    path = tmp_path / "w.safetensors"
    path.write_bytes(encode(make_network(Recipe(hidden=2), 1).state_dict(), ".safetensors"))
    with safetensors.safe_open(path, "np") as file:
        assert file.metadata() == {"format": "pt"}


def test_transposed_arrays_are_written_as_they_read():
    array = np.arange(6.0).reshape(2, 3).T
    for suffix in SUFFIXES:
        assert np.array_equal(decode(encode({"weight": array}, suffix), suffix)["weight"].numpy(), array)


def test_another_format_is_refused():
    with pytest.raises(UsageError, match=r"written as \.safetensors or \.pt, not as '\.bin'"):
        encode({}, ".bin")
