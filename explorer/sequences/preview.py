"""What would be opened, as values to show: the first rows as they stand, what each column is, what does not fit."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

from explorer.errors import GateExplorerError
from explorer.sequences.columns import Column
from explorer.sequences.options import Form, Options, Problem
from explorer.sequences.rows import open_rows
from explorer.sequences.sequence import Dataset
from explorer.sequences.shaping import make_dataset
from explorer.sequences.table import Table, read_table

SHOWN = 100
"""Rows that are shown as they stand."""


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """A look at a file. ``whole`` says whether all rows were read, or only the first ones.

    ``names`` are those of the columns. ``rows`` are the first rows under ``headings``, cell by cell as they stand, and
    ``lines`` where each begins; ``marks`` says of a cell, by row and column from 0, why it does not fit. ``answer`` is
    what would be opened, in a sentence; ``error`` why it cannot be, or empty. ``form`` is None where there is no text.
    """

    whole: bool
    form: Form | None
    tables: int
    shape: str
    names: tuple[str, ...]
    columns: tuple[Column, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    marks: abc.Mapping[tuple[int, int], str]
    problems: tuple[Problem, ...]
    more_problems: int
    notes: tuple[str, ...]
    answer: str = ""
    error: str = ""


def look(
    source: str,
    options: Options = Options(),  # noqa: B008
    *,
    rows: int | None = None,
    progress: abc.Callable[[float], None] = lambda _: None,
) -> Preview:
    """Return a look at the first ``rows`` of a file, or at all of it, as ``options`` would open it.

    What is wrong with what the table holds is told in the preview; ``DataError`` only where there is no table at all.
    """
    table = read_table(source, options, rows=rows, progress=lambda fraction: progress(0.9 * fraction))
    dataset, error = None, ""
    try:
        dataset = make_dataset(table, options)
    except GateExplorerError as refused:
        error = str(refused)
    texts, lines = _texts(source, table, options)
    progress(1.0)
    return Preview(
        whole=rows is None,
        form=None if table.counted == "row" else table.form,
        tables=table.tables,
        shape=options.shape or table.shape,
        names=tuple(column.name for column in table.columns),
        columns=table.columns,
        headings=tuple(column.name for column in table.columns),
        rows=texts,
        lines=lines,
        marks=_marks(table.problems, lines),
        problems=table.problems,
        more_problems=table.problem_count - len(table.problems),
        notes=table.notes if dataset is None else dataset.notes,
        answer="" if dataset is None else summary(dataset),
        error=error,
    )


def summary(dataset: Dataset) -> str:
    """Return what a data set holds, in a sentence: how many sequences and steps, which inputs, targets and labels."""
    lengths = [len(sequence) for sequence in dataset.sequences]
    steps = f"{min(lengths):,}" if min(lengths) == max(lengths) else f"{min(lengths):,} to {max(lengths):,}"
    many = f"{len(lengths):,} sequences of {steps} steps" if len(lengths) > 1 else f"{steps} steps"
    first = dataset.sequences[0]
    parts = [many.replace("1 steps", "1 step") if lengths == [1] else many]
    parts.append(_listed("input", dataset.features))
    if first.target_names:
        parts.append(_listed("target", first.target_names))
    if first.labels:
        parts.append(_listed("label", tuple(label.name for label in first.labels)))
    if any(sequence.label for sequence in dataset.sequences):
        parts.append(f"{len({sequence.label for sequence in dataset.sequences}):,} classes")
    if first.time_name:
        parts.append(f"time {first.time_name}")
    return " · ".join(parts)


def _listed(what: str, names: tuple[str, ...]) -> str:
    few = ", ".join(names[:4]) + (", …" if len(names) > 4 else "")
    return f"{what} {few}" if len(names) == 1 else f"{len(names)} {what}s: {few}"


def _texts(source: str, table: Table, options: Options) -> tuple[tuple[tuple[str, ...], ...], tuple[int, ...]]:
    """Return the first rows as they stand in the file, and their lines; of arrays, as numbers are written."""
    if table.counted != "row":
        records = list(islice(open_rows(source, options.form).records(), SHOWN))
        return tuple(tuple(record.cells) for record in records), tuple(record.line for record in records)
    columns = [
        column.texts[:SHOWN] if column.kind == "text" else tuple(str(value) for value in column.values[:SHOWN])
        for column in table.columns
    ]
    return tuple(zip(*columns, strict=True)), tuple(int(line) for line in table.lines[:SHOWN])


def _marks(problems: abc.Sequence[Problem], lines: tuple[int, ...]) -> abc.Mapping[tuple[int, int], str]:
    row_of = {line: row for row, line in enumerate(lines)}
    return MappingProxyType(
        {
            (row_of[problem.line], (problem.column or 1) - 1): problem.message
            for problem in problems
            if problem.line in row_of
        }
    )
