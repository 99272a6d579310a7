"""The second time axis: from a move of its slider to the painted cell as it was."""

from tests.benchmarks.row import Row
from tests.benchmarks.window import probe


def measure() -> list[Row]:
    """Return the row of the slider over iterations."""
    spent = probe("moment-to-paint")
    title = "LSTM, H = 64, T = 500: a move of the slider over iterations to the painted rows"
    return [
        Row(f"{title}, p95", spent["p95"], 50, "ms"),
        Row(f"{title}, p50", spent["p50"], None, "ms"),
    ]
