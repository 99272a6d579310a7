"""How far two traces of the same data lie apart: ‖h′ − h‖ at every step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from explorer.clamps import Clamp
from explorer.experiment import Experiment
from explorer.network import Place
from explorer.trace import Trace

ROWS = 8192
"""Steps that are looked at together: some megabytes, and a few milliseconds."""


def comparable(trace: Trace, other: Trace, sequence: int, place: Place) -> range:
    """Return the steps that both know at a place."""
    one, two = trace.ready(sequence, place), other.ready(sequence, place)
    return range(max(one.start, two.start), max(min(one.stop, two.stop), max(one.start, two.start)))


def same_until(one: Experiment, other: Experiment, sequence: int) -> int:
    """Return the first step of a sequence from which on two experiments may differ: before it nothing can."""
    if not one.differs_in_clamps_only(other) or one.network.has_reverse:
        return 0
    ours, theirs = ([clamp for clamp in made.clamps if clamp.acts_on(sequence)] for made in (one, other))
    length = len(one.dataset.sequences[sequence])
    return min((clamp.steps[0] for clamp in _apart(ours, theirs)), default=length)


def _apart(ours: Sequence[Clamp], theirs: Sequence[Clamp]) -> set[Clamp]:
    """Return the clamps that not both have, and all where both have them in another order: the later one wins."""
    both = set(ours) & set(theirs)
    ordered = [clamp for clamp in ours if clamp in both] == [clamp for clamp in theirs if clamp in both]
    return set(ours) ^ set(theirs) if ordered else set(ours) | set(theirs)


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
