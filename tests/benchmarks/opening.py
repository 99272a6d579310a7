"""Opening a large table or a long run: how long the window is blocked meanwhile, and how fast it gives up."""

import tempfile
from pathlib import Path

from tests.benchmarks.row import Row
from tests.benchmarks.tables import COLUMNS, ROWS, write
from tests.benchmarks.window import probe

TIMES = 3
ITERATIONS = 100_000


def measure() -> list[Row]:
    """Return the rows of opening."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write(path)
        runs = [probe("large-load", str(path)) for _ in range(TIMES)]
    best, title = least(runs), f"{ROWS:,} × {COLUMNS} opened in the window"
    long, run = least([probe("long-run", str(ITERATIONS)) for _ in range(TIMES)]), f"a run of {ITERATIONS:,} × 3 cells"
    return [
        Row(f"{title}: longest block while it is read", best["blocked"], 50, "ms"),
        Row(f"{title}: the same in the import dialog, shown before", best["looked"], 50, "ms"),
        Row(f"{title}: from Cancel to its answer", best["cancelled"], 200, "ms"),
        Row(f"{title}: until Cancel was pressed", best["read"], unit="s"),
        Row(f"{run} opened: to its first curves", long["spent"], 1, "s"),
        Row(f"{run} opened: longest block meanwhile", long["blocked"], 50, "ms"),
    ]


def least(runs: list[dict[str, float]]) -> dict[str, float]:
    """Return the least of each figure."""
    return {name: min(run[name] for run in runs) for name in runs[0]}
