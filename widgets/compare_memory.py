"""What was compared the last time, and how, kept from one time to the next.

Of experiments that were kept, those come back that can be made anew of the same data (``kept_memory``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QSettings

from explorer.cells import find_cell
from explorer.errors import UsageError
from explorer.experiment import Experiment
from widgets.kept_memory import Remembered, describe, read
from widgets.variations import Kept, OtherCell, OtherSeed, OtherSequence, Variation, why_not_drawn

KEY = "compared"
DAMAGED = "What was compared the last time could not be read; nothing is compared now."
KINDS = {"cell": OtherCell, "seed": OtherSeed, "sequence": OtherSequence}


@dataclass(frozen=True, slots=True)
class Compare:
    """What is put beside the present experiment, and how: ``source`` is where the data came from then.

    Another cell and another seed are so of any data; another sequence is one of these, and what was kept is of its own.
    """

    source: str = ""
    variations: tuple[Variation | Remembered, ...] = ()
    linked: bool = True
    differences: bool = False

    def beside(self, present: Experiment, sequence: int) -> tuple[Variation, ...]:
        """Return those that there can be beside an experiment at a sequence, and that differ from it."""
        made = (each.of(present.dataset) if isinstance(each, Remembered) else each for each in self.variations)
        return tuple(each for each in made if each is not None and self._differs(each, present, sequence))

    def _differs(self, variation: Variation, present: Experiment, sequence: int) -> bool:
        if isinstance(variation, Kept):
            return True
        if isinstance(variation, OtherSequence):
            data = present.dataset
            return data.source == self.source and sequence != variation.index < len(data.sequences)
        if why_not_drawn(present):
            return False
        recipe = present.network.recipe
        assert recipe is not None
        return variation not in (OtherCell(recipe.cell, recipe.nonlinearity), OtherSeed(recipe.seed))

    def text(self) -> str:
        """Return it as it is remembered; nothing, where that is nothing but how a window begins."""
        sides = [side for side in map(_told, self.variations) if side]
        if not sides and (self.linked, self.differences) == (True, False):
            return ""
        told = {"source": self.source, "sides": sides, "linked": self.linked, "differences": self.differences}
        return json.dumps(told)


def recall(settings: QSettings) -> Compare | None:
    """Return what was kept, nothing where nothing was; None where it cannot be read any more."""
    stored = settings.value(KEY)
    if stored is None:
        return Compare()
    try:
        told = json.loads(stored)
        made = Compare(told["source"], tuple(_read(told["sides"])), told["linked"], told["differences"])
    except (ValueError, TypeError, KeyError, UsageError):
        return None
    sound = isinstance(made.source, str) and isinstance(made.linked, bool) and isinstance(made.differences, bool)
    return made if sound and len(set(made.variations)) == len(made.variations) else None


def _told(variation: Variation | Remembered) -> list[object]:
    """Return a side as it is remembered; empty where it cannot be."""
    if isinstance(variation, Kept):
        variation = describe(variation) or variation
    if isinstance(variation, Kept | Remembered):
        return ["kept", *variation.told()] if isinstance(variation, Remembered) else []
    kind = next(kind for kind, made in KINDS.items() if isinstance(variation, made))
    return [kind, *(getattr(variation, field) for field in variation.__slots__)]


def _read(sides: Iterable[list]) -> Iterable[Variation | Remembered]:
    """Yield them; ValueError, TypeError, KeyError or UsageError where one makes no sense."""
    for kind, *rest in sides:
        if kind == "kept":
            yield read(rest)
            continue
        if kind == "cell":
            find_cell(*rest)
        elif len(rest) != 1 or type(rest[0]) is not int or rest[0] < 0:
            raise ValueError(rest)
        yield KINDS[kind](*rest)


def keep(settings: QSettings, compare: Compare) -> None:
    """Keep this."""
    if text := compare.text():
        settings.setValue(KEY, text)
    else:
        settings.remove(KEY)
