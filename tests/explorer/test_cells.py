"""The declarations: whole, in order, PyTorch's conventions, the closed forms as numbers."""

import numpy as np
import pytest
import torch

from explorer.cells import CELL_NAMES, GRU, LSTM, RNN, RNN_RELU, Kind, find_cell, needed_terms, step
from explorer.errors import UsageError
from explorer.functions import NUMPY, torch_functions
from explorer.network import Weights, block_weights, given

CELLS = (LSTM, GRU, RNN, RNN_RELU)
X = (1.0, -1.0, 0.5)

# All weights 0.5, biases 0, one unit, one feature, zero state.
CLOSED_FORMS = {
    ("rnn", "h"): (0.462117157, -0.262639551, 0.118126142),
    ("gru", "h"): (0.174468021, -0.191895310, -0.012959804),
    ("gru", "z"): (0.622459331, 0.398249075, 0.538437100),
    ("lstm", "c"): (0.287649137, -0.041118194, 0.109844017),
    ("lstm", "h"): (0.174269719, -0.016365084, 0.061284107),
}


def half_weights(cell, dtype="float64", **biases):
    rows = len(cell.blocks)
    bias = {name: np.zeros(rows) for name in ("bias_ih", "bias_hh")} | biases
    arrays = {"weight_ih": np.full((rows, 1), 0.5), "weight_hh": np.full((rows, 1), 0.5)} | bias
    return Weights(**{name: np.asarray(array, dtype) for name, array in arrays.items()})


def steps(cell, weights, inputs, library="numpy"):
    """Return every quantity of each step, as plain numbers."""
    wrap, fn = (torch.tensor, torch_functions()) if library == "torch" else (np.asarray, NUMPY)
    dtype = weights.weight_ih.dtype
    blocks = {name: wrap(np.array(array)) for name, array in block_weights(cell, weights).items()}
    state = {name: wrap(np.zeros(1, dtype)) for name in cell.states}
    rows = []
    for x in inputs:
        state = step(cell, given(cell, blocks, wrap(np.array([x], dtype)), state["h"]), state, fn)
        rows.append({name: float(value[0]) for name, value in state.items()})
    return rows


@pytest.mark.parametrize("library", ["numpy", "torch"])
@pytest.mark.parametrize(("dtype", "allowed"), [("float64", 1e-9), ("float32", 2e-7)])
@pytest.mark.parametrize(("name", "quantity"), CLOSED_FORMS)
def test_closed_forms(name, quantity, dtype, allowed, library):
    cell = find_cell(name)
    rows = steps(cell, half_weights(cell, dtype), X, library)
    np.testing.assert_allclose(
        [row[quantity] for row in rows], CLOSED_FORMS[name, quantity], rtol=0, atol=allowed + 5e-10
    )


def test_the_reset_gate_acts_after_the_product():
    # Acting before it, as published, would give 0.250700886.
    rows = steps(GRU, half_weights(GRU, bias_hh=[0, 0, 0.3]), [1.0])
    assert rows[0]["h"] == pytest.approx(0.224969771, abs=1e-9)


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.title)
def test_a_declaration_stands_in_the_order_of_a_step(cell):
    known = {f"{state}_prev" for state in cell.states}
    terms = [term for block in cell.blocks for term in block.terms]
    for quantity in cell.quantities:
        assert set(quantity.operands) <= known
        assert (quantity.equation is None) == (quantity.name in terms)
        known.add(quantity.name)
    assert set(terms) | set(cell.states) <= known
    assert [q.name for q in cell.quantities if q.kind is Kind.STATE][-1] == "h" == cell.quantities[-1].name
    assert len({q.name for q in cell.quantities}) == len(cell.quantities)


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.title)
def test_what_is_called_increasing_is_so_and_nothing_else_of_one_operand(cell):
    rising = np.linspace(-5, 5, 1001)
    for quantity in cell.quantities:
        assert quantity.increasing == (len(quantity.operands) == 1)
        if quantity.increasing:
            values = quantity.equation(NUMPY, rising)
            assert np.all(np.diff(values) >= 0)
            assert values[-1] > values[0]


def test_the_blocks_are_stacked_as_in_torch():
    assert [block.name for block in LSTM.blocks] == ["i", "f", "g", "o"]
    assert [block.name for block in GRU.blocks] == ["r", "z", "n"]
    assert [LSTM.block_index(name) for name in "ifgo"] == [0, 1, 2, 3]
    assert GRU.blocks[2].terms == ("u_n", "q_n")


def test_what_a_quantity_rests_on():
    assert needed_terms(LSTM, "i", ()) == {"a_i"}
    assert needed_terms(LSTM, "h", ("c", "c_prev")) == {"a_o"}
    assert needed_terms(LSTM, "h", ("c_prev",)) == {"a_i", "a_f", "a_g", "a_o"}
    assert needed_terms(GRU, "a_n", ()) == {"u_n", "q_n", "a_r"}
    assert needed_terms(LSTM, "tanh_c", ("c",)) == frozenset()


def test_symbols_and_lookup():
    assert LSTM.quantity("tanh_c").symbol == "tanh(c)"
    assert LSTM.quantity("a_i").symbol == "a_i"
    with pytest.raises(KeyError, match="LSTM has no quantity 'r'; it has a_i"):
        LSTM.quantity("r")


def test_cells_are_found_by_name():
    assert [find_cell(name).name for name in CELL_NAMES] == list(CELL_NAMES)
    assert find_cell("rnn", "relu") is RNN_RELU
    with pytest.raises(UsageError, match="no cell 'mlp'; choose one of rnn, lstm, gru"):
        find_cell("mlp")
    for name, nonlinearity in (("lstm", "relu"), ("rnn", "sigmoid")):
        with pytest.raises(UsageError, match="only the rnn has a choice of nonlinearity"):
            find_cell(name, nonlinearity)


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.title)
def test_what_is_held_is_what_the_rest_of_the_step_sees(cell):
    rng = np.random.default_rng(0)
    terms = {name: rng.standard_normal(3) for block in cell.blocks for name in block.terms}
    previous = {state: rng.standard_normal(3) for state in cell.states}
    before = {f"{state}_prev": rows for state, rows in previous.items()}
    free = step(cell, terms, previous, NUMPY)
    for quantity in cell.quantities:
        given_to_it = []

        def nothing(rows, seen=given_to_it):
            seen.append(rows)
            return rows * 0

        now = step(cell, terms, previous, NUMPY, {quantity.name: nothing})
        assert len(given_to_it) == 1
        assert np.array_equal(given_to_it[0], free[quantity.name]), "it is given what was computed"
        assert (now[quantity.name] == 0).all()
        for other in cell.quantities:
            if other.equation is not None and other is not quantity:
                operands = [{**now, **before}[name] for name in other.operands]
                assert np.array_equal(now[other.name], other.equation(NUMPY, *operands)), (quantity.name, other.name)
