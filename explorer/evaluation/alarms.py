"""From errors to alarms: what is unusual at a step, from where on it is called so, and sensors that are stuck.

The same for a network and for every rival. All on arrays (T, J) of J sensors, NaN where nothing is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

RATE = 1e-4
"""The stated false-alarm rate: so many of the steps of normal running are expected above the threshold."""

TAIL = 0.98
"""The threshold is read from the tail of the healthy scores that begins at this quantile."""

USUAL = 0.99
"""A sensor's errors are measured by this quantile of its healthy ones."""

LEAST = 0.01
"""An error is measured by no less: by a hundredth of the deviation of the sensor."""

STUCK = 8
"""So many identical values in a row, or more, say that a sensor is stuck."""

WARM_UP = 50
"""So many steps of a sequence are not judged: a network that has seen less of it does not know in what state it is."""

_ROWS = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """What was learned from normal running: how large errors usually are, (J,), and the score that is unusual."""

    usual: Floats
    threshold: float

    def score(self, errors: Floats) -> Floats:
        """Return the largest error of a step by its sensor's measure: (T,), NaN where none is known. errors (T, J)."""
        return _largest(errors / self.usual)

    def sensor(self, errors: Floats) -> Ints:
        """Return which sensor that is: (T,), 0 where none is known."""
        return np.asarray(np.where(np.isnan(errors), -1.0, errors / self.usual).argmax(axis=1), dtype=np.int64)


def filtered(errors: Floats, steps: int) -> Floats:
    """Return |the median of the last ``steps`` errors| at each step, of those that are known. errors (T, J), signed.

    A jump that lasts less than half as long leaves no trace in it, and one gap no hole.
    """
    result = np.empty(errors.shape)
    before = np.concatenate([np.full((steps - 1, errors.shape[1]), np.nan), errors])
    for first in range(0, len(errors), _ROWS):
        last = min(first + _ROWS, len(errors))
        windows = np.lib.stride_tricks.sliding_window_view(before[first : last + steps - 1], steps, axis=0)
        ordered = np.sort(windows, axis=2)  # NaN last
        known = (~np.isnan(windows)).sum(axis=2)
        low, high = np.maximum(known - 1, 0) // 2, known // 2
        middle = [
            np.take_along_axis(ordered, np.minimum(k, steps - 1)[:, :, None], axis=2)[:, :, 0] for k in (low, high)
        ]
        result[first:last] = np.where(known > 0, np.abs(middle[0] + middle[1]) / 2, np.nan)
    return result


def fit_watch(healthy: Sequence[Floats], rate: float = RATE) -> Watch:
    """Return the watch that errors of normal running set, (T, J) each, filtered. Sensors without any are never unusual.

    A sensor's errors are measured by the 99 % quantile of its healthy ones, so that each raises as many alarms.
    """
    errors = np.concatenate(healthy)
    usual = np.full(errors.shape[1], np.inf)
    for k, column in enumerate(errors.T):
        if not np.isnan(column).all():
            usual[k] = max(float(np.nanquantile(column, USUAL)), LEAST)
    return Watch(usual, threshold(_largest(errors / usual), rate))


def threshold(scores: Floats, rate: float = RATE) -> float:
    """Return the score that is exceeded at a fraction ``rate`` of the steps like these: (T,), NaN where there is none.

    Peaks over a high threshold u, the 98 % quantile, follow a generalised Pareto distribution (Siffer et al. 2017).
    With mean m and variance v of the peaks its moments say ξ = (1 − m²/v) / 2 and σ = m (m²/v + 1) / 2, and
    z = u + σ/ξ ((rate · n / peaks)^−ξ − 1). Never below the largest healthy score of all: what was seen is normal.
    """
    known = scores[~np.isnan(scores)]
    if not known.size:
        return np.inf
    begin, most = float(np.quantile(known, TAIL)), float(known.max())
    peaks = known[known > begin] - begin
    mean, variance = (float(peaks.mean()), float(peaks.var())) if peaks.size else (0.0, 0.0)
    if variance <= 1e-12 * mean * mean:
        return most
    ratio = mean * mean / variance
    shape, scale = (1 - ratio) / 2, mean * (ratio + 1) / 2
    share = rate * known.size / peaks.size
    further = -scale * np.log(share) if abs(shape) < 1e-9 else scale / shape * (share**-shape - 1)
    return max(begin + float(further), most)


def stuck_limits(healthy: Sequence[Floats], least: int = STUCK) -> Floats:
    """Return from how many identical values in a row each sensor is stuck: (J,), infinite for one that never moves.

    At least ``least``, and twice as many as there ever were in normal running: a sensor may be coarse, or often rest.
    """
    longest = np.max([run_lengths(each).max(axis=0, initial=1) for each in healthy], axis=0)
    moves = np.any([(np.diff(each, axis=0) != 0).any(axis=0) & ~np.isnan(each).all(axis=0) for each in healthy], axis=0)
    return np.where(moves, np.maximum(least, 2 * longest), np.inf)


def run_lengths(values: Floats) -> Ints:
    """Return how many values in a row up to each step are identical to it, itself among them: (T, J)."""
    steps = np.arange(len(values))[:, None]
    changed = np.ones(values.shape, dtype=np.bool_)
    changed[1:] = values[1:] != values[:-1]
    return np.asarray(steps - np.maximum.accumulate(np.where(changed, steps, 0), axis=0) + 1, dtype=np.int64)


def stretches(flags: Bools, apart: int = 1) -> Ints:
    """Return where flagged steps begin and end, the end not among them: (n, 2). Those nearer than ``apart`` are one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8))).reshape(-1, 2)
    if not len(edges):
        return edges
    far = np.flatnonzero(edges[1:, 0] - edges[:-1, 1] >= apart)
    return np.stack([edges[np.append(0, far + 1), 0], edges[np.append(far, len(edges) - 1), 1]], axis=1)


def _largest(scores: Floats) -> Floats:
    known = ~np.isnan(scores).all(axis=1)
    return np.where(known, np.where(np.isnan(scores), -np.inf, scores).max(axis=1, initial=-np.inf), np.nan)
