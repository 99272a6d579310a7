"""``trace`` beyond its numbers: defaults, what it says, what it refuses, and outputs that are whole or not there."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import torch

from explorer.commands.trace import require_verified
from explorer.errors import GateExplorerError
from explorer.presets import find_preset, preset_dataset
from explorer.trace import Check

ROOT = Path(__file__).parents[3]
LSTM = ["i", "f", "g", "o", "c", "tanh_c", "h"]


def load(path: Path) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as archive:
        return dict(archive)


def parts(folder: Path) -> list[str]:
    """Return the unfinished outputs that lie about."""
    return [path.name for path in folder.iterdir() if path.name.endswith(".part")]


def test_as_a_program(program, tmp_path):
    ran = program("trace", "preset:adding", "--out", "t.npz", "--save-weights", "w.safetensors")
    assert (ran.code, ran.out) == (0, "")
    *_, verified, wrote, weights = ran.err.splitlines()
    assert verified.startswith("verified against torch: max error ")
    assert wrote == "wrote t.npz: x (100, 2); i, f, g, o, c, tanh_c, h, each (100, 32), of l0"
    assert weights == "wrote w.safetensors: 4 arrays of weights"
    assert list(load(tmp_path / "t.npz")) == ["x", *(f"l0.{name}" for name in LSTM)]
    assert not parts(tmp_path)


def test_the_defaults(call, tmp_path):
    assert call("trace", "--out", "t.npz", "--save-weights", "w.pt").code == 0
    found = load(tmp_path / "t.npz")
    x = preset_dataset(find_preset("sine-mix")).sequences[0].values
    assert np.array_equal(found["x"], x.astype(np.float32))
    assert {name: array.shape for name, array in found.items()} == {
        "x": x.shape,
        **{f"l0.{name}": (len(x), 32) for name in LSTM},
    }
    assert {array.dtype for array in found.values()} == {np.dtype(np.float32)}
    spelt_out = ["--cell", "lstm", "--nonlinearity", "tanh", "--hidden", 32, "--layers", 1, "--seed", 0]
    spelt_out += ["--init", "default", "--dtype", "float32"]
    assert call("trace", "preset:sine-mix", *spelt_out, "--out", "same.npz", "--save-weights", "same.pt").code == 0
    assert (tmp_path / "same.npz").read_bytes() == (tmp_path / "t.npz").read_bytes()
    weights, same = (torch.load(tmp_path / name, weights_only=True) for name in ("w.pt", "same.pt"))
    assert all(torch.equal(weights[name], same[name]) for name in weights)


def test_the_network_is_not_the_presets(call, tmp_path):
    assert find_preset("delayed-echo").network["cell"] == "gru"
    assert call("trace", "preset:delayed-echo", "--out", "t.npz").code == 0
    assert "l0.c" in load(tmp_path / "t.npz")


def test_another_seed_is_another_network(call, tmp_path):
    for seed in (0, 1):
        assert call("trace", "--seed", seed, "--out", f"{seed}.npz").code == 0
    assert not np.array_equal(load(tmp_path / "0.npz")["l0.h"], load(tmp_path / "1.npz")["l0.h"])


def test_chrono_reaches_over_the_whole_sequence(call, tmp_path):
    options = ("--init", "chrono", "--hidden", "400")
    assert call("trace", "preset:adding", *options, "--out", "t.npz", "--save-weights", "w.safetensors").code == 0
    bias = safetensors.numpy.load_file(tmp_path / "w.safetensors")["bias_ih_l0"][400:800]
    assert 90 < np.exp(bias).max() <= 99
    assert call("trace", "--init", "chrono", "--out", "t.npz", "--save-weights", "w.safetensors").code == 0
    bias = safetensors.numpy.load_file(tmp_path / "w.safetensors")["bias_ih_l0"][32:64]
    assert 200 < np.exp(bias).max() <= 399


@pytest.mark.parametrize("suffix", [".safetensors", ".pt", ".PT"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_torch_takes_the_weights(call, tmp_path, suffix, dtype):
    options = ("--dtype", dtype, "--layers", "2", "--bidirectional", "--hidden", "3")
    assert call("trace", *options, "--out", "t.npz", "--save-weights", f"w{suffix}").code == 0
    if suffix == ".safetensors":
        weights = {key: torch.tensor(a) for key, a in safetensors.numpy.load_file(tmp_path / f"w{suffix}").items()}
    else:
        weights = torch.load(tmp_path / f"w{suffix}", weights_only=True)
    assert {array.dtype for array in weights.values()} == {getattr(torch, dtype)}
    module = torch.nn.LSTM(1, 3, num_layers=2, bidirectional=True, dtype=getattr(torch, dtype))
    module.load_state_dict(weights)


def test_notes_of_the_table_are_told(call, tmp_path):
    (tmp_path / "t.csv").write_text("name,a,b\nx,1,2\ny,3,4\n")
    ran = call("trace", "t.csv", "--out", "t.npz")
    assert ran.code == 0
    assert any(line.startswith("t.csv: ") and "name" in line for line in ran.err.splitlines())
    assert load(tmp_path / "t.npz")["x"].tolist() == [[1, 2], [3, 4]]


def test_a_column_with_a_comma_in_its_name(call, tmp_path):
    (tmp_path / "t.csv").write_text('"a,b",c\n1,2\n3,4\n')
    assert call("trace", "t.csv", "--columns", 'c, "a,b"', "--out", "t.npz").code == 0
    assert load(tmp_path / "t.npz")["x"].tolist() == [[2, 1], [4, 3]]


def test_one_step(call, tmp_path):
    (tmp_path / "t.csv").write_text("a\n1.5\n")
    assert call("trace", "t.csv", "--cell", "gru", "--bidirectional", "--out", "t.npz").code == 0
    assert load(tmp_path / "t.npz")["l0_reverse.h"].shape == (1, 32)


def test_the_name_of_the_output_is_kept(call, tmp_path):
    assert call("trace", "--out", "answer.v1").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["answer.v1"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "t.csv: the file is empty"),
        (b"a,b\n", "t.csv, line 1: "),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1", "t.csv"),
        (b"a,b\nx,y\nz,w\n", "t.csv: there is no column of numbers"),
        (b"a,b\n1,2\n3,4\nfive,6\n7,8\n", "t.csv, line 4, column 1: 'five' "),
        (b"a,b\n1,2\n3\n5,6\n", "t.csv, line 3: "),
    ],
    ids=["empty", "header only", "binary", "text only", "a word among numbers", "a short row"],
)
def test_bad_data(refused, tmp_path, content, message):
    (tmp_path / "t.csv").write_bytes(content)
    assert refused(1, "trace", "t.csv", "--out", "t.npz").startswith(message)
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--cell foo", "argument --cell: invalid choice: 'foo'"),
        ("--cell gru --nonlinearity relu", "only the rnn has a choice of nonlinearity"),
        ("--cell gru --init forget-bias", "the initialisation 'forget-bias' is for lstm, not for gru"),
        ("--cell lstm --init identity", "the initialisation 'identity' is for rnn, not for lstm"),
        ("--cell rnn --init chrono", "the initialisation 'chrono' is for lstm and gru, not for rnn"),
        ("--init chrono --no-bias", "the initialisation 'chrono' sets a bias"),
        ("--init xavier", "argument --init: invalid choice: 'xavier'"),
        ("--hidden 0", "the hidden size must be at least 1, not 0"),
        ("--hidden -3", "the hidden size must be at least 1, not -3"),
        ("--hidden many", "argument --hidden: must be a whole number, not 'many'; see python main.py trace --help"),
        ("--hidden " + "9" * 5000, "argument --hidden: must be a whole number, not '999"),
        ("--layers 0", "the number of layers must be at least 1, not 0"),
        ("--seed -1", "the seed must not be negative, but is -1"),
        ("--dtype float16", "argument --dtype: invalid choice: 'float16'"),
        ("--columns waves", "no column 'waves'; there are mix"),
        ("--columns mix,mix", "a column is named twice in mix, mix"),
        ("--hid 3", "unrecognized arguments: --hid; see "),
        ("--save-weights w.bin", "argument --save-weights: the name must end in .safetensors or .pt, not 'w.bin'"),
        ("--save-weights t.npz", "argument --save-weights: the name must end in"),
        ("preset:sine", "no preset 'sine'; there are sine-mix"),
    ],
)
def test_bad_arguments(refused, tmp_path, monkeypatch, options, message):
    monkeypatch.setattr(sys, "argv", [str(ROOT / "main.py")])
    assert refused(2, "trace", "--out", "t.npz", *options.split(" ")).startswith(message)
    assert not list(tmp_path.iterdir())


def test_no_output_named(refused):
    assert refused(2, "trace").startswith("the following arguments are required: --out; see ")


def test_no_output_replaces_the_input(refused, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("a\n1\n")
    assert refused(2, "trace", "t.csv", "--out", table) == f"the output {table} would replace the input"
    assert table.read_text() == "a\n1\n"


def test_two_outputs_of_one_name(refused):
    assert (
        refused(2, "trace", "--out", "w.pt", "--save-weights", "./w.pt")
        == "--out and --save-weights name the same file"
    )


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("file/t.npz", "file/t.npz: cannot be written: Not a directory"),
        ("none/t.npz", "none/t.npz: cannot be written: there is no folder none"),
        ("folder", "folder: cannot be written: it is a folder"),
        ("x" * 300, f"{'x' * 300}: cannot be written: File name too long"),
    ],
)
def test_an_output_that_cannot_be_written(refused, tmp_path, place, message):
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "folder").mkdir()
    assert refused(1, "trace", "--out", place) == message


def test_weights_that_cannot_be_written(refused, tmp_path):
    line = refused(1, "trace", "--out", "t.npz", "--save-weights", "none/w.pt")
    assert line == "none/w.pt: cannot be written: there is no folder none"
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_device(call):
    ran = call("trace", "--out", "/dev/full")
    assert ran.code == 1
    assert ran.err.splitlines()[-1] == "gate-explorer: /dev/full: cannot be written: No space left on device"


@pytest.mark.skipif(os.name == "nt", reason="needs limits on the size of files")
@pytest.mark.parametrize("limit", [100, 5_000, 90_000])
def test_a_disk_that_fills_up(program, tmp_path, limit):
    """The limit strikes in the first header, among the arrays or near the end; what was there before stays."""
    import resource

    (tmp_path / "t.npz").write_text("from before")
    ran = program(
        *("trace", "preset:adding", "--out", "t.npz", "--save-weights", "w.pt"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert ran.code == 1
    assert ran.err.splitlines()[-1] in {
        f"gate-explorer: {name}: cannot be written: File too large" for name in ("t.npz", "w.pt")
    }
    assert "Traceback" not in ran.err
    assert "Exception" not in ran.err
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("t.npz", "from before")]


def test_far_too_many_units(refused):
    for hidden in (10**7, 10**30):
        line = refused(1, "trace", "--hidden", hidden, "--out", "t.npz")
        assert line.startswith(f"1 × {hidden} units over 400 steps need at least ")


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"l0.h": np.zeros(3)}, "initial.npz: the initial state 'l0.h' has shape (3,), but must be (32,)"),
        (
            {"l1.h": np.zeros(32)},
            "initial.npz: the initial state 'l1.h' is of no use here; this network has l0.h, l0.c",
        ),
        ({"l0.h": np.array(["a"] * 32)}, "initial.npz: 'l0.h' does not hold real numbers"),
        ({"l0.h": np.zeros(32, complex)}, "initial.npz: 'l0.h' does not hold real numbers"),
        ({"l0.h": np.array([None] * 32)}, "initial.npz: this is no .npz of numbers"),
    ],
    ids=["size", "name", "text", "complex", "objects"],
)
def test_initial_states_that_do_not_fit(refused, tmp_path, arrays, message):
    np.savez(tmp_path / "initial.npz", **arrays)
    assert refused(1, "trace", "--initial", "initial.npz", "--out", "t.npz").startswith(message)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04 and no more"])
def test_initial_states_that_are_none(refused, tmp_path, content):
    (tmp_path / "initial.npz").write_bytes(content)
    line = refused(1, "trace", "--initial", "initial.npz", "--out", "t.npz")
    assert line == "initial.npz: this is no .npz of numbers, as numpy.savez writes it"


def test_initial_states_without_names(refused, tmp_path):
    np.save(tmp_path / "initial.npy", np.zeros(32))
    line = refused(1, "trace", "--initial", "initial.npy", "--out", "t.npz")
    assert line == "initial.npy: this holds one array without a name, not an .npz with l0.h and the like"


def test_initial_states_that_are_not_there(refused):
    line = refused(1, "trace", "--initial", "initial.npz", "--out", "t.npz")
    assert line == "initial.npz: there is no such file"


def test_what_is_not_verified_is_not_written():
    with pytest.raises(GateExplorerError, match=r"max error 0.5, where rounding explains 1e-05; nothing was written"):
        require_verified(Check(0.5, 1e-5))
    with pytest.raises(GateExplorerError, match="max error nan"):
        require_verified(Check(float("nan"), 1e-5))
    with pytest.raises(GateExplorerError, match="nothing was compared"):
        require_verified(None)


def test_what_cannot_be_verified_is_written_and_said(call, tmp_path):
    (tmp_path / "large.csv").write_text("a\n" + "".join(f"{1.6e9 + 60 * k}\n" for k in range(50)))
    for dtype, said in (("float32", "cannot be verified in float32: the inputs are so"), ("float64", "max error")):
        ran = call("trace", "large.csv", "--dtype", dtype, "--out", f"{dtype}.npz")
        assert (ran.code, ran.out) == (0, "")
        assert said in ran.err
        assert load(tmp_path / f"{dtype}.npz")["l0.h"].shape == (50, 32)


@pytest.mark.skipif(os.name == "nt", reason="no /dev/stdout")
def test_an_output_into_a_pipe(tmp_path):
    """What goes through a pipe cannot be moved into place, nor can one go back in it."""
    ran = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "trace", "preset:adding", "--out", "/dev/stdout"],
        cwd=tmp_path,
        capture_output=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    (tmp_path / "piped.npz").write_bytes(ran.stdout)
    assert load(tmp_path / "piped.npz")["l0.h"].shape == (100, 32)
