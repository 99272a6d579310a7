"""Decimal and thousands signs: each column is judged by its own cells, and no column makes another a thousand times
too large."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.sequences import Options, make_dataset, read_table
from explorer.sequences.following import Follower
from explorer.sequences.numerals import MISSING, SLICE, all_numbers, is_missing, number, numbers
from explorer.sequences.options import Form


@pytest.fixture
def table(tmp_path):
    def read(text, form=Form()):  # noqa: B008
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        return read_table(path, Options(form=form))

    return read


def values(table, name):
    return table.column(name).values.tolist()


def signs(table):
    return table.form.decimal, table.form.thousands


def said(table, words):
    return [note for note in make_dataset(table, Options()).notes if words in note]


def test_a_decimal_comma_in_one_column_makes_the_points_of_another_thousands(table):
    found = table("jahr;Umsatz;Kurs\n1990;1.234;0,05\n1991;2.345;0,06\n")
    assert (values(found, "Umsatz"), values(found, "Kurs")) == ([1234, 2345], [0.05, 0.06])
    assert signs(found) == (",", ".")


def test_years_without_groups_do_not_speak_for_another_column(table):
    assert values(table('year,revenue\n1990,"1,234"\n1991,"2,345"\n'), "revenue") == [1234, 2345]


def test_a_thousand_without_a_sign_in_the_same_column_speaks_against_groups(table):
    assert values(table('a,b\n1,"1,234"\n2,"1234"\n3,"2,345"\n'), "b") == [1.234, 1234, 2.345]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_three_digits_behind_a_single_comma_are_decimals_and_that_is_said(table, delimiter):
    found = table("t;U;I\n0;1,000;2,000\n1;1,250;2,500\n2;1,500;3,000\n3;1,750;3,500\n".replace(";", delimiter))
    assert (values(found, "U"), values(found, "I")) == ([1, 1.25, 1.5, 1.75], [2, 2.5, 3, 3.5])
    assert said(found, "1,000 could also be thousands")


def test_a_single_ambiguous_cell_is_decimal_too(table):
    assert values(table("year;revenue\n1990;1,234\n"), "revenue") == [1.234]


def test_numbers_below_a_thousand_beside_them_make_groups(table):
    assert values(table("a;b\n1;950\n2;1,010\n3;870\n4;12,000\n"), "b") == [950, 1010, 870, 12000]


def test_three_digits_behind_a_point_are_decimals_and_that_is_said_only_where_nothing_proves_it(table):
    found = table("t;v\n0;1.234\n1;2.345\n")
    assert values(found, "v") == [1.234, 2.345]
    assert said(found, "1.234 could also be thousands")
    assert not said(table("t;v;w\n0;1.234;0.5\n1;2.345;0.7\n"), "thousands")


def test_columns_with_other_signs_are_each_read_by_their_own(table):
    text = "Zeit;Druck;Temp\n" + "0;1013.250;20,0\n1;1012.500;20,5\n2;998.250;21,0\n" * 5
    found = table(text)
    assert values(found, "Druck")[:3] == [1013.25, 1012.5, 998.25]
    assert values(found, "Temp")[:3] == [20, 20.5, 21]
    assert said(found, "column 'Druck': its numbers have a decimal point, the others a comma")
    assert not said(found, "holds no numbers")


def test_one_cell_does_not_turn_a_table(table):
    found = table("t;v\n" + "".join(f"{t};2{t}.5\n" for t in range(9)) + "9;1.234,5\n10;23.5\n")
    assert values(found, "v")[:2] == [20.5, 21.5]
    assert [(problem.line, problem.text) for problem in found.problems] == [(11, "1.234,5")]


@pytest.mark.parametrize("cell", ["0,987", "12,5", "1,2345"])
def test_a_cell_below_the_sample_that_is_no_group_proves_a_decimal_comma(table, cell):
    found = table("a,b,c\n" + '1,"1,234","2,500"\n' * 1500 + f'2,"{cell}","3,250"\n')
    assert values(found, "b")[-2:] == [1.234, float(cell.replace(",", "."))]
    assert values(found, "c")[-2:] == [2.5, 3.25]
    assert signs(found) == (",", "")
    assert found.problem_count == 0
    assert "numbers were read with a decimal comma" in found.notes


def test_a_first_decimal_comma_below_the_sample_proves_itself(table):
    found = table("a;b\n" + "1;12\n" * 1500 + "2;0,987\n3;oops\n")
    assert values(found, "b")[-2] == 0.987
    assert [problem.text for problem in found.problems] == ["oops"]


def test_signs_that_are_told_are_not_guessed(table):
    assert values(table("a;b\n1;1,234\n2;2,345\n", Form(thousands=",")), "b") == [1234, 2345]
    assert values(table("a;b\n1;1.234\n2;2.345\n", Form(decimal=",")), "b") == [1234, 2345]


def test_a_minus_as_typesetters_write_it_is_a_minus(table):
    found = table("a,b\n1,−5.5\n2,–2\n3,4e−2\n")
    assert values(found, "b") == [-5.5, -2, 0.04]
    assert found.problem_count == 0


def test_further_rows_are_read_by_the_signs_of_their_column(tmp_path):
    path = tmp_path / "growing.csv"
    path.write_text("Zeit;Druck;Temp\n0;1013.250;20,0\n1;1012.500;20,5\n2;1011.250;21,0\n")
    follower = Follower(path)
    with path.open("a") as file:
        file.write("3;1010.750;21,5\n")
    growth = follower.look()
    assert not growth.problems
    assert follower.dataset.sequences[0].values[-1].tolist()[-2:] == [1010.75, 21.5]


ODD = st.sampled_from(
    ["", "NA", " nan ", "-", "1_0", "٣", "−2,5", "x", "1.234,5", "12,5", "3.25", " 7", "n", "inf", "–"]
)


@given(st.lists(st.tuples(st.integers(0, 2 * SLICE + 5), ODD), max_size=6), st.sampled_from([".", ",", ",."]))
def test_many_cells_are_the_numbers_that_each_is(placed, signs):
    cells = ["1,5" if signs[0] == "," else "1.5"] * (2 * SLICE + 6)
    for row, cell in placed:
        cells[row] = cell
    values, wrong = numbers(cells, *signs)
    each = [number(cell, *signs) for cell in cells]
    assert wrong == [row for row, value in enumerate(each) if value is None]
    np.testing.assert_array_equal(values, [math.nan if value is None else value for value in each])
    assert all_numbers(cells, *signs) == (not wrong)


@pytest.mark.parametrize("blank", ["", " ", "\u3000", "\x1c"])
@pytest.mark.parametrize("word", sorted(MISSING))
def test_what_is_missing_is_so_in_any_case_and_between_blanks(word, blank):
    assert is_missing(blank + word.upper() + blank)
    assert is_missing(blank + word)
    assert not is_missing(f"{blank}{word}x")
