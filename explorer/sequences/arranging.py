"""The rows of a table as the steps of sequences, one sequence after another."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, replace

import numpy as np

from explorer.errors import DataError
from explorer.sequences.blocks import LineArray, Lines
from explorer.sequences.columns import Column, IntArray, codes_of, gaps_of
from explorer.sequences.options import Options
from explorer.sequences.table import Table


@dataclass(frozen=True, slots=True, eq=False)
class Arranged:
    """Columns (T,) in the order of the sequences: sequence k, called ``names[k]``, begins at row ``starts[k]``.

    ``lines`` (T,) are those of the file, as ``counted`` says: lines or rows.
    """

    columns: tuple[Column, ...]
    lines: Lines
    starts: LineArray
    names: tuple[str, ...]
    counted: str = "line"

    @property
    def rows(self) -> int:
        """T, the number of all steps."""
        return len(self.lines)

    @property
    def bounds(self) -> list[tuple[int, int]]:
        """First row of each sequence, and the row behind its last."""
        starts = self.starts.tolist()
        return list(zip(starts, [*starts[1:], self.rows], strict=True))

    @property
    def codes(self) -> IntArray:
        """The sequence of each row (T,)."""
        return np.repeat(np.arange(len(self.starts)), np.diff([*self.starts, self.rows]))

    def of_role(self, *roles: str) -> list[Column]:
        """Return the columns that have one of the roles, in the order of the file."""
        return [column for column in self.columns if column.role in roles]


def arrange(table: Table, columns: tuple[Column, ...], options: Options, notes: list[str]) -> Arranged:
    """Return the rows of a table as one sequence, or one for each value of its ids, by first appearance.

    Rows of one sequence need not stand together; within it they keep the order of the file. Rows without an id, and
    steps that ``options`` leave out where a value is missing, are left out with a note.
    """
    ids = [column for column in columns if column.role == "id"]
    arranged = Arranged(columns, table.lines, np.zeros(1, dtype=np.int64), (table.name,), table.counted)
    if ids:
        arranged = _by_id(arranged, ids, table, notes)
    return _without_dropped(arranged, options, notes)


def _by_id(arranged: Arranged, ids: abc.Sequence[Column], table: Table, notes: list[str]) -> Arranged:
    """Return one sequence for each value, or for each pair of values, of the ids."""
    codes, words = codes_of(ids[0])
    for column in ids[1:]:
        more, others = codes_of(column)
        both = np.where((codes < 0) | (more < 0), -1, codes * len(others) + more)
        pairs, first, inverse = np.unique(both, return_index=True, return_inverse=True)
        known = pairs >= 0
        rank = np.full(len(pairs), -1)
        rank[np.flatnonzero(known)[np.argsort(first[known])]] = np.arange(np.count_nonzero(known))
        names = {
            int(rank[k]): f"{words[p // len(others)]} {others[p % len(others)]}" for k, p in enumerate(pairs) if p >= 0
        }
        codes, words = rank[inverse], tuple(names[k] for k in range(len(names)))
    lost = np.flatnonzero(codes < 0)
    name = " and ".join(repr(column.name) for column in ids)
    if len(lost) == len(codes):
        raise DataError(f"column {name}: no row has a value, so nothing tells the sequences apart", file=table.source)
    if len(lost):
        where = f"{table.counted} {table.lines[int(lost[0])]}"
        rows = "1 row has" if len(lost) == 1 else f"{len(lost)} rows have"
        notes.append(f"column {name}: {rows} no value and left out, the first in {where}")
    changes = np.flatnonzero(np.diff(codes[codes >= 0]))
    if len(changes) == len(words) - 1 and not len(lost):
        starts = np.concatenate([[0], changes + 1])
        return replace(arranged, starts=starts, names=words)
    if len(changes) != len(words) - 1:
        notes.append(f"column {name}: the rows of a sequence do not stand together; they were gathered")
    order = np.argsort(codes, kind="stable")[len(lost) :]
    return replace(_kept(arranged, order), starts=np.searchsorted(codes[order], np.arange(len(words))), names=words)


def _without_dropped(arranged: Arranged, options: Options, notes: list[str]) -> Arranged:
    """Leave out the steps in which a value is missing whose fill is to drop them."""
    dropped = np.zeros(arranged.rows, dtype=bool)
    for column in arranged.columns:
        if options.fills.get(column.name) == "drop" and column.role != "ignore":
            dropped |= gaps_of(column)
    if not dropped.any():
        return arranged
    if dropped.all():
        raise DataError("every step is left out: each has a missing value in a column that drops its steps")
    count, codes = int(dropped.sum()), arranged.codes
    line = int(np.asarray(arranged.lines)[dropped].min())
    notes.append(
        f"{'1 step is' if count == 1 else f'{count} steps are'} left out, the first in {arranged.counted} {line}"
    )
    keep = np.flatnonzero(~dropped)
    there, starts = np.unique(codes[keep], return_index=True)
    gone = [name for position, name in enumerate(arranged.names) if position not in set(there.tolist())]
    if gone:
        notes.append(f"sequences of which no step is left: {', '.join(gone[:10])}{' …' if len(gone) > 10 else ''}")
    return replace(_kept(arranged, keep), starts=starts, names=tuple(arranged.names[k] for k in there))


def _kept(arranged: Arranged, rows: IntArray) -> Arranged:
    columns = []
    for column in arranged.columns:
        if column.texts:
            texts = column.texts
            column = replace(column, texts=tuple([texts[row] for row in rows.tolist()]))
        columns.append(column if column.kind == "text" else replace(column, values=column.values[rows]))
    return replace(arranged, columns=tuple(columns), lines=np.asarray(arranged.lines)[rows])
