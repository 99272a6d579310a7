"""Changes of the experiment: taken together, undone, cancelled; what was asked for last is what comes."""

import gc
import time
import weakref
from dataclasses import replace

from explorer.errors import DataError
from explorer.presets import find_preset
from explorer.run import run
from explorer.trace import Trace
from tests.widgets.benches import (
    SMALL,
    Facts,
    Held,
    experiment,
    recipe_of,
    same_numbers,
    slow_experiment,
)
from widgets.sources import preset_recipe
from widgets.workbench import CANCELLED

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
    bench.edit_scale("standardize")
    rest()
    assert recipe_of(bench).cell == "gru"
    assert bench.experiment.scale == "standardize"
    assert len(facts.of("trace_changed")) == 1
    bench.undo()
    rest()
    assert (recipe_of(bench).cell, bench.experiment.scale) == ("lstm", "none")


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
    bench.edit_scale("standardize")
    held.go_on.set()
    rest()
    assert bench.experiment.dataset is held.made.dataset
    assert bench.experiment.scale == "standardize"
    assert bench.step == 0


# Undo and redo ------------------------------------------------------------------------------------------------------


def test_every_change_can_be_undone_and_redone(bench, opened, rest) -> None:
    first = experiment()
    opened(first)
    other = experiment(77, seed=9)
    wishes = [
        lambda: bench.edit_recipe(replace(recipe_of(bench), cell="gru")),
        lambda: bench.edit_recipe(replace(recipe_of(bench), hidden=9)),
        lambda: bench.edit_scale("standardize"),
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
    bench.edit_scale("standardize")
    rest()
    assert (recipe_of(bench).cell, bench.experiment.scale) == ("lstm", "standardize")
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


# What was under way stays until there is something else ---------------------------------------------------------------


def unreadable() -> Held:
    return Held(experiment(), DataError("there is no sequence in it"))


def reading_while_computing(qtbot, bench, opened, held: Held) -> tuple[Trace, Held]:
    """Return the trace that is being computed, and what is being read meanwhile."""
    opened(slow_experiment())
    trace = bench.trace
    bench.edit_recipe(replace(recipe_of(bench), seed=1))
    qtbot.waitUntil(lambda: bench.trace is not trace, timeout=60_000)
    changed = bench.trace
    bench.open(held, "open")
    qtbot.waitUntil(held.reached.is_set)
    return changed, held


def test_a_file_that_cannot_be_read_leaves_the_change_that_is_being_computed(qtbot, bench, opened, rest) -> None:
    changed, held = reading_while_computing(qtbot, bench, opened, unreadable())
    facts = Facts(bench)
    held.go_on.set()
    qtbot.waitUntil(lambda: facts.messages != [])
    assert not changed.complete
    rest()
    assert facts.messages == [("there is no sequence in it", "error")]
    assert facts.of("trace_changed") == []
    assert bench.trace is changed
    assert changed.complete
    assert bench.history.undo_name == "seed 1"


def test_a_file_that_cannot_be_read_leaves_the_change_that_is_still_to_be_seen(qtbot, bench, opened, rest) -> None:
    opened()
    for ends_first in (False, True):
        facts, other, held = Facts(bench), Held(experiment(120, seed=5)), unreadable()
        bench.propose(other, "data seed 5")
        qtbot.waitUntil(other.reached.is_set)
        bench.open(held, "open wrong.csv")
        qtbot.waitUntil(held.reached.is_set)
        first, second = (other, held) if ends_first else (held, other)
        first.go_on.set()
        qtbot.waitUntil(lambda facts=facts: len(facts.messages) == 1 or facts.progress != [])
        second.go_on.set()
        rest()
        assert bench.experiment is other.made
        assert bench.history.undo_name == "data seed 5"
        assert facts.messages == [("there is no sequence in it", "error")]
        bench.undo()
        rest()


def test_a_file_that_is_read_takes_the_place_of_what_is_being_computed(qtbot, bench, opened, rest) -> None:
    changed, held = reading_while_computing(qtbot, bench, opened, Held(experiment(60, seed=2)))
    held.go_on.set()
    rest()
    assert bench.experiment is held.made
    assert not changed.complete
    assert [change.name for change in bench.history.changes] == ["open", "seed 1", "open"]


def test_cancelling_what_is_being_read_leaves_what_is_being_computed(qtbot, bench, opened, rest) -> None:
    changed, held = reading_while_computing(qtbot, bench, opened, Held(experiment(60, seed=2)))
    bench.undo()
    held.go_on.set()
    rest()
    assert bench.trace is changed
    assert changed.complete


# Data, and the network over it ----------------------------------------------------------------------------------------


def test_a_data_seed_takes_along_the_network_that_is_coming(bench, opened, rest) -> None:
    bench.open_source("preset:sine-mix")
    rest()
    before = bench.experiment
    bench.edit_recipe(replace(recipe_of(bench), cell="gru", hidden=7))
    bench.edit_scale("standardize")
    bench.edit_data_seed(9)
    rest()
    assert (recipe_of(bench).cell, recipe_of(bench).hidden) == ("gru", 7)
    assert bench.experiment.scale == "standardize"
    assert bench.experiment.dataset.seed == 9
    assert bench.experiment.dataset.source == "preset:sine-mix"
    assert bench.history.undo_name == "data seed 9"
    bench.undo()
    rest()
    assert bench.experiment is before


def test_a_network_takes_along_the_data_that_is_coming(bench, rest) -> None:
    bench.edit_data_seed(9)  # of nothing
    bench.open_source("preset:sine-mix")
    rest()
    bench.edit_data_seed(9)
    bench.edit_recipe(replace(recipe_of(bench), cell="gru"))
    rest()
    assert (recipe_of(bench).cell, bench.experiment.dataset.seed) == ("gru", 9)


def test_a_file_is_read_with_the_network_that_is_coming(bench, rest, tmp_path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n" + "".join(f"{k},{k % 7}\n" for k in range(50)), encoding="utf-8")
    bench.open_source("preset:sine-mix")
    rest()
    bench.edit_recipe(replace(recipe_of(bench), cell="rnn", hidden=5))
    bench.open_source(str(path))
    rest()
    assert (recipe_of(bench).cell, recipe_of(bench).hidden, recipe_of(bench).longest) == ("rnn", 5, 50)
    bench.open_source("preset:adding")
    bench.open_source(str(path))
    rest()
    assert bench.experiment.dataset.source == str(path)
    assert recipe_of(bench).cell == preset_recipe(find_preset("adding")).cell


# A first run that was given up ----------------------------------------------------------------------------------------


def given_up(qtbot, bench) -> Facts:
    """Open something long and cancel it when a part is to be seen."""
    bench.open(lambda _: slow_experiment(), "open a long one")
    qtbot.waitUntil(lambda: bench.trace is not None, timeout=60_000)
    assert not bench.unfinished
    assert bench.frontier == bench.length
    bench.go_to_last()
    facts = Facts(bench)
    bench.cancel()
    return facts


def test_a_first_run_that_is_cancelled_can_go_on(qtbot, bench, rest) -> None:
    facts = given_up(qtbot, bench)
    assert facts.messages == [(CANCELLED, "note")]
    assert bench.unfinished
    rest()
    known, trace = bench.frontier, bench.trace
    assert 0 < known < bench.length
    assert trace.ready() == range(known)
    assert bench.step < known
    bench.go_to(10**9)
    assert bench.step == known - 1
    bench.finish()
    rest()
    assert bench.trace is trace
    assert trace.complete
    assert (bench.frontier, bench.unfinished, bench.step) == (bench.length, False, known - 1)
    same_numbers(trace, run(slow_experiment(), "numpy"), slice(known - 5, known + 5))


def test_playing_ends_where_a_run_was_given_up(qtbot, bench, rest) -> None:
    given_up(qtbot, bench)
    rest()
    bench.go_to(bench.frontier - 5)
    with qtbot.waitSignal(bench.player.playing_changed, check_params_cb=lambda playing: not playing, timeout=20_000):
        bench.play()
    assert bench.step == bench.frontier - 1


def test_an_edit_that_is_cancelled_brings_back_what_had_been_given_up(qtbot, bench, rest) -> None:
    given_up(qtbot, bench)
    rest()
    trace, known = bench.trace, bench.frontier
    bench.edit_recipe(replace(recipe_of(bench), seed=1))
    qtbot.waitUntil(lambda: bench.trace is not trace, timeout=60_000)
    bench.cancel()
    rest()
    assert bench.trace is trace
    assert (bench.frontier, bench.unfinished) == (known, True)


def test_what_comes_to_nothing_is_said(qtbot, bench) -> None:
    held = unreadable()
    held.go_on.set()
    facts = Facts(bench)
    with qtbot.waitSignals([bench.came_to_nothing, bench.message]):
        bench.open(held, "open wrong.csv")
    assert facts.messages == [("there is no sequence in it", "error")]
    assert bench.trace is None
