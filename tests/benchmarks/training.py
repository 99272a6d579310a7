"""A training that is recorded in its folder, against a bare loop in torch with the same network, batches and optimiser.

What the trainer's process does is done here by the same ``Session``: everything is measured, probed and written, the
weights and the state from which the run can be resumed among it.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch

from explorer.sequences import generate
from explorer.training.description import begin_run
from explorer.training.learner import network_for
from explorer.training.session import Session
from explorer.training.settings import Settings
from explorer.training.tasks import Task, make_task
from tests.benchmarks.row import Row, in_turns

H, T, BATCH, ROUNDS, ITERATIONS = 64, 200, 32, 10, 60
"""A turn is so long that in it everything is written several times."""

CELLS = ("lstm", "gru", "rnn")


def measure() -> list[Row]:
    """Return the ratio of iterations per second for each cell; the LSTM's has to be reached."""
    return [row for cell in CELLS for row in against_bare(cell)]


def against_bare(cell: str) -> list[Row]:
    """Let all take turns of so many iterations, and compare them round by round."""
    settings = Settings(cells=(cell,), hidden=H, steps=T, batch=BATCH, iterations=1_000_000)
    data = generate("sine-mix", seed=0, length=100_000)
    task = make_task(settings, data)
    bare, quick = BareLoop(task, cell), BareLoop(task, cell, batch_first=False)
    with recorded(settings, data) as iterations:
        clock, work = in_turns([lambda: take(iterations), bare.run, quick.run], ROUNDS)
    by_clock, by_work = (np.median(spent[:, 1:] / spent[:, :1], axis=0) for spent in (clock, work))
    title = f"{cell.upper()}, H = {H}, T = {T}, batch {BATCH}: iterations/s with all recorded and written"
    reach = 0.9 if cell == "lstm" else None
    return [
        Row(f"{title} / a bare loop's", float(by_clock[0]), reach, at_least=True),
        Row(f"{title}, of processor time", float(by_work[0])),
        Row(f"{title} / a bare loop's with steps before sequences", float(by_clock[1])),
        Row(f"{title}: the bare loop's, of processor time", ITERATIONS / float(np.median(work[:, 1])), unit="/s"),
    ]


@contextmanager
def recorded(settings: Settings, data) -> Iterator[Iterator[int]]:
    """Begin a run in a folder on the disk; its iterations are trained and recorded as they are asked for."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        begin_run(folder, settings)
        with Session(folder, dataset=data) as session:
            yield session.iterations()


def take(iterations: Iterator[int]) -> None:
    """Train so many iterations."""
    for _ in range(ITERATIONS):
        next(iterations)


class BareLoop:
    """What one writes by hand: windows cut from a tensor, forward, loss, backward, clip, update."""

    def __init__(self, task: Task, cell: str, *, batch_first: bool = True) -> None:
        kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[cell]
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
        self.optimizer = torch.optim.Adam(self.parameters, lr=task.settings.rate)
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
