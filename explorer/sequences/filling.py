"""What becomes of missing values."""

from __future__ import annotations

import numpy as np

from explorer.sequences.sequence import BoolArray, FloatArray


def filled_forward(values: FloatArray, gaps: BoolArray) -> FloatArray:
    """Return numbers (T,) without gaps: each the value before it, those at the start the first there is."""
    if gaps.all() or not gaps.any():
        return values
    # For each row, the last row up to it that has a value; the rows before the first one take that.
    source = np.maximum.accumulate(np.where(gaps, 0, np.arange(len(values))))
    source[: int(np.argmin(gaps))] = int(np.argmin(gaps))
    return values[source]
