"""Reading the answer: any window, at any time, the same bits; overviews that lose no spike."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.engines import ENGINES, complete
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.pyramid import BASE
from explorer.run import run
from explorer.trace import BLOCK, CACHE_BYTES, Trace
from tests.explorer.making import engine_with, make_dataset, make_experiment, quantity_names, with_weights

SPIKE = 654_321
KINDS = [("rnn", "tanh"), ("rnn", "relu"), ("lstm", "tanh"), ("gru", "tanh")]


def wholes(trace):
    """Return every quantity of every place over all steps."""
    return {
        (k, place, name): trace.read(k, name, place)
        for k in range(len(trace.tracks))
        for place in trace.experiment.network.places
        for name in quantity_names(trace, place)
    }


@pytest.fixture(scope="module", params=KINDS, ids=" ".join)
def long_trace(request):
    return run(make_experiment(Recipe(*request.param, hidden=5, layers=2, bidirectional=True), [1000, 1]), "numpy")


@given(window=st.tuples(st.integers(0, 1000), st.integers(0, 1000)), data=st.data())
def test_a_window_is_part_of_the_whole_bit_for_bit(long_trace, window, data):
    first, last = sorted(window)
    place = data.draw(st.sampled_from(long_trace.experiment.network.places))
    name = data.draw(st.sampled_from(quantity_names(long_trace, place)))
    units = data.draw(st.sampled_from([slice(None), slice(1, 3), np.array([4, 0])]))
    fresh = Trace(long_trace.experiment, "again")
    fresh.tracks = long_trace.tracks  # the same rows, an empty cache
    whole = long_trace.read(0, name, place)
    assert len(whole) == 1000
    for trace in (long_trace, fresh):
        part = trace.read(0, name, place, units, slice(first, last))
        assert np.array_equal(part, whole[first:last, units])


def test_one_step_is_part_of_the_whole_bit_for_bit(long_trace):
    for (k, place, name), whole in wholes(long_trace).items():
        for step in (0, len(whole) // 2, len(whole) - 1):
            assert np.array_equal(long_trace.values_at(k, place, step)[name], whole[step])
    place = long_trace.experiment.network.places[0]
    assert list(long_trace.values_at(0, place, 5)) == quantity_names(long_trace, place)


def test_a_moment_is_that_of_its_step_and_place_whatever_was_asked_for_before(long_trace):
    first, last = long_trace.experiment.network.places[0], long_trace.experiment.network.places[-1]
    for sequence, place, step in ((0, first, 7), (0, first, 8), (0, last, 8), (0, last, 8), (1, last, 0), (0, last, 0)):
        values = long_trace.values_at(sequence, place, step)
        assert list(values) == list(quantity_names(long_trace, place))
        for name, row in values.items():
            assert (row == long_trace.read(sequence, name, place, steps=slice(step, step + 1))[0]).all()
            assert not row.flags.writeable
    with pytest.raises(IndexError, match="no step 1"):
        long_trace.values_at(1, last, 1)


@pytest.mark.parametrize("kind", KINDS, ids=" ".join)
def test_a_scan_has_the_same_bits_and_leaves_no_trace(kind):
    trace = Trace(make_experiment(Recipe(*kind, hidden=100, bidirectional=True), [700], features=7), "growing")
    for _ in complete(trace, engine_with("torch", 300)):
        for place in trace.experiment.network.places:
            ready = trace.ready(0, place)
            for name in quantity_names(trace, place):
                for steps in (ready, ready[len(ready) // 3 : -7], ready[:0]):
                    trace.forget()
                    found = trace.scan(0, name, place, slice(3, 5), steps)
                    assert not trace._cache
                    assert np.array_equal(
                        found, trace.read(0, name, place, slice(3, 5), slice(steps.start, steps.stop))
                    )
    with pytest.raises(IndexError, match="not all known"):
        Trace(trace.experiment, "empty").scan(0, "a", Place(), slice(None), range(10))


def test_what_was_read_cannot_be_written_to(long_trace):
    for name in quantity_names(long_trace, Place()):
        for units in (slice(None), np.array([1])):
            with pytest.raises(ValueError, match="read-only"):
                long_trace.read(0, name, units=units)[0] = 7
    with pytest.raises(ValueError, match="read-only"):
        long_trace.inputs(0)[0] = 7


def test_quantities_fit_together_as_declared():
    """The numbers on screen are those of the equations on screen: c is made from the i, f, g beside it."""
    trace = run(make_experiment(Recipe(hidden=5, dtype="float64"), [300]), "torch")
    c = trace.read(0, "c")
    before = np.concatenate([np.zeros((1, 5)), c[:-1]])
    i, f, g, o = (trace.read(0, name) for name in "ifgo")
    np.testing.assert_allclose(c, f * before + i * g, rtol=0, atol=1e-14)
    np.testing.assert_allclose(trace.read(0, "h"), o * trace.read(0, "tanh_c"), rtol=0, atol=1e-14)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("both", [False, True])
def test_reading_while_it_grows(engine, both):
    experiment = make_experiment(Recipe(hidden=16, layers=2, bidirectional=both), [1000])
    trace, expected = Trace(experiment, "growing"), wholes(run(experiment, engine))
    sizes, seen = set(), {}
    for _ in complete(trace, engine_with(engine, 90)):
        for (_, place, name), whole in expected.items():
            ready = trace.ready(0, place)
            sizes.add(len(ready))
            assert trace.ready(0).start >= ready.start
            if not ready:
                continue
            window = slice(ready.start, ready.stop)
            rows = trace.read(0, name, place, steps=window)
            # A chunk begins where the one before ended, so no step differs by more than rounding, …
            np.testing.assert_allclose(rows, whole[window], rtol=0, atol=1e-6)
            # … and what has once been read never changes.
            known = seen.get((place, name), rows[:0])
            grown = len(rows) - len(known)
            assert np.array_equal(known, rows[grown:] if place.direction else rows[: len(known)])
            seen[place, name] = rows.copy()
    assert {90, 180, 990, 1000} <= sizes or both
    assert len(sizes) > 10
    for (_, place, name), whole in expected.items():
        assert len(seen[place, name]) == len(whole)
        assert np.array_equal(trace.read(0, name, place), seen[place, name])


def test_a_reverse_place_grows_from_the_end():
    experiment = make_experiment(Recipe(hidden=4, bidirectional=True), [100])
    trace = Trace(experiment, "growing")
    work = complete(trace, engine_with("numpy", 40))
    ranges = [(trace.ready(0, Place()), trace.ready(0, Place(0, 1)), trace.ready(0)) for _ in work]
    assert [both[0] for both in ranges] == [range(40), range(80), *[range(100)] * 4]
    assert [len(both[1]) for both in ranges] == [0, 0, 0, 20, 60, 100]
    assert ranges[3][1] == ranges[3][2] == range(80, 100)
    assert not len(ranges[2][2])
    assert trace.complete


@pytest.mark.parametrize("name", ["h", "c", "i", "a_i", "tanh_c"])
def test_steps_that_are_not_known_yet(name):
    trace = Trace(make_experiment(Recipe(hidden=4), [100]), "growing")
    with pytest.raises(IndexError, match="steps 0 to 99 are not all known yet"):
        trace.read(0, name)
    next(complete(trace, engine_with("numpy", 40)))
    assert trace.read(0, name, steps=slice(0, 40)).shape == (40, 4)
    assert trace.read(0, name, steps=slice(50, 50)).shape == (0, 4)
    for window in (slice(0, 41), slice(39, 100), slice(None), slice(60, 61)):
        with pytest.raises(IndexError, match="are not all known yet; 0 to 39 are"):
            trace.read(0, name, steps=window)
    with pytest.raises(IndexError, match="one after the other, not every 2"):
        trace.read(0, name, steps=slice(0, 10, 2))
    with pytest.raises(IndexError):
        trace.values_at(0, Place(), 40)
    assert not trace.complete


def test_a_quantity_or_place_that_is_not_there():
    trace = run(make_experiment(), "numpy")
    with pytest.raises(KeyError, match="LSTM has no quantity 'z'"):
        trace.read(0, "z")
    with pytest.raises(KeyError):
        trace.read(0, "h", Place(3))


def test_the_cache_stays_within_its_bytes():
    steps = CACHE_BYTES // (64 * 8) + 3 * BLOCK
    trace = run(make_experiment(Recipe("rnn", hidden=64, dtype="float64"), [steps], features=1), "torch")
    first = trace.read(0, "a", steps=slice(0, 10))
    trace.read(0, "a")
    held = sum(block.nbytes for block in trace._cache.values())
    assert held == trace._cached_bytes
    assert CACHE_BYTES - BLOCK * 64 * 8 <= held <= CACHE_BYTES
    assert np.array_equal(trace.read(0, "a", steps=slice(0, 10)), first)


# ---------------------------------------------------------------- overviews


@pytest.fixture(scope="module")
def spiky():
    """A million steps of silence with one spike, seen by a network that remembers nothing."""
    x = np.zeros((1_000_000, 1))
    x[SPIKE] = 3
    network = make_network(Recipe(hidden=2), 1)
    of_gates = {"weight_ih": (0, 0, 1, 0), "bias_ih": (20, -20, 0, 20)}  # i and o open, f closed, g = tanh(±x)
    arrays = {name: np.outer(rows, [1, 1]).ravel().astype(np.float32) for name, rows in of_gates.items()}
    arrays["weight_ih"] = arrays["weight_ih"][:, None] * np.array([[1], [-1]] * 4, np.float32)
    silent = {name: np.zeros_like(network.state_dict()[f"{name}_l0"]) for name in ("weight_hh", "bias_hh")}
    return run(Experiment(make_dataset(x), with_weights(network, Place(), **arrays, **silent)), "torch")


@given(
    data=st.data(),
    before=st.integers(0, SPIKE),
    after=st.integers(1, 1_000_000 - SPIKE),
    bins=st.integers(1, 2000),
)
def test_a_spike_of_one_step_is_in_every_view_of_it(spiky, data, before, after, bins):
    zoom = data.draw(st.sampled_from([1, 10, 100, 1000, 10_000, 100_000]))
    steps = range(SPIKE - before // zoom, SPIKE + max(after // zoom, 1))
    name, unit, value = data.draw(
        st.sampled_from([("h", 0, 0.7595), ("g", 1, -0.9951), ("a_g", 0, 3), ("a_g", 1, -3), ("tanh_c", 1, -0.7595)])
    )
    units = data.draw(st.sampled_from([slice(None), [0, 1]]))
    view = spiky.overview(0, name, Place(), steps, bins, units)
    assert len(view.low) == len(view.high) == len(view.edges) - 1 <= bins
    assert view.edges[0] == steps.start
    assert view.edges[-1] == steps.stop
    assert np.all(np.diff(view.edges) > 0)
    extreme = view.low.min(axis=0) if value < 0 else view.high.max(axis=0)
    assert extreme[unit] == pytest.approx(value, abs=1e-4)
    inside = int(np.searchsorted(view.edges, SPIKE, "right")) - 1
    hit = np.flatnonzero(np.abs((view.low if value < 0 else view.high)[:, unit]) > 0.5)
    assert list(hit) == [inside]


@given(first=st.integers(0, 2999), length=st.integers(1, 3000), bins=st.integers(1, 400), data=st.data())
def test_overviews_bracket_and_attain(long_overview, first, length, bins, data):
    trace = long_overview
    steps = range(first, min(first + length, 3000))
    place = data.draw(st.sampled_from(trace.experiment.network.places))
    name = data.draw(st.sampled_from(quantity_names(trace, place)))
    units = data.draw(st.sampled_from([slice(None), [3], [0, 2]]))
    view = trace.overview(0, name, place, steps, bins, units)
    values = trace.read(0, name, place, units)
    assert (view.edges[0], view.edges[-1]) == (steps.start, steps.stop)
    assert len(view.low) <= bins
    for k, (low, high) in enumerate(zip(view.low, view.high, strict=True)):
        start, stop = int(view.edges[k]), int(view.edges[k + 1])
        inside = values[start:stop]
        # Only the outermost bins may know of steps beyond the range, and of no more than a bin's worth.
        beyond = max(BASE, len(steps) // bins)
        around = values[max(start - (k == 0) * beyond, 0) : stop + (k == len(view.low) - 1) * beyond]
        assert np.all((around.min(axis=0) - 1e-6 <= low) & (low <= inside.min(axis=0) + 1e-6))
        assert np.all((around.max(axis=0) + 1e-6 >= high) & (high >= inside.max(axis=0) - 1e-6))


@pytest.fixture(scope="module")
def long_overview():
    return run(make_experiment(Recipe(hidden=4, bidirectional=True), [3000]), "torch")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("cell", "nonlinearity"), KINDS)
def test_pyramids_of_all_quantities_agree_with_what_is_read(cell, nonlinearity, engine):
    trace = run(make_experiment(Recipe(cell, nonlinearity, hidden=3, bidirectional=True), [2000]), engine)
    for place, track in trace.tracks[0].items():
        for name in quantity_names(trace, place):
            edges, low, high = track.overview(name, 0, 2000, 9)
            values = trace.read(0, name, place)
            for k in range(len(low)):
                inside = values[int(edges[k]) : int(edges[k + 1])]
                np.testing.assert_allclose(low[k], inside.min(axis=0), rtol=0, atol=1e-6)
                np.testing.assert_allclose(high[k], inside.max(axis=0), rtol=0, atol=1e-6)


@pytest.mark.parametrize("engine", ENGINES)
def test_nan_is_marked_from_where_it_came_in(engine):
    steps = 3000
    x = np.random.default_rng(0).standard_normal((steps, 1))
    x[2000] = np.nan
    trace = run(Experiment(make_dataset(x), make_network(Recipe("rnn", hidden=4), 1)), engine)
    for name in ("a", "h"):
        for bins in (1, 40, steps):
            view = trace.overview(0, name, Place(), range(steps), bins)
            bad = np.isnan(view.low).all(axis=1)
            assert np.array_equal(bad, np.isnan(view.high).all(axis=1))
            assert np.array_equal(bad, view.edges[1:] > 2000)
            assert not np.isnan(view.low[~bad]).any()
