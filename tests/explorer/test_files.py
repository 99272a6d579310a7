"""Traces as files, whole outputs or none, and initial states read back."""

import io
import os
import stat
import tracemalloc
import zipfile

import numpy as np
import pytest

from explorer import files
from explorer.cells import Kind
from explorer.errors import DataError, OutputError
from explorer.experiment import Experiment
from explorer.files import array_names, export_trace, read_states
from explorer.initialisation import make_network
from explorer.network import Recipe
from explorer.run import run
from explorer.sequences import Dataset, Sequence
from explorer.trace import Trace
from explorer.writing import replacing, require_writable

needs_modes = pytest.mark.skipif(os.name == "nt", reason="no file modes here")


def make_trace(steps: int, **recipe: object) -> Trace:
    values = np.random.default_rng(0).normal(size=(steps, 2))
    dataset = Dataset((Sequence("noise", values, ("a", "b")),), "noise")
    return run(Experiment(dataset, make_network(Recipe(**recipe), 2)), engine="numpy")


def exported(trace: Trace, **options: object) -> tuple[io.BytesIO, list[float]]:
    file = io.BytesIO()
    fractions = list(export_trace(trace, file, **options))
    file.seek(0)
    return file, fractions


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("steps", [1, 255, 256, 257, 1000])
def test_numpy_reads_every_quantity(monkeypatch, cell, steps):
    monkeypatch.setattr(files, "WINDOW", 300)  # many windows of an array, not one
    trace = make_trace(steps, cell=cell, hidden=4, layers=2, bidirectional=True)
    file, fractions = exported(trace, preactivations=True)
    with np.load(file) as archive:
        assert np.array_equal(archive["x"], trace.inputs())
        assert archive.files == ["x", *(name for name, _, _ in array_names(trace, preactivations=True))]
        for name, place, quantity in array_names(trace, preactivations=True):
            assert archive[name].dtype == np.float32
            assert np.array_equal(archive[name], trace.read(0, quantity, place))
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_the_names():
    trace = make_trace(3, cell="gru", hidden=2, layers=2, bidirectional=True)
    names = [name for name, _, _ in array_names(trace, preactivations=False)]
    places = ["l0", "l0_reverse", "l1", "l1_reverse"]
    assert names == [f"{place}.{quantity}" for place in places for quantity in ("r", "z", "n", "h")]
    more = {name for name, _, _ in array_names(trace, preactivations=True)} - set(names)
    assert more == {f"{place}.{name}" for place in places for name in ("a_r", "a_z", "u_n", "q_n", "a_n")}
    kinds = {q.name: q.kind for q in trace.experiment.network.cell(trace.experiment.network.places[0]).quantities}
    assert all(kinds[name.partition(".")[2]] is Kind.PRE_ACTIVATION for name in more)


def test_the_same_trace_is_the_same_file():
    trace = make_trace(50, hidden=3)
    assert exported(trace)[0].getvalue() == exported(trace)[0].getvalue()


def test_whatever_unpacks_it_may_read_it():
    with zipfile.ZipFile(exported(make_trace(5, hidden=2))[0]) as archive:
        assert archive.testzip() is None
        assert all(info.external_attr >> 16 & stat.S_IRUSR for info in archive.infolist())


def test_a_long_trace_is_not_held_as_a_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "WINDOW", 2**14)
    monkeypatch.setattr("explorer.trace.CACHE_BYTES", 2**20)  # what was read stays in the trace's own cache
    trace = make_trace(20_000, hidden=32)
    tracemalloc.start()
    try:
        with replacing(tmp_path / "t.npz") as file:
            for _ in export_trace(trace, file, preactivations=True):
                pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (tmp_path / "t.npz").stat().st_size > 20_000 * 32 * 4 * 11
    assert peak < 20_000 * 32 * 4


def test_an_output_takes_its_place_when_it_is_whole(tmp_path):
    path = tmp_path / "t.npz"
    path.write_text("before")
    with replacing(path) as file:
        file.write(b"after")
        file.flush()
        assert path.read_text() == "before"
    assert path.read_text() == "after"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("before", [None, "before"])
def test_where_anything_fails_nothing_has_changed(tmp_path, before, error):
    path = tmp_path / "t.npz"
    if before is not None:
        path.write_text(before)

    def fail() -> None:
        with replacing(path) as file:
            file.write(b"half of it")
            raise error

    with pytest.raises(error):
        fail()
    assert [entry.read_text() for entry in tmp_path.iterdir()] == ([] if before is None else [before])


@needs_modes
def test_a_new_file_has_the_mode_that_the_person_wants(tmp_path):
    before = os.umask(0o027)
    try:
        with replacing(tmp_path / "t.npz") as file:
            file.write(b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "t.npz").stat().st_mode) == 0o640


@needs_modes
def test_a_replaced_file_keeps_its_mode(tmp_path):
    path = tmp_path / "t.npz"
    path.write_text("before")
    path.chmod(0o604)
    with replacing(path) as file:
        file.write(b"x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


@needs_modes
def test_a_link_still_leads_to_what_is_written(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.npz").symlink_to(tmp_path / "folder" / "t.npz")
    for content in (b"one", b"two"):
        with replacing(tmp_path / "link.npz") as file:
            file.write(content)
        assert (tmp_path / "folder" / "t.npz").read_bytes() == content
    assert (tmp_path / "link.npz").is_symlink()


@needs_modes
def test_a_pipe_stays_a_pipe(tmp_path):
    # Not /dev/null: where this test is red as root, the machine would be without it.
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with replacing(pipe) as file:
            file.write(b"x")
        assert os.read(reader, 2) == b"x"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", ["file/t.npz", "none/t.npz", "folder", "x" * 300])
def test_what_cannot_be_written_is_told_before_and_after(tmp_path, name):
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(OutputError, match="cannot be written"):
        require_writable(tmp_path / name)
    with pytest.raises(OutputError, match="cannot be written"), replacing(tmp_path / name):
        pytest.fail("there is nothing to write to")
    assert sorted(tmp_path.rglob("*")) == before


def test_asking_whether_it_can_be_written_changes_nothing(tmp_path):
    (tmp_path / "old.npz").write_text("before")
    require_writable(tmp_path / "old.npz")
    require_writable(tmp_path / "new.npz")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("old.npz", "before")]


class Full(io.BytesIO):
    """A disk with room for some bytes."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, data: bytes) -> int:
        if self.tell() + len(data) > self.room:
            raise OSError(28, "No space left on device")
        return super().write(data)


@pytest.mark.parametrize("share", [0, 0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_full_disk_is_one_error_wherever_it_strikes(share):
    trace = make_trace(300, hidden=3)
    whole = len(exported(trace)[0].getvalue())
    with pytest.raises(OSError, match="No space left on device"):
        list(export_trace(trace, Full(int(whole * share))))


def test_states_are_read_as_they_were_saved(tmp_path):
    states = {"l0.h": np.arange(3.0), "l0.c": np.arange(3, dtype=np.int32), "l0_reverse.h": np.float32([1, 2, 3])}
    np.savez_compressed(tmp_path / "s.npz", **states)
    read = read_states(tmp_path / "s.npz")
    assert list(read) == list(states)
    assert all(np.array_equal(read[name], states[name]) for name in states)


def test_states_in_a_damaged_file(tmp_path):
    np.savez_compressed(tmp_path / "s.npz", **{"l0.h": np.random.default_rng(0).normal(size=1000)})
    content = bytearray((tmp_path / "s.npz").read_bytes())
    content[2000:2100] = bytes(100)
    (tmp_path / "s.npz").write_bytes(content)
    with pytest.raises(DataError, match=r"s\.npz: this is no \.npz of numbers"):
        read_states(tmp_path / "s.npz")


def test_states_in_a_folder(tmp_path):
    with pytest.raises(DataError, match="it cannot be read"):
        read_states(tmp_path)


def test_states_whose_header_python_cannot_take_apart(tmp_path):
    stream = io.BytesIO()
    np.save(stream, np.zeros(4))
    data = bytearray(stream.getvalue())
    data[10:-32] = b"{'descr': '<f8', 'shape': (4L, ".ljust(len(data) - 42)
    with zipfile.ZipFile(tmp_path / "s.npz", "w") as archive:
        archive.writestr("l0.h.npy", bytes(data))
    with pytest.raises(DataError, match="npz of numbers"):
        read_states(tmp_path / "s.npz")
