"""What counts as a number in a table, and what as a missing one."""

from __future__ import annotations

import math
import re
from collections import abc
from functools import cache

import numpy as np

from explorer.sequences.sequence import FloatArray

MISSING = frozenset({"", "-", "--", ".", "?", "n/a", "na", "nan", "nil", "none", "null", "missing", "#n/a", "<na>"})
"""Cells that say that there is no value, in lower case. Never an error, and never a number."""

_SIGNS = "%‰€$£¥"

COMMA_NUMBER = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?", re.ASCII)
_MINUS = re.compile(r"−(?=[\d.,])|\A–(?=[\d.,])")
"""A minus as typesetters write it: the sign itself, or an en dash before a number."""


USUAL = tuple(sorted(MISSING - {""}, key=lambda word: (len(word), word)))
"""The same, to be shown: short ones first."""


def missing_words(told: abc.Iterable[str] | None) -> abc.Set[str]:
    """Return the words, in lower case, that stand for no value: those told, or the usual; always the empty."""
    if told is None:
        return MISSING
    words = frozenset({"", *(word.strip().lower() for word in told)})
    return MISSING if words == MISSING else words


@cache
def _codes(missing: abc.Set[str]) -> frozenset[float]:
    """Return the words that are numbers, such as -999, as such: 1e9 and -999.0 are told by them as well."""
    found = {number(word, ".") for word in missing} if missing is not MISSING else set()
    return frozenset(value for value in found if value is not None and not math.isnan(value))


def number(cell: str, decimal: str, thousands: str = "", missing: abc.Set[str] = MISSING) -> float | None:
    """Return the float64 nearest to ``cell``, NaN where it says that a value is missing, None where it is no number.

    ``decimal`` is the decimal sign, ``.`` or ``,``; ``thousands`` the sign between groups of three digits, or none:
    with a decimal comma, a point is then an error. ``missing`` are the words, in lower case, that stand for no value.
    """
    cell = cell.strip()
    if cell.lower() in missing:
        return math.nan
    if not cell.isascii():
        cell = _MINUS.sub("-", cell)
    if thousands and thousands in cell:
        if not _grouped(decimal, thousands).fullmatch(cell):
            return None
        cell = cell.replace(thousands, "")
    # Python itself would take 1_000 for a thousand, and digits of any script.
    if "_" in cell or not cell.isascii():
        return None
    if decimal == ",":
        if "." in cell:
            return None
        cell = cell.replace(",", ".")
    try:
        value = float(cell)
    except ValueError:
        return None
    return math.nan if missing is not MISSING and value in _codes(missing) else value


@cache
def _grouped(decimal: str, thousands: str) -> re.Pattern[str]:
    """Return what a number looks like whose digits stand in groups of three: 1.234,56, neither 12.34,56 nor 0.123."""
    group, point = re.escape(thousands), re.escape(decimal)
    return re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:{group}\d{{3}})+(?:{point}\d*)?", re.ASCII)


def numbers(
    cells: abc.Sequence[str], decimal: str, thousands: str = "", missing: abc.Set[str] = MISSING
) -> tuple[FloatArray, list[int]]:
    """Return every cell as :func:`number` does, and the positions of those that are none (NaN in the values)."""
    together = "".join(cells)
    if decimal == "." and together.isascii() and "_" not in together and not (thousands and thousands in together):
        try:
            return without_codes(np.array([float(cell) for cell in cells], dtype=np.float64), missing), []
        except ValueError:
            pass  # Something else is among them: look at each.
    found = [number(cell, decimal, thousands, missing) for cell in cells]
    wrong = [position for position, value in enumerate(found) if value is None]
    return np.array([math.nan if value is None else value for value in found], dtype=np.float64), wrong


def without_codes(values: FloatArray, missing: abc.Set[str]) -> FloatArray:
    """Return numbers (T,) with NaN in place of those that are told to stand for none, such as -999."""
    codes = _codes(missing)
    return np.where(np.isin(values, list(codes)), np.nan, values) if codes else values


def is_missing(cell: str) -> bool:
    """Return whether a cell says, in one of the usual words, that there is no value."""
    return cell.strip().lower() in MISSING


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
