"""From a table to sequences: one, or several told apart by an id column, or one a row."""

from __future__ import annotations

import shlex
from collections import abc
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from explorer.errors import DataError, shown
from explorer.sequences.arranging import Arranged, arrange
from explorer.sequences.columns import Column, is_vast, numbers_of, words_of
from explorer.sequences.filling import parts_of
from explorer.sequences.inputs import Inputs, make_inputs
from explorer.sequences.marking import make_labels, make_targets
from explorer.sequences.options import Options
from explorer.sequences.roles import with_roles
from explorer.sequences.sequence import Dataset, Label, Sequence
from explorer.sequences.table import Table, read_table
from explorer.sequences.timing import Times, odd_times, times_of
from explorer.sequences.wide import wide_sequences

Tick = abc.Callable[[], None]


def make_dataset(table: Table, options: Options = Options(), tick: Tick = lambda: None) -> Dataset:  # noqa: B008
    """Return the sequences of a table. ``tick`` is called several times a second and may raise to cancel.

    In long form there is one for each value of the id, in order of first appearance; in wide form one for each row.
    Every column that is left out, every gap that is filled and all that is odd about the time stands in the notes.
    ``DataError`` with line and column if a cell or a row does not fit, unless ``options`` take those for missing, or
    if there is nothing a network could take as input. ``UsageError`` if a column that is told is not there.
    """
    if not table.rows:
        raise DataError("there is a header, but no row of values below it", file=table.source, line=1)
    shape, columns = with_roles(table.columns, options)
    return as_they_are(replace(table, shape=shape, columns=columns), options, tick)


def as_they_are(table: Table, options: Options, tick: Tick = lambda: None) -> Dataset:
    """Return the sequences of a table whose columns have their roles: nothing is guessed once more."""
    shape, columns = table.shape, table.columns
    columns = tuple(_as_told(column, table, options) for column in columns)
    _refuse(table, columns, options)
    notes = [*table.notes, *_role_notes(columns)]
    texts = next((column for column in columns if column.role == "text"), None)
    if texts is not None:
        return _of_texts(table, texts, columns, options, notes)
    _require_input(table, columns)
    if shape == "wide":
        notes.append("each row is a sequence, and its columns are the steps")
    vocabularies = {}
    if shape == "wide":
        sequences = wide_sequences(table, columns, options, notes, tick)
    else:
        arranged = arrange(table, columns, options, notes)
        tick()
        if shape == "long":
            ids = " and ".join(repr(column.name) for column in arranged.of_role("id"))
            count = len(arranged.names)
            notes.append(f"column {ids} tells {count} {'sequence' if count == 1 else 'sequences'} apart")
        inputs = make_inputs(arranged, options, notes, tick)
        sequences = _cut(arranged, inputs, table, options, notes, tick)
        vocabularies = inputs.vocabularies
    if table.problem_count:
        left = f"{table.problem_count} cells or rows do" if table.problem_count > 1 else "1 cell or row does"
        notes.append(f"{left} not fit, the first in {table.counted} {table.problems[0].line}; taken for missing")
    return Dataset(
        sequences,
        table.source,
        tuple(notes),
        options=options,
        vocabularies=MappingProxyType(vocabularies),
        train=options.train,
    )


def read_csv(path: str | Path, *, progress: abc.Callable[[float], None] | None = None) -> Dataset:
    """Return the table in a delimited text file as a data set, everything guessed: ``read_table``, ``make_dataset``."""
    told = progress or (lambda fraction: None)
    table = read_table(path, progress=lambda fraction: told(0.99 * fraction))
    dataset = make_dataset(table, tick=lambda: told(0.99))
    told(1.0)
    return dataset


def _cut(
    arranged: Arranged, inputs: Inputs, table: Table, options: Options, notes: list[str], tick: Tick
) -> tuple[Sequence, ...]:
    """Return each sequence with its part of the inputs, labels, targets and times."""
    times = times_of(arranged.of_role("time"))
    if times is not None:
        codes = arranged.codes if arranged.of_role("id") else None
        notes += [problem.message for problem in odd_times(times, arranged.lines, codes, table.counted)]
    marks, labels = make_labels(arranged, notes)
    targets, target_names = make_targets(arranged)
    filled = [
        (names, parts_of(told, arranged.lines, arranged.bounds, table.counted)) for names, told in inputs.filled.items()
    ]
    sequences = []
    for number, (first, end) in enumerate(arranged.bounds):
        if number % 256 == 0:
            tick()
        sequences.append(
            Sequence(
                arranged.names[number],
                inputs.values[first:end],
                inputs.features,
                tuple(Label(name, values[first:end]) for name, values in marks.items()),
                _times(times, first, end, options),
                times.name if times is not None else "time" if options.rate else "",
                None if targets is None else targets[first:end],
                target_names,
                labels[number],
                filled=MappingProxyType(
                    {name: part for names, parts in filled for name in names if (part := parts[number]) is not None}
                ),
            )
        )
    return tuple(sequences)


def _times(times: Times | None, first: int, end: int, options: Options) -> np.ndarray | None:
    if times is not None:
        return times.values[first:end]
    return np.arange(end - first) / options.rate if options.rate else None


def _of_texts(
    table: Table, texts: Column, columns: abc.Sequence[Column], options: Options, notes: abc.Sequence[str]
) -> Dataset:
    """Return one sequence for each row, of what its text is cut into."""
    from explorer.sequences.text import dataset_of_texts

    named = [words_of(column) for column in columns if column.role == "id"]
    labelled = [words_of(column) for column in columns if column.role == "label"]
    names = named[0] if named else [str(row) for row in range(1, table.rows + 1)]
    labels = [", ".join(filter(None, words)) for words in zip(*labelled, strict=True)] or [""] * table.rows
    lines = table.lines if isinstance(table.lines, range) else table.lines.tolist()
    return dataset_of_texts(table.source, texts.texts, names, labels, options, notes, lines=lines)


def _as_told(column: Column, table: Table, options: Options) -> Column:
    """Return a column of words whose role asks for numbers as one of numbers. ``DataError`` for one that is none."""
    if column.kind != "text" or column.role != "input":
        return column
    numeric, wrong = numbers_of(column, table.form, table.lines)
    if wrong and options.bad_cells == "refuse":
        raise DataError(
            f"{shown(column.texts[wrong[0]])} is no number, and column {column.name!r} is to be an input; "
            "give it the role category if each of its words is to be one",
            file=table.source,
            line=int(table.lines[wrong[0]]),
            column=column.position + 1,
        )
    return numeric


def _refuse(table: Table, columns: abc.Sequence[Column], options: Options) -> None:
    """Raise the first fault of the file, of those in columns that are of use."""
    if options.bad_cells == "missing":
        return
    ignored = {column.position + 1 for column in columns if column.role == "ignore"}
    for problem in table.problems:
        if problem.column not in ignored:
            raise DataError(problem.message, file=table.source, line=problem.line, column=problem.column)


def _role_notes(columns: abc.Sequence[Column]) -> list[str]:
    """Return what a person should know about the roles that were guessed."""
    used = [column for column in columns if column.role != "ignore"]
    notes = [
        f"column {column.name!r}: {said}"
        for column in used
        for said in dict.fromkeys((column.reason, "" if column.kind == "text" else column.note))
        if said
    ]
    left = [column for column in columns if column.role == "ignore" and column.reason]
    notes += [f"left out, column {column.name!r}: {column.note}" for column in left if _is_partly(column)]
    left = [column for column in left if not _is_partly(column)]
    for reason in dict.fromkeys(column.reason for column in left):
        which = ", ".join(column.name for column in left if column.reason == reason)
        notes.append(f"left out, as {reason}: {which}")
    for column in used:
        if column.infinite:
            values = (
                "1 value is infinite," if column.infinite == 1 else f"{column.infinite} values are infinite, the first"
            )
            notes.append(f"column {column.name!r}: {values} in line {column.first_infinite}; kept as it is")
    rounded = [column.name for column in used if column.role in ("input", "target") and _is_rounded(column)]
    if rounded:
        notes.append(f"whole numbers beyond 2^53 were rounded to the nearest float64: {', '.join(rounded)}")
    constant = [column.name for column in used if column.constant and column.role == "input"]
    if constant:
        notes.append(f"always the same, but kept: {', '.join(constant)}")
    return notes


def _is_partly(column: Column) -> bool:
    """Return whether a column of words holds numbers too, so that it was perhaps meant to hold nothing else."""
    return column.kind == "text" and bool(column.note) and not column.constant


def _is_rounded(column: Column) -> bool:
    """Return whether some cell of a column of large whole numbers is none that float64 has."""
    digits = [text for text in column.texts if text.lstrip("+-").isdecimal()] if is_vast(column) else []
    return any(int(text) != int(float(text)) for text in digits)


def _require_input(table: Table, columns: abc.Sequence[Column]) -> None:
    if any(column.role in ("input", "category") for column in columns):
        return
    others = [column.name for column in columns if column.role != "ignore"]
    besides = f" besides {', '.join(others)}" if others else ""
    words = next((column.name for column in columns if column.kind == "text" and not column.empty), None)
    what_to_do = (
        "" if words is None else f"; to use words, choose a role, such as --role {shlex.quote(words + '=category')}"
    )
    raise DataError(
        f"there is no column of numbers{besides}, so nothing a network could take as input{what_to_do}",
        file=table.source,
    )
