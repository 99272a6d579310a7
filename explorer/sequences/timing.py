"""The time of each step, from one or several columns, and what is odd about it."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, replace

import numpy as np

from explorer.errors import UsageError
from explorer.sequences.blocks import Lines
from explorer.sequences.calendars import read_calendar_numbers, read_calendar_parts, read_epochs
from explorer.sequences.columns import Column, IntArray, gaps_of
from explorer.sequences.names import DATES, EPOCHS, FIRST_TIMES, PARTS, TIMES, plain_name
from explorer.sequences.options import Problem
from explorer.sequences.sequence import BoolArray, DatetimeArray, FloatArray

_RANGES = {"month": (1, 12), "quarter": (1, 4), "day": (1, 31), "hour": (0, 23), "minute": (0, 59), "second": (0, 59)}


OTHERS = "where other sequences begin there, the column that tells them apart needs the role id (--role NAME=id)"


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """The time of each row, ``values`` (T,) of datetime64[us] or float64, NaT or NaN where missing.

    ``position`` is the column that is named where something is odd about it.
    """

    name: str
    values: DatetimeArray | FloatArray
    position: int

    @property
    def numbers(self) -> FloatArray:
        """Return them as numbers that can be compared (T,), NaN where missing."""
        if self.values.dtype.kind != "M":
            return np.asarray(self.values, dtype=np.float64)
        return np.where(self.missing, np.nan, self.values.astype(np.int64))

    @property
    def missing(self) -> BoolArray:
        """Where there is none (T,)."""
        return np.isnat(self.values) if self.values.dtype.kind == "M" else np.isnan(self.values)


def calendar(column: Column) -> Column:
    """Return numbers such as 19580329 or 1385942400 as dates, if the column's name says that they are some."""
    name = plain_name(column.name)
    if column.kind != "number" or name not in DATES | EPOCHS:
        return column
    values = np.asarray(column.values, dtype=np.float64)
    dates = read_calendar_numbers(values) if name in DATES else None
    note = ""
    if dates is None and name in EPOCHS:
        dates, note = read_epochs(values)
    if dates is None:
        return column
    there = dates[~np.isnat(dates)]
    return replace(column, kind="date", values=dates, minimum=there.min(), maximum=there.max(), note=note)


def guess_times(columns: abc.Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns that are the time together: dates first, then names that say so. Never because values rise.

    Those are one, or a day and a time of day, or a year with a month (or quarter), a day, an hour …
    """
    days = [column for column in columns if column.dated]
    clocks = [column for column in columns if column.kind == "date" and not column.dated]
    if days:
        return (days[0], clocks[0]) if clocks and _at_midnight(days[0]) else (days[0],)
    if parts := _parts(columns):
        return parts
    named = [
        column
        for column in columns
        if column.kind == "number"
        and (plain_name(column.name) in TIMES or (column.position == 0 and plain_name(column.name) in FIRST_TIMES))
    ]
    return tuple((clocks + named)[:1])


def times_of(columns: abc.Sequence[Column]) -> Times | None:
    """Return the time that some columns make together, None for none. ``UsageError`` if they cannot be put together."""
    if not columns:
        return None
    if len(columns) == 1:
        column = columns[0]
        if column.kind == "text":
            raise UsageError(f"column {column.name!r} holds neither dates nor numbers, so it cannot be the time")
        return Times(column.name, column.values, column.position)
    name = " ".join(column.name for column in columns)
    days = [column for column in columns if column.dated]
    clocks = [column for column in columns if column.kind == "date" and not column.dated]
    if len(days) == len(clocks) == 1 and len(columns) == 2:
        seconds = np.asarray(clocks[0].values, dtype=np.float64)
        micro = np.where(np.isnan(seconds), 0, np.round(seconds * 1e6)).astype(np.int64).astype("timedelta64[us]")
        moments = np.asarray(days[0].values + micro, dtype="datetime64[us]")
        moments[np.isnan(seconds)] = np.datetime64("NaT")
        return Times(name, moments, clocks[0].position)
    if len(parts := _parts(columns)) == len(columns):
        values = {plain_name(column.name): np.asarray(column.values, dtype=np.float64) for column in parts}
        if "quarter" in values:
            values["month"] = 3 * values.pop("quarter") - 2
        return Times(name, read_calendar_parts(*(values[part] for part in PARTS if part in values)), parts[-1].position)
    names = ", ".join(column.name for column in columns)
    raise UsageError(f"the columns {names} cannot be put together to one time; choose one of them")


def _at_midnight(column: Column) -> bool:
    present = column.values[~gaps_of(column)]
    return bool(np.all(present == present.astype("datetime64[D]")))


def _parts(columns: abc.Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns of year, month (or quarter), day … as far as they follow one another; none without a month."""
    numeric = {plain_name(column.name): column for column in columns if column.kind == "number"}
    if "year" not in numeric or not _is_within(numeric["year"], 1500, 2200):
        return ()
    found = [numeric["year"]]
    for part in PARTS[1:]:
        name = "quarter" if part == "month" and "month" not in numeric else part
        if name not in numeric or not _is_within(numeric[name], *_RANGES[name]):
            break
        found.append(numeric[name])
        if name == "quarter":
            break
    return tuple(found) if len(found) > 1 else ()


def _is_within(column: Column, low: float, high: float) -> bool:
    """Return whether a column holds nothing but whole numbers from ``low`` to ``high``."""
    values = np.asarray(column.values, dtype=np.float64)
    return bool(np.all((values >= low) & (values <= high) & (values == np.floor(values))))


def odd_times(times: Times, lines: Lines, codes: IntArray | None = None, counted: str = "line") -> list[Problem]:
    """Return what is odd about the time: missing, going back, standing still. Nothing of it is fatal.

    It changes no step: those are the rows, in the order of the file. ``codes`` (T,) tells the sequences apart within
    which the time is to rise.
    """
    missing, problems = times.missing, []

    def say(message: str, count: int, row: int) -> None:
        text = str(times.values[row]) if not missing[row] else ""
        where = f"in {counted} {lines[row]}"
        message = message.format(rows="1 row" if count == 1 else f"{count} rows", where=where)
        problems.append(Problem(f"column {times.name!r}: {message}", int(lines[row]), times.position + 1, text))

    if missing.any():
        say("the time is missing in {rows}, the first {where}", int(missing.sum()), int(np.argmax(missing)))
    # A missing time is neither earlier nor later than any other: each is compared with the last one there is.
    rows = np.flatnonzero(~missing)
    if codes is not None:
        rows = rows[np.argsort(codes[rows], kind="stable")]
    values = times.numbers
    before, after = values[rows[:-1]], values[rows[1:]]
    same = np.ones(len(before), dtype=bool) if codes is None else codes[rows[1:]] == codes[rows[:-1]]
    other = "" if codes is not None else f"; {OTHERS}"
    for odd, message in (
        (same & (after < before), "the time goes back in {rows}, first {where}; the order of the file is kept" + other),
        (same & (after == before), "the time stands still in {rows}, first {where}; each row is a step all the same"),
    ):
        if odd.any():
            found = rows[1:][odd]
            say(message, len(found), int(found.min()))
    return problems
