"""Names of columns that stand behind the sign of a comment, as numpy and gnuplot write them."""

from __future__ import annotations

from collections import abc
from dataclasses import replace

from explorer.sequences.cutting import Record
from explorer.sequences.headers import is_value
from explorer.sequences.layout import Layout, find_layout
from explorer.sequences.options import Form
from explorer.sequences.signs import Cut, fitting


def with_commented_names(
    layout: Layout, lines: abc.Sequence[str], how: Cut, rows: abc.Sequence[Record], told: Form, whole: bool
) -> Layout:
    """Return a layout whose line of names is the comment right above its rows, if that has a word for each column.

    It counts only where there is no other line of names.
    """
    table = (*layout.header, *layout.body)
    names = _names(lines, how, table[0].line, layout.width) if how.comment and table else None
    if names is None:
        return layout
    if told.header_lines is None and not layout.header:
        return replace(layout, header=(names,))
    if told.header_lines == 1 and told.preamble_lines == names.line - 1:
        return replace(find_layout(rows, replace(told, header_lines=0), len(lines), whole), header=(names,))
    return layout


def _names(lines: abc.Sequence[str], how: Cut, line: int, width: int) -> Record | None:
    """Return the comment in the line above another as a row, if it has ``width`` words."""
    above = lines[line - 2] if line > 1 else ""
    if not how.comments(above):
        return None
    text = above.strip().removeprefix(how.comment).lstrip(how.comment + " \t")
    cells, _ = fitting(text, how)
    named = cells is not None and len(cells) == width and all(cells) and not any(map(is_value, cells))
    if cells is None or not named or any(len(cell.split()) > (1 if width == 1 else 4) for cell in cells):
        return None
    return Record(line - 1, cells)
