"""Whatever table is written, in whatever dialect, is read back cell for cell, told how or told nothing."""

import csv
import gzip
import io
import zipfile

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.errors import DataError
from explorer.sequences import Form, open_rows
from explorer.sequences.packed import LARGE
from explorer.sequences.rows import write_rows
from tests.counts import cases

letters = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]) | st.sampled_from(" \n\"',;|\t\\#"), max_size=12
)
numbers = st.floats(-1e6, 1e6).map(lambda value: f"{value:.3f}")
dates = st.dates().map(str)


@st.composite
def any_tables(draw):
    width = draw(st.integers(1, 6))
    return draw(st.lists(st.lists(letters, min_size=width, max_size=width), min_size=1, max_size=8))


@st.composite
def common_tables(draw):
    """Names above columns of numbers, dates and words: nothing that could be meant otherwise."""
    kinds = draw(
        st.lists(
            st.sampled_from([numbers, dates, st.text("abcdefgh ,;|'\"", min_size=3, max_size=12)]),
            min_size=1,
            max_size=5,
        )
    )
    kinds = [numbers, *kinds]
    rows = [[draw(kind).strip() for kind in kinds] for _ in range(draw(st.integers(4, 9)))]
    return [[f"name{column}" for column in range(len(kinds))], *rows]


def written(table, delimiter, quote, end, quoting=csv.QUOTE_ALL):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quotechar=quote, lineterminator=end, quoting=quoting).writerows(table)
    return text.getvalue()


def read(rows):
    return [*map(list, rows.header), *(list(record.cells) for record in rows.records())]


@settings(max_examples=cases(80, 5000))
@given(
    table=any_tables(),
    delimiter=st.sampled_from(",;\t|^~"),
    quote=st.sampled_from("\"'"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"]),
)
def test_told_how_it_was_written(tmp_path_factory, table, delimiter, quote, end, encoding):
    path = tmp_path_factory.getbasetemp() / "told.csv"
    path.write_bytes(written(table, delimiter, quote, end).encode(encoding))
    told = Form(encoding, delimiter, quote, "", ".", "", "", 0, 0, 0, 0)
    if not any(cell.strip(" \t\r\n") for row in table for cell in row):
        return
    try:
        rows = open_rows(path, told)
    except DataError:
        assert all(len(row) == 1 for row in table)
        return
    kept = [row for row in table if len(row) > 1 or row[0].strip()]
    trimmed = [row[: rows.width] for row in kept]
    assert [row for row in read(rows) if len(row) > 1 or row[0].strip()] == trimmed
    assert all(not any(row[rows.width :]) for row in kept)


@settings(max_examples=cases(80, 5000))
@given(
    table=common_tables(),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    quote=st.sampled_from("\"'"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_told_nothing(tmp_path_factory, table, delimiter, quote, end, encoding, quoting):
    both = any('"' in cell for row in table for cell in row)
    if quote == "'" and (both or quoting != csv.QUOTE_ALL):  # which of two signs is the quote cannot be told for sure
        quote = '"'
    ends = {end for row in table for cell in row if cell for end in (f"{cell[0]} ", f" {cell[-1]}")}
    if {"' ", " '"} <= ends:  # nor can it where cells that are not quoted look as if they were, from one to another
        quoting = csv.QUOTE_ALL
    path = tmp_path_factory.getbasetemp() / "nothing.csv"
    path.write_bytes(written(table, delimiter, quote, end, quoting).encode(encoding))
    rows = open_rows(path)
    assert rows.form.delimiter == delimiter
    assert read(rows) == table
    out = path.with_name("out.csv")
    with out.open("wb") as file:
        write_rows(rows, file)
    with out.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == table


TEXT = b"x,y\n" + b"".join(b"%d,%d.5\n" % (k, k) for k in range(50_000))


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("gzip", gzip.compress),
        ("Zstandard", zstandard.compress),
        ("gzip", lambda data: gzip.compress(data[:99]) + gzip.compress(data[99:])),
    ],
)
def test_packed_files_are_known_by_their_content(tmp_path, name, pack):
    path = tmp_path / "table.csv"
    path.write_bytes(pack(TEXT))
    parts = []
    rows = open_rows(path, progress=parts.append)
    assert len(list(rows.records(parts.append))) == 50_000
    assert rows.survey.packing == name
    assert max(parts) <= 1.0
    assert any("packed" in note for note in rows.notes)


def test_frames_one_after_the_other(tmp_path):
    path = tmp_path / "table.zst"
    path.write_bytes(zstandard.compress(TEXT[:1000]) + zstandard.compress(TEXT[1000:]))
    assert len(list(open_rows(path).records())) == 50_000


def zipped(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return path


def test_a_zip_of_one_file_is_that_file(tmp_path):
    assert len(list(open_rows(zipped(tmp_path / "one.zip", a_csv=TEXT)).records())) == 50_000
    with pytest.raises(DataError, match=r"holds 2 files, not one \(a.csv, b.csv\)"):
        open_rows(zipped(tmp_path / "two.zip", a_csv=TEXT, b_csv=TEXT))
    with pytest.raises(DataError, match="no text file"):
        open_rows(zipped(tmp_path / "none.zip"))


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_what_is_damaged_is_refused_in_one_sentence(tmp_path, pack):
    data = pack(TEXT)
    for damaged in (data[: len(data) // 2], data[:-1], data[:5]):
        path = tmp_path / "bad.csv"
        path.write_bytes(damaged)
        with pytest.raises(DataError) as caught:
            list(open_rows(path).records())
        assert "\n" not in str(caught.value)


def test_what_unpacks_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("explorer.sequences.packed.LARGE", LARGE >> 7)
    path = tmp_path / "bomb.zst"
    path.write_bytes(zstandard.compress(b"1,2\n" * (LARGE >> 7)))
    with pytest.raises(DataError, match="unpacks to over 200 times its size"):
        open_rows(path)


def test_where_the_quote_is_told_quotes_that_fit_are_no_letters(tmp_path):
    path = tmp_path / "told.csv"
    rows = [["1.5", ",", ","], ["1.5\n'", "1.5", "a,b"], [',1.5,"a,b"\n', "1.5"], ["2", "3", "4"]]
    path.write_bytes(written(rows, ",", '"', "\n").encode())
    assert read(open_rows(path, Form(quote='"', delimiter=",", header_lines=0))) == rows
