"""Which steps are on screen: a value, and the arithmetic of zooming, panning and following."""

from __future__ import annotations

from dataclasses import dataclass

SHORTEST = 8.0
"""Steps below which it does not zoom in."""

MARGIN = 0.12
"""The part of the view, at either end, into which the cursor does not go without the view following it."""


@dataclass(frozen=True, slots=True)
class View:
    """The steps ``first`` … ``first + span`` of a sequence of ``length`` steps. Step t lies between t and t + 1."""

    first: float
    span: float
    length: int

    @classmethod
    def whole(cls, length: int) -> View:
        """Return the view of all steps."""
        return cls(0.0, max(float(length), SHORTEST), length)

    @property
    def last(self) -> float:
        """Where the view ends."""
        return self.first + self.span

    def step_at(self, fraction: float) -> int:
        """Return the step at a fraction of the width, within the sequence."""
        return min(max(int(self.first + fraction * self.span), 0), max(self.length - 1, 0))

    def zoomed(self, factor: float, fraction: float) -> View:
        """Return the view with ``factor`` times the span, the step at ``fraction`` staying where it is."""
        span = min(max(self.span * factor, SHORTEST), max(float(self.length), SHORTEST))
        return _within(self.first + fraction * (self.span - span), span, self.length)

    def panned(self, steps: float) -> View:
        """Return the view moved by ``steps``, not past the ends."""
        return _within(self.first + steps, self.span, self.length)

    def shown(self, first: float, last: float) -> View:
        """Return the view of ``first`` … ``last``."""
        return _within(first, min(max(last - first, SHORTEST), max(float(self.length), SHORTEST)), self.length)

    def following(self, step: int) -> View:
        """Return the view moved as little as needed to show ``step`` with some steps on either side."""
        margin = MARGIN * self.span
        low, high = self.first + margin, self.last - margin
        if low <= step and step + 1 <= high:
            return self
        return self.panned(step - low if step < low else step + 1 - high)

    def fitted(self, length: int) -> View:
        """Return this view for another sequence: all of it if all was shown, else the same steps if it has them."""
        if self.length == length:
            return self
        if self.span >= self.length or self.first >= length:
            return View.whole(length)
        return _within(self.first, min(self.span, max(float(length), SHORTEST)), length)


def _within(first: float, span: float, length: int) -> View:
    return View(min(max(first, 0.0), max(length - span, 0.0)), span, length)
