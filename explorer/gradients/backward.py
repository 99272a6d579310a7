"""The gradient of one place over one sequence, taken back step by step, and what the layer's parameters get of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.cells import Cell
from explorer.functions import FloatArray
from explorer.gradients.table import Table
from explorer.holds import NOTHING, Held
from explorer.network import Weights


@dataclass(frozen=True, slots=True, eq=False)
class Backward:
    """The gradient of a loss with respect to everything at one place, over one sequence. Arrays: index = step.

    totals: ∂L/∂ each state and each pre-activation, (T, H), by its name: ``h``, ``c``, ``a_i`` …
    direct, through: the two parts of ∂L/∂h, what comes from above at the same step, and what comes through later
    steps. initial: ∂L/∂ the states before the first step taken, (H,).
    """

    cell: Cell
    weights: Weights
    x: FloatArray
    previous: Mapping[str, FloatArray]
    totals: Mapping[str, FloatArray]
    direct: FloatArray
    through: FloatArray
    initial: Mapping[str, FloatArray]

    def inputs(self) -> FloatArray:
        """Return ∂L/∂x of what the layer was handed: (T, D)."""
        rows: FloatArray = self.term_gradients()[0] @ self.weights.weight_ih
        return rows

    def parameters(self) -> dict[str, FloatArray]:
        """Return ∂L/∂ each of the layer's parameters, under PyTorch's names without suffix."""
        from_input, from_state = self.term_gradients()
        gradients: dict[str, FloatArray] = {
            "weight_ih": from_input.T @ self.x,
            "weight_hh": from_state.T @ self.previous["h"],
        }
        if self.weights.bias_ih is not None:
            gradients |= {"bias_ih": from_input.sum(axis=0), "bias_hh": from_state.sum(axis=0)}
        return gradients

    def term_gradients(self) -> tuple[FloatArray, FloatArray]:
        """Return ∂L/∂ what the weights' products make, (T, G·H): on the inputs' side and on the states'.

        They are the same but for a block whose two products are kept apart, as the GRU's n is by its reset gate.
        """
        sides = [np.concatenate([self.totals[block.terms[k]] for block in self.cell.blocks], axis=1) for k in (0, -1)]
        return sides[0], sides[1]


def reverse(
    cell: Cell,
    weights: Weights,
    values: Mapping[str, FloatArray],
    previous: Mapping[str, FloatArray],
    x: FloatArray,
    direct: FloatArray,
    held: Held = NOTHING,
    *,
    backwards: bool = False,
) -> Backward:
    """Take a gradient back through one place: dh = direct + W_hhᵀ da of the step after, and on through the cell.

    values: every quantity of the cell, (T, H); previous: its states before each step, (T, H); x (T, D); direct (T, H):
    what ∂L/∂h gets from above. All in the order of steps, whichever way the layer runs: ``backwards`` says it. What is
    ``held`` passes no gradient. The elementwise factors of all steps are computed first; a step is then one product
    with W_hh and a few operations on its rows. Source: science notes, analytic reverse recurrence.
    """
    order = slice(None, None, -1 if backwards else 1)
    known = {**values, **{f"{state}_prev": rows for state, rows in previous.items()}}
    table = Table(cell, known, held, order)
    through = table.run(weights.weight_hh, direct[order])
    return Backward(
        *(cell, weights, x, previous),
        totals={name: rows[order] for name, rows in table.totals().items()},
        direct=direct,
        through=through[1:][order],
        initial=table.initial(through),
    )
