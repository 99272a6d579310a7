"""Which part is for training and which is held out: by time, or by sequences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from explorer.errors import DataError
from explorer.sequences.scaling import training_count


class Part(NamedTuple):
    """The steps first … last − 1 of one example, counted from 0."""

    example: int
    first: int
    last: int

    @property
    def steps(self) -> int:
        """How many steps it has."""
        return self.last - self.first


class Split(NamedTuple):
    """The parts that are trained on, and those that are held out. No step is in both."""

    training: tuple[Part, ...]
    held_out: tuple[Part, ...]


def split_in_time(lengths: Sequence[int], held_out: float, gap: int, source: str) -> Split:
    """Return the first part of every sequence for training and its last one held out, with ``gap`` steps between them.

    What is foretold at the last steps of training lies in the gap, and so nothing that is held out is ever seen. A
    sequence that is too short for both is trained on. ``DataError`` if all of them are.
    """
    training, last = [], []
    for example, length in enumerate(lengths):
        cut = training_count(length, 1 - held_out)
        if cut + gap < length:
            training.append(Part(example, 0, cut))
            last.append(Part(example, cut + gap, length))
        else:
            training.append(Part(example, 0, length))
    if not last:
        raise DataError(
            f"no sequence is long enough to hold out {held_out:g} of it after a gap of {gap} steps; the longest has "
            f"{max(lengths)} steps",
            file=source,
        )
    return Split(tuple(training), tuple(last))


def split_by_sequences(lengths: Sequence[int], held_out: float, seed: int, source: str) -> Split:
    """Return some sequences for training and the others held out, drawn from the seed; at least one of each.

    ``DataError`` if there is only one.
    """
    count = len(lengths)
    if count < 2:
        raise DataError("there is only one sequence, so none can be held out; split it in time", file=source)
    apart = min(count - 1, max(1, round(held_out * count)))
    chosen = set(np.random.Generator(np.random.PCG64(seed)).permutation(count)[:apart].tolist())
    parts = [Part(example, 0, length) for example, length in enumerate(lengths)]
    return Split(
        tuple(part for part in parts if part.example not in chosen),
        tuple(part for part in parts if part.example in chosen),
    )
