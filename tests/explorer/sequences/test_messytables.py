"""The bad files of messytables: each opens as a person would read it, or says why not."""

import csv
import io

import pytest

from explorer.errors import DataError
from explorer.sequences.options import Form
from explorer.sequences.rows import open_rows

EXPECTED = {
    # file: (encoding, delimiter, records above the names, lines of names, records below)
    "complex.csv": ("ascii", ",", 0, 1, 0),
    "example.tsv": ("ascii", "\t", 0, 1, 0),
    "excel_pasting.csv": ("ascii", ",", 3, 1, 3),
    "mixedGLB.csv": ("ascii", ",", 3, 1, 0),
    "null.csv": ("ascii", ",", 0, 0, 0),
    "simple.csv": ("ascii", ",", 0, 1, 0),
    "simple.psv": ("ascii", "|", 0, 1, 0),
    "simple.ssv": ("ascii", ";", 0, 1, 0),
    "skip_initials.csv": ("ascii", ",", 0, 1, 0),
    "spanish_chars.csv": ("cp1252", ",", 0, 1, 2),
    "sparse_with_column_errors.csv": ("cp1252", ",", 0, 1, 0),
    "utf-16le_encoded.csv": ("utf-16", ",", 0, 1, 0),
}


def truth(path, encoding, delimiter):
    """Return the records of Python's csv module, told the form; blanks about a cell are no part of it."""
    text = path.read_bytes().decode(encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    return [[cell.strip() for cell in cells] for cells in reader if cells]


def without_last(records):
    """Leave out a last column in which nothing stands: the delimiter at the end of every line."""
    return [cells[:-1] for cells in records] if not any(cells[-1] for cells in records) else records


def read(path, told=None):
    rows = open_rows(path, told or Form())
    return list(map(list, rows.header)), [[cell.strip() for cell in record.cells] for record in rows.records()]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_bad_file_opens_as_what_it_is(corpus, name):
    encoding, delimiter, above, lines, below = EXPECTED[name]
    path = corpus / "csv" / "messytables" / name
    records = truth(path, encoding, delimiter)
    header, rows = read(path)
    assert without_last([*header, *rows]) == without_last(records[above : len(records) - below])
    assert len(header) == lines


@pytest.mark.parametrize("form", [Form(), Form(encoding="big5")])
def test_chinese_in_a_code_page_of_its_own(corpus, form):
    path = corpus / "csv" / "messytables" / "characters.csv"
    header, rows = read(path, form)
    assert [*header, *rows] == truth(path, "big5", ",")


def test_titles_names_and_footnotes_of_a_report_are_no_rows(corpus):
    header, rows = read(corpus / "csv" / "messytables" / "weird_head_padding.csv")
    assert header[-1][:10] == ["", "1985", "1993", "2000", "2005", "2006", "2007", "2008", "2009", "2010"]
    assert rows[0][0] == "Chirurgie (ohne Orthopädie) ..."
    assert rows[7][:5] == ["Unfallchirurgie", ".", "1.613", "2.003", "2.221"]
    assert rows[-1][:10] == ["Strahlentherapie", ".", "106", "97", "87", "76", "70", "65", "70", "65"]


def test_a_report_with_five_lines_of_titles_and_names(corpus):
    path = corpus / "csv" / "messytables" / "begrotingsanalyse-2011.csv"
    header, rows = read(path)
    records = [cells[:14] for cells in truth(path, "ascii", ",")]
    assert [row[:14] for row in rows] == records[7:]
    assert [names[:14] for names in header] == records[7 - len(header) : 7]
    assert header[-1][:2] == ["NR.", "Cluster"]


@pytest.mark.parametrize("name", ["long.csv", "utf8bom.csv", "small.csv"])
def test_what_may_be_names_or_values_is_lost_in_neither_case(corpus, name):
    path = corpus / "csv" / "messytables" / name
    header, rows = read(path)
    assert [*header, *rows] == truth(path, "utf-8-sig", ",")


def test_a_packed_table_is_unpacked(corpus):
    folder = corpus / "csv" / "messytables"
    assert read(folder / "simple.zip") == read(folder / "simple.csv")


def test_an_empty_file_says_so(corpus):
    with pytest.raises(DataError, match="empty"):
        read(corpus / "csv" / "messytables" / "simple.unknown")
