"""What becomes of missing values, within each sequence: no value ever comes from another one."""

from __future__ import annotations

import numpy as np

from explorer.sequences.blocks import LineArray
from explorer.sequences.options import Fill
from explorer.sequences.sequence import BoolArray, FloatArray

FILLED = {
    "forward": "filled with the last one before it, at the start with the next one",
    "interpolate": "filled by a line between its neighbours, at the ends with the next one",
    "mean": "filled with the mean of the training part",
    "mask": "zero there, and 1 in the input {mask!r}",
    "drop": "those steps are left out",
}
"""What a note says that was done."""


def place(first: int, last: int, counted: str = "line") -> str:
    """Return ``line 40``, or ``lines 40–42``."""
    return f"{counted} {first}" if first == last else f"{counted}s {first}–{last}"


def fill(values: FloatArray, gaps: BoolArray, starts: LineArray, how: Fill, mean: float) -> FloatArray:
    """Return numbers (T,) without gaps. ``starts`` are the first rows of the sequences, which stand one after another.

    ``mean`` is that of the training part: it also stands in a sequence that has no value at all. Rows that are to be
    dropped keep what they have.
    """
    if how == "drop" or not gaps.any():
        return values
    if how in ("mean", "mask"):
        return np.where(gaps, mean if how == "mean" else 0.0, values)
    rows, count = np.arange(len(values)), len(values)
    last = np.maximum.accumulate(np.where(gaps, -1, rows))
    after = np.minimum.accumulate(np.where(gaps, count, rows)[::-1])[::-1]
    first = starts[np.searchsorted(starts, rows, side="right") - 1]
    ends = np.append(starts[1:], count)[np.searchsorted(starts, rows, side="right") - 1]
    has_last, has_next = last >= first, after < ends
    source = np.where(has_last, last, after)
    result = np.where(has_last | has_next, values[np.minimum(source, count - 1)], mean)
    if how == "interpolate":
        between = gaps & has_last & has_next
        one, other = values[last[between]], values[after[between]]
        part = (rows - last)[between] / (after - last)[between]
        with np.errstate(invalid="ignore"):
            line = one * (1 - part) + other * part
        # Beside an infinite value there is no line: the last value is kept.
        result[between] = np.where(np.isfinite(one) & np.isfinite(other), line, one)
    return result


def finite_mean(values: FloatArray) -> float:
    """Return the mean of the finite values, 0 where there is none."""
    finite = values[np.isfinite(values)]
    return float(np.mean(finite)) if finite.size else 0.0
