"""Peak memory of a run over a million steps, in a process of its own."""

import subprocess
import sys
from pathlib import Path

from tests.benchmarks.row import Row

CODE = """
import sys
import numpy as np
from tests.benchmarks.core_memory import peak
import torch
torch.set_num_threads(1)
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Recipe
from explorer.run import run
from explorer.sequences import Dataset, Sequence

x = np.random.default_rng(0).standard_normal((1_000_000, 1))
x.flags.writeable = False
experiment = Experiment(Dataset((Sequence("noise", x, ("x",)),), "benchmark"), make_network(Recipe(hidden=128), 1))
before = peak()
trace = run(experiment)
print(before, peak(), sum(rows.nbytes for track in trace.tracks[0].values() for rows in track.states.values()))
"""


def peak() -> int:
    """Return the most memory this process has had so far, in bytes."""
    import resource

    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss would begin with what the process that started this one had
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if "VmHWM" in line) * 1024
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


def measure() -> list[Row]:
    """Return the peak and what it is made of; nothing on Windows, which does not tell."""
    if sys.platform == "win32":
        return []
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", CODE], cwd=root, stdout=subprocess.PIPE, text=True, check=True)
    before, after, rows = (int(number) / 1e9 for number in ran.stdout.split())
    title = "LSTM, T = 1,000,000, H = 128: a run without the window"
    return [
        Row(f"{title}, peak memory", after, unit="GB"),
        Row(f"{title}, of that h and c", rows, unit="GB"),
        Row(f"{title}, of that Python, torch and the input", before, unit="GB"),
        Row(f"{title}, of that all else: pyramids and one chunk", after - before - rows, 0.2, "GB"),
    ]
