"""Steps that are noted and then taken on rows are the steps of ``step``, bit for bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.cells import GRU, LSTM, RNN, RNN_RELU, Block, Cell, Kind, Quantity, step
from explorer.functions import NUMPY
from explorer.holds import Hold
from explorer.network import Weights, from_inputs
from explorer.tape import take
from tests.counts import cases

SECOND = Cell(
    name="second",
    title="a cell whose gates rest on one another, and one of whose quantities is another",
    states=("h", "m"),
    blocks=(Block("a"), Block("b", split=True)),
    quantities=(
        Quantity("a_a", "", "", Kind.PRE_ACTIVATION),
        Quantity("u_b", "", "", Kind.PRE_ACTIVATION),
        Quantity("q_b", "", "", Kind.PRE_ACTIVATION),
        Quantity("a", "", "", Kind.GATE, ("a_a",), lambda fn, a: fn.sigmoid(a)),
        Quantity("b", "", "", Kind.GATE, ("a",), lambda fn, a: fn.sigmoid(a)),
        Quantity("c", "", "", Kind.GATE, ("b",), lambda fn, b: fn.sigmoid(b)),
        Quantity("same", "", "", Kind.ACTIVATION, ("b",), lambda _, b: b),
        Quantity("m", "", "", Kind.STATE, ("h_prev",), lambda _, h: h),
        Quantity(
            "h", "", "", Kind.STATE, ("u_b", "q_b", "c", "m_prev"), lambda fn, u, q, c, m: fn.tanh(u - c * q) + 2 * m
        ),
    ),
)
CELLS = (RNN, RNN_RELU, LSTM, GRU, SECOND)


def some_weights(cell, size, inputs, bias, dtype, rng):
    """Return weights drawn so wide that some units are saturated."""
    rows = len(cell.blocks) * size
    shapes = [(rows, inputs), (rows, size), *([(rows,), (rows,)] if bias else [])]
    return Weights(*(rng.normal(0, 2, shape).astype(dtype) for shape in shapes), *([] if bias else [None, None]))


def one_by_one(cell, weights, u, state, holds):
    """Take the steps by the cell's equations."""
    size, rows = len(state["h"]), []
    for u_t in u:
        q = weights.weight_hh @ state["h"]
        if weights.bias_hh is not None:
            q += weights.bias_hh
        terms = {}
        for k, block in enumerate(cell.blocks):
            part = slice(k * size, (k + 1) * size)
            split = (u_t[part], q[part])
            terms |= zip(block.terms, split if block.split else (u_t[part] + q[part],), strict=True)
        rows.append(step(cell, terms, state, NUMPY, holds))
        state = {name: rows[-1][name] for name in cell.states}
    return {quantity.name: np.array([row[quantity.name] for row in rows]) for quantity in cell.quantities}


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.title)
@given(data=st.data())
def test_it_is_step_bit_for_bit_whatever_is_held_and_however_many_are_taken(cell, data):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    size, inputs, steps = (data.draw(st.integers(1, most)) for most in (9, 3, cases(20, 200)))
    dtype, bias = data.draw(st.sampled_from(["float32", "float64"])), data.draw(st.booleans())
    weights = some_weights(cell, size, inputs, bias, dtype, rng)
    start = {state: rng.standard_normal(size).astype(dtype) for state in cell.states}
    names = data.draw(st.sets(st.sampled_from([quantity.name for quantity in cell.quantities])))
    holds = {name: Hold(rng.random(size) < 0.5, rng.standard_normal(size).astype(dtype)) for name in sorted(names)}
    u = from_inputs(weights, rng.standard_normal((steps, inputs)).astype(dtype))
    with np.errstate(over="ignore", invalid="ignore"):  # a relu may run away
        expected = one_by_one(cell, weights, u, start, holds)
    cut, state, parts = data.draw(st.integers(0, steps)), start, []
    for part in (u[:cut], u[cut:]):
        taken = take(cell, weights, part, state, holds)
        if len(part):
            state = {name: taken.values[name][-1] for name in cell.states}
        parts.append(taken)
    for name, rows in expected.items():
        assert np.concatenate([part.values[name] for part in parts]).tobytes() == rows.tobytes(), name
    for name in cell.states:
        before = np.concatenate([part.previous[name] for part in parts])
        assert before.tobytes() == np.concatenate([start[name][None], expected[name][:-1]]).tobytes(), name


def test_what_is_not_a_number_goes_on_as_in_step():
    rng = np.random.default_rng(0)
    weights = some_weights(LSTM, 4, 2, True, "float32", rng)
    x = rng.standard_normal((6, 2)).astype("float32")
    x[2], x[4] = np.inf, np.nan
    start = {state: np.zeros(4, "float32") for state in LSTM.states}
    with np.errstate(invalid="ignore", over="ignore"):
        u = from_inputs(weights, x)
        expected = one_by_one(LSTM, weights, u, start, {})
    for name, rows in take(LSTM, weights, u, start).values.items():
        np.testing.assert_array_equal(rows, expected[name])
