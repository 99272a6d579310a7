"""Sequences made by formula, each showing one thing about memory. A seed gives the same bytes everywhere."""

from __future__ import annotations

import math
from collections import abc
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from explorer.errors import UsageError
from explorer.sequences.sequence import Dataset, FloatArray, Label, Sequence

DECIMALS = 9
"""Generated values are rounded to this: the last bit of a sine differs between machines."""

MAX_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting of a generator: its default, its range (both ends allowed) and what it does, in a few words."""

    name: str
    default: float
    minimum: float
    maximum: float
    doc: str
    whole: bool = False

    def checked(self, value: object) -> float:
        """Return ``value`` as a number of the right kind. ``UsageError`` naming the range if it is none or outside."""
        kind = "a whole number" if self.whole else "a number"
        wanted = f"{self.name} must be {kind} from {self.minimum:g} to {self.maximum:g}, not {value!r}"
        if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
            raise UsageError(wanted)
        if not self.minimum <= value <= self.maximum or (self.whole and value != int(value)):
            raise UsageError(wanted)
        return int(value) if self.whole else float(value)


@dataclass(frozen=True, slots=True)
class Generator:
    """A named recipe. ``make(rng, settings)`` takes every parameter, already checked, and returns one sequence."""

    name: str
    title: str
    doc: str
    parameters: tuple[Parameter, ...]
    make: abc.Callable[[np.random.Generator, abc.Mapping[str, float]], Sequence]

    def settings(self, given: abc.Mapping[str, object]) -> dict[str, float]:
        """Return every setting, defaults filled in. ``UsageError`` on an unknown name or a value out of range."""
        known = {parameter.name: parameter for parameter in self.parameters}
        unknown = [name for name in given if name not in known]
        if unknown:
            raise UsageError(f"{self.name} has no setting {', '.join(map(repr, unknown))}; it has {', '.join(known)}")
        return {name: parameter.checked(given.get(name, parameter.default)) for name, parameter in known.items()}


def generate(name: str, *, seed: int, **settings: object) -> Dataset:
    """Return a data set of one sequence, made by generator ``name`` from ``seed``; ``settings`` override its defaults.

    Random numbers come from numpy's PCG64. ``UsageError`` on an unknown name or setting, or one out of its range.
    """
    if name not in GENERATORS:
        raise UsageError(f"no generator {name!r}; there are {', '.join(GENERATORS)}")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= MAX_SEED:
        raise UsageError(f"seed must be a whole number from 0 to {MAX_SEED}, not {seed!r}")
    generator = GENERATORS[name]
    complete = generator.settings(settings)
    sequence = generator.make(np.random.Generator(np.random.PCG64(seed)), complete)
    return Dataset((sequence,), f"generated:{name}", seed=seed, settings=tuple(complete.items()))


def _sequence(name: str, features: dict[str, FloatArray], labels: tuple[Label, ...] = ()) -> Sequence:
    # Adding zero turns −0 into 0: the sign of a rounded zero would depend on the last bit, too.
    values = np.asarray(np.round(np.stack(list(features.values()), axis=1), DECIMALS) + 0.0, dtype=np.float64)
    return Sequence(name, values, tuple(features), labels)


def _sine_mix(rng: np.random.Generator, settings: abc.Mapping[str, float]) -> Sequence:
    """Return x_t = Σ_k a_k sin(2π t / p_k + φ_k) + noise · ε_t, p_k = period / φ²ᵏ, a_k = φ⁻ᵏ, φ the golden ratio.

    Neighbouring periods have the most irrational ratio there is, so the mix never repeats and its waves stay apart.
    """
    golden = (1 + math.sqrt(5)) / 2
    length, waves = int(settings["length"]), int(settings["waves"])
    phases = rng.uniform(0, 2 * math.pi, waves)
    steps = np.arange(length, dtype=np.float64)
    mix = settings["noise"] * rng.standard_normal(length)
    for k in range(waves):
        mix += golden**-k * np.sin(2 * math.pi * steps / (settings["period"] / golden ** (2 * k)) + phases[k])
    return _sequence("sine-mix", {"mix": mix})


def _delayed_echo(rng: np.random.Generator, settings: abc.Mapping[str, float]) -> Sequence:
    """Return pulses of height 1, each step one with probability ``rate``, and as a label where their echo is due.

    echo_t = pulse_{t − delay}: what a network has to answer, and so marked, but never shown to it.
    """
    length, delay = int(settings["length"]), int(settings["delay"])
    pulse = (rng.random(length) < settings["rate"]).astype(np.float64)
    echo = np.zeros(length, dtype=np.bool_)
    echo[delay:] = pulse[: max(length - delay, 0)] > 0
    return _sequence("delayed-echo", {"pulse": pulse}, (Label("echo", echo),))


def _adding(rng: np.random.Generator, settings: abc.Mapping[str, float]) -> Sequence:
    """Return a value drawn from U[0, 1) at each step and a marker that is 1 at one step of each half, else 0.

    The task is to say the sum of the two marked values at the end. Source: Hochreiter & Schmidhuber 1997, 5.4,
    with one marker in each half as in Arjovsky et al. 2016.
    """
    length = int(settings["length"])
    marker = np.zeros(length)
    marker[rng.integers(0, length // 2)] = 1.0
    marker[rng.integers(length // 2, length)] = 1.0
    return _sequence("adding", {"value": rng.random(length), "marker": marker})


def _step_impulse(rng: np.random.Generator, settings: abc.Mapping[str, float]) -> Sequence:
    """Return x_t = height from a tenth to half of the length and once at seven tenths, else 0; plus noise · ε_t."""
    length = int(settings["length"])
    x = settings["noise"] * rng.standard_normal(length)
    x[length // 10 : length // 2] += settings["height"]
    x[7 * length // 10] += settings["height"]
    return _sequence("step-impulse", {"x": x})


def _length(default: int, minimum: int) -> Parameter:
    return Parameter("length", default, minimum, 10_000_000, "steps", whole=True)


_ALL = (
    Generator(
        "sine-mix",
        "Sine mix",
        "A slow wave, a faster one and a fast one, added up with a little noise.",
        (
            _length(400, 1),
            Parameter("waves", 3, 1, 8, "how many waves are added up", whole=True),
            Parameter("period", 100.0, 2.0, 1e6, "steps of the slowest wave; each next is 2.618 times faster"),
            Parameter("noise", 0.05, 0.0, 10.0, "standard deviation of the noise"),
        ),
        _sine_mix,
    ),
    Generator(
        "delayed-echo",
        "Delayed echo",
        "Pulses at random steps. Marked is where each is due again, a fixed delay later.",
        (
            _length(200, 1),
            Parameter("delay", 10, 1, 1_000_000, "steps from a pulse to its echo", whole=True),
            Parameter("rate", 0.05, 0.0, 1.0, "probability of a pulse at each step"),
        ),
        _delayed_echo,
    ),
    Generator(
        "adding",
        "Adding",
        "Random values, two of them marked, one in each half. To be answered at the end: the sum of the two.",
        (_length(100, 2),),
        _adding,
    ),
    Generator(
        "step-impulse",
        "Step and impulse",
        "A step up, a step down, silence, then a single impulse.",
        (
            _length(200, 10),
            Parameter("height", 1.0, -1e3, 1e3, "height of the step and of the impulse"),
            Parameter("noise", 0.0, 0.0, 10.0, "standard deviation of the noise"),
        ),
        _step_impulse,
    ),
)

GENERATORS: abc.Mapping[str, Generator] = MappingProxyType({generator.name: generator for generator in _ALL})
