"""What is kept of one layer, in one direction, over one sequence: the states, and pyramids of the quantities."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from explorer.cells import Cell, evaluate, needed_terms
from explorer.functions import NUMPY, Array, FloatArray, IndexArray
from explorer.growth import Room
from explorer.network import REVERSE, Place, Weights, block_weights, given
from explorer.pyramid import MinMax, Pyramid, numpy_min_max

Inputs = Callable[[int, int], FloatArray]


class Track:
    """Append-only rows of one place. Only its engine writes; everybody else reads the ``ready`` steps.

    states: (T or more, H) per state of the cell, the memory is claimed as rows are written. A track that runs forward
    is ready from step 0 up, one that runs in reverse from the last step down. Every other quantity is recovered when it
    is read: the cell's own equations, with time as the batch axis, applied to the stored states of the step before.

    ``kept`` names the quantities that have a pyramid: the states, and what is not an increasing function of another.
    """

    def __init__(
        self,
        place: Place,
        cell: Cell,
        weights: Weights,
        steps: int,
        initial: Mapping[str, FloatArray],
        inputs: Inputs,
        blocks: Mapping[str, FloatArray],
    ) -> None:
        self.place, self.cell, self.weights, self.steps, self.initial = place, cell, weights, steps, initial
        self.inputs, self.blocks = inputs, blocks
        shape, dtype = (steps, weights.hidden_size), weights.weight_ih.dtype
        self.states: dict[str, FloatArray] = {state: np.empty(shape, dtype) for state in cell.states}
        self._rooms = {state: Room(rows) for state, rows in self.states.items()}
        self.kept = tuple(q.name for q in cell.quantities if q.name in cell.states or not q.increasing)
        self.pyramids = {name: Pyramid(*shape, dtype) for name in self.kept}
        self._ready = (steps, steps) if self.reverse else (0, 0)

    @property
    def reverse(self) -> bool:
        """Whether it runs from the last step to the first."""
        return self.place.direction == REVERSE

    @property
    def ready(self) -> range:
        """The steps that are known."""
        return range(*self._ready)

    def lengthen(self, steps: int) -> None:
        """Make room for so many steps in all, behind those there are: only where it runs forward."""
        self.steps = steps
        for state, room in self._rooms.items():
            self.states[state] = room.reserve(self._ready[1], steps)
        for pyramid in self.pyramids.values():
            pyramid.lengthen(steps)

    def make_room(self) -> None:
        """Make room for as many steps again, so that the first that are added find it."""
        for state, room in self._rooms.items():
            self.states[state] = room.make(self._ready[1])
        for pyramid in self.pyramids.values():
            pyramid.make_room()

    def remaining(self) -> range:
        """Return the steps that are not known yet, in the order in which they have to be taken."""
        first, last = self._ready
        return range(first - 1, -1, -1) if self.reverse else range(last, self.steps)

    def previous(self, first: int, last: int) -> dict[str, FloatArray]:
        """Return, for the steps first…last − 1, the states before each of them (n, H), in the direction it runs."""
        before = {}
        for state, rows in self.states.items():
            if self.reverse:
                inner, edge = rows[first + 1 : min(last + 1, self.steps)], last == self.steps
                parts = [inner, self.initial[state][None]] if edge else [inner]
            else:
                inner, edge = rows[max(first - 1, 0) : max(last - 1, 0)], first == 0
                parts = [self.initial[state][None], inner] if edge else [inner]
            before[state] = np.concatenate(parts) if edge else inner
        return before

    def record(self, first: int, values: Mapping[str, Array], min_max: MinMax = numpy_min_max) -> None:
        """Take in the kept quantities (n, H) of the steps from ``first`` on, which must join what is ready."""
        last = first + len(values["h"])
        assert (last == self._ready[0]) if self.reverse else (first == self._ready[1])
        for state, rows in self.states.items():
            rows[first:last] = values[state]
        for name, pyramid in self.pyramids.items():
            pyramid.extend(first, values[name], min_max)
        self._ready = (first, self.steps) if self.reverse else (0, last)

    def recover(
        self,
        names: tuple[str, ...],
        first: int,
        last: int,
        units: slice | IndexArray = slice(None),
        *,
        pad: tuple[int, int] = (0, 0),
        stored: bool = True,
    ) -> dict[str, FloatArray]:
        """Return the quantities ``names`` of the steps first…last − 1, each (n, units), from the stored states.

        Computed as if there were ``pad`` more steps before and after, so that a step's numbers do not depend, in their
        last bit, on how many others are known. ``stored`` takes the states of the steps themselves as they are kept;
        without it they too are computed again.
        """
        before = self.previous(first, last)
        known: dict[str, Array] = {}
        if stored:
            known |= {state: kept[first:last, units] for state, kept in self.states.items()}
        known |= {f"{state}_prev": array[:, units] for state, array in before.items()}
        terms = frozenset().union(*(needed_terms(self.cell, name, known) for name in names))
        if terms:
            whole = isinstance(units, slice) and units == slice(None)
            weights = self.blocks if whole else block_weights(self.cell, self.weights, units)
            x, h = (_padded(array, pad) for array in (self.inputs(first, last), before["h"]))
            with np.errstate(over="ignore", invalid="ignore"):
                products = given(self.cell, weights, x, h, terms)
            known |= {name: array[pad[0] : pad[0] + last - first] for name, array in products.items()}
        with np.errstate(over="ignore", invalid="ignore"):
            return {name: evaluate(self.cell, name, known, NUMPY) for name in names}

    def overview(self, name: str, first: int, last: int, bins: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return edges, min and max of a quantity over first…last from its pyramid, as ``Pyramid.overview`` does.

        Those of an increasing function are the function of its operand's.
        """
        if name in self.pyramids:
            return self.pyramids[name].overview(first, last, bins)
        quantity = self.cell.quantity(name)
        (operand,) = quantity.operands
        edges, *extremes = self.overview(operand, first, last, bins)
        low, high = (evaluate(self.cell, name, {operand: array}, NUMPY) for array in extremes)
        return edges, low, high

    def extremes(self, name: str) -> tuple[float, float]:
        """Return the smallest and the largest finite number of a quantity so far; (0, 0) where there is none."""
        if not self.ready:
            return 0.0, 0.0
        if name in self.pyramids:
            return self.pyramids[name].extremes()
        (operand,) = self.cell.quantity(name).operands
        low, high = evaluate(self.cell, name, {operand: np.array(self.extremes(operand))}, NUMPY)
        return float(low), float(high)


def _padded(array: FloatArray, pad: tuple[int, int]) -> FloatArray:
    return np.pad(array, (pad, (0, 0))) if any(pad) else array
