"""How a side comes to be from the present experiment: by another cell, another seed, another sequence, or as kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

from explorer.cells import find_cell
from explorer.clamps import fitting_clamps
from explorer.errors import UsageError
from explorer.experiment import Experiment, make_network_for
from explorer.initialisation import fitting_initialisations
from explorer.network import Recipe

NO_RECIPE = "This network was not drawn here but read, so there is no recipe to draw another cell or seed by."


class Variation(Protocol):
    """What is different in a side. All of it follows from the present experiment, so a side follows what is changed."""

    def name(self, present: Experiment) -> str:
        """Return what the side is called, in a word or two."""

    def sequence(self, present: int) -> int:
        """Return which sequence it looks at while the present trace looks at ``present``."""

    def of(self, present: Experiment, before: Experiment | None = None) -> Experiment:
        """Return its experiment; ``before`` is what it was, and stays the very same as far as nothing has changed.

        Raises UsageError, in one sentence, where there is none.
        """

    def note(self, present: Experiment, made: Experiment) -> str:
        """Return what of the present experiment it could not take over, or nothing."""


@dataclass(frozen=True, slots=True)
class OtherCell:
    """Another cell of the same sizes, with the same seed: what both have is drawn alike."""

    cell: str
    nonlinearity: str = "tanh"

    def name(self, present: Experiment) -> str:
        """Return the cell's title."""
        return find_cell(self.cell, self.nonlinearity).title

    def sequence(self, present: int) -> int:
        """Return the present one."""
        return present

    def of(self, present: Experiment, before: Experiment | None = None) -> Experiment:
        """Draw the other cell; an initialisation that does not fit it becomes PyTorch's default."""
        recipe = _recipe(present)
        fits = recipe.init in fitting_initialisations(self.cell, bias=recipe.bias)
        init = recipe.init if fits else "default"
        return _drawn(present, replace(recipe, cell=self.cell, nonlinearity=self.nonlinearity, init=init), before)

    def note(self, present: Experiment, made: Experiment) -> str:
        """Say which initialisation and which holds do not fit the cell."""
        old, new, title = present.network.recipe, made.network.recipe, find_cell(self.cell, self.nonlinearity).title
        notes = []
        if old is not None and new is not None and old.init != new.init:
            notes.append(f"has the default initialisation, as {old.init} is not for it")
        if lost := len(present.clamps) - len(made.clamps):
            notes.append(f"goes without {lost} hold{'s' if lost > 1 else ''} that it cannot have")
        return f"{title} {' and '.join(notes)}." if notes else ""


@dataclass(frozen=True, slots=True)
class OtherSeed:
    """The same recipe, drawn with another seed."""

    seed: int

    def name(self, present: Experiment) -> str:
        """Return the seed."""
        return f"seed {self.seed}"

    def sequence(self, present: int) -> int:
        """Return the present one."""
        return present

    def of(self, present: Experiment, before: Experiment | None = None) -> Experiment:
        """Draw other weights."""
        return _drawn(present, replace(_recipe(present), seed=self.seed), before)

    def note(self, present: Experiment, made: Experiment) -> str:
        """Return nothing: whatever is in the one is in the other."""
        return ""


@dataclass(frozen=True, slots=True)
class OtherSequence:
    """The present experiment itself, at another of its sequences."""

    index: int

    def name(self, present: Experiment) -> str:
        """Return what the sequence is called."""
        return sequence_name(present, self.index)

    def sequence(self, present: int) -> int:
        """Return the one that was chosen."""
        return self.index

    def of(self, present: Experiment, before: Experiment | None = None) -> Experiment:
        """Return the present one, where it has this sequence."""
        count = len(present.dataset.sequences)
        if self.index >= count:
            raise UsageError(f"there is no sequence {self.index} in these data, but 0 to {count - 1}")
        return present

    def note(self, present: Experiment, made: Experiment) -> str:
        """Return nothing: it is the same experiment."""
        return ""


@dataclass(frozen=True, slots=True)
class Kept:
    """An experiment as it was, whatever becomes of the present one."""

    experiment: Experiment
    kept_sequence: int
    title: str = field(compare=False)

    @classmethod
    def of_present(cls, experiment: Experiment, sequence: int) -> Kept:
        """Return what keeps the present experiment at the sequence that is looked at."""
        return cls(experiment, sequence, f"kept: {cell_title(experiment)}")

    def name(self, present: Experiment) -> str:
        """Return what it was called when it was kept."""
        return self.title

    def sequence(self, present: int) -> int:
        """Return the one that was looked at."""
        return self.kept_sequence

    def of(self, present: Experiment, before: Experiment | None = None) -> Experiment:
        """Return what was kept."""
        return self.experiment

    def note(self, present: Experiment, made: Experiment) -> str:
        """Return nothing: it is as it was."""
        return ""


def why_not_drawn(present: Experiment) -> str:
    """Return the reason why there is no other cell or seed of this experiment, or nothing."""
    return NO_RECIPE if present.network.recipe is None else ""


def sequence_name(experiment: Experiment, sequence: int) -> str:
    """Return what a sequence is called beside others: ``sequence b``."""
    name = experiment.dataset.sequences[sequence].name
    return name if name.casefold().startswith("sequence") else f"sequence {name}"


def cell_title(experiment: Experiment) -> str:
    """Return the title of the cell of an experiment."""
    return experiment.network.layers[0].cell.title


def _recipe(present: Experiment) -> Recipe:
    if present.network.recipe is None:
        raise UsageError(NO_RECIPE)
    return present.network.recipe


def _drawn(present: Experiment, recipe: Recipe, before: Experiment | None) -> Experiment:
    """Return the present experiment with the network of ``recipe``, the one that was there before where it is that.

    Initial states belong to a network, so another one starts at zero. What is held stays held, as far as it fits.
    """
    if recipe == present.network.recipe:
        return present
    data = present.dataset
    same = before is not None and before.dataset is data and before.network.recipe == recipe
    network = before.network if before is not None and same else make_network_for(data, recipe)
    clamps = fitting_clamps(present.clamps, network, data)
    scaled = before is not None and (before.scale, before.fitted) == (present.scale, present.fitted)
    if before is not None and same and scaled and before.clamps == clamps:
        return before
    return Experiment(data, network, present.scale, clamps=clamps, fitted=present.fitted)
