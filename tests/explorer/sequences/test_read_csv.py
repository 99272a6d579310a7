"""Delimited files are read whole and exact: every digit, every row, every column as what it is."""

import csv
import io
import math
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.sequences import read_csv, read_table
from explorer.sequences.names import is_id_name


@pytest.fixture
def read(tmp_path):
    def write_and_read(text, encoding="utf-8", **more):
        path = tmp_path / "table.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return read_csv(path, **more)

    return write_and_read


def notes(dataset):
    return "\n".join(dataset.notes)


# ---------------------------------------------------------------- round trip

values = st.floats(allow_nan=False) | st.integers(-(10**25), 10**25).map(float)
names = st.from_regex(r"[a-zA-Zé°µ][a-zA-Z0-9_ ,;|\"'é]{0,8}[a-zA-Z0-9é]", fullmatch=True)


@st.composite
def tables(draw):
    width = draw(st.integers(1, 6))
    # A name such as qID is rightly an id, and no feature.
    plain = names.filter(lambda name: not is_id_name(f"q{name}"))
    header = draw(st.lists(plain, min_size=width, max_size=width, unique_by=lambda name: name.strip().lower()))
    header = [f"x{name}" if name.lower() in ("anomaly", "label", "class", "target") else f"q{name}" for name in header]
    rows = draw(st.lists(st.lists(values, min_size=width, max_size=width), min_size=1, max_size=12))
    return header, rows


@given(
    table=tables(),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    final=st.booleans(),
)
def test_what_is_written_is_read(tmp_path_factory, table, delimiter, end, encoding, quoting, final):
    header, rows = table
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(header)
    writer.writerows([[repr(value) for value in row] if quoting != csv.QUOTE_NONNUMERIC else row for row in rows])
    content = text.getvalue() if final else text.getvalue().removesuffix(end)
    path = tmp_path_factory.mktemp("round") / "table.csv"
    path.write_bytes(content.encode(encoding))
    sequence = read_csv(path).sequences[0]
    assert sequence.features == tuple(header)
    np.testing.assert_array_equal(sequence.values, rows)


@given(st.lists(st.lists(values.filter(math.isfinite), min_size=3, max_size=3), min_size=1, max_size=9))
def test_runs_of_blanks_and_no_header(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("blanks") / "table.txt"
    path.write_text("".join(f"  {a!r}  {b!r}\t {c!r}   \n" for a, b, c in rows))
    dataset = read_csv(path)
    assert dataset.features == ("column 1", "column 2", "column 3")
    assert "no line of names: the columns are called column 1 to column 3" in notes(dataset)
    np.testing.assert_array_equal(dataset.sequences[0].values, rows)


# ---------------------------------------------------------------- numbers


def test_every_digit_is_kept(read):
    cells = ["0.1", "9007199254740993", "2.2250738585072011e-308", "4.9e-324", "-0.0", "1e400", "123456789.123456789"]
    sequence = read("x\n" + "\n".join(cells)).sequences[0]
    np.testing.assert_array_equal(sequence.values[:, 0], [float(cell) for cell in cells])
    assert math.copysign(1, sequence.values[4, 0]) == -1


def test_infinite_values_are_values(read):
    sequence = read("x,y\n1,inf\n-Infinity,2\n3,-INF\n").sequences[0]
    np.testing.assert_array_equal(sequence.values, [[1, math.inf], [-math.inf, 2], [3, -math.inf]])


def test_decimal_commas(read):
    dataset = read("x;y\n1,5;2\n-3;,25\n1e3;7,\n".replace("7,", "7,0"))
    np.testing.assert_array_equal(dataset.sequences[0].values, [[1.5, 2], [-3, 0.25], [1000, 7]])
    assert "decimal comma" in notes(dataset)


def test_one_column_of_decimal_commas_is_one_column(read):
    np.testing.assert_array_equal(read("value\n1,5\n2,25\n").sequences[0].values, [[1.5], [2.25]])
    np.testing.assert_array_equal(read("1,5\n2,25\n").sequences[0].values, [[1, 5], [2, 25]])


def test_the_first_decimal_comma_may_stand_far_below(read):
    dataset = read("x;y\n" + "1;2\n" * 60_000 + "1;2,5\n")
    np.testing.assert_array_equal(dataset.sequences[0].values[-1], [1, 2.5])


def test_a_thousand_in_quotes_is_not_taken_for_a_decimal_comma(read):
    dataset = read('x,y\n"1,234",5\n"2,345",6\n')
    np.testing.assert_array_equal(dataset.sequences[0].values, [[1234, 5], [2345, 6]])
    assert "the thousands of numbers are parted by ','" in dataset.notes


# ---------------------------------------------------------------- gaps


@pytest.mark.parametrize("gap", ["", "NA", "nan", "NaN", "null", "None", "-", "n/a", "#N/A", "?"])
def test_a_missing_cell_takes_the_value_before_it_and_the_note_says_where(read, gap):
    dataset = read(f"x,y\n1,{gap}\n2,5\n3,{gap}\n4,{gap}\n5,6\n")
    np.testing.assert_array_equal(dataset.sequences[0].values, [[1, 5], [2, 5], [3, 5], [4, 5], [5, 6]])
    assert any(note.startswith("column 'y': 3 values are missing, line 2, lines 4–5;") for note in dataset.notes)


def test_an_empty_column_is_left_out(read):
    dataset = read("x,nothing,y\n1,,2\n3,NA,4\n")
    assert dataset.features == ("x", "y")
    assert "left out, as it is empty: nothing" in dataset.notes


def test_a_row_of_nothing_but_gaps_is_a_step(read):
    dataset = read("x,y\n1,2\n,\n3,4\n")
    np.testing.assert_array_equal(dataset.sequences[0].values, [[1, 2], [1, 2], [3, 4]])


@pytest.mark.parametrize("quoted", [False, True])
def test_blank_lines(read, quoted):
    one, three = ('"1"', '"3"') if quoted else ("1", "3")
    dataset = read(f"x,y\n\n{one},2\n\n\n{three},4\n\n\n")
    np.testing.assert_array_equal(dataset.sequences[0].values, [[1, 2], [3, 4]])
    assert any("2 blank lines, the first line 4, passed over" in note for note in dataset.notes)
    single = read(f"x\n{one}\n\n{three}\n\n")
    np.testing.assert_array_equal(single.sequences[0].values, [[1], [1], [3]])
    assert any("1 value is missing, in line 3" in note for note in single.notes)


# ---------------------------------------------------------------- columns


def test_columns_that_hold_no_numbers_are_named_and_left_out(read):
    dataset = read("x,who,ok\n1,Ann,yes\n2,Bob,no\n3,,yes\n")
    assert dataset.features == ("x",)
    assert dataset.notes == ("left out, as it holds no numbers: who, ok",)


def test_constant_columns_stay(read):
    assert read("x,k\n1,7\n2,7\n3,7\n").features == ("x", "k")


@pytest.mark.parametrize("name", ["anomaly", "Label", "CLASS"])
def test_a_column_of_0_and_1_under_a_label_s_name_is_one(read, name):
    dataset = read(f"x,{name}\n1,0\n2,1\n3,0\n")
    (label,) = dataset.sequences[0].labels
    assert (dataset.features, label.name, label.values.tolist()) == (("x",), name, [False, True, False])


def test_under_another_name_it_is_an_input(read):
    assert read("x,flag\n1,0\n2,1\n").features == ("x", "flag")


def test_numbers_under_a_label_s_name_are_what_the_network_is_to_answer_and_said_to_be(read):
    dataset = read("x,target\n1,0.5\n2,1\n3,\n")
    assert dataset.features == ("x",)
    assert dataset.sequences[0].target_names == ("target",)
    np.testing.assert_array_equal(dataset.sequences[0].targets, [[0.5], [1], [np.nan]])
    assert "it is what the network is to answer, not an input" in notes(dataset)


def test_names_are_made_different_and_never_blank(read):
    dataset = read("a,a,,a (2)\n1,2,3,4\n")
    assert dataset.features == ("a", "a (3)", "column 3", "a (2)")
    assert "columns without a name are called column 3" in dataset.notes


@pytest.mark.parametrize("text", ["1,2\n3,4\n", "\ufeff1,2\n3,4\n", "1,2\n3,4"])
def test_without_a_header_no_row_is_lost(read, text):
    np.testing.assert_array_equal(read(text).sequences[0].values, [[1, 2], [3, 4]])


def test_one_row_is_a_sequence_of_one_step(read):
    assert read("1.5,2,3\n").sequences[0].values.tolist() == [[1.5, 2, 3]]
    assert read("a,b\n1,2\n").sequences[0].values.tolist() == [[1, 2]]


def test_a_name_known_for_the_time_makes_a_header_even_above_numbers(read):
    dataset = read("time,1,2,3\n0.1,5,6,7\n0.2,5,6,7\n")
    assert (dataset.features, dataset.sequences[0].time_name) == (("1", "2", "3"), "time")


# ---------------------------------------------------------------- time


@pytest.mark.parametrize("name", ["t", "Time", "TIMESTAMP", "step", "time (s)", "Time [ms]", "date_time"])
def test_numbers_under_a_time_s_name_are_the_time(read, name):
    sequence = read(f"x,{name}\n5,0.5\n3,0.75\n4,0.25\n").sequences[0]
    assert (sequence.features, sequence.time_name) == (("x",), name)
    np.testing.assert_array_equal(sequence.times, [0.5, 0.75, 0.25])


def test_a_column_that_only_rises_is_an_input(read):
    sequence = read("n,x\n1,5\n2,3\n3,4\n").sequences[0]
    assert (sequence.features, sequence.times) == (("n", "x"), None)


def test_year_is_the_time_only_in_front(read):
    assert read("Year,x\n1990,5\n1991,3\n").features == ("x",)
    assert read("x,year\n5,1990\n3,1991\n").features == ("x", "year")


def test_dates_are_the_time_under_any_name(read):
    sequence = read("x,when\n5,2013-12-02 21:15:00\n3,2013-12-02 21:20:00\n").sequences[0]
    assert (sequence.features, sequence.time_name) == (("x",), "when")
    np.testing.assert_array_equal(
        sequence.times, np.array(["2013-12-02T21:15", "2013-12-02T21:20"], dtype="datetime64[us]")
    )


def test_beside_dates_t_may_be_a_temperature(read):
    dataset = read("date,T,timestamp\n2013-12-02,20.5,1385942400\n2013-12-03,21.5,1386028800\n")
    assert dataset.features == ("T",)
    assert "left out, as it is the time once more: timestamp" in dataset.notes


def test_eight_digits_are_a_date_only_under_a_date_s_name(read):
    assert read("date,x\n19580329,1\n19580405,2\n").sequences[0].times[0] == np.datetime64("1958-03-29")
    assert read("n,x\n19580329,1\n19580405,2\n").features == ("n", "x")
    assert read("date,x\n19580329,1\n19581345,2\n").sequences[0].times.dtype == np.float64


def test_time_that_goes_back_or_lacks_is_said_and_changes_nothing(read):
    dataset = read("t,x\n1,10\n3,11\n2,12\n,13\n5,14\n")
    np.testing.assert_array_equal(dataset.sequences[0].values[:, 0], [10, 11, 12, 13, 14])
    back = (
        "column 't': the time goes back in 1 row, first in line 4; the order of the file is kept; where other sequences"
    )
    assert any(note.startswith(back) for note in dataset.notes)
    assert "column 't': the time is missing in 1 row, the first in line 5" in dataset.notes


def test_the_only_column_of_numbers_is_the_input_whatever_its_name(read):
    dataset = read("t\n1\n4\n9\n")
    assert (dataset.features, dataset.sequences[0].times) == (("t",), None)
    assert "it is the input, not the time" in notes(dataset)


# ---------------------------------------------------------------- the call


def test_source_is_the_path_as_given_and_the_name_its_stem(tmp_path, monkeypatch):
    (tmp_path / "my file.csv").write_text("x\n1\n")
    monkeypatch.chdir(tmp_path)
    dataset = read_csv(f".{os.sep}my file.csv")
    assert (dataset.source, dataset.sequences[0].name) == (f".{os.sep}my file.csv", "my file")


def test_a_file_of_the_western_code_page_is_read_and_said_to_be(read):
    dataset = read("Température °C;x\n20,5;1\n", encoding="cp1252")
    assert dataset.features == ("Température °C", "x")
    assert "was read as Windows-1252" in notes(dataset)


def test_progress_rises_to_one(read):
    seen = []
    read("x,time\n" + "".join(f"{i},2013-12-02 21:15:00\n" for i in range(150_000)), progress=seen.append)
    assert seen == sorted(seen)
    assert (seen[-1], len(seen) > 5, min(seen) > 0) == (1.0, True, True)


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_progress_that_raises_cancels(read, quote):
    class CancelledError(Exception):
        pass

    def cancel(fraction):
        if fraction > 0.5:
            raise CancelledError

    with pytest.raises(CancelledError):
        read("x,y\n" + f"{quote}1.25{quote},2\n" * 600_000, progress=cancel)


def test_comments_within_the_table_are_counted(tmp_path):
    path = tmp_path / "commented.csv"
    path.write_text("# hello\na,b\n1,2\n#3,4\n5,6\n# so\n7,8\n")
    found = read_table(path)
    assert found.rows == 3
    assert "2 lines within the table begin with # and were passed over, the first line 4" in found.notes
    path.write_text("# hello\na,b\n1,2\n#3,4\n5,6\n7,8\n")
    assert "line 4 within the table begins with # and was passed over" in read_table(path).notes
    path.write_text("# hello\na,b\n1,2\n3,4\n5,6\n7,8\n")
    assert not any("within the table" in note for note in read_table(path).notes)


def test_a_row_of_another_width_shows_what_stands_in_it(tmp_path):
    path = tmp_path / "ragged.csv"
    path.write_text("a,b,c\n1,2,3\n4,5\n6,7,8,9\n" + "1,2,3\n" * 9)
    assert [(odd.line, odd.text) for odd in read_table(path).problems] == [(3, "4 | 5"), (4, "6 | 7 | 8 | 9")]


def test_that_zones_were_turned_into_utc_is_said(tmp_path):
    path = tmp_path / "zones.csv"
    path.write_text("t,v\n2024-03-31T01:30:00+01:00,1\n2024-03-31T03:30:00+02:00,2\n2024-03-31T02:00:00Z,3\n")
    said = "its times were turned from their zones into UTC"
    assert read_table(path).column("t").note == said
    path.write_text("t,v\n2024-03-31 01:30:00 UTC,1\n2024-03-31 03:30:00+00:00,2\n2024-03-31T04:00:00Z,3\n")
    assert read_table(path).column("t").note == ""
