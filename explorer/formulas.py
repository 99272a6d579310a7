"""Formulas taken apart: the operations between a cell's operands and its quantities, as its declaration writes them.

c = f ⊙ c⁻ + i ⊙ g is two products and their sum. ``parts`` returns all of them in the order in which a step computes
them, so that a diagram shows what no quantity is called by, and nothing outside the declaration says how a cell works.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from explorer.cells import Cell, Quantity
from explorer.functions import Array, Functions

LAYER = "W"
"""The operation of what the layer hands to its cell: products with the weights."""

OPAQUE = "ƒ"
"""The operation of a quantity whose formula says more than sums, products and functions of its operands."""

_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[^\W\d]\w*⁻?)|(?P<sign>[+−⊙()]))")
_FUNCTIONS = {"σ": "sigmoid", "tanh": "tanh", "relu": "relu"}


@dataclass(frozen=True, slots=True)
class Expression:
    """A name or a number (no ``terms``), a function of one term, a product, or a sum whose terms have ``signs``."""

    operation: str
    terms: tuple[Expression, ...] = ()
    signs: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether it is a number, as the 1 in 1 − z."""
        return not self.terms and self.operation[0].isdigit()

    def text(self, written: Callable[[str], str]) -> str:
        """Return it as a formula, with each name as ``written`` returns it; what begins with a minus in brackets."""
        if not self.terms:
            return self.operation if self.is_number else written(self.operation)
        inner = [term.text(written) for term in self.terms]
        if not self.signs and self.operation != "⊙":
            return f"{self.operation}({inner[0]})"
        first, *others = (
            f"({text})" if term.signs or (k and text[0] == "−") else text
            for k, (term, text) in enumerate(zip(self.terms, inner, strict=True))
        )
        if self.operation == "⊙":
            return " ⊙ ".join([first, *others])
        first = f"−{first}" if self.signs[0] == "−" else first
        return "".join([first, *(f" {sign} {text}" for sign, text in zip(self.signs[1:], others, strict=True))])

    def value(self, values: Mapping[str, Array], fn: Functions) -> Array:
        """Return its value for these values of the names, from left to right, as the cell's equation does."""
        if self.is_number:
            return float(self.operation) if "." in self.operation else int(self.operation)
        if not self.terms:
            return values[self.operation]
        inner = [term.value(values, fn) for term in self.terms]
        if self.operation == "⊙":
            return functools.reduce(lambda product, factor: product * factor, inner)
        if self.signs:
            total = -inner[0] if self.signs[0] == "−" else inner[0]
            for sign, term in zip(self.signs[1:], inner[1:], strict=True):
                total = total - term if sign == "−" else total + term
            return total
        function: Callable[[Array], Array] = getattr(fn, _FUNCTIONS[self.operation])
        return function(inner[0])

    def names(self) -> Iterator[str]:
        """Yield the names in it, from left to right."""
        if self.terms:
            for term in self.terms:
                yield from term.names()
        elif not self.is_number:
            yield self.operation


@dataclass(frozen=True, slots=True)
class Part:
    """One thing of a step: what enters the cell, a quantity, or a product or sum on the way to one.

    ``name`` is the quantity's, ``x``, ``h_prev``, or for what is on the way its formula; ``operands`` are names of
    parts. ``owner`` is the quantity that it belongs to, itself where it is one, and nothing where it enters.
    ``expression`` is None for what enters, for what the layer hands in, and for an opaque formula.
    """

    name: str
    symbol: str
    title: str
    formula: str
    operation: str
    operands: tuple[str, ...] = ()
    owner: str = ""
    expression: Expression | None = None

    @property
    def is_quantity(self) -> bool:
        """Whether the trace has it."""
        return self.name == self.owner


@functools.cache
def parts(cell: Cell) -> tuple[Part, ...]:
    """Return everything of a step in the order in which it comes about: what enters, then every part by part."""
    found = {"x": Part("x", "x", "input", "", "")}
    for state in cell.states:
        title = f"{cell.quantity(state).title} of the step before"
        found[f"{state}_prev"] = Part(f"{state}_prev", f"{state}⁻", title, "", "")
    handed = {
        term: ("x", "h_prev") if not block.split else (source,)
        for block in cell.blocks
        for term, source in zip(block.terms, ("x", "h_prev"), strict=False)
    }
    for quantity in cell.quantities:
        about = (quantity.symbol, quantity.title, quantity.formula)
        if quantity.equation is None:
            found[quantity.name] = Part(quantity.name, *about, LAYER, handed.get(quantity.name, ()), quantity.name)
            continue
        expression = parse(cell, quantity)
        if expression is None:
            found[quantity.name] = Part(quantity.name, *about, OPAQUE, quantity.operands, quantity.name)
            continue
        for part in _inner(cell, expression, quantity.name):
            found.setdefault(part.name, part)
        operands = tuple(_operands(cell, expression))
        found[quantity.name] = Part(quantity.name, *about, _sign(expression), operands, quantity.name, expression)
    return tuple(found.values())


def complete(parts: Sequence[Part], values: Mapping[str, Array], fn: Functions) -> dict[str, Any]:
    """Return ``values`` of what enters and of the quantities, and with them the value of every part on the way."""
    known = dict(values)
    for part in parts:
        if part.expression is not None and not part.is_quantity:
            known[part.name] = part.expression.value(known, fn)
    return known


def symbols(cell: Cell) -> dict[str, str]:
    """Return how names are written in formulas: ``c_prev`` is c⁻, ``tanh_c`` is tanh(c)."""
    return {f"{state}_prev": f"{state}⁻" for state in cell.states} | {q.name: q.symbol for q in cell.quantities}


def parse(cell: Cell, quantity: Quantity) -> Expression | None:
    """Return the formula of a quantity; None where it does not say how its operands, and they alone, make it."""
    written = symbols(cell)
    operands = {written.get(name, name): name for name in quantity.operands}
    tokens = _tokens(quantity.formula)
    try:
        expression = _sum(tokens, operands)
    except (ValueError, IndexError):
        return None
    return expression if not tokens and set(expression.names()) == set(quantity.operands) else None


def addends(formula: str) -> tuple[str, ...]:
    """Return what a sum adds up, as it is written there: ``W_if x``, ``b_if``; the layer hands in nothing but such."""
    return tuple(formula.split(" + "))


@functools.cache
def cuts(cell: Cell) -> dict[str, tuple[tuple[str, ...], tuple[str | int, ...]]]:
    """Return the formula of every quantity, as ``cut`` takes it apart."""
    return {quantity.name: cut(cell, quantity) for quantity in cell.quantities}


def cut(cell: Cell, quantity: Quantity) -> tuple[tuple[str, ...], tuple[str | int, ...]]:
    """Return how the operands of a formula are written, and the formula cut at them: texts, and numbers of operands.

    What the layer hands in has its products and biases as operands. Any formula can be cut, also an opaque one.
    """
    if quantity.equation is None:
        found = addends(quantity.formula)
    else:
        written = symbols(cell)
        found = tuple(written[name] for name in quantity.operands)
    longest_first = "|".join(re.escape(symbol) for symbol in sorted(found, key=len, reverse=True))
    texts = re.split(rf"(?<!\w)({longest_first})(?![\w⁻])", quantity.formula)
    pieces: list[str | int] = [found.index(text) if k % 2 else text for k, text in enumerate(texts)]
    return found, tuple(piece for piece in pieces if piece != "")


def _inner(cell: Cell, expression: Expression, owner: str) -> Iterator[Part]:
    """Yield the parts within an expression, the innermost first."""
    for term in expression.terms:
        if term.terms:
            yield from _inner(cell, term, owner)
            name = _name(cell, term)
            about = f"part of {cell.quantity(owner).symbol}"
            yield Part(name, name, about, name, _sign(term), tuple(_operands(cell, term)), owner, term)


def _name(cell: Cell, expression: Expression) -> str:
    written = symbols(cell)
    return expression.text(lambda name: written.get(name, name))


def _operands(cell: Cell, expression: Expression) -> Iterator[str]:
    for term in expression.terms or (expression,):
        if not term.is_number:
            yield _name(cell, term) if term.terms else term.operation


def _sign(expression: Expression) -> str:
    """Return what stands in a diagram for the operation that an expression ends with."""
    if not expression.terms:
        return "="
    if not expression.signs:
        return expression.operation
    numbers = [term.operation for term in expression.terms if term.is_number]
    if len(numbers) == 1 and expression.signs[1:] == ("−",):
        return f"{numbers[0]} −"
    return "−" if expression.signs[1:] == ("−",) else "+"


def _tokens(formula: str) -> list[str]:
    """Cut a formula into names, numbers and signs; what is none of them is a token by itself, and fits nowhere."""
    tokens, at = [], 0
    while at < len(formula.rstrip()):
        match = _TOKEN.match(formula, at)
        tokens.append(match.group().strip() if match else formula[at:])
        at = match.end() if match else len(formula)
    return tokens


def _sum(tokens: list[str], operands: Mapping[str, str]) -> Expression:
    signs = [tokens.pop(0) if tokens[0] == "−" else "+"]
    terms = [_product(tokens, operands)]
    while tokens and tokens[0] in "+−":
        signs.append(tokens.pop(0))
        terms.append(_product(tokens, operands))
    return terms[0] if signs == ["+"] else Expression("+", tuple(terms), tuple(signs))


def _product(tokens: list[str], operands: Mapping[str, str]) -> Expression:
    factors = [_factor(tokens, operands)]
    while tokens and tokens[0] == "⊙":
        tokens.pop(0)
        factors.append(_factor(tokens, operands))
    return factors[0] if len(factors) == 1 else Expression("⊙", tuple(factors))


def _factor(tokens: list[str], operands: Mapping[str, str]) -> Expression:
    token = tokens.pop(0)
    if token == "(":
        return _bracketed(tokens, operands)
    if token in _FUNCTIONS:
        called = "".join([token, *tokens[: tokens.index(")") + 1]])
        if called in operands:  # as tanh(c) is a quantity by itself
            del tokens[: tokens.index(")") + 1]
            return Expression(operands[called])
        if tokens.pop(0) != "(":
            raise ValueError(token)
        return Expression(token, (_bracketed(tokens, operands),))
    if token[0].isdigit():
        return Expression(token)
    if token not in operands:
        raise ValueError(token)
    return Expression(operands[token])


def _bracketed(tokens: list[str], operands: Mapping[str, str]) -> Expression:
    inner = _sum(tokens, operands)
    if tokens.pop(0) != ")":
        raise ValueError(")")
    return inner
