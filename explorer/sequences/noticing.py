"""What a person is told of a table when its form was found: names, notes, and what does not fit in its first rows."""

from __future__ import annotations

from collections import abc

from explorer.sequences.codepages import TITLES
from explorer.sequences.cutting import Record, cut
from explorer.sequences.encoding import ODD, Survey, around
from explorer.sequences.headers import different_names, joined_names
from explorer.sequences.layout import Layout
from explorer.sequences.options import Form, Problem
from explorer.sequences.signs import Cut

MOST = 100
"""Problems of the first rows that are kept."""


def column_names(layout: Layout) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return one name a column, all different, and notes on those that had to be made up."""
    header = [row.cells for row in layout.header]
    if header and max(map(len, header)) == layout.width - 1 and _are_row_names(layout):
        # A line of names that is one short, above rows that begin with a name or number of their own.
        header = [["", *cells] for cells in header]
    joined = joined_names(header, layout.width) if header else [""] * layout.width
    return different_names(joined, bool(header))


def _are_row_names(layout: Layout) -> bool:
    first = [row.cells[0] for row in layout.body if len(row.cells) == layout.width]
    counted = [str(count) for count in range(1, len(first) + 1)]
    return len(set(first)) == len(first) > 1 and (layout.kinds[0] == "text" or first == counted)


def file_notes(found: Survey, form: Form, layout: Layout, told: Form, unsure: str = "") -> tuple[str, ...]:
    """Return sentences on what was assumed of a file, and what of it is left out."""
    notes = []
    if found.packing:
        notes.append(f"the file is packed ({found.packing}) and was unpacked while it was read")
    if told.encoding is None and (said := encoding_note(found)):
        notes.append(said)
    if layout.tables > 1:
        which = "the first is read" if not form.table else f"table {form.table}, counted from 0, is read"
        notes.append(f"there are {layout.tables} tables in the file; {which}")
    if form.quote == "" and told.quote is None:
        notes.append("quotes do not enclose cells here: they were read as letters")
    if form.comment:
        notes.append(f"lines that begin with {form.comment} were passed over")
    if layout.above:
        notes.append(f"left out above the table: {_lines(layout.above)}")
    if layout.below:
        notes.append(f"left out below the table: {_lines(layout.below)}")
    if layout.trailing:
        count = "an empty column" if layout.trailing == 1 else f"{layout.trailing} empty columns"
        notes.append(f"every line ends with a delimiter: {count} without a name left out")
    if form.decimal == ",":
        notes.append("numbers were read with a decimal comma")
    if unsure:
        sign = "comma" if form.decimal == "," else "point"
        notes.append(f"numbers such as {unsure} could also be thousands; they were read with a decimal {sign}")
    if form.thousands:
        notes.append(f"the thousands of numbers are parted by {form.thousands!r}")
    return tuple(notes)


def encoding_note(found: Survey) -> str:
    """Return what was assumed of the characters of a file for which no encoding was told, or nothing."""
    lines = [line for line, _ in found.odd_lines]
    if found.errors != "strict":
        many = f"{len(lines) if len(lines) < ODD else f'at least {ODD}'} lines, the first line {lines[0]}"
        where = f"line {lines[0]}" if len(lines) == 1 else many
        return f"the file is UTF-8 but for bytes in {where}, which were replaced; another encoding can be told"
    if found.encoding not in TITLES:
        return ""
    where = f" (line {lines[0]} is the first that is not)" if lines else ""
    return f"the file is not UTF-8{where} and was read as {TITLES[found.encoding]}"


def note_below(rows: abc.Sequence[Record], last: int | None) -> str:
    """Return what stands below a table; ``rows`` count their lines from its last row, in line ``last`` if known."""
    if last is not None:
        return f"left out below the table: {_lines([Record(last + row.line, row.cells) for row in rows])}"
    return f"left out below the table, at the end of the file: {_text(rows[0])}"


def _lines(rows: abc.Sequence[Record]) -> str:
    where = f"line {rows[0].line}" if len(rows) == 1 else f"{len(rows)} lines, the first line {rows[0].line}"
    return f"{where}, {_text(rows[0])}"


def _text(row: Record) -> str:
    text = " ".join(filter(None, row.cells))
    return repr(text if len(text) <= 40 else text[:39] + "…")


def seen_problems(layout: Layout, problems: abc.Iterable[Problem], end: int | None) -> tuple[Problem, ...]:
    """Return what does not fit in the rows seen: quotes, and rows with too few or too many cells."""
    first = layout.header[0].line if layout.header else layout.body[0].line if layout.body else 0
    found = [problem for problem in problems if first <= (problem.line or 0) < (end or 1 << 62)]
    whole = layout.width + layout.trailing
    found += [
        wrong_width(row, layout.width)
        for row in (*layout.header, *layout.body)
        if len(row.cells) not in (whole, layout.width) and not row.blank
    ]
    return tuple(sorted(found, key=lambda problem: problem.line or 0)[:MOST])


def bad_bytes(found: Survey, how: Cut) -> tuple[Problem, ...]:
    """Return the cells with bytes that are not UTF-8, in a file that else is."""
    problems = []
    for line, text in found.odd_lines if found.errors != "strict" else ():
        row = next(cut([text], how), Record(line, []))
        column = next((place for place, cell in enumerate(row.cells, 1) if "\ufffd" in cell), None)
        problems.append(Problem("a byte here is not UTF-8 and was replaced", line, column, around(text)))
    return tuple(problems)


def wrong_width(row: Record, width: int) -> Problem:
    """Return the problem of a row that has not the cells of the others."""
    count = len(row.cells)
    said = "there is 1 cell" if count == 1 else f"there are {count} cells"
    return Problem(f"{said} where the table has {width}", row.line, text=" | ".join(row.cells)[:80])
