"""Workbooks of Excel open like any table: the first sheet that holds something, or the one that is chosen."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import DataError
from explorer.sequences import Form, Options, open_file, read_dataset
from tests.explorer.sequences.damage import assert_told_in_one_sentence
from tests.explorer.sequences.workbook import write_workbook

ROWS = [["day", "load", "room"], *([dt.date(2024, 1, k), 0.1 * k, f"room {k}"] for k in range(1, 6))]


def test_the_first_sheet_that_holds_something(tmp_path):
    write_workbook(tmp_path / "book.xlsx", {"Empty": [], "Größe": ROWS, "Other": [["x"], [1]]})
    dataset = read_dataset(tmp_path / "book.xlsx")
    (sequence,) = dataset.sequences
    assert (sequence.name, dataset.source) == ("book", str(tmp_path / "book.xlsx"))
    assert (sequence.features, sequence.time_name) == (("load",), "day")
    assert sequence.values[:, 0].tolist() == [0.1 * k for k in range(1, 6)]
    assert str(sequence.times[4])[:10] == "2024-01-05"
    assert "the sheet 'Größe' was read, these were not: Empty, Other" in dataset.notes


def test_a_sheet_of_ones_choice(tmp_path):
    write_workbook(tmp_path / "book.xlsx", {"A": ROWS, "B": [], "C": [["x"], [1], [2]]})
    opened = open_file(tmp_path / "book.xlsx", Options(form=Form(table=2)))
    assert (opened.table.column("x").values.tolist(), opened.table.tables) == ([1, 2], 3)
    assert (opened.table.form.table, opened.table.form.header_lines, opened.table.form.delimiter) == (2, 1, None)
    for table, message in ((1, "the sheet 'B' is empty"), (3, "there is no sheet 3; from 0 there are A, B, C")):
        with pytest.raises(DataError, match=message):
            read_dataset(tmp_path / "book.xlsx", Options(form=Form(table=table)))


def test_rows_keep_their_numbers(tmp_path):
    """Also below blank rows, a name of two lines, and where the sheet does not begin at the top."""
    rows = [["x\n(m)", "y"], *([k, k * 2] for k in range(20)), [], [21, "lost"], [22, 44]]
    write_workbook(tmp_path / "book.xlsx", {"A": rows}, first_row=3)
    with pytest.raises(DataError) as caught:
        read_dataset(tmp_path / "book.xlsx")
    assert (caught.value.line, caught.value.column) == (25, 2)
    assert caught.value.message == "'lost' is no number, as the others in 'y' are"
    dataset = read_dataset(tmp_path / "book.xlsx", Options(bad_cells="missing"))
    assert dataset.features == ("x (m)", "y")
    assert len(dataset.sequences[0]) == 22


def test_numbers_keep_every_digit(tmp_path):
    values = [0.1 + 0.2, 1e-300, 123456789.123456, -5.0, 2.0**60, 7]
    write_workbook(tmp_path / "book.xlsx", {"A": [["x"], *([value] for value in values)]})
    assert read_dataset(tmp_path / "book.xlsx").sequences[0].values[:, 0].tolist() == values


def test_cells_of_every_kind(tmp_path):
    moment = dt.datetime(2024, 1, 2, 3, 4, 5)
    rows = [["at", "x", "s"], [moment, 1, 'a "b"\tc'], [moment + dt.timedelta(days=1), None, "d, e"]]
    write_workbook(tmp_path / "book.xlsx", {"A": [*rows, [moment + dt.timedelta(days=2), 3.5, "f"]]})
    table = open_file(tmp_path / "book.xlsx").table
    assert table.column("at").values.tolist() == [moment + dt.timedelta(days=k) for k in range(3)]
    assert table.column("x").missing == 1
    assert table.column("s").texts == ('a "b"\tc', "d, e", "f")


def test_an_empty_workbook(tmp_path):
    write_workbook(tmp_path / "book.xlsx", {"A": [], "B": []})
    with pytest.raises(DataError, match=r"book\.xlsx: the workbook is empty"):
        read_dataset(tmp_path / "book.xlsx")


def test_more_than_the_machine_has(tmp_path, monkeypatch):
    write_workbook(tmp_path / "book.xlsx", {"A": ROWS})
    monkeypatch.setattr("explorer.sequences.sheets.physical_memory", lambda: 10)
    with pytest.raises(DataError, match=r"book\.xlsx: unpacked it is .* KB, and this machine has 10 bytes"):
        read_dataset(tmp_path / "book.xlsx")


def test_a_workbook_of_before_2007_that_is_none(tmp_path):
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(DataError, match=r"old\.xls: it begins as a workbook, but is damaged or cut short"):
        read_dataset(tmp_path / "old.xls")


@given(data=st.data())
def test_what_is_damaged_is_told_in_one_sentence(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("damaged") / "book.xlsx"
    write_workbook(path, {"A": ROWS})
    assert_told_in_one_sentence(path, data, least=0.5)
