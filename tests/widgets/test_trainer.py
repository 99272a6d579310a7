"""The window's hold on the trainer: real processes, none of them left behind."""

import errno
import os
import sys
from dataclasses import replace

import numpy as np
import psutil
import pytest
from PySide6.QtCore import QProcess

from explorer.training.description import begin_run
from explorer.training.runs import Recording
from tests.counts import cases
from tests.explorer.training import hosting
from widgets.trainer import Trainer

WAIT = 60_000
SMALL = replace(hosting.SMALL, cells=("gru",))
BIG = replace(SMALL, hidden=2048, generator_settings=(("length", 2000),))
"""One iteration of this takes far longer than a test waits, and no more memory than there is."""


@pytest.fixture
def trainer(qtbot, tmp_path, monkeypatch):
    """Return a trainer in a working directory that would mislead Python, closed afterwards without a process left."""
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "explorer").mkdir(parents=True)
    (elsewhere / "explorer" / "__init__.py").write_text("raise SystemExit('the wrong explorer')")
    (elsewhere / "json.py").write_text("raise SystemExit('the wrong json')")
    monkeypatch.chdir(elsewhere)
    trainer = Trainer()
    yield trainer
    trainer.close()
    assert children() == []


def children():
    return [each for each in psutil.Process().children(recursive=True) if each.status() != psutil.STATUS_ZOMBIE]


def begun(folder, settings=SMALL):
    folder.mkdir()
    begin_run(folder, settings)
    return folder


def enter(qtbot, trainer, state, act=None):
    """Do something and wait for a state."""
    with qtbot.waitSignal(trainer.state_changed, timeout=WAIT, check_params_cb=lambda now: now == state):
        if act is not None:
            act()
    assert trainer.state == state


def test_a_run_from_start_to_stop_while_the_next_process_warms_up(qtbot, trainer, tmp_path):
    folder = begun(tmp_path / "run")
    enter(qtbot, trainer, "ready", trainer.warm)
    first = trainer.process_id
    enter(qtbot, trainer, "running", lambda: trainer.start(folder))
    assert trainer.process_id == first
    for act, state in ((trainer.pause, "paused"), (trainer.step, None), (trainer.resume, "running")):
        with qtbot.waitSignal(trainer.heard, timeout=WAIT) as heard:
            act()
        assert heard.args == [act.__name__]
        if state is None:
            qtbot.waitSignal(trainer.iterated, timeout=WAIT).wait()
        else:
            qtbot.waitUntil(lambda state=state: trainer.state == state, timeout=WAIT)
    with qtbot.waitSignal(trainer.ended, timeout=WAIT) as ended:
        trainer.stop()
        assert trainer.state == "ending"
    assert ended.args == ["stopped", False]
    assert Recording(folder).state == "stopped"
    assert Recording(folder).iteration == trainer.iteration
    enter(qtbot, trainer, "ready")
    assert trainer.process_id != first


def test_start_without_a_warm_process_and_pressed_again_as_soon_as_it_ended(qtbot, trainer, tmp_path):
    one, other = (begun(tmp_path / name, replace(SMALL, iterations=3)) for name in ("one", "other"))
    with qtbot.waitSignal(trainer.ended, timeout=WAIT) as ended:
        trainer.start(one)
        assert trainer.state == "starting"
        trainer.start(other)  # one at a time
    assert ended.args == ["finished", False]
    states = []
    trainer.state_changed.connect(states.append)
    with qtbot.waitSignal(trainer.ended, timeout=WAIT):
        trainer.start(other, paused=True)
        qtbot.waitUntil(lambda: trainer.state == "paused", timeout=WAIT)
        assert states == ["starting", "running", "paused"]
        assert trainer.iteration == 0
        trainer.resume()
    assert Recording(one).iteration == Recording(other).iteration == 3


def test_a_stop_is_heard_amid_an_iteration_and_a_second_one_kills(qtbot, trainer, tmp_path):
    folder = begun(tmp_path / "run", BIG)
    enter(qtbot, trainer, "running", lambda: trainer.start(folder))
    with qtbot.waitSignal(trainer.heard, timeout=WAIT):
        trainer.stop()
    assert trainer.state == "ending"  # it was heard before the first iteration was done
    assert trainer.iteration == 0
    with qtbot.waitSignal(trainer.died, timeout=WAIT) as died:
        trainer.stop()
    assert "as you asked twice" in died.args[0]
    assert Recording(folder).state == "unknown"


def test_a_stop_before_there_is_an_iteration_is_an_ordinary_end(qtbot, trainer, tmp_path):
    folder = begun(tmp_path / "run")
    with qtbot.waitSignal(trainer.ended, timeout=WAIT) as ended:
        trainer.start(folder)
        trainer.stop()
    assert ended.args == ["stopped", False]
    assert (Recording(folder).state, Recording(folder).iteration) == ("stopped", 0)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_killed_from_outside_it_says_so_and_from_where_it_can_be_resumed(qtbot, trainer, tmp_path):
    folder = begun(tmp_path / "run")
    trainer.start(folder, paused=True)
    trainer.step()
    qtbot.waitUntil(lambda: trainer.state == "paused" and trainer.iteration == 1, timeout=WAIT)
    with qtbot.waitSignal(trainer.died, timeout=WAIT) as died:
        psutil.Process(trainer.process_id).kill()
    assert died.args == [
        "the training was killed from outside (signal 9), most often because memory ran out; "
        "everything recorded is kept: resume from iteration 1"
    ]
    assert not trainer.is_training
    enter(qtbot, trainer, "running", lambda: trainer.start(folder))
    qtbot.waitUntil(lambda: trainer.iteration > 1, timeout=WAIT)
    trainer.pause()
    qtbot.waitUntil(lambda: trainer.state == "paused", timeout=WAIT)
    assert Recording(folder).metrics("gru")["iteration"][:2].tolist() == [1, 2]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_crash_says_what_the_process_said_last(qtbot, trainer, tmp_path):
    folder = begun(tmp_path / "run")
    enter(qtbot, trainer, "running", lambda: trainer.start(folder))
    with qtbot.waitSignal(trainer.died, timeout=WAIT) as died:
        psutil.Process(trainer.process_id).send_signal(11)
    assert died.args[0].startswith("the training crashed (signal 11)")


def test_what_is_asked_while_the_process_loads_is_taken_note_of_at_once_and_once(qtbot, trainer, tmp_path):
    heard = []
    trainer.heard.connect(heard.append)
    trainer.start(begun(tmp_path / "run"))
    trainer.pause()
    assert heard == ["start", "pause"], "by whoever keeps them, not by a process that hears nothing yet"
    qtbot.waitUntil(lambda: trainer.state == "paused", timeout=WAIT)
    assert trainer.iteration == 0
    trainer.step()
    qtbot.waitUntil(lambda: trainer.state == "paused" and trainer.iteration == 1, timeout=WAIT)
    assert heard == ["start", "pause", "step"]


@pytest.mark.slow
def test_a_full_disk_ends_it_with_the_reason_and_the_run_goes_on_to_the_same_curve(
    qtbot, trainer, tmp_path, small_disk
):
    settings = replace(SMALL, iterations=1000)
    whole, folder = begun(tmp_path / "whole", settings), begun(small_disk.place / "run", settings)
    full = os.strerror(errno.ENOSPC)
    with qtbot.waitSignal(trainer.ended, timeout=WAIT) as ended:
        trainer.start(folder)
    reason, failed = ended.args
    assert (failed, trainer.broken) == (True, True)
    assert f"the recording cannot go on: {full}" in reason or f"cannot be written: {full}" in reason
    run = Recording(folder)
    assert (run.state, run.reason) == ("failed", reason)
    assert 0 < run.resume_point().iteration <= run.iteration < 1000
    before = run.metrics("gru")
    assert len(before["loss"]) == run.iteration
    assert len(run.through_time("gru")["iteration"]) > 0
    assert run.network("gru", 0).head is not None

    small_disk.make_room()
    for each in (folder, whole):
        with qtbot.waitSignal(trainer.ended, timeout=WAIT) as ended:
            trainer.start(each)
        assert ended.args == ["finished", False]
    assert (folder / "metrics.csv").read_bytes() == (whole / "metrics.csv").read_bytes()
    np.testing.assert_array_equal(before["loss"], Recording(whole).metrics("gru")["loss"][: len(before["loss"])])


def test_what_became_nan_ends_with_a_sentence_and_is_not_to_be_gone_on_with(qtbot, trainer, tmp_path):
    wild = replace(SMALL, cells=("rnn",), nonlinearity="relu", optimizer="sgd", rate=100.0, clip=0.0)
    folder = begun(tmp_path / "run", wild)
    with qtbot.waitSignal(trainer.ended, timeout=WAIT) as ended:
        trainer.start(folder)
    reason, failed = ended.args
    assert (failed, trainer.broken) == (True, False)
    assert reason.startswith(f"stopped at iteration {trainer.iteration}: ")
    assert "of the rnn became" in reason
    assert Recording(folder).reason == reason


def test_what_cannot_be_begun_ends_with_a_sentence(qtbot, trainer, tmp_path):
    with qtbot.waitSignal(trainer.ended, timeout=WAIT) as ended:
        trainer.start(tmp_path / "none")
    assert ended.args == ["none: there is no such folder", True]


def test_a_warm_process_that_dies_is_started_anew_with_the_run(qtbot, trainer, tmp_path):
    enter(qtbot, trainer, "ready", trainer.warm)
    enter(qtbot, trainer, "off", lambda: psutil.Process(trainer.process_id).kill())
    folder = begun(tmp_path / "run", replace(SMALL, iterations=2))
    with qtbot.waitSignal(trainer.ended, timeout=WAIT) as ended:
        trainer.start(folder)
    assert ended.args == ["finished", False]


def test_python_that_is_not_there(qtbot, trainer, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with qtbot.waitSignal(trainer.died, timeout=WAIT) as died:
        trainer.start(begun(tmp_path / "run"))
    assert "cannot be run" in died.args[0]


def test_closing_ends_a_training_with_everything_written(qtbot, trainer, tmp_path):
    folder = begun(tmp_path / "run")
    enter(qtbot, trainer, "running", lambda: trainer.start(folder))
    trainer.close()
    assert children() == []
    assert Recording(folder).state == "stopped"
    trainer.warm()
    trainer.start(folder)
    assert children() == []


def test_closing_amid_an_iteration_that_takes_long_ends_it_too(qtbot, trainer, tmp_path, monkeypatch):
    monkeypatch.setattr("widgets.trainer.END_MS", 10)  # a fast machine does the iteration in what a person waits
    folder = begun(tmp_path / "run", BIG)
    enter(qtbot, trainer, "running", lambda: trainer.start(folder))
    trainer.close()
    assert children() == []
    assert Recording(folder).state == "unknown", "it was not waited for"


@pytest.mark.timeout(1800)
def test_started_and_stopped_again_and_again_leaves_nothing(qtbot, trainer, tmp_path):
    for count in range(cases(2, 50)):
        folder = begun(tmp_path / f"run{count}")
        trainer.start(folder)
        qtbot.waitUntil(lambda: trainer.state == "running", timeout=WAIT)
        with qtbot.waitSignal(trainer.ended, timeout=WAIT):
            trainer.stop()
        assert len(children()) <= 2  # the one that leaves, and the next
    qtbot.waitUntil(lambda: trainer.state == "ready", timeout=WAIT)
    assert [each.pid for each in children()] == [trainer.process_id]
    assert len(trainer.findChildren(QProcess)) == 1
