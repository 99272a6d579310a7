"""A report: the figures of a network and of its rivals on the same data, what they mean in words, and every answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was found in a sequence, over the steps ``first`` … ``last``, the most severe first in a report.

    ``sequence`` is its name. ``what`` is what stands out, such as a sensor, ``right`` whether the data say so too: None
    where they say nothing.
    """

    sequence: str
    first: int
    last: int
    score: float
    what: str = ""
    right: bool | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """What one cell of a run reached.

    ``figures`` are the network's by name, ``rivals`` those of each way to answer that is simpler, where it has them;
    NaN where there is none. ``said`` are sentences, a plain one where a rival is better among them. ``facts`` are what
    else is to be known, as values that json can hold: thresholds, on how many steps. ``events`` are what was found and
    where. ``columns`` are
    those of the CSV, all equally long: one row for each step, or sequence, that was judged.
    """

    figures: Mapping[str, float]
    rivals: Mapping[str, Mapping[str, float]] = field(default_factory=_nothing)
    said: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=_nothing)
    events: tuple[Event, ...] = ()
    columns: Mapping[str, NDArray[Any]] = field(default_factory=_nothing)


def beaten(report: Report, figure: str, better: str) -> str:
    """Return in a sentence which rivals do better than the network by a figure, or that none does.

    ``better`` is ``lower`` or ``higher``. Nothing where there is nothing to compare.
    """
    own = report.figures[figure]
    sign = 1 if better == "lower" else -1
    there = {name: found[figure] for name, found in report.rivals.items() if np.isfinite(found.get(figure, np.nan))}
    if not there or not np.isfinite(own):
        return ""
    ahead = sorted((sign * value, name) for name, value in there.items() if sign * value <= sign * own)
    if ahead:
        listed = ", ".join(f"{name} {sign * value:.3g}" for value, name in ahead)
        return f"better or as good without learning, by {figure}: {listed}; the network {own:.3g}"
    best = min(there, key=lambda name: sign * there[name])
    return f"better than every rival by {figure}: {own:.3g}; the best of them, {best}, {there[best]:.3g}"
