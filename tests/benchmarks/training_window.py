"""A window that trains: its frames meanwhile, the first point of the curve, and how soon each wish is taken note of."""

from functools import partial

from tests.benchmarks.row import Row
from tests.benchmarks.window import probe

trained = partial(probe, module="training_probe")


def measure() -> list[Row]:
    """Return the rows of training in the window."""
    return [*frames(), *starting(), *acknowledging()]


def frames() -> list[Row]:
    """Measure the same steps idle and while a training runs, in turns."""
    found = trained("frames")
    title = "60 steps/s by keys, 6 rows, readout and curves, H = 128, while an LSTM of H = 64 is trained"
    return [
        Row(f"{title}, frame p95 against idle", found["p95"], 1.5),
        Row(f"{title}, frame p50 against idle", found["p50"]),
        Row(f"{title}, work of the window's thread in a frame, p95 against idle", found["work"]),
        Row(f"{title}, frame p95", found["busy"], unit="ms"),
        Row(f"{title}, frame p95 idle", found["idle"], unit="ms"),
    ]


def starting() -> list[Row]:
    """Measure the time from a click on Start to the first point."""
    found = trained("start")
    title = "Start pressed, the trainer warm, to the first point on the curve"
    return [
        Row(f"{title}, the slowest of several", found["most"] / 1000, 2, "s"),
        Row(f"{title}, p50", found["p50"] / 1000, unit="s"),
    ]


def acknowledging() -> list[Row]:
    """Measure how soon the window says that it took note of a click."""
    found = trained("wishes")
    title = "start, pause, one iteration, resume, stop: from the click to its painted acknowledgement"
    return [
        Row(f"{title}, by a trainer that is warm or works, p95", found["warm"], 200, "ms"),
        Row(f"{title}, while the trainer imports torch, p95", found["importing"], 200, "ms"),
        Row(f"{title}, the slowest", found["most"], unit="ms"),
    ]
