"""Lines of text cut into the cells of rows, streaming: quotes, escapes, and quotes that do not fit."""

from __future__ import annotations

import re
from collections import abc, deque
from typing import NamedTuple

from explorer.sequences.mending import mended
from explorer.sequences.options import Problem
from explorer.sequences.signs import Cut, fitting

AHEAD, SHORT = 1 << 20, 1 << 13
"""Characters a quoted cell may hold, at first and after much effort: what is not closed by then was no quote."""

EFFORT = 1 << 22
"""Characters looked through in vain, after which quotes may stay open for some lines only. It bounds the time."""

Report = abc.Callable[[Problem], None]

_STROKES = re.compile(r":?-+:?")


class Record(NamedTuple):
    """The line of the file in which a row begins, from 1, and its cells. A tuple, as there are millions of them."""

    line: int
    cells: abc.Sequence[str]

    @property
    def blank(self) -> bool:
        """Whether the line holds nothing at all: not even a delimiter."""
        return not self.cells or (len(self.cells) == 1 and not self.cells[0].strip())


def cut(
    lines: abc.Iterable[str],
    how: Cut,
    *,
    first_line: int = 1,
    report: Report | None = None,
    comments: list[int] | None = None,
) -> abc.Iterator[Record]:
    """Yield the rows of a text given line by line, line ends included; a blank line is a row without cells.

    A quote that opens a cell and closes nowhere, or where nothing fits, is an ordinary letter: ``report`` is told.
    ``first_line`` is the number of the first. The lines that are comments are added to ``comments``.
    """
    quote, escape, delimiter, blanks = how.quote, how.escape, how.delimiter, how.signs.blanks
    coming, number, before = _Coming(lines), first_line, how.width
    for text in coming:
        more = 0
        if (how.comment or delimiter == "|") and how.comments(text):
            if comments is not None and how.comment:
                comments.append(number)
        elif (quote and quote in text) or (escape and escape in text):
            cells, more = _with_quotes(text, how, coming, number, before, report)
            before = len(cells)
            yield Record(number, cells)
        elif delimiter == " ":
            cells = text.split()
            before = len(cells) or before
            yield Record(number, cells)
        else:
            # Old DOS files end with a sign of their own.
            text = text.rstrip("\r\n\x1a")
            cells = text.split(delimiter) if delimiter else [text]
            if " " in text or "\t" in text:
                cells = [cell.strip(blanks) for cell in cells]
            cells = [] if cells == [""] else cells
            before = len(cells) or before
            yield Record(number, cells)
        number += 1 + more


def without_rules(rows: abc.Iterable[Record], delimiter: str) -> abc.Iterator[Record]:
    """Yield the rows without the strokes drawn below a line of names: |-|-| in Markdown, runs of them between blanks.

    Further down, strokes are cells like others.
    """
    names: abc.Sequence[str] = ()
    above = 0  # rows of one width right above
    for row in rows:
        if above < 2 and _is_rule(row.cells, names, delimiter):
            above = 2
            continue
        above = 0 if row.blank else above + 1 if len(row.cells) == len(names) else 1
        names = row.cells
        yield row


def _is_rule(cells: abc.Sequence[str], names: abc.Sequence[str], delimiter: str) -> bool:
    """Return whether a row is drawn: in a frame, or with strokes too long for a missing value or as long as a name."""
    if delimiter not in ("|", " ") or len(cells) < 2:
        return False
    framed = delimiter == "|" and len(cells) > 2 and not cells[0] and not cells[-1]
    cells = cells[1:-1] if framed else cells
    if not all(map(_STROKES.fullmatch, cells)):
        return False
    if delimiter == "|":
        return framed or all("---" in cell for cell in cells)
    return len(cells) == len(names) and all(len(c) >= max(2, len(n)) for c, n in zip(cells, names, strict=True))


class _Coming:
    """Lines of which some may be looked at ahead of their time."""

    def __init__(self, lines: abc.Iterable[str]) -> None:
        self._lines = iter(lines)
        self._ahead: deque[str] = deque()
        self.effort = 0

    def __iter__(self) -> abc.Iterator[str]:
        while True:
            line = self._ahead.popleft() if self._ahead else next(self._lines, None)
            if line is None:
                return
            yield line

    def ahead(self) -> abc.Iterator[str]:
        """Yield the lines that follow without taking them."""
        yield from tuple(self._ahead)
        for line in self._lines:
            self._ahead.append(line)
            yield line

    def take(self, count: int) -> None:
        """Take some of the lines looked at."""
        for _ in range(count):
            self._ahead.popleft()


def _with_quotes(
    text: str, how: Cut, coming: _Coming, number: int, before: int, report: Report | None
) -> tuple[list[str], int]:
    """Return the cells of a row that holds quotes, and how many further lines it takes.

    ``before`` is the width of the row before: below another table, that counts as much as the usual one.
    """
    cells, opened = fitting(text, how)
    if cells is not None:
        return cells, 0
    longer, more = _continued(text, how, coming) if opened else (None, 0)
    if longer is not None and (how.told or not how.width or len(longer) in (how.width, before)):
        coming.take(more)
        return longer, more
    found = mended(text, how)
    if longer is not None and len(found) != how.width:
        coming.take(more)
        return longer, more
    if report is not None:
        report(Problem("a quote does not fit here and was read as a letter", number, text=text.strip()[:80]))
    return found, 0


def _continued(text: str, how: Cut, coming: _Coming) -> tuple[list[str] | None, int]:
    """Return a row that goes on in the next lines, if its quotes then fit, and how many lines those are."""
    signs, limit = how.signs, AHEAD if coming.effort < EFFORT else SHORT
    parts, size = [text], len(text)
    for count, line in enumerate(coming.ahead(), 1):
        parts.append(line)
        size += len(line)
        inside = signs.inner.match(line)
        at = 0 if inside is None else inside.end()
        if at < len(line) and (not how.escape or not line.startswith(how.escape, at)):
            # A quote that is not doubled: it closes the cell, or the cell was none.
            if signs.closed.match(line, at) is None:
                break
            cells, opened = fitting("".join(parts), how)
            if cells is not None:
                return cells, count
            if not opened:
                break
        if size > limit:
            break
    coming.effort += size
    return None, 0
