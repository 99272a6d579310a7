"""The columns of a table, whole: what each holds, what is missing, from where to where it goes."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from explorer.errors import shown
from explorer.sequences.blocks import LISTED, Content, Kind, Lines, Wrong
from explorer.sequences.calendars import read_calendar_numbers
from explorer.sequences.clocks import UNREAD, Dates, Reading
from explorer.sequences.dates import read_dates
from explorer.sequences.kinds import signs_of
from explorer.sequences.names import is_id_name
from explorer.sequences.number_signs import Signs, own_signs
from explorer.sequences.numerals import MISSING, all_numbers, common_sign, counted, is_missing, number, numbers
from explorer.sequences.options import DAY_FIRST, Form, Problem, Role
from explorer.sequences.sequence import BoolArray, DatetimeArray, FloatArray

IntArray = npt.NDArray[np.int64]

Value = float | np.datetime64


TRUTH = {"true": 1.0, "false": 0.0}

STRETCHES = 20
"""Stretches of missing values that are listed of a column; of the rest, only their values are counted."""

EXACT = 2.0**53
"""Beyond this, 9007199254740992, not every whole number is one of float64."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column as all its rows show it.

    ``kind`` is number, date or text; ``values`` (T,) are float64 or datetime64[us] (times of day: seconds since
    midnight), NaN or NaT where missing, and empty, (0,), for text; ``texts`` are T cells, of text and of numbers that
    are or may be ids: 007 and 7 are two. ``role`` is what the column is to the network, as told or guessed, and
    ``reason`` says why where a person may wonder. ``note`` is what had to be assumed to read it, ``signs`` those in its
    numbers if not the table's, ``reading`` how its dates or times were understood, and ``absent`` the words, in lower
    case, that stand for no value. ``missing`` counts the cells without a value, the first in line ``first_missing``,
    ``wrong`` those that do not fit, ``infinite`` the infinite values; ``minimum`` and ``maximum`` are of the finite
    ones, None where there is none. ``constant``: every value there is is the same.
    ``stretches`` are the first rows in succession that miss one: the first line, the last, and how many there are.
    ``turned`` are dates in the other order of day and month, where that may be and these cannot just change places.
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
    wrong: int = 0
    first_wrong: int | None = None
    minimum: Value | None = None
    maximum: Value | None = None
    infinite: int = 0
    first_infinite: int | None = None
    constant: bool = False
    signs: Signs | None = None
    reading: Reading = UNREAD
    absent: abc.Set[str] = MISSING
    stretches: tuple[tuple[int, int, int], ...] = ()
    turned: DatetimeArray | tuple[()] = ()

    def __len__(self) -> int:
        return len(self.texts) if self.kind == "text" else len(self.values)

    @property
    def empty(self) -> bool:
        """Whether there is no value in it at all."""
        return self.missing + self.wrong == len(self)

    @property
    def dated(self) -> bool:
        """Whether its values are days of a calendar, and not numbers or times of day."""
        return bool(np.issubdtype(self.values.dtype, np.datetime64))


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
    counts = dict(content.wrong_counts)
    columns: list[Column] = []
    odd: dict[int, list[int]] = {}
    numeric, absent = 0, signs_of(form).missing
    for position, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        tick()
        if kind == "number":
            columns.append(Column(name, position, "number", content.numbers[:, numeric], absent=absent))
            numeric += 1
            continue
        column, odd[position] = _from_text(
            name, position, content.texts[position], kind, form, told.get(name), content.lines, tick
        )
        if column.kind == "number" and (told.get(name) == "id" or is_id_name(name)):
            column = replace(column, texts=stripped(content.texts[position]), absent=absent)
        columns.append(column)
    for position, dates in _hours(columns, content.texts, odd, absent).items():
        column, odd[position] = columns[position], list(dates.wrong)
        columns[position] = replace(column, values=dates.values, note=dates.note, reading=dates.reading)
    for position, rows_of in odd.items():
        counts[position] = len(rows_of)
        wrong += [Wrong(row, position, content.texts[position][row].strip()) for row in rows_of[:LISTED]]
    problems = [_problem(cell, columns[cell.position], content.lines) for cell in wrong]
    rows: dict[int, list[int]] = {}
    for cell in wrong:
        rows.setdefault(cell.position, []).append(cell.row)
    described, extents = [], _extents(content, kinds)
    for column in columns:
        low, high = extents.get(column.position, (np.nan, np.nan))
        if np.isfinite(low) and np.isfinite(high):
            described.append(replace(column, minimum=low, maximum=high, constant=low == high))
        else:
            where = rows.get(column.position, ())
            described.append(describe(column, content.lines, where, counts.get(column.position, 0)))
    return tuple(described), tuple(problems), sum(counts.values())


def _extents(content: Content, kinds: abc.Sequence[Kind]) -> dict[int, tuple[float, float]]:
    """Return minimum and maximum of the columns that were read as numbers, by position, where they are known."""
    if content.extent is None:
        return {}
    numeric = [position for position, kind in enumerate(kinds) if kind == "number"]
    return dict(zip(numeric, zip(*content.extent.tolist(), strict=True), strict=True))


def _from_text(
    name: str,
    position: int,
    texts: abc.Sequence[str],
    kind: Kind,
    form: Form,
    role: Role | None,
    lines: Lines,
    tick: abc.Callable[[], None],
) -> tuple[Column, list[int]]:
    """Return a column of what stands in its cells, and the rows of those that do not fit."""
    absent = signs_of(form).missing
    words, partly = counted(texts, absent), False
    present = sum(words.values())
    if kind == "date" and role not in ("category", "text", "id"):
        told = Reading(day_first=None if form.dates is None else form.dates == DAY_FIRST)
        dates = read_dates(texts, tick, told, absent)
        if len(dates.wrong) * 2 < present or role == "time" or told.day_first is not None or dates.reading.torn:
            read = Column(name, position, "date", dates.values, note=dates.note, reading=dates.reading)
            return replace(read, turned=dates.turned), list(dates.wrong)
    elif role not in ("category", "text") and present:
        if all(word.strip().lower() in TRUTH for word in words):
            truths = np.array([TRUTH.get(text.strip().lower(), np.nan) for text in texts])
            return Column(name, position, "number", truths, note="true is 1, false is 0"), []
        own = own_signs(words, signs_of(form))
        signs, note = own or signs_of(form), _own_note(own, form)
        sign = common_sign([word.strip() for word in words], *signs)
        if sign:
            bare = ["" if is_missing(text, absent) else text.replace(sign, "") for text in texts]
            values, _ = numbers(bare, *signs)
            return Column(name, position, "number", values, note=f"its cells were read without their sign {sign}"), []
        good = present
        if not all_numbers(list(words), *signs):
            good = sum(count for word, count in words.items() if number(word, *signs) is not None)
        if (2 * good > present and role != "label") or role == "input":
            values, wrong = numbers(texts, *signs)
            if not wrong or role != "id":
                return Column(name, position, "number", values, note=note, signs=own), wrong
        partly = 10 * good >= present > good
    column = Column(name, position, "text", np.empty(0), stripped(texts), absent=absent)
    if partly:
        row = next(row for row, text in enumerate(texts) if number(text, *signs) is None)
        cell = shown(texts[row].strip())
        what = f"{present - good} of {present} cells are no numbers, the first in line {lines[row]}: {cell}"
        column = replace(column, note=what)
    return column, []


def _hours(
    columns: abc.Sequence[Column],
    texts: abc.Mapping[int, abc.Sequence[str]],
    odd: abc.Mapping[int, abc.Sequence[int]],
    absent: abc.Set[str],
) -> dict[int, Dates]:
    """Return the times read as minutes and seconds as hours and minutes, where the columns beside them say so.

    Those are dates, or times of the same form that are hours and minutes. What is no such time, 0:01.5, stays.
    """
    turned = [column for column in columns if column.reading.minutes]
    if not turned:
        return {}
    others = [texts[column.position] for column in columns if column.reading.minutes is False]
    if not any(cell.count(":") == 1 for cells in others for cell in cells) and not any(map(_is_dated, columns)):
        return {}
    found = {c.position: read_dates(texts[c.position], told=Reading(minutes=False), missing=absent) for c in turned}
    return {position: dates for position, dates in found.items() if len(dates.wrong) <= len(odd[position])}


def _is_dated(column: Column) -> bool:
    """Return whether a column holds days of a calendar, be they written as numbers such as 20200131."""
    if column.kind != "number":
        return column.dated
    return read_calendar_numbers(np.asarray(column.values, dtype=np.float64)) is not None


def _own_note(own: Signs | None, form: Form) -> str:
    """Return in what the numbers of a column differ from the others."""
    if own is None:
        return ""
    if own.decimal == signs_of(form).decimal:
        return f"its numbers have {own.thousands or 'nothing'!r} between thousands, unlike the others"
    mine, others = ("point", "comma") if own.decimal == "." else ("comma", "point")
    return f"its numbers have a decimal {mine}, the others a {others}"


def stripped(texts: abc.Sequence[str]) -> tuple[str, ...]:
    """Return the cells without the blanks around them, equal ones as one object."""
    words: dict[str, str] = {}
    return tuple([words.setdefault(word, word) for word in map(str.strip, texts)])


def is_vast(column: Column) -> bool:
    """Return whether a column holds whole numbers only, some too large for float64 to tell each from the next."""
    low, high = column.minimum, column.maximum
    if column.kind != "number" or not isinstance(low, float) or not isinstance(high, float):
        return False
    if max(-low, high) < EXACT:
        return False
    present = column.values[~np.isnan(column.values)]
    return bool(np.all(present == np.floor(present)))


def _problem(cell: Wrong, column: Column, lines: Lines) -> Problem:
    what = "number" if column.kind == "number" else "date" if column.dated else "time"
    return Problem(
        f"{shown(cell.text)} is no {what}, as the others in {column.name!r} are",
        int(lines[cell.row]),
        cell.position + 1,
        cell.text,
    )


def describe(column: Column, lines: Lines, wrong: abc.Sequence[int] = (), wrong_count: int = 0) -> Column:
    """Return a column with what is missing in it, and from where to where it goes.

    ``wrong`` are the first of the ``wrong_count`` rows whose cell does not fit; those are not missing.
    """
    gaps = gaps_of(column)
    infinite = np.zeros(0, dtype=bool)
    low: Value | None = None
    high: Value | None = None
    if column.kind == "text":
        constant = len({text for text in column.texts if text.strip().lower() not in column.absent}) == 1
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
    missing, beyond = int(np.count_nonzero(gaps)) - wrong_count + len(wrong), int(np.count_nonzero(infinite))
    return replace(
        column,
        missing=missing,
        first_missing=int(lines[int(np.argmax(gaps))]) if missing else None,
        wrong=wrong_count,
        first_wrong=int(lines[min(wrong)]) if wrong else None,
        minimum=low,
        maximum=high,
        infinite=beyond,
        first_infinite=int(lines[int(np.argmax(infinite))]) if beyond else None,
        constant=constant,
        stretches=_stretches(gaps, lines) if missing else (),
    )


def _stretches(gaps: BoolArray, lines: Lines) -> tuple[tuple[int, int, int], ...]:
    """Return the first line, the last, and the number of each run of gaps (T,), of some only where there are many."""
    edges = np.flatnonzero(np.diff(gaps, prepend=False, append=False))[: 2 * STRETCHES].reshape(-1, 2).tolist()
    return tuple((int(lines[first]), int(lines[end - 1]), end - first) for first, end in edges)


def gaps_of(column: Column) -> BoolArray:
    """Return where there is no value (T,)."""
    if column.kind == "text":
        return np.fromiter((is_missing(text, column.absent) for text in column.texts), bool, len(column.texts))
    return np.isnat(column.values) if column.dated else np.isnan(column.values)


def numbers_of(column: Column, form: Form, lines: Lines) -> tuple[Column, list[int]]:
    """Return a column of texts as one of numbers, and the rows of the cells that are none."""
    own = own_signs(counted(column.texts), signs_of(form))
    values, wrong = numbers(column.texts, *(own or signs_of(form)))
    read = replace(column, kind="number", values=values, texts=(), note=_own_note(own, form), signs=own)
    return describe(read, lines, wrong, len(wrong)), wrong


def words_of(column: Column) -> abc.Sequence[str]:
    """Return what stands in each cell (T,) as a word, empty where nothing does; whole numbers without a point."""
    if column.kind == "text" or column.texts:
        return ["" if text.strip().lower() in column.absent else text for text in column.texts]
    if column.dated:
        return [
            "" if text == "NaT" else text
            for text in np.datetime_as_string(column.values.astype("datetime64[us]"), "auto").tolist()
        ]
    cells = np.asarray(column.values, dtype=np.float64).tolist()
    return ["" if cell != cell else str(int(cell)) if cell.is_integer() else repr(cell) for cell in cells]


def codes_of(column: Column) -> tuple[IntArray, tuple[str, ...]]:
    """Return each cell as a code (T,), −1 where it is missing, and the word of each code, by first appearance."""
    if column.kind == "text" or column.texts:
        known: dict[str, int] = {"": -1}
        each = (known.setdefault(word, len(known) - 1) for word in words_of(column))
        codes = np.fromiter(each, np.int64, len(column))
        return codes, tuple(known)[1:]
    gaps = gaps_of(column)
    _, first, inverse = np.unique(column.values[~gaps], return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    codes = np.full(len(column), -1, dtype=np.int64)
    codes[~gaps] = rank[inverse]
    words = words_of(replace(column, values=column.values[~gaps][np.sort(first)]))
    return codes, tuple(words)
