"""Gradient norms against torch's own, and where a number is broken."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.network import Recipe
from explorer.training.norms import layout_of, measure_norms, norm
from tests.explorer.training.learning import model_of

CELLS = ("rnn", "lstm", "gru")


@pytest.mark.parametrize("cell", CELLS)
def test_norms_are_torchs_and_their_squares_add_up(cell):
    model = model_of(Recipe(cell, hidden=5, layers=2, bidirectional=True, seed=1), vocabulary=7)
    model.grad.normal_(generator=torch.Generator().manual_seed(0))
    grads = {name: parameter.grad for name, parameter in model.parameters.items()}
    found = measure_norms(model.layout, model.grad.numpy())
    assert list(found.parameters) == list(grads)
    for name, grad in grads.items():
        assert found.parameters[name] == pytest.approx(float(grad.norm()), rel=1e-6)
    assert found.total == pytest.approx(float(torch.nn.utils.get_total_norm(grads.values())), rel=1e-6)
    assert found.total**2 == pytest.approx(sum(each**2 for each in found.parameters.values()), rel=1e-12)
    names = {"rnn": (), "lstm": "ifgo", "gru": "rzn"}[cell]
    for name in grads:
        if not name.startswith(("head", "embedding")):
            for gate, rows in zip(names, grads[name].chunk(len(names) or 1), strict=False):
                assert found.gates[f"{name}.{gate}"] == pytest.approx(float(rows.norm()), rel=1e-6)
            squares = sum(found.gates[f"{name}.{gate}"] ** 2 for gate in names)
            assert not names or squares == pytest.approx(found.parameters[name] ** 2, rel=1e-12)
    assert len(found.gates) == 16 * len(names)


@given(st.floats(1e-44, 1e37))
def test_norms_of_float32_neither_overflow_nor_vanish(size):
    layout = layout_of(model_of(Recipe("lstm", hidden=3)).network())
    flat = np.full(layout.size, size, np.float32)
    expected = float(np.float32(size)) * np.sqrt(layout.size)
    assert measure_norms(layout, flat).total == pytest.approx(expected, rel=1e-12)
    assert norm(flat) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_the_first_broken_number_is_found_in_its_parameter_and_gate(value):
    layout = layout_of(model_of(Recipe("gru", hidden=3)).network())
    flat = np.zeros(layout.size)
    assert layout.first_broken(flat) is None
    pieces = layout.pieces()
    flat[pieces["head.bias"].start] = value
    assert layout.first_broken(flat)[:2] == ("head.bias", "")
    for row, gate in ((0, "r"), (2, "r"), (3, "z"), (8, "n")):
        marked = flat.copy()
        marked[pieces["weight_hh_l0"].start + 3 * row] = value
        np.testing.assert_equal(layout.first_broken(marked), ("weight_hh_l0", gate, value))
