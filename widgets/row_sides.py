"""The sides that rows can be of: which trace feeds which row, and what rows of the same quantity share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject

from explorer.cells import Quantity
from explorer.network import Place
from explorer.ordering import Order
from explorer.trace import Trace
from widgets.drawing import Scale
from widgets.quantity_row import QuantityRow
from widgets.row_layout import RowSpec
from widgets.sides import Side

Fed = tuple[QuantityRow, RowSpec]


class RowSides(QObject):
    """Keeps the present trace, which is side 0, and the others, and feeds the rows from them.

    While scales are ``linked``, rows of the same quantity have one scale of values, the widest, and one magnification
    of their lines.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.linked = True
        self._name = ""
        self._present: tuple[Trace, int] | None = None
        self._place = Place()
        self._sides: dict[int, Side] = {}
        self._fed: list[Fed] = []

    # What there is --------------------------------------------------------------------------------------------------

    def show_present(self, trace: Trace, sequence: int, place: Place) -> None:
        """Take note of the present trace and of what is looked at in it."""
        self._present, self._place = (trace, sequence), place

    def show_sides(self, name: str, sides: tuple[Side, ...]) -> None:
        """Take note of the other sides, and of what the present one is called."""
        self._name, self._sides = name, {side.key: side for side in sides}

    def wanted(self, specs: Sequence[RowSpec]) -> list[tuple[RowSpec, Quantity]]:
        """Return those of the rows that there is something to show in, and what it is."""
        return [(spec, quantity) for spec in specs if (quantity := self._quantity(spec)) is not None]

    def _seen(self, spec: RowSpec) -> tuple[Trace, int] | None:
        """Return the trace of a row and the sequence in it."""
        if not spec.side:
            return self._present
        side = self._sides.get(spec.side)
        return None if side is None else (side.trace, side.sequence)

    def _quantity(self, spec: RowSpec) -> Quantity | None:
        seen = self._seen(spec)
        if seen is None:
            return None
        network = seen[0].experiment.network
        place = spec.within(network, self._place)
        quantities = network.cell(place).quantities if place in network.places else ()
        return next((quantity for quantity in quantities if quantity.name == spec.quantity), None)

    # Rows -----------------------------------------------------------------------------------------------------------

    def feed(self, rows: Sequence[QuantityRow], specs: Sequence[RowSpec], ghost: Trace | None) -> None:
        """Show in each row what it is there for. All are of ``wanted``."""
        self._fed = list(zip(rows, specs, strict=True))
        assert self._present is not None
        for row, spec in self._fed:
            seen = self._seen(spec)
            assert seen is not None
            trace, sequence = seen
            row.show_trace(trace, sequence, spec.within(trace.experiment.network, self._place))
            if spec.side:
                present, in_present = self._present
                row.show_ghost(present, differs=spec.difference, sequence=in_present)
                row.show_side(spec.side, self._sides[spec.side].name)
            else:
                row.show_ghost(ghost, differs=spec.difference)
                row.show_side(0, self._name if self._sides else "")
        self.link()

    def places(self) -> set[Place]:
        """Return the places of the present trace of which rows show the units."""
        assert self._present is not None
        there = self._present[0].experiment.network.places
        return {row.place for row, _ in self._fed if row.place in there}

    def show_orders(self, orders: dict[Place, Order], text: str) -> None:
        """Let all rows of a place show the units in the order of the present trace, where they have as many.

        ``text`` says in a few words what that order is; rows that cannot show a difference say so instead.
        """
        for row, spec in self._fed:
            order = orders.get(row.place)
            if order is not None and len(order.units) != row.source.unit_count:
                order = None
            row.show_order(None if order is None else order.units)
            note = f"↓ as {self._name}" if spec.side else text
            row.show_note(self._why_values(row, spec) or ("" if order is None else note))

    def _why_values(self, row: QuantityRow, spec: RowSpec) -> str:
        """Return why a row shows values although a difference was asked for; empty where it does not."""
        if not (spec.side and spec.difference and row.source.difference is None):
            return ""
        assert self._present is not None
        network = self._present[0].experiment.network
        quantities = network.cell(row.place).quantities if row.place in network.places else ()
        there = any(quantity.name == spec.quantity for quantity in quantities)
        return f"no Δ: {'other units' if there else f'not in {self._name}'}"

    def grow(self, *, present: bool) -> None:
        """Paint the steps that have become known since, of the present trace or of the others."""
        for row, spec in self._fed:
            if present is not bool(spec.side) or row.source.difference is not None:
                row.grow()
        self.link()

    # What rows share ------------------------------------------------------------------------------------------------

    def link(self) -> None:
        """Let rows that belong together have one scale, the widest, and each its own where they do not."""
        for rows in self._groups():
            ends = [row.source.extremes() for row in rows] if len(rows) > 1 else [(0.0, 0.0)]
            low, high = min(low for low, _ in ends), max(high for _, high in ends)
            for row in rows:
                row.share_scale(low, high)
            if len(rows) > 1:
                _magnify(rows, [row.magnification for row in rows])

    def magnify(self, row: QuantityRow, scale: Scale | None) -> None:
        """Draw the lines of the rows that belong to this one over the same values."""
        for rows in self._groups():
            if row in rows:
                for each in rows:
                    each.magnify(scale)

    def fit_values(self) -> None:
        """Draw lines as large as the values in view allow."""
        for rows in self._groups():
            fitted = [scale for row in rows if (scale := row.fitted()) is not None]
            if fitted:
                _magnify(rows, fitted)

    def _groups(self) -> Iterator[list[QuantityRow]]:
        """Yield the rows that are read beside one another: of the same quantity, values or differences."""
        groups: dict[object, list[QuantityRow]] = {}
        for row, spec in self._fed:
            kind = spec.quantity, spec.place, row.source.difference is not None, row.quantity.kind
            groups.setdefault(kind if self.linked and self._sides else row, []).append(row)
        yield from groups.values()


def _magnify(rows: list[QuantityRow], scales: Sequence[Scale | None]) -> None:
    """Draw the lines of all of these over the widest of the scales; None is wider than any."""
    known = [scale for scale in scales if scale is not None]
    widest = None
    if len(known) == len(scales):
        widest = Scale(min(scale.low for scale in known), max(scale.high for scale in known), known[0].map)
    for row in rows:
        row.magnify(widest)
