"""A kept experiment as it is remembered: by the recipe, the scale and the clamps that make it anew of the same data."""

from __future__ import annotations

import zlib
from dataclasses import asdict, dataclass
from typing import Any, get_args

from explorer.clamps import Clamp
from explorer.errors import GateExplorerError
from explorer.experiment import Experiment, make_network_for
from explorer.network import Place, Recipe
from explorer.sequences import Dataset, Scale
from widgets.variations import Kept

MOST_VALUES = 10_000
"""Numbers that clamps are held at: where there are more, as of a long drawing, the experiment is not remembered."""

SAMPLE = 64
"""Sequences of the data, and steps of each, that are looked at to know the data again."""

SCALES = get_args(Scale)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a kept experiment is made from. ``source`` is where its data are from, ``print`` their fingerprint."""

    source: str
    print: int
    sequence: int
    title: str
    scale: Scale
    recipe: Recipe
    clamps: tuple[Clamp, ...]

    def of(self, data: Dataset) -> Kept | None:
        """Return the experiment, of the same data as then; None where these are others."""
        if (data.source, fingerprint(data)) != (self.source, self.print) or self.sequence >= len(data.sequences):
            return None
        try:
            made = Experiment(data, make_network_for(data, self.recipe), self.scale, clamps=self.clamps)
        except (GateExplorerError, TypeError, ValueError, KeyError):  # damaged, or of another version of the program
            return None
        return Kept(made, self.sequence, self.title)

    def told(self) -> list[object]:
        """Return it as JSON can be made of it."""
        clamps = [asdict(clamp) for clamp in self.clamps]
        return [self.source, self.print, self.sequence, self.title, self.scale, asdict(self.recipe), clamps]


def describe(kept: Kept) -> Remembered | None:
    """Return what a kept experiment is made from; None of weights that were not drawn, or of given states."""
    made = kept.experiment
    recipe = made.network.recipe
    drawn = recipe is not None and made.network.head is None
    if not drawn or made.initial or made.fitted is not None:
        return None
    if sum(len(clamp.values) for clamp in made.clamps) > MOST_VALUES:
        return None
    assert recipe is not None
    data = made.dataset
    return Remembered(data.source, fingerprint(data), kept.kept_sequence, kept.title, made.scale, recipe, made.clamps)


def read(told: list[Any]) -> Remembered:
    """Return what was told; ValueError, TypeError, KeyError or UsageError where it makes no sense."""
    source, mark, sequence, title, scale, recipe, clamps = told
    sound = all(isinstance(text, str) for text in (source, title)) and scale in SCALES
    if not sound or not all(type(number) is int and number >= 0 for number in (mark, sequence)):
        raise ValueError(told)
    return Remembered(source, mark, sequence, title, scale, Recipe(**recipe), tuple(map(_clamp, clamps)))


def fingerprint(data: Dataset) -> int:
    """Return a number that is another one where the features, the lengths or values of a sample are others."""
    found = zlib.crc32(repr([data.features, [len(sequence.values) for sequence in data.sequences]]).encode())
    for sequence in data.sequences[:: max(len(data.sequences) // SAMPLE, 1)]:
        sample = sequence.values[:: max(len(sequence.values) // SAMPLE, 1)]
        found = zlib.crc32(sample.tobytes(), found)
    return found


def _clamp(told: dict[str, Any]) -> Clamp:
    value, units = told["value"], told["units"]
    told = told | {"value": tuple(value) if isinstance(value, list) else value, "place": Place(*told["place"])}
    return Clamp(**told | {"units": None if units is None else tuple(units), "steps": tuple(told["steps"])})
