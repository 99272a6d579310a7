"""The micro-steps of every cell: what a textbook would do one after the other, and nothing before its operands."""

import pytest

from explorer.cells import GRU, LSTM, RNN, RNN_RELU, Kind, Quantity
from explorer.stages import known_after, stages

CELLS = [LSTM, GRU, RNN, RNN_RELU]


def test_an_lstm_step():
    assert [(stage.title, stage.names) for stage in stages(LSTM)] == [
        ("input term", ()),
        ("recurrent term", ()),
        ("pre-activations", ("a_i", "a_f", "a_g", "a_o")),
        ("gates", ("i", "f", "g", "o")),
        ("cell state", ("c",)),
        ("tanh of the cell state", ("tanh_c",)),
        ("hidden state", ("h",)),
    ]
    assert stages(LSTM)[0].terms == ("W_ii x + b_ii", "W_if x + b_if", "W_ig x + b_ig", "W_io x + b_io")
    assert stages(LSTM)[1].terms == ("W_hi h⁻ + b_hi", "W_hf h⁻ + b_hf", "W_hg h⁻ + b_hg", "W_ho h⁻ + b_ho")


def test_a_gru_step():
    assert [(stage.title, stage.names) for stage in stages(GRU)] == [
        ("input term", ("u_n",)),
        ("recurrent term", ("q_n",)),
        ("pre-activations", ("a_r", "a_z")),
        ("gates", ("r", "z")),
        ("pre-activation of n", ("a_n",)),
        ("new gate", ("n",)),
        ("hidden state", ("h",)),
    ]
    assert stages(GRU)[0].terms == ("W_ir x + b_ir", "W_iz x + b_iz", "W_in x + b_in")
    assert stages(GRU)[1].terms == ("W_hr h⁻ + b_hr", "W_hz h⁻ + b_hz", "W_hn h⁻ + b_hn")


@pytest.mark.parametrize("cell", [RNN, RNN_RELU], ids=lambda cell: cell.title)
def test_an_rnn_step(cell):
    assert [(stage.title, stage.names, stage.terms) for stage in stages(cell)] == [
        ("input term", (), ("W_ih x + b_ih",)),
        ("recurrent term", (), ("W_hh h⁻ + b_hh",)),
        ("pre-activation of h", ("a",), ()),
        ("hidden state", ("h",), ()),
    ]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.title)
def test_nothing_comes_before_its_operands_and_everything_once(cell):
    names = [name for stage in stages(cell) for name in stage.names]
    assert sorted(names) == sorted(quantity.name for quantity in cell.quantities)
    known = {f"{state}_prev" for state in cell.states}
    for k, stage in enumerate(stages(cell)):
        for name in stage.names:
            assert set(cell.quantity(name).operands) <= known
        known |= set(stage.names)
        assert known_after(cell, k) == {name for name in known if not name.endswith("_prev")}
    assert stages(cell)[-1].names == ("h",)
    assert all(stage.terms for stage in stages(cell)[:2])


def test_h_comes_last_even_if_something_could_come_with_it():
    from dataclasses import replace

    more = Quantity("twice", "twice the candidate", "2 g", Kind.ACTIVATION, ("tanh_c",), lambda _, c: 2 * c)
    cell = replace(LSTM, quantities=(*LSTM.quantities[:-1], more, LSTM.quantities[-1]))
    assert [stage.names for stage in stages(cell)][-2:] == [("twice",), ("h",)]
