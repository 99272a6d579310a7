"""Rates, clipping and optimisers against torch's own."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.training.optimising import clip, make_optimizer, rate_at
from explorer.training.settings import OPTIMIZERS, Settings

SCHEDULERS = {
    "constant": lambda optimizer, total: torch.optim.lr_scheduler.ConstantLR(optimizer, 1.0),
    "cosine": lambda optimizer, total: torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, total),
    "step": lambda optimizer, total: torch.optim.lr_scheduler.StepLR(optimizer, total // 3),
    "one-cycle": lambda optimizer, total: torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.02, total_steps=total),
}


@pytest.mark.parametrize("schedule", SCHEDULERS)
@pytest.mark.parametrize("total", [3, 9, 60, 300])
def test_rates_are_torchs(schedule, total):
    settings = Settings(schedule=schedule, iterations=total, rate=0.02)
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.02)
    scheduler = SCHEDULERS[schedule](optimizer, total)
    for iteration in range(1, total + 1):
        assert rate_at(settings, iteration) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-9, abs=1e-15)
        optimizer.step()
        if iteration < total:
            scheduler.step()


@pytest.mark.parametrize("schedule", SCHEDULERS)
@pytest.mark.parametrize("total", [1, 2])
def test_a_short_training_has_rates_too(schedule, total):
    rates = [rate_at(Settings(schedule=schedule, iterations=total), iteration) for iteration in range(1, total + 1)]
    assert all(0 < rate <= 1e-3 for rate in rates)


@given(st.floats(0.01, 100), st.floats(0, 10), st.floats(0, 2))
def test_clipping_is_torchs_by_value_first(size, by_norm, by_value):
    grad = size * torch.randn(40, generator=torch.Generator().manual_seed(0))
    theirs = torch.nn.Parameter(torch.zeros(40))
    theirs.grad = grad.clone()
    if by_value:
        torch.nn.utils.clip_grad_value_([theirs], by_value)
    if by_norm:
        torch.nn.utils.clip_grad_norm_([theirs], by_norm)
    after = clip(Settings(clip=by_norm, clip_value=by_value), grad, float(grad.norm()))
    torch.testing.assert_close(grad, theirs.grad)
    assert after == pytest.approx(float(theirs.grad.norm()), rel=1e-5, abs=1e-30)


def test_what_is_not_clipped_keeps_its_bits():
    grad = torch.randn(40, generator=torch.Generator().manual_seed(0))
    before, total = grad.clone(), float(grad.norm())
    assert clip(Settings(clip=total + 1), grad, total) == total
    assert torch.equal(grad, before)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_one_flat_parameter_moves_as_many_do(name):
    settings = Settings(optimizer=name, rate=0.01, weight_decay=0.1, momentum=0.8)
    kinds = {
        "sgd": torch.optim.SGD,
        "adam": torch.optim.Adam,
        "adamw": torch.optim.AdamW,
        "rmsprop": torch.optim.RMSprop,
    }
    start = torch.randn(30, generator=torch.Generator().manual_seed(0))
    flat, parts = torch.nn.Parameter(start.clone()), [torch.nn.Parameter(part.clone()) for part in start.split(10)]
    options = {"momentum": 0.8} if name == "sgd" else {}
    ours, theirs = make_optimizer(settings, flat), kinds[name](parts, lr=0.01, weight_decay=0.1, **options)
    for k in range(5):
        flat.grad = torch.randn(30, generator=torch.Generator().manual_seed(k))
        for part, grad in zip(parts, flat.grad.split(10), strict=True):
            part.grad = grad.clone()
        ours.step()
        theirs.step()
    np.testing.assert_allclose(flat.detach(), torch.cat(parts).detach(), rtol=1e-6)
    assert not torch.equal(flat.detach(), start)
