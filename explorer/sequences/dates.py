"""Dates and times of day as people write them, read exactly or not at all."""

from __future__ import annotations

import re
from collections import abc
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from explorer.sequences.numerals import is_missing
from explorer.sequences.sequence import DatetimeArray, FloatArray

_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_TAIL = rf"(?:(?:\s+|T|,\s*){_CLOCK}(?:\s*(?P<zone>Z|[+-]\d{{2}}:?\d{{2}}))?)?"
_FORMS = tuple(
    re.compile(form + _TAIL, re.ASCII)
    for form in (
        r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})",
        r"(?P<first>\d{1,2})([-/.])(?P<second_>\d{1,2})\2(?P<year>\d{4})",
        r"(?P<first>\d{1,2})([/.])(?P<second_>\d{1,2})\2(?P<year>\d{2})",
        r"(?P<day>\d{1,2})[-/. ]\s?(?P<name>[A-Za-z]{3,9})\.?[-/., ]\s?(?P<year>\d{4})",
        r"(?P<name>[A-Za-z]{3,9})\.?\s(?P<day>\d{1,2}),?\s(?P<year>\d{4})",
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})",
        r"(?P<year>\d{4})[- ]?[Qq](?P<quarter>[1-4])",
    )
)
_TIME_OF_DAY = re.compile(_CLOCK, re.ASCII)
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


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
    cell = cell.strip()
    return any(form.fullmatch(cell) for form in _FORMS) or _TIME_OF_DAY.fullmatch(cell) is not None


def read_dates(cells: abc.Sequence[str]) -> Dates:
    """Return the cells of one column as dates, whichever form they have; zones are turned into UTC.

    Where 05/06/2013 can be either, the column as a whole decides: one number above 12 in either place is enough.
    If there is none, points mean day first and strokes mean month first, and the note says so.
    """
    if sum(1 for cell in cells if _TIME_OF_DAY.fullmatch(cell.strip())) * 2 > len(cells):
        return _read_clocks(cells)
    order = _DayOrder()
    result: list[datetime | None] = [None] * len(cells)
    late: list[tuple[int, re.Match[str]]] = []
    wrong: list[int] = []
    for position, cell in enumerate(cells):
        cell = cell.strip()
        try:
            if cell[4:5] == "-":
                result[position] = _in_utc(datetime.fromisoformat(cell))
                continue
        except ValueError:
            pass
        match = next(filter(None, (form.fullmatch(cell) for form in _FORMS)), None)
        if match is None:
            if not is_missing(cell):
                wrong.append(position)
        else:
            late.append((position, match))
            order.see(match)
    for position, match in late:
        try:
            result[position] = _moment(match, order.day_first)
        except ValueError:
            wrong.append(position)
    return Dates(np.array(result, dtype="datetime64[us]"), tuple(sorted(wrong)), order.note)


def read_calendar_numbers(values: FloatArray) -> DatetimeArray | None:
    """Return numbers such as 19580329 as dates, NaN as NaT; None unless every one of them is a day of the calendar."""
    present = ~np.isnan(values)
    whole = values[present]
    if not whole.size or not np.all((whole >= 1000_01_01) & (whole <= 9999_12_31) & (whole == np.floor(whole))):
        return None
    days = whole.astype(np.int64)
    year, month, day = days // 10000, days // 100 % 100, days % 100
    if np.any((month < 1) | (month > 12) | (day < 1)):
        return None
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    first, next_first = months.astype("datetime64[D]"), (months + 1).astype("datetime64[D]")
    if np.any(day > (next_first - first).astype(np.int64)):
        return None
    result = np.full(values.shape, np.datetime64("NaT"), dtype="datetime64[us]")
    result[present] = first + (day - 1)
    return result


class _DayOrder:
    """Which of the two numbers before the year is the day, as far as the cells seen so far tell."""

    def __init__(self) -> None:
        self._first_beyond = self._second_beyond = self._seen = False
        self._sign = ""

    def see(self, match: re.Match[str]) -> None:
        parts = match.groupdict()
        if "first" in parts:
            self._seen, self._sign = True, match.group(2)
            self._first_beyond |= int(parts["first"]) > 12
            self._second_beyond |= int(parts["second_"]) > 12

    @property
    def day_first(self) -> bool:
        if self._first_beyond != self._second_beyond:
            return self._first_beyond
        return self._sign == "."

    @property
    def note(self) -> str:
        if not self._seen or self._first_beyond != self._second_beyond:
            return ""
        return f"its dates fit both orders and were read as {'day, month' if self.day_first else 'month, day'}, year"


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def _moment(match: re.Match[str], day_first: bool) -> datetime:
    """Return the moment a cell names. ``ValueError`` if the calendar or the clock does not have it."""
    parts = match.groupdict()
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 1900 if year >= 69 else 2000  # as POSIX does
    if "first" in parts:
        first, second = int(parts["first"]), int(parts["second_"])
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
    found = [position for position, month in enumerate(_MONTHS, 1) if month.startswith(name.lower())]
    if len(found) != 1:
        raise ValueError(f"no month {name}")
    return found[0]


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
