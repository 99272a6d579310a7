"""The eleven files of csv-spectrum, each cell as its JSON has it."""

import json

import pytest

from explorer.sequences.rows import open_rows

FILES = (
    "comma_in_quotes",
    "empty",
    "empty_crlf",
    "escaped_quotes",
    "json",
    "newlines",
    "newlines_crlf",
    "quotes_and_newlines",
    "simple",
    "simple_crlf",
    "utf8",
)


@pytest.mark.parametrize("name", FILES)
def test_every_cell_is_that_of_the_json(corpus, name):
    folder = corpus / "csv" / "csv-spectrum"
    expected = json.loads((folder / "json" / f"{name}.json").read_text(encoding="utf-8"))
    rows = open_rows(folder / "csvs" / f"{name}.csv")
    assert rows.header == (tuple(expected[0]),)
    assert [list(record.cells) for record in rows.records()] == [list(row.values()) for row in expected]


def test_no_file_is_left_out(corpus):
    assert sorted(file.stem for file in (corpus / "csv/csv-spectrum/csvs").iterdir()) == sorted(FILES)
