"""What becomes of missing values, within each sequence: no value ever comes from another one."""

from __future__ import annotations

from collections import abc

import numpy as np

from explorer.sequences.blocks import LineArray, Lines
from explorer.sequences.options import Fill
from explorer.sequences.sequence import BoolArray, Filled, FloatArray, HowArray, IntArray

LAST, NEXT, LINE, MEAN, ZERO, WORD = range(1, 7)
"""What stands in a gap: positions in ``HOW``, which says it."""

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


def fill(
    values: FloatArray, gaps: BoolArray, starts: LineArray, how: Fill, mean: float
) -> tuple[FloatArray, HowArray | None]:
    """Return numbers (T,) without gaps, and what each gap was filled with, None where nothing was.

    ``starts`` are the first rows of the sequences, which stand one after another. ``mean`` is that of the training
    part: it also stands in a sequence that has no value at all. Rows that are to be dropped keep what they have. What
    stands in a gap is told as a position in ``HOW``, 0 where there is none.
    """
    if how == "drop" or not gaps.any():
        return values, None
    if how in ("mean", "mask"):
        number, code = (mean, MEAN) if how == "mean" else (0.0, ZERO)
        return np.where(gaps, number, values), np.where(gaps, code, 0).astype(np.uint8)
    rows, count = np.arange(len(values)), len(values)
    last = np.maximum.accumulate(np.where(gaps, -1, rows))
    after = np.minimum.accumulate(np.where(gaps, count, rows)[::-1])[::-1]
    first = starts[np.searchsorted(starts, rows, side="right") - 1]
    ends = np.append(starts[1:], count)[np.searchsorted(starts, rows, side="right") - 1]
    has_last, has_next = last >= first, after < ends
    source = np.where(has_last, last, after)
    result = np.where(has_last | has_next, values[np.minimum(source, count - 1)], mean)
    told = np.zeros(count, dtype=np.uint8)
    told[gaps] = np.where(has_last[gaps], LAST, np.where(has_next[gaps], NEXT, MEAN))
    if how == "interpolate":
        between = gaps & has_last & has_next
        one, other = values[last[between]], values[after[between]]
        part = (rows - last)[between] / (after - last)[between]
        with np.errstate(invalid="ignore"):
            line = one * (1 - part) + other * part
        # Beside an infinite value there is no line: the last value is kept.
        lined = np.isfinite(one) & np.isfinite(other)
        result[between] = np.where(lined, line, one)
        told[between] = np.where(lined, LINE, LAST)
    return result, told


def parts_of(
    told: HowArray, lines: Lines, bounds: abc.Sequence[tuple[int, int]], counted: str = "line"
) -> list[Filled | None]:
    """Return what is filled in each of the sequences, whose rows are within ``bounds``; None where nothing is.

    ``told`` (T,) is what ``fill`` told of all rows, ``lines`` (T,) where these stand in the file, as ``counted`` says.
    """
    rows: IntArray = np.flatnonzero(told)
    places, how = lines.start + lines.step * rows if isinstance(lines, range) else lines[rows], told[rows]
    cuts = np.searchsorted(rows, np.array(bounds)).tolist()
    return [
        Filled(rows[one:other] - first, places[one:other], how[one:other], counted) if other > one else None
        for (one, other), (first, _) in zip(cuts, bounds, strict=True)
    ]


def finite_mean(values: FloatArray) -> float:
    """Return the mean of the finite values, 0 where there is none."""
    finite = values[np.isfinite(values)]
    return float(np.mean(finite)) if finite.size else 0.0
