"""Whether what is asked for can fit into memory at all, told before the machine is on its knees."""

from __future__ import annotations

import os

import numpy as np

from explorer.cells import find_cell
from explorer.errors import GateExplorerError
from explorer.network import Recipe


def require_memory(recipe: Recipe, input_size: int, steps: int, available: int | None = None) -> None:
    """Raise GateExplorerError if network and trace need more than ``available`` bytes, by default all of the machine's.

    Counted is what is certainly held: the weights, once as they are and once cut into gate blocks, and the states.
    """
    available = _physical() if available is None else available
    needed = _parameters(recipe, input_size) * 2 + _states(recipe) * steps
    needed *= np.dtype(recipe.dtype).itemsize
    if available is not None and needed > available:
        raise GateExplorerError(
            f"{recipe.layers} × {recipe.hidden} units over {steps} steps need at least {_gigabytes(needed)}, "
            f"and this machine has {_gigabytes(available)}"
        )


def _parameters(recipe: Recipe, input_size: int) -> int:
    directions = 2 if recipe.bidirectional else 1
    rows = len(find_cell(recipe.cell, recipe.nonlinearity).blocks) * recipe.hidden
    biases = 2 if recipe.bias else 0
    first = rows * (input_size + recipe.hidden + biases)
    further = rows * (recipe.hidden * directions + recipe.hidden + biases)
    return directions * (first + (recipe.layers - 1) * further)


def _states(recipe: Recipe) -> int:
    directions = 2 if recipe.bidirectional else 1
    return len(find_cell(recipe.cell, recipe.nonlinearity).states) * recipe.layers * directions * recipe.hidden


def _physical() -> int | None:
    """Return the bytes of memory of this machine, or None where the system does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return None


def _gigabytes(count: int) -> str:
    return f"{count / 2**30:,.1f} GB" if count < 2**60 else "far too many GB"
