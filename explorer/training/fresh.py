"""Sequences drawn anew for every batch: what a generator makes from the seed and the batch's number alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.sequences import Dataset, Generator, Sequence, Setting, find_generator

REFERENCE, TRAINING, HELD_OUT = 0, 1, 2
"""Three streams of sequences that have nothing in common: what scaling is fitted on, training, and held out."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A generator with its settings, as an endless supply of sequences. The same numbers, the same bytes."""

    generator: Generator
    settings: Mapping[str, Setting]
    seed: int

    def draw(self, stream: int, position: int, count: int, share: float = 1.0) -> tuple[Sequence, ...]:
        """Return ``count`` sequences, a pure function of the seed, the stream and the position in it, both from 0.

        ``share`` is how far the setting has grown that makes the generator's task longer, 1: to what is set.
        """
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence((self.seed, stream, position))))
        settings = self.generator.grown(self.settings, share) if share < 1 and self.generator.grows else self.settings
        return tuple(self.generator.make(rng, **settings)[0] for _ in range(count))


def fresh_of(dataset: Dataset, seed: int) -> Fresh | None:
    """Return the supply of what was generated once; None of what takes long, of which there is only what there is."""
    generator = find_generator(dataset.generator)
    return None if generator.sequential else Fresh(generator, dict(dataset.settings), seed)
