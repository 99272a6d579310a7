"""What grows is, bit for bit, what would have been had all of it been there from the beginning."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from explorer.growth import GrowingRows, Room
from explorer.network import Place, Recipe
from explorer.pyramid import BASE, Pyramid
from explorer.run import run
from explorer.stepper import Stepper
from explorer.trace import MOST_TOLD, Trace
from tests.explorer.making import make_experiment, quantity_names

KINDS = [("rnn", "tanh"), ("lstm", "tanh"), ("gru", "tanh")]


def cut(experiment, steps):
    """Return the experiment over the first steps only."""
    (sequence,) = experiment.dataset.sequences
    values = sequence.values[:steps]
    return replace(experiment, dataset=replace(experiment.dataset, sequences=(replace(sequence, values=values),)))


@given(sizes=st.lists(st.integers(0, 50), min_size=1, max_size=12), columns=st.integers(1, 3))
def test_rows_that_were_seen_stay_and_others_follow(sizes, columns):
    values = np.random.default_rng(0).standard_normal((sum(sizes), columns))
    cuts = [0, *itertools.accumulate(sizes)]
    growing = GrowingRows(values[: cuts[1]].copy())
    seen = [growing.rows]
    for first, last in itertools.pairwise(cuts[1:]):
        seen.append(growing.append(values[first:last]))
    for rows, size in zip(seen, cuts[1:], strict=True):
        assert rows.tobytes() == values[:size].tobytes()
    if len(sizes) > 1:
        with pytest.raises(ValueError, match="read-only"):
            growing.rows[:] = 0


def test_appending_row_by_row_copies_little():
    growing, arrays = GrowingRows(np.zeros((1, 2))), set()
    for _ in range(1000):
        arrays.add(id(growing.append(np.ones((1, 2))).base))
    assert len(arrays) <= 10


def test_no_row_that_is_appended_waits_for_many_to_be_copied():
    """Wherever an array becomes too small, the larger one is there already, filled little by little."""
    room, used, most = Room(np.zeros((1000, 1))), 1000, 0
    room.make(used)
    for _ in range(9_000):
        before, copied = room.array, 0 if room._next is None else room._copied
        array = room.reserve(used, used + 1)
        if array is not before or room._next is not None:
            most = max(most, room._copied - copied)
        array[used] = used
        used += 1
    assert most <= 20, "at FILLED three rows for each that comes, and somewhat more towards the end"
    assert room.array[1000:used, 0].tolist() == list(range(1000, used))


@given(
    asked=st.lists(st.tuples(st.integers(0, 400), st.floats(0, 1)), min_size=1, max_size=30),
    made=st.sets(st.integers(0, 29), max_size=2),
)
def test_an_array_with_room_begins_with_all_that_was_written(asked, made):
    """More may be asked for than is written by then, and asked for again."""
    written, rows, room = 3, 3, Room(np.arange(3.0)[:, None])
    for k, (more, share) in enumerate(asked):
        if k in made:
            room.make(written)
        rows += more
        array = room.reserve(written, rows)
        assert len(array) >= rows
        assert array[:written, 0].tolist() == list(range(written))
        last = written + int(share * (rows - written))
        array[written:last, 0] = range(written, last)
        written = last


@given(
    sizes=st.lists(st.tuples(st.integers(1, 900), st.booleans(), st.booleans()), min_size=1, max_size=12),
)
def test_a_pyramid_is_the_same_however_often_it_is_lengthened_before_steps_are_taken(sizes):
    steps = sum(size for size, _, _ in sizes)
    values = np.random.default_rng(2).standard_normal((steps, 2))
    at_once, grown = Pyramid(steps, 2, float), Pyramid(0, 2, float)
    at_once.extend(0, values)
    done = length = 0
    for size, take, make in sizes:
        length += size
        grown.lengthen(length)
        if make:
            grown.make_room()
        if take:
            grown.extend(done, values[done:length])
            done = length
    grown.extend(done, values[done:])
    for bins in (1, 3, 40):
        for mine, other in zip(grown.overview(0, steps, bins), at_once.overview(0, steps, bins), strict=True):
            assert np.array_equal(mine, other)
    assert grown.extremes() == at_once.extremes()


@given(
    sizes=st.lists(st.integers(1, 3000), min_size=1, max_size=8), first=st.integers(0, 9000), bins=st.integers(1, 40)
)
@example(sizes=[8 * BASE, BASE], first=0, bins=1)
@example(sizes=[64 * BASE, 1, 5], first=0, bins=1)
def test_a_pyramid_that_grew_is_the_one_made_at_once(sizes, first, bins):
    steps = sum(sizes)
    values = np.random.default_rng(1).standard_normal((steps, 2))
    at_once, grown = Pyramid(steps, 2, float), Pyramid(0, 2, float)
    at_once.extend(0, values)
    done = 0
    for size in sizes:
        grown.lengthen(done + size)
        grown.extend(done, values[done : done + size])
        done += size
    first %= steps
    for last in (first + 1, min(first + BASE, steps), steps):
        for mine, other in zip(grown.overview(first, last, bins), at_once.overview(first, last, bins), strict=True):
            assert np.array_equal(mine, other)
    assert grown.extremes() == at_once.extremes()


@given(
    sizes=st.lists(st.integers(1, 600), min_size=2, max_size=6),
    taken=st.lists(st.integers(0, 600), min_size=6, max_size=6),
    kind=st.sampled_from(KINDS),
    layers=st.integers(1, 2),
    scale=st.sampled_from(["none", "standardize"]),
)
def test_a_trace_that_grew_is_the_run_over_everything(sizes, taken, kind, layers, scale):
    """Steps are taken or not, and the sequence goes on: in the end every number is that of the whole."""
    whole = make_experiment(Recipe(*kind, hidden=4, layers=layers), [sum(sizes)], initial=True)
    first = replace(cut(whole, sizes[0]), scale=scale)
    stepper, length = Stepper(first), sizes[0]
    for size, steps in zip(sizes[1:], taken, strict=False):
        stepper.advance(steps)
        if stepper.frontier:  # what is read in between is the same later
            stepper.trace.overview(0, "h", Place(), range(stepper.frontier), 10)
            stepper.trace.values_at(0, Place(), stepper.frontier - 1)
        length += size
        stepper.lengthen(replace(cut(whole, length), scale=scale))
        assert stepper.trace.length() == length
        assert not stepper.trace.complete
    stepper.advance(sum(sizes))
    assert stepper.trace.complete
    trace = stepper.trace
    if scale == "none":
        same(trace, run(whole, "numpy"))
    else:
        seen = first.scaling.apply(whole.dataset.sequences[0].values).astype(np.float32)
        assert np.array_equal(trace.inputs(), seen), "the scaling is that of the first steps"
        seen_alone = replace(whole.dataset.sequences[0], values=seen.astype(float))
        same(trace, run(replace(whole, dataset=replace(whole.dataset, sequences=(seen_alone,))), "numpy"))


def same(trace, other):
    """All quantities of all steps have the same bits, and are drawn alike."""
    assert trace.length() == other.length()
    for place in trace.experiment.network.places:
        for name in quantity_names(trace, place):
            assert trace.read(0, name, place).tobytes() == other.read(0, name, place).tobytes()
            assert trace.extremes(0, name, place) == other.extremes(0, name, place)
            for steps in (range(trace.length()), range(trace.length() // 3, trace.length())):
                mine, theirs = (t.tracks[0][place].overview(name, steps.start, steps.stop, 7) for t in (trace, other))
                assert all(np.array_equal(a, b) for a, b in zip(mine, theirs, strict=True))


def test_a_run_to_the_end_goes_on_behind_what_it_took():
    whole = make_experiment(Recipe("lstm", hidden=4), [3000])
    stepper = Stepper(cut(whole, 1000))
    for _ in stepper.finish("torch"):
        pass
    kept = stepper.trace.read(0, "c", Place()).tobytes()
    stepper.lengthen(whole)
    for _ in stepper.finish("torch"):
        pass
    assert stepper.trace.complete
    assert stepper.trace.read(0, "c", Place(), steps=slice(0, 1000)).tobytes() == kept
    reference = run(whole, "torch")
    for name in quantity_names(reference, Place()):
        np.testing.assert_allclose(
            stepper.trace.read(0, name, Place()), reference.read(0, name, Place()), rtol=0, atol=2e-6
        )


def test_two_directions_do_not_grow():
    experiment = make_experiment(Recipe("gru", hidden=3, bidirectional=True), [20])
    trace = Trace(cut(experiment, 10), "numpy")
    with pytest.raises(AssertionError):
        trace.lengthen(experiment)
    assert trace.length() == 10


def test_engines_that_take_turns_for_hours_are_told_in_a_line():
    stepper = Stepper(make_experiment(lengths=[400]))
    for k in range(200):
        stepper.advance(2)
        stepper.trace.hand_over(0, ("torch", "numpy, live")[k % 2])
    said = stepper.trace.engine()
    assert said.startswith("numpy, live to step 1, then by turns to step ")
    assert said.endswith((", then torch", ", then numpy, live"))
    assert said.count(", then ") <= MOST_TOLD
