"""Whether what is asked for can fit into memory at all, told before the machine is on its knees."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.cells import find_cell
from explorer.errors import GateExplorerError
from explorer.network import Recipe
from explorer.sequences.memory import physical_memory, sized


def require_memory(
    recipe: Recipe, numbers: int, steps: int, available: int | None = None, *, words: Sequence[int] = ()
) -> None:
    """Raise GateExplorerError if network and trace need more than ``available`` bytes, by default all of the machine's.

    ``numbers`` counts the features that are numbers, ``words`` the words of each of the others. Counted is what is
    certainly held at once: while drawing, the weights and those of one layer in float64; then the weights twice, as
    they are and cut into gate blocks, and the states. The vectors of the words are held once.
    """
    available = physical_memory() if available is None else available
    itemsize = np.dtype(recipe.dtype).itemsize
    weights, largest = _weights(recipe, numbers + len(words) * recipe.embedding)
    vectors = sum(words) * recipe.embedding
    drawing = (weights + vectors) * itemsize + largest * 8
    running = (2 * weights + vectors + _states(recipe) * steps) * itemsize
    needed = max(drawing, running)
    if needed > available:
        raise GateExplorerError(
            f"{recipe.layers} × {recipe.hidden} units over {steps} steps need at least {sized(needed)}, "
            f"and this machine has {sized(available)}"
        )


def _weights(recipe: Recipe, input_size: int) -> tuple[int, int]:
    """Return how many numbers all weights are, and how many those of one layer in one direction at most."""
    directions = 2 if recipe.bidirectional else 1
    rows = len(find_cell(recipe.cell, recipe.nonlinearity).blocks) * recipe.hidden
    besides = recipe.hidden + (2 if recipe.bias else 0)
    first = rows * (input_size + besides)
    further = rows * (recipe.hidden * directions + besides)
    largest = first if recipe.layers == 1 else max(first, further)
    return directions * (first + (recipe.layers - 1) * further), largest


def _states(recipe: Recipe) -> int:
    directions = 2 if recipe.bidirectional else 1
    return len(find_cell(recipe.cell, recipe.nonlinearity).states) * recipe.layers * directions * recipe.hidden
