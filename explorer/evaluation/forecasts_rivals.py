"""Ways to foretell a column that are simpler than a network: fitted on the training part, each step told its past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.functions import FloatArray

IntArray = NDArray[np.int64]

MOST_LAGS = 64
_PER_LAG = 10
"""An autoregression has at most one lag for so many rows to fit on."""


@dataclass(frozen=True, slots=True, eq=False)
class Autoregression:
    """x_t = constant + Σ_k weights[k − 1] x_{t−k}, k = 1 … p; weights (p,)."""

    constant: float
    weights: FloatArray

    @property
    def order(self) -> int:
        """p, how many steps it looks back."""
        return len(self.weights)


def persistence(column: FloatArray, steps: IntArray, horizon: int) -> FloatArray:
    """Return what the column (T,) is at each of the steps (n,), for each of 1 … horizon steps ahead: (n, horizon)."""
    return np.repeat(column[steps][:, None], horizon, axis=1)


def slope(parts: Sequence[FloatArray]) -> float:
    """Return the mean change of a step in the training parts, (T,) each; 0 where there is none."""
    found = np.concatenate([np.diff(part) for part in parts])
    found = found[np.isfinite(found)]
    return float(found.mean()) if len(found) else 0.0


def drift(column: FloatArray, steps: IntArray, horizon: int, slope: float) -> FloatArray:
    """Return x_t + k · slope for k = 1 … horizon: (n, horizon)."""
    return persistence(column, steps, horizon) + slope * np.arange(1, horizon + 1)


def seasonal(column: FloatArray, steps: IntArray, horizon: int, period: int) -> FloatArray:
    """Return what the column was a whole number of periods before it is due, the last that is known: (n, horizon).

    Where that is before the beginning it is what the column is at the step.
    """
    ahead = np.arange(1, horizon + 1)
    source = steps[:, None] + ahead - period * (-(-ahead // period))
    return np.where(source >= 0, column[np.maximum(source, 0)], column[steps][:, None])


def fit_autoregression(parts: Sequence[FloatArray], most: int = MOST_LAGS) -> Autoregression | None:
    """Return the autoregression of the order 1 … most with the least n ln(RSS / n) + 2 (p + 1), by least squares.

    All orders are fitted on the same rows of the training parts, (T,) each; rows with a NaN are left out. None where
    there are too few. Source: Akaike 1974.
    """
    total = sum(len(part) for part in parts)
    most = min(most, total // _PER_LAG)
    rows = [np.lib.stride_tricks.sliding_window_view(part, most + 1) for part in parts if len(part) > most > 0]
    if not rows:
        return None
    table = np.concatenate(rows)[:, ::-1]  # x_t, x_{t−1} … x_{t−most}
    table = table[np.isfinite(table).all(axis=1)]
    if len(table) <= most + 2 or np.ptp(table) == 0:
        return None
    middle, unit = float(table.mean()), float(table.std())
    scaled = (table - middle) / unit
    due, lags = scaled[:, 0], np.column_stack([np.ones(len(scaled)), scaled[:, 1:]])
    # The orders are nested, so one decomposition says what each leaves over.
    q, r = np.linalg.qr(lags)
    along = q.T @ due
    left = np.maximum(due @ due - np.cumsum(along**2)[1:], 1e-12 * max(float(due @ due), 1e-300))
    orders = np.arange(1, most + 1)
    order = int(orders[np.argmin(len(due) * np.log(left / len(due)) + 2 * (orders + 1))])
    weights = np.linalg.lstsq(r[: order + 1, : order + 1], along[: order + 1], rcond=None)[0]
    constant = middle * (1 - float(weights[1:].sum())) + unit * float(weights[0])
    return Autoregression(constant, weights[1:])


def autoregressive(column: FloatArray, steps: IntArray, horizon: int, fitted: Autoregression) -> FloatArray:
    """Return what the autoregression says of 1 … horizon steps ahead, each made of those before: (n, horizon).

    Where it would have to know what is before the beginning, or a value that is missing, it is that of the step.
    """
    source = steps[:, None] - np.arange(fitted.order)
    past = np.where(source >= 0, column[np.maximum(source, 0)], np.nan)  # (n, p), the last first
    result = np.empty((len(steps), horizon))
    for k in range(horizon):
        result[:, k] = fitted.constant + past @ fitted.weights
        past = np.column_stack([result[:, k], past[:, :-1]])
    return np.where(np.isfinite(result), result, column[steps][:, None])
