"""Where a condition cannot hold: told from the extremes of whole buckets of steps, so that few steps have to be read.

Every number becomes bounds between which it lies in a bucket, every yes or no becomes whether it can be yes somewhere
in it, and whether it can be no. What has no bounds here (arithmetic, input, labels, ``prev``) can be anything, which
is always right and spares nothing. States are bounded by what is stored of them, bit for bit; other quantities are read
as they are recovered, whose rounding differs from that of the run that found the extremes, and get a margin for it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from explorer.cells import Kind
from explorer.conditions.language import Call, Compare, Condition, Logic, Node, Read, Unary
from explorer.conditions.meaning import Leaf, meaning_of
from explorer.network import Place
from explorer.pyramid import BASE
from explorer.trace import Trace
from explorer.track import Track

Flags = npt.NDArray[np.bool_]
Possible = Callable[[int, int], Flags]

ULPS = 16
"""Roundings of σ and tanh near 1 that libraries may differ by."""


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Where numbers (buckets, units) lie that are none of them NaN, and where there may be a NaN."""

    low: Any
    high: Any
    nan: Any


@dataclass(frozen=True, slots=True)
class _Verdict:
    """Whether something (buckets, units) can be yes at some step, and whether it can be no."""

    yes: Any
    no: Any


ANY = _Verdict(np.ones((1, 1), np.bool_), np.ones((1, 1), np.bool_))


def possible(condition: Condition, trace: Trace, sequence: int) -> Possible:
    """Return what tells, of buckets first…last − 1 of BASE known steps each, in which the condition may hold: (n,)."""
    pruner = _Pruner(trace, sequence)

    def within(first: int, last: int) -> Flags:
        pruner.first, pruner.last = first, last
        with np.errstate(all="ignore"):
            may: Flags = np.broadcast_to(pruner.verdict(condition.tree).yes, (last - first, 1))[:, 0]
        return may

    return within


class _Pruner:
    """Goes through the tree of a condition for some buckets of a sequence."""

    def __init__(self, trace: Trace, sequence: int) -> None:
        self._trace, self._sequence = trace, sequence
        self._margins: dict[Place, float] = {}
        self.first = self.last = 0

    def verdict(self, node: Node) -> _Verdict:
        """Return what a yes or no can be."""
        match node:
            case Unary(sign="not", operand=operand):
                inner = self.verdict(operand)
                return _Verdict(inner.no, inner.yes)
            case Logic(word=word, parts=parts):
                return _joined(word, [self.verdict(part) for part in parts])
            case Compare(signs=signs, parts=parts):
                numbers = [self.bounds(part) for part in parts]
                pairs = zip(signs, numbers[:-1], numbers[1:], strict=True)
                return _joined("and", [_compared(sign, left, right) for sign, left, right in pairs])
            case Call(function="any" | "all" as name, arguments=(argument,)):
                inner = self.verdict(argument)
                some, every = (functools.partial(take, axis=1, keepdims=True) for take in (np.any, np.all))
                yes, no = (np.atleast_2d(side) for side in (inner.yes, inner.no))
                return _Verdict(some(yes), every(no)) if name == "any" else _Verdict(every(yes), some(no))
            case Call(function="isnan" | "isinf" | "isfinite" as name, arguments=(argument,)):
                number = self.bounds(argument)
                return ANY if number is None else _tested(name, number)
        return ANY

    def bounds(self, node: Node) -> _Bounds | None:
        """Return where a number lies, None where that is not known."""
        experiment = self._trace.experiment
        meaning = meaning_of(node, experiment.network, experiment.dataset)
        if meaning.constant is not None:
            value = meaning.constant
            return None if np.isnan(value) else _Bounds(value, value, nan=False)
        match node:
            case Read():
                (leaf,) = meaning.reads
                return self._read(leaf)
            case Unary(sign="-" | "+" as sign, operand=operand):
                inner = self.bounds(operand)
                return inner if inner is None or sign == "+" else _Bounds(-inner.high, -inner.low, inner.nan)
            case Call(function="abs", arguments=(argument,)):
                inner = self.bounds(argument)
                return None if inner is None else _size(inner)
            case Call(function="min" | "max" as name, arguments=arguments):
                return self._extreme(name, [self.bounds(argument) for argument in arguments])
        return None

    def _extreme(self, name: str, parts: list[_Bounds | None]) -> _Bounds | None:
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        if len(known) == 1:
            (inner,) = known
            take = functools.partial(np.min if name == "min" else np.max, axis=1, keepdims=True)
            low, high, nan = (np.atleast_2d(end) for end in (inner.low, inner.high, inner.nan))
            return _Bounds(take(low), take(high), nan.any(axis=1, keepdims=True))
        fold = np.minimum if name == "min" else np.maximum
        low, high = (functools.reduce(fold, ends) for ends in ([k.low for k in known], [k.high for k in known]))
        return _Bounds(low, high, functools.reduce(np.logical_or, [part.nan for part in known]))

    def _read(self, leaf: Leaf) -> _Bounds | None:
        if leaf.name == "t":
            steps = np.arange(self.first, self.last, dtype=np.float64)[:, None] * BASE
            return _Bounds(steps, steps + (BASE - 1), nan=False)
        if leaf.place is None:
            return None
        track = self._trace.tracks[self._sequence][leaf.place]
        margin = self._margin(track, leaf.name)
        if not np.isfinite(margin):
            return None
        low, high = (ends[:, leaf.first : leaf.last] for ends in track.buckets(leaf.name, self.first, self.last))
        nan = np.isnan(low) | np.isnan(high)
        if margin:
            low, high = low - low.dtype.type(margin), high + high.dtype.type(margin)
        return _Bounds(np.where(nan, low.dtype.type(-np.inf), low), np.where(nan, high.dtype.type(np.inf), high), nan)

    def _margin(self, track: Track, name: str) -> float:
        """Return by how much what is read may lie beside its extremes; infinite where that is not known."""
        eps = float(np.finfo(track.weights.weight_ih.dtype).eps)
        if name in track.states:
            return 0.0
        quantity = track.cell.quantity(name)
        if quantity.increasing and quantity.operands[0] in track.states:
            return ULPS * eps
        if quantity.increasing and track.cell.quantity(quantity.operands[0]).equation is None:
            return self._rounding(track) + ULPS * eps  # σ and tanh bring two numbers no further apart
        summed = quantity.kind is Kind.PRE_ACTIVATION and quantity.equation is None
        return self._rounding(track) if summed else float("inf")

    def _rounding(self, track: Track) -> float:
        """Return how far two ways to sum the products of a pre-activation may lie apart: n terms, n ε Σ|w||x|.

        Infinite where anything that is multiplied is, or might be summed to what is: then the order decides.
        """
        if track.place not in self._margins:
            weights, tracks = track.weights, self._trace.tracks[self._sequence]
            below = [place for place in tracks if place.layer == track.place.layer - 1]
            inputs = self._trace.inputs(self._sequence)
            seen = max(_largest(tracks[place]) for place in below) if below else float(np.abs(inputs).max(initial=0))
            biases = [np.abs(bias).max() for bias in (weights.bias_ih, weights.bias_hh) if bias is not None]
            whole = (
                float(np.abs(weights.weight_ih).sum(axis=1, dtype=np.float64).max()) * seen
                + float(np.abs(weights.weight_hh).sum(axis=1, dtype=np.float64).max()) * _largest(track)
                + float(sum(biases))
            )
            kind = np.finfo(weights.weight_ih.dtype)
            terms = weights.weight_ih.shape[1] + weights.hidden_size + 2
            fits = whole < float(kind.max) / 8
            self._margins[track.place] = 2 * terms * float(kind.eps) * whole if fits else float("inf")
        return self._margins[track.place]


def _largest(track: Track) -> float:
    """Return the size of the largest h that is known, or that it begins with; NaN or infinite where one is."""
    ready = track.ready
    low, high = track.buckets("h", ready.start // BASE, -(-ready.stop // BASE))
    ends = (low, high, track.initial["h"])
    return float(np.max([np.abs(end).max(initial=0) for end in ends]))


def _size(inner: _Bounds) -> _Bounds:
    one, other = np.abs(inner.low), np.abs(inner.high)
    around = np.logical_and(inner.low <= 0, inner.high >= 0)
    least = np.minimum(one, other)
    return _Bounds(np.where(around, np.zeros_like(least), least), np.maximum(one, other), inner.nan)


def _joined(word: str, parts: list[_Verdict]) -> _Verdict:
    every, some = (functools.partial(functools.reduce, fold) for fold in (np.logical_and, np.logical_or))
    yes, no = [part.yes for part in parts], [part.no for part in parts]
    return _Verdict(every(yes), some(no)) if word == "and" else _Verdict(some(yes), every(no))


def _compared(sign: str, left: _Bounds | None, right: _Bounds | None) -> _Verdict:
    """Return what a comparison can be. With NaN it is no, but != is yes."""
    if left is None or right is None:
        return ANY
    if sign in (">", ">="):
        left, right, sign = right, left, "<" + sign[1:]
    nan = np.logical_or(left.nan, right.nan)
    if sign == "<":
        return _Verdict(left.low < right.high, np.logical_or(left.high >= right.low, nan))
    if sign == "<=":
        return _Verdict(left.low <= right.high, np.logical_or(left.high > right.low, nan))
    meet = np.logical_and(left.low <= right.high, right.low <= left.high)
    alike = np.logical_and(left.low == right.high, right.low == left.high)
    differ = np.logical_or(np.logical_not(alike), nan)
    return _Verdict(meet, differ) if sign == "==" else _Verdict(differ, meet)


def _tested(name: str, number: _Bounds) -> _Verdict:
    """Return what a test can be. A NaN in a bucket hides whatever else is in it."""
    nan, yes = number.nan, np.ones_like(np.asarray(number.nan))
    infinite = np.logical_or(nan, np.logical_or(np.isinf(number.low), np.isinf(number.high)))
    strange = {"isnan": nan, "isinf": infinite, "isfinite": np.logical_or(nan, infinite)}[name]
    return _Verdict(yes, strange) if name == "isfinite" else _Verdict(strange, yes)
