"""The probe against step-by-step autograd in float64, and its gates by hand."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.network import Place
from explorer.training.batches import probe_sequences
from explorer.training.learner import Learner, network_for
from explorer.training.model import with_weights
from explorer.training.outputs import NO_CLASS, loss
from explorer.training.probe import Probe
from explorer.training.settings import Settings
from explorer.training.tasks import make_task
from tests.explorer.gradient_reference import gradients
from tests.explorer.training.drawing import drawn

CELLS = ("rnn", "lstm", "gru")
TASKS = {
    "forecast": (Settings(cells=CELLS, hidden=5, layers=2, steps=0, probe=3), drawn((9, 30, 12, 17, 8))),
    "classify": (
        Settings(task="classify", cells=CELLS, hidden=5, bidirectional=True, probe=2, held_out=0.5),
        drawn((9, 14, 12, 17), classes=("a", "b")),
    ),
    "reconstruct": (
        Settings(task="reconstruct", horizon=2, cells=CELLS, hidden=4, steps=0, layers=2, bidirectional=True, probe=2),
        drawn((9, 14, 12, 17, 11, 12)),
    ),
    "copy": (
        Settings(
            task="generator",
            generator="copy",
            generator_settings=(("length", 30), ("symbols", 3)),
            cells=CELLS,
            hidden=4,
        ),
        None,
    ),
}


def expected_curves(task, network, batch, answers):
    """Return the gradients at every step by autograd: the loss at the output first, then through the cells."""
    x = torch.from_numpy(batch.x(tuple(network.embeddings.values()))[0]).double()
    weights = {name: torch.tensor(array).double() for name, array in network.state_dict().items()}
    kind = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[network.layers[0].cell.name]
    W, b = weights.pop("head.weight"), weights.pop("head.bias")
    reverse = task.settings.bidirectional
    layers = kind(x.shape[1], task.settings.hidden, task.settings.layers, bidirectional=reverse, dtype=torch.float64)
    layers.load_state_dict({name: array for name, array in weights.items() if "embedding" not in name})
    h = layers(x)[0].detach().requires_grad_()
    due = torch.from_numpy(answers)
    loss(task.outputs, (h @ W.T + b)[None], due.double() if due.is_floating_point() else due).backward()
    by_place, _, _ = gradients(replace(network, head=None), x, h.grad)
    return {
        f"{place.key}.d{name}": rows.norm(dim=1).numpy()
        for place, each in by_place.items()
        for name, rows in each.items()
        if not name.startswith("initial")
    }


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("name", TASKS)
def test_it_is_the_mean_of_every_sequences_own_gradient(name, cell):
    task = make_task(*TASKS[name])
    network, sequences, probe = network_for(task, cell), probe_sequences(task), Probe(task)
    probed = probe.look(network, 7)
    assert (probed.cell, probed.iteration) == (cell, 7)
    each = [expected_curves(task, network, batch, batch.answers) for batch in sequences]
    longest = max(int(batch.lengths[0]) for batch in sequences)
    states = {f"{place.key}.d{state}" for place in network.places for state in network.cell(place).states}
    for curve in {name for name in probed.norms if not name.endswith(("_direct", "_through", "_last"))}:
        rows = [np.pad(one[curve], (0, longest - len(one[curve])), constant_values=np.nan) for one in each]
        np.testing.assert_allclose(probed.norms[curve], np.nanmean(rows, axis=0), rtol=1e-6, atol=1e-30)
    assert states <= set(probed.norms)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("name", ["forecast", "copy", "reconstruct"])
def test_the_last_answer_alone(name, cell):
    task = make_task(*TASKS[name])
    task = replace(task, settings=replace(task.settings, probe=1))
    network, (batch,), probe = network_for(task, cell), probe_sequences(task), Probe(task)
    answers = batch.answers.copy()
    asked = answers[0] != NO_CLASS if task.outputs.kind == "class" else ~np.isnan(answers[0]).all(axis=1)
    last = np.flatnonzero(asked)[-1]
    answers[0, :last] = NO_CLASS if task.outputs.kind == "class" else np.nan
    expected = expected_curves(task, network, batch, answers)
    found = probe.look(network, 0).norms
    for place in network.places:
        for state in network.cell(place).states:
            curve = f"{place.key}.d{state}"
            np.testing.assert_allclose(found[f"{curve}_last"], expected[curve], rtol=1e-6, atol=1e-30)
            assert not np.allclose(found[curve], expected[curve])


def test_one_answer_has_no_curve_of_its_last():
    task = make_task(Settings(task="generator", generator="adding", cells=("lstm",), hidden=4), None)
    assert not [name for name in Probe(task).look(network_for(task, "lstm"), 0).norms if name.endswith("_last")]


def test_dropout_is_off_and_weights_are_taken_as_they_are():
    settings, data = TASKS["forecast"]
    task = make_task(replace(settings, dropout=0.5), data)
    learner = Learner(task, "lstm")
    first, again = (Probe(task).look(learner.model.network(), 0) for _ in range(2))
    for name, curve in first.norms.items():
        np.testing.assert_array_equal(curve, again.norms[name])


def with_gate_bias(network, gate, *biases):
    """Return the network with all weights zero, and the units' bias of one gate taking turns."""
    arrays = {name: np.zeros_like(array) for name, array in network.state_dict().items()}
    cell, size = network.cell(Place()), network.weights(Place()).hidden_size
    first = cell.block_index(gate) * size
    arrays["bias_ih_l0"][first : first + size] = np.resize(np.array(biases, np.float32), size)
    return with_weights(network, arrays)


@pytest.mark.parametrize(("cell", "gate"), [("lstm", "f"), ("gru", "z")])
def test_gates_on_the_probe(cell, gate):
    task = make_task(Settings(task="generator", generator="adding", cells=(cell,), hidden=4), None)
    probe, network = Probe(task), network_for(task, cell)

    def gates(*biases):
        found = probe.look(with_gate_bias(network, gate, *biases), 0).gates
        return [found[f"l0.{gate}.{what}"] for what in ("left", "right", "mean", "tau")]

    def sigmoid(b):
        return 1 / (1 + np.exp(-b))

    assert gates(1.0) == pytest.approx([0, 0, sigmoid(1), 3.192219], rel=1e-6)
    # Of f = 0.9 and 0.5 in turn: the mean of ln f gives 2.504672, that of f would give 2.803673.
    assert gates(np.log(9) - 1e-6, 0)[3] == pytest.approx(2.504672, rel=1e-5)
    assert gates(2.3, -2.3, -3, 0)[:2] == [0.5, 0.25]
    assert gates(2.1, -2.1)[:2] == [0, 0]
    assert gates(200.0)[3] > 1e80
    assert gates(-200.0)[3] == pytest.approx(1 / 200)


def test_weights_that_are_broken_are_recorded_as_such():
    task = make_task(Settings(task="generator", generator="adding", cells=("lstm",), hidden=4), None)
    network = with_gate_bias(network_for(task, "lstm"), "f", np.nan)
    probed = Probe(task).look(network, 3)
    assert np.isnan(probed.gates["l0.f.mean"])
    assert np.isnan(probed.norms["l0.dh"]).any()
