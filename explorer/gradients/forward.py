"""The states of one place over a sequence, and the layer's terms of every step: what everything else follows from.

A cell that is no more than h = f(a) is stepped here, which is faster than torch. Of the LSTM and the GRU torch's fused
layer gives h, and the rest is one product for all steps. Any other cell is stepped by its equations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.cells import GRU, LSTM, Cell, evaluate, step
from explorer.functions import NUMPY, FloatArray
from explorer.network import Weights, block_weights, from_inputs, given, given_at_step

States = dict[str, FloatArray]


def states_of(
    cell: Cell, weights: Weights, x: FloatArray, start: Mapping[str, FloatArray]
) -> tuple[dict[str, Any], States]:
    """Return the layer's terms and the states of all steps, and the states before each: (T, H) all of them.

    x (T, D) in the order in which the steps are taken; start: the states before the first, (H,).
    """
    if [q.equation is None for q in cell.quantities] == [True, False] and not cell.blocks[0].split:
        return _plain(cell, weights, x, start["h"])
    if cell.blocks not in (LSTM.blocks, GRU.blocks) or cell.quantities not in (LSTM.quantities, GRU.quantities):
        return _stepped(cell, weights, x, start)
    h = _fused(cell, weights, x, start)
    previous: States = {"h": np.concatenate([start["h"][None], h[:-1]])}
    known: dict[str, Any] = given(cell, block_weights(cell, weights), x, previous["h"])
    states = {"h": h}
    if cell.conveyor is not None:
        state = cell.conveyor.state
        keep, one, other = (evaluate(cell, name, known, NUMPY) for name in (cell.conveyor.keep, *cell.conveyor.write))
        rows = np.concatenate([start[state][None], one * other])
        carried = np.empty_like(start[state])
        for kept, before, now in zip(keep, rows[:-1], rows[1:], strict=True):
            np.multiply(kept, before, carried)
            np.add(now, carried, now)
        states[state], previous[state] = rows[1:], rows[:-1]
    return known | states, previous


def _plain(cell: Cell, weights: Weights, x: FloatArray, start: FloatArray) -> tuple[dict[str, Any], States]:
    """Step a cell of one product and one function of it: a = W_ih x + b_ih + W_hh h⁻ + b_hh, h = f(a)."""
    term, output = cell.quantities
    equation, W = output.equation, np.ascontiguousarray(weights.weight_hh)
    assert equation is not None
    a = x @ weights.weight_ih.T
    if weights.bias_ih is not None and weights.bias_hh is not None:
        a += weights.bias_ih + weights.bias_hh
    h = np.empty((len(x) + 1, len(start)), x.dtype)
    h[0] = start
    product = np.empty_like(h[0])
    with np.errstate(over="ignore", invalid="ignore"):
        for a_t, before, now in zip(a, h[:-1], h[1:], strict=True):
            np.dot(W, before, product)
            np.add(a_t, product, a_t)
            now[:] = equation(NUMPY, a_t)
    return {term.name: a, output.name: h[1:]}, {"h": h[:-1]}


def _fused(cell: Cell, weights: Weights, x: FloatArray, start: Mapping[str, FloatArray]) -> FloatArray:
    """Return torch's h (T, H)."""
    import torch

    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell.name]
    # Made without memory, then given our arrays: no draw from torch's global generator.
    module = kind(*(weights.input_size, weights.hidden_size), bias=weights.bias_ih is not None, device="meta")
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
        for u_t in from_inputs(weights, x):
            now = step(cell, given_at_step(cell, weights, u_t, now["h"]), now, NUMPY)
            rows.append(now)
    values = {quantity.name: np.array([row[quantity.name] for row in rows]) for quantity in cell.quantities}
    return values, {state: np.concatenate([start[state][None], values[state][:-1]]) for state in cell.states}
