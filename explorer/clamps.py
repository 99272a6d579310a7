"""What if: a quantity of some units held at a value over some steps, or the input edited.

A clamp acts inside the step, right after its quantity is computed. What follows in the step, in the steps after it and
in the layers above sees the held value; what a trace stores is the state after clamping. Where two clamps meet, the
later one of the experiment wins. A clamp that is off acts as if it were not there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeAlias

import numpy as np

from explorer.errors import UsageError
from explorer.functions import FloatArray, IndexArray
from explorer.network import Network, Place
from explorer.sequences import Dataset

INPUT = "x"
"""The quantity whose units are the features of the input: a clamp of it is an edit of the data."""

FIRST = Place()

Part: TypeAlias = Literal["place", "quantity", "units", "value", "steps", "sequence"]

MEAN_ROWS = 4096
"""Steps that a mean is taken of at once."""


class ClampError(UsageError):
    """A clamp that makes no sense. ``part`` is what of it does not."""

    def __init__(self, message: str, part: Part) -> None:
        super().__init__(message)
        self.message, self.part = message, part


@dataclass(frozen=True, slots=True)
class Clamp:
    """``quantity`` of ``units`` (None: all) at ``place`` is held at ``value`` over ``steps``. Compared by value.

    value: one number, or one for each of the units; ``by_step``: one for each of the steps, of one unit, as of an input
    that was drawn. steps: half-open, a stop of None goes to the end. ``sequence`` None is every sequence. The quantity
    ``x`` is the input: its units are the features, in the order of the data, its value is in the units of the file, and
    its place does not count. ``ClampError`` if it makes no sense by itself.
    """

    quantity: str
    value: float | tuple[float, ...]
    units: tuple[int, ...] | None = None
    steps: tuple[int, int | None] = (0, None)
    place: Place = FIRST
    sequence: int | None = None
    on: bool = True
    by_step: bool = False

    def __post_init__(self) -> None:
        """Take numpy's numbers and arrays for plain ones, and refuse what cannot be."""
        value, units, (first, last) = self.value, self.units, self.steps
        plain = tuple(map(float, np.asarray(value).tolist())) if np.ndim(value) else float(np.asarray(value))
        object.__setattr__(self, "value", plain)
        object.__setattr__(self, "units", None if units is None else tuple(map(int, units)))
        object.__setattr__(self, "steps", (int(first), None if last is None else int(last)))
        _require_sense(self)

    @property
    def values(self) -> tuple[float, ...]:
        """The value, or the values of the units, or of the steps, one by one."""
        return self.value if isinstance(self.value, tuple) else (self.value,)

    @property
    def pieces(self) -> tuple[Clamp, ...]:
        """Clamps that together do the same, each at one value over all of its steps: itself, or one a step."""
        if not self.by_step:
            return (self,)
        steps = enumerate(self.values, self.steps[0])
        return tuple(replace(self, value=value, steps=(step, step + 1), by_step=False) for step, value in steps)

    def each(self, count: int) -> Iterator[tuple[int, float]]:
        """Yield (unit, a value that it is held at), of ``count`` units that there are."""
        units, values = range(count) if self.units is None else self.units, self.values
        size = max(len(units), len(values))  # of one of the two there is one for all of the other, or as many
        return zip((*units,) * (size // len(units)), values * (size // len(values)), strict=True)

    def acts_on(self, sequence: int) -> bool:
        """Whether it is on, and for this sequence."""
        return self.on and self.sequence in (None, sequence)


def _require_sense(clamp: Clamp) -> None:
    units, (first, last) = clamp.units, clamp.steps
    if units is not None and (not units or min(units) < 0 or len(set(units)) < len(units)):
        raise ClampError("name at least one unit, each once, counted from 0", "units")
    if clamp.by_step:
        _require_steps(clamp)
    elif units is not None and isinstance(clamp.value, tuple) and len(clamp.value) != len(units):
        raise ClampError(f"{len(clamp.value)} values do not fit {len(units)} units", "value")
    if not all(map(math.isfinite, clamp.values)):
        raise ClampError(f"{clamp.quantity} can be held at a finite number only", "value")
    if first < 0 or (last is not None and last <= first):
        wanted = f"{first}:{'' if last is None else last}"
        raise ClampError(f"there is no step in {wanted}: 10:20 is 10 to 19", "steps")
    if clamp.sequence is not None and clamp.sequence < 0:
        raise ClampError(f"there is no sequence {clamp.sequence}: they are counted from 0", "sequence")


def _require_steps(clamp: Clamp) -> None:
    first, last = clamp.steps
    if clamp.units is None or len(clamp.units) != 1:
        raise ClampError("a value for each step is for one unit: name it", "units")
    if last is None or len(clamp.values) != last - first:
        steps = "all" if last is None else f"{last - first}"
        raise ClampError(f"{len(clamp.values)} values do not fit {steps} steps", "value")


def require_fitting(clamps: Sequence[Clamp], network: Network, dataset: Dataset) -> None:
    """Raise ClampError if a clamp names what this network or these data do not have."""
    sequences = dataset.sequences
    longest = max(map(len, sequences)) if clamps else 0
    for clamp in clamps:
        if clamp.sequence is not None and clamp.sequence >= len(sequences):
            raise ClampError(f"there is no sequence {clamp.sequence}, but 0 to {len(sequences) - 1}", "sequence")
        steps = longest if clamp.sequence is None else len(sequences[clamp.sequence])
        if clamp.steps[0] >= steps:
            raise ClampError(f"there is no step {clamp.steps[0]}, but 0 to {steps - 1}", "steps")
        if clamp.quantity == INPUT:
            _require_features(clamp, dataset)
        else:
            _require_units(clamp, network)


def fitting_clamps(clamps: Sequence[Clamp], network: Network, dataset: Dataset) -> tuple[Clamp, ...]:
    """Return those clamps that name what this network and these data have."""
    fitting = []
    for clamp in clamps:
        try:
            require_fitting((clamp,), network, dataset)
        except ClampError:
            continue
        fitting.append(clamp)
    return tuple(fitting)


def _require_features(clamp: Clamp, dataset: Dataset) -> None:
    features = dataset.features
    _require_count(clamp, len(features), "feature")
    for unit, value in clamp.each(len(features)):
        name = features[unit]
        words = len(dataset.vocabularies.get(name, ()))
        if words and not (value.is_integer() and 0 <= value < words):
            raise ClampError(f"{value:g} is no code of {name!r}: those are 0 to {words - 1}", "value")


def _require_units(clamp: Clamp, network: Network) -> None:
    if clamp.place not in network.places:
        listed = ", ".join(place.key for place in network.places)
        raise ClampError(f"there is no {clamp.place.key} in this network, but {listed}", "place")
    cell = network.cell(clamp.place)
    names = [quantity.name for quantity in cell.quantities]
    if clamp.quantity not in names:
        raise ClampError(f"{cell.title} has no quantity {clamp.quantity!r}, but {', '.join(names)}", "quantity")
    _require_count(clamp, network.weights(clamp.place).hidden_size, "unit")
    most = float(np.finfo(network.dtype).max)
    if any(abs(value) > most for value in clamp.values):
        raise ClampError(f"{network.dtype} holds nothing beyond {most:.3g}", "value")


def _require_count(clamp: Clamp, count: int, what: str) -> None:
    if clamp.units is not None and max(clamp.units) >= count:
        raise ClampError(f"there is no {what} {max(clamp.units)}, but 0 to {count - 1}", "units")
    if clamp.units is None and isinstance(clamp.value, tuple) and len(clamp.value) != count:
        raise ClampError(f"{len(clamp.value)} values do not fit {count} {what}s", "value")


class Readable(Protocol):
    """What a mean is taken of: a trace."""

    def ready(self, sequence: int = 0, place: Place | None = None) -> range:
        """Return the steps that are known."""

    def read(self, sequence: int, quantity: str, place: Place, units: slice | IndexArray, steps: slice) -> FloatArray:
        """Return values (steps, units)."""


def mean_clamp(
    trace: Readable,
    sequence: int,
    quantity: str,
    units: tuple[int, ...] | None = None,
    steps: tuple[int, int | None] = (0, None),
    place: Place = FIRST,
) -> Clamp:
    """Return the clamp, of one sequence, that holds each unit of a quantity at its mean over all steps that are known.

    The mean is taken now: the clamp is of numbers, and what is clamped later does not change it.
    """
    known, chosen = trace.ready(sequence, place), slice(None) if units is None else np.array(units)
    if not known:
        raise ClampError(f"there is no mean of {quantity}, as no step is known yet", "value")
    total: FloatArray = np.zeros(0)
    for first in range(known.start, known.stop, MEAN_ROWS):
        rows = trace.read(sequence, quantity, place, chosen, slice(first, min(first + MEAN_ROWS, known.stop)))
        part = rows.sum(axis=0, dtype=np.float64)
        total = part if first == known.start else total + part
    return Clamp(quantity, tuple((total / len(known)).tolist()), units, steps, place, sequence)
