"""Formulas taken apart say the same as the equations they stand beside."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from explorer.cells import GRU, LSTM, RNN, RNN_RELU, Kind, Quantity
from explorer.formulas import LAYER, OPAQUE, complete, cut, parse, parts
from explorer.functions import NUMPY

CELLS = (LSTM, GRU, RNN, RNN_RELU)
by_name = {cell.title: {part.name: part for part in parts(cell)} for cell in CELLS}


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.title)
def test_every_quantity_is_a_part_with_its_own_formula_and_in_its_order(cell) -> None:
    found = [part for part in parts(cell) if part.is_quantity]
    assert [(part.name, part.symbol, part.title, part.formula) for part in found] == [
        (quantity.name, quantity.symbol, quantity.title, quantity.formula) for quantity in cell.quantities
    ]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.title)
def test_a_part_comes_after_its_operands(cell) -> None:
    seen = set()
    for part in parts(cell):
        assert set(part.operands) <= seen, part.name
        seen.add(part.name)


def test_what_the_layer_hands_in_rests_on_x_and_h() -> None:
    assert by_name["LSTM"]["a_f"].operands == ("x", "h_prev")
    assert by_name["GRU"]["u_n"].operands == ("x",)
    assert by_name["GRU"]["q_n"].operands == ("h_prev",)
    assert {part.operation for part in parts(GRU) if part.name in ("a_r", "a_z", "u_n", "q_n")} == {LAYER}


def test_products_and_sums_on_the_way_are_parts() -> None:
    lstm, gru = by_name["LSTM"], by_name["GRU"]
    assert lstm["f ⊙ c⁻"].operands == ("f", "c_prev")
    assert (lstm["c"].operation, lstm["c"].operands) == ("+", ("f ⊙ c⁻", "i ⊙ g"))
    assert (lstm["h"].operation, lstm["h"].operands) == ("⊙", ("o", "tanh_c"))
    assert (gru["1 − z"].operation, gru["1 − z"].operands) == ("1 −", ("z",))
    assert gru["(1 − z) ⊙ n"].operands == ("1 − z", "n")
    assert gru["h"].operands == ("(1 − z) ⊙ n", "z ⊙ h⁻")
    assert gru["a_n"].operands == ("u_n", "r ⊙ q_n")
    assert {lstm[name].owner for name in ("f ⊙ c⁻", "i ⊙ g")} == {"c"}


NUMBERS = st.floats(width=32, allow_nan=True, allow_infinity=True)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.title)
@settings(deadline=None)
@given(data=st.data())
def test_a_formula_gives_the_bits_of_its_equation(cell, dtype, data) -> None:
    for quantity in cell.quantities:
        if quantity.equation is None:
            continue
        values = {name: data.draw(arrays(dtype, 3, elements=NUMBERS)) for name in quantity.operands}
        with np.errstate(all="ignore"):
            wanted = quantity.equation(NUMPY, *(values[name] for name in quantity.operands))
            found = parse(cell, quantity).value(values, NUMPY)
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, wanted)


def test_parts_on_the_way_make_their_quantity() -> None:
    rng = np.random.default_rng(0)
    values = {name: np.float32(rng.normal()) for name in ("f", "c_prev", "i", "g")}
    known = complete(parts(LSTM), values | {name: np.float32(0) for name in ("o", "tanh_c")}, NUMPY)
    assert known["f ⊙ c⁻"] == values["f"] * values["c_prev"]
    assert known["f ⊙ c⁻"] + known["i ⊙ g"] == LSTM.quantity("c").equation(NUMPY, *values.values())
    assert known["f ⊙ c⁻"].dtype == np.float32


def made(formula: str, *operands: str):
    quantity = Quantity("s", "some sum", formula, Kind.STATE, operands, lambda _, *given: given[0])
    return replace(LSTM, quantities=(*LSTM.quantities, quantity)), quantity


@pytest.mark.parametrize(
    "formula",
    ["f ⊙ c⁻", "f − i − g", "−f + i", "f ⊙ (i + g) ⊙ 0.5", "tanh(f ⊙ i) + tanh(c)", "1 − f ⊙ (1 − i)", "σ(relu(f))"],
)
def test_a_formula_is_written_as_it_was_read(formula) -> None:
    names = {"f": "f", "i": "i", "g": "g", "c⁻": "c_prev", "tanh(c)": "tanh_c"}
    cell, quantity = made(formula, *(name for symbol, name in names.items() if symbol in formula))
    written = {name: symbol for symbol, name in names.items()}
    expression = parse(cell, quantity)
    assert expression.text(lambda name: written[name]) == formula
    numbers = {name: np.float64(k + 2) / 10 for k, name in enumerate(names.values())}
    plain = formula.replace("tanh(c)", "T").replace("⊙", "*").replace("−", "-").replace("c⁻", "C").replace("σ", "s")
    scope = {"T": numbers["tanh_c"], "C": numbers["c_prev"], "tanh": np.tanh, "relu": lambda a: max(a, 0.0)}
    scope |= {"s": lambda a: 1 / (1 + np.exp(-a)), **numbers}
    assert expression.value(numbers, NUMPY) == pytest.approx(eval(plain, scope), rel=1e-12)


def test_numbers_below_zero_stand_in_brackets() -> None:
    cell, quantity = made("f ⊙ c⁻ + i ⊙ g", "f", "c_prev", "i", "g")
    numbers = {"f": "0.5", "c_prev": "−0.25", "i": "−0.1", "g": "0.2"}
    assert parse(cell, quantity).text(numbers.__getitem__) == "0.5 ⊙ (−0.25) + (−0.1 ⊙ 0.2)"


@pytest.mark.parametrize("formula", ["max(f, i)", "f ⊙ i +", "f ⊙ (i", "f ⊙ g", "f i", "", "f / i", "norm(f) ⊙ i"])
def test_what_says_more_is_opaque_and_still_a_part(formula) -> None:
    cell, quantity = made(formula, "f", "i")
    assert parse(cell, quantity) is None
    part = {part.name: part for part in parts(cell)}["s"]
    assert (part.operation, part.operands, part.formula) == (OPAQUE, ("f", "i"), formula)


def test_a_symbol_within_a_longer_word_is_none():
    quantity = Quantity("q", "q", "an + tanh(n) ⊙ na − n⁻", Kind.ACTIVATION, ("n",), lambda _, n: n)
    assert cut(GRU, quantity) == (("n",), ("an + tanh(", 0, ") ⊙ na − n⁻"))
