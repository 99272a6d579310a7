"""Orders of units: closed forms where there are such, numpy and scipy themselves where there are not."""

import time
import timeit
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster import hierarchy
from scipy.spatial.distance import pdist

from explorer import ordering
from explorer.cells import GRU, LSTM, RNN, RNN_RELU
from explorer.engines import complete
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.ordering import by_activity, by_correlation, by_index, by_similarity, by_time_scale, keep_gate
from explorer.run import run
from explorer.trace import Trace
from tests.explorer.making import engine_with, make_dataset, make_experiment, with_weights

KINDS = [("rnn", "tanh"), ("rnn", "relu"), ("lstm", "tanh"), ("gru", "tanh")]


def with_bias(cell, biases, x, *, from_x=None):
    """Return the trace of a cell whose gate ``name`` has the pre-activations ``biases[name]`` + from_x[name] · x."""
    units = len(next(iter(biases.values())))
    network = make_network(Recipe(cell, hidden=units, dtype="float64"), 1)
    blocks = network.cell(Place()).blocks
    bias = np.concatenate([biases.get(block.name, np.zeros(units)) for block in blocks])
    weight = np.concatenate([(from_x or {}).get(block.name, np.zeros(units)) for block in blocks])[:, None]
    zeros = np.zeros((len(bias), units))
    network = with_weights(
        network, Place(), weight_ih=weight, weight_hh=zeros, bias_ih=bias, bias_hh=np.zeros(len(bias))
    )
    return run(Experiment(make_dataset(np.asarray(x, float)[:, None]), network), "torch")


def logit(p):
    return np.log(p / (1 - p))


def test_by_index():
    order = by_index(run(make_experiment(), "numpy"), Place())
    assert list(order.units) == [0, 1, 2, 3, 4]
    assert order.values is None


# ---------------------------------------------------------------- memory time scale


def test_which_gate_keeps():
    assert [keep_gate(cell) for cell in (LSTM, GRU, RNN, RNN_RELU)] == ["f", "z", None, None]


@pytest.mark.parametrize(("cell", "gate"), [("lstm", "f"), ("gru", "z")])
def test_the_time_scale_of_a_constant_gate(cell, gate):
    """V3.1: −1/ln σ(b)."""
    order = by_time_scale(with_bias(cell, {gate: np.array([0.0, 5, 1, 2])}, np.zeros(50)), 0, Place())
    np.testing.assert_allclose(order.values, [1.442695, 148.912599, 3.192219, 7.878482], rtol=3e-7)
    assert list(order.units) == [1, 3, 2, 0]


@pytest.mark.parametrize("steps", [100, 20_000])
def test_the_logarithm_is_averaged_and_not_the_gate(steps):
    """V3.2: f alternating between 0.9 and 0.5; also where only a sample of the steps is looked at."""
    low, high = logit(0.5), logit(0.9)
    x = np.arange(steps) % 2
    trace = with_bias("lstm", {"f": np.array([low, high])}, x, from_x={"f": np.array([high - low, low - high])})
    assert by_time_scale(trace, 0, Place()).values == pytest.approx([2.504672] * 2, rel=1e-6)


@pytest.mark.parametrize("period", [7, 128, 1024, 4096])
def test_a_sample_is_not_caught_by_a_pattern_that_repeats(period):
    x = (np.arange(1024 * ordering.SAMPLED // ordering.STRETCH) % period < period / 2).astype(float)
    trace = with_bias("gru", {"z": np.array([0.0])}, x, from_x={"z": np.array([2.0])})
    whole = -1 / np.log(trace.read(0, "z")).mean()
    assert by_time_scale(trace, 0, Place()).values[0] == pytest.approx(whole, rel=0.05)


def test_gates_fully_open_and_fully_shut():
    trace = with_bias("lstm", {"f": np.array([-800.0, 800, 0])}, np.zeros(20))
    order = by_time_scale(trace, 0, Place())
    assert order.values[1] == np.inf
    assert order.values[0] == pytest.approx(0, abs=0.002)
    assert list(order.units) == [1, 2, 0]


@pytest.mark.parametrize("steps", [4000, 200_000])
def test_without_a_gate_it_is_where_the_autocorrelation_falls_to_a_part_in_e(steps):
    """A linear unit h = w h⁻ + noise: ρ(k) = w^k, so τ = −1/ln w."""
    w = np.array([0.0, 0.5, 0.9, 0.97])
    network = make_network(Recipe("rnn", "relu", hidden=4, dtype="float64"), 1)
    network = with_weights(
        network,
        Place(),
        weight_ih=np.ones((4, 1)),
        weight_hh=np.diag(w),
        bias_ih=np.full(4, 50.0),  # far above 0, where the relu is linear
        bias_hh=np.zeros(4),
    )
    noise = np.random.default_rng(1).standard_normal((steps, 1))
    order = by_time_scale(run(Experiment(make_dataset(noise), network), "torch"), 0, Place())
    assert list(order.units) == [3, 2, 1, 0]
    np.testing.assert_allclose(order.values[1:], -1 / np.log(w[1:]), rtol=0.35 if steps < 10_000 else 0.15)
    assert order.values[0] < 1


def test_a_unit_that_never_forgets_and_one_that_never_moves():
    ramp = np.linspace(0, 1, 1000)
    trace = with_bias("rnn", {"": np.zeros(3)}, ramp, from_x={"": np.array([0.5, 0, 1])})
    order = by_time_scale(trace, 0, Place())
    assert np.isnan(order.values[1])
    assert order.units[-1] == 1
    assert order.values[0] > 100


# ---------------------------------------------------------------- activity and correlation


@pytest.mark.parametrize("name", ["f", "h", "c", "a_f", "tanh_c", "g"])
def test_activity(name):
    trace = run(make_experiment(Recipe(hidden=12), [700]), "numpy")
    values = trace.read(0, name).astype(np.float64)
    expected = values.std(axis=0) if name == "f" else np.abs(values).mean(axis=0)
    order = by_activity(trace, 0, Place(), name)
    np.testing.assert_allclose(order.values, expected, rtol=1e-6)
    assert list(order.units) == list(np.argsort(-expected))


def test_correlation_with_a_feature():
    trace = run(make_experiment(Recipe("gru", hidden=12), [700], features=3), "numpy")
    x, values = trace.experiment.dataset.sequences[0].values[:, 2], trace.read(0, "n").astype(np.float64)
    expected = np.array([np.corrcoef(x, values[:, unit])[0, 1] for unit in range(12)])
    order = by_correlation(trace, 0, Place(), "n", 2)
    np.testing.assert_allclose(order.values, expected, atol=1e-6)
    assert list(order.units) == list(np.argsort(-np.abs(expected)))
    assert order.values.min() < 0


def test_a_closed_form_of_correlation():
    x = np.random.default_rng(0).standard_normal(500)
    trace = with_bias("rnn", {"": np.zeros(4)}, x, from_x={"": np.array([0, 0.01, -0.01, 3])})
    order = by_correlation(trace, 0, Place(), "a", 0)
    np.testing.assert_allclose(order.values[1:], [1, -1, 1], atol=1e-12)
    assert np.isnan(order.values[0])
    assert order.units[-1] == 0


def test_a_feature_that_never_changes_leaves_the_units_as_they_are():
    trace = with_bias("rnn", {"": np.zeros(3)}, np.ones(20), from_x={"": np.ones(3)})
    order = by_correlation(trace, 0, Place(), "h", 0)
    assert np.isnan(order.values).all()
    assert list(order.units) == [0, 1, 2]


@pytest.mark.parametrize("name", ["f", "h"])
def test_a_sample_of_a_long_trace_is_close_to_all_of_it(name):
    trace = run(make_experiment(Recipe(hidden=16), [60_000]), "torch")
    values = trace.read(0, name).astype(np.float64)
    expected = values.std(axis=0) if name == "f" else np.abs(values).mean(axis=0)
    np.testing.assert_allclose(by_activity(trace, 0, Place(), name).values, expected, rtol=0.1)
    x = trace.experiment.dataset.sequences[0].values[:, 1]
    r = [np.corrcoef(x, values[:, unit])[0, 1] for unit in range(16)]
    np.testing.assert_allclose(by_correlation(trace, 0, Place(), name, 1).values, r, atol=0.08)


@given(first=st.integers(0, 10**6), length=st.integers(ordering.SAMPLED + 1, 10**6))
def test_stretches_lie_within_and_apart(first, length):
    steps = range(first, first + length)
    stretches = ordering._spread(steps, ordering.SAMPLED // ordering.STRETCH)
    assert len(stretches) * ordering.STRETCH == ordering.SAMPLED
    flat = np.concatenate([np.arange(part.start, part.stop) for part in stretches])
    assert flat[0] >= steps.start
    assert flat[-1] < steps.stop
    assert np.all(np.diff(flat) > 0)


@given(st.floats(-1e3, 1e3), st.integers(2, 300))
def test_what_never_changes_has_no_spread_whatever_rounding_makes_of_it(value, steps):
    assert np.isnan(ordering._standardised(np.full((steps, 2), value))).all()


# ---------------------------------------------------------------- similarity


@pytest.mark.parametrize("kind", KINDS, ids=" ".join)
def test_similarity_is_scipys_own_on_the_correlations(kind):
    trace = run(make_experiment(Recipe(*kind, hidden=20), [800]), "numpy")
    values = trace.read(0, "h").astype(np.float64)
    moving = np.flatnonzero(np.ptp(values, axis=0) > 0)
    apart = pdist(values[:, moving].T, "correlation")
    expected = hierarchy.leaves_list(hierarchy.linkage(apart, "average", optimal_ordering=True))
    order = by_similarity(trace, 0, Place(), "h")
    found = [list(moving).index(unit) for unit in order.units[: len(moving)]]
    assert found in (list(expected), list(expected[::-1]))
    assert order.units[0] < order.units[len(moving) - 1]
    assert sorted(order.units) == list(range(20))
    assert order.values is None


def test_what_goes_together_stands_together_and_what_never_moves_stands_last():
    rng = np.random.default_rng(0)
    three = rng.standard_normal((400, 3))
    group = np.array([0, 1, 2, 0, 1, 2, 0, 1, 2, 9, 9])
    weight = np.zeros((11, 3))
    weight[np.arange(9), group[:9]] = 1
    network = make_network(Recipe("rnn", hidden=11, dtype="float64"), 3)
    silent = {"weight_hh": np.zeros((11, 11)), "bias_hh": np.zeros(11)}
    network = with_weights(network, Place(), weight_ih=weight, bias_ih=np.append(np.zeros(9), [0.3, 0.1]), **silent)
    order = by_similarity(run(Experiment(make_dataset(three), network), "numpy"), 0, Place(), "h")
    assert list(order.units[-2:]) == [9, 10]
    placed = group[order.units[:9]]
    assert np.count_nonzero(np.diff(placed)) == 2


@pytest.mark.parametrize("units", [1, 2, 3])
def test_few_units(units):
    trace = run(make_experiment(Recipe(hidden=units), [30]), "numpy")
    assert sorted(by_similarity(trace, 0, Place(), "f").units) == list(range(units))


def test_many_units_are_clustered_without_the_costly_order(monkeypatch):
    trace = run(make_experiment(Recipe("rnn", hidden=20), [100]), "numpy")
    monkeypatch.setattr(ordering, "MOST_LEAVES", 10)
    values = trace.read(0, "h").astype(np.float64)
    expected = list(hierarchy.leaves_list(hierarchy.linkage(pdist(values.T, "correlation"), "average")))
    assert list(by_similarity(trace, 0, Place(), "h").units) in (expected, expected[::-1])


# ---------------------------------------------------------------- any trace, at any time


@pytest.mark.parametrize("kind", KINDS, ids=" ".join)
def test_every_order_of_every_quantity_while_the_trace_grows(kind):
    experiment = make_experiment(Recipe(*kind, hidden=4, layers=2, bidirectional=True), [60])
    trace = Trace(experiment, "growing")
    for _ in [0, *complete(trace, engine_with("numpy", 25))]:
        for place in experiment.network.places:
            orders = [by_index(trace, place), by_time_scale(trace, 0, place)]
            for quantity in experiment.network.cell(place).quantities:
                name = quantity.name
                orders += [by_activity(trace, 0, place, name), by_similarity(trace, 0, place, name)]
                orders += [by_correlation(trace, 0, place, name, 1)]
            assert all(sorted(order.units) == [0, 1, 2, 3] for order in orders)
            known = len(trace.ready(0, place))
            assert all(np.isnan(order.values).all() == (known < 2) for order in orders[2::3])


def test_units_that_are_not_finite_stand_last():
    x = np.zeros(30)
    x[-1] = np.inf  # nothing comes after it
    trace = with_bias("rnn", {"": np.zeros(3)}, x, from_x={"": np.array([0.0, 1, 2])})
    for order in (by_activity(trace, 0, Place(), "a"), by_similarity(trace, 0, Place(), "a")):
        assert sorted(order.units) == [0, 1, 2]
    assert np.isnan(by_activity(trace, 0, Place(), "a").values[0])  # 0 · ∞
    assert by_activity(trace, 0, Place(), "a").units[-1] == 0


def test_it_does_not_take_longer_over_a_longer_trace():
    """At T = 100 000 and 256 units 100 ms were allowed, 300 ms for the clusters; what counts is that T does not."""
    traces = [run(make_experiment(Recipe("gru", hidden=32), [steps]), "torch") for steps in (10_000, 160_000)]
    orders = (
        lambda trace: by_activity(trace, 0, Place(), "z"),
        lambda trace: by_time_scale(trace, 0, Place()),
        lambda trace: by_similarity(trace, 0, Place(), "z"),
        lambda trace: by_correlation(trace, 0, Place(), "z", 0),
    )
    short, long = (
        [min(timeit.repeat(partial(order, trace), time.thread_time, number=1, repeat=7)) for order in orders]
        for trace in traces
    )
    assert all(there < 3 * here for here, there in zip(short, long, strict=True))


@pytest.mark.parametrize("within", [range(100, 180), range(2), range(250, 10_000)], ids=str)
def test_an_order_can_look_at_some_steps_only(within):
    trace = run(make_experiment(lengths=(300,)), "numpy")
    steps = slice(within.start, within.stop)
    h, f = (trace.read(0, name, steps=slice(steps.start, min(steps.stop, 300))).astype(float) for name in "hf")
    x = trace.experiment.dataset.sequences[0].values[steps, 0]
    np.testing.assert_allclose(by_activity(trace, 0, Place(), "h", within=within).values, np.abs(h).mean(axis=0))
    np.testing.assert_allclose(by_time_scale(trace, 0, Place(), within=within).values, -1 / np.log(f).mean(axis=0))
    wanted = [np.corrcoef(column, x)[0, 1] for column in h.T]
    np.testing.assert_allclose(by_correlation(trace, 0, Place(), "h", 0, within=within).values, wanted, atol=1e-9)
    assert sorted(by_similarity(trace, 0, Place(), "h", within=within).units) == [0, 1, 2, 3, 4]


def test_of_steps_that_are_not_known_nothing_is_told():
    trace = run(make_experiment(lengths=(300,)), "numpy")
    assert np.isnan(by_activity(trace, 0, Place(), "h", within=range(300, 400)).values).all()
    rnn = run(make_experiment(Recipe("rnn", hidden=5), lengths=(300,)), "numpy")
    assert np.isnan(by_time_scale(rnn, 0, Place(), within=range(5, 6)).values).all()
