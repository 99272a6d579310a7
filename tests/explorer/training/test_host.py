"""The trainer's process: what it hears and tells, and that however it ends it leaves a run that can be resumed."""

import signal
import sys
from dataclasses import replace

import numpy as np
import pytest

from explorer.training.folders import list_runs
from explorer.training.runs import Recording
from tests.counts import cases
from tests.explorer.training.hosting import SMALL, begun, hosted

ENDLESS = replace(SMALL, iterations=1_000_000)


def metrics(folder):
    return (folder / "metrics.csv").read_bytes()


def test_every_command_is_heard_and_done_at_the_end_of_an_iteration(tmp_path):
    folder = begun(tmp_path / "run")
    with hosted(tmp_path) as host:
        host.hear(is_="ready")
        host.say("start", run=str(folder))
        assert host.hear(is_="running")["iteration"] == 0
        for word, state in (("pause", "paused"), ("step", "paused"), ("resume", "running"), ("pause", "paused")):
            host.say(word)
            host.hear(heard=word)
            fact = host.hear(is_=state)
            if word == "pause":
                at = fact["iteration"]
            elif word == "step":
                assert fact["iteration"] == at + 1
        assert Recording(folder).state == "paused"
        host.say("stop")
        fact = host.hear(is_="ended")
        assert (fact["reason"], fact["failed"]) == ("stopped", False)
        host.rest()
        assert host.process.wait() == 0
    recording = Recording(folder)
    assert (recording.state, recording.iteration) == ("stopped", fact["iteration"])
    assert recording.moments("gru")[-1] == fact["iteration"]


def test_an_iteration_at_a_time_from_the_beginning(tmp_path):
    folder = begun(tmp_path / "run")
    with hosted(tmp_path) as host:
        host.say("pause")
        host.say("start", run=str(folder))
        assert host.hear(is_="paused")["iteration"] == 0
        for count in (1, 2, 3):
            host.say("step")
            assert host.hear(is_="paused")["iteration"] == count
        assert Recording(folder).iteration == 3
        host.say("quit")
        assert host.hear(is_="ended")["iteration"] == 3


def test_nothing_else_stands_on_stdout_and_what_is_no_command_is_told(tmp_path):
    with hosted(tmp_path) as host:
        for nonsense in (b"nonsense\n", b"[1]\n", b'{"do": "fly"}\n', b'{"do": "start"}\n'):
            host.process.stdin.write(nonsense)
            host.process.stdin.flush()
            assert "this is no command" in host.hear(heard="")["reason"]
        host.process.stdin.close()
        assert host.rest() == [{"is": "ready"}]
        assert host.process.wait() == 0


def test_it_ends_when_stdin_is_closed_with_everything_written(tmp_path):
    folder = begun(tmp_path / "run", ENDLESS)
    with hosted(tmp_path) as host:
        host.say("start", run=str(folder))
        host.hear(is_="running")
        host.process.stdin.close()
        ended = host.rest()[-1]
        assert (ended["is"], ended["reason"]) == ("ended", "stopped")
        assert host.process.wait() == 0
    assert Recording(folder).state == "stopped"
    assert Recording(folder).resume_point().iteration == ended["iteration"]


@pytest.mark.slow
def test_it_ends_when_stdin_is_closed_amid_an_iteration_that_takes_too_long(tmp_path):
    big = replace(SMALL, hidden=4096, layers=4, generator_settings=(("length", 2500),))
    folder = begun(tmp_path / "run", big)
    with hosted(tmp_path) as host:
        host.say("start", run=str(folder))
        host.hear(is_="running")
        host.process.stdin.close()
        assert host.process.wait() == 1
    assert Recording(folder).state == "unknown"


def test_it_ends_when_stdin_is_closed_in_a_pause(tmp_path):
    folder = begun(tmp_path / "run")
    with hosted(tmp_path) as host:
        host.say("pause")
        host.say("start", run=str(folder))
        host.hear(is_="paused")
        host.process.stdin.close()
        assert host.rest()[-1]["reason"] == "stopped"
        assert host.process.wait() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a signal of Unix")
def test_the_terminals_ctrl_c_is_left_to_the_window(tmp_path):
    folder = begun(tmp_path / "run", ENDLESS)
    with hosted(tmp_path) as host:
        host.say("start", run=str(folder))
        host.hear(is_="running")
        host.process.send_signal(signal.SIGINT)
        host.say("pause")
        host.hear(is_="paused")


def test_killed_in_mid_run_it_is_resumed_to_the_same_curve(tmp_path):
    settings = replace(SMALL, iterations=cases(40, 300), dropout=0.3, layers=2, weights_every=10)
    whole, broken = begun(tmp_path / "whole", settings), begun(tmp_path / "broken", settings)
    with hosted(tmp_path) as host:
        host.say("start", run=str(whole))
        assert host.hear(is_="ended")["reason"] == "finished"
    for stop in (7, 31)[: cases(1, 2)]:
        with hosted(tmp_path) as host:
            host.say("pause")
            host.say("start", run=str(broken))
            begin = host.hear(is_="paused")["iteration"]
            for _ in range(begin, stop):
                host.say("step")
            while host.hear(is_="paused")["iteration"] < stop:
                pass
            host.say("resume")
            host.hear(is_="running")
            host.process.kill()
        recording = Recording(broken)
        assert recording.state == "unknown"
        assert "killed or crashed" in recording.reason
        assert recording.resume_point().iteration >= stop
    with hosted(tmp_path) as host:
        host.say("start", run=str(broken))
        host.hear(is_="running")
        ended = host.hear(is_="ended")
    assert (ended["reason"], ended["iteration"]) == ("finished", settings.iterations)
    assert metrics(broken) == metrics(whole)
    one, other = Recording(whole), Recording(broken)
    for cell in settings.cells:
        assert one.moments(cell) == other.moments(cell)
        np.testing.assert_array_equal(one.through_time(cell)["l0.dh"], other.through_time(cell)["l0.dh"])
        weights = (each.network(cell, settings.iterations).state_dict() for each in (one, other))
        for mine, theirs in zip(*(list(each.values()) for each in weights), strict=True):
            np.testing.assert_array_equal(mine, theirs)


def test_nan_ends_it_with_a_sentence_that_stands_in_the_folder_too(tmp_path):
    settings = replace(SMALL, optimizer="sgd", rate=100.0, clip=0.0, nonlinearity="relu", cells=("rnn",))
    folder = begun(tmp_path / "run", settings)
    with hosted(tmp_path) as host:
        host.say("start", run=str(folder))
        fact = host.hear(is_="ended")
    assert fact["failed"]
    assert f"stopped at iteration {fact['iteration']}: " in fact["reason"]
    assert "of the rnn became" in fact["reason"]
    recording = Recording(folder)
    assert (recording.state, recording.reason) == ("failed", fact["reason"])
    assert np.isfinite(recording.metrics("rnn")["loss"]).all()


@pytest.mark.parametrize("what", ["no run", "no generator", "gone", "bad settings"])
def test_what_cannot_be_begun_is_refused_in_a_sentence(tmp_path, what):
    folder = tmp_path / "run"
    if what != "no run":
        begun(folder)
    text = (folder / "run.toml").read_text() if what != "no run" else ""
    told = {
        "no run": ("there is no such folder", ""),
        "no generator": ("there are no data to train on", text.replace('generator = "adding"', 'generator = ""')),
        "gone": ("there is no such file", text.replace("[data]", f'[data]\nsource = "{tmp_path / "gone.csv"}"')),
        "bad settings": ("hidden must be a whole number", text.replace("hidden = 4", "hidden = 0")),
    }
    sentence, changed = told[what]
    if what != "no run":
        assert changed != text
        (folder / "run.toml").write_text(changed.replace("[settings.generator-settings]\nlength = 12\n", ""))
    with hosted(tmp_path) as host:
        host.say("start", run=str(folder))
        reason = host.hear(is_="refused")["reason"]
        assert sentence in reason
        assert "\n" not in reason
        host.rest()
        assert host.process.wait() == 0
    if what in ("no generator", "gone"):
        assert list_runs(tmp_path)[0].status.state == "failed"
        assert list_runs(tmp_path)[0].status.reason == reason


def test_a_run_that_is_trained_already_is_refused_and_left_as_it_is(tmp_path):
    folder = begun(tmp_path / "run", ENDLESS)
    with hosted(tmp_path) as first, hosted(tmp_path) as second:
        first.say("start", run=str(folder))
        first.hear(is_="running")
        second.say("start", run=str(folder))
        assert "trained already" in second.hear(is_="refused")["reason"]
        assert Recording(folder).state == "running"


@pytest.mark.skipif(sys.platform != "linux", reason="limits the memory of a process as Linux does")
def test_out_of_memory_is_a_sentence(tmp_path):
    import resource

    folder = begun(tmp_path / "run", replace(SMALL, cells=("rnn",)))
    with hosted(tmp_path) as host:
        host.hear(is_="ready")
        limit = 3 * 2**30
        resource.prlimit(host.process.pid, resource.RLIMIT_AS, (limit, limit))
        text = (
            (folder / "run.toml")
            .read_text()
            .replace("hidden = 4", "hidden = 4096")
            .replace("batch = 4", "batch = 60000")
        )
        (folder / "run.toml").write_text(text)
        host.say("start", run=str(folder))
        fact = host.hear(is_="ended")
        assert fact["failed"]
        assert "not enough memory" in fact["reason"]
    assert Recording(folder).reason == fact["reason"]


@pytest.mark.skipif(sys.platform != "linux", reason="limits the files of a process as Linux does")
def test_a_disk_that_takes_no_more_is_a_sentence_and_the_run_goes_on_later(tmp_path):
    import resource

    folder = begun(tmp_path / "run")
    with hosted(tmp_path) as host:
        host.hear(is_="ready")
        resource.prlimit(host.process.pid, resource.RLIMIT_FSIZE, (20_000, 20_000))
        host.say("start", run=str(folder))
        fact = host.hear(is_="ended")
        assert fact["failed"]
        assert "the recording cannot go on" in fact["reason"]
    recording = Recording(folder)
    assert (recording.state, recording.reason) == ("failed", fact["reason"])
    assert recording.iteration > 0
    with hosted(tmp_path) as host:
        host.say("pause")
        host.say("start", run=str(folder))
        begin = host.hear(is_="paused")["iteration"]
        host.say("step")
        assert host.hear(is_="paused")["iteration"] == begin + 1
    assert Recording(folder).iteration == begin + 1
