"""torch loads beside the window, and holds what numpy computed against its own modules."""

import gc
import os
import threading
import weakref

import pytest

from explorer.network import Place, Recipe
from explorer.run import run
from explorer.stepper import Stepper
from tests.explorer.making import make_experiment
from widgets.torch_side import MOST_THREADS, TorchSide


@pytest.fixture
def side(qapp):
    made = TorchSide()
    yield made
    made.end()
    made.deleteLater()


@pytest.fixture
def loaded(qtbot, side):
    with qtbot.waitSignal(side.loaded, timeout=60_000):
        side.load()
    return side


def trace_of(steps: int = 300, **recipe):
    return run(make_experiment(Recipe(**{"hidden": 6} | recipe), (steps,)), "numpy")


def test_before_torch_is_there_it_checks_nothing(qtbot, side) -> None:
    assert not side.is_loaded
    assert side.check(trace_of()) is False
    assert not any(thread.name == "checking against torch" for thread in threading.enumerate())


def test_it_leaves_a_core_to_the_window(loaded) -> None:
    import torch

    assert loaded.is_loaded
    assert torch.get_num_threads() == max(1, min((os.cpu_count() or 2) - 1, MOST_THREADS))


@pytest.mark.parametrize("recipe", [{"cell": "gru"}, {"layers": 2, "bidirectional": True}, {"dtype": "float64"}])
def test_a_true_trace_passes(qtbot, loaded, recipe) -> None:
    trace = trace_of(**recipe)
    with qtbot.waitSignal(loaded.checked, timeout=60_000) as signal:
        assert loaded.check(trace) is True
    checked, check = signal.args
    assert checked is trace
    assert check.passed


@pytest.mark.parametrize("place", [Place(0), Place(1), Place(1, 1)], ids=lambda place: place.key)
def test_a_wrong_number_anywhere_does_not(qtbot, loaded, place) -> None:
    trace = trace_of(2500, layers=2, bidirectional=True)
    trace.tracks[0][place].states["h"][2222, 4] += 0.001
    with qtbot.waitSignal(loaded.checked, timeout=60_000) as signal:
        loaded.check(trace)
    assert not signal.args[1].passed
    assert signal.args[1].error >= 0.0009


def test_one_check_at_a_time(qtbot, loaded) -> None:
    first, second = trace_of(3000), trace_of()
    checked = []
    loaded.checked.connect(lambda trace, check: checked.append(trace))
    assert loaded.check(first) is True
    assert loaded.check(second) is False
    qtbot.waitUntil(lambda: checked == [first], timeout=60_000)
    assert loaded.check(second) is True
    qtbot.waitUntil(lambda: checked == [first, second], timeout=60_000)


def test_of_a_live_trace_the_steps_that_were_taken_are_checked(qtbot, loaded) -> None:
    stepper = Stepper(make_experiment(Recipe(hidden=6), (300,)))
    stepper.advance(40)
    stepper.trace.tracks[0][Place()].states["h"][40:] = 7.0  # not taken yet: what stands there is nothing
    with qtbot.waitSignal(loaded.checked, timeout=60_000) as signal:
        loaded.check(stepper.trace)
    assert signal.args[1].passed


def test_a_check_that_cannot_be_done_says_so_and_the_next_one_can(qtbot, loaded) -> None:
    broken = trace_of()
    del broken.tracks[0][Place()].blocks["W_ii"]
    with qtbot.waitSignal(loaded.failed, timeout=60_000) as signal:
        loaded.check(broken)
    assert "the check against torch failed" in signal.args[0]
    with qtbot.waitSignal(loaded.checked, timeout=60_000):
        assert loaded.check(trace_of()) is True


def test_a_trace_that_was_checked_is_let_go(qtbot, loaded) -> None:
    trace = trace_of()
    gone = weakref.ref(trace)
    with qtbot.waitSignal(loaded.checked, timeout=60_000) as signal:
        loaded.check(trace)
    del trace, signal

    def let_go() -> bool:
        gc.collect()
        return gone() is None

    qtbot.waitUntil(let_go, timeout=20_000)


def test_ending_in_mid_check_says_nothing_more(qtbot, loaded) -> None:
    said = []
    loaded.checked.connect(lambda *values: said.append(values))
    loaded.check(trace_of(20_000))
    loaded.end()
    assert not any(thread.name == "checking against torch" for thread in threading.enumerate())
    assert said == []
