"""Where texts find room in a diagram: as large as possible, and never over one another or over what they do not name.

Where there is little room, values go without the names beside them, and then the less important ones are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QFont, QFontMetricsF

from widgets.theme import number_font

SMALLEST, LARGEST = 9, 18
"""Pixels of a text."""

NAMED = 0.8
"""How much smaller texts may be for every value to stand with its name."""

PAD = 3.0
AIR = 2.0


@dataclass(frozen=True, slots=True)
class Request:
    """A value that is to be placed: the text of its name, its characters, where it may stand, and how important it is.

    Without a ``symbol``, its name stands elsewhere.

    A spot is a point, and whether the text stands around it (0), to its right (1) or to its left (−1). ``on_node`` lets
    it cover the node that it belongs to.
    """

    name: str
    symbol: str
    characters: int
    spots: tuple[tuple[QPointF, int], ...]
    rank: int
    on_node: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """Where a value stands, and before it the name, where there is room for it (``name_width`` 0: there is none)."""

    rect: QRectF
    name_width: float = 0.0

    @property
    def number(self) -> QRectF:
        """The part that the value takes."""
        return self.rect.adjusted(self.name_width, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Placed:
    """The places of values and, of parts whose name does not stand before the value, of names; and their fonts."""

    font: QFont
    bold: QFont
    chips: dict[str, Chip] = field(default_factory=dict)
    names: dict[str, QRectF] = field(default_factory=dict)


def place_best(
    requests: Sequence[Request],
    area: QRectF,
    nodes: Mapping[str, QRectF],
    wires: Sequence[tuple[str, QRectF]],
    unit: float,
    font: QFont,
) -> Placed:
    """Return the places with the largest font that all values fit with; with the smallest, of those that do.

    ``nodes`` are never covered, ``wires`` only by the value of the part that they come from.
    """
    placing = _Placing(sorted(requests, key=lambda request: request.rank), area, nodes, wires, font)
    largest = max(min(LARGEST, round(unit * 0.5)), SMALLEST)
    sizes, everything = range(largest, SMALLEST - 1, -1), len(requests)
    mixed = next((p for size in sizes if len((p := placing.place(size, bare=True)).chips) == everything), None)
    if mixed is None:
        return placing.place(SMALLEST, bare=True, everywhere=True)
    for size in range(mixed.font.pixelSize(), max(round(mixed.font.pixelSize() * NAMED), SMALLEST) - 1, -1):
        named = placing.place(size, bare=False)
        if len(named.chips) == everything:
            return named
    return mixed


class _Placing:
    """The places of one diagram, tried with one font after another."""

    def __init__(
        self,
        requests: Sequence[Request],
        area: QRectF,
        nodes: Mapping[str, QRectF],
        wires: Sequence[tuple[str, QRectF]],
        font: QFont,
    ) -> None:
        self._requests, self._area, self._nodes, self._wires, self._font = requests, area, nodes, wires, font
        self._shapes = {name: rect.adjusted(-AIR, -AIR, AIR, AIR) for name, rect in nodes.items()}

    def place(self, size: int, *, bare: bool, everywhere: bool = False) -> Placed:
        """Return the places with a font of this size; with ``bare``, values may stand without their names.

        Values of one rank are treated alike: all with their names, or none. Where not all fit at the first of their
        spots, the others are tried if they may stand ``everywhere``.
        """
        placed = Placed(_sized(number_font(), size), _sized(self._font, size, bold=True))
        letters = QFontMetricsF(placed.bold)
        for _, group in groupby(self._requests, key=lambda request: request.rank):
            alike, found = list(group), {}
            for tried, named in ((1, True), (1, False), (None, True), (None, False)):
                if (named or bare) and (tried == 1 or everywhere):
                    other = self._chips(alike, placed, tried, named=named)
                    found = other if len(other) > len(found) else found
                if len(found) == len(alike):
                    break
            placed.chips.update(found)
        for request in self._requests:
            chip = placed.chips.get(request.name)
            if bare and request.symbol and (chip is None or not chip.name_width):
                self._name(request, letters.horizontalAdvance(request.symbol), letters.height(), placed)
        return placed

    def _chips(self, requests: Sequence[Request], placed: Placed, spots: int | None, *, named: bool) -> dict[str, Chip]:
        """Return the places of some values beside those that are placed, as far as there are any."""
        figures, letters = QFontMetricsF(placed.font), QFontMetricsF(placed.bold)
        figure, height = figures.horizontalAdvance("0"), round(figures.height()) + 1
        found: dict[str, Chip] = {}
        for request in requests:
            name = round(letters.horizontalAdvance(request.symbol) + 1.5 * PAD) if named and request.symbol else 0
            width = round(request.characters * figure + 2 * PAD + name)
            taken = [chip.rect.adjusted(-AIR, -AIR, AIR, AIR) for chip in (*placed.chips.values(), *found.values())]
            if (rect := self._free(request, request.spots[:spots], QSizeF(width, height), taken)) is not None:
                found[request.name] = Chip(rect, name)
        return found

    def _free(
        self, request: Request, spots: Sequence[tuple[QPointF, int]], size: QSizeF, taken: Sequence[QRectF]
    ) -> QRectF | None:
        """Return the first spot where a value covers nothing but its own wire."""
        for point, align in spots:
            left = point.x() - (0.5 - 0.5 * align) * size.width()
            rect = QRectF(QPointF(round(left), round(point.y() - size.height() / 2)), size)
            covered = (strip for name, strip in self._wires if name != request.name)
            shapes = (shape for name, shape in self._shapes.items() if name != request.name or not request.on_node)
            if self._area.contains(rect) and not _any(rect, (*covered, *shapes, *taken)):
                return rect
        return None

    def _name(self, request: Request, width: float, height: float, placed: Placed) -> None:
        """Write a name beside its node, where there is nothing else."""
        node, chip = self._nodes[request.name], placed.chips.get(request.name)
        taken = [strip for _, strip in self._wires]
        taken += [*self._nodes.values(), *placed.names.values(), *(chip.rect for chip in placed.chips.values())]
        for rect in _around(node, width, height, None if chip is None else chip.rect):
            if self._area.contains(rect) and not _any(rect, taken):
                placed.names[request.name] = rect
                return


def _around(node: QRectF, width: float, height: float, chip: QRectF | None) -> Iterator[QRectF]:
    """Yield places for a text beside a node, and above and below its value."""
    middle, above, below = node.center().y() - height / 2, node.top() - height, node.bottom()
    right, left = node.right() + AIR, node.left() - AIR - width
    inner = node.center().x() + node.width() / 4
    for x, y in ((right, middle), (left, middle), (inner, above), (right, above), (left, above), (right, below)):
        yield QRectF(x, y, width, height)
    if chip is not None:
        yield QRectF(chip.left() + AIR, chip.top() - height, width, height)
        yield QRectF(chip.left() + AIR, chip.bottom(), width, height)


def _any(rect: QRectF, others: Iterable[QRectF]) -> bool:
    return any(rect.intersects(other) for other in others)


def _sized(font: QFont, size: int, *, bold: bool = False) -> QFont:
    sized = QFont(font)
    sized.setPixelSize(size)
    sized.setBold(bold)
    sized.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)
    return sized
