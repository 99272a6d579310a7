"""The engine called torch: fused where nothing is held, step by step where something is; both held against torch."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from explorer.engines import Found
from explorer.engines.check import check_steps
from explorer.engines.fused import Fused
from explorer.engines.loop import Loop
from explorer.track import Track

HELD = f"{Fused.name}; held steps with numpy"
"""By what a trace is computed of which some steps are held, whatever the layer."""


class Mixed:
    """Gives each stretch to the engine that can compute it."""

    name = Fused.name

    def __init__(self) -> None:
        self._fused, self._loop = Fused(), Loop()
        self.chunk = self._fused.chunk

    def name_for(self, tracks: Iterable[Track]) -> str:
        """Return by what these are computed."""
        return HELD if any(track.held.names for track in tracks) else self.name

    def advance(self, track: Track, first: int, last: int) -> Found:
        """Compute the steps first…last − 1, record them, and return how far they are from torch's, or what tells."""
        if not track.held.during(first, last):
            return self._fused.advance(track, first, last)
        self._loop.advance(track, first, last)
        return functools.partial(check_steps, track, self._fused, first, last)
