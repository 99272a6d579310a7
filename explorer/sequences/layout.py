"""Where in a file a table begins and ends: what stands above it, its lines of names, what stands below it."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, replace

from explorer.errors import UsageError
from explorer.sequences.cutting import Record
from explorer.sequences.footers import rows_above_footer, typically_filled
from explorer.sequences.headers import Kind, header_lines, is_sentence, is_value, is_word, kind_of
from explorer.sequences.numerals import is_missing, missing_words
from explorer.sequences.options import Form
from explorer.sequences.tables import blocks, common_width, filled

TOP = 200
"""Lines above a table there can be."""

JUDGED = 400
"""Rows by which columns are judged."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A table among the rows of a file: ``header`` its lines of names, ``body`` its rows as far as they were seen.

    ``above`` and ``below`` are the rows left out above and below it, ``tables`` how many tables the file has.
    ``trailing`` counts empty columns without a name at the end of every row, which are no columns. ``end_line`` is
    the first line that is no longer the table's, None if it goes on to the end of what was seen.
    """

    header: tuple[Record, ...]
    body: tuple[Record, ...]
    width: int
    above: tuple[Record, ...]
    below: tuple[Record, ...]
    kinds: tuple[Kind, ...]
    trailing: int
    body_line: int
    tables: int = 1
    end_line: int | None = None
    footer_lines: int = 0


def find_layout(rows: abc.Sequence[Record], told: Form, lines: int, whole: bool = True) -> Layout:
    """Return the layout of the rows of a file of so many lines, blank ones among them; ``whole``: there are no more.

    ``UsageError`` if there is no such table.
    """
    if told.missing is None:
        return _find(rows, told, lines, whole)
    layout, read = _find(_with_usual_words(rows, told), told, lines, whole), {row.line: row for row in rows}
    parts = layout.header, layout.body, layout.above, layout.below
    header, body, above, below = (tuple(read[row.line] for row in part) for part in parts)
    return replace(layout, header=header, body=body, above=above, below=below)


def _with_usual_words(rows: abc.Sequence[Record], told: Form) -> list[Record]:
    """Return the rows with a usual word for no value in place of those told, as what judges them knows no others."""
    words = missing_words(told.missing)
    return [
        Record(row.line, ["na" if cell and is_missing(cell, words) else cell for cell in row.cells]) for row in rows
    ]


def _find(rows: abc.Sequence[Record], told: Form, lines: int, whole: bool) -> Layout:
    skipped = 0
    named = told.header_lines != 0
    found = blocks(rows, named)
    tables, choice = len(found), told.table or 0
    if choice >= tables:
        count = "one table" if tables == 1 else f"{tables} tables"
        raise UsageError(f"there is no table {choice} in the file: it has {count}, counted from 0")
    if told.preamble_lines is not None:
        # What is told says where the table begins, whichever of them it is, and it may say where it ends.
        skipped = next((at for at, row in enumerate(rows) if row.line > (told.preamble_lines or 0)), len(rows))
        ended = None not in (told.header_lines, told.footer_lines) and told.table is None
        found, choice = [(0, len(rows) - skipped if ended else blocks(rows[skipped:], named)[0][1])], 0
        tables = 1 if ended else tables
    start, end = skipped + found[choice][0], skipped + found[choice][1]
    last = end == len(rows)
    layout = _block(rows[start:end], told, whole or not last)
    ends = layout.below[0].line if layout.below else None if last else rows[end].line
    body_line = layout.body_line or ends or lines + 1
    return replace(
        layout,
        body_line=body_line,
        above=(*(row for row in rows[:start] if filled(row)), *layout.above),
        tables=tables,
        end_line=ends,
    )


def _block(block: abc.Sequence[Record], told: Form, whole: bool) -> Layout:
    rows = [row for row in block if not row.blank]
    gaps = {row.line for row, before in zip(block[1:], block, strict=False) if before.blank and not row.blank}
    width = common_width(rows)
    top = _top(rows, width, gaps) if told.preamble_lines is None else 0
    above, rows = rows[:top], rows[top:]
    width = common_width(rows)
    kinds, judged = _kinds(rows, width)
    if told.header_lines is not None:
        count = min(told.header_lines, len(rows))
    else:
        apart = _apart(rows, kinds, judged, gaps) if told.preamble_lines is None else 0
        above, rows = [*above, *rows[:apart]], rows[apart:]
        count = _count_names(rows, kinds, judged)
    header, body = rows[:count], rows[count:]
    if told.footer_lines is None:
        kept = rows_above_footer(body, width, kinds, gaps) if whole else len(body)
    else:
        # Told, a footer is counted in lines of the file, from the last that is not blank.
        ends = body[-1].line - told.footer_lines if body and whole else 1 << 62
        kept = sum(row.line <= ends for row in body)
    below, body = body[kept:], body[:kept]
    trailing = _trailing(header, body, width, kinds)
    return Layout(
        tuple(header),
        tuple(body),
        max(1, width - trailing),
        tuple(row for row in above if filled(row)),
        tuple(below),
        kinds[: width - trailing],
        trailing,
        rows[count].line if count < len(rows) else 0,
        footer_lines=below[-1].line - below[0].line + 1 if below else 0,
    )


def below_sample(rows: abc.Sequence[Record], layout: Layout, told: Form) -> tuple[Record, ...]:
    """Return the rows at the end of a file, whose last rows are given, that are none of the table.

    Their lines are counted from that of the table's last row.
    """
    present = [row for row in rows if not row.blank]
    gaps = {row.line for row, before in zip(rows[1:], rows, strict=False) if before.blank and not row.blank}
    judged = _with_usual_words(present, told)
    kept = rows_above_footer(judged, layout.width + layout.trailing, layout.kinds, gaps)
    last = present[kept - 1].line if kept else 0
    return tuple(Record(row.line - last, row.cells) for row in present[kept:])


def _count_names(rows: abc.Sequence[Record], kinds: abc.Sequence[Kind], judged: abc.Sequence[abc.Sequence[str]]) -> int:
    if len(rows) == 1:
        return int(_words_only(rows))
    return header_lines([row.cells for row in rows[:10]], kinds, judged)


def _apart(
    rows: abc.Sequence[Record],
    kinds: abc.Sequence[Kind],
    judged: abc.Sequence[abc.Sequence[str]],
    gaps: abc.Set[int],
) -> int:
    """Return how many first rows, cut like the table's, are none: a title above a gap, a sentence above numbers."""
    near = [at for at in range(1, min(10, len(rows) - 1)) if rows[at].line in gaps]
    for at in reversed(near):
        # Lines of names stand together: what is above a gap above them is none. With gaps everywhere nothing is said.
        values = any(is_value(cell) for row in rows[:at] if len(row.cells) == len(kinds) for cell in row.cells)
        if len(near) < 3 and not values and header_lines([row.cells for row in rows[at : at + 10]], kinds, judged):
            return at
    cells = rows[0].cells if rows else []
    if near[:1] == [1] and len(near) < 3 and len(kinds) == 1 and len(cells[0].split()) > 2:
        return 1
    return int(len(rows) > 3 and is_sentence(cells, kinds))


def _words_only(rows: abc.Sequence[Record]) -> bool:
    return bool(rows) and any(map(is_word, rows[0].cells)) and not any(map(is_value, rows[0].cells))


def _kinds(rows: abc.Sequence[Record], width: int) -> tuple[tuple[Kind, ...], list[abc.Sequence[str]]]:
    """Return what the columns hold, by the rows that are surely no line of names, and those rows."""
    skip = min(6, max(1, len(rows) // 2)) if len(rows) > 1 else 0
    judged = [row.cells for row in rows[skip : skip + JUDGED] if len(row.cells) == width]
    judged = judged or [row.cells for row in rows[1:] if len(row.cells) == width]
    kinds = tuple(kind_of([cells[column] for cells in judged]) for column in range(width))
    return kinds, [row.cells for row in rows[1 : skip + JUDGED] if len(row.cells) == width]


def _top(rows: abc.Sequence[Record], width: int, gaps: abc.Set[int]) -> int:
    """Return how many of the first rows stand above the table: titles, notes, pairs of a key and a value."""
    typical = typically_filled(rows, width)
    first = 0
    for at, row in enumerate(rows[:TOP]):
        if _is_row(row, width, typical) and (
            at + 1 == len(rows) or any(len(below.cells) == width for below in rows[at + 1 : at + 3])
        ):
            first = at
            break
    else:
        first = next((at for at, row in enumerate(rows) if len(row.cells) == width), 0)
    if not first and rows and rows[0].line == 1 and rows[0].cells[:1] and rows[0].cells[0].lower().startswith("sep="):
        first = 1
    # Rows that are mostly empty, as pairs of a key and a value are, are above the table; so is what is so above an
    # empty row.
    while width > 3 and typical > 3 and first < min(TOP, len(rows) - 2) and not any(rows[first].cells[2:]):
        first += 1
    for at in range(first + 1, min(first + 12, len(rows) - 2)):
        most = max(map(filled, rows[first:at]))
        if width > 2 and not filled(rows[at]) and most <= 0.67 * typical <= filled(rows[at + 1]):
            first = at + 1
            break
    if first and rows[first].line not in gaps and _odd_header(rows[first - 1], rows[first:], width):
        first -= 1
    return first - _unended(rows, first, width, gaps)


def _unended(rows: abc.Sequence[Record], first: int, width: int, gaps: abc.Set[int]) -> int:
    """Return how many rows above the first are the table's too, without the delimiter that ends the others."""
    below = [row for row in rows[first:] if len(row.cells) == width]
    if not first or width < 3 or any(row.cells[-1] for row in below):
        return 0
    kinds, judged = _kinds(rows[first:], width)
    valued = [column for column, kind in enumerate(kinds[:-1]) if kind in ("number", "date")]
    count = 0
    while count < first and len(rows[first - count - 1].cells) == width - 1 and rows[first - count].line not in gaps:
        if header_lines([row.cells for row in rows[first - count : first - count + 10]], kinds, judged):
            break
        cells = rows[first - count - 1].cells
        values = all(is_value(cells[column]) or is_missing(cells[column]) for column in valued)
        if not valued or not (values or (all(cells) and not any(map(is_value, cells)))):
            break
        count += 1
    return count


def _is_row(row: Record, width: int, typical: float) -> bool:
    return len(row.cells) == width and (width < 3 or typical < 2 or filled(row) > 1)


def _odd_header(row: Record, below: abc.Sequence[Record], width: int) -> bool:
    """Return whether a row of another width is a line of names with a delimiter too few or too many."""
    count = filled(row)
    if count < 2 or not 0.6 * width <= count <= 1.5 * width or any(is_value(cell) for cell in row.cells):
        return False
    kinds, judged = _kinds(below, width)
    return not header_lines([below[0].cells], kinds, judged)


def _trailing(header: abc.Sequence[Record], body: abc.Sequence[Record], width: int, kinds: abc.Sequence[Kind]) -> int:
    """Return how many columns at the end are none: empty in every row, and without a name.

    Where no column has a name, an empty one is none only beside columns of values: a text may be missing everywhere.
    """
    count = 0
    while count < width - 1:
        column = width - 1 - count
        cells = [row.cells[column] for row in (*header, *body) if len(row.cells) > column]
        if any(cells) or not body or (not header and not all(kind in ("number", "date") for kind in kinds[:column])):
            break
        count += 1
    return count
