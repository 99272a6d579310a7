"""The rows of a delimited file, as text: where the table begins and ends, what its columns are called, every cell."""

from __future__ import annotations

import csv
from collections import abc, deque
from dataclasses import dataclass, replace
from io import TextIOWrapper
from itertools import islice, pairwise
from pathlib import Path
from typing import BinaryIO

from explorer.errors import DataError, UsageError
from explorer.sequences.arff import as_arff
from explorer.sequences.commented import with_commented_names
from explorer.sequences.cutting import Record, Report, cut, without_rules
from explorer.sequences.encoding import Survey, first_lines, last_lines, open_text, survey
from explorer.sequences.guessing import guess_cut
from explorer.sequences.layout import Layout, below_sample, find_layout
from explorer.sequences.noticing import column_names, file_notes, seen_problems
from explorer.sequences.number_signs import Signs, number_signs
from explorer.sequences.numerals import USUAL
from explorer.sequences.options import Form, Problem
from explorer.sequences.signs import Cut

JUDGED, JUDGED_CELLS = 1000, 100_000
"""Rows by which the signs in numbers are judged, fewer where they are long."""

TAIL = 200
"""Lines at the end of a longer file in which a footer is looked for."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table in a file: how it is cut (``form``, without a None), and what stands above its rows.

    ``header`` are the lines of names as read, ``names`` one name a column, all different; ``body_line`` is the line of
    the file in which the first row begins, ``end_line`` the first that is no longer the table's, None where only
    ``form.footer_lines`` tells. ``tables`` counts the tables in the file, ``trailing`` the empty columns at the end of
    every row that are none; ``spaced`` says that there is a blank line between all rows, which means nothing.
    ``records()`` reads the rows, as often as is asked for; ``problems`` are those of the first rows, such as a row of
    another width. ``below`` are rows at the end of a longer file that are none of the table, their lines counted from
    that of its last row. ``quoted`` says that the quote is told, so that where quotes fit they are no letters.
    """

    path: Path
    form: Form
    survey: Survey
    header: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]
    body_line: int
    tables: int = 1
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    end_line: int | None = None
    trailing: int = 0
    spaced: bool = False
    below: tuple[Record, ...] = ()
    quoted: bool = False

    @property
    def width(self) -> int:
        """The number of cells that most rows have."""
        return len(self.names)

    @property
    def cut(self) -> Cut:
        """The signs that cut a line of this table into cells."""
        form = self.form
        width = self.width + self.trailing
        return Cut(form.delimiter or "", form.quote or "", form.escape or "", form.comment or "", width, self.quoted)

    def records(
        self,
        progress: abc.Callable[[float], None] = lambda _: None,
        report: Report | None = None,
        comments: list[int] | None = None,
    ) -> abc.Iterator[Record]:
        """Yield every row: its line and its cells as they stand, also where they are too few or too many.

        ``progress`` is called with the part that has been read, ``report`` with each quote that does not fit. The lines
        among them that are comments are added to ``comments``.
        """
        with open_text(self.path, self.survey) as (lines, part):
            lines = islice(lines, self.body_line - 1, None if self.end_line is None else self.end_line - 1)
            if self.end_line is None and self.form.footer_lines:
                lines = _all_but(lines, self.form.footer_lines)
            passed: list[Record] = []
            rows = cut(lines, self.cut, first_line=self.body_line, report=report, comments=comments)
            if not self.header:
                rows = without_rules(rows, self.cut.delimiter)
            for number, record in enumerate(rows):
                if number % 4096 == 0:
                    progress(part())
                if record.blank and (self.width > 1 or not record.cells):
                    # In a single column a blank line is a missing value, if a row follows it.
                    passed += [Record(record.line, [""])] if self.width == 1 and not self.spaced else []
                    continue
                if passed:
                    yield from passed
                    passed = []
                yield _shorn(record, self.width) if self.trailing else record

    def further(self, lines: abc.Iterable[str], first_line: int) -> abc.Iterator[Record]:
        """Yield the rows of some lines of the table, blank ones too; ``first_line`` is the number of the first."""
        rows = cut(lines, self.cut, first_line=first_line)
        return (_shorn(row, self.width) for row in rows) if self.trailing else rows


def open_rows(
    path: str | Path,
    told: Form = Form(),  # noqa: B008
    progress: abc.Callable[[float], None] = lambda _: None,
    *,
    quick: bool = False,
) -> Rows:
    """Return the table in a file, in the form that is told or, where it is not, guessed.

    ``quick`` looks at the beginning and the end of a large file only, for a preview, or for whoever looks at the rest.
    ``DataError`` with line and column if it cannot be read, holds no text or no table; ``UsageError`` if what is told
    makes no sense.
    """
    path, told = Path(path), checked(told)
    found = survey(path, progress, told.encoding, quick)
    lines, whole = first_lines(path, found)
    told, names_above = as_arff(lines, told)
    above = told.preamble_lines or 0
    how = guess_cut(lines[above:], told)
    problems: list[Problem] = []
    rows = _sample(lines, how, whole, problems)
    if all(row.blank for row in rows if row.line > above):
        raise DataError(f"there is no row in it{f' below line {above}' if above else ''}", file=path)
    layout = find_layout(rows, told, len(lines), whole)
    if how.width != layout.width + layout.trailing:
        # Quotes that do not fit were judged by the width of something else in the file.
        how = replace(how, width=layout.width + layout.trailing)
        problems.clear()
        rows = _sample(lines, how, whole, problems)
        layout = find_layout(rows, told, len(lines), whole)
    layout = with_commented_names(layout, lines, how, rows, told, whole)
    if names_above is not None:
        layout = _with_attributes(layout, names_above)
    below: tuple[Record, ...] = ()
    if not whole and layout.end_line is None and told.footer_lines is None:
        below = below_sample(list(cut(last_lines(path, found, TAIL), how)), layout, told)
        layout = replace(layout, footer_lines=below[-1].line - below[0].line + 1 if below else 0)
    layout, passed = _with_blank_first(layout, rows, told)
    seen = [row.cells for row in layout.body[: min(JUDGED, 20 + JUDGED_CELLS // layout.width)]]
    guess = number_signs(seen, how.delimiter, (told.decimal, told.thousands))
    form = _form(found, told, how, layout, guess.signs)
    names, made_up = column_names(layout)
    return Rows(
        path,
        form,
        found,
        tuple(tuple(_shorn(row, layout.width).cells if layout.trailing else row.cells) for row in layout.header),
        names,
        layout.body_line,
        layout.tables,
        (*file_notes(found, form, layout, told, guess.unsure), *made_up, *passed),
        seen_problems(layout, problems, layout.end_line),
        layout.end_line,
        layout.trailing,
        _are_spaced(rows, layout),
        below,
        how.told,
    )


def write_rows(rows: Rows, file: BinaryIO) -> None:
    """Write a table as RFC 4180 has it, in UTF-8: its lines of names, where it has such, and its rows as read."""
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows(rows.header)
    writer.writerows(record.cells for record in rows.records())
    text.flush()
    text.detach()  # so that whoever opened the file closes it


def checked(told: Form) -> Form:
    """Return what is told, a delimiter without the blanks beside it. ``UsageError`` if it makes no sense."""
    delimiter = told.delimiter
    if delimiter is not None and len(delimiter) > 1:
        delimiter = {"\\t": "\t"}.get(delimiter, delimiter.strip(" ") or " ")
    told = replace(told, delimiter=delimiter, escape="" if told.escape and told.escape == told.quote else told.escape)
    for name in ("delimiter", "quote", "escape", "thousands"):
        sign = getattr(told, name)
        if sign is not None and (len(sign) > 1 or sign in ("\r", "\n")):
            raise UsageError(f"the {name} is one character or none, not {sign!r}")
    if told.decimal not in (None, ".", ","):
        raise UsageError(f"the decimal sign is . or , and not {told.decimal!r}")
    if told.delimiter and told.delimiter in (told.quote, told.escape):
        raise UsageError(f"{told.delimiter!r} cannot be the delimiter and the quote or escape as well")
    if told.decimal is not None and told.decimal == told.thousands:
        raise UsageError(f"{told.decimal!r} cannot be the sign of both decimals and thousands")
    for name in ("preamble_lines", "header_lines", "footer_lines", "table"):
        if (getattr(told, name) or 0) < 0:
            raise UsageError(f"{name.replace('_', ' ')} cannot be fewer than none")
    return told


def _sample(lines: list[str], how: Cut, whole: bool, problems: list[Problem]) -> list[Record]:
    rows = list(without_rules(cut(lines, how, report=problems.append), how.delimiter))
    if not whole and len(rows) > 1:
        # The last row may go on below the sample.
        last = rows.pop()
        problems[:] = [problem for problem in problems if (problem.line or 0) < last.line]
    return rows


def _with_attributes(layout: Layout, names: Record) -> Layout:
    """Return the layout with the names that ARFF gives. ``DataError`` if nobody could say which columns have one."""
    if layout.width > len(names.cells):
        counts = f"{len(names.cells)} attributes are named, but its rows have {layout.width} cells"
        raise DataError(counts, line=layout.body_line)
    return replace(layout, header=(names,))


def _with_blank_first(layout: Layout, rows: abc.Sequence[Record], told: Form) -> tuple[Layout, tuple[str, ...]]:
    """Return the layout of a single column with the blank lines below its name as first values, if those are missing.

    They are where the lines of names are told, or where there are other gaps below; else a note says that they are
    passed over, as above any table.
    """
    if layout.width > 1 or not layout.body or _are_spaced(rows, layout):
        return layout, ()
    first, last = layout.body[0].line, layout.body[-1].line
    above = {row.line for row in rows if row.blank and row.line < first}
    begins = first
    while begins - 1 in above and begins - 1 > (told.preamble_lines or 0):
        begins -= 1
    named = bool(layout.header) and layout.header[-1].line < begins
    gaps = any(row.blank for row in rows if first < row.line < last) and layout.kinds[0] in ("number", "date")
    if begins == first or not (named or told.preamble_lines is not None):
        return layout, ()
    if told.header_lines is not None or (named and gaps):
        return replace(layout, body_line=begins), ()
    lines = f"line {begins}" if begins == first - 1 else f"lines {begins} to {first - 1}"
    return layout, (f"blank {lines} below the name passed over",) if named else ()


def _are_spaced(rows: abc.Sequence[Record], layout: Layout) -> bool:
    """Return whether there is a blank line between nearly all rows seen."""
    if len(layout.body) < 3:
        return False
    first, last = layout.body[0].line, layout.body[-1].line
    parted = sum(before.blank and not row.blank for before, row in pairwise(rows) if first < row.line <= last)
    return 5 * parted >= 4 * (len(layout.body) - 1)


def _form(found: Survey, told: Form, how: Cut, layout: Layout, numbers: Signs) -> Form:
    """Return the form in which the table is read, without a None."""
    above = layout.header[0].line if layout.header else layout.body_line
    guessed = Form(
        found.encoding,
        how.delimiter,
        how.quote,
        how.escape,
        numbers.decimal,
        numbers.thousands,
        how.comment,
        above - 1,
        len(layout.header),
        layout.footer_lines,
        0,
        USUAL,
    )
    return replace(told.over(guessed), encoding=found.encoding, header_lines=len(layout.header))


def _all_but(lines: abc.Iterable[str], count: int) -> abc.Iterator[str]:
    """Yield all lines but the last so many, blank ones at the very end not counted."""
    held: deque[str] = deque()
    blank: list[str] = []
    for line in lines:
        if not line.strip():
            blank.append(line)
            continue
        held.extend(blank)
        held.append(line)
        blank.clear()
        while len(held) > count:
            yield held.popleft()


def _shorn(record: Record, width: int) -> Record:
    """Return a row without the empty cells behind the last column."""
    if len(record.cells) > width and not any(record.cells[width:]):
        return Record(record.line, record.cells[:width])
    return record
