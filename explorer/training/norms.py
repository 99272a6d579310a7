"""Gradient norms: of all parameters together, of each, and of each gate block, from one flat array."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from explorer.functions import FloatArray
from explorer.network import Network


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where each parameter of a network lies when all stand one after the other in one array of ``size`` numbers.

    ``shapes`` are those of the parameters, in the order of ``Network.state_dict``; ``parts`` are (parameter, gate), a
    gate "" where it has no gate blocks, and ``starts`` (parts,) where each begins. A gate block is a run of rows, so it
    lies in one piece.
    """

    shapes: Mapping[str, tuple[int, ...]]
    parts: tuple[tuple[str, str], ...]
    starts: npt.NDArray[np.int64]
    size: int

    def pieces(self) -> dict[str, slice]:
        """Return where each parameter lies."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes.values()]).tolist()
        return {name: slice(a, b) for name, a, b in zip(self.shapes, [0, *ends], ends, strict=False)}

    def first_broken(self, flat: FloatArray) -> tuple[str, str, float] | None:
        """Return parameter, gate and value of the first number of (size,) that is NaN or infinite, None without any."""
        broken = np.flatnonzero(~np.isfinite(flat))
        return (*self._part_at(int(broken[0])), float(flat[broken[0]])) if len(broken) else None

    def largest(self, flat: FloatArray) -> tuple[str, str]:
        """Return parameter and gate of the largest of (size,) finite numbers, whatever its sign."""
        return self._part_at(int(np.argmax(np.abs(flat))))

    def _part_at(self, place: int) -> tuple[str, str]:
        return self.parts[int(np.searchsorted(self.starts, place, side="right")) - 1]


@dataclass(frozen=True, slots=True)
class Norms:
    """L2 norms. The squares of ``parameters`` add up to that of ``total``, those of ``gates`` to their parameter's."""

    total: float
    parameters: Mapping[str, float]
    gates: Mapping[str, float]


def layout_of(network: Network) -> Layout:
    """Return how the parameters of ``network`` lie in one array."""
    blocks = {
        f"{name}_{place.key}": [block.name for block in network.cell(place).blocks]
        for place in network.places
        for name, _ in network.weights(place).named()
    }
    shapes, parts, starts, size = {}, [], [], 0
    for name, array in network.state_dict().items():
        shapes[name] = array.shape
        gates = blocks.get(name, [""])
        parts += [(name, gate) for gate in gates]
        starts += [size + k * array.size // len(gates) for k in range(len(gates))]
        size += array.size
    return Layout(shapes, tuple(parts), np.array(starts, np.int64), size)


def measure_norms(layout: Layout, flat: FloatArray) -> Norms:
    """Return the norms of (size,) numbers. Squares are summed in float64, where none of float32 can overflow."""
    with np.errstate(all="ignore"):  # what has diverged has a norm of NaN or infinity
        sums = np.add.reduceat(np.square(flat, dtype=np.float64), layout.starts).tolist()
        parameters = dict.fromkeys(layout.shapes, 0.0)
        for (name, _), square in zip(layout.parts, sums, strict=True):
            parameters[name] += square
        total = float(np.sqrt(sum(parameters.values())))
        roots = np.sqrt(sums).tolist()
        gates = {f"{name}.{gate}": root for (name, gate), root in zip(layout.parts, roots, strict=True) if gate}
        return Norms(total, {name: float(np.sqrt(square)) for name, square in parameters.items()}, gates)


def norm(flat: FloatArray) -> float:
    """Return the L2 norm of (size,) numbers, summed in float64."""
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.square(flat, dtype=np.float64).sum()))
