"""Standardising features, and back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.sequences.options import Scale
from explorer.sequences.sequence import Dataset, FloatArray, read_only


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """x' = (x − mean) / sd for each feature; ``mean`` and ``sd`` (D,), in the units of the data, every sd > 0."""

    mean: FloatArray
    sd: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", read_only(self.mean, np.float64))
        object.__setattr__(self, "sd", read_only(self.sd, np.float64))
        if self.mean.shape != self.sd.shape or self.mean.ndim != 1 or not np.all(self.sd > 0):
            raise ValueError("a scaling needs one mean and one positive sd for each feature")

    @classmethod
    def fit(cls, dataset: Dataset, kind: Scale = "standardize") -> Scaling:
        """Return mean and standard deviation (divided by N), or for ``min-max`` minimum and range, of every feature.

        Fitted on the training part, ``dataset.train``: of one sequence the first steps, of several the first ones.
        Values that are not finite do not count. A feature that never changes keeps sd 1 and becomes zero; one
        without any finite value is left as it is, and so are codes: they stand for words.
        """
        fit = _minimum_and_range if kind == "min-max" else _mean_and_sd
        fits = [
            (0.0, 1.0)
            if name in dataset.vocabularies
            else fit(np.concatenate([values[:, feature] for values in _training_part(dataset)]))
            for feature, name in enumerate(dataset.features)
        ]
        return cls(np.array([mean for mean, _ in fits]), np.array([sd for _, sd in fits]))

    def apply(self, values: FloatArray) -> FloatArray:
        """Return (values − mean) / sd. values (…, D) in the units of the data."""
        return (values - self.mean) / self.sd

    def invert(self, values: FloatArray) -> FloatArray:
        """Return values · sd + mean, in the units of the data. values (…, D) standardised."""
        return values * self.sd + self.mean


def _minimum_and_range(column: FloatArray) -> tuple[float, float]:
    """Return minimum and range of the finite values of ``column`` (N,)."""
    finite = column[np.isfinite(column)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    return low, min(high - low, np.finfo(np.float64).max) or 1.0


def _mean_and_sd(column: FloatArray) -> tuple[float, float]:
    """Return mean and sd of the finite values of ``column`` (N,)."""
    finite = column[np.isfinite(column)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if low == high:
        # Asked of the values themselves: the computed sd of a constant such as 0.1 may be 1e-17 instead of 0.
        return low, 1.0
    # In units of the largest value, so that squares neither overflow nor vanish.
    unit = max(abs(low), abs(high))
    scaled = finite / unit
    mean = float(scaled.mean())
    sd = float(np.sqrt(np.mean((scaled - mean) ** 2))) * unit
    return mean * unit, sd if sd > 0 else 1.0


def _training_part(dataset: Dataset) -> list[FloatArray]:
    values = [sequence.values for sequence in dataset.sequences]
    if len(values) == 1:
        return [values[0][: training_count(len(values[0]), dataset.train)]]
    return values[: training_count(len(values), dataset.train)]


def training_count(count: int, train: float) -> int:
    """Return how many of ``count`` steps or sequences, from the first, are the training part: at least one."""
    return min(count, max(1, math.ceil(train * count)))
