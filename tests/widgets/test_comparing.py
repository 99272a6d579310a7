"""The sides, on the workbench: each is the trace of its own experiment, follows the present one, and ends alone."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from explorer.clamps import Clamp
from explorer.network import Network, Recipe
from explorer.run import run
from explorer.sequences import Dataset
from explorer.trace import Trace
from tests.widgets.benches import SMALL, dataset, experiment, recipe_of, same_numbers, several, slow_experiment
from widgets.sources import make_experiment
from widgets.variations import NO_RECIPE, OtherCell, OtherSeed, OtherSequence
from widgets.workbench import NOT_COMPARED

CELLS = (OtherCell("rnn"), OtherCell("gru"))


@pytest.fixture
def compared(qtbot, bench, rest):
    """Wait until every side is computed, and return the sides by name."""

    def wait() -> dict:
        rest()
        qtbot.waitUntil(lambda: not bench.comparing.computing and not bench.computing.busy, timeout=60_000)
        return {side.name: side for side in bench.comparing.sides}

    return wait


def is_run_of(trace: Trace, recipe: Recipe, data: Dataset, clamps=(), sequence: int = 0) -> None:
    """Check a side against a run of an experiment that is made anew."""
    expected = run(replace(make_experiment(data, recipe), clamps=clamps), "numpy")
    assert trace.whole(sequence)
    for place in trace.experiment.network.places:
        for quantity in trace.experiment.network.cell(place).quantities:
            mine, other = (each.read(sequence, quantity.name, place) for each in (trace, expected))
            np.testing.assert_array_equal(mine, other, quantity.name)


def test_other_cells_have_the_data_and_the_sizes_of_the_present_one(bench, opened, compared):
    opened()
    bench.comparing.add(*CELLS)
    sides = compared()
    assert list(sides) == ["RNN", "GRU"]
    assert bench.comparing.name == "LSTM"
    for name, cell in (("RNN", "rnn"), ("GRU", "gru")):
        is_run_of(sides[name].trace, replace(recipe_of(bench), cell=cell), bench.experiment.dataset)


def test_what_is_there_already_is_not_added_again(bench, opened, compared):
    opened()
    bench.comparing.add(*CELLS)
    bench.comparing.add(OtherCell("gru"), OtherSeed(1))
    assert list(compared()) == ["RNN", "GRU", "seed 1"]
    assert bench.comparing.next_seed() == OtherSeed(2)


def test_sides_follow_what_is_changed_in_the_present_one(bench, opened, rest, compared):
    opened()
    bench.comparing.add(OtherCell("gru"), OtherSeed(5))
    compared()
    bench.edit_recipe(replace(recipe_of(bench), hidden=4))
    rest()
    sides = compared()
    assert len(bench.comparing.sides) == 2
    is_run_of(sides["GRU"].trace, replace(recipe_of(bench), cell="gru"), bench.experiment.dataset)
    is_run_of(sides["seed 5"].trace, replace(recipe_of(bench), seed=5), bench.experiment.dataset)
    bench.edit_data_seed(9)
    rest()
    sides = compared()
    assert sides["GRU"].trace.experiment.dataset is bench.experiment.dataset
    is_run_of(sides["GRU"].trace, replace(recipe_of(bench), cell="gru"), bench.experiment.dataset)


def test_a_hold_acts_in_every_side_that_has_what_is_held_and_the_weights_stay(bench, opened, rest, compared):
    opened()
    bench.comparing.add(*CELLS, OtherSeed(1))
    before = compared()
    held = Clamp("h", 0.5, (2,), (150, 160))
    bench.edit_clamps((held, Clamp("f", 1.0, (1,), (20, 30))))
    rest()
    sides = compared()
    for name in ("RNN", "GRU"):
        trace = sides[name].trace
        assert trace.experiment.network is before[name].trace.experiment.network
        assert trace.experiment.clamps == (held,)
        assert np.all(trace.read(0, "h", steps=slice(150, 160))[:, 2] == 0.5)
    assert len(sides["seed 1"].trace.experiment.clamps) == 2
    notes = {line.name: line.note for line in bench.comparing.lines}
    assert notes["GRU"] == "GRU goes without 1 hold that it cannot have."
    assert notes["seed 1"] == ""
    bench.undo()
    rest()
    same_numbers(compared()["RNN"].trace, before["RNN"].trace)


def test_an_initialisation_that_does_not_fit_becomes_the_default_and_it_is_said(bench, opened, compared):
    opened(experiment(recipe=replace(SMALL, init="chrono")))
    bench.comparing.add(*CELLS)
    sides = compared()
    assert sides["GRU"].trace.experiment.network.recipe.init == "chrono"
    is_run_of(sides["RNN"].trace, replace(recipe_of(bench), cell="rnn", init="default"), bench.experiment.dataset)
    notes = {line.name: line.note for line in bench.comparing.lines}
    assert notes["RNN"] == "RNN has the default initialisation, as chrono is not for it."
    assert notes["GRU"] == ""


def test_a_side_that_is_the_present_one_has_its_trace(bench, opened, rest, compared):
    opened()
    bench.comparing.add(OtherCell("gru"), OtherCell("lstm"))
    sides = compared()
    assert sides["LSTM"].trace is bench.trace
    gru = sides["GRU"].trace
    bench.edit_recipe(replace(recipe_of(bench), cell="gru"))
    rest()
    sides = compared()
    assert sides["GRU"].trace is bench.trace
    same_numbers(bench.trace, gru)


def test_another_sequence_is_one_of_the_same_trace(bench, opened, compared):
    opened(several(50, 70, 90))
    bench.comparing.add(OtherSequence(2))
    side = compared()["sequence s2"]
    assert side.trace is bench.trace
    assert side.sequence == 2
    assert bench.trace.whole(2)
    assert not bench.trace.whole(1)
    assert bench.comparing.name == "sequence s0"


def test_sides_look_at_the_sequence_that_is_looked_at(bench, opened, compared):
    opened(several(50, 70, 90))
    bench.comparing.add(OtherCell("gru"))
    compared()
    bench.go_to_sequence(1)
    side = compared()["GRU"]
    assert side.sequence == 1
    is_run_of(side.trace, replace(recipe_of(bench), cell="gru"), bench.experiment.dataset, sequence=1)


def test_what_is_kept_stays_when_anything_else_is_opened(bench, opened, compared):
    opened()
    kept = bench.trace
    bench.comparing.keep()
    bench.comparing.keep()
    assert [side.trace for side in compared().values()] == [kept]
    opened(experiment(80, replace(SMALL, cell="gru"), seed=3))
    side = compared()["kept: LSTM"]
    assert side.trace is kept, "nothing is computed or copied again"
    assert bench.trace.experiment.network.recipe.cell == "gru"


def test_an_unfinished_trace_that_was_kept_is_computed_to_its_end_elsewhere(bench, opened, rest, compared):
    opened()
    bench.set_live(True)
    rest()
    bench.go_to(0)
    bench.move(5)
    live = bench.trace
    bench.comparing.keep()
    compared()
    opened(experiment(80, replace(SMALL, cell="gru"), seed=3))
    side = compared()["kept: LSTM"]
    assert side.trace is not live
    assert len(live.ready(0)) == 6
    is_run_of(side.trace, SMALL, dataset())


def test_in_live_mode_sides_are_whole(bench, opened, rest, compared):
    opened()
    bench.set_live(True)
    rest()
    bench.comparing.add(OtherCell("gru"))
    assert compared()["GRU"].trace.whole(0)
    assert bench.frontier == 1


def test_looking_at_a_side_swaps_it_with_the_present_one_and_undo_swaps_them_back(bench, opened, rest, compared):
    opened()
    bench.comparing.add(*CELLS)
    sides, lstm = compared(), bench.trace
    bench.look_at_side(sides["GRU"].key)
    rest()
    swapped = compared()
    assert bench.trace is sides["GRU"].trace, "it is not computed again"
    assert list(swapped) == ["RNN", "kept: LSTM"]
    assert swapped["kept: LSTM"].trace is lstm
    assert bench.history.undo_name == "look at GRU"
    bench.undo()
    rest()
    back = compared()
    assert bench.trace is lstm
    assert list(back) == ["RNN", "GRU"]
    assert back["GRU"].trace is sides["GRU"].trace
    bench.redo()
    rest()
    assert list(compared()) == ["RNN", "kept: LSTM"]


def test_looking_at_another_sequence_goes_there(bench, opened, compared):
    opened(several(50, 70, 90))
    bench.comparing.add(OtherSequence(2))
    bench.look_at_side(compared()["sequence s2"].key)
    sides = compared()
    assert bench.sequence == 2
    assert [(name, side.sequence) for name, side in sides.items()] == [("sequence s0", 0)]


def test_removed_and_cleared(bench, opened, compared):
    opened()
    bench.comparing.add(*CELLS)
    bench.comparing.remove(compared()["RNN"].key)
    assert list(compared()) == ["GRU"]
    bench.comparing.clear()
    assert compared() == {}
    assert bench.comparing.lines == ()


def test_one_that_cannot_be_is_said_in_a_sentence_and_the_others_stay(bench, opened, rest, compared):
    facts = opened(several(50, 70))
    bench.comparing.add(OtherSequence(1), OtherCell("gru"))
    compared()
    bench.open(lambda _: experiment(60), "open")
    rest()
    assert list(compared()) == ["GRU"]
    said = "there is no sequence 1 in these data, but 0 to 0"
    assert [line.error for line in bench.comparing.lines] == ["", said, ""]
    assert facts.messages == [(f"sequence s1 cannot be compared: {said}", "error")]


def test_without_a_recipe_there_are_no_other_cells(bench, opened, compared):
    made = experiment()
    facts = opened(replace(made, network=Network(made.network.layers)))
    bench.comparing.add(OtherCell("gru"))
    assert compared() == {}
    assert facts.messages == [(f"GRU cannot be compared: {NO_RECIPE}", "error")]
    assert bench.comparing.next_seed() is None


def test_cancelled_what_is_known_stays_and_it_can_go_on(qtbot, bench, opened, compared):
    opened(slow_experiment())
    bench.comparing.add(OtherCell("gru"))
    qtbot.waitUntil(lambda: bool(bench.comparing.sides), timeout=60_000)
    bench.comparing.cancel()
    trace = compared()["GRU"].trace
    known = len(trace.ready(0))
    assert bench.comparing.cancelled
    assert 0 < known < trace.length(0)
    bench.comparing.go_on()
    side = compared()["GRU"]
    assert side.trace is trace
    assert trace.whole(0)


def test_sides_grow_while_they_are_computed_and_a_stale_answer_is_dropped(qtbot, bench, opened, rest, compared):
    opened(slow_experiment())
    seen, grown = [], []
    bench.comparing.sides_changed.connect(seen.append)
    bench.comparing.grown.connect(lambda: grown.append(len(bench.comparing.sides[0].trace.ready(0))))
    bench.comparing.add(OtherCell("gru"))
    qtbot.waitUntil(lambda: bool(bench.comparing.sides), timeout=60_000)
    first = bench.comparing.sides[0].trace
    assert not first.whole(0)
    bench.edit_recipe(replace(recipe_of(bench), hidden=3))
    rest()
    side = compared()["GRU"]
    assert side.trace is not first
    assert not first.whole(0), "nobody goes on with what is not wanted any more"
    assert side.trace.experiment.network.recipe.hidden == 3
    assert grown[-1] == side.trace.length(0)


def test_while_a_file_is_followed_nothing_is_compared_and_afterwards_it_is_again(
    bench, opened, rest, compared, tmp_path
):
    path = tmp_path / "log.csv"
    path.write_text("a\n" + "".join(f"{k % 7}.5\n" for k in range(30)))
    bench.open_source(str(path))
    rest()
    bench.comparing.add(OtherCell("gru"))
    assert list(compared()) == ["GRU"]
    bench.follow(True)
    rest()
    assert bench.endless
    assert compared() == {}
    assert bench.comparing.lines == ()
    said = []
    bench.message.connect(lambda text, _: said.append(text))
    bench.comparing.add(OtherCell("rnn"))
    assert said == [NOT_COMPARED]
    bench.follow(False)
    rest()
    sides = compared()
    assert list(sides) == ["GRU"]
    assert sides["GRU"].trace.whole(0)
    assert sides["GRU"].trace.experiment.dataset is bench.experiment.dataset


def test_closing_ends_what_is_being_computed(qtbot, bench, opened):
    opened(slow_experiment())
    bench.comparing.add(OtherCell("gru"))
    qtbot.waitUntil(lambda: bool(bench.comparing.sides), timeout=60_000)
    bench.close()
    known = len(bench.comparing.sides[0].trace.ready(0))
    assert known < bench.comparing.sides[0].trace.length(0)
    assert not any(thread.name == "comparing" for thread in threading.enumerate())


def test_an_answer_to_what_is_not_asked_any_more_is_never_shown(qtbot, bench, opened, compared):
    opened(slow_experiment())
    seen = []
    bench.comparing.sides_changed.connect(seen.extend)
    bench.comparing.add(OtherCell("gru"))
    qtbot.waitUntil(lambda: bench.comparing.computing and bench.comparing._work is not None)
    work = bench.comparing._work
    while not (work.made and work.made[1].known):  # no event is looked at, so nobody has taken it
        assert work.failed == {}
    seen.clear()  # on a slow machine it was seen before it was stale
    bench.comparing.show_trace(run(experiment(recipe=replace(SMALL, hidden=3)), "numpy"), 0)
    compared()
    assert [side.trace.experiment.network.recipe.hidden for side in seen] == [3]


def test_nothing_is_compared_before_anything_is_open(bench):
    said = []
    bench.message.connect(lambda text, _: said.append(text))
    bench.comparing.add(OtherCell("gru"))
    assert said == ["There is nothing to compare with yet."]
