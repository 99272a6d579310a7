"""How far two traces of the same data lie apart: ‖h′ − h‖ at every step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from explorer.network import Place
from explorer.trace import Trace

ROWS = 8192
"""Steps that are looked at together: some megabytes, and a few milliseconds."""


def comparable(trace: Trace, other: Trace, sequence: int, place: Place) -> range:
    """Return the steps that both know at a place."""
    one, two = trace.ready(sequence, place), other.ready(sequence, place)
    return range(max(one.start, two.start), max(min(one.stop, two.stop), max(one.start, two.start)))


def distances(
    trace: Trace, other: Trace, sequence: int, place: Place, steps: range
) -> Iterator[tuple[int, npt.NDArray[np.float64]]]:
    """Yield (first step, distances (n,)) block by block: the L2 norm over the units of the difference of h, exact."""
    for first in range(steps.start, steps.stop, ROWS):
        rows = slice(first, min(first + ROWS, steps.stop))
        mine, theirs = (each.tracks[sequence][place].states["h"][rows] for each in (trace, other))
        with np.errstate(over="ignore", invalid="ignore"):
            apart = mine.astype(np.float64) - theirs
            yield first, np.sqrt(np.einsum("tu,tu->t", apart, apart))
