"""The states of one place over a sequence, and the layer's terms of every step: what everything else follows from.

Of the LSTM torch's fused layer gives h, and the rest is one product for all steps. Any other cell is stepped: the RNN
and the GRU are faster so than in torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.cells import LSTM, Cell, evaluate
from explorer.functions import NUMPY, FloatArray
from explorer.network import Weights, block_weights, from_inputs, given
from explorer.tape import take

States = dict[str, FloatArray]


def states_of(
    cell: Cell, weights: Weights, x: FloatArray, start: Mapping[str, FloatArray]
) -> tuple[dict[str, Any], States]:
    """Return the layer's terms and the states of all steps, and the states before each: (T, H) all of them.

    x (T, D) in the order in which the steps are taken; start: the states before the first, (H,).
    """
    if cell.conveyor is None or cell.blocks != LSTM.blocks or cell.quantities != LSTM.quantities:
        return take(cell, weights, from_inputs(weights, x), start)
    h = _fused(weights, x, start)
    previous: States = {"h": np.concatenate([start["h"][None], h[:-1]])}
    known: dict[str, Any] = given(cell, block_weights(cell, weights), x, previous["h"])
    state = cell.conveyor.state
    keep, one, other = (evaluate(cell, name, known, NUMPY) for name in (cell.conveyor.keep, *cell.conveyor.write))
    rows = np.concatenate([start[state][None], one * other])
    carried = np.empty_like(start[state])
    for kept, before, now in zip(keep, rows[:-1], rows[1:], strict=True):
        np.multiply(kept, before, carried)
        np.add(now, carried, now)
    return known | {"h": h, state: rows[1:]}, previous | {state: rows[:-1]}


def _fused(weights: Weights, x: FloatArray, start: Mapping[str, FloatArray]) -> FloatArray:
    """Return torch's h (T, H)."""
    import torch

    # Made without memory, then given our arrays: no draw from torch's global generator.
    module = torch.nn.LSTM(*(weights.input_size, weights.hidden_size), bias=weights.bias_ih is not None, device="meta")
    with torch.inference_mode():
        parameters = {f"{name}_l0": torch.tensor(array) for name, array in weights.named()}
        module.load_state_dict(parameters, assign=True)
        h, c = (torch.tensor(start[state])[None] for state in ("h", "c"))
        out, _ = module(torch.tensor(x), (h, c))
    rows: FloatArray = out.numpy()
    return rows
