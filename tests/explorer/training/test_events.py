"""Event files say what metrics.csv says, to TensorBoard's own reader, also after a run was killed and went on."""

import sys
from dataclasses import replace

import pytest

from explorer.errors import OutputError, UsageError
from explorer.training.folders import delete_run
from explorer.training.recording import Recorder
from explorer.training.reports import Ended, Iteration
from tests.explorer.training.events import assert_as_recorded, scalars
from tests.explorer.training.reporting import DESCRIPTION, SETTINGS, record, reports, state_after

WATCHED = replace(SETTINGS, tensorboard=True)
DESCRIBED = replace(DESCRIPTION, settings=WATCHED)


def test_every_number_of_every_cell_is_there(tmp_path):
    record(tmp_path / "run", settings=WATCHED)

    assert_as_recorded(tmp_path / "run")
    found = scalars(tmp_path / "run", "lstm")
    assert {"grad_norm/weight_hh_l0.f", "grad_norm/head.bias", "held_out/MSE"} < set(found)
    assert found["held_out/MSE"][0] == list(range(5, 61, 5))


def test_without_the_wish_nothing_is_written(tmp_path):
    record(tmp_path / "run")
    assert not (tmp_path / "run" / "tensorboard").exists()


def test_what_was_cut_back_is_void_and_what_came_instead_is_shown(tmp_path):
    with Recorder(tmp_path, DESCRIBED) as recorder:
        for report in reports(WATCHED):
            if isinstance(report, Iteration) and report.iteration == 33:
                break  # in the midst of an iteration, at which nothing was kept
            recorder.take(report)
            if isinstance(report, Iteration) and (report.iteration, report.cell) == (20, "gru"):
                recorder.keep(state_after(20))
    torn = max((tmp_path / "tensorboard" / "lstm").iterdir())
    torn.write_bytes(torn.read_bytes()[:-7])

    with Recorder(tmp_path, DESCRIBED, state_after(20)) as recorder:
        for report in reports(WATCHED, after=20):
            changed = replace(report, loss=-1.0) if isinstance(report, Iteration) else report
            recorder.take(changed)

    assert_as_recorded(tmp_path)
    iterations, values = scalars(tmp_path, "lstm")["loss"]
    assert iterations == list(range(1, 61))
    assert values[20:] == [-1.0] * 40


def test_a_run_that_begins_anew_shows_nothing_of_before(tmp_path):
    with Recorder(tmp_path, DESCRIBED) as recorder:
        for report in reports(WATCHED):
            if isinstance(report, Ended) or (isinstance(report, Iteration) and report.iteration == 9):
                break
            recorder.take(report)

    record(tmp_path, settings=WATCHED)

    assert len(list((tmp_path / "tensorboard" / "gru").iterdir())) == 1
    assert_as_recorded(tmp_path)


def test_without_the_package_a_sentence_says_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(UsageError, match=r"^tensorboard needs .* pip install 'gate-explorer\[tensorboard\]'"):
        Recorder(tmp_path / "run", DESCRIBED)
    assert not (tmp_path / "run").exists()


def test_a_deleted_run_takes_its_event_files_along(tmp_path):
    record(tmp_path / "run", settings=WATCHED)
    delete_run(tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_events_that_cannot_be_written_are_a_sentence(tmp_path):
    record(tmp_path)
    (tmp_path / "tensorboard").write_text("in the way")
    with pytest.raises(OutputError, match="the recording cannot go on"):
        Recorder(tmp_path, DESCRIBED, state_after(20))
