"""How a trace is computed: step by step with numpy, or in fused runs of torch that are explained afterwards.

Where something is held, torch's layers cannot go, and the steps are taken one by one.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Protocol, TypeAlias

from explorer.errors import UsageError
from explorer.pyramid import BASE
from explorer.trace import Check, Trace
from explorer.track import Track

CHUNK_WORK = 80_000_000
"""Multiplications with weights in a chunk. A fused run does each twice: once in torch, once to explain it."""


HELD_CHUNK = 1024
"""Steps at most in a chunk in which something is held somewhere: they are taken one by one."""


Found: TypeAlias = Check | Callable[[], Check] | None
"""How far steps are from torch's; None if nobody looked. Where that takes as long as the steps, they are there to be
seen first: then it is what to call for it."""


class Engine(Protocol):
    """Takes the next steps of a track and records them."""

    name: str
    chunk: int

    def name_for(self, tracks: Iterable[Track]) -> str:
        """Return by what the tracks of one sequence are computed, which may depend on whether something is held."""

    def advance(self, track: Track, first: int, last: int) -> Found:
        """Compute the steps first…last − 1, which must be next in the track's direction, and record them."""


def _numpy_engine() -> Engine:
    from explorer.engines.loop import Loop

    return Loop()


def _torch_engine() -> Engine:
    from explorer.engines.mixed import Mixed

    return Mixed()


_ENGINES: dict[str, Callable[[], Engine]] = {"numpy": _numpy_engine, "torch": _torch_engine}

ENGINES = tuple(_ENGINES)


def make_engine(name: str) -> Engine:
    """Return the engine called ``name``: ``numpy`` needs no torch, ``torch`` is fast and checks itself."""
    if name not in _ENGINES:
        raise UsageError(f"there is no engine {name!r}; choose one of {', '.join(ENGINES)}")
    return _ENGINES[name]()


def complete(trace: Trace, engine: Engine, sequences: Collection[int] | None = None) -> Iterator[float]:
    """Compute what is not known yet of these sequences, or of all, one after the other; yield the fraction done.

    Stop iterating to cancel: what is done stays readable.
    """
    wanted = range(len(trace.tracks)) if sequences is None else sequences
    total, done = sum(trace.unknown(k) for k in wanted), 0
    for chunk in work(trace, engine, _one_by_one(trace, wanted)):
        done += len(chunk)
        yield done / total


def _one_by_one(trace: Trace, sequences: Iterable[int]) -> Iterator[int]:
    for sequence in sequences:
        while not trace.whole(sequence):
            yield sequence


def work(trace: Trace, engine: Engine, turns: Iterable[int]) -> Iterator[range]:
    """Compute one chunk of each sequence that ``turns`` names, as long as it names any; yield the steps of each chunk.

    Where every layer runs forward, a chunk goes through all layers before the next begins, so that its steps can be
    shown at once. A check covers all that is computed; there is none where numpy, which checks nothing, did a part, and
    none yet while a chunk is out to be seen that is checked afterwards.
    """
    unchecked = trace.check is None and trace.known > 0
    plans: dict[int, Iterator[tuple[Track, range]]] = {}
    for sequence in turns:
        if sequence not in plans:
            plans[sequence] = iter(_in_order(list(trace.tracks[sequence].values()), engine.chunk))
        item = next(plans[sequence], None)
        if item is None:
            continue
        track, chunk = item
        trace.hand_over(sequence, engine.name_for(trace.tracks[sequence].values()))
        found = engine.advance(track, chunk.start, chunk.stop)
        before, trace.check = trace.check, None
        if callable(found):
            yield chunk
            trace.check = None if unchecked else found().worse(before)
            continue
        trace.check = None if unchecked or found is None else found.worse(before)
        yield chunk


def _in_order(tracks: list[Track], most: int) -> list[tuple[Track, range]]:
    cuts = _cuts(tracks, min(_chunk_size(track, most) for track in tracks))
    chunks = [(track, chunk) for track in tracks for chunk in _chunks(track, cuts)]
    if not any(track.reverse for track in tracks):
        # By their ends: after a cancelled run the layers may begin at different steps, but end at the same cuts.
        chunks.sort(key=lambda item: (item[1].stop, item[0].place))
    return chunks


def _chunk_size(track: Track, most: int) -> int:
    """Return a number of steps, at most ``most``, that takes some 50 ms, so that a cancel is answered in time."""
    weights = track.weights
    work = weights.weight_hh.size + weights.weight_ih.size
    size = most
    while size > BASE and size * work > CHUNK_WORK:
        size //= 2
    return size


def _cuts(tracks: list[Track], size: int) -> list[int]:
    """Return where all tracks of a sequence are cut: every ``size`` steps, and where what is held changes in any."""
    steps = tracks[0].steps
    cuts = {*range(0, steps, size), steps}
    for track in tracks:
        for first, last, holds in track.held.spans(0, steps) if track.held.cuts else ():
            cuts |= {first, *(range(first, last, min(size, HELD_CHUNK)) if holds else ())}
    return sorted(cuts)


def _chunks(track: Track, cuts: list[int]) -> list[range]:
    """Cut the remaining steps, in the order in which they have to be taken."""
    remaining = track.remaining()
    if not remaining:
        return []
    first, last = min(remaining), max(remaining) + 1
    inside = cuts[bisect_right(cuts, first) : bisect_left(cuts, last)]
    chunks = [range(a, b) for a, b in itertools.pairwise((first, *inside, last))]
    return chunks[::-1] if track.reverse else chunks


def load_torch() -> Iterator[float]:
    """Import torch, which takes a second or two. Iterate to do it."""
    import torch  # noqa: F401 - so that the first run does not have to

    _torch_engine()
    yield 1.0
