"""Which character of an equation is under the pointer, and where a part of its text stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QPointF, QRectF

from widgets.equation_page import Place
from widgets.equation_paint import Ink
from widgets.equation_rows import Line

_WORD = re.compile(r"[^\s()=;:+⊙]+")


@dataclass(frozen=True, slots=True)
class Part:
    """Some characters of the text of a line: from ``begin`` up to ``end``, the latter not among them."""

    line: int
    begin: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Strip:
    """Characters that stand on one line of the page, each at its left edge; ``begin`` is the first one's number."""

    y: float
    begin: int
    edges: tuple[float, ...]


def character_at(line: Line, place: Place, ink: Ink, point: QPointF) -> int:
    """Return before which character of a line's text a point of the page is: that with the nearest edge."""
    strips = _strips(line, place, ink)
    height = ink.metrics.height()
    lowest = min(abs(point.y() - strip.y - height / 2) for strip in strips)
    level = [strip for strip in strips if abs(point.y() - strip.y - height / 2) == lowest]
    edges = [(abs(x - point.x()), strip.begin + k) for strip in level for k, x in enumerate(strip.edges)]
    return min(edges)[1]


def word_at(text: str, character: int) -> tuple[int, int]:
    """Return where the number or symbol begins and ends in which a character is, or next to which; else it alone."""
    words = [word.span() for word in _WORD.finditer(text)]
    return next((span for span in words if span[0] <= character <= span[1]), (character, character))


def boxes_of(line: Line, place: Place, ink: Ink, part: Part) -> list[QRectF]:
    """Return where on the page a part of a line's text stands."""
    found = []
    for strip in _strips(line, place, ink):
        first = max(part.begin - strip.begin, 0)
        last = min(part.end - strip.begin, len(strip.edges) - 1)
        if first < last:
            left, right = strip.edges[first], strip.edges[last]
            found.append(QRectF(left, strip.y + 1, right - left, ink.metrics.height()))
    return found


def _strips(line: Line, place: Place, ink: Ink) -> list[_Strip]:
    """Return the characters of a line as they are painted: what is drawn alike in one go."""
    row, found, number = line.row, [], 0
    for stretch in place.symbols:
        text = "".join(row.pieces[stretch.first : stretch.last])
        drawn = [row.symbol, text[len(row.symbol) :]] if not stretch.first else [text.lstrip()]
        begin = number if not stretch.first else number + len(text) - len(text.lstrip())
        found.append(_Strip(stretch.y, begin, _edges(drawn, stretch.x, ink)))
        number += len(text)
    joined = "".join(run.text for piece in line.pieces for run in piece)
    number += 1 - (len(joined) - len(joined.lstrip()))
    for stretch in place.numbers:
        runs = [run for piece in line.pieces[stretch.first : stretch.last] for run in piece]
        text = "".join(run.text for run in runs)
        alike = ["".join(run.text for run in same) for _, same in groupby(runs, lambda run: run.style)]
        if alike:
            blanks = len(alike[0]) - len(alike[0].lstrip())
            found.append(_Strip(stretch.y, number + blanks, _edges([alike[0].lstrip(), *alike[1:]], stretch.x, ink)))
        number += len(text)
    return found


def _edges(texts: list[str], x: float, ink: Ink) -> tuple[float, ...]:
    """Return the left edge of every character, and the right edge of the last."""
    edges = [x]
    for text in texts:
        edges += [x + ink.width(text[: k + 1]) for k in range(len(text))]
        x += ink.width(text)
    return tuple(edges)
