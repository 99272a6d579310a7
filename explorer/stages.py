"""The micro-steps of a cell: what happens inside one step, in order, read from the cell's declaration."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from explorer.cells import Block, Cell, Kind, Quantity
from explorer.formulas import addends


@dataclass(frozen=True, slots=True)
class Stage:
    """One micro-step. ``names`` are the quantities that are known once it is done and were not before.

    ``terms`` are the formulas of the products that are taken, one a gate block: of the first two stages only.
    """

    title: str
    names: tuple[str, ...]
    terms: tuple[str, ...] = ()


@functools.cache
def stages(cell: Cell) -> tuple[Stage, ...]:
    """Return the micro-steps of ``cell``: the products with the weights, then what follows from what, ``h`` last.

    First what the inputs contribute, then what the states contribute (where a cell keeps the two apart, each is a
    quantity of its own), then the sums of both. After that a quantity comes as soon as its operands are known, with
    all others that can come then.
    """
    split = {name for block in cell.blocks if block.split for name in block.terms}
    levels: dict[str, int] = {}
    for quantity in cell.quantities:
        below = [levels[operand] for operand in quantity.operands if operand in levels]
        levels[quantity.name] = 0 if quantity.equation is None else 1 + max(below, default=0)
    levels["h"] = 1 + max(level for name, level in levels.items() if name != "h")
    found = []
    for side, title in enumerate(("input term", "recurrent term")):
        names = tuple(block.terms[side] for block in cell.blocks if block.split)
        found.append(Stage(title, names, tuple(_term(cell, block, side) for block in cell.blocks)))
    for level in sorted(set(levels.values())):
        together = [q for q in cell.quantities if levels[q.name] == level and q.name not in split]
        if together:
            found.append(Stage(_title(together), tuple(q.name for q in together)))
    return tuple(found)


def known_after(cell: Cell, stage: int) -> frozenset[str]:
    """Return the names of the quantities that are known once the micro-step number ``stage`` is done."""
    return frozenset(name for done in stages(cell)[: stage + 1] for name in done.names)


def _term(cell: Cell, block: Block, side: int) -> str:
    """Return the formula of a block's product with the inputs (side 0) or with the states (1), bias included."""
    if block.split:
        return cell.quantity(block.terms[side]).formula
    return " + ".join(addends(cell.quantity(block.terms[0]).formula)[2 * side : 2 * side + 2])


def _title(together: list[Quantity]) -> str:
    kinds = {quantity.kind for quantity in together}
    if len(together) == 1:
        return together[0].title
    if kinds == {Kind.PRE_ACTIVATION}:
        return "pre-activations"
    return "gates" if Kind.GATE in kinds else ", ".join(quantity.title for quantity in together)
