"""What the first rows of a table tell: the names of its columns, where values begin, what each seems to hold."""

from __future__ import annotations

import math
from collections import abc
from dataclasses import dataclass
from typing import Literal

from explorer.errors import DataError
from explorer.sequences.cutting import Record
from explorer.sequences.dates import looks_like_date
from explorer.sequences.dialect import Dialect, common_width, sample_rows
from explorer.sequences.names import is_known_name
from explorer.sequences.numerals import is_missing, number

Kind = Literal["number", "date", "text"]


@dataclass(frozen=True, slots=True)
class Head:
    """``names`` and ``kinds``, one a column; ``body_line`` is the file's line in which the first row of values begins.

    ``kinds`` are what the first rows show. They say how to read a column, not what it is: that is judged by all rows.
    """

    dialect: Dialect
    names: tuple[str, ...]
    kinds: tuple[Kind, ...]
    body_line: int
    named: bool
    notes: tuple[str, ...]

    @property
    def width(self) -> int:
        """The number of cells each row must have."""
        return len(self.names)


def read_head(lines: abc.Sequence[str], dialect: Dialect) -> Head:
    """Return the head of a table from its first lines, line ends included.

    ``DataError`` if there is no row of values, or the first row has fewer or more cells than most.
    """
    rows = [Record(line, [cell.strip() for cell in cells]) for line, cells in sample_rows(lines, dialect.delimiter)]
    if not rows:
        # Nothing could be read: say why, as the sample alone would not.
        raise DataError("its first row cannot be read: a quote is opened and never closed", line=1)
    width = common_width(rows)
    if len(rows[0].cells) != width:
        raise wrong_width(rows[0], width)
    body = [row.cells for row in rows[1:] if len(row.cells) == width]
    kinds = tuple(_kind([cells[column] for cells in body], dialect.decimal) for column in range(width))
    named = _is_header(rows[0].cells, kinds if body else (), dialect.decimal)
    if named and len(rows) == 1:
        raise DataError("there is a header, but no row of values below it", line=rows[0].line)
    if not named:
        body.insert(0, rows[0].cells)
        kinds = tuple(_kind([cells[column] for cells in body], dialect.decimal) for column in range(width))
    names, notes = _names(rows[0].cells if named else ("",) * width, named)
    return Head(dialect, names, kinds, rows[1 if named else 0].line, named, notes)


def wrong_width(row: Record, width: int) -> DataError:
    """Return the error of a row that has not the cells of the others."""
    count = len(row.cells)
    return DataError(
        f"there {'is 1 cell' if count == 1 else f'are {count} cells'} where the table has {width}", line=row.line
    )


def _kind(cells: abc.Sequence[str], decimal: str) -> Kind:
    """Return what most cells of a column are; a column with nothing in it may turn out to hold numbers."""
    present = [cell for cell in cells if not is_missing(cell)]
    if not present or 2 * sum(number(cell, decimal) is not None for cell in present) > len(present):
        return "number"
    return "date" if 2 * sum(map(looks_like_date, present)) > len(present) else "text"


def _is_header(cells: abc.Sequence[str], kinds: abc.Sequence[Kind], decimal: str) -> bool:
    """Return whether the first row names the columns: words above numbers, or words where there is nothing else."""
    words = [not _is_value(cell, decimal) and not is_missing(cell) for cell in cells]
    values = [_is_value(cell, decimal) for cell in cells]
    if not any(words) or not any(values):
        return any(words)
    above = [column for column, kind in enumerate(kinds) if kind != "text"]
    if any(words[column] and is_known_name(cells[column]) for column in above):
        return True
    return sum(words[column] for column in above) > sum(values[column] for column in above)


def _is_value(cell: str, decimal: str) -> bool:
    """Return whether a cell is a finite number or a date: what stands below a name. A column may be called ``inf``."""
    value = number(cell, decimal)
    return (value is not None and math.isfinite(value)) or looks_like_date(cell)


def _names(cells: abc.Sequence[str], named: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return different names for all columns, and notes on those that were made up."""
    names: list[str] = []
    blank: list[str] = []
    twice: list[str] = []
    for position, cell in enumerate(cells, 1):
        name = cell or f"column {position}"
        count = 2
        while name in names or (name != cell and name in cells):
            name, count = f"{cell or f'column {position}'} ({count})", count + 1
        if not cell:
            blank.append(name)
        elif name != cell:
            twice.append(f"{cell} is now {name}")
        names.append(name)
    notes = []
    if not named:
        called = "column is called column 1" if len(names) == 1 else f"columns are called {names[0]} to {names[-1]}"
        notes.append(f"there is no line of names: the {called}")
    elif blank:
        notes.append(f"columns without a name are called {', '.join(blank)}")
    if twice:
        notes.append(f"names that stand twice were numbered: {', '.join(twice)}")
    return tuple(names), tuple(notes)
