"""What of the input of one sequence a person has edited, and what the network is shown instead."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from explorer.clamps import INPUT
from explorer.experiment import Experiment
from widgets.hold_marks import HeldSpan, held_spans

Limits = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


class InputEdits:
    """The edits of the numbers of one sequence. False where there are none."""

    def __init__(self, experiment: Experiment, sequence: int) -> None:
        self._experiment, self._sequence = experiment, sequence
        self._columns = list(experiment.dataset.numeric)
        clamps = [clamp for clamp in experiment.clamps if clamp.quantity == INPUT and clamp.acts_on(sequence)]
        self._key = tuple(clamps)
        self.spans: tuple[HeldSpan, ...] = held_spans(experiment, sequence, INPUT, None) if clamps else ()

    def __bool__(self) -> bool:
        return bool(self._key)

    def same(self, other: InputEdits) -> bool:
        """Whether the other ones do the same."""
        return self._key == other._key

    def same_until(self, other: InputEdits) -> int:
        """Return the first step at which the other ones, which are not the same, may do another thing."""
        apart = set(self._key) ^ set(other._key)
        return min((clamp.steps[0] for clamp in apart), default=0)

    @property
    def features(self) -> list[int]:
        """The positions, among the features that are numbers, of those that are edited somewhere."""
        edited: set[int] = set()
        for clamp in self._key:
            edited.update(self._columns if clamp.units is None else clamp.units)
        return [k for k, column in enumerate(self._columns) if column in edited]

    def values(self, first: int, last: int) -> npt.NDArray[np.float64]:
        """Return the numbers of the steps first…last − 1 as they are edited: (n, numbers)."""
        return self._experiment.values(self._sequence, first, last)[:, self._columns]

    def widened(self, limits: Limits) -> Limits:
        """Return the smallest and largest value of each number with what it was edited to."""
        lows, highs = limits[0].copy(), limits[1].copy()
        for clamp in self._key:
            units = range(len(self._experiment.dataset.features)) if clamp.units is None else clamp.units
            values = clamp.values if len(clamp.values) == len(units) else clamp.values * len(units)
            for unit, value in zip(units, values, strict=True):
                if unit in self._columns:
                    k = self._columns.index(unit)
                    lows[k], highs[k] = np.fmin(lows[k], value), np.fmax(highs[k], value)
        return lows, highs
