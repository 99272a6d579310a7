"""What if, on the workbench: a hold leads to another trace, the one before stays as its ghost, and undo names it."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.clamps import Clamp
from explorer.conditions import parse_condition
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.stepper import Stepper
from explorer.trace import Trace
from tests.widgets.benches import SMALL, experiment, recipe_of, same_numbers, several
from widgets.batch import Batch
from widgets.stopping import until_hit
from widgets.tasks import finish_task

FORGET = Clamp("f", 1.0, (3,), (10, 20))
SHUT = Clamp("i", 0.0, (3,), (10, 20))


def test_a_hold_leads_to_the_trace_of_the_held_experiment_and_the_old_one_is_its_ghost(bench, opened, rest):
    facts = opened()
    free = bench.trace
    facts.clear()
    bench.edit_clamps((FORGET,))
    rest()
    assert bench.experiment.clamps == (FORGET,)
    same_numbers(bench.trace, run(replace(free.experiment, clamps=(FORGET,)), "numpy"))
    assert np.all(bench.trace.read(0, "f", steps=slice(10, 20))[:, 3] == 1)
    assert bench.ghost is free
    assert len(facts.of("trace_changed")) == 1
    assert bench.history.undo_name == "hold f[3] at 1, steps 10–19"


def test_shut_input_and_open_forget_gates_keep_c_exactly(bench, opened, rest):
    opened()
    bench.edit_clamps((FORGET, SHUT))
    rest()
    c = bench.trace.read(0, "c", steps=slice(9, 20))[:, 3]
    assert np.all(c == c[0])
    other = bench.ghost.read(0, "c", steps=slice(9, 20))[:, 3]
    assert not np.all(other == other[0])


def test_undone_or_switched_off_it_is_bit_for_bit_what_it_was(bench, opened, rest):
    opened()
    free = bench.trace
    bench.edit_clamps((FORGET,))
    rest()
    held = bench.trace
    bench.edit_clamps((replace(FORGET, on=False),))
    rest()
    same_numbers(bench.trace, free)
    assert bench.ghost is None
    assert bench.history.undo_name == "switch off f[3] at 1, steps 10–19"
    bench.undo()
    rest()
    same_numbers(bench.trace, held)
    bench.undo()
    rest()
    same_numbers(bench.trace, free)
    assert bench.ghost is None
    assert bench.experiment.clamps == ()
    bench.redo()
    rest()
    same_numbers(bench.trace, held)
    same_numbers(bench.ghost, free)


def test_what_does_not_depend_on_the_hold_is_not_computed_again(bench, opened, rest):
    opened()
    free = bench.trace
    bench.edit_clamps((Clamp("f", 1.0, None, (100, None)),))
    rest()
    before, after = (trace.read(0, "h", steps=slice(0, 100)) for trace in (free, bench.trace))
    assert np.array_equal(before, after)
    bench.edit_clamps((*bench.clamps, Clamp("o", 0.0, None, (150, None))))
    rest()
    assert bench.ghost is free


def test_wishes_that_follow_fast_are_one_change_and_build_on_one_another(bench, opened, rest):
    opened()
    bench.add_clamps((FORGET,))
    bench.add_clamps((SHUT,))
    assert bench.clamps == (FORGET, SHUT)
    rest()
    assert bench.experiment.clamps == (FORGET, SHUT)
    bench.undo()
    rest()
    assert bench.experiment.clamps == ()


def test_one_drag_is_one_change_however_often_it_was_seen(bench, opened, rest):
    opened()
    for value in (0.1, 0.2, 0.3):
        bench.add_clamps((Clamp("x", value, (0,), (12, 13)),), key="drag")
        rest()
    assert [clamp.value for clamp in bench.experiment.clamps] == [0.3]
    assert bench.history.undo_name == f"edit {bench.experiment.dataset.features[0]} at step 12"
    bench.add_clamps((Clamp("x", 5.0, (0,), (13, 14)),), key="another drag")
    rest()
    assert len(bench.experiment.clamps) == 2
    bench.undo()
    rest()
    bench.undo()
    rest()
    assert bench.experiment.clamps == ()
    assert bench.history.undo_name is None


def test_a_hold_that_makes_no_sense_changes_nothing_and_is_told(bench, opened, rest):
    facts = opened()
    shown = bench.trace
    bench.edit_clamps((Clamp("f", 1.0, (99,)),))
    rest()
    assert bench.trace is shown
    assert bench.experiment.clamps == ()
    assert facts.messages == [("there is no unit 99, but 0 to 5", "error")]


def test_another_network_keeps_the_holds_that_it_has(bench, opened, rest):
    opened()
    edit = Clamp("x", 2.0, (0,), (5, 6))
    bench.edit_clamps((FORGET, edit))
    rest()
    bench.edit_recipe(replace(recipe_of(bench), cell="gru"))
    rest()
    assert bench.experiment.clamps == (edit,)
    same_numbers(bench.ghost, run(replace(bench.experiment, clamps=()), "numpy"))
    bench.undo()
    rest()
    assert bench.experiment.clamps == (FORGET, edit)
    same_numbers(bench.ghost, run(replace(bench.experiment, clamps=()), "numpy"))


def test_another_sequence_has_its_hold_and_its_ghost(bench, opened, rest):
    opened(several(60, 80))
    bench.edit_clamps((FORGET,))
    rest()
    bench.go_to_sequence(1)
    rest()
    expected = run(replace(bench.experiment, clamps=()), "numpy")
    assert np.array_equal(bench.ghost.read(1, "h"), expected.read(1, "h"))
    assert not np.array_equal(bench.trace.read(1, "h"), expected.read(1, "h"))


def test_a_backward_direction_is_held_too(bench, opened, rest):
    opened(experiment(recipe=Recipe(hidden=6, bidirectional=True)))
    back = Clamp("f", 1.0, (3,), (10, 20), Place(0, 1))
    bench.edit_clamps((back,))
    rest()
    same_numbers(bench.trace, run(replace(bench.ghost.experiment, clamps=(back,)), "numpy"))
    assert bench.history.undo_name == "hold l0_reverse.f[3] at 1, steps 10–19"


def test_in_live_mode_a_hold_acts_on_the_steps_to_come_and_its_ghost_goes_along(bench, opened, rest):
    opened()
    bench.set_live(True)
    rest()
    bench.move(30)
    bench.go_to(5)
    bench.edit_clamps((Clamp("f", 1.0, (3,), (31, None)),))
    rest()
    assert (bench.step, bench.frontier) == (5, 31)
    bench.go_to(30)
    bench.move(10)
    assert bench.frontier == 41
    same = slice(0, 41)
    same_numbers(bench.trace, run(bench.experiment, "numpy"), same)
    same_numbers(bench.ghost, run(replace(bench.experiment, clamps=()), "numpy"), same)


def test_in_live_mode_an_edit_of_what_was_computed_computes_up_to_the_frontier_again(bench, opened, rest):
    opened()
    bench.set_live(True)
    rest()
    bench.move(30)
    bench.go_to(5)
    bench.edit_clamps((Clamp("x", 3.0, (0,), (7, 8)),))
    rest()
    assert (bench.step, bench.frontier, bench.ghost.ready().stop) == (5, 31, 31)
    same_numbers(bench.trace, run(bench.experiment, "numpy"), slice(0, 31))


def test_given_up_while_it_is_computed_what_was_before_comes_back(bench, opened, rest, qtbot):
    opened(experiment(300_000, SMALL))
    free = bench.trace
    bench.edit_clamps((FORGET,))
    qtbot.waitUntil(lambda: bench.trace is not free and bench.computing.under_way, timeout=60_000)
    bench.cancel()
    rest()
    assert bench.trace is free
    assert bench.ghost is None
    assert bench.experiment.clamps == ()


def test_a_hold_that_is_changed_and_then_given_up_is_bit_for_bit_as_it_was(bench, opened, rest, qtbot):
    opened(experiment(300_000, SMALL))
    free = bench.trace
    late = Clamp("f", 1.0, (3,), (12_000, 12_010))
    bench.edit_clamps((late,))
    rest()
    held = bench.trace
    mine, theirs = (trace.tracks[0][Place()].states["h"][:12_000] for trace in (held, free))
    assert np.shares_memory(mine, theirs)
    whole = {name: held.read(0, name).copy() for name in ("h", "c", "f")}
    bench.edit_clamps((late, Clamp("o", 0.0, None, (13_000, None))))
    qtbot.waitUntil(lambda: bench.trace is not held and bench.computing.under_way, timeout=60_000)
    bench.cancel()
    rest()
    assert bench.trace is held
    assert bench.ghost is free
    assert bench.clamps == (late,)
    held.forget()
    for name, values in whole.items():
        assert np.array_equal(held.read(0, name), values)
    bench.undo()
    rest()
    same_numbers(bench.trace, free)
    bench.redo()
    rest()
    same_numbers(bench.trace, held)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_no_hold_is_the_same_numbers_as_before(bench, opened, rest, cell):
    opened(experiment(recipe=Recipe(cell=cell, hidden=6)))
    free = bench.trace
    bench.edit_clamps((Clamp("h", 0.0, on=False),))
    rest()
    same_numbers(bench.trace, free)
    assert bench.ghost is None


HELD = Clamp("f", 1.0, (3,), (31, None))


@pytest.fixture
def ghosted(bench, opened, rest):
    """Return a bench in live mode in which something is held, and how far trace and ghost were whenever it spoke."""
    opened(experiment(3000))
    bench.set_live(True)
    rest()
    bench.move(40)
    bench.edit_clamps((HELD,))
    rest()
    seen = []
    for fact in (bench.trace_changed, bench.trace_grown, bench.step_changed, bench.ghost_changed):
        fact.connect(lambda _: seen.append((bench.trace.ready().stop, bench.ghost and bench.ghost.ready().stop)))
    return bench, seen


def test_running_to_a_hit_in_live_mode_takes_the_ghost_along(ghosted, rest):
    bench, seen = ghosted
    for text in ("t == 500", "t == 5000"):
        bench.breaks.add(text)
        bench.run_on()
        rest()
        assert bench.frontier == bench.ghost.ready().stop == {"t == 500": 521, "t == 5000": 3000}[text]
    assert all(free >= held for held, free in seen)
    same_numbers(bench.ghost, run(replace(bench.experiment, clamps=()), "numpy"))
    same_numbers(bench.trace, run(bench.experiment, "numpy"))


def test_running_to_the_end_in_live_mode_takes_the_ghost_along(ghosted, rest):
    bench, seen = ghosted
    bench.finish()
    rest()
    assert bench.frontier == bench.ghost.ready().stop == 3000
    assert all(free >= held for held, free in seen)


def test_going_back_to_another_hold_in_live_mode_has_its_ghost_at_the_frontier(ghosted, rest):
    bench, seen = ghosted
    bench.edit_clamps((replace(HELD, value=0.5),))
    rest()
    bench.move(1000)
    assert bench.frontier == 1041
    bench.edit_clamps(())
    rest()
    assert bench.ghost is None
    for back in (bench.undo, bench.undo, bench.redo):
        back()
        rest()
        assert bench.frontier == bench.ghost.ready().stop == 1041
    assert all(free is None or free >= held for held, free in seen)


@pytest.mark.parametrize("engine_loaded", [False, True])
def test_at_every_look_of_the_window_the_ghost_is_as_far_as_the_trace(engine_loaded):
    free = experiment(9000)
    held = replace(free, clamps=(replace(HELD, steps=(31, 5000)),))
    stepper, ghost = Stepper(held), Trace(free, "numpy, live")
    for each in (stepper, Stepper(free, 0, ghost)):
        each.advance(40)
    tasks = (
        until_hit(stepper, [parse_condition("t == 700")], 0, 0, [], ghost),
        finish_task(stepper.trace, Batch((0,)), engine_loaded, ghost, live=True),
    )
    for task in tasks:
        looks = [(stepper.frontier, ghost.ready().stop) for _ in task.work(task, lambda *_: None)]
        assert len(looks) > 3
        assert all(behind <= ahead for behind, ahead in looks)
    assert ghost.complete
    assert stepper.trace.complete
