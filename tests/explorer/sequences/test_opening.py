"""Whatever a person opens: its content says what it is, and several files are the sequences of one data set."""

import zipfile

import numpy as np
import polars as pl
import pytest

from explorer.errors import DataError
from explorer.sequences import Options, files_in, open_file, read_dataset
from tests.explorer.sequences.workbook import write_workbook

TABLE = "a,b\n1,2\n3,4\n5,6\n"


def lengths(dataset):
    return {sequence.name: len(sequence) for sequence in dataset.sequences}


@pytest.mark.parametrize("name", ["data", "data.csv", "data.txt", "data.npy", "data.xlsx", "data.parquet", "data.TXT"])
def test_the_name_of_a_file_says_nothing(tmp_path, name):
    path = tmp_path / name
    frame = pl.DataFrame({"a": [1, 3, 5], "b": [2, 4, 6]})
    for write in (
        lambda: path.write_text(TABLE),
        lambda: frame.write_parquet(path),
        lambda: frame.write_ipc(path),
        lambda: write_workbook(path, {"A": [["a", "b"], [1, 2], [3, 4], [5, 6]]}),
    ):
        write()
        dataset = read_dataset(path)
        assert (dataset.features, dataset.source) == (("a", "b"), str(path))
        assert dataset.sequences[0].values.tolist() == [[1, 2], [3, 4], [5, 6]]
    with path.open("wb") as file:
        np.save(file, np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert read_dataset(path).sequences[0].values.tolist() == [[1, 2], [3, 4]]


def test_the_options_are_kept(tmp_path):
    (tmp_path / "a.csv").write_text(TABLE)
    np.save(tmp_path / "a.npy", np.arange(4))
    options = Options(train=0.5)
    for name in ("a.csv", "a.npy"):
        dataset = read_dataset(tmp_path / name, options)
        assert (dataset.options, dataset.train) == (options, 0.5)


@pytest.mark.parametrize("name", ["none.csv", "none.npy", "none.txt"])
def test_a_file_that_is_not_there(tmp_path, name):
    with pytest.raises(DataError, match=f"{name}: there is no such file"):
        read_dataset(tmp_path / name)


HTML = "it is HTML, a page of the web: save the table in it as CSV"
JSON = "it is JSON: save its table as CSV or Parquet"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04 and no more", "it begins as an archive (.npz, .xlsx or .zip), but is damaged or cut short"),
        (b"\x93NUMPY", "it begins as an array of numpy's, but is damaged or cut short"),
        (b"PAR1", "it is damaged or cut short, so that it cannot be read"),
        (b"ARROW1", "it is damaged or cut short, so that it cannot be read"),
        (b"%PDF-1.4\n1 0 obj\n2 0 obj\n", "it is a PDF: export its table as CSV"),
        (b"\x89PNG\r\n\x1a\n\0\0", "it is a picture"),
        (b"\x80\x04\x95", "it is a pickle, which is never loaded: save its arrays as .npy or .npz"),
        (b"<!DOCTYPE html>\n<html><body>1,2\n3,4\n</body></html>", HTML),
        (b"\xef\xbb\xbf\r\n<!-- saved --><HTML>\n<table>", HTML),
        (b'[{"a": 1, "b": 2}, {"a": 3, "b": 4}]', JSON),
        (b'{"a": [1, 2, 3],\n "b": [4, 5, 6]}\n', JSON),
        (b'{"a": 1}\n{"a": 2}\n', JSON),
        (b"[" + b"[1, 2.5],\n" * 20_000 + b"[1, 2]]", JSON),
        (b"\xff\xff\xff\xff", "it is damaged or cut short, so that it cannot be read"),
    ],
)
def test_the_beginning_of_a_file_alone(tmp_path, content, message):
    (tmp_path / "data.csv").write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_dataset(tmp_path / "data.csv")
    assert str(caught.value) == f"data.csv: {message}"


@pytest.mark.parametrize("text", ["[V],[A]\n1,2\n3,4\n", "[1] 0.5 1.5\n[2] 0.25 1\n", "{a},{b}\n1,2\n3,4\n"])
def test_a_bracket_at_the_beginning_is_not_yet_json(tmp_path, text):
    (tmp_path / "data.csv").write_text(text, encoding="utf-8")
    assert open_file(tmp_path / "data.csv").table.rows == 2


def test_an_archive_without_a_file(tmp_path):
    zipfile.ZipFile(tmp_path / "a.npz", "w").close()
    with pytest.raises(DataError, match=r"a\.npz: there is no array in it"):
        read_dataset(tmp_path / "a.npz")


def test_a_preview_is_of_the_first_rows(tmp_path):
    (tmp_path / "a.csv").write_text("x\n" + "1\n" * 100)
    np.save(tmp_path / "a.npy", np.ones((3, 40, 2)))
    write_workbook(tmp_path / "a.xlsx", {"A": [["x"], *[[1]] * 100]})
    for name in ("a.csv", "a.npy", "a.xlsx"):
        assert open_file(tmp_path / name, rows=50).table.rows == 50


def test_the_files_of_a_folder(tmp_path):
    for name in ("run 10.csv", "run 9.csv", "Run 1.csv", ".hidden.csv"):
        (tmp_path / name).write_text(TABLE)
    (tmp_path / "folder").mkdir()
    assert [file.name for file in files_in(tmp_path)] == ["Run 1.csv", "run 9.csv", "run 10.csv"]
    dataset = read_dataset(tmp_path)
    assert lengths(dataset) == {"Run 1": 3, "run 9": 3, "run 10": 3}
    assert dataset.source == str(tmp_path)


def test_several_files_in_the_order_given(tmp_path):
    (tmp_path / "b.csv").write_text(TABLE)
    (tmp_path / "a.csv").write_text("b;a\n2,5;1\n")
    np.save(tmp_path / "c.npy", np.zeros((4, 2)))
    dataset = read_dataset([tmp_path / "b.csv", str(tmp_path / "a.csv")])
    assert lengths(dataset) == {"b": 3, "a": 1}
    assert dataset.features == ("a", "b")
    assert dataset.sequences[1].values.tolist() == [[1, 2.5]]
    assert dataset.source == f"{tmp_path / 'b.csv'}\n{tmp_path / 'a.csv'}"
    assert lengths(read_dataset(dataset.source)) == lengths(dataset)
    assert "a.csv: numbers were read with a decimal comma" in dataset.notes


def test_what_does_not_fit_is_left_out_and_told(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(TABLE)
    (tmp_path / "c.csv").write_text("a,c\n1,2\n")
    (tmp_path / "d.csv").write_text("a,b\n1,2\n3,4\nfive,6\n7,8\n9,10\n")
    (tmp_path / "e.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1")
    dataset = read_dataset(tmp_path)
    assert lengths(dataset) == {"a": 3, "b": 3}
    left = [note for note in dataset.notes if note.startswith("left out: ")]
    assert left[0].startswith("left out: d.csv, line 4, column 1: 'five' is no number")
    assert left[1].startswith("left out: e.png")
    assert left[2:] == ["left out: c.csv: it has no b and it also has c"]


def test_files_of_which_none_can_be_loaded(tmp_path):
    for k in range(5):
        (tmp_path / f"{k}.csv").write_bytes(b"")
    with pytest.raises(DataError) as caught:
        read_dataset(tmp_path)
    assert caught.value.message == (
        "none of its files can be loaded: 0.csv: the file is empty; 1.csv: the file is empty; "
        "2.csv: the file is empty (and 2 more)"
    )
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="empty: there is no file in it"):
        read_dataset(tmp_path / "empty")


def test_files_of_one_name_in_different_folders(tmp_path):
    for folder in "ab":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.csv").write_text(TABLE)
    files = [tmp_path / folder / "x.csv" for folder in "ab"]
    assert lengths(read_dataset(files)) == {str(file): 3 for file in files}


def test_the_same_note_of_all_files_is_said_once(tmp_path):
    for name in ("a.csv", "b.csv", "c.csv"):
        (tmp_path / name).write_text("n,x\nu,1\nv,2\n" if name != "c.csv" else "n,x\nu,1\nv,\n")
    notes = read_dataset(tmp_path).notes
    assert sum("holds no numbers" in note for note in notes) == 1
    assert [note[:14] for note in notes if "missing" in note] == ["c.csv: column "]


def test_codes_of_several_files_share_a_vocabulary(tmp_path):
    np.save(tmp_path / "a.npy", np.array([0, 1]))
    np.save(tmp_path / "b.npy", np.array([3, 2, 0]))
    dataset = read_dataset(tmp_path)
    assert dataset.vocabularies["token"] == ("0", "1", "2", "3")
    assert [sequence.values[:, 0].tolist() for sequence in dataset.sequences] == [[0, 1], [3, 2, 0]]
    assert lengths(dataset) == {"a": 2, "b": 3}


def test_progress_goes_from_0_to_1(tmp_path):
    for k in range(3):
        (tmp_path / f"{k}.csv").write_text(TABLE)
    for source in (tmp_path, tmp_path / "0.csv"):
        told = []
        read_dataset(source, progress=told.append)
        assert told[-1] == 1
        assert told == sorted(told)


# ---------------------------------------------------------------- running text

PROSE = 'It was a dark, stormy night; "the rain fell.\nIn 1830, it rained.\n\nThe end.\n'


def test_only_a_txt_or_what_is_asked_for_is_text(tmp_path):
    for name in ("a.txt", "a.TXT"):
        (tmp_path / name).write_text(PROSE)
        dataset = read_dataset(tmp_path / name)
        assert dataset.features == ("token",)
        assert "".join(dataset.sequences[0].tokens) == PROSE
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    assert "".join(read_dataset(tmp_path / "a.csv", Options(plain_text=True)).sequences[0].tokens) == "a,b\n1,2\n"
    assert open_file(tmp_path / "a.txt").table is None


@pytest.mark.parametrize(
    "content",
    [
        "1\n2\n3\n",
        "1 2 \n3 4 \n",
        "name score\nann 3\nbob 4\n",
        "day;load\n2024-01-01;1,5\n2024-01-02;2,5\n",
        "a,b\n1,2\n3,\n5,6\n",
    ],
)
def test_a_table_of_numbers_in_a_txt_is_a_table(tmp_path, content):
    (tmp_path / "a.txt").write_text(content)
    assert not read_dataset(tmp_path / "a.txt").vocabularies


def test_a_bad_table_in_a_txt_is_not_taken_for_text(tmp_path):
    (tmp_path / "a.txt").write_text("a,b\n" + "1,2\n3,four\n5,6\n7,8\n" * 3)
    with pytest.raises(DataError, match=r"a\.txt, line 3, column 2: 'four' is no number"):
        read_dataset(tmp_path / "a.txt")


def test_what_is_told_of_a_table_makes_it_one(tmp_path):
    (tmp_path / "a.txt").write_text("word,other\nbe,x\nto,y\nor,x\n")
    assert read_dataset(tmp_path / "a.txt").features == ("token",)
    assert read_dataset(tmp_path / "a.txt", Options(roles={"other": "category"})).input_size == 2
    with pytest.raises(DataError, match="there is no column of numbers"):
        read_dataset(tmp_path / "a.txt", Options(plain_text=False))


def test_texts_of_a_folder_share_a_vocabulary(tmp_path):
    for name, text in (("b.txt", "to be"), ("a.txt", "or not")):
        (tmp_path / name).write_text(text)
    for tokens, length in (("words", 6), (None, 9)):
        dataset = read_dataset(tmp_path, Options(tokens=tokens))
        words = dataset.vocabularies["token"]
        assert (lengths(dataset).keys(), len(words)) == ({"a", "b"}, length)
        for sequence in dataset.sequences:
            codes = sequence.values[:, 0].astype(int)
            assert tuple(words[code] for code in codes) == sequence.tokens


def test_texts_and_tables_of_a_folder_do_not_mix(tmp_path):
    (tmp_path / "README.txt").write_text(PROSE)
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(TABLE)
    dataset = read_dataset(tmp_path)
    assert lengths(dataset) == {"a": 3, "b": 3}
    assert "left out: README.txt: it has no a, b and it also has token" in dataset.notes


def test_words_of_several_files_keep_their_codes_as_far_as_they_can(tmp_path):
    for name, words in (("a.csv", "uvu"), ("b.csv", "wvw")):
        (tmp_path / name).write_text("k,x\n" + "".join(f"{word},1\n" for word in words))
    dataset = read_dataset(tmp_path, Options(roles={"k": "category"}, embedded=("k",)))
    words, column = dataset.vocabularies["k"], dataset.features.index("k")
    found = ["".join(words[int(code)] for code in part.values[:, column]) for part in dataset.sequences]
    assert found == ["uvu", "wvw"]
