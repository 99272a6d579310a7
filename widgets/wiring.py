"""Where the parts of a cell stand in its diagram, and along which wires they are joined: layouts as values.

What there is, and what is made of what, comes from the cell's declaration (``explorer.formulas.parts``). Here are only
positions, on a grid of units about as large as a node, y downwards; a cell without a layout gets one by its levels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from explorer.cells import Cell
from explorer.formulas import Part, parts

Point = tuple[float, float]

TAP = 0.28
"""How far left and right of the middle h⁻ and x come to what the layer computes."""

COLUMN, LINE = 4.4, 1.15
"""Width of a level and height of a line in a layout by levels."""

TRACKS = 1.3
"""Of the width of a level, for the wires that turn."""


@dataclass(frozen=True, slots=True)
class Wire:
    """From the middle of a part along ``points`` to the middle of another, or without a ``target`` out of the cell."""

    source: str
    target: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value may be written: around a point (``align`` 0), to the right of it (1) or to the left (−1)."""

    x: float
    y: float
    align: int = 0


@dataclass(frozen=True, slots=True)
class Wiring:
    """The layout of one cell on a grid of ``size``: where its parts stand, the wires, and where values are written."""

    size: Point
    places: Mapping[str, Point]
    wires: tuple[Wire, ...]
    spots: Mapping[str, tuple[Spot, ...]]


def wiring(cell: Cell) -> Wiring:
    """Return the layout that was drawn for a cell, or where there is none that fits, one by the levels of its parts."""
    there, drawn = parts(cell), DRAWN.get(cell.name)
    if drawn is None or set(drawn.places) != {part.name for part in there}:
        return by_levels(there, cell.states)
    joined = {(wire.source, wire.target) for wire in drawn.wires if wire.target}
    fits = joined == {(name, part.name) for part in there for name in part.operands}
    return drawn if fits else by_levels(there, cell.states)


def _wire(places: Mapping[str, Point], source: str, target: str, *via: Point, end: Point | None = None) -> Wire:
    return Wire(source, target, (places[source], *via, end or places[target]))


def _taps(places: Mapping[str, Point], source: str, bus: float, shift: float, *targets: str) -> tuple[Wire, ...]:
    """Return wires along a line at height ``bus`` and from there up to each target."""
    x, y = places[source]
    down = () if y == bus else ((x + 0.5, y), (x + 0.5, bus))
    made = []
    for target in targets:
        end = (places[target][0] + shift, places[target][1])
        made.append(_wire(places, source, target, *down, (end[0], bus), end=end))
    return tuple(made)


def _lstm() -> Wiring:
    f, i, g, o, t, up, out = 3.4, 5.7, 8.0, 10.3, 12.5, 14.8, 15.7
    top, product, output, gates, layer, h_bus, x_bus = 1.1, 2.8, 4.2, 5.6, 7.2, 8.2, 9.1
    at = {
        "c_prev": (0.2, top), "f ⊙ c⁻": (f, top), "c": (g, top), "tanh_c": (t, 2.4), "h": (t, output),
        "i ⊙ g": (g, product), "i": (i, gates), "f": (f, gates), "g": (g, gates), "o": (o, gates),
        "a_i": (i, layer), "a_f": (f, layer), "a_g": (g, layer), "a_o": (o, layer),
        "h_prev": (0.2, h_bus), "x": (0.2, x_bus),
    }  # fmt: skip
    turn = (t, h_bus)
    wires = (
        *_taps(at, "x", x_bus, TAP, "a_f", "a_i", "a_g", "a_o"),
        *_taps(at, "h_prev", h_bus, -TAP, "a_f", "a_i", "a_g", "a_o"),
        *(_wire(at, f"a_{gate}", gate) for gate in "ifgo"),
        _wire(at, "f", "f ⊙ c⁻"),
        _wire(at, "c_prev", "f ⊙ c⁻"),
        _wire(at, "i", "i ⊙ g", (i, product)),
        _wire(at, "g", "i ⊙ g"),
        _wire(at, "f ⊙ c⁻", "c"),
        _wire(at, "i ⊙ g", "c"),
        _wire(at, "c", "tanh_c", (t, top)),
        Wire("c", "", (at["c"], (out, top))),
        _wire(at, "o", "h", (o, output)),
        _wire(at, "tanh_c", "h"),
        Wire("h", "", (at["h"], turn, (out, h_bus))),
        Wire("h", "", (at["h"], turn, (up, h_bus), (up, 0.0))),
    )
    spots = {
        "c_prev": (Spot(0, top, 1),), "f ⊙ c⁻": (Spot(5.7, top),), "i ⊙ g": (Spot(g, 1.95),), "c": (Spot(10.2, top),),
        "tanh_c": (Spot(t, 3.3),), "h": (Spot(t, 6.4), Spot(t, 7.3)), "h_prev": (Spot(0, h_bus, 1),),
        "f": (Spot(f, 4.4), Spot(f, 3.6)), "i": (Spot(i, 4.4),), "g": (Spot(g, 4.4), Spot(g, 3.6)),
        "o": (Spot(o, 4.75),), "a_i": (Spot(i, 6.45),), "a_f": (Spot(f, 6.45),), "a_g": (Spot(g, 6.45),),
        "a_o": (Spot(o, 6.45), Spot(o - 0.5, 6.45)), "x": (Spot(0, x_bus, 1),),
    }  # fmt: skip
    return Wiring((out, 9.6), at, wires, spots)


def _gru() -> Wiring:
    z, r, q, n, up, out = 3.3, 5.6, 9.4, 13.0, 16.2, 16.9
    top, product, tanh, gates, layer, h_bus, x_bus = 1.0, 2.75, 4.45, 6.1, 7.6, 8.5, 9.35
    at = {
        "h_prev": (0.2, top), "z ⊙ h⁻": (z, top), "h": (n, top), "1 − z": (r, product), "(1 − z) ⊙ n": (n, product),
        "n": (n, tanh), "z": (z, gates), "r": (r, gates), "r ⊙ q_n": (q, gates), "a_n": (n, gates),
        "a_z": (z, layer), "a_r": (r, layer), "q_n": (q, layer), "u_n": (n, layer), "x": (0.2, x_bus),
    }  # fmt: skip
    wires = (
        *_taps(at, "x", x_bus, TAP, "a_z", "a_r"),
        *_taps(at, "x", x_bus, 0, "u_n"),
        *_taps(at, "h_prev", h_bus, -TAP, "a_z", "a_r"),
        *_taps(at, "h_prev", h_bus, 0, "q_n"),
        _wire(at, "a_z", "z"),
        _wire(at, "a_r", "r"),
        _wire(at, "r", "r ⊙ q_n"),
        _wire(at, "q_n", "r ⊙ q_n"),
        _wire(at, "r ⊙ q_n", "a_n"),
        _wire(at, "u_n", "a_n"),
        _wire(at, "a_n", "n"),
        _wire(at, "z", "1 − z", (z, product)),
        _wire(at, "1 − z", "(1 − z) ⊙ n"),
        _wire(at, "n", "(1 − z) ⊙ n"),
        _wire(at, "z", "z ⊙ h⁻"),
        _wire(at, "h_prev", "z ⊙ h⁻"),
        _wire(at, "z ⊙ h⁻", "h"),
        _wire(at, "(1 − z) ⊙ n", "h"),
        Wire("h", "", (at["h"], (out, top))),
        Wire("h", "", (at["h"], (up, top), (up, 0.0))),
    )
    above = 6.88
    spots = {
        "h_prev": (Spot(0, top, 1), Spot(0, h_bus, 1)), "z ⊙ h⁻": (Spot(8.2, top),),
        "h": (Spot(14.75, top), Spot(out, 1.75, -1)), "1 − z": (Spot(9.3, product),),
        "(1 − z) ⊙ n": (Spot(n, 1.88), Spot(n - 1, 1.88)),
        "n": (Spot(n, 3.59),), "a_n": (Spot(n, 5.28),), "z": (Spot(z, 4.4),),
        "r": (Spot(7.62, gates), Spot(7.62, gates - 0.65), Spot(r, gates - 0.85)),
        "r ⊙ q_n": (Spot(11.1, gates),),
        "a_z": (Spot(z, above), Spot(z - 0.9, above)), "a_r": (Spot(r, above),),
        "q_n": (Spot(q, above),), "u_n": (Spot(n, above),), "x": (Spot(0, x_bus, 1),),
    }  # fmt: skip
    return Wiring((out, 9.85), at, wires, spots)


def _rnn() -> Wiring:
    a, h, up, out, y, x_bus = 3.9, 7.8, 11.3, 12.0, 2.0, 3.6
    at = {"h_prev": (0.2, y), "x": (0.2, x_bus), "a": (a, y), "h": (h, y)}
    wires = (
        _wire(at, "x", "a", (a, x_bus)),
        _wire(at, "h_prev", "a"),
        _wire(at, "a", "h"),
        Wire("h", "", (at["h"], (out, y))),
        Wire("h", "", (at["h"], (up, y), (up, 0.0))),
    )
    spots = {"h": (Spot(9.85, y),), "h_prev": (Spot(0, y, 1),), "a": (Spot(5.65, y),), "x": (Spot(0, x_bus, 1),)}
    return Wiring((out, 4.2), at, wires, spots)


DRAWN: Mapping[str, Wiring] = {"lstm": _lstm(), "gru": _gru(), "rnn": _rnn()}


def by_levels(there: Sequence[Part], states: Sequence[str]) -> Wiring:
    """Return a layout for parts of any kind: what enters on the left, each part one level behind its last operand.

    A wire that passes a level has a line of its own there, so it crosses nothing but other wires; where it turns, it
    has a track of its own between the levels. The states leave on the right.
    """
    level: dict[str, int] = {}
    for part in there:
        level[part.name] = 1 + max((level[name] for name in part.operands), default=-1)
    takers = {part.name: [other.name for other in there if part.name in other.operands] for part in there}
    last = max(level.values()) + 1
    ends = {name: max((level[other] for other in takers[name]), default=level[name]) for name in level}
    ends |= dict.fromkeys(states, last + 1)  # the last level is for what leaves
    lines = _lines(there, level, ends, last)
    at = {name: (0.2 + COLUMN * k, LINE * (lines[name, k] + 0.5)) for name, k in level.items()}
    turning = [[name for name in level if level[name] <= k < min(ends[name], last)] for k in range(last)]
    wires: list[Wire] = []
    for name, begin in level.items():
        path: tuple[Point, ...] = (at[name],)
        for k in range(begin, min(ends[name], last)):
            track = COLUMN * (k + 1) - 0.7 - TRACKS * (turning[k].index(name) + 0.5) / len(turning[k])
            turn = (*path, (track, path[-1][1]))
            wires += [Wire(name, x, (*turn, (track, at[x][1]), at[x])) for x in takers[name] if level[x] == k + 1]
            if (name, k + 1) in lines:
                path = (*turn, (track, y := LINE * (lines[name, k + 1] + 0.5)), (COLUMN * (k + 1), y))
        if name in states:
            wires.append(Wire(name, "", path))
    spots = {name: (Spot(x + 0.95 if level[name] else 0.0, y, 1),) for name, (x, y) in at.items()}
    height = LINE * (1 + max(lines.values()))
    return Wiring((COLUMN * last, height), at, tuple(wires), spots)


def _lines(
    there: Sequence[Part], level: Mapping[str, int], ends: Mapping[str, int], last: int
) -> dict[tuple[str, int], int]:
    """Return on which line each part stands in its level, and each wire in the levels that it passes."""
    lines: dict[tuple[str, int], int] = {}
    for k in range(last + 1):
        wanted: list[tuple[float, str]] = []
        for part in there:
            if level[part.name] == k:
                before = [lines[name, k - 1] for name in part.operands if (name, k - 1) in lines]
                wanted.append((sum(before) / len(before) if before else float(len(wanted)), part.name))
            elif level[part.name] < k < ends[part.name]:
                wanted.append((float(lines[part.name, k - 1]), part.name))
        lines |= {(name, k): line for line, (_, name) in enumerate(sorted(wanted, key=lambda each: each[0]))}
    return lines
