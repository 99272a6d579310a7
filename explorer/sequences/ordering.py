"""Whether 05/06/2013 is in May or in June: decided by the columns, and the files, of which one shows it."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from explorer.errors import DataError
from explorer.sequences.blocks import Lines
from explorer.sequences.columns import Column
from explorer.sequences.dates import order_note
from explorer.sequences.sequence import DatetimeArray


@dataclass(frozen=True, slots=True)
class Proof:
    """A date that fits one order only: what it shows, the sign in it, where it stands."""

    day_first: bool
    sign: str
    name: str
    line: int
    text: str

    def __str__(self) -> str:
        """Return where it stands and what it is."""
        return f"{self.name}, line {self.line}: {self.text}"


def proofs(columns: abc.Iterable[Column], lines: Lines, name: str) -> list[Proof]:
    """Return the dates of a table called ``name`` that show an order: one for each column that has some."""
    return [
        Proof(bool(reading.day_first), reading.sign, name, int(lines[reading.proof]), reading.text)
        for column in columns
        if (reading := column.reading).proof is not None
    ]


def agreed(columns: tuple[Column, ...], known: abc.Iterable[Proof]) -> tuple[Column, ...]:
    """Return columns whose dates that fit both orders are read as others show that are written with the same sign.

    Where these show both, they stay as they were assumed.
    """
    if not any(column.reading.assumed for column in columns):
        return columns
    orders: dict[str, set[bool]] = {}
    for proof in known:
        orders.setdefault(proof.sign, set()).add(proof.day_first)
    return tuple(
        _in_order(column, *orders[column.reading.sign])
        if column.reading.assumed and len(orders.get(column.reading.sign, ())) == 1
        else column
        for column in columns
    )


def contradictions(known: abc.Sequence[Proof]) -> tuple[str, ...]:
    """Return a sentence for each sign whose dates show both orders, with a place for either."""
    return tuple(
        f"dates have the day first in {day}, but the month first in {month}; each file was read as it shows"
        for day, month in (_first_of_both(known, sign) for sign in dict.fromkeys(proof.sign for proof in known))
        if day and month
    )


def require_decided(columns: abc.Iterable[Column], known: abc.Sequence[Proof], file: Path) -> None:
    """Raise ``DataError`` for a column whose dates fit both orders where the others show both."""
    for column in columns:
        day, month = _first_of_both(known, column.reading.sign)
        if column.reading.assumed and day and month:
            raise DataError(
                f"the dates of column {column.name!r} fit both orders, and other files show both: the day first in "
                f"{day}, the month first in {month}; tell which it is (--dates day-first, or in the import dialog)",
                file=file,
            )


def _first_of_both(known: abc.Iterable[Proof], sign: str) -> tuple[Proof | None, Proof | None]:
    of_sign = [proof for proof in known if proof.sign == sign]
    return next((p for p in of_sign if p.day_first), None), next((p for p in of_sign if not p.day_first), None)


def _in_order(column: Column, day_first: bool) -> Column:
    """Return a column of dates that fit both orders as it reads in the given one."""
    assumed = order_note(column.reading.day_first is True)
    note = column.note.replace(assumed, f"{order_note(day_first)}, as others show")
    reading = replace(column.reading, day_first=day_first, assumed=False)
    if day_first == column.reading.day_first:
        return replace(column, note=note, reading=reading)
    values = swapped(column.values) if isinstance(column.turned, tuple) else column.turned
    there = values[~np.isnat(values)]
    low, high = (there.min(), there.max()) if len(there) else (None, None)
    return replace(column, values=values, turned=(), note=note, reading=reading, minimum=low, maximum=high)


def swapped(values: np.ndarray) -> DatetimeArray:
    """Return dates (T,) with day and month in each other's place; every day is at most 12."""
    months = values.astype("datetime64[M]")
    years = values.astype("datetime64[Y]")
    day = (values.astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64)
    month = (months - years.astype("datetime64[M]")).astype(np.int64)
    clock = values - values.astype("datetime64[D]")
    there = ~np.isnat(values)
    other = (years.astype("datetime64[M]") + np.where(there, day, 0)).astype("datetime64[D]")
    moved = other + np.where(there, month, 0)
    result = moved.astype("datetime64[us]") + clock
    result[~there] = np.datetime64("NaT")
    return np.asarray(result, dtype="datetime64[us]")
