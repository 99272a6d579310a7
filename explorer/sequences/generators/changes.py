"""Sequences that change their ways: bursts between silences, and regimes that take turns."""

from __future__ import annotations

import math

import numpy as np

from explorer.sequences.generators.generator import Chance, Generator, Parameter, length_parameter, noise_parameter
from explorer.sequences.generators.making import about, assemble, sine
from explorer.sequences.sequence import Sequence


def _bursts(
    rng: np.random.Generator, *, length: int, gap: int, burst: int, period: float, height: float, noise: float
) -> tuple[Sequence, None]:
    """Return short waves, each ``burst`` steps long and of half to all of the height, and between them 0; plus noise.

    Before each is a gap of half to one and a half times ``gap`` steps.
    """
    count = length // (max(gap // 2, 1) + burst) + 1
    gaps, heights = about(rng, gap, count), height * (0.5 + 0.5 * rng.random(count))
    starts = np.cumsum(gaps + burst) - burst
    wave = sine(np.arange(burst, dtype=np.float64) / period)
    places = (starts[:, None] + np.arange(burst)).ravel()
    within = places < length
    x, there = noise * rng.standard_normal(length), np.zeros(length, dtype=np.bool_)
    x[places[within]] += (heights[:, None] * wave).ravel()[within]
    there[places[within]] = True
    return assemble("bursts", {"x": x}, labels={"burst": there}), None


def _regimes(
    rng: np.random.Generator, *, length: int, regimes: int, dwell: int, period: float, noise: float
) -> tuple[Sequence, Chance]:
    """Return one wave that goes on and on, k + 1 times faster in regime k; plus noise. Due is k, at each step.

    A regime lasts half to one and a half times ``dwell`` steps, then comes any of the others. As each is as likely at
    every step, who only knows that has a cross-entropy of ln regimes.
    """
    count = length // max(dwell // 2, 1) + 1
    lasts = about(rng, dwell, count)
    moves = rng.integers(1, regimes, count)
    moves[0] = rng.integers(0, regimes)
    regime = np.repeat(np.cumsum(moves) % regimes, lasts)[:length]
    switch = np.zeros(length, dtype=np.bool_)
    starts = np.cumsum(lasts)
    switch[starts[starts < length]] = True
    speeds = np.arange(1, regimes + 1) / period
    x = sine(np.cumsum(speeds[regime])) + noise * rng.standard_normal(length)
    sequence = assemble("regimes", {"x": x}, labels={"switch": switch}, targets={"target": regime.astype(np.float64)})
    return sequence, ("cross-entropy", math.log(regimes))


BURSTS = Generator(
    "bursts",
    "Bursts",
    "Short bursts of a fast wave, with long gaps of nothing between them. What is left of one when the next begins?",
    (
        length_parameter(600),
        Parameter(
            "gap", 100, 1, 1_000_000, "steps between two bursts; from half to one and a half times as many", whole=True
        ),
        Parameter("burst", 12, 1, 100_000, "steps of a burst", whole=True),
        Parameter("period", 6.0, 2.0, 1e6, "steps of the wave in a burst"),
        Parameter("height", 1.0, 0.0, 1e3, "height of the highest bursts; the lowest are half as high"),
        noise_parameter(),
    ),
    _bursts,
)

REGIMES = Generator(
    "regimes",
    "Regimes",
    "A wave that is now slow, now fast, and changes without warning. To be answered: which regime it is in.",
    (
        length_parameter(600),
        Parameter(
            "regimes",
            3,
            2,
            8,
            "how many there are; the second is twice as fast, the third three times",
            whole=True,
        ),
        Parameter(
            "dwell", 80, 1, 1_000_000, "steps of a regime; from half to one and a half times as many", whole=True
        ),
        Parameter("period", 48.0, 16.0, 1e6, "steps of the slowest wave"),
        noise_parameter(0.1),
    ),
    _regimes,
    classes=lambda *, regimes, **_: regimes,
)
