"""Tables read some thousand rows at a time: the exact way, which takes every file and knows the line of every cell."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from explorer.sequences.cutting import Record
from explorer.sequences.dialect import records
from explorer.sequences.encoding import Survey, open_text
from explorer.sequences.head import Head, Kind, wrong_width
from explorer.sequences.numerals import is_missing, numbers
from explorer.sequences.sequence import FloatArray

ROWS = 4096
"""Rows in a block of the exact way."""

LineArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one column in one block.

    ``values`` (n,), NaN where a cell is missing or no number; ``texts`` (n,), only of a column of dates. ``good`` and
    ``wrong`` count the cells that are a number and those that are neither a number nor missing; ``first`` is the
    first of the wrong ones with its line.
    """

    values: FloatArray
    texts: tuple[str, ...]
    good: int
    wrong: int = 0
    first: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows: ``lines`` (n,) the line each begins in, the cells of each column, and the blank lines passed over."""

    lines: LineArray
    columns: tuple[Cells, ...]
    blank: tuple[int, ...] = ()


def exact_blocks(path: Path, survey: Survey, head: Head, progress: abc.Callable[[float], None]) -> abc.Iterator[Block]:
    """Yield the rows of a table, read by Python's csv module.

    ``DataError`` with the line where quotes do not fit or a row has not the cells of the others.
    """
    with open_text(path, survey) as (lines, part):
        width = head.width
        rows: list[Record] = []
        blank: list[int] = []
        passed: list[int] = []
        for row in records(islice(lines, head.body_line - 1, None), head.dialect.delimiter, first_line=head.body_line):
            if row.blank and (width > 1 or not row.cells):
                # Only when a row follows is it known that a blank line was not just the end of the file.
                passed.append(row.line)
                continue
            if len(row.cells) != width:
                raise wrong_width(row, width)
            if passed:
                if width == 1:
                    rows += [Record(line, [""]) for line in passed]
                else:
                    blank += passed
                passed = []
            rows.append(row)
            if len(rows) >= ROWS:
                yield _block(rows, head, blank)
                progress(part())
                rows, blank = [], []
        if rows:
            yield _block(rows, head, blank)


def _block(rows: abc.Sequence[Record], head: Head, blank: abc.Sequence[int]) -> Block:
    lines = np.array([row.line for row in rows], dtype=np.int64)
    columns = zip(*(row.cells for row in rows), strict=True)
    cells = tuple(_cells(texts, kind, lines, head) for texts, kind in zip(columns, head.kinds, strict=True))
    return Block(lines, cells, tuple(blank))


def _cells(texts: tuple[str, ...], kind: Kind, lines: LineArray, head: Head) -> Cells:
    if kind == "date":
        return Cells(np.empty(0), texts, sum(not is_missing(text) for text in texts))
    values, wrong = numbers(texts, head.dialect.decimal)
    first = (int(lines[wrong[0]]), texts[wrong[0]]) if wrong else None
    return Cells(values, (), int(np.count_nonzero(~np.isnan(values))), len(wrong), first)
