"""One task at a time: what is wanted last is what comes, shown while it grows, whole or given up."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from explorer.errors import DataError
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import generate
from explorer.stepper import Stepper
from widgets.batch import Batch
from widgets.computing import Computing
from widgets.history import History
from widgets.sources import make_experiment
from widgets.tasks import NUMPY_STEPS, Arrival, Wish, choose_engine, finish_task, make_task

SMALL = Recipe(hidden=5)


def experiment(length: int = 100, recipe: Recipe = SMALL, *, seed: int = 0):
    return make_experiment(generate("sine-mix", seed=seed, length=length), recipe)


def task(made, name: str = "run", *, live: int = 0):
    return task_of(lambda _: made, name, live=live)


def task_of(build, name: str = "run", *, live: int = 0):
    return make_task(Arrival(Wish(build), History(), name, bool(live)), name, (0,), live, torch_loaded=False)


class Heard:
    """What it says, in order."""

    def __init__(self, computing: Computing) -> None:
        self.all: list[tuple[str, object]] = []
        for name in ("shown", "grown", "finished", "given_up", "failed"):
            getattr(computing, name).connect(lambda value, name=name: self.all.append((name, value)))
        self.progress: list[tuple[object, str]] = []
        computing.progressed.connect(lambda fraction, text: self.progress.append((fraction, text)))

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.all]


@pytest.fixture
def computing(qapp, numpy_runs_long):
    made = Computing()
    yield made
    made.end()
    made.deleteLater()


def wait(qtbot, computing) -> None:
    qtbot.waitUntil(lambda: not computing.busy, timeout=60_000)


def test_what_is_short_is_shown_when_it_is_whole(qtbot, computing) -> None:
    heard, wanted = Heard(computing), task(experiment())
    computing.run(wanted)
    assert computing.busy
    computing.settle(20.0)
    assert heard.all == [("shown", wanted), ("finished", wanted)]
    assert wanted.trace.complete
    assert not computing.busy
    assert [fraction for fraction, _ in heard.progress] == [None], "no progress bar that only flashes"


def test_what_is_long_is_shown_while_it_grows(qtbot, computing) -> None:
    heard, wanted = Heard(computing), task(experiment(400_000), "a long one")
    seen = []
    computing.shown.connect(lambda given: seen.append((given.trace.complete, len(given.trace.ready()))))
    computing.run(wanted)
    wait(qtbot, computing)
    assert heard.kinds[0] == "shown"
    assert heard.kinds[-1] == "finished"
    assert set(heard.kinds[1:-1]) == {"grown"}
    assert seen[0][0] is False
    assert 0 < seen[0][1] < 400_000
    fractions = [fraction for fraction, text in heard.progress if text == "a long one"]
    assert fractions == sorted(fractions)
    assert heard.progress[-1] == (None, "")
    assert wanted.trace.complete


def test_the_last_wish_counts(qtbot, computing) -> None:
    heard = Heard(computing)
    reached, go_on = threading.Event(), threading.Event()

    def slow(report):
        reached.set()
        assert go_on.wait(30)
        return experiment(50)

    computing.run(task_of(slow, "first"))
    qtbot.waitUntil(reached.is_set)
    last = task(experiment(60), "last")
    computing.run(last)
    qtbot.waitUntil(lambda: "finished" in heard.kinds)
    assert computing.busy, "the thread of the first is still there"
    go_on.set()
    wait(qtbot, computing)
    assert [(kind, value) for kind, value in heard.all if kind != "grown"] == [("shown", last), ("finished", last)]


def test_cancelling_gives_up_at_once(qtbot, computing) -> None:
    heard, wanted = Heard(computing), task(experiment(400_000))
    computing.run(wanted)
    qtbot.waitUntil(lambda: "shown" in heard.kinds, timeout=60_000)
    computing.cancel()
    assert heard.all[-1] == ("given_up", wanted)
    ready = len(wanted.trace.ready())
    wait(qtbot, computing)
    assert heard.all[-1] == ("grown", wanted), "its last chunk is kept too"
    assert "finished" not in heard.kinds
    assert ready <= len(wanted.trace.ready()) < 400_000
    computing.cancel()
    assert heard.kinds.count("given_up") == 1


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (DataError("line 3: there is no number"), "line 3: there is no number"),
        (MemoryError(), "opening: there is not enough memory for this; try fewer units, layers or steps"),
        (KeyError("x"), "opening: something went wrong that should not have (KeyError: 'x')"),
    ],
)
def test_an_error_gives_up_and_is_said_once(qtbot, computing, error, text) -> None:
    heard = Heard(computing)

    def build(report):
        raise error

    computing.run(task_of(build, "opening"))
    wait(qtbot, computing)
    assert heard.kinds == ["given_up", "failed"]
    said, *details = heard.all[-1][1].splitlines()
    assert said == text
    assert bool(details) == isinstance(error, KeyError), "the way there only where nobody expected it"


def test_a_live_task_takes_the_first_steps_only(qtbot, computing) -> None:
    made = experiment(2000)
    for steps in (1, 2, 256, 257, 700):
        wanted = task(made, live=steps)
        computing.run(wanted)
        wait(qtbot, computing)
        assert wanted.stepper.frontier == steps
        assert wanted.trace is wanted.stepper.trace
        assert wanted.trace.ready() == range(steps)
    wanted = task(made, live=10**6)
    computing.run(wanted)
    wait(qtbot, computing)
    assert wanted.trace.complete


def test_a_backward_direction_has_no_first_steps(qtbot, computing) -> None:
    wanted = task(experiment(recipe=replace(SMALL, bidirectional=True)), live=3)
    computing.run(wanted)
    wait(qtbot, computing)
    assert wanted.stepper is None
    assert wanted.trace.complete


def test_finishing_goes_on_where_the_stepper_stands(qtbot, computing) -> None:
    stepper = Stepper(experiment(500))
    stepper.advance(30)
    before = stepper.trace.read(0, "h", steps=slice(0, 30)).copy()
    heard, wanted = Heard(computing), finish_task(stepper.trace, Batch((0,)), False)
    computing.run(wanted)
    wait(qtbot, computing)
    assert "shown" not in heard.kinds, "it is on screen already"
    assert heard.all[-1] == ("finished", wanted)
    assert stepper.trace.complete
    np.testing.assert_array_equal(stepper.trace.read(0, "h", steps=slice(0, 30)), before)
    np.testing.assert_array_equal(stepper.trace.read(0, "h"), run(stepper.trace.experiment, "numpy").read(0, "h"))


@pytest.mark.parametrize(
    ("length", "recipe", "loaded", "engine"),
    [
        (100, SMALL, False, "numpy"),
        (100, SMALL, True, "torch"),
        (NUMPY_STEPS, SMALL, False, "numpy"),
        (NUMPY_STEPS + 1, SMALL, False, "torch"),
        (NUMPY_STEPS // 2, replace(SMALL, layers=3), False, "torch"),
        (NUMPY_STEPS // 2, replace(SMALL, bidirectional=True), False, "numpy"),
    ],
)
def test_what_is_too_long_for_numpy_waits_for_torch(length, recipe, loaded, engine) -> None:
    assert choose_engine(experiment(length, recipe), (0,), loaded) == engine


def test_a_run_that_waits_for_torch_says_so_and_then_has_it() -> None:
    wanted = task(experiment(NUMPY_STEPS + 1))
    work = wanted.work(wanted, lambda _: None)
    next(work)
    assert wanted.waits_for == "loading torch"
    assert wanted.trace is None, "what was under way goes on until there is a trace"
    list(work)
    assert wanted.waits_for == ""
    assert wanted.trace.engine() == "torch, fused and explained"
    assert wanted.trace.check.passed


# Wishes -------------------------------------------------------------------------------------------------------------


def test_a_wish_changes_only_what_is_wished() -> None:
    base = experiment(recipe=SMALL)
    given = replace(base, initial={"l0.h": np.ones(5, np.float32)})
    assert Wish(lambda _: given).build(None) is given
    standardised = Wish(lambda _: given, scale="standardize").build(None)
    assert standardised.scale == "standardize"
    assert standardised.network is given.network
    assert standardised.initial is given.initial
    other = Wish(lambda _: given, recipe=replace(SMALL, cell="gru", hidden=7)).build(None)
    assert other.dataset is given.dataset
    assert dict(other.initial) == {}, "initial states belong to the sizes of a network"
    assert other.network.weights(Place()).hidden_size == 7
    fresh = make_network(replace(SMALL, cell="gru", hidden=7), 1)
    np.testing.assert_array_equal(other.network.weights(Place()).weight_hh, fresh.weights(Place()).weight_hh)
    assert given.network.recipe.cell == "lstm"


def test_an_arrival_makes_an_entry_if_it_has_a_name() -> None:
    base, made = experiment(), experiment(seed=2)
    history = History().pushed(base, "open")
    assert Arrival(Wish(lambda _: made), history, None, False).history_with(made) is history
    entered = Arrival(Wish(lambda _: made), history, "seed 2", False).history_with(made)
    assert (entered.present, entered.undo_name) == (made, "seed 2")
