"""What generators are made of: waves, noise, stretches, and the sequence at the end.

Everything that comes out has the same bytes on every machine. Sums, products and quotients of float64 are exact to the
last bit by IEEE 754, so recipes use nothing else: no sin, no power of the machine's library, no sum in an order of its
own. Random numbers come from numpy's PCG64, uniform and whole ones from its bits alone; of normal ones three in
ten thousand pass through a logarithm, whose last bit rounding hides.
"""

from __future__ import annotations

import math
from collections import abc

import numpy as np
import numpy.typing as npt

from explorer.sequences.sequence import BoolArray, FloatArray, Label, Sequence

IntArray = npt.NDArray[np.int64]

DECIMALS = 9
"""Generated values are rounded to this."""

_TERMS = 12
"""Of the sine's series: from a quarter of a turn on, the next is below 1e-19."""


def rounded(values: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Return values to nine decimals, in a new array or in ``out``."""
    result: FloatArray = np.round(values, DECIMALS, out=out)
    result += 0.0  # turns −0 into 0
    return result


def assemble(
    name: str,
    features: abc.Mapping[str, FloatArray],
    *,
    labels: abc.Mapping[str, BoolArray] | None = None,
    targets: abc.Mapping[str, FloatArray] | None = None,
) -> Sequence:
    """Return the sequence of these columns (T,), rounded."""
    return Sequence(
        name,
        _columns(features),
        tuple(features),
        tuple(Label(label, marks) for label, marks in (labels or {}).items()),
        targets=_columns(targets) if targets else None,
        target_names=tuple(targets or ()),
    )


def _columns(columns: abc.Mapping[str, FloatArray]) -> FloatArray:
    result: FloatArray = np.stack(list(columns.values()), axis=1)
    rounded(result, out=result)
    result.flags.writeable = False  # so that nobody has to copy it
    return result


def sine(turns: FloatArray) -> FloatArray:
    """Return sin(2π · turns), by its series: the machine's own differs in the last bit from the next machine's."""
    turns = turns - np.rint(turns)
    size = np.abs(turns)
    angle = 2 * math.pi * np.copysign(np.minimum(size, 0.5 - size), turns)
    minus_square = -angle * angle
    result = np.full_like(angle, 1 / math.factorial(2 * _TERMS - 1))
    for k in range(_TERMS - 2, -1, -1):
        result *= minus_square
        result += 1 / math.factorial(2 * k + 1)
    result *= angle
    return result


def at_the_end(length: int, value: float) -> FloatArray:
    """Return a target (T,) that is asked for at the last step only."""
    target = np.full(length, np.nan)
    target[-1] = value
    return target


def about(rng: np.random.Generator, mean: int, count: int) -> IntArray:
    """Return ``count`` whole numbers, each from half to one and a half times ``mean`` as likely, but none 0."""
    low = max(mean // 2, 1)
    return rng.integers(low, 2 * mean - low + 1, count)
