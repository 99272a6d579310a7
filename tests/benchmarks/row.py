"""A figure: what was measured, what it came to, and what it has to reach."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


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
