"""``trace`` on whatever can be opened: told how, arrays, several sequences of which one is chosen, folders."""

import numpy as np
import polars as pl
import pytest

from explorer.commands.trace import only
from explorer.experiment import Experiment, make_network_for
from explorer.initialisation import make_network
from explorer.network import Recipe
from explorer.run import run
from explorer.sequences import Dataset, Sequence
from tests.explorer.sequences.workbook import write_workbook

LONG = "unit,x,y\n" + "".join(f"{unit},{unit}.5,{k}\n" for unit in (7, 3, 1, 0) for k in range(unit + 2))


def traced(call, tmp_path, *words):
    """Return what the network saw, and what was said."""
    ran = call("trace", *words, "--hidden", 3, "--dtype", "float64", "--out", "t.npz")
    assert ran.code == 0, ran.err
    with np.load(tmp_path / "t.npz") as archive:
        assert archive["l0.h"].shape == (len(archive["x"]), 3)
        return archive["x"].tolist(), ran.err.splitlines()


def test_what_is_told_is_taken(call, tmp_path):
    (tmp_path / "a.csv").write_bytes("größe|t\n1.000,5|0\n2.000,5|1\n".encode("latin-1"))
    told = ("--encoding", "latin-1", "--delimiter", "pipe", "--decimal", ",", "--thousands", ".", "--role", "t=input")
    x, _ = traced(call, tmp_path, "a.csv", *told)
    assert x == [[1000.5, 0], [2000.5, 1]]


@pytest.mark.parametrize("name", ["a.csv", "a.npy", "a.npz", "a.parquet", "a.arrow", "a.xlsx"])
def test_every_kind_of_file(call, tmp_path, name):
    values = [[1.5, 2.0], [3.25, 4.0], [5.0, 0.1]]
    frame = pl.DataFrame(values, schema=["x", "y"], orient="row")
    {
        "a.csv": frame.write_csv,
        "a.npy": lambda path: np.save(path, values),
        "a.npz": lambda path: np.savez(path, values),
        "a.parquet": frame.write_parquet,
        "a.arrow": frame.write_ipc,
        "a.xlsx": lambda path: write_workbook(path, {"A": [["x", "y"], *values]}),
    }[name](tmp_path / name)
    assert traced(call, tmp_path, name)[0] == values


def test_one_of_several_sequences(call, tmp_path):
    batch = np.random.default_rng(0).normal(size=(3, 5, 2))
    batch[1, 3:] = np.nan
    np.save(tmp_path / "batch.npy", batch)
    for words, chosen in (((), 0), (("--sequence", 0), 0), (("--sequence", 1), 1), (("--sequence", "2"), 2)):
        x, said = traced(call, tmp_path, "batch.npy", *words)
        assert x == batch[chosen][: 3 if chosen == 1 else 5].tolist()
        assert f"batch.npy: sequence {chosen} of 3, {len(x)} steps" in said


def test_the_names_of_the_data_come_before_numbers(call, tmp_path):
    (tmp_path / "long.csv").write_text(LONG)
    told = ("long.csv", "--role", "unit=id", "--sequence")
    assert len(traced(call, tmp_path, *told, "7")[0]) == 9
    assert len(traced(call, tmp_path, *told, "3")[0]) == 5  # the one called 3, not the fourth
    assert len(traced(call, tmp_path, *told, "2")[0]) == 3  # there is none called 2: the third
    assert len(traced(call, tmp_path, "long.csv", "--role", "unit=id")[0]) == 9


@pytest.mark.parametrize("wanted", ["8", "-1", "seven", "9" * 5000, "٣٣", ""])
def test_a_sequence_that_is_not_there(refused_after_notes, tmp_path, wanted):
    (tmp_path / "long.csv").write_text(LONG)
    line = refused_after_notes(2, "trace", "long.csv", "--role", "unit=id", f"--sequence={wanted}", "--out", "t.npz")
    assert line.startswith("argument --sequence: there is no sequence '")
    assert line.endswith("; there are 7, 3, 1, 0")


@pytest.fixture
def refused_after_notes(call):
    """Return a function that sees a call refused in its last line, and returns that."""

    def run(code, *words):
        ran = call(*words)
        assert (ran.code, ran.out) == (code, "")
        return ran.err.splitlines()[-1].removeprefix("gate-explorer: ")

    return run


@pytest.mark.parametrize("scale", ["none", "standardize", "min-max"])
def test_scaling_is_fitted_on_all_sequences(call, tmp_path, scale):
    (tmp_path / "long.csv").write_text(LONG)
    x, _ = traced(call, tmp_path, "long.csv", "--role", "unit=id", "--sequence", "3", "--scale", scale)
    rows = np.array([[unit + 0.5, k] for unit in (7, 3, 1, 0) for k in range(unit + 2)])
    shift, width = {
        "none": (0, 1),
        "standardize": (rows.mean(0), rows.std(0)),
        "min-max": (rows.min(0), np.ptp(rows, axis=0)),
    }[scale]
    np.testing.assert_allclose(x, (rows[9:14] - shift) / width, rtol=1e-13)


@pytest.mark.parametrize("scale", ["none", "standardize"])
def test_the_chosen_sequence_alone_is_what_it_is_among_all(scale):
    rng = np.random.default_rng(1)
    sequences = tuple(Sequence(str(k), rng.normal(k, k + 1, (9 - k, 2)), ("a", "b")) for k in range(3))
    whole = Experiment(Dataset(sequences, "made"), make_network(Recipe(hidden=4), 2), scale)
    alone, among = run(only(whole, 1)), run(whole)
    place = whole.network.places[0]
    assert np.array_equal(alone.inputs(), among.inputs(1))
    assert np.array_equal(alone.read(0, "h", place), among.read(1, "h", place))


def test_codes_are_no_numbers_to_be_scaled():
    values = [np.array([[2.0, 5.0], [0.0, 7.0]]), np.array([[1.0, 9.0], [2.0, -3.0], [0.0, 4.0]])]
    sequences = tuple(Sequence(str(k), part, ("word", "x")) for k, part in enumerate(values))
    dataset = Dataset(sequences, "made", vocabularies={"word": ("a", "b", "c")})
    whole = Experiment(dataset, make_network_for(dataset, Recipe(hidden=4)), "standardize")
    assert np.array_equal(only(whole, 1).inputs(0), whole.inputs(1))


def test_the_network_is_that_of_all_sequences(call, tmp_path):
    """Also where it depends on the length: chrono reaches over the longest."""
    np.savez(tmp_path / "a.npz", a=np.ones((2, 1)), b=np.ones((90, 1)))
    for k in range(2):
        words = ("a.npz", "--sequence", k, "--init", "chrono", "--save-weights", f"{k}.safetensors", "--out", "t.npz")
        assert call("trace", *words).code == 0
    assert (tmp_path / "0.safetensors").read_bytes() == (tmp_path / "1.safetensors").read_bytes()


def test_a_folder_of_files(call, tmp_path):
    (tmp_path / "runs").mkdir()
    for k in (9, 10):
        (tmp_path / "runs" / f"run {k}.csv").write_text("x\n" + f"{k}\n" * k)
    assert len(traced(call, tmp_path, "runs", "--sequence", "run 10")[0]) == 10
    assert len(traced(call, tmp_path, "runs")[0]) == 9


def test_no_output_replaces_a_file_of_the_folder(refused, tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "a.npz").write_bytes(b"kept")
    line = refused(2, "trace", "runs", "--out", "runs/a.npz")
    assert line == "the output runs/a.npz would replace the input"
    assert (tmp_path / "runs" / "a.npz").read_bytes() == b"kept"


@pytest.mark.parametrize("source", ["preset:adding", None])
@pytest.mark.parametrize("words", [("--delimiter", ","), ("--role", "a=input"), ("--text",), ("--train", "0.5")])
def test_a_preset_is_not_imported(refused, source, words):
    sources = () if source is None else (source,)
    line = refused(2, "trace", *sources, *words, "--out", "t.npz")
    assert line == "how a file is opened was said, but the input is a preset; name a file, or leave that out"


OPTIONS = """
--encoding --delimiter --quote --escape --decimal --thousands --comment --preamble-lines --header-lines --footer-lines
--table --role --fill --embed --shape --rate --train --bad-cells --text --tokens --dates --missing
"""


@pytest.mark.parametrize("command", ["trace", "inspect", "screenshot"])
def test_help_names_every_option_of_importing(call, command):
    printed = call(command, "--help").out
    for option in OPTIONS.split():
        assert f"\n  {option} " in printed or f"\n  {option}\n" in printed, option
