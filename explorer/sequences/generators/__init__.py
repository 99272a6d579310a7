"""Sequences made by a recipe, the same bytes for the same seed on every machine: see ``making``."""

from __future__ import annotations

from collections import abc
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from explorer.errors import UsageError
from explorer.sequences.generators.changes import BURSTS, REGIMES
from explorer.sequences.generators.chaos import LORENZ, MACKEY_GLASS
from explorer.sequences.generators.factory import FACTORY
from explorer.sequences.generators.generator import Choice, Generator, Parameter, Setting
from explorer.sequences.generators.reviews import REVIEWS
from explorer.sequences.generators.source import GENERATED, source_generator, source_settings, write_source
from explorer.sequences.generators.stock import STOCK
from explorer.sequences.generators.tasks import ADDING, COPY, DELAYED_ECHO, FLIP_FLOP, PARITY, TEMPORAL_ORDER
from explorer.sequences.generators.waves import NOISE, SINE_MIX, SQUARE, STEP_IMPULSE
from explorer.sequences.sequence import Dataset

__all__ = [
    "GENERATED",
    "GENERATORS",
    "MAX_SEED",
    "Choice",
    "Generator",
    "Parameter",
    "Setting",
    "find_generator",
    "generate",
    "generate_from",
    "require_generated",
    "write_source",
]

MAX_SEED = 2**63 - 1

_ALL = (
    SINE_MIX,
    SQUARE,
    NOISE,
    STEP_IMPULSE,
    DELAYED_ECHO,
    COPY,
    ADDING,
    PARITY,
    TEMPORAL_ORDER,
    FLIP_FLOP,
    MACKEY_GLASS,
    LORENZ,
    BURSTS,
    REGIMES,
    STOCK,
    FACTORY,
    REVIEWS,
)

GENERATORS: abc.Mapping[str, Generator] = MappingProxyType({generator.name: generator for generator in _ALL})


def find_generator(name: str) -> Generator:
    """Return the generator of that name. ``UsageError`` listing those there are."""
    if name not in GENERATORS:
        raise UsageError(f"no generator {name!r}; there are {', '.join(GENERATORS)}")
    return GENERATORS[name]


def generate(
    name: str, progress: abc.Callable[[float], None] = lambda _: None, /, *, seed: int, **settings: object
) -> Dataset:
    """Return what generator ``name`` makes from ``seed``, one sequence or many; ``settings`` override its defaults.

    ``progress`` is told the fraction done, of recipes that take long. ``UsageError`` on an unknown name or setting, or
    one out of its range.
    """
    generator = find_generator(name)
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= MAX_SEED:
        raise UsageError(f"seed must be a whole number from 0 to {MAX_SEED}, not {seed!r}")
    complete = generator.settings(settings)
    rng = np.random.Generator(np.random.PCG64(seed))
    told = (progress,) if generator.sequential else ()
    first, chance = generator.make(rng, *told, **complete)
    sequences = (first, *(generator.make(rng, **complete)[0] for _ in range(1, generator.sequences(complete))))
    if len(sequences) > 1:
        sequences = tuple(replace(each, name=f"{each.name} {k}") for k, each in enumerate(sequences, 1))
    return Dataset(
        sequences,
        write_source(name, complete),
        seed=seed,
        settings=tuple(complete.items()),
        vocabularies=generator.vocabularies,
        chance=chance,
        generator=name,
    )


def generate_from(
    source: str, progress: abc.Callable[[float], None] = lambda _: None, /, *, seed: int | None = None
) -> Dataset:
    """Return the data set that a source says, ``generated:lorenz?rho=30&seed=3``, from ``seed`` if that is given.

    Settings it does not name have their defaults, a seed that nobody names is 0. ``UsageError`` as of ``generate``.
    """
    settings, own = require_generated(source)
    return generate(source_generator(source), progress, seed=(own or 0) if seed is None else seed, **settings)


def require_generated(source: str) -> tuple[dict[str, Setting], int | None]:
    """Return the settings and the seed that a source says. ``UsageError`` if nothing could be generated from it."""
    return source_settings(source, find_generator(source_generator(source)))
