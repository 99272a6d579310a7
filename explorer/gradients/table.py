"""The reverse step of a cell as a table: a row for each way of the gradient, factors on one side, what passes beside.

A row is one (state, what it is made of). Rows of one state lie together, to be multiplied at once, and those that go on
through W_hh lie together, to be one product: so a step of an LSTM is that product and four operations.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from explorer.cells import Cell, Kind
from explorer.functions import FloatArray
from explorer.gradients.factors import Factors, local_factors
from explorer.holds import Held

PIECE = 64
"""Steps whose factors are computed together: few enough for all that is in between to stay in the cache."""

Key = tuple[str, str]
Operation = tuple[Callable[..., Any], Any, Any, Any]
"""A function of two rows that writes a third, and the three for every step in turn."""


class Table:
    """All steps of one place, in the order in which they were taken; ``order`` turns what is known into it.

    known: quantities and ``…_prev`` states, each (T, H), in the order of steps. The step after the last is there too:
    nothing comes from it.
    """

    def __init__(self, cell: Cell, known: Mapping[str, FloatArray], held: Held, order: slice) -> None:
        self.cell = cell
        self._states = [q.name for q in reversed(cell.quantities) if q.name in cell.states]
        self._terms = {block.terms[-1]: k for k, block in enumerate(cell.blocks)}
        steps, size = known["h"].shape
        dtype = known["h"].dtype
        pieces = _pieces(cell, known, held)
        first = next(pieces, None)
        self._keys: list[Key] = [] if first is None else [*first[1]]
        self._rows = self._arranged()
        self._factors = np.empty((steps, len(self._rows), size), dtype)
        self._passed = np.zeros((steps + 1, len(self._rows), size), dtype)
        self._outside = {key: np.empty((steps, size), dtype) for key in self._keys if key not in self._rows}
        self._gained = {state: np.zeros((steps, size), dtype) for state in self._states}
        into = {key: self._factors[order][:, k] for k, key in enumerate(self._rows)}
        into |= {key: rows[order] for key, rows in self._outside.items()}
        for piece, factors in itertools.chain([] if first is None else [first], pieces):
            for key, rows in into.items():
                rows[piece] = factors[key]

    def _arranged(self) -> list[Key]:
        """Return the rows: state by state, the terms of two that are neighbours side by side."""
        rows: list[Key] = []
        for k, state in enumerate(self._states):
            own = [key for key in self._keys if key[0] == state]
            terms = [key for key in own if key[1] in self._terms]
            others = [key for key in own if key[1] in self._states or key[1].removesuffix("_prev") in self._states]
            rows += [*terms, *others] if k % 2 else [*others, *terms]
        return rows

    def run(self, weight_hh: FloatArray, direct: FloatArray) -> FloatArray:
        """Take all steps back. Return the part of ∂L/∂h through time, (T + 1, H): first that of the initial state.

        direct (T, H), in the order in which the steps were taken.
        """
        steps, size = direct.shape
        through = np.zeros((steps + 1, size), direct.dtype)
        operations = self._operations(weight_hh, direct, through)
        calls = [zip(itertools.repeat(function, steps), *rows, strict=True) for function, *rows in operations]
        for function, one, other, out in itertools.chain.from_iterable(zip(*calls, strict=True)):
            function(one, other, out)
        return through

    def _operations(self, weight_hh: FloatArray, direct: FloatArray, through: FloatArray) -> list[Operation]:
        """Return what a step consists of, each with its rows from the last step to the first."""
        passed, steps = self._passed, len(direct)
        operations: list[Operation] = []
        for state in self._states:
            total = self._gained[state][::-1]
            parts = [through[:0:-1], direct[::-1]] if state == "h" else []
            parts += [passed[-2::-1, k] for k, key in enumerate(self._rows) if key[1] == state]
            if state != "h":
                parts += [passed[:0:-1, k] for k, key in enumerate(self._rows) if key[1] == f"{state}_prev"]
            parts += [np.zeros((steps, 1), direct.dtype)] * (2 - len(parts))
            operations.append((np.add, parts[0], parts[1], total))
            operations += [(np.add, total, part, total) for part in parts[2:]]
            own = [k for k, key in enumerate(self._rows) if key[0] == state]
            if own:
                rows = slice(own[0], own[-1] + 1)
                operations.append((np.multiply, self._factors[::-1, rows], total, passed[-2::-1, rows]))
        return operations + self._to_the_step_before(weight_hh, through)

    def _to_the_step_before(self, weight_hh: FloatArray, through: FloatArray) -> list[Operation]:
        passed, size = self._passed, through.shape[1]
        blocks = weight_hh.reshape(-1, size, size)
        terms = [k for k, key in enumerate(self._rows) if key[1] in self._terms]
        span = range(terms[0], terms[-1] + 1)
        nothing = np.zeros((size, size), weight_hh.dtype)
        chosen = [blocks[self._terms[self._rows[k][1]]] if k in terms else nothing for k in span]
        weights = np.ascontiguousarray(np.concatenate(chosen))
        flat = passed.reshape(len(passed), -1)[-2::-1, span.start * size : span.stop * size]
        before = through[-2::-1]
        carried = [passed[-2::-1, k] for k, key in enumerate(self._rows) if key[1] == "h_prev"]
        product: Operation = (np.dot, flat, itertools.repeat(weights, len(before)), before)
        return [product, *((np.add, before, rows, before) for rows in carried)]

    def totals(self) -> dict[str, FloatArray]:
        """Return ∂L/∂ every state and pre-activation, (T, H), in the order in which the steps were taken."""
        totals = dict(self._gained)
        for name in (q.name for q in self.cell.quantities if q.kind is Kind.PRE_ACTIVATION):
            parts = [self._passed[:-1, k] for k, key in enumerate(self._rows) if key[1] == name]
            parts += [rows * self._gained[key[0]] for key, rows in self._outside.items() if key[1] == name]
            totals[name] = sum(parts[1:], parts[0]) if parts else np.zeros_like(totals["h"])
        return {q.name: totals[q.name] for q in self.cell.quantities if q.name in totals}

    def initial(self, through: FloatArray) -> dict[str, FloatArray]:
        """Return ∂L/∂ each state before the first step taken, (H,)."""
        carried = {
            state: [self._passed[0, k] for k, key in enumerate(self._rows) if key[1] == f"{state}_prev"]
            for state in self._states
            if state != "h"
        }
        return {
            state: through[0] if state == "h" else sum(carried[state], np.zeros_like(through[0]))
            for state in self.cell.states
        }


def _pieces(cell: Cell, known: Mapping[str, FloatArray], held: Held) -> Iterator[tuple[slice, Factors]]:
    """Yield the factors of all steps, some at a time."""
    for start, stop, holds in held.spans(0, len(known["h"])):
        size = stop - start if holds or not cell.reverse else PIECE
        for first in range(start, stop, size):
            piece = slice(first, min(first + size, stop))
            yield piece, local_factors(cell, {name: rows[piece] for name, rows in known.items()}, holds)
