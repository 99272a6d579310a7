"""Sequences that are to be computed, one after the other; what is looked at goes before the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from explorer.trace import Trace


class Batch:
    """The order of the work on a trace. The window may add to it, and look elsewhere, while a thread works it off."""

    def __init__(self, sequences: Iterable[int], looked_at: int | None = None) -> None:
        self.sequences = list(sequences)
        self.looked_at = looked_at
        self._fraction = 0.0

    def add(self, sequences: Iterable[int]) -> None:
        """Compute these, too, after the others."""
        self.sequences.extend(sequences)

    def look_at(self, sequence: int) -> None:
        """Compute this one, too, and before the others, once the chunk at hand is done."""
        self.sequences.append(sequence)
        self.looked_at = sequence

    def left(self, trace: Trace) -> list[int]:
        """Return what is not computed yet."""
        return [k for k in self.sequences if not trace.whole(k)]

    def turns(self, trace: Trace) -> Iterator[int]:
        """Yield, before each chunk, whose turn it is."""
        for position, sequence in enumerate(self.sequences):  # also over what is added meanwhile
            while not trace.whole(sequence):
                first = self.looked_at
                yield sequence if first is None or trace.whole(first) else first
                known = trace.tracks.known(sequence)
                self._fraction = (position + known / (known + trace.unknown(sequence))) / len(self.sequences)

    @property
    def fraction(self) -> float:
        """How much is done, 0–1, each sequence counting as much as the others."""
        return self._fraction
