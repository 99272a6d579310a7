"""A large table, from the sniffing to arrays a network can take, against polars told everything."""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from tests.benchmarks.row import Row

ROWS, COLUMNS, REPETITIONS = 1_000_000, 10, 5
NAMES = [f"x{column}" for column in range(COLUMNS)]

START = """
import sys, time
import polars
from explorer.sequences import read_csv
from tests.benchmarks.core_memory import peak
begun, used = time.perf_counter(), time.process_time()
"""
END = """
print(time.perf_counter() - begun, time.process_time() - used, peak())
"""
OURS = "made = read_csv(sys.argv[1])"
THEIRS = f"made = polars.read_csv(sys.argv[1], separator=',', schema={{name: polars.Float64 for name in {NAMES}}})"


def measure() -> list[Row]:
    """Return both ratios and what they are made of; nothing on Windows, which does not tell the memory."""
    if sys.platform == "win32":
        return []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write(path)
        # They take turns, each in a process of its own: all see the same machine.
        runs = [(run(OURS, path), run(THEIRS, path)) for _ in range(REPETITIONS)]
    best = np.min(np.array(runs), axis=0)
    (time, used, memory), (their_time, their_used, their_memory) = best.tolist()
    title = f"{ROWS:,} × {COLUMNS} floats, sniffed and read into arrays"
    return [
        Row(f"{title} / polars.read_csv told everything, time", time / their_time, 2),
        Row(f"{title} / polars.read_csv told everything, peak memory", memory / their_memory, 1.5),
        Row(f"{title} / polars.read_csv told everything, processor time", used / their_used),
        Row(f"{title}: time", time, unit="s"),
        Row(f"{title}: peak memory", memory / 1e9, unit="GB"),
        Row("the same by polars.read_csv, told everything: time", their_time, unit="s"),
        Row("the same by polars.read_csv, told everything: peak memory", their_memory / 1e9, unit="GB"),
    ]


def write(path: Path) -> None:
    """Write numbers of all their digits."""
    values = np.random.default_rng(0).standard_normal((ROWS, COLUMNS))
    with path.open("w", encoding="ascii") as file:
        file.write(",".join(NAMES) + "\n")
        for start in range(0, ROWS, 10_000):
            rows = values[start : start + 10_000].tolist()
            file.write("\n".join(",".join(map(repr, row)) for row in rows) + "\n")


def run(code: str, path: Path) -> tuple[float, float, float]:
    """Return the seconds by the clock and of the processor, and the peak memory in bytes."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", f"{START}{code}{END}", str(path)]
    ran = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, text=True, check=True)
    elapsed, used, memory = ran.stdout.split()
    return float(elapsed), float(used), float(memory)
