"""Live mode: nothing is computed ahead, nothing that was computed is lost."""

from dataclasses import replace

import numpy as np

from explorer.errors import DataError
from explorer.network import Place, Recipe
from explorer.run import run
from tests.widgets.benches import SMALL, Facts, Held, experiment, recipe_of, same_numbers, slow_experiment


def test_live_computes_nothing_ahead(bench, opened, rest) -> None:
    facts = opened()
    bench.go_to(50)
    bench.set_live(True)
    rest()
    assert bench.live
    assert facts.of("live_changed") == [True]
    assert bench.trace.ready() == range(1)
    assert (bench.step, bench.frontier, bench.length) == (0, 1, 200)
    assert "live" in bench.trace.engine()
    assert len(bench.history.changes) == 1, "how one looks is no change of the experiment"
    bench.go_to(100)
    assert (bench.step, bench.frontier) == (0, 1), "one cannot jump beyond the frontier"


def test_each_step_computes_exactly_one_and_going_back_is_bit_identical(bench, opened, rest) -> None:
    facts = opened()
    bench.set_live(True)
    rest()
    facts.clear()
    seen = {0: bench.trace.values_at(0, Place(), 0)}
    for step in range(1, 51):
        bench.move(1)
        assert bench.step == step
        assert bench.trace.ready() == range(step + 1)
        seen[step] = {name: row.copy() for name, row in bench.trace.values_at(0, Place(), step).items()}
    assert facts.of("trace_grown") == [range(step, step + 1) for step in range(1, 51)]
    for step in range(49, -1, -1):
        bench.move(-1)
        assert bench.step == step
        for name, row in bench.trace.values_at(0, Place(), step).items():
            np.testing.assert_array_equal(row, seen[step][name])
    assert bench.trace.ready() == range(51), "going back forgets nothing"
    same_numbers(bench.trace, run(bench.experiment, "numpy"), slice(0, 51))


def test_live_takes_several_steps_at_once_and_none_beyond_the_end(bench, opened, rest) -> None:
    opened(experiment(30))
    bench.set_live(True)
    rest()
    bench.move(10)
    assert (bench.step, bench.frontier) == (10, 11)
    bench.move(-5)
    bench.move(3)
    assert (bench.step, bench.frontier) == (8, 11)
    bench.move(100)
    assert (bench.step, bench.frontier) == (29, 30)
    bench.move(1)
    assert (bench.step, bench.frontier) == (29, 30)


def test_an_edit_in_live_mode_keeps_the_steps_gone(bench, opened, rest) -> None:
    opened()
    bench.set_live(True)
    rest()
    bench.move(40)
    for wish in (
        lambda: bench.edit_recipe(replace(recipe_of(bench), cell="gru")),
        lambda: bench.edit_scale("standardize"),
        bench.undo,
    ):
        wish()
        rest()
        assert bench.live
        assert (bench.step, bench.frontier) == (40, 41)
        assert bench.trace.ready() == range(41)
        same_numbers(bench.trace, run(bench.experiment, "numpy"), slice(0, 41))


def test_a_long_way_in_live_mode_is_gone_again_to_where_one_stood(bench, opened, rest) -> None:
    """The new steps are shown as they come; the cursor waits for its own."""
    facts = opened()
    bench.set_live(True)
    rest()
    bench.open(lambda _: slow_experiment(Recipe(hidden=160)), "open a long one")
    rest()
    bench.move(10_000)
    facts.clear()
    bench.edit_recipe(replace(recipe_of(bench), cell="rnn", hidden=640))  # many times longer than two looks at it
    rest()
    assert len(facts.of("trace_grown")) > 1, "it was long enough to be seen growing"
    assert (bench.step, bench.frontier) == (10_000, 10_001)


def test_opening_in_live_mode_begins_with_the_first_step(bench, opened, rest) -> None:
    opened()
    bench.set_live(True)
    rest()
    bench.move(40)
    bench.open(lambda _: experiment(60, seed=2), "open")
    rest()
    assert bench.live
    assert (bench.step, bench.trace.ready()) == (0, range(1))


def test_finish_keeps_the_steps_taken(bench, opened, rest) -> None:
    facts = opened()
    bench.set_live(True)
    rest()
    bench.move(30)
    trace, track = bench.trace, bench.trace.tracks[0][Place()]
    taken = {state: rows[:31].copy() for state, rows in track.states.items()}
    facts.clear()
    bench.finish()
    rest()
    assert bench.trace is trace
    assert bench.live
    assert bench.frontier == 200
    assert facts.of("trace_grown")[-1] == range(200)
    for state, rows in taken.items():
        np.testing.assert_array_equal(track.states[state][:31], rows)
    same_numbers(trace, run(bench.experiment, "numpy"))
    bench.go_to(150)
    assert bench.step == 150


def test_a_finish_that_is_cancelled_keeps_what_it_did_and_can_go_on(qtbot, bench, opened, rest) -> None:
    opened()
    bench.set_live(True)
    rest()
    bench.open(lambda _: slow_experiment(), "open a long one")
    rest()
    bench.move(30)
    facts = Facts(bench)
    trace = bench.trace
    bench.finish()
    qtbot.waitUntil(lambda: bench.frontier > 2000, timeout=60_000)
    bench.cancel()
    rest()
    frontier = bench.frontier
    assert 2000 < frontier < bench.length
    assert bench.trace is trace
    assert facts.of("trace_grown")[-1] == range(frontier), "panels know all that there is"
    assert (bench.live, bench.step) == (True, 30)
    bench.go_to_last()
    bench.move(1)
    assert bench.frontier == frontier + 1
    same_numbers(trace, run(slow_experiment(), "numpy"), slice(frontier - 9, frontier + 1))


def finishing(qtbot, bench, opened, rest) -> Facts:
    """Be in live mode, with a run to the end under way."""
    opened()
    bench.set_live(True)
    rest()
    bench.open(lambda _: slow_experiment(), "open a long one")
    rest()
    bench.finish()
    qtbot.waitUntil(lambda: bench.frontier > 1000, timeout=60_000)
    return Facts(bench)


def test_one_press_is_one_step_also_while_another_thread_takes_them(qtbot, bench, opened, rest) -> None:
    finishing(qtbot, bench, opened, rest)
    bench.cancel()  # the chunk at hand goes on
    bench.go_to_last()
    before = bench.step
    for _ in range(50):
        bench.move(1)
    bench.move(-3)
    rest()
    ready = bench.trace.ready()
    assert bench.step == before + 47
    assert ready.stop < bench.length
    same_numbers(bench.trace, run(slow_experiment(), "numpy"), slice(ready.stop - 5, ready.stop))
    frontier = bench.frontier
    bench.go_to_last()
    bench.move(1)
    assert (bench.step, bench.frontier) == (frontier, frontier + 1)


def test_a_press_at_the_frontier_of_a_run_to_the_end_is_a_step(qtbot, bench, opened, rest) -> None:
    finishing(qtbot, bench, opened, rest)
    bench.go_to_last()
    before = bench.step
    bench.move(1)
    bench.move(1)
    rest()
    assert bench.step == before + 2
    assert bench.trace.complete


def test_going_somewhere_else_is_the_last_wish(qtbot, bench, opened, rest) -> None:
    finishing(qtbot, bench, opened, rest)
    bench.cancel()
    bench.go_to_last()
    bench.move(1)
    bench.go_to(5)
    rest()
    assert bench.step == 5


def test_run_to_end_asked_for_while_one_ends_goes_on(qtbot, bench, opened, rest) -> None:
    finishing(qtbot, bench, opened, rest)
    bench.cancel()
    assert bench.unfinished
    bench.finish()
    qtbot.waitUntil(lambda: bench.trace.complete, timeout=60_000)
    rest()
    assert bench.frontier == bench.length


def test_a_file_that_cannot_be_read_leaves_the_run_to_the_end(qtbot, bench, opened, rest) -> None:
    facts = finishing(qtbot, bench, opened, rest)
    trace = bench.trace
    held = Held(experiment(), DataError("it cannot be read"))
    bench.open(held, "open")
    held.go_on.set()
    qtbot.waitUntil(lambda: facts.messages == [("it cannot be read", "error")])
    rest()
    assert bench.trace is trace
    assert trace.complete
    assert bench.live


def test_leaving_live_mode_computes_the_rest(bench, opened, rest) -> None:
    opened()
    bench.set_live(True)
    rest()
    bench.move(40)
    bench.set_live(False)
    rest()
    assert not bench.live
    assert (bench.step, bench.frontier) == (40, 200)
    assert bench.trace.complete


def test_a_backward_direction_refuses_live_mode_and_says_why(bench, opened, rest) -> None:
    facts = opened(experiment(recipe=replace(SMALL, bidirectional=True)))
    trace = bench.trace
    assert "backward direction" in bench.why_not_live
    bench.set_live(True)
    assert facts.of("live_changed") == [False], "the switch goes back"
    assert bench.trace is trace
    assert not bench.computing.busy


def test_a_backward_direction_ends_live_mode_with_a_message(bench, opened, rest) -> None:
    facts = opened()
    bench.set_live(True)
    rest()
    bench.move(40)
    facts.clear()
    bench.edit_recipe(replace(recipe_of(bench), bidirectional=True))
    rest()
    assert not bench.live
    assert facts.of("live_changed") == [False]
    assert (bench.step, bench.frontier) == (40, 200)
    assert bench.trace.complete
    assert len(facts.messages) == 1
    assert bench.why_not_live in facts.messages[0][0]
    bench.undo()
    rest()
    assert bench.why_not_live == ""
    assert len(facts.messages) == 1


def test_live_mode_asked_for_in_mid_edit_takes_the_edit_along(bench, opened, rest) -> None:
    opened()
    bench.edit_recipe(replace(recipe_of(bench), cell="gru"))
    bench.set_live(True)
    rest()
    assert recipe_of(bench).cell == "gru"
    assert bench.live
    assert bench.trace.ready() == range(1)
    assert bench.history.undo_name == "cell gru"
