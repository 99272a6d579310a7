"""The terms of a pre-activation add up to it, and the equations on screen hold for the numbers on screen."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.cells import Kind
from explorer.experiment import Experiment, make_network_for
from explorer.functions import NUMPY
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Sequence
from explorer.terms import Source, block_terms, equations, sources, terms
from tests.explorer import reference
from tests.explorer.making import make_dataset, make_experiment, quantity_names, with_weights

KINDS = [("rnn", "tanh"), ("rnn", "relu"), ("lstm", "tanh"), ("gru", "tanh")]
STEPS = 40


def made(kind, dtype="float64", hidden=5, **options):
    recipe = Recipe(*kind, hidden=hidden, layers=2, bidirectional=True, dtype=dtype, **options)
    return run(make_experiment(recipe, [STEPS], initial=True), "numpy")


@pytest.fixture(scope="module", params=KINDS, ids=" ".join)
def trace(request):
    return made(request.param)


def anything(trace, data):
    """Return a place, a step, a gate block and a unit of it."""
    place = data.draw(st.sampled_from(trace.experiment.network.places))
    block = data.draw(st.sampled_from([block.name for block in trace.experiment.network.cell(place).blocks]))
    return place, data.draw(st.integers(0, STEPS - 1)), block, data.draw(st.integers(0, 4))


def by_hand(trace, place, step):
    """Return weights, what the layer sees and the state it starts from, straight from the experiment and the trace."""
    experiment = trace.experiment
    if place.layer == 0:
        x = experiment.inputs(0)[step]
    else:
        x = np.concatenate([trace.read(0, "h", Place(place.layer - 1, k))[step] for k in (0, 1)])
    there = step + 1 if place.direction else step - 1
    h = trace.read(0, "h", place)[there] if 0 <= there < STEPS else experiment.initial_state(place)["h"]
    return experiment.network.weights(place), x, h


@given(data=st.data())
def test_terms_are_the_products_of_weights_and_what_came_in(trace, data):
    place, step, block, unit = anything(trace, data)
    weights, x, h = by_hand(trace, place, step)
    row = trace.experiment.network.cell(place).block_index(block) * 5 + unit
    made = terms(trace, 0, place, step, block, unit)
    assert np.array_equal(made.inputs, weights.weight_ih[row] * x)
    assert np.array_equal(made.hidden, weights.weight_hh[row] * h)
    assert (made.b_i, made.b_h) == (weights.bias_ih[row], weights.bias_hh[row])
    assert np.array_equal(made.x, x)
    assert np.array_equal(made.h_prev, h)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-6)])
@pytest.mark.parametrize("hidden", [5, 128])
@pytest.mark.parametrize("kind", KINDS, ids=" ".join)
def test_they_add_up_to_what_was_recorded(kind, hidden, dtype, tolerance):
    """Both the trace's numbers and those of a reference written apart from it, step by step from the first.

    The bound is relative to the terms, tolerance · (1 + Σ|term|): a sum of large terms that cancel is no better known.
    """
    trace = made(kind, dtype, hidden)
    expected = reference.whole(trace.experiment, 0)
    for place in trace.experiment.network.places:
        for block in trace.experiment.network.cell(place).blocks:
            for step in (0, 1, STEPS // 2, STEPS - 1):
                for unit in (0, 1, 2, 3, hidden - 1):
                    made_of = terms(trace, 0, place, step, block.name, unit)
                    whole = f"a_{block.name}" if block.name else "a"
                    names = ["u_n", "q_n", "a_n"] if block.split else [whole]
                    assert [each.quantity for each in made_of.sums] == names
                    of_input = np.abs(made_of.inputs).sum() + abs(made_of.b_i)
                    of_state = np.abs(made_of.hidden).sum() + abs(made_of.b_h)
                    sizes = {whole: of_input + abs(made_of.reach) * of_state, "u_n": of_input, "q_n": of_state}
                    for each in made_of.sums:
                        recorded = trace.values_at(0, place, step)[each.quantity][unit]
                        assert each.recorded == recorded
                        bound = tolerance * (1 + sizes[each.quantity])
                        assert abs(each.total - recorded) <= bound
                        assert abs(each.total - float(expected[place][each.quantity][step, unit])) <= 10 * tolerance
                        assert each.agrees
                        assert each.bound == pytest.approx(bound)
                    parts = made_of.input_term + made_of.recurrent_term + made_of.bias
                    assert parts == pytest.approx(made_of.total, abs=1e-12)
                    assert made_of.contributions.sum() + made_of.bias == pytest.approx(made_of.total, abs=1e-12)


def test_a_sum_that_does_not_agree_is_told():
    trace = made(("lstm", "tanh"))
    each = terms(trace, 0, Place(), 3, "f", 1).sums[0]
    assert each.agrees
    assert not replace(each, recorded=each.recorded + 1e-9).agrees
    assert replace(each, recorded=each.recorded + 1e-9).difference == pytest.approx(1e-9, rel=1e-3)


@given(data=st.data())
def test_ranking_and_share(trace, data):
    made = terms(trace, 0, *anything(trace, data))
    size = np.abs(made.contributions)
    assert sorted(made.ranking) == list(range(len(size)))
    assert np.all(np.diff(size[made.ranking]) <= 0)
    parts = [abs(made.input_term), abs(made.recurrent_term), abs(made.bias)]
    assert made.share == pytest.approx(parts[1] / sum(parts))
    assert 0 <= made.share <= 1


def test_many_equal_terms_keep_their_order():
    values = np.random.default_rng(0).choice([-2.0, -1, 0, 1, 2], 200)
    network = with_weights(make_network(Recipe("rnn", hidden=1), 200), Place(), weight_ih=np.ones((1, 200), np.float32))
    trace = run(Experiment(make_dataset(values[None]), network), "numpy")
    ranking = list(terms(trace, 0, Place(), 0, "", 0).ranking)
    assert ranking == [*sorted(range(200), key=lambda k: -abs(values[k])), 200]


def test_equal_terms_keep_their_order_a_nan_comes_first_and_nothing_has_no_share():
    x = np.array([[1.0, -1.0, 1.0], [0, np.nan, 0], [0, 0, 0]])
    recipe = Recipe("rnn", hidden=2, dtype="float64")
    network = make_network(recipe, 3)
    network = with_weights(
        network,
        Place(),
        weight_ih=np.array([[0.5, 0.5, -0.5], [1, 2, 3.0]]),
        weight_hh=np.zeros((2, 2)),
        bias_ih=np.zeros(2),
        bias_hh=np.zeros(2),
    )
    trace = run(Experiment(make_dataset(x), network), "numpy")
    assert list(terms(trace, 0, Place(), 0, "", 0).ranking) == [0, 1, 2, 3, 4]
    assert list(terms(trace, 0, Place(), 0, "", 1).ranking) == [2, 1, 0, 3, 4]
    undone = terms(trace, 0, Place(), 1, "", 0)
    assert undone.ranking[0] == 1
    assert np.isnan(undone.total)
    assert undone.sums[0].agrees
    assert terms(trace, 0, Place(), 0, "", 0).share == 0


def test_reach_is_the_reset_gate_where_there_is_one():
    trace = made(("gru", "tanh"))
    for step in (0, 7):
        values = trace.values_at(0, Place(1), step)
        assert terms(trace, 0, Place(1), step, "n", 2).reach == values["r"][2]
        assert terms(trace, 0, Place(1), step, "z", 2).reach == 1


def test_without_biases_there_are_none():
    trace = made(("lstm", "tanh"), bias=False)
    made_of = terms(trace, 0, Place(), 5, "f", 1)
    assert (made_of.b_i, made_of.b_h, made_of.bias) == (0, 0, 0)
    assert made_of.sums[0].agrees


@given(data=st.data())
def test_a_whole_block_is_its_units(trace, data):
    place, step, block, unit = anything(trace, data)
    inputs, hidden = block_terms(trace, 0, place, step, block)
    assert inputs.shape == (5, len(terms(trace, 0, place, step, block, 0).x))
    assert hidden.shape == (5, 5)
    made = terms(trace, 0, place, step, block, unit)
    assert np.array_equal(inputs[unit], made.inputs)
    assert np.array_equal(hidden[unit], made.hidden)


def test_sources_of_features_layers_and_vectors():
    trace = made(("gru", "tanh"))
    below, above = sources(trace.experiment, Place()), sources(trace.experiment, Place(1, 1))
    assert [source.name for source in below[:4]] == ["x0", "x1", "x2", "h⁻[0]"]
    assert below[1] == Source("x1", "x", 1)
    assert above[0] == Source("l0.h[0]", "h", 0, Place(0, 0))
    assert above[9] == Source("l0_reverse.h[4]", "h", 4, Place(0, 1))
    assert above[12] == Source("h⁻[2]", "h", 2, Place(1, 1))
    for place in (Place(), Place(1, 1)):
        assert len(sources(trace.experiment, place)) == len(terms(trace, 0, place, 0, "n", 0).contributions)


def test_sources_of_words_stand_where_the_network_sees_them():
    values = np.array([[1.5, 0, 7], [2.5, 1, 8], [3.5, 2, 9]])
    names = ("size", "word", "height")
    dataset = Dataset((Sequence("s", values, names),), "test", vocabularies={"word": ("a", "b", "c")})
    recipe = Recipe(hidden=4, embedding=2, dtype="float64")
    experiment = Experiment(dataset, make_network_for(dataset, recipe))
    found = sources(experiment, Place())
    assert found[:3] == (Source("size", "x", 0), Source("height", "x", 2), Source("word[0]", "x", 1))
    assert found[3] == Source("word[1]", "x", 1)
    trace = run(experiment, "numpy")
    seen = terms(trace, 0, Place(), 1, "f", 0)
    assert list(seen.x[:2]) == [2.5, 8]
    assert np.array_equal(seen.x[2:], experiment.network.embeddings["word"][1])
    assert len(found) == len(seen.contributions)


# ---------------------------------------------------------------- equations


@given(data=st.data())
def test_equations_hold_for_their_numbers(trace, data):
    place, step, _, unit = anything(trace, data)
    cell = trace.experiment.network.cell(place)
    lines = equations(trace, 0, place, step, unit)
    assert [line.name for line in lines] == quantity_names(trace, place)
    values = trace.values_at(0, place, step)
    for line in lines:
        assert line.value == values[line.name][unit]
        quantity, numbers = cell.quantity(line.name), [operand.value for operand in line.operands]
        if quantity.equation is None:
            assert quantity.kind is Kind.PRE_ACTIVATION
            assert sum(numbers) == pytest.approx(line.value, abs=1e-12)
        else:
            assert quantity.equation(NUMPY, *numbers) == pytest.approx(line.value, abs=1e-14)
            assert tuple(operand.name for operand in line.operands) == quantity.operands


def test_operands_of_the_layer_are_the_sums_of_the_terms_bit_for_bit(trace):
    for place in trace.experiment.network.places:
        cell = trace.experiment.network.cell(place)
        for step, unit in ((0, 0), (3, 4), (STEPS - 1, 2)):
            found = {e.name: [o.value for o in e.operands] for e in equations(trace, 0, place, step, unit)}
            for block in cell.blocks:
                made = terms(trace, 0, place, step, block.name, unit)
                values = [float(made.inputs.sum()), made.b_i, float(made.hidden.sum()), made.b_h]
                assert [value for name in block.terms for value in found[name]] == values


@given(data=st.data())
def test_the_pieces_are_the_formula(trace, data):
    place, step, _, unit = anything(trace, data)
    for line in equations(trace, 0, place, step, unit):
        symbols = [operand.symbol for operand in line.operands]
        assert "".join(symbols[p] if isinstance(p, int) else p for p in line.pieces) == line.formula
        assert {p for p in line.pieces if isinstance(p, int)} == set(range(len(symbols)))


def test_how_a_gate_and_the_states_are_written():
    lines = {line.name: line for line in equations(made(("lstm", "tanh")), 0, Place(), 4, 1)}
    assert [operand.symbol for operand in lines["a_f"].operands] == ["W_if x", "b_if", "W_hf h⁻", "b_hf"]
    assert lines["a_f"].pieces == (0, " + ", 1, " + ", 2, " + ", 3)
    assert lines["f"].pieces == ("σ(", 0, ")")
    assert lines["c"].pieces == (0, " ⊙ ", 1, " + ", 2, " ⊙ ", 3)
    assert [operand.symbol for operand in lines["c"].operands] == ["f", "c⁻", "i", "g"]
    assert lines["h"].pieces == (0, " ⊙ ", 1)
    assert lines["h"].operands[1].symbol == lines["tanh_c"].symbol == "tanh(c)"
    lines = {line.name: line for line in equations(made(("gru", "tanh")), 0, Place(), 4, 1)}
    assert [operand.symbol for operand in lines["q_n"].operands] == ["W_hn h⁻", "b_hn"]
    assert lines["h"].pieces == ("(1 − ", 0, ") ⊙ ", 1, " + ", 0, " ⊙ ", 2)


def test_operands_before_the_first_step_are_the_initial_state():
    trace = made(("lstm", "tanh"))
    for place, step in ((Place(), 0), (Place(1, 1), STEPS - 1)):
        line = next(line for line in equations(trace, 0, place, step, 3) if line.name == "c")
        assert line.operands[1].value == trace.experiment.initial_state(place)["c"][3]


def test_a_step_that_is_not_known():
    with pytest.raises(IndexError):
        terms(made(("lstm", "tanh")), 0, Place(), STEPS, "f", 0)


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_infinities_that_meet_are_nan_and_no_warning(kind):
    values = np.full((2, 4), 1e300)  # infinite in float32
    network = make_network(Recipe(kind, hidden=3, dtype="float32"), 4)
    with np.errstate(all="ignore"):
        found = run(Experiment(Dataset((Sequence("s", values, ("a", "b", "c", "d")),), "s.csv"), network), "numpy")
    cell = network.cell(Place())
    for unit in range(3):
        for block in cell.blocks:
            made = terms(found, 0, Place(), 1, block.name, unit)
            assert np.isnan(made.input_term) or np.isinf(made.input_term)
            assert np.isnan(made.share) or 0 <= made.share <= 1
            assert np.isfinite(made.recurrent_term) or np.isnan(made.recurrent_term)
            assert made.contributions.shape == (7,)
            assert len(made.ranking) == 7
        assert len(equations(found, 0, Place(), 1, unit)) == len(cell.quantities)
    assert any(np.isnan(terms(found, 0, Place(), 1, cell.blocks[0].name, unit).input_term) for unit in range(3))
