"""Which column tells the sequences of a long table apart."""

from __future__ import annotations

from collections import abc

import numpy as np

from explorer.sequences.columns import Column, IntArray, codes_of
from explorer.sequences.names import LABELS, SPLITS, TIMES, is_id_name, plain_name
from explorer.sequences.timing import Times


def find_id(columns: abc.Sequence[Column], times: Times | None) -> tuple[Column | None, Column | None]:
    """Return the column that tells sequences apart, and one that counts their steps where no other is the time.

    That is, with each of its values in two rows on average, a column

    - whose name says so, if equal values stand in runs, or the time rises within each;
    - or of any name, if its value changes exactly where the time goes back;
    - or the first without a name, of whole numbers in runs of different lengths, beside a second that counts up from
      the same number in each: sequence and step of files without a header.
    """
    able = [column for column in columns if _may_tell(column)]
    for column in sorted(able, key=lambda column: not is_id_name(column.name)):
        if not is_id_name(column.name) and times is None:
            continue
        codes, words = codes_of(column)
        if not 2 <= len(words) <= len(codes) / 2:
            continue
        changes = np.flatnonzero(np.diff(codes)) + 1
        in_runs = len(changes) == len(words) - 1
        if is_id_name(column.name) and (in_runs or (times is not None and _rises(times, codes))):
            return column, None
        if in_runs and times is not None and np.array_equal(changes, _drops(times)):
            return column, None
    if times is None and len(columns) > 2 and all(column.name == f"column {column.position + 1}" for column in columns):
        first, second = columns[:2]
        if first in able and first.kind == second.kind == "number" and _counts_up(first, second):
            return first, second
    return None, None


def repeats(column: Column, few: int, times: int = 2) -> bool:
    """Return whether a column holds 2 to ``few`` words, one of them again and each in so many rows on average."""
    codes, words = codes_of(column)
    return 2 <= len(words) <= few and len(codes) >= max(times * len(words), len(words) + 1)


def _may_tell(column: Column) -> bool:
    """Return whether a column has what an id has: words or whole numbers in every row, and no other name."""
    name = plain_name(column.name)
    same = column.constant and len(set(column.texts)) < 2  # 07 and 7 are one number and two ids
    if column.missing or same or name in LABELS | SPLITS | TIMES or column.kind == "date":
        return False
    if column.kind == "text":
        return True
    values = column.values
    return bool(np.all(values[:1000] == np.floor(values[:1000])) and np.all(values == np.floor(values)))


def _drops(times: Times) -> IntArray:
    """Return the rows in which the time is earlier than in the row before."""
    return np.flatnonzero(times.numbers[1:] < times.numbers[:-1]) + 1


def _rises(times: Times, codes: IntArray) -> bool:
    """Return whether the time rises in every sequence, though their rows are mixed."""
    order = np.argsort(codes, kind="stable")
    same = codes[order][1:] == codes[order][:-1]
    values = times.numbers[order]
    return bool(np.all(values[1:][same] > values[:-1][same]))


def _counts_up(first: Column, second: Column) -> bool:
    codes, words = codes_of(first)
    runs = np.concatenate([[0], np.flatnonzero(np.diff(codes)) + 1])
    lengths = np.diff([*runs, len(first)])
    if len(runs) < 2 or len(runs) != len(words) or len(set(lengths.tolist())) == 1:
        return False
    counted = second.values[1:] == second.values[:-1] + 1
    counted[runs[1:] - 1] = True
    begins = second.values[runs]
    return bool(np.all(counted) and np.all(begins == begins[0]))
