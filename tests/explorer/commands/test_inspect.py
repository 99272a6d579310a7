"""``inspect``: what it says of files, in words and as JSON, what it writes, and that it goes on after a bad one."""

import csv
import datetime as dt
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.counts import cases
from tests.explorer.sequences.workbook import write_workbook

ROOT = Path(__file__).parents[3]
KEYS = ["file", "encoding", "delimiter", "quote", "escape", "decimal", "header_lines", "preamble_lines", "columns"]
KEYS += ["sequences", "problems", "error"]


@pytest.fixture
def inspected(call):
    """Return a function that inspects files and returns the exit code and what the JSON says of each."""

    def run(*words):
        ran = call("inspect", *words, "--json")
        return ran.code, strictly(ran.out)["files"]

    return run


def strictly(text):
    """Read JSON as the standard has it, without NaN and the like."""

    def refuse(constant):
        raise ValueError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


def test_as_a_program(program, tmp_path):
    (tmp_path / "data.csv").write_text("day;load;room\n2024-01-01;1,5;a\n2024-01-02;;b\n2024-01-03;2,5;c\n")
    ran = program("inspect", "data.csv")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[:5] == [
        "data.csv",
        "  3 rows, utf-8, semicolons between cells, decimal commas, 1 line of names",
        "  column  type    role          from          to  missing",
        "  day     date    time    2024-01-01  2024-01-03",
        "  load    number  input          1.5         2.5        1",
    ]
    assert "  1 sequence of 3 steps" in ran.out.splitlines()


def test_as_json(inspected, tmp_path):
    (tmp_path / "data.csv").write_text("day;load\n2024-01-01;1,5\n2024-01-02;\n2024-01-03 12:00;2,5\n")
    code, (file,) = inspected("data.csv")
    assert code == 0
    assert list(file)[: len(KEYS)] == KEYS
    assert {key: file[key] for key in KEYS if key not in ("quote", "escape")} == {
        "file": "data.csv",
        "encoding": "utf-8",
        "delimiter": ";",
        "decimal": ",",
        "header_lines": 1,
        "preamble_lines": 0,
        "columns": [
            {
                "name": "day",
                "type": "date",
                "role": "time",
                "min": "2024-01-01T00:00:00",
                "max": "2024-01-03T12:00:00",
                "missing": 0,
            },
            {"name": "load", "type": "number", "role": "input", "min": 1.5, "max": 2.5, "missing": 1},
        ],
        "sequences": [{"id": "data", "length": 3}],
        "problems": [
            {
                "line": 3,
                "column": 2,
                "text": "column 'load': 1 value missing, line 3; filled with the last one before it, "
                "at the start with the next one",
                "message": "column 'load': 1 value missing, line 3; filled with the last one before it, "
                "at the start with the next one",
            }
        ],
        "error": None,
    }


def test_it_goes_on_after_a_bad_file(call, inspected, tmp_path):
    (tmp_path / "good.csv").write_text("a\n1\n2\n")
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n3,x\n5,6\n7,8\n")
    code, (none, bad, good) = inspected("none.csv", "bad.csv", "good.csv")
    assert code == 1
    assert none["error"] == "none.csv: there is no such file"
    assert {key: none[key] for key in KEYS[1:-1]} == dict.fromkeys(KEYS[1:8]) | {key: [] for key in KEYS[8:-1]}
    assert bad["error"] == "bad.csv, line 3, column 2: 'x' is no number, as the others in 'b' are"
    assert bad["problems"] == [
        {"line": 3, "column": 2, "text": "x", "message": "'x' is no number, as the others in 'b' are"}
    ]
    assert ([column["name"] for column in bad["columns"]], bad["sequences"]) == (["a", "b"], [])
    assert (good["error"], good["sequences"]) == (None, [{"id": "good", "length": 2}])
    ran = call("inspect", "none.csv", "bad.csv", "good.csv")
    assert (ran.code, ran.err) == (1, "gate-explorer: 2 of 3 files cannot be loaded\n")
    assert "  problem: line 3, column 2: 'x' is no number, as the others in 'b' are" in ran.out.splitlines()
    assert "good.csv\n  2 rows" in ran.out


def test_a_folder_stands_for_its_files(inspected, tmp_path):
    for name in ("b10.csv", "b9.csv"):
        (tmp_path / "runs").mkdir(exist_ok=True)
        (tmp_path / "runs" / name).write_text("a\n1\n")
    _, files = inspected("runs")
    assert [file["file"] for file in files] == [str(Path("runs", name)) for name in ("b9.csv", "b10.csv")]


def test_a_folder_without_a_file_is_said(inspected, tmp_path):
    (tmp_path / "empty").mkdir()
    code, (file,) = inspected("empty")
    assert (code, file["error"]) == (1, "empty: this is a folder, not a file; name one table in it")


def test_a_folder_that_cannot_be_read_is_one_bad_entry_and_the_run_goes_on(inspected, tmp_path):
    (tmp_path / "locked").mkdir(mode=0)
    (tmp_path / "good.csv").write_text("a\n1\n2\n")
    if os.access(tmp_path / "locked", os.R_OK):
        pytest.skip("everybody may read everything here")
    code, (locked, good) = inspected("locked", "good.csv")
    assert (code, locked["error"]) == (1, "locked: it cannot be read: Permission denied")
    assert (good["error"], len(good["sequences"])) == (None, 1)


def test_every_kind_of_file(inspected, tmp_path):
    np.save(tmp_path / "batch.npy", np.arange(12.0).reshape(2, 3, 2))
    np.save(tmp_path / "codes.npy", np.array([2, 0]))
    pl.DataFrame({"x": [1.0, None]}).write_parquet(tmp_path / "a.parquet")
    write_workbook(tmp_path / "a.xlsx", {"A": [["day", "x"], [dt.date(2024, 1, 1), 1], [dt.date(2024, 1, 2), 2]]})
    code, (batch, codes, parquet, book) = inspected("batch.npy", "codes.npy", "a.parquet", "a.xlsx")
    assert code == 0
    assert batch["sequences"] == [{"id": "0", "length": 3}, {"id": "1", "length": 3}]
    assert [column["role"] for column in batch["columns"]] == ["id", "input", "input"]
    assert codes["columns"] == [
        {"name": "token", "type": "number", "role": "category", "min": 0, "max": 2, "missing": 0}
    ]
    assert (parquet["columns"][0]["missing"], parquet["delimiter"], parquet["header_lines"]) == (1, None, None)
    assert (book["columns"][0]["max"], book["encoding"], book["header_lines"]) == ("2024-01-02T00:00:00", None, 1)


def test_running_text(call, inspected, tmp_path):
    (tmp_path / "a.txt").write_bytes("Ein Käse, und\nnoch einer.\n".encode("cp1252"))
    code, (file,) = inspected("a.txt")
    assert (code, file["encoding"], file["columns"], file["delimiter"]) == (0, "cp1252", [], None)
    assert file["sequences"] == [{"id": "a", "length": 26}]
    _, (words,) = inspected("a.txt", "--tokens", "words")
    assert words["sequences"] == [{"id": "a", "length": 7}]
    _, (table,) = inspected("a.txt", "--delimiter", "comma")
    assert len(table["columns"]) == 2
    assert "  running text, cp1252" in call("inspect", "a.txt").out.splitlines()


def test_numbers_that_json_does_not_have(inspected, tmp_path):
    (tmp_path / "a.csv").write_text("x,y,z\ninf,-inf,\n-inf,1e308,\nnan,2,\n")
    _, (file,) = inspected("a.csv")
    assert [(column["min"], column["max"]) for column in file["columns"]] == [(None, None), (2, 1e308), (None, None)]


def test_what_is_odd_is_no_error(call, inspected, tmp_path):
    (tmp_path / "a.csv").write_text("t,x\n1,2\n2,inf\n2,3\n1,4\n")
    code, (file,) = inspected("a.csv")
    assert (code, file["error"], file["sequences"][0]["length"]) == (0, None, 4)
    assert {(problem["line"], problem["column"]) for problem in file["problems"]} == {(3, 2), (4, 1), (5, 1)}
    lines = call("inspect", "a.csv").out.splitlines()
    assert sum("the time goes back" in line for line in lines) == 1


def test_names_of_any_letters(program, tmp_path):
    (tmp_path / "größe 表.csv").write_text("größe,表\n1,2\n", encoding="utf-8")
    ran = program("inspect", "größe 表.csv", "--json", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    (file,) = strictly(ran.out)["files"]
    assert (file["file"], [column["name"] for column in file["columns"]]) == ("größe 表.csv", ["größe", "表"])


def test_what_is_told_is_taken(inspected, tmp_path):
    (tmp_path / "a.csv").write_bytes("größe;t\n1.000,5;0\n2.000,5;1\n".encode("latin-1"))
    told = ("--encoding", "latin-1", "--delimiter", "semicolon", "--decimal", "comma", "--thousands", "point")
    code, (file,) = inspected("a.csv", *told, "--header-lines", 1, "--role", "größe=target", "t=input")
    assert code == 0
    assert (file["encoding"], file["delimiter"], file["decimal"], file["thousands"]) == ("latin-1", ";", ",", ".")
    assert [(column["name"], column["role"]) for column in file["columns"]] == [("größe", "target"), ("t", "input")]
    assert file["columns"][0]["max"] == 2000.5


def test_a_column_that_is_not_there(inspected, tmp_path):
    (tmp_path / "a.csv").write_text("x\n1\n2\n")
    code, (file,) = inspected("a.csv", "--role", "y=input")
    assert (code, file["error"]) == (1, "no column 'y'; there are x")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "the following arguments are required: FILE; see "),
        (("",), "argument FILE: the name is empty; see "),
        (
            ("a.csv", "--encoding", "utf-9"),
            "argument --encoding: there is no encoding 'utf-9'; try utf-8, utf-16 or cp",
        ),
        (("a.csv", "--encoding", "base64"), "argument --encoding: there is no encoding 'base64'; try "),
        (("a.csv", "--delimiter", "::"), "argument --delimiter: must be one sign, or none, space, tab, comma, semicol"),
        (("a.csv", "--delimiter", ""), "argument --delimiter: must be one sign, or none"),
        (("a.csv", "--quote", "\n"), "argument --quote: must be one sign, or none"),
        (("a.csv", "--decimal", "x"), "argument --decimal: must be point or comma, not 'x'"),
        (("a.csv", "--decimal", ",", "--thousands", "comma"), "--decimal and --thousands are the same sign, ','"),
        (("a.csv", "--delimiter", "|", "--quote", "pipe"), "--delimiter and --quote are the same sign, '|'"),
        (("a.csv", "--header-lines", "-1"), "argument --header-lines: must be 0 or more, not '-1'"),
        (("a.csv", "--table", "two"), "argument --table: must be a whole number, not 'two'"),
        (("a.csv", "--role", "x"), "argument --role: must be NAME=input or the like, not 'x'"),
        (("a.csv", "--role", "x=y"), "argument --role: 'x' cannot be 'y'; there are input, target, time, id, label"),
        (("a.csv", "--role", "x=input", "x=time"), "argument --role: 'x' is input and time; only one can be right"),
        (("a.csv", "--fill", "x=zero"), "argument --fill: 'x' cannot be 'zero'; there are forward, interpolate, mean"),
        (("a.csv", "--rate", "0"), "argument --rate: must be above 0, not '0'"),
        (("a.csv", "--rate", "nan"), "argument --rate: must be above 0, not 'nan'"),
        (("a.csv", "--train", "1.5"), "argument --train: must be above 0 and at most 1, not '1.5'"),
        (("a.csv", "--train", "half"), "argument --train: must be a number, not 'half'"),
        (("a.csv", "--shape", "tall"), "argument --shape: invalid choice: 'tall'"),
        (("a.csv", "--bad-cells", "keep"), "argument --bad-cells: invalid choice: 'keep'"),
        (("a.csv", "--dates", "year"), "argument --dates: invalid choice: 'year'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_bad_arguments(refused, tmp_path, words, message):
    (tmp_path / "a.csv").write_text("x\n1\n")
    assert refused(2, "inspect", *words).startswith(message)


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ((), [2, 1]),
        (("--missing=-999,usual",), [2, 2]),
        (("--missing=-999, 0",), [0, 1]),
        (("--decimal", "point", "--missing=-999,0"), [0, 1]),
        (("--missing", "-999", "--missing", "?"), [0, 1]),
        (("--missing", ""), [0, 0]),
    ],
)
def test_the_words_that_stand_for_no_value(inspected, tmp_path, words, missing):
    (tmp_path / "a.csv").write_text("c,x\nNA,1\nDE,NA\nNA,-999\n")
    _, (found,) = inspected("a.csv", "--bad-cells", "missing", *words)
    assert [column["missing"] for column in found["columns"]] == missing


@pytest.mark.parametrize("words", [('--missing="-999,0"',), ("--decimal", "comma", "--missing=-999,0")])
def test_a_number_with_a_decimal_comma_may_stand_for_no_value(inspected, tmp_path, words):
    (tmp_path / "a.csv").write_text("a;b\n1,5;0\n-999,0;1\n2,5;0\n3,5;1\n0,0;0\n")
    _, (found,) = inspected("a.csv", *words)
    assert [column["missing"] for column in found["columns"]] == [1, 0]


def test_what_may_be_one_number_or_two_words_is_asked_for(refused, tmp_path):
    (tmp_path / "a.csv").write_text("a;b\n1,5;0\n")
    message = refused(2, "inspect", "a.csv", "--missing=usual,-999,0")
    assert message.startswith("argument --missing: -999,0 may be one number or several words")
    assert """--missing='"-999,0"' for the number, or --missing='-999, 0'""" in message


@pytest.mark.parametrize("word", ["tab", "\\t", "\t", "TAB"])
def test_words_for_signs(inspected, tmp_path, word):
    (tmp_path / "a.csv").write_text("x\ty\n1\t2\n")
    _, (file,) = inspected("a.csv", "--delimiter", word)
    assert (file["delimiter"], len(file["columns"])) == ("\t", 2)


def test_roles_before_the_file(inspected, tmp_path):
    (tmp_path / "a=b.csv").write_text("x=1,y\n1,2\n3,4\n")
    _, (file,) = inspected("--role", "x=1=target", "y=input", "a=b.csv")
    assert [column["role"] for column in file["columns"]] == ["target", "input"]


# ---------------------------------------------------------------- rows


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_rows_as_they_were_read(call, tmp_path):
    (tmp_path / "a.csv").write_bytes('n ; größe\r"x; ""y"""; 1,50\rz;\r'.encode("cp1252"))
    ran = call("inspect", "a.csv", "--rows-dir", "out/as read")
    assert (ran.code, ran.err) == (0, "")
    assert rows_of(tmp_path / "out" / "as read" / "a.csv") == [["n", "größe"], ['x; "y"', "1,50"], ["z", ""]]
    assert (tmp_path / "out" / "as read" / "a.csv").read_bytes().count(b"\r\n") == 3


def test_no_names_are_invented(call, tmp_path):
    (tmp_path / "a.csv").write_text("1,2\n3,4\n")
    call("inspect", "a.csv", "--rows-dir", "out")
    assert rows_of(tmp_path / "out" / "a.csv") == [["1", "2"], ["3", "4"]]


def test_rows_of_what_no_network_could_take(call, tmp_path):
    (tmp_path / "a.csv").write_text("name,town\nada,paris\nbob,rome\n")
    (tmp_path / "b.csv").write_bytes(b"\0\1\2")
    (tmp_path / "c.csv").write_text("a,b\n1,2\n3,x\n5,6\n7,8\n")
    ran = call("inspect", "a.csv", "b.csv", "c.csv", "--rows-dir", "out")
    assert ran.code == 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.csv", "c.csv"]
    assert rows_of(tmp_path / "out" / "a.csv") == [["name", "town"], ["ada", "paris"], ["bob", "rome"]]
    assert rows_of(tmp_path / "out" / "c.csv")[2] == ["3", "x"]


def test_a_file_of_nothing_has_no_rows_and_an_error(call, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"")
    assert call("inspect", "a.csv", "--rows-dir", "out").code == 1
    assert (tmp_path / "out" / "a.csv").read_bytes() == b""


def test_rows_of_a_sheet(call, tmp_path):
    write_workbook(tmp_path / "a.xlsx", {"A": [["day", "x"], [dt.date(2024, 1, 1), 1.5], [dt.date(2024, 1, 2), None]]})
    call("inspect", "a.xlsx", "--rows-dir", "out")
    assert rows_of(tmp_path / "out" / "a.xlsx") == [["day", "x"], ["2024-01-01", "1.5"], ["2024-01-02", ""]]


def test_what_has_no_text_is_not_written(call, tmp_path):
    np.save(tmp_path / "a.npy", np.ones((2, 2)))
    ran = call("inspect", "a.npy", "--rows-dir", "out")
    assert (ran.code, ran.err) == (0, "a.npy: its table is not of text, so no text was written\n")
    assert not list((tmp_path / "out").iterdir())


def test_nothing_is_written_over(refused, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.csv").write_text("x\n1\n")
    line = refused(2, "inspect", "a/x.csv", "b/x.csv", "--rows-dir", "out")
    assert line == "2 files are called 'x.csv', and only one could be written to out"
    assert refused(2, "inspect", "a/x.csv", "--rows-dir", "a") == "a/x.csv would replace an input"
    assert refused(2, "inspect", "a", "b/x.csv", "--rows-dir", "a").startswith("2 files are called")
    assert not (tmp_path / "out").exists()
    (tmp_path / "out").write_text("in the way")
    assert refused(1, "inspect", "a/x.csv", "--rows-dir", "out") == "out: cannot be made: File exists"
    assert (tmp_path / "a" / "x.csv").read_text() == "x\n1\n"


# ---------------------------------------------------------------- files of other people

EXPECTED = {
    # file: (encoding, delimiter, decimal, header lines, columns, {column: (type, role)}, sequences, steps of the first)
    "nab/machine_temperature_system_failure.csv": ("utf-8", ",", ".", 1, 3, {"anomaly": ("number", "label")}, 1, 22695),
    "stocks/river_apple.csv": ("utf-8", ",", ".", 1, 7, {"Date": ("date", "time")}, 1, 1867),
    "stocks/river_bitcoin.csv": ("utf-8", ",", ".", 1, 2, {"date": ("date", "time")}, 1, 822),
    "stocks/river_sp500.csv": ("utf-8", ",", ".", 1, 12, {"date": ("date", "time")}, 1, 1257),
    "univariate/co2.csv": ("utf-8", ",", ".", 1, 2, {"date": ("date", "time"), "co2": ("number", "input")}, 1, 2284),
    "univariate/sunspots.csv": ("utf-8", ",", ".", 1, 2, {"YEAR": ("number", "time")}, 1, 309),
    "univariate/nile.csv": ("utf-8", ",", ".", 1, 2, {"year": ("number", "time")}, 1, 100),
    "univariate/macrodata.csv": ("utf-8", ",", ".", 1, 14, {"year": ("number", "time")}, 1, 203),
    "univariate/elnino.csv": ("utf-8", ",", ".", 1, 13, {"YEAR": ("number", "id"), "DEC": ("number", "input")}, 61, 12),
    "classification/BasicMotions_long.csv": (
        *("utf-8", ",", ".", 1, 10),
        {"series_id": ("number", "id"), "t": ("number", "time"), "label": ("text", "label")},
        *(80, 100),
    ),
    "sensors/cmapss_FD001_PM_test.txt": (
        *("utf-8", " ", ".", 0, 26),
        {"column 1": ("number", "id"), "column 2": ("number", "time"), "column 26": ("number", "input")},
        *(100, 31),
    ),
    "sensors/cmapss_FD001_PM_truth.txt": ("utf-8", "", ".", 0, 1, {"column 1": ("number", "input")}, 1, 100),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_file(inspected, corpus, name):
    encoding, delimiter, decimal, header_lines, width, columns, sequences, steps = EXPECTED[name]
    code, (file,) = inspected(corpus / "sequences" / name)
    assert (code, file["error"]) == (0, None)
    assert (file["encoding"], file["decimal"], file["header_lines"]) == (encoding, decimal, header_lines)
    assert (file["delimiter"], len(file["columns"])) == (delimiter, width)
    found = {column["name"]: (column["type"], column["role"]) for column in file["columns"]}
    assert {name: found[name] for name in columns} == columns
    assert (len(file["sequences"]), file["sequences"][0]["length"]) == (sequences, steps)


def test_every_file_of_the_corpus_is_described(corpus, tmp_path):
    """One process over all of them: valid JSON, nothing else on stdout, no traceback, every error one sentence."""
    files = [file for folder in ("csv", "sequences") for file in sorted((corpus / folder).rglob("*")) if file.is_file()]
    files = files[:: cases(2, 1)]
    ran = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "inspect", *map(str, files), "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert ran.returncode in (0, 1)
    assert "Traceback" not in ran.stderr
    described = strictly(ran.stdout)["files"]
    assert [file["file"] for file in described] == [str(file) for file in files]
    for file in described:
        assert list(file)[: len(KEYS)] == KEYS
        assert bool(file["sequences"]) != bool(file["error"])
        assert file["error"] is None or (file["error"] and "\n" not in file["error"])
        assert "this should not happen" not in (file["error"] or "")
        for column in file["columns"]:
            assert all(end is None or isinstance(end, (str, int, float)) for end in (column["min"], column["max"]))
            assert math.isfinite(column["missing"])


TYPES = {
    "file": str,
    "encoding": str | None,
    "delimiter": str | None,
    "quote": str | None,
    "escape": str | None,
    "decimal": str | None,
    "header_lines": int | None,
    "preamble_lines": int | None,
    "columns": list,
    "sequences": list,
    "problems": list,
    "error": str | None,
}
OF_COLUMNS = {
    "name": str,
    "type": str,
    "role": str,
    "min": float | str | None,
    "max": float | str | None,
    "missing": int,
}
OF_PROBLEMS = {"line": int | None, "column": int | None, "text": str}


def require_types(value, types):
    for name, kind in types.items():
        assert name in value, name
        assert isinstance(value[name], kind), (name, value[name])
        assert not isinstance(value[name], bool), name


def require_schema(file):
    """Hold what is said of a file against what programs rely on."""
    require_types(file, TYPES)
    for column in file["columns"]:
        require_types(column, OF_COLUMNS)
        assert column["type"] in ("number", "date", "text")
        assert column["role"] in ("input", "target", "time", "id", "label", "category", "text", "ignore")
        assert (column["min"] is None) == (column["max"] is None)
    for sequence in file["sequences"]:
        require_types(sequence, {"id": str, "length": int})
        assert sequence["length"] > 0
    for problem in file["problems"]:
        require_types(problem, OF_PROBLEMS)
        assert problem["text"]
    assert (file["error"] is None) == bool(file["sequences"])
    assert file["error"] is None or Path(file["file"]).name in file["error"]


def test_every_file_is_described_under_the_same_keys(inspected, tmp_path):
    rng = np.random.default_rng(0)
    pl.DataFrame({"x": [1.5, None, 3.0], "when": [dt.date(2024, 1, 1)] * 3}).write_parquet("a.parquet")
    pl.DataFrame({"x": [1, 2]}).write_ipc("a.arrow")
    np.save("a.npy", rng.random((4, 5, 2)))
    np.save("codes.npy", np.array([1, 2, 3]))
    np.savez("a.npz", x=rng.random((9, 2)))
    write_workbook(tmp_path / "a.xlsx", {"one": [["a", "b"], [1, 2], [3, 4]]})
    texts = {
        "gaps.csv": "when,x,y\n2024-01-01,1,\n,,3\n2024-01-01,inf,4\n",
        "ragged.csv": "x,y\n1,2\n3\n5,6,7\n8,9\n",
        "words.csv": "a,b\nu,v\nw,x\n",
        "long.csv": "id,t,x\n1,1,1\n1,2,2\n2,1,3\n2,2,4\n",
        "quotes.csv": 'x,y\n1,"a"b\n2,c\n3,"d\n',
        "running.txt": "It is a long story, of many words.\n",
        "empty.csv": "",
        "a.json": "{}",
        "a.html": "<!doctype html><p>",
        "bytes.csv": "x\0y",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "utf8.csv").write_bytes("x,y\n1,é\n2,ü\n3,ö\n4,ß\n".encode() + b"5,\xe4\n")
    (tmp_path / "sub").mkdir()
    names = sorted(path.name for path in tmp_path.iterdir())
    code, files = inspected(*names, "none.csv")
    assert code == 1
    assert {file["file"] for file in files} == {*names, "none.csv"}
    for file in files:
        require_schema(file)
    found = {file["file"]: file for file in files}
    failed = {"words.csv", "ragged.csv", "empty.csv", "a.json", "a.html", "bytes.csv", "sub", "none.csv"}
    assert {name for name, file in found.items() if file["error"]} == failed
    # What is odd stands where a program looks for it: gaps, times, infinite values, bytes.
    places = {(problem["line"], problem["column"]) for problem in found["gaps.csv"]["problems"]}
    assert places == {(2, 3), (3, 1), (3, 2), (4, 1), (4, 2)}
    assert [(p["line"], p["column"]) for p in found["utf8.csv"]["problems"]] == [(6, 2)]
    assert (found["running.txt"]["encoding"], found["running.txt"]["delimiter"]) == ("utf-8", None)
    assert found["a.npy"]["sequences"][3] == {"id": "3", "length": 5}


def test_the_corpus_is_described_under_the_same_keys(corpus, inspected):
    files = sorted(
        path for path in corpus.rglob("*") if path.is_file() and path.suffix in (".csv", ".txt", ".npz", ".tsv")
    )
    files = [path for path in files if path.stat().st_size < 1_000_000]
    assert len(files) > 200
    _, found = inspected(*files[:: cases(8, 1)])
    assert sum(file["error"] is None for file in found) > len(found) // 2
    for file in found:
        require_schema(file)
