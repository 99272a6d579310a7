"""The equations of a step as texts: a chain of numbers for every quantity, with digits that add up.

f = σ(W_if x + b_if + W_hf h⁻ + b_hf) = σ(0.31 + 0.05 + 0.92 − 0.10) = σ(1.18) = 0.765.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from explorer.cells import Cell
from explorer.formulas import Expression, addends
from explorer.functions import NUMPY
from explorer.terms import TOLERANCE, Equation, Number, Operand, Sum, equations, terms
from widgets.decimals import MINUS, aligned
from widgets.equation_rows import NEW, PLAIN, REMARK, RESULT, STRANGE, Line, Piece, Row, Run, rows
from widgets.inside import Inside, Subject
from widgets.sums import signed, sum_texts

PENDING = "…"
"""What stands for a term that is not computed yet within the step."""

SAME = {"float32": 1e-5, "float64": 1e-10}
"""How far a recorded value may be from its equation, as a part of its terms, before it is said to be held."""

_STRANGE = re.compile(rf"(NaN|{MINUS}?inf)")


def lines(subject: Subject, step: int, inside: Inside | None = None) -> tuple[Line, ...]:
    """Return the equations of a unit with the numbers of a step, as far as they are known ``inside`` it."""
    if not subject.knows(step):
        return tuple(map(Line, rows(subject.cell)))
    found = equations(subject.trace, subject.sequence, subject.place, step, subject.unit)
    writer = _Writer(subject, step, inside, {equation.name: equation for equation in found})
    with np.errstate(over="ignore", invalid="ignore"):
        return tuple(writer.line(row) for row in rows(subject.cell))


def exact_values(subject: Subject, step: int, row: Row, inside: Inside | None = None) -> list[tuple[str, Number]]:
    """Return the symbol and the value of everything in an equation, as far as it is known ``inside`` the step."""
    if not subject.knows(step):
        return []
    every = equations(subject.trace, subject.sequence, subject.place, step, subject.unit)
    found = {equation.name: equation for equation in every}
    told = [(operand.name or operand.symbol, operand.symbol, operand.value) for operand in found[row.names[0]].operands]
    told += [(name, found[name].symbol, found[name].value) for name in row.names]
    return [(symbol, value) for name, symbol, value in told if inside is None or inside.knows(name)]


@functools.cache
def widest(cell: Cell) -> tuple[Line, ...]:
    """Return the lines with numbers as long as they usually get: for a page to make room for them."""
    operands = {q.name: q.operands or ("",) * len(addends(q.formula)) for q in cell.quantities}
    found = {
        q.name: Equation(
            *(q.name, q.symbol, q.title, q.formula),
            *(
                tuple(Operand(f"{q.name} {k}", -0.1, name) for k, name in enumerate(operands[q.name])),
                -0.1,
                (q.formula,),
            ),
        )
        for q in cell.quantities
    }
    return tuple(map(_Template(found).line, rows(cell)))


class _Term(NamedTuple):
    """A term of a sum: what has to be known for it, its signed value, and, of more than a number, how it is made."""

    names: tuple[str, ...]
    value: Number
    sign: str = "+"
    made: Expression | None = None


class _Writer:
    """Writes the lines of one unit at one step."""

    def __init__(
        self, subject: Subject | None, step: int, inside: Inside | None, found: Mapping[str, Equation]
    ) -> None:
        self._subject, self._step, self._inside, self._found = subject, step, inside, found
        self._values: dict[str, Number] = {}
        for equation in found.values():
            self._values |= {operand.name: operand.value for operand in equation.operands if operand.name}
            self._values[equation.name] = equation.value
        self._dtype = "float64" if subject is None else str(subject.trace.experiment.network.dtype)

    def line(self, row: Row) -> Line:
        """Return one line."""
        base = self._found[row.names[0]]
        return Line(row, tuple(self._as_declared(base) if row.opaque else self._chain(row, base)))

    # What is known, and how it looks --------------------------------------------------------------------------------

    def _knows(self, *names: str) -> bool:
        return self._inside is None or all(map(self._inside.knows, names))

    def _style(self, name: str, otherwise: str = PLAIN) -> str:
        return NEW if self._inside is not None and name in self._inside.new else otherwise

    # The links of the chain -----------------------------------------------------------------------------------------

    def _chain(self, row: Row, base: Equation) -> Iterator[Piece]:
        terms_ = self._terms(row, base)
        own = base.value if len(row.names) > 1 or not row.function else None  # the recorded value of the body
        texts, total = sum_texts([term.value for term in terms_], own)
        if row.body is not None and not row.body.signs:
            total = aligned(self._body(row))
        yield from _wrapped(row.function, self._put_in(row, terms_, texts))
        if not self._knows(row.names[0]):
            return
        if any(term.made for term in terms_) and len(terms_) > 1:
            yield from _wrapped(row.function, [_signed_runs(text, PLAIN, first=not k) for k, text in enumerate(texts)])
        held = own is not None and not self._follows(row, base, terms_)
        if held:
            total = aligned(base.value)
            yield from self._held(base)
        if row.function and (row.body is None or row.body.terms):
            style = self._style(row.names[0]) if len(row.names) > 1 else PLAIN
            begin = f": {row.symbol} = " if held else " = "
            yield (Run(f"{begin}{row.function}("), *_runs(total, style), Run(")"))
        if row.function:
            yield from self._value(row, base)
        elif not held:
            yield (Run(" = "), *_runs(total, self._style(row.names[0], RESULT)))

    def _terms(self, row: Row, base: Equation) -> list[_Term]:
        if row.body is None:
            return [_Term((operand.symbol,), operand.value) for operand in base.operands]
        if not row.body.signs:
            return [_Term(tuple(row.body.names()), self._body(row), "+", row.body if row.body.terms else None)]
        found = []
        for sign, term in zip(row.body.signs, row.body.terms, strict=True):
            value = term.value(self._values, NUMPY)
            value = -value if sign == "−" else value
            found.append(_Term(tuple(term.names()), value, sign, term if term.terms else None))
        return found

    def _body(self, row: Row) -> Number:
        assert row.body is not None
        return row.body.value(self._values, NUMPY)

    def _put_in(self, row: Row, terms_: list[_Term], texts: tuple[str, ...]) -> list[Piece]:
        """Return numbers in the place of symbols: of the layer's products those that are known, else all or nothing."""
        names = [name for term in terms_ for name in term.names]
        if not (any(map(self._knows, names)) if row.body is None else self._knows(*names)):
            return []
        pieces = []
        for k, (term, text) in enumerate(zip(terms_, texts, strict=True)):
            if not self._knows(*term.names):
                pieces.append((Run(f" + {PENDING}" if k else PENDING),))
            elif term.made is None:
                pieces.append(
                    _signed_runs(text, self._style(term.names[0]) if row.body is None else PLAIN, first=not k)
                )
            else:
                written = term.made.text(lambda name: aligned(self._values[name]))
                written = f"({written})" if k and written.startswith(MINUS) else written
                sign = f" {term.sign} " if k else "" if term.sign == "+" else MINUS
                pieces.append((Run(sign), *_runs(written)))
        return pieces

    def _value(self, row: Row, base: Equation) -> Iterator[Piece]:
        """Yield the value of a function, or that it is held at another."""
        if not self._knows(row.name):
            return
        argument = base.value if len(row.names) > 1 else self._body(row)
        made = Expression(row.function, (Expression("of"),)).value({"of": np.asarray(argument)}, NUMPY)
        if self._same(float(made), float(self._values[row.name]), abs(float(made))):
            yield (Run(" = "), *_runs(aligned(self._values[row.name]), self._style(row.name, RESULT)))
        else:
            yield from self._held(self._found[row.name])

    def _held(self, equation: Equation) -> Iterator[Piece]:
        style = self._style(equation.name, RESULT)
        yield (Run(f"; {equation.symbol} is held at ", REMARK), *_runs(aligned(equation.value), style))

    def _follows(self, row: Row, base: Equation, terms_: list[_Term]) -> bool:
        """Whether what was recorded follows from the terms. Where it may not, every single product is looked at."""
        values = [float(term.value) for term in terms_]
        size = sum(map(abs, values))
        if row.body is not None:
            return self._same(sum(values), float(base.value), size)
        if abs(sum(values) - float(base.value)) <= TOLERANCE[self._dtype] * (1 + size):
            return True
        return next(part.agrees for part in self._sums() if part.quantity == base.name)

    def _sums(self) -> Iterator[Sum]:
        """Yield the sums of all gate blocks, with what their rounding may come to."""
        subject = self._subject
        assert subject is not None
        for block in subject.cell.blocks:
            found = terms(subject.trace, subject.sequence, subject.place, self._step, block.name, subject.unit)
            yield from found.sums

    def _same(self, made: float, recorded: float, size: float) -> bool:
        if not (math.isfinite(made) and math.isfinite(recorded)):
            return np.array_equal(made, recorded, equal_nan=True)
        difference = abs(made - recorded)
        if difference <= SAME[self._dtype] * (1 + size):
            return True
        # States were computed with other gates than the trace recovers: the rounding of long sums may be in them.
        return difference <= (1 + size) * sum(part.bound for part in self._sums())

    def _as_declared(self, base: Equation) -> Iterator[Piece]:
        """Yield a formula that says more than sums, products and functions, with numbers in the place of names."""
        if not self._knows(*(operand.name for operand in base.operands)):
            return
        parts = [piece if isinstance(piece, str) else aligned(base.operands[piece].value) for piece in base.pieces]
        yield (Run(" = "), *_runs("".join(parts)))
        if self._knows(base.name):
            yield (Run(" = "), *_runs(aligned(base.value), self._style(base.name, RESULT)))


class _Template(_Writer):
    """Writes lines of numbers that were made up, so that none follows from the others."""

    def __init__(self, found: Mapping[str, Equation]) -> None:
        super().__init__(None, 0, None, found)

    def _follows(self, row: Row, base: Equation, terms_: list[_Term]) -> bool:
        return True

    def _same(self, made: float, recorded: float, size: float) -> bool:
        return True


def _wrapped(function: str, pieces: list[Piece]) -> Iterator[Piece]:
    """Yield a link of the chain: an equals sign, and the pieces within the function."""
    opened, closed = (f" = {function}(", ")") if function else (" = ", "")
    for k, piece in enumerate(pieces):
        before = (Run(opened),) if not k else ()
        after = (Run(closed),) if closed and k == len(pieces) - 1 else ()
        yield (*before, *piece, *after)


def _signed_runs(text: str, style: str, *, first: bool) -> Piece:
    sign, number = signed(text, first=first)
    return (*((Run(sign),) if sign else ()), *_runs(number, style))


def _runs(text: str, style: str = PLAIN) -> Piece:
    """Return a text with what is no number in it marked."""
    if "N" not in text and "inf" not in text:
        return (Run(text, style),)
    parts = _STRANGE.split(text)
    return tuple(Run(part, STRANGE if k % 2 else style) for k, part in enumerate(parts) if part)
