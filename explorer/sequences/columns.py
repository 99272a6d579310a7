"""What each column of a table is: an input, the time, a label, or nothing a network can take."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, replace

import numpy as np

from explorer.errors import DataError
from explorer.sequences.blocks import Block, LineArray
from explorer.sequences.dates import read_calendar_numbers, read_dates
from explorer.sequences.head import Head, Kind
from explorer.sequences.names import CLOCKS, DATES, FIRST_TIMES, LABELS, TIMES, plain_name
from explorer.sequences.sequence import DatetimeArray, FloatArray, Label, Sequence


@dataclass(frozen=True, slots=True)
class Column:
    """One column as all its rows show it. ``values`` (T,) are numbers or dates, NaN or NaT where missing."""

    name: str
    position: int
    kind: Kind
    values: FloatArray | DatetimeArray
    note: str = ""


@dataclass(frozen=True, slots=True)
class Roles:
    """Which column is what. ``left`` names those that are nothing, with the reason."""

    features: tuple[Column, ...]
    labels: tuple[Column, ...]
    time: Column | None
    left: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def read_columns(
    blocks: abc.Sequence[Block], head: Head, tick: abc.Callable[[], None]
) -> tuple[tuple[Column, ...], LineArray]:
    """Return the columns of a whole table, and the line of each row. ``tick`` may raise to cancel.

    ``DataError`` with line and column of the first cell that is no number in a column where most are, or no date.
    """
    lines = np.concatenate([block.lines for block in blocks])
    columns, errors = [], []
    for position in range(head.width):
        try:
            columns.append(_read_column(position, blocks, head, lines, tick))
        except DataError as error:
            errors.append(error)
    if errors:
        raise min(errors, key=lambda error: error.line or 0)
    return tuple(columns), lines


def _read_column(
    position: int, blocks: abc.Sequence[Block], head: Head, lines: LineArray, tick: abc.Callable[[], None]
) -> Column:
    tick()
    name, parts = head.names[position], [block.columns[position] for block in blocks]
    good, wrong = sum(part.good for part in parts), sum(part.wrong for part in parts)
    if head.kinds[position] == "date":
        texts = [text for part in parts for text in part.texts]
        dates = read_dates(texts, tick)
        if len(dates.wrong) * 2 >= good:
            return Column(name, position, "text", np.full(len(lines), np.nan))
        if dates.wrong:
            first = dates.wrong[0]
            raise DataError(
                f"{_shown(texts[first])} is no date, as the others in {name!r} are",
                line=int(lines[first]),
                column=position + 1,
            )
        return Column(name, position, "date", dates.values, dates.note)
    values = np.concatenate([part.values for part in parts])
    if wrong and wrong >= good:
        return Column(name, position, "text", values)
    first_wrong = next((part.first for part in parts if part.first is not None), None)
    if first_wrong is not None:
        line, text = first_wrong
        raise DataError(f"{_shown(text)} is no number, as the others in {name!r} are", line=line, column=position + 1)
    return Column(name, position, "number", values)


def find_roles(columns: abc.Sequence[Column]) -> Roles:
    """Return what each column is, by what it holds and by its name. ``DataError`` if no input is left."""
    left = [(column.name, "it holds no numbers") for column in columns if column.kind == "text"]
    left += [(column.name, "it is empty") for column in columns if _is_empty(column)]
    columns = [_dated(column) for column in columns if column.kind != "text" and not _is_empty(column)]
    time = _time(columns)
    again = [column for column in columns if column is not time and _is_time_again(column, time)]
    left += [(column.name, "it is the time once more") for column in again]
    rest = [column for column in columns if column is not time and column not in again]
    labels = [column for column in rest if plain_name(column.name) in LABELS and _is_yes_or_no(column)]
    features = [column for column in rest if column not in labels]
    notes = [
        f"column {column.name!r} holds more than 0 and 1: it is an input, not a label"
        for column in features
        if plain_name(column.name) in LABELS
    ]
    if not features and time is not None and time.kind == "number":
        features, time = [time], None
        notes.append(f"column {features[0].name!r} is the only one with numbers: it is the input, not the time")
    if not features:
        others = [column.name for column in (time, *labels, *again) if column is not None]
        besides = f" besides {', '.join(others)}" if others else ""
        raise DataError(f"there is no column of numbers{besides}, so nothing a network could take as input")
    return Roles(tuple(features), tuple(labels), time, tuple(left), tuple(notes))


def make_sequence(
    name: str, roles: Roles, lines: LineArray, tick: abc.Callable[[], None]
) -> tuple[Sequence, tuple[str, ...]]:
    """Return the sequence those columns make, gaps filled, and notes on what was left out, filled or assumed."""
    notes = list(roles.notes)
    for reason in dict.fromkeys(reason for _, reason in roles.left):
        which = ", ".join(column for column, why in roles.left if why == reason)
        notes.append(f"left out, as {reason}: {which}")
    values = np.empty((len(lines), len(roles.features)))
    for position, column in enumerate(roles.features):
        tick()
        values[:, position] = _filled(column, lines, notes)
    labels = tuple(Label(column.name, _filled(column, lines, notes) != 0) for column in roles.labels)
    values.flags.writeable = False
    times = None if roles.time is None else roles.time.values
    if roles.time is not None:
        notes += _time_notes(roles.time, lines)
    features = tuple(column.name for column in roles.features)
    return Sequence(name, values, features, labels, times, roles.time.name if roles.time else ""), tuple(notes)


def _dated(column: Column) -> Column:
    """Return a column of numbers such as 19580329 as one of dates, if its name says that it is one."""
    if column.kind != "number" or plain_name(column.name) not in DATES:
        return column
    dates = read_calendar_numbers(np.asarray(column.values, dtype=np.float64))
    return column if dates is None else replace(column, kind="date", values=dates)


def _time(columns: abc.Sequence[Column]) -> Column | None:
    """Return the column that is the time: dates first, then a name that says so. Never because its values rise."""
    days = [column for column in columns if np.issubdtype(column.values.dtype, np.datetime64)]
    clocks = [column for column in columns if column.kind == "date"]
    named = [
        column
        for column in columns
        if plain_name(column.name) in TIMES or (column.position == 0 and plain_name(column.name) in FIRST_TIMES)
    ]
    return next(iter(days + clocks + named), None)


def _is_time_again(column: Column, time: Column | None) -> bool:
    return column.kind == "date" or (time is not None and plain_name(column.name) in CLOCKS)


def _is_empty(column: Column) -> bool:
    return column.kind == "number" and bool(np.all(np.isnan(column.values)))


def _is_yes_or_no(column: Column) -> bool:
    present = column.values[~np.isnan(column.values)]
    return bool(np.all((present == 0) | (present == 1)))


def _filled(column: Column, lines: LineArray, notes: list[str]) -> FloatArray:
    """Return numbers without gaps: each the value before it, those at the start the first there is. Adds a note."""
    values = np.asarray(column.values, dtype=np.float64)
    gaps = np.isnan(values)
    count = int(np.count_nonzero(gaps))
    if not count:
        return values
    # For each row, the last row up to it that has a value; the rows before the first one take that.
    source = np.maximum.accumulate(np.where(gaps, 0, np.arange(len(values))))
    source[: int(np.argmin(gaps))] = int(np.argmin(gaps))
    which = "1 value is missing," if count == 1 else f"{count} values are missing, the first"
    filled = "filled with the last one before it, at the start with the next one"
    notes.append(f"column {column.name!r}: {which} in line {lines[np.argmax(gaps)]}; {filled}")
    return values[source]


def _time_notes(time: Column, lines: LineArray) -> list[str]:
    """Return what is odd about the time. None of it changes the steps: they are the rows, in the order of the file."""
    notes = [f"column {time.name!r}: {time.note}"] if time.note else []
    dated = np.issubdtype(time.values.dtype, np.datetime64)
    missing = np.isnat(time.values) if dated else np.isnan(time.values)
    if np.any(missing):
        count, first = np.count_nonzero(missing), lines[np.argmax(missing)]
        notes.append(f"column {time.name!r}: the time is missing in {count} rows, the first in line {first}")
    # A missing time is neither earlier nor later than any other.
    earlier = time.values.astype(np.int64) if dated else np.asarray(time.values, dtype=np.float64)
    back = np.flatnonzero((earlier[1:] < earlier[:-1]) & ~missing[1:] & ~missing[:-1])
    if back.size:
        where = f"{'once' if back.size == 1 else f'{back.size} times, first'} in line {lines[back[0] + 1]}"
        notes.append(f"column {time.name!r}: the time goes back, {where}; the order of the file is kept")
    return notes


def _shown(text: str) -> str:
    """Return the offending text in quotes, cut where it is long."""
    return repr(text if len(text) <= 40 else f"{text[:39]}…")
