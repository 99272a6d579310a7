"""How good forecasts of a column are, step by step ahead: errors, direction, the fan, and whether a gain is one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.functions import FloatArray

GAIN = -2.0
"""A Diebold-Mariano t below this is a gain that chance does not make: one time in forty at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Foretold:
    """What was foretold of a column at n steps, 1 … H steps ahead, and what came. All in the units of the data.

    ``now`` (n,) is the column at the step, ``due`` (n, H) what came, ``told`` (n, H) the forecast, of a fan its median;
    ``low`` and ``high`` (n, H) are the ends of the fan, None where there is none. There is no NaN in them.
    """

    now: FloatArray
    due: FloatArray
    told: FloatArray
    low: FloatArray | None = None
    high: FloatArray | None = None

    @property
    def errors(self) -> FloatArray:
        """What was foretold, above what came: (n, H)."""
        return self.told - self.due


def rmse(foretold: Foretold) -> FloatArray:
    """Return √ mean e² of each horizon: (H,)."""
    return np.asarray(np.sqrt(np.mean(foretold.errors**2, axis=0)))


def mae(foretold: Foretold) -> FloatArray:
    """Return mean |e| of each horizon: (H,)."""
    return np.asarray(np.mean(np.abs(foretold.errors), axis=0))


def mase(foretold: Foretold, change: float) -> FloatArray:
    """Return mean |e| in units of ``change``, the mean |x_t − x_{t−1}| of the training part: (H,).

    NaN where that never changes. Source: Hyndman & Koehler 2006.
    """
    return mae(foretold) / change if change > 0 else np.full(foretold.due.shape[1], np.nan)


def direction(foretold: Foretold) -> FloatArray:
    """Return how often the forecast is on the side of the present value on which the value comes: (H,).

    Of the steps at which it comes to another value, and a forecast says so; NaN where there is none, as of persistence.
    """
    came, said = (np.sign(each - foretold.now[:, None]) for each in (foretold.due, foretold.told))
    there = (came != 0) & (said != 0)
    counts = there.sum(axis=0)
    right = ((came == said) & there).sum(axis=0)
    return np.where(counts > 0, right / np.maximum(counts, 1), np.nan)


def coverage(foretold: Foretold) -> FloatArray:
    """Return how often what came lies within the fan, its ends among it: (H,). ``ValueError`` where there is none."""
    if foretold.low is None or foretold.high is None:
        raise ValueError("these forecasts have no fan")
    return np.asarray(np.mean((foretold.due >= foretold.low) & (foretold.due <= foretold.high), axis=0))


def diebold_mariano(errors: FloatArray, others: FloatArray, horizon: int) -> float:
    """Return the Diebold-Mariano t of d_t = e_t² − o_t²: below 0 where ``errors`` are less than ``others``. (n,) each.

    t = mean d / √(v / n) with the Newey-West variance v = γ₀ + 2 Σ_{k=1…L} (1 − k / (L + 1)) γ_k, since errors of
    forecasts of ``horizon`` steps overlap: L = max(2 · horizon, ⌊4 (n / 100)^(2/9)⌋). 0 where d never differs from 0,
    NaN where it does not vary otherwise. Sources: Diebold & Mariano 1995, Newey & West 1987.
    """
    d = np.asarray(errors) ** 2 - np.asarray(others) ** 2
    count = len(d)
    if not d.any():
        return 0.0
    off = d - d.mean()
    most = min(max(2 * horizon, int(4 * (count / 100) ** (2 / 9))), count - 1)
    variance = float(off @ off) / count
    for k in range(1, most + 1):
        variance += 2 * (1 - k / (most + 1)) * float(off[k:] @ off[:-k]) / count
    return float(d.mean() / np.sqrt(variance / count)) if variance > 0 else np.nan
