"""Which steps are on screen: a value, and the arithmetic of zooming, panning and following."""

from __future__ import annotations

from dataclasses import dataclass, replace

SHORTEST = 8.0
"""Steps below which it does not zoom in."""

MARGIN = 0.12
"""The part of the view, at either end, into which the cursor does not go without the view following it."""

GROWTH = 0.25
"""The part of a sequence that grows by which it may become longer before all of it is drawn at another scale."""


@dataclass(frozen=True, slots=True)
class View:
    """The steps ``first`` … ``first + span`` of a sequence of ``length`` steps. Step t lies between t and t + 1.

    ``grows`` says that further steps are to come behind the last.
    """

    first: float
    span: float
    length: int
    grows: bool = False

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
        return self._within(self.first + fraction * (self.span - span), span)

    def panned(self, steps: float) -> View:
        """Return the view moved by ``steps``, not past the ends."""
        return self._within(self.first + steps, self.span)

    def shown(self, first: float, last: float) -> View:
        """Return the view of ``first`` … ``last``."""
        return self._within(first, min(max(last - first, SHORTEST), max(float(self.length), SHORTEST)))

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
        return View(self.first, min(self.span, View.whole(length).span), length).panned(0.0)

    def lengthened(self, length: int) -> View:
        """Return this view over more steps: the same, or where all were shown, all with room for some to come.

        So that not every step that comes changes the scale, and with it all that was drawn.
        """
        whole = self.first <= 0 and self.span >= self.length
        span = length * (1 + GROWTH) if whole and self.span < length else self.span
        return replace(self, span=span, length=length, grows=True)

    def _within(self, first: float, span: float) -> View:
        return replace(self, first=min(max(first, 0.0), max(self.length - span, 0.0)), span=span)
