"""Undo and redo: the experiments that were, with the names of the changes between them. A value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from explorer.experiment import Experiment
from explorer.network import Recipe
from explorer.sequences import Dataset

MOST, MOST_BYTES = 200, 500_000_000
"""Changes that are kept, and what their weights and data may take."""

FEW = 5
"""Changes that are kept whatever they take."""


@dataclass(frozen=True, slots=True)
class Change:
    """An experiment, and what was done to come to it."""

    experiment: Experiment
    name: str
    key: object = None


@dataclass(frozen=True, slots=True)
class History:
    """Experiments in the order in which they were; ``position`` is the present one."""

    changes: tuple[Change, ...] = ()
    position: int = -1

    def pushed(self, experiment: Experiment, name: str, key: object = None) -> History:
        """Return the history after a change; what had been undone is forgotten.

        With the ``key`` of the last change it takes its place: so one drag is one change, however often it was seen.
        """
        further = key is None or self.position < 0 or self.changes[self.position].key != key
        changes = (*self.changes[: self.position + further], Change(experiment, name, key))
        kept = changes[len(changes) - _how_many(changes) :]
        return History(kept, len(kept) - 1)

    def renamed(self, name: str) -> History:
        """Return the history in which what led to the present is called so, and the next change takes not its place."""
        before, present, after = (
            self.changes[: self.position],
            self.changes[self.position],
            self.changes[self.position + 1 :],
        )
        return History((*before, replace(present, name=name, key=None), *after), self.position)

    def with_data(self, old: Dataset, new: Dataset) -> History:
        """Return the history in which every experiment over ``old`` is one over ``new``, which goes on behind it."""
        changes = tuple(
            replace(change, experiment=replace(change.experiment, dataset=new))
            if change.experiment.dataset is old
            else change
            for change in self.changes
        )
        return History(changes, self.position)

    def moved(self, by: int) -> History:
        """Return the history one change back (−1) or on (1)."""
        return History(self.changes, self.position + by)

    @property
    def present(self) -> Experiment:
        """The present experiment."""
        return self.changes[self.position].experiment

    @property
    def key(self) -> object:
        """What the last change was made with, None where it stands for itself."""
        return self.changes[self.position].key if self.changes else None

    @property
    def undo_name(self) -> str | None:
        """What undo would take back, or None."""
        return self.changes[self.position].name if self.position > 0 else None

    @property
    def redo_name(self) -> str | None:
        """What redo would do again, or None."""
        return self.changes[self.position + 1].name if self.position + 1 < len(self.changes) else None


def _how_many(changes: tuple[Change, ...]) -> int:
    """Return how many of the latest changes there is room for. An array that several of them hold counts once."""
    seen: set[int] = set()
    size = 0
    for count, change in enumerate(islice(reversed(changes), MOST)):
        for array in _arrays(change.experiment, seen):
            if id(array) not in seen:
                seen.add(id(array))
                size += array.nbytes
        if size > MOST_BYTES and count >= FEW:
            return count
    return min(len(changes), MOST)


def _arrays(experiment: Experiment, seen: set[int]) -> Iterator[np.ndarray]:
    """Yield what it holds; thousands of sequences only where their data set is not among those ``seen``."""
    yield from experiment.network.state_dict().values()
    yield from experiment.initial.values()
    if id(experiment.dataset) in seen:
        return
    seen.add(id(experiment.dataset))
    for sequence in experiment.dataset.sequences:
        yield sequence.values
        yield from (label.values for label in sequence.labels)
        if sequence.times is not None:
            yield sequence.times


_NAMES = {
    "cell": "cell",
    "nonlinearity": "nonlinearity",
    "hidden": "hidden size",
    "layers": "layers",
    "bidirectional": "direction",
    "bias": "bias",
    "seed": "seed",
    "init": "initialisation",
    "dtype": "precision",
    "longest": "longest memory",
    "embedding": "embedding size",
}


def change_name(old: Recipe | None, new: Recipe) -> str:
    """Name what differs between two recipes, as undo shows it: the first of the fields that do."""
    for field, name in _NAMES.items():
        value = getattr(new, field)
        if old is None or getattr(old, field) != value:
            return f"{name} {value}" if not isinstance(value, bool) else f"{name} {'on' if value else 'off'}"
    return "network"
