"""What one row shows: a quantity at a place of a trace, the ghost behind it, or how it differs from another trace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal

from explorer.cells import Kind, Quantity
from explorer.difference import Difference
from explorer.divergence import same_until
from explorer.network import Place
from explorer.trace import Overview, Trace
from widgets.binning import ALL_UNITS, binned, binned_by
from widgets.decimals import exact, grouped
from widgets.drawing import GATE_SCALE, Scale, symmetric_scale
from widgets.job import Job, Report

AT_ONCE = 2**18
"""Differences that are looked through at once, before a thread does it."""

MOST_SAID = 6
"""Units that are named at a time."""


class RowSource(QObject):
    """Keeps what a row takes its numbers from. ``grown`` says that further differences are known."""

    grown = Signal()

    def __init__(self, quantity: Quantity, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.quantity = quantity
        self.trace: Trace | None = None
        self.sequence, self.place = 0, Place()
        self.difference: Difference | None = None
        self._other: Trace | None = None
        self._other_sequence: int | None = None
        self._differs = False
        self._behind: Difference | None = None
        self._job: Job | None = None

    def take_trace(self, trace: Trace, sequence: int, place: Place) -> bool:
        """Show this trace. Whether it is another, or another place in it."""
        if (trace, sequence, place) == (self.trace, self.sequence, self.place):
            return False
        self.trace, self.sequence, self.place = trace, sequence, place
        self._compare()
        return True

    def take_other(self, other: Trace | None, *, differs: bool, sequence: int | None = None) -> bool:
        """Have this trace behind, and show the difference from it or not. Whether anything is another.

        Where its ``sequence`` is given, it is no ghost but what is compared with, and is not drawn.
        """
        if other is self._other and (differs, sequence) == (self._differs, self._other_sequence):
            return False
        self._other, self._differs, self._other_sequence = other, differs, sequence
        self._compare()
        return True

    def _compare(self) -> None:
        self.end()
        self._behind = self.difference = None
        if self.trace is None or self._other is None or not (self._differs or self._other_sequence is None):
            return
        name, other = self.quantity.name, self._other_sequence
        self._behind = Difference.of(self.trace, self._other, self.sequence, name, self.place, other)
        if self._differs and self._behind is not None:
            self.difference = self._behind
            self._build()

    def grow(self) -> None:
        """Take in the differences of further steps."""
        if (
            self.difference is not None
            and self._job is None
            and len(self.difference.known) > len(self.difference.built)
        ):
            self._build()

    def _build(self) -> None:
        difference = self.difference
        assert difference is not None
        if (len(difference.known) - len(difference.built)) * self.unit_count <= AT_ONCE:
            for _ in difference.build():
                pass
            return

        def work(report: Report) -> Iterator[float]:
            yield from difference.build()

        job = self._job = Job(work, "differences", self)
        job.progressed.connect(lambda _: self.grown.emit())
        job.finished.connect(self._on_built)
        job.start()

    def _on_built(self) -> None:
        self._job = None
        self.grown.emit()
        self.grow()

    def end(self) -> None:
        """Compare no more."""
        if self._job is not None:
            self._job.end()
            self._job.deleteLater()
            self._job = None

    # What there is to see -------------------------------------------------------------------------------------------

    @property
    def unit_count(self) -> int:
        """How many units there are."""
        assert self.trace is not None
        return self.trace.experiment.network.weights(self.place).hidden_size

    @property
    def ready(self) -> range:
        """The steps that are known."""
        if self.difference is not None:
            return self.difference.built
        return range(0) if self.trace is None else self.trace.ready(self.sequence, self.place)

    @property
    def symbol(self) -> str:
        """What is shown, as it is written in formulas."""
        compared = self._other if self._other_sequence is not None else None
        several = any(len(each.experiment.network.places) > 1 for each in (self.trace, compared) if each is not None)
        name = self.quantity.symbol if self.difference is None else f"Δ {self.quantity.symbol}"
        return f"{name} · {self.place.key}" if several else name

    def extremes(self) -> tuple[float, float]:
        """Return the smallest and the largest finite value that is known; (0, 0) where there is none."""
        if self.difference is not None:
            return self.difference.extremes()
        if self.trace is None:
            return 0.0, 0.0
        return self.trace.extremes(self.sequence, self.quantity.name, self.place)

    def scale(self, low: float = 0.0, high: float = 0.0) -> Scale:
        """Return the scale that holds all that is known, and ``low`` to ``high`` too; that of a gate is fixed."""
        if self.difference is None and (self.quantity.kind is Kind.GATE or self.trace is None):
            return GATE_SCALE
        least, most = self.extremes()
        return symmetric_scale(min(least, low), max(most, high))

    def overview(self, steps: range, size: int, units: slice | np.ndarray = ALL_UNITS) -> Overview:
        """Return what to draw in bins of ``size`` steps; only the last may be shorter."""
        difference = self.difference
        if difference is not None:
            return binned_by(lambda part, bins: difference.overview(part, bins, units), steps, size)
        assert self.trace is not None
        return binned(self.trace, self.sequence, self.quantity.name, self.place, steps, size, units)

    def ghost_steps(self, steps: range) -> range:
        """Return at which of these steps there is a ghost to be drawn."""
        if self._behind is None or self.difference is not None or self._other is None:
            return range(0)
        ready = self._other.ready(self.sequence, self.place)
        return range(max(steps.start, ready.start), min(steps.stop, ready.stop))

    def ghost_overview(self, steps: range, size: int, units: np.ndarray) -> Overview:
        """Return what to draw of the ghost."""
        assert self._other is not None
        return binned(self._other, self.sequence, self.quantity.name, self.place, steps, size, units)

    def said(self, step: int, units: Sequence[int]) -> str:
        """Return step, units and their exact values, a line each."""
        if self.trace is not None and step >= (length := self.trace.length(self.sequence)):
            return f"step {grouped(step)}: beyond its {grouped(length)} steps"
        if self.trace is None or step not in self.ready:
            return f"step {grouped(step)}: not known yet"
        at, chosen = range(step, step + 1), np.array(units[:MOST_SAID], int)
        if self.difference is not None:
            values = self.difference.read(at, chosen)[0]
        else:
            values = self.trace.read(self.sequence, self.quantity.name, self.place, chosen, slice(step, step + 1))[0]
        lines = [f"unit {unit}: {self.symbol} = {exact(v)}" for unit, v in zip(chosen, values, strict=True)]
        more = [f"and {len(units) - MOST_SAID} more units"] if len(units) > MOST_SAID else []
        return "\n".join([f"step {grouped(step)}", *lines, *more])


def clamped_from(before: Trace, trace: Trace, sequence: int) -> int:
    """Return the first step from which on another clamp may have changed what is shown; 0 where it is no clamp."""
    one, other = before.experiment, trace.experiment
    return same_until(one, other, sequence) if one.clamps != other.clamps else 0
