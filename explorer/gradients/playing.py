"""A whole network over one sequence in float64, and a gradient back through it: what the probe of a training asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from explorer.cells import Cell, evaluate
from explorer.functions import NUMPY, FloatArray
from explorer.gradients.backward import Backward, reverse
from explorer.gradients.forward import states_of
from explorer.holds import NOTHING, Held
from explorer.network import REVERSE, Network, Place, Weights


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """What one place computed of a sequence, in one precision and in the order of steps: x (T, D), all else (T, H).

    previous: the states before each step. ``held``: what was held meanwhile, and passes no gradient.
    """

    cell: Cell
    weights: Weights
    x: FloatArray
    values: Mapping[str, FloatArray]
    previous: Mapping[str, FloatArray]
    held: Held = NOTHING


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """What a network computed over one sequence: one passage a place."""

    passages: Mapping[Place, Passage]

    @property
    def values(self) -> dict[Place, Mapping[str, FloatArray]]:
        """Every quantity of every place, (T, H)."""
        return {place: passage.values for place, passage in self.passages.items()}

    @property
    def output(self) -> FloatArray:
        """What the top layer hands on: its directions' h side by side, (T, width)."""
        top = max(place.layer for place in self.passages)
        return np.concatenate([p.values["h"] for place, p in self.passages.items() if place.layer == top], axis=1)

    def back(self, direct: FloatArray) -> dict[Place, Backward]:
        """Return the gradient at every place, of a loss whose gradient at the output is ``direct``, (T, width)."""
        return back(self.passages, direct)


def back(passages: Mapping[Place, Passage], direct: FloatArray) -> dict[Place, Backward]:
    """Take the gradient at the top layer's output, (T, width), back through every layer and direction."""
    backwards: dict[Place, Backward] = {}
    arriving = np.asarray(direct, next(iter(passages.values())).x.dtype)
    for layer in range(max(place.layer for place in passages), -1, -1):
        places = [place for place in passages if place.layer == layer]
        sizes = [passages[place].weights.hidden_size for place in places]
        if arriving.shape != (expected := (len(passages[places[0]].x), sum(sizes))):
            raise ValueError(f"the gradient at the output has the shape {arriving.shape}, but must have {expected}")
        for place, own in zip(places, np.split(arriving, np.cumsum(sizes)[:-1], axis=1), strict=True):
            p = passages[place]
            backwards[place] = reverse(
                *(p.cell, p.weights, p.values, p.previous, p.x, own, p.held), backwards=place.direction == REVERSE
            )
        if layer:
            arriving = np.sum([backwards[place].inputs() for place in places], axis=0)
    return {place: backwards[place] for place in passages}


def play(
    network: Network,
    x: FloatArray,
    initial: Mapping[str, FloatArray] = MappingProxyType({}),
    dtype: npt.DTypeLike = np.float64,
) -> Played:
    """Run a network over what its first layer sees of one sequence, x (T, D), in float64 whatever its own type.

    initial: ``l0.h``, ``l1_reverse.c`` … (H,), as an experiment has them; what it does not name starts at zero.
    float32 as the ``dtype`` is faster; gradients then end at 1e-38, which tens of steps may reach.
    """
    passages: dict[Place, Passage] = {}
    below = np.asarray(x, dtype)
    for layer in range(len(network.layers)):
        places = [place for place in network.places if place.layer == layer]
        for place in places:
            weights = converted(network.weights(place), dtype)
            start = {
                state: np.asarray(initial.get(f"{place.key}.{state}", np.zeros(weights.hidden_size)), dtype)
                for state in network.cell(place).states
            }
            passages[place] = _passage(network.cell(place), weights, below, start, place.direction == REVERSE)
        below = np.concatenate([passages[place].values["h"] for place in places], axis=1)
    return Played(passages)


def _passage(cell: Cell, weights: Weights, x: FloatArray, start: Mapping[str, FloatArray], backwards: bool) -> Passage:
    flip = slice(None, None, -1 if backwards else 1)
    values, previous = states_of(cell, weights, x[flip].copy(), start)
    known: dict[str, Any] = {**values, **{f"{state}_prev": rows for state, rows in previous.items()}}
    for quantity in cell.quantities:
        evaluate(cell, quantity.name, known, NUMPY)
    return Passage(
        *(cell, weights, x),
        values={quantity.name: known[quantity.name][flip] for quantity in cell.quantities},
        previous={state: rows[flip] for state, rows in previous.items()},
    )


def converted(weights: Weights, dtype: npt.DTypeLike = np.float64) -> Weights:
    """Return the same weights in another precision."""
    arrays: dict[str, Any] = {name: np.asarray(array, dtype) for name, array in weights.named()}
    return Weights(**arrays)
