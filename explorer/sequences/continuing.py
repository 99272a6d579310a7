"""How the cells of further rows are read: exactly as those of the table above them, whatever they hold themselves."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

from explorer.errors import shown
from explorer.sequences.columns import TRUTH, Column, describe, gaps_of, words_of
from explorer.sequences.cutting import Record
from explorer.sequences.dates import read_dates
from explorer.sequences.kinds import signs_of
from explorer.sequences.marking import words_with_a_mark
from explorer.sequences.noticing import wrong_width
from explorer.sequences.numerals import common_sign, numbers
from explorer.sequences.options import Form, Problem
from explorer.sequences.roles import MOST_CLASSES
from explorer.sequences.rows import Rows
from explorer.sequences.sequence import DatetimeArray, FloatArray
from explorer.sequences.table import SAMPLE_ROWS, Table
from explorer.sequences.timing import calendar

_NAMED = np.datetime64("2000-01-13", "us")
_DAY_FIRST, _MONTH_FIRST = "13/01/2000", "01/13/2000"


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """How one column is read: as ``column`` was, of which only the last value there is matters (one row).

    ``cell`` is one like those of a column of dates, and ``value`` what it is read as: dates are understood together,
    so it goes before the further ones, and 05/06/2013 is what it was in the table. ``counted`` says that its dates are
    numbers, such as 19580329 or seconds since 1970. ``sign`` stands beside every number, such as %; ``truths`` says
    that the numbers were read from true and false. ``words`` are those of a category: no other has an input.
    """

    column: Column
    cell: str = ""
    value: Any = None
    counted: bool = False
    sign: str = ""
    truths: bool = False
    words: frozenset[Any] | None = None


def patterns(table: Table, rows: Rows) -> tuple[Pattern, ...]:
    """Return how each column of a table is read; ``rows`` are those it was read from."""
    sample = [record.cells for record in islice(rows.records(), min(SAMPLE_ROWS, table.rows))]
    found = []
    for column in table.columns:
        cells = [row[column.position] if column.position < len(row) else "" for row in sample]
        words: frozenset[Any] | None = None
        if column.role == "category":
            words = frozenset(column.texts if column.kind == "text" else np.unique(column.values).tolist())
        cell, value = _date_pattern(cells, column) if column.kind == "date" else ("", None)
        counted = bool(cell) and not _is(read_dates([cell]).values[0], value)
        found.append(Pattern(last_of(column), cell, value, counted, *_marks(cells, column, table.form), words))
    return tuple(found)


def _marks(cells: abc.Sequence[str], column: Column, form: Form) -> tuple[str, bool]:
    """Return the sign beside the numbers of a column, and whether they stand there as true and false."""
    signs = signs_of(form)
    there = [cell.strip() for cell in cells if cell.strip().lower() not in signs.missing]
    if column.kind != "number" or not there:
        return "", False
    if all(cell.lower() in TRUTH for cell in there):
        return "", True
    return common_sign(there, *signs), False


def last_of(column: Column) -> Column:
    """Return the column with one row, the last that has a value."""
    gaps = gaps_of(column)
    at = len(gaps) - 1 - int(np.argmax(~gaps[::-1]))
    return replace(
        column, values=column.values[at : at + 1], texts=column.texts[at : at + 1] if column.kind == "text" else ()
    )


def _date_pattern(cells: abc.Sequence[str], column: Column) -> tuple[str, Any]:
    """Return a date that tells day from month where the table's cells do it, else the first that there is."""
    gaps = gaps_of(column)
    there = [(cells[row], column.values[row]) for row in range(min(len(cells), len(gaps))) if not gaps[row]]
    for cell, value in there:
        fits = []
        for pattern in (_DAY_FIRST, _MONTH_FIRST):
            dates = read_dates([pattern, cell], told=column.reading)
            if not dates.wrong and dates.values[1] == value:
                fits.append(pattern)
        if len(fits) == 1:
            return fits[0], _NAMED
    return there[0] if there else ("2000-01-13", _NAMED)


def read_on(
    found: abc.Sequence[Pattern], records: abc.Sequence[Record], table: Table
) -> tuple[Table, tuple[Problem, ...]]:
    """Return the table of the last values there were and then of some further rows, and what does not fit in these.

    A cell that does not fit is missing. Too short a row misses its last cells, too long a one loses those beyond.
    """
    width = len(found)
    problems = [wrong_width(record, width) for record in records if len(record.cells) != width]
    rows = [record.cells for record in records]
    cells = [row if len(row) == width else [*row[:width], *[""] * (width - len(row))] for row in rows]
    lines = np.array([0, *(record.line for record in records)], dtype=np.int64)
    columns = []
    for pattern, texts in zip(found, zip(*cells, strict=True), strict=True):
        column, wrong = _read(pattern, texts, table)
        columns.append(describe(column, lines))
        for row, what in wrong.items():
            text = texts[row]
            problems.append(Problem(f"{shown(text)} is {what}", records[row].line, column.position + 1, text))
    problems.sort(key=lambda problem: (problem.line or 0, problem.column or 0))
    further = replace(table, columns=tuple(columns), lines=lines, problems=(), problem_count=0, notes=())
    return further, tuple(problems)


def _read(pattern: Pattern, texts: abc.Sequence[str], table: Table) -> tuple[Column, dict[int, str]]:
    """Return the column of the last value and the further cells, and what those are not that do not fit."""
    column, form = pattern.column, table.form
    wrong: abc.Iterable[int] = ()
    if column.kind == "text":
        texts = [text.strip() for text in texts]
        unknown = [row for row, text in enumerate(texts) if pattern.words and text not in pattern.words]
        unknown = [row for row in unknown if texts[row].lower() not in column.absent]
        for row in unknown:
            texts[row] = ""
        return replace(column, texts=(*column.texts, *texts)), dict.fromkeys(unknown, _none_of(column))
    if column.kind == "number" or pattern.counted:
        read: FloatArray | DatetimeArray
        signs = column.signs or signs_of(form)
        plain = texts
        if pattern.truths or pattern.sign:
            plain = [
                text
                if text.strip().lower() in signs.missing
                else _truth(text)
                if pattern.truths
                else _without(pattern.sign, text)
                for text in texts
            ]
        read, wrong = numbers(plain, *signs)
        if pattern.counted:
            (start,), _ = numbers([pattern.cell], *signs)
            read, wrong = _counted(pattern, start, read, wrong)
    else:
        read, wrong = _dates(pattern, texts, signs_of(form).missing)
    what = "date" if column.kind == "date" else "number"
    odd = dict.fromkeys(wrong, f"no {what}, as the others in {column.name!r} are")
    if pattern.words is not None:
        for row, value in enumerate(read.tolist()):
            if value == value and value not in pattern.words:  # NaN is not itself
                read[row], odd[row] = np.nan, _none_of(column)
    return replace(column, values=np.concatenate([column.values, read])), odd


def _truth(text: str) -> str:
    """Return 1 or 0 for true or false; any other number is neither, as in the table."""
    word = text.strip().lower()
    return str(TRUTH[word]) if word in TRUTH else "neither"


def _without(sign: str, text: str) -> str:
    """Return a number without its sign. One that has none may be anything, as in the table."""
    text = text.strip()
    bare = text.removeprefix(sign) if text.startswith(sign) else text.removesuffix(sign)
    return "no sign" if bare == text else bare


def _none_of(column: Column) -> str:
    return f"none of the words of {column.name!r} there were when the file was opened, so no input stands for it"


def _dates(
    pattern: Pattern, texts: abc.Sequence[str], missing: abc.Set[str]
) -> tuple[FloatArray | DatetimeArray, list[int]]:
    """Return the cells as dates. Where together they do not fit the pattern, each is read alone with it."""
    told = pattern.column.reading
    dates = read_dates([pattern.cell, *texts], told=told, missing=missing)
    if _is(dates.values[0], pattern.value):
        return dates.values[1:], [position - 1 for position in dates.wrong]
    values: Any = np.full(len(texts), "NaT" if pattern.column.dated else np.nan, pattern.column.values.dtype)
    wrong = []
    for position, text in enumerate(texts):
        alone = read_dates([pattern.cell, text], told=told, missing=missing)
        if alone.wrong or not _is(alone.values[0], pattern.value):
            wrong.append(position)
        else:
            values[position] = alone.values[1]
    return values, wrong


def _counted(
    pattern: Pattern, start: float, values: FloatArray, wrong: abc.Iterable[int]
) -> tuple[DatetimeArray, list[int]]:
    """Return numbers as the dates they are in the table, where ``start`` is one; each by itself, if some are none."""
    days: DatetimeArray = np.full(len(values), np.datetime64("NaT"), dtype="datetime64[us]")
    column = replace(pattern.column, kind="number")
    there, bad = np.flatnonzero(~np.isnan(values)), list(wrong)
    for rows in [there] if _fits(column, start, values[there], pattern.value) else there[:, None]:
        dates = calendar(replace(column, values=np.array([start, *values[rows]]))).values
        if _is(dates[0], pattern.value):
            days[rows] = dates[1:]
        else:
            bad += rows.tolist()
    return days, sorted(bad)


def _fits(column: Column, start: float, values: FloatArray, first: Any) -> bool:
    return _is(calendar(replace(column, values=np.array([start, *values]))).values[0], first)


def _is(value: Any, other: Any) -> bool:
    """Return whether both are the same date or time of day."""
    return type(value) is type(other) and bool(value == other)


class NewWords:
    """Tells which words of labels had not been there before: each gets a mark of its own, from there on."""

    def __init__(self, columns: abc.Iterable[Column]) -> None:
        """Know the words of what was read at the beginning."""
        self._known = {column.name: words_with_a_mark(column) for column in columns if column.role == "label"}

    def of(self, table: Table) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
        """Return the names of the marks that rows of ``read_on`` bring, and the words that are too many for one."""
        names, problems = [], []
        for column in table.columns:
            known = self._known.get(column.name, set())
            words = words_of(column) if column.name in self._known else ()
            for row in range(1, len(words)):
                word = words[row]
                if not word or word in known or word.lower() in known:
                    continue
                if len(known) < MOST_CLASSES:
                    known.add(word)
                    names.append(f"{column.name}={word}")
                else:
                    what = f"one more word than the {MOST_CLASSES} of {column.name!r} that can be marked"
                    line = int(table.lines[row])
                    problems.append(Problem(f"{shown(word)} is {what}", line, column.position + 1, word))
        return tuple(names), tuple(problems)
