"""Initial weights, drawn from numpy's seeded generators: a recipe gives the same network with or without torch.

Each gate block of each parameter is drawn from a stream of its own, named by the seed, the place, the parameter and
the block's role. So with one seed and the same sizes an RNN, an LSTM and a GRU have the very same candidate, an LSTM's
f and a GRU's z are the same numbers, and a further layer or another cell leaves all other draws as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from explorer.cells import Cell, find_cell
from explorer.errors import UsageError
from explorer.functions import FloatArray
from explorer.network import FORWARD, PADDING, REVERSE, Layer, Network, Place, Recipe, Weights

Arrays = dict[str, FloatArray]
Vocabularies = Mapping[str, Sequence[str]]

NO_WORDS: Vocabularies = MappingProxyType({})


def make_network(recipe: Recipe, numbers: int, vocabularies: Vocabularies = NO_WORDS) -> Network:
    """Draw the network that ``recipe`` describes for so many features of ``numbers``, and those with vocabularies.

    Weights are drawn in float64 and then rounded, so both dtypes hold the same network.
    Raises UsageError where the initialisation does not fit the cell.
    """
    cell = find_cell(recipe.cell, recipe.nonlinearity)
    _require_sizes(recipe)
    initialise = _find_initialisation(recipe)
    embeddings = {name: _embedding(name, words, recipe) for name, words in vocabularies.items()}
    input_size = numbers + len(embeddings) * recipe.embedding
    directions = (FORWARD, REVERSE) if recipe.bidirectional else (FORWARD,)
    layers = []
    for k in range(recipe.layers):
        width = input_size if k == 0 else recipe.hidden * len(directions)
        weights = {}
        for direction in directions:
            draws = _Draws(cell, Place(k, direction), recipe)
            arrays = _default(draws, width)
            initialise(arrays, draws)
            weights[direction] = Weights(**{name: array.astype(recipe.dtype) for name, array in arrays.items()})
        layers.append(Layer(cell, weights))
    return Network(tuple(layers), recipe, MappingProxyType(embeddings))


def make_head(recipe: Recipe, width: int, size: int) -> tuple[FloatArray, FloatArray]:
    """Draw weight (size, width) and bias (size,) of a head, uniform in ±1/√width. Source: torch.nn.Linear."""
    bound = 1 / np.sqrt(width)
    weight = _stream(recipe.seed, "head.weight").uniform(-bound, bound, (size, width))
    bias = _stream(recipe.seed, "head.bias").uniform(-bound, bound, size)
    return weight.astype(recipe.dtype), bias.astype(recipe.dtype)


def _stream(seed: int, purpose: str) -> np.random.Generator:
    """Return the stream of random numbers that belongs to ``purpose``, independent of those of all others."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(int.from_bytes(purpose.encode(), "big"),)))


@dataclass(frozen=True, slots=True)
class _Draws:
    """What is drawn for one layer in one direction: a stream for each gate block of each parameter."""

    cell: Cell
    place: Place
    recipe: Recipe

    def rows(self, block: str) -> slice:
        """Return the rows of the stacked parameters that belong to ``block``."""
        first = self.cell.block_index(block) * self.recipe.hidden
        return slice(first, first + self.recipe.hidden)

    def stream(self, parameter: str, block: str) -> np.random.Generator:
        """Return the stream of a block: the same in every cell in which a block has this role."""
        role = self.cell.blocks[self.cell.block_index(block)].role
        return _stream(self.recipe.seed, f"{parameter}_{self.place.key}.{role}")

    def fill(
        self, arrays: Arrays, parameter: str, draw: Callable[[np.random.Generator, FloatArray], FloatArray]
    ) -> None:
        """Fill each block of a parameter with what ``draw`` makes of its stream, given the block as it is."""
        for block in self.cell.blocks:
            values = arrays[parameter][self.rows(block.name)]
            values[...] = draw(self.stream(parameter, block.name), values)


def _embedding(name: str, words: Sequence[str], recipe: Recipe) -> FloatArray:
    """Draw a vector for each word: every number from N(0, 1), those of padding 0. Source: torch.nn.Embedding."""
    table = _stream(recipe.seed, f"embedding.{name}").standard_normal((len(words), recipe.embedding))
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


def _default(draws: _Draws, width: int) -> Arrays:
    """Draw PyTorch's default: every parameter uniform in ±1/√H. Source: torch.nn.RNNBase.reset_parameters."""
    hidden = draws.recipe.hidden
    rows, bound = len(draws.cell.blocks) * hidden, 1 / np.sqrt(hidden)
    arrays: Arrays = {"weight_ih": np.empty((rows, width)), "weight_hh": np.empty((rows, hidden))}
    if draws.recipe.bias:
        arrays |= {"bias_ih": np.empty(rows), "bias_hh": np.empty(rows)}
    for name in arrays:
        draws.fill(arrays, name, lambda rng, block: rng.uniform(-bound, bound, block.shape))
    return arrays


def _keep_default(arrays: Arrays, draws: _Draws) -> None:
    """Leave PyTorch's default as it is."""


def _orthogonal(arrays: Arrays, draws: _Draws) -> None:
    """Make each gate block of weight_hh orthogonal (all singular values 1), weight_ih Glorot uniform, biases zero.

    Sources: Saxe et al. 2014, arXiv:1312.6120; Glorot & Bengio 2010.
    """

    def orthogonal(rng: np.random.Generator, block: FloatArray) -> FloatArray:
        q, r = np.linalg.qr(rng.standard_normal(block.shape))
        turned: FloatArray = q * np.sign(np.diag(r))  # the signs make the draw uniform
        return turned

    def glorot(rng: np.random.Generator, block: FloatArray) -> FloatArray:
        bound = np.sqrt(6 / (block.shape[0] + block.shape[1]))
        drawn: FloatArray = rng.uniform(-bound, bound, block.shape)
        return drawn

    draws.fill(arrays, "weight_hh", orthogonal)
    draws.fill(arrays, "weight_ih", glorot)
    _zero_biases(arrays)


def _identity(arrays: Arrays, draws: _Draws) -> None:
    """Make weight_hh the identity, weight_ih normal with sd 0.001, biases zero (IRNN).

    Source: Le, Jaitly & Hinton 2015, arXiv:1504.00941.
    """
    arrays["weight_hh"][...] = np.eye(draws.recipe.hidden)
    draws.fill(arrays, "weight_ih", lambda rng, block: rng.normal(0, 0.001, block.shape))
    _zero_biases(arrays)


def _forget_bias(arrays: Arrays, draws: _Draws) -> None:
    """Set the forget gate's bias to 1: all of it in bias_ih, since the two biases are summed.

    Source: Jozefowicz, Zaremba & Sutskever 2015.
    """
    _set_gate_bias(arrays, draws, "f", np.ones(draws.recipe.hidden))


def _chrono(arrays: Arrays, draws: _Draws) -> None:
    """Spread the units' memory over the time scales up to ``longest``: b = ln U[1, longest − 1].

    LSTM: b_f = b, b_i = −b. GRU: b_z = +b, since PyTorch's z keeps. Source: Tallec & Ollivier 2018, arXiv:1804.11188.
    """
    keep = "z" if draws.cell.name == "gru" else "f"
    longest = max(draws.recipe.longest, 3)
    scale = np.log(draws.stream("bias_ih", keep).uniform(1, longest - 1, draws.recipe.hidden))
    _set_gate_bias(arrays, draws, keep, scale)
    if draws.cell.name == "lstm":
        _set_gate_bias(arrays, draws, "i", -scale)


def _zero_biases(arrays: Arrays) -> None:
    for name in ("bias_ih", "bias_hh"):
        if name in arrays:
            arrays[name][...] = 0


def _set_gate_bias(arrays: Arrays, draws: _Draws, gate: str, values: FloatArray) -> None:
    arrays["bias_ih"][draws.rows(gate)] = values
    arrays["bias_hh"][draws.rows(gate)] = 0


Initialise = Callable[[Arrays, _Draws], None]

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
