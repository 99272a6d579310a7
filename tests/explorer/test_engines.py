"""Both engines against torch and an independent reference: every quantity of every layer at every step."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.cells import step
from explorer.engines import ENGINES, complete, make_engine
from explorer.engines.fused import PIECE, as_tensor, scan
from explorer.errors import UsageError
from explorer.experiment import Experiment
from explorer.functions import NUMPY, torch_functions
from explorer.initialisation import make_network
from explorer.network import Place, Recipe, block_weights
from explorer.network import given as terms
from explorer.run import run
from explorer.trace import Trace
from tests.counts import cases
from tests.explorer import reference
from tests.explorer.making import engine_with, make_dataset, make_experiment, quantity_names, run_with, with_weights

KINDS = [("rnn", "tanh"), ("rnn", "relu"), ("lstm", "tanh"), ("gru", "tanh")]


@st.composite
def questions(draw, longest, dtypes):
    cell, nonlinearity = draw(st.sampled_from(KINDS))
    recipe = Recipe(
        cell=cell,
        nonlinearity=nonlinearity,
        hidden=draw(st.integers(1, 7)),
        layers=draw(st.integers(1, 3)),
        bidirectional=draw(st.booleans()),
        bias=draw(st.booleans()),
        seed=draw(st.integers(0, 2**32)),
        dtype=draw(st.sampled_from(dtypes)),
    )
    lengths = draw(st.lists(st.just(1) | st.integers(1, longest), min_size=1, max_size=3))
    return make_experiment(
        recipe, lengths, features=draw(st.integers(1, 4)), seed=draw(st.integers(0, 99)), initial=draw(st.booleans())
    )


def worst(ours, theirs) -> float:
    """Return the largest difference, relative to max(1, |value|)."""
    theirs = np.asarray(theirs, np.float64)
    return float(np.max(np.abs(ours - theirs) / np.maximum(1, np.abs(theirs))))


def assert_like_torch(experiment, trace, allowed):
    for k in range(len(experiment.dataset.sequences)):
        expected = reference.whole(experiment, k)
        for place in experiment.network.places:
            assert list(expected[place].keys() ^ quantity_names(trace, place)) == []
            for name, theirs in expected[place].items():
                ours = trace.read(k, name, place)
                assert ours.dtype == experiment.network.dtype
                assert ours.shape == theirs.shape
                assert worst(ours, theirs) <= allowed, (k, place, name)
        out, finals = reference.torch_run(experiment, k)
        top = [place for place in experiment.network.places if place.layer == len(experiment.network.layers) - 1]
        assert worst(np.concatenate([trace.read(k, "h", place) for place in top], axis=1), out) <= allowed
        for state, ends in finals.items():
            for place, theirs in zip(experiment.network.places, ends, strict=True):
                last = 0 if place.direction else -1
                assert worst(trace.read(k, state, place)[last], theirs) <= allowed


@given(questions(longest=30, dtypes=["float64"]), st.sampled_from(ENGINES), st.sampled_from([1, 7, 4096]))
def test_float64_is_torch_to_rounding(experiment, engine, chunk):
    assert_like_torch(experiment, run_with(experiment, engine_with(engine, chunk)), 1e-12)


@given(questions(longest=cases(60, 200), dtypes=["float32"]), st.sampled_from(ENGINES))
def test_float32_is_torch_to_rounding_at_default_gains(experiment, engine):
    assert_like_torch(experiment, run(experiment, engine), 2e-6)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("cell", "nonlinearity"), KINDS)
def test_two_hundred_steps_in_float32(cell, nonlinearity, engine):
    experiment = make_experiment(
        Recipe(cell, nonlinearity, hidden=32, layers=2, bidirectional=True), [200, 1], initial=True
    )
    assert_like_torch(experiment, run(experiment, engine), 2e-6)


def high_gain(cell, nonlinearity, steps):
    """Return an experiment whose trajectories part by themselves: weights ×3, an LSTM's forget bias + 7."""
    experiment = make_experiment(Recipe(cell, nonlinearity, hidden=16), [steps])
    weights = dict(experiment.network.weights(Place()).named())
    gain = 0.5 if nonlinearity == "relu" else 3
    arrays = {name: array * np.float32(gain) for name, array in weights.items()}
    if cell == "lstm":
        arrays["bias_ih"][16:32] += 7
    network = with_weights(experiment.network, Place(), **arrays)
    return Experiment(experiment.dataset, replace(network, recipe=experiment.network.recipe))


@pytest.mark.parametrize(("cell", "nonlinearity"), KINDS)
def test_long_runs_at_high_gain_follow_from_torchs_own_previous_state(cell, nonlinearity):
    experiment = high_gain(cell, nonlinearity, cases(2000, 20_000))
    before, after = reference.torch_steps(experiment)
    declared, x = experiment.network.cell(Place()), experiment.inputs(0)
    blocks = block_weights(declared, experiment.network.weights(Place()))
    exact = reference.step(
        experiment, Place(), torch.tensor(x).double(), {state: rows.double() for state, rows in before.items()}
    )
    for fn, wrap in ((NUMPY, np.asarray), (torch_functions(), torch.tensor)):
        previous = {state: wrap(rows.numpy().copy()) for state, rows in before.items()}
        wrapped = {name: wrap(np.array(array)) for name, array in blocks.items()}
        ours = step(declared, terms(declared, wrapped, wrap(np.array(x)), previous["h"]), previous, fn)
        for name, rows in [*after.items(), *exact.items()]:
            assert worst(np.asarray(ours[name]), rows) <= 2e-6, name


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("cell", "nonlinearity"), KINDS)
def test_long_runs_at_high_gain_follow_from_their_own_previous_state(cell, nonlinearity, engine):
    experiment = high_gain(cell, nonlinearity, cases(5000, 20_000))
    trace = run(experiment, engine)
    before = {
        state: torch.tensor(np.concatenate([rows[None], trace.read(0, state)[:-1]]), dtype=torch.float64)
        for state, rows in experiment.initial_state(Place()).items()
    }
    x = torch.tensor(trace.inputs(0), dtype=torch.float64)
    # torch tells its c only now and then. Between, ours strays by what rounding does to hundreds.
    strays = {"c", "tanh_c", "h"} if (cell, engine) == ("lstm", "torch") else set()
    for name, theirs in reference.step(experiment, Place(), x, before).items():
        allowed = 1e-6 * np.abs(trace.read(0, "c")).max() if name in strays else 2e-6
        assert worst(trace.read(0, name), theirs) <= allowed, name
    assert trace.check is None or trace.check.passed


def test_c_grows_to_hundreds_and_is_still_verified():
    trace = run(high_gain("lstm", "tanh", 20_000), "torch")
    assert np.abs(trace.read(0, "c")).max() > 300
    assert trace.check.passed
    assert trace.check.tolerance < 0.05


@given(
    steps=st.integers(1, 2000), units=st.integers(1, 3), seed=st.integers(0, 99), dtype=st.sampled_from(["f4", "f8"])
)
def test_the_scan_is_the_plain_loop_from_each_start(steps, units, seed, dtype):
    rng = np.random.default_rng(seed)
    keep, write = rng.uniform(0, 1, (steps, units)).astype(dtype), rng.standard_normal((steps, units)).astype(dtype)
    starts = rng.standard_normal((-(-steps // PIECE), units)).astype(dtype)
    rows = []
    for t in range(steps):
        state = starts[t // PIECE] if t % PIECE == 0 else rows[-1]
        rows.append(keep[t] * state + write[t])
    assert np.array_equal(scan(keep, write.copy(), starts), rows)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_h_is_that_of_one_uninterrupted_run_of_torch(cell, dtype):
    experiment = make_experiment(Recipe(cell, hidden=32, dtype=dtype), [9000], initial=True)
    trace = run(experiment, "torch")
    out, finals = reference.torch_run(experiment, 0)
    for state, theirs in finals.items():
        assert np.array_equal(trace.read(0, state)[-1], theirs[0])
    assert np.array_equal(trace.read(0, "h"), out)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("both", [False, True])
def test_chunks_do_not_show(engine, both):
    experiment = make_experiment(Recipe("gru", hidden=4, layers=2, bidirectional=both, dtype="float64"), [300, 1, 77])
    whole, pieces = (run_with(experiment, engine_with(engine, chunk)) for chunk in (4096, 13))
    for k in range(3):
        for place in experiment.network.places:
            for name in quantity_names(whole, place):
                np.testing.assert_allclose(pieces.read(k, name, place), whole.read(k, name, place), rtol=0, atol=1e-14)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("stop_after", range(9))
def test_a_cancelled_run_is_taken_up_by_another_engine(engine, both, stop_after):
    experiment = make_experiment(Recipe(hidden=3, layers=3, bidirectional=both, dtype="float64"), [50])
    trace, expected = Trace(experiment, "two engines"), run(experiment, engine)
    work = complete(trace, engine_with("numpy", 20))
    for _ in range(stop_after):
        next(work)
    work.close()
    fractions = list(complete(trace, engine_with(engine, 32)))
    assert fractions[-1] == 1
    assert trace.complete
    for place in experiment.network.places:
        for name in quantity_names(trace, place):
            np.testing.assert_allclose(trace.read(0, name, place), expected.read(0, name, place), rtol=0, atol=1e-14)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("cell", "nonlinearity"), KINDS)
def test_nan_and_infinity_are_what_torch_makes_of_them(cell, nonlinearity, engine):
    x = np.random.default_rng(0).standard_normal((40, 2))
    x[10, 0], x[20, 1] = np.inf, np.nan
    recipe = Recipe(cell, nonlinearity, hidden=3)
    experiment = Experiment(make_dataset(x), make_network(recipe, 2))
    trace = run(experiment, engine)
    out, _ = reference.torch_run(experiment, 0)
    h = trace.read(0, "h")
    assert np.array_equal(np.isnan(h), np.isnan(out.numpy()))
    assert np.isnan(h[20:]).all()
    for name in quantity_names(trace, Place()):
        assert trace.read(0, name).shape == (40, 3)
        assert not np.isnan(trace.read(0, name)[:10]).any()
    assert trace.check is None or trace.check.passed


def test_the_whole_runs_in_torch_leave_its_generator_and_filters_alone():
    import warnings

    state, filters = torch.get_rng_state(), list(warnings.filters)
    run(make_experiment(), "torch")
    assert torch.equal(torch.get_rng_state(), state)
    assert warnings.filters == filters


def test_a_read_only_array_is_shared_not_copied():
    array = np.arange(6.0).reshape(2, 3)
    array.setflags(write=False)
    tensor = as_tensor(array)
    assert tensor.data_ptr() == array.ctypes.data
    assert torch.equal(tensor, torch.arange(6.0, dtype=torch.float64).reshape(2, 3))
    kept = as_tensor(np.full(1000, 3.0))
    assert math.isclose(float(kept.sum()), 3000)


def test_an_engine_that_is_not_there():
    with pytest.raises(UsageError, match="no engine 'jax'; choose one of numpy, torch"):
        make_engine("jax")
