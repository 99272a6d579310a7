"""What a generator is: a named recipe with named settings, each with its default, its range and its meaning."""

from __future__ import annotations

from collections import abc
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from explorer.errors import UsageError
from explorer.sequences.sequence import Sequence

Setting = float | str
"""The value of a setting: a number, a whole one as an int, or one of a few words."""

Chance = tuple[str, float]
"""What a network reaches that has learned nothing, after the name of the measure: ``("MSE", 0.1667)``."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A setting that is a number: its default, its range (both ends allowed) and what it does, in a few words."""

    name: str
    default: float
    minimum: float
    maximum: float
    doc: str
    whole: bool = False

    @property
    def range(self) -> str:
        """What is allowed, for a person: ``1 to 8``."""
        return f"{_plain(self.minimum)} to {_plain(self.maximum)}"

    def read(self, text: str) -> Setting:
        """Return the number that was typed; what is none is returned as it is, for ``checked`` to refuse."""
        for kind in (int, float):
            with suppress(ValueError):
                return kind(text)
        return text

    def checked(self, value: object) -> float:
        """Return ``value`` as a number of the right kind. ``UsageError`` naming the range if it is none or outside."""
        kind = "a whole number" if self.whole else "a number"
        wanted = f"{self.name} must be {kind} from {self.range}, not {value!r}"
        if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
            raise UsageError(wanted)
        if not self.minimum <= value <= self.maximum or (self.whole and value != int(value)):
            raise UsageError(wanted)
        return int(value) if self.whole else float(value)


@dataclass(frozen=True, slots=True)
class Choice:
    """A setting that is one of a few words, the first by default, and what it does."""

    name: str
    options: tuple[str, ...]
    doc: str

    @property
    def default(self) -> str:
        """The first of the options."""
        return self.options[0]

    @property
    def range(self) -> str:
        """What is allowed, for a person: ``white, pink or random-walk``."""
        return " or ".join(filter(None, (", ".join(self.options[:-1]), self.options[-1])))

    def read(self, text: str) -> Setting:
        """Return the option that was typed, also where a blank or an underscore stands for its hyphen."""
        return "-".join(text.lower().replace("_", " ").replace("-", " ").split())

    def checked(self, value: object) -> str:
        """Return ``value``. ``UsageError`` naming the options if it is none of them."""
        if not isinstance(value, str) or value not in self.options:
            raise UsageError(f"{self.name} must be {self.range}, not {value!r}")
        return value


@dataclass(frozen=True, slots=True)
class Generator:
    """A named recipe.

    ``make(rng, **settings)`` takes every setting, already checked, and returns one sequence, and what a network reaches
    on it that has learned nothing, or None where nothing is asked of it. Where the recipe is ``sequential``, each step
    follows from the one before: a longer sequence begins with the shorter one, and because it takes seconds, ``make``
    is also given ``progress``, to be called with the fraction done. ``far`` says that the values are far from 0 ± 1,
    so that a network should be shown them standardised. ``classes(**settings)`` counts the answers, 0 … n − 1, where
    each is a class.

    ``vocabularies`` gives the words of each feature whose values are codes. ``labels`` are the classes of whole
    sequences, where each has one: then that is what is asked. ``count`` names the setting that says how many sequences
    there are, of a recipe for one of many; ``grows`` the whole one that makes the task longer, for a
    curriculum.
    """

    name: str
    title: str
    doc: str
    parameters: tuple[Parameter | Choice, ...]
    make: abc.Callable[..., tuple[Sequence, Chance | None]]
    sequential: bool = False
    far: bool = False
    classes: abc.Callable[..., int] | None = None
    vocabularies: abc.Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    labels: tuple[str, ...] = ()
    count: str = ""
    grows: str = ""

    def parameter(self, name: str) -> Parameter | Choice:
        """Return the setting of that name. ``UsageError`` naming those there are."""
        known = {parameter.name: parameter for parameter in self.parameters}
        if name not in known:
            raise UsageError(f"{self.name} has no setting {name!r}; it has {', '.join(known)}")
        return known[name]

    def settings(self, given: abc.Mapping[str, object]) -> dict[str, Setting]:
        """Return every setting, defaults filled in. ``UsageError`` on an unknown name or a value out of range."""
        for name in given:
            self.parameter(name)
        return {
            parameter.name: parameter.checked(given.get(parameter.name, parameter.default))
            for parameter in self.parameters
        }

    def sequences(self, settings: abc.Mapping[str, Setting]) -> int:
        """Return how many sequences these settings ask for."""
        return int(settings[self.count]) if self.count else 1

    def grown(self, settings: abc.Mapping[str, Setting], share: float) -> dict[str, Setting]:
        """Return the settings with the one that ``grows`` at a share (0 … 1) of the way from its least value."""
        parameter = next(each for each in self.parameters if each.name == self.grows)
        assert isinstance(parameter, Parameter)
        least, most = int(parameter.minimum), int(settings[self.grows])
        return {**settings, self.grows: least + int(share * (most - least))}


def length_parameter(default: int, minimum: int = 1) -> Parameter:
    """Return the setting of a generator whose sequences are as long as one wants."""
    return Parameter("length", default, minimum, 10_000_000, "steps", whole=True)


def noise_parameter(default: float = 0.0) -> Parameter:
    """Return the setting of a generator that can add noise."""
    return Parameter("noise", default, 0.0, 10.0, "standard deviation of the noise")


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else f"{number:g}"
