"""The difference of two traces: exact of few steps, and of many its own minimum and maximum."""

import numpy as np
import pytest

from explorer.difference import Difference
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.stepper import Stepper
from explorer.trace import BLOCK
from tests.explorer.making import make_experiment

FIRST = Place()


def two(steps: int = 700, **recipe):
    sizes = {"hidden": 5} | recipe
    return (run(make_experiment(Recipe(seed=seed, **sizes), (steps,)), "numpy") for seed in (0, 1))


def built(now, before, name="f", place=FIRST) -> Difference:
    difference = Difference.of(now, before, 0, name, place)
    done = list(difference.build())
    assert done == sorted(done)
    assert done[-1] == 1
    return difference


@pytest.mark.parametrize("place", [Place(), Place(0, 1)], ids=lambda place: place.key)
@pytest.mark.parametrize("name", ["f", "c", "a_i"])
@pytest.mark.parametrize("limit", [0, 2**21], ids=["pyramid", "exact"])
def test_its_overview_holds_its_own_extremes(monkeypatch, name, place, limit) -> None:
    monkeypatch.setattr("explorer.difference.EXACT_ELEMENTS", limit)
    monkeypatch.setattr("explorer.difference.CHUNK_ELEMENTS", 5 * BLOCK)
    now, before = two(bidirectional=True)
    difference = built(now, before, name, place)
    assert difference.built == difference.known == range(700)
    exact = now.read(0, name, place) - before.read(0, name, place)
    np.testing.assert_array_equal(difference.read(range(100, 500)), exact[100:500])
    seen = difference.overview(range(700), 3)
    for k, (start, stop) in enumerate(zip(seen.edges[:-1].astype(int), seen.edges[1:].astype(int), strict=True)):
        np.testing.assert_array_equal(seen.low[k], exact[start:stop].min(axis=0))
        np.testing.assert_array_equal(seen.high[k], exact[start:stop].max(axis=0))
    assert difference.extremes() == (exact.min(), exact.max())


def test_it_grows_with_the_traces() -> None:
    whole, _ = two(400)
    stepper = Stepper(make_experiment(Recipe(hidden=5, seed=1), (400,)))
    stepper.advance(100)
    difference = built(stepper.trace, whole)
    assert difference.built == range(100)
    stepper.advance(250)
    assert list(difference.build())[-1] == 1
    assert difference.built == range(350)
    exact = stepper.trace.read(0, "f", steps=slice(0, 350)) - whole.read(0, "f", steps=slice(0, 350))
    assert difference.extremes() == (exact.min(), exact.max())


def test_what_has_no_such_units_is_not_compared() -> None:
    now, same = two()
    other, _ = two(hidden=6)
    gru, _ = two(cell="gru")
    assert Difference.of(now, now, 0, "f", FIRST) is None
    assert Difference.of(now, other, 0, "f", FIRST) is None
    assert Difference.of(now, gru, 0, "f", FIRST) is None
    assert Difference.of(now, gru, 0, "h", FIRST) is not None
    assert Difference.of(now, same, 0, "f", FIRST) is not None


@pytest.mark.parametrize(("mine", "theirs"), [(0, 1), (1, 0), (1, 1)])
@pytest.mark.parametrize("place", [Place(), Place(0, 1)], ids=lambda place: place.key)
def test_two_sequences_are_compared_as_far_as_both_go(mine, theirs, place) -> None:
    lengths = (700, 300)
    recipes = (Recipe(hidden=5, seed=seed, bidirectional=True) for seed in (0, 1))
    now, before = (run(make_experiment(recipe, lengths), "numpy") for recipe in recipes)
    difference = Difference.of(now, before, mine, "c", place, theirs)
    assert list(difference.build())[-1] == 1
    steps = min(lengths[mine], lengths[theirs])
    assert difference.built == difference.known == range(steps)
    exact = now.read(mine, "c", place)[:steps] - before.read(theirs, "c", place)[:steps]
    np.testing.assert_array_equal(difference.read(range(steps)), exact)
    assert difference.extremes() == (exact.min(), exact.max())


def test_a_trace_may_be_compared_with_itself_in_another_sequence() -> None:
    trace = run(make_experiment(Recipe(hidden=5), (40, 40)), "numpy")
    assert Difference.of(trace, trace, 0, "h", FIRST, 2) is None, "there is no such sequence"
    same, other = (Difference.of(trace, trace, 0, "h", FIRST, k) for k in (0, 1))
    assert not same.read(range(40)).any()
    np.testing.assert_array_equal(other.read(range(40)), trace.read(0, "h") - trace.read(1, "h"))
