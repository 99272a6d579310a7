"""Which sign parts a number from its decimals, and which parts its thousands: judged column by column."""

from __future__ import annotations

import re
from collections import Counter, abc
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from explorer.sequences.numerals import MISSING, all_numbers, is_missing, number

GROUPING = " '’\u00a0\u202f"
"""Signs that part thousands only, never decimals."""

FIRST = 1000
"""Cells by which a column of words is known."""

_SIGN = re.compile(f"[.,{GROUPING}]")
_LONG = re.compile(r"[+-]?\d{4,}")
_SMALL = re.compile(r"[+-]?[1-9]\d{0,2}")


class Signs(NamedTuple):
    """The decimal sign, ``.`` or ``,``; that of the thousands, empty where there is none; words for no value."""

    decimal: str
    thousands: str = ""
    missing: abc.Set[str] = MISSING


@dataclass(frozen=True, slots=True)
class Guess:
    """The signs of a table, and a number that could be understood otherwise where nothing in the table decides."""

    signs: Signs
    unsure: str = ""


@dataclass(frozen=True, slots=True)
class _Evidence:
    """The signs by which most of a column's cells are numbers, and a cell that shows them.

    ``small`` says that whole numbers below a thousand are beside it.
    """

    fitting: tuple[Signs, ...]
    cell: str
    small: bool

    @property
    def decimals(self) -> set[str]:
        return {signs.decimal for signs in self.fitting}


def number_signs(rows: abc.Iterable[abc.Sequence[str]], delimiter: str, told: tuple[str | None, str | None]) -> Guess:
    """Return the signs in the numbers of a table by its rows; ``told`` are decimal and thousands, None to be guessed.

    Each column is judged by itself: which signs make numbers of most of its cells. One with a single answer counts
    before those that could be read in two ways; only where all could does the delimiter say what is likelier: a comma
    before three digits parts thousands in quotes between commas, and decimals elsewhere; a point parts decimals.
    """
    columns: dict[int, dict[str, int]] = {}
    for cells in rows:
        for position, cell in enumerate(cells):
            seen = columns.setdefault(position, {})
            seen[cell] = seen.get(cell, 0) + 1
    found = [evidence for cells in columns.values() if (evidence := _evidence(cells, told)) is not None]
    proven = Counter(next(iter(evidence.decimals)) for evidence in found if len(evidence.decimals) == 1)
    likely = Counter(_likely(evidence, delimiter) for evidence in found if len(evidence.decimals) > 1)
    usual = "," if delimiter != "," else "."
    counts = proven or likely
    decimal = told[0] or max(counts, key=lambda sign: (counts[sign], sign == usual), default="")
    decimal = decimal or ("," if told[1] == "." else ".")
    groups = Counter(
        signs.thousands
        for evidence in found
        for signs in evidence.fitting
        if signs.decimal == decimal and signs.thousands and Signs(decimal) not in evidence.fitting
    )
    thousands = max(groups, key=lambda sign: groups[sign], default="") if told[1] is None else told[1]
    asked = not proven and told[0] is None and not thousands
    unsure = next((evidence.cell for evidence in found if asked and len(evidence.decimals) > 1), "")
    return Guess(Signs(decimal, thousands), unsure if set(unsure) & {".", ","} else "")


def own_signs(words: abc.Mapping[str, int], table: Signs) -> Signs | None:
    """Return the signs by which more cells of a column are numbers than by those of its table, if most then are.

    ``words`` says how often each cell is there, those that say that a value is missing left out.
    """
    if not any(number(word, *table) is not None or may_be_other(word, table) for word in islice(words, FIRST)):
        return None
    present = list(words)
    choices = (table, *_choices(present, table.missing))  # the table's own first, where others are as good
    best = next((signs for signs in choices if all_numbers(present, *signs)), None)
    if best is None:
        good = {
            signs: sum(count for word, count in words.items() if number(word, *signs) is not None) for signs in choices
        }
        best = max(good, key=lambda signs: good[signs])
        if 2 * good[best] <= sum(words.values()):
            return None
    return best if best != table else None


def may_be_other(cell: str, table: Signs) -> bool:
    """Return whether a cell that is no number by the signs of its table is one by others."""
    return any(number(cell, *signs) is not None for signs in _choices([cell], table.missing) if signs != table)


def _choices(cells: abc.Iterable[str], missing: abc.Set[str] = MISSING) -> list[Signs]:
    """Return the signs that could be meant in some cells, those without thousands first."""
    present = "".join(cells)
    decimals = [sign for sign in ".," if sign in present] or ["."]
    grouping = [sign for sign in GROUPING if sign in present]
    plain = [Signs(decimal, "", missing) for decimal in decimals]
    both = [Signs("," if sign == "." else ".", sign, missing) for sign in ".," if sign in present]
    return [*plain, *both, *(Signs(decimal, sign, missing) for sign in grouping for decimal in ".,")]


def _evidence(cells: abc.Mapping[str, int], told: tuple[str | None, str | None]) -> _Evidence | None:
    """Return what the cells of a column, each with how often it is there, say of the signs; None where nothing."""
    bare = {cell.strip("%‰€$£¥ "): count for cell, count in cells.items() if len(cell) < 40 and not is_missing(cell)}
    telling = [cell for cell in bare if _SIGN.search(cell) and any(map(str.isdigit, cell))]
    choices = [
        signs
        for signs in _choices(telling)
        if told[0] in (None, signs.decimal) and (told[1] in (None, signs.thousands) or not signs.thousands)
    ]
    if not telling or not choices:
        return None
    fitting = tuple(signs for signs in choices if all(number(cell, *signs) is not None for cell in telling))
    if not fitting:
        good = {signs: sum(bare[cell] for cell in telling if number(cell, *signs) is not None) for signs in choices}
        most = max(good.values())
        if 2 * most <= sum(bare[cell] for cell in telling):
            return None
        fitting = tuple(signs for signs in choices if good[signs] == most)
    if any(map(_LONG.fullmatch, bare)) and any(not signs.thousands for signs in fitting):
        # A thousand is written without the sign here.
        fitting = tuple(signs for signs in fitting if not signs.thousands)
    cell = next(cell for cell in telling if number(cell, *fitting[0]) is not None)
    return _Evidence(fitting, cell, any(map(_SMALL.fullmatch, bare)))


def _likely(evidence: _Evidence, delimiter: str) -> str:
    """Return the likelier decimal sign of a column that could be read with either."""
    if any(signs.thousands in GROUPING for signs in evidence.fitting if signs.thousands):
        return "."
    if "," not in evidence.cell:
        return "."
    return "." if delimiter == "," or evidence.small else ","
