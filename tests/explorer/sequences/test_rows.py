"""Any delimited file becomes exactly its cells, told nothing."""

import pytest

from explorer.errors import DataError, UsageError
from explorer.sequences import Form, open_rows
from explorer.sequences.rows import write_rows


@pytest.fixture
def opened(tmp_path):
    def write_and_open(text, told=Form(), encoding="utf-8", name="table.csv"):  # noqa: B008
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return open_rows(path, told)

    return write_and_open


def cells(rows):
    return [list(line) for line in rows.header], [list(record.cells) for record in rows.records()]


XY = [["x", "y"]]


@pytest.mark.parametrize(
    ("text", "header", "body"),
    [
        ("x,y\n1,2\n3,4\n", XY, [["1", "2"], ["3", "4"]]),
        ("x;y\n1,5;2\n3,5;4\n", XY, [["1,5", "2"], ["3,5", "4"]]),
        ("x\ty\n1 a\t2\n3 b\t4\n", XY, [["1 a", "2"], ["3 b", "4"]]),
        ("x|y\n1|2\n3|4\n", XY, [["1", "2"], ["3", "4"]]),
        ("x:y\n1:2\n3:4\n", XY, [["1", "2"], ["3", "4"]]),
        ("x^y\n1^2\n3^4\n", XY, [["1", "2"], ["3", "4"]]),
        ("x~y\n1~2\n3~4\n", XY, [["1", "2"], ["3", "4"]]),
        (" x   y \n 1   2 \n 13  4 \n", XY, [["1", "2"], ["13", "4"]]),
        ("x, y\n1, 2\n3, 4\n", XY, [["1", "2"], ["3", "4"]]),
        ('x , y\n"a, b" , 2\n" c " ,\t4\n', XY, [["a, b", "2"], [" c ", "4"]]),
        ("value\n1,5\n2,5\n", [["value"]], [["1,5"], ["2,5"]]),
        ("time\n12:30:00\n12:31:00\n", [["time"]], [["12:30:00"], ["12:31:00"]]),
        ("time,x\n2013-01-05 12:30:00,1\n", [["time", "x"]], [["2013-01-05 12:30:00", "1"]]),
        ("x,y\r\n1,2\r\n3,4", XY, [["1", "2"], ["3", "4"]]),
        ("x,y\r1,2\r3,4\r", XY, [["1", "2"], ["3", "4"]]),
        ("x,y\n1,2\r\n3,4\n\n\n", XY, [["1", "2"], ["3", "4"]]),
        ("x,y\n1,2\n\n3,4\n", XY, [["1", "2"], ["3", "4"]]),
        ("x,y\n1,2\n3,4\x1a", XY, [["1", "2"], ["3", "4"]]),
    ],
)
def test_delimiters_and_line_ends(opened, text, header, body):
    assert cells(opened(text)) == (header, body)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ('x,y\n1,"a ""b"" c"\n2,"d, e"\n', [["1", 'a "b" c'], ["2", "d, e"]]),
        ("x,y\n1,'a ''b'' c'\n2,'d, e'\n", [["1", "a 'b' c"], ["2", "d, e"]]),
        ("x,y\n1,'it won't, no'\n2,'d, e'\n", [["1", "it won't, no"], ["2", "d, e"]]),
        ('x,y\n1,"a \\"b\\" c"\n2,"d, e"\n', [["1", 'a "b" c'], ["2", "d, e"]]),
        ("x,y\n1,a\\, b\n2,c\\, d\n", [["1", "a, b"], ["2", "c, d"]]),
        (
            'x,y\n1,"two\nlines"\n2,"and\r\nmore\n\nof ""them"""\n',
            [["1", "two\nlines"], ["2", 'and\r\nmore\n\nof "them"']],
        ),
        ('x,y\n1,5" pipe\n2,7" pipe\n', [["1", '5" pipe'], ["2", '7" pipe']]),
    ],
)
def test_quotes_and_escapes(opened, text, body):
    rows = opened(text)
    assert cells(rows) == (XY, body)


def test_quotes_that_enclose_nothing_are_letters(opened):
    text = 'ham\tso he said "never mind\nspam\t"free", he said\nham\t" oh\nham\tno" \nspam\t"yes" and "no\n'
    rows = opened(text)
    assert cells(rows) == ([], [line.strip().split("\t") for line in text.strip().split("\n")])
    assert rows.form.quote == ""
    assert any("quotes" in note for note in rows.notes)


STRAY = 'name,note,size\n"a","b, c",1\n"d",{cell},2\n"e","f\ng",3\n"h","i",4\n'


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('"x', '"x'),
        ('x"', 'x"'),
        ('""x, y"', '"x, y'),
        ('"x 5" y, z"', 'x 5" y, z'),
        ('"x, 24""', 'x, 24"'),
        ('"', '"'),
    ],
)
def test_a_stray_quote_spoils_one_cell_at_most(opened, cell, value):
    rows = opened(STRAY.format(cell=cell))
    told = []
    header, _ = cells(rows)
    body = [list(record.cells) for record in rows.records(report=told.append)]
    assert header == [["name", "note", "size"]]
    assert body == [["a", "b, c", "1"], ["d", value, "2"], ["e", "f\ng", "3"], ["h", "i", "4"]]
    if cell != 'x"':
        assert [problem.line for problem in told] == [3]
        assert [problem.line for problem in rows.problems] == [3]


def test_a_quote_that_never_closes_keeps_the_rest_of_the_file(opened):
    text = "x,y\n" + "1,2\n" * 1000 + '3,"4\n' + "5,6\n" * 1000
    rows = opened(text)
    records = list(rows.records())
    assert len(records) == 2001
    assert records[1000].cells == ["3", '"4']
    assert records[-1].line == 2002


def test_rows_too_short_or_long_stand_as_they_are(opened):
    rows = opened("x,y,z\n1,2,3\n4,5\n6,7,8,9\n1,2,3\n4,5,6\n")
    assert [len(record.cells) for record in rows.records()] == [3, 2, 4, 3, 3]
    assert [problem.line for problem in rows.problems] == [3, 4]
    assert "there are 2 cells where the table has 3" in rows.problems[0].message


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "cp1252"]
)
def test_encodings(opened, encoding):
    rows = opened("größe,ort\n1,Köln\n2,Zürich\n", encoding=encoding)
    assert cells(rows) == ([["größe", "ort"]], [["1", "Köln"], ["2", "Zürich"]])


def test_bytes_that_cp1252_lacks_are_latin_1(opened):
    rows = opened(b"x,y\n1,\x81\n2,\xe9\n")
    assert cells(rows)[1] == [["1", "\x81"], ["2", "é"]]
    assert any("Latin-1" in note for note in rows.notes)


def test_a_told_encoding_is_obeyed_or_refused(opened):
    assert cells(opened("x,y\n1,Ж\n", Form(encoding="cp1251"), encoding="cp1251"))[1] == [["1", "Ж"]]
    with pytest.raises(UsageError, match="no encoding"):
        opened("x,y\n1,2\n", Form(encoding="no such"))
    with pytest.raises(UsageError, match="no encoding"):
        opened("x,y\n1,2\n", Form(encoding="base64"))
    with pytest.raises(DataError, match="cannot be read as ascii"):
        opened("x,y\n1,é\n", Form(encoding="ascii"))


def test_what_is_told_is_obeyed(opened):
    text = "a;b,c\n1;2,3\n4;5,6\n"
    assert cells(opened(text, Form(delimiter=",")))[1] == [["1;2", "3"], ["4;5", "6"]]
    assert cells(opened(text, Form(delimiter=";")))[1] == [["1", "2,3"], ["4", "5,6"]]
    assert cells(opened(text, Form(delimiter="")))[1] == [["1;2,3"], ["4;5,6"]]
    assert cells(opened(text, Form(header_lines=0)))[0] == []
    assert len(cells(opened(text, Form(header_lines=2)))[0]) == 2
    assert cells(opened(text, Form(preamble_lines=1, header_lines=0)))[1][0][0][0] == "1"
    assert len(cells(opened(text, Form(footer_lines=1)))[1]) == 1
    assert cells(opened('x,y\n"1","2"\n', Form(quote="")))[1] == [['"1"', '"2"']]
    assert cells(opened("x,y\n$1,2\n3,4\n", Form(comment="$")))[1] == [["3", "4"]]
    assert cells(opened("x, y\n1, 2\n", Form(delimiter=", ")))[1] == [["1", "2"]]
    form = opened("x;y\n1.5;2\n", Form(decimal=",", thousands=".")).form
    assert (form.decimal, form.thousands) == (",", ".")


@pytest.mark.parametrize(
    "told",
    [
        Form(delimiter="ab"),
        Form(quote="''"),
        Form(decimal=";"),
        Form(delimiter='"', quote='"'),
        Form(decimal=",", thousands=","),
        Form(header_lines=-1),
        Form(table=1),
    ],
)
def test_what_makes_no_sense_is_refused(opened, told):
    with pytest.raises(UsageError):
        opened("x,y\n1,2\n", told)


def test_nothing_below_the_preamble(opened):
    with pytest.raises(DataError, match="below line 9"):
        opened("x,y\n1,2\n", Form(preamble_lines=9))


def test_what_was_found_told_again_gives_the_same(opened):
    text = 'a title\n\nx;y\n"1,5";2\n3,5;4\n\nx;y;z\n1;2;3\n4;5;6\n7;8;9\nnote: these are all\n'
    for table in (0, 1):
        first = opened(text, Form(table=table))
        again = opened(text, first.form)
        assert cells(again) == cells(first)
        assert again.form == first.form


def test_rows_are_written_as_they_were_read(opened, tmp_path):
    rows = opened('# a comment\nx; y\n"a;b";"c ""d"""\n1,5;"two\nlines"\n')
    with (tmp_path / "out.csv").open("wb") as file:
        write_rows(rows, file)
    assert (tmp_path / "out.csv").read_bytes() == b'x,y\r\na;b,"c ""d"""\r\n"1,5","two\nlines"\r\n'
