"""The columns of a data set as something to be asked for: numbers, classes, or a yes or no at every step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from explorer.errors import UsageError
from explorer.sequences import Dataset, FloatArray
from explorer.sequences import Sequence as Steps
from explorer.training.outputs import Kind
from explorer.training.splits import Part

Origin = Literal["feature", "target", "label", "whole"]

MOST_CLASSES = 1000
"""Numbers with more different values are no classes."""


@dataclass(frozen=True, slots=True)
class Column:
    """What may be asked of every step: where it stands, and what sort of answer it is.

    ``sources`` are the features, targets or labels that it is made of: one, or one for each of its ``words``. ``codes``
    are the numbers that stand for the words, where it is a column of numbers. Of origin ``whole`` is the label of the
    whole sequence, asked at the last step.
    """

    name: str
    kind: Kind
    origin: Origin
    sources: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    codes: tuple[float, ...] = ()

    def read(self, sequence: Steps) -> FloatArray:
        """Return the value, the class or the yes (1) or no (0) of every step: (T,), NaN where there is none."""
        if self.origin == "whole":
            result = np.full(len(sequence), np.nan)
            if len(sequence) and sequence.label in self.words:
                result[-1] = self.words.index(sequence.label)
            return result
        parts = [_part(sequence, self.origin, source) for source in self.sources]
        if len(parts) > 1 or (self.kind == "class" and self.sources[0] != self.name):
            table = np.stack(parts, axis=1)
            return np.where((table > 0).any(axis=1), table.argmax(axis=1), np.nan)
        if self.codes:
            order = np.argsort(self.codes)
            found = np.searchsorted(self.codes, parts[0], sorter=order)
            return np.where(np.isnan(parts[0]), np.nan, order[np.minimum(found, len(order) - 1)])
        return parts[0]


def find_column(dataset: Dataset, name: str) -> Column:
    """Return the column of that name. ``UsageError`` listing those there are."""
    first = dataset.sequences[0]
    names: dict[Origin, tuple[str, ...]] = {
        "feature": dataset.features,
        "target": first.target_names,
        "label": tuple(label.name for label in first.labels),
    }
    if name in dataset.vocabularies:
        return Column(name, "class", "feature", (name,), tuple(dataset.vocabularies[name]))
    for origin, there in names.items():
        if name in there:
            return Column(name, "binary" if origin == "label" else "value", origin, (name,))
    for origin, there in names.items():
        group = tuple(each for each in there if each.startswith(f"{name}="))
        if group:
            return Column(name, "class", origin, group, tuple(each.removeprefix(f"{name}=") for each in group))
    listed = dict.fromkeys(each for there in names.values() for each in _grouped(there))
    raise UsageError(f"target must name columns of the data, not {name!r}; there are {', '.join(listed)}")


def own_columns(dataset: Dataset, origin: Literal["target", "label"]) -> tuple[Column, ...]:
    """Return the columns that the data have as targets or labels of steps; those of one column's words are one."""
    first = dataset.sequences[0]
    names = first.target_names if origin == "target" else tuple(label.name for label in first.labels)
    return tuple(find_column(dataset, name) for name in _grouped(names))


def whole_column(dataset: Dataset, training: Iterable[Part]) -> Column:
    """Return the label of the whole sequence: the classes of the training part first, each part's in its order."""
    labels = [sequence.label for sequence in dataset.sequences]
    taught = sorted({labels[part.example] for part in training} - {""})
    return Column("label", "class", "whole", words=(*taught, *sorted(set(labels) - {"", *taught})))


def as_classes(column: Column, dataset: Dataset, training: Sequence[Part]) -> Column:
    """Return a column of numbers as one of classes: those of the training part first. 0 and 1 alone are no and yes.

    ``UsageError`` if its numbers are no classes.
    """
    if column.kind != "value":
        return column
    values = [column.read(sequence) for sequence in dataset.sequences]
    there = _different(values)
    if not there.size or not np.all(there == np.floor(there)) or len(there) > MOST_CLASSES:
        raise UsageError(
            f"the target {column.name!r} holds numbers that are no classes (whole ones, at most {MOST_CLASSES} "
            "different); use the task forecast, with horizon 0 for a column of role target"
        )
    if set(there.tolist()) <= {0.0, 1.0}:
        return replace(column, kind="binary")
    taught = _different([values[part.example][part.first : part.last] for part in training])
    codes = (*taught.tolist(), *(code for code in there.tolist() if code not in taught))
    return replace(column, kind="class", codes=codes, words=tuple(f"{code:g}" for code in codes))


def _different(values: Iterable[FloatArray]) -> FloatArray:
    present: FloatArray = np.concatenate(list(values))
    return np.unique(present[~np.isnan(present)])


def _grouped(names: Iterable[str]) -> dict[str, None]:
    """Return the names, of the words of one column the column's name once."""
    return dict.fromkeys(name.partition("=")[0] or name for name in names)


def _part(sequence: Steps, origin: Origin, name: str) -> FloatArray:
    """Return one column (T,) as float64; what is filled in does not stand in the file, so it is never asked for."""
    if origin == "label":
        marks = next((label.values for label in sequence.labels if label.name == name), None)
        return np.full(len(sequence), np.nan) if marks is None else marks.astype(np.float64)
    if origin == "target":
        if sequence.targets is None:
            return np.full(len(sequence), np.nan)
        return np.array(sequence.targets[:, sequence.target_names.index(name)])
    column = np.array(sequence.values[:, sequence.features.index(name)])
    if name in sequence.filled:
        column[sequence.filled[name].steps] = np.nan
    return column
