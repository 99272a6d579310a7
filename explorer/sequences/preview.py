"""What would be opened, as values to show: the first rows as they stand, what each column is, what does not fit."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from explorer.errors import GateExplorerError
from explorer.sequences.columns import Column
from explorer.sequences.encoding import first_lines, survey
from explorer.sequences.opening import Opened, Source, files_in, open_file, open_text, read_dataset
from explorer.sequences.options import Form, Options, Problem, Shape
from explorer.sequences.sequence import Dataset
from explorer.sequences.table import Table

SHOWN = 100
"""Rows that are shown as they stand."""

Texts = tuple[tuple[tuple[str, ...], ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """A look at a file. ``whole`` says whether all rows were read, or only the first ones.

    ``names`` are those of the columns. ``rows`` are the first rows under them, cell by cell as they stand, and
    ``lines`` where each begins; ``marks`` says of a cell, by row and column from 0, why it does not fit. ``answer`` is
    what would be opened, in a sentence; ``error`` why it cannot be, or empty. ``form`` is None where there is no text.
    """

    whole: bool
    form: Form | None
    tables: int
    shape: Shape
    names: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    marks: abc.Mapping[tuple[int, int], str]
    problems: tuple[Problem, ...]
    more_problems: int
    notes: tuple[str, ...]
    answer: str = ""
    error: str = ""


def look(
    source: Source,
    options: Options = Options(),  # noqa: B008
    *,
    rows: int | None = None,
    progress: abc.Callable[[float], None] = lambda _: None,
) -> Preview:
    """Return a look at the first ``rows`` of a file, or at all of it, as ``options`` would open it.

    Of several files, or those in a folder, the first is shown. What is wrong with what a table holds is told in the
    preview; ``DataError`` only where there is no table at all.
    """
    files = files_in(source) if isinstance(source, str | Path) else tuple(map(Path, source))
    first = files[0] if files else Path(str(source))
    opened = open_file(first, options, rows=rows, progress=lambda fraction: progress(0.5 * fraction))
    dataset, error = None, ""
    try:
        if rows is None and (len(files) > 1 or Path(str(source)).is_dir()):
            dataset = read_dataset(source, options, progress=lambda fraction: progress(0.5 + 0.5 * fraction))
        else:
            dataset = opened.dataset(options)
    except GateExplorerError as refused:
        error = str(refused)
    progress(1.0)
    return _preview(opened, dataset, error, options, whole=rows is None)


def _preview(opened: Opened, dataset: Dataset | None, error: str, options: Options, *, whole: bool) -> Preview:
    table = opened.table
    answer = "" if dataset is None else summary(dataset)
    notes = dataset.notes if dataset is not None else () if table is None else table.notes
    if table is None:
        texts, lines, form = _lines(opened.path, options)
        return Preview(whole, form, 1, "one", ("text",), (), texts, lines, {}, (), 0, notes, answer, error)
    texts, lines = _cells(opened.path, table, options)
    return Preview(
        whole=whole,
        form=table.form if table.counted == "line" else None,
        tables=table.tables,
        shape=options.shape or table.shape,
        names=tuple(column.name for column in table.columns),
        columns=table.columns,
        rows=texts,
        lines=lines,
        marks=_marks(table.problems, lines),
        problems=(*table.problems, *table.oddities),
        more_problems=table.problem_count - len(table.problems),
        notes=notes,
        answer=answer,
        error=error,
    )


def summary(dataset: Dataset) -> str:
    """Return what a data set holds, in a sentence: how many sequences and steps, which inputs, targets and labels."""
    lengths = [len(sequence) for sequence in dataset.sequences]
    steps = f"{min(lengths):,}" if min(lengths) == max(lengths) else f"{min(lengths):,} to {max(lengths):,}"
    parts = [f"{steps} step{'' if steps == '1' else 's'}"]
    if len(lengths) > 1:
        parts = [f"{len(lengths):,} sequences of {parts[0]}"]
    first = dataset.sequences[0]
    parts.append(_listed("input", dataset.features))
    parts += [f"{len(words):,} different {name}s" for name, words in dataset.vocabularies.items()]
    if first.target_names:
        parts.append(_listed("target", first.target_names))
    if first.labels:
        parts.append(_listed("label", tuple(label.name for label in first.labels)))
    classes = {sequence.label for sequence in dataset.sequences} - {""}
    if classes:
        parts.append(f"{len(classes):,} class{'' if len(classes) == 1 else 'es'}")
    if first.time_name:
        parts.append(f"time {first.time_name}")
    return " · ".join(parts)


def _listed(what: str, names: tuple[str, ...]) -> str:
    few = ", ".join(names[:4]) + (", …" if len(names) > 4 else "")
    return f"{what} {few}" if len(names) == 1 else f"{len(names)} {what}s: {few}"


def _cells(path: Path, table: Table, options: Options) -> Texts:
    """Return the first rows as they stand in the file, and their lines; of arrays, as numbers are written."""
    if table.counted == "line":
        with open_text(path, options.form) as rows:
            records = [] if rows is None else list(islice(rows.records(), SHOWN))
        return tuple(tuple(record.cells) for record in records), tuple(record.line for record in records)
    columns = [
        column.texts[:SHOWN] if column.kind == "text" else tuple(str(value) for value in column.values[:SHOWN])
        for column in table.columns
    ]
    return tuple(zip(*columns, strict=True)), tuple(int(line) for line in table.lines[:SHOWN])


def _lines(path: Path, options: Options) -> tuple[tuple[tuple[str, ...], ...], tuple[int, ...], Form]:
    """Return the first lines of a running text, their numbers, and the encoding as the form."""
    found = survey(path, lambda _: None, options.form.encoding)
    lines, _ = first_lines(path, found)
    shown = tuple((line.rstrip("\r\n"),) for line in lines[:SHOWN])
    return shown, tuple(range(1, len(shown) + 1)), Form(encoding=found.encoding)


def _marks(problems: abc.Sequence[Problem], lines: tuple[int, ...]) -> abc.Mapping[tuple[int, int], str]:
    row_of = {line: row for row, line in enumerate(lines)}
    marks = {
        (row_of[problem.line], (problem.column or 1) - 1): problem.message
        for problem in problems
        if problem.line in row_of
    }
    return MappingProxyType(marks)
