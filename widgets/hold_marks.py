"""How held values are marked, so that nobody takes one for a computed one: hatched where they stand, with an edge."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QTransform

from explorer.clamps import Clamp
from explorer.experiment import Experiment
from explorer.network import Place
from widgets.theme import Theme
from widgets.tile import Tile

NARROWEST = 4.0
"""Points that a stripe is high at least, however many units there are."""

TALL = 14.0
"""Points from which on an area is large enough to show its colours through the hatching."""

EDGE = 5.0
"""Points of the strip over the lines of units of which one is held."""

ROOM = EDGE + 2.0
"""Points that the strip takes of the lines: what is held at the upper end of the scale is seen below it."""


@dataclass(frozen=True, slots=True)
class HeldSpan:
    """Some units, or all, are held over steps first…last − 1."""

    first: int
    last: int
    units: tuple[int, ...] | None

    def holds(self, units: Iterable[int]) -> bool:
        """Whether it holds one of these."""
        return self.units is None or any(unit in self.units for unit in units)


def held_spans(experiment: Experiment, sequence: int, quantity: str, place: Place | None) -> tuple[HeldSpan, ...]:
    """Return where a quantity is held at a place; of the input, which has none, where it is edited."""
    length = len(experiment.dataset.sequences[sequence])
    clamps = (c for c in experiment.clamps if c.quantity == quantity and c.acts_on(sequence))
    return tuple(_span(clamp, length) for clamp in clamps if place is None or clamp.place == place)


def _span(clamp: Clamp, length: int) -> HeldSpan:
    first, last = clamp.steps
    return HeldSpan(first, length if last is None else min(last, length), clamp.units)


def is_held_at(spans: Iterable[HeldSpan], step: int, size: int) -> np.ndarray | None:
    """Return of which of the units (size,) something is held at a step; None where nothing is."""
    mask = None
    for span in spans:
        if span.first <= step < span.last:
            mask = np.zeros(size, np.bool_) if mask is None else mask
            mask[slice(None) if span.units is None else list(span.units)] = True
    return mask


def mark_stripes(
    painter: QPainter,
    tile: Tile,
    steps: range,
    spans: Iterable[HeldSpan],
    heat: QRectF,
    place: Callable[[int], int],
    size: int,
    theme: Theme,
) -> None:
    """Hatch the stripes of held units in a heat map of ``size`` units; ``place`` says how far down a unit stands."""
    each = heat.height() / size
    height = max(each, NARROWEST * tile.ratio)
    for span in spans:
        if span.units is None or len(span.units) == size:
            _mark(painter, tile, steps, span, heat.top(), heat.height(), theme)
            continue
        for unit in span.units:
            top = heat.top() + (place(unit) + 0.5) * each - height / 2
            top = min(max(top, heat.top()), heat.bottom() - height)
            _mark(painter, tile, steps, span, top, height, theme)


def mark_strip(
    painter: QPainter, tile: Tile, steps: range, spans: Iterable[HeldSpan], top: float, theme: Theme
) -> None:
    """Hatch a strip over lines of which one is held."""
    for span in spans:
        _mark(painter, tile, steps, span, top, EDGE * tile.ratio, theme)


def _mark(painter: QPainter, tile: Tile, steps: range, span: HeldSpan, top: float, height: float, theme: Theme) -> None:
    """Hatch the part of a span that lies in or beside some steps, at one height."""
    first, last = max(span.first, steps.start - 1), min(span.last, steps.stop + 1)
    if first < last:
        left, right = tile.x(first), tile.x(last)
        area = QRectF(left, top, max(right - left, 2 * tile.ratio), height)
        _hatch(painter, area, [tile.x(at) for at in (span.first, span.last) if first <= at <= last], theme, tile.ratio)


def _hatch(painter: QPainter, area: QRectF, edges: Iterable[float], theme: Theme, ratio: float) -> None:
    """Hatch an area, light on dark and dark on light so that it shows on every colour, and draw its edges."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    scaled = QTransform.fromScale(ratio, ratio)
    under, over = QColor(theme.base), QColor(theme.text)
    under.setAlphaF(0.45 if area.height() < TALL * ratio else 0.15)
    painter.fillRect(area, under)
    brush = QBrush(over, Qt.BrushStyle.BDiagPattern)
    brush.setTransform(scaled)
    painter.fillRect(area, brush)
    line = max(round(ratio), 1)
    for x in edges:
        painter.fillRect(QRectF(round(x), area.top(), line, area.height()), over)
    for y in (area.top(), area.bottom() - line):
        painter.fillRect(QRectF(area.left(), round(y), area.width(), line), over)
