"""How the text of a table is cut into cells: the delimiter, the quotes and the decimal sign."""

from __future__ import annotations

import csv
import re
from collections import Counter, abc
from dataclasses import dataclass

from explorer.errors import DataError
from explorer.sequences.cutting import Record
from explorer.sequences.dates import looks_like_date
from explorer.sequences.numerals import COMMA_NUMBER, POINT_NUMBER, number

DELIMITERS = (",", ";", "\t", "|", " ", "")
"""What is tried, in this order where two fit equally: a blank is a run of blanks and tabs, nothing is one column."""

_NO_DELIMITER = "\x1f"
"""Told to the csv module for a table of one column. No text file with it gets this far."""

_RUN = re.compile(r"[ \t]+")
_RUN_CELL = re.compile(r'"((?:[^"]|"")*)"(?=[ \t]|$)|([^ \t]+)')
SAMPLE_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Dialect:
    """``delimiter`` is one of DELIMITERS, ``decimal`` a point or a comma. Quotes are double, doubled inside."""

    delimiter: str
    decimal: str = "."


def records(lines: abc.Iterable[str], delimiter: str, *, first_line: int = 1) -> abc.Iterator[Record]:
    """Yield the rows of a text given line by line, line ends included. Blank lines are rows with no cell.

    ``first_line`` is the number of the first. ``DataError`` with the line where quotes do not fit.
    """
    if delimiter == " ":
        yield from _runs(lines, first_line)
        return
    reader = csv.reader(lines, delimiter=delimiter or _NO_DELIMITER, skipinitialspace=True, strict=True)
    line = first_line
    try:
        for cells in reader:
            yield Record(line, cells)
            line = first_line + reader.line_num
    except csv.Error as error:
        why = "a quote is opened and never closed" if "unexpected end" in str(error) else str(error)
        raise DataError(f"the quotes do not fit: {why}", line=line) from error


def _runs(lines: abc.Iterable[str], first_line: int) -> abc.Iterator[Record]:
    for line, text in enumerate(lines, first_line):
        text = text.strip()
        if '"' in text:
            cells = [plain or quoted.replace('""', '"') for quoted, plain in _RUN_CELL.findall(text)]
        else:
            cells = _RUN.split(text) if text else []
        yield Record(line, cells)


def guess_dialect(lines: abc.Sequence[str]) -> Dialect:
    """Return the dialect in which the first lines of a file make the best table.

    Best is where most rows have the same number of cells, and most of those are numbers, dates or missing.
    """
    scores = {delimiter: _score(lines, delimiter) for delimiter in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda candidate: scores[candidate])
    return Dialect(delimiter, _decimal(sample_rows(lines, delimiter), delimiter))


def sample_rows(lines: abc.Sequence[str], delimiter: str, limit: int = SAMPLE_ROWS) -> list[Record]:
    """Return the first ``limit`` rows of a sample that are not blank, as far as they can be read."""
    rows: list[Record] = []
    try:
        for record in records(lines, delimiter):
            if not record.blank:
                rows.append(record)
            if len(rows) == limit:
                break
    except DataError:
        # The sample may end inside a quoted cell; a real fault is found again, and told, when the file is read.
        pass
    return rows


def common_width(rows: abc.Sequence[Record]) -> int:
    """Return the number of cells most rows have, the larger of two that are equally common."""
    widths = Counter(len(row.cells) for row in rows)
    return max(widths, key=lambda width: (widths[width], width))


def _score(lines: abc.Sequence[str], delimiter: str) -> float:
    rows = sample_rows(lines, delimiter, 200)
    if not rows:
        return -1.0
    width = common_width(rows)
    if width == 1 and delimiter:
        return -1.0
    body = [row.cells for row in rows[1:] or rows if len(row.cells) == width]
    commas = delimiter not in ("", ",") or (not delimiter and "," not in "".join(rows[0].cells))
    known = sum(_is_known(cell, commas) for cells in body for cell in cells) / max(1, sum(map(len, body)))
    regular = sum(len(row.cells) == width for row in rows) / len(rows)
    if not delimiter:
        # Everything is a regular table of one column: that says little, unless nothing else fits.
        return 0.25 * (0.2 + known)
    # A first line that does not fit the others speaks against a delimiter more than an odd line further down:
    # "value" above "1,5" and "2,5" is one column with decimal commas, "x,y" above them is two.
    return regular * (0.2 + known) * (1.0 if len(rows[0].cells) == width else 0.2)


def _is_known(cell: str, commas: bool) -> bool:
    """Return whether a cell is a number, missing or a date; ``commas`` allows decimal ones."""
    if number(cell, ".") is not None or looks_like_date(cell):
        return True
    return commas and COMMA_NUMBER.fullmatch(cell.strip()) is not None


def _decimal(rows: abc.Sequence[Record], delimiter: str) -> str:
    """Return a comma where some cell can only be read with one and none with a point.

    Between commas, ``"1,234"`` in quotes is a thousand more often than a decimal: it is left to be told as no number.
    """
    if delimiter == ",":
        return "."
    cells = [cell.strip() for row in rows for cell in row.cells]
    if any(POINT_NUMBER.fullmatch(cell) for cell in cells):
        return "."
    return "," if any(COMMA_NUMBER.fullmatch(cell) for cell in cells) else "."
