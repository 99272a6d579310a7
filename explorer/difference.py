"""How a quantity of one trace differs from that of another: now − before, at every step of one place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from explorer.functions import FloatArray, IndexArray
from explorer.network import Place
from explorer.pyramid import Pyramid
from explorer.trace import EXACT_ELEMENTS, Overview, Trace, reduce_to_bins

CHUNK_ELEMENTS = 2**19
"""Numbers that are compared at a time: a few hundredths of a second."""


class Difference:
    """The difference of two traces in one quantity at one place, where both have the same units.

    It is of the same sequence in both, or of another one in the trace before: step by step, as far as both go.

    Few steps are read exactly. Of many the minimum and the maximum come from a pyramid, which ``build`` fills, on any
    thread: they are extremes of the difference, which do not follow from those of the two traces.
    """

    def __init__(
        self, now: Trace, before: Trace, sequence: int, quantity: str, place: Place, other: int | None = None
    ) -> None:
        self._both = (now, sequence), (before, sequence if other is None else other)
        self._quantity, self._place = quantity, place
        self._units = now.experiment.network.weights(place).hidden_size
        dtype = np.result_type(now.experiment.network.dtype, before.experiment.network.dtype)
        self._pyramid = Pyramid(now.length(sequence), self._units, dtype)
        self.built = range(0)

    @classmethod
    def of(
        cls, now: Trace, before: Trace, sequence: int, quantity: str, place: Place, other: int | None = None
    ) -> Difference | None:
        """Return the difference; None where the trace before has no such units.

        ``other`` is the sequence of the trace before, None: the same one, and then a trace differs not from itself.
        """
        network = before.experiment.network
        if now is before and other is None:
            return None
        if (sequence if other is None else other) >= len(before.tracks) or place not in network.places:
            return None
        same = network.weights(place).hidden_size == now.experiment.network.weights(place).hidden_size
        has = any(each.name == quantity for each in network.cell(place).quantities)
        return cls(now, before, sequence, quantity, place, other) if same and has else None

    @property
    def known(self) -> range:
        """The steps that both traces know."""
        one, other = (trace.ready(sequence, self._place) for trace, sequence in self._both)
        start, stop = max(one.start, other.start), min(one.stop, other.stop)
        return range(min(start, stop), stop)

    def read(self, steps: range, units: slice | IndexArray = slice(None)) -> FloatArray:
        """Return the exact difference (n, units) at these steps, all known."""
        one, other = (trace.scan(sequence, self._quantity, self._place, units, steps) for trace, sequence in self._both)
        with np.errstate(invalid="ignore", over="ignore"):
            difference: FloatArray = one - other
        return difference

    def build(self) -> Iterator[float]:
        """Take in what is known and was not yet, and say after each part how much of it is done."""
        known, size = self.known, max(CHUNK_ELEMENTS // self._units, 1)
        if known.stop > self._pyramid.steps:
            self._pyramid.lengthen(known.stop)
        if not self.built:
            self.built = range(known.start, known.start) if known.start == 0 else range(known.stop, known.stop)
        while self.built.stop < known.stop:
            part = range(self.built.stop, min(self.built.stop + size, known.stop))
            self._pyramid.extend(part.start, self.read(part))
            self.built = range(self.built.start, part.stop)
            yield len(self.built) / len(known)
        while self.built.start > known.start:
            part = range(max(self.built.start - size, known.start), self.built.start)
            self._pyramid.extend(part.start, self.read(part))
            self.built = range(part.start, self.built.stop)
            yield len(self.built) / len(known)

    def overview(self, steps: range, bins: int, units: slice | IndexArray = slice(None)) -> Overview:
        """Return what to draw of ``steps`` (all built) in about ``bins`` bins, as ``Trace.overview`` does."""
        width = self._units if isinstance(units, slice) else 8 * len(units)
        if len(steps) * width <= EXACT_ELEMENTS:
            return reduce_to_bins(self.read(steps, units), steps, bins)
        edges, low, high = self._pyramid.overview(steps.start, steps.stop, bins)
        np.clip(edges, steps.start, steps.stop, out=edges)
        return Overview(edges, low[:, units], high[:, units])

    def extremes(self) -> tuple[float, float]:
        """Return the smallest and the largest finite difference in what is built; (0, 0) where there is none."""
        return self._pyramid.extremes() if self.built else (0.0, 0.0)
