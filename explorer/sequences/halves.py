"""The form of a file whose last row is still being written: half a row says nothing of how the file is cut."""

from __future__ import annotations

from collections import abc
from dataclasses import replace
from pathlib import Path

from explorer.sequences.arff import as_arff
from explorer.sequences.encoding import first_lines, survey
from explorer.sequences.guessing import guess_cut
from explorer.sequences.options import Form
from explorer.sequences.rows import checked
from explorer.sequences.signs import Cut, fitting

FEW_LINES = 8
"""So many lines at the end of a file may be those of one quoted cell; a quote open for longer is none."""


def whole_form(path: str | Path, told: Form) -> tuple[Form, int | None]:
    """Return what is told, with the quote, escape and comment sign of the whole rows where the half one shows others.

    The line in which a row begins whose quote is still open comes with it, None where none is. ``DataError`` if the
    file cannot be read.
    """
    path, told = Path(path), checked(told)
    found = survey(path, lambda _: None, told.encoding, quick=True)
    lines, whole = first_lines(path, found)
    above = told.preamble_lines or 0
    if not whole or len(lines) <= above + 1:
        return told, None
    arff, _ = as_arff(lines, told)
    every = guess_cut(lines[above:], arff)
    opened = _opened(lines, replace(every, quote='"' if told.quote is None else told.quote))
    count = len(lines) - (not lines[-1].endswith(("\n", "\r"))) if opened is None else opened
    if count == len(lines) or count <= above:
        return told, None
    known = guess_cut(lines[above:count], arff)
    half_written = None if opened is None or not known.quote else opened + 1
    if (every.quote, every.escape, every.comment) == (known.quote, known.escape, known.comment):
        return told, half_written
    return replace(told, quote=known.quote, escape=known.escape, comment=known.comment), half_written


def _opened(lines: abc.Sequence[str], how: Cut) -> int | None:
    """Return the place of the last line with a quote near the end, if that is still open at its end."""
    for place in range(len(lines) - 1, max(0, len(lines) - FEW_LINES) - 1, -1):
        if how.quote and how.quote in lines[place]:
            return place if fitting(lines[place], how)[1] else None
    return None
