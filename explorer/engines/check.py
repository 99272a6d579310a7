"""Hold a trace that numpy computed against torch's own modules."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from explorer.engines.fused import Fused, as_tensor, compare, input_reach
from explorer.trace import Check, Trace
from explorer.track import Track

CHUNK = 1024


def verify(trace: Trace) -> Iterator[Check]:
    """Let torch take each known step from the trace's own previous state, and yield the worst difference so far.

    Step by step, because the trajectories of high-gain networks part by themselves. Compared are the states that the
    trace holds, and h as the recovered quantities give it again.
    """
    torch_side, worst = Fused(), None
    for tracks in trace.tracks:
        for track in tracks.values():
            for first in range(track.ready.start, track.ready.stop, CHUNK):
                check = _check(track, torch_side, first, min(first + CHUNK, track.ready.stop))
                worst = check.worse(worst)
                yield worst


def _check(track: Track, torch_side: Fused, first: int, last: int) -> Check:
    import torch

    module, _ = torch_side.module(track)
    before = tuple(as_tensor(rows)[None] for rows in track.previous(first, last).values())
    x = as_tensor(track.inputs(first, last))[None]
    with torch.inference_mode():
        _, after = module(x, before if len(before) > 1 else before[0])
    theirs = dict(zip(track.cell.states, after if len(before) > 1 else (after,), strict=True))
    # From the layer's terms up, as the readout shows them: not from the stored state.
    again = track.recover(("h",), first, last, stored=False)["h"]
    ours = {state: rows[first:last] for state, rows in track.states.items()}
    pairs = [(ours[state], theirs[state][0]) for state in ours] + [(again, theirs["h"][0])]
    reach = input_reach(track, first, last)
    checks = [compare(as_tensor(mine), other, reach) for mine, other in pairs]
    return functools.reduce(Check.worse, checks)
