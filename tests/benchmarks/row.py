"""A figure: what was measured, what it came to, and what it has to reach."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``reach`` is a bound from above, or from below where ``at_least``; None where it only informs."""

    what: str
    measured: float
    reach: float | None = None
    unit: str = "×"
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether it is reached; None where nothing has to be."""
        if self.reach is None:
            return None
        return self.measured >= self.reach if self.at_least else self.measured <= self.reach


def fastest(calls: Iterable[Callable[[], object]], repetitions: int) -> list[float]:
    """Return the least processor time in seconds that each call took; they take turns, so all see the same machine.

    Processor time, because others may be at work; with one thread it is what a clock would show on a quiet machine.
    """
    calls = list(calls)
    best = [float("inf")] * len(calls)
    for _ in range(repetitions):
        for k, call in enumerate(calls):
            started = time.process_time()
            call()
            best[k] = min(best[k], time.process_time() - started)
    return best


def in_turns(calls: Sequence[Callable[[], object]], rounds: int) -> NDArray[np.float64]:
    """Return the seconds of every turn: (2, rounds, calls), by the clock and of processor time.

    They take turns, so all see the same machine, and the median of the rounds' ratios is little moved by what else it
    does; unlike the least, it leaves out nothing that only some turns have to do. A first round is not counted.
    """
    spent = np.empty((2, rounds + 1, len(calls)))
    for turn in range(rounds + 1):
        for k, call in enumerate(calls):
            began, worked = time.perf_counter(), time.process_time()
            call()
            spent[:, turn, k] = time.perf_counter() - began, time.process_time() - worked
    return spent[:, 1:]
