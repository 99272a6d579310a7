"""The plain way: the cell's equations, one step after the other, with numpy. What the window starts on.

And the only way where something is held: what follows a step depends on it, and torch's layers know of no clamps.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from explorer.cells import step
from explorer.functions import NUMPY
from explorer.network import from_inputs, given_at_step
from explorer.trace import Check
from explorer.track import Track


class Loop:
    """Takes one step at a time. The same numbers, bit for bit, whether asked for one step or for many."""

    name = "numpy, step by step"
    chunk = 1024

    def name_for(self, _tracks: Iterable[Track]) -> str:
        """Return by what these are computed."""
        return self.name

    def advance(self, track: Track, first: int, last: int) -> Check | None:
        """Compute the steps first…last − 1 one by one and record them."""
        size, dtype = track.weights.hidden_size, track.weights.weight_ih.dtype
        values = {name: np.empty((last - first, size), dtype) for name in track.kept}
        u = from_inputs(track.weights, track.inputs(first, last))
        edge = slice(last - 1, last) if track.reverse else slice(first, first + 1)
        state = {name: rows[0] for name, rows in track.previous(edge.start, edge.stop).items()}
        spans = [*track.held.spans(first, last)]
        with np.errstate(over="ignore", invalid="ignore"):
            for start, stop, holds in reversed(spans) if track.reverse else spans:
                order = range(start - first, stop - first)
                for t in reversed(order) if track.reverse else order:
                    terms = given_at_step(track.cell, track.weights, u[t], state["h"])
                    now = step(track.cell, terms, state, NUMPY, holds)
                    for name, rows in values.items():
                        rows[t] = now[name]
                    state = {name: now[name] for name in track.cell.states}
        track.record(first, values)
        return None
