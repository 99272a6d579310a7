"""Minimum and maximum of a quantity over ever longer stretches of steps, so that a million steps draw in a moment."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from explorer.functions import Array, FloatArray
from explorer.growth import Room
from explorer.joined import JoinedRows, Rows, joined, parts_of

BASE = 64
FACTOR = 8

MinMax = Callable[[Array], tuple[FloatArray, FloatArray]]


def numpy_min_max(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the minimum and the maximum over axis 1 of (buckets, BASE, H). NaN wins over every number."""
    return values.min(axis=1), values.max(axis=1)


def reduce_at(take: np.ufunc, rows: FloatArray, starts: npt.NDArray[np.intp]) -> FloatArray:
    """Return ``take.reduceat(rows, starts, axis=0)``, ten times as fast where each start is followed by few rows."""
    last = np.maximum(np.append(starts[1:], len(rows)) - 1, starts)
    taken = rows[starts]
    for k in range(1, int((last - starts).max(initial=0)) + 1):
        take(taken, rows[np.minimum(starts + k, last)], out=taken)
    return taken


def _level_sizes(steps: int) -> list[int]:
    """Return the number of buckets in every level over so many steps, the finest first."""
    sizes = [-(-steps // BASE)]
    while sizes[-1] > FACTOR:
        sizes.append(-(-sizes[-1] // FACTOR))
    return sizes


class Pyramid:
    """Per unit, min and max over buckets of 64, 512, 4096, … steps. Filled as steps become known, from either end.

    A spike of one step is in every level above it. Where a bucket holds a NaN, its min and max are NaN.
    """

    def __init__(self, steps: int, units: int, dtype: npt.DTypeLike) -> None:
        self.steps = steps
        self._units, self._dtype = units, dtype
        self._taken = 0

    @functools.cached_property
    def _levels(self) -> list[tuple[Rows, Rows]]:
        """Made when the first steps come: until then another pyramid may be taken over, and needs no memory here."""
        return [self._empty(buckets) for buckets in _level_sizes(self.steps)]

    @functools.cached_property
    def _rooms(self) -> list[tuple[Room[Any], Room[Any]]]:
        return [(Room(low[:]), Room(high[:])) for low, high in self._levels]

    def _empty(self, buckets: int) -> tuple[FloatArray, FloatArray]:
        low: npt.NDArray[Any] = np.full((buckets, self._units), np.inf, self._dtype)
        return low, -low

    def lengthen(self, steps: int) -> None:
        """Make room for so many steps in all. What was taken in stays; over more steps there may be further levels."""
        self._part()
        sizes, levels, self.steps = _level_sizes(steps), len(self._rooms), steps
        for level, buckets in enumerate(sizes):
            if level >= levels:
                low, high = self._empty(buckets)
                self._levels.append((low, high))
                self._rooms.append((Room(low), Room(high)))
            elif (known := len(self._levels[level][0])) < buckets:
                kept = self._taken // (BASE * FACTOR**level)  # what steps are still to come of may change
                low, high = (room.reserve(kept, buckets)[:buckets] for room in self._rooms[level])
                for rows, old, empty in zip((low, high), self._levels[level], (np.inf, -np.inf), strict=True):
                    rows[kept:known], rows[known:] = old[kept:], empty
                self._levels[level] = low, high
        if levels < len(self._levels):
            self._lift(0, sizes[0])

    def make_room(self) -> None:
        """Make room for as many steps again, so that ``lengthen`` copies little at a time."""
        self._part()
        for level, rooms in enumerate(self._rooms):
            buckets = len(self._levels[level][0])
            self._levels[level] = rooms[0].make(buckets)[:buckets], rooms[1].make(buckets)[:buckets]

    def extend(self, first: int, values: Array, min_max: MinMax = numpy_min_max) -> None:
        """Take in ``values`` (n, H) of the steps from ``first`` on. ``min_max`` reduces the whole buckets of them."""
        last = first + len(values)
        inner = min(-(-first // BASE) * BASE, last)
        outer = max(last // BASE * BASE, inner)
        for start, stop in ((first, inner), (outer, last)):
            if start < stop:
                part = np.asarray(values[start - first : stop - first])
                self._merge(start // BASE, part.min(axis=0, keepdims=True), part.max(axis=0, keepdims=True))
        if inner < outer:
            whole = values[inner - first : outer - first]
            self._merge(inner // BASE, *min_max(whole.reshape(-1, BASE, whole.shape[-1])))
        self._lift(first // BASE, -(-last // BASE))
        self._taken = max(self._taken, last)

    def base(self, first: int, last: int) -> tuple[FloatArray, FloatArray]:
        """Return min and max of the buckets first…last − 1 of BASE steps each: to be read only."""
        low, high = (ends[first:last] for ends in self._levels[0])
        return low, high

    def take_over(self, other: Pyramid, buckets: range, *, stays: bool) -> None:
        """Take in whole buckets of BASE steps of another that is as long, as they are. Nothing was taken in before.

        The finest level, which is nearly all of it, is read from where it lies; ``stays`` as for ``parts_of``.
        """
        finest = [
            self._joined(rows, empty, buckets, stays=stays)
            for rows, empty in zip(other._levels[0], (np.inf, -np.inf), strict=True)
        ]
        coarser = [self._empty(len(low)) for low, _ in other._levels[1:]]
        self._levels = [(finest[0], finest[1]), *coarser]
        self._finish(buckets)

    def _joined(self, rows: Rows, empty: float, buckets: range, *, stays: bool) -> Rows:
        """Return rows in which ``buckets`` are those of others, and all else is ``empty``."""
        own: npt.NDArray[Any] = np.empty(rows.shape, self._dtype)
        parts = parts_of(rows, buckets, range(len(rows)), stays=stays)
        own[: buckets.start], own[buckets.stop :] = empty, empty
        shared = [part for part in parts if part.worth_sharing]
        for part in parts:
            if not part.worth_sharing:
                own[part.steps.start : part.steps.stop] = part.rows[part.steps.start : part.steps.stop]
        return joined(shared, own) if shared else own

    def _part(self) -> None:
        """Have all of the finest level in arrays of its own, where another pyramid has a part of it."""
        if isinstance(self._levels[0][0], JoinedRows):
            low, high = (rows[:] for rows in self._levels[0])
            self._levels[0] = low, high
            self._rooms[0] = Room(low), Room(high)

    def put(self, bucket: int, low: FloatArray, high: FloatArray) -> None:
        """Take in the buckets of BASE steps from ``bucket`` on, by their min and max."""
        self._merge(bucket, low, high)
        self._finish(range(bucket, bucket + len(low)))

    def _finish(self, buckets: range) -> None:
        self._lift(buckets.start, buckets.stop)
        self._taken = max(self._taken, min(buckets.stop * BASE, self.steps))

    def _merge(self, bucket: int, low: FloatArray, high: FloatArray) -> None:
        own = (rows.own if isinstance(rows, JoinedRows) else rows for rows in self._levels[0])
        lows, highs = (rows[bucket : bucket + len(low)] for rows in own)
        np.minimum(lows, low, out=lows)
        np.maximum(highs, high, out=highs)

    def _lift(self, first: int, last: int) -> None:
        """Renew the coarser levels above the base buckets first…last."""
        for fine, coarse in zip(self._levels, self._levels[1:], strict=False):
            first, last = first // FACTOR, -(-last // FACTOR)
            for reduce, children, parents in zip((np.minimum, np.maximum), fine, coarse, strict=True):
                below = children[first * FACTOR : last * FACTOR]
                parents[first:last] = reduce_at(reduce, below, np.arange(0, len(below), FACTOR))

    def overview(self, first: int, last: int, bins: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return edges (n + 1,) in steps and min, max (n, H) over first…last, in at most ``bins`` bins.

        A bin is at least one base bucket long. Every step is in a bin; the outermost bins may look up to one bucket
        further than the range.
        """
        level, size = 0, BASE
        while level + 1 < len(self._levels) and size * FACTOR <= (last - first) / bins:
            level, size = level + 1, size * FACTOR
        start, stop = first // size, -(-last // size)
        bins = min(bins, stop - start)
        starts = start + np.arange(bins) * (stop - start) // bins
        edges = np.append(starts, stop) * float(size)
        edges[0], edges[-1] = max(edges[0], 0), min(edges[-1], self.steps)
        low, high = (
            reduce_at(take, array[start:stop], starts - start)
            for take, array in zip((np.minimum, np.maximum), self._levels[level], strict=True)
        )
        return edges, low, high

    def extremes(self) -> tuple[float, float]:
        """Return the smallest and the largest finite number so far; (0, 0) where there is none."""
        low, high = (rows[:] for rows in self._levels[-1])
        empty = low > high  # buckets that no step has reached yet
        if not (empty | (np.isfinite(low) & np.isfinite(high))).all():
            low, high = (
                rows[:] for rows in self._levels[0]
            )  # a NaN or an infinity hides what else is in its bucket: take the smallest
        lows, highs = low[np.isfinite(low)], high[np.isfinite(high)]
        return (float(lows.min()), float(highs.max())) if len(lows) and len(highs) else (0.0, 0.0)

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return sum(array.nbytes for level in self._levels for array in level)
