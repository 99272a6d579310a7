"""Which lines above the rows of a table name its columns, and what the columns are then called."""

from __future__ import annotations

import math
import re
from collections import abc
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from explorer.sequences.dates import looks_like_date
from explorer.sequences.names import is_known_name
from explorer.sequences.numerals import is_missing, number

Kind = Literal["number", "date", "text", ""]
"""What most cells of a column look like; nothing where all are missing."""

MOST_LINES = 6
"""Lines of names there can be."""

_DIGIT = re.compile(r"\d")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[., '’\u00a0\u202f]\d{3})*(?:[.,]\d*)?(?:[eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_SHARE = re.compile(r"(?:[$€£¥]\s?[+-]?|[+-])?\d[\d.,]*\s?(?:[%‰€$£¥])?")
_UNIT = re.compile(r"[\[(].*[\])]|[%°µμΩ]?[A-Za-z]{0,4}[²³°%]?(?:/[A-Za-z]{1,4}[²³]?)?")
_RUNS = ((re.compile(r"\d+"), "9"), (re.compile(r"[^\W\d_]+"), "a"), (re.compile(r"\s+"), " "))


@lru_cache(1 << 15)
def is_value(cell: str) -> bool:
    """Return whether a cell is a finite number in any common way of writing, or a date: what stands below a name."""
    if len(cell) > 40 or _DIGIT.search(cell) is None:
        return False
    value = number(cell, ".")
    if value is not None:
        return math.isfinite(value)
    return any(form.fullmatch(cell) for form in (_COMMA, _GROUPED, _SHARE)) or looks_like_date(cell)


def is_word(cell: str) -> bool:
    """Return whether a cell may be a name: neither a value, infinite ones included, nor one that is missing."""
    return number(cell, ".") is None and not is_value(cell)


def kind_of(cells: abc.Iterable[str]) -> Kind:
    """Return what most cells of a column look like."""
    present = [cell for cell in cells if not is_missing(cell)]
    if not present:
        return ""
    dates = sum(looks_like_date(cell) for cell in present)
    if 2 * dates > len(present):
        return "date"
    return "number" if 2 * sum(map(is_value, present)) > len(present) else "text"


def header_lines(
    rows: abc.Sequence[abc.Sequence[str]], kinds: abc.Sequence[Kind], body: abc.Sequence[abc.Sequence[str]]
) -> int:
    """Return how many of the first rows of a table name its columns.

    ``kinds`` are those of the columns further down, ``body`` the rows they were judged by.
    """
    valued = [column for column, kind in enumerate(kinds) if kind in ("number", "date")]
    if not rows or not (_first_names(rows[0], kinds, body) or (rows[1:] and _all_words(rows[1], valued))):
        return 0
    count = 1
    while count < min(MOST_LINES, len(rows)) and _names_too(rows[:count], rows[count], valued, len(kinds)):
        count += 1
    return count


def _all_words(cells: abc.Sequence[str], valued: abc.Sequence[int]) -> bool:
    """Return whether a row has several words and no value where the rows below it have values."""
    above = [cells[column] for column in valued if column < len(cells) and not is_missing(cells[column])]
    return len(above) > 1 and not any(map(is_value, above))


def _first_names(cells: abc.Sequence[str], kinds: abc.Sequence[Kind], body: abc.Sequence[abc.Sequence[str]]) -> bool:
    """Return whether the first row names the columns: words above values, or words unlike the ones below."""
    words = list(map(is_word, cells))
    valued = [column for column, kind in enumerate(kinds) if kind in ("number", "date") and column < len(cells)]
    if not valued:
        return any(words) and (not any(map(is_value, cells)) or not body) and _unlike(cells, body) >= 0.0
    if any(words[column] and is_known_name(cells[column]) for column in valued):
        return True
    above, below = sum(words[column] for column in valued), sum(is_value(cells[column]) for column in valued)
    if above != below or above:
        return above > below or _counts_up(
            [cells[column] for column in valued], [row for row in body if len(row) == len(cells)], valued
        )
    return any(words)


def _counts_up(cells: abc.Sequence[str], body: abc.Sequence[abc.Sequence[str]], valued: abc.Sequence[int]) -> bool:
    """Return whether a first row of whole numbers, such as years, counts up as no row below it does."""
    named = [cell for cell in cells if cell]
    if not _rises(named) or len(body) < 2:
        return False
    return sum(_rises([row[column] for column in valued if row[column]]) for row in body[:20]) * 2 <= len(body[:20])


def _rises(cells: abc.Sequence[str]) -> bool:
    if len(cells) < 3 or not all(cell.isdecimal() and cell.isascii() and len(cell) < 10 for cell in cells):
        return False
    counts = [int(cell) for cell in cells]
    steps = {after - before for before, after in pairwise(counts)}
    return steps == {1} or (min(steps) > 0 and counts[0] >= 1500 and counts[-1] <= 2200)


def is_sentence(cells: abc.Sequence[str], kinds: abc.Sequence[Kind]) -> bool:
    """Return whether a row above numbers is a sentence cut at its blanks: a bracket opens in one cell of it only."""
    valued = [column for column, kind in enumerate(kinds) if kind in ("number", "date") and column < len(cells)]
    cut = any(cell.count("(") != cell.count(")") for cell in cells)
    return bool(valued) and cut and not any(is_value(cells[column]) for column in valued)


def _names_too(
    above: abc.Sequence[abc.Sequence[str]], cells: abc.Sequence[str], valued: abc.Sequence[int], width: int
) -> bool:
    """Return whether a row below the first line of names is another one: names again, or units."""
    if not any(cells) or len(cells) > width:
        return False
    if list(above[0]) == list(cells):
        return True
    valued = [column for column in valued if column < len(cells)]
    words = [column for column in valued if is_word(cells[column])]
    if not words or any(is_value(cells[column]) for column in valued):
        return False
    if len(valued) > 1 and all(
        not cell or not any(line[k : k + 1] != [] and line[k] for line in above) for k, cell in enumerate(cells)
    ):
        # It names the columns that have no name yet.
        return True
    # A single word above numbers may be a bad value as well, unless it is written like a unit.
    return len(words) > 1 or (len(words) == len(valued) and _UNIT.fullmatch(cells[words[0]]) is not None)


def _unlike(cells: abc.Sequence[str], body: abc.Sequence[abc.Sequence[str]]) -> float:
    """Return how much the first row of a table of words differs from those below: below 0 it is one of them."""
    named = [cell for cell in cells if cell]
    score = -0.5 if len(set(named)) < len(named) else 0.0
    for column, first in enumerate(cells):
        below = [row[column] for row in body if column < len(row) and row[column]]
        if not first or not below:
            continue
        if first in below:
            score -= 2.0
            continue
        score += _unlike_texts(first, below)
    return score


def _unlike_texts(first: str, below: abc.Sequence[str]) -> float:
    """Return how much a text differs from those below it in what they are made of and how long they are."""
    score = 0.0
    shapes = {_shape(cell) for cell in below}
    digits = sum(any(map(str.isdigit, cell)) for cell in below) > 0.8 * len(below)
    if len(below) > 2 and len(shapes) == 1 and shapes != {"a"}:
        score += 1.0 if _shape(first) not in shapes else -1.0
    elif digits:
        score += 1.0 if not any(map(str.isdigit, first)) else -0.5
    typical = sorted(map(len, below))[len(below) // 2]
    if len(first) > 40 or (len(first) > 1.5 * typical + 20):
        score -= 1.0
    elif typical > 30 and len(first) < typical / 2:
        score += 1.0
    return score


def _shape(text: str) -> str:
    for run, sign in _RUNS:
        text = run.sub(sign, text)
    return text


def joined_names(header: abc.Sequence[abc.Sequence[str]], width: int) -> list[str]:
    """Return one name a column from several lines: their parts with a blank between, the same part once.

    A name that stands above several columns, with nothing beside it, counts for all of them.
    """
    lines = [[*line[:width], *[""] * (width - len(line))] for line in header]
    for line in lines[:-1]:
        for column in range(1, width):
            if not line[column] and line[column - 1] and lines[-1][column]:
                line[column] = line[column - 1] if _spans(lines, line, column) else ""
    return [
        " ".join(dict.fromkeys(filter(None, (" ".join(line[column].split()) for line in lines))))
        for column in range(width)
    ]


def _spans(lines: abc.Sequence[abc.Sequence[str]], line: abc.Sequence[str], column: int) -> bool:
    """Return whether a name of a group reaches a column: no line above begins another group there."""
    return all(not other[column] or other[column] == other[column - 1] for other in lines[: _place(lines, line)])


def _place(lines: abc.Sequence[abc.Sequence[str]], line: abc.Sequence[str]) -> int:
    return next(place for place, other in enumerate(lines) if other is line)


def different_names(cells: abc.Sequence[str], named: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return different names for all columns, and notes on those that were made up."""
    names: list[str] = []
    blank: list[str] = []
    twice: list[str] = []
    taken: set[str] = set()
    given = set(cells)
    counts: dict[str, int] = {}
    for position, cell in enumerate(cells, 1):
        base = cell or f"column {position}"
        name, count = base, counts.get(base, 2)
        while name in taken or (name != cell and name in given):
            name, count = f"{base} ({count})", count + 1
        counts[base] = count
        if not cell:
            blank.append(name)
        elif name != cell:
            twice.append(f"{cell} is now {name}")
        taken.add(name)
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
