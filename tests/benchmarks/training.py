"""A training that records everything, against a bare loop in torch with the same network, batches and optimiser."""

import numpy as np
import torch

from explorer.sequences import generate
from explorer.training.learner import network_for
from explorer.training.loop import Training
from explorer.training.reports import Ended, Iteration
from explorer.training.settings import Settings
from tests.benchmarks.row import Row, fastest

H, T, BATCH, ROUNDS, ITERATIONS = 64, 200, 32, 12, 40
CELLS = ("lstm", "gru", "rnn")


def measure() -> list[Row]:
    """Return the ratio of iterations per second for each cell; the LSTM's has to be reached."""
    return [row for cell in CELLS for row in against_bare(cell)]


def against_bare(cell: str) -> list[Row]:
    """Let all take turns of so many iterations, and compare the processor time of their best turns."""
    settings = Settings(cells=(cell,), hidden=H, steps=T, batch=BATCH, iterations=1_000_000)
    training = Training(settings, generate("sine-mix", seed=0, length=100_000))
    reports, bare, quick = iter(training), BareLoop(training, cell), BareLoop(training, cell, batch_first=False)
    whole, by_hand, steps_first = fastest([lambda: take(reports), bare.run, quick.run], ROUNDS)
    title = f"{cell.upper()}, H = {H}, T = {T}, batch {BATCH}"
    reach = 0.9 if cell == "lstm" else None
    return [
        Row(f"{title}: iterations/s with all recorded / a bare loop's", by_hand / whole, reach, at_least=True),
        Row(f"{title}: the same / a bare loop's with steps before sequences", steps_first / whole),
        Row(f"{title}: an iteration of the bare loop", by_hand / ITERATIONS * 1000, unit="ms"),
    ]


def take(reports) -> None:
    """Train so many iterations; those at which all is measured and probed are among them."""
    done = 0
    while done < ITERATIONS:
        report = next(reports)
        assert not isinstance(report, Ended)
        done += isinstance(report, Iteration)


class BareLoop:
    """What one writes by hand: windows cut from a tensor, forward, loss, backward, clip, update."""

    def __init__(self, training: Training, cell: str, *, batch_first: bool = True) -> None:
        kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[cell]
        task = training.task
        example = task.examples[0]
        stop = task.training[0].last
        self.inputs = torch.from_numpy(example.numbers[:stop])
        self.answers = torch.from_numpy(example.answers[:stop])
        self.dim = 0 if batch_first else 1
        self.layer = kind(self.inputs.shape[1], H, batch_first=batch_first)
        self.head = torch.nn.Linear(H, task.outputs.size)
        weights = {name: torch.tensor(array) for name, array in network_for(task, cell).state_dict().items()}
        self.head.load_state_dict({name[5:]: weights.pop(name) for name in ("head.weight", "head.bias")})
        self.layer.load_state_dict(weights)
        self.parameters = [*self.layer.parameters(), *self.head.parameters()]
        self.optimizer = torch.optim.Adam(self.parameters, lr=training.settings.rate)
        self.rng = np.random.default_rng(0)

    def run(self) -> None:
        """Train so many iterations."""
        for _ in range(ITERATIONS):
            starts = self.rng.integers(0, len(self.inputs) - T, BATCH).tolist()
            x = torch.stack([self.inputs[start : start + T] for start in starts], dim=self.dim)
            due = torch.stack([self.answers[start : start + T] for start in starts], dim=self.dim)
            self.optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(self.head(self.layer(x)[0]), due)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
            self.optimizer.step()
            loss.item()
