"""The whole answer: every quantity of every sequence, layer and direction at every step, read by window."""

from __future__ import annotations

import copy
import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from explorer.experiment import Experiment
from explorer.functions import FloatArray, IndexArray
from explorer.network import Place
from explorer.pyramid import BASE
from explorer.track import Track
from explorer.tracks import Progress, Tracks

BLOCK = 256
"""Steps that are recovered together. Blocks start at multiples of it, so what is read of a step never varies."""

MOST_TOLD = 5
"""Times that one engine is said to have gone on where another stopped."""

CACHE_BYTES = 10 * 2**20  # what eight rows of 128 units show; of larger blocks the last ones are kept
EXACT_ELEMENTS = 2**21
"""Numbers that an overview recovers one by one before it turns to the pyramid."""


@dataclass(frozen=True, slots=True)
class Check:
    """How far the trace is from torch's own modules: the worst absolute difference, and what is allowed there.

    Where it is not ``telling``, rounding alone may be so much that right and wrong numbers cannot be told apart.
    """

    error: float
    tolerance: float
    telling: bool = True
    dtype: str = "float32"

    @property
    def passed(self) -> bool:
        """Whether the difference is one of rounding. A NaN does not pass, nor what tells nothing."""
        return self.telling and self.error <= self.tolerance

    @property
    def doubt(self) -> str:
        """Why nothing can be told, and what to do; empty where it can."""
        if self.telling:
            return ""
        remedy = "standardise them or use float64" if self.dtype == "float32" else "standardise them"
        return (
            f"cannot be verified in {self.dtype}: the inputs are so large that rounding alone changes h by up to "
            f"{self.tolerance:.2g}; {remedy}"
        )

    def worse(self, other: Check | None) -> Check:
        """Return the worse: a NaN, then what is off by more than is allowed, then what tells nothing, then the rest."""
        return self if other is None or _badness(self) >= _badness(other) else other


def _badness(check: Check) -> tuple[int, float]:
    if math.isnan(check.error):
        return 3, 0.0
    if not check.telling:
        return 1, check.tolerance
    return 0 if check.passed else 2, check.error / check.tolerance


class Turn(NamedTuple):
    """An engine, and the step from which on it computed; 0 also where that cannot be told."""

    name: str
    first: int = 0


def _until(turns: list[Turn], last: int) -> list[Turn]:
    """Return those who computed the steps before ``last``; all, where it cannot be told."""
    return [turn for turn in turns if turn.first < max(last, 1)]


@dataclass(frozen=True, slots=True)
class Overview:
    """What is drawn of a stretch of steps: bins between ``edges`` (n + 1,), with min and max per unit (n, units)."""

    edges: FloatArray
    low: FloatArray
    high: FloatArray


class Trace:
    """The answer to an experiment. Read-only; grows while it is being computed, and then never changes.

    Unless the sequence itself grows, as that of a followed file does: then ``lengthen`` adds steps that are not known.

    ``other`` is the trace of an experiment that differs in its clamps only: what cannot differ is taken over, which
    tells ``progress`` how far it is.
    """

    def __init__(
        self, experiment: Experiment, engine: str, other: Trace | None = None, progress: Progress = lambda _: None
    ) -> None:
        self.experiment = experiment
        self.tracks: Tracks = Tracks(experiment, None if other is None else other.tracks, progress)
        self._engine = engine
        self.turns: dict[int, list[Turn]] = {}
        """Who computed the steps of a sequence, one after the other."""
        self.check: Check | None = None
        if other is not None and self.known:
            self.check = other.check
            known = [k for k in other.turns if self.tracks.known(k)]
            self.turns = {k: _until(other.turns[k], self._counted(k)) for k in known}
        self._whole: set[int] = set()
        self._cache: OrderedDict[tuple[int, Place, str, int], FloatArray] = OrderedDict()
        self._cached_bytes = 0
        self._moment: tuple[tuple[int, Place, int], dict[str, FloatArray]] | None = None

    def engine(self, sequence: int = 0) -> str:
        """Return by what the steps of a sequence were computed; before there are any, by what they are to be."""
        turns = self.turns.get(sequence) or [Turn(self._engine)]
        ends = [f" to step {turn.first - 1}" if turn.first else "" for turn in turns[1:]] + [""]
        return ", then ".join(f"{turn.name}{end}" for turn, end in zip(turns, ends, strict=True))

    def hand_over(self, sequence: int, name: str) -> None:
        """Take note that the engine ``name`` takes the steps of a sequence from here on."""
        turns = self.turns.setdefault(sequence, [Turn(self._engine)])
        if not self.tracks.known(sequence):
            turns[:] = [Turn(name)]
        elif name.startswith(turns[-1].name) or turns[-1].name.startswith(name):
            turns[-1] = turns[-1]._replace(name=name)  # the same engine, and whether it meets held steps in this trace
        else:
            if len(turns) > MOST_TOLD:  # engines that take turns without end, as over a file that is followed
                turns[1:] = [Turn("by turns", turns[1].first)]
            turns.append(Turn(name, self._counted(sequence)))

    def _counted(self, sequence: int) -> int:
        """Return how many of the first steps are known: none where a backward direction knows the last ones first."""
        ready = self.ready(sequence)
        return 0 if ready.start else ready.stop

    def length(self, sequence: int = 0) -> int:
        """Return T, the number of steps of a sequence, known or not."""
        return self.tracks.length(sequence)

    def lengthen(self, experiment: Experiment, sequence: int = 0) -> None:
        """Go on with an experiment that differs in nothing but further steps at the end of one sequence.

        What is known stays as it is, and the scaling the one that was fitted. The network has to run forward.
        """
        assert not experiment.network.has_reverse
        self.experiment = experiment
        self.tracks.lengthen(experiment, sequence)
        self._whole.discard(sequence)

    def make_room(self, sequence: int = 0) -> None:
        """Make room for steps that are to come, so that ``lengthen`` does not take long where there are many."""
        self.tracks.make_room(sequence)

    def inputs(self, sequence: int = 0) -> FloatArray:
        """Return what the network saw: (T, D)."""
        return self.tracks.inputs(sequence)

    def ready(self, sequence: int = 0, place: Place | None = None) -> range:
        """Return the steps that are known at ``place``, or at every place."""
        return self.tracks.ready(sequence, place)

    def unknown(self, sequence: int = 0) -> int:
        """Return how many steps of a sequence are not known, each counted once at every place."""
        return self.length(sequence) * len(self.experiment.network.places) - self.tracks.known(sequence)

    def whole(self, sequence: int = 0) -> bool:
        """Whether every step of a sequence is known."""
        if sequence not in self._whole and not self.unknown(sequence):
            self._whole.add(sequence)
        return sequence in self._whole

    @property
    def computed(self) -> int:
        """Of how many sequences every step is known."""
        for sequence in set(self.tracks.begun) - self._whole:  # thousands may be whole, and stay so
            self.whole(sequence)
        return len(self._whole)

    @property
    def known(self) -> int:
        """How many steps are known in all, each counted once at every place."""
        return sum(self.tracks.known(k) for k in self.tracks.begun)

    @property
    def complete(self) -> bool:
        """Whether every step of every sequence is known."""
        return all(self.whole(k) for k in range(len(self.tracks)))

    def read(
        self,
        sequence: int,
        quantity: str,
        place: Place = Place(),  # noqa: B008 - an immutable value
        units: slice | IndexArray = slice(None),
        steps: slice = slice(None),
    ) -> FloatArray:
        """Return exact values (steps, units) of a quantity, read-only. IndexError unless all ``steps`` are ready."""
        return self._read(sequence, (quantity,), place, units, steps)[quantity]

    def scan(self, sequence: int, quantity: str, place: Place, units: slice | IndexArray, steps: range) -> FloatArray:
        """Return the same bits as ``read``, past its cache: for going through many steps once, on any thread."""
        track = self.tracks[sequence][place]
        ready = track.ready
        if quantity in track.states or not steps or not (steps[0] in ready and steps[-1] in ready):
            return self.read(sequence, quantity, place, units, slice(steps.start, steps.stop))
        parts = []
        for start in range(steps.start // BLOCK * BLOCK, steps.stop, BLOCK):
            first, last = max(start, ready.start), min(start + BLOCK, ready.stop)
            block = track.recover((quantity,), first, last, pad=(first - start, start + BLOCK - last))[quantity]
            parts.append(block[max(steps.start - first, 0) : steps.stop - first, units])
        return np.concatenate(parts)

    def output(self, sequence: int, steps: slice = slice(None)) -> FloatArray:
        """Return exact outputs y (steps, K) of a network that has a head, read-only. IndexError as in ``read``."""
        network = self.experiment.network
        assert network.head is not None, "ask the network for its head first"
        top = (place for place in network.places if place.layer == len(network.layers) - 1)
        h = [self.read(sequence, "h", place, steps=steps) for place in top]
        y = network.head.answer(np.concatenate(h, axis=1), steps.indices(self.length(sequence))[0])
        y.setflags(write=False)
        return y

    def values_at(self, sequence: int, place: Place, step: int) -> dict[str, FloatArray]:
        """Return every quantity (H,) of one step, in the cell's order, read-only. IndexError unless it is known."""
        moment = self._moment  # those who show the inside of a step ask for the same one after the other
        if moment is not None and moment[0] == (sequence, place, step):
            return moment[1]
        names = tuple(quantity.name for quantity in self.experiment.network.cell(place).quantities)
        rows = self._read(sequence, names, place, slice(None), slice(step, step + 1))
        if not len(rows[names[0]]):
            raise IndexError(f"there is no step {step}")
        values = {name: row[0] for name, row in rows.items()}
        self._moment = (sequence, place, step), values
        return values

    def _read(
        self, sequence: int, names: tuple[str, ...], place: Place, units: slice | IndexArray, steps: slice
    ) -> dict[str, FloatArray]:
        track = self.tracks[sequence][place]
        first, last, stride = steps.indices(track.steps)
        ready = track.ready
        if stride != 1:
            raise IndexError(f"steps are read one after the other, not every {stride}")
        if not (ready.start <= first and last <= ready.stop) and first < last:
            raise IndexError(
                f"steps {first} to {last - 1} are not all known yet; {ready.start} to {ready.stop - 1} are"
            )
        computed = tuple(name for name in names if name not in track.states)
        shape = (max(last - first, 0), track.weights.hidden_size)
        out = {name: np.empty(shape, self.experiment.network.dtype) for name in computed}
        for start in range(first // BLOCK * BLOCK, last if computed and first < last else 0, BLOCK):
            low, high = max(start, first), min(start + BLOCK, last)
            offset = max(start, ready.start)
            for name, block in self._blocks(sequence, place, computed, start, ready).items():
                out[name][low - first : high - first] = block[low - offset : high - offset]
        values = {name: out[name] if name in out else track.states[name][first:last] for name in names}
        cut = {name: rows[:, units] for name, rows in values.items()}
        for rows in cut.values():
            rows.setflags(write=False)
        return cut

    def _blocks(
        self, sequence: int, place: Place, names: tuple[str, ...], start: int, ready: range
    ) -> dict[str, FloatArray]:
        """Return what is ready of the block at ``start``, recovering together what is not in the cache."""
        first, last = max(start, ready.start), min(start + BLOCK, ready.stop)
        blocks = {}
        for name in names:
            block = self._cache.pop((sequence, place, name, start), None)
            self._cached_bytes -= 0 if block is None else block.nbytes
            if block is not None and len(block) == last - first:
                blocks[name] = block
        missing = tuple(name for name in names if name not in blocks)
        pad = (first - start, start + BLOCK - last)
        blocks |= self.tracks[sequence][place].recover(missing, first, last, pad=pad) if missing else {}
        for name, block in blocks.items():
            self._cache[sequence, place, name, start] = block
            self._cached_bytes += block.nbytes
        most = max(CACHE_BYTES, 2 * sum(block.nbytes for block in blocks.values()))
        while self._cached_bytes > most:
            self._cached_bytes -= self._cache.popitem(last=False)[1].nbytes
        return blocks

    def apart(self) -> Trace:
        """Return the same trace with a cache of its own, for another thread to read what is ready."""
        twin = copy.copy(self)
        vars(twin).update(_cache=OrderedDict(), _cached_bytes=0, _moment=None)
        return twin

    def forget(self) -> None:
        """Let go of what was recovered: nothing is lost, and a trace that is not shown needs no more than its rows."""
        self._cache.clear()
        self._cached_bytes, self._moment = 0, None

    def extremes(self, sequence: int, quantity: str, place: Place) -> tuple[float, float]:
        """Return the smallest and the largest finite value of a quantity in what is known; (0, 0) if there is none."""
        return self.tracks[sequence][place].extremes(quantity)

    def overview(
        self,
        sequence: int,
        quantity: str,
        place: Place,
        steps: range,
        bins: int,
        units: slice | IndexArray = slice(None),
    ) -> Overview:
        """Return what to draw of ``steps`` (all ready) in at most about ``bins`` bins.

        Exact values where there are few steps, min and max where there are many: a spike of one step is always in it.
        """
        track = self.tracks[sequence][place]
        width = track.weights.hidden_size if isinstance(units, slice) else 8 * len(units)
        # Where a bin holds a bucket of the pyramid, recovering the steps would show no more than it does.
        coarse = len(steps) >= BASE * bins or len(steps) * width > EXACT_ELEMENTS
        if len(steps) <= bins or not coarse:
            values = self._few(track, sequence, quantity, steps, units)
            return reduce_to_bins(values, steps, bins)
        edges, low, high = track.overview(quantity, steps.start, steps.stop, bins)
        np.clip(edges, steps.start, steps.stop, out=edges)
        return Overview(edges, low[:, units], high[:, units])

    def _few(self, track: Track, sequence: int, quantity: str, steps: range, units: slice | IndexArray) -> FloatArray:
        """Read exactly; where only some units of many steps are wanted, without recovering the others."""
        if quantity in track.states or isinstance(units, slice) or len(steps) <= 16 * BLOCK:
            return self.read(sequence, quantity, track.place, units, slice(steps.start, steps.stop))
        return track.recover((quantity,), steps.start, steps.stop, units)[quantity]


def reduce_to_bins(values: FloatArray, steps: range, bins: int) -> Overview:
    """Return what to draw of ``values`` (n, units) at ``steps``: as they are, or in bins, min and max of each."""
    if len(steps) <= bins:
        return Overview(np.arange(steps.start, steps.stop + 1, dtype=float), values, values)
    per_bin = math.ceil(len(steps) / bins)
    starts = np.arange(0, len(steps), per_bin)
    edges = np.append(starts + steps.start, steps.stop).astype(float)
    whole = len(values) // per_bin * per_bin
    bins_of = values[:whole].reshape(-1, per_bin, values.shape[1])  # ten times as fast as reduceat
    ends = [bins_of.min(axis=1), bins_of.max(axis=1)]
    if whole < len(values):
        rest = values[whole:]
        ends = [np.vstack([ends[0], rest.min(axis=0)]), np.vstack([ends[1], rest.max(axis=0)])]
    return Overview(edges, *ends)
