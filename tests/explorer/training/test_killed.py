"""A training that is killed, or whose disk is full: the run can be read and resumed to the very same files."""

import errno
import os
import random
import resource
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from explorer.errors import OutputError
from explorer.training.recording import Recorder
from explorer.training.resuming import TABLES, read_resume, write_resume
from explorer.training.runs import Recording
from tests.counts import cases
from tests.explorer.training.reporting import DESCRIPTION, record, reports, state_after

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a run that nothing happened to."""
    folder = tmp_path_factory.mktemp("whole")
    record(folder)
    return folder


def started(folder, *arguments, **options):
    """Start a process that records, and return it once it is about to begin."""
    command = [sys.executable, "-m", "tests.explorer.training.reporting", str(folder), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    process.stdout.readline()
    return process


def size(folder):
    """Return how many bytes the tables have by now."""
    sizes = 0
    for name in TABLES:
        with suppress(FileNotFoundError):  # one that resumes from the beginning begins them anew
            sizes += (folder / name).stat().st_size
    return sizes


def assert_beginning_of(folder, whole):
    """Check that what can be read are the first rows of a whole run."""
    run, other = Recording(folder), Recording(whole)
    assert run.state in ("unknown", "failed", "finished")
    for cell in run.cells:
        for found, expected in ((run.metrics(cell), other.metrics(cell)), (run.gates(cell), other.gates(cell))):
            assert set(found) <= set(expected)
            for name, column in found.items():
                np.testing.assert_array_equal(column, expected[name][: len(column)])
        norms = run.through_time(cell)
        for name in norms:
            np.testing.assert_array_equal(norms[name], other.through_time(cell)[name][: len(norms["iteration"])])
        for moment in run.moments(cell):
            assert run.network(cell, moment).state_dict().keys() == other.network(cell, moment).state_dict().keys()


def assert_same_files(folder, whole):
    """Check that every file of what was trained has the same bytes."""
    for name in (*TABLES, "through_time.npz", "resume/state.npz"):
        assert (folder / name).read_bytes() == (whole / name).read_bytes(), name
    weights = sorted(path.name for path in (whole / "weights").iterdir())
    assert sorted(path.name for path in (folder / "weights").iterdir()) == weights


@pytest.mark.parametrize("seed", range(cases(5, 60)))
def test_killed_at_any_moment_it_is_read_and_resumed_to_the_same_files(tmp_path, whole, seed):
    draws = random.Random(seed)
    folder = tmp_path / "run"
    for attempt in ("", "resume"):  # the second is killed while it resumes, or soon after
        process = started(folder, *filter(None, [attempt]))
        enough = size(folder) + draws.randrange(size(whole) // 2) if not attempt else draws.randrange(size(whole))
        while process.poll() is None and size(folder) < enough:
            pass
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if (folder / "run.toml").exists():
            assert_beginning_of(folder, whole)
            assert (folder / "through_time.npz").exists() == any((folder / "through_time").glob("*"))
    process = started(folder, "resume")
    _, told = process.communicate()
    assert (process.returncode, told) == (0, "")
    assert Recording(folder).state == "finished"
    assert_same_files(folder, whole)
    assert not list(folder.rglob("*.part"))


@pytest.mark.parametrize("point", [0, 4, 20, 56, 60])
def test_cut_back_to_any_point_it_goes_on_to_the_same_files(tmp_path, whole, point):
    with Recorder(tmp_path, DESCRIPTION) as recorder:
        for report in reports():
            recorder.take(report)
            if getattr(report, "iteration", 0) == point + 10:
                break
    for name in TABLES:
        with (tmp_path / name).open("a") as file:
            file.write("71,ls")
    with (tmp_path / "through_time" / "lstm.segments").open("ab") as file:
        file.write(b"gate\0\0\0")
    write_resume(tmp_path, state_after(point))
    record(tmp_path, read_resume(tmp_path))
    assert_same_files(tmp_path, whole)


@pytest.mark.parametrize("limit", [0, 3_000, 4_000, 10_000, 30_000])
def test_where_no_more_can_be_written_it_ends_with_a_sentence(tmp_path, whole, limit):
    def no_file_longer():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    process = started(tmp_path, preexec_fn=no_file_longer)
    _, told = process.communicate()
    assert process.returncode == 1
    assert told.count("\n") == 1
    assert "File too large" in told
    if (tmp_path / "run.toml").exists():
        assert_beginning_of(tmp_path, whole)
    if limit > 20_000:
        assert Recording(tmp_path).state == "failed"
        assert "File too large" in Recording(tmp_path).reason
        record(tmp_path, read_resume(tmp_path))
        assert_same_files(tmp_path, whole)


def test_a_full_disk_leaves_a_run_that_is_read_and_resumed(whole, small_disk):
    folder = small_disk.place / "run"
    with pytest.raises(OutputError, match=os.strerror(errno.ENOSPC)) as told:
        record(folder)
    assert "\n" not in str(told.value)
    run = Recording(folder)
    assert run.state == "failed"
    assert os.strerror(errno.ENOSPC) in run.reason
    assert run.iteration >= 8
    assert_beginning_of(folder, whole)
    small_disk.make_room()
    record(folder, read_resume(folder))
    assert_same_files(folder, whole)
