"""ONNX's official node tests as numbers; the weights are mapped here by hand, apart from the reader of ONNX files."""

import json

import numpy as np
import pytest

from explorer.cells import find_cell
from explorer.engines import ENGINES
from explorer.experiment import Experiment
from explorer.network import FORWARD, REVERSE, Layer, Network, Place, Weights
from explorer.run import run
from tests.explorer.making import make_dataset

# The stacked rows of ONNX, brought into PyTorch's order: i o f c to i f g o, z r h to r z n.
ROWS = {"RNN": [0], "LSTM": [0, 2, 3, 1], "GRU": [1, 0, 2]}
DIRECTIONS = {"forward": (FORWARD,), "reverse": (REVERSE,), "bidirectional": (FORWARD, REVERSE)}

NAMES = [
    "test_simple_rnn_defaults",
    "test_simple_rnn_batchwise",
    "test_simple_rnn_with_initial_bias",
    "test_simple_rnn_reverse",
    "test_simple_rnn_bidirectional",
    "test_rnn_seq_length",
    "test_lstm_defaults",
    "test_lstm_batchwise",
    "test_lstm_with_initial_bias",
    "test_lstm_reverse",
    "test_lstm_bidirectional",
    "test_gru_defaults",
    "test_gru_batchwise",
    "test_gru_with_initial_bias",
    "test_gru_reverse",
    "test_gru_bidirectional",
]

# What PyTorch's cells are not. The GRU's tests all let the reset gate act before the product (linear_before_reset = 0).
# Without a recurrent bias that is the same at the first step from zero, and where all units are alike; those are above.
EXCLUDED = {
    "test_lstm_with_peepholes": "gates that see c through peepholes",
    "test_gru_seq_length": "reset before the product, and a recurrent bias",
}


def load(corpus, name):
    folder = corpus / "onnx" / "node"
    entry = json.loads((folder / "index.json").read_text())[name]
    with np.load(folder / name / "data.npz") as data:
        return entry, dict(data)


def make(entry, data) -> Experiment:
    """Return the node's question: each member of its batch is a sequence."""
    blocks, size = ROWS[entry["op"]], entry["attrs"]["hidden_size"]

    def stack(rows):
        return np.concatenate([rows[k * size : (k + 1) * size] for k in blocks])

    weights = {}
    directions = DIRECTIONS[entry["attrs"].get("direction", "forward")]
    for k, direction in enumerate(directions):
        arrays = {"weight_ih": stack(data["in__W"][k]), "weight_hh": stack(data["in__R"][k])}
        if "in__B" in data:
            of_input, of_state = np.split(data["in__B"][k], 2)
            arrays |= {"bias_ih": stack(of_input), "bias_hh": stack(of_state)}
        weights[direction] = Weights(**arrays)
    x = data["in__X"] if entry["attrs"].get("layout") else data["in__X"].swapaxes(0, 1)
    cell = find_cell(entry["op"].lower())
    return Experiment(make_dataset(*x.astype(np.float64)), Network((Layer(cell, weights),)))


def differences(entry, data, trace) -> list[float]:
    """Return how far every output of the node is from the trace."""
    batch_first, found = entry["attrs"].get("layout"), []
    for k, direction in enumerate(DIRECTIONS[entry["attrs"].get("direction", "forward")]):
        place = Place(0, direction)
        for b in range(len(trace.tracks)):
            last = 0 if direction == REVERSE else -1
            for output, state in (("out__Y_h", "h"), ("out__Y_c", "c")):
                if output in data:
                    theirs = data[output][b, k] if batch_first else data[output][k, b]
                    found.append(np.abs(trace.read(b, state, place)[last] - theirs).max())
            if "out__Y" in data:
                theirs = data["out__Y"][b, :, k] if batch_first else data["out__Y"][:, k, b]
                found.append(np.abs(trace.read(b, "h", place) - theirs).max())
    return found


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", NAMES)
def test_the_trace_gives_the_nodes_output(corpus, name, engine):
    entry, data = load(corpus, name)
    trace = run(make(entry, data), engine)
    found = differences(entry, data, trace)
    assert len(found) >= sum(f"out__{output}" in data for output in ("Y", "Y_h", "Y_c"))
    assert max(found) < 5e-7


@pytest.mark.parametrize("name", EXCLUDED)
def test_what_is_left_out_is_really_another_cell(corpus, name):
    entry, data = load(corpus, name)
    assert max(differences(entry, data, run(make(entry, data), "numpy"))) > 1e-3


def test_no_node_is_forgotten(corpus):
    assert {*NAMES, *EXCLUDED} == set(json.loads((corpus / "onnx" / "node" / "index.json").read_text()))
