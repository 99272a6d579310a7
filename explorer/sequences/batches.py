"""Sequences in arrays of numpy: one, several of them padded to one length, or the codes of tokens."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from explorer.errors import DataError
from explorer.sequences.arrays import Array, Progress, Promise, read_array, read_promises, require_usable
from explorer.sequences.options import Options, Role
from explorer.sequences.sequence import Dataset, Sequence
from explorer.sequences.shaping import make_dataset
from explorer.sequences.table import Table, table_of

TOKEN, SEQUENCE = "token", "sequence"
"""What the column of codes and the one that tells the sequences apart are called."""

MOST_CODES = 1 << 20
"""Larger whole numbers are no codes of tokens: no vocabulary has a million words."""

TOKENS = f"whole numbers are codes of tokens, with a vector each; with the role input {TOKEN!r} is a number"

INPUTS = ("x", "input", "inputs", "data")
"""What the array that is the input is called where a file holds several."""


Part = tuple[str, Array]
"""A sequence as it stands in a file: its name, and its numbers (T, D) or codes (T,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """The sequences of a file, which holds ``arrays`` arrays: all of numbers, or all of codes."""

    path: Path
    parts: tuple[Part, ...]
    codes: bool
    arrays: int
    notes: tuple[str, ...] = ()


def read_batch(path: Path, options: Options, progress: Progress = lambda _: None) -> Batch:
    """Return what a .npy or .npz holds. ``DataError`` if those are no sequences of real numbers, or not all there.

    Numbers (T,) and (T, D) are one sequence, (N, T, D) are N, whose last rows are no steps where they hold nothing but
    NaN. Whole numbers (T,) and (N, T) are codes of tokens, negative ones at the end no steps. Of several arrays that
    called ``x`` is taken or, where all are as wide, each is a sequence; ``options.form.table`` chooses one, from 0.
    """
    promises = read_promises(path)
    try:
        chosen, notes = _choose(promises, options.form.table)
        for promise in chosen:
            require_usable(promise)
    except DataError as error:
        raise DataError(error.message, file=path) from error
    arrays = [
        (path.stem if len(chosen) == 1 else promise.name, read_array(path, promise, progress)) for promise in chosen
    ]
    if all(promise.whole for promise in chosen):
        codes = [part for name, array in arrays for part in _codes(name, array)]
        if all(part.min() >= 0 and part.max() < MOST_CODES for _, part in codes):
            return Batch(path, tuple(codes), True, len(promises), (*notes, TOKENS))
        notes.append(f"whole numbers that are no codes of tokens, as some are negative or above {MOST_CODES - 1}")
    numbers = [part for name, array in arrays for part in _numbers(name, array)]
    parts = tuple(part for part in numbers if len(part[1]))
    if len(parts) < len(numbers):
        notes.append(f"{len(numbers) - len(parts)} of {len(numbers)} sequences left out, as they hold nothing but NaN")
    if not parts:
        raise DataError("it holds nothing but NaN", file=path)
    return Batch(path, parts, False, len(promises), tuple(notes))


def batch_table(batch: Batch, options: Options, rows: int | None = None, progress: Progress = lambda _: None) -> Table:
    """Return sequences as a table, one below the other, or its first ``rows``; a column tells them apart."""
    parts = batch.parts
    if rows is not None:
        before = np.cumsum([0, *(len(part) for _, part in parts)])
        parts = tuple(
            (name, part[: rows - start]) for (name, part), start in zip(parts, before, strict=False) if start < rows
        )
    columns = _columns(parts, batch.codes, len(batch.parts) > 1, progress)
    table = table_of(str(batch.path), columns, batch_options(batch, options), notes=batch.notes)
    return replace(table, tables=batch.arrays)


def _columns(
    parts: abc.Sequence[Part], codes: bool, several: bool, progress: Progress
) -> abc.Iterator[tuple[str, Array]]:
    """Yield the columns of a table of sequences, each made when its turn has come."""
    if several:
        lengths = [len(part) for _, part in parts]
        numbered = all(name.isdecimal() for name, _ in parts)
        names = np.array([float(name) if numbered else name for name, _ in parts], dtype=None if numbered else object)
        yield SEQUENCE, np.repeat(names, lengths)
    if codes:
        yield TOKEN, np.concatenate([part for _, part in parts])
        return
    width = parts[0][1].shape[1]
    for k in range(width):
        progress(k / width)
        column = np.concatenate([part[:, k] for _, part in parts], dtype=np.float64)
        column.flags.writeable = False  # so that it is kept as it is
        yield f"column {k + 1}", column


def batch_options(batch: Batch, options: Options) -> Options:
    """Return the options with the roles that the columns of ``batch_table`` have where nothing else is told."""
    roles: dict[str, Role] = {SEQUENCE: "id"} if len(batch.parts) > 1 else {}
    if batch.codes:
        roles[TOKEN] = "category"
    return replace(options, roles=MappingProxyType(roles | dict(options.roles)))


def batch_dataset(batch: Batch, table: Table, options: Options, tick: abc.Callable[[], None]) -> Dataset:
    """Return the data set of the sequences, of which ``table`` is what ``batch_table`` makes.

    Code k stands for the word that shows k, unless its role is another.
    """
    told = batch_options(batch, options)
    if told.roles.get(TOKEN) != "category":
        return make_dataset(table, told, tick)
    sequences = tuple(Sequence(name, part[:, None], (TOKEN,)) for name, part in batch.parts)
    largest = max(int(part.max()) for _, part in batch.parts)
    words = MappingProxyType({TOKEN: tuple(str(code) for code in range(largest + 1))})
    return Dataset(sequences, str(batch.path), batch.notes, options=options, vocabularies=words, train=options.train)


def _choose(promises: abc.Sequence[Promise], told: int | None) -> tuple[list[Promise], list[str]]:
    """Return the arrays to read, and what is to be said of that."""
    names = [promise.name for promise in promises]
    if not promises:
        raise DataError("there is no array in it")
    if told is not None:
        if told >= len(promises):
            raise DataError(f"there is no array {told}; from 0 there are {', '.join(names)}")
        return [promises[told]], []
    called = [promise for promise in promises if promise.name.lower() in INPUTS]
    widths = {(promise.whole, *promise.shape[1:]) for promise in promises}
    if not called and len(widths) == 1 and len(promises[0].shape) < (2 if promises[0].whole else 3):
        return list(promises), []
    chosen = called[0] if called else promises[0]
    left = ", ".join(name for name in names if name != chosen.name)
    return [chosen], [f"the array {chosen.name!r} was taken, these were not: {left}"] if left else []


def _codes(name: str, array: Array) -> list[Part]:
    """Return the sequences of codes (T,) or (N, T), without the negative ones at the end."""
    if array.ndim == 1:
        return [(name, array)]
    return [(str(k), row[: _last(row >= 0) or len(row)]) for k, row in enumerate(array)]


def _numbers(name: str, array: Array) -> list[Part]:
    """Return the sequences of numbers (T,), (T, D) or (N, T, D), those of several without the NaN at the end."""
    if array.ndim < 3:
        return [(name, array.reshape(len(array), -1))]
    real = array.dtype.kind == "f"
    return [(str(k), row[: _last(~np.isnan(row).all(axis=1))] if real else row) for k, row in enumerate(array)]


def _last(there: Array) -> int:
    """Return how many steps there are up to the last that is there."""
    return len(there) - int(np.argmax(there[::-1])) if there.any() else 0
