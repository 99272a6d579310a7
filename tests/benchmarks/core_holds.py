"""What if: a hold or an edit at half time, computed from the trace there is, and the memory of both over a million."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer.clamps import Clamp
from explorer.engines.loop import Loop
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.run import fork, resume, run
from explorer.sequences import Dataset, Sequence
from explorer.trace import Trace
from tests.benchmarks.row import Row, fastest

T, H, D = 2000, 128, 8
GATES = {"lstm": "f", "gru": "z", "rnn": "a"}
REPETITIONS = 12

CODE = """
import numpy as np
from dataclasses import replace
from tests.benchmarks.core_memory import peak
import torch
torch.set_num_threads(1)
from explorer.clamps import Clamp
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Recipe
from explorer.run import fork, resume, run
from explorer.sequences import Dataset, Sequence

x = np.random.default_rng(0).standard_normal((1_000_000, 1))
x.flags.writeable = False
experiment = Experiment(Dataset((Sequence("noise", x, ("x",)),), "benchmark"), make_network(Recipe(hidden=128), 1))
ghost = run(experiment)
before = peak()
held = fork(ghost, replace(experiment, clamps=(Clamp("f", 1, (3,), (500_000, 500_100)),)))
for _ in resume(held):
    pass
assert held.complete and ghost.complete and held.check.passed
print(before, peak())
"""


def measure() -> list[Row]:
    """Return the rows of the three cells and, where the system tells it, of the memory."""
    return [row for cell in GATES for row in at_half_time(cell)] + memory()


def make(cell: str) -> Experiment:
    """Return an experiment on noise."""
    x = np.random.default_rng(0).standard_normal((T, D))
    dataset = Dataset((Sequence("noise", x, tuple(f"x{d}" for d in range(D))),), "benchmark")
    return Experiment(dataset, make_network(Recipe(cell, hidden=H), D))


def at_half_time(cell: str) -> list[Row]:
    """Measure what is computed after a hold to the end, a hold of a hundred steps, and an edit of one number."""
    experiment = make(cell)
    before = run(experiment)
    changes = {
        f"{GATES[cell]} of all units held to the end": Clamp(GATES[cell], 1, None, (T // 2, None)),
        f"{GATES[cell]} of a unit held for 100 steps": Clamp(GATES[cell], 1, (3,), (T // 2, T // 2 + 100)),
        "an input edited": Clamp("x", 2, (0,), (T // 2, T // 2 + 1)),
    }

    def computed(clamp: Clamp) -> None:
        for _ in resume(fork(before, replace(experiment, clamps=(clamp,)))):
            pass

    *times, loop = fastest(
        [*(lambda clamp=clamp: computed(clamp) for clamp in changes.values()), lambda: step_by_step(experiment)],
        REPETITIONS,
    )
    title = f"{cell.upper()}, T = {T:,}, H = {H}, from T/2:"
    rows = [Row(f"{title} {what}", time * 1000, 60, "ms") for what, time in zip(changes, times, strict=True)]
    return [*rows, Row(f"{title} the steps one by one, nothing held", loop * 1000, unit="ms")]


def step_by_step(experiment: Experiment) -> None:
    """Take the second half of the steps with numpy."""
    track = Trace(experiment, Loop.name).tracks[0][Place()]
    Loop().advance(track, 0, T // 2)


def memory() -> list[Row]:
    """Return the peak of a trace of a million steps, and of it with what is held beside it."""
    if sys.platform == "win32":
        return []
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", CODE], cwd=root, stdout=subprocess.PIPE, text=True, check=True)
    before, after = (int(number) / 1e9 for number in ran.stdout.split())
    title = "LSTM, T = 1,000,000, H = 128, without the window"
    return [
        Row(f"{title}: with a hold and the trace before it, peak memory", after, 3, "GB"),
        Row(f"{title}: the trace before it alone", before, unit="GB"),
    ]
