"""What the mouse draws in one drag: first one value, then, once it leaves the step, one for every step passed over."""

from __future__ import annotations

from collections.abc import Callable

SLACK = 4.0
"""Pixels to the side that a hand may stray while it drags a value up or down, where a step is narrower than that."""


class Stroke:
    """The values of a drag that began at a step and a position across, in pixels."""

    def __init__(self, step: int, value: float, x: float) -> None:
        self._from, self._x = step, x
        self._last = step
        self._values = {step: value}
        self.draws = False
        """Whether it goes over several steps: then the values are where the pointer was."""

    @property
    def point(self) -> tuple[int, float]:
        """The step it is at, and its value there."""
        return self._last, self._values[self._last]

    @property
    def first(self) -> int:
        """The first of its steps."""
        return min(self._values)

    @property
    def values(self) -> tuple[float, ...]:
        """The values of its steps, of which none is left out."""
        return tuple(self._values[step] for step in sorted(self._values))

    def drag(self, value: float) -> None:
        """Give the step it began at another value."""
        self._values = {self._from: value}

    def leaves(self, step: int, x: float) -> bool:
        """Whether the pointer draws by now: it is beside the step, and that by more than a hand strays."""
        self.draws = self.draws or (step != self._from and abs(x - self._x) > SLACK)
        return self.draws

    def draw(self, step: int, value: float, rounded: Callable[[float], float]) -> None:
        """Go on to a step, in a straight line over those between, however fast the mouse was."""
        before, start = self.point
        ways = abs(step - before)
        for k in range(1, ways + 1):
            at = before + k if step > before else before - k
            self._values[at] = rounded(start + (value - start) * k / ways)
        self._values[step] = value
        self._last = step
