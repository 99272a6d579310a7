"""The 217 files of CSVsniffer: every cell is the one that Python's csv module gives when told the file's dialect.

What stands above a table or between its rows and is no part of it is left out, as listed here; blanks beside a
delimiter are no part of a cell; a last column in which no line has anything is only the delimiter at its end.
"""

import csv
import io

import pytest

from explorer.sequences.rows import open_rows

DELIMITERS = {"comma": ",", "tab": "\t", "space": " "}

ABOVE = {  # records of the csv module, blank lines not counted, that are titles and not part of the table
    "CSV_QS601EW2011WARDH_151277.csv": 3,
    "cambornedata.csv": 5,
    "cambornedata-snippet.csv": 5,
    "methane_molecular_structure_xyz_20140911.csv": 2,
    "mth-10-january-2014.csv": 2,
    "ni.2449-S3.csv": 2,
    "soc_structure_2010.csv": 11,
}

COMMENTED = ("test051.csv", "test052.csv", "test057.csv", "test058.csv")
"""Lines that begin with # are comments here. In other files # begins a name or a tag."""


def dialects(folder):
    """Yield each file that is there with its encoding and delimiter; all have double quotes, doubled inside."""
    for line in (folder / "dialects.txt").read_text(encoding="utf-8").splitlines()[2:]:
        name, encoding, delimiter, quote, *_ = line.split("|")
        assert quote == "doublequote"
        if (folder / "files" / name).exists():
            yield name, encoding, DELIMITERS[delimiter]


def expected(path, encoding, delimiter):
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig" if encoding == "utf8" else "cp1252")
    except UnicodeDecodeError:
        text = content.decode("cp1252")  # two files are called UTF-8 and are not
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    records = [cells for cells in reader if cells][ABOVE.get(path.name, 0) :]
    return [cells for cells in records if not (path.name in COMMENTED and cells[0].startswith("#"))]


def plain(records):
    """Return the cells without blanks about them and without last columns that are empty in every line."""
    stripped = [[cell.strip() for cell in cells] for cells in records]
    while (width := max(map(len, stripped))) > 1 and not any(
        cells[width - 1] for cells in stripped if len(cells) == width
    ):
        stripped = [cells[: width - 1] for cells in stripped]
    return stripped


def read(path):
    rows = open_rows(path)
    return [*map(list, rows.header), *(list(record.cells) for record in rows.records())]


def test_every_file_is_read_as_its_true_dialect_gives_it(corpus):
    folder = corpus / "csv" / "csvsniffer"
    wrong, seen = [], 0
    for name, encoding, delimiter in dialects(folder):
        seen += 1
        path = folder / "files" / name
        try:
            found, truth = plain(read(path)), plain(expected(path, encoding, delimiter))
        except Exception as error:  # noqa: BLE001 -- all that are wrong are told together
            wrong.append(f"{name}: {error}")
            continue
        if found != truth:
            pair = next((pair for pair in zip(found, truth, strict=False) if pair[0] != pair[1]), "")
            wrong.append(f"{name}: {len(found)} lines for {len(truth)}: {str(pair)[:300]}")
    assert seen == 217
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["events-listing.csv", "test009.csv", "test020.csv", "test282.csv"])
def test_the_line_of_names_is_told_from_the_rows(corpus, name):
    assert len(open_rows(corpus / "csv/csvsniffer/files" / name).header) == 1
