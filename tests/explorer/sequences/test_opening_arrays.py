"""Arrays of numpy open as sequences, padded ones and codes included; what is none is refused before it is read."""

import io
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import DataError, UsageError
from explorer.sequences import Form, Options, read_dataset
from tests.explorer.sequences.damage import assert_told_in_one_sentence

RNG = np.random.default_rng(3)


def saved(folder, array, name="a.npy"):
    np.save(folder / name, array)
    return folder / name


def values_of(dataset):
    return [sequence.values for sequence in dataset.sequences]


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", ">f8", "longdouble", "i2", "u8", "?"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_every_type_of_real_numbers(tmp_path, dtype, order):
    array = np.array(RNG.integers(0, 2, (7, 4, 3)), dtype=dtype, order=order)
    found = values_of(read_dataset(saved(tmp_path, array)))
    assert [part.dtype for part in found] == [np.float64] * 7
    np.testing.assert_array_equal(found, array.astype(np.float64))


@pytest.mark.parametrize("shape", [(9,), (9, 1), (9, 4)])
def test_one_sequence(tmp_path, shape):
    array = RNG.normal(size=shape)
    dataset = read_dataset(saved(tmp_path, array))
    (sequence,) = dataset.sequences
    np.testing.assert_array_equal(sequence.values, array.reshape(9, -1))
    assert sequence.features == tuple(f"column {k + 1}" for k in range(sequence.input_size))
    assert (sequence.name, dataset.source, dataset.notes) == ("a", str(tmp_path / "a.npy"), ())
    assert not sequence.values.flags.writeable


def test_what_is_loaded_stays_when_the_file_changes(tmp_path):
    path = saved(tmp_path, np.ones((5, 2)))
    dataset = read_dataset(path)
    saved(tmp_path, np.zeros((5, 2)))
    assert dataset.sequences[0].values.sum() == 10


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_rows_of_nan_at_the_end_are_no_steps(tmp_path, dtype):
    array = RNG.normal(size=(4, 6, 2)).astype(dtype)
    array[1, 4:] = array[2, 1:] = np.nan
    array[3, 5, 0] = np.nan  # half a row is a gap, not padding
    dataset = read_dataset(saved(tmp_path, array))
    assert [sequence.name for sequence in dataset.sequences] == ["0", "1", "2", "3"]
    assert [len(sequence) for sequence in dataset.sequences] == [6, 4, 1, 6]
    np.testing.assert_array_equal(dataset.sequences[1].values, array[1, :4])
    assert dataset.sequences[3].values[5, 0] == array[3, 4, 0]  # filled with the last one before it


def test_a_sequence_of_nothing_but_nan_is_left_out(tmp_path):
    array = np.ones((3, 4, 2))
    array[1] = np.nan
    dataset = read_dataset(saved(tmp_path, array))
    assert [sequence.name for sequence in dataset.sequences] == ["0", "2"]
    assert "1 of 3 sequences left out, as they hold nothing but NaN" in dataset.notes


@pytest.mark.parametrize("dtype", ["i1", "i8", "u2", ">i4"])
def test_whole_numbers_are_codes_of_tokens(tmp_path, dtype):
    dataset = read_dataset(saved(tmp_path, np.array([3, 0, 2, 3], dtype)))
    assert dataset.features == ("token",)
    assert dataset.vocabularies == {"token": ("0", "1", "2", "3")}
    assert dataset.sequences[0].values.tolist() == [[3], [0], [2], [3]]
    assert any("codes of tokens" in note for note in dataset.notes)


def test_negative_codes_at_the_end_are_no_steps(tmp_path):
    dataset = read_dataset(saved(tmp_path, np.array([[1, 2, 3], [4, -1, -1], [0, -100, -1]])))
    assert [part[:, 0].tolist() for part in values_of(dataset)] == [[1, 2, 3], [4], [0]]
    assert len(dataset.vocabularies["token"]) == 5


@pytest.mark.parametrize("array", [[1, -1, 2], [3, 1 << 40]], ids=["negative", "huge"])
def test_whole_numbers_that_are_no_codes_are_numbers(tmp_path, array):
    dataset = read_dataset(saved(tmp_path, np.array(array)))
    assert not dataset.vocabularies
    assert values_of(dataset)[0][:, 0].tolist() == array
    assert any("no codes of tokens" in note for note in dataset.notes)


def test_codes_are_numbers_where_that_is_told(tmp_path):
    path = saved(tmp_path, np.array([[1, 2], [3, -1]]))
    dataset = read_dataset(path, Options(roles={"token": "input"}))
    assert not dataset.vocabularies
    assert [part.tolist() for part in values_of(dataset)] == [[[1], [2]], [[3]]]
    with pytest.raises(UsageError, match="no column 'word'; there are sequence, token"):
        read_dataset(path, Options(roles={"word": "input", "token": "input"}))


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_the_arrays_of_an_archive(tmp_path, save):
    a, b, c = RNG.normal(size=(5, 2)), RNG.normal(size=(3, 2)), RNG.normal(size=(4, 7))
    save(tmp_path / "one.npz", a)
    assert values_of(read_dataset(tmp_path / "one.npz"))[0].tolist() == a.tolist()
    save(tmp_path / "same.npz", first=a, second=b)
    dataset = read_dataset(tmp_path / "same.npz")
    assert [sequence.name for sequence in dataset.sequences] == ["first", "second"]
    assert [part.tolist() for part in values_of(dataset)] == [a.tolist(), b.tolist()]
    save(tmp_path / "x.npz", h=a, x=c)
    dataset = read_dataset(tmp_path / "x.npz")
    assert values_of(dataset)[0].tolist() == c.tolist()
    assert "the array 'x' was taken, these were not: h" in dataset.notes
    told = read_dataset(tmp_path / "x.npz", Options(form=Form(table=0)))
    assert values_of(told)[0].tolist() == a.tolist()
    with pytest.raises(DataError, match=r"x\.npz: there is no array 2; from 0 there are h, x"):
        read_dataset(tmp_path / "x.npz", Options(form=Form(table=2)))


def test_our_own_traces_open(tmp_path):
    np.savez(tmp_path / "trace.npz", **{"x": np.ones((4, 1)), "l0.h": np.ones((4, 3)), "l0.c": np.ones((4, 3))})
    assert read_dataset(tmp_path / "trace.npz").input_size == 1


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((0, 3)), "its shape is 0 × 3, so there is nothing in it"),
        (np.zeros((3, 0)), "its shape is 3 × 0, so there is nothing in it"),
        (np.float64(2), "it holds a single number, where a sequence has steps"),
        (np.zeros((2, 2, 2, 2)), "its shape is (2 × 2 × 2 × 2), where (T,) or (T, D) is one sequence of T steps"),
        (np.zeros(3, complex), "it holds complex numbers, where a network takes real numbers"),
        (np.array(["a", "b"]), "it holds strings, where a network takes real numbers"),
        (np.array([b"a", b"b"]), "it holds strings, where a network takes real numbers"),
        (np.array(["2020-01-01"], "M8[D]"), "it holds dates, where a network takes real numbers"),
        (np.array([None, 1]), "it holds Python objects, which are never loaded: save numbers, with one type for all"),
        (np.zeros(3, [("a", float), ("b", int)]), "it holds records (a, b): save their fields as columns of numbers"),
        (np.full((2, 2), np.nan), "there is no column of numbers, so nothing a network could take as input"),
        (np.full((2, 2, 2), np.nan), "it holds nothing but NaN"),
    ],
    ids=lambda value: "" if isinstance(value, str) else f"{value.dtype}{value.shape}",
)
@pytest.mark.parametrize("archive", [False, True])
def test_what_is_no_sequence(tmp_path, array, message, archive):
    path = tmp_path / ("a.npz" if archive else "a.npy")
    (np.savez if archive else np.save)(path, array)
    with pytest.raises(DataError) as caught:
        read_dataset(path)
    assert str(caught.value).startswith(f"{path.name}: {message}")


class Touch:
    """An object that writes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


@pytest.mark.parametrize("archive", [False, True])
def test_nothing_is_ever_unpickled(tmp_path, archive):
    array = np.array([Touch(tmp_path / "touched")], dtype=object)
    (np.savez if archive else np.save)(tmp_path / "a", array)
    (tmp_path / "bare.npy").write_bytes(pickle.dumps(Touch(tmp_path / "touched")))
    for path in tmp_path.iterdir():
        with pytest.raises(DataError):
            read_dataset(path)
    assert not (tmp_path / "touched").exists()


def promising(shape, held=b"\0" * 100):
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return file.getvalue() + held


@pytest.mark.parametrize("archive", [False, True])
def test_a_header_that_promises_too_much(tmp_path, archive):
    path = tmp_path / "a.npy"
    path.write_bytes(promising((1 << 40, 2)))
    if archive:
        path = tmp_path / "a.npz"
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("x.npy", promising((1 << 40, 2)))
    with pytest.raises(DataError) as caught:
        read_dataset(path)
    assert caught.value.message == (
        "it is cut short: 1099511627776 × 2 numbers of 8 bytes are 16.0 TB, and 100 bytes are there"
    )


def test_more_than_the_machine_has(tmp_path, monkeypatch):
    monkeypatch.setattr("explorer.sequences.arrays.physical_memory", lambda: 1000)
    with pytest.raises(DataError, match=r"a\.npy: 126 numbers need 1008 bytes, and this machine has 1000 bytes"):
        read_dataset(saved(tmp_path, np.zeros(126, dtype=np.float16)))


@given(data=st.data())
def test_what_is_damaged_is_told_in_one_sentence(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("damaged")
    name = data.draw(st.sampled_from(["a.npy", "a.npz"]))
    (np.savez_compressed if name == "a.npz" else np.save)(folder / name, np.arange(12.0).reshape(6, 2))
    assert_told_in_one_sentence(folder / name, data)


def test_reading_can_be_cancelled(tmp_path):
    np.savez(tmp_path / "a.npz", RNG.normal(size=(300_000, 4)))

    def progress(fraction):
        if fraction > 0.2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_dataset(tmp_path / "a.npz", progress=progress)


def test_a_header_that_python_cannot_take_apart_is_said_to_be_damaged(tmp_path):
    """numpy takes it for Python's: an old one is tokenized, and may end within a bracket."""
    path = saved(tmp_path, np.ones((3, 2)))
    data = bytearray(path.read_bytes())
    for header in (b"{'descr': '<f8', 'shape': (3L, ", b"{'descr': 3L '''"):
        data[10:-48] = header.ljust(len(data) - 58)
        path.write_bytes(data)
        with pytest.raises(DataError, match="damaged"):
            read_dataset(path)
