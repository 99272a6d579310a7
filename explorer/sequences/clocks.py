"""Times of day, and times that have passed, as a whole column of them shows which they are."""

from __future__ import annotations

import re
from collections import abc
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from explorer.sequences.numerals import MISSING
from explorer.sequences.sequence import DatetimeArray, FloatArray

DAY = 86_400
"""Seconds. 24:00:00 is the end of a day; only what has passed can go beyond it."""

ENOUGH = 10
"""Where times go back, one cell in so many has to show what the others are: a single one may be mistyped."""

SEVERAL = 2
"""Cells that no clock shows, below which hours are not taken for minutes: a single one may be the end of a day."""

_CLOCK = re.compile(
    r"(?P<first>\d{1,2}|\d{3}(?=:\d\d:)):(?P<second>\d{2})(?::(?P<third>\d{2}))?(?:[.,](?P<fraction>\d{1,9}))?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a column of dates or times as a whole shows of them; None: nothing that could be taken in two ways.

    ``day_first`` says of 05/06/2013 that it is in June, ``sign`` is what stands between the two, ``proof`` the row of
    the cell ``text`` that shows it, None if it was told or ``assumed`` of cells that all have this form and no zone;
    ``torn``: others show the opposite.
    ``year_first`` says of 20/02/27 that it is in 2020.
    ``minutes`` says of 1:30 that it is 90 seconds, ``passed`` that times may be longer than a day.
    """

    day_first: bool | None = None
    sign: str = ""
    proof: int | None = None
    text: str = ""
    assumed: bool = False
    torn: bool = False
    year_first: bool = False
    minutes: bool | None = None
    passed: bool | None = None


UNREAD = Reading()
"""Nothing is known yet."""


@dataclass(frozen=True, slots=True)
class Dates:
    """A column read as dates: ``values`` (T,) datetime64[us], NaT where missing; or float64 seconds of the day.

    ``wrong`` are the positions of cells that are neither, ``note`` is what had to be assumed, or empty; ``reading`` how
    they were understood. ``turned`` are the values in the other order of day and month, where that was assumed and they
    cannot just change places, as some have only one order, or a zone.
    """

    values: DatetimeArray | FloatArray
    wrong: tuple[int, ...]
    note: str = ""
    reading: Reading = UNREAD
    turned: DatetimeArray | tuple[()] = ()


class _Clock(NamedTuple):
    """The numbers of a cell: third, fraction (in seconds) and half are None where there is none."""

    cell: str
    first: int
    second: int
    third: int | None
    fraction: float | None
    half: str | None

    @property
    def is_open(self) -> bool:
        """Whether it may be minutes and seconds as well as hours and minutes, but for how large its numbers are."""
        return self.third is None and self.half is None

    @property
    def is_fine(self) -> bool:
        """Whether it can be minutes and seconds only, as 0:01.5 is."""
        return self.is_open and self.fraction is not None

    @property
    def is_beyond(self) -> bool:
        """Whether no clock shows it as hours and minutes, as 34:12."""
        return self.is_open and self.first * 60 + self.second > 24 * 60

    def seconds(self, minutes: bool) -> float:
        """Return it in seconds, NaN if there is no such time."""
        if self.half is not None and not 1 <= self.first <= 12:
            return np.nan
        if self.is_open and minutes:
            hours, *rest = 0, self.first, self.second
        else:
            if self.third is None and self.fraction is not None:
                return np.nan
            hours, rest = self.first, [self.second, self.third or 0]
        if self.half is not None:
            hours = hours % 12 + (12 if self.half in "Pp" else 0)
        if max(rest) > 59:
            return np.nan
        return hours * 3600 + rest[0] * 60 + rest[1] + (self.fraction or 0.0)


def is_clock(cell: str) -> bool:
    """Return whether a cell is written like a time, be it a possible one or not."""
    return _CLOCK.fullmatch(cell.strip()) is not None


def read_clocks(
    cells: abc.Sequence[str],
    told: Reading = UNREAD,
    missing: abc.Set[str] = MISSING,
) -> Dates:
    """Return times of day, or times that have passed, as seconds.

    1:30 is an hour and a half, unless the column shows that it is a minute and a half: by cells such as 0:01.5, if
    they are not rare or the time never goes back, or where most are such as 34:12, which no clock shows. A day's run
    may well end at 24:30: cells beyond 24:00:00, if they are not rare or the time never goes back, show that all are
    times that have passed. The note says what no cell shows.
    """
    clocks: dict[int, _Clock] = {}
    wrong = []
    for row, cell in enumerate(cells):
        match = _CLOCK.fullmatch(cell.strip())
        if match is not None:
            clocks[row] = _clock(match)
        elif cell.strip().lower() not in missing:
            wrong.append(row)
    short = [clock for clock in clocks.values() if clock.is_open]
    minutes, passed = told.minutes, told.passed
    if minutes is None:
        halves = any(clock.half is not None for clock in clocks.values())
        fine, beyond = sum(clock.is_fine for clock in short), sum(clock.is_beyond for clock in short)
        shown = beyond >= SEVERAL and 2 * beyond > len(short)
        minutes = not halves and (shown or _are_shown(fine, len(short), _seconds(clocks, True)))
    seconds = _seconds(clocks, minutes)
    if passed is None:
        passed = _are_shown(int(np.count_nonzero(seconds > DAY)), len(seconds), seconds)
    values = np.full(len(cells), np.nan)
    for row, value in zip(clocks, seconds.tolist(), strict=True):
        if value <= DAY or (passed and value > DAY):
            values[row] = value
        else:
            wrong.append(row)
    notes = []
    if short and minutes:
        notes.append(f"its times such as {short[0].cell} were read as minutes and seconds")
    elif short and all(clock.third is None for clock in clocks.values()):
        notes.append(f"its times such as {short[0].cell} were read as hours and minutes, not as minutes and seconds")
    if passed:
        notes.append("some of its times are beyond 24:00:00: they were read as time that has passed")
    return Dates(values, tuple(sorted(wrong)), "; ".join(notes), Reading(minutes=minutes, passed=passed or None))


def _clock(match: re.Match[str]) -> _Clock:
    third, fraction = match["third"], match["fraction"]
    return _Clock(
        match[0],
        int(match["first"]),
        int(match["second"]),
        None if third is None else int(third),
        None if fraction is None else int(fraction[:6].ljust(6, "0")) / 1e6,
        match["half"],
    )


def _seconds(clocks: abc.Mapping[int, _Clock], minutes: bool) -> FloatArray:
    return np.array([clock.seconds(minutes) for clock in clocks.values()], dtype=np.float64)


def _are_shown(count: int, whole: int, seconds: FloatArray) -> bool:
    """Return whether so many of the cells show something of all: not by one that may be mistyped."""
    if not count:
        return False
    there = seconds[~np.isnan(seconds)]
    return ENOUGH * count >= whole or bool(np.all(there[1:] >= there[:-1]))
