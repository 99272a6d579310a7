"""What is drawn of the values of an input: their limits and scales, bins of them, and where labels begin and end."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from widgets.drawing import Scale, line_scale

ALIKE = 30.0
"""How many times wider one feature may spread than another before each gets a scale of its own."""


def finite_limits(values: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the smallest and the largest finite value of each feature, NaN where there is none."""
    lows, highs = (end(axis=0, initial=value) for end, value in ((values.min, np.inf), (values.max, -np.inf)))
    for k in np.flatnonzero(~(np.isfinite(lows) & np.isfinite(highs))):
        finite = values[np.isfinite(values[:, k]), k]
        lows[k], highs[k] = (finite.min(), finite.max()) if len(finite) else (np.nan, np.nan)
    return lows, highs


def fitting_scales(lows: npt.NDArray[np.float64], highs: npt.NDArray[np.float64]) -> list[Scale]:
    """Return one scale for all features where they spread alike, else one for each."""
    lows, highs = np.nan_to_num(lows), np.nan_to_num(highs)
    spread = highs.max() - lows.min()
    narrowest = min((s for s in highs - lows if s > 0), default=spread)
    if spread <= ALIKE * narrowest:
        return [line_scale(float(lows.min()), float(highs.max()))] * len(lows)
    return [line_scale(float(low), float(high)) for low, high in zip(lows, highs, strict=True)]


def stretches(marks: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return where runs of true begin and where they end."""
    change = np.diff(np.concatenate([[0], marks.astype(np.int8), [0]]))
    return np.flatnonzero(change == 1), np.flatnonzero(change == -1)


def gone_on(
    change: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]], marks: npt.NDArray[np.bool_], first: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return where runs of true begin and end, where that is known of the marks before ``first``."""
    starts, stops = change
    more_starts, more_stops = (edges + first for edges in stretches(marks[first:]))
    if len(stops) and len(more_starts) and stops[-1] == more_starts[0] == first:  # the last run goes on
        stops, more_starts = stops[:-1], more_starts[1:]
    return np.append(starts, more_starts), np.append(stops, more_stops)


def binned(
    values: npt.NDArray[np.float64], first: int, size: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return edges, minima and maxima of bins of ``size`` steps, or the values themselves where there are few."""
    if size == 1:
        return np.arange(first, first + len(values) + 1, dtype=float), values, values
    starts = np.arange(0, len(values), size)
    edges = np.append(starts, len(values)) + float(first)
    return edges, np.minimum.reduceat(values, starts, axis=0), np.maximum.reduceat(values, starts, axis=0)
