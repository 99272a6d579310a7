"""Where a condition holds: every step of a trace at which it is true, chunk by chunk.

Of many steps only those are read that lie in a bucket of the pyramids in which it may hold.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from explorer.conditions.language import Condition
from explorer.conditions.meaning import Leaf, Meaning, Rows, compared, understand
from explorer.conditions.pruning import Possible, possible
from explorer.functions import IndexArray
from explorer.network import Network
from explorer.pyramid import BASE
from explorer.sequences import Dataset
from explorer.trace import Trace

CHUNK = 4096
"""Steps that are looked at together: some milliseconds of work, so that a cancel is answered at once."""


MANY = 4 * CHUNK
"""Steps of a search from which on it pays to ask first where the condition may hold."""


def check(condition: Condition, network: Network, dataset: Dataset) -> None:
    """Raise ConditionError unless the condition has a meaning for this network and these data."""
    understand(condition, network, dataset)


def answerable(condition: Condition, trace: Trace, sequence: int = 0) -> range:
    """Return the steps at which it can be said whether the condition holds: those where all that it reads is known."""
    return _answerable(_meaning(condition, trace), trace, sequence)


def hits(
    condition: Condition, trace: Trace, sequence: int = 0, steps: range | None = None
) -> Iterator[tuple[range, IndexArray]]:
    """Find the steps at which the condition is true, of ``steps`` or of all that are answerable.

    Iterate; each item is the steps just looked at, and those among them at which it holds. Stop iterating to cancel.
    As in numpy a comparison with NaN is false, but for ``!=``, which is true; so ``not (f[3] < 0.1)`` is true there.
    What ``prev`` reads before the first step is NaN, and no label is set there.
    Quantities are compared in the network's own type, features of ``x`` in the units of the data.
    ConditionError if the condition has no meaning here, IndexError if one of ``steps`` is not known.
    """
    meaning = _meaning(condition, trace)
    wanted = _answerable(meaning, trace, sequence) if steps is None else steps
    may = possible(condition, trace, sequence) if len(wanted) >= MANY else None
    return _look(meaning, trace, sequence, wanted, may)


def rising(hits: IndexArray) -> IndexArray:
    """Return the steps at which a condition becomes true: the hits whose step before is none. ``hits`` are in order.

    This is where a run stops. A gate may stay shut for hundreds of steps, and to stop at each of them would show
    nothing that the first did not.
    """
    return hits[np.diff(hits, prepend=-2) > 1]


def told(condition: Condition, trace: Trace, sequence: int, step: int) -> list[tuple[str, Rows]]:
    """Return the parts that decide whether the condition holds at an answerable step, as written, and their values.

    A part of several units has as many values (units,).
    """
    parts = compared(condition, trace.experiment.network, trace.experiment.dataset)
    values = []
    for text, meaning in parts:
        stretch = _Steps(trace, sequence, range(step - meaning.back, step + 1), meaning.back, 1, {})
        with np.errstate(all="ignore"):
            values.append((text, np.atleast_1d(np.ravel(meaning.compute(stretch)))))
    return values


def _meaning(condition: Condition, trace: Trace) -> Meaning:
    return understand(condition, trace.experiment.network, trace.experiment.dataset)


def _answerable(meaning: Meaning, trace: Trace, sequence: int) -> range:
    known = [trace.ready(sequence, leaf.place) for leaf in meaning.reads if leaf.place is not None]
    first = max((ready.start for ready in known), default=0)
    last = min((ready.stop for ready in known), default=trace.length(sequence))
    first += meaning.back if first else 0
    return range(first, max(first, last))


def _look(
    meaning: Meaning, trace: Trace, sequence: int, steps: range, may: Possible | None
) -> Iterator[tuple[range, IndexArray]]:
    for start in range(steps.start, steps.stop, CHUNK):
        chunk = range(start, min(start + CHUNK, steps.stop))
        parts = [chunk] if may is None else _candidates(chunk, may)
        found = [_hits_in(meaning, trace, sequence, part) for part in parts]
        yield chunk, np.concatenate(found) if found else np.zeros(0, np.intp)


def _candidates(chunk: range, may: Possible) -> list[range]:
    """Return the stretches of a chunk in which a condition may hold."""
    first = chunk.start // BASE
    change = np.diff(may(first, -(-chunk.stop // BASE)).astype(np.int8), prepend=0, append=0)
    edges = (first + np.flatnonzero(change)) * BASE
    return [range(max(a, chunk.start), min(b, chunk.stop)) for a, b in edges.reshape(-1, 2).tolist()]


def _hits_in(meaning: Meaning, trace: Trace, sequence: int, steps: range) -> IndexArray:
    with np.errstate(all="ignore"):
        read = range(steps.start - meaning.back, steps.stop)
        true = meaning.compute(_Steps(trace, sequence, read, meaning.back, len(steps), {}))
    return steps.start + np.flatnonzero(np.broadcast_to(true, (len(steps), 1)))


class _Steps:
    """``count`` steps of one sequence, ``skip`` behind the first of those that are read: each leaf is read once."""

    def __init__(
        self, trace: Trace, sequence: int, read: range, skip: int, count: int, known: dict[Leaf, Rows]
    ) -> None:
        self._trace, self._sequence, self._read, self._known = trace, sequence, read, known
        self._skip, self._count = skip, count

    def one_before(self) -> _Steps:
        """Return the stretch as long as this one that begins a step before it, if need be before the first step."""
        return _Steps(self._trace, self._sequence, self._read, self._skip - 1, self._count, self._known)

    def read(self, leaf: Leaf) -> Rows:
        """Return the values of a leaf (steps, units); before the first step NaN, or no label."""
        if leaf not in self._known:
            rows = self._values(leaf, range(max(self._read.start, 0), self._read.stop))
            nothing = False if rows.dtype == np.bool_ else np.nan
            missing = np.full((max(-self._read.start, 0), rows.shape[1]), nothing, rows.dtype)
            self._known[leaf] = np.concatenate([missing, rows]) if len(missing) else rows
        return self._known[leaf][self._skip : self._skip + self._count]

    def _values(self, leaf: Leaf, steps: range) -> Rows:
        within = slice(steps.start, steps.stop)
        experiment = self._trace.experiment
        if leaf.place is not None:
            return self._trace.scan(self._sequence, leaf.name, leaf.place, slice(leaf.first, leaf.last), steps)
        if leaf.name == "t":
            return np.arange(steps.start, steps.stop, dtype=np.float64)[:, None]
        if leaf.name == "x":
            return experiment.values(self._sequence, steps.start, steps.stop)[:, leaf.first : leaf.last]
        labels = experiment.dataset.sequences[self._sequence].labels
        marks = [label.values[within] for label in labels if label.name == leaf.label]
        return (marks[0] if marks else np.zeros(len(steps), np.bool_))[:, None]
