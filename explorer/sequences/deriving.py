"""Columns shown by how they change, so that a network meets the same numbers wherever the level is."""

from __future__ import annotations

from collections import abc
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from explorer.errors import UsageError
from explorer.sequences.sequence import Dataset, Filled, FloatArray, Sequence

MEAN_STEPS = 64
"""Over so many steps, the present one among them, the mean goes that a value is compared with."""

_CHANGE, _ABOVE = " change", " above mean"


def derive(dataset: Dataset, columns: abc.Sequence[str]) -> Dataset:
    """Return the data with ``x change`` and ``x above mean`` in place of each feature x of ``columns``.

    These are x_t − x_{t−1}, 0 at the first step, and x_t minus the mean of the last ``MEAN_STEPS`` values x_t, x_{t−1}
    …, or of those there are: nothing of them is from a later step. The column itself becomes a target, NaN where it was
    filled; what is filled is told of both. Columns that are derived already stay. ``UsageError`` if one is no feature
    of numbers, or its new names are taken.
    """
    fresh = [name for name in columns if name not in derived_columns(dataset)]
    if not fresh:
        return dataset
    for name in fresh:
        if name not in dataset.features or name in dataset.vocabularies:
            numbers = ", ".join(dataset.features[k] for k in dataset.numeric)
            raise UsageError(f"changes are of inputs that are numbers, and {name!r} is none; there are {numbers}")
        taken = [new for new in _names(name) if new in dataset.features]
        if taken or name in dataset.sequences[0].target_names:
            raise UsageError(f"changes of {name!r} would be called {taken[0] if taken else name!r}, which is there")
    return replace(dataset, sequences=tuple(_derived(sequence, fresh) for sequence in dataset.sequences))


def derived_columns(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns that are shown by how they change, in the order of the targets they have become."""
    features = set(dataset.features)
    return tuple(name for name in dataset.sequences[0].target_names if features.issuperset(_names(name)))


def plain_features(features: abc.Sequence[str], derived: abc.Sequence[str]) -> tuple[str, ...]:
    """Return the features as they were before those columns were derived."""
    first = {_names(name)[0]: name for name in derived}
    second = {_names(name)[1] for name in derived}
    return tuple(first.get(name, name) for name in features if name not in second)


def restore(dataset: Dataset) -> Dataset:
    """Return the data as they were before any column was derived; what was filled in is summed up from the changes."""
    columns = derived_columns(dataset)
    if not columns:
        return dataset
    return replace(dataset, sequences=tuple(_restored(sequence, columns) for sequence in dataset.sequences))


def changes(column: FloatArray) -> FloatArray:
    """Return x_t − x_{t−1} of column (T,), 0 at the first step."""
    return np.diff(column, prepend=column[:1])


def above_mean(column: FloatArray) -> FloatArray:
    """Return x_t minus the mean of the last ``MEAN_STEPS`` values up to x_t, or of those there are. column (T,).

    As the mean of x_t − x_{t−k}, so that it is as exact far from 0, and nothing is carried on from step to step.
    """
    total = np.zeros(len(column))
    for back in range(1, min(MEAN_STEPS, len(column))):
        total[back:] += column[back:] - column[:-back]
    return total / np.minimum(np.arange(1, len(column) + 1), MEAN_STEPS)


def _names(column: str) -> tuple[str, str]:
    return f"{column}{_CHANGE}", f"{column}{_ABOVE}"


def _derived(sequence: Sequence, columns: abc.Sequence[str]) -> Sequence:
    features: list[str] = []
    values: list[FloatArray] = []
    filled: dict[str, Filled] = {}
    targets = [] if sequence.targets is None else [sequence.targets]
    for k, name in enumerate(sequence.features):
        column, gaps = sequence.values[:, k], sequence.filled.get(name)
        pair = name in columns
        names = _names(name) if pair else (name,)
        features += names
        with np.errstate(over="ignore", invalid="ignore"):
            values += [changes(column), above_mean(column)] if pair else [column]
        if gaps is not None:
            filled |= dict.fromkeys(names, gaps)
        if pair:
            known = np.array(column)
            if gaps is not None:
                known[gaps.steps] = np.nan
            targets.append(known[:, None])
    return replace(
        sequence,
        values=np.stack(values, axis=1),
        features=tuple(features),
        filled=MappingProxyType(filled),
        targets=np.concatenate(targets, axis=1),
        target_names=(*sequence.target_names, *(name for name in sequence.features if name in columns)),
    )


def _restored(sequence: Sequence, columns: abc.Sequence[str]) -> Sequence:
    assert sequence.targets is not None
    features: list[str] = []
    values: list[FloatArray] = []
    filled: dict[str, Filled] = {}
    for k, name in enumerate(sequence.features):
        column = next((each for each in columns if name in _names(each)), "")
        if column and name == _names(column)[1]:
            continue
        features.append(column or name)
        values.append(sequence.values[:, k])
        if column:
            values[-1] = _summed(sequence.targets[:, sequence.target_names.index(column)], values[-1])
        if name in sequence.filled:
            filled[features[-1]] = sequence.filled[name]
    kept = [k for k, name in enumerate(sequence.target_names) if name not in columns]
    return replace(
        sequence,
        values=np.stack(values, axis=1),
        features=tuple(features),
        filled=MappingProxyType(filled),
        targets=sequence.targets[:, kept] if kept else None,
        target_names=tuple(sequence.target_names[k] for k in kept),
    )


def _summed(known: FloatArray, change: FloatArray) -> FloatArray:
    """Return the column (T,), where it is not known from its changes and the first step at which it is."""
    there = np.flatnonzero(np.isfinite(known))
    if len(there) in (0, len(known)):
        return known
    path = np.cumsum(change)
    first = there[0]
    return np.where(np.isfinite(known), known, known[first] + path - path[first])
