"""Layouts have a place for all that a cell declares, and wires only from operands."""

from dataclasses import replace

import pytest

from explorer.cells import GRU, LSTM, RNN, RNN_RELU, Quantity
from explorer.formulas import parts
from tests.widgets.undrawn import MINIMAL, PEEPHOLE
from widgets.wiring import DRAWN, by_levels, wiring

CELLS = (LSTM, GRU, RNN, RNN_RELU, PEEPHOLE, MINIMAL)


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.title)
def test_everything_declared_stands_in_the_diagram(cell) -> None:
    layout = wiring(cell)
    assert {quantity.name for quantity in cell.quantities} <= set(layout.places)
    assert set(layout.places) == set(layout.spots) == {part.name for part in parts(cell)}
    width, height = layout.size
    for x, y in (*layout.places.values(), *(point for wire in layout.wires for point in wire.points)):
        assert 0 <= x <= width
        assert 0 <= y <= height
    assert len(set(layout.places.values())) == len(layout.places)


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.title)
def test_a_wire_leads_from_each_operand_to_its_part_and_from_nothing_else(cell) -> None:
    layout = wiring(cell)
    wanted = {(name, part.name) for part in parts(cell) for name in part.operands}
    assert {(wire.source, wire.target) for wire in layout.wires if wire.target} == wanted
    assert {wire.source for wire in layout.wires if not wire.target} == set(cell.states)
    for wire in layout.wires:
        assert wire.points[0] == layout.places[wire.source]
        if wire.target:
            x, y = layout.places[wire.target]
            assert abs(wire.points[-1][0] - x) < 0.5
            assert wire.points[-1][1] == y
        for (x0, y0), (x1, y1) in zip(wire.points, wire.points[1:], strict=False):
            assert x0 == x1 or y0 == y1, "wires run level or upright"


def test_cells_of_pytorch_are_drawn_and_others_laid_out_by_levels() -> None:
    for cell in (LSTM, GRU, RNN, RNN_RELU):
        assert wiring(cell) is DRAWN[cell.name]
    assert wiring(PEEPHOLE) == by_levels(parts(PEEPHOLE), PEEPHOLE.states)
    for other in (replace(PEEPHOLE, name="lstm"), replace(LSTM, quantities=_crossed())):
        assert wiring(other) is not DRAWN["lstm"], "a layout that does not fit is not taken"


def _crossed() -> tuple[Quantity, ...]:
    """Return the LSTM's quantities, but f computed from a_i and i from a_f."""
    swapped = {"a_i": "a_f", "a_f": "a_i"}
    return tuple(
        replace(quantity, operands=(swapped[quantity.operands[0]],), formula=f"σ({swapped[quantity.operands[0]]})")
        if quantity.name in ("i", "f")
        else quantity
        for quantity in LSTM.quantities
    )


def test_by_levels_no_wire_passes_through_a_node() -> None:
    for cell in CELLS:
        layout = by_levels(parts(cell), cell.states)
        level = {x for x, _ in layout.places.values()}
        for wire in layout.wires:
            for (x0, y0), (x1, y1) in zip(wire.points, wire.points[1:], strict=False):
                ends = {wire.source, wire.target}
                for name, (x, y) in layout.places.items():
                    if name not in ends:
                        assert not (y0 == y1 == y and min(x0, x1) < x < max(x0, x1)), (wire, name)
                        assert not (x0 == x1 == x and min(y0, y1) <= y <= max(y0, y1)), (wire, name)
        assert len(level) >= 3
