"""The gradient through time of a trace that is there already."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.cells import evaluate
from explorer.errors import UsageError
from explorer.functions import NUMPY, FloatArray
from explorer.gradients.backward import Backward
from explorer.gradients.playing import Passage, back, converted
from explorer.network import Place, block_weights, given
from explorer.trace import Trace


def through_time(trace: Trace, sequence: int, direct: FloatArray) -> dict[Place, Backward]:
    """Return the gradient at every place over one sequence, of a loss whose gradient at the top's output is ``direct``.

    direct (T, width): ∂L/∂ the directions' h side by side. Computed in float64, at the states that the trace has. What
    is held at a step passes no gradient. UsageError unless every step of the sequence is known.
    """
    if not trace.whole(sequence):
        known = len(trace.ready(sequence))
        raise UsageError(
            f"the gradient needs every step of sequence {sequence}, and {known} are known; run it to its end"
        )
    return back({place: _passage(trace, sequence, place) for place in trace.experiment.network.places}, direct)


def _passage(trace: Trace, sequence: int, place: Place) -> Passage:
    track, steps = trace.tracks[sequence][place], trace.length(sequence)
    weights = converted(track.weights)
    x = np.asarray(track.inputs(0, steps), np.float64)
    previous = {state: np.asarray(rows, np.float64) for state, rows in track.previous(0, steps).items()}
    values: dict[str, Any] = {state: np.asarray(rows[:steps], np.float64) for state, rows in track.states.items()}
    values |= {f"{state}_prev": rows for state, rows in previous.items()}
    values |= given(track.cell, block_weights(track.cell, weights), x, previous["h"])
    for quantity in track.cell.quantities:
        evaluate(track.cell, quantity.name, values, NUMPY)
    return Passage(track.cell, weights, x, values, previous, track.held)
