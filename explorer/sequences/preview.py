"""What would be opened, as values to show: the first rows as they stand, what each column is, what does not fit."""

from __future__ import annotations

import re
from collections import abc
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType

import numpy as np

from explorer.errors import DataError, GateExplorerError
from explorer.network import PADDING
from explorer.sequences.columns import Column
from explorer.sequences.encoding import first_lines, survey
from explorer.sequences.opening import Opened, files_in, open_file, read_dataset
from explorer.sequences.options import Form, Options, Problem, Shape
from explorer.sequences.rows import open_rows
from explorer.sequences.sequence import Dataset
from explorer.sequences.table import Table, table_of
from explorer.sequences.text import UNKNOWN

_MADE_UP = re.compile(r"column \d+")

SHOWN = 100
"""Rows that are shown as they stand."""


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A data set that has been read whole, and the sizes and times of its files before: it need not be read again."""

    source: str
    dataset: Dataset
    stamp: tuple[tuple[str, int, int], ...]

    def still(self, source: str, options: Options) -> bool:
        """Return whether ``read_dataset`` would return it: the files are as they were, and so are the options."""
        return source == self.source and options == self.dataset.options and _stamp(source) == self.stamp != ()


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """A look at a file. ``whole`` says whether all rows were read, or only the first ones.

    ``names`` are those of the columns. ``rows`` are the first rows under ``headings``, cell by cell as they stand, and
    ``lines`` where each begins; ``marks`` says of a cell, by row and column from 0, why it does not fit. ``answer`` is
    what would be opened, in a sentence; ``error`` why it cannot be, or empty. ``form`` is None where there is no text;
    of running text, which ``columns`` has none of, it tells the encoding only. ``read`` is what was read where that is
    all there is.
    """

    whole: bool
    form: Form | None
    tables: int
    shape: Shape
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
    read: Read | None = None

    @property
    def running_text(self) -> bool:
        """Whether it is read as text, and not as a table."""
        return not self.columns

    @property
    def named(self) -> bool:
        """Whether the file itself names its columns, so that others with the same names are of the same kind."""
        return any(not _MADE_UP.fullmatch(name) for name in self.names)


def look(
    source: str,
    options: Options = Options(),  # noqa: B008
    *,
    rows: int | None = None,
    progress: abc.Callable[[float], None] = lambda _: None,
) -> Preview:
    """Return a look at the first ``rows`` of a file, or at all of it, as ``options`` would open it.

    Of a folder it is one at its first file that can be read and, where all is looked at, the answer is of all files.
    What is wrong with what the table holds is told in the preview; ``DataError`` only where there is nothing at all.
    """
    stamp = _stamp(source)
    opened = _opened(source, options, rows, lambda fraction: progress(0.5 * fraction))
    folder = opened.path != Path(source)
    dataset, error = None, ""
    try:
        if folder and rows is None:
            dataset = read_dataset(source, options, progress=lambda fraction: progress(0.5 + 0.4 * fraction))
        else:
            dataset = opened.dataset(options)
    except GateExplorerError as refused:
        error = str(refused)
    form = None
    if opened.table is None:
        table, form = _lines_of(opened.path, options)
    else:
        table = opened.table
        form = table.form if table.counted == "line" else None
    texts, lines = _texts(opened.path, table, options)
    progress(1.0)
    return Preview(
        whole=rows is None,
        form=form,
        tables=table.tables,
        shape=options.shape or ("one" if opened.table is None else table.shape),
        names=tuple(column.name for column in table.columns) if opened.table is not None else (),
        columns=table.columns if opened.table is not None else (),
        headings=tuple(column.name for column in table.columns),
        rows=texts,
        lines=lines,
        marks=_marks(table.problems, lines, texts),
        problems=(*table.problems, *table.oddities),
        more_problems=table.problem_count - len(table.problems),
        notes=(
            *([f"shown is {opened.path.name}, the first file that can be read"] if folder else []),
            *(table.notes if dataset is None else dataset.notes),
        ),
        answer="" if dataset is None else summary(dataset),
        error=error,
        read=None if dataset is None or rows is not None else Read(source, dataset, stamp),
    )


def _stamp(source: str) -> tuple[tuple[str, int, int], ...]:
    """Return size and time of every file of a source; nothing where one cannot be asked, as whoever reads it says."""
    try:
        return tuple((str(file), (told := file.stat()).st_size, told.st_mtime_ns) for file in files_in(source))
    except (OSError, ValueError, DataError):
        return ()


def _opened(source: str, options: Options, rows: int | None, progress: abc.Callable[[float], None]) -> Opened:
    """Return the file, or the first of a folder that can be read; the error of the first where none can."""
    first: DataError | None = None
    for file in files_in(source):
        try:
            return open_file(file, options, rows=rows, progress=progress)
        except DataError as error:
            first = first or error
    raise first or DataError("there is no file in it", file=source)


def _lines_of(path: Path, options: Options) -> tuple[Table, Form]:
    """Return the first lines of running text as a table of one column, and in which encoding they are."""
    found = survey(path, lambda _: None, options.form.encoding)
    lines, _ = first_lines(path, found)
    shown = np.array([line.rstrip("\r\n") for line in lines[:SHOWN]], dtype=object)
    return table_of(str(path), [("text", shown)]), Form(encoding=found.encoding)


def summary(dataset: Dataset) -> str:
    """Return what a data set holds, in a sentence: how many sequences and steps, which inputs, targets and labels."""
    lengths = [len(sequence) for sequence in dataset.sequences]
    steps = f"{min(lengths):,}" if min(lengths) == max(lengths) else f"{min(lengths):,} to {max(lengths):,}"
    parts = [f"{steps} step{'' if steps == '1' else 's'}"]
    if len(lengths) > 1:
        parts = [f"{len(lengths):,} sequences of {parts[0]}"]
    first = dataset.sequences[0]
    parts.append(_listed("input", dataset.features))
    parts += [f"a vocabulary of {_counted(words):,} for {name}" for name, words in dataset.vocabularies.items()]
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


def _counted(words: tuple[str, ...]) -> int:
    """Return how many words a vocabulary has, besides those that stand for none."""
    return sum(word not in (PADDING, UNKNOWN) for word in words)


def _listed(what: str, names: tuple[str, ...]) -> str:
    few = ", ".join(names[:4]) + (", …" if len(names) > 4 else "")
    return f"{what} {few}" if len(names) == 1 else f"{len(names)} {what}s: {few}"


def _texts(source: Path, table: Table, options: Options) -> tuple[tuple[tuple[str, ...], ...], tuple[int, ...]]:
    """Return the first rows as they stand in the file, and their lines; of arrays, as numbers are written."""
    if table.counted != "row":
        records = list(islice(open_rows(source, options.form).records(), SHOWN))
        return tuple(tuple(record.cells) for record in records), tuple(record.line for record in records)
    columns = [
        column.texts[:SHOWN] if column.kind == "text" else tuple(map(_shown, column.values[:SHOWN]))
        for column in table.columns
    ]
    return tuple(zip(*columns, strict=True)), tuple(int(line) for line in table.lines[:SHOWN])


def _shown(value: float | np.datetime64) -> str:
    if isinstance(value, np.datetime64):
        return "" if np.isnat(value) else str(value.astype("datetime64[s]")).replace("T", " ").removesuffix(" 00:00:00")
    return "" if np.isnan(value) else f"{value:.15g}"


def _marks(
    problems: abc.Sequence[Problem], lines: tuple[int, ...], rows: abc.Sequence[abc.Sequence[str]]
) -> abc.Mapping[tuple[int, int], str]:
    """Return what is wrong with which cell; a row of too few or too many cells is wrong as a whole."""
    row_of = {line: row for row, line in enumerate(lines)}
    marks: dict[tuple[int, int], str] = {}
    for problem in problems:
        row = None if problem.line is None else row_of.get(problem.line)
        if row is not None:
            columns = range(len(rows[row])) if problem.column is None else (problem.column - 1,)
            marks |= {(row, column): problem.message for column in columns}
    return MappingProxyType(marks)
