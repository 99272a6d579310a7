"""Networks: layers and directions of cells with their weights, under PyTorch's names, and the products with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np

from explorer.cells import Cell
from explorer.errors import DataError
from explorer.functions import Array, FloatArray, IndexArray, numpy_sigmoid

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


ROWS = 256
"""Steps that a head is applied to at once. Blocks start at multiples of it, so what is read of a step never varies."""


FAN = (0.05, 0.5, 0.95)
"""The levels of a fan: what a value stays below with these probabilities. Nine in ten lie between the outer two."""


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A linear read-out of the top layer at every step: y = W h + b, h of its directions side by side.

    weight (K, width), bias (K,), as torch.nn.Linear has them. ``names`` are those of the K outputs, or none; ``kind``
    says what they are: values, or a fan of the ``FAN`` levels of each, of which y · scale + shift is in the units of
    the data; the logits of one class, or of a yes or no each. scale and shift (K,) or one for all. A name such as
    ``load +2`` is that of a column, two steps ahead, and ``load +2 95 %`` what it stays below so often; where the names
    are those of classes, ``asked`` is that of the column. ``relative`` says that values are those above what the column
    is at the step itself.
    """

    weight: FloatArray
    bias: FloatArray
    names: tuple[str, ...] = ()
    kind: Literal["value", "fan", "class", "binary"] = "value"
    scale: FloatArray = field(default_factory=lambda: np.ones(1))
    shift: FloatArray = field(default_factory=lambda: np.zeros(1))
    asked: str = ""
    relative: bool = False

    def __post_init__(self) -> None:
        """Check that the parts fit one another, and make the arrays read-only: a network is a value."""
        if self.weight.ndim != 2 or self.bias.shape != self.weight.shape[:1]:
            raise DataError(f"head.weight {self.weight.shape} and head.bias {self.bias.shape} must be (K, H) and (K,)")
        if self.names and len(self.names) != self.size:
            raise DataError(f"the head has {self.size} outputs, but {len(self.names)} names for them")
        for name in ("scale", "shift"):
            if getattr(self, name).shape not in ((1,), (self.size,)):
                raise DataError(f"{name} of the head has shape {getattr(self, name).shape}, but must be ({self.size},)")
        for array in (self.weight, self.bias, self.scale, self.shift):
            array.setflags(write=False)

    @property
    def size(self) -> int:
        """K, the number of outputs."""
        return int(self.weight.shape[0])

    @property
    def width(self) -> int:
        """How many numbers of the top layer it takes at a step."""
        return int(self.weight.shape[1])

    def answer(self, h: FloatArray, first: int = 0) -> FloatArray:
        """Return y (n, K) of h (n, width) at the steps from ``first`` on: the same bits, whichever are asked together.

        Source: torch.nn.Linear.
        """
        y = np.empty((len(h), self.size), np.result_type(h, self.weight))
        for start in range(first // ROWS * ROWS, first + len(h), ROWS):
            low, high = max(start, first), min(start + ROWS, first + len(h))
            rows = np.zeros((ROWS, self.width), y.dtype)
            rows[low - start : high - start] = h[low - first : high - first]
            y[low - first : high - first] = (rows @ self.weight.T + self.bias)[low - start : high - start]
        return y

    def told(self, y: FloatArray) -> FloatArray:
        """Return outputs y (n, K) as a person reads them: in the units of the data, or as probabilities. float64.

        Where they are ``relative``, what the column is at the step is still to be added: ``targets.answered`` does.
        """
        y = np.asarray(y, np.float64)
        with np.errstate(all="ignore"):  # what has diverged is read as NaN or infinite
            if self.kind in ("value", "fan"):
                return y * self.scale + self.shift
            if self.kind == "binary":
                return numpy_sigmoid(y)
            powers: FloatArray = np.exp(y - y.max(axis=1, keepdims=True))
            powers /= powers.sum(axis=1, keepdims=True)
            return powers


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
    of a step, then the vectors of its codes. ``head`` reads the outputs out of the top layer, where there are any.
    """

    layers: tuple[Layer, ...]
    recipe: Recipe | None = None
    embeddings: Mapping[str, FloatArray] = field(default_factory=lambda: MappingProxyType({}))
    head: Head | None = None

    def __post_init__(self) -> None:
        """Make the vectors read-only: a network is a value. ``DataError`` where the head does not fit."""
        for table in self.embeddings.values():
            table.setflags(write=False)
        width = self.layers[-1].output_size
        if self.head is not None and self.head.width != width:
            raise DataError(f"the head takes {self.head.width} numbers of a step, the top layer hands over {width}")

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
        them; the head's ``head.weight`` and ``head.bias`` come last.
        """
        names = [f"embeddings.{name}.weight" for name in self.embeddings]
        names = ["embedding.weight"] if len(names) == 1 else names
        tables = dict(zip(names, self.embeddings.values(), strict=True))
        head = {} if self.head is None else {"head.weight": self.head.weight, "head.bias": self.head.bias}
        weights = {f"{name}_{place.key}": array for place in self.places for name, array in self.weights(place).named()}
        return tables | weights | head


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


def from_inputs(weights: Weights, x: FloatArray) -> FloatArray:
    """Return W_ih x + b_ih of steps, (n, G·H), from x (n, D): each the same, bit for bit, however many there are."""
    with np.errstate(over="ignore", invalid="ignore"):
        u: FloatArray = np.matmul(weights.weight_ih, np.ascontiguousarray(x)[..., None])[..., 0]
        if weights.bias_ih is not None:
            u += weights.bias_ih
    return u


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
