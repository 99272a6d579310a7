"""Sequences to look at, of which nothing is asked: waves, steps, noise."""

from __future__ import annotations

import math

import numpy as np

from explorer.sequences.generators.generator import Choice, Generator, Parameter, length_parameter, noise_parameter
from explorer.sequences.generators.making import assemble, rounded, sine
from explorer.sequences.sequence import FloatArray, Sequence

GOLDEN = (1 + math.sqrt(5)) / 2


def _sine_mix(
    rng: np.random.Generator, *, length: int, waves: int, period: float, noise: float
) -> tuple[Sequence, None]:
    """Return x_t = Σ_k a_k sin(2π t / p_k + φ_k) + noise · ε_t, p_k = period / φ²ᵏ, a_k = φ⁻ᵏ, φ the golden ratio.

    Neighbouring periods have the most irrational ratio there is, so the mix never repeats and its waves stay apart.
    """
    phases = rng.random(waves)
    steps = np.arange(length, dtype=np.float64)
    mix = noise * rng.standard_normal(length)
    amplitude = 1.0
    for phase in phases:
        mix += amplitude * sine(steps / period + phase)
        amplitude, period = amplitude / GOLDEN, period / GOLDEN / GOLDEN
    return assemble("sine-mix", {"mix": mix}), None


def _square(
    rng: np.random.Generator, *, length: int, period: float, duty: float, height: float, noise: float
) -> tuple[Sequence, None]:
    """Return x_t = height for the first ``duty`` of each period, else −height; plus noise · ε_t. A random phase."""
    turns = np.arange(length, dtype=np.float64) / period + rng.random()
    x = np.where(turns - np.floor(turns) < duty, height, -height)
    return assemble("square", {"x": x + noise * rng.standard_normal(length)}), None


def _noise(rng: np.random.Generator, *, length: int, kind: str, sd: float, octaves: int) -> tuple[Sequence, None]:
    """Return independent normal numbers; or numbers with as much power in every octave; or the sum of all so far."""
    if kind == "pink":
        x = sd * _pink(rng, length, octaves)
    else:
        x = sd * rng.standard_normal(length)
    # Rounded before it is summed: a last bit would be carried on.
    return assemble("noise", {"x": np.cumsum(rounded(x)) if kind == "random-walk" else x}), None


def _pink(rng: np.random.Generator, length: int, octaves: int) -> FloatArray:
    """Return (Σ_k r_k) / √octaves, where r_k is drawn anew every 2ᵏ⁺¹ steps, first at 2ᵏ: one of them at each step.

    The sum has a power of about 1/f down to one wave in 2^octaves steps, and variance 1. Source: the algorithm of Voss
    (Gardner 1978) in McCartney's order.
    """
    first = rng.standard_normal(octaves)
    drawn = rng.standard_normal(length)
    total = np.zeros(length)
    for k in range(octaves):
        stays = 2 << k
        row = np.repeat(drawn[1 << k :: stays], stays)[: max(length - (1 << k), 0)]
        total[: 1 << k] += first[k]
        total[1 << k :] += row
    return total / math.sqrt(octaves)


def _step_impulse(rng: np.random.Generator, *, length: int, height: float, noise: float) -> tuple[Sequence, None]:
    """Return x_t = height from a tenth to half of the length and once at seven tenths, else 0; plus noise · ε_t."""
    x = noise * rng.standard_normal(length)
    x[length // 10 : length // 2] += height
    x[7 * length // 10] += height
    return assemble("step-impulse", {"x": x}), None


SINE_MIX = Generator(
    "sine-mix",
    "Sine mix",
    "A slow wave, a faster one and a fast one, added up with a little noise.",
    (
        length_parameter(400),
        Parameter("waves", 3, 1, 8, "how many waves are added up", whole=True),
        Parameter("period", 100.0, 2.0, 1e6, "steps of the slowest wave; each next is 2.618 times faster"),
        noise_parameter(0.05),
    ),
    _sine_mix,
)

SQUARE = Generator(
    "square",
    "Square wave",
    "A switch between two levels, at steady intervals.",
    (
        length_parameter(200),
        Parameter("period", 40.0, 2.0, 1e6, "steps from one rise to the next"),
        Parameter("duty", 0.5, 0.0, 1.0, "the part of each period that is up"),
        Parameter("height", 1.0, 0.0, 1e3, "the upper level; the lower is as far below 0"),
        noise_parameter(),
    ),
    _square,
)

NOISE = Generator(
    "noise",
    "Noise",
    "Nothing but chance: white, pink (as much of it in every octave), or a random walk.",
    (
        length_parameter(400),
        Choice("kind", ("white", "pink", "random-walk"), "independent steps; slower ones, too; or the sum of all"),
        Parameter("sd", 1.0, 0.0, 1e3, "standard deviation; of a random walk, that of one step"),
        Parameter(
            "octaves", 12, 1, 24, "pink only: how many it has, its slowest wave 2^octaves steps long", whole=True
        ),
    ),
    _noise,
)

STEP_IMPULSE = Generator(
    "step-impulse",
    "Step and impulse",
    "A step up, a step down, silence, then a single impulse.",
    (
        length_parameter(200, 10),
        Parameter("height", 1.0, -1e3, 1e3, "height of the step and of the impulse"),
        noise_parameter(),
    ),
    _step_impulse,
)
