"""What rows draw of a quantity: bins that stay where they are, whichever steps are asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from explorer.network import Place
from explorer.trace import Overview, Trace

ALL_UNITS = slice(None)


def binned(
    trace: Trace,
    sequence: int,
    quantity: str,
    place: Place,
    steps: range,
    size: int,
    units: slice | np.ndarray = ALL_UNITS,
) -> Overview:
    """Return what to draw of ``steps`` in bins of ``size`` steps; only the last may be shorter."""
    return binned_by(lambda part, bins: trace.overview(sequence, quantity, place, part, bins, units), steps, size)


def binned_by(look: Callable[[range, int], Overview], steps: range, size: int) -> Overview:
    """Return the same of whatever can be looked at in parts: ``look`` takes steps and a number of bins."""
    whole = range(steps.start, steps.start + len(steps) // size * size)
    parts = [part for part in (whole, range(whole.stop, steps.stop)) if part]
    seen = [look(part, max(len(part) // size, 1)) for part in parts]
    if len(seen) == 1:
        return seen[0]
    edges = np.concatenate([seen[0].edges, seen[1].edges[1:]])
    return Overview(edges, *(np.concatenate(ends) for ends in zip(*((s.low, s.high) for s in seen), strict=True)))


def ends(
    values: np.ndarray, size: int, least: np.ufunc = np.minimum, most: np.ufunc = np.maximum
) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the most (n,) in bins of ``size`` steps; of single steps the values, twice the same."""
    if size == 1:
        return values, values
    starts = np.arange(0, len(values), size)
    return least.reduceat(values, starts), most.reduceat(values, starts)
