"""Dates and times of day as people write them, read exactly or not at all."""

from __future__ import annotations

import re
from collections import abc
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from explorer.sequences.numerals import is_missing
from explorer.sequences.sequence import DatetimeArray, FloatArray

_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_TAIL = rf"(?:(?:\s+|T|,\s*){_CLOCK}(?:\s*(?P<zone>Z|[+-]\d{{2}}(?::?\d{{2}})?))?)?"
_FORMS = tuple(
    re.compile(form + _TAIL, re.ASCII)
    for form in (
        r"(?P<year>\d{4})(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})",
        r"(?P<first>\d{1,2})(?P<sign>[-/.])(?P<other>\d{1,2})(?P=sign)(?P<year>\d{4})",
        r"(?P<first>\d{1,2})(?P<sign>[/.])(?P<other>\d{1,2})(?P=sign)(?P<year>\d{2})",
        r"(?P<day>\d{1,2})[-/. ]\s?(?P<name>[A-Za-z]{3,9})\.?[-/., ]\s?(?P<year>\d{4})",
        r"(?P<name>[A-Za-z]{3,9})\.?\s(?P<day>\d{1,2}),?\s(?P<year>\d{4})",
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})",
        r"(?P<year>\d{4})[- ]?[Qq](?P<quarter>[1-4])",
    )
)
_TIME_OF_DAY = re.compile(_CLOCK, re.ASCII)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
SLICE = 1 << 16
"""Cells read at a time: between two slices a person may cancel."""

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Dates:
    """A column read as dates: ``values`` (T,) datetime64[us], NaT where missing; or float64 seconds of the day.

    ``wrong`` are the positions of cells that are neither, ``note`` is what had to be assumed, or empty.
    """

    values: DatetimeArray | FloatArray
    wrong: tuple[int, ...]
    note: str = ""


def looks_like_date(cell: str) -> bool:
    """Return whether a cell is written like a date or a time of day, be it a possible one or not."""
    return _match(cell) is not None or _TIME_OF_DAY.fullmatch(cell.strip()) is not None


def read_dates(cells: abc.Sequence[str], tick: abc.Callable[[], None] = lambda: None) -> Dates:
    """Return the cells of one column as dates, whichever form they have; zones are turned into UTC.

    Where 05/06/2013 can be either, the column as a whole decides: one number above 12 in either place is enough.
    If there is none, points mean day first and strokes mean month first, and the note says so.
    ``tick`` is called several times a second and may raise to cancel.
    """
    clock = next((cell for cell in cells if not is_missing(cell)), "").strip()
    if _TIME_OF_DAY.fullmatch(clock):
        return _read_clocks(cells)
    order: _DayOrder | None = None
    values = np.full(len(cells), np.datetime64("NaT"), dtype="datetime64[us]")
    wrong: list[int] = []
    for start in range(0, len(cells), SLICE):
        tick()
        part = cells[start : start + SLICE]
        plain = _read_plain(part)
        if plain is not None:
            values[start : start + SLICE] = plain
            continue
        for position, cell in enumerate(part, start):
            try:
                match = _match(cell)
                if match is not None:
                    if order is None and "first" in match.re.groupindex:
                        order = _day_order(cells)
                    values[position] = _moment(match, order is not None and order.day_first)
                elif not is_missing(cell):
                    wrong.append(position)
            except ValueError:
                wrong.append(position)
    return Dates(values, tuple(wrong), "" if order is None else order.note)


def _read_plain(cells: abc.Sequence[str]) -> DatetimeArray | None:
    """Return cells all written as 2013-12-02 or 2013-12-02 21:15:00, many times faster than one by one; else None."""
    size = len(cells[0])
    if size not in (10, 19) or any(len(cell) != size for cell in cells) or not (text := "".join(cells)).isascii():
        return None
    signs = np.frombuffer(text.encode("ascii"), dtype=np.uint8).reshape(-1, size)
    form = np.frombuffer(b"0000-00-00 00:00:00"[:size], dtype=np.uint8)
    digits = signs.astype(np.int64) - ord("0")
    is_digit = form == ord("0")
    fixed = (signs == form) | ((np.arange(size) == 10) & (signs == ord("T")))
    if not np.all(np.where(is_digit, (digits >= 0) & (digits <= 9), fixed)):
        return None
    year, month, day = digits[:, :4] @ np.array([1000, 100, 10, 1]), _two(digits, 5), _two(digits, 8)
    days = _days(year.astype(np.int64), month, day)
    if days is None or size == 10:
        return days
    hour, minute, second = _two(digits, 11), _two(digits, 14), _two(digits, 17)
    if np.any((hour > 23) | (minute > 59) | (second > 59)):
        return None
    moments = days.astype("datetime64[us]") + (hour * 3600 + minute * 60 + second).astype("timedelta64[s]")
    return np.asarray(moments, dtype="datetime64[us]")


def _two(digits: IntArray, at: int) -> IntArray:
    return digits[:, at] * 10 + digits[:, at + 1]


def _days(year: IntArray, month: IntArray, day: IntArray) -> DatetimeArray | None:
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
    days = _days(numbers // 10000, numbers // 100 % 100, numbers % 100)
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


@dataclass(frozen=True, slots=True)
class _DayOrder:
    """Which of the two numbers before the year is the day, and what had to be assumed about it."""

    day_first: bool
    note: str = ""


def _day_order(cells: abc.Sequence[str]) -> _DayOrder:
    """Return the order that a whole column of dates shows."""
    beyond, sign = [False, False], ""
    for cell in cells:
        match = _match(cell)
        if match is not None and "first" in match.re.groupindex:
            sign = match.group("sign")
            beyond = [beyond[0] or int(match.group("first")) > 12, beyond[1] or int(match.group("other")) > 12]
    if beyond[0] != beyond[1]:
        return _DayOrder(beyond[0])
    order = "day, month" if sign == "." else "month, day"
    return _DayOrder(sign == ".", f"its dates fit both orders and were read as {order}, year")


def _match(cell: str) -> re.Match[str] | None:
    cell = cell.strip()
    return next(filter(None, (form.fullmatch(cell) for form in _FORMS)), None)


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def _moment(match: re.Match[str], day_first: bool) -> datetime:
    """Return the moment a cell names. ``ValueError`` if the calendar or the clock does not have it."""
    parts = match.groupdict()
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 1900 if year >= 69 else 2000  # as POSIX does
    if "first" in parts:
        first, second = int(parts["first"]), int(parts["other"])
        day, month = (first, second) if day_first else (second, first)
    elif "name" in parts:
        day, month = int(parts["day"]), _month(parts["name"])
    elif "quarter" in parts:
        day, month = 1, 3 * int(parts["quarter"]) - 2
    else:
        day, month = int(parts.get("day") or 1), int(parts["month"])
    clock = _clock(parts) if parts["hour"] is not None else (0, 0, 0, 0)
    zone = parts["zone"]
    moment = datetime(year, month, day, *clock)
    return moment if zone is None else _in_utc(datetime.fromisoformat(moment.isoformat() + zone))


def _month(name: str) -> int:
    """Return the number of an English month, written out or cut short. ``ValueError`` if there is none."""
    if not any(month.startswith(name.lower()) for month in _MONTHS):
        raise ValueError(f"no month {name}")
    return _MONTHS.index(next(month for month in _MONTHS if month.startswith(name.lower()))) + 1


def _clock(parts: abc.Mapping[str, str | None]) -> tuple[int, int, int, int]:
    """Return hour, minute, second, microsecond of a matched clock. ``ValueError`` if no clock shows it."""
    hour, half = int(parts["hour"] or 0), parts["half"]
    if half is not None:
        if not 1 <= hour <= 12:
            raise ValueError(f"no hour {hour} in half a day")
        hour = hour % 12 + (12 if half in "Pp" else 0)
    micro = int((parts["fraction"] or "0")[:6].ljust(6, "0"))
    clock = hour, int(parts["minute"] or 0), int(parts["second"] or 0), micro
    datetime(2000, 1, 1, *clock)
    return clock


def _read_clocks(cells: abc.Sequence[str]) -> Dates:
    """Return times of day as seconds since midnight."""
    values, wrong = np.full(len(cells), np.nan), []
    for position, cell in enumerate(cells):
        match = _TIME_OF_DAY.fullmatch(cell.strip())
        try:
            if match is not None:
                hour, minute, second, micro = _clock(match.groupdict())
                values[position] = hour * 3600 + minute * 60 + second + micro / 1e6
            elif not is_missing(cell):
                wrong.append(position)
        except ValueError:
            wrong.append(position)
    return Dates(values, tuple(wrong))
