"""What the equations of a cell consist of: a row a quantity, in symbols, and the runs of text that its numbers are.

What a formula consists of is read from the cell's declaration; a pre-activation that only one quantity is made of
stands in the equation of that one.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import NamedTuple

from explorer.cells import Cell, Kind, Quantity
from explorer.formulas import Expression, parse
from widgets.decimals import MINUS

PLAIN, NEW, RESULT, STRANGE, REMARK = "plain", "new", "result", "strange", "remark"
"""How a text is drawn: a number that was just computed, the value of the quantity, a NaN or infinity, a remark."""

_BREAK = re.compile(rf"(?= [+{MINUS}=] )")


class Run(NamedTuple):
    """A text that is drawn in one way. There are a hundred a step, and a tuple is made in a third of the time."""

    text: str
    style: str = PLAIN


Piece = tuple[Run, ...]
"""What stays together on one line."""


@dataclass(frozen=True, slots=True)
class Row:
    """The equation of a quantity, with that of a pre-activation in it where there is one.

    ``names`` are the quantities it is about, the one that it ends with last. ``body`` is what ``function`` is taken of,
    None for the layer's products and for an ``opaque`` formula.
    """

    names: tuple[str, ...]
    symbol: str
    title: str
    formula: str
    function: str = ""
    body: Expression | None = None
    opaque: bool = False

    @property
    def name(self) -> str:
        """The quantity that the equation ends with."""
        return self.names[-1]

    @property
    def text(self) -> str:
        """The equation in symbols; what is called as it is made, as tanh(c), is not said twice."""
        return self.symbol if self.symbol == self.formula else f"{self.symbol} = {self.formula}"

    @property
    def pieces(self) -> tuple[str, ...]:
        """The equation in symbols, cut where a line may end."""
        return tuple(_BREAK.split(self.text))


@dataclass(frozen=True, slots=True)
class Line:
    """An equation with the numbers of a step."""

    row: Row
    pieces: tuple[Piece, ...] = ()

    @property
    def numbers(self) -> str:
        """What follows the symbols, as plain text: ``= σ(0.31 + 0.05) = 0.765``."""
        return "".join(run.text for piece in self.pieces for run in piece).strip()

    @property
    def text(self) -> str:
        """The whole line as plain text."""
        return f"{self.row.text} {self.numbers}".strip()


@functools.cache
def rows(cell: Cell) -> tuple[Row, ...]:
    """Return the equations of a cell in its order, each pre-activation in that of the only quantity made of it."""
    within = {q.operands[0]: q.name for q in cell.quantities if _holds_another(cell, q)}
    made = []
    for quantity in cell.quantities:
        if quantity.name in within:
            continue
        whole = parse(cell, quantity)
        function = whole.operation if whole is not None and _is_function(whole) else ""
        body, formula, names = whole.terms[0] if whole and function else whole, quantity.formula, (quantity.name,)
        if quantity.name in within.values():
            inner = cell.quantity(quantity.operands[0])
            body, formula, names = parse(cell, inner), f"{function}({inner.formula})", (inner.name, quantity.name)
        opaque = body is None and cell.quantity(names[0]).equation is not None
        made.append(Row(names, quantity.symbol, quantity.title, formula, function, body, opaque))
    return tuple(made)


def _holds_another(cell: Cell, quantity: Quantity) -> bool:
    """Whether a quantity is a function of one pre-activation that nothing else is made of."""
    if len(quantity.operands) != 1 or quantity.operands[0] not in {q.name for q in cell.quantities}:
        return False
    inner, whole = cell.quantity(quantity.operands[0]), parse(cell, quantity)
    plain = inner.equation is None or parse(cell, inner) is not None
    function = whole is not None and _is_function(whole) and not whole.terms[0].terms
    users = [q for q in cell.quantities if inner.name in q.operands]
    return inner.kind is Kind.PRE_ACTIVATION and plain and function and users == [quantity]


def _is_function(expression: Expression) -> bool:
    return len(expression.terms) == 1 and not expression.signs
