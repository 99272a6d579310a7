"""A cell that declares no reverse and that torch does not have: stepped, and differentiated by autograd."""

import numpy as np
import torch

from explorer.cells import LSTM, Block, Cell, Kind, Quantity, step
from explorer.functions import torch_functions
from explorer.gradients import play
from explorer.network import Layer, Network, Place, Weights, block_weights, given

T, H, D = 30, 4, 3

COUPLED = Cell(
    name="coupled",
    title="LSTM with coupled gates and a second read-out",
    states=("h", "c", "m"),
    blocks=(Block("f"), Block("g"), Block("o")),
    quantities=(
        *(LSTM.quantity(name) for name in ("a_f", "a_g", "a_o", "f", "g", "o")),
        Quantity(
            "c", "cell", "", Kind.STATE, ("f", "c_prev", "g", "m_prev"), lambda _, f, c, g, m: f * c + (1 - f) * g * m
        ),
        Quantity("m", "second cell", "", Kind.STATE, ("c", "o", "m_prev"), lambda _, c, o, m: c * o + 0.5 * m * o),
        Quantity("h", "hidden", "", Kind.STATE, ("o", "c", "m"), lambda fn, o, c, m: fn.tanh(o * c + m)),
    ),
)


def test_three_states_that_rest_on_one_another():
    rng = np.random.default_rng(0)
    weights = Weights(*(rng.normal(0, 0.5, shape) for shape in ((3 * H, D), (3 * H, H), 3 * H, 3 * H)))
    x, direct = rng.standard_normal((T, D)), rng.standard_normal((T, H))
    initial = {f"l0.{state}": rng.standard_normal(H) for state in COUPLED.states}
    backward = play(Network((Layer(COUPLED, {0: weights}),)), x, initial).back(direct)[Place()]
    blocks = {name: torch.tensor(array) for name, array in block_weights(COUPLED, weights).items()}
    first = {state: torch.tensor(initial[f"l0.{state}"], requires_grad=True) for state in COUPLED.states}
    inputs, state, rows = torch.tensor(x, requires_grad=True), first, []
    for x_t in inputs:
        terms = given(COUPLED, blocks, x_t, state["h"])
        state = step(COUPLED, terms, state, torch_functions())
        rows.append(state)
    names = ("h", "c", "m", "a_f", "a_g", "a_o")
    kept = [row[name] for row in rows for name in names]
    loss = (torch.stack([row["h"] for row in rows]) * torch.tensor(direct)).sum()
    *grads, theirs = torch.autograd.grad(loss, [*kept, *first.values(), inputs])
    for k, name in enumerate(names):
        found = np.array([grads[t * len(names) + k].numpy() for t in range(T)])
        np.testing.assert_allclose(backward.totals[name], found, rtol=1e-11, atol=1e-14, err_msg=name)
    for name, grad in zip(first, grads[T * len(names) :], strict=True):
        np.testing.assert_allclose(backward.initial[name], grad.numpy(), rtol=1e-11, err_msg=name)
    np.testing.assert_allclose(backward.inputs(), theirs.numpy(), rtol=1e-11, atol=1e-14)
