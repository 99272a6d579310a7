"""What stands below the rows of a table: totals, notes, sources."""

from __future__ import annotations

import re
from collections import Counter, abc
from dataclasses import dataclass

from explorer.sequences.cutting import Record
from explorer.sequences.headers import Kind, is_value, is_word
from explorer.sequences.numerals import is_missing
from explorer.sequences.tables import filled

JUDGED = 400
"""Rows by which it is judged what a row of the table is like."""

_NOTE = re.compile(
    r"(?:grand |sub)?tota\w*|sum(?:m[ae]|s)?\b|averages?\b|mean\b|median\b|std\b|count\b|notes?\b|sources?\b|foot\w+|"
    r"end of|remarks?\b|legend|copyright|©|\(c\)|\*|generated|exported|created|"
    r"(?:ins)?gesamt|mittelwert|quelle|anmerkung|moyenne|suma\b|promedio|media\b|итого",
    re.IGNORECASE,
)
"""How totals and notes begin."""


@dataclass(frozen=True, slots=True)
class _Usual:
    """What the rows of a table are like: their width, the kinds of their columns, how many cells of them are filled.

    ``sparse`` says that some have one filled cell only, ``odd`` counts the widths there are, ``longest`` is the length
    of the longest first cell.
    """

    width: int
    kinds: abc.Sequence[Kind]
    typical: int
    sparse: bool
    odd: abc.Mapping[int, int]
    longest: int

    @property
    def valued(self) -> list[int]:
        """The columns of numbers and dates."""
        return [column for column, kind in enumerate(self.kinds) if kind in ("number", "date")]


def typically_filled(rows: abc.Sequence[Record], width: int) -> int:
    """Return how many cells of a row hold something, in the middle one of many."""
    counts = sorted(filled(row) for row in rows[-JUDGED:] if len(row.cells) == width)
    return counts[len(counts) // 2] if counts else 0


def rows_above_footer(body: abc.Sequence[Record], width: int, kinds: abc.Sequence[Kind], gaps: abc.Set[int]) -> int:
    """Return how many of the rows are the table's; ``gaps`` are the lines of rows with a blank line above them.

    Empty rows belong to a footer below them; where there is none, to the table.
    """
    whole = body[: len(body) * 2 // 3]
    usual = _Usual(
        width,
        kinds,
        typically_filled(body, width),
        width > 2 and any(len(row.cells) == width and filled(row) < 2 for row in whole),
        Counter(len(row.cells) for row in whole),
        max((len(row.cells[0]) for row in whole if row.cells), default=0),
    )
    last = _last_section(body, usual, gaps)
    for end in range(last, max(1, len(body) // 2), -1):
        row = body[end - 1]
        if not filled(row):
            if last == len(body):
                break
        elif not _is_below(row, usual) and not (row.line in gaps and _is_apart(row, usual)):
            break
        last = end - 1
    return last


def _last_section(body: abc.Sequence[Record], usual: _Usual, gaps: abc.Set[int]) -> int:
    """Return where the rows below the last gap begin, if all of them have another width than the table's."""
    for at in range(len(body) - 1, max(1, len(body) // 2, len(body) - 30) - 1, -1):
        if len(body[at].cells) == usual.width:
            break
        if body[at].line in gaps:
            return at
    return len(body)


def _is_below(row: Record, usual: _Usual) -> bool:
    """Return whether a row at the end, with nothing between it and the table, is a note or a total."""
    misplaced = bool(usual.kinds) and usual.kinds[0] in ("number", "date") and _NOTE.match(row.cells[0]) is not None
    if misplaced:
        return True
    if any(map(is_value, row.cells[1:])):
        return False
    count, width = filled(row), usual.width
    if len(row.cells) != width:
        note = not is_value(row.cells[0]) or len(row.cells[-1].split()) > 2
        return note and width > 1 and count <= max(1, width // 3) and usual.odd[len(row.cells)] == 0
    text = next(filter(None, row.cells))
    note = _NOTE.match(text) is not None or len(text) > usual.longest + 20
    return note and width > 2 and usual.typical > 2 and count == 1 and not usual.sparse


def _is_apart(row: Record, usual: _Usual) -> bool:
    """Return whether a row below a gap is none of the table: another width, or words where there are values."""
    if len(row.cells) != usual.width or _NOTE.match(next(filter(None, row.cells))):
        return True
    valued = usual.valued
    present = [row.cells[column] for column in valued if not is_missing(row.cells[column])]
    return bool(valued) and any(map(is_word, row.cells)) and not any(map(is_value, present))
