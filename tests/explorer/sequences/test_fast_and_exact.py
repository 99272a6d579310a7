"""The fast way gives what the exact way gives, bit for bit, or leaves the file to it."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import DataError
from explorer.sequences import open_rows, read_csv, read_table
from explorer.sequences.blocks import exact_content
from explorer.sequences.columns import read_columns
from explorer.sequences.encoding import CHUNK
from explorer.sequences.fast import BLOCK, NotPlainError, fast_content
from explorer.sequences.kinds import guess_kinds


def both_ways(path):
    """Return what the two ways make of a file: columns and lines, or the error; None where the fast way passes."""

    def told(fraction):
        pass

    rows = open_rows(path)
    kinds = guess_kinds([record.cells for record in islice(rows.records(), 1000)], rows.form, rows.width)
    results = []
    for way in (fast_content, exact_content):
        try:
            content = way(rows, kinds, told)
            columns, problems, _ = read_columns(content, rows.names, kinds, rows.form, {}, lambda: None)
            results.append((columns, content.lines, (*content.ragged, *problems)))
        except NotPlainError:
            results.append(None)
        except DataError as error:
            results.append((error.line, error.column))
    return results


def assert_same(fast, exact):
    (fast_columns, fast_lines, fast_problems), (columns, lines, problems) = fast, exact
    np.testing.assert_array_equal(fast_lines, lines)
    assert fast_problems == problems
    for one, other in zip(fast_columns, columns, strict=True):
        assert (one.name, one.kind, one.note, one.texts) == (other.name, other.kind, other.note, other.texts)
        assert one.values.tobytes() == other.values.tobytes() or (
            np.array_equal(one.values, other.values, equal_nan=True)
            and np.array_equal(np.signbit(one.values), np.signbit(other.values))
        )


def assert_same_where_both_read(path):
    try:
        fast, exact = both_ways(path)
    except DataError:
        return
    if fast is not None:
        assert_same(fast, exact)


cell = st.sampled_from(
    ["", "1", "-2.5", "1e-3", " 4", "5 ", "NA", "nan", "inf", "1,5", "x", "2013-01-05", "1_0", "#", "-"]
)
quoted = st.sampled_from(['"1.5"', '"2"', '""', '"NA"', '" 4"', '"x"', '"1,5"', '"a;b"', '"a""b"', '"', '"x" ', "'3'"])
rows = st.lists(st.lists(cell, min_size=1, max_size=4), min_size=1, max_size=8)


@given(rows, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_both_ways_agree_on_any_table(tmp_path_factory, rows, delimiter, end, header):
    path = tmp_path_factory.mktemp("ways") / "table.csv"
    lines = [delimiter.join(row) for row in ([["a", "b", "c"], *rows] if header else rows)]
    path.write_text(end.join(lines) + end, newline="")
    assert_same_where_both_read(path)


@given(
    st.lists(st.lists(cell | quoted, min_size=2, max_size=2), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_both_ways_agree_on_tables_with_quotes(tmp_path_factory, rows, delimiter, end, unfinished):
    path = tmp_path_factory.mktemp("quotes") / "table.csv"
    lines = [delimiter.join(row) for row in (["a", "b"], ['"7"', "8"], *rows)]
    path.write_text(end.join(lines) + end * (not unfinished), newline="")
    assert_same_where_both_read(path)


@pytest.mark.parametrize(
    "text",
    [
        "x,y\n1,2\n3,4\n",
        '"x","y"\n"1",2\n3,"4"\n',
        'x;who\r\n"1,5";"Ann B"\r\n;""\r\n"";"C"',
        "x,y\r\n1,2\r\n,4",
        "x\n1\n\n3\n\n\n",
        "x\n35\n80\n\n\n15\n",
        "when,x,who\n2013-01-05,1,Ann\n2013-01-06,,\n,3,NA\n",
        "when,x\n2013-01-05,1\n2013-01-06,NA\nNA,3\n",
        "x,who\n1,Ann\n2,5\n3,Bob\n",
        "x;y\n1,5;2\n,3;4\n",
        'when,x\n"2013-01-05",1\n"2013-01-06","2"\n',
        '"x, y","z"\n1,2\n3,4\n',
        "x\ty\n1\t\n\t4\n5\t\n",
        "\ufeffx,y\n1,2\n",
        "\ufeff1,2\n3,4\n",
    ],
)
def test_the_fast_way_takes_plain_tables(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode())
    fast, exact = both_ways(path)
    assert fast is not None
    assert_same(fast, exact)


@pytest.mark.parametrize(
    "text",
    [
        "x,y\n1,2\n3\n4,5\n",  # polars fills the row
        "x\n1\n\n2\n\n3\n",  # blank lines between all rows are nothing
        "x,who\n\ufeff1,Ann\n3,Bob\n",  # a mark at the beginning only
        "x,y\n1,2\n\n4,5\n",  # and makes one of this
        'x,who\n1,"Ann, Bob"\n3,Eve\n',
        'x,who\n1,"a""b"\n3,Eve\n',
        "x,who\n" + '3,"Eve"\n' * 20 + '1,"Ann"a\n',
        'x,who\n1,"Ann\nBob"\n3,"Eve"\n',
        'x,who\n1, "Ann"\n3,"Eve"\n',
        '"x"\n"1"\n""\n"2"\n',  # the empty one would be a blank line
        "x,y\r1,2\r3,4\r",
        "x;y\n1.5;2\n1,5;4\n2.5;6\n",
        "x,who\nNA,Ann\n2,NA\n3,Bob\n",  # only among numbers NA is nothing
        "x y\n1 2\n3 4\n",
        "x;y\n" + "1,5;2\n" * 1500 + "1.5;2\n",  # a point below the sample
    ],
)
def test_what_polars_would_read_in_its_own_way_is_left_to_the_exact_one(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode())
    fast, exact = both_ways(path)
    assert fast is None
    assert exact is not None


@pytest.mark.parametrize(("text", "steps"), [("c0\n35\n80\n\n\n15\n", 5), ("c0\n35\n\n\n80\n\n15\n", 3)])
def test_blank_lines_in_one_column_are_the_same_in_any_encoding(tmp_path, text, steps):
    path = tmp_path / "table.csv"
    for data in (text.encode(), text.encode("utf-16"), text.replace("\n", "\r").encode()):
        path.write_bytes(data)
        assert read_table(path).rows == steps


@pytest.mark.parametrize("at", [-7, -6, -5, -4, -1, 0, 1])
def test_rows_and_line_ends_across_chunks(tmp_path, at):
    path = tmp_path / "table.csv"
    row = b"1.25" + b"0" * 2000 + b",2\r\n"
    body = row * ((CHUNK - 5) // len(row) - 2)
    path.write_bytes(b"x,y\r\n" + body + b"3" * (CHUNK - 5 - len(body) + at) + b".5,7\r\n" + row * 3 + b"\r\n\r\n")
    fast, exact = both_ways(path)
    assert fast is not None
    assert_same(fast, exact)


@pytest.mark.parametrize("at", range(-3, 3))
@pytest.mark.parametrize("blank", [b"\n\n", b"\r\n\r\n\r\n"])
def test_missing_values_of_one_column_where_a_block_ends(tmp_path, at, blank):
    path = tmp_path / "column.csv"
    row = b"1.25" + b"0" * 2000 + b"\n"
    body = b"x\n" + row * ((BLOCK - 9) // len(row))
    path.write_bytes(body + b"3" * 5 + b"0" * (BLOCK - len(body) + at) + blank + b"4\n" + row * 2000 + blank)
    fast, exact = both_ways(path)
    assert fast is not None
    assert exact[0][0].missing == blank.count(b"\n") - 1
    assert_same(fast, exact)


def test_more_blank_lines_at_the_end_than_are_read_at_a_time(tmp_path):
    path = tmp_path / "blank.csv"
    path.write_bytes(b"x,y\n" + b"1,2\n" * 50_000 + b"\n" * (BLOCK + 100))
    content = fast_content(open_rows(path), ("number", "number"), lambda _: None)
    np.testing.assert_array_equal(content.numbers, [[1, 2]] * 50_000)


NUMBERS = (
    st.floats().map(repr)
    | st.decimals(allow_nan=False, allow_infinity=False, places=20).map(str)
    | st.from_regex(r"[+-]?[0-9]{1,30}(\.[0-9]{0,30})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
)


@given(st.lists(NUMBERS, min_size=1, max_size=100))
def test_polars_rounds_as_python_does(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("round") / "table.csv"
    path.write_text("x,y\n" + "".join(f"{cell},1\n" for cell in cells))
    fast, exact = both_ways(path)
    assert fast is not None
    assert_same(fast, exact)


LONG = b"1.5" + b"0" * 2000 + b",2\n"
MANY = CHUNK // len(LONG) + 100
"""Rows of a file of which a quick survey does not see the end."""


@pytest.mark.parametrize(
    ("end", "last", "said"),
    [
        (b"3,4\n", [3, 4], ""),
        (b"3,4\r5,6\r", [5, 6], ""),
        (b'3,"4"\n', [3, 4], ""),
        ("3,4\n°,5\n".encode("cp1252"), None, "'°' is no number"),
        (b"3,\x004\n", None, "it holds the byte 0x00"),
        (b"3\n", None, "there is 1 cell where the table has 2"),
        (b"3,oops\n", None, "'oops' is no number"),
        ("3,4\n# é,5\n".encode(), None, "'# é' is no number"),
    ],
)
def test_what_stands_below_the_beginning_of_a_large_file_is_seen_too(tmp_path, end, last, said):
    path = tmp_path / "large.csv"
    path.write_bytes(b"x,y\n" + LONG * MANY + end + LONG)
    if said:
        with pytest.raises(DataError, match=said) as caught:
            read_csv(path)
        assert caught.value.line == MANY + 2 + (end.count(b"\n") - 1)
    else:
        values = read_csv(path).sequences[0].values
        np.testing.assert_array_equal(values[-2:], [last, [1.5, 2]])
        assert len(values) == MANY + end.count(b"\n") + end.count(b"\r") + 1


def test_an_encoding_that_shows_only_far_below(tmp_path):
    path = tmp_path / "large.csv"
    path.write_bytes(b"x,who\n" + (b"1," + b"a" * 2000 + b"\n") * MANY + "2,é\n".encode("cp1252"))
    table = read_table(path)
    assert table.form.encoding == "cp1252"
    assert table.columns[1].texts[-1] == "é"


def test_a_byte_of_no_text_far_below_is_found(tmp_path):
    path = tmp_path / "large.csv"
    path.write_bytes(b"x,who\n" + (b"1," + b"a" * 2000 + b"\n") * MANY + b"2,\x07\n")
    with pytest.raises(DataError, match="it holds the byte 0x07") as caught:
        read_csv(path)
    assert caught.value.line == MANY + 2


def test_a_large_file_may_be_cancelled_at_any_time(tmp_path):
    path = tmp_path / "large.csv"
    path.write_bytes(b"x,y\n" + LONG * (3 * MANY) + b'3,"4"\n')
    seen = []

    class CancelledError(Exception):
        pass

    def cancel(fraction):
        seen.append(fraction)
        if len(seen) == stop:
            raise CancelledError

    stop = 0
    read_csv(path, progress=seen.append)
    assert seen == sorted(seen)
    assert len(seen) > 6
    for stop in range(1, len(seen) + 1):
        seen.clear()
        with pytest.raises(CancelledError):
            read_csv(path, progress=cancel)
        assert len(seen) == stop


def test_a_cell_that_is_no_number_is_told_without_the_blanks_around_it(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("1\n 4,,\n")
    fast, exact = both_ways(path)
    assert_same(fast, exact)
    path.write_text("x;y\n1;2\n five ;3\n4;5\n6;7\n")
    _, (_, _, problems) = both_ways(path)
    assert [problem.text for problem in problems] == ["five"]
