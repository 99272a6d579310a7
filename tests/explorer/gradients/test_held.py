"""What is held passes no gradient: as autograd finds it, step by step through the cells with their clamps."""

import dataclasses

import numpy as np
import pytest
import torch

from explorer.cells import Kind
from explorer.clamps import Clamp
from explorer.gradients import through_time
from explorer.network import Place, Recipe
from explorer.run import run
from tests.explorer import held_reference
from tests.explorer.making import make_experiment

STEPS, HIDDEN = 24, 5
KINDS = [("rnn", "tanh"), ("rnn", "relu"), ("lstm", "tanh"), ("gru", "tanh")]


def clamps_on(quantity, place):
    """Return clamps of some units over some steps, then of all of them, and one that lasts to the end."""
    return (
        Clamp(quantity, 0.4, units=(1, 3), steps=(3, 8), place=place),
        Clamp(quantity, 0.2, steps=(11, 13), place=place),
        Clamp(quantity, -0.1, units=(0,), steps=(20, None), place=place),
    )


def by_autograd(experiment, place, direct):
    """Return ∂L/∂ each quantity as it goes on, (T, H), and ∂L/∂ the input."""
    x = torch.tensor(experiment.inputs(0), requires_grad=True)
    state = {name: torch.tensor(rows, requires_grad=True) for name, rows in experiment.initial_state(place).items()}
    rows = [None] * STEPS
    for t in reversed(range(STEPS)) if place.direction else range(STEPS):
        state = held_reference.step(experiment, place, x[t], state, held_reference.at(experiment.clamps, t))
        rows[t] = state
    names = list(rows[0])
    kept = [row[name] for row in rows for name in names]
    loss = (torch.stack([row["h"] for row in rows]) * torch.tensor(direct)).sum()
    *grads, inputs = torch.autograd.grad(loss, [*kept, x], allow_unused=True)
    grads = [torch.zeros(HIDDEN) if grad is None else grad for grad in grads]
    table = np.array([grad.numpy() for grad in grads]).reshape(STEPS, len(names), HIDDEN)
    return {name: table[:, k] for k, name in enumerate(names)}, inputs.numpy()


@pytest.mark.parametrize("direction", [0, 1], ids=["forward", "reverse"])
@pytest.mark.parametrize("kind", KINDS, ids=" ".join)
def test_what_is_held_passes_nothing(kind, direction):
    recipe = Recipe(*kind, hidden=HIDDEN, bidirectional=True, dtype="float64")
    free = make_experiment(recipe, [STEPS], initial=True)
    place = Place(0, direction)
    direct = np.random.default_rng(3).standard_normal((STEPS, HIDDEN))
    whole = np.zeros((STEPS, 2 * HIDDEN))
    whole[:, direction * HIDDEN : (direction + 1) * HIDDEN] = direct
    unheld = through_time(run(free), 0, whole)[place].inputs()
    for quantity in free.network.cell(place).quantities:
        experiment = dataclasses.replace(free, clamps=clamps_on(quantity.name, place))
        backward = through_time(run(experiment), 0, whole)[place]
        theirs, inputs = by_autograd(experiment, place, direct)
        np.testing.assert_allclose(backward.inputs(), inputs, rtol=1e-10, atol=1e-15, err_msg=quantity.name)
        assert not np.allclose(inputs, unheld)
        for name, rows in backward.totals.items():
            if free.network.cell(place).quantity(name).kind is Kind.STATE:
                np.testing.assert_allclose(
                    rows, theirs[name], rtol=1e-10, atol=1e-15, err_msg=f"{quantity.name} {name}"
                )
