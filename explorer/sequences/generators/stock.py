"""A price: a trend that turns, cycles around it, and noise that comes in clusters; or a walk of which nothing is known.

One step follows from the one before, and roots are exact by IEEE 754 as sums and products are: see ``making``.
"""

from __future__ import annotations

import math
from collections import abc

import numpy as np

from explorer.sequences.generators.generator import Choice, Generator, Parameter, length_parameter
from explorer.sequences.generators.making import assemble, sine
from explorer.sequences.sequence import BoolArray, FloatArray, Sequence

CHUNK = 10_000

PERSISTENCE = 0.85
"""How much of the variance stays from one step to the next: β of the GARCH."""


def _stock(
    rng: np.random.Generator,
    progress: abc.Callable[[float], None],
    *,
    length: int,
    kind: str,
    start: float,
    trend: float,
    turn: int,
    year: float,
    swing: float,
    week: float,
    ripple: float,
    noise: float,
    clusters: float,
) -> tuple[Sequence, None]:
    """Return price_t = start + Σ ± trend + swing sin(2πt / year) + ripple sin(2πt / week) + noise.

    The trend turns at any step with the probability 1 / turn; ``falling`` marks where it goes down. The noise is made
    of shocks of a GARCH(1,1), which ``kind`` adds to the level, or sums up (integrated); of a walk there is nothing
    but the start and the sum. Source: Bollerslev 1986.
    """
    shocks, turns = np.empty(length), np.zeros(length, dtype=np.bool_)
    variance = 1.0
    for first in range(0, length, CHUNK):
        progress(first / length)
        # A whole chunk is drawn also where fewer are needed: a longer sequence begins with the shorter.
        normal, uniform = rng.standard_normal(CHUNK), rng.random(CHUNK)
        last = min(first + CHUNK, length)
        shocks[first:last], variance = _garch(normal[: last - first], clusters, variance)
        if turn:
            turns[first:last] = uniform[: last - first] < 1 / turn
    falling: BoolArray = np.cumsum(turns) % 2 == 1
    steps = np.arange(length, dtype=np.float64)
    moves: FloatArray = noise * shocks
    price = start + (moves if kind == "level" else np.cumsum(moves))
    if kind != "walk":
        price += np.cumsum(np.where(falling, -trend, trend))
        price += swing * sine(steps / year) + ripple * sine(steps / week)
    else:
        falling = np.zeros(length, dtype=np.bool_)
    return assemble("stock", {"price": price}, labels={"falling": falling}), None


def _garch(normal: FloatArray, clusters: float, variance: float) -> tuple[FloatArray, float]:
    """Return ε_t = √v_t z_t of v_{t+1} = (1 − α − β) + α ε_t² + β v_t, and the next v. normal (n,), α ``clusters``.

    The variance is 1 in the long run.
    """
    constant = 1.0 - PERSISTENCE - clusters
    shocks = []
    for z in normal.tolist():
        shock = math.sqrt(variance) * z
        variance = constant + clusters * (shock * shock) + PERSISTENCE * variance
        shocks.append(shock)
    return np.array(shocks), variance


STOCK = Generator(
    "stock",
    "Stock price",
    "A price around a trend that turns, with a long and a short cycle and noise in clusters; or a pure random walk.",
    (
        length_parameter(3000),
        Choice(
            "kind",
            ("integrated", "level", "walk"),
            "whether the noise is summed up or added to the level; walk: nothing but a sum of noise",
        ),
        Parameter("start", 200.0, -1e6, 1e6, "the price before the first step"),
        Parameter("trend", 0.02, -1e3, 1e3, "how much it rises a step, or falls once it has turned"),
        Parameter("turn", 500, 0, 1_000_000, "steps after which the trend turns, on average; 0: never", whole=True),
        Parameter("year", 40.0, 2.0, 1e6, "steps of the long cycle"),
        Parameter("swing", 6.0, 0.0, 1e3, "height of the long cycle"),
        Parameter("week", 13.0, 2.0, 1e6, "steps of the short cycle"),
        Parameter("ripple", 3.0, 0.0, 1e3, "height of the short cycle"),
        Parameter("noise", 1.0, 0.0, 1e3, "standard deviation of the noise, of each step where it is summed up"),
        Parameter("clusters", 0.1, 0.0, 0.14, "how much a large move makes the next ones larger; 0: not at all"),
    ),
    _stock,
    sequential=True,
    far=True,
)
