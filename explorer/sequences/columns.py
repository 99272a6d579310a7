"""The columns of a table, whole: what each holds, what is missing, from where to where it goes."""

from __future__ import annotations

from collections import Counter, abc
from dataclasses import dataclass, replace

import numpy as np

from explorer.sequences.blocks import LISTED, Content, Kind, Lines, Wrong
from explorer.sequences.dates import looks_like_date, read_dates
from explorer.sequences.numerals import is_missing, number, numbers
from explorer.sequences.options import Form, Problem, Role
from explorer.sequences.sequence import BoolArray, DatetimeArray, FloatArray

Value = float | np.datetime64


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column as all its rows show it.

    ``kind`` is number, date or text; ``values`` (T,) are float64 or datetime64[us] (times of day: seconds since
    midnight), NaN or NaT where missing, and empty, (0,), for text; ``texts`` are T cells, only of text. ``role`` is
    what the column is to the network, as told or guessed, and ``reason`` says why it is that where a person may
    wonder. ``note`` is what had to be assumed to read it. ``missing`` counts the cells without a value, the first in
    line ``first_missing``; ``minimum`` and ``maximum`` are of the finite values, None where there is none;
    ``infinite`` counts the others. ``constant``: every value there is is the same.
    """

    name: str
    position: int
    kind: Kind
    values: FloatArray | DatetimeArray
    texts: tuple[str, ...] = ()
    role: Role = "input"
    reason: str = ""
    note: str = ""
    missing: int = 0
    first_missing: int | None = None
    minimum: Value | None = None
    maximum: Value | None = None
    infinite: int = 0
    first_infinite: int | None = None
    constant: bool = False

    def __len__(self) -> int:
        return len(self.texts) if self.kind == "text" else len(self.values)

    @property
    def empty(self) -> bool:
        """Whether there is no value in it at all."""
        return self.missing == len(self)

    @property
    def dated(self) -> bool:
        """Whether its values are days of a calendar, and not numbers or times of day."""
        return bool(np.issubdtype(self.values.dtype, np.datetime64))


def guess_kinds(sample: abc.Sequence[abc.Sequence[str]], form: Form, width: int) -> tuple[Kind, ...]:
    """Return what the first rows of a table show of each column. All rows may show something else."""
    rows = [cells for cells in sample if len(cells) == width]
    return tuple(_kind([cells[position] for cells in rows], form) for position in range(width))


def _kind(cells: abc.Sequence[str], form: Form) -> Kind:
    """Return what most cells are; a column with nothing in it may turn out to hold numbers."""
    present = [cell for cell in cells if not is_missing(cell)]
    decimal, thousands = form.decimal or ".", form.thousands or ""
    if not present or 2 * sum(number(cell, decimal, thousands) is not None for cell in present) > len(present):
        return "number"
    return "date" if 2 * sum(map(looks_like_date, present)) > len(present) else "text"


def misjudged(content: Content, kinds: abc.Sequence[Kind]) -> tuple[Kind, ...]:
    """Return the kinds with text in place of a number where most cells of a column are none."""
    result, numeric = list(kinds), 0
    for position, kind in enumerate(kinds):
        if kind == "number":
            wrong = content.wrong_counts.get(position, 0)
            if wrong and wrong >= np.count_nonzero(~np.isnan(content.numbers[:, numeric])):
                result[position] = "text"
            numeric += 1
    return tuple(result)


def read_columns(
    content: Content,
    names: abc.Sequence[str],
    kinds: abc.Sequence[Kind],
    form: Form,
    told: abc.Mapping[str, Role],
    tick: abc.Callable[[], None],
) -> tuple[tuple[Column, ...], tuple[Problem, ...], int]:
    """Return the columns of a whole table; the cells that do not fit, capped; how many those are.

    A column read as text whose cells are mostly numbers is one of numbers, and one of dates with few that are dates
    is text. ``tick`` is called several times a second and may raise to cancel.
    """
    wrong = list(content.wrong)
    count = sum(content.wrong_counts.values())
    columns, numeric = [], 0
    for position, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        tick()
        if kind == "number":
            columns.append(Column(name, position, "number", content.numbers[:, numeric]))
            numeric += 1
            continue
        column, odd = _from_text(name, position, content.texts[position], kind, form, told.get(name), tick)
        count += len(odd)
        wrong += [Wrong(row, position, content.texts[position][row]) for row in odd[:LISTED]]
        columns.append(column)
    problems = [_problem(cell, columns[cell.position], content.lines) for cell in wrong]
    rows: dict[int, list[int]] = {}
    for cell in wrong:
        rows.setdefault(cell.position, []).append(cell.row)
    described = tuple(describe(column, content.lines, rows.get(column.position, ())) for column in columns)
    return described, tuple(problems), count


def _from_text(
    name: str,
    position: int,
    texts: abc.Sequence[str],
    kind: Kind,
    form: Form,
    role: Role | None,
    tick: abc.Callable[[], None],
) -> tuple[Column, list[int]]:
    """Return a column of what stands in its cells, and the rows of those that do not fit."""
    words = Counter(texts)
    present = sum(count for word, count in words.items() if not is_missing(word))
    decimal, thousands = form.decimal or ".", form.thousands or ""
    if kind == "date" and role not in ("category", "text"):
        dates = read_dates(texts, tick)
        if len(dates.wrong) * 2 < present or role == "time":
            return Column(name, position, "date", dates.values, note=dates.note), list(dates.wrong)
    elif role not in ("category", "text", "label", "id"):
        good = sum(count for word, count in words.items() if number(word, decimal, thousands) is not None)
        good -= len(texts) - present
        if 2 * good > present or role in ("input", "target"):
            values, wrong = numbers(texts, decimal, thousands)
            return Column(name, position, "number", values), wrong
    return Column(name, position, "text", np.empty(0), tuple([text.strip() for text in texts])), []


def _problem(cell: Wrong, column: Column, lines: Lines) -> Problem:
    what = "date" if column.kind == "date" else "number"
    return Problem(
        f"{shown(cell.text)} is no {what}, as the others in {column.name!r} are",
        int(lines[cell.row]),
        cell.position + 1,
        cell.text,
    )


def describe(column: Column, lines: Lines, wrong: abc.Sequence[int] = ()) -> Column:
    """Return a column with what is missing in it, and from where to where it goes; ``wrong`` rows do not count."""
    gaps = gaps_of(column)
    infinite = np.zeros(0, dtype=bool)
    low: Value | None = None
    high: Value | None = None
    if column.kind == "text":
        constant = len({text for text in column.texts if not is_missing(text)}) == 1
    else:
        values = column.values
        if not column.dated:
            infinite = np.isinf(values)
        finite = values[~gaps] if column.dated or not infinite.any() else values[~(gaps | infinite)]
        if finite.size:
            low, high = finite.min(), finite.max()
            low, high = (low, high) if column.dated else (float(low), float(high))
        constant = low is not None and low == high and not infinite.any()
    gaps[list(wrong)] = False
    missing, beyond = int(np.count_nonzero(gaps)), int(np.count_nonzero(infinite))
    return replace(
        column,
        missing=missing,
        first_missing=int(lines[int(np.argmax(gaps))]) if missing else None,
        minimum=low,
        maximum=high,
        infinite=beyond,
        first_infinite=int(lines[int(np.argmax(infinite))]) if beyond else None,
        constant=constant,
    )


def gaps_of(column: Column) -> BoolArray:
    """Return where there is no value (T,)."""
    if column.kind == "text":
        return np.array([is_missing(text) for text in column.texts], dtype=bool)
    return np.isnat(column.values) if column.dated else np.isnan(column.values)


def shown(text: str) -> str:
    """Return the offending text in quotes, cut where it is long."""
    return repr(text if len(text) <= 40 else f"{text[:39]}…")
