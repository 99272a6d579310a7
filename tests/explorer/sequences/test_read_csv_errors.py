"""A file that is no table of numbers gives one sentence, with line and column where there are such."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import DataError
from explorer.sequences import read_csv

FULL = "".join(f"{i},{i}.5\n" for i in range(9))


def read(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_csv(path)


@pytest.mark.parametrize(
    ("content", "line", "column", "says"),
    [
        ("x,y\n1,2\n3,4,5\n6,7\n", 3, None, "there are 3 cells where the table has 2"),
        ("x,y\n1,2\n3\n6,7\n", 3, None, "there is 1 cell where the table has 2"),
        ("x,y,z\n1,2\n3,4\n5,6\n", 1, None, "there are 3 cells where the table has 2"),
        ("x,y\n1,2\n3,four\n6,7\n8,nine\n9,9\n", 3, 2, "'four' is no number, as the others in 'y' are"),
        (f"x,y\n{FULL}12,1_000\n", 11, 2, "'1_000' is no number"),
        (f"x,y\n{FULL}12,1.2.3\n", 11, 2, "'1.2.3'"),
        (f"x,y\n{FULL}12,٣\n", 11, 2, "'٣'"),
        (f"x,y\n{FULL}12,{'long ' * 30}\n", 11, 2, "long…' is no number"),
        ('x,note,y\n1,"two\nlines",2\n3,"and\nthree\nmore",bad\n5,c,6\n7,d,8\n', 4, 3, "'bad' is no number"),
        ('x,y\n1,2\n3,"4\n5,6\n', 3, 2, "is no number"),
        ('x,y\n1,2\n3,"4"4\n5,6\n', 3, 2, "is no number"),
        ("date,x\n2013-01-05,1\n2013-02-30,2\n2013-01-07,3\n", 3, 1, "'2013-02-30' is no date"),
        ("x;y\n1,5;2\n1,7;3\n1.23,5;4\n", 4, 1, "'1.23,5' is no number"),
        ("x;y\n" + "1,5;2\n" * 1500 + "1.5;4\n", 1502, 1, "'1.5' is no number"),
        ("x y\n1 2\n3 4\n5 six\n", 4, 2, "'six'"),
        ("x,y\r1,2\r3,bad\r5,6\r", 3, 2, "'bad'"),
        ("x,y\n", 1, None, "a header, but no row of values"),
        ("only,words\nno,numbers\nat,all\n", None, None, "there is no column of numbers"),
        ("date,anomaly\n2013-01-05,1\n2013-01-06,0\n", None, None, "no column of numbers besides date, anomaly"),
        ("x\nNA\n\nNA\n", None, None, "there is no column of numbers"),
        ("", None, None, "the file is empty"),
        (" \n\n\t\r\n", None, None, "the file is empty"),
        (b"\xef\xbb\xbf", None, None, "the file is empty"),
        (b"\xff\xfe", None, None, "the file is empty"),
        (b"\xff\xfe1", None, None, "goes on as something else"),
        (b"x,y\n1,2\n3,\x004\n", 3, None, "no text file: it holds the byte 0x00"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", 3, None, "no text file"),
        (b"x\n1\n2\n\x81\n", 4, 1, "is no number"),
        (b"PK\x03\x04\x14\x00", None, None, "no text file"),
    ],
)
def test_one_sentence_with_its_place(tmp_path, content, line, column, says):
    with pytest.raises(DataError) as caught:
        read(tmp_path / "bad.csv", content)
    error = caught.value
    assert says in error.message
    assert (error.line, error.column) == (line, column)
    assert str(error).startswith("bad.csv")
    assert "\n" not in str(error)


def test_a_wrong_cell_far_below_is_found_by_its_line(tmp_path):
    with pytest.raises(DataError) as caught:
        read(tmp_path / "long.csv", "x,y\n" + "1,2\n" * 70_000 + "1,oops\n" + "1,2\n" * 10)
    assert (caught.value.line, caught.value.column) == (70_002, 2)


def test_a_short_row_far_below_is_found_by_its_line(tmp_path):
    with pytest.raises(DataError) as caught:
        read(tmp_path / "long.csv", "x,y\n" + "1,2\n" * 70_000 + "1\n" + "1,2\n" * 10)
    assert caught.value.line == 70_002


def test_what_is_no_file(tmp_path):
    for path, says in ((tmp_path / "none.csv", "no such file"), (tmp_path, "folder"), ("nul\0l.csv", "cannot be read")):
        with pytest.raises(DataError, match=says):
            read_csv(path)


@given(st.binary(max_size=300), st.integers(0, 10_000))
def test_any_bytes_are_read_or_refused_in_one_sentence(tmp_path_factory, content, seed):
    path = tmp_path_factory.mktemp("any") / "any.csv"
    table = b'time,x,"y, z"\n2013-01-05,1.5,"2"\n2013-01-06,,3\n2013-01-07,4e5,NA\n' * 3
    at = random.Random(seed).randrange(len(table))
    for mutated in (content, table[:at] + content[:3] + table[at + 1 :]):
        assert "\n" not in refusal(path, mutated)


def refusal(path, content):
    """Return why a file is refused, or nothing if it opens."""
    try:
        assert len(read(path, content).sequences[0]) > 0
    except DataError as error:
        return error.message
    return ""


texts = st.text(alphabet='0123456789.,;|\t "\n\r-eEnaif:/x', max_size=200)


@given(texts)
def test_any_text_is_read_or_refused_in_one_sentence(tmp_path_factory, text):
    assert "\n" not in refusal(tmp_path_factory.mktemp("any") / "any.csv", text.encode())
