"""What the cell diagram shows of one step: of every part of one unit its value, as a text and as a colour."""

from __future__ import annotations

import copy
import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

from explorer.cells import Kind
from explorer.formulas import Part, complete, parts
from explorer.functions import NUMPY
from explorer.network import REVERSE
from widgets.decimals import UNKNOWN, aligned
from widgets.drawing import GATE_SCALE, Scale, color_table, quantise, symmetric_scale
from widgets.inside import Subject
from widgets.theme import MapKind, Theme
from widgets.tokens import coat

LISTED = 8
"""Inputs whose numbers are told one by one."""


@dataclass(frozen=True, slots=True)
class Shade:
    """The colour of a value, that of a text on it, and how far out on its scale it is: 0–1."""

    ground: QColor
    ink: QColor
    size: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One step: values of parts, as far as they are known, their texts and colours.

    ``bundles`` has the colours of all the numbers that go to the layer's products.
    """

    step: int
    values: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    shades: Mapping[str, Shade] = field(default_factory=dict)
    bundles: Mapping[str, npt.NDArray[np.uint32]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return the value of a part as it is shown."""
        return self.texts.get(name, UNKNOWN)


class Source:
    """One unit of a trace at one place: reads steps, and knows the scales that they are coloured by."""

    def __init__(self, subject: Subject) -> None:
        self.trace, self.sequence, self.place = subject.trace, subject.sequence, subject.place
        self.unit, self.cell = subject.unit, subject.cell
        self.parts: tuple[Part, ...] = parts(self.cell)
        self.by_name = {part.name: part for part in self.parts}
        self.kinds = {quantity.name: quantity.kind for quantity in self.cell.quantities}
        self._track = self.trace.tracks[self.sequence][self.place]
        self._seen, self._extremes = 0, (0.0, 0.0)
        self._scales: dict[str, Scale] = {}
        self.grow()

    def of_unit(self, unit: int) -> Source:
        """Return the same for another unit: nothing is looked through anew."""
        other = copy.copy(self)
        other.unit = unit
        return other

    def shows(self, subject: Subject) -> bool:
        """Whether it reads the same sequence of the same trace, at the same place."""
        return self.trace is subject.trace and (self.sequence, self.place) == (subject.sequence, subject.place)

    @property
    def input_size(self) -> int:
        """How many numbers the cell is given at a step."""
        return self._track.weights.input_size

    @property
    def input_text(self) -> str:
        """What stands for the input where it is more than one number."""
        return f"{self.input_size} features" if self.place.layer == 0 else f"{self.input_size} units"

    def before(self, step: int) -> int | None:
        """Return the step that the states come from, None where they are the initial ones."""
        before = step + 1 if self.place.direction == REVERSE else step - 1
        return before if 0 <= before < self.trace.length(self.sequence) else None

    def grow(self) -> bool:
        """Take in the steps that have become known; return whether other colours stand for the same values now."""
        scales = {}
        for part in self.parts:
            scales[part.name] = self._scale(part, scales)
        changed, self._scales = scales != self._scales, scales
        self._sharing: dict[Scale, list[str]] = {}
        for name, scale in scales.items():
            self._sharing.setdefault(scale, []).append(name)
        return changed

    def scale(self, name: str) -> Scale:
        """Return the scale that a part is coloured by: that of its row, or of the quantity that it is a part of."""
        return self._scales[name]

    def characters(self) -> dict[str, int]:
        """Return how many characters the value of each part may have."""
        room = {}
        for part in self.parts:
            scale = self._scales[part.name]
            room[part.name] = max(len(aligned(min(scale.high, 999_999.0))) + (scale is not GATE_SCALE), 8)
        if self.input_size > 1:
            room["x"] = len(self.input_text)
        return room

    def read(self, step: int, theme: Theme) -> Reading:
        """Return what is known of a step."""
        if not 0 <= step < self.trace.length(self.sequence):
            return Reading(step)
        inputs = self._track.inputs(step, step + 1)[0] if self._inputs_known(step) else np.empty(0)
        texts = {"x": self.input_text} if self.input_size > 1 else {}
        if step not in self._track.ready:
            values = {"x": inputs[0]} if len(inputs) == 1 else {}
            texts |= {name: aligned(value) for name, value in values.items()}
            return Reading(step, values, texts, self._shades(values, theme), self._bundle("x", inputs, theme))
        states = {f"{name}_prev": rows[0] for name, rows in self._track.previous(step, step + 1).items()}
        known = self.trace.values_at(self.sequence, self.place, step)
        entering = {name: row[self.unit] for name, row in (states | known).items()}
        if len(inputs) == 1:
            entering["x"] = inputs[0]
        with np.errstate(over="ignore", invalid="ignore"):
            values = complete(self.parts, entering, NUMPY)
        texts |= {name: aligned(value) for name, value in values.items()}
        bundles = self._bundle("x", inputs, theme) | self._bundle("h_prev", states["h_prev"], theme)
        return Reading(step, values, texts, self._shades(values, theme), bundles)

    def inputs(self, step: int) -> list[tuple[str, str]]:
        """Return the first few inputs of a step by name, as the network sees them."""
        if not self._inputs_known(step):
            return []
        numbers = self._track.inputs(step, step + 1)[0][:LISTED]
        data = self.trace.experiment.dataset
        plain = self.place.layer == 0 and not data.vocabularies
        names = data.features if plain else [f"x[{k}]" for k in range(len(numbers))]
        return [(name, aligned(number)) for name, number in zip(names, numbers, strict=False)]

    def _inputs_known(self, step: int) -> bool:
        """Whether what the layer below says of this step is known; the data always is."""
        if self.place.layer == 0:
            return True
        below = [p for p in self.trace.experiment.network.places if p.layer == self.place.layer - 1]
        return all(step in self.trace.ready(self.sequence, p) for p in below)

    def _scale(self, part: Part, scales: Mapping[str, Scale]) -> Scale:
        if part.is_quantity:
            if self.kinds[part.name] is Kind.GATE:
                return GATE_SCALE
            return symmetric_scale(*self.trace.extremes(self.sequence, part.name, self.place))
        if part.name == "x":
            return symmetric_scale(*self._input_extremes())
        if not part.operation:
            state = part.name.removesuffix("_prev")
            return symmetric_scale(*self.trace.extremes(self.sequence, state, self.place))
        if part.operation.endswith(" −") and all(scales[name] is GATE_SCALE for name in part.operands):
            return GATE_SCALE  # 1 − z is a gate as z is
        if (owner := self.by_name[part.owner]).operation in ("+", "−", "⊙"):
            return self._scale(owner, scales)  # next to what it is a part of
        highs = [scales[name].high for name in part.operands]
        return symmetric_scale(0.0, math.prod(highs) if part.operation == "⊙" else sum(highs))

    def _input_extremes(self) -> tuple[float, float]:
        """Return the smallest and largest finite input so far; of what has come since the last time, only that."""
        if self.place.layer > 0:
            below = [p for p in self.trace.experiment.network.places if p.layer == self.place.layer - 1]
            ends = [self.trace.extremes(self.sequence, "h", p) for p in below]
            return min(low for low, _ in ends), max(high for _, high in ends)
        fresh = self.trace.inputs(self.sequence)[self._seen :]
        if fresh.size:
            low, high = float(fresh.min()), float(fresh.max())
            if not np.isfinite(low + high):
                finite = fresh[np.isfinite(fresh)]
                low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
            self._extremes = min(low, self._extremes[0]), max(high, self._extremes[1])
            self._seen += len(fresh)
        return self._extremes

    def _shades(self, values: Mapping[str, Any], theme: Theme) -> dict[str, Shade]:
        shades = {}
        for scale, sharing in self._sharing.items():
            names = [name for name in sharing if name in values]
            if not names:
                continue
            numbers = [values[name] for name in names]
            colors = coat(np.array(numbers), scale, theme)
            for name, number, ground, ink in zip(names, numbers, colors.grounds, colors.inks, strict=True):
                size = abs(float(number)) / scale.high
                shades[name] = Shade(ground, ink, size if size < 1 else 1.0)  # a NaN is drawn at full size
        return shades

    def _bundle(self, name: str, numbers: np.ndarray, theme: Theme) -> dict[str, npt.NDArray[np.uint32]]:
        if not len(numbers):
            return {}
        scale = self._scales[name]
        return {name: _packed(scale.map, theme)[quantise(numbers, scale)]}


@functools.cache
def _packed(kind: MapKind, theme: Theme) -> npt.NDArray[np.uint32]:
    """Return the colours of a table as a picture holds them."""
    return np.array(color_table(kind, theme), dtype=np.uint32)
