"""The arithmetic of charts: axes that are truly logarithmic, round ticks, and what a pixel shows of many points."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from widgets.decimals import MINUS, grouped, short

FloatArray = npt.NDArray[np.floating]
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
PLAIN = (-3, 4)
"""Powers of ten from here to there are written out."""

MOST_DECADES = 40.0
"""Of a log axis: what is further below the largest value is at its floor."""

LEAST_DECADES = 0.3
AIR = 0.05


@dataclass(frozen=True, slots=True)
class Axis:
    """From which value to which, linear or logarithmic to the end: below 1 as above it."""

    low: float
    high: float
    log: bool = False

    def fraction(self, values: FloatArray | float) -> FloatArray:
        """Return where values lie between low and high, 0 … 1; NaN for what a log axis does not have."""
        values = np.asarray(values, float)
        if not self.log:
            return (values - self.low) / (self.high - self.low)
        with np.errstate(divide="ignore", invalid="ignore"):
            powers = np.log10(np.where(values > 0, values, np.nan))
        return (powers - math.log10(self.low)) / (math.log10(self.high) - math.log10(self.low))

    def value(self, fraction: float) -> float:
        """Return the value at a fraction."""
        if not self.log:
            return self.low + fraction * (self.high - self.low)
        low, high = math.log10(self.low), math.log10(self.high)
        return 10.0 ** (low + fraction * (high - low))

    def ticks(self, most: int = 5) -> list[tuple[float, str]]:
        """Return round values, at most about so many, and how they are written."""
        return _log_ticks(self, most) if self.log else _linear_ticks(self, most)


def log_axis(lows: FloatArray, highs: FloatArray | None = None) -> Axis:
    """Return a log axis for all that is positive and finite, with air; 0.1 to 1 where nothing is."""
    values = np.concatenate([np.ravel(lows), np.ravel(lows if highs is None else highs)])
    shown = values[np.isfinite(values) & (values > 0)]
    if not len(shown):
        return Axis(0.1, 1.0, log=True)
    high = math.log10(float(shown.max()))
    low = max(math.log10(float(shown.min())), high - MOST_DECADES)
    if high - low < LEAST_DECADES:
        middle = (high + low) / 2
        low, high = middle - LEAST_DECADES / 2, middle + LEAST_DECADES / 2
    air = AIR * (high - low)
    return Axis(10.0 ** max(low - air, -307.0), 10.0 ** min(high + air, 307.0), log=True)


def linear_axis(values: FloatArray) -> Axis:
    """Return a linear axis for all that is finite, with air; 0 to 1 where nothing is."""
    shown = values[np.isfinite(values)]
    if not len(shown):
        return Axis(0.0, 1.0)
    low, high = float(shown.min()), float(shown.max())
    air = AIR * (high - low) if high > low else abs(low) * AIR or 1.0
    return Axis(low - air, high + air)


def reduced(x: FloatArray, y: FloatArray, first: float, last: float, pixels: int) -> tuple[FloatArray, FloatArray]:
    """Return the points from ``first`` to ``last``; of more than four a pixel the least and the greatest of each pixel.

    ``x`` rises. One point beyond either end is kept, so that lines go to the edges. NaN is passed over where there are
    others, and infinities are kept.
    """
    start = max(int(np.searchsorted(x, first, side="left")) - 1, 0)
    stop = min(int(np.searchsorted(x, last, side="right")) + 1, len(x))
    x, y = x[start:stop], y[start:stop]
    if len(x) <= 4 * max(pixels, 1):
        return x, y
    starts = np.searchsorted(x, np.linspace(first, last, pixels + 1)[:-1])
    starts = np.unique(np.concatenate([[0], np.clip(starts, 0, len(x) - 1)]))
    low, high = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
    return np.repeat(x[starts], 2), np.stack([low, high], axis=1).ravel()


def smoothed(y: FloatArray, over: int, *, log: bool) -> FloatArray:
    """Return the mean of the last ``over`` values, of their logarithms on a log axis; what is not drawn is left out."""
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = np.log(np.where(y > 0, y, np.nan)) if log else np.asarray(y, float)
    known = np.isfinite(drawn)
    sums, counts = (np.concatenate([[0.0], np.cumsum(each)]) for each in (np.where(known, drawn, 0.0), known))
    ends = np.arange(1, len(y) + 1)
    starts = np.maximum(ends - over, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (sums[ends] - sums[starts]) / (counts[ends] - counts[starts])
    return np.exp(mean) if log else mean


def power_text(exponent: int) -> str:
    """Return a power of ten as it is written at an axis: 0.01, 1000, 10⁻⁷."""
    if PLAIN[0] <= exponent <= PLAIN[1]:
        return f"{10.0**exponent:.{max(-exponent, 0)}f}"
    return "10" + str(exponent).translate(SUPERSCRIPTS)


def number_text(value: float) -> str:
    """Return a number as it is read off a chart: four digits."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    return short(value)


def _log_ticks(axis: Axis, most: int) -> list[tuple[float, str]]:
    low, high = math.log10(axis.low), math.log10(axis.high)
    exponents = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
    if len(exponents) >= 2:
        every = math.ceil(len(exponents) / most)
        whole = [k for k in exponents if k % every == 0]
        return [(10.0**k, power_text(k)) for k in (whole if len(whole) > 1 else exponents[::every])]
    for digits in ((1, 2, 3, 5, 7), (1, 2, 5), (1, 3)):
        steps = [m * 10.0**k for k in range(math.floor(low), math.ceil(high) + 1) for m in digits]
        found = [(value, short(value)) for value in steps if axis.low <= value <= axis.high]
        if 1 < len(found) <= most:
            return found
    for finer in (1, 2, 4, 8):
        found = _linear_ticks(Axis(axis.low, axis.high), finer * most)
        if len(found) > 1:
            return found[:: max(math.ceil(len(found) / max(most, 2)), 1)]
    return found


def _linear_ticks(axis: Axis, most: int) -> list[tuple[float, str]]:
    rough = (axis.high - axis.low) / max(most, 1)
    if not (math.isfinite(rough) and rough > 0):
        return []
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))
    first, last = math.ceil(axis.low / step - 1e-9), math.floor(axis.high / step + 1e-9)
    places = [float(f"{k * step:.10g}") for k in range(first, last + 1)]
    # Iterations are counted: 20 000 and not 2e+04.
    return [(at, grouped(int(at)) if 1e4 <= at < 1e7 and at == int(at) else short(at)) for at in places]
