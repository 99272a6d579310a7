"""The workbench builds first, swaps second, tells third; and what was asked for last is what comes."""

import gc
import threading
import time
import weakref
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from explorer.engines import load_torch
from explorer.errors import DataError
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Label, Sequence, generate
from widgets.sources import make_experiment
from widgets.workbench import FIRST_UNITS, Workbench

SMALL = Recipe(hidden=6)
FACTS = (
    *("trace_changed", "trace_grown", "step_changed", "units_changed", "place_changed"),
    *("live_changed", "loop_changed", "check_changed", "history_changed"),
)
LONG = 20_000


def dataset(length: int = 200, seed: int = 0) -> Dataset:
    return generate("sine-mix", seed=seed, length=length)


def experiment(length: int = 200, recipe: Recipe = SMALL, seed: int = 0, *, standardize: bool = False) -> Experiment:
    return make_experiment(dataset(length, seed), recipe, standardize)


class Facts:
    """Everything a workbench tells, in order."""

    def __init__(self, bench: Workbench) -> None:
        self.all: list[tuple[str, object]] = []
        for name in FACTS:
            getattr(bench, name).connect(lambda value, name=name: self.all.append((name, value)))
        self.messages: list[tuple[str, str]] = []
        self.progress: list[tuple[object, str]] = []
        bench.message.connect(lambda text, kind: self.messages.append((text, kind)))
        bench.progress_changed.connect(lambda fraction, text: self.progress.append((fraction, text)))

    def of(self, name: str) -> list[object]:
        return [value for fact, value in self.all if fact == name]

    def clear(self) -> None:
        self.all.clear()
        self.messages.clear()
        self.progress.clear()


@pytest.fixture
def bench(qtbot):
    made = Workbench()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def rest(qtbot, bench):
    """Wait until nothing is on its way."""

    def wait() -> None:
        qtbot.waitUntil(
            lambda: bench.trace is not None and not bench.computing.busy and bench._proposed is None, timeout=60_000
        )

    return wait


@pytest.fixture
def opened(bench, rest):
    """Open an experiment and wait for it."""

    def open_one(made: Experiment | None = None) -> Facts:
        wanted = made or experiment()
        bench.open(lambda _: wanted, "open")
        rest()
        return Facts(bench)

    return open_one


class Held:
    """A build that waits until it is let go, to look at what is in between."""

    def __init__(self, made: Experiment, error: Exception | None = None) -> None:
        self.made, self.error = made, error
        self.reached, self.go_on = threading.Event(), threading.Event()

    def __call__(self, report) -> Experiment:
        self.reached.set()
        assert self.go_on.wait(30)
        report(0.5)
        if self.error is not None:
            raise self.error
        return self.made


def recipe_of(bench: Workbench) -> Recipe:
    recipe = bench.experiment.network.recipe
    assert recipe is not None
    return recipe


def same_numbers(trace, other, steps: slice = slice(None)) -> None:
    for place in trace.experiment.network.places:
        for quantity in trace.experiment.network.cell(place).quantities:
            mine = trace.read(0, quantity.name, place, steps=steps)
            np.testing.assert_array_equal(mine, other.read(0, quantity.name, place, steps=steps), quantity.name)


def slow_experiment(recipe: Recipe = SMALL, seed: int = 0) -> Experiment:
    """Return one that numpy needs long enough for to be shown while it grows (and is not given to torch)."""
    return experiment(LONG, recipe, seed)


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


# Coalescing ---------------------------------------------------------------------------------------------------------


def test_ten_quick_edits_are_one_trace_and_one_entry(bench, opened, rest) -> None:
    facts = opened()
    for hidden in range(3, 13):
        bench.edit_recipe(replace(recipe_of(bench), hidden=hidden))
    rest()
    assert len(facts.of("trace_changed")) == 1
    assert recipe_of(bench).hidden == 12
    assert [change.name for change in bench.history.changes] == ["open", "hidden size 12"]
    same_numbers(bench.trace, run(bench.experiment, "numpy"))


def test_quick_edits_of_different_things_are_all_kept(bench, opened, rest) -> None:
    facts = opened()
    bench.edit_recipe(replace(recipe_of(bench), cell="gru"))
    bench.edit_standardize(True)
    rest()
    assert recipe_of(bench).cell == "gru"
    assert bench.experiment.standardize is True
    assert len(facts.of("trace_changed")) == 1
    bench.undo()
    rest()
    assert (recipe_of(bench).cell, bench.experiment.standardize) == ("lstm", False)


def test_an_edit_takes_along_the_one_that_is_still_being_built(qtbot, bench, opened, rest) -> None:
    opened()
    held = Held(experiment(120, seed=5))
    bench.propose(held, "data seed 5")
    qtbot.waitUntil(held.reached.is_set)
    bench.edit_recipe(replace(recipe_of(bench), cell="rnn"))
    held.go_on.set()
    rest()
    assert bench.experiment.dataset is held.made.dataset
    assert recipe_of(bench).cell == "rnn"
    bench.undo()
    rest()
    assert (bench.length, recipe_of(bench).cell) == (200, "lstm")


def test_an_edit_right_after_opening_is_an_edit_of_what_is_opened(qtbot, bench, opened, rest) -> None:
    opened()
    bench.go_to(150)
    held = Held(experiment(90, seed=5))
    bench.open(held, "open another")
    qtbot.waitUntil(held.reached.is_set)
    bench.edit_standardize(True)
    held.go_on.set()
    rest()
    assert bench.experiment.dataset is held.made.dataset
    assert bench.experiment.standardize
    assert bench.step == 0


# Undo and redo ------------------------------------------------------------------------------------------------------


def test_every_change_can_be_undone_and_redone(bench, opened, rest) -> None:
    first = experiment()
    opened(first)
    other = experiment(77, seed=9)
    wishes = [
        lambda: bench.edit_recipe(replace(recipe_of(bench), cell="gru")),
        lambda: bench.edit_recipe(replace(recipe_of(bench), hidden=9)),
        lambda: bench.edit_standardize(True),
        lambda: bench.propose(lambda _: experiment(200, recipe_of(bench), seed=4), "data seed 4"),
        lambda: bench.open(lambda _: other, "open another"),
    ]
    seen = [bench.experiment]
    for wish in wishes:
        wish()
        rest()
        seen.append(bench.experiment)
    assert len({id(each) for each in seen}) == len(seen)
    names = ["open another", "data seed 4", "standardise", "hidden size 9", "cell gru"]
    for before, name in zip(seen[-2::-1], names, strict=True):
        assert bench.history.undo_name == name
        bench.undo()
        rest()
        assert bench.experiment is before
        assert bench.trace.experiment is before
        assert bench.history.redo_name == name
    assert bench.history.undo_name is None
    bench.undo()
    rest()
    assert bench.experiment is first
    same_numbers(bench.trace, run(first, "numpy"))
    for after in seen[1:]:
        bench.redo()
        rest()
        assert bench.experiment is after
    bench.redo()
    rest()
    assert bench.experiment is other


def test_undo_twice_in_a_breath_goes_back_twice(bench, opened, rest) -> None:
    opened()
    for hidden in (7, 8, 9):
        bench.edit_recipe(replace(recipe_of(bench), hidden=hidden))
        rest()
    bench.undo()
    bench.undo()
    rest()
    assert recipe_of(bench).hidden == 7
    bench.redo()
    bench.redo()
    rest()
    assert recipe_of(bench).hidden == 9


def test_a_change_after_an_undo_in_one_breath_starts_from_what_the_undo_leads_to(bench, opened, rest) -> None:
    opened()
    bench.edit_recipe(replace(recipe_of(bench), cell="gru"))
    rest()
    bench.undo()
    bench.edit_standardize(True)
    rest()
    assert (recipe_of(bench).cell, bench.experiment.standardize) == ("lstm", True)
    assert [change.name for change in bench.history.changes] == ["open", "standardise"]


def test_undo_takes_back_a_change_that_has_not_come_yet(qtbot, bench, opened, rest) -> None:
    opened()
    bench.edit_recipe(replace(recipe_of(bench), hidden=9))
    rest()
    trace = bench.trace
    bench.edit_recipe(replace(recipe_of(bench), cell="rnn"))  # still being collected
    bench.undo()
    rest()
    assert bench.trace is trace
    held = Held(experiment(seed=8))
    bench.propose(held, "data seed 8")  # and this one is already being built
    qtbot.waitUntil(held.reached.is_set)
    bench.undo()
    held.go_on.set()
    rest()
    assert bench.trace is trace
    assert recipe_of(bench).hidden == 9
    assert bench.history.undo_name == "hidden size 9"


# Cancel, and stale answers ------------------------------------------------------------------------------------------


def test_cancel_in_mid_run_brings_everything_back(qtbot, bench, opened) -> None:
    facts = opened()
    bench.go_to(123)
    trace, history = bench.trace, bench.history
    bench.open(lambda _: slow_experiment(), "open a long one")
    qtbot.waitUntil(lambda: bench.trace is not trace, timeout=60_000)
    assert not bench.trace.complete, "what is done already is on screen"
    assert bench.step == 0
    facts.clear()
    began = time.monotonic()
    bench.cancel()
    assert time.monotonic() - began < 0.2
    assert bench.trace is trace
    assert bench.history is history
    assert bench.step == 123
    assert facts.of("trace_changed") == [trace]
    assert facts.of("step_changed")[-1] == 123
    assert facts.progress[-1] == (None, "")
    facts.clear()
    qtbot.waitUntil(lambda: not bench.computing.busy, timeout=60_000)
    assert facts.of("trace_changed") == []
    assert facts.messages == []


def test_cancel_before_anything_is_shown_changes_nothing(qtbot, bench, opened, rest) -> None:
    facts = opened()
    trace, history = bench.trace, bench.history
    held = Held(experiment(seed=8))
    bench.open(held, "open")
    qtbot.waitUntil(held.reached.is_set)
    facts.clear()
    bench.cancel()
    held.go_on.set()
    rest()
    assert bench.trace is trace
    assert facts.all == [("history_changed", history)]


def test_a_first_trace_that_is_cancelled_stays_as_far_as_it_came(qtbot, bench) -> None:
    bench.open(lambda _: slow_experiment(), "open a long one")
    qtbot.waitUntil(lambda: bench.trace is not None, timeout=60_000)
    bench.cancel()
    qtbot.waitUntil(lambda: not bench.computing.busy, timeout=60_000)
    assert 0 < len(bench.trace.ready()) < bench.length
    bench.edit_recipe(SMALL)
    qtbot.waitUntil(lambda: bench.trace.complete, timeout=60_000)


def test_a_stale_answer_is_dropped(qtbot, bench, opened, rest) -> None:
    facts = opened()
    stale, wanted = Held(experiment(50, seed=1)), experiment(60, seed=2)
    bench.open(stale, "first")
    qtbot.waitUntil(stale.reached.is_set)
    bench.open(lambda _: wanted, "second")
    qtbot.waitUntil(lambda: bench.experiment is wanted)
    stale.go_on.set()
    rest()
    assert bench.experiment is wanted
    assert [trace.experiment for trace in facts.of("trace_changed")] == [wanted]
    assert [change.name for change in bench.history.changes] == ["open", "second"]


def test_a_stale_error_is_dropped(qtbot, bench, opened, rest) -> None:
    facts = opened()
    stale = Held(experiment(), DataError("there is no sequence in it"))
    bench.open(stale, "first")
    qtbot.waitUntil(stale.reached.is_set)
    bench.open(lambda _: experiment(60, seed=2), "second")
    stale.go_on.set()
    rest()
    assert facts.messages == []
    assert bench.length == 60


def test_an_edit_in_mid_run_never_shows_the_old_network_again(qtbot, bench, opened, rest) -> None:
    """A form that is filled from the trace would lose what is being typed into it."""
    opened(slow_experiment())
    bench.go_to(20)
    trace = bench.trace
    bench.edit_recipe(replace(recipe_of(bench), seed=1))
    qtbot.waitUntil(lambda: bench.trace is not trace, timeout=60_000)
    assert not bench.trace.complete
    bench.go_to(200)
    facts = Facts(bench)
    bench.edit_recipe(replace(recipe_of(bench), seed=2))
    rest()
    assert [trace.experiment.network.recipe.seed for trace in facts.of("trace_changed")] == [2]
    assert bench.step == 200, "the step one went to meanwhile is kept"
    assert bench.trace.complete


def test_cancel_after_two_edits_in_mid_run_goes_back_to_what_was_whole(qtbot, bench, opened) -> None:
    opened(slow_experiment())
    trace, history = bench.trace, bench.history
    for seed in (1, 2):
        shown = bench.trace
        bench.edit_recipe(replace(recipe_of(bench), seed=seed))
        qtbot.waitUntil(lambda shown=shown: bench.trace is not shown, timeout=60_000)
    assert not bench.trace.complete
    bench.cancel()
    assert bench.trace is trace
    assert bench.history is history


def test_traces_that_are_gone_are_let_go(qtbot, bench, rest) -> None:
    bench.open(lambda _: experiment(), "open")  # nobody listens, who could keep one
    rest()
    old = [weakref.ref(bench.trace)]
    for seed in (1, 2, 3):
        bench.edit_recipe(replace(recipe_of(bench), seed=seed))
        rest()
        old.append(weakref.ref(bench.trace))

    def gone() -> bool:
        gc.collect()
        return [ref() is None for ref in old] == [True, True, True, False]

    qtbot.waitUntil(gone, timeout=20_000)


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


# Live mode ----------------------------------------------------------------------------------------------------------


def test_live_computes_nothing_ahead(bench, opened, rest) -> None:
    facts = opened()
    bench.go_to(50)
    bench.set_live(True)
    rest()
    assert bench.live
    assert facts.of("live_changed") == [True]
    assert bench.trace.ready() == range(1)
    assert (bench.step, bench.frontier, bench.length) == (0, 1, 200)
    assert "live" in bench.trace.engine
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
        lambda: bench.edit_standardize(True),
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
    bench.open(lambda _: slow_experiment(), "open a long one")
    rest()
    bench.move(10_000)
    facts.clear()
    bench.edit_recipe(replace(recipe_of(bench), seed=3))
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


def test_steps_are_not_taken_while_another_thread_takes_them(qtbot, bench, opened, rest) -> None:
    opened()
    bench.set_live(True)
    rest()
    bench.open(lambda _: slow_experiment(), "open a long one")
    rest()
    bench.finish()
    qtbot.waitUntil(lambda: bench.frontier > 1000, timeout=60_000)
    held = Held(experiment(), DataError("it cannot be read"))
    bench.open(held, "open")  # leaves the finishing, whose chunk goes on
    held.go_on.set()
    qtbot.waitUntil(lambda: bench._running is None, timeout=60_000)
    for _ in range(50):
        bench.go_to_last()
        bench.move(1)
    rest()
    bench.go_to_last()
    bench.move(1)
    ready = bench.trace.ready()
    assert ready.stop < bench.length
    same_numbers(bench.trace, run(slow_experiment(), "numpy"), slice(ready.stop - 5, ready.stop))


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


# Checking against torch ---------------------------------------------------------------------------------------------


def test_the_check_comes_after_torch(qtbot, bench, opened, rest) -> None:
    facts = opened()
    assert bench.trace.check is None
    assert facts.of("check_changed") in ([], [None])
    with qtbot.waitSignal(bench.check_changed, check_params_cb=lambda check: check is not None, timeout=60_000):
        bench.torch.load()
    assert bench.trace.check.passed
    assert bench.trace.check.error < 1e-5


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("block", ["W_i", "W_h", "b_"])
def test_a_corrupted_weight_block_turns_the_check_red(qtbot, bench, opened, cell, block) -> None:
    facts = opened(experiment(recipe=replace(SMALL, cell=cell)))
    blocks = bench.trace.tracks[0][Place()].blocks
    name = block + bench.trace.experiment.network.cell(Place()).blocks[0].name
    blocks[name] = blocks[name] + 0.01
    with qtbot.waitSignal(bench.check_changed, check_params_cb=lambda check: check is not None, timeout=60_000):
        bench.torch.load()
    assert not bench.trace.check.passed
    assert facts.of("check_changed")[-1] is bench.trace.check
    assert facts.messages == []


def test_live_steps_are_checked_when_stepping_rests(qtbot, bench, opened, rest) -> None:
    for _ in load_torch(1):
        pass
    opened()
    bench.set_live(True)
    rest()
    bench.torch.load()
    qtbot.waitUntil(lambda: bench.trace.check is not None, timeout=60_000)
    bench.move(30)
    assert bench.trace.check is None, "not yet verified"
    with qtbot.waitSignal(bench.check_changed, timeout=60_000):
        pass
    assert bench.trace.check.passed
    bench.trace.tracks[0][Place()].states["h"][25] += 0.01
    bench.move(1)
    with qtbot.waitSignal(bench.check_changed, timeout=60_000):
        pass
    assert not bench.trace.check.passed


def test_once_torch_is_there_it_computes_and_checks_by_itself(qtbot, bench, opened, rest) -> None:
    opened()
    with qtbot.waitSignal(bench.check_changed, check_params_cb=lambda check: check is not None, timeout=60_000):
        bench.torch.load()
    facts = Facts(bench)
    bench.edit_recipe(replace(recipe_of(bench), cell="gru"))
    rest()
    assert "torch" in bench.trace.engine
    assert bench.trace.check.passed
    assert facts.of("check_changed")[-1] is bench.trace.check


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
