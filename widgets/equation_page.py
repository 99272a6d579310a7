"""Where the equations stand on their page: symbols beside numbers, or, where that is too wide, above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtGui import QFont, QFontMetricsF

from widgets.equation_rows import Line

MARGIN, GAP, PAD = 8.0, 28.0, 5.0
"""Pixels beside the page, between symbols and numbers, and above and below an equation."""

LEADING = 3.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some pieces on one line: from ``first`` up to ``last``, the latter not among them."""

    x: float
    y: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where one equation stands: its band on the page, and the lines of its symbols and of its numbers."""

    top: float
    height: float
    symbols: tuple[Stretch, ...]
    numbers: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The places of all equations; ``beside`` says that numbers stand beside their symbols."""

    places: tuple[Place, ...]
    width: float
    height: float
    beside: bool

    def at(self, y: float) -> int | None:
        """Return which equation is at this height."""
        return next((k for k, place in enumerate(self.places) if 0 <= y - place.top < place.height), None)


class Room:
    """How wide every piece may get. What once needed more room keeps it, so that nothing jumps about."""

    def __init__(self, lines: Sequence[Line], font: QFont) -> None:
        self._metrics = QFontMetricsF(font)
        self._rows = [line.row for line in lines]
        self._slots: list[list[_Slot]] = [[] for _ in lines]
        self.take(lines)

    @property
    def height(self) -> float:
        """The height of a line."""
        return self._metrics.height() + LEADING

    def take(self, lines: Sequence[Line]) -> bool:
        """Make room for these lines; return whether more was needed than there was."""
        grown = False
        for slots, line in zip(self._slots, lines, strict=True):
            for k, piece in enumerate(line.pieces):
                characters = sum(len(run.text) for run in piece)
                if k >= len(slots) or characters > slots[k].characters:
                    text = "".join(run.text for run in piece)
                    wide = self._metrics.horizontalAdvance(text)
                    slots[k : k + 1] = [_Slot(characters, wide, text.startswith((" =", ";", ":")))]
                    grown = True
        return grown

    def page(self, width: float) -> Page:
        """Return the places of the equations on a page that is as wide as this."""
        symbols = [[_Slot(len(text), self._advance(text)) for text in row.pieces] for row in self._rows]
        left, right = (max(map(_sum, side), default=0.0) for side in (symbols, self._slots))
        beside = MARGIN + left + GAP + right + MARGIN <= width
        places, y, widest = [], 0.0, 0.0
        for row, upper, lower in zip(self._rows, symbols, self._slots, strict=True):
            indent = MARGIN + self._advance(f"{row.symbol} ")
            edge, hanging = width - MARGIN, indent + self._advance("  ")
            named = _filled(upper, MARGIN, hanging, edge)
            start = named[-1].y + 1
            if beside:
                counted = [Stretch(MARGIN + left + GAP, 0, 0, len(lower))]
            elif row.symbol == row.formula:  # the numbers go on behind what is short
                counted = _filled(lower, indent, hanging, edge)
            else:
                counted = [replace(line, y=line.y + start) for line in _filled(lower, indent, hanging, edge)]
            top = y + PAD
            named, counted = ([replace(s, y=top + s.y * self.height) for s in part] for part in (named, counted))
            bottom = max(s.y for s in (*named, *counted)) + self.height + PAD
            places.append(Place(y, bottom - y, tuple(named), tuple(counted)))
            y = bottom
            widest = max([widest, *(s.x + _sum(lower[s.first : s.last]) for s in counted)])
        return Page(tuple(places), widest + MARGIN, y, beside)

    def _advance(self, text: str) -> float:
        return self._metrics.horizontalAdvance(text)


@dataclass(frozen=True, slots=True)
class _Slot:
    """The room of a piece; ``opens`` says that a link of the chain begins with it."""

    characters: int
    width: float
    opens: bool = False


def _sum(slots: Sequence[_Slot]) -> float:
    return sum(slot.width for slot in slots)


def _filled(slots: Sequence[_Slot], left: float, hanging: float, right: float) -> list[Stretch]:
    """Return the lines that pieces fill, counted in ``y``. A link of the chain is cut only where it is too long."""
    found, x, first = [], left, 0
    for k, slot in enumerate(slots):
        link = next((j for j in range(k + 1, len(slots)) if slots[j].opens), len(slots)) if slot.opens else k + 1
        whole = _sum(slots[k:link])
        keeps = whole if whole <= right - left else slot.width
        if k > first and x + keeps > right:
            found.append(Stretch(hanging if found and not slots[first].opens else left, len(found), first, k))
            x, first = (left if slot.opens else hanging), k
        x += slot.width
    return [*found, Stretch(hanging if found and not slots[first].opens else left, len(found), first, len(slots))]
