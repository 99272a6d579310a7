"""Reading a run while it grows, one that is damaged, and the list of all."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import DataError, OutputError
from explorer.training import folders, rows
from explorer.training.moments import promote, thinned
from explorer.training.recording import Recorder
from explorer.training.reports import Iteration, Moment
from explorer.training.resuming import cut_back
from explorer.training.runs import Recording
from explorer.training.settings import Settings
from explorer.training.status import read_status
from tests.explorer.training.reporting import DESCRIPTION, SETTINGS, network_after, record, reports, state_after


@pytest.fixture
def folder(tmp_path):
    """Return a finished run."""
    record(tmp_path / "run")
    return tmp_path / "run"


def assert_same(run, other):
    """Check that two readings agree in everything."""
    assert (run.state, run.reason, run.iteration) == (other.state, other.reason, other.iteration)
    for cell in run.cells:
        assert run.moments(cell) == other.moments(cell)
        for read in ("metrics", "gates", "through_time"):
            found, expected = getattr(run, read)(cell), getattr(other, read)(cell)
            assert list(found) == list(expected)
            for name in found:
                np.testing.assert_array_equal(found[name], expected[name])


def test_two_follow_while_one_writes(tmp_path):
    with Recorder(tmp_path, DESCRIPTION) as recorder:
        every, now_and_then = Recording(tmp_path), Recording(tmp_path)
        assert every.state == "running"
        for k, report in enumerate(reports()):
            recorder.take(report)
            every.refresh()
            if k % 37 == 0:
                now_and_then.refresh()
                assert_same(every, now_and_then)
            if isinstance(report, Iteration) and report.cell == "gru":
                assert every.iteration == report.iteration
                assert every.metrics("gru")["iteration"][-1] == report.iteration
    assert every.refresh() or every.state == "finished"
    assert not every.refresh()
    now_and_then.refresh()
    assert_same(every, now_and_then)
    assert_same(every, Recording(tmp_path))


def test_what_was_read_stands_still(tmp_path):
    with Recorder(tmp_path, DESCRIPTION) as recorder:
        run, held = Recording(tmp_path), []
        for report in reports():
            recorder.take(report)
            run.refresh()
            column = run.metrics("rnn").get("loss", np.empty(0))
            held.append((column, column.copy()))
        for column, copy in held:
            np.testing.assert_array_equal(column, copy)
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1.0


def test_only_what_came_since_is_read(folder, monkeypatch):
    read = []
    run = Recording(folder)
    monkeypatch.setattr(rows.RowReader, "_take", lambda _, text: read.append(text))
    with (folder / "metrics.csv").open("ab") as file:
        file.write(b"61,rnn,half a ro")
        file.flush()
        assert not run.refresh()
        file.write(b"w\n62,")
        file.flush()
        assert run.refresh()
    assert read == [b"61,rnn,half a row\n"]


@pytest.mark.parametrize("ask_between", [True, False])
def test_a_follower_sees_that_a_run_was_cut_back(folder, ask_between):
    run = Recording(folder)
    run.through_time("lstm")["l0.dh"]
    cut_back(folder, 20, SETTINGS.cells)
    if ask_between:
        assert run.refresh()
        assert run.iteration == 20
        assert run.moments("lstm") == (0, 4, 8, 12, 16, 20)
        np.testing.assert_array_equal(run.through_time("lstm")["iteration"], range(0, 21, 3))
    other = [replace(report, loss=-1.0) if isinstance(report, Iteration) else report for report in reports(after=20)]
    with Recorder(folder, DESCRIPTION, state_after(20)) as recorder:
        assert not (folder / "through_time.npz").exists()  # it would show what is not so any more
        for report in other:
            recorder.take(report)
    run.refresh()
    assert_same(run, Recording(folder))
    assert run.metrics("lstm")["loss"][20] == -1.0


def test_many_rows_at_once_are_read_as_a_few(folder, monkeypatch):
    few = Recording(folder)
    monkeypatch.setattr(rows, "_FEW", 500)
    many = Recording(folder)
    assert_same(few, many)


def test_a_torn_segment_is_not_there_yet(folder):
    path = folder / "through_time" / "lstm.segments"
    whole = path.read_bytes()
    for cut in (1, 8, 60, 150):
        path.write_bytes(whole[:-cut])
        assert len(Recording(folder).through_time("lstm")["iteration"]) == 20
    path.write_bytes(whole[:-1] + b"x")
    assert len(Recording(folder).through_time("lstm")["iteration"]) == 20


def appended(path, text):
    """Write some more to a file."""
    path.write_text(path.read_text() + text)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda f: shutil.rmtree(f), "run: there is no such folder"),
        (lambda f: (f / "run.toml").unlink(), "run: this folder is no run: it has no run.toml"),
        (lambda f: (f / "run.toml").write_text("cells = ["), "run: its run.toml is damaged"),
        (lambda f: (f / "run.toml").write_bytes(b"\xff\xfe"), "run: its run.toml is damaged"),
        (
            lambda f: (f / "run.toml").write_text(""),
            "run: its run.toml does not describe a run: it says nothing of 'set",
        ),
        (lambda f: (f / "run.toml").write_text("settings = 3"), "run: its run.toml does not describe a run"),
        (
            lambda f: (f / "run.toml").write_text("baselines = [1]\n[settings]"),
            "run: its run.toml does not describe a run",
        ),
        (
            lambda f: (f / "run.toml").write_text("[settings]\nhidden = 0"),
            "run: its run.toml does not describe a run: hidden",
        ),
        (lambda f: (f / "metrics.csv").write_text("a,b\n1,2\n"), "metrics.csv: is no table of a training"),
        (lambda f: appended(f / "metrics.csv", "61,rnn,0.1\n"), "metrics.csv: holds a row that is none"),
        (
            lambda f: (f / "gates.csv").write_bytes(b"iteration,cell,a\n1,rnn,\xff\n"),
            "gates.csv: holds a row that is none",
        ),
        (lambda f: appended(f / "metrics.csv", "61,gru" + ",x" * 40 + "\n"), "metrics.csv: holds a row"),
    ],
)
def test_what_is_no_run_or_damaged_is_told_in_a_sentence(folder, damage, sentence):
    damage(folder)
    with pytest.raises(DataError) as told:
        Recording(folder)
    assert str(told.value).startswith(sentence)
    assert "\n" not in str(told.value)


def test_a_folder_that_is_no_run_is_named_wherever_one_stands(folder, monkeypatch):
    (folder / "empty").mkdir()
    monkeypatch.chdir(folder / "empty")
    with pytest.raises(DataError, match=r"^empty: this folder is no run"):
        Recording(Path())
    (folder / "run.toml").write_text("=")
    with pytest.raises(DataError, match=r"^run: its run\.toml is damaged"):
        Recording(Path(".."))


def test_a_state_that_is_damaged_is_told_with_its_folder(folder):
    run = Recording(folder)
    (folder / "resume" / "state.npz").write_bytes(b"PK")
    with pytest.raises(DataError, match=r"^run: its resume/state\.npz is damaged, so this run cannot be resumed: "):
        run.resume_point()


def lose(path, gone):
    """Take the rows of some iterations out of a table."""
    kept = [line for line in path.read_text().splitlines() if line.split(",")[0] not in set(map(str, gone))]
    path.write_text("\n".join(kept) + "\n")


@pytest.mark.parametrize("torn", [("metrics.csv",), ("updates.csv",), ("metrics.csv", "updates.csv")])
@pytest.mark.parametrize("gone", [range(21, 41), (7,), (1, 2, 9), range(50, 61)])
def test_an_update_is_that_of_its_iteration_whichever_rows_are_lost(folder, torn, gone):
    whole = Recording(folder)
    for name in torn:
        lose(folder / name, gone)
    run = Recording(folder)
    for cell in SETTINGS.cells:
        columns, expected = run.metrics(cell), whole.metrics(cell)
        rows = columns["iteration"].astype(int) - 1
        assert set(range(1, 61)) - set(rows + 1) == (set(gone) if "metrics.csv" in torn else set())
        np.testing.assert_array_equal(columns["loss"], expected["loss"][rows])
        there = ~np.isin(rows + 1, list(gone))
        np.testing.assert_array_equal(columns["rate"][there], expected["rate"][rows[there]])
        assert np.isnan(columns["rate"][~there]).all()


@pytest.mark.parametrize(
    ("gone", "sentence"),
    [
        (range(21, 41), "metrics.csv has no rows of iterations 21 to 40: a disk or another program has lost them"),
        ((7,), "metrics.csv has no rows of iteration 7: a disk or another program has lost them"),
        ((1, 2, 9), "metrics.csv has no rows of iterations 1 to 2 and 9: a disk or another program has lost them"),
        ((), ""),
    ],
)
def test_rows_that_are_lost_are_told(folder, gone, sentence):
    lose(folder / "metrics.csv", gone)
    assert Recording(folder).lost == sentence


def test_a_run_without_some_of_its_files_is_read(folder):
    whole = Recording(folder)
    for name in ("gates.csv", "updates.csv", "status.json", "lock", "through_time.npz"):
        (folder / name).unlink()
    shutil.rmtree(folder / "through_time")
    run = Recording(folder)
    assert (run.state, run.iteration) == ("unknown", 60)
    np.testing.assert_array_equal(run.metrics("rnn")["loss"], whole.metrics("rnn")["loss"])
    assert "rate" not in run.metrics("rnn")
    assert list(run.through_time("rnn")) == ["iteration"]
    (folder / "status.json").write_text("{")
    assert read_status(folder).reason == "status.json cannot be read"
    (folder / "weights" / "rnn-4.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0{")
    with pytest.raises(DataError, match=r"rnn-4\.safetensors: is damaged"):
        run.network("rnn", 4)
    with pytest.raises(DataError, match=r"rnn-5\.safetensors: there are no weights of rnn after iteration 5"):
        run.network("rnn", 5)
    shutil.copy(folder / "weights" / "gru-8.safetensors", folder / "weights" / "lstm-8.safetensors")
    with pytest.raises(DataError, match=r"lstm-8\.safetensors: does not hold the weights"):
        run.network("lstm", 8)


@given(st.integers(1, 50), st.integers(2, 40), st.integers(1, 400), st.sets(st.integers(0, 300), max_size=4))
def test_thinned_moments_are_few_and_even(every, most, count, promoted):
    there, kept = [], {k * every for k in promoted}
    for k in range(count):
        there.append(k * every)
        gone = thinned(there, every, most, kept)
        there = [each for each in there if each not in gone]
        assert {0, k * every} | {each for each in kept if each <= k * every} <= set(there)
        assert len(there) <= most + 1 + len(kept)
    gaps = np.diff([each for each in there[:-1] if each not in kept])
    assert len(there) > most // 2 or count <= most
    if not kept:
        assert len(set(gaps)) <= 1


def test_weights_are_thinned_on_disk_but_not_those_that_were_promoted(tmp_path, monkeypatch):
    monkeypatch.setattr("explorer.training.moments._MOST", 5)
    settings = replace(SETTINGS, cells=("lstm",), weights_every=1)
    with Recorder(tmp_path, replace(DESCRIPTION, settings=settings)) as recorder:
        for k in range(4):
            recorder.take(Moment("lstm", k, network_after(settings, "lstm", k)))
        run = Recording(tmp_path)
        assert run.promote("lstm", 3).head.size == 1
        promote(tmp_path, "lstm", 7)
        for k in range(4, 34):
            recorder.take(Moment("lstm", k, network_after(settings, "lstm", k)))
        run.refresh()
        assert run.moments("lstm") == (0, 3, 7, 8, 16, 24, 32, 33)


def test_runs_are_begun_listed_and_deleted(tmp_path, folder):
    root = tmp_path / "runs"
    assert folders.list_runs(root) == ()
    first, second = (folders.new_run_folder("ä sine/../mix: lstm", root) for _ in range(2))
    assert first != second
    assert first.parent == root
    assert first.name.endswith("-ä-sine-..-mix-lstm")
    record(first)
    with Recorder(second, replace(DESCRIPTION, settings=Settings(hidden=5))) as recorder:
        listed = {run.folder: run for run in folders.list_runs(root)}
        assert (listed[first].status.state, listed[first].iteration) == ("finished", 60)
        assert (listed[second].status.state, listed[second].settings.hidden) == ("running", 5)
        with pytest.raises(OutputError, match="stop it before it is deleted"):
            folders.delete_run(second)
        recorder.close("stopped")
    (second / "notes.txt").write_text("mine")
    folders.delete_run(first)
    folders.delete_run(second)
    assert not first.exists()
    assert [path.name for path in second.iterdir()] == ["notes.txt"]
    with pytest.raises(DataError, match="is no run"):
        folders.delete_run(second)
    (second / "run.toml").write_text("[")
    (listed,) = folders.list_runs(root)
    assert "its run.toml is damaged" in listed.trouble


def test_the_runs_of_a_user_lie_with_the_data_of_that_user(tmp_path, monkeypatch):
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path)
    assert folders.new_run_folder("a").parent == tmp_path / "runs"
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="no folder for a run can be made here"):
        folders.new_run_folder("a", tmp_path / "file" / "runs")
