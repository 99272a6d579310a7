"""Tables read some thousand cells at a time: the exact way, which takes every file and knows the line of every cell."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

import numpy as np
import numpy.typing as npt

from explorer.sequences.cutting import Record
from explorer.sequences.noticing import wrong_width
from explorer.sequences.numerals import missing_words, numbers
from explorer.sequences.options import Problem
from explorer.sequences.rows import Rows
from explorer.sequences.sequence import FloatArray

Kind = Literal["number", "date", "text"]
"""What a column holds. Dates are read from text once all of it is known: a column as a whole tells the day from the
month."""

LineArray = npt.NDArray[np.int64]
Lines = range | LineArray
"""The line of the file in which each row begins."""

CELLS = 1 << 15
"""Cells in a block of the exact way: some 10 ms of work, between which a person may cancel."""

LISTED = 1000
"""Problems of one kind that are listed; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that is neither a number nor missing: its row from 0, its column from 0, and what stands there."""

    row: int
    position: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """All rows of a table, cut into columns of the kinds that were asked for.

    ``numbers`` (T, N) are the columns of kind "number" in their order, NaN where a cell is missing or wrong; ``texts``
    the cells of the others by position. ``wrong`` lists cells that are no number and ``ragged`` rows of another width,
    both capped at LISTED; ``wrong_counts`` by position and ``ragged_count`` count all. ``blank`` are the blank lines
    passed over. ``extent`` (2, N), where it is known, are minimum and maximum of each column of numbers, NaN if it has
    a gap. ``quotes`` are those that do not fit and were read as letters, ``comments`` the lines passed over as such.
    """

    lines: Lines
    numbers: FloatArray
    texts: abc.Mapping[int, abc.Sequence[str]]
    wrong: tuple[Wrong, ...]
    wrong_counts: abc.Mapping[int, int]
    ragged: tuple[Problem, ...] = ()
    ragged_count: int = 0
    blank: tuple[int, ...] = ()
    extent: FloatArray | None = None
    quotes: tuple[Problem, ...] = ()
    comments: tuple[int, ...] = ()


class Matrix:
    """Rows of numbers, appended block by block. Room that is never written to takes no memory."""

    def __init__(self, width: int, capacity: int) -> None:
        self._rows = np.empty((max(1, capacity), width))
        self._count = 0

    def has_room(self, count: int) -> bool:
        """Return whether so many further rows go where the others are: else those are moved."""
        return self._count + count <= len(self._rows)

    def append(self, count: int) -> FloatArray:
        """Return ``count`` further rows (count, N) to be written to."""
        if not self.has_room(count):
            larger = np.empty((max(self._count + count, len(self._rows) * 3 // 2), self._rows.shape[1]))
            larger[: self._count] = self._rows[: self._count]
            self._rows = larger
        self._count += count
        return self._rows[self._count - count : self._count]

    def done(self) -> FloatArray:
        """Return all rows, read-only."""
        rows = self._rows[: self._count]
        rows.flags.writeable = False
        return rows


def exact_content(
    rows: Rows, kinds: abc.Sequence[Kind], progress: abc.Callable[[float], None], limit: int | None = None
) -> Content:
    """Return the rows of a table as ``rows`` cuts them, or the first ``limit``.

    Too short a row misses its last cells, too long a one loses those beyond the table; both are told.
    """
    done = [0.0]
    quotes: list[Problem] = []

    def passed(fraction: float) -> None:
        done[0] = fraction
        progress(fraction)

    reading = _Reading(rows, kinds)
    comments: list[int] = []
    records = islice(rows.records(passed, quotes.append, comments), limit)
    while block := list(islice(records, max(1, CELLS // max(1, len(kinds))))):
        reading.add(block)
        progress(done[0])
    return replace(reading.content(), quotes=tuple(quotes), comments=tuple(comments))


class _Reading:
    """What has been read so far."""

    def __init__(self, rows: Rows, kinds: abc.Sequence[Kind]) -> None:
        self._kinds = kinds
        self._signs = rows.form.decimal or ".", rows.form.thousands or "", missing_words(rows.form.missing)
        self._comment = rows.form.comment
        self._numeric = [position for position, kind in enumerate(kinds) if kind == "number"]
        self._matrix = Matrix(len(self._numeric), 1024)
        self._texts: dict[int, list[str]] = {p: [] for p, kind in enumerate(kinds) if kind != "number"}
        self._lines: list[LineArray] = []
        self._count, self._next = 0, rows.body_line
        self._wrong: list[Wrong] = []
        self._wrong_counts = dict.fromkeys(self._numeric, 0)
        self._ragged: list[Problem] = []
        self._ragged_count = 0
        self._blank: list[int] = []

    def add(self, records: list[Record]) -> None:
        """Take some rows."""
        self._note_blanks(records)
        width = len(self._kinds)
        cells = [record.cells if len(record.cells) == width else self._fitted(record, width) for record in records]
        columns = list(zip(*cells, strict=True))
        block = self._matrix.append(len(records))
        for number, position in enumerate(self._numeric):
            block[:, number], wrong = numbers(columns[position], *self._signs)
            if wrong:
                room = max(0, LISTED - self._wrong_counts[position])
                self._wrong_counts[position] += len(wrong)
                self._wrong += [
                    Wrong(self._count + row, position, columns[position][row].strip()) for row in wrong[:room]
                ]
        for position, texts in self._texts.items():
            texts += columns[position]
        self._lines.append(np.array([record.line for record in records], dtype=np.int64))
        self._count += len(records)

    def content(self) -> Content:
        """Return all of it."""
        lines = np.concatenate(self._lines) if self._lines else np.empty(0, dtype=np.int64)
        return Content(
            lines,
            self._matrix.done(),
            self._texts,
            tuple(self._wrong),
            self._wrong_counts,
            tuple(self._ragged),
            self._ragged_count,
            tuple(self._blank),
        )

    def _note_blanks(self, records: list[Record]) -> None:
        """Note the blank lines between rows, by the lines that are skipped; comments may be among those."""
        if not self._comment and records[-1].line - self._next != len(records) - 1:
            for record in records:
                self._blank += range(self._next, record.line)
                self._next = record.line + _lines_of(record)
        self._next = records[-1].line + _lines_of(records[-1])

    def _fitted(self, record: Record, width: int) -> abc.Sequence[str]:
        """Return the cells of a row of another width, filled or cut to that of the table."""
        cells = record.cells
        self._ragged_count += 1
        if self._ragged_count <= LISTED:
            self._ragged.append(wrong_width(record, width))
        return [*cells[:width], *[""] * (width - len(cells))]


def _lines_of(record: Record) -> int:
    """Return how many lines of the file a row takes: one, and one more for each line end inside its cells."""
    return 1 + sum(
        cell.count("\n") + cell.count("\r") - cell.count("\r\n")
        for cell in record.cells
        if "\n" in cell or "\r" in cell
    )
