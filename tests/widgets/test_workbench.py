"""The workbench builds first, swaps second, tells third; where one stands is kept."""

import threading
import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from explorer.errors import DataError
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Label, Sequence
from tests.widgets.benches import SMALL, Facts, experiment, recipe_of, same_numbers, slow_experiment
from widgets.sources import make_experiment
from widgets.standing import FIRST_UNITS

# Build first, swap second, tell third -------------------------------------------------------------------------------


def test_opening_shows_the_trace_from_its_first_step(bench, opened) -> None:
    wanted = experiment()
    opened(wanted)
    assert bench.experiment is wanted
    assert bench.trace.experiment is wanted
    assert (bench.step, bench.length, bench.frontier, bench.units, bench.live) == (0, 200, 200, FIRST_UNITS, False)
    same_numbers(bench.trace, run(wanted, "numpy"))


def test_everything_is_swapped_before_anything_is_told(bench, opened, rest) -> None:
    opened()
    bench.go_to(150)
    seen = []
    for name in ("trace_changed", "step_changed", "history_changed", "live_changed", "check_changed"):
        getattr(bench, name).connect(
            lambda _: seen.append((bench.trace.experiment is bench.experiment, bench.step < bench.length))
        )
    bench.open(lambda _: experiment(50, seed=3), "open another")
    rest()
    assert len(seen) >= 4
    assert set(seen) == {(True, True)}


@pytest.mark.parametrize("error", [DataError("there is no sequence in it", file="a.csv"), ValueError("odd shapes")])
def test_a_build_that_raises_changes_nothing_and_gives_one_message(qtbot, bench, opened, error) -> None:
    facts = opened()
    bench.go_to(17)
    trace, history = bench.trace, bench.history
    facts.clear()

    def build(report):
        raise error

    with qtbot.waitSignal(bench.message):
        bench.open(build, "open a.csv")
    assert len(facts.messages) == 1
    text, kind = facts.messages[0]
    assert kind == "error"
    assert str(error) in text
    assert text.startswith("open a.csv: ") != isinstance(error, DataError)
    assert ("Traceback" in text.partition("\n")[2]) != isinstance(error, DataError)
    assert "Traceback" not in text.partition("\n")[0]
    assert bench.trace is trace
    assert bench.history is history
    assert bench.step == 17
    # Only that the history is as it was, for a form to show again what is.
    assert facts.all == [("history_changed", history)]
    assert not bench.computing.busy


def test_a_first_build_that_raises_leaves_nothing(qtbot, bench) -> None:
    def build(report):
        raise DataError("there is no sequence in it")

    with qtbot.waitSignal(bench.message):
        bench.open(build, "open")
    assert bench.trace is None
    assert bench.length == 0
    bench.edit_recipe(Recipe())
    bench.undo()
    bench.redo()
    bench.set_live(True)
    bench.finish()
    bench.go_to_event(1)
    bench.move(1)
    assert bench.step == 0
    assert not bench.computing.busy


# Where one stands ---------------------------------------------------------------------------------------------------


def test_step_selection_and_place_are_kept_over_edits(bench, opened, rest) -> None:
    facts = opened(experiment(recipe=replace(SMALL, layers=2)))
    bench.go_to(150)
    bench.select((4, 2))
    bench.go_to_place(Place(1))
    bench.edit_recipe(replace(recipe_of(bench), cell="gru", hidden=9))
    rest()
    assert (bench.step, bench.units, bench.place) == (150, (4, 2), Place(1))
    facts.clear()
    bench.edit_recipe(replace(recipe_of(bench), layers=1))
    rest()
    assert bench.place == Place(0)
    assert facts.of("place_changed") == [Place(0)]
    bench.propose(lambda _: experiment(80), "shorter")
    rest()
    assert bench.step == 79
    assert facts.of("step_changed")[-1] == 79


def test_steps_stay_within_the_sequence(bench, opened) -> None:
    facts = opened()
    bench.go_to(10**12)
    assert bench.step == 199
    bench.go_to(-5)
    assert bench.step == 0
    bench.move(7)
    bench.move(-3)
    assert bench.step == 4
    facts.clear()
    bench.go_to(4)
    assert facts.all == [], "what changes nothing says nothing"
    bench.go_to_last()
    assert facts.of("step_changed") == [199]


def test_events_are_the_edges_of_labels_and_of_the_sequence(bench, opened) -> None:
    marks = np.zeros(100, bool)
    marks[20:30] = marks[50] = True
    values = np.random.default_rng(0).standard_normal((100, 1))
    data = Dataset((Sequence("s", values, ("x",), (Label("anomaly", marks),)),), "s.csv")
    opened(make_experiment(data, SMALL))
    stops = []
    for _ in range(6):
        bench.go_to_event(1)
        stops.append(bench.step)
    assert stops == [20, 30, 50, 51, 99, 99]
    bench.go_to(40)
    bench.go_to_event(-1)
    assert bench.step == 30


# Playing ------------------------------------------------------------------------------------------------------------


def test_playing_stops_at_the_end(qtbot, bench, opened) -> None:
    facts = opened(experiment(40))
    bench.player.set_speed(960.0)
    with qtbot.waitSignal(bench.player.playing_changed, check_params_cb=lambda playing: not playing, timeout=20_000):
        bench.play()
    assert bench.step == 39
    steps = facts.of("step_changed")
    assert steps == sorted(steps)
    with qtbot.waitSignal(bench.player.playing_changed, check_params_cb=lambda playing: not playing, timeout=20_000):
        bench.play(-1)
    assert bench.step == 0


def test_playing_begins_again_where_the_end_was_reached(qtbot, bench, opened) -> None:
    facts = opened(experiment(40))
    bench.go_to_last()
    facts.clear()
    bench.toggle()
    assert bench.player.playing
    qtbot.waitUntil(lambda: 0 < bench.step < 39, timeout=20_000)
    assert facts.of("step_changed")[0] == 0
    bench.toggle()
    assert not bench.player.playing


@pytest.mark.parametrize("direction", [1, -1])
def test_playing_in_a_loop_goes_round(qtbot, bench, opened, direction) -> None:
    facts = opened(experiment(40))
    bench.set_loop(True)
    bench.set_loop(True)
    assert facts.of("loop_changed") == [True]
    bench.player.set_speed(480.0)
    bench.play(direction)

    def turns() -> int:
        steps = [20, *facts.of("step_changed")]
        return sum((b - a) * direction < 0 for a, b in pairwise(steps))

    qtbot.waitUntil(lambda: turns() >= 3, timeout=20_000)
    assert bench.player.playing
    assert all(0 <= step < 40 for step in facts.of("step_changed"))


# The end ------------------------------------------------------------------------------------------------------------


def test_closing_in_mid_run_ends_the_threads(qtbot, bench, opened) -> None:
    opened()
    trace = bench.trace
    bench.open(lambda _: slow_experiment(), "a long one")
    qtbot.waitUntil(lambda: bench.trace is not trace, timeout=60_000)
    bench.play()
    began = time.monotonic()
    bench.close()
    assert time.monotonic() - began < 2.0
    assert [thread.name for thread in threading.enumerate() if thread.name == "a long one"] == []
    assert not bench.player.playing
    facts = Facts(bench)
    done = bench.trace.ready().stop
    qtbot.waitUntil(lambda: time.monotonic() - began > 0.5)
    assert facts.all == []
    assert bench.trace.ready().stop == done < bench.length


def test_the_network_of_an_edit_is_the_one_its_recipe_says(bench, opened, rest) -> None:
    opened()
    wanted = replace(recipe_of(bench), cell="gru", init="orthogonal", seed=5)
    bench.edit_recipe(wanted)
    rest()
    for mine, fresh in zip(
        bench.experiment.network.state_dict().values(), make_network(wanted, 1).state_dict().values(), strict=True
    ):
        np.testing.assert_array_equal(mine, fresh)
