"""Which sign parts a number from its decimals, and which parts its thousands, by all the numbers of a table."""

from __future__ import annotations

import re
from collections import abc

_POINT_BOTH = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+")
_COMMA_BOTH = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+")
_OTHER_BOTH = re.compile(r"[+-]?\d{1,3}(?:([ '’\u00a0\u202f])\d{3})(?:\1\d{3})*(?:([.,])\d+)?")
_GROUPS = {",": re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+"), ".": re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+")}
_SINGLE = {
    ",": re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?"),
    ".": re.compile(r"[+-]?(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?"),
}
_LONG = re.compile(r"[+-]?\d{4,}(?:[.,]\d+)?")


def number_signs(cells: abc.Iterable[str], delimiter: str) -> tuple[str, str]:
    """Return the decimal sign, ``.`` or ``,``, and the sign of the thousands, empty where there is none.

    Both signs in one number decide: ``1.234,5``. Else a sign that parts groups of three, nothing but such, and no
    long number without it, is that of the thousands; any other comma is a decimal one.
    """
    numeric = [cell for cell in cells if cell and (cell[0].isdigit() or cell[0] in "+-.,") and len(cell) < 40]
    if any(_COMMA_BOTH.fullmatch(cell) for cell in numeric):
        return ",", "."
    if any(_POINT_BOTH.fullmatch(cell) for cell in numeric):
        return ".", ","
    spaced = [match for cell in numeric if (match := _OTHER_BOTH.fullmatch(cell))]
    thousands = spaced[0][1] if spaced else ""
    decided = next((match[2] for match in spaced if match[2]), "")
    if decided:
        return decided, thousands
    long = any(_LONG.fullmatch(cell) for cell in numeric)
    commas = [cell for cell in numeric if _SINGLE[","].fullmatch(cell)]
    points = [cell for cell in numeric if _SINGLE["."].fullmatch(cell)]
    if any(cell.count(",") > 1 and _GROUPS[","].fullmatch(cell) for cell in numeric):
        return ".", ","
    if any(cell.count(".") > 1 and _GROUPS["."].fullmatch(cell) for cell in numeric) and not _fine(points, "."):
        return ",", "."
    if points and commas:
        # One of the two parts thousands: the one that always has three digits behind it.
        if not _fine(commas, ",") and _fine(points, ".") and not long:
            return ".", thousands or ","
        if not _fine(points, ".") and _fine(commas, ",") and not long:
            return ",", thousands or "."
        return ".", thousands
    if points or not commas:
        return ".", thousands
    grouped = not _fine(commas, ",") and not long
    if grouped and (delimiter == "," or len(commas) > 2):
        return ".", ","
    return ("." if delimiter == "," and not _fine(commas, ",") else ","), thousands


def _fine(cells: abc.Iterable[str], sign: str) -> bool:
    """Return whether some number cannot be groups of three: then the sign is a decimal one."""
    return any(_GROUPS[sign].fullmatch(cell) is None for cell in cells)
