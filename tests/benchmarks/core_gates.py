"""All gates, c and h of a long sequence, against torch's forward alone and against a loop that keeps the gates."""

import numpy as np
import torch

from explorer.engines.fused import Fused
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Sequence
from tests.benchmarks.row import Row, fastest

T, H, D = 100_000, 64, 8
REACH = {"lstm": 2.2, "gru": 1.4, "rnn": 1.1}
REPETITIONS = {"lstm": 12, "gru": 4, "rnn": 6}


def measure() -> list[Row]:
    """Return the rows of the three cells, and of the loop."""
    return [row for cell in REACH for row in against_forward(cell)] + [against_loop()]


def make(cell: str, steps: int) -> Experiment:
    """Return an experiment on noise."""
    x = np.random.default_rng(0).standard_normal((steps, D))
    dataset = Dataset((Sequence("noise", x, tuple(f"x{d}" for d in range(D))),), "benchmark")
    return Experiment(dataset, make_network(Recipe(cell, hidden=H), D))


def torch_layer(experiment: Experiment) -> torch.nn.RNNBase:
    """Return torch's own module with the experiment's weights."""
    network = experiment.network
    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[network.layers[0].cell.name]
    module = kind(D, H)
    module.load_state_dict({name: torch.tensor(array) for name, array in network.state_dict().items()})
    return module


def against_forward(cell: str) -> list[Row]:
    """Compare a whole run, pyramids and self-check included, and the recovery alone, with nn.*'s forward."""
    experiment = make(cell, T)
    module, x = torch_layer(experiment), torch.tensor(experiment.inputs(0))
    engine, trace = Fused(), run(experiment)
    track = trace.tracks[0][Place()]

    def forward() -> None:
        with torch.no_grad():
            module(x)

    def explain() -> None:
        for first in range(0, T, engine.chunk):
            engine.explain(track, first, min(first + engine.chunk, T))

    alone, whole, recovery = fastest([forward, lambda: run(experiment), explain], REPETITIONS[cell])
    title = f"{cell.upper()}, T = {T:,}, H = {H}, D = {D}"
    return [
        Row(f"{title}: run with pyramids and self-check / torch's forward", whole / alone, REACH[cell]),
        Row(f"{title}: recovery of all gates alone / torch's forward", recovery / alone),
        Row(f"{title}: torch's forward", alone, unit="s"),
    ]


def against_loop() -> Row:
    """Compare a whole run of an LSTM with a loop over the steps in torch that keeps every gate."""
    experiment = make("lstm", T)
    inputs = torch.tensor(experiment.inputs(0))
    W_ih, W_hh, b_ih, b_hh = (torch.tensor(array) for array in experiment.network.state_dict().values())

    def loop() -> None:
        h, c, rows = torch.zeros(1, H), torch.zeros(1, H), []
        with torch.inference_mode():
            for x in inputs:
                a = torch.nn.functional.linear(x[None], W_ih, b_ih) + torch.nn.functional.linear(h, W_hh, b_hh)
                i, f, g, o = a.chunk(4, 1)
                i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
                c = f * c + i * g
                h = o * torch.tanh(c)
                rows.append((i, f, g, o, c, h))
            for column in zip(*rows, strict=True):
                torch.cat(column)

    whole, by_hand = fastest([lambda: run(experiment), loop], 5)
    return Row(f"LSTM, T = {T // 10:,}, H = {H}: a loop that keeps the gates / run", by_hand / whole, 8, at_least=True)
