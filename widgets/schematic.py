"""A cell's wiring at a size in pixels: the shapes of nodes, the paths of wires, and where texts find room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QFont, QPainterPath, QPolygonF

from explorer.cells import Kind
from explorer.formulas import LAYER, Part
from widgets.placing import Chip, Placed, Request, place_best
from widgets.wiring import Point, Wire, Wiring

STRETCH = 1.7
"""How many times as far apart as upwards things may be sideways, and the other way round."""

CORNER, AIR = 0.3, 10.0
SIGNS = ("⊙", "+", "−", "=")
"""Operations that are drawn, in a circle; the others are written, in a box."""

BOX, SMALL_BOX, SIGN, DOT = (1.5, 0.84), (1.0, 0.62), 0.76, 0.3
"""Sizes of nodes, in grid units."""

Level = tuple[float, float, float]
"""A level piece of a wire: y, from x, to x."""

RANKS = {Kind.STATE: 0, Kind.GATE: 1, Kind.ACTIVATION: 2, Kind.PRE_ACTIVATION: 5}
ENTERS, ON_THE_WAY = 3, 4
"""Whose values are left out last where room is short, and whose first."""


@dataclass(frozen=True, slots=True)
class Line:
    """One wire: its path, and the arrow at its end. ``bundle`` says that it carries every unit's number, not one."""

    source: str
    target: str
    path: QPainterPath
    arrow: QPolygonF
    bundle: bool


@dataclass(frozen=True, slots=True)
class Schematic:
    """Everything of a diagram but colours and numbers, in pixels.

    ``ribbons`` are stretches of bundles wide enough for a colour per unit. ``width`` is that of a wire.
    """

    nodes: Mapping[str, QRectF]
    lines: Mapping[str, tuple[Line, ...]]
    ribbons: Mapping[str, QRectF]
    texts: Placed
    width: float
    unit: float

    def at(self, point: QPointF) -> str | None:
        """Return the part whose node, value or ribbon is at a point."""
        for name, chip in self.texts.chips.items():
            if chip.rect.contains(point):
                return name
        for name, rect in self.nodes.items():
            if rect.adjusted(-3, -3, 3, 3).contains(point):
                return name
        return next((name for name, rect in self.ribbons.items() if rect.contains(point)), None)

    def beside(self, name: str, size: QSizeF, operands: Sequence[str], area: QRectF) -> QPointF:
        """Return where in ``area`` what is told of a part covers least of itself and of its operands."""
        node, (width, height) = self.nodes[name], (size.width(), size.height())
        middle = node.center() - QPointF(width / 2, height / 2)
        places = (
            QPointF(middle.x(), node.bottom() + AIR),
            QPointF(middle.x(), node.top() - height - AIR),
            QPointF(node.right() + AIR, middle.y()),
            QPointF(node.left() - width - AIR, middle.y()),
        )
        kept = [rect for each in (name, *operands) for rect in self._rects(each)]

        def covered(corner: QPointF) -> float:
            box = QRectF(corner, size)
            shared = [box.intersected(rect) for rect in kept]
            return sum(rect.width() * rect.height() for rect in shared)

        rooms = [_within(place, size, area) for place in places]
        return min(rooms, key=covered)  # of equals the first

    def _rects(self, name: str) -> list[QRectF]:
        chip = self.texts.chips.get(name)
        return [self.nodes[name], *([] if chip is None else [chip.rect])]


def schematic(
    wiring: Wiring,
    parts: Sequence[Part],
    kinds: Mapping[str, Kind],
    room: Mapping[str, int],
    area: QRectF,
    font: QFont,
) -> Schematic:
    """Lay out a cell in ``area``, as large as there is room; values have at most ``room`` characters each."""
    grid = _Grid(wiring.size, area)
    by_name = {part.name: part for part in parts}
    nodes = {part.name: grid.shape(part, wiring.places[part.name]) for part in parts}
    bundled = {wire for wire in wiring.wires if wire.target and by_name[wire.target].operation == LAYER}
    ribbons = {}
    for name in {wire.source: None for wire in bundled}:
        if (trunk := grid.trunk([wire for wire in bundled if wire.source == name], nodes)) is not None:
            ribbons[name] = trunk
    requests = [
        Request(
            part.name,
            "" if part.operation == LAYER else part.symbol,  # it stands in the node
            room[part.name],
            tuple((grid.point((spot.x, spot.y)), spot.align) for spot in wiring.spots.get(part.name, ())),
            _rank(part, kinds),
            on_node=not part.operation,
        )
        for part in parts
    ]
    wires = [(wire.source, rect) for wire in wiring.wires for rect in grid.strips(wire)]
    texts = place_best(requests, area, nodes, [*wires, *ribbons.items()], grid.unit, font)
    crossed = _levels(wiring.wires)
    lines: dict[str, tuple[Line, ...]] = {}
    for wire in wiring.wires:
        others = [piece for source, piece in crossed if source != wire.source]
        line = grid.line(wire, nodes, wire in bundled, others, texts.chips.get(wire.source))
        lines[wire.source] = (*lines.get(wire.source, ()), line)
    ribbons = {name: _beside(rect, texts.chips.get(name)) for name, rect in ribbons.items()}
    return Schematic(nodes, lines, ribbons, texts, grid.width, grid.unit)


def _rank(part: Part, kinds: Mapping[str, Kind]) -> int:
    return ENTERS if not part.operation else RANKS[kinds[part.name]] if part.is_quantity else ON_THE_WAY


def _beside(ribbon: QRectF, chip: Chip | None) -> QRectF:
    """Return what is left of a ribbon to the right of the value that stands on it."""
    if chip is None or not chip.rect.intersects(ribbon):
        return ribbon
    return QRectF(QPointF(chip.rect.right() + 1, ribbon.top()), ribbon.bottomRight())


def _levels(wires: Iterable[Wire]) -> list[tuple[str, Level]]:
    """Return every level piece of wire, and its source."""
    found = {
        (wire.source, (a[1], min(a[0], b[0]), max(a[0], b[0])))
        for wire in wires
        for a, b in pairwise(wire.points)
        if a[1] == b[1]
    }
    return sorted(found)


class _Grid:
    """Turns grid units into pixels."""

    def __init__(self, size: Point, area: QRectF) -> None:
        width, height = size
        x, y = area.width() / width, area.height() / height
        self.unit = max(min(x, y), 1.0)
        self.x, self.y = min(x, STRETCH * self.unit), min(y, STRETCH * self.unit)
        self.left = area.left() + (area.width() - self.x * width) / 2
        self.top = area.top() + (area.height() - self.y * height) / 2
        self.width = min(max(self.unit * 0.15, 3.0), 8.0)

    def point(self, point: Point) -> QPointF:
        return QPointF(self.left + point[0] * self.x, self.top + point[1] * self.y)

    def shape(self, part: Part, place: Point) -> QRectF:
        if part.operation == "":
            width = height = DOT
        elif part.operation in SIGNS or part.operation.endswith(" −"):
            width = height = SIGN
        else:
            width, height = SMALL_BOX if part.operation == LAYER else BOX
        middle = self.point(place)
        # On whole pixels, so that edges are crisp and all nodes of a kind alike.
        w, h = max(round(width * self.unit / 2), 2) * 2, max(round(height * self.unit / 2), 2) * 2
        return QRectF(round(middle.x()) - w / 2, round(middle.y()) - h / 2, w, h)

    def strips(self, wire: Wire) -> list[QRectF]:
        """Return the pieces of a wire as rectangles, a little wider than it is."""
        air = self.width / 2 + 1
        points = [self.point(point) for point in wire.points]
        return [QRectF(a, b).normalized().adjusted(-air, -air, air, air) for a, b in pairwise(points)]

    def line(
        self, wire: Wire, nodes: Mapping[str, QRectF], bundle: bool, crossed: Sequence[Level], chip: Chip | None
    ) -> Line:
        """Return a wire with an arrow at its end; it makes way for its value and for wires that it crosses."""
        points = self._points(wire)
        before, tip = points[-2], points[-1]
        if wire.target:
            tip = _edge(nodes[wire.target], before, tip)
        length = max(self.width * (1.1 if bundle else 1.4), 5.0)
        along = _unit(before, tip)
        base = tip - along * length
        across = QPointF(-along.y(), along.x()) * (length * 0.6)
        points[0] = _edge(nodes[wire.source], points[1], points[0])
        path = QPainterPath(points[0])
        radius = CORNER * self.unit
        value = None if chip is None else chip.rect
        gaps = [gap for each in crossed if (gap := self._gap(each)).isValid()]
        for k in range(1, len(points) - 1):
            a, b, c = points[k - 1 : k + 2]
            r = min(radius, (b - a).manhattanLength() / 2, (c - b).manhattanLength() / 2)
            _run(path, b - _unit(a, b) * r, value, gaps)
            path.quadTo(b, b + _unit(b, c) * r)
        _run(path, base + along, value, gaps)
        return Line(wire.source, wire.target, path, QPolygonF([tip, base + across, base - across]), bundle)

    def _gap(self, level: Level) -> QRectF:
        """Return where a wire that crosses a level one makes way for it."""
        y, x0, x1 = level
        a, b, half = self.point((x0, y)), self.point((x1, y)), self.width / 2 + 2.5
        return QRectF(
            QPointF(a.x() + self.width, round(a.y()) - half), QPointF(b.x() - self.width, round(b.y()) + half)
        )

    def _points(self, wire: Wire) -> list[QPointF]:
        kept = [wire.points[0], *(b for a, b in pairwise(wire.points) if a != b)]
        return [QPointF(self.point(point).toPoint()) for point in kept]

    def trunk(self, wires: Sequence[Wire], nodes: Mapping[str, QRectF]) -> QRectF | None:
        """Return the longest level stretch of a bundle, as high as its colours are to be."""
        level = []
        for wire in wires:
            points = self._points(wire)
            points[-1] = _edge(nodes[wire.target], *points[-2:]) - _unit(*points[-2:]) * max(self.width * 1.1, 5.0)
            level += [(b.x() - a.x(), a.x(), a.y()) for a, b in pairwise(points) if abs(a.y() - b.y()) < 1]
        if not level:
            return None
        length, x, y = max(level)
        height = max(round(self.unit * 0.15), 2) * 2
        return QRectF(round(x), y - height / 2, max(round(length), 1), height)


def _run(path: QPainterPath, to: QPointF, chip: QRectF | None, crossed: Sequence[QRectF]) -> None:
    """Go on to a point, with gaps where the value stands, and on the way up or down where another wire passes."""
    start = path.currentPosition()
    along = _unit(start, to)
    upright = abs(along.y()) > abs(along.x())
    ends = (start.y(), to.y()) if upright else (start.x(), to.x())
    low, high = min(ends), max(ends)
    gaps = [] if chip is None else [chip]
    if upright:
        gaps += [hole for hole in crossed if low < hole.top() and hole.bottom() < high]
    pieces = []
    for gap in gaps:
        first, last = (gap.top(), gap.bottom()) if upright else (gap.left(), gap.right())
        beside = gap.left() < start.x() < gap.right() if upright else gap.top() < start.y() < gap.bottom()
        if beside and first < high and low < last:
            pieces.append((max(first, low), min(last, high)))
    forward = ends[0] < ends[1]
    for first, last in sorted(pieces, reverse=not forward):
        near, far = (first, last) if forward else (last, first)
        path.lineTo(QPointF(start.x(), near) if upright else QPointF(near, start.y()))
        path.moveTo(QPointF(start.x(), far) if upright else QPointF(far, start.y()))
    path.lineTo(to)


def _within(corner: QPointF, size: QSizeF, area: QRectF) -> QPointF:
    """Return the corner of a box, moved so far that the box lies in an area, from its left and its top on."""
    x = max(min(corner.x(), area.right() - size.width()), area.left())
    return QPointF(x, max(min(corner.y(), area.bottom() - size.height()), area.top()))


def _unit(a: QPointF, b: QPointF) -> QPointF:
    length = max((b - a).manhattanLength(), 1e-9)
    return (b - a) / length


def _edge(rect: QRectF, before: QPointF, to: QPointF) -> QPointF:
    """Return where a wire that comes from ``before`` meets the edge of a node."""
    if abs(to.x() - before.x()) > abs(to.y() - before.y()):
        return QPointF(rect.left() if to.x() > before.x() else rect.right(), to.y())
    return QPointF(to.x(), rect.top() if to.y() > before.y() else rect.bottom())
