"""Going from sequence to sequence: what is looked at is computed first, what was picked next, the rest when wanted."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.errors import DataError
from explorer.network import Place, Recipe
from explorer.run import run
from tests.widgets.benches import Facts, Held, experiment, recipe_of, several
from widgets.batch import Batch


def whole(bench) -> list[int]:
    return [k for k in range(bench.count) if bench.trace.whole(k)]


def same_as_run(bench, sequence: int) -> None:
    wanted = run(bench.experiment, "numpy")
    for name in ("i", "f", "g", "o", "c", "h"):
        np.testing.assert_array_equal(bench.trace.read(sequence, name), wanted.read(sequence, name))


def test_opening_computes_what_is_looked_at_and_nothing_else(bench, opened) -> None:
    opened(several(30, 40, 50))
    assert (bench.sequence, bench.count, bench.length) == (0, 3, 30)
    assert whole(bench) == [0]
    assert not bench.unfinished, "nobody waits for the others"


def test_another_sequence_is_computed_when_one_goes_there(bench, opened, rest) -> None:
    facts = opened(several(30, 40, 50))
    bench.go_to(20)
    facts.clear()
    bench.go_to_sequence(2)
    rest()
    assert (bench.sequence, bench.step, bench.length, bench.frontier) == (2, 0, 50, 50)
    assert facts.of("sequence_changed") == [2]
    assert facts.of("step_changed") == [0]
    assert facts.of("trace_changed") == []
    assert whole(bench) == [0, 2]
    same_as_run(bench, 2)
    trace, rows = bench.trace, bench.trace.tracks[0][Place()].states["h"]
    bench.go_to_sequence(0)
    rest()
    assert bench.trace is trace
    assert trace.tracks[0][Place()].states["h"] is rows, "what is known is not computed again"


def test_a_short_one_is_there_before_anything_is_told(bench, opened) -> None:
    opened(several(30, 40))
    known = []
    bench.sequence_changed.connect(lambda k: known.append(len(bench.trace.ready(k))))
    bench.computing.settle = lambda seconds, done, settle=bench.computing.settle: settle(20.0, done)
    bench.go_to_sequence(1)
    assert known == [40], "no frame without numbers in between"


def test_where_there_is_no_such_sequence_nothing_happens(bench, opened) -> None:
    facts = opened(several(30, 40))
    for wish in (lambda: bench.go_to_sequence(2), lambda: bench.go_to_sequence(-1), lambda: bench.go_to_sequence(0)):
        wish()
    bench.move_sequence(-1)
    assert (bench.sequence, facts.all) == (0, [])
    bench.move_sequence(1)
    bench.move_sequence(1)
    assert bench.sequence == 1


def test_the_next_event_after_the_last_is_the_first_step_of_the_next_sequence(bench, opened, rest) -> None:
    opened(several(30, 40, label_at=10))
    seen = []
    for _ in range(6):
        bench.go_to_event(1)
        rest()
        seen.append((bench.sequence, bench.step))
    assert seen == [(0, 10), (0, 29), (1, 0), (1, 10), (1, 39), (1, 39)]
    seen.clear()
    for _ in range(6):
        bench.go_to_event(-1)
        seen.append((bench.sequence, bench.step))
    assert seen == [(1, 10), (1, 0), (0, 29), (0, 10), (0, 0), (0, 0)]


def test_picked_ones_are_computed_and_walked_through(bench, opened, rest) -> None:
    facts = opened(several(*[20] * 8))
    bench.pick((5, 3, 6))
    rest()
    assert whole(bench) == [0, 3, 5, 6]
    assert bench.sequence == 5, "the first of them is looked at"
    assert facts.of("sequence_changed") == [5]
    bench.move_sequence(1)
    assert bench.sequence == 3
    bench.move_sequence(1)
    bench.move_sequence(1)
    assert bench.sequence == 6
    bench.pick(())
    bench.move_sequence(1)
    assert bench.sequence == 7


def test_one_walks_in_the_order_that_was_set(bench, opened) -> None:
    opened(several(*[20] * 5))
    bench.set_order((4, 0, 2))
    bench.move_sequence(1)
    assert bench.sequence == 2
    bench.move_sequence(-1)
    bench.move_sequence(-1)
    assert bench.sequence == 4
    bench.set_order((1, 3))
    bench.move_sequence(1)
    assert bench.sequence == 1, "from elsewhere, to the first"


def test_run_all_computes_the_rest_with_progress(bench, opened, rest) -> None:
    facts = opened(several(*[60] * 40))
    facts.clear()
    bench.run_all()
    assert bench.runs_several
    rest()
    assert bench.trace.complete
    assert bench.trace.computed == 40
    assert not bench.runs_several
    assert facts.of("trace_changed") == []
    assert facts.of("trace_grown")
    same_as_run(bench, 39)
    bench.run_all()
    assert not bench.computing.busy, "there is nothing left"


def test_a_cancelled_run_keeps_what_it_did_and_goes_on(qtbot, bench, opened, rest) -> None:
    opened(several(10, *[1000] * 10))
    bench.run_all()
    qtbot.waitUntil(lambda: bench.trace.computed >= 2, timeout=60_000)
    bench.cancel()
    rest()
    assert 2 <= bench.trace.computed < 11
    assert not bench.unfinished, "the one that is looked at is whole"
    bench.go_to_sequence(10)
    rest()
    assert bench.trace.whole(10)
    bench.run_all()
    rest()
    assert bench.trace.complete
    same_as_run(bench, 5)


def test_what_is_looked_at_goes_before_the_rest(qtbot, bench, opened, rest) -> None:
    opened(several(10, *[1500] * 12))
    bench.run_all()
    qtbot.waitUntil(lambda: bench.trace.known > 100, timeout=60_000)
    bench.go_to_sequence(12)
    qtbot.waitUntil(lambda: bench.trace.whole(12), timeout=60_000)
    assert not bench.trace.whole(11)
    assert bench.computing.busy, "the others still follow"
    rest()
    assert bench.trace.complete


def test_what_is_added_while_the_thread_ends_is_not_forgotten(bench, opened, rest) -> None:
    opened(several(*[20] * 4))
    bench.run_sequences((1,))
    batch = bench.computing.batch(bench.trace)
    while not bench.trace.whole(1):
        pass
    batch.add([3])  # whether the thread still sees it or not
    rest()
    assert whole(bench) == [0, 1, 3]


def test_another_network_looks_at_the_same_sequence(bench, opened, rest) -> None:
    opened(several(30, 40, 50))
    bench.go_to_sequence(1)
    rest()
    bench.pick((1, 2))
    rest()
    bench.go_to(7)
    bench.edit_recipe(replace(recipe_of(bench), cell="gru"))
    rest()
    assert (bench.sequence, bench.step, bench.picked) == (1, 7, (1, 2))
    assert whole(bench) == [1, 2], "of the new trace what is looked at and what is picked"
    bench.undo()
    rest()
    assert (bench.sequence, bench.step) == (1, 7)


def test_other_data_begins_with_its_first_sequence_and_undo_finds_a_valid_one(bench, opened, rest) -> None:
    opened(several(30, 40, 50))
    bench.open(lambda _: several(20, 20, 20, 20, seed=2), "open four")
    rest()
    assert bench.sequence == 0
    bench.go_to_sequence(3)
    rest()
    bench.pick((2, 3))
    rest()
    bench.undo()
    rest()
    assert (bench.count, bench.sequence, bench.step, bench.picked) == (3, 0, 0, ())
    bench.redo()
    rest()
    assert (bench.count, bench.length) == (4, 20)


def test_a_sequence_that_is_gone_to_while_a_change_is_coming_stays(bench, opened, rest) -> None:
    opened(several(30, 40, 50))
    held = Held(replace(bench.experiment, scale="standardize"))
    bench.propose(held, "standardise")
    bench._on_coalesced()
    assert held.reached.wait(30)
    bench.go_to_sequence(2)
    assert bench.sequence == 2
    held.go_on.set()
    rest()
    assert bench.experiment.scale == "standardize"
    assert bench.sequence == 2
    assert bench.trace.whole(2)


def test_where_the_change_fails_the_sequence_is_computed_of_what_was_before(bench, opened, rest) -> None:
    opened(several(30, 40, 50))
    held = Held(experiment(), DataError("no"))
    bench.propose(held, "change")
    bench._on_coalesced()
    assert held.reached.wait(30)
    bench.go_to_sequence(2)
    held.go_on.set()
    rest()
    assert (bench.sequence, bench.count) == (2, 3)
    assert whole(bench) == [0, 2]


def test_live_mode_has_a_frontier_in_each_sequence(bench, opened, rest) -> None:
    facts = opened(several(30, 40))
    bench.set_live(True)
    rest()
    bench.move(9)
    bench.go_to_sequence(1)
    assert (bench.sequence, bench.step, bench.frontier) == (1, 0, 1)
    bench.move(4)
    assert bench.trace.ready(1) == range(5)
    bench.go_to_sequence(0)
    assert (bench.step, bench.frontier) == (0, 10), "what was taken stays"
    bench.go_to_last()
    facts.clear()
    bench.move(1)
    assert facts.of("trace_grown") == [range(10, 11)]
    same = run(bench.experiment, "numpy")
    for k, n in ((0, 11), (1, 5)):
        np.testing.assert_array_equal(bench.trace.read(k, "h", steps=slice(0, n)), same.read(k, "h", steps=slice(0, n)))
    assert bench.trace.engine(1) == "numpy, live"


def test_run_all_in_live_mode_keeps_what_was_taken(bench, opened, rest) -> None:
    opened(several(30, 40))
    bench.set_live(True)
    rest()
    bench.move(9)
    trace, rows = bench.trace, bench.trace.read(0, "h", steps=slice(0, 10)).copy()
    bench.run_all()
    rest()
    assert bench.trace is trace
    assert trace.complete
    np.testing.assert_array_equal(trace.read(0, "h", steps=slice(0, 10)), rows)


def test_playing_goes_on_in_the_next_sequence_and_stops_at_its_end(qtbot, bench, opened) -> None:
    opened(several(4000, 30))
    bench.player.set_speed(960)
    bench.play()
    qtbot.waitUntil(lambda: bench.step > 3, timeout=60_000)
    bench.go_to_sequence(1)
    assert bench.player.playing
    qtbot.waitUntil(lambda: not bench.player.playing, timeout=60_000)
    assert (bench.sequence, bench.step) == (1, 29)


@pytest.mark.parametrize("both", [False, True])
def test_the_check_covers_every_sequence_that_was_computed(qtbot, bench, opened, rest, both) -> None:
    opened(several(30, 40, recipe=Recipe(hidden=6, bidirectional=both)))
    bench.go_to_sequence(1)
    rest()
    bench.trace.tracks[0][Place()].states["h"][5] += 0.01
    facts = Facts(bench)
    with qtbot.waitSignal(bench.check_changed, check_params_cb=lambda check: check is not None, timeout=60_000):
        bench.torch.load()
    assert not bench.trace.check.passed, "also the one that is not looked at"
    assert facts.messages == []


def test_a_batch_is_worked_off_in_its_order_and_what_is_looked_at_first() -> None:
    trace = run(several(5, 5, 5, 5), "numpy")
    batch = Batch((0, 1, 2), 1)
    assert list(batch.turns(trace)) == []
    assert batch.left(trace) == []
    trace._whole.clear()
    done: set[int] = set()
    trace.whole = lambda k: k in done
    turns = batch.turns(trace)
    assert next(turns) == 1
    done.add(1)
    assert next(turns) == 0
    batch.look_at(3)
    assert next(turns) == 3
    done |= {0, 3}
    assert next(turns) == 2
    assert batch.left(trace) == [2]
    done.add(2)
    assert list(turns) == []
