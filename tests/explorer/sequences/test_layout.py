"""What stands above, between and below the rows of a table is none of them, and is said to be left out."""

import pytest

from explorer.sequences import Form, open_rows, read_table

NUMBERS = [["1", "2.5", "3"], ["4", "5.5", "6"], ["7", "8.5", "9"]]
TABLE = "t,a,b\n1,2.5,3\n4,5.5,6\n7,8.5,9\n"
NAMES = [["t", "a", "b"]]


@pytest.fixture
def opened(tmp_path):
    def write_and_open(text, told=Form()):  # noqa: B008
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8", newline="")
        return open_rows(path, told)

    return write_and_open


def header(rows):
    return [list(line) for line in rows.header]


def body(rows):
    return [list(record.cells) for record in rows.records()]


@pytest.mark.parametrize(
    ("above", "lines"),
    [
        ("# made by a logger\n# on Tuesday, at 5\n", 2),
        ("% a\n% b\n", 2),
        ("// a\n", 1),
        ("; a note, and more\n", 1),
        ("\n\n", 2),
        ("A title\n", 1),
        ("A title\n\n", 2),
        ("PREAMBLE,,\n,,\n", 2),
        ("A title,,\n", 1),
        ("Lab export\nDevice 5, channel 3\nall rights reserved\n", 3),
        ("Station: Nord\nDate: 2020-01-01\nOperator: me\n\n", 4),
        ("Station,Nord\nDate,2020-01-01\nOperator,me\n\n", 4),
        ("Station,Nord\nDate,2020-01-01\nOperator,me\n", 3),
        ("It is a long story,\nof many words, with commas, and more, of them.\n\n", 3),
        ("sep=,\n", 1),
    ],
)
def test_above(opened, above, lines):
    rows = opened(above + TABLE)
    assert (header(rows), body(rows)) == (NAMES, NUMBERS)
    assert rows.form.preamble_lines == lines
    assert rows.body_line == lines + 2
    said = any("left out above" in note or "passed over" in note for note in rows.notes)
    assert said == bool(above.strip())


@pytest.mark.parametrize(
    ("below", "lines"),
    [
        ("\n\n", 0),
        ("\nsource: the logger of hall 3\n", 1),
        ("\nTotal,15,18\n\nsource: us\n", 3),
        ("Total,15,18\n", 1),
        ("FOOTNOTE\n", 1),
        ("FOOTNOTE,,\n", 1),
        (",,\nFOOTNOTE,,\n", 2),
        ("\nNotes\n1) provisional\n2) by hand, see page 7\n", 3),
    ],
)
def test_below(opened, below, lines):
    rows = opened(TABLE + below)
    assert (header(rows), body(rows)) == (NAMES, NUMBERS)
    assert rows.form.footer_lines == lines
    assert any("left out below" in note for note in rows.notes) == bool(lines)


@pytest.mark.parametrize("last", ["7,,", "7,8.5", "Total is a name,8.5,9"])
def test_a_last_row_that_may_be_one_stays(opened, last):
    text = (
        TABLE + last + "\n" if last[0] == "7" else TABLE.replace("t,", "n,").replace("\n1", "\nA").replace("\n4", "\nB")
    )
    text = text if last[0] == "7" else text.replace("\n7", "\nC") + last + "\n"
    assert body(opened(text))[-1] == last.split(",")


@pytest.mark.parametrize(
    ("text", "names", "lines"),
    [
        ("time,speed\ns,m/s\n1,2\n3,4\n5,6\n", ["time s", "speed m/s"], 2),
        ("speed\n[m/s]\n1\n2\n3\n", ["speed [m/s]"], 2),
        (",in,,out,\nt,x,y,x,y\n1,2,3,4,5\n2,3,4,5,6\n3,4,5,6,7\n", ["t", "in x", "in y", "out x", "out y"], 2),
        ("a,b\na,b\na,b\n1,2\n3,4\n", ["a", "b"], 3),
        ("x,x,,x\n1,2,3,4\n5,6,7,8\n", ["x", "x (2)", "column 3", "x (3)"], 1),
        ("country,2000,2001,2002\nA,1.5,2.5,3.5\nB,4,5,6\n", ["country", "2000", "2001", "2002"], 1),
        ("# x y\n1 2\n3 4\n", ["x", "y"], 1),
        ("a b\nr1 1 2\nr2 3 4\n", ["column 1", "a", "b"], 1),
        ("name,fruit\nAnn,apple\nBob,pear\nCid,cherry\n", ["name", "fruit"], 1),
        ("name\nJohn Smith\nAnn Lee\n", ["name"], 1),
        ("x,y,\n1,2,\n3,4,\n", ["x", "y"], 1),
        ("x,y\n1,2,\n3,4,\n", ["x", "y"], 1),
    ],
)
def test_names(opened, text, names, lines):
    rows = opened(text)
    assert list(rows.names) == names
    assert len(rows.header) == rows.form.header_lines == lines
    assert {len(record.cells) for record in rows.records()} == {len(names)}


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n3,4\n5,6\n",
        "2020-01-01,2\n2020-01-02,4\n",
        "red,apple\ngreen,pear\nred,cherry\ngreen,apple\n",
        "AB-12,apple\nCD-34,pear\nEF-56,cherry\nGH-78,plum\n",
        "a,\nb,\na,\nc,\n",
        "foo\nfoo\nfoo\n",
    ],
)
def test_no_names(opened, text):
    rows = opened(text)
    assert header(rows) == []
    assert body(rows) == [line.split(",") for line in text.splitlines()]
    assert any("no line of names" in note for note in rows.notes)


@pytest.mark.parametrize("first", ["", "1,2.5,3\n", "1,2.5,3\n7,,9\n"])
@pytest.mark.parametrize("above", ["", "Measured by hand\n\n"])
def test_first_lines_without_the_delimiter_that_ends_the_others_are_the_tables(opened, above, first):
    rows = opened(above + "a,b,c\n" + first + "4,5.5,6,\n" * 10)
    assert header(rows) == [["a", "b", "c"]]
    assert body(rows) == [*(line.split(",") for line in first.split()), *[["4", "5.5", "6"]] * 10]
    assert not rows.problems


def test_a_preamble_above_rows_that_end_with_the_delimiter_stays_one(opened):
    rows = opened("Station,Nord\nRate,10\na,b,\n" + "4,5.5,\n" * 10)
    assert header(rows) == [["a", "b"]]
    assert body(rows) == [["4", "5.5"]] * 10


def test_a_trailing_delimiter_of_numbers_is_no_column(opened):
    rows = opened("1,2,\n3,4,\n5,6,\n")
    assert body(rows) == [["1", "2"], ["3", "4"], ["5", "6"]]
    assert rows.trailing == 1


SECOND = "u,v,w,x\n1,1,1,1\n2,2,2,2\n3,3,3,3\n4,4,4,4\n"


@pytest.mark.parametrize(
    "between",
    ["\n", "\n\n", "", "\nThe second\n", "\n\nThe second\n\n"],
)
def test_several_tables(opened, between):
    text = TABLE + between + SECOND
    first, second = opened(text), opened(text, Form(table=1))
    assert first.tables == second.tables == 2
    assert (header(first), body(first)) == (NAMES, NUMBERS)
    assert header(second) == [["u", "v", "w", "x"]]
    assert body(second) == [[str(k)] * 4 for k in range(1, 5)]
    assert any("2 tables" in note for note in first.notes)


def test_a_table_of_the_same_names_again(opened):
    rows = opened(TABLE + TABLE)
    assert rows.tables == 2
    assert body(rows) == NUMBERS


def test_a_form_told_in_full_goes_to_the_end_of_the_file(opened):
    rows = opened(TABLE + TABLE, Form(preamble_lines=0, header_lines=1, footer_lines=0))
    assert rows.tables == 1
    assert body(rows) == [*NUMBERS, *NAMES, *NUMBERS]
    rows = opened(TABLE + "\n" + SECOND + "the end\n", Form(preamble_lines=0, header_lines=1, footer_lines=1))
    assert body(rows)[-2:] == [["3"] * 4, ["4"] * 4]
    assert body(opened(TABLE + TABLE, Form(header_lines=1, footer_lines=0))) == NUMBERS


def test_comments_between_rows_are_passed_over(opened):
    rows = opened("x,y\n1,2\n# the pump, changed\n3,4\n5,6\n")
    assert [(record.line, list(record.cells)) for record in rows.records()] == [
        (2, ["1", "2"]),
        (4, ["3", "4"]),
        (5, ["5", "6"]),
    ]


def test_a_sign_that_begins_values_is_no_comment(opened):
    assert body(opened("id,x\n#1,2\n#2,3\n#3,4\n")) == [["#1", "2"], ["#2", "3"], ["#3", "4"]]
    assert body(opened("color\n#ff0000\n#00ff00\n")) == [["#ff0000"], ["#00ff00"]]


def test_blank_lines_are_gaps_of_a_single_column(opened):
    assert body(opened("x\n1\n\n3\n\n")) == [["1"], [""], ["3"]]


@pytest.mark.parametrize(
    ("text", "told", "values"),
    [
        # Where others are missing below, the first is as well.
        ("x\n\n1\n\n2\n3\n4\n", Form(), ["", "1", "", "2", "3", "4"]),
        ("x\n\n\n1\n\n2\n3\n4\n\n", Form(), ["", "", "1", "", "2", "3", "4"]),
        ("x\n\n1\n2\n3\n4\n", Form(), ["1", "2", "3", "4"]),
        ("x\n\n1\n2\n3\n4\n", Form(header_lines=1), ["", "1", "2", "3", "4"]),
        ("\n1\n2\n3\n\n4\n", Form(), ["1", "2", "3", "", "4"]),
        ("\n1\n2\n3\n4\n", Form(preamble_lines=0, header_lines=0), ["", "1", "2", "3", "4"]),
        ("\n\n1\n2\n3\n4\n", Form(preamble_lines=1, header_lines=0), ["", "1", "2", "3", "4"]),
        ("x\n\n1\n\n2\n\n3\n\n4\n", Form(), ["1", "2", "3", "4"]),
    ],
)
def test_a_blank_line_above_the_first_value_of_a_single_column(opened, text, told, values):
    rows = opened(text, told)
    assert [cells[0] if cells else "" for cells in body(rows)] == values
    passed = any("below the name passed over" in note for note in rows.notes)
    assert passed == (text == "x\n\n1\n2\n3\n4\n" and values[0] == "1")


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("a;b\n1.234,56;1\n2.000,00;2\n", (",", ".")),
        ('a,b\n"1,234.56",1\n"2,000.00",2\n', (".", ",")),
        ('a,b\n"1,234",1\n"2,000",2\n"500",3\n', (".", ",")),
        ("a;b\n1 234,5;1\n2 000,0;2\n", (",", " ")),
        ("a;b\n1'234.5;1\n2'000.0;2\n", (".", "'")),
        ("a;b\n1,5;1\n2,25;2\n", (",", "")),
        ("a;b\n1,125;1\n2000;2\n", (",", "")),
        ("a,b\n1.125,1\n2.5,2\n", (".", "")),
    ],
)
def test_the_signs_of_numbers(opened, text, signs):
    form = opened(text).form
    assert (form.decimal, form.thousands) == signs


def test_a_footer_far_below_the_sample(opened):
    rows = opened("t,a,b\n" + "1,2,3\n" * 100_000 + "\nTotal,9,9\nsource: us\n")
    assert rows.form.footer_lines == 2
    records = list(rows.records())
    assert len(records) == 100_000
    assert records[-1] == (100_001, ["1", "2", "3"])


@pytest.mark.parametrize("blank", ["", "\n"])
def test_a_footer_far_below_the_sample_is_quoted_with_its_line(tmp_path, blank):
    path = tmp_path / "long.csv"
    path.write_text("t,a,b\n" + "1,2,3\n" * 100_000 + blank + "Total,9,9\nsource: us\n", encoding="utf-8")
    line = 100_002 + len(blank)
    note = f"left out below the table: 2 lines, the first line {line}, 'Total 9 9'"
    assert note in read_table(path).notes
    assert "left out below the table, at the end of the file: 'Total 9 9'" in read_table(path, rows=50).notes
