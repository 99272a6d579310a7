"""Which rows are shown, in which order, how and how high: a value, and what can be done to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal, get_args

from explorer.cells import Cell, Kind, Quantity
from explorer.network import FORWARD, REVERSE, Network, Place

Mode = Literal["both", "heat", "lines"]
MODES: tuple[Mode, ...] = get_args(Mode)
MODE_TITLES = MappingProxyType({"both": "heat map and lines", "heat": "heat map only", "lines": "lines only"})

Key = tuple[str, Place | None, int]
"""What tells one row from another: its quantity, its place and its side."""

HIDDEN_AT_FIRST = frozenset({"tanh_c"})
USUAL = "Gates, candidate and states"
PRESETS: MappingProxyType[str, Callable[[Quantity], bool]] = MappingProxyType(
    {
        USUAL: lambda q: q.kind is not Kind.PRE_ACTIVATION and q.name not in HIDDEN_AT_FIRST,
        "Gates only": lambda q: q.kind is Kind.GATE,
        "States only": lambda q: q.kind is Kind.STATE,
        "Pre-activations only": lambda q: q.kind is Kind.PRE_ACTIVATION,
        "Everything": lambda q: True,
    }
)
"""Layouts that are often wanted, and whether a quantity is in them."""

LOWEST, HIGHEST = 40, 1200
"""Pixels of a row."""


@dataclass(frozen=True, slots=True)
class RowSpec:
    """One row. ``place`` None is the place that is looked at; ``height`` 0 takes its share of the room there is.

    ``difference`` shows how the quantity differs from that of the ghost, where there is one; in a row of another
    ``side`` than the present trace (0), from that of the present one.
    """

    quantity: str
    place: Place | None = None
    mode: Mode = "both"
    height: int = 0
    difference: bool = False
    side: int = 0

    @property
    def key(self) -> Key:
        """What tells it from other rows."""
        return self.quantity, self.place, self.side

    def at(self, looked_at: Place) -> Place:
        """Return the place of the row while ``looked_at`` is looked at."""
        return looked_at if self.place is None else self.place

    def within(self, network: Network, looked_at: Place) -> Place:
        """Return its place in a network, which need not have the one that is looked at: then it is the first."""
        place = self.at(looked_at)
        return network.places[0] if self.place is None and place not in network.places else place

    def text(self) -> str:
        """Return it as it is remembered."""
        place = "" if self.place is None else self.place.key
        return ":".join((self.quantity, place, self.mode, str(self.height), "difference" if self.difference else ""))


@dataclass(frozen=True, slots=True)
class RowLayout:
    """The rows from the top down. ``solo`` is the key of the one that is shown alone; it may be none."""

    rows: tuple[RowSpec, ...] = ()
    solo: Key | None = None

    @property
    def shown(self) -> tuple[RowSpec, ...]:
        """The rows on screen."""
        alone = tuple(row for row in self.rows if row.key == self.solo)
        return alone or self.rows

    def find(self, key: Key) -> RowSpec | None:
        """Return the row of that key, if there is one."""
        return next((row for row in self.rows if row.key == key), None)

    def show(self, spec: RowSpec, cell: Cell) -> RowLayout:
        """Return the layout with a further row, before the first that the cell computes later.

        Rows of the same quantity stand below one another, that of the present trace above those of other sides.
        """
        if self.find(spec.key) is not None:
            return self
        if spec.side:
            return self.beside((spec,))
        alike = self._alike(spec)
        order = [quantity.name for quantity in cell.quantities]
        rank = _rank(spec, order)
        known = (k for k, row in enumerate(self.rows) if row.quantity in order and not row.side)
        later = (k for k in known if _rank(self.rows[k], order) > rank)
        return self._insert(alike[0] if alike else next(later, len(self.rows)), spec)

    def beside(self, rows: Iterable[RowSpec]) -> RowLayout:
        """Return the layout with those of the rows too that are of other sides than the present trace."""
        layout = self
        for row in rows:
            if row.side and layout.find(row.key) is None:
                alike = layout._alike(row)
                layout = layout._insert(alike[-1] + 1 if alike else len(layout.rows), row)
        return layout

    def _alike(self, spec: RowSpec) -> list[int]:
        return [k for k, row in enumerate(self.rows) if (row.quantity, row.place) == (spec.quantity, spec.place)]

    def _insert(self, index: int, spec: RowSpec) -> RowLayout:
        return RowLayout((*self.rows[:index], spec, *self.rows[index:]), self.solo)

    def of_side(self, side: int) -> RowLayout:
        """Return the layout with the rows of one side only, none of them alone."""
        return RowLayout(tuple(row for row in self.rows if row.side == side))

    def without_side(self, side: int) -> RowLayout:
        """Return the layout without the rows of that side."""
        alone = None if self.solo is not None and self.solo[2] == side else self.solo
        return RowLayout(tuple(row for row in self.rows if row.side != side), alone)

    def hide(self, key: Key) -> RowLayout:
        """Return the layout without that row."""
        return RowLayout(tuple(row for row in self.rows if row.key != key), None if self.solo == key else self.solo)

    def move(self, key: Key, before: Key | None) -> RowLayout:
        """Return the layout with that row before another, or at the end."""
        row = self.find(key)
        if row is None or key == before:
            return self
        rest = [other for other in self.rows if other.key != key]
        rest.insert(next((k for k, other in enumerate(rest) if other.key == before), len(rest)), row)
        return RowLayout(tuple(rest), self.solo)

    def change(self, key: Key, **changes: Any) -> RowLayout:
        """Return the layout with another mode, height or the like of that row."""
        return RowLayout(tuple(replace(row, **changes) if row.key == key else row for row in self.rows), self.solo)

    def resize(self, key: Key, height: int) -> RowLayout:
        """Return the layout with that row so high; 0 gives it its share again."""
        return self.change(key, height=min(max(height, LOWEST), HIGHEST) if height else 0)

    def alone(self, key: Key | None) -> RowLayout:
        """Return the layout with that row alone on screen; None, or the one that is: all of them again."""
        return RowLayout(self.rows, None if key == self.solo else key)

    def text(self) -> str:
        """Return it as it is remembered; that one row is alone is not, nor are the rows of other sides."""
        return " ".join(row.text() for row in self.rows if not row.side)


def layout_of_text(text: str) -> RowLayout | None:
    """Return what ``RowLayout.text`` has written; None where it cannot be read."""
    rows = [_row_of_text(part) for part in text.split()]
    known = {row.key: row for row in rows if row is not None}
    return RowLayout(tuple(known.values())) if len(known) == len(rows) else None


def default_layout(cell: Cell) -> RowLayout:
    """Return the rows there are at first: no pre-activations, and nothing that follows at once from another row."""
    return preset_layout(cell, USUAL)


def preset_layout(cell: Cell, name: str, side: int = 0) -> RowLayout:
    """Return the layout of that name for a cell. It may have no rows: a cell need not have gates."""
    return RowLayout(tuple(RowSpec(q.name, side=side) for q in cell.quantities if PRESETS[name](q)))


def row_presets(cell: Cell) -> dict[str, RowLayout]:
    """Return layouts that are often wanted, by their names; only those that differ from one another."""
    found: dict[str, RowLayout] = {}
    for name in PRESETS:
        layout = preset_layout(cell, name)
        if layout.rows and layout not in found.values():
            found[name] = layout
    return found


def _rank(row: RowSpec, order: list[str]) -> tuple[bool, Place, int]:
    return row.place is not None, row.place or Place(), order.index(row.quantity)


def _row_of_text(text: str) -> RowSpec | None:
    parts = text.split(":")
    if len(parts) != 5 or parts[2] not in MODES or not parts[3].isdecimal():
        return None
    quantity, place, mode, height, difference = parts
    where = _place_of_key(place) if place else None
    if place and where is None:
        return None
    high = min(max(int(height), LOWEST), HIGHEST) if int(height) else 0
    return RowSpec(quantity, where, mode, high, difference == "difference")


def _place_of_key(key: str) -> Place | None:
    number = key.removeprefix("l").removesuffix("_reverse")
    if not number.isdecimal():
        return None
    return Place(int(number), REVERSE if key.endswith("_reverse") else FORWARD)
