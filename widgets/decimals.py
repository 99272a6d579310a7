"""Numbers as text: for the eye with their decimal points below one another, and exact, so that they read back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

MINUS = "−"
UNKNOWN = "–"
"""What stands for a number that is not computed yet."""

SMALLEST, LARGEST = 1e-4, 1e6
"""Magnitudes from here to there are ordinary; outside, six decimals would say too little, or pretend too much."""


def aligned(value: float) -> str:
    """Return ``value`` with seven characters from the decimal point on: right-aligned, the points stand in one line.

    Six decimals where the magnitude is ordinary (0.250000), else a power of ten of the same width (1.23e−09). A zero
    has no sign, as in the equations.
    """
    value = float(value)
    size = abs(value)
    if SMALLEST <= size < LARGEST or size == 0:
        text = f"{value:z.6f}"
    elif math.isfinite(value):
        text = f"{value:.2e}"
        if len(text.lstrip("-")) > 8:  # an exponent of three digits takes the room of a decimal
            text = f"{value:.1e}"
    elif math.isnan(value):
        return "NaN"
    else:
        text = f"{value}"
    return text.replace("-", MINUS)


def aligned_all(values: npt.NDArray[Any]) -> list[str]:
    """Return the text of each of ``values`` (n,), as ``aligned`` does, in a third of the time."""
    numbers = values.tolist()
    texts = ("%.6f\n" * len(numbers) % tuple(numbers)).replace("-", MINUS).split("\n")[:-1]
    size = np.abs(np.asarray(numbers))  # as they are in float64: in float32 a limit would be rounded, too
    ordinary = (size >= SMALLEST) & (size < LARGEST)  # a zero is looked at, too: it may have a sign
    if not ordinary.all():
        for k in np.flatnonzero(~ordinary).tolist():
            texts[k] = aligned(numbers[k])
    return texts


def exact(value: np.floating | float) -> str:
    """Return the shortest text that reads back as exactly ``value`` in its own dtype, with a plain ASCII minus."""
    return str(value)


def short(value: float) -> str:
    """Return a number in four digits, for the end of a scale."""
    return f"{value:.4g}".replace("-", MINUS)


def grouped(count: int) -> str:
    """Return a count with its thousands set apart by a thin space, the same in every locale: 22 695."""
    return f"{count:,}".replace(",", "\u202f")
