"""Rows that lie in several arrays, one behind the other, so that a trace and its forks hold once what is the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from explorer.functions import FloatArray, IndexArray


class Part(NamedTuple):
    """The ``steps`` that are read from ``rows`` (T or more, H), in which ``filled`` steps in all take memory.

    ``stays`` says that whoever has the array keeps it all the same, whether or not others share it.
    """

    steps: range
    rows: FloatArray
    filled: int = 0
    stays: bool = False

    def within(self, steps: range) -> Part:
        """Return the part of it that lies in ``steps``."""
        first = max(self.steps.start, steps.start)
        return self._replace(steps=range(first, max(first, min(self.steps.stop, steps.stop))))

    @property
    def worth_sharing(self) -> bool:
        """Whether to keep the array for these steps holds no more than as much again of what nobody may want."""
        return self.stays or 2 * len(self.steps) >= self.filled


class JoinedRows:
    """Reads like an array (T, H): steps within one part without a copy, steps of several parts joined.

    The parts follow one another and hold all steps. Only those of the ``own`` array are ever written to.
    """

    def __init__(self, parts: tuple[Part, ...], own: FloatArray) -> None:
        self.parts, self.own = tuple(part for part in parts if part.steps), own
        self.shape: tuple[int, int] = (self.parts[-1].steps.stop, own.shape[1])

    @property
    def nbytes(self) -> int:
        """Bytes of what is read from its own array."""
        row = self.shape[1] * self.own.itemsize
        return sum(len(part.steps) * row for part in self.parts if part.rows is self.own)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, steps: slice | IndexArray) -> FloatArray:
        """Return the rows at these steps: a slice of steps one after the other, or their numbers (n,)."""
        if isinstance(steps, slice):
            first, last, stride = steps.indices(len(self))
            assert stride == 1
            pieces = [part.rows[within.start : within.stop] for part, within in self._inside(range(first, last))]
            return pieces[0] if len(pieces) == 1 else np.concatenate(pieces or [self.own[:0]])
        rows = np.empty((len(steps), self.shape[1]), self.own.dtype)
        for part in self.parts:
            inside = (steps >= part.steps.start) & (steps < part.steps.stop)
            rows[inside] = part.rows[steps[inside]]
        return rows

    def __setitem__(self, steps: slice, values: Any) -> None:
        self.own[steps] = values

    def _inside(self, steps: range) -> list[tuple[Part, range]]:
        cut = [(part, part.within(steps).steps) for part in self.parts]
        return [(part, within) for part, within in cut if within]


Rows: TypeAlias = "FloatArray | JoinedRows"
"""The rows of a state, whichever way they lie."""


def joined(shared: Iterable[Part], own: FloatArray) -> JoinedRows:
    """Return rows of which ``shared`` are read from where they lie, and all others from ``own`` (T, H)."""
    parts, known = [], 0
    for part in sorted(shared, key=lambda part: part.steps.start):
        parts += [Part(range(known, part.steps.start), own), part]
        known = part.steps.stop
    return JoinedRows((*parts, Part(range(known, len(own)), own)), own)


def parts_of(rows: Rows, steps: range, ready: range, *, stays: bool) -> tuple[Part, ...]:
    """Return where ``steps`` lie in rows of which those ``ready`` are known, for another to share them.

    stays: whether whoever wrote these rows keeps them anyway. What these rows share themselves is as it was.
    """
    if not isinstance(rows, JoinedRows):
        parts = [Part(ready, rows, len(ready), stays)]
    else:
        filled = sum(len(part.within(ready).steps) for part in rows.parts if part.rows is rows.own)
        parts = [part._replace(filled=filled, stays=stays) if part.rows is rows.own else part for part in rows.parts]
    return tuple(cut for part in parts if (cut := part.within(steps)).steps)
