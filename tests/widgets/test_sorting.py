"""The order of units: worked out on a thread, for each place, again when all is known, and never a stale one."""

import numpy as np
import pytest

from explorer.network import Place, Recipe
from explorer.ordering import by_activity
from explorer.run import run
from explorer.stepper import Stepper
from tests.explorer.making import make_experiment
from widgets.sorting import SortBy, Sorting

FIRST = Place()


@pytest.fixture
def sorting(qtbot):
    made = Sorting()
    yield made
    made.end()


def trace_of(steps: int = 300, **recipe):
    return run(make_experiment(Recipe(**{"hidden": 9} | recipe), (steps,)), "numpy")


def wait(qtbot, sorting: Sorting) -> None:
    qtbot.waitUntil(lambda: sorting._job is None, timeout=20_000)


def test_every_place_has_an_order_of_its_own(qtbot, sorting) -> None:
    trace = trace_of(layers=2)
    sorting.show_trace(trace, 0, [FIRST])
    assert sorting.orders == {}
    sorting.sort(SortBy("activity", "f"))
    wait(qtbot, sorting)
    assert set(sorting.orders) == {FIRST}
    sorting.show_trace(trace, 0, [Place(1)])
    wait(qtbot, sorting)
    for place in (FIRST, Place(1)):
        np.testing.assert_array_equal(sorting.orders[place].units, by_activity(trace, 0, place, "f").units)


def test_another_trace_is_sorted_by_the_same_and_never_shown_in_the_old_order(qtbot, sorting) -> None:
    sorting.sort(SortBy("activity", "f"))
    sorting.show_trace(trace_of(), 0, [FIRST])
    wait(qtbot, sorting)
    heard = []
    sorting.sorted.connect(heard.append)
    gru = trace_of(cell="gru", hidden=5)
    sorting.show_trace(gru, 0, [FIRST])
    assert heard == [{}], "at once the old one is gone"
    wait(qtbot, sorting)
    np.testing.assert_array_equal(sorting.orders[FIRST].units, by_activity(gru, 0, FIRST, "h").units)


def test_a_trace_that_grows_is_sorted_again_when_all_is_known(qtbot, sorting) -> None:
    stepper = Stepper(make_experiment(Recipe(hidden=9), (300,)))
    stepper.advance(20)
    sorting.sort(SortBy("activity", "h"))
    sorting.show_trace(stepper.trace, 0, [FIRST])
    wait(qtbot, sorting)
    early = sorting.orders[FIRST]
    stepper.advance(100)
    sorting.grow()
    assert sorting.orders[FIRST] is early
    stepper.advance(180)
    sorting.grow()
    wait(qtbot, sorting)
    np.testing.assert_array_equal(sorting.orders[FIRST].values, by_activity(stepper.trace, 0, FIRST, "h").values)


@pytest.mark.parametrize("by", [SortBy(), SortBy("correlation", "h", feature=7)])
def test_what_cannot_be_sorted_by_leaves_the_order_of_numbers(qtbot, sorting, by) -> None:
    sorting.show_trace(trace_of(), 0, [FIRST])
    sorting.sort(SortBy("likeness", "h"))
    wait(qtbot, sorting)
    assert sorting.orders
    sorting.sort(by)
    wait(qtbot, sorting)
    assert sorting.orders == {}


@pytest.mark.parametrize(
    ("by", "text"),
    [
        (SortBy(), ""),
        (SortBy("activity", "f"), "↓ activity of f"),
        (SortBy("memory"), "↓ memory"),
        (SortBy("likeness", "c", within=range(3, 9)), "↓ likeness of c, brushed"),
        (SortBy("correlation", "h", 1), "↓ r with flow"),
    ],
)
def test_it_says_what_it_is_in_a_few_words(by, text) -> None:
    assert by.text(("level", "flow")) == text
