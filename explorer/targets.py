"""What a network's outputs are to be at a step, as the data say: found by the names of its head."""

from __future__ import annotations

import re

import numpy as np

from explorer.functions import FloatArray
from explorer.network import Head
from explorer.sequences import Dataset, Sequence

_NAME = re.compile(r"(?P<column>.*?)(?: (?P<sign>[+−])(?P<steps>\d+))?", re.DOTALL)
_LEVEL = re.compile(r" \d+ %$")

WHOLE = "label"
"""The column whose class is that of the whole sequence, and asked at its last step."""


def targets(head: Head, dataset: Dataset, sequence: int, steps: range) -> FloatArray:
    """Return what the outputs are to be at ``steps``: (n, K), in the units of ``Head.told``.

    NaN where nothing is asked, and where the data do not have the column; of classes, 1 for the one that is right.
    """
    shown, result = dataset.sequences[sequence], np.full((len(steps), head.size), np.nan)
    if head.kind == "class":
        codes = _codes(head, dataset, shown, steps)
        right = np.flatnonzero((codes >= 0) & (codes < head.size))
        result[right, codes[right].astype(np.intp)] = 1.0
        return result
    for k, (column, offset) in enumerate(asked_of(head)):
        result[:, k] = _shifted(shown, column, offset, steps)
    return result


def answered(head: Head, dataset: Dataset, sequence: int, steps: range, y: FloatArray) -> FloatArray:
    """Return outputs y (n, K) of ``steps`` as a person reads them, also where they are relative: (n, K), float64."""
    told = head.told(y)
    if head.relative:
        shown = dataset.sequences[sequence]
        for k, (column, _) in enumerate(asked_of(head)):
            told[:, k] += _shifted(shown, column, 0, steps)
    return told


def column(dataset: Dataset, sequence: int, name: str, steps: range) -> FloatArray:
    """Return a column as it is at ``steps``: (n,), NaN where there is none. What was filled in counts as it stands."""
    return _shifted(dataset.sequences[sequence], name, 0, steps)


def asked_of(head: Head) -> list[tuple[str, int]]:
    """Return of each output of values which column it is of, and how many steps ahead or, below 0, back."""
    names = [_LEVEL.sub("", name) if head.kind == "fan" else name for name in head.names]
    return [_parted(name) for name in names]


def _parted(name: str) -> tuple[str, int]:
    """Return the column, and how many steps ahead or, below 0, back."""
    found = _NAME.fullmatch(name)
    assert found is not None
    offset = int(found["steps"] or 0)
    return found["column"], -offset if found["sign"] == "−" else offset


def _codes(head: Head, dataset: Dataset, shown: Sequence, steps: range) -> FloatArray:
    """Return which class is right at each step (n,), NaN where none is asked."""
    column, offset = _parted(head.asked)
    group = [(k, f"{column}={word}") for k, word in enumerate(head.names)]
    if column in dataset.vocabularies:
        return _shifted(shown, column, offset, steps)
    if all(_has(shown, name) for _, name in group):
        marks = np.stack([_shifted(shown, name, offset, steps) for _, name in group], axis=1)
        return np.where((marks > 0).any(axis=1), marks.argmax(axis=1), np.nan)
    codes = np.full(len(steps), np.nan)
    if _has(shown, column):
        values = _shifted(shown, column, offset, steps)
        for k, word in enumerate(head.names):
            codes[[f"{value:g}" == word for value in values]] = k
    elif column == WHOLE and shown.label in head.names and len(shown) - 1 in steps:
        codes[len(shown) - 1 - steps.start] = head.names.index(shown.label)
    return codes


def _has(shown: Sequence, column: str) -> bool:
    return column in (*shown.target_names, *shown.features, *(label.name for label in shown.labels))


def _shifted(shown: Sequence, column: str, offset: int, steps: range) -> FloatArray:
    """Return a column (n,) as it is ``offset`` steps after ``steps``, NaN beyond the sequence."""
    result = np.full(len(steps), np.nan)
    first, last = max(steps.start + offset, 0), min(steps.stop + offset, len(shown))
    if first < last:
        at = first - offset - steps.start
        result[at : at + last - first] = _column(shown, column, first, last, ahead=offset != 0)
    return result


def _column(shown: Sequence, name: str, first: int, last: int, *, ahead: bool) -> FloatArray | float:
    """Return part of a column; of its own step, what is asked comes before what is seen. What was filled is not asked.

    NaN where there is no such column.
    """
    if name in shown.features and (ahead or name not in shown.target_names):
        values = np.array(shown.values[first:last, shown.features.index(name)])
        if name in shown.filled:
            filled = shown.filled[name]
            values[filled.steps[filled.within(first, last)] - first] = np.nan
        return values
    if shown.targets is not None and name in shown.target_names:
        return shown.targets[first:last, shown.target_names.index(name)]
    marks = next((label.values for label in shown.labels if label.name == name), None)
    return np.nan if marks is None else marks[first:last].astype(np.float64)
