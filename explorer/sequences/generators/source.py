"""A generated data set as one line of text, such as ``generated:lorenz?rho=30&length=500&seed=3``."""

from __future__ import annotations

from collections import abc

from explorer.errors import UsageError
from explorer.sequences.generators.generator import Generator, Setting

GENERATED = "generated:"
"""What the source of a generated data set begins with; the generator's name follows."""


def write_source(name: str, settings: abc.Mapping[str, Setting], seed: int | None = None) -> str:
    """Return the text for these settings, and for this seed if one is given."""
    said = dict(settings) if seed is None else {**settings, "seed": seed}
    return f"{GENERATED}{name}" + ("?" if said else "") + "&".join(f"{key}={value}" for key, value in said.items())


def source_generator(source: str) -> str:
    """Return the name of the generator in a text: ``lorenz``."""
    return source.removeprefix(GENERATED).partition("?")[0]


def source_settings(source: str, generator: Generator) -> tuple[dict[str, Setting], int | None]:
    """Return the settings that a text gives, and its seed, if it has one. ``UsageError`` where it makes no sense."""
    said: dict[str, str] = {}
    query = source.partition("?")[2]
    for part in query.split("&") if query else ():
        key, equals, value = part.partition("=")
        if not equals or key in said:
            raise UsageError(f"{source}: {part!r} must be KEY=VALUE, such as length=500, each key once")
        said[key] = value
    seed = said.pop("seed", None)
    if seed is not None and not seed.isdecimal():
        raise UsageError(f"{source}: the seed must be a whole number, not {seed!r}")
    settings = {key: generator.parameter(key).read(value) for key, value in said.items()}
    return generator.settings(settings), None if seed is None else int(seed)
