"""What is known of a run at one moment, as the pages of the training panel show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]
Columns = Mapping[str, FloatArray]
EMPTY = np.zeros(0)
CELL_TITLES = MappingProxyType({"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"})
GRAD_NORM = "grad_norm."


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What is to be said of the gradient through time: ``verdicts`` by cell, and for the guide ``rates``.

    Those are γσ_max by cell and place, ``lstm l0``.
    """

    verdicts: Mapping[str, Any] = field(default_factory=_nothing)
    rates: Mapping[str, float] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """What was recorded, by cell and then by column. Read-only views: to show more, show another.

    ``metrics`` has a row an iteration, ``through`` and ``gates`` one each time the probe was looked at; each has the
    column ``iteration``, and ``through`` arrays (R, T) beside it. ``baselines`` are (name, metric, value, best).
    ``held_out`` names what is measured on held-out data, ``loss`` the loss,
    ``iterations`` is how many there are to be, ``truncated`` how many steps the gradient of the training flows back (0:
    all). ``judge`` reads weights and takes singular values: only who shows what it says asks it, not every look at a
    run that grows.
    """

    name: str = ""
    cells: tuple[str, ...] = ()
    metrics: Mapping[str, Columns] = field(default_factory=_nothing)
    through: Mapping[str, Columns] = field(default_factory=_nothing)
    gates: Mapping[str, Columns] = field(default_factory=_nothing)
    baselines: tuple[tuple[str, str, float, bool], ...] = ()
    held_out: tuple[str, ...] = ()
    loss: str = "loss"
    iterations: int = 0
    truncated: int = 0
    judge: Callable[[], Judged] = Judged

    def column(self, cell: str, name: str) -> FloatArray:
        """Return a column of the metrics, empty where there is none."""
        return self.metrics.get(cell, {}).get(name, EMPTY)

    def measured(self, cell: str, name: str) -> tuple[FloatArray, FloatArray]:
        """Return iterations and values of a metric where it was measured."""
        values = self.column(cell, name)
        there = ~np.isnan(values)
        return self.column(cell, "iteration")[: len(values)][there], values[there]

    def parameters(self, cell: str) -> dict[str, tuple[str, ...]]:
        """Return every parameter of a cell with its gate blocks, of those that have a norm."""
        found: dict[str, list[str]] = {}
        columns = self.metrics.get(cell, {})
        names = [name.removeprefix(GRAD_NORM) for name in columns if name.startswith(GRAD_NORM)]
        parameters = {name for name in names if name.rpartition(".")[0] not in names}
        for name in names:
            if not np.isnan(columns[GRAD_NORM + name]).all():
                parameter, _, block = name.rpartition(".")
                if name in parameters:
                    found.setdefault(name, [])
                else:
                    found.setdefault(parameter, []).append(block)
        return {name: tuple(blocks) for name, blocks in found.items()}

    def last(self, cell: str) -> int:
        """Return the last iteration of a cell, 0 before the first."""
        iterations = self.column(cell, "iteration")
        return int(iterations[-1]) if len(iterations) else 0

    @property
    def reached(self) -> int:
        """The last iteration of any cell."""
        return max((self.last(cell) for cell in self.cells), default=0)

    def row(self, cell: str, iteration: int | None) -> int:
        """Return the row of the metrics at an iteration or the last before it; −1 where there is none."""
        iterations = self.column(cell, "iteration")
        if iteration is None:
            return len(iterations) - 1
        return int(np.searchsorted(iterations, iteration, side="right")) - 1

    def probed_row(self, cell: str, iteration: int | None) -> int:
        """Return the row of what the probe saw at an iteration or before; −1 where there is none."""
        iterations = self.through.get(cell, {}).get("iteration", EMPTY)
        if iteration is None:
            return len(iterations) - 1
        return int(np.searchsorted(iterations, iteration, side="right")) - 1
