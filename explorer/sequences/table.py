"""A table as a person sees it before anything is loaded: its columns, what each is taken for, what does not fit."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from explorer.errors import DataError
from explorer.sequences.blocks import LISTED, Content, Kind, Lines, exact_content
from explorer.sequences.columns import (
    EXACT,
    Column,
    codes_of,
    describe,
    is_vast,
    read_columns,
    stripped,
)
from explorer.sequences.dates import without_dates
from explorer.sequences.fast import NotPlainError, fast_content
from explorer.sequences.filling import FILLED, place
from explorer.sequences.kinds import guess_kinds, misjudged, signs_of
from explorer.sequences.names import is_id_name
from explorer.sequences.noticing import bad_bytes, note_below
from explorer.sequences.number_signs import Signs, may_be_other, number_signs
from explorer.sequences.numerals import missing_words, without_codes
from explorer.sequences.options import Form, Options, Problem, Shape
from explorer.sequences.ordering import agreed, proofs
from explorer.sequences.roles import with_roles
from explorer.sequences.rows import Rows, open_rows
from explorer.sequences.sequence import read_only
from explorer.sequences.timing import odd_times, times_of

SAMPLE_ROWS, SAMPLE_CELLS = 1000, 100_000
"""Rows from which it is guessed what a column holds, fewer where they are long; all rows are then asked."""

_LISTED_GAPS = 100

CUT_OFF = "is cut off, as if it were still being written: left out"

Report = abc.Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table read whole, or its first rows as a preview. Compared by identity.

    ``source`` is the path as given and ``name`` what a person calls it; ``form`` is how the file is cut, ``header`` its
    lines of names as read; ``shape`` is how rows are steps. ``lines`` gives the line of the file in which each row
    begins; ``counted`` says whether those are lines or rows. ``problems`` are the cells and rows that do not fit, in
    the order of the file, at most some thousand of ``problem_count``: ``make_dataset`` refuses them or takes them for
    missing. ``oddities`` are said and never fatal: quotes that do not fit; infinite values; times that are missing, go
    back or stand still. ``notes`` are sentences a person should read; ``tables`` counts the tables in the file.
    """

    source: str
    name: str
    form: Form
    header: tuple[tuple[str, ...], ...]
    columns: tuple[Column, ...]
    lines: Lines
    shape: Shape = "one"
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    oddities: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    tables: int = 1
    counted: str = "line"

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.lines)

    def column(self, name: str) -> Column:
        """Return the column of that name. ``KeyError`` if there is none."""
        return {column.name: column for column in self.columns}[name]


def read_table(
    path: str | Path,
    options: Options = Options(),  # noqa: B008
    *,
    progress: Report | None = None,
    rows: int | None = None,
) -> Table:
    """Return the table in a delimited text file, or its first ``rows`` for a preview, with the roles of its columns.

    Every row and every digit is kept, but for a last row that is cut off within its cells. Cells and rows that do not
    fit are listed, never raised. ``progress`` is called with the fraction done, from 0 to 1, several times a second; it
    may raise to cancel. ``DataError`` with line and column, both from 1, if the file is no table; ``UsageError`` if a
    column that is told is not there.
    """
    told = _rising(progress)
    try:
        found = open_rows(path, options.form, quick=True)
        told(0.01)
        try:
            table = _read(found, options, lambda fraction: told(0.01 + 0.94 * fraction), rows)
        except NotPlainError:
            found = open_rows(path, options.form, lambda fraction: told(0.2 * fraction))
            table = _read(found, options, lambda fraction: told(0.2 + 0.75 * fraction), rows)
        if rows is None and _is_cut_off(found, table):
            note = f"line {table.lines[-1]} {CUT_OFF}"
            table = stretch(table, 0, -1)
            table = replace(table, notes=(*table.notes, note))
    except DataError as error:
        raise DataError(error.message, file=path, line=error.line, column=error.column) from error.__cause__
    table = replace(table, source=str(path))
    # Among large numbers, and where nobody knew before that a column is an id, the texts of the cells tell apart.
    large = [column.name for column in table.columns if is_vast(column) and not column.texts]
    table = _with_texts(found, table, large, rows, lambda: told(0.96)) if large else table
    result = _with_roles(table, options)
    ids = [column.name for column in result.columns if column.role == "id" and _is_bare(column)]
    if ids:
        result = _with_roles(_with_texts(found, table, ids, rows, lambda: told(0.98)), options)
    told(1.0)
    return result


def _is_bare(column: Column) -> bool:
    return column.kind == "number" and not column.texts


def _with_texts(
    found: Rows, table: Table, names: abc.Collection[str], limit: int | None, tick: abc.Callable[[], None]
) -> Table:
    """Return the table with what stands in the cells of some columns of numbers."""
    kept = [column.name in names for column in table.columns]
    kinds: tuple[Kind, ...] = tuple(
        "number" if _is_bare(column) and not keep else "text" for column, keep in zip(table.columns, kept, strict=True)
    )
    content = _content(replace(found, form=table.form), kinds, lambda _: tick(), limit)
    columns = [
        replace(column, texts=stripped(content.texts[column.position][: table.rows])) if keep else column
        for column, keep in zip(table.columns, kept, strict=True)
    ]
    return replace(table, columns=tuple(columns))


def _rising(progress: Report | None) -> Report:
    """Return a report that never goes back where a file is looked at again."""
    furthest = [0.0]

    def report(fraction: float) -> None:
        furthest[0] = max(furthest[0], fraction)
        if progress is not None:
            progress(furthest[0])

    return report


def _is_cut_off(found: Rows, table: Table) -> bool:
    """Return whether the last row has fewer cells than the others and no line end behind it."""
    if table.rows < 2 or found.survey.packing:
        return False
    last = table.lines[-1]
    if not any(odd.line == last and odd.column is None for odd in table.problems):
        return False
    with found.path.open("rb") as file:
        file.seek(max(0, found.survey.size - 4))
        return not file.read(4).rstrip(b"\0").endswith((b"\n", b"\r"))


def stretch(table: Table, first: int, last: int | None) -> Table:
    """Return the rows from ``first`` to before ``last`` of a table, with the problems of these."""
    rows = slice(first, last)
    lines = table.lines[rows]
    if not len(lines):
        return replace(table, lines=lines)
    problems = tuple(problem for problem in table.problems if problem.line is None or problem.line <= lines[-1])
    columns = [
        describe(replace(c, values=c.values[rows], texts=c.texts[rows], turned=c.turned[rows]), lines)
        for c in table.columns
    ]
    count = table.problem_count - (len(table.problems) - len(problems))
    return replace(table, columns=tuple(columns), lines=lines, problems=problems, problem_count=count)


def table_of(
    source: str,
    columns: abc.Iterable[tuple[str, npt.ArrayLike]],
    options: Options = Options(),  # noqa: B008
    *,
    notes: tuple[str, ...] = (),
    lines: Lines | None = None,
    counted: str = "row",
) -> Table:
    """Return the table of some columns (T,) that are in memory: numbers, booleans, datetime64, or texts.

    Missing are NaN, NaT, and among texts None and what says so. ``lines`` are the numbers of the rows in ``source``,
    from 1 where it has no other.
    """
    absent = missing_words(options.form.missing)
    made = [_column(name, position, values, absent) for position, (name, values) in enumerate(columns)]
    length = max(map(len, made), default=0)
    if any(len(column) != length for column in made):
        raise ValueError("the columns of a table are equally long")
    lines = range(1, length + 1) if lines is None else lines
    described = tuple(describe(column, lines) for column in made)
    table = Table(source, Path(source).stem, Form(), (), described, lines, notes=notes, counted=counted)
    return _with_roles(table, options)


def _with_roles(table: Table, options: Options) -> Table:
    """Return the table with the roles of its columns, and what is odd about the values under these."""
    shape, columns = with_roles(table.columns, options)
    oddities = [
        Problem(
            f"column {column.name!r}: {column.infinite} infinite, the first in {table.counted} {column.first_infinite}",
            column.first_infinite,
            column.position + 1,
            "inf",
        )
        for column in columns
        if column.infinite
    ]
    times = times_of([column for column in columns if column.role == "time"])
    if times is not None and shape != "wide":
        ids = [column for column in columns if column.role == "id"]
        codes = codes_of(ids[0])[0] if len(ids) == 1 else None
        oddities += odd_times(times, table.lines, codes, table.counted)
    gaps = [] if shape == "wide" else [gap for column in columns for gap in _gaps(column, options, table.counted)]
    return replace(table, columns=columns, shape=shape, oddities=(*table.oddities, *oddities, *gaps[:_LISTED_GAPS]))


def _gaps(column: Column, options: Options, counted: str) -> list[Problem]:
    """Return where values are missing in a column of use, and what is done about them. Of times, others tell."""
    done = {"target": "nothing is asked there", "label": "taken for no", "id": "left out"}.get(column.role, "")
    if column.role in ("input", "category"):
        done = FILLED[options.fills.get(column.name, "forward")].format(mask=f"{column.name} missing")
    if not done:
        return []
    return [
        Problem(
            f"column {column.name!r}: {count} {'value' if count == 1 else 'values'} missing, "
            f"{place(first, last, counted)}; {done}",
            first,
            column.position + 1,
        )
        for first, last, count in column.stretches
    ]


def _column(name: str, position: int, values: npt.ArrayLike, absent: abc.Set[str]) -> Column:
    array = np.asarray(values)
    if np.issubdtype(array.dtype, np.datetime64):
        days = np.asarray(read_only(array, "datetime64[us]"), "datetime64[us]")
        return Column(name, position, "date", without_dates(days, absent))
    if np.issubdtype(array.dtype, np.number) or array.dtype == np.bool_:
        read = without_codes(np.asarray(read_only(array, np.float64), np.float64), absent)
        made = Column(name, position, "number", read, absent=absent)
        large = array.dtype.kind in "iu" and bool(np.any((array > int(EXACT)) | (array < -int(EXACT))))
        return replace(made, texts=tuple(map(str, array.tolist()))) if large else made
    cells = array.tolist()  # whole numbers beyond int64, or with gaps, are objects
    if {int} <= set(map(type, cells)) <= {int, type(None)}:
        numbers = np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
        written = tuple(["" if cell is None else str(cell) for cell in cells])
        return Column(name, position, "number", without_codes(numbers, absent), written, absent=absent)
    texts = tuple(["" if cell is None else str(cell) for cell in cells])
    return Column(name, position, "text", np.empty(0), texts, absent=absent)


def _read(found: Rows, options: Options, progress: Report, limit: int | None) -> Table:
    count = min(SAMPLE_ROWS, 20 + SAMPLE_CELLS // found.width, SAMPLE_ROWS if limit is None else limit)
    sample = [record.cells for record in islice(found.records(), count)]
    kinds: tuple[Kind, ...] = tuple(
        "text"
        if options.roles.get(name) in ("category", "text", "id") or name in options.embedded or is_id_name(name)
        else kind
        for name, kind in zip(found.names, guess_kinds(sample, found.form, found.width), strict=True)
    )
    content = _content(found, kinds, progress, limit)
    proven = _proven_below(sample, content, found, options.form)
    if proven is not None:
        form = replace(options.form, decimal=proven.decimal, thousands=proven.thousands)
        again = open_rows(found.path, form, quick=not found.survey.whole)
        return _read(again, replace(options, form=form), progress, limit)
    judged = misjudged(content, kinds, found.form)
    if judged != kinds:
        kinds = judged
        content = _content(found, kinds, lambda fraction: progress(1.0), limit)
    columns, wrong, count = read_columns(content, found.names, kinds, found.form, options.roles, lambda: progress(1.0))
    columns = agreed(columns, proofs(columns, content.lines, found.path.name))
    # More names than columns: whatever they are, a cell would stand under the wrong one.
    widest = max(map(len, found.header), default=0)
    above = [odd for odd in found.problems if (odd.line or 0) < found.body_line] if widest > found.width else []
    problems = sorted((*above, *content.ragged, *wrong), key=lambda problem: (problem.line or 0, problem.column or 0))
    return Table(
        str(found.path),
        found.path.stem,
        found.form,
        found.header,
        columns,
        content.lines,
        problems=tuple(problems[:LISTED]),
        oddities=(*bad_bytes(found.survey, found.cut), *content.quotes[:LISTED]),
        problem_count=len(above) + content.ragged_count + count,
        notes=(*found.notes, *_file_notes(found, content, limit)),
        tables=found.tables,
    )


def _proven_below(sample: abc.Iterable[abc.Sequence[str]], content: Content, found: Rows, told: Form) -> Signs | None:
    """Return the signs in the numbers as the cells that are no numbers prove them, where the first rows said others."""
    guessed = signs_of(found.form)
    if told.decimal is not None or not any(may_be_other(wrong.text, guessed) for wrong in content.wrong):
        return None
    odd = ([*[""] * wrong.position, wrong.text] for wrong in content.wrong)
    proven = number_signs((*sample, *odd), found.form.delimiter or "", (None, told.thousands)).signs
    return proven if proven[:2] != guessed[:2] else None


def _content(found: Rows, kinds: tuple[Kind, ...], progress: Report, limit: int | None) -> Content:
    if limit is None:
        try:
            return fast_content(found, kinds, progress)
        except NotPlainError:
            if not found.survey.whole:
                raise  # What is below has not been looked at: the encoding may be another.
    return exact_content(found, kinds, progress, limit)


def _file_notes(found: Rows, content: Content, limit: int | None) -> tuple[str, ...]:
    notes = []
    if found.below:
        last = int(content.lines[-1]) if limit is None and len(content.lines) else None
        notes.append(note_below(found.below, last))
    if content.quotes:
        count = "a quote does" if len(content.quotes) == 1 else f"{len(content.quotes)} quotes do"
        notes.append(f"{count} not fit and stands for itself, the first in line {content.quotes[0].line}")
    comments, blank = content.comments, content.blank
    if comments:
        sign, first = found.form.comment, comments[0]
        if len(comments) == 1:
            notes.append(f"line {first} within the table begins with {sign} and was passed over")
        else:
            notes.append(
                f"{len(comments)} lines within the table begin with {sign} and were passed over, the first line {first}"
            )
    if blank:
        lines = f"line {blank[0]}" if len(blank) == 1 else f"{len(blank)} blank lines, the first line {blank[0]},"
        notes.append(f"{'blank ' if len(blank) == 1 else ''}{lines} passed over")
    return tuple(notes)
