"""Initial weights, drawn from numpy's seeded generator: a recipe gives the same network with or without torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from explorer.cells import Cell, find_cell
from explorer.errors import UsageError
from explorer.functions import FloatArray
from explorer.network import FORWARD, PADDING, REVERSE, Layer, Network, Recipe, Weights

Arrays = dict[str, FloatArray]
Vocabularies = Mapping[str, Sequence[str]]

NO_WORDS: Vocabularies = MappingProxyType({})


def make_network(recipe: Recipe, numbers: int, vocabularies: Vocabularies = NO_WORDS) -> Network:
    """Draw the network that ``recipe`` describes for so many features of ``numbers``, and those with vocabularies.

    Weights are drawn in float64 in PyTorch's order and then rounded, so both dtypes hold the same network.
    Raises UsageError where the initialisation does not fit the cell.
    """
    cell = find_cell(recipe.cell, recipe.nonlinearity)
    _require_sizes(recipe)
    initialise = _find_initialisation(recipe)
    rng = np.random.default_rng(recipe.seed)
    embeddings = {name: _embedding(rng, words, recipe) for name, words in vocabularies.items()}
    input_size = numbers + len(embeddings) * recipe.embedding
    directions = (FORWARD, REVERSE) if recipe.bidirectional else (FORWARD,)
    layers = []
    for k in range(recipe.layers):
        width = input_size if k == 0 else recipe.hidden * len(directions)
        weights = {}
        for direction in directions:
            arrays = _default(rng, cell, width, recipe)
            initialise(rng, arrays, cell, recipe)
            weights[direction] = Weights(**{name: array.astype(recipe.dtype) for name, array in arrays.items()})
        layers.append(Layer(cell, weights))
    return Network(tuple(layers), recipe, MappingProxyType(embeddings))


def _embedding(rng: np.random.Generator, words: Sequence[str], recipe: Recipe) -> FloatArray:
    """Draw a vector for each word: every number from N(0, 1), those of padding 0. Source: torch.nn.Embedding."""
    table = rng.standard_normal((len(words), recipe.embedding))
    if words[0] == PADDING:
        table[0] = 0
    return table.astype(recipe.dtype)


def _require_sizes(recipe: Recipe) -> None:
    for name, value in (
        ("hidden size", recipe.hidden),
        ("number of layers", recipe.layers),
        ("embedding size", recipe.embedding),
    ):
        if value < 1:
            raise UsageError(f"the {name} must be at least 1, not {value}")
    if recipe.seed < 0:
        raise UsageError(f"the seed must not be negative, but is {recipe.seed}")
    if recipe.dtype not in ("float32", "float64"):
        raise UsageError(f"dtype must be float32 or float64, not {recipe.dtype!r}")


def _default(rng: np.random.Generator, cell: Cell, width: int, recipe: Recipe) -> Arrays:
    """Draw PyTorch's default: every parameter uniform in ±1/√H. Source: torch.nn.RNNBase.reset_parameters."""
    rows, bound = len(cell.blocks) * recipe.hidden, 1 / np.sqrt(recipe.hidden)
    shapes = {"weight_ih": (rows, width), "weight_hh": (rows, recipe.hidden)}
    if recipe.bias:
        shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}  # type: ignore[dict-item]
    return {name: rng.uniform(-bound, bound, shape) for name, shape in shapes.items()}


def _keep_default(rng: np.random.Generator, arrays: Arrays, cell: Cell, recipe: Recipe) -> None:
    """Leave PyTorch's default as it is."""


def _orthogonal(rng: np.random.Generator, arrays: Arrays, cell: Cell, recipe: Recipe) -> None:
    """Make each gate block of weight_hh orthogonal (all singular values 1), weight_ih Glorot uniform, biases zero.

    Sources: Saxe et al. 2014, arXiv:1312.6120; Glorot & Bengio 2010.
    """
    size = recipe.hidden
    for k in range(len(cell.blocks)):
        rows = slice(k * size, (k + 1) * size)
        q, r = np.linalg.qr(rng.standard_normal((size, size)))
        arrays["weight_hh"][rows] = q * np.sign(np.diag(r))  # the signs make the draw uniform
        block = arrays["weight_ih"][rows]
        bound = np.sqrt(6 / (block.shape[0] + block.shape[1]))
        arrays["weight_ih"][rows] = rng.uniform(-bound, bound, block.shape)
    _zero_biases(arrays)


def _identity(rng: np.random.Generator, arrays: Arrays, cell: Cell, recipe: Recipe) -> None:
    """Make weight_hh the identity, weight_ih normal with sd 0.001, biases zero (IRNN).

    Source: Le, Jaitly & Hinton 2015, arXiv:1504.00941.
    """
    arrays["weight_hh"][...] = np.eye(recipe.hidden)
    arrays["weight_ih"][...] = rng.normal(0, 0.001, arrays["weight_ih"].shape)
    _zero_biases(arrays)


def _forget_bias(rng: np.random.Generator, arrays: Arrays, cell: Cell, recipe: Recipe) -> None:
    """Set the forget gate's bias to 1: all of it in bias_ih, since the two biases are summed.

    Source: Jozefowicz, Zaremba & Sutskever 2015.
    """
    _set_gate_bias(arrays, cell, recipe, "f", np.ones(recipe.hidden))


def _chrono(rng: np.random.Generator, arrays: Arrays, cell: Cell, recipe: Recipe) -> None:
    """Spread the units' memory over the time scales up to ``longest``: b = ln U[1, longest − 1].

    LSTM: b_f = b, b_i = −b. GRU: b_z = +b, since PyTorch's z keeps. Source: Tallec & Ollivier 2018, arXiv:1804.11188.
    """
    scale = np.log(rng.uniform(1, max(recipe.longest, 3) - 1, recipe.hidden))
    if cell.name == "gru":
        _set_gate_bias(arrays, cell, recipe, "z", scale)
    else:
        _set_gate_bias(arrays, cell, recipe, "f", scale)
        _set_gate_bias(arrays, cell, recipe, "i", -scale)


def _zero_biases(arrays: Arrays) -> None:
    for name in ("bias_ih", "bias_hh"):
        if name in arrays:
            arrays[name][...] = 0


def _set_gate_bias(arrays: Arrays, cell: Cell, recipe: Recipe, gate: str, values: FloatArray) -> None:
    first = cell.block_index(gate) * recipe.hidden
    arrays["bias_ih"][first : first + recipe.hidden] = values
    arrays["bias_hh"][first : first + recipe.hidden] = 0


Initialise = Callable[[np.random.Generator, Arrays, Cell, Recipe], None]

_INITIALISATIONS: dict[str, tuple[Initialise, tuple[str, ...], bool]] = {
    "default": (_keep_default, ("rnn", "lstm", "gru"), False),
    "orthogonal": (_orthogonal, ("rnn", "lstm", "gru"), False),
    "forget-bias": (_forget_bias, ("lstm",), True),
    "chrono": (_chrono, ("lstm", "gru"), True),
    "identity": (_identity, ("rnn",), False),
}

INITIALISATIONS = tuple(_INITIALISATIONS)


def fitting_initialisations(cell: str, *, bias: bool = True) -> tuple[str, ...]:
    """Return the names of the initialisations that fit ``cell``, with or without biases."""
    return tuple(
        name for name, (_, cells, needs_bias) in _INITIALISATIONS.items() if cell in cells and (bias or not needs_bias)
    )


def _find_initialisation(recipe: Recipe) -> Initialise:
    if recipe.init not in _INITIALISATIONS:
        raise UsageError(f"there is no initialisation {recipe.init!r}; choose one of {', '.join(INITIALISATIONS)}")
    initialise, cells, needs_bias = _INITIALISATIONS[recipe.init]
    if recipe.cell not in cells:
        raise UsageError(f"the initialisation {recipe.init!r} is for {' and '.join(cells)}, not for {recipe.cell}")
    if needs_bias and not recipe.bias:
        raise UsageError(
            f"the initialisation {recipe.init!r} sets a bias, so it does not go with a network without bias"
        )
    return initialise
