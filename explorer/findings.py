"""What is found of a claim: where it is looked for, its number, and whether that is as the lesson tells."""

from __future__ import annotations

import math
from collections import abc
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from explorer.functions import FloatArray
from explorer.trace import Trace

if TYPE_CHECKING:
    from explorer.training.runs import Recording


@dataclass(frozen=True, slots=True)
class Shown:
    """What claims are asked of: the trace and its sequence, the run that the scene trained, and the report on that.

    The report is as ``main.py evaluate --json`` tells it. None where there is no run, or no report.
    """

    trace: Trace
    sequence: int = 0
    run: Recording | None = None
    report: abc.Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The number of a claim, and whether it is as the lesson tells."""

    number: float
    holds: bool


class Claim(Protocol):
    """Something the text says of what a scene shows.

    ``is_slow``: finding it takes longer than a frame may. ``of_run``: it is of what the scene trains.
    """

    @property
    def scene(self) -> str:
        """The name of the scene in which it is true."""

    @property
    def is_slow(self) -> bool:
        """Whether a network has to be run for it, or taken back through."""

    @property
    def of_run(self) -> bool:
        """Whether there has to be a run."""

    def find(self, shown: Shown) -> Finding | None:
        """Return the number; None where it cannot be said of what is shown."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Between what a number has to be, both ends excluded."""

    above: float = -math.inf
    below: float = math.inf

    def finding(self, number: float) -> Finding | None:
        """Return what is found where this is the number; None where it is none."""
        return Finding(number, self.above < number < self.below) if math.isfinite(number) else None


def left(curve: FloatArray, distance: int, limits: Limits) -> Finding | None:
    """Return which part of the gradient at the last step is left so many before; curve (T,), NaN past its end."""
    known = curve[~np.isnan(curve)]
    if distance >= len(known) or not known[-1]:
        return None
    return limits.finding(float(known[-1 - distance] / known[-1]))
