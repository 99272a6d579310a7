"""What a condition means for a network and its data: every name found, every type checked, ready to be computed."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from explorer.conditions.language import (
    ELEMENTWISE,
    PREVIOUS,
    REDUCTIONS,
    TESTS,
    Binary,
    Call,
    Compare,
    Condition,
    ConditionError,
    Logic,
    Node,
    Number,
    Read,
    Unary,
)
from explorer.functions import NUMPY
from explorer.network import Network, Place
from explorer.sequences import Dataset

Rows = npt.NDArray[Any]
"""Values (steps, units): one column where there is one value a step."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Something to read: a quantity of units first…last − 1 at a place, or features of ``x``, a label, or ``t``."""

    name: str
    place: Place | None = None
    first: int = 0
    last: int = 1
    label: str = ""


class Stretch(Protocol):
    """The steps that a condition is computed over."""

    def read(self, leaf: Leaf) -> Rows:
        """Return the values of ``leaf`` at these steps."""

    def one_before(self) -> Stretch:
        """Return the stretch as long as this one that begins a step before it."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A part of a condition that was understood.

    ``truth`` tells a yes or no from a number, ``width`` how many units it has a value for. ``compute`` takes a stretch
    of steps and returns (steps, width). ``constant`` is its value where that is a plain number: numpy then compares in
    the type of the other side. ``reads`` are the leaves, ``back`` is how many steps further back it looks.
    """

    truth: bool
    width: int
    compute: Callable[[Stretch], Any]
    reads: frozenset[Leaf] = frozenset()
    back: int = 0
    constant: float | None = None


_ARITHMETIC: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "%": np.mod,
    "**": np.power,
}
_COMPARISONS: dict[str, Callable[..., Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
_ELEMENTWISE: dict[str, Callable[..., Any]] = {
    "-": np.negative,
    "+": np.positive,
    "sigmoid": NUMPY.sigmoid,
    **{name: getattr(np, name) for name in (*ELEMENTWISE, *TESTS) if name != "sigmoid"},
}
_REDUCTIONS: dict[str, Callable[..., Any]] = {
    "norm": lambda rows, axis, keepdims: np.sqrt(np.sum(rows * rows, axis=axis, keepdims=keepdims)),
    **{name: getattr(np, name) for name in REDUCTIONS if name != "norm"},
}


def understand(condition: Condition, network: Network, dataset: Dataset) -> Meaning:
    """Find every name of a condition; ConditionError unless all are there and it says yes or no once a step."""
    understanding, whole = _Understanding(network, dataset), condition.tree
    meaning = understanding.of(whole)
    if not meaning.truth:
        raise _error(whole, "this is a number and not a yes or no: compare it, as in … > 0.5")
    while meaning.width > 1 and isinstance(whole, Logic):
        whole = next(part for part in whole.parts if understanding.of(part).width > 1)
    if meaning.width > 1:
        raise _error(whole, f"compares {meaning.width} units at once: add [unit], .any() or .all()")
    return meaning


def meaning_of(node: Node, network: Network, dataset: Dataset) -> Meaning:
    """Return what a part of a condition means."""
    return _Understanding(network, dataset).of(node)


def compared(condition: Condition, network: Network, dataset: Dataset) -> list[tuple[str, Meaning]]:
    """Return the parts that decide whether a condition holds, as written: what it compares or tests, and labels."""
    understanding = _Understanding(network, dataset)
    found = {condition.text[node.column : node.column + node.length]: node for node in _deciding(condition.tree)}
    return [(text, understanding.of(node)) for text, node in found.items()]


def _deciding(node: Node) -> Iterator[Node]:
    match node:
        case Compare(parts=parts):
            yield from (part for part in parts if not isinstance(part, Number))
        case Call(function=name, arguments=arguments) if name in TESTS:
            yield from arguments
        case Call(arguments=parts) | Logic(parts=parts) | Unary(operand=Node() as parts):
            for part in parts if isinstance(parts, tuple) else (parts,):
                yield from _deciding(part)
        case Read():
            yield node


def _error(node: Node, message: str) -> ConditionError:
    return ConditionError(message, node.column, node.length)


def _constant(value: float) -> Meaning:
    return Meaning(False, 1, lambda _: value, constant=value)


def _leaf(leaf: Leaf, *, truth: bool = False) -> Meaning:
    return Meaning(truth, leaf.last - leaf.first, lambda stretch: stretch.read(leaf), frozenset((leaf,)))


def _fold(operation: Callable[..., Any], values: list[Any]) -> Any:
    """Apply an operation to its one operand, or to the first two, to what comes of them and the third, and so on."""
    return operation(values[0]) if len(values) == 1 else functools.reduce(operation, values)


class _Understanding:
    """Goes through the tree of one condition, from the leaves up."""

    def __init__(self, network: Network, dataset: Dataset) -> None:
        self._network, self._dataset = network, dataset

    def of(self, node: Node) -> Meaning:
        """Return what a part means."""
        match node:
            case Number(value=value):
                return _constant(value)
            case Read():
                return self._read(node)
            case Unary(sign="not", operand=operand):
                return self._combine([self._truth(operand, "not")], node, np.logical_not, truth=True)
            case Unary(sign=sign, operand=operand):
                return self._combine([self._number(operand, sign)], node, _ELEMENTWISE[sign])
            case Binary(sign=sign, left=left, right=right):
                return self._combine([self._number(left, sign), self._number(right, sign)], node, _ARITHMETIC[sign])
            case Logic(word=word, parts=parts):
                join = np.logical_and if word == "and" else np.logical_or
                return self._combine([self._truth(part, word) for part in parts], node, join, truth=True)
            case Compare(signs=signs, parts=parts):
                return self._compare(node, signs, parts)
            case Call():
                return self._call(node)
        raise AssertionError(node)

    def _number(self, node: Node, sign: str) -> Meaning:
        meaning = self.of(node)
        if meaning.truth:
            raise _error(node, f"{sign} takes numbers, and this is a yes or no already")
        return meaning

    def _truth(self, node: Node, word: str) -> Meaning:
        meaning = self.of(node)
        if not meaning.truth:
            raise _error(node, f"{word} takes a yes or no, and this is a number: compare it, as in … > 0.5")
        return meaning

    def _combine(
        self, parts: list[Meaning], node: Node, operation: Callable[..., Any], *, truth: bool = False
    ) -> Meaning:
        """Return what an operation on each unit of its parts, or on neighbouring pairs of them, means."""
        widths = sorted({part.width for part in parts} - {1})
        if len(widths) > 1:
            raise _error(node, f"these are {widths[0]} and {widths[1]} units: take as many on both sides, or one")

        constants = [part.constant for part in parts if part.constant is not None]
        if not truth and len(constants) == len(parts):
            with np.errstate(all="ignore"):
                return _constant(float(_fold(operation, [np.float64(value) for value in constants])))

        def compute(stretch: Stretch) -> Any:
            return _fold(operation, [part.compute(stretch) for part in parts])

        reads = frozenset[Leaf]().union(*(part.reads for part in parts))
        return Meaning(truth, max([1, *widths]), compute, reads, max(part.back for part in parts))

    def _compare(self, node: Node, signs: tuple[str, ...], parts: tuple[Node, ...]) -> Meaning:
        numbers = [self._number(part, signs[0]) for part in parts]
        pairs = [
            self._combine([left, right], node, _COMPARISONS[sign], truth=True)
            for sign, left, right in zip(signs, numbers[:-1], numbers[1:], strict=True)
        ]
        return pairs[0] if len(pairs) == 1 else self._combine(pairs, node, np.logical_and, truth=True)

    def _call(self, node: Call) -> Meaning:
        name, (argument, *others) = node.function, node.arguments
        if name == PREVIOUS:
            inner = self.of(argument)
            if inner.constant is not None:
                return inner
            return replace(inner, compute=lambda stretch: inner.compute(stretch.one_before()), back=inner.back + 1)
        if others:
            numbers = [self._number(each, name) for each in node.arguments]
            return self._combine(numbers, node, np.minimum if name == "min" else np.maximum)
        if name in ELEMENTWISE or name in TESTS:
            return self._combine([self._number(argument, name)], node, _ELEMENTWISE[name], truth=name in TESTS)
        return self._reduce(name, argument)

    def _reduce(self, name: str, argument: Node) -> Meaning:
        """Return what one number, or one yes or no, over the units means."""
        inner = self.of(argument)
        if name in ("any", "all") and not inner.truth:
            raise _error(argument, f"{name} takes a yes or no of each unit, and these are numbers: compare them")
        if name in ("min", "max", "norm") and inner.truth:
            raise _error(argument, f"{name} takes numbers, and this is a yes or no; sum counts how often it is yes")

        def compute(stretch: Stretch) -> Any:
            rows = np.atleast_2d(inner.compute(stretch))
            if inner.truth and name in ("sum", "mean"):
                rows = rows.astype(np.float64)
            return _REDUCTIONS[name](rows, axis=1, keepdims=True)

        return Meaning(name in ("any", "all"), 1, compute, inner.reads, inner.back)

    def _read(self, node: Read) -> Meaning:
        if node.name in ("x", "t", "label") and node.place:
            raise _error(node, f"{node.name} belongs to no layer: write {node.name} without {node.place}.")
        match node.name:
            case "t":
                if node.index is not None:
                    raise _error(node, "t is the number of the step: leave out the [ ]")
                return _leaf(Leaf("t"))
            case "label":
                return self._label(node)
            case "x":
                features = self._dataset.features
                if isinstance(node.index, str):
                    position = _find(node, node.index, features, "feature")
                    return _leaf(Leaf("x", None, position, position + 1))
                return _leaf(Leaf("x", None, *_range(node, len(features), "features")))
        return self._quantity(node)

    def _label(self, node: Read) -> Meaning:
        names = tuple(dict.fromkeys(label.name for sequence in self._dataset.sequences for label in sequence.labels))
        if not names:
            raise _error(node, "the data has no labels")
        if not isinstance(node.index, str):
            raise _error(node, f"say which label: label.NAME, of {', '.join(names)}")
        return _leaf(Leaf("label", label=names[_find(node, node.index, names, "label")]), truth=True)

    def _quantity(self, node: Read) -> Meaning:
        places = {place.key: place for place in self._network.places}
        place = places.get(node.place or Place().key)
        if place is None:
            raise _error(node, f"there is no layer {node.place}; there are {', '.join(places)}")
        cell = self._network.cell(place)
        names = [quantity.name for quantity in cell.quantities]
        if node.name not in names:
            others = "" if node.place else ", and x, t and label"
            raise _error(node, f"the {cell.title} at {place.key} has no {node.name}; it has {', '.join(names)}{others}")
        if isinstance(node.index, str):
            raise _error(node, f"the units of {node.name} have numbers, not names: {node.name}[0]")
        units = _range(node, self._network.weights(place).hidden_size, "units")
        return _leaf(Leaf(node.name, place, *units))


def _range(node: Read, size: int, what: str) -> tuple[int, int]:
    """Return the first unit that is meant and the one behind the last."""
    there = f"there are {size} {what}, 0 to {size - 1}" if size > 1 else f"there is one of the {what}, 0"
    match node.index:
        case slice(start=start, stop=stop):
            first, last = start or 0, size if stop is None else stop
            if not 0 <= first < last <= size:
                raise _error(node, f"{first}:{last} picks none, or more than there are: {there}")
            return first, last
        case int(unit):
            if not 0 <= unit < size:
                raise _error(node, f"there is no {unit}: {there}")
            return unit, unit + 1
    return 0, size


def _find(node: Node, name: str, names: tuple[str, ...], what: str) -> int:
    """Return the position of ``name``; Python writes some letters of identifiers in their plain form (ﬁ as fi)."""
    if name in names:
        return names.index(name)
    plain = [unicodedata.normalize("NFKC", each) for each in names]
    if name in plain:
        return plain.index(name)
    raise _error(node, f"there is no {what} {name!r}; there are {', '.join(names)}")
