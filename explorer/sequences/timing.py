"""The time of each step, from one or several columns, and what is odd about it."""

from __future__ import annotations

import numpy as np

from explorer.sequences.blocks import Lines
from explorer.sequences.columns import Column, gaps_of


def time_notes(time: Column, lines: Lines) -> list[str]:
    """Return what is odd about the time. None of it changes the steps: they are the rows, in the order of the file."""
    notes = [f"column {time.name!r}: {time.note}"] if time.note else []
    missing = gaps_of(time)
    if np.any(missing):
        count, first = np.count_nonzero(missing), lines[int(np.argmax(missing))]
        notes.append(f"column {time.name!r}: the time is missing in {count} rows, the first in line {first}")
    # A missing time is neither earlier nor later than any other.
    earlier = time.values.astype(np.int64) if time.dated else np.asarray(time.values, dtype=np.float64)
    back = np.flatnonzero((earlier[1:] < earlier[:-1]) & ~missing[1:] & ~missing[:-1])
    if back.size:
        where = f"{'once' if back.size == 1 else f'{back.size} times, first'} in line {lines[int(back[0]) + 1]}"
        notes.append(f"column {time.name!r}: the time goes back, {where}; the order of the file is kept")
    return notes
