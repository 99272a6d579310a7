"""Moments of a training on the workbench: each is run as it was, and all of them are one change until one is kept."""

import threading
from dataclasses import replace

import numpy as np

from explorer.clamps import Clamp
from explorer.errors import DataError
from explorer.experiment import Experiment
from explorer.network import Network
from explorer.run import run
from tests.widgets.benches import SMALL, experiment, same_numbers
from tests.widgets.trained import Trained, trained
from widgets.variations import Kept


def looked_at(bench, source: Trained, iteration: int) -> None:
    bench.show_moment(lambda: source.network("lstm", iteration), f"iteration {iteration}")


def test_a_moment_is_run_with_the_network_as_it_was(bench, opened, rest):
    facts, source = opened(), Trained(SMALL, 1, outputs=("due",))
    before = bench.experiment
    bench.go_to(30)
    facts.clear()
    looked_at(bench, source, 40)
    rest()
    network = source.network("lstm", 40)
    same_numbers(bench.trace, run(Experiment(before.dataset, network), "numpy"))
    assert bench.experiment.dataset is before.dataset
    assert np.array_equal(bench.trace.output(0), run(Experiment(before.dataset, network), "numpy").output(0))
    assert len(facts.of("trace_changed")) == 1
    assert bench.step == 30


def test_moment_after_moment_is_one_change_that_undo_takes_back(bench, opened, rest):
    opened()
    before, source = bench.trace, Trained(SMALL, 1)
    for iteration in (0, 20, 60, 100):
        looked_at(bench, source, iteration)
        rest()
    assert len(bench.history.changes) == 2
    assert bench.history.undo_name == "iteration 100"
    bench.undo()
    rest()
    same_numbers(bench.trace, before)
    assert not bench.looks_at_moment


def test_of_moments_asked_for_fast_the_last_is_shown(bench, opened, rest):
    facts, source = opened(), Trained(SMALL, 1, range(200))
    facts.clear()
    for iteration in range(200):
        looked_at(bench, source, iteration)
    rest()
    last = trained(source._first["lstm"], 199)
    same_numbers(bench.trace, run(Experiment(bench.experiment.dataset, last), "numpy"))
    assert len(facts.of("trace_changed")) < 100
    assert len(source.read) < 100


def test_what_is_nearly_there_is_seen_before_the_next(bench, opened, rest, qtbot, monkeypatch):
    monkeypatch.setattr("widgets.changing.WAIT_SECONDS", 60.0)
    facts, source, free = opened(), Trained(SMALL, 1), threading.Event()
    facts.clear()

    def slow() -> Network:
        assert free.wait(60)
        return source.network("lstm", 20)

    bench.show_moment(slow, "iteration 20")
    qtbot.waitUntil(lambda: bench.computing.under_way)
    with qtbot.waitSignal(bench._coalesce.timeout):
        looked_at(bench, source, 40)
    assert bench._proposed is not None, "its turn came, and it waits"
    free.set()
    rest()
    assert source.read == [("lstm", 20), ("lstm", 40)]
    assert len(facts.of("trace_changed")) == 2


def test_a_promoted_moment_is_the_current_network(bench, opened, rest):
    opened()
    source = Trained(SMALL, 1)
    before = bench.experiment
    looked_at(bench, source, 60)
    bench.promote_moment("network of iteration 60")
    promoted = bench.experiment
    assert not bench.looks_at_moment
    assert bench.history.undo_name == "network of iteration 60"
    looked_at(bench, source, 100)
    rest()
    bench.leave_moments()
    rest()
    assert bench.experiment is promoted
    bench.leave_moments()
    rest()
    assert bench.experiment is promoted
    bench.undo()
    rest()
    assert bench.experiment is before


def test_to_leave_gives_up_the_moment_that_is_on_its_way(bench, opened, rest):
    opened()
    before, source = bench.experiment, Trained(SMALL, 1)
    looked_at(bench, source, 20)
    bench.leave_moments()
    rest()
    assert bench.experiment is before
    looked_at(bench, source, 20)
    rest()
    looked_at(bench, source, 40)
    bench.leave_moments()
    rest()
    assert bench.experiment is before


def test_what_is_held_stays_held(bench, opened, rest):
    opened()
    clamp = Clamp("f", 1.0, (3,), (10, 20))
    bench.edit_clamps((clamp,))
    rest()
    looked_at(bench, Trained(SMALL, 1), 40)
    rest()
    assert bench.experiment.clamps == (clamp,)
    assert np.all(bench.trace.read(0, "f", steps=slice(10, 20))[:, 3] == 1)
    free = run(replace(bench.experiment, clamps=()), "numpy")
    same_numbers(bench.ghost, free)


def test_a_moment_that_cannot_be_read_leaves_all_as_it_is(bench, opened, rest):
    facts, source = opened(), Trained(SMALL, 1)
    before = bench.trace
    source.lost.add(40)
    looked_at(bench, source, 40)
    rest()
    assert bench.trace is before
    assert facts.messages == [(str(DataError("the weights of iteration 40 cannot be read")), "error")]


def test_a_trained_network_is_shown_other_data_and_not_lost_over_them(bench, opened, rest):
    opened()
    looked_at(bench, Trained(SMALL, 1, outputs=("due",)), 40)
    rest()
    network, values = bench.experiment.network, bench.experiment.dataset.sequences[0].values
    bench.edit_data_seed(5)
    rest()
    assert bench.experiment.network is network
    assert not np.array_equal(bench.experiment.dataset.sequences[0].values, values)


def test_another_network_takes_the_place_of_the_moment(bench, opened, rest):
    opened()
    looked_at(bench, Trained(SMALL, 1), 40)
    bench.edit_recipe(replace(SMALL, seed=3))
    rest()
    assert bench.experiment.network.recipe == replace(SMALL, seed=3)
    same_numbers(bench.trace, run(experiment(recipe=replace(SMALL, seed=3)), "numpy"))


def test_a_moment_that_is_kept_stays_beside_the_next(bench, opened, rest, qtbot):
    opened()
    source = Trained(SMALL, 1)
    looked_at(bench, source, 20)
    rest()
    kept = bench.trace
    bench.comparing.add(Kept(bench.experiment, 0, "iteration 20"))
    looked_at(bench, source, 100)
    rest()
    qtbot.waitUntil(lambda: not bench.comparing.computing)
    (side,) = bench.comparing.sides
    assert side.name == "iteration 20"
    same_numbers(side.trace, kept)
