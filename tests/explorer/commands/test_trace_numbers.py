"""What ``trace`` writes is what torch's own modules compute with the weights it saves, and every gate is right."""

import csv
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from tests.counts import ALL, cases
from tests.explorer.commands.reference import run_network

STEPS, FEATURES, HIDDEN = cases(60, 200), 3, 5
TOLERANCE = {"float64": 1e-12, "float32": 2e-6}
PRE_ACTIVATIONS = {
    "rnn": {"a"},
    "relu": {"a"},
    "lstm": {"a_i", "a_f", "a_g", "a_o"},
    "gru": {"a_r", "a_z", "u_n", "q_n", "a_n"},
}
SHAPES = [
    (),
    ("--no-bias",),
    ("--layers", "2"),
    ("--bidirectional",),
    ("--layers", "2", "--bidirectional"),
    ("--layers", "3", "--bidirectional", "--no-bias"),
]


def cell_options(cell: str) -> tuple[str, ...]:
    return ("--cell", "rnn", "--nonlinearity", "relu") if cell == "relu" else ("--cell", cell)


def layers_of(options: tuple[str, ...]) -> int:
    return int(options[options.index("--layers") + 1]) if "--layers" in options else 1


def torch_module(cell: str, dtype: str, options: tuple[str, ...]) -> torch.nn.RNNBase:
    """Return torch's module for the command line's options, with weights of its own."""
    kind = {"rnn": torch.nn.RNN, "relu": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
    more = {"nonlinearity": "relu"} if cell == "relu" else {}
    shape = {
        "num_layers": layers_of(options),
        "bidirectional": "--bidirectional" in options,
        "bias": "--no-bias" not in options,
    }
    return kind(FEATURES, HIDDEN, dtype=getattr(torch, dtype), **shape, **more)


def worst(found: np.ndarray, right: np.ndarray) -> float:
    """Return the largest difference relative to max(1, |value|)."""
    assert found.shape == right.shape
    return float((np.abs(found.astype(np.float64) - right) / np.maximum(1, np.abs(right))).max())


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a CSV of noise around different means."""
    values = np.random.default_rng(5).normal([0, 1, -2], [1, 0.5, 2], (STEPS, FEATURES))
    path = tmp_path / "noise.csv"
    np.savetxt(path, values, delimiter=",", header="a,b,c", comments="")
    return path


def check(archive: np.lib.npyio.NpzFile, cell: str, dtype: str, options: tuple[str, ...], weights: dict, initial: dict):
    """Hold what was written against torch's module and against the equations written down once more."""
    module = torch_module(cell, dtype, options)
    module.load_state_dict(weights)
    layers, directions = layers_of(options), 2 if "--bidirectional" in options else 1
    keys = [f"l{k}{suffix}" for k in range(layers) for suffix in ("", "_reverse")[:directions]]
    stacked = {
        state: torch.stack([torch.as_tensor(initial.get(f"{key}.{state}", np.zeros(HIDDEN))) for key in keys])
        for state in "hc"
    }
    start = [value[:, None].to(getattr(torch, dtype)) for value in stacked.values()]
    with torch.no_grad():
        out, ends = module(torch.from_numpy(archive["x"])[:, None], tuple(start) if cell == "lstm" else start[0])
    last = [archive[f"l{layers - 1}{suffix}.h"] for suffix in ("", "_reverse")[:directions]]
    assert worst(np.concatenate(last, axis=1), out[:, 0].numpy()) <= TOLERANCE[dtype]
    for states, name in zip(ends if cell == "lstm" else (ends,), "hc", strict=False):
        for key, end in zip(keys, states[:, 0].numpy(), strict=True):
            assert worst(archive[f"{key}.{name}"][0 if "reverse" in key else -1], end) <= TOLERANCE[dtype]

    right = run_network(cell, {name: array.numpy() for name, array in weights.items()}, archive["x"], initial)
    assert set(archive.files) == {"x", *right}
    for name, values in right.items():
        assert archive[name].dtype == dtype
        assert worst(archive[name], values) <= TOLERANCE[dtype], name


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("options", SHAPES, ids=lambda options: " ".join(options) or "plain")
@pytest.mark.parametrize("cell", ["rnn", "relu", "lstm", "gru"])
def test_every_quantity(call, table, tmp_path, cell, options, dtype):
    command = ("trace", table, *cell_options(cell), "--hidden", HIDDEN, "--dtype", dtype, *options, "--preactivations")
    ran = call(*command, "--out", "t.npz", "--save-weights", "w.safetensors")
    assert ran.code == 0, ran.err
    weights = safetensors.torch.load_file(tmp_path / "w.safetensors")
    with np.load(tmp_path / "t.npz") as archive:
        check(archive, cell, dtype, options, weights, {})


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_from_initial_states(call, table, tmp_path, cell, dtype):
    rng = np.random.default_rng(2)
    keys = ["l0", "l0_reverse", "l1", "l1_reverse"]
    states = "hc" if cell == "lstm" else "h"
    # One state is left out: it begins at zero.
    initial = {f"{key}.{state}": rng.uniform(-1, 1, HIDDEN).astype(dtype) for key in keys for state in states}
    del initial["l1.h"]
    np.savez(tmp_path / "initial.npz", **initial)
    options = ("--layers", "2", "--bidirectional")
    command = ("trace", table, "--cell", cell, "--hidden", HIDDEN, "--dtype", dtype, *options, "--preactivations")
    ran = call(*command, "--initial", "initial.npz", "--out", "t.npz", "--save-weights", "w.pt")
    assert ran.code == 0, ran.err
    weights = torch.load(tmp_path / "w.pt", weights_only=True)
    with np.load(tmp_path / "t.npz") as archive:
        check(archive, cell, dtype, options, weights, initial)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_preactivations_only_on_request(call, table, tmp_path, cell):
    for name, options in (("with", ["--preactivations"]), ("without", [])):
        assert call("trace", table, "--cell", cell, *options, "--out", f"{name}.npz").code == 0
    with np.load(tmp_path / "with.npz") as more, np.load(tmp_path / "without.npz") as less:
        assert set(more.files) - set(less.files) == {f"l0.{name}" for name in PRE_ACTIVATIONS[cell]}
        assert all(np.array_equal(more[name], less[name]) for name in less.files)


def test_columns_are_picked_and_ordered(call, table, tmp_path):
    assert call("trace", table, "--columns", "c,a", "--dtype", "float64", "--out", "t.npz").code == 0
    expected = np.loadtxt(table, delimiter=",", skiprows=1)[:, [2, 0]]
    with np.load(tmp_path / "t.npz") as archive:
        assert np.array_equal(archive["x"], expected)


def test_standardized_only_on_request(call, table, tmp_path):
    values = np.loadtxt(table, delimiter=",", skiprows=1)
    for name, options in (("as-it-is", []), ("standardized", ["--standardize"])):
        assert call("trace", table, "--dtype", "float64", *options, "--out", f"{name}.npz").code == 0
    with np.load(tmp_path / "as-it-is.npz") as archive:
        assert np.array_equal(archive["x"], values)
    with np.load(tmp_path / "standardized.npz") as archive:
        assert np.abs(archive["x"] - (values - values.mean(0)) / values.std(0)).max() <= 1e-12


@pytest.mark.corpus
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"] if ALL else ["lstm"])
def test_the_machine_temperature(call, corpus, tmp_path, cell):
    path = corpus / "sequences" / "nab" / "machine_temperature_system_failure.csv"
    with path.open(newline="") as file:
        values = np.array([[float(row["value"])] for row in csv.DictReader(file)])
    options = ("--cell", cell, "--hidden", "8", "--dtype", "float64", "--standardize")
    ran = call("trace", path, *options, "--out", "t.npz", "--save-weights", "w.pt")
    assert ran.code == 0, ran.err
    weights = torch.load(tmp_path / "w.pt", weights_only=True)
    kind = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
    module = kind(1, 8, dtype=torch.float64)
    module.load_state_dict(weights)
    with np.load(tmp_path / "t.npz") as archive, torch.no_grad():
        assert np.abs(archive["x"] - (values - values.mean()) / values.std()).max() <= 1e-12
        out, _ = module(torch.from_numpy(archive["x"]))
        assert worst(archive["l0.h"], out.numpy()) <= 1e-12
        right = run_network(cell, {name: array.numpy() for name, array in weights.items()}, archive["x"], {})
        for name in set(archive.files) - {"x"}:
            assert worst(archive[name], right[name]) <= 1e-12, name


@pytest.mark.corpus
@pytest.mark.parametrize("init", ["default", "chrono"])
def test_the_machine_temperature_as_it_is(call, corpus, init):
    """Values around 90 hold gates open, c rises to thousands, and float32 rounds it: verified all the same."""
    path = corpus / "sequences" / "nab" / "machine_temperature_system_failure.csv"
    ran = call("trace", path, "--init", init, "--out", "t.npz")
    assert ran.code == 0, ran.err
    assert "\nverified against torch: max error " in ran.err
