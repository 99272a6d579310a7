"""How tokens look: what stands for signs that cannot be seen, and their colour by the value of a unit."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from explorer.cells import Kind, Quantity
from explorer.clamps import INPUT
from explorer.experiment import Experiment
from explorer.network import Place
from explorer.sequences import UNKNOWN, coded_feature, tokens_of
from explorer.trace import Trace
from widgets.decimals import exact
from widgets.drawing import GATE_SCALE, Scale, color_table, quantise, symmetric_scale
from widgets.theme import MapKind, Theme

FIRST_QUANTITY = "h"
INK_ON_LIGHT, INK_ON_DARK = "#000000", "#ffffff"
LONGEST = 60
"""Characters of a token that are shown at most: a token may be a whole line of signs without a blank."""

_SIGNS = {" ": "␣", "\n": "⏎", "\t": "⇥", "\r": "␍", "\u00a0": "⍽"}


def visible(token: str) -> str:
    """Return what is drawn for a token: itself, where it can be seen."""
    if token in _SIGNS:
        return _SIGNS[token]
    if not token.isprintable():
        token = "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in token)
    return token if len(token) <= LONGEST else f"{token[: LONGEST - 1]}…"


@dataclass(frozen=True, slots=True)
class Tint:
    """What tokens are coloured by: one quantity of one unit, at a place of a trace."""

    trace: Trace
    sequence: int
    place: Place
    quantity: Quantity
    unit: int

    @classmethod
    def of(cls, trace: Trace, sequence: int, place: Place, name: str, units: tuple[int, ...]) -> Tint:
        """Return the tint by the first of the units that there is, and by h where the cell has no such quantity."""
        network = trace.experiment.network
        cell, size = network.cell(place), network.weights(place).hidden_size
        known = {quantity.name: quantity for quantity in cell.quantities}
        unit = next((unit for unit in units if unit < size), 0)
        return cls(trace, sequence, place, known.get(name, known[FIRST_QUANTITY]), unit)

    @property
    def title(self) -> str:
        """The quantity and the unit in a few words."""
        place = f" · {self.place.key}" if len(self.trace.experiment.network.places) > 1 else ""
        return f"{self.quantity.symbol}{place} · unit {self.unit}"

    @property
    def known(self) -> range:
        """The steps that have a colour."""
        return self.trace.ready(self.sequence, self.place)

    def scale(self) -> Scale:
        """Return the limits of the colours, those of the quantity's row."""
        if self.quantity.kind is Kind.GATE:
            return GATE_SCALE
        return symmetric_scale(*self.trace.extremes(self.sequence, self.quantity.name, self.place))

    def values(self, first: int, last: int) -> npt.NDArray[np.floating]:
        """Return the values of the steps first…last − 1, all known: (n,)."""
        units = np.array([self.unit])
        return self.trace.read(self.sequence, self.quantity.name, self.place, units, slice(first, last))[:, 0]

    def value_text(self, step: int) -> str:
        """Return the exact value at a step, or that there is none yet."""
        known = step in self.known
        return f"{self.title}: {exact(self.values(step, step + 1)[0]) if known else 'not computed yet'}"


def about(words: Words, tint: Tint, step: int) -> str:
    """Return what a tooltip says of the token at a step: itself, its code, the value of the unit."""
    return f"step {step}\n{words.about(step)}\n{tint.value_text(step)}"


class Reading:
    """A text and what it is coloured by, as a panel is told of them one after the other.

    Each method that tells returns whether that changed anything; ``tint`` is then another.
    """

    def __init__(self) -> None:
        self.words = Words()
        self.tint: Tint | None = None
        self.units: tuple[int, ...] = ()
        self._source: tuple[Trace, int, Place] | None = None
        self._quantity = FIRST_QUANTITY

    def take_trace(self, trace: Trace, sequence: int, place: Place) -> bool:
        """Colour by this trace; returns whether the text is another one."""
        before, self._source = self._source, (trace, sequence, place)
        other = before is None or before[1] != sequence or _other_text(before[0].experiment, trace.experiment)
        if other:
            self.words = Words.of(trace.experiment, sequence)
        self._retint()
        return other

    def take_units(self, units: tuple[int, ...]) -> bool:
        """Colour by the first of these units."""
        changed, self.units = units != self.units, units
        return changed and self._retint()

    def take_quantity(self, name: str) -> bool:
        """Colour by this quantity."""
        changed, self._quantity = name != self._quantity, name
        return changed and self._retint()

    def _retint(self) -> bool:
        if self._source is not None:
            self.tint = Tint.of(*self._source, self._quantity, self.units)
        return self._source is not None


def _other_text(before: Experiment, now: Experiment) -> bool:
    """Return whether another text may be read: other data, or other edits of them."""
    edits = [[clamp for clamp in each.clamps if clamp.quantity == INPUT] for each in (before, now)]
    return before.dataset is not now.dataset or edits[0] != edits[1]


@dataclass(frozen=True, slots=True)
class Coat:
    """The colours of some tokens: the ground of each, and the text on it."""

    grounds: list[QColor]
    inks: list[QColor]


def coat(values: npt.NDArray[np.floating], scale: Scale, theme: Theme) -> Coat:
    """Return the colours for these values (n,). The text has a contrast of at least 4.5:1 on its ground."""
    grounds, inks = _colors(scale.map, theme)
    index = quantise(values, scale).tolist()
    return Coat([grounds[k] for k in index], [inks[k] for k in index])


@functools.cache
def _colors(kind: MapKind, theme: Theme) -> tuple[list[QColor], list[QColor]]:
    """Return the colours of the table, and for each black or white, whichever has more contrast: 4.58:1 or more."""
    grounds = [QColor(color) for color in color_table(kind, theme)]
    return grounds, [ink(ground) for ground in grounds]


def ink(ground: QColor) -> QColor:
    """Return black or white, whichever can be read better on this ground."""
    # Contrast is (lighter + 0.05) / (darker + 0.05): black wins where the luminance is above √(1.05 · 0.05) − 0.05.
    return QColor(INK_ON_LIGHT if luminance(ground) > (1.05 * 0.05) ** 0.5 - 0.05 else INK_ON_DARK)


def luminance(color: QColor) -> float:
    """Return the relative luminance, 0–1, as the guidelines for accessible contents define it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.getRgbF()[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def underline(painter: QPainter, box: QRectF, color: QColor, ratio: float = 1.0, *, solid: bool = False) -> None:
    """Mark a token that is not in the vocabulary: dots below a text that stands in the middle of ``box``.

    A ``solid`` line says that it was put there in the place of another.
    """
    painter.setPen(
        QPen(color, (2.0 if solid else 1.5) * ratio, Qt.PenStyle.SolidLine if solid else Qt.PenStyle.DotLine)
    )
    y = box.center().y() + painter.fontMetrics().height() / 2
    painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The tokens of one sequence as they are read, and the code and the word of the vocabulary of each.

    ``codes`` (T,) are positions in ``vocabulary``, ``original`` those of the data: where they differ, the token is an
    edit. ``spaced`` says that between tokens there is a blank that is none of them. Of a sequence that is no text there
    are no tokens.
    """

    tokens: tuple[str, ...] = ()
    codes: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    vocabulary: tuple[str, ...] = ()
    spaced: bool = True
    original: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    @classmethod
    def of(cls, experiment: Experiment, sequence: int) -> Words:
        """Return what is read at the steps of a sequence, with its edits."""
        dataset = experiment.dataset
        name = coded_feature(dataset)
        if name is None:
            return cls()
        column, vocabulary = dataset.features.index(name), dataset.vocabularies[name]
        original = dataset.sequences[sequence].values[:, column]
        codes = experiment.values(sequence)[:, column]
        tokens = list(tokens_of(dataset, sequence))
        for step in np.flatnonzero(codes != original).tolist():
            tokens[step] = vocabulary[int(codes[step])]
        spaced = " " not in tokens and any(len(token) > 1 for token in tokens)
        return cls(tuple(tokens), codes, vocabulary, spaced, original)

    def __len__(self) -> int:
        return len(self.tokens)

    def unknown(self, step: int) -> bool:
        """Whether the token at a step is none of the vocabulary."""
        return self.vocabulary[int(self.codes[step])] == UNKNOWN

    def marked(self, step: int) -> bool:
        """Whether there is a line below the token: it is not in the vocabulary, or not in the data."""
        return self.unknown(step) or self.changed(step)

    def changed(self, step: int) -> bool:
        """Whether another token stands at a step in the data."""
        return bool(self.codes[step] != self.original[step])

    def about(self, step: int) -> str:
        """Return the token at a step, its code, and what word it counts as where that is another."""
        if self.changed(step):
            was, now = (self.vocabulary[int(codes[step])] for codes in (self.original, self.codes))
            return f"“{visible(now)}” · read instead of “{visible(was)}”, code {int(self.codes[step])}"
        token, code = self.tokens[step], int(self.codes[step])
        word = self.vocabulary[code]
        if word == UNKNOWN:
            return f"“{visible(token)}” is not in the vocabulary: {UNKNOWN}, code {code}"
        as_word = "" if word == token else f"counts as “{visible(word)}”, "
        return f"“{visible(token)}” · {as_word}code {code}"
