"""From a table to sequences: one, or several told apart by an id column, or one a row."""

from __future__ import annotations

from collections import abc
from pathlib import Path

import numpy as np

from explorer.errors import DataError
from explorer.sequences.columns import Column, gaps_of
from explorer.sequences.filling import filled_forward
from explorer.sequences.options import Options
from explorer.sequences.roles import with_roles
from explorer.sequences.sequence import Dataset, FloatArray, Label, Sequence
from explorer.sequences.table import Table, read_table
from explorer.sequences.timing import time_notes


def make_dataset(table: Table, options: Options = Options(), tick: abc.Callable[[], None] = lambda: None) -> Dataset:  # noqa: B008
    """Return the sequences of a table. ``tick`` is called several times a second and may raise to cancel.

    ``DataError`` with line and column if a cell or a row does not fit, unless ``options`` take those for missing, or
    if there is nothing a network could take as input. ``UsageError`` if a column that is told is not there.
    """
    columns = with_roles(table.columns, options.roles)
    _refuse(table, columns, options)
    inputs = [column for column in columns if column.role == "input"]
    notes = [
        f"column {column.name!r}: {column.reason}" for column in columns if column.reason and column.role != "ignore"
    ]
    if not inputs:
        others = [column.name for column in columns if column.role != "ignore"]
        besides = f" besides {', '.join(others)}" if others else ""
        raise DataError(
            f"there is no column of numbers{besides}, so nothing a network could take as input", file=table.source
        )
    left = [column for column in columns if column.role == "ignore"]
    for reason in dict.fromkeys(column.reason for column in left):
        which = ", ".join(column.name for column in left if column.reason == reason)
        notes.append(f"left out, as {reason}: {which}" if reason else f"left out, as you asked: {which}")
    values = np.empty((table.rows, len(inputs)))
    for position, column in enumerate(inputs):
        tick()
        values[:, position] = _filled(column, notes)
    labels = tuple(Label(column.name, _filled(column, notes) != 0) for column in columns if column.role == "label")
    values.flags.writeable = False
    time = next((column for column in columns if column.role == "time"), None)
    if time is not None:
        notes += time_notes(time, table.lines)
    features = tuple(column.name for column in inputs)
    times = None if time is None else time.values
    sequence = Sequence(table.name, values, features, labels, times, time.name if time else "")
    return Dataset((sequence,), table.source, (*table.notes, *notes), options=options, train=options.train)


def _refuse(table: Table, columns: abc.Sequence[Column], options: Options) -> None:
    """Raise the first fault of the file, of those in columns that are of use."""
    if options.bad_cells == "missing":
        return
    ignored = {column.position + 1 for column in columns if column.role == "ignore"}
    for problem in table.problems:
        if problem.column not in ignored:
            raise DataError(
                problem.message,
                file=table.source,
                line=problem.line,
                column=problem.column if problem.column is None or problem.column <= len(columns) else None,
            )


def _filled(column: Column, notes: list[str]) -> FloatArray:
    """Return numbers without gaps. Adds a note."""
    values = np.asarray(column.values, dtype=np.float64)
    if not column.missing:
        return values
    which = "1 value is missing," if column.missing == 1 else f"{column.missing} values are missing, the first"
    filled = "filled with the last one before it, at the start with the next one"
    notes.append(f"column {column.name!r}: {which} in line {column.first_missing}; {filled}")
    return filled_forward(values, gaps_of(column))


def read_csv(path: str | Path, *, progress: abc.Callable[[float], None] | None = None) -> Dataset:
    """Return the table in a delimited text file as a data set, everything guessed: ``read_table``, ``make_dataset``."""
    told = progress or (lambda fraction: None)
    table = read_table(path, progress=lambda fraction: told(0.99 * fraction))
    dataset = make_dataset(table, tick=lambda: told(0.99))
    told(1.0)
    return dataset
