"""The exact gradient through time, against a loop over the steps that autograd goes back through."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from explorer.gradients import norms, play
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from tests.benchmarks.row import Row, fastest

T, H, D = 1000, 128, 8
PROBE = 200, 64
WHOLE, GIVEN = 8, {"rnn": None, "gru": 15, "lstm": 15}


def measure() -> list[Row]:
    """Return the rows of the three cells, and of a probe's sequence."""
    rows = [row for dtype in ("float32", "float64") for cell in GIVEN for row in against_loop(cell, dtype)]
    return rows + [probe(cell) for cell in GIVEN]


def against_loop(cell: str, dtype: str) -> list[Row]:
    """Compare a gradient with what came before it, and the gradient alone, with the loop and its autograd."""
    rng = np.random.default_rng(0)
    network = make_network(Recipe(cell, hidden=H, dtype=dtype), D)
    x, direct = (rng.standard_normal((T, size)).astype(dtype) for size in (D, H))
    played = play(network, x, dtype=dtype)

    def parameters(gradients) -> list[object]:
        return [backward.parameters() for backward in gradients.values()]

    calls = [
        lambda: parameters(play(network, x, dtype=dtype).back(direct)),
        lambda: parameters(played.back(direct)),
        loop(network, x, direct),
    ]
    whole, given, by_autograd = fastest(calls, 9)
    title = f"{cell.upper()}, T = {T:,}, H = {H}, {dtype}: autograd step by step"
    reach = (WHOLE, GIVEN[cell]) if dtype == "float32" else (None, None)  # as a training has it; a probe is exact
    return [
        Row(f"{title} / the gradient through time", by_autograd / whole, reach[0], at_least=True),
        Row(f"{title} / the same, given the trace", by_autograd / given, reach[1], at_least=True),
    ]


def loop(network, x, direct) -> Callable[[], object]:
    """Return a plain loop in torch, in the same precision: autograd gives every h, c, pre-activation and parameter."""
    weights = [torch.tensor(array, requires_grad=True) for array in network.state_dict().values()]
    W_ih, W_hh, b_ih, b_hh = weights
    x, direct = torch.tensor(x), torch.tensor(direct)
    cell, linear, sigmoid = network.cell(Place()).name, torch.nn.functional.linear, torch.sigmoid

    def run() -> object:
        h, c, kept, outputs = (
            torch.zeros(1, H, dtype=x.dtype, requires_grad=True),
            torch.zeros(1, H, dtype=x.dtype),
            [],
            [],
        )
        for x_t in x:
            u, q = linear(x_t[None], W_ih, b_ih), linear(h, W_hh, b_hh)
            if cell == "lstm":
                gates = (u + q).chunk(4, 1)
                i, f, g, o = gates
                c = sigmoid(f) * c + sigmoid(i) * torch.tanh(g)
                h = sigmoid(o) * torch.tanh(c)
                kept += [*gates, c, h]
            elif cell == "gru":
                (u_r, u_z, u_n), (q_r, q_z, q_n) = u.chunk(3, 1), q.chunk(3, 1)
                a_r, a_z = u_r + q_r, u_z + q_z
                a_n = u_n + sigmoid(a_r) * q_n
                z = sigmoid(a_z)
                h = (1 - z) * torch.tanh(a_n) + z * h
                kept += [a_r, a_z, a_n, h]
            else:
                a = u + q
                h = torch.tanh(a)
                kept += [a, h]
            outputs.append(h)
        return torch.autograd.grad(torch.cat(outputs), kept + weights, direct)

    return run


def probe(cell: str) -> Row:
    """Measure what the probe of a training computes of one sequence."""
    steps, hidden = PROBE
    network = make_network(Recipe(cell, hidden=hidden), D)
    x, direct = np.random.default_rng(0).standard_normal((steps, D)), np.ones((steps, hidden))
    (taken,) = fastest([lambda: norms(play(network, x).back(direct))], 20)
    return Row(f"{cell.upper()}, T = {steps}, H = {hidden}: all gradient norms of a sequence", taken * 1e3, 10, "ms")
