"""What is kept of every sequence: nothing until it is asked for, then one track a layer and direction."""

from __future__ import annotations

from collections import abc
from collections.abc import Iterator
from typing import Any, overload

import numpy as np

from explorer.experiment import Experiment
from explorer.functions import FloatArray
from explorer.growth import GrowingRows
from explorer.holds import differing, edited, held_at
from explorer.network import Place, block_weights
from explorer.track import Inputs, Track

Kept = dict[Place, Track]

Progress = abc.Callable[[float], None]
"""Takes the fraction done; may raise to give up."""


class Tracks(abc.Sequence[Kept]):
    """The tracks of sequence k are ``tracks[k]``, by their places, made when that is first asked for.

    So opening thousands of sequences takes no time, and memory only what is computed of them. Two threads may ask for
    the same: both are given the same.

    ``other`` are the tracks of an experiment that differs in its clamps only: what cannot differ is taken over, which
    tells ``progress`` how far it is.
    """

    def __init__(
        self, experiment: Experiment, other: Tracks | None = None, progress: Progress = lambda _: None
    ) -> None:
        self._network = network = experiment.network
        self._lengths = [len(sequence) for sequence in experiment.dataset.sequences]
        self._kept: dict[int, Kept] = {}
        self._inputs: dict[int, FloatArray] = {}
        self._growing: dict[int, GrowingRows[Any]] = {}
        self.experiment = experiment
        places = network.places
        if other is None:
            self.scaling = experiment.scaling
            self.initial = {place: experiment.initial_state(place) for place in places}
            self.blocks = {place: block_weights(network.cell(place), network.weights(place)) for place in places}
        else:
            self.scaling, self.initial, self.blocks = other.scaling, other.initial, other.blocks
            self._take_over(other, progress)

    def __len__(self) -> int:
        return len(self._lengths)

    @property
    def begun(self) -> tuple[int, ...]:
        """The sequences that have tracks, in the order in which they were asked for."""
        return tuple(self._kept)

    def length(self, sequence: int) -> int:
        """Return T, the number of steps of a sequence."""
        return self._lengths[sequence]

    def inputs(self, sequence: int) -> FloatArray:
        """Return what the network sees of a sequence: (T, D)."""
        seen = self._inputs.get(sequence)
        if seen is None:
            seen = self._inputs.setdefault(sequence, self.experiment.seen(sequence, self.scaling))
        return seen

    def lengthen(self, experiment: Experiment, sequence: int) -> None:
        """Make room for the steps that ``experiment`` has beyond those there are, seen with the scaling there is."""
        self._inputs[sequence] = self._grown(sequence).append(
            experiment.seen(sequence, self.scaling, self._lengths[sequence])
        )
        self.experiment = experiment
        self._lengths[sequence] = len(self._inputs[sequence])
        for track in self[sequence].values():
            track.lengthen(self._lengths[sequence])

    def make_room(self, sequence: int) -> None:
        """Make room for further steps ahead of ``lengthen``, which then copies little at a time."""
        self._inputs[sequence] = self._grown(sequence).make_room()
        for track in self[sequence].values():
            track.make_room()

    def _grown(self, sequence: int) -> GrowingRows[Any]:
        return self._growing.setdefault(sequence, GrowingRows(self.inputs(sequence)))

    def known(self, sequence: int) -> int:
        """Return how many steps are known, each counted once at every place."""
        kept = self._kept.get(sequence)
        return 0 if kept is None else sum(len(track.ready) for track in kept.values())

    def ready(self, sequence: int, place: Place | None) -> range:
        """Return the steps that are known at ``place``, or at every place."""
        kept = self._kept.get(sequence)
        if kept is None:
            return range(0)
        ranges = [track.ready for track in kept.values()] if place is None else [kept[place].ready]
        first, last = max(r.start for r in ranges), min(r.stop for r in ranges)
        return range(first, max(first, last))

    @overload
    def __getitem__(self, sequence: int) -> Kept: ...

    @overload
    def __getitem__(self, sequence: slice) -> list[Kept]: ...

    def __getitem__(self, sequence: int | slice) -> Kept | list[Kept]:
        """Return the tracks of a sequence. IndexError if there is none such."""
        if isinstance(sequence, slice):
            return [self[k] for k in range(*sequence.indices(len(self)))]
        kept = self._kept.get(sequence)
        if kept is None:
            if not 0 <= sequence < len(self):
                raise IndexError(f"there is no sequence {sequence}, but 0 to {len(self) - 1}")
            kept = self._kept.setdefault(sequence, self._made(sequence))
        return kept

    def _made(self, sequence: int) -> Kept:
        kept: Kept = {}
        network, steps = self._network, self._lengths[sequence]
        for place in network.places:
            weights = network.weights(place)
            held = held_at(place, sequence, self.experiment.clamps, weights.hidden_size, network.dtype)
            track = Track(
                *(place, network.cell(place), weights, steps, self.initial[place]),
                *(self._inputs_of(kept, sequence, place), self.blocks[place], held),
            )
            kept[place] = track
        return kept

    def _take_over(self, other: Tracks, progress: Progress) -> None:
        same = [each for sequence in other.begun for each in self._same(other, sequence)]
        total, done = sum(len(steps) for *_, steps in same), 0
        # With nothing held it is what every other is compared with, and stays while they come and go.
        stays = not any(clamp.on for clamp in other.experiment.clamps)
        for theirs, ours, steps in same:
            for taken in ours.take_over(theirs, steps, stays=stays):
                done += taken
                progress(done / total)

    def _same(self, other: Tracks, sequence: int) -> Iterator[tuple[Track, Track, range]]:
        """Yield what is known at a place and cannot differ: all before the first step that may; in reverse, behind it.

        It may differ where another thing is held at the place itself, or where what it is handed from below differs.
        """
        length, theirs, ours = self._lengths[sequence], other[sequence], self[sequence]
        features = len(self.experiment.dataset.features)
        before, after = (edited(sequence, tracks.experiment.clamps, features) for tracks in (other, self))
        below = differing(before, after, length)
        if not below:
            self._inputs[sequence] = other.inputs(sequence)
        for layer in range(len(self._network.layers)):
            above = range(0)
            for place in (place for place in self._network.places if place.layer == layer):
                old, new = theirs[place], ours[place]
                differs = _hull(below, differing(old.held, new.held, length))
                if differs:
                    differs = range(differs.stop) if new.reverse else range(differs.start, length)
                same = range(differs.stop, length) if new.reverse else range(differs.start if differs else length)
                known = range(max(same.start, old.ready.start), min(same.stop, old.ready.stop))
                if known:
                    yield old, new, known
                above = _hull(above, differs)
            below = above

    def _inputs_of(self, kept: Kept, sequence: int, place: Place) -> Inputs:
        below = [p for p in self._network.places if p.layer == place.layer - 1]

        def inputs(first: int, last: int) -> FloatArray:
            if not below:
                return self.inputs(sequence)[first:last]
            parts = [kept[p].states["h"][first:last] for p in below]
            return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

        return inputs


def _hull(one: range, other: range) -> range:
    """Return the steps from the first to the last of both."""
    if not (one and other):
        return one or other
    return range(min(one.start, other.start), max(one.stop, other.stop))
