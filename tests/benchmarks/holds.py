"""What if, in the window: from the wish to the painted result, and the memory of a hold beside its ghost."""

from tests.benchmarks.row import Row
from tests.benchmarks.window import probe


def measure() -> list[Row]:
    """Return the rows of holds and edits."""
    painted, memory = probe("hold-to-paint"), probe("hold-memory")
    title = "LSTM, H = 128, T = 2,000, at half time to the painted result, p95"
    return [
        Row(f"{title}: a gate held for 100 steps", painted["short"], 100, "ms"),
        Row(f"{title}: a gate held to the end", painted["long"], 100, "ms"),
        Row(f"{title}: an input value edited", painted["edit"], 100, "ms"),
        Row("LSTM, H = 128, T = 1,000,000, with a hold and its ghost: peak memory", memory["held"], 3, "GB"),
        Row("the same, held once more at another value: peak memory", memory["held again"], 3, "GB"),
    ]
