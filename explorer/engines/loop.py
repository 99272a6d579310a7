"""The plain way: the cell's equations, one step after the other, with numpy. What the window starts on.

And the only way where something is held: what follows a step depends on it, and torch's layers know of no clamps.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from explorer.network import from_inputs
from explorer.tape import take
from explorer.track import Track


class Loop:
    """Takes one step at a time. The same numbers, bit for bit, whether asked for one step or for many."""

    name = "numpy, step by step"
    chunk = 1024

    def name_for(self, _tracks: Iterable[Track]) -> str:
        """Return by what these are computed."""
        return self.name

    def advance(self, track: Track, first: int, last: int) -> None:
        """Compute the steps first…last − 1 one by one and record them."""
        u = from_inputs(track.weights, track.inputs(first, last))
        edge = slice(last - 1, last) if track.reverse else slice(first, first + 1)
        state = {name: rows[0] for name, rows in track.previous(edge.start, edge.stop).items()}
        spans, order = [*track.held.spans(first, last)], slice(None, None, -1 if track.reverse else 1)
        parts = []
        for start, stop, holds in spans[order]:
            values = take(track.cell, track.weights, u[start - first : stop - first][order], state, holds).values
            state = {name: values[name][-1] for name in track.cell.states}
            parts.append({name: values[name][order] for name in track.kept})
        track.record(first, {name: np.concatenate([part[name] for part in parts[order]]) for name in track.kept})
