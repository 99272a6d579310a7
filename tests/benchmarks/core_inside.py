"""What a look into one step costs, what a condition costs over all steps, and what it takes to sort units."""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable

from tests.benchmarks.row import Row

HIDDEN, STEPS, FEATURES = 128, 50_000, 10


def measure() -> list[Row]:
    """Return all rows of what the panels inside a step ask of the core."""
    from explorer.network import Place, Recipe
    from explorer.run import run
    from explorer.terms import equations, terms
    from tests.explorer.making import make_experiment

    trace = run(make_experiment(Recipe(hidden=HIDDEN), [STEPS], features=FEATURES), "torch")
    at = (trace, 0, Place(), STEPS // 2)
    title = f"LSTM, H = {HIDDEN}, D = {FEATURES}"
    return [
        Row(f"{title}: the terms of one gate of one unit", _work(lambda: terms(*at, "f", 7), 50), 0.3, "ms"),
        Row(f"{title}: all equations of one unit", _work(lambda: equations(*at, 7), 50), 1, "ms"),
        _condition(trace),
        *_orders(),
    ]


def _condition(trace) -> Row:
    from explorer.conditions import hits, parse_condition

    condition = parse_condition("f[3] < 0.1")

    def read() -> None:
        for first in range(0, STEPS, 4096):
            trace.read(0, "f", steps=slice(first, min(first + 4096, STEPS)))
        trace.forget()

    found = _work(lambda: list(hits(condition, trace, 0)))
    return Row(f"f[3] < 0.1 over {STEPS:,} steps, H = {HIDDEN}: finding all hits / reading f", found / _work(read), 1.5)


def _orders() -> list[Row]:
    from explorer import ordering
    from explorer.network import Place, Recipe
    from explorer.run import run
    from tests.explorer.making import make_experiment

    trace = run(make_experiment(Recipe(hidden=256), [100_000]), "torch")
    at = (trace, 0, Place())
    orders: dict[str, tuple[Callable[[], object], float]] = {
        "activity": (lambda: ordering.by_activity(*at, "f"), 100),
        "memory time scale": (lambda: ordering.by_time_scale(*at), 100),
        "similarity": (lambda: ordering.by_similarity(*at, "f"), 300),
        "correlation": (lambda: ordering.by_correlation(*at, "f", 0), 100),
    }
    return [
        Row(f"256 units at T = 100,000 sorted by {name}", _work(order), most, "ms")
        for name, (order, most) in orders.items()
    ]


def _work(call: Callable[[], object], number: int = 1) -> float:
    """Return the milliseconds of processor time a call takes, the least of several."""
    call()
    return min(timeit.repeat(call, time.thread_time, number=number, repeat=5)) / number * 1000
