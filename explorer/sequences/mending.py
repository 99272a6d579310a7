"""Rows whose quotes do not fit, read in the way that fits best."""

from __future__ import annotations

import math
from typing import NamedTuple

from explorer.sequences.signs import Cut, fitting

MANY = 300
"""Delimiters in a line up to which every way to read its quotes is weighed; beyond it, quotes are letters."""

LETTER_AT_START, LETTER_AT_END, LETTER_INSIDE = 2.0, 1.0, 0.25
"""What it costs to take a quote for a letter: where it stands tells how likely it was meant to be a quote."""

BESIDE_DELIMITER = 2.5
"""What it costs where the letter stands in a quoted cell, beside a delimiter in it."""


class _Way(NamedTuple):
    """The cheapest way to a place: what it cost, the cell it ends with, and the way before it."""

    cost: float
    cell: str
    before: tuple[int, int] | None


def mended(text: str, how: Cut) -> list[str]:
    """Return the cells of one line, every quote read as a quote or as a letter so that it fits best.

    Best is what gives ``how.width`` cells, where that is known; then, where the fewest quotes are letters.
    """
    text = text.rstrip("\r\n").strip(how.signs.blanks)
    gaps = [match.span() for match in how.signs.separator.finditer(text)]
    if len(gaps) > MANY:
        return fitting(text, Cut(how.delimiter, "", how.escape))[0] or []
    starts = [0, *(end for _, end in gaps)]
    ends = [*(start for start, _ in gaps), len(text)]
    # ways[place][count]: the cheapest way to cut what is before a place into so many cells.
    ways: list[dict[int, _Way]] = [{} for _ in range(len(starts) + 1)]
    ways[0][0] = _Way(0.0, "", None)
    for place, start in enumerate(starts):
        steps = _steps(text, start, ends[place:], how)
        for count, way in ways[place].items():
            for further, cell, cost in steps:
                _keep(ways[place + further], _count(count + 1, how.width), _Way(way.cost + cost, cell, (place, count)))
    found = ways[-1]
    count = how.width if how.width in found else min(found, key=lambda count: (found[count].cost, count))
    cells: list[str] = []
    at: tuple[int, int] | None = (len(starts), count)
    while at is not None:
        _, cell, before = ways[at[0]][at[1]]
        cells.append(cell)
        at = before
    return cells[-2::-1]


def _count(count: int, width: int) -> int:
    """Return a number of cells as far as it matters: not at all if no width is asked, else not far beyond it."""
    return min(count, width + 1) if width else 1


def _keep(ways: dict[int, _Way], count: int, way: _Way) -> None:
    if way.cost < ways.get(count, _Way(math.inf, "", None)).cost:
        ways[count] = way


def _steps(text: str, start: int, ends: list[int], how: Cut) -> list[tuple[int, str, float]]:
    """Return every way to read a cell that begins at ``start``: how many delimiters it passes, its value, its cost."""
    quote, signs = how.quote, how.signs
    plain = text[start : ends[0]]
    cost = LETTER_AT_START if plain.startswith(quote) else 0.0
    cost += LETTER_AT_END if plain.endswith(quote) else LETTER_INSIDE if quote in plain else 0.0
    steps = [(1, signs.bare(plain), cost)]
    if plain.startswith(quote):
        for further, end in enumerate(ends, 1):
            if end - start > 1 and text.endswith(quote, start + 1, end):
                inner = text[start + 1 : end - 1]
                value = signs.value(inner)
                # A doubled or escaped quote is one that fits: it is one sign less in the value.
                letters = max(0, value.count(quote) - (len(inner) - len(value)))
                beside = min(letters, len(signs.beside.findall(inner)))
                steps.append((further, value, BESIDE_DELIMITER * beside + LETTER_INSIDE * (letters - beside)))
    return steps
