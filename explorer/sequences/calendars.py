"""Dates that are given as numbers: 19580329, a year beside a month, seconds since 1970."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from explorer.sequences.sequence import DatetimeArray, FloatArray

IntArray = npt.NDArray[np.int64]


def calendar_days(year: IntArray, month: IntArray, day: IntArray) -> DatetimeArray | None:
    """Return days of the calendar, or None if it does not have one of them."""
    if np.any((year < 1) | (month < 1) | (month > 12) | (day < 1)):
        return None
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    first, next_first = months.astype("datetime64[D]"), (months + 1).astype("datetime64[D]")
    if np.any(day > (next_first - first).astype(np.int64)):
        return None
    return np.asarray(first + (day - 1).astype("timedelta64[D]"), dtype="datetime64[D]")


def read_calendar_numbers(values: FloatArray) -> DatetimeArray | None:
    """Return numbers such as 19580329 as dates, NaN as NaT; None unless every one of them is a day of the calendar."""
    present = ~np.isnan(values)
    whole = values[present]
    if not whole.size or not np.all((whole >= 1000_01_01) & (whole <= 9999_12_31) & (whole == np.floor(whole))):
        return None
    numbers = whole.astype(np.int64)
    days = calendar_days(numbers // 10000, numbers // 100 % 100, numbers % 100)
    if days is None:
        return None
    result = np.full(values.shape, np.datetime64("NaT"), dtype="datetime64[us]")
    result[present] = days
    return result


def read_calendar_parts(year: FloatArray, month: FloatArray, *rest: FloatArray) -> DatetimeArray:
    """Return moments given by whole numbers: year, month, then day, hour, minute, second as far as they are there.

    NaT where the calendar has no such day, or a part is missing.
    """
    parts = [year, month, *rest]
    there = ~np.any(np.isnan(parts), axis=0)
    whole = [np.where(there, part, 1).astype(np.int64) for part in parts]
    day = whole[2] if len(whole) > 2 else np.ones(len(year), dtype=np.int64)
    months = ((whole[0] - 1970) * 12 + whole[1] - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    there &= days.astype("datetime64[M]") == months
    result: DatetimeArray = days.astype("datetime64[us]")
    for part, unit in zip(whole[3:], ("h", "m", "s"), strict=False):
        result += part.astype(f"timedelta64[{unit}]").astype("timedelta64[us]")
    result[~there] = np.datetime64("NaT")
    return result


_EPOCHS = ((1e8, 5e9, 1e6, "seconds"), (1e11, 5e12, 1e3, "milliseconds"), (1e14, 5e15, 1, "microseconds"))


def read_epochs(values: FloatArray) -> tuple[DatetimeArray | None, str]:
    """Return numbers counted from the beginning of 1970 as dates, and a note that says in what; (None, "") for others.

    Seconds are those that lie between 1973 and 2128, and so on for finer units: all of them must.
    """
    present = ~np.isnan(values)
    there = values[present]
    for low, high, micro, unit in _EPOCHS:
        if there.size and np.all((there >= low) & (there < high)):
            result = np.full(values.shape, np.datetime64("NaT"), dtype="datetime64[us]")
            result[present] = np.round(there * micro).astype(np.int64).astype("datetime64[us]")
            return result, f"its numbers were read as {unit} since 1970, UTC"
    return None, ""
