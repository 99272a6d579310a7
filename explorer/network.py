"""Networks: layers and directions of cells with their weights, under PyTorch's names, and the products with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from explorer.cells import Cell
from explorer.functions import Array, FloatArray, IndexArray

FORWARD, REVERSE = 0, 1

PADDING = "<pad>"
"""The word that fills up short sequences in a batch. Where a vocabulary begins with it, its vector is zero."""


class Place(NamedTuple):
    """One layer in one direction of a network: where a quantity lives. ``direction`` 0 is forward, 1 is reverse."""

    layer: int = 0
    direction: int = FORWARD

    @property
    def key(self) -> str:
        """PyTorch's suffix: ``l0``, ``l1_reverse``."""
        return f"l{self.layer}" + ("_reverse" if self.direction == REVERSE else "")

    @property
    def title(self) -> str:
        """The place as a person reads it, layers counted as in the weights' names."""
        return f"layer {self.layer}" + (" reverse" if self.direction == REVERSE else "")


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The parameters of one layer in one direction: G gate blocks of H rows each, stacked in the cell's order.

    weight_ih (G·H, D), weight_hh (G·H, H), bias_ih and bias_hh (G·H,) or both None.
    """

    weight_ih: FloatArray
    weight_hh: FloatArray
    bias_ih: FloatArray | None = None
    bias_hh: FloatArray | None = None

    def __post_init__(self) -> None:
        """Make the arrays read-only: a network is a value."""
        for each in fields(self):
            array = getattr(self, each.name)
            if array is not None:
                array.setflags(write=False)

    @property
    def hidden_size(self) -> int:
        """H, the number of units."""
        return int(self.weight_hh.shape[1])

    @property
    def input_size(self) -> int:
        """D, the number of inputs of this layer."""
        return int(self.weight_ih.shape[1])

    def named(self) -> Iterator[tuple[str, FloatArray]]:
        """Yield (PyTorch's name without suffix, array) in PyTorch's order."""
        for each in fields(self):
            array = getattr(self, each.name)
            if array is not None:
                yield each.name, array


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A cell and its weights, one set per direction that it runs in."""

    cell: Cell
    weights: Mapping[int, Weights]

    @property
    def output_size(self) -> int:
        """Width of what it hands to the next layer: the directions' h side by side."""
        return sum(weights.hidden_size for weights in self.weights.values())


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a fresh network is made from. Same recipe, same weights, with or without torch.

    ``longest`` is the time span that the chrono initialisation spreads its time scales over, in steps; ``embedding``
    the length of the vector that stands for a word, where the data has words.
    """

    cell: str = "lstm"
    nonlinearity: str = "tanh"
    hidden: int = 32
    layers: int = 1
    bidirectional: bool = False
    bias: bool = True
    seed: int = 0
    init: str = "default"
    dtype: str = "float32"
    longest: int = 100
    embedding: int = 16


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A stack of layers. ``recipe`` is what it was made from, if it was made here.

    ``embeddings`` gives, for each feature of codes, a vector for every code: (V, E). The first layer sees the numbers
    of a step, then the vectors of its codes.
    """

    layers: tuple[Layer, ...]
    recipe: Recipe | None = None
    embeddings: Mapping[str, FloatArray] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Make the vectors read-only: a network is a value."""
        for table in self.embeddings.values():
            table.setflags(write=False)

    @property
    def input_size(self) -> int:
        """D of the first layer: the numbers and the vectors together."""
        return next(iter(self.layers[0].weights.values())).input_size

    @property
    def numbers(self) -> int:
        """How many of the inputs of the first layer are numbers of the data and not part of a vector."""
        return self.input_size - sum(int(table.shape[1]) for table in self.embeddings.values())

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type everything is computed in."""
        return next(iter(self.layers[0].weights.values())).weight_ih.dtype

    @property
    def has_reverse(self) -> bool:
        """Whether some layer runs backwards, so that nothing is known before the last step is."""
        return any(REVERSE in layer.weights for layer in self.layers)

    @property
    def places(self) -> tuple[Place, ...]:
        """Every layer and direction, in PyTorch's order."""
        return tuple(Place(k, direction) for k, layer in enumerate(self.layers) for direction in sorted(layer.weights))

    def cell(self, place: Place) -> Cell:
        """Return the cell at ``place``."""
        return self.layers[place.layer].cell

    def weights(self, place: Place) -> Weights:
        """Return the weights at ``place``."""
        return self.layers[place.layer].weights[place.direction]

    def state_dict(self) -> dict[str, FloatArray]:
        """Return all weights under PyTorch's names, ``weight_ih_l0`` …, as torch.nn.LSTM.load_state_dict takes them.

        The vectors of codes come first: ``embedding.weight``, or ``embeddings.NAME.weight`` where several features have
        them.
        """
        names = [f"embeddings.{name}.weight" for name in self.embeddings]
        names = ["embedding.weight"] if len(names) == 1 else names
        tables = dict(zip(names, self.embeddings.values(), strict=True))
        return tables | {
            f"{name}_{place.key}": array for place in self.places for name, array in self.weights(place).named()
        }


def affine(bias: Array, *products: tuple[Array, Array]) -> Array:
    """Return the sum of the matrix ``products`` and the bias."""
    (rows, weight), *others = products
    total = rows @ weight
    for rows, weight in others:
        total += rows @ weight
    total += bias
    return total


def given(
    cell: Cell,
    weights: Mapping[str, Array],
    x: Array,
    h: Array,
    terms: Collection[str] | None = None,
    affine: Callable[..., Array] = affine,
) -> dict[str, Array]:
    """Return what the layer hands its cell at a step: the products with the weights, gate block by gate block.

    a_k = W_ik x + W_hk h⁻ + (b_ik + b_hk); of a split block u_k = W_ik x + b_ik and q_k = W_hk h⁻ + b_hk.
    weights: from ``block_weights``. x (…, D), h (…, H), the state before the step. Leading axes may be batch or time.
    ``terms`` leaves out the blocks that none of them belongs to; ``affine`` is how products are summed, where an array
    library has something faster. Source: torch.nn.RNN, LSTM, GRU.
    """
    values = {}
    for block in cell.blocks:
        if terms is not None and not set(block.terms) & set(terms):
            continue
        from_input, from_state = (x, weights[f"W_i{block.name}"]), (h, weights[f"W_h{block.name}"])
        if block.split:
            u, q = block.terms
            values[u] = affine(weights[f"b_i{block.name}"], from_input)
            values[q] = affine(weights[f"b_h{block.name}"], from_state)
        else:
            values[block.terms[0]] = affine(weights[f"b_{block.name}"], from_input, from_state)
    return values


def given_at_step(cell: Cell, weights: Weights, x: FloatArray, h: FloatArray) -> dict[str, FloatArray]:
    """Return what ``given`` does, of one step: x (D,), h (H,). Twice as fast: no block is multiplied by itself."""
    u, q = weights.weight_ih @ x, weights.weight_hh @ h
    if weights.bias_ih is not None and weights.bias_hh is not None:
        u += weights.bias_ih
        q += weights.bias_hh
    a, size = u + q, len(h)
    values: dict[str, FloatArray] = {}
    for k, block in enumerate(cell.blocks):
        rows = slice(k * size, (k + 1) * size)
        if block.split:
            values[block.terms[0]], values[block.terms[1]] = u[rows], q[rows]
        else:
            values[block.terms[0]] = a[rows]
    return values


def block_weights(cell: Cell, weights: Weights, units: slice | IndexArray = slice(None)) -> dict[str, FloatArray]:
    """Cut the stacked weights into gate blocks, transposed for ``given``, for all or some ``units``.

    Returns W_i<k> (D, units), W_h<k> (H, units), b_i<k>, b_h<k> and their sum b_<k>, each (units,).
    """
    size = weights.hidden_size
    zero = np.zeros(len(cell.blocks) * size, dtype=weights.weight_ih.dtype)
    bias_ih = zero if weights.bias_ih is None else weights.bias_ih
    bias_hh = zero if weights.bias_hh is None else weights.bias_hh
    cut = {}
    for k, block in enumerate(cell.blocks):
        rows = slice(k * size, (k + 1) * size)
        cut[f"W_i{block.name}"] = np.ascontiguousarray(weights.weight_ih[rows][units].T)
        cut[f"W_h{block.name}"] = np.ascontiguousarray(weights.weight_hh[rows][units].T)
        cut[f"b_i{block.name}"] = bias_ih[rows][units]
        cut[f"b_h{block.name}"] = bias_hh[rows][units]
        cut[f"b_{block.name}"] = bias_ih[rows][units] + bias_hh[rows][units]
    return cut
