"""Tables drawn in Markdown or by a database, and ARFF: their lines of strokes and attributes are no rows."""

import time

import pytest

from explorer.errors import DataError
from explorer.sequences import Form, open_rows, read_dataset, read_table

ARFF = """% a comment
@RELATION iris

@ATTRIBUTE length  NUMERIC
@attribute 'petal\\'s length' REAL
@ATTRIBUTE "the class" {a, b}

@DATA
5.1,3.5,a
4.9,?,'b'
% another
4.7, 3.2, a
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "table"


def body(rows):
    return [list(record.cells) for record in rows.records()]


def test_arff(path):
    path.write_text(ARFF)
    rows = open_rows(path)
    assert rows.names == ("length", "petal's length", "the class")
    assert body(rows) == [["5.1", "3.5", "a"], ["4.9", "?", "b"], ["4.7", "3.2", "a"]]
    assert (rows.form.preamble_lines, rows.form.header_lines, rows.body_line) == (8, 1, 9)
    again = open_rows(path, rows.form)
    assert (again.names, body(again), again.form) == (rows.names, body(rows), rows.form)
    assert read_dataset(path).features == ("length", "petal's length")
    assert open_rows(path, Form(header_lines=0)).names == ("column 1", "column 2", "column 3")


@pytest.mark.parametrize("attribute", ["b{0,1}", "'b'{0,1}", '"b" {0,1}', "b\treal"])
def test_what_follows_the_name_of_an_attribute_need_not_stand_apart(path, attribute):
    path.write_text(f"@relation x\n@attribute a numeric\n@attribute {attribute}\n@data\n1,0\n2,1\n3,0\n")
    assert open_rows(path).names == ("a", "b")


@pytest.mark.parametrize("attribute", ["", " b", " 'b numeric"])
def test_an_attribute_that_is_not_understood_is_refused_with_its_line(path, attribute):
    path.write_text(f"@relation x\n@attribute a numeric\n@attribute{attribute}\n@data\n1,0\n2,1\n3,0\n")
    with pytest.raises(DataError, match="line 3: a name and a type follow @attribute, but not here"):
        read_table(path)


def test_more_cells_than_attributes_are_refused(path):
    path.write_text("@relation x\n@attribute a numeric\n@attribute b numeric\n@data\n1,0,5\n2,1,6\n3,0,7\n")
    with pytest.raises(DataError, match="line 5: 2 attributes are named, but its rows have 3 cells"):
        read_table(path)


def test_a_sparse_arff_is_refused_with_its_line(path):
    path.write_text(ARFF.partition("5.1")[0] + "{0 5.1, 2 a}\n")
    with pytest.raises(DataError, match="line 9: its rows are those of a sparse ARFF: save it as CSV"):
        read_table(path)


@pytest.mark.parametrize("text", ["@data,x\n1,2\n3,4\n", "note\n@attribute a real\n@data\n1\n2\n"])
def test_what_only_begins_like_arff_is_none(path, text):
    path.write_text(text)
    assert open_rows(path).form.comment != "%"


@pytest.mark.parametrize(
    "text",
    [
        "| t | x |\n|---|---:|\n| 1 | 2 |\n| 2 | 3 |\n",
        "# A title\n\nSome words about it.\n\n| t | x |\n| :--- | :---: |\n| 1 | 2 |\n| 2 | 3 |\n",
        "t | x\n---|---\n1 | 2\n2 | 3\n",
        " t | x\n---+---\n 1 | 2\n 2 | 3\n",
        "| t | x |\n| -- | -- |\n| 1 | 2 |\n| 2 | 3 |\n",
        "|t|x|\n|-|-|\n|1|2|\n|2|3|\n",
        "|t|x|\n|:-|-:|\n|1|2|\n|2|3|\n",
        "t  x\n-- --\n1  2\n2  3\n",
        "+---+---+\n| t | x |\n+---+---+\n| 1 | 2 |\n| 2 | 3 |\n+---+---+\n",
    ],
)
def test_a_drawn_table(path, text):
    path.write_text(text)
    table = read_table(path)
    columns = [column for column in table.columns if not column.empty]
    assert [column.name for column in columns] == ["t", "x"]
    assert [column.values.tolist() for column in columns] == [[1, 2], [2, 3]]
    assert table.problems == ()


def test_strokes_are_missing_values_where_no_line_of_them_is_drawn(path):
    path.write_text("t|x|y\n1|--|2\n2|3|--\n--|--|--\n4|5|6\n")
    assert [column.missing for column in read_table(path).columns] == [1, 2, 2]


def test_strokes_further_down_are_a_row(path):
    path.write_text("t|x\na|b\nc|d\n--- | ---\ne|f\n")
    assert body(open_rows(path)) == [["a", "b"], ["c", "d"], ["---", "---"], ["e", "f"]]
    path.write_text("time x\n-- --\n1 2\n2 3\n")
    assert read_table(path).rows == 3, "shorter than the name above it, they say that a value is missing"


def test_a_long_line_with_strokes_and_blanks_takes_no_long_time(path):
    blanks = " " * 600
    path.write_text(f"a|b|c\n1|2|3\n{blanks}---{blanks}x|y|1\n4|5|6\n")
    start = time.process_time()
    assert open_rows(path).width == 3
    assert time.process_time() - start < 1, "it took 9 s where each blank was tried in several places"
