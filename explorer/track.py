"""What is kept of one layer, in one direction, over one sequence: the states, and pyramids of the quantities."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from explorer.cells import FREE, Cell, evaluate, held, needed_terms
from explorer.functions import NUMPY, Array, FloatArray, IndexArray
from explorer.growth import Room
from explorer.holds import NOTHING, Held, Holds
from explorer.joined import JoinedRows, Part, Rows, joined, parts_of
from explorer.network import REVERSE, Place, Weights, block_weights, given
from explorer.pyramid import BASE, MinMax, Pyramid, numpy_min_max

COPIED = 65_536
"""Steps that are copied at once."""

Inputs = Callable[[int, int], FloatArray]


class Track:
    """Append-only rows of one place. Only its engine writes; everybody else reads the ``ready`` steps.

    states: (T or more, H) per state of the cell, the memory is claimed as rows are written. A track that runs forward
    is ready from step 0 up, one that runs in reverse from the last step down. Every other quantity is recovered when it
    is read: the cell's own equations, with what is ``held`` and time as the batch axis, applied to the stored states of
    the step before.

    ``kept`` names the quantities that have a pyramid: the states, and what is not an increasing function of another, or
    is not everywhere, because some of it is held.
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
        held: Held = NOTHING,
    ) -> None:
        self.place, self.cell, self.weights, self.steps, self.initial = place, cell, weights, steps, initial
        self.inputs, self.blocks, self.held = inputs, blocks, held
        shape, dtype = (steps, weights.hidden_size), weights.weight_ih.dtype
        own: dict[str, FloatArray] = {state: np.empty(shape, dtype) for state in cell.states}
        self.states: dict[str, Rows] = {**own}
        self._rooms = {state: Room(rows) for state, rows in own.items()}
        named = {*cell.states, *held.names}
        self.kept = tuple(q.name for q in cell.quantities if q.name in named or not q.increasing)
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
        self._part()
        for state, room in self._rooms.items():
            self.states[state] = room.reserve(self._ready[1], steps)
        for pyramid in self.pyramids.values():
            pyramid.lengthen(steps)

    def make_room(self) -> None:
        """Make room for as many steps again, so that the first that are added find it."""
        self._part()
        for state, room in self._rooms.items():
            self.states[state] = room.make(self._ready[1])
        for pyramid in self.pyramids.values():
            pyramid.make_room()

    def _part(self) -> None:
        """Have all that is known in arrays of its own, where another trace has a part of it."""
        for state, rows in self.states.items():
            if isinstance(rows, JoinedRows):
                self.states[state] = whole = rows[:]
                self._rooms[state] = Room(whole)

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

    def take_over(self, other: Track, steps: range, *, stays: bool) -> Iterator[int]:
        """Take steps that another track of this place knows, and that are the same here, as they are, bit for bit.

        They must be the first that this track would take. They are read from where they lie: whoever goes on behind
        them writes to an array of its own. They are copied only where that would keep more than it saves, because the
        other track, unless it ``stays`` anyway, is let go soon. Iterate; each item is how many more were taken.
        """
        first, last = steps.start, steps.stop
        assert not self.ready
        assert (last == self.steps) if self.reverse else (first == 0)
        parts = {state: parts_of(rows, steps, other.ready, stays=stays) for state, rows in other.states.items()}
        self._share(parts)
        for part in parts["h"]:  # the other states lie in the same way
            if part.worth_sharing:
                yield len(part.steps)
                continue
            for start in range(part.steps.start, part.steps.stop, COPIED):
                stop = min(start + COPIED, part.steps.stop)
                for state, rows in other.states.items():
                    self.states[state][start:stop] = rows[start:stop]
                yield stop - start
        self._ready = (first, last)
        self._take_buckets(other, first, last, stays=stays)

    def _take_buckets(self, other: Track, first: int, last: int, *, stays: bool) -> None:
        """Take whole buckets of the steps, too; of one that is cut, what it would hold is asked of its steps.

        The last one of all, which further steps may be added to, is never shared.
        """
        start, whole, stop = -(-first // BASE), last // BASE, (-(-last // BASE) if last == self.steps else last // BASE)
        for name, pyramid in self.pyramids.items():
            begin = start
            if start < whole and name in other.pyramids:
                pyramid.take_over(other.pyramids[name], range(start, whole), stays=stays)
                begin = whole
            if begin < stop:
                pyramid.put(begin, *other.buckets(name, begin, stop))
        for a, b in ((first, min(start * BASE, last)), (max(stop, start) * BASE, last)):
            if a < b:
                for name, rows in self.recover(self.kept, a, b).items():
                    self.pyramids[name].extend(a, rows)

    def _share(self, parts: Mapping[str, tuple[Part, ...]]) -> None:
        """Read what is worth it from where it lies, and everything else from arrays of its own."""
        for state, others in parts.items():
            shared = [part for part in others if part.worth_sharing]
            if shared and len(shared[0].steps) == self.steps:
                self.states[state] = rows = shared[0].rows[: self.steps]
                self._rooms[state] = Room(rows)
            elif shared:
                self.states[state] = joined(shared, self._rooms[state].array)

    def buckets(self, name: str, first: int, last: int) -> tuple[FloatArray, FloatArray]:
        """Return min and max of a quantity over the buckets first…last − 1 of BASE steps each."""
        if name in self.pyramids:
            return self.pyramids[name].base(first, last)
        (operand,) = self.cell.quantity(name).operands
        low, high = (evaluate(self.cell, name, {operand: ends}, NUMPY) for ends in self.buckets(operand, first, last))
        return low, high

    def recover(
        self,
        names: tuple[str, ...],
        first: int,
        last: int,
        units: slice | IndexArray = slice(None),
        *,
        pad: tuple[int, int] = (0, 0),
        stored: bool = True,
        free: bool = False,
    ) -> dict[str, FloatArray]:
        """Return the quantities ``names`` of the steps first…last − 1, each (n, units), from the stored states.

        Computed as if there were ``pad`` more steps before and after, so that a step's numbers do not depend, in their
        last bit, on how many others are known. ``stored`` takes the states of the steps themselves as they are kept;
        without it they too are computed again. ``free`` computes the steps as they would be if nothing were held in
        them.
        """
        before = self.previous(first, last)
        known: dict[str, Array] = {}
        if stored:
            known |= {state: kept[first:last][:, units] for state, kept in self.states.items()}
        known |= {f"{state}_prev": array[:, units] for state, array in before.items()}
        terms = frozenset().union(*(needed_terms(self.cell, name, known) for name in names))
        if terms:
            whole = isinstance(units, slice) and units == slice(None)
            weights = self.blocks if whole else block_weights(self.cell, self.weights, units)
            x, h = (_padded(array, pad) for array in (self.inputs(first, last), before["h"]))
            with np.errstate(over="ignore", invalid="ignore"):
                products = given(self.cell, weights, x, h, terms)
            known |= {name: array[pad[0] : pad[0] + last - first] for name, array in products.items()}
        spans = [(first, last, FREE)] if free else [*self.held.spans(first, last)]
        with np.errstate(over="ignore", invalid="ignore"):
            parts = [
                self._evaluate(names, {name: rows[a - first : b - first] for name, rows in known.items()}, holds, units)
                for a, b, holds in spans
            ]
        return parts[0] if len(parts) == 1 else {name: np.concatenate([part[name] for part in parts]) for name in names}

    def _evaluate(
        self, names: tuple[str, ...], known: Mapping[str, FloatArray], holds: Holds, units: slice | IndexArray
    ) -> dict[str, FloatArray]:
        """Return quantities of steps in which the same is held. What is ``known`` of states is so already."""
        ours = {name: hold.of(units) for name, hold in holds.items()}
        values = held(known, ours)
        return {name: evaluate(self.cell, name, values, NUMPY, ours) for name in names}

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
