"""Which units follow the trend of a column, and which its season: correlations of a state with lines over the steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer import targets
from explorer.errors import DataError
from explorer.network import Place
from explorer.ordering import Order
from explorer.sequences import BoolArray, FloatArray
from explorer.sequences.deriving import above_mean
from explorer.targets import asked_of
from explorer.trace import Trace
from explorer.training.baselines import LONGEST_PERIOD, period_of

WINDOW = 16_384
"""So many steps of a trace are read at once."""

_FINER = 8
"""Between two frequencies of a Fourier transform so many are looked at."""

_NEAR = 1.25
"""The component of a period is looked for from this part of it to this multiple."""


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """How far each of H units follows a column: correlations from −1 to 1, NaN where a unit never changes. (H,) each.

    ``trend`` is with its straight line, ``mean`` with its mean of a period around each step, ``cycle`` with the
    component of its period. ``season`` is, from 0 to 1, with that component where it may be shifted, and ``lag`` by how
    many steps: above 0 the unit comes later. ``period`` is that of the component, in steps.
    """

    trend: FloatArray
    mean: FloatArray
    cycle: FloatArray
    season: FloatArray
    lag: FloatArray
    period: float


def follow(trace: Trace, sequence: int, quantity: str, place: Place, column: FloatArray, period: float) -> Followed:
    """Return how far the units of a quantity, such as c, follow a column (T,) of which a period is known, in steps.

    Over the steps that are known by now. The trace is read by window. ``ValueError`` if there are fewer than two.
    """
    steps = trace.ready(sequence, place)
    known = np.asarray(column, np.float64)[steps.start : steps.stop]
    exact = exact_period(known, period)
    own = cycle(known, exact)
    turns = np.arange(len(known)) / exact
    waves = np.stack([np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns)], axis=1)
    lines = np.column_stack([trend_line(known), centred_mean(known, exact), own, waves])
    trend, mean, along, cosine, sine = correlations(trace, sequence, quantity, place, lines)
    # The two waves are hardly correlated over whole periods, but a few steps are none.
    both = float(np.corrcoef(waves.T)[0, 1])
    square = (cosine**2 + sine**2 - 2 * cosine * sine * both) / (1 - both**2)
    sd = waves.std(axis=0)
    found = np.arctan2((sine - both * cosine) / sd[1], (cosine - both * sine) / sd[0])
    weights = np.linalg.lstsq(waves - waves.mean(axis=0), own - own.mean(), rcond=None)[0]
    lag = (found - np.arctan2(weights[1], weights[0])) / (2 * np.pi)
    lag = exact * (lag - np.rint(lag))
    return Followed(trend, mean, along, np.sqrt(np.clip(square, 0, 1)), lag, exact)


def by_trend(trace: Trace, sequence: int, place: Place, quantity: str) -> Order:
    """Return first which units go most with, or against, the trend of the column that is foretold; ``values`` are r.

    The trend is its mean of a period around each step, or the straight line where it has no period.
    """
    _, column = foretold(trace, sequence)
    period = season_of(column)
    if period is None:
        line = trend_line(column[trace.ready(sequence, place).start : trace.ready(sequence, place).stop])
        return _strongest(correlations(trace, sequence, quantity, place, line[:, None])[0])
    return _strongest(follow(trace, sequence, quantity, place, column, period).mean)


def by_season(trace: Trace, sequence: int, place: Place, quantity: str) -> Order:
    """Return first which units go most with the season of the column that is foretold, however shifted.

    ``values`` are 0 … 1. ``DataError`` if it has none.
    """
    name, column = foretold(trace, sequence)
    period = season_of(column)
    if period is None:
        raise DataError(f"{name} has no season: nothing in it comes again after a fixed number of steps")
    return _strongest(follow(trace, sequence, quantity, place, column, period).season)


def foretold(trace: Trace, sequence: int) -> tuple[str, FloatArray]:
    """Return the column (T,) that the head foretells first; without one the first target, or else the first feature."""
    made = trace.experiment
    head, shown = made.network.head, made.dataset.sequences[sequence]
    names = [asked_of(head)[0][0]] if head is not None and head.kind in ("value", "fan") and head.names else []
    there = (*shown.target_names, *shown.features)
    name = next(name for name in (*names, *there) if name in there)
    return name, np.asarray(targets.column(made.dataset, sequence, name, range(len(shown))), np.float64)


def season_of(column: FloatArray) -> int | None:
    """Return the period of a column: of what is above its recent mean, since a walk hides it in the level."""
    longest = min(LONGEST_PERIOD, len(column) // 3)
    return period_of(above_mean(column), longest) if longest > 1 else None


def _strongest(values: FloatArray) -> Order:
    size = np.where(np.isnan(values), -1.0, np.abs(values))
    return Order(np.argsort(-size, kind="stable"), values)


def correlations(trace: Trace, sequence: int, quantity: str, place: Place, lines: FloatArray) -> FloatArray:
    """Return Pearson's r of each of R lines with each of H units over the steps that are known: (R, H).

    lines (n, R), a row for each of these steps; rows with a NaN do not count. NaN where a line or a unit never changes.
    ``ValueError`` if fewer than two steps count.
    """
    steps = trace.ready(sequence, place)
    there: BoolArray = np.asarray(np.isfinite(lines).all(axis=1))
    count = int(there.sum())
    if count < 2:
        raise ValueError(f"a correlation needs two steps at least, not {count}")
    off = np.where(there[:, None], lines - lines[there].mean(axis=0), 0)
    first: FloatArray | None = None
    for start in range(0, len(steps), WINDOW):
        part = range(steps.start + start, min(steps.start + start + WINDOW, steps.stop))
        units = trace.scan(sequence, quantity, place, slice(None), part).astype(np.float64)
        rows = slice(start, start + len(part))
        if first is None:
            first = units[0].copy()
            total, squares = np.zeros(units.shape[1]), np.zeros(units.shape[1])
            products = np.zeros((lines.shape[1], units.shape[1]))
        units -= first  # so that a state that hardly moves far from 0 loses nothing
        units[~there[rows]] = 0
        total += units.sum(axis=0)
        squares += (units * units).sum(axis=0)
        products += off[rows].T @ units
    spread = np.sqrt(np.maximum(squares - total * total / count, 0))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = products / (np.sqrt((off * off).sum(axis=0))[:, None] * spread)
    return np.where(np.isfinite(found), np.clip(found, -1, 1), np.nan)


def trend_line(column: FloatArray) -> FloatArray:
    """Return the straight line of least squares through what is known of a column: (T,)."""
    steps = np.arange(len(column), dtype=np.float64)
    steps -= steps.mean()
    there = np.isfinite(column)
    if there.sum() < 2:
        return np.full(len(column), np.nan)
    slope, level = np.polyfit(steps[there], column[there], 1)
    return np.asarray(slope * steps + level)


def centred_mean(column: FloatArray, period: float) -> FloatArray:
    """Return the mean of the steps up to half a period before and after each, of those there are: (T,)."""
    half = max(1, round(period / 2))
    there = np.isfinite(column)
    level = column[there].mean() if there.any() else 0.0
    sums = np.concatenate([[0.0], np.cumsum(np.where(there, column - level, 0))])
    counts = np.concatenate([[0], np.cumsum(there)])
    steps = np.arange(len(column))
    low, high = np.maximum(steps - half, 0), np.minimum(steps + half + 1, len(column))
    found = counts[high] - counts[low]
    return np.where(found > 0, level + (sums[high] - sums[low]) / np.maximum(found, 1), np.nan)


def exact_period(column: FloatArray, period: float) -> float:
    """Return the period near ``period`` that is strongest in a column without its line, to a part of a step.

    Of a Fourier transform with a Hann window, so that what is slower does not leak into it; the period itself where the
    column is too short to tell.
    """
    off = np.nan_to_num(column - trend_line(column)) * np.hanning(len(column))
    size = 1 << int(np.ceil(np.log2(_FINER * max(len(column), 2))))
    low, high = int(np.ceil(size / (_NEAR * period))), int(size * _NEAR / period)
    strength = np.abs(np.fft.rfft(off, size))[low : high + 1]
    if len(column) < 2 * period or not len(strength) or not strength.any():
        return float(period)
    return float(size / (low + int(np.argmax(strength))))


def cycle(column: FloatArray, period: float) -> FloatArray:
    """Return a cos(2πt / period) + b sin(2πt / period) of least squares through a column without its line: (T,)."""
    turns = 2 * np.pi * np.arange(len(column)) / period
    waves = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    off = column - trend_line(column)
    there = np.isfinite(off)
    weights = np.linalg.lstsq(waves[there], off[there], rcond=None)[0]
    return np.asarray(waves @ weights)
