"""A delimited file that another program is still writing: its rows become steps as they come."""

from __future__ import annotations

import os
import sys
from collections import abc
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from explorer.errors import DataError, shown
from explorer.growth import GrowingRows
from explorer.sequences.columns import Column, describe, gaps_of, words_of
from explorer.sequences.continuing import NewWords, last_of, patterns, read_on
from explorer.sequences.cutting import Record
from explorer.sequences.followable import why_not_followed
from explorer.sequences.halves import whole_form
from explorer.sequences.marking import mark_of, targets_of
from explorer.sequences.names import is_id_name
from explorer.sequences.options import Fill, Options, Problem
from explorer.sequences.rows import open_rows
from explorer.sequences.scaling import training_count
from explorer.sequences.sequence import Dataset, DatetimeArray, Filled, FloatArray, Label, Sequence
from explorer.sequences.shaping import as_they_are
from explorer.sequences.table import CUT_OFF, Report, Table, read_table, stretch
from explorer.sequences.tail import Tail
from explorer.sequences.timing import times_of


@dataclass(frozen=True, slots=True)
class Growth:
    """What a look at the file brought: so many steps, what did not fit, and whether there is more to read at once."""

    steps: int = 0
    problems: tuple[Problem, ...] = ()
    more: bool = False


class Follower:
    """A file that grows, and ``dataset``, all that was read of it: with every look a new value, the old ones stay.

    Only whole rows are taken: one that is half written waits. Every further row is one more step. A cell in it that
    does not fit is told and is then missing; missing values are filled with the last one before, as in what has not
    come yet nothing can be looked up. Scaling stays the one fitted on what there was at the beginning.
    """

    def __init__(
        self,
        path: str | Path,
        options: Options = Options(),  # noqa: B008
        progress: Report = lambda _: None,
    ) -> None:
        """Read what there is, as ``read_table`` and ``make_dataset`` do. ``DataError`` if it cannot be followed."""
        # A last row that is half there is none of a footer.
        form, half_written = whole_form(path, options.form)
        options = replace(options, form=replace(form, footer_lines=form.footer_lines or 0))
        table = read_table(path, options, progress=progress)
        if options.form.encoding is None and _ends_within_a_letter(table):
            raise DataError("its last letter is only half written; follow it again in a moment", file=path)
        if not table.rows:
            raise DataError("there is no row in it yet; follow it when there is one", file=path)
        rows = open_rows(path, replace(table.form, encoding=options.form.encoding))
        if table.form.footer_lines or rows.end_line is not None:
            raise DataError("something stands below its table, so no row can follow there", file=path)
        # The last row may be half written, or have been while it was read: it is read again, once it is whole.
        self._tail = Tail(rows, min(int(table.lines[-1]), half_written or sys.maxsize))
        self._table = replace(table, lines=table.lines[:0])
        self._problems: tuple[Problem, ...] = ()
        self._patterns = patterns(table, rows)
        known = self._known(table)
        if not known.rows:
            raise DataError("its only row is not whole yet; follow it when there is one", file=path)
        self.dataset = as_they_are(known, options, lambda: progress(1.0))
        if reason := why_not_followed(self.dataset):
            raise DataError(reason, file=path)
        (sequence,) = self.dataset.sequences
        self._options = _for_further(options, table.columns, sequence)
        self._ids = _ids_of(known, options)
        self._new_words = NewWords(known.columns)
        self._over: DataError | None = None
        self._keep_last(known)
        self._fitted = training_count(len(sequence), self.dataset.train)
        self._grow_from(sequence)

    def _grow_from(self, sequence: Sequence) -> None:
        """Make room behind the rows there are."""
        self._values = GrowingRows(sequence.values)
        self._times: GrowingRows[Any] | None = None if sequence.times is None else GrowingRows(sequence.times)
        self._targets = None if sequence.targets is None else GrowingRows(sequence.targets)
        self._labels = {label.name: GrowingRows(label.values) for label in sequence.labels}
        grown = replace(
            sequence,
            values=self._values.make_room(),
            times=None if self._times is None else self._times.make_room(),
            targets=None if self._targets is None else self._targets.make_room(),
            labels=tuple(Label(name, rows.make_room()) for name, rows in self._labels.items()),
        )
        self.dataset = replace(self.dataset, sequences=(grown,))
        self._filled: dict[str, tuple[GrowingRows[Any], GrowingRows[Any], GrowingRows[Any]]] = {}

    def _known(self, table: Table) -> Table:
        """Return all but the last row of a table, and that as it stands now, if it is whole.

        Roles, kinds and signs are those of the table, also where the last row shows them: they are found once.
        """
        if table.shape == "wide":
            raise DataError("each of its rows is a sequence; only a file that is one sequence can be followed")
        # What was cut off is to come.
        count = int(np.searchsorted(table.lines, self._tail.line))
        known = replace(stretch(table, 0, count), notes=tuple(note for note in table.notes if CUT_OFF not in note))
        piece = self._tail.read()
        records = _with_blanks(piece.records, len(self._patterns))
        if not records:
            return known
        further, problems = read_on(self._patterns, records, self._table)
        self._problems = (*piece.problems, *problems)
        if not known.rows:
            return replace(stretch(further, 1, None), notes=known.notes)
        lines = np.concatenate([known.lines, further.lines[1:]])
        columns = [
            describe(
                replace(
                    column,
                    values=np.concatenate([column.values, more.values[1:]]),
                    texts=(*column.texts, *more.texts[1:]) if column.kind == "text" else (),
                ),
                lines,
            )
            for column, more in zip(known.columns, further.columns, strict=True)
        ]
        return replace(known, columns=tuple(columns), lines=lines)

    def _keep_last(self, table: Table) -> None:
        self._patterns = tuple(
            replace(pattern, column=last_of(column))
            for pattern, column in zip(self._patterns, table.columns, strict=True)
        )

    def look(self) -> Growth:
        """Take the rows that were appended since, at most a slice of the file; ``dataset`` has them then.

        ``UnreadableError`` if it cannot be read now, ``DataError`` if it is not the file any more that was read.
        """
        if self._over is not None:
            raise self._over
        piece = self._tail.read()
        records = _with_blanks(piece.records, len(self._patterns))
        told, self._problems = self._problems, ()
        if not records:
            return Growth(problems=(*told, *piece.problems), more=piece.more)
        table, problems = read_on(self._patterns, records, self._table)
        problems = (*told, *piece.problems, *problems)
        table = self._of_the_same(table)
        names, too_many = self._new_words.of(table)
        self._add_marks(names)
        problems += too_many
        self._keep_last(table)
        table = _without_dropped(table, self._options)
        further = as_they_are(_unmarked(table), self._options)
        before = len(self.dataset.sequences[0])
        self.dataset = self._grown(further, table)
        return Growth(len(self.dataset.sequences[0]) - before, problems, piece.more)

    def _add_marks(self, names: tuple[str, ...]) -> None:
        """Mark words that were not there before, as in a file that is opened when they are."""
        for name in names:
            self._labels.setdefault(name, GrowingRows(np.zeros(len(self.dataset.sequences[0]), dtype=np.bool_)))

    def _of_the_same(self, table: Table) -> Table:
        """Return the rows before those of another sequence. ``DataError``, now or at the next look, if it has any."""
        found = _other_sequence(table, self._ids)
        if found is None:
            return table
        row, column = found
        word = shown(words_of(column)[row])
        self._over = DataError(
            f"with {word} in {column.name!r} another sequence begins, and only one can be followed",
            file=table.source,
            line=int(table.lines[row]),
            column=column.position + 1,
        )
        if row == 1:
            raise self._over
        return stretch(table, 0, row)

    def _grown(self, further: Dataset, table: Table) -> Dataset:
        """Return the data set that goes on with ``further``, whose first step is the last value of everything."""
        (old,), (new,) = self.dataset.sequences, further.sequences
        values = np.zeros((len(new) - 1, old.input_size))
        for position, name in enumerate(old.features):
            if name in new.features:
                values[:, position] = new.values[1:, new.features.index(name)]
        marks = {name: rows.append(mark_of(table.columns, name)[1:]) for name, rows in self._labels.items()}
        length = len(old) + len(values)
        sequence = replace(
            old,
            values=self._values.append(values),
            labels=tuple(Label(name, rows) for name, rows in marks.items()),
            times=None if self._times is None else self._times.append(self._further_times(new, len(old))),
            targets=None
            if self._targets is None
            else self._targets.append(targets_of(table.columns, old.target_names)[1:]),
            filled=self._more_filled(old, new),
        )
        # Half a step less, so that rounding up gives the very steps the scaling was fitted on.
        return replace(self.dataset, sequences=(sequence,), train=(self._fitted - 0.5) / length)

    def _more_filled(self, old: Sequence, new: Sequence) -> abc.Mapping[str, Filled]:
        """Return which values are filled in the old steps and the new ones, whose first is the last old one."""
        filled = dict(old.filled)
        for name in new.filled.keys() & set(old.features):
            more = new.filled[name]
            if name not in self._filled:
                known = old.filled.get(name) or Filled(more.steps[:0], more.lines[:0], more.how[:0])
                self._filled[name] = GrowingRows(known.steps), GrowingRows(known.lines), GrowingRows(known.how)
            steps, lines, how = self._filled[name]
            filled[name] = Filled(
                steps.append(more.steps + len(old) - 1), lines.append(more.lines), how.append(more.how), more.counted
            )
        return MappingProxyType(filled)

    def _further_times(self, new: Sequence, first: int) -> FloatArray | DatetimeArray:
        if self._options.rate and not any(column.role == "time" for column in self._table.columns):
            return np.arange(first, first + len(new) - 1) / self._options.rate
        assert self._times is not None
        dtype = self._times.rows.dtype
        if new.times is None or new.times.dtype != dtype:
            unknown: Any = np.full(len(new) - 1, "NaT" if dtype.kind == "M" else np.nan, dtype)
            return unknown  # type: ignore[no-any-return]
        return new.times[1:]


def _with_blanks(records: abc.Sequence[Record], width: int) -> list[Record]:
    """Return the rows. A blank line between them is a missing value in a table of one column, and nothing in others."""
    if width > 1:
        return [record for record in records if not record.blank]
    return [Record(record.line, [""]) if record.blank else record for record in records]


def _ids_of(known: Table, options: Options) -> frozenset[str]:
    """Return the columns that would tell sequences apart: ids, and what is called one and has been the same so far."""
    return frozenset(
        column.name
        for column in known.columns
        if column.role == "id"
        or (is_id_name(column.name) and column.constant and known.rows > 1 and column.name not in options.roles)
    )


def _other_sequence(table: Table, ids: abc.Collection[str]) -> tuple[int, Column] | None:
    """Return the first row that is one of another sequence, and the column that says so.

    What was only called an id says it where there is no time that goes on.
    """
    times = times_of([column for column in table.columns if column.role == "time"])
    found = []
    for column in table.columns:
        if column.name not in ids:
            continue
        words = words_of(column)
        for row in range(1, len(words)):
            later = times is not None and not times.numbers[row] <= times.numbers[row - 1]
            goes_on = later and column.role != "id"
            if words[row] and words[row] != words[0] and not goes_on:
                found.append((row, column))
                break
    return min(found, key=lambda other: other[0], default=None)


def _without_dropped(table: Table, options: Options) -> Table:
    """Leave out the further steps in which a value is missing whose fill is to drop them."""
    keep = np.ones(table.rows, dtype=bool)
    for column in table.columns:
        if options.fills[column.name] == "drop" and column.role != "ignore":
            keep &= ~gaps_of(column)
    keep[0] = True
    if keep.all():
        return table
    rows, lines = np.flatnonzero(keep).tolist(), np.asarray(table.lines)[keep]
    columns = []
    for column in table.columns:
        texts = tuple([column.texts[row] for row in rows]) if column.kind == "text" else ()
        values = column.values if column.kind == "text" else column.values[keep]
        columns.append(describe(replace(column, values=values, texts=texts), lines))
    return replace(table, columns=tuple(columns), lines=lines)


def _unmarked(table: Table) -> Table:
    """Return the table with its inputs and times only: what else there is of a step needs nothing that was before."""
    return replace(
        table,
        shape="one",
        columns=tuple(
            column if column.role in ("input", "category", "time") else replace(column, role="ignore", reason="")
            for column in table.columns
        ),
    )


def _ends_within_a_letter(table: Table) -> bool:
    """Return whether a file is UTF-8, but for a last letter that is not whole."""
    if table.form.encoding not in ("utf-8", "utf-8-sig", "cp1252", "latin-1"):
        return False
    with Path(table.source).open("rb") as file:
        if table.form.encoding.startswith("utf-8"):
            # What is above may have bad bytes of its own.
            file.seek(max(0, file.seek(0, os.SEEK_END) - 4))
            data = file.read().lstrip(bytes(range(0x80, 0xC0)))
        else:
            data = file.read()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.end == len(data) and error.reason == "unexpected end of data"
    return False


def _for_further(options: Options, columns: abc.Sequence[Column], sequence: Sequence) -> Options:
    """Return how further rows are taken: every column is what it is, and no gap waits for what comes after it."""
    fills: dict[str, Fill] = {}
    for column in columns:
        how = options.fills.get(column.name, "forward")
        kept = how == "drop" or (how == "mask" and f"{column.name} missing" in sequence.features)
        fills[column.name] = how if kept else "forward"
    return replace(options, fills=MappingProxyType(fills), bad_cells="missing")
