"""Errors of simple rivals, to be turned into alarms in the same way as those of a network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.evaluation.alarms import Floats

ROLLING = 50
"""Steps over which a rolling z-score takes mean and deviation."""

_LEAST = 0.01


def persistence_error(values: Floats, lead: int) -> Floats:
    """Return how far each value is from that of ``lead`` steps before. values (T, J); NaN where one is missing."""
    errors = np.full(values.shape, np.nan)
    errors[lead:] = values[lead:] - values[:-lead]
    return errors


def rolling_z(values: Floats, steps: int = ROLLING) -> Floats:
    """Return (x − mean) / deviation, both of the last ``steps`` values before: (T, J).

    NaN where less than half of those are known. A deviation counts as a hundredth of that of the training at least.
    """
    known = ~np.isnan(values)
    sums = [np.cumsum(np.where(known, each, 0.0), axis=0) for each in (np.ones_like(values), values, values * values)]
    before = [np.concatenate([np.zeros((1, values.shape[1])), each])[:-1] for each in sums]
    count, first, second = (each - np.concatenate([np.zeros_like(each[:steps]), each[:-steps]]) for each in before)
    mean = first / np.maximum(count, 1)
    deviation = np.sqrt(np.maximum(second / np.maximum(count, 1) - mean * mean, _LEAST * _LEAST))
    return np.where(2 * count >= steps, (values - mean) / deviation, np.nan)


def hotelling(values: Floats, healthy: Sequence[Floats]) -> Floats:
    """Return √T² of each step, with T² = (x − m)ᵀ S⁻¹ (x − m) of mean m and covariance S of ``healthy``: (T, 1).

    What is missing counts as its mean; of one sensor it is |z| of its value. Source: Hotelling 1947.
    """
    table = np.concatenate(healthy)
    complete = table[~np.isnan(table).any(axis=1)]
    mean = complete.mean(axis=0)
    inverse = np.linalg.pinv(np.atleast_2d(np.cov(complete.T)), hermitian=True)
    off = np.nan_to_num(values - mean)
    squared = np.einsum("ti,ij,tj->t", off, inverse, off)
    return np.where(np.isnan(values).all(axis=1), np.nan, np.sqrt(np.maximum(squared, 0)))[:, None]


def regression_error(values: Floats, healthy: Sequence[Floats]) -> Floats:
    """Return how far each sensor is from what a linear regression on the others says: (T, J).

    The regression is fitted on ``healthy``; another sensor that is missing counts as its mean.
    """
    table = np.concatenate(healthy)
    complete = table[~np.isnan(table).any(axis=1)]
    mean = complete.mean(axis=0)
    errors = np.empty(values.shape)
    for k in range(values.shape[1]):
        others = [j for j in range(values.shape[1]) if j != k]
        weights = np.linalg.lstsq((complete - mean)[:, others], complete[:, k] - mean[k], rcond=None)[0]
        errors[:, k] = values[:, k] - mean[k] - np.nan_to_num((values - mean)[:, others]) @ weights
    return errors
