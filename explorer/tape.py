"""Many steps of a cell in half the time: what ``step`` does is noted once, then done to rows that lie there already.

``step`` is played with operands that note what is done to them. What they noted is a list of numpy's operations, each
with the rows it takes and the one it writes. Taking a step is then to go through that list: no array is made, no name
looked up. The numbers are those of ``step``, bit for bit, however many steps are taken at once.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from explorer.cells import FREE, Cell, step
from explorer.functions import NUMPY, Array, FloatArray, Functions
from explorer.holds import Holds
from explorer.network import Weights


class Register(NamedTuple):
    """Where rows lie: what kind of row, and which; several quantities that lie side by side are one, first…last − 1."""

    kind: str
    first: Any
    last: int = 0


class Operation(NamedTuple):
    """A function of rows. The last row is what it writes; but for ``putmask``, which writes the first."""

    function: Callable[..., Any]
    rows: tuple[Register, ...]


class Taken(NamedTuple):
    """What some steps made: every quantity, and the states before each step, all of them (n, H)."""

    values: dict[str, FloatArray]
    previous: dict[str, FloatArray]


def take(cell: Cell, weights: Weights, u: FloatArray, before: Mapping[str, FloatArray], holds: Holds = FREE) -> Taken:
    """Take the steps of u (n, G·H), the layer's products with its inputs (``network.from_inputs``), one by one.

    before: the states before the first, (H,) each; holds: what is held in all of them.
    """
    size, dtype, names = weights.hidden_size, u.dtype, [quantity.name for quantity in cell.quantities]
    rows = np.empty((len(u) + 1, len(names) * size), dtype)
    column = {name: slice(k * size, (k + 1) * size) for k, name in enumerate(names)}
    for state in cell.states:
        rows[0, column[state]] = before[state]
    for k, block in enumerate(cell.blocks):
        if block.split:
            rows[1:, column[block.terms[0]]] = u[:, k * size : (k + 1) * size]
    product = np.empty(u.shape[1], dtype)

    def stream(register: Register) -> Iterable[Any]:
        """Return the rows of a register, one a step."""
        across = slice(register.first * size, register.last * size) if register.last else slice(None)
        match register.kind:
            case "now":
                return rows[1:, across]
            case "before":
                return rows[:-1, across]
            case "u":
                return u[:, across]
            case "q":
                return itertools.repeat(product[across])
            case "weight":
                return itertools.repeat(weights.weight_hh)
            case "bias":
                return itertools.repeat(weights.bias_hh)
            case "mask":
                return itertools.repeat(holds[register.first].mask)
            case "held":
                return itertools.repeat(holds[register.first].values)
            case "number":
                return itertools.repeat(np.array(register.first, dtype))
        return itertools.repeat(np.empty(size, dtype))

    registers, operations = _tape(cell, weights.bias_hh is not None, frozenset(holds))
    with np.errstate(over="ignore", invalid="ignore"):
        for given in zip(*map(stream, registers), strict=False):  # most of them have no end
            for function, pick in operations:
                function(*pick(given))
    return Taken(
        values={name: rows[1:, across] for name, across in column.items()},
        previous={state: rows[:-1, column[state]] for state in cell.states},
    )


@functools.cache
def _tape(
    cell: Cell, bias: bool, held: frozenset[str]
) -> tuple[list[Register], list[tuple[Callable[..., Any], itemgetter[Any]]]]:
    """Return the registers of a step, and its operations with what picks theirs of those."""
    operations = _merged([*_products(cell, bias), *_noted(cell, held)])
    registers = [*dict.fromkeys(row for operation in operations for row in operation.rows)]
    return registers, [(function, itemgetter(*map(registers.index, rows))) for function, rows in operations]


def _products(cell: Cell, bias: bool) -> list[Operation]:
    """Return what the layer does: q = W_hh h⁻ + b_hh, and of a block that is not split a = u + q."""
    columns = {quantity.name: k for k, quantity in enumerate(cell.quantities)}
    h, whole = columns["h"], Register("q", 0, len(cell.blocks))
    operations = [Operation(np.dot, (Register("weight", None), Register("before", h, h + 1), whole))]
    operations += [Operation(np.add, (whole, Register("bias", None), whole))] if bias else []
    for k, block in enumerate(cell.blocks):
        u, q = Register("u", k, k + 1), Register("q", k, k + 1)
        term = Register("now", columns[block.terms[-1]], columns[block.terms[-1]] + 1)
        operations.append(Operation(np.positive, (q, term)) if block.split else Operation(np.add, (u, q, term)))
    return operations


class _Noted:
    """An operand of an equation: it does nothing but note what is done to it."""

    def __init__(self, operations: list[Operation], register: Register) -> None:
        self._operations, self.register = operations, register

    def note(self, function: Callable[..., Any], *operands: _Noted | float) -> _Noted:
        """Note an operation. What it makes lies in a new register."""
        rows = [o.register if isinstance(o, _Noted) else Register("number", o) for o in operands]
        made = Register("made", len(self._operations))
        self._operations.append(Operation(function, (*rows, made)))
        return _Noted(self._operations, made)

    def hold(self, place: Register, name: str) -> _Noted:
        """Note that some units are held: here, if this is the quantity's own ``place`` and no other's."""
        rows = self if self.register == place else self.note(np.positive, self)
        self._operations.append(Operation(np.putmask, (rows.register, Register("mask", name), Register("held", name))))
        return rows

    def __add__(self, other: _Noted | float) -> _Noted:
        return self.note(np.add, self, other)

    def __radd__(self, other: float) -> _Noted:
        return self.note(np.add, other, self)

    def __sub__(self, other: _Noted | float) -> _Noted:
        return self.note(np.subtract, self, other)

    def __rsub__(self, other: float) -> _Noted:
        return self.note(np.subtract, other, self)

    def __mul__(self, other: _Noted | float) -> _Noted:
        return self.note(np.multiply, self, other)

    def __rmul__(self, other: float) -> _Noted:
        return self.note(np.multiply, other, self)


def _noted(cell: Cell, held: frozenset[str]) -> list[Operation]:
    """Return what ``step`` does, each quantity written where it belongs."""
    operations: list[Operation] = []
    columns = {quantity.name: k for k, quantity in enumerate(cell.quantities)}

    def operand(kind: str, name: str) -> _Noted:
        return _Noted(operations, Register(kind, columns[name], columns[name] + 1))

    def function(of: Callable[..., Array]) -> Callable[[_Noted], _Noted]:
        return lambda a: a.note(of, a)

    made = step(
        cell,
        {name: operand("now", name) for block in cell.blocks for name in block.terms},
        {state: operand("before", state) for state in cell.states},
        Functions(function(NUMPY.sigmoid), function(NUMPY.tanh), function(NUMPY.relu)),
        {name: functools.partial(_Noted.hold, place=operand("now", name).register, name=name) for name in held},
    )
    places: dict[Register, Register] = {}
    for name, noted in made.items():
        place = operand("now", name).register
        if noted.register.kind == "made" and noted.register not in places:
            places[noted.register] = place
        elif noted.register != place:  # an equation that says no more than that it is another quantity
            operations.append(Operation(np.positive, (noted.register, place)))
    return [Operation(function, tuple(places.get(row, row) for row in rows)) for function, rows in operations]


def _merged(operations: Iterable[Operation]) -> list[Operation]:
    """Make one operation of two that do the same to neighbours: a function of few numbers takes as long as of many."""
    merged: list[Operation] = []
    for operation in operations:
        if merged and merged[-1].function is operation.function and (rows := _joined(merged[-1].rows, operation.rows)):
            merged[-1] = Operation(operation.function, rows)
        else:
            merged.append(operation)
    return merged


def _joined(ones: tuple[Register, ...], others: tuple[Register, ...]) -> tuple[Register, ...]:
    """Return the rows of both, if each of the others begins where the one ends and none is what the one makes."""
    pairs = [*zip(ones, others, strict=True)]
    side_by_side = all(a.kind == b.kind and a.last and a.last == b.first for a, b in pairs)
    made = ones[-1]
    feeds = any(row.kind == made.kind and row.first < made.last and made.first < row.last for row in others[:-1])
    return tuple(Register(a.kind, a.first, b.last) for a, b in pairs) if side_by_side and not feeds else ()
