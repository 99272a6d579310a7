"""What the clamps of an experiment do: of each place, which units of which quantity are held where, and at what."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from explorer.cells import FREE
from explorer.clamps import INPUT, Clamp
from explorer.functions import Array, FloatArray, IndexArray
from explorer.network import Place


class Hold:
    """What is held of one quantity over some steps: called with its rows (…, units), it returns them so.

    mask, values: which units, (units,), and at what; what stands beside them means nothing.
    """

    def __init__(self, mask: npt.NDArray[np.bool_], values: FloatArray) -> None:
        self.mask, self.values = mask, values
        self._units: slice | IndexArray = slice(None) if mask.all() else np.flatnonzero(mask)
        self._at = values[mask]

    def __call__(self, rows: Array) -> Array:
        """Return a copy of ``rows`` (…, units), of numpy or torch, in which the held units have their values."""
        ours = isinstance(rows, np.ndarray)
        fixed = rows.copy() if ours else rows.clone()
        fixed[..., self._units] = self._at if ours else rows.new_tensor(self._at)
        return fixed

    def of(self, units: slice | IndexArray) -> Hold:
        """Return what is held of these units, in their order."""
        return Hold(self.mask[units], self.values[units])

    def __eq__(self, other: object) -> bool:
        """Whether it holds the same units at the same values, bit for bit."""
        return isinstance(other, Hold) and self._bytes == other._bytes

    __hash__ = None  # type: ignore[assignment] # nobody looks one up

    @property
    def _bytes(self) -> tuple[bytes, bytes]:
        return self.mask.tobytes(), self._at.tobytes()


Holds: TypeAlias = Mapping[str, Hold]
"""What is held meanwhile, by quantity: what a cell's ``step`` and ``evaluate`` are given."""


@dataclass(frozen=True, slots=True)
class Held:
    """All that is held at one place over one sequence. Between two ``cuts`` it is the same: ``holds`` are one more."""

    cuts: tuple[int, ...] = ()
    holds: tuple[Holds, ...] = (FREE,)

    @property
    def names(self) -> frozenset[str]:
        """The quantities of which something is held at some step."""
        return frozenset().union(*self.holds)

    def at(self, step: int) -> Holds:
        """Return what is held at a step."""
        return self.holds[bisect_right(self.cuts, step)]

    def spans(self, first: int, last: int) -> Iterator[tuple[int, int, Holds]]:
        """Yield (start, stop, what is held in start…stop − 1), by rising steps, through all of first…last − 1."""
        inside = self.cuts[bisect_right(self.cuts, first) : bisect_right(self.cuts, last - 1)]
        for start, stop in itertools.pairwise((first, *inside, last)):
            yield start, stop, self.at(start)

    def during(self, first: int, last: int) -> bool:
        """Whether anything is held in first…last − 1."""
        return any(holds for _, _, holds in self.spans(first, last))


NOTHING = Held()


def held_at(place: Place, sequence: int, clamps: Iterable[Clamp], size: int, dtype: npt.DTypeLike) -> Held:
    """Return what is held of the ``size`` units at a place over one sequence."""
    return _held([c for c in clamps if c.quantity != INPUT and c.place == place and c.acts_on(sequence)], size, dtype)


@lru_cache(maxsize=8)  # asked for with every value that is read, and an input that was drawn has a hold a step
def edited(sequence: int, clamps: tuple[Clamp, ...], features: int) -> Held:
    """Return at what the features of a sequence are held: the edits of the input, in the file's units."""
    return _held([c for c in clamps if c.quantity == INPUT and c.acts_on(sequence)], features, np.float64)


def _held(wanted: Sequence[Clamp], size: int, dtype: npt.DTypeLike) -> Held:
    if not wanted:
        return NOTHING
    clamps = [piece for clamp in wanted for piece in clamp.pieces]
    begin: defaultdict[int, set[int]] = defaultdict(set)
    end: defaultdict[int, set[int]] = defaultdict(set)
    for k, clamp in enumerate(clamps):
        first, last = clamp.steps
        begin[first].add(k)
        if last is not None:
            end[last].add(k)
    cuts = sorted({*begin, *end} - {0})
    active: set[int] = set()
    holds = []
    for step in (0, *cuts):
        active = (active - end[step]) | begin[step]
        holds.append(_together([clamps[k] for k in sorted(active)], size, dtype))
    return Held(tuple(cuts), tuple(holds))


def _together(clamps: Iterable[Clamp], size: int, dtype: npt.DTypeLike) -> Holds:
    """Return what clamps of the same steps hold: of what two of them hold, what the later one does."""
    masks: dict[str, npt.NDArray[np.bool_]] = {}
    values: dict[str, FloatArray] = {}
    for clamp in clamps:
        mask = masks.setdefault(clamp.quantity, np.zeros(size, np.bool_))
        units = slice(None) if clamp.units is None else np.array(clamp.units)
        mask[units] = True
        values.setdefault(clamp.quantity, np.zeros(size, dtype))[units] = clamp.value
    return {name: Hold(mask, values[name]) for name, mask in masks.items()} or FREE


def differing(one: Held, other: Held, steps: int) -> range:
    """Return the steps, of so many, from the first to the last at which not the same is held; empty if it always is."""
    cuts = [0, *(cut for cut in sorted({*one.cuts, *other.cuts}) if cut < steps), steps]
    spans = [(a, b) for a, b in itertools.pairwise(cuts) if one.at(a) != other.at(a)]
    return range(spans[0][0], spans[-1][1]) if spans else range(0)
