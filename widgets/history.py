"""Undo and redo: the experiments that were, with the names of the changes between them. A value."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.experiment import Experiment
from explorer.network import Recipe

MOST = 200


@dataclass(frozen=True, slots=True)
class Change:
    """An experiment, and what was done to come to it."""

    experiment: Experiment
    name: str


@dataclass(frozen=True, slots=True)
class History:
    """Experiments in the order in which they were; ``position`` is the present one."""

    changes: tuple[Change, ...] = ()
    position: int = -1

    def pushed(self, experiment: Experiment, name: str) -> History:
        """Return the history after a change; what had been undone is forgotten."""
        changes = (*self.changes[: self.position + 1], Change(experiment, name))[-MOST:]
        return History(changes, len(changes) - 1)

    def moved(self, by: int) -> History:
        """Return the history one change back (−1) or on (1)."""
        return History(self.changes, self.position + by)

    @property
    def present(self) -> Experiment:
        """The present experiment."""
        return self.changes[self.position].experiment

    @property
    def undo_name(self) -> str | None:
        """What undo would take back, or None."""
        return self.changes[self.position].name if self.position > 0 else None

    @property
    def redo_name(self) -> str | None:
        """What redo would do again, or None."""
        return self.changes[self.position + 1].name if self.position + 1 < len(self.changes) else None


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
}


def change_name(old: Recipe | None, new: Recipe) -> str:
    """Name what differs between two recipes, as undo shows it: the first of the fields that do."""
    for field, name in _NAMES.items():
        value = getattr(new, field)
        if old is None or getattr(old, field) != value:
            return f"{name} {value}" if not isinstance(value, bool) else f"{name} {'on' if value else 'off'}"
    return "network"
