"""Where round times stand on the step axis, for sequences that have times of their own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from explorer.sequences import Sequence

SECOND = 1_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
ROUND_DATES = (
    *(m * p for p in (1, 10, 100, 1000, 10_000, 100_000) for m in (1, 2, 5)),
    *(n * SECOND for n in (1, 2, 5, 10, 15, 30)),
    *(n * MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * HOUR for n in (1, 2, 3, 6, 12)),
    *(n * DAY for n in (1, 2, 4, 7, 14)),
)
"""Microseconds between ticks that a person finds round; beyond them, months and years."""

MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000)
MOST_TICKS = 500


class TimeAxis:
    """The times of one sequence, rising. ``ticks`` finds the steps at round ones."""

    def __init__(self, times: npt.NDArray[Any]) -> None:
        self._times = times
        self.dated = bool(np.issubdtype(times.dtype, np.datetime64))

    def ticks(self, first: int, last: int, most: int) -> list[tuple[float, str]]:
        """Return, for steps first … last − 1, where on the axis round times are and what they are called.

        There are at most about ``most``. A time between those of two steps lies between these, in proportion.
        """
        shown = self._times[first:last]
        if len(shown) < 2:
            return []
        low, high = shown[0], shown[-1]
        if self.dated:
            rounds = _round_dates(low, high, most)
            texts = _date_texts(rounds)
        else:
            rounds, texts = _round_numbers(float(low), float(high), most)
        places = np.interp(_numbers(rounds), _numbers(shown), np.arange(first, first + len(shown)))
        return list(zip(places.tolist(), texts, strict=True))


def time_axis(sequence: Sequence) -> TimeAxis | None:
    """Return the times of a sequence; None where it has none, or they do not rise."""
    times = sequence.times
    if times is None or len(times) < 2:
        return None
    numbers = _numbers(times)
    known = not np.isnat(times).any() if np.issubdtype(times.dtype, np.datetime64) else np.isfinite(times).all()
    return TimeAxis(times) if known and (numbers[1:] >= numbers[:-1]).all() and numbers[-1] > numbers[0] else None


def _numbers(times: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return times.astype("datetime64[us]").view(np.int64) if np.issubdtype(times.dtype, np.datetime64) else times


def _round_numbers(low: float, high: float, most: int) -> tuple[npt.NDArray[np.float64], list[str]]:
    """Return multiples of 1, 2 or 5 times a power of ten, and how they are written, all to the same digit."""
    least = (high - low) / max(most, 1)
    if not least > 0:
        return np.empty(0), []
    power = math.floor(math.log10(least))
    interval = next((m * 10.0**power for m in (1, 2, 5) if m * 10.0**power >= least), 10.0 ** (power + 1))
    multiples = np.arange(math.ceil(low / interval), math.floor(high / interval) + 1)[:MOST_TICKS] * interval
    digits = -math.floor(math.log10(interval))
    style = f".{max(digits, 0)}f" if digits <= 9 and max(abs(low), abs(high)) < 1e15 else ".15g"
    texts = [format(number, style) for number in multiples.tolist()]
    return multiples, ["0" if float(text) == 0 else text for text in texts]


def _round_dates(low: np.datetime64, high: np.datetime64, most: int) -> npt.NDArray[np.datetime64]:
    start, stop = (int(time.astype("datetime64[us]").astype(np.int64)) for time in (low, high))
    least = (stop - start) / max(most, 1)
    interval = next((each for each in ROUND_DATES if each >= least), None)
    if interval is not None:
        begin = -(-start // interval) * interval
        return np.arange(begin, stop + 1, interval)[:MOST_TICKS].astype("datetime64[us]")
    months = next((each for each in MONTHS if each * 30.4 * DAY >= least), MONTHS[-1])
    first = int(low.astype("datetime64[M]").astype(np.int64))
    last = int(high.astype("datetime64[M]").astype(np.int64))
    rounds = np.arange(-(-first // months) * months, last + 1, months)[:MOST_TICKS].astype("datetime64[M]")
    rounds = rounds.astype("datetime64[us]")
    return rounds[(rounds >= low) & (rounds <= high)]


def _date_texts(rounds: npt.NDArray[np.datetime64]) -> list[str]:
    """Return what ticks are called: the time of day, and at the first tick of another day also the day."""
    texts = np.datetime_as_string(rounds, unit="us").tolist()
    if all(text.endswith("T00:00:00.000000") for text in texts):
        days = [text[:10] for text in texts]
        return [day[:7] for day in days] if all(day.endswith("-01") for day in days) and len(days) > 1 else days
    found, before = [], ""
    for text in texts:
        day, clock = text[:10], text[11:]
        clock = clock.rstrip("0").rstrip(".") if not clock.endswith(".000000") else clock[:8].removesuffix(":00")
        new = bool(before) and day != before
        found.append((day if clock == "00:00" else f"{day[5:]} {clock}") if new else clock)
        before = day
    return found
