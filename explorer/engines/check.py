"""Compare what numpy computed with torch's own modules.

Where something is held, torch has nothing like it. There two things are compared: the step as it would be if nothing
were held in it, from the same state before, with torch's; and the step as it is with the cell's equations in torch.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from explorer.cells import FREE, evaluate, held
from explorer.engines import rounding
from explorer.engines.fused import PIECE, Fused, as_tensor
from explorer.engines.loop import Loop
from explorer.functions import torch_functions
from explorer.holds import Holds
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
                check = check_steps(track, torch_side, first, min(first + CHUNK, track.ready.stop), alone)
                worst = check.worse(worst)
                yield worst


def check_steps(track: Track, torch_side: Fused, first: int, last: int, alone: int = 1) -> Check:
    """Return the worst difference in the steps first…last − 1, of which c has gone on ``alone`` for so many at most."""
    spans = track.held.spans(first, last)
    return functools.reduce(Check.worse, (_check(track, torch_side, a, b, holds, alone) for a, b, holds in spans))


def _check(track: Track, torch_side: Fused, first: int, last: int, holds: Holds, alone: int) -> Check:
    import torch

    module, _ = torch_side.module(track)
    before = {state: as_tensor(rows) for state, rows in track.previous(first, last).items()}
    x, start = as_tensor(track.inputs(first, last)), tuple(rows[None] for rows in before.values())
    with torch.inference_mode():
        _, after = module(x[None], start if len(start) > 1 else start[0])
        theirs = {state: ends[0] for state, ends in zip(before, after if len(start) > 1 else (after,), strict=True)}
        # From the layer's terms up, as the readout shows them: not from the stored state.
        again = track.recover(track.cell.states, first, last, stored=False, free=True)
        stored = {state: rows[first:last] for state, rows in track.states.items()}
        ours = [*again.items()] if holds else [*stored.items(), ("h", again["h"])]
        pairs = [(state, as_tensor(rows), theirs[state]) for state, rows in ours]
        reach = rounding.input_reach(track, first, last)
        check = rounding.compare(pairs, reach, functools.partial(_offsets, track, x, before, FREE, alone))
        if holds:
            values = _known(track, x, before, holds)
            pairs = [
                (state, as_tensor(rows), evaluate(track.cell, state, values, torch_functions(), holds))
                for state, rows in stored.items()
            ]
            offsets = functools.partial(_offsets, track, x, before, holds, alone)
            check = check.worse(rounding.compare(pairs, reach, offsets))
        return check


def _known(track: Track, x: Any, before: dict[str, Any], holds: Holds) -> dict[str, Any]:
    """Return what a step begins with: the layer's terms, with what is held of them, and the states before it."""
    blocks = {name: as_tensor(array) for name, array in block_weights(track.cell, track.weights).items()}
    terms = given(track.cell, blocks, x, before["h"])
    return held(terms, holds) | {f"{state}_prev": rows for state, rows in before.items()}


def _offsets(track: Track, x: Any, before: dict[str, Any], holds: Holds, alone: int) -> tuple[float, dict[str, Any]]:
    """Return how far the products of the layer may be off at most, and each state after one step from ``before``."""
    import torch

    cell, eps = track.cell, torch.finfo(x.dtype).eps
    known = _known(track, x, before, holds)
    terms = {name: known[name] for block in cell.blocks for name in block.terms}
    offsets = rounding.term_offsets(track, x, before["h"], terms)
    largest = rounding.largest(offsets)
    if cell.conveyor is not None:
        state = cell.conveyor.state
        offsets[f"{state}_prev"] = alone * rounding.CARRIED * eps * before[state].abs()
    states = {state: rounding.moved(cell, state, known, offsets, holds) for state in cell.states}
    for state, rows in states.items() if holds else ():
        rows += rounding.magnified(cell, state, known, holds)
    return largest, states
