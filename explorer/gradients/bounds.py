"""How much a gradient can grow or must shrink per step, from the weights alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.cells import Cell, Kind
from explorer.functions import FloatArray
from explorer.network import Weights


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of the recurrent weights W_hh of a place: their largest singular value σ_max.

    ``slope`` is the steepest that the cell's nonlinearity is: γ = 1 of tanh and relu. For an RNN ‖∂h_T/∂h_t‖ ≤
    (γ σ_max)^(T−t) whatever the input; where γ σ_max < 1 the gradient vanishes. Of gated cells σ_max is that of each
    gate block, and nothing is bounded by it: it is a guide. Source: Pascanu et al. 2013.
    """

    largest_singular: float
    slope: float

    @property
    def rate(self) -> float:
        """γ σ_max: by how much one step can multiply the gradient."""
        return self.slope * self.largest_singular

    def guide(self, steps: int) -> FloatArray:
        """Return (γ σ_max)^k for k = 0 … steps − 1, (steps,): how far from the end of the sequence."""
        with np.errstate(over="ignore", under="ignore"):
            return np.float64(self.rate) ** np.arange(steps)


def growth_bounds(cell: Cell, weights: Weights) -> dict[str, Bounds]:
    """Return the bounds of each gate block of W_hh, by its name; an RNN's one block has the name ``""``.

    γ is ¼ for a gate, which is logistic, and 1 for what goes through tanh or relu.
    """
    gates = {operand[2:] for q in cell.quantities if q.kind is Kind.GATE for operand in q.operands}
    bounds = {}
    for block, rows in zip(cell.blocks, np.split(weights.weight_hh, len(cell.blocks)), strict=True):
        slope = 0.25 if block.name in gates else 1.0
        bounds[block.name] = Bounds(_largest_singular(np.asarray(rows, np.float64)), slope)
    return bounds


def _largest_singular(matrix: FloatArray) -> float:
    """Return σ_max of W (H, H) as the root of the largest eigenvalue of WᵀW: half of the time that all of W's take.

    ``LinAlgError`` where a number is NaN or infinite. What is squared is at most 1, so nothing overflows.
    """
    largest = float(np.abs(matrix).max(initial=0.0))
    if not np.isfinite(largest):
        raise np.linalg.LinAlgError("weights that are not finite have no singular values")
    if largest == 0:
        return 0.0
    scaled = matrix / largest
    return largest * float(np.sqrt(np.linalg.eigvalsh(scaled.T @ scaled)[-1]))
