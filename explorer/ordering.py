"""Orders of units: which row of a heat map stands where, by what the units do over the steps that are known.

``within`` are the steps that are looked at, None for all of them. Of a long trace a sample is looked at: short
stretches of consecutive steps, spread over all of it. Each order then takes a fraction of a second however long the
trace is, and the numbers are as good as a sample of thousands is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.cells import Cell, Kind
from explorer.functions import NUMPY, FloatArray, IndexArray
from explorer.network import Place
from explorer.trace import Trace

SAMPLED = 4096
"""Steps that an order looks at; where there are no more, at all of them."""

STRETCH = 32
"""Consecutive steps in a sample: a pattern that repeats within them is seen as it is."""

MOST_LEAVES = 512
"""Units up to which neighbouring leaves of the clusters are put in the best order, which costs their number cubed."""

LAG_RATIO = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """``units`` (H,) are the units' numbers from the top row down; ``values`` (H,) what unit k was placed by, or None.

    A value that cannot be told, as of a unit that never changes, is NaN, and its unit stands last.
    """

    units: IndexArray
    values: FloatArray | None = None


def by_index(trace: Trace, place: Place) -> Order:
    """Return the units as they are numbered."""
    return Order(np.arange(trace.experiment.network.weights(place).hidden_size))


def by_activity(trace: Trace, sequence: int, place: Place, quantity: str, *, within: range | None = None) -> Order:
    """Return the most active first: by the standard deviation of a gate, by the mean magnitude of anything else.

    A gate that stands open all the time does nothing; a state that stays away from 0 has something to say.
    """
    values = _Sample(trace, sequence, place, within).read(quantity)
    gate = trace.experiment.network.cell(place).quantity(quantity).kind is Kind.GATE
    return _descending(_measure(values, lambda rows: rows.std(axis=0) if gate else np.abs(rows).mean(axis=0)))


def by_time_scale(trace: Trace, sequence: int, place: Place, *, within: range | None = None) -> Order:
    """Return the longest memory first, as τ in steps.

    With a gate that keeps a state (LSTM f, GRU z): τ = −1/⟨ln f⟩ over the steps, what the state fades by on average;
    infinite where it never fades. A cell without one: the lag at which the autocorrelation of h has fallen to 1/e;
    infinite where it has not within half the steps.
    """
    keep = keep_gate(trace.experiment.network.cell(place))
    if keep is None:
        return _descending(_e_fold(trace, sequence, place, within))

    def time_scale(rows: FloatArray) -> FloatArray:
        mean = np.log(rows).mean(axis=0)
        return np.where(mean >= 0, np.inf, -1 / mean)

    return _descending(_measure(_Sample(trace, sequence, place, within).read(keep), time_scale))


def by_similarity(trace: Trace, sequence: int, place: Place, quantity: str, *, within: range | None = None) -> Order:
    """Return units that do the same next to one another: average linkage on 1 − correlation, leaves in the best order.

    Units that never change, or are not finite, stand last in their own order. The end with the lower number is on top.
    """
    values = _Sample(trace, sequence, place, within).read(quantity)
    standard = _standardised(values)
    alike = np.flatnonzero(np.isfinite(standard).all(axis=0)) if len(values) else np.arange(0)
    if len(alike) > 2:
        alike = alike[_leaves(standard[:, alike].T @ standard[:, alike] / len(standard))]
    return Order(np.concatenate([alike, np.setdiff1d(np.arange(values.shape[1]), alike)]))


def by_correlation(
    trace: Trace, sequence: int, place: Place, quantity: str, feature: int, *, within: range | None = None
) -> Order:
    """Return what goes most with, or against, a feature first: by |Pearson's r|; ``values`` are r with its sign."""
    sample = _Sample(trace, sequence, place, within)
    x = trace.experiment.dataset.sequences[sequence].values[sample.steps, feature]
    values, along = _standardised(sample.read(quantity)), _standardised(x[:, None])
    r = _measure(values, lambda rows: np.clip((rows * along).mean(axis=0), -1, 1))
    return Order(_descending(np.abs(r)).units, r)


def keep_gate(cell: Cell) -> str | None:
    """Return the gate that keeps a state: at 1 the state stays as it was, at 0 nothing of it does. None without one."""
    for state in cell.states:
        quantity, before = cell.quantity(state), f"{state}_prev"
        for gate in quantity.operands:
            if before not in quantity.operands or gate == before or cell.quantity(gate).kind is not Kind.GATE:
                continue
            kept = [
                quantity.equation(NUMPY, *({before: 1.0, gate: value}.get(name, 0.0) for name in quantity.operands))
                for value in (0.0, 1.0)
                if quantity.equation is not None
            ]
            if kept == [0.0, 1.0]:
                return gate
    return None


class _Sample:
    """The steps of one place that are looked at, ``steps`` (n,) in their order: all that are known, or a sample."""

    def __init__(self, trace: Trace, sequence: int, place: Place, within: range | None) -> None:
        self._track = trace.tracks[sequence][place]
        ready = _known(trace, sequence, place, within)
        self._stretches = [ready] if len(ready) <= SAMPLED else _spread(ready, SAMPLED // STRETCH)
        self.steps = np.concatenate([np.arange(part.start, part.stop) for part in self._stretches])

    def read(self, quantity: str) -> FloatArray:
        """Return a quantity at these steps, (n, H) in float64."""
        if quantity in self._track.states:
            rows: FloatArray = self._track.states[quantity][self.steps]
        else:
            parts = [
                self._track.recover((quantity,), part.start, part.stop)[quantity] for part in self._stretches if part
            ]
            rows = np.concatenate(parts or [np.empty((0, self._track.weights.hidden_size))])
        return np.asarray(rows, np.float64)


def _known(trace: Trace, sequence: int, place: Place, within: range | None) -> range:
    """Return the steps that are known, of those that are to be looked at."""
    ready = trace.ready(sequence, place)
    if within is None:
        return ready
    start = max(ready.start, within.start)
    return range(start, max(start, min(ready.stop, within.stop)))


def _spread(steps: range, count: int) -> list[range]:
    """Return ``count`` stretches, one in each of as many equal parts of ``steps``.

    Not all at the same place in their parts, or a sequence that repeats itself could be seen at one phase only: the
    places go through the part by the golden ratio, which fills it evenly.
    """
    edges = np.linspace(steps.start, steps.stop, count + 1)
    room = np.diff(edges) - STRETCH
    starts = edges[:-1] + room * (np.arange(count) * 0.6180339887498949 % 1)
    return [range(start, start + STRETCH) for start in starts.astype(int).tolist()]


def _measure(values: FloatArray, measure: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Return the measure (H,) of what each unit did; of less than two steps nothing can be told."""
    if len(values) < 2:
        return np.full(values.shape[1], np.nan)
    with np.errstate(all="ignore"):
        return measure(values)


def _descending(values: FloatArray) -> Order:
    """Return the largest first, those that cannot be told last, equals by their numbers."""
    return Order(np.argsort(-values, kind="stable"), values)


def _standardised(values: FloatArray) -> FloatArray:
    """Return each column (n, H) with mean 0 and standard deviation 1; NaN where it is constant or not finite."""
    if not len(values):
        return values
    with np.errstate(all="ignore"):
        centred: FloatArray = values - values.mean(axis=0)
        # Asked of the values themselves: the computed deviation of a constant may be 1e-17 instead of 0.
        spread = np.where(np.ptp(values, axis=0) > 0, centred.std(axis=0), np.nan)
        centred /= spread
    return centred


def _leaves(correlation: FloatArray) -> IndexArray:
    """Return the units in the order of the leaves of their clusters."""
    from scipy.cluster import hierarchy

    units = len(correlation)
    apart = np.clip(1 - correlation[np.triu_indices(units, 1)], 0, 2)
    tree = hierarchy.linkage(apart, "average")
    if units <= MOST_LEAVES:
        tree = hierarchy.optimal_leaf_ordering(tree, apart)
    leaves: IndexArray = hierarchy.leaves_list(tree)
    return leaves if leaves[0] < leaves[-1] else leaves[::-1]


def _e_fold(trace: Trace, sequence: int, place: Place, within: range | None) -> FloatArray:
    """Return the lag at which the autocorrelation of h falls to 1/e, between lags as an exponential would fall."""
    rows, ready = trace.tracks[sequence][place].states["h"], _known(trace, sequence, place, within)
    sample = _Sample(trace, sequence, place, within)
    values = sample.read("h")
    if len(values) < 2:
        return np.full(rows.shape[1], np.nan)
    mean, wanted = values.mean(axis=0), np.exp(-1)
    with np.errstate(all="ignore"):
        variance = np.where(np.ptp(values, axis=0) > 0, values.var(axis=0), np.nan)
    found = np.where(np.isnan(variance), np.nan, np.inf)
    last, before, lag = 0, np.ones(len(mean)), 1
    while lag <= len(ready) // 2 and np.isinf(found).any():
        steps = sample.steps[sample.steps + lag < ready.stop]
        with np.errstate(all="ignore"):
            now = ((rows[steps] - mean) * (rows[steps + lag] - mean)).mean(axis=0) / variance
            # The logarithm falls in a straight line; where nothing of it is left, the correlation itself does.
            falls = np.where(now > 0, (np.log(before) + 1) / (np.log(before) - np.log(now)), np.nan)
            falls = np.where(now > 0, falls, (before - wanted) / (before - now))
        found = np.where(np.isinf(found) & (now <= wanted), last + falls * (lag - last), found)
        last, before, lag = lag, now, max(lag + 1, int(lag * LAG_RATIO))
    return found
