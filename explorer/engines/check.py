"""Hold a trace that numpy computed against torch's own modules."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from explorer.engines import rounding
from explorer.engines.fused import PIECE, Fused, as_tensor
from explorer.engines.loop import Loop
from explorer.network import block_weights, given
from explorer.trace import Check, Trace
from explorer.track import Track

CHUNK = 1024


def verify(trace: Trace) -> Iterator[Check]:
    """Let torch take each known step from the trace's own previous state, and yield the worst difference so far.

    Step by step, because the trajectories of high-gain networks part by themselves. Compared are the states that the
    trace holds, and h as the recovered quantities give it again.
    """
    torch_side, worst = Fused(), None
    for sequence in trace.tracks.begun:
        # Of a fused run only every PIECE-th c is torch's, the others have gone on from it by themselves.
        alone = 1 if trace.engine(sequence) == Loop.name else PIECE
        for track in trace.tracks[sequence].values():
            for first in range(track.ready.start, track.ready.stop, CHUNK):
                check = _check(track, torch_side, first, min(first + CHUNK, track.ready.stop), alone)
                worst = check.worse(worst)
                yield worst


def _check(track: Track, torch_side: Fused, first: int, last: int, alone: int) -> Check:
    import torch

    module, _ = torch_side.module(track)
    before = {state: as_tensor(rows) for state, rows in track.previous(first, last).items()}
    x, start = as_tensor(track.inputs(first, last)), tuple(rows[None] for rows in before.values())
    with torch.inference_mode():
        _, after = module(x[None], start if len(start) > 1 else start[0])
        theirs = {state: ends[0] for state, ends in zip(before, after if len(start) > 1 else (after,), strict=True)}
        # From the layer's terms up, as the readout shows them: not from the stored state.
        again = track.recover(("h",), first, last, stored=False)["h"]
        ours = [*((state, rows[first:last]) for state, rows in track.states.items()), ("h", again)]
        pairs = [(state, as_tensor(rows), theirs[state]) for state, rows in ours]
        offsets = functools.partial(_offsets, track, x, before, alone)
        return rounding.compare(pairs, rounding.input_reach(track, first, last), offsets)


def _offsets(track: Track, x: Any, before: dict[str, Any], alone: int) -> tuple[float, dict[str, Any]]:
    """Return how far the products of the layer may be off at most, and each state after one step from ``before``."""
    import torch

    cell, eps = track.cell, torch.finfo(x.dtype).eps
    blocks = {name: as_tensor(array) for name, array in block_weights(cell, track.weights).items()}
    terms = given(cell, blocks, x, before["h"])
    offsets = rounding.term_offsets(track, x, before["h"], terms)
    largest = rounding.largest(offsets)
    known = terms | {f"{state}_prev": rows for state, rows in before.items()}
    if cell.conveyor is not None:
        state = cell.conveyor.state
        offsets[f"{state}_prev"] = alone * rounding.CARRIED * eps * before[state].abs()
    return largest, {state: rounding.moved(cell, state, known, offsets) for state in cell.states}
