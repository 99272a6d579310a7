"""The window as an instrument panel: everything open at once, six large heat maps, playback, another unit selected.

Holds and their ghosts are measured in ``holds``.
"""

from functools import partial

from tests.benchmarks.row import Row
from tests.benchmarks.window import probe

SECONDS = 60

seen = partial(probe, module="seeing_probe")


def measure() -> list[Row]:
    """Return all rows of seeing."""
    return [*steps(), *comparing(), *heat_maps(), *playing(), *selecting()]


def steps() -> list[Row]:
    """Measure a cursor step with everything open, at ten thousand and at a million steps, in turns."""
    found = [(seen("cursor-step", "10000"), seen("cursor-step", "1000000")) for _ in range(3)]
    short, long = ({name: min(pair[k][name] for pair in found) for name in ("p50", "p95", "p99")} for k in range(2))
    title = "cursor step, everything open (8 rows, diagram, equations, why, readout), H = 128"
    return [
        Row(f"{title}, T = 10,000, p95", short["p95"], 12, "ms"),
        Row(f"{title}, T = 10,000, p99", short["p99"], 16, "ms"),
        Row(f"{title}, T = 10,000, p50", short["p50"], unit="ms"),
        Row(f"{title}, T = 10,000, work of the window's thread, p95", min(a["work"] for a, _ in found), unit="ms"),
        Row(f"{title}, T = 1,000,000 against 10,000, p95", long["p95"] / short["p95"], 1.3),
        Row(f"{title}, T = 1,000,000 against 10,000, p50", long["p50"] / short["p50"]),
    ]


def comparing() -> list[Row]:
    """Measure a cursor step with three cells beside one another."""
    found = seen("comparing")
    title = "compare mode, three cells × 4 rows, H = 128, T = 10,000, cursor step"
    return [
        Row(f"{title}, p95", found["p95"], 20, "ms"),
        Row(f"{title}, p50", found["p50"], unit="ms"),
        Row(f"{title}, work of the window's thread, p95", found["work"], unit="ms"),
    ]


def heat_maps() -> list[Row]:
    """Measure panning and zooming a million steps, from the event to the first paint and until all is sharp."""
    found = seen("pan-zoom", "1000000")
    title = "six heat maps of 256 units, T = 1,000,000"
    return [
        Row(f"{title}, zoom: to the first paint, p95", found["zoom"], 20, "ms"),
        Row(f"{title}, pan: to the first paint, p95", found["pan"], 20, "ms"),
        Row(f"{title}, pan and zoom: work of the window's thread to the first paint, p95", found["work"], unit="ms"),
        Row(f"{title}: from the last event until all are sharp, p95", found["sharp"], 150, "ms"),
        Row(f"{title}: work of the window's thread until all are sharp, p95", found["sharp work"], unit="ms"),
    ]


def playing() -> list[Row]:
    """Measure playback at the speed of the screen."""
    found = seen("playing", str(SECONDS))
    title = f"playback of 60 steps/s for {SECONDS} s, everything open"
    return [
        Row(f"{title}: steps that were never painted", found["dropped"] * 100, 2, "%"),
        Row(f"{title}: steps a second", found["rate"], unit="steps/s"),
        Row(f"{title}: work of the window's thread a painted step", found["work"], unit="ms"),
        Row(f"{title}: growth of memory, the trace's bounded cache with it", found["growth"], 20, "MB"),
    ]


def selecting() -> list[Row]:
    """Measure a click on another unit of a heat map."""
    found = seen("selecting")
    title = "another unit selected by a click, everything open, H = 128, T = 10,000"
    return [
        Row(f"{title}, p95", found["p95"], 30, "ms"),
        Row(f"{title}, p50", found["p50"], unit="ms"),
        Row(f"{title}, work of the window's thread, p95", found["work"], unit="ms"),
    ]
