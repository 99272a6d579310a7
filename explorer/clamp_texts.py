"""A clamp as a person types it, ``l1.f[3]=1@10:20``: read, with errors that point at the column, and told again.

``[LAYER.]QUANTITY[UNIT]=VALUE[@FIRST:LAST]``: a layer as in the weights' names (l0 where none is named, l0_reverse for
the direction that reads backwards), a unit or ``*`` for all, half-open steps of which either side may be left out. The
input is ``x[2]`` or ``x.temperature``, and its value in the units of the file. A value is a number or ``mean``: that of
each unit over the whole sequence, as it would be if nothing were held.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from explorer.clamps import FIRST, INPUT, Clamp, ClampError, Part, Readable, mean_clamp, require_fitting
from explorer.errors import UsageError
from explorer.network import Network, Place
from explorer.sequences import Dataset

EXAMPLE = "l0.f[3]=1@10:20"
MEAN = "mean"

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
# Whole numbers of at most 18 digits: Python reads none of more than some thousand, and nothing has so many.
_LAYER = re.compile(r"l(\d{1,18})(_reverse)?\.", re.ASCII)
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_UNIT = re.compile(r"\[(\d{1,18}|\*)\]", re.ASCII)
_STEPS = re.compile(r"@(\d{0,18}):(\d{0,18})", re.ASCII)


class HoldError(UsageError):
    """A text that is no clamp, or none for this network: what is wrong, and at which ``column``, counted from 1."""

    def __init__(self, message: str, text: str, column: int) -> None:
        super().__init__(f"{text!r}, column {column}: {message}")
        self.message, self.column = message, column


@dataclass(frozen=True, slots=True)
class HoldText:
    """A clamp as it was typed.

    ``feature`` is the name of the one that it edits, if it names it; ``columns`` where what of it stands, from 1.
    ``mean``: its value is a mean that is not known yet.
    """

    text: str
    draft: Clamp
    feature: str | None
    columns: Mapping[Part, int]
    mean: bool = False

    def clamp(
        self, network: Network, dataset: Dataset, sequence: int | None = None, free: Readable | None = None
    ) -> Clamp:
        """Return the clamp, of one sequence or of every one. HoldError if this network or these data have no such.

        A mean becomes a number here, that of ``free``: what would be if nothing were held.
        """
        draft = self.require_fitting(network, dataset, sequence)
        if not self.mean:
            return draft
        if free is None:
            raise HoldError("a mean is that of a run, and here is none", self.text, self.columns["value"])
        try:
            found = mean_clamp(free, sequence or 0, draft.quantity, draft.units, draft.steps, draft.place)
            found = replace(found, sequence=sequence)
            require_fitting((found,), network, dataset)
        except ClampError as error:
            raise HoldError(f"of the mean: {error.message}", self.text, self.columns["value"]) from error
        return found

    def require_fitting(self, network: Network, dataset: Dataset, sequence: int | None = None) -> Clamp:
        """Return the clamp, with 0 for a mean. HoldError if this network or these data have no such."""
        draft = replace(self.draft, sequence=sequence)
        if self.feature is not None:
            if self.feature not in dataset.features:
                listed = ", ".join(dataset.features)
                raise HoldError(f"there is no feature {self.feature!r}, but {listed}", self.text, self.columns["units"])
            draft = replace(draft, units=(dataset.features.index(self.feature),))
        try:
            require_fitting((draft,), network, dataset)
        except ClampError as error:
            raise HoldError(error.message, self.text, self.columns.get(error.part, 1)) from error
        return draft


def parse_hold(text: str, network: Network, dataset: Dataset, sequence: int | None = None) -> Clamp:
    """Return the clamp that ``text`` says, of one sequence or of every one. HoldError says at which column it fails."""
    return read_hold(text).clamp(network, dataset, sequence)


def read_hold(text: str) -> HoldText:
    """Read a text, as far as it can be judged by itself."""
    place, at = FIRST, 0
    if layer := _LAYER.match(text):
        place, at = Place(int(layer[1]), int(layer[2] is not None)), layer.end()
    name = _NAME.match(text, at)
    if name is None:
        raise HoldError(f"a quantity is missing here, as in {EXAMPLE}", text, at + 1)
    columns: dict[Part, int] = {"place": 1, "quantity": at + 1}
    quantity, at = name[0], name.end()
    if quantity == INPUT and layer:
        raise HoldError("x is the input of the network and stands in no layer", text, 1)
    if quantity != INPUT and text[at : at + 1] == ".":
        raise HoldError(f"{quantity!r} is no layer: write l0. or l0_reverse. or the like", text, columns["quantity"])
    units, feature, at = _read_units(text, quantity, at, columns)
    value, steps = _read_value(text, at, columns)
    try:
        draft = Clamp(quantity, 0.0 if value is None else value, units, steps, place)
    except ClampError as error:
        raise HoldError(error.message, text, columns.get(error.part, 1)) from error
    return HoldText(text, draft, feature, columns, value is None)


def _read_units(
    text: str, quantity: str, at: int, columns: dict[Part, int]
) -> tuple[tuple[int, ...] | None, str | None, int]:
    """Return the units, or the name of a feature, and where the text goes on: at the sign =."""
    columns["units"] = at + 2
    if quantity == INPUT and text[at : at + 1] == ".":
        end = text.rfind("=")  # the name of a feature may hold any sign, a value holds no =
        if end < 0:
            raise HoldError("the value is missing, as in x.load=0.5", text, len(text) + 1)
        return None, text[at + 1 : end], end
    unit = _UNIT.match(text, at)
    if unit is None:
        one = f"{quantity}[3] is one, {quantity}[*] is all"
        raise HoldError(f"which {'feature' if quantity == INPUT else 'unit'}? {one}", text, at + 1)
    return None if unit[1] == "*" else (int(unit[1]),), None, unit.end()


def _read_value(text: str, at: int, columns: dict[Part, int]) -> tuple[float | None, tuple[int, int | None]]:
    """Return the value, None for a mean, and the steps."""
    if text[at : at + 1] != "=":
        raise HoldError(f"the value is missing: =1, as in {EXAMPLE}", text, at + 1)
    columns["value"] = at + 2
    end = text.find("@", at) if "@" in text[at:] else len(text)
    said = text[at + 1 : end]
    if said != MEAN and not _NUMBER.fullmatch(said):
        raise HoldError(f"{said!r} is no number, and not {MEAN}", text, at + 2)
    value = None if said == MEAN else float(said)
    columns["steps"] = end + 2
    if end == len(text):
        return value, (0, None)
    steps = _STEPS.fullmatch(text, end)
    if steps is None:
        raise HoldError("write the steps as 10:20, that is 10 to 19; either side may be left out", text, end + 2)
    first, last = (int(side) if side else None for side in steps.groups())
    return value, (first or 0, last)


def tell_hold(clamp: Clamp, features: tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts that say what a clamp does, so that read again they do the same: one where that suffices."""
    if clamp.by_step:
        return tuple(text for piece in clamp.pieces for text in tell_hold(piece, features))
    first, last = clamp.steps
    steps = f"@{first}:{'' if last is None else last}"
    edits, apart = clamp.quantity == INPUT, isinstance(clamp.value, tuple)
    units = clamp.units if clamp.units is not None else range(len(clamp.values)) if apart else ("*",)
    values = clamp.values if apart else clamp.values * len(units)
    told = []
    for unit, value in zip(units, values, strict=True):
        named = f".{features[unit]}" if edits and isinstance(unit, int) else f"[{unit}]"
        place = "" if edits else f"{clamp.place.key}."
        told.append(f"{place}{clamp.quantity}{named}={repr(value).removesuffix('.0')}{steps}")
    return tuple(told)
