"""Dates and times of day as people write them, read exactly or not at all."""

from __future__ import annotations

import re
from collections import abc
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from explorer.sequences.calendars import IntArray, calendar_days
from explorer.sequences.clocks import UNREAD, Dates, Reading, is_clock, read_clocks
from explorer.sequences.numerals import MISSING
from explorer.sequences.sequence import DatetimeArray

_CLOCK = (
    r"(?P<hour>\d{1,2})(?P<between>[:.])(?P<minute>\d{2})(?:(?P=between)(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_ZONE = r"(?:\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?"
_TAIL = rf"(?:(?:\s+|T|,\s*){_CLOCK}{_ZONE})?"
_COLON_TAIL = _TAIL.replace("[:.]", ":")
"""Behind what is no whole date, 10.30 may be a number."""

_MONTH = (
    r"(?P<month_name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_FORMS = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})" + _TAIL,
        _WEEKDAY + r"(?P<first>\d{1,2})(?P<sign>[-/.])(?P<other>\d{1,2})(?P=sign)(?P<year>\d{4})" + _TAIL,
        r"(?P<first>\d{1,2})(?P<sign>[/.])(?P<other>\d{1,2})(?P=sign)(?P<year>\d{2})" + _TAIL,
        _WEEKDAY + rf"(?P<day>\d{{1,2}})[-/. ]\s?{_MONTH}[-/., ]\s?(?P<year>\d{{4}}|\d{{2}})" + _TAIL,
        _WEEKDAY + rf"{_MONTH}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year>\d{{4}})" + _TAIL,
        rf"(?P<year>\d{{4}})[-/. ]{_MONTH}[-/. ](?P<day>\d{{1,2}})" + _TAIL,
        r"(?P<day>\d{1,2})[-/. ]\s?(?P<name>[A-Za-z]{3,9})\.?[-/., ]\s?(?P<year>\d{4})" + _TAIL,
        r"(?P<name>[A-Za-z]{3,9})\.?\s(?P<day>\d{1,2}),?\s(?P<year>\d{4})" + _TAIL,
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})" + _COLON_TAIL,
        r"(?P<year>\d{4})[- ]?Q(?P<quarter>[1-4])" + _COLON_TAIL,
        r"Q(?P<quarter>[1-4])[- /]?(?P<year>\d{4})",
        rf"{_MONTH}[-/., ]\s?(?P<year>\d{{4}})",
        r"(?P<year>\d{4})-?W(?P<week>\d{2})(?:-?(?P<weekday>[1-7]))?" + _COLON_TAIL,
        r"(?P<year>1[5-9]\d\d|2[01]\d\d)-(?P<day_of_year>\d{3})" + _COLON_TAIL,
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})[T ](?P<hour>\d{2}):?(?P<minute>\d{2})"
        r"(?::?(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?" + _ZONE,
    )
)
_NUMBER = re.compile(r"[+-]?\d*\.?\d*(?:[eE][+-]?\d+)?", re.ASCII)
"""What no date is written like: to see that at once spares numbers the trial of every form."""

_DIGIT = re.compile(r"\d", re.ASCII)
_PLAIN = re.compile(r"0000-00-00(?:[T ]00:00(?::00(?:\.0{1,6})?)?Z?)?")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
FAR = 4
"""Dates lie far closer together by one reading than by another if all are within so small a part of the time."""

SLICE = 1 << 14
"""Cells read at a time: between two slices a person may cancel."""


def looks_like_date(cell: str) -> bool:
    """Return whether a cell is written like a date or a time of day, be it a possible one or not."""
    return _match(cell) is not None or is_clock(cell)


def read_dates(
    cells: abc.Sequence[str],
    tick: abc.Callable[[], None] = lambda: None,
    told: Reading = UNREAD,
    missing: abc.Set[str] = MISSING,
) -> Dates:
    """Return the cells of one column as dates, whichever form they have; zones are turned into UTC.

    Where 05/06/2013 can be either, what is ``told`` decides, else the column as a whole: one number above 12 in either
    place is enough. If there is none, points mean day first and strokes mean month first, and the note says so.
    ``missing`` are the words, in lower case, that say that there is no date. ``tick`` is called several times a second
    and may raise to cancel.
    """
    if missing is not MISSING:  # Words that are told may be written like a date: 1900-01-01, 99:99.
        cells = ["" if cell.strip().lower() in missing else cell for cell in cells]
    if is_clock(next((cell for cell in cells if cell.strip().lower() not in missing), "")):
        return read_clocks(cells, told, missing)
    order, note = UNREAD, ""
    values = np.full(len(cells), np.datetime64("NaT"), dtype="datetime64[us]")
    wrong: list[int] = []
    likely, zoned, others = _FORMS[0], False, False
    for start in range(0, len(cells), SLICE):
        tick()
        part = cells[start : start + SLICE]
        plain = _read_plain(part)
        if plain is not None:
            values[start : start + SLICE], others = plain, True
            continue
        moments: list[datetime | None] = []
        for position, cell in enumerate(part, start):
            moment = None
            try:
                match = _match(cell, likely)
                if match is not None:
                    likely = match.re
                    if "first" not in likely.groupindex:
                        others = True
                    elif order.day_first is None:
                        order, note = _day_order(cells, tick, told)
                    moment = _moment(match, order)
                    parts = match.groupdict()
                    zoned = zoned or bool((parts.get("zone") or "").strip("UTCGMZutcgmz+-0:"))
                    others = others or parts.get("hour") == "24"  # it may be in another month
                elif cell.strip().lower() not in missing:
                    wrong.append(position)
            except (ValueError, OverflowError):
                wrong.append(position)
            moments.append(moment)
        values[start : start + SLICE] = np.array(moments, dtype="datetime64[us]")
    notes = [note, "its times were turned from their zones into UTC" if zoned else ""]
    turned: DatetimeArray | tuple[()] = ()
    if order.assumed and (others or zoned):
        other = read_dates(cells, tick, Reading(day_first=not order.day_first), missing)
        if other.wrong == tuple(wrong):
            turned = np.asarray(other.values, dtype="datetime64[us]")
        order = replace(order, assumed=len(turned) > 0)
    return Dates(values, tuple(wrong), "; ".join(filter(None, notes)), order, turned)


def _read_plain(cells: abc.Sequence[str]) -> DatetimeArray | None:
    """Return cells all written as 2013-12-02, 2013-12-02 21:15, 2013-12-02T21:15:00.123Z and the like, else None.

    Many times faster than one by one.
    """
    size = len(cells[0])
    form = _DIGIT.sub("0", cells[0])
    if not _PLAIN.fullmatch(form) or any(len(cell) != size for cell in cells) or not (text := "".join(cells)).isascii():
        return None
    signs = np.frombuffer(text.encode("ascii"), dtype=np.uint8).reshape(-1, size)
    wanted = np.frombuffer(form.encode("ascii"), dtype=np.uint8)
    digits = signs.astype(np.int64) - ord("0")
    if not np.all(np.where(wanted == ord("0"), (digits >= 0) & (digits <= 9), signs == wanted)):
        return None
    year = digits[:, :4] @ np.array([1000, 100, 10, 1])
    days = calendar_days(year.astype(np.int64), _two(digits, 5), _two(digits, 8))
    clock = form.rstrip("Z")[11:]
    if days is None or not clock:
        return days
    hour, minute = _two(digits, 11), _two(digits, 14)
    second = _two(digits, 17) if len(clock) > 5 else np.zeros_like(hour)
    if np.any((hour > 23) | (minute > 59) | (second > 59)):
        return None
    fraction = digits[:, 20 : 11 + len(clock)]
    micro = fraction @ 10 ** np.arange(5, 5 - fraction.shape[1], -1)
    moments = days.astype("datetime64[us]") + (hour * 3600 + minute * 60 + second).astype("timedelta64[s]")
    return np.asarray(moments + micro.astype("timedelta64[us]"), dtype="datetime64[us]")


def without_dates(values: DatetimeArray, missing: abc.Set[str]) -> DatetimeArray:
    """Return dates (T,) with NaT in place of those that are told to stand for none, such as 1900-01-01."""
    if missing is MISSING:
        return values
    codes = read_dates([word for word in missing if word and _match(word) is not None]).values
    return np.where(np.isin(values, codes), np.datetime64("NaT"), values) if len(codes) else values


def _two(digits: IntArray, at: int) -> IntArray:
    return digits[:, at] * 10 + digits[:, at + 1]


def order_note(day_first: bool) -> str:
    """Return what had to be assumed of dates that fit both orders."""
    return f"its dates fit both orders and were read as {'day, month' if day_first else 'month, day'}, year"


def _day_order(cells: abc.Sequence[str], tick: abc.Callable[[], None], told: Reading) -> tuple[Reading, str]:
    """Return the order that a whole column of dates shows, or is told, and what had to be assumed about it."""
    beyond: list[list[int]] = [[], []]
    sign, likely = "", _FORMS[0]
    short: dict[tuple[int, int, int], None] = {}
    for position, cell in enumerate(cells):
        if position % SLICE == 0:
            tick()
        match = _match(cell, likely)
        if match is not None and "first" in match.re.groupindex:
            likely = match.re
            sign = sign or match["sign"]
            first, other = int(match["first"]), int(match["other"])
            short[first, other, int(match["year"])] = None
            if min(first, other) <= 12 < max(first, other) <= 31:
                beyond[first < other].append(position)
    if told.day_first is not None:
        return Reading(told.day_first, sign, year_first=told.year_first), ""
    likelier = _year_first(short, len(beyond[0]) > len(beyond[1]) or (not any(beyond) and sign == "."), sign)
    if likelier:
        return Reading(
            False, sign, year_first=True
        ), "its dates were read as year, month, day: so they lie closest together"
    if not any(beyond):
        return Reading(sign == ".", sign, assumed=True), order_note(sign == ".")
    day_first = len(beyond[0]) >= len(beyond[1])
    proof, against = (next(map(cells.__getitem__, rows), "").strip() for rows in beyond)
    note = order_note(day_first) if likelier is None else ""
    if all(beyond):
        note = f"some of its dates have the day first ({proof}), others the month ({against})"
    row = beyond[not day_first][0]
    return Reading(day_first, sign, row, cells[row].strip(), torn=all(map(bool, beyond))), note


def _year_first(short: abc.Iterable[tuple[int, int, int]], day_first: bool, sign: str) -> bool | None:
    """Return whether dates such as 20/02/27, each once, begin with the year: so read they lie far closer together.

    None where nothing decides it. The first, or the last, of each month over the years are close as days of one year,
    too: they go back then.
    """
    if any(year > 99 for *_, year in short):
        return False
    usual: list[int] = []
    other: list[int] = []
    for first, second, third in short:
        for days, parts in (
            (usual, (first, second, third) if day_first else (second, first, third)),
            (other, (third, second, first)),
        ):
            with suppress(ValueError):
                days.append(_in_short(*parts).toordinal())
    if len(other) < len(usual) or not other:
        return False
    if not usual:
        return True
    spans = [max(days) - min(days) for days in (usual, other)]
    one_way = [days in (sorted(days), sorted(days, reverse=True)) for days in (usual, other)]
    if one_way[0] > one_way[1]:
        return False
    if FAR * spans[1] < spans[0]:
        return one_way[1] > one_way[0] or (sign == "/" and all(12 < first < 28 for first, *_ in short)) or None
    return None if spans[1] <= spans[0] else False


def _match(cell: str, likely: re.Pattern[str] = _FORMS[0]) -> re.Match[str] | None:
    """Return how a cell is written as a date; the form of the one before it, tried first, saves most of the time."""
    cell = cell.strip()
    if _NUMBER.fullmatch(cell):
        return None
    return likely.fullmatch(cell) or next(filter(None, (form.fullmatch(cell) for form in _FORMS)), None)


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def _moment(match: re.Match[str], order: Reading) -> datetime:
    """Return the moment a cell names. ``ValueError`` if the calendar or the clock does not have it."""
    parts = match.groupdict()
    if order.year_first and "first" in parts and len(parts["year"]) == 2:
        date = _in_short(int(parts["year"]), int(parts["other"]), int(parts["first"]))
    else:
        year = int(parts["year"])
        date = _date(_long(year) if len(parts["year"]) == 2 else year, parts, order.day_first is True)
    clock = _clock(parts) if parts.get("hour") is not None else (0, 0, 0, 0)
    if clock == (24, 0, 0, 0):  # the end of a day is the beginning of the next
        date, clock = date + timedelta(days=1), (0, 0, 0, 0)
    zone = {None: "", "UTC": "Z", "GMT": "Z"}.get(parts.get("zone"), parts.get("zone"))
    moment = datetime(date.year, date.month, date.day, *clock)
    return _in_utc(datetime.fromisoformat(f"{moment.isoformat()}{zone.upper()}")) if zone else moment


def _long(year: int) -> int:
    """Return a year of two digits whole, as POSIX does."""
    return year + (1900 if year >= 69 else 2000)


def _in_short(day: int, month: int, year: int) -> date:
    return date(_long(year), month, day)


def _date(year: int, parts: abc.Mapping[str, str | None], day_first: bool) -> date:
    """Return the day that the parts of a match name. ``ValueError`` if there is none."""

    def number(name: str) -> int:
        return int(parts.get(name) or 1)

    if "first" in parts:
        first, second = number("first"), number("other")
        return date(year, second, first) if day_first else date(year, first, second)
    if "week" in parts:
        return date.fromisocalendar(year, number("week"), number("weekday"))
    if "day_of_year" in parts:
        day = date(year, 1, 1) + timedelta(days=number("day_of_year") - 1)
        if day.year != year:
            raise ValueError(f"no day {number('day_of_year')} in {year}")
        return day
    if "quarter" in parts:
        return date(year, 3 * number("quarter") - 2, 1)
    name = parts.get("name") or parts.get("month_name")
    return date(year, _month(name) if name else number("month"), number("day"))


def _month(name: str) -> int:
    """Return the number of an English month, written out or cut short. ``ValueError`` if there is none."""
    for number, month in enumerate(_MONTHS, 1):
        if month.startswith(name.lower().removesuffix("t") if name.lower() == "sept" else name.lower()):
            return number
    raise ValueError(f"no month {name}")


def _clock(parts: abc.Mapping[str, str | None]) -> tuple[int, int, int, int]:
    """Return hour, minute, second, microsecond of a matched clock. ``ValueError`` if no clock shows it."""
    hour, half = int(parts["hour"] or 0), parts.get("half")
    if half is not None:
        if not 1 <= hour <= 12:
            raise ValueError(f"no hour {hour} in half a day")
        hour = hour % 12 + (12 if half in "Pp" else 0)
    micro = int((parts["fraction"] or "0")[:6].ljust(6, "0"))
    clock = hour, int(parts["minute"] or 0), int(parts["second"] or 0), micro
    if clock != (24, 0, 0, 0):
        datetime(2000, 1, 1, *clock)
    return clock
