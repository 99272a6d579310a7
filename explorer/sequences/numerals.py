"""What counts as a number in a table, and what as a missing one."""

from __future__ import annotations

import math
import re
from collections import Counter, abc
from functools import cache

import numpy as np

from explorer.sequences.sequence import FloatArray

MISSING = frozenset({"", "-", "--", ".", "?", "n/a", "na", "nan", "nil", "none", "null", "missing", "#n/a", "<na>"})
"""Cells that say that there is no value, in lower case. Never an error, and never a number."""

_STARTS = frozenset(
    {
        *(word[:1] for word in MISSING),
        *(word[:1].upper() for word in MISSING),
        *filter(str.isspace, map(chr, range(0x3001))),
    }
)
"""How those begin, blanks before them included: most cells begin otherwise, and need not be looked at further."""

SLICE = 1 << 14
"""Cells taken at a time: no single call keeps other threads waiting for long."""

_SIGNS = "%‰€$£¥"

COMMA_NUMBER = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?", re.ASCII)
_MINUS = re.compile(r"−(?=[\d.,])|\A–(?=[\d.,])")
"""A minus as typesetters write it: the sign itself, or an en dash before a number."""


_QUOTED = r'\s*"(?P<quoted>[^"]*)"\s*(?=,|\Z)|'
_WORDS = re.compile(_QUOTED + r"(?P<plain>(?:[^,]|(?<=\d),(?=\d))+)", re.ASCII)
_CUT = re.compile(_QUOTED + r"(?P<plain>[^,]+)")
"""Words between commas, and quotes around one that holds a comma."""

USUAL = tuple(sorted(MISSING - {""}, key=lambda word: (len(word), word)))
"""The same, to be shown: short ones first."""


def missing_words(told: abc.Iterable[str] | None) -> abc.Set[str]:
    """Return the words, in lower case, that stand for no value: those told, or the usual; always the empty."""
    if told is None:
        return MISSING
    words = frozenset({"", *(word.strip().lower() for word in told)})
    return MISSING if words == MISSING else words


def told_words(text: str, decimal: str = ".") -> tuple[str, ...]:
    """Return the words for no value that a person wrote between commas; "usual" stands for all of the usual.

    A word that holds a comma itself stands in double quotes. With a ``decimal`` comma, one between two digits parts no
    words: -99,9 is a number.
    """
    found: list[str] = []
    for match in (_WORDS if decimal == "," else _CUT).finditer(text):
        word = match["quoted"] if match["quoted"] is not None else match["plain"].strip()
        found += USUAL if match["quoted"] is None and word.lower() == "usual" else (word.strip(),)
    return tuple(dict.fromkeys(filter(None, found)))


def written_words(words: abc.Iterable[str]) -> str:
    """Return words for no value as :func:`told_words` reads them."""
    return ", ".join(f'"{word}"' if "," in word or word.lower() == "usual" else word for word in words)


def number_or_words(text: str) -> str:
    """Return what may be one number with a decimal comma as well as two words, as -999,0; or nothing."""
    found = (match["plain"] or "" for match in _WORDS.finditer(text))
    return next((word.strip() for word in found if "," in word), "")


@cache
def _codes(missing: abc.Set[str], decimal: str = ".", thousands: str = "") -> frozenset[float]:
    """Return the words that are numbers, such as -999, as such: 1e9 and -999.0 are told by them as well.

    They are written as the table's numbers are, -99,9 where those have a decimal comma, or else with a point.
    """
    found = set()
    for word in missing if missing is not MISSING else ():
        value = number(word, decimal, thousands)
        found.add(number(word, ".") if value is None else value)
    return frozenset(value for value in found if value is not None and not math.isnan(value))


def number(cell: str, decimal: str, thousands: str = "", missing: abc.Set[str] = MISSING) -> float | None:
    """Return the float64 nearest to ``cell``, NaN where it says that a value is missing, None where it is no number.

    ``decimal`` is the decimal sign, ``.`` or ``,``; ``thousands`` the sign between groups of three digits, or none:
    with a decimal comma, a point is then an error. ``missing`` are the words, in lower case, that stand for no value.
    """
    cell = cell.strip()
    if missing is not MISSING and cell.lower() in missing:
        return math.nan
    grouped = bool(thousands) and thousands in cell
    # Most cells are numbers as they stand: these are tried first.
    value = None if grouped else _float(cell, decimal)
    if value is not None:
        return _unless_code(value, missing, decimal, thousands)
    if cell.lower() in missing:
        return math.nan
    if cell.isascii() and not grouped:
        return None
    cell = _MINUS.sub("-", cell)
    if grouped:
        if not _grouped(decimal, thousands).fullmatch(cell):
            return None
        cell = cell.replace(thousands, "")
    value = _float(cell, decimal)
    return None if value is None else _unless_code(value, missing, decimal, thousands)


def _unless_code(value: float, missing: abc.Set[str], decimal: str, thousands: str) -> float:
    return math.nan if missing is not MISSING and value in _codes(missing, decimal, thousands) else value


def _float(cell: str, decimal: str) -> float | None:
    """Return the number in a cell without thousands, None where it is none."""
    # Python itself would take 1_000 for a thousand, and digits of any script.
    if "_" in cell or not cell.isascii():
        return None
    if decimal == ",":
        if "." in cell:
            return None
        cell = cell.replace(",", ".")
    try:
        return float(cell)
    except ValueError:
        return None


@cache
def _grouped(decimal: str, thousands: str) -> re.Pattern[str]:
    """Return what a number looks like whose digits stand in groups of three: 1.234,56, neither 12.34,56 nor 0.123."""
    group, point = re.escape(thousands), re.escape(decimal)
    return re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:{group}\d{{3}})+(?:{point}\d*)?", re.ASCII)


def numbers(
    cells: abc.Sequence[str], decimal: str, thousands: str = "", missing: abc.Set[str] = MISSING
) -> tuple[FloatArray, list[int]]:
    """Return every cell as :func:`number` does, and the positions of those that are none (NaN in the values)."""
    values, wrong = np.empty(len(cells)), []
    for start in range(0, len(cells), SLICE):
        part = cells[start : start + SLICE]
        values[start : start + SLICE], odd = _some_numbers(part, decimal, thousands, missing)
        wrong += [start + position for position in odd]
    return values, wrong


def all_numbers(cells: abc.Sequence[str], decimal: str, thousands: str = "", missing: abc.Set[str] = MISSING) -> bool:
    """Return whether every cell is a number, or says that one is missing."""
    parts = (cells[start : start + SLICE] for start in range(0, len(cells), SLICE))
    return all(not _some_numbers(part, decimal, thousands, missing)[1] for part in parts)


def _some_numbers(
    cells: abc.Sequence[str], decimal: str, thousands: str, missing: abc.Set[str]
) -> tuple[list[float], list[int]]:
    together = "".join(cells)
    plain = together.isascii() and "_" not in together and not (thousands and thousands in together)
    if plain and (decimal == "." or "." not in together):
        points = [cell.replace(",", ".") for cell in cells] if decimal == "," else cells
        try:
            values = [float(cell or "nan") for cell in points]
            codes = _codes(missing, decimal, thousands)
            return [math.nan if value in codes else value for value in values] if codes else values, []
        except ValueError:
            pass  # Something else is among them: look at each.
    found = [number(cell, decimal, thousands, missing) for cell in cells]
    wrong = [position for position, value in enumerate(found) if value is None]
    return [math.nan if value is None else value for value in found], wrong


def counted(cells: abc.Sequence[str], missing: abc.Set[str] = MISSING) -> dict[str, int]:
    """Return how often each cell is there that does not say that a value is missing."""
    words: Counter[str] = Counter()
    for start in range(0, len(cells), SLICE):
        words.update(cells[start : start + SLICE])
    return {word: count for word, count in words.items() if not is_missing(word, missing)}


def without_codes(values: FloatArray, missing: abc.Set[str]) -> FloatArray:
    """Return numbers (T,) with NaN in place of those that are told to stand for none, such as -999."""
    codes = _codes(missing)
    return np.where(np.isin(values, list(codes)), np.nan, values) if codes else values


def is_missing(cell: str, missing: abc.Set[str] = MISSING) -> bool:
    """Return whether a cell says, in one of the words that do, that there is no value."""
    return (missing is not MISSING or cell[:1] in _STARTS) and cell.strip().lower() in missing


def common_sign(cells: abc.Sequence[str], decimal: str, thousands: str = "", missing: abc.Set[str] = MISSING) -> str:
    """Return the percent or currency sign that stands once in every cell, before or behind a number; else nothing.

    Only where no cell is without it: 5 beside 5 % may be anything.
    """
    sign = next((sign for sign in _SIGNS if cells and sign in cells[0]), "")
    if not sign:
        return ""
    for cell in cells:
        bare = cell.removeprefix(sign) if cell.startswith(sign) else cell.removesuffix(sign)
        value = None if bare == cell or sign in bare else number(bare, decimal, thousands, missing)
        if value is None or math.isnan(value):
            return ""
    return sign
