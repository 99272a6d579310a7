"""Values written as tables and arrays come back bit by bit, and a long trace is never held as a whole."""

import io
import subprocess
import sys
import threading
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import exporting
from explorer.errors import DataError
from explorer.experiment import Experiment
from explorer.exporting import FORMS, Part, Values, write_values
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Sequence
from explorer.trace import Trace

ROOT = Path(__file__).parents[2]


def make_trace(values: np.ndarray, times: np.ndarray | None = None, **recipe: object) -> Trace:
    names = tuple(f"feature {k}" for k in range(values.shape[1]))
    sequence = Sequence("noise", values, names, times=times)
    made = Recipe(**{"hidden": 4, **recipe})
    return run(Experiment(Dataset((sequence,), "noise"), make_network(made, values.shape[1])), engine="numpy")


def noise(steps: int, features: int = 2) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(steps, features))


def parts_of(trace: Trace, units: tuple[int, ...]) -> tuple[Part, ...]:
    network = trace.experiment.network
    return tuple(Part(q.name, place, units) for place in network.places for q in network.cell(place).quantities)


def written(values: Values, form: str, folder: Path) -> tuple[Path, list[float]]:
    path = folder / f"values.{form}"
    with path.open("wb") as file:
        fractions = list(write_values(values, file, form, folder))
    return path, fractions


def columns_of(path: Path, form: str, dtype: np.dtype) -> dict[str, np.ndarray]:
    """Read a table again, with nothing that this program wrote."""
    if form == "parquet":
        table = pl.read_parquet(path)
        return {name: table[name].to_numpy() for name in table.columns}
    lines = path.read_text(encoding="utf-8").splitlines()
    names, rows = lines[0].split(","), [line.split(",") for line in lines[1:]]
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    types = {"step": np.int64, "time": "datetime64[us]"}
    kinds = {name: types.get(name, np.float64 if name.startswith("x.") else dtype) for name in names}
    return {name: np.array(texts).astype(kinds[name]) for name, texts in columns.items()}


def same_bits(one: np.ndarray, other: np.ndarray) -> bool:
    return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()


@pytest.mark.parametrize(
    ("form", "cell", "dtype"), list(product(FORMS, ["rnn", "lstm", "gru"], ["float32", "float64"]))
)
def test_what_is_read_again_is_the_trace_bit_by_bit(monkeypatch, tmp_path, form, cell, dtype):
    monkeypatch.setattr(exporting, "AT_ONCE", 3000)  # several chunks
    monkeypatch.setattr(exporting, "IN_GROUP", 3000)
    trace = make_trace(noise(700), cell=cell, layers=2, bidirectional=True, dtype=dtype)
    steps, units = range(130, 650), (3, 0)
    values = Values(trace, 0, parts_of(trace, units), steps)
    assert len(list(values.chunks(3000))) > 1
    path, fractions = written(values, form, tmp_path)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    part, shown = slice(steps.start, steps.stop), trace.experiment.dataset.sequences[0].values
    if form == "npz":
        with np.load(path) as arrays:
            assert same_bits(arrays["step"], np.arange(130, 650))
            assert same_bits(arrays["x"], np.ascontiguousarray(shown[part]))
            assert arrays["x.names"].tolist() == ["feature 0", "feature 1"]
            for wanted in values.parts:
                assert arrays[f"{wanted.key}.units"].tolist() == [3, 0]
                expected = trace.read(0, wanted.quantity, wanted.place, np.array(units), part)
                assert same_bits(arrays[wanted.key], np.ascontiguousarray(expected))
        return
    columns = columns_of(path, form, np.dtype(dtype))
    assert columns["step"].tolist() == list(steps)
    for k in range(2):
        assert same_bits(columns[f"x.feature {k}"], np.ascontiguousarray(shown[part, k]))
    for wanted in values.parts:
        for unit in units:
            expected = trace.read(0, wanted.quantity, wanted.place, np.array([unit]), part)[:, 0]
            assert same_bits(columns[f"{wanted.key}[{unit}]"], np.ascontiguousarray(expected))
    assert len(columns) == 3 + 2 * len(values.parts)


@pytest.mark.parametrize("form", ["csv", "parquet"])
@given(numbers=st.lists(st.floats(allow_nan=False), min_size=1, max_size=30))
def test_any_number_of_the_file_comes_back(tmp_path_factory, form, numbers):
    folder = tmp_path_factory.mktemp("numbers")
    column = np.array(numbers)[:, None]
    trace = make_trace(column)
    path, _ = written(Values(trace, 0, (), range(len(column))), form, folder)
    assert same_bits(columns_of(path, form, np.dtype("float64"))["x.feature 0"], column[:, 0])


@pytest.mark.parametrize("form", FORMS)
def test_nan_and_infinities_come_back(tmp_path, form):
    column = np.array([[np.nan], [np.inf], [-np.inf], [-0.0], [5e-324]])
    with np.errstate(all="ignore"):
        trace = make_trace(column)
    path, _ = written(Values(trace, 0, (Part("h", Place(), (0,)),), range(5)), form, tmp_path)
    if form == "npz":
        with np.load(path) as arrays:
            found = {"x": arrays["x"][:, 0], "h": arrays["l0.h"][:, 0]}
    else:
        columns = columns_of(path, form, np.dtype("float32"))
        found = {"x": columns["x.feature 0"], "h": columns["l0.h[0]"]}
    np.testing.assert_array_equal(found["x"], column[:, 0])
    assert np.signbit(found["x"][3])
    np.testing.assert_array_equal(found["h"], trace.read(0, "h")[:, 0])


@pytest.mark.parametrize("form", FORMS)
def test_times_stand_beside_the_steps(tmp_path, form):
    times = np.datetime64("2024-03-01T06:00", "us") + np.arange(9) * np.timedelta64(1_500_001, "us")
    trace = make_trace(noise(9), times)
    path, _ = written(Values(trace, 0, (), range(2, 9)), form, tmp_path)
    if form == "npz":
        with np.load(path) as arrays:
            found = arrays["time"]
    else:
        found = columns_of(path, form, np.dtype("float32"))["time"]
    assert found.astype("datetime64[us]").tolist() == times[2:].tolist()


def test_a_sequence_counts_in_numbers_too(tmp_path):
    trace = make_trace(noise(4), np.array([0.1, 0.2, 0.30000000000000004, 1e300]))
    path, _ = written(Values(trace, 0, (), range(4)), "csv", tmp_path)
    assert [line.split(",")[1] for line in path.read_text().splitlines()[1:]] == [
        "0.1", "0.2", "0.30000000000000004", "1e+300",
    ]  # fmt: skip


def test_only_what_is_known_is_written():
    trace = make_trace(noise(10))
    for steps, parts, inputs, said in (
        (range(5, 5), (), True, "no steps"),
        (range(5, 11), (), True, "steps 5 to 10 are not all computed yet; known: 0 to 9"),
        (range(5), (), False, "no quantities"),
    ):
        with pytest.raises(DataError, match=said):
            Values(trace, 0, parts, steps, inputs=inputs)


@pytest.mark.parametrize("form", FORMS)
def test_given_up_it_leaves_nothing_beside(monkeypatch, tmp_path, form):
    monkeypatch.setattr(exporting, "AT_ONCE", 500)
    monkeypatch.setattr(exporting, "IN_GROUP", 500)
    trace = make_trace(noise(5000))
    writing = write_values(Values(trace, 0, parts_of(trace, (0, 1)), range(5000)), io.BytesIO(), form, tmp_path)
    for _ in range(3):
        next(writing)
    writing.close()
    assert list(tmp_path.iterdir()) == []


def test_a_twin_reads_the_same_beside_the_window(tmp_path):
    trace = make_trace(noise(20_000), hidden=16)
    wanted = {name: trace.read(0, name).copy() for name in ("f", "c", "h")}
    trace.forget()
    trace.apart().read(0, "f")
    assert not trace._cache, "what another thread reads is none of the window's"
    wrong: list[str] = []

    def read(reader: Trace) -> None:
        for first, name in product(range(0, 20_000, 333), wanted):
            rows = slice(first, min(first + 333, 20_000))
            if not np.array_equal(reader.read(0, name, steps=rows), wanted[name][rows]):
                wrong.append(f"{name} at {first}")

    threads = [threading.Thread(target=read, args=(trace.apart(),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    read(trace)
    for thread in threads:
        thread.join()
    assert wrong == []


PEAK = """
import resource, sys
from pathlib import Path
import numpy as np
import polars
from explorer.exporting import Values, write_values
from tests.explorer.test_exporting import make_trace, noise, parts_of
form, steps, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
trace = make_trace(noise(steps), hidden=16)
values = Values(trace, 0, parts_of(trace, tuple(range(16))), range(2000))
with (folder / "small").open("wb") as file:
    list(write_values(values, file, form, folder))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
values = Values(trace, 0, values.parts, range(steps))
with (folder / "large").open("wb") as file:
    list(write_values(values, file, form, folder))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, (folder / "large").stat().st_size)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such measure there")
@pytest.mark.parametrize(
    ("form", "steps", "most"), [("csv", 100_000, 60), ("npz", 200_000, 40), ("parquet", 300_000, 180)]
)
def test_memory_is_bounded_however_many_steps_there_are(tmp_path, form, steps, most):
    """100 000 steps of 176 columns are 70 MB as numbers, and 190 MB as text. polars reads ahead on many threads."""
    ran = subprocess.run(
        [sys.executable, "-c", PEAK, form, str(steps), str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=200, check=True,
    )  # fmt: skip
    grown, size = map(int, ran.stdout.split())
    assert size > 30e6
    assert grown < 1000 * most, f"{grown / 1000:.0f} MB"
