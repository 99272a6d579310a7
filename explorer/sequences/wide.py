"""Tables with one sequence a row: its cells, from left to right, are the steps."""

from __future__ import annotations

from collections import abc
from types import MappingProxyType

import numpy as np

from explorer.errors import DataError
from explorer.sequences.columns import Column, gaps_of, words_of
from explorer.sequences.filling import FILLED, fill, finite_mean
from explorer.sequences.names import step_numbers
from explorer.sequences.options import Fill, Options
from explorer.sequences.scaling import training_count
from explorer.sequences.sequence import Filled, FloatArray, HowArray, Sequence
from explorer.sequences.table import Table

FEATURE = "value"


def wide_sequences(
    table: Table,
    columns: abc.Sequence[Column],
    options: Options,
    notes: list[str],
    tick: abc.Callable[[], None],
) -> tuple[Sequence, ...]:
    """Return a sequence of one feature, ``value``, for each row of a table; ``notes`` tell what was filled or left out.

    The inputs are its steps, in the order of the file. Cells that are missing at the end of a row are no steps: so rows
    are of different lengths. Named like months, years or numbered times, the columns are the time of the steps.
    ``DataError`` if all rows are empty.
    """
    steps = [column for column in columns if column.role == "input"]
    values = np.empty((table.rows, len(steps)))
    gaps = np.empty(values.shape, dtype=bool)
    for position, column in enumerate(steps):
        tick()
        values[:, position], gaps[:, position] = column.values, gaps_of(column)
    lengths = len(steps) - np.argmin(gaps[:, ::-1], axis=1)
    lengths[gaps.all(axis=1)] = 0
    if not lengths.any():
        raise DataError("every row is empty", file=table.source)
    inside = gaps & (np.arange(len(steps)) < lengths[:, None])
    how: Fill = next((options.fills[column.name] for column in steps if column.name in options.fills), "forward")
    notes += _gap_notes(table, lengths, inside, len(steps), FILLED[how].format(mask=f"{FEATURE} missing"))
    training = values[: training_count(table.rows, options.train)]
    starts = np.arange(table.rows, dtype=np.int64) * len(steps)
    flat, flat_told = fill(values.ravel(), gaps.ravel(), starts, how, finite_mean(training))
    filled, told = flat.reshape(values.shape), None if flat_told is None else flat_told.reshape(values.shape)
    counted = step_numbers(tuple(column.name for column in steps))
    names, labels = _names(table, columns), _labels(table, columns)
    sequences = []
    for row in range(table.rows):
        if row % 4096 == 0:
            tick()
        if lengths[row]:
            here = np.arange(lengths[row])
            here = here[~inside[row, here]] if how == "drop" else here
            cells = [filled[row, here], *([inside[row, here].astype(float)] if how == "mask" and inside.any() else [])]
            times, time_name = _times(counted, here, options)
            sequences.append(
                Sequence(
                    names[row],
                    np.column_stack(cells),
                    (FEATURE, f"{FEATURE} missing")[: len(cells)],
                    times=times,
                    time_name=time_name,
                    label=labels[row],
                    filled=_filled(None if told is None else told[row, here], table, row),
                )
            )
    return tuple(sequences)


def _filled(told: HowArray | None, table: Table, row: int) -> abc.Mapping[str, Filled]:
    """Return which steps of a row were filled: the cells of all stand in the same line."""
    steps = np.flatnonzero(told) if told is not None else np.zeros(0, dtype=np.intp)
    if told is None or not len(steps):
        return MappingProxyType({})
    lines = np.full(len(steps), table.lines[row])
    return MappingProxyType({FEATURE: Filled(steps, lines, told[steps], table.counted)})


def _times(
    counted: tuple[str, tuple[float, ...]] | None, steps: np.ndarray, options: Options
) -> tuple[FloatArray | None, str]:
    if counted is not None:
        return np.array(counted[1])[steps], counted[0]
    return (steps / options.rate, "time") if options.rate else (None, "")


def _names(table: Table, columns: abc.Sequence[Column]) -> abc.Sequence[str]:
    """Return what the sequences are called: by the id, else by the number of their row."""
    named = next((words_of(column) for column in columns if column.role == "id"), [""] * table.rows)
    return [name or str(row) for row, name in enumerate(named, 1)]


def _labels(table: Table, columns: abc.Sequence[Column]) -> abc.Sequence[str]:
    of_columns = [words_of(column) for column in columns if column.role == "label"]
    return [", ".join(filter(None, words)) for words in zip(*of_columns, strict=True)] or [""] * table.rows


def _gap_notes(table: Table, lengths: np.ndarray, inside: np.ndarray, width: int, done: str) -> list[str]:
    notes = []
    short = np.flatnonzero(lengths < width)
    if len(short):
        rows = "1 row ends" if len(short) == 1 else f"{len(short)} rows end"
        where = f"{table.counted} {table.lines[int(short[0])]}"
        notes.append(f"{rows} before the last column, the first in {where}: those sequences are shorter")
    empty = int(np.count_nonzero(lengths == 0))
    if empty:
        notes.append(f"{'1 row is' if empty == 1 else f'{empty} rows are'} empty and left out")
    count = int(np.count_nonzero(inside))
    if count:
        row = int(np.argmax(inside.any(axis=1)))
        which = "1 value is missing," if count == 1 else f"{count} values are missing, the first"
        notes.append(f"{which} in {table.counted} {table.lines[row]}; {done}")
    return notes
