"""The read-out of the top layer: torch's own numbers, told in the units of the data, and in the files."""

import io
from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer import files
from explorer.clamps import Clamp
from explorer.errors import DataError
from explorer.experiment import Experiment
from explorer.files import export_trace
from explorer.network import Head, Place, Recipe
from explorer.run import run
from explorer.trace import Trace
from tests.explorer import reference
from tests.explorer.making import make_experiment


def make_head(size: int, width: int, *, dtype: str = "float64", **further: object) -> Head:
    rng = np.random.default_rng(3)
    return Head(rng.normal(size=(size, width)).astype(dtype), rng.normal(size=size).astype(dtype), **further)


def headed(size: int = 2, steps: int = 20, **recipe: object) -> Experiment:
    made = make_experiment(Recipe(**{"hidden": 5, "dtype": "float64"} | recipe), (steps, 7))
    network = made.network
    head = make_head(size, network.layers[-1].output_size, dtype=str(network.dtype))
    return replace(made, network=replace(network, head=head))


def linear(head: Head) -> torch.nn.Linear:
    made = torch.nn.Linear(head.width, head.size, dtype=torch.float64)
    made.load_state_dict({"weight": torch.tensor(head.weight), "bias": torch.tensor(head.bias)})
    return made


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize(("layers", "both"), [(1, False), (2, True)])
def test_the_output_is_torchs(cell, layers, both):
    experiment = headed(3, cell=cell, layers=layers, bidirectional=both)
    trace, head = run(experiment, "numpy"), experiment.network.head
    module = reference.module(experiment)
    for sequence in (0, 1):
        with torch.no_grad():
            h, _ = module(torch.tensor(trace.inputs(sequence)))
            y = linear(head)(h).numpy()
        assert trace.output(sequence).shape == (trace.length(sequence), 3)
        assert np.abs(trace.output(sequence) - y).max() < 1e-12


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_is_read_of_a_step_never_varies(dtype):
    trace = run(headed(2, 700, dtype=dtype, hidden=33), "numpy")
    whole = trace.output(0)
    assert whole.dtype == dtype
    for first, last in ((0, 1), (255, 257), (256, 512), (699, 700), (13, 600)):
        assert np.array_equal(trace.output(0, slice(first, last)), whole[first:last])
    assert trace.output(0, slice(5, 5)).shape == (0, 2)


def test_only_known_steps_are_read_and_nothing_is_written():
    experiment = headed()
    with pytest.raises(IndexError, match="not all known"):
        Trace(experiment, "numpy").output(0, slice(0, 1))
    with pytest.raises(ValueError, match="read-only"):
        run(experiment, "numpy").output(0)[0] = 0
    for array in experiment.network.state_dict().values():
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_what_is_held_is_read_out():
    experiment = headed()
    held = replace(experiment, clamps=(Clamp("h", 0.0, None, (0, None), Place()),))
    assert np.array_equal(run(held, "numpy").output(0), np.tile(experiment.network.head.bias, (20, 1)))


def test_head_comes_last_and_vectors_first():
    network = replace(headed().network, embeddings={"word": np.zeros((4, 2))})
    names = list(network.state_dict())
    assert (names[0], names[1], names[-2:]) == ("embedding.weight", "weight_ih_l0", ["head.weight", "head.bias"])


def test_outputs_are_told_as_a_person_reads_them():
    y = np.array([[0.0, 1.0, -2.0], [np.nan, 1e4, -1e4]])
    far = make_head(3, 2, scale=np.array([2.0, 3.0, 4.0]), shift=np.array([10.0, 0.0, -1.0]))
    assert np.array_equal(far.told(y), y * [2, 3, 4] + [10, 0, -1], equal_nan=True)
    assert np.array_equal(make_head(3, 2).told(y), y, equal_nan=True)
    each = make_head(3, 2, kind="binary").told(y)
    assert np.allclose(each[0], torch.sigmoid(torch.tensor(y[0])))
    assert np.isnan(each[1, 0])
    assert (each[1, 1], each[1, 2] < 1e-300) == (1, True)
    one = make_head(3, 2, kind="class").told(y[:1])
    assert np.allclose(one, torch.softmax(torch.tensor(y[:1]), 1))
    assert np.array_equal(make_head(2, 2, kind="class").told(np.array([[1e4, -1e4]])), [[1, 0]])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"bias": np.zeros(4)}, r"must be \(K, H\) and \(K,\)"),
        ({"weight": np.zeros(3)}, r"must be \(K, H\) and \(K,\)"),
        ({"names": ("a",)}, "3 outputs, but 1 names"),
        ({"scale": np.ones(2)}, r"scale of the head has shape \(2,\)"),
        ({"shift": np.ones((3, 1))}, r"shift of the head has shape \(3, 1\)"),
    ],
)
def test_what_does_not_fit_is_refused(change, said):
    head = make_head(3, 5)
    with pytest.raises(DataError, match=said):
        replace(head, **change)


def test_a_head_of_another_width_is_refused():
    with pytest.raises(DataError, match="takes 7 numbers of a step, the top layer hands over 5"):
        replace(headed().network, head=make_head(1, 7))


@pytest.mark.parametrize("steps", [1, 257, 1000])
def test_the_file_holds_the_output(monkeypatch, steps):
    monkeypatch.setattr(files, "WINDOW", 300)
    trace, file = run(headed(2, steps), "numpy"), io.BytesIO()
    list(export_trace(trace, file))
    file.seek(0)
    with np.load(file) as archive:
        assert np.array_equal(archive["y"], trace.output(0))
        assert archive.files[:2] == ["x", "y"]
