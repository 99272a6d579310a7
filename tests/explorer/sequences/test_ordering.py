"""Whether 05/06/2013 is in May or in June: one column, or one file, that shows it decides for all."""

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import DataError
from explorer.sequences import Form, Options, read_dataset, read_table
from explorer.sequences.ordering import swapped

OPEN = "when,x\n05/06/2013,1\n06/06/2013,2\n"
DAY = "when,x\n13/05/2013,1\n14/05/2013,2\n"
MONTH = "when,x\n05/13/2013,1\n05/14/2013,2\n"


def folder(path, **files):
    path.mkdir()
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text)
    return path


def first_days(dataset):
    return [str(sequence.times[0].astype("datetime64[D]")) for sequence in dataset.sequences]


@given(st.lists(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 12)).filter(lambda d: d.day <= 12), min_size=1))
def test_day_and_month_change_places(moments):
    values = np.array([*moments, None], dtype="datetime64[us]")
    expected = np.array([m.replace(day=m.month, month=m.day) for m in moments] + [None], dtype="datetime64[us]")
    np.testing.assert_array_equal(swapped(values), expected)
    np.testing.assert_array_equal(swapped(swapped(values)), values)


def test_another_column_of_the_table_decides(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("from,to,x\n05/06/2013,13/06/2013,1\n06/06/2013 12:30,14/06/2013,2\n,15/06/2013,3\n")
    column = read_table(path).column("from")
    assert column.values.astype(str).tolist() == ["2013-06-05T00:00:00.000000", "2013-06-06T12:30:00.000000", "NaT"]
    assert str(column.minimum).startswith("2013-06-05")
    assert column.note == "its dates fit both orders and were read as day, month, year, as others show"


def test_other_forms_of_dates_decide_nothing(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("from,to,x\n05/06/2013,13.06.2013,1\n06/06/2013,14.06.2013,2\n")
    assert str(read_table(path).column("from").minimum).startswith("2013-05-06")


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["05/06/2013 23:30-01", "06/06/2013"], ["2013-06-06T00:30", "2013-06-06T00:00"]),
        (["05/06/2013", "2013-06-07"], ["2013-06-05", "2013-06-07"]),
        (["01/02/2020 24:00", "03/02/2020"], ["2020-02-02", "2020-02-03"]),
    ],
)
def test_dates_that_cannot_change_places_are_read_again(tmp_path, cells, read):
    lines = [f"{cell},{row},5" for row, cell in enumerate(cells)]
    dates = np.array(read, dtype="datetime64[us]")
    # Another column, or another file, decides; the last row is cut off.
    table = "\n".join(
        ["from,x,to", lines[0].replace(",5", ",13/06/2013"), lines[1].replace(",5", ",14/06/2013"), "05/06"]
    )
    (tmp_path / "a.csv").write_text(table)
    column = read_table(tmp_path / "a.csv").column("from")
    np.testing.assert_array_equal(column.values, dates)
    assert (column.minimum, column.maximum) == (dates.min(), dates.max())
    assert "day, month, year, as others show" in column.note
    path = folder(
        tmp_path / "set", a="\n".join(["when,x,y", *lines, ""]), b=DAY.replace(",x", ",x,y").replace("3,", "3,5,")
    )
    dataset = read_dataset(path)
    np.testing.assert_array_equal(dataset.sequences[0].times, dates)


@pytest.mark.parametrize(("proof", "first"), [(DAY, "2013-06-05"), (MONTH, "2013-05-06")])
def test_one_file_of_several_decides(tmp_path, proof, first):
    dataset = read_dataset(folder(tmp_path / "set", a=OPEN, b=proof, c=OPEN))
    days = first_days(dataset)
    assert (days[0], days[2]) == (first, first)
    assert days[1] == "2013-05-13"
    assert any("as others show" in note and "a.csv and 1 other" in note for note in dataset.notes)


def test_files_that_show_both_orders_are_told_with_their_lines(tmp_path):
    dataset = read_dataset(folder(tmp_path / "set", a=DAY, b=MONTH))
    assert first_days(dataset) == ["2013-05-13", "2013-05-13"]
    where = "the day first in a.csv, line 2: 13/05/2013, but the month first in b.csv, line 2: 05/13/2013"
    assert any(where in note for note in dataset.notes)


def test_a_file_that_fits_both_is_not_guessed_where_others_show_both(tmp_path):
    path = folder(tmp_path / "set", a=DAY, b=MONTH, c=OPEN)
    dataset = read_dataset(path)
    assert [sequence.name for sequence in dataset.sequences] == ["a", "b"]
    refused = next(note for note in dataset.notes if note.startswith("left out"))
    for part in ("c.csv", "a.csv, line 2: 13/05/2013", "b.csv, line 2: 05/13/2013", "--dates day-first"):
        assert part in refused
    (path / "a.csv").unlink()
    told = read_dataset(path, Options(form=Form(dates="month-first")))
    assert first_days(told) == ["2013-05-13", "2013-05-06"]


def test_the_order_that_is_told_holds(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(OPEN)
    for order, first in (("day-first", "2013-06-05"), ("month-first", "2013-05-06")):
        dataset = read_dataset(path, Options(form=Form(dates=order)))
        assert first_days(dataset) == [first]
        assert not any("orders" in note for note in dataset.notes)
    path.write_text(MONTH)
    with pytest.raises(DataError, match="line 2, column 1: '05/13/2013' is no date"):
        read_dataset(path, Options(form=Form(dates="day-first")))


def test_a_column_that_shows_both_orders_is_refused_at_the_first_that_does_not_fit(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("when,x\n13/05/2013,1\n05/13/2013,2\n05/14/2013,2\n14/05/2013,2\n")
    with pytest.raises(DataError, match="line 3, column 1: '05/13/2013' is no date"):
        read_dataset(path)
    both = "some of its dates have the day first (13/05/2013), others the month (05/13/2013)"
    assert read_table(path).column("when").note == both
