"""What is held is held inside the step: against torch in float64, step by step, every quantity of every cell."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.cells import GRU, LSTM, RNN
from explorer.clamps import Clamp, ClampError, mean_clamp
from explorer.engines import ENGINES
from explorer.engines.loop import Loop
from explorer.experiment import Experiment
from explorer.network import Network, Place, Recipe
from explorer.run import run
from explorer.stepper import Stepper
from explorer.trace import Trace
from tests.explorer import held_reference
from tests.explorer.making import engine_with, make_dataset, make_experiment, quantity_names, run_with, with_weights

KINDS = [("rnn", "tanh"), ("rnn", "relu"), ("lstm", "tanh"), ("gru", "tanh")]
CELLS = {"rnn": RNN, "lstm": LSTM, "gru": GRU}
HELD = [(*kind, quantity.name) for kind in KINDS for quantity in CELLS[kind[0]].quantities]


def holding(experiment, *clamps):
    return replace(experiment, clamps=clamps)


def assert_like_the_reference(experiment, trace, allowed=1e-12):
    for k in range(len(experiment.dataset.sequences)):
        np.testing.assert_allclose(trace.inputs(k), held_reference.seen(experiment, k), rtol=0, atol=allowed)
        for place, quantities in held_reference.whole(experiment, k).items():
            assert sorted(quantities) == sorted(quantity_names(trace, place))
            for name, theirs in quantities.items():
                ours = trace.read(k, name, place)
                difference = np.abs(ours - theirs.numpy()) / np.maximum(1, np.abs(theirs.numpy()))
                assert difference.max() <= allowed, (k, place, name)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("cell", "nonlinearity", "quantity"), HELD)
def test_every_quantity_of_every_cell(cell, nonlinearity, quantity, engine):
    recipe = Recipe(cell, nonlinearity, hidden=4, layers=2, bidirectional=True, dtype="float64")
    experiment = make_experiment(recipe, [20, 1], initial=True)
    for place in experiment.network.places:
        some = Clamp(quantity, (0.7, -2.0), (3, 1), (5, 9), place)
        every = Clamp(quantity, 0.25, None, (0, 3), place, sequence=0)
        to_the_end = Clamp(quantity, 1, (2,), (12, None), place)
        held = holding(experiment, some, every, to_the_end)
        trace = run(held, engine)
        assert_like_the_reference(held, trace)
        assert (trace.read(0, quantity, place)[5:9, [3, 1]] == [0.7, -2]).all()
        assert (trace.read(0, quantity, place)[:3] == 0.25).all()
        assert (trace.read(0, quantity, place)[12:, 2] == 1).all()


@st.composite
def questions(draw, dtype="float64", longest=40, most=2):
    cell, nonlinearity = draw(st.sampled_from(KINDS))
    recipe = Recipe(
        cell,
        nonlinearity,
        hidden=draw(st.integers(1, 5)),
        layers=draw(st.integers(1, 3)),
        bidirectional=draw(st.booleans()),
        bias=draw(st.booleans()),
        seed=draw(st.integers(0, 99)),
        dtype=dtype,
    )
    lengths = draw(st.lists(st.integers(1, longest), min_size=1, max_size=2))
    experiment = make_experiment(recipe, lengths, features=draw(st.integers(1, 3)), initial=draw(st.booleans()))
    experiment = replace(experiment, scale=draw(st.sampled_from(["none", "standardize"])))
    return holding(experiment, *draw(st.lists(clamps(experiment, most), max_size=5)))


@st.composite
def clamps(draw, experiment, most=2):
    """Draw a clamp that fits the experiment; the steps are often short and often meet others.

    A gate above 1 that is held for long lets a state grow without end.
    """
    network = experiment.network
    place = draw(st.sampled_from(network.places))
    names = ["x", *(quantity.name for quantity in network.cell(place).quantities)]
    quantity = draw(st.sampled_from(names))
    count = experiment.dataset.input_size if quantity == "x" else network.weights(place).hidden_size
    units = draw(st.none() | st.lists(st.integers(0, count - 1), min_size=1, unique=True).map(tuple))
    size = count if units is None else len(units)
    value = st.floats(-most, most, width=32)
    sequence = draw(st.none() | st.integers(0, len(experiment.dataset.sequences) - 1))
    lengths = [len(each) for each in experiment.dataset.sequences]
    first = draw(st.integers(0, (max(lengths) if sequence is None else lengths[sequence]) - 1))
    return Clamp(
        quantity,
        draw(value | st.lists(value, min_size=size, max_size=size).map(tuple)),
        units,
        (first, draw(st.none() | st.integers(first + 1, first + 12))),
        place,
        sequence,
        draw(st.sampled_from([True, True, True, False])),
    )


@given(questions(), st.sampled_from(ENGINES), st.sampled_from([1, 7, 4096]))
def test_any_clamps_together(experiment, engine, chunk):
    assert_like_the_reference(experiment, run_with(experiment, engine_with(engine, chunk)))


@given(questions(longest=600), st.data())
def test_what_is_read_of_a_step_is_the_same_bits_by_any_window(experiment, data):
    trace, again = run(experiment), run(experiment)
    place = data.draw(st.sampled_from(experiment.network.places))
    first = data.draw(st.integers(0, trace.length() - 1))
    last = data.draw(st.integers(first + 1, trace.length()))
    for name in quantity_names(trace, place):
        whole = again.read(0, name, place)
        assert np.array_equal(trace.read(0, name, place, steps=slice(first, last)), whole[first:last])
        few = trace.tracks[0][place].recover((name,), first, last, np.array([0]))[name]
        np.testing.assert_allclose(few, whole[first:last, :1], rtol=1e-14, atol=1e-12)  # a hold may be large


@given(questions(dtype="float32", longest=400, most=1))
def test_the_pyramids_hold_what_is_read(experiment):
    trace = run(experiment)
    for place in experiment.network.places:
        for name in quantity_names(trace, place):
            values = trace.read(0, name, place)
            edges, *ends = trace.tracks[0][place].overview(name, 0, trace.length(), 10**6)
            for (start, stop), low, high in zip(itertools.pairwise(edges.astype(int)), *ends, strict=True):
                rows = values[start:stop]
                np.testing.assert_allclose(low, rows.min(axis=0), rtol=2e-6, atol=2e-6)
                np.testing.assert_allclose(high, rows.max(axis=0), rtol=2e-6, atol=2e-6)
            ends = trace.extremes(0, name, place)
            np.testing.assert_allclose(ends, [values.min(), values.max()], rtol=2e-6, atol=2e-6)


@given(questions(), st.lists(st.integers(1, 30), min_size=1, max_size=5))
def test_live_stepping_is_the_run(experiment, splits):
    if experiment.network.has_reverse:
        return
    stepper, whole = Stepper(experiment), run(experiment, "numpy")
    for n in splits:
        for step in stepper.advance(n):
            for place in experiment.network.places:
                for name, values in stepper.trace.values_at(0, place, step).items():
                    assert np.array_equal(values, whole.values_at(0, place, step)[name]), (place, name, step)


def test_steps_are_the_same_taken_at_once_or_cut_where_what_is_held_changes():
    experiment = make_experiment(Recipe("gru", hidden=3, bidirectional=True), [50])
    for place in experiment.network.places:
        held = holding(experiment, Clamp("z", 1, (0,), (10, 20), place), Clamp("h", 0, (1,), (15, 30), place))
        trace = Trace(held, "")
        track = trace.tracks[0][place]
        Loop().advance(track, 0, 50)
        assert np.array_equal(track.states["h"], run(held, "numpy").read(0, "h", place))


@pytest.mark.parametrize("engine", ENGINES)
def test_without_an_edit_the_answer_is_the_same_bits(engine):
    experiment = make_experiment(Recipe(hidden=5, layers=2, bidirectional=True), [3000, 50])
    free = run(experiment, engine)
    off = Clamp("f", 1, (2,), (10, 20), on=False)
    other = Clamp("c", 1, None, (10, 20), Place(1), sequence=1)
    edit = Clamp("x", 1, sequence=1)
    for clamps in ((off,), (off, other), (edit,)):
        trace = run(holding(experiment, *clamps), engine)
        for place in experiment.network.places:
            for name in quantity_names(trace, place):
                assert np.array_equal(trace.read(0, name, place), free.read(0, name, place))
                assert trace.extremes(0, name, place) == free.extremes(0, name, place)
        same = np.array_equal(trace.read(1, "h", Place(1)), free.read(1, "h", Place(1)))
        assert same == (clamps == (off,))
        assert trace.check.passed if engine == "torch" else trace.check is None


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_forget_gate_of_one_and_an_input_gate_of_nothing_hold_c_exactly(engine, dtype):
    experiment = make_experiment(Recipe(hidden=8, dtype=dtype), [1500])
    trace = run(holding(experiment, Clamp("f", 1, None, (700, 1400)), Clamp("i", 0, None, (700, 1400))), engine)
    c = trace.read(0, "c")
    assert (c[700:1400] == c[699]).all()
    assert not (c[1400] == c[699]).any()
    assert not (c[698] == c[699]).any()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("cell", "nonlinearity"), KINDS)
def test_an_ablated_unit_is_a_network_without_its_outgoing_weights(cell, nonlinearity, engine):
    recipe = Recipe(cell, nonlinearity, hidden=5, layers=2, dtype="float64")
    experiment = make_experiment(recipe, [60])
    ablated = run(holding(experiment, Clamp("h", 0, (3,))), engine)
    network = experiment.network
    for place, name in ((Place(0), "weight_hh"), (Place(1), "weight_ih")):
        silent = dict(network.weights(place).named())[name].copy()
        silent[:, 3] = 0
        network = with_weights(network, place, **{name: silent})
    without = run(Experiment(experiment.dataset, Network(network.layers, recipe)), engine)
    others = [0, 1, 2, 4]
    for name in quantity_names(ablated, Place()):
        ours, theirs = ablated.read(0, name), without.read(0, name)
        # A GRU's h goes by itself from step to step, and what z and n do with it is no weight.
        units = others if name == "h" else slice(None)
        np.testing.assert_allclose(ours[:, units], theirs[:, units], rtol=0, atol=1e-12, err_msg=name)
        above = ablated.read(0, name, Place(1)), without.read(0, name, Place(1))
        np.testing.assert_allclose(*above, rtol=0, atol=1e-12, err_msg=name)
    assert (ablated.read(0, "h")[:, 3] == 0).all()


def test_the_later_clamp_wins_where_two_meet():
    experiment = make_experiment(Recipe(hidden=3), [30])
    one, other = Clamp("f", 0.25, (0, 1), (5, 15)), Clamp("f", 0.75, (1, 2), (10, 20))
    for clamps, winner in (((one, other), 0.75), ((other, one), 0.25)):
        f = run(holding(experiment, *clamps)).read(0, "f")
        assert (f[5:15, 0] == 0.25).all()
        assert (f[10:20, 2] == 0.75).all()
        assert (f[10:15, 1] == winner).all()
        assert (f[5:10, 1] == 0.25).all()
        assert (f[15:20, 1] == 0.75).all()


def test_a_held_gate_is_drawn_as_it_is():
    experiment = make_experiment(Recipe(hidden=3), [9000])
    clamps = (Clamp("f", 5, (1,), (4000, 4001)), Clamp("a_o", -30, (2,), (6000, 6001)), Clamp("i", 0.5, None))
    trace = run(holding(experiment, *clamps))
    f = trace.overview(0, "f", Place(), range(9000), 20)
    assert f.high[:, 1].max() == 5
    assert (f.high[:, [0, 2]] < 1).all()
    assert trace.extremes(0, "f", Place())[1] == 5
    assert trace.extremes(0, "a_o", Place())[0] == -30
    assert trace.overview(0, "o", Place(), range(9000), 20).low[:, 2].min() < 1e-12
    i = trace.overview(0, "i", Place(), range(9000), 20)
    assert (i.low == 0.5).all()
    assert (i.high == 0.5).all()


def test_an_edit_is_in_the_units_of_the_file_and_leaves_the_scaling_as_it_was():
    data = make_dataset(np.array([[0.0, 5.0], [2.0, 5.0]]), np.array([[4.0, 5.0], [6.0, 5.0]]))
    plain = Experiment(data, make_experiment(Recipe(hidden=2), features=2).network, scale="standardize")
    edited = holding(plain, Clamp("x", 1e6, (0,), (1, 2), sequence=1), Clamp("x", 3, (0,), (0, 1)))
    assert edited.scaling.mean.tolist() == plain.scaling.mean.tolist() == [3, 5]
    assert edited.values(0).tolist() == [[3, 5], [2, 5]]
    assert edited.values(1).tolist() == [[3, 5], [1e6, 5]]
    assert edited.values(1, 1).tolist() == [[1e6, 5]]
    assert edited.inputs(0)[0].tolist() == [0, 0]
    assert np.array_equal(edited.inputs(0)[1], plain.inputs(0)[1])
    assert np.array_equal(edited.seen(1, edited.scaling, 1), edited.inputs(1)[1:])
    assert data.sequences[0].values[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        edited.values(0)[0] = 0
    assert plain.values(0) is not None
    assert np.shares_memory(plain.values(0), data.sequences[0].values), "nothing is copied where nothing is edited"


def test_steps_that_come_later_are_edited_and_held_too():
    values = np.random.default_rng(0).standard_normal((40, 2))
    clamps = (Clamp("x", 2, (1,), (15, 35)), Clamp("f", 1, (0,), (10, None)))
    network = make_experiment(Recipe(hidden=3), features=2).network
    short, whole = (Experiment(make_dataset(values[:n]), network, clamps=clamps) for n in (20, 40))
    stepper = Stepper(short)
    stepper.advance(20)
    stepper.lengthen(whole)
    stepper.advance(20)
    expected = run(whole, "numpy")
    assert np.array_equal(stepper.trace.inputs(), expected.inputs())
    for name in quantity_names(expected, Place()):
        assert np.array_equal(stepper.trace.read(0, name), expected.read(0, name))


def test_a_mean_is_a_number_once_and_for_all():
    trace = run(make_experiment(Recipe(hidden=3), [9000, 20]))
    clamp = mean_clamp(trace, 0, "f", (2, 0), (5, None))
    assert (clamp.units, clamp.steps, clamp.sequence) == ((2, 0), (5, None), 0)
    np.testing.assert_allclose(clamp.value, trace.read(0, "f").astype(float).mean(axis=0)[[2, 0]], rtol=1e-12)
    everyone = mean_clamp(trace, 1, "c")
    np.testing.assert_allclose(everyone.value, trace.read(1, "c").astype(float).mean(axis=0), rtol=1e-12)
    assert everyone == Clamp("c", everyone.value, sequence=1)
    with pytest.raises(ClampError, match="no step is known"):
        mean_clamp(Stepper(trace.experiment).trace, 0, "f")


def test_a_clamp_is_a_value():
    one = Clamp("f", np.float32(0.5), np.array([1, 2]), (np.int64(3), None))
    assert one == Clamp("f", 0.5, (1, 2), (3, None))
    assert hash(one) == hash(Clamp("f", 0.5, (1, 2), (3, None)))
    assert one != replace(one, on=False)
    assert Clamp("f", np.array([0.5, 1]), (1, 2)).value == (0.5, 1.0)
    assert Clamp("f", torch.tensor(0.5).numpy()).value == 0.5


@pytest.mark.parametrize(
    ("clamp", "part", "message"),
    [
        (lambda: Clamp("f", float("nan")), "value", "f can be held at a finite number only"),
        (lambda: Clamp("f", (1, 2), (1,)), "value", "2 values do not fit 1 units"),
        (lambda: Clamp("f", 1, ()), "units", "name at least one unit"),
        (lambda: Clamp("f", 1, (1, 1)), "units", "each once"),
        (lambda: Clamp("f", 1, (-1,)), "units", "counted from 0"),
        (lambda: Clamp("f", 1, None, (5, 5)), "steps", "no step in 5:5"),
        (lambda: Clamp("f", 1, None, (-1, 5)), "steps", "no step in -1:5"),
        (lambda: Clamp("f", 1, sequence=-1), "sequence", "no sequence -1"),
    ],
)
def test_a_clamp_that_makes_no_sense(clamp, part, message):
    with pytest.raises(ClampError, match=message) as caught:
        clamp()
    assert caught.value.part == part


@pytest.mark.parametrize(
    ("clamp", "part", "message"),
    [
        (Clamp("r", 1), "quantity", "LSTM has no quantity 'r', but a_i, a_f"),
        (Clamp("f", 1, (4, 3)), "units", "no unit 4, but 0 to 3"),
        (Clamp("f", (1, 1)), "value", "2 values do not fit 4 units"),
        (Clamp("f", 1e39), "value", "float32 holds nothing beyond 3.4e"),
        (Clamp("f", 1, place=Place(0, 1)), "place", "no l0_reverse in this network, but l0"),
        (Clamp("f", 1, None, (20, None)), "steps", "no step 20, but 0 to 19"),
        (Clamp("f", 1, None, (10, None), sequence=1), "steps", "no step 10, but 0 to 9"),
        (Clamp("f", 1, sequence=2), "sequence", "no sequence 2, but 0 to 1"),
        (Clamp("x", 1, (3,)), "units", "no feature 3, but 0 to 2"),
        (Clamp("x", (1, 2)), "value", "2 values do not fit 3 features"),
        (Clamp("f", 1e39, on=False), "value", "float32"),
    ],
)
def test_a_clamp_that_does_not_fit(clamp, part, message):
    experiment = make_experiment(Recipe(hidden=4), [20, 10])
    with pytest.raises(ClampError, match=message) as caught:
        holding(experiment, clamp)
    assert caught.value.part == part


def test_what_nobody_asks_of_the_input_is_no_reason_to_refuse():
    experiment = make_experiment(Recipe(hidden=4), [20])
    assert holding(experiment, Clamp("x", 1e300, place=Place(7))).inputs(0)[0, 0] == np.inf


@pytest.mark.parametrize("engine", ENGINES)
def test_a_value_for_each_step_is_as_many_clamps_of_one_step(engine):
    experiment = make_experiment(Recipe("lstm", hidden=4, dtype="float64"), [20])
    drawn = Clamp("x", (1.5, -2.0, 0.25), (0,), (6, 9), by_step=True)
    over = Clamp("x", 7.0, (0,), (7, 8))
    trace = run(holding(experiment, drawn, over), engine)
    assert_like_the_reference(holding(experiment, *drawn.pieces, over), trace)
    assert [*trace.experiment.values(0)[5:10, 0]] == [
        *experiment.values(0)[5:6, 0],
        1.5,
        7,
        0.25,
        *experiment.values(0)[9:10, 0],
    ]
    gate = run(holding(experiment, Clamp("f", (0.5, 0.75), (2,), (3, 5), by_step=True)), engine)
    assert [*gate.read(0, "f")[3:5, 2]] == [0.5, 0.75]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"units": None}, "units"),
        ({"units": (0, 1)}, "units"),
        ({"steps": (4, 7)}, "value"),
        ({"steps": (4, None)}, "value"),
        ({"value": 1.0}, "value"),
        ({"value": (1.0, float("nan"))}, "value"),
    ],
)
def test_a_value_for_each_step_is_for_one_unit_and_for_all_of_the_steps(changes, part):
    whole = {"quantity": "x", "value": (1.0, 2.0), "units": (0,), "steps": (4, 6), "by_step": True}
    assert Clamp(**whole).pieces == (Clamp("x", 1.0, (0,), (4, 5)), Clamp("x", 2.0, (0,), (5, 6)))
    with pytest.raises(ClampError) as caught:
        Clamp(**{**whole, **changes})
    assert caught.value.part == part
