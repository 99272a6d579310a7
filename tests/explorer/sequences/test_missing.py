"""Which words stand for no value: the usual ones, or those that are told."""

import numpy as np
import polars
import pytest

from explorer.errors import DataError
from explorer.sequences import Form, Options, read_dataset, read_table
from explorer.sequences.numerals import USUAL
from explorer.sequences.opening import open_file

COUNTRIES = "country,x\nNA,1\nDE,2\nNA,-\nDE,-999\nNA,-999.0\n"


def told(*words, **more):
    return Options(form=Form(missing=words), **more)


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(COUNTRIES)
    return file


def test_the_usual_words_stay_those_that_are_taken(path):
    table = read_table(path)
    assert table.form.missing == USUAL
    assert [column.missing for column in table.columns] == [3, 1]
    np.testing.assert_array_equal(table.column("x").values, [1, 2, np.nan, -999, -999])


def test_na_may_be_a_country(path):
    table = read_table(path, told("-", "-999"))
    country, x = table.columns
    assert country.missing == 0
    assert not country.constant
    # -999.0 is the same number as the word that is told.
    np.testing.assert_array_equal(x.values, [1, 2, np.nan, np.nan, np.nan])
    assert (x.missing, x.minimum, x.maximum) == (3, 1.0, 2.0)
    assert table.form.missing == ("-", "-999")
    options = told("-", "-999", roles={"country": "category"})
    dataset = read_dataset(path, options)
    assert dataset.features == ("country=NA", "country=DE", "x")
    np.testing.assert_array_equal(dataset.sequences[0].values[:, 0], [1, 0, 1, 0, 1])


def test_words_that_are_told_are_known_in_any_case(path):
    path.write_text("x,when,name\n1,2024-01-01,a\nN.V.,n.v.,N.v.\n3,2024-01-03,c\n")
    table = read_table(path, told("n.v."))
    assert [column.missing for column in table.columns] == [1, 1, 1]
    assert [column.kind for column in table.columns] == ["number", "date", "text"]
    assert table.problems == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x\n1\n2\n3\n4\n{}\n3\n4\n5\n6\n", ("NA", "nan", "inf", "-", "n.v.")),
        ("x;y\n1;2\n3;4\n{0};{0}\n5;6\n7;8\n", ("NA", "nan", "inf", "-", "n.v.")),
        ("day;x\nMon;1\nTue;2\nWed;{}\nThu;4\nFri;5\n", ("NA", "n.v.")),
        ("x;y\n1;2\n3;4\n5;6\n{0};{0}\n", ("NA", "n.v.")),
        ("x;y\n{0};{0}\n1;2\n3;4\n", ("NA", "inf", "n.v.")),
        ("x\n{}\n1\n2\n3\n", ("NA", "inf", "n.v.")),
    ],
)
def test_words_for_no_value_are_no_names_wherever_they_stand(path, text, words):
    for word in words:
        options = told(word) if word == "n.v." else Options()
        path.write_text(text.format(word))
        table = read_table(path, options)
        assert table.rows == text.count("\n") - 1, word
        assert (len(table.header), table.tables, table.problems) == (1, 1, ())
        path.write_text(text.replace("\n{", "\n\n{").replace("\nWed", "\n\nWed").format(word))
        below = read_table(path, options)
        assert below.tables == 1
        # In a single column the blank line is a missing value of its own.
        more = int(text.startswith("x\n1"))
        assert below.rows == table.rows + more, word
        assert [column.missing - more for column in below.columns] == [column.missing for column in table.columns]
        np.testing.assert_array_equal(below.columns[-1].values[-2:], table.columns[-1].values[-2:])


def test_what_no_longer_stands_for_no_value_does_not_fit_among_numbers(path):
    path.write_text("x,y\n1,2\n-,3\n4,5\n")
    with pytest.raises(DataError, match="line 3, column 1: '-' is no number"):
        read_dataset(path, told())
    path.write_text("when,y\n01:30:00,2\n?,3\n01:32:00,5\n")
    with pytest.raises(DataError, match=r"line 3, column 1: '\?' is no time"):
        read_dataset(path, told("-"))


def test_an_empty_cell_always_is_one(path):
    path.write_text("x,y\n1,2\n,3\n4,5\n")
    assert read_table(path, told("-")).column("x").missing == 1


def test_ids_are_words_too(path):
    path.write_text("id,x\n" + "NA,1\nNA,2\n7,3\n7,4\n" * 1)
    assert [s.name for s in read_dataset(path, told("-", roles={"id": "id"})).sequences] == ["NA", "7"]
    assert [s.name for s in read_dataset(path, Options(roles={"id": "id"})).sequences] == ["7"]


def test_signs_of_its_own_and_words_that_are_told(path):
    path.write_text("a;b;c\n" + "1,5;1.25;5 %\n2,5;-999;-999\n-999;3.75;6 %\n" * 3)
    table = read_table(path, told("-999"))
    np.testing.assert_array_equal(table.column("b").values[:3], [1.25, np.nan, 3.75])
    np.testing.assert_array_equal(table.column("a").values[:3], [1.5, 2.5, np.nan])


def test_arrays_and_frames_have_them_as_numbers(tmp_path):
    polars.DataFrame({"x": [1, -999, 3], "y": [1.5, -999.0, 2.5], "c": ["NA", "n.v.", "a"]}).write_parquet(
        tmp_path / "a.parquet"
    )
    table = open_file(tmp_path / "a.parquet", told("-999", "n.v.")).table
    assert [column.missing for column in table.columns] == [1, 1, 1]
    np.save(tmp_path / "a.npy", np.array([[1.0, 2.0], [-999.0, 3.0], [2.0, 5.0]]))
    assert open_file(tmp_path / "a.npy", told("-999")).table.columns[0].missing == 1
    np.testing.assert_array_equal(read_dataset(tmp_path / "a.npy", told("-999")).sequences[0].values[:, 0], [1, 1, 2])


@pytest.mark.parametrize(
    ("word", "cells"),
    [
        ("1900-01-01", ["2024-01-01", "1900-01-01", "2024-01-03"]),
        ("1.1.1900", ["24.1.2024", "1.1.1900", "26.1.2024"]),
        ("00:00", ["10:30", "00:00", "11:00"]),
        ("99:99", ["10:00", "99:99", "11:00"]),
    ],
)
def test_a_word_that_is_told_may_be_written_like_a_date(path, word, cells):
    lines = [f"{cell},{row}" for row, cell in enumerate(cells)]
    path.write_text("\n".join(["t,x", *lines, ""]))
    table = read_table(path, told(word))
    column = table.column("t")
    assert (column.kind, column.missing, column.wrong, table.problems) == ("date", 1, 0, ())
    path.write_text("\n".join(["t,x", *(lines[:1] + lines[2:]), ""]))
    np.testing.assert_array_equal(read_table(path).column("t").values, column.values[[0, 2]])


def test_a_word_that_is_told_may_have_the_sign_of_a_share(path):
    path.write_text("x,y\n5%,1\n-999%,2\n7%,3\n")
    np.testing.assert_array_equal(read_table(path, told("-999%")).column("x").values, [5, np.nan, 7])


def test_dates_of_frames_are_told_as_they_are_written(tmp_path):
    frame = polars.DataFrame({"t": ["2024-01-01", "1900-01-01"], "x": [1, 2]})
    frame.with_columns(polars.col("t").str.to_date()).write_parquet(tmp_path / "a.parquet")
    column = open_file(tmp_path / "a.parquet", told("1900-01-01", "n.v.")).table.column("t")
    assert (column.kind, column.missing) == ("date", 1)


@pytest.mark.parametrize("word", ["-99,9", "-99.9"])
def test_a_number_that_is_told_is_written_as_those_of_the_table(path, word):
    path.write_text("a;b\n1,5;2\n-99,9;3\n-99,90;4\n1,25;5\n")
    np.testing.assert_array_equal(read_table(path, told(word)).column("a").values, [1.5, np.nan, np.nan, 1.25])


def test_thousands_that_are_told_are_no_decimals(path):
    path.write_text("a;b\n1,5;2\n9.999,0;3\n9,999;4\n1.234,5;5\n")
    np.testing.assert_array_equal(read_table(path, told("9.999")).column("a").values, [1.5, np.nan, 9.999, 1234.5])
