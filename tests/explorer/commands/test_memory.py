"""The least that a network and its trace hold, against what they really hold."""

import numpy as np
import pytest

from explorer.commands.memory import require_memory
from explorer.errors import GateExplorerError
from explorer.initialisation import make_network
from explorer.network import Recipe


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("layers", "bidirectional"), [(1, False), (3, False), (1, True), (2, True)])
def test_the_weights_twice_and_the_states(cell, bias, layers, bidirectional):
    recipe = Recipe(cell=cell, hidden=6, layers=layers, bidirectional=bidirectional, bias=bias)
    network = make_network(recipe, 3)
    weights = sum(array.nbytes for array in network.state_dict().values())
    states = sum(len(network.cell(place).states) * 6 * 1000 * np.float32().nbytes for place in network.places)
    needed = 2 * weights + states
    require_memory(recipe, 3, 1000, available=needed)
    with pytest.raises(GateExplorerError, match=f"{layers} × 6 units over 1000 steps need at least"):
        require_memory(recipe, 3, 1000, available=needed - 1)


def test_drawing_takes_float64():
    recipe = Recipe(cell="rnn", hidden=100, bias=False)
    require_memory(recipe, 100, 1, available=20_000 * 4 + 20_000 * 8)
    with pytest.raises(GateExplorerError):
        require_memory(recipe, 100, 1, available=20_000 * 4 + 20_000 * 8 - 1)


def test_the_vectors_of_words_count_once():
    recipe = Recipe(hidden=6, embedding=5)
    words = {"token": ("<pad>", "<unk>", "a"), "kind": ("b", "c")}
    state_dict = make_network(recipe, 3, words).state_dict()
    vectors = [array for name, array in state_dict.items() if name.startswith("embeddings.")]
    weights = sum(array.nbytes for array in state_dict.values()) - sum(table.nbytes for table in vectors)
    needed = 2 * weights + sum(table.nbytes for table in vectors) + 2 * 6 * 1000 * 4
    require_memory(recipe, 3, 1000, available=needed, words=(3, 2))
    with pytest.raises(GateExplorerError):
        require_memory(recipe, 3, 1000, available=needed - 1, words=(3, 2))
