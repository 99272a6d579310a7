"""What each column of a table is to the network: an input, the time, a label, or nothing."""

from __future__ import annotations

from collections import abc
from dataclasses import replace

import numpy as np

from explorer.errors import UsageError
from explorer.sequences.columns import Column
from explorer.sequences.dates import read_calendar_numbers
from explorer.sequences.names import CLOCKS, DATES, FIRST_TIMES, LABELS, TIMES, plain_name
from explorer.sequences.options import Role


def with_roles(columns: abc.Sequence[Column], told: abc.Mapping[str, Role]) -> tuple[Column, ...]:
    """Return the columns with their roles, told or guessed. ``UsageError`` for unknown names."""
    unknown = [name for name in told if name not in {column.name for column in columns}]
    if unknown:
        listed = ", ".join(column.name for column in columns)
        raise UsageError(f"no column {', '.join(map(repr, unknown))}; there are {listed}")
    columns = [_dated(column) for column in columns]
    open_ = [column for column in columns if column.name not in told]
    times = [column for column in columns if told.get(column.name) == "time"]
    time = times[0] if times else _time([column for column in open_ if column.kind != "text" and not column.empty])
    roles = {column.name: _role(column, time) for column in open_}
    roles |= {name: (role, "") for name, role in told.items()}
    if not any(role in ("input", "category", "text") for role, _ in roles.values()):
        rescued = time is not None and time.name not in told and time.kind == "number"
        if rescued and time is not None:
            roles[time.name] = ("input", "it is the only one with numbers: it is the input, not the time")
    return tuple(replace(column, role=roles[column.name][0], reason=roles[column.name][1]) for column in columns)


def _role(column: Column, time: Column | None) -> tuple[Role, str]:
    if column.kind == "text":
        return "ignore", "it holds no numbers"
    if column.empty:
        return "ignore", "it is empty"
    if column is time:
        return "time", ""
    if column.kind == "date" or (time is not None and plain_name(column.name) in CLOCKS):
        return "ignore", "it is the time once more"
    if plain_name(column.name) in LABELS:
        if is_yes_or_no(column):
            return "label", ""
        return "input", "it holds more than 0 and 1: it is an input, not a label"
    return "input", ""


def _dated(column: Column) -> Column:
    """Return a column of numbers such as 19580329 as one of dates, if its name says that it is one."""
    if column.kind != "number" or plain_name(column.name) not in DATES:
        return column
    dates = read_calendar_numbers(np.asarray(column.values, dtype=np.float64))
    if dates is None:
        return column
    there = dates[~np.isnat(dates)]
    return replace(column, kind="date", values=dates, minimum=there.min(), maximum=there.max())


def _time(columns: abc.Sequence[Column]) -> Column | None:
    """Return the column that is the time: dates first, then a name that says so. Never because its values rise."""
    days = [column for column in columns if column.dated]
    clocks = [column for column in columns if column.kind == "date"]
    named = [
        column
        for column in columns
        if plain_name(column.name) in TIMES or (column.position == 0 and plain_name(column.name) in FIRST_TIMES)
    ]
    return next(iter(days + clocks + named), None)


def is_yes_or_no(column: Column) -> bool:
    """Return whether every number there is in a column is 0 or 1."""
    present = column.values[~np.isnan(column.values)]
    return bool(np.all((present == 0) | (present == 1)))
