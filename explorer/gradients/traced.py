"""The gradient through time of a trace that is there already."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.cells import evaluate
from explorer.errors import UsageError
from explorer.functions import NUMPY, FloatArray
from explorer.gradients.backward import Backward
from explorer.gradients.playing import Passage, back, converted
from explorer.network import Head, Place, block_weights, given
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
    return _back(trace, sequence, direct)


def moved_by(trace: Trace, sequence: int, step: int) -> tuple[int, FloatArray]:
    """Return the likeliest answer of the head at ``step``, and how much the input of each step moved it: (n, D).

    Gradient × input, x ⊙ ∂L/∂x, in float64, where L are the log-odds of the answer: of class k, y_k − ln Σ_{j≠k} e^y_j;
    of a yes or no, or a value, y_0 itself. Of the n steps that the network has read: up to ``step``, or with a reverse
    direction all. To first order it is what would be missing if the input were 0. UsageError unless these steps are
    known, and there is a head. Source: Shrikumar et al. 2017, §2.2.
    """
    network = trace.experiment.network
    steps = trace.length(sequence) if network.has_reverse else step + 1
    if not (trace.whole(sequence) if network.has_reverse else step in trace.ready(sequence)):
        raise UsageError(f"step {step} of sequence {sequence} is not known yet")
    if network.head is None:
        raise UsageError("a network without a head answers nothing")
    answer, direct = _log_odds(network.head, trace.output(sequence, slice(step, step + 1))[0])
    whole = np.zeros((steps, len(direct)))
    whole[step] = direct
    found = _back(trace, sequence, whole)
    lowest = [backward for place, backward in found.items() if place.layer == 0]
    gradient: FloatArray = np.sum([backward.inputs() for backward in lowest], axis=0)
    return answer, gradient * lowest[0].x


def _log_odds(head: Head, y: FloatArray) -> tuple[int, FloatArray]:
    """Return the likeliest answer of y (K,), and the gradient of its log-odds at h (width,)."""
    weight, y = head.weight.astype(np.float64), np.asarray(y, np.float64)
    if head.kind != "class":
        return 0, weight[0]
    answer = int(y.argmax())
    others = np.exp(y - y.max())
    others[answer] = 0
    direct = -others / others.sum() if others.any() else others
    direct[answer] = 1
    return answer, direct @ weight


def _back(trace: Trace, sequence: int, direct: FloatArray) -> dict[Place, Backward]:
    places, steps = trace.experiment.network.places, len(direct)
    return back({place: _passage(trace, sequence, place, steps) for place in places}, direct)


def _passage(trace: Trace, sequence: int, place: Place, steps: int) -> Passage:
    track = trace.tracks[sequence][place]
    weights = converted(track.weights)
    x = np.asarray(track.inputs(0, steps), np.float64)
    previous = {state: np.asarray(rows, np.float64) for state, rows in track.previous(0, steps).items()}
    values: dict[str, Any] = {state: np.asarray(rows[:steps], np.float64) for state, rows in track.states.items()}
    values |= {f"{state}_prev": rows for state, rows in previous.items()}
    values |= given(track.cell, block_weights(track.cell, weights), x, previous["h"])
    for quantity in track.cell.quantities:
        evaluate(track.cell, quantity.name, values, NUMPY)
    return Passage(track.cell, weights, x, values, previous, track.held)
