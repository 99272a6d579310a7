"""How a trace is computed: step by step with numpy, or in fused runs of torch that are explained afterwards."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Protocol

from explorer.errors import UsageError
from explorer.pyramid import BASE
from explorer.trace import Check, Trace
from explorer.track import Track

CHUNK_WORK = 80_000_000
"""Multiplications with weights in a chunk. A fused run does each twice: once in torch, once to explain it."""


class Engine(Protocol):
    """Takes the next steps of a track and records them."""

    name: str
    chunk: int

    def advance(self, track: Track, first: int, last: int) -> Check | None:
        """Compute the steps first…last − 1, which must be next in the track's direction, and record them."""


def _numpy_engine() -> Engine:
    from explorer.engines.loop import Loop

    return Loop()


def _torch_engine() -> Engine:
    from explorer.engines.fused import Fused

    return Fused()


_ENGINES: dict[str, Callable[[], Engine]] = {"numpy": _numpy_engine, "torch": _torch_engine}

ENGINES = tuple(_ENGINES)


def make_engine(name: str) -> Engine:
    """Return the engine called ``name``: ``numpy`` needs no torch, ``torch`` is fast and checks itself."""
    if name not in _ENGINES:
        raise UsageError(f"there is no engine {name!r}; choose one of {', '.join(ENGINES)}")
    return _ENGINES[name]()


def complete(trace: Trace, engine: Engine) -> Iterator[float]:
    """Compute what is not known yet of ``trace``, chunk by chunk, and yield the fraction that is done after each.

    Where every layer runs forward, a chunk goes through all layers before the next begins, so that its steps can be
    shown at once. Stop iterating to cancel: what is done stays readable.
    """
    chunks = [item for tracks in trace.tracks for item in _in_order(list(tracks.values()), engine.chunk)]
    total = sum(len(chunk) for _, chunk in chunks) or 1
    done = 0
    for track, chunk in chunks:
        check = engine.advance(track, chunk.start, chunk.stop)
        if check is not None:
            trace.check = check.worse(trace.check)
        done += len(chunk)
        yield done / total


def _in_order(tracks: list[Track], most: int) -> list[tuple[Track, range]]:
    size = min(_chunk_size(track, most) for track in tracks)
    chunks = [(track, chunk) for track in tracks for chunk in _chunks(track, size)]
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


def _chunks(track: Track, size: int) -> list[range]:
    """Cut the remaining steps at multiples of ``size``, in the order in which they have to be taken."""
    remaining = track.remaining()
    if not remaining:
        return []
    first, last = min(remaining), max(remaining) + 1
    cuts = [first, *range((first // size + 1) * size, last, size), last]
    chunks = [range(a, b) for a, b in itertools.pairwise(cuts)]
    return chunks[::-1] if track.reverse else chunks


def load_torch() -> Iterator[float]:
    """Import torch, which takes a second or two. Iterate to do it."""
    import torch  # noqa: F401 - so that the first run does not have to

    _torch_engine()
    yield 1.0
