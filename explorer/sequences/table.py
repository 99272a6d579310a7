"""Reading a delimited file: look at all of it once, cut a sample, read the rows, judge the columns."""

from __future__ import annotations

from collections import abc
from dataclasses import replace
from pathlib import Path

from explorer.errors import DataError
from explorer.sequences.blocks import Block, exact_blocks
from explorer.sequences.columns import find_roles, make_sequence, read_columns
from explorer.sequences.dialect import Dialect, guess_dialect
from explorer.sequences.encoding import Survey, first_lines, survey
from explorer.sequences.fast import NotPlainError, fast_blocks
from explorer.sequences.head import Head, read_head
from explorer.sequences.sequence import Dataset


def read_csv(path: str | Path, *, progress: abc.Callable[[float], None] | None = None) -> Dataset:
    """Return the table in a delimited text file as a data set of one sequence, one row a step.

    Columns of numbers are features, in the order of the file and with every digit; dates, or numbers under the name
    of a time, are the time; a column of 0 and 1 called anomaly, label, class or target is a label. What is left out,
    filled or assumed stands in the notes.

    ``progress`` is called with the fraction done, from 0 to 1, several times a second; it may raise to cancel.
    ``DataError`` with line and column, both from 1, if the file is no table of numbers.
    """
    told = progress or (lambda fraction: None)
    try:
        found = survey(Path(path), lambda fraction: told(0.2 * fraction))
        dataset = _read(Path(path), found, lambda fraction: told(0.2 + 0.75 * fraction))
    except DataError as error:
        raise DataError(error.message, file=path, line=error.line, column=error.column) from error.__cause__
    told(1.0)
    return replace(dataset, source=str(path))


def _read(path: Path, found: Survey, progress: abc.Callable[[float], None]) -> Dataset:
    lines, _ = first_lines(path, found)
    dialect = guess_dialect(lines)
    try:
        return _read_as(path, found, lines, dialect, progress)
    except DataError as error:
        # The first decimal comma may stand below the sample.
        if dialect.decimal == "," or dialect.delimiter == ",":
            raise
        try:
            return _read_as(path, found, lines, replace(dialect, decimal=","), progress)
        except DataError:
            raise error from None


def _read_as(
    path: Path,
    found: Survey,
    lines: abc.Sequence[str],
    dialect: Dialect,
    progress: abc.Callable[[float], None],
) -> Dataset:
    head = read_head(lines, dialect)
    blocks = _blocks(path, found, head, progress)
    columns, line_numbers = read_columns(blocks, head, lambda: progress(1.0))
    sequence, notes = make_sequence(path.stem, find_roles(columns), line_numbers, lambda: progress(1.0))
    return Dataset((sequence,), str(path), (*_file_notes(found, head, blocks), *notes))


def _blocks(path: Path, found: Survey, head: Head, progress: abc.Callable[[float], None]) -> list[Block]:
    try:
        return list(fast_blocks(path, found, head, progress))
    except NotPlainError:
        return list(exact_blocks(path, found, head, progress))


def _file_notes(found: Survey, head: Head, blocks: abc.Sequence[Block]) -> tuple[str, ...]:
    notes = list(head.notes)
    if found.encoding == "cp1252":
        notes.insert(0, "the file is not UTF-8 and was read as Windows-1252")
    if head.dialect.decimal == ",":
        notes.append("numbers were read with a decimal comma")
    blank = [line for block in blocks for line in block.blank]
    if blank:
        lines = f"line {blank[0]}" if len(blank) == 1 else f"{len(blank)} blank lines, the first line {blank[0]},"
        notes.append(f"{'blank ' if len(blank) == 1 else ''}{lines} passed over")
    return tuple(notes)
