"""Parquet and Arrow open with the types their columns have, and say so where they are damaged."""

import datetime as dt
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import DataError, UsageError
from explorer.sequences import Options, open_file, read_dataset
from tests.explorer.sequences.damage import assert_told_in_one_sentence

WRITERS = {
    "parquet": pl.DataFrame.write_parquet,
    "arrow": pl.DataFrame.write_ipc,
    "stream": pl.DataFrame.write_ipc_stream,
}
DAY = dt.datetime(2024, 2, 29, 12)
FRAME = pl.DataFrame(
    {
        "moment": [DAY, DAY + dt.timedelta(seconds=1), DAY + dt.timedelta(hours=1, microseconds=5)],
        "load": [1.5, None, float("nan")],
        "count": [1, 2, 2**53],
        "on": [True, False, None],
        "room": ["a", None, "b"],
        "exact": [Decimal("1.25"), Decimal("-3.50"), None],
        "lasts": [dt.timedelta(seconds=90), None, dt.timedelta(milliseconds=5)],
        "clock": [dt.time(0, 0, 1), dt.time(12), None],
        "small": pl.Series([0.1, 0.2, 0.3], dtype=pl.Float32),
    }
)


@pytest.fixture(params=WRITERS)
def written(request, tmp_path):
    """Return a function that writes a frame under a name that tells nothing."""

    def write(frame):
        WRITERS[request.param](frame, tmp_path / "data.bin")
        return tmp_path / "data.bin"

    return write


def test_columns_keep_their_types(written):
    path = written(FRAME)
    table = open_file(path).table
    kinds = {column.name: column.kind for column in table.columns}
    assert kinds == dict.fromkeys(FRAME.columns, "number") | {"moment": "date", "room": "text"}
    assert {column.name: column.missing for column in table.columns if column.missing} == {
        "load": 2,
        "on": 1,
        "room": 1,
        "exact": 1,
        "lasts": 1,
        "clock": 1,
    }
    values = {column.name: column.values.tolist() for column in table.columns if column.kind == "number"}
    assert values["count"] == [1, 2, 2**53]
    assert values["small"] == [float(np.float32(x)) for x in (0.1, 0.2, 0.3)]
    assert (values["exact"][:2], values["lasts"][::2], values["clock"][:2]) == ([1.25, -3.5], [90, 0.005], [1, 43200])
    assert table.column("moment").values.tolist() == FRAME["moment"].to_list()
    assert table.column("room").texts == ("a", "", "b")
    assert (table.rows, table.counted, table.source) == (3, "row", str(path))


def test_it_becomes_a_sequence(written):
    dataset = read_dataset(written(FRAME))
    (sequence,) = dataset.sequences
    assert (sequence.time_name, len(sequence), sequence.name) == ("moment", 3, "data")
    assert sequence.times.tolist() == FRAME["moment"].to_list()
    assert sequence.values[:, sequence.features.index("load")].tolist() == [1.5, 1.5, 1.5]


def test_moments_of_a_zone_are_those_of_utc(written):
    frame = pl.DataFrame({"at": pl.Series([DAY]).dt.replace_time_zone("Europe/Berlin"), "x": [1.0]})
    assert open_file(written(frame)).table.column("at").values.tolist() == [DAY - dt.timedelta(hours=1)]


def test_what_has_parts_is_left_out_and_told(written):
    frame = pl.DataFrame({"x": [1.0, 2.0], "list": [[1], [2, 3]], "parts": [{"a": 1}] * 2, "bytes": [b"a", b"b"]})
    dataset = read_dataset(written(frame))
    assert dataset.features == ("x",)
    assert dataset.notes == (
        "left out, as they have parts or are no values: list (list), parts (struct), bytes (binary)",
    )
    with pytest.raises(DataError, match=r"data\.bin: there is no column of numbers, dates or texts in it"):
        read_dataset(written(frame.select("list")))


def test_a_preview_reads_the_first_rows(written):
    frame = pl.DataFrame({"x": np.arange(1000.0)})
    assert open_file(written(frame), rows=7).table.column("x").values.tolist() == [*range(7)]


def test_no_row_and_no_column(written):
    for frame in (FRAME.head(0), pl.DataFrame()):
        with pytest.raises(DataError):
            read_dataset(written(frame))


def test_a_column_that_is_not_there(written):
    with pytest.raises(UsageError, match="no column 'y'; there are x"):
        read_dataset(written(pl.DataFrame({"x": [1.0]})), Options(roles={"y": "input"}))


def test_more_than_the_machine_has(tmp_path, monkeypatch):
    pl.DataFrame({"x": np.zeros(1000)}).write_parquet(tmp_path / "zeros")
    monkeypatch.setattr("explorer.sequences.frames.physical_memory", lambda: 7999)
    with pytest.raises(DataError, match=r"zeros: 1000 rows of 1 columns need 7\.8 KB, and this machine has 7\.8 KB"):
        read_dataset(tmp_path / "zeros")


def test_an_old_feather(tmp_path):
    (tmp_path / "a.feather").write_bytes(b"FEA1" + b"\0" * 100)
    with pytest.raises(DataError, match=r"a\.feather: it is Feather of version 1"):
        read_dataset(tmp_path / "a.feather")


@given(data=st.data())
def test_what_is_damaged_is_told_in_one_sentence(tmp_path_factory, data):
    """Also where polars panics: what it prints then is seen by nobody, and what it raises is no Exception."""
    path = tmp_path_factory.mktemp("damaged") / "data.bin"
    WRITERS[data.draw(st.sampled_from(sorted(WRITERS)))](FRAME, path)
    assert_told_in_one_sentence(path, data, spared=8, least=0.75)


def test_a_panic_of_polars_is_one_sentence(tmp_path, capfd):
    frame = pl.DataFrame({"at": pl.Series([DAY]).dt.replace_time_zone("Europe/Berlin"), "x": [1.0]})
    for kind in ("arrow", "stream"):
        WRITERS[kind](frame, tmp_path / "data.bin")
        whole = (tmp_path / "data.bin").read_bytes()
        assert b"Europe/Berlin" in whole
        (tmp_path / "data.bin").write_bytes(whole.replace(b"Europe/Berlin", b"Europe/Merlin"))
        with pytest.raises(DataError, match=r"data\.bin: it is damaged or cut short, so that it cannot be read"):
            read_dataset(tmp_path / "data.bin")
    assert capfd.readouterr() == ("", "")
