"""How a cell keeps its state over a step: which gates are to be held at what, read from its declaration."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np

from explorer.cells import Cell, Kind
from explorer.functions import NUMPY

PROBES = (0.37, -0.81, 1.9)
"""A state that is the same after these is kept, whatever the numbers."""


def keeping(cell: Cell) -> tuple[str, Mapping[str, float]] | None:
    """Return the state that gates at 0 or 1 keep exactly, and at what: c with f = 1, i = 0. None where no gates do.

    Found by trying: a state's equation, given the state before and other operands, has to return the state before.
    """
    gates = [quantity.name for quantity in cell.quantities if quantity.kind is Kind.GATE]
    for state in cell.states:
        quantity = cell.quantity(state)
        used = [name for name in quantity.operands if name in gates]
        if f"{state}_prev" not in quantity.operands or quantity.equation is None:
            continue
        for held in itertools.product((1.0, 0.0), repeat=len(used)):
            at = dict(zip(used, held, strict=True))
            before = np.array(PROBES)
            given = {**at, f"{state}_prev": before}
            operands = [given.get(name, 0.53 * before[::-1]) for name in quantity.operands]
            if np.array_equal(quantity.equation(NUMPY, *operands), before):
                return state, at
    return None
