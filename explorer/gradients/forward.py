"""The states of one place over a sequence, and the layer's terms of every step: what everything else follows from.

torch's fused layer gives h where torch has the cell; the rest is one product for all steps. Any other cell is stepped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.cells import GRU, LSTM, RNN, RNN_RELU, Cell, evaluate, step
from explorer.functions import NUMPY, FloatArray
from explorer.network import Weights, block_weights, given, given_at_step

States = dict[str, FloatArray]


def states_of(
    cell: Cell, weights: Weights, x: FloatArray, start: Mapping[str, FloatArray]
) -> tuple[dict[str, Any], States]:
    """Return the layer's terms and the states of all steps, and the states before each: (T, H) all of them.

    x (T, D) in the order in which the steps are taken; start: the states before the first, (H,).
    """
    if cell not in (LSTM, GRU, RNN, RNN_RELU):
        return _stepped(cell, weights, x, start)
    h = _fused(cell, weights, x, start)
    previous: States = {"h": np.concatenate([start["h"][None], h[:-1]])}
    known: dict[str, Any] = given(cell, block_weights(cell, weights), x, previous["h"])
    states = {"h": h}
    if cell.conveyor is not None:
        state = cell.conveyor.state
        keep, one, other = (evaluate(cell, name, known, NUMPY) for name in (cell.conveyor.keep, *cell.conveyor.write))
        rows = np.concatenate([start[state][None], one * other])
        carried = np.empty(weights.hidden_size)
        for kept, before, now in zip(keep, rows[:-1], rows[1:], strict=True):
            np.multiply(kept, before, carried)
            np.add(now, carried, now)
        states[state], previous[state] = rows[1:], rows[:-1]
    return known | states, previous


def _fused(cell: Cell, weights: Weights, x: FloatArray, start: Mapping[str, FloatArray]) -> FloatArray:
    """Return torch's h (T, H)."""
    import torch

    kind = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell.name]
    options: dict[str, Any] = {"nonlinearity": cell.nonlinearity} if cell.name == "rnn" else {}
    # Made without memory, then given our arrays: no draw from torch's global generator.
    module = kind(
        *(weights.input_size, weights.hidden_size), bias=weights.bias_ih is not None, device="meta", **options
    )
    with torch.inference_mode():
        parameters = {f"{name}_l0": torch.tensor(array) for name, array in weights.named()}
        module.load_state_dict(parameters, assign=True)
        states = tuple(torch.tensor(start[state])[None] for state in cell.states)
        out, _ = module(torch.tensor(x), states if len(states) > 1 else states[0])
    h: FloatArray = out.numpy()
    return h


def _stepped(
    cell: Cell, weights: Weights, x: FloatArray, start: Mapping[str, FloatArray]
) -> tuple[dict[str, Any], States]:
    rows = []
    now = dict(start)
    with np.errstate(over="ignore", invalid="ignore"):
        for x_t in x:
            now = step(cell, given_at_step(cell, weights, x_t, now["h"]), now, NUMPY)
            rows.append(now)
    values = {quantity.name: np.array([row[quantity.name] for row in rows]) for quantity in cell.quantities}
    return values, {state: np.concatenate([start[state][None], values[state][:-1]]) for state in cell.states}
