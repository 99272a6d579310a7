"""Several tables in one file, one below the other: where each begins and ends."""

from __future__ import annotations

from collections import Counter, abc
from itertools import accumulate, takewhile
from typing import NamedTuple

from explorer.sequences.cutting import Record
from explorer.sequences.headers import is_value, is_word

FEW = 10
"""Rows up to which something narrower above or below a table is no table of its own."""


def common_width(rows: abc.Iterable[Record]) -> int:
    """Return the number of cells most rows have, the larger of two that are equally common."""
    widths = Counter(len(row.cells) for row in rows if not row.blank)
    return max(widths, key=lambda width: (widths[width], width), default=0)


def filled(row: Record) -> int:
    """Return how many cells of a row hold something."""
    return sum(map(bool, row.cells))


def blocks(rows: abc.Sequence[Record], named: bool = True) -> list[tuple[int, int]]:
    """Return the range of rows of each table, in the order of the file; rows may be blank. At least one.

    A table ends where rows of another width begin, under a line of names or below a gap, or where its first line is
    repeated; where it is told that none is ``named``, a line is never one of names. What is above or below a table
    and small is no table of its own.
    """
    begins = _begins(rows, named)
    ranges = [(start, end) for start, end in zip(begins, [*begins[1:], len(rows)], strict=True) if start < end]
    sizes = [_Size.of(rows[start:end]) for start, end in ranges]
    # For each block, the largest one above it and the largest below it.
    above = [None, *accumulate(sizes, max)]
    below = [*list(accumulate(reversed(sizes), max))[::-1][1:], None]
    found: list[tuple[int, int]] = []
    start: int | None = None
    for (begin, end), size, before, after in zip(ranges, sizes, above, below, strict=False):
        start = begin if start is None else start
        if size.is_small_beside(after):
            continue
        if found and size.is_small_beside(before):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
        start = None
    return found or [(0, len(rows))]


class _Size(NamedTuple):
    """How many rows a block has, how wide they are, and whether they begin with words, as pairs of key and value do."""

    rows: int
    width: int
    words: bool

    @classmethod
    def of(cls, block: abc.Sequence[Record]) -> _Size:
        present = [row for row in block if not row.blank]
        values = sum(is_value(row.cells[0]) for row in present)
        return cls(len(present), common_width(present), values * 2 < len(present))

    def is_small_beside(self, other: _Size | None) -> bool:
        """Return whether a block is a preamble or a footer of another."""
        if other is None or self.width > 2:
            return False
        few = self.rows <= FEW and self.words if self.width > 1 else self.rows <= 6 * FEW
        return few and self.width < other.width and self.rows < other.rows


def _begins(rows: abc.Sequence[Record], named: bool) -> list[int]:
    """Return where rows begin that may be a table of their own."""
    begins = [0]
    width, seen, head = 0, 0, None
    gap, last = False, Record(0, [])
    for at, row in enumerate(rows):
        if not filled(row):
            gap = gap or (row.blank or seen > 1)
            continue
        other = seen > 1 and len(row.cells) != width and _starts(rows, at, gap)
        again = seen > 2 and _repeated(head, row, last)
        below = gap and seen > 1 and len(row.cells) == width and _named(rows, at, last)
        if other or (named and (again or below)):
            begins.append(at)
            seen, head = 0, None
        if not seen or (seen == 1 and len(row.cells) != width):
            width, head = len(row.cells), row.cells
            seen = 1
        elif len(row.cells) == width and (seen > 1 or list(row.cells) != list(head or ())):
            seen += 1
        gap, last = False, row
    return begins


def _repeated(head: abc.Sequence[str] | None, row: Record, before: Record) -> bool:
    """Return whether a row is the line of names once more: words, above and below values."""
    same = head is not None and list(row.cells) == list(head) and filled(row) > 1
    return same and not any(map(is_value, row.cells)) and any(map(is_value, before.cells))


def _named(rows: abc.Sequence[Record], at: int, before: Record) -> bool:
    """Return whether a row below a gap is a line of names: words in all columns, values below them, values above.

    Words that say that a value is missing are no names.
    """
    row, width = rows[at], len(rows[at].cells)
    near = (before, *rows[at + 1 : at + 3])
    alike = len(near) == 3 and all(len(other.cells) == width and any(map(is_value, other.cells)) for other in near)
    return alike and all(map(is_word, row.cells))


def _starts(rows: abc.Sequence[Record], at: int, gap: bool) -> bool:
    """Return whether a row of another width is the first of several alike: below a gap, or with nothing but words."""
    width = len(rows[at].cells)
    if width < 2:
        return gap and _titled(rows, at)
    below = list(takewhile(filled, rows[at + 1 : at + 4]))
    if not below or any(len(row.cells) != width for row in below) or (len(below) < 3 and not gap):
        return False
    return gap or not any(map(is_value, rows[at].cells))


def _titled(rows: abc.Sequence[Record], at: int) -> bool:
    """Return whether a line of one cell is the title of a table that begins soon below it."""
    for place in range(at + 1, min(at + 8, len(rows))):
        if len(rows[place].cells) > 1:
            return _starts(rows, place, True)
    return False
