"""Brush mode: a drag over the rows selects a range of steps, and with Shift over a heat map also of units."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True)
class Brushed:
    """What was selected: steps, and the units, rising, or None for all of them."""

    steps: range
    units: tuple[int, ...] | None = None


class Brushing(QObject):
    """Keeps the mode and what is selected. The selection stays when the mode is left, until it is cleared."""

    mode_changed = Signal(bool)
    changed = Signal(object)
    """Brushed or None: what is selected by now, also while it is being dragged."""
    ended = Signal()
    """What is selected stays so for now: the mouse was let go, or nothing is selected any more."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.on = False
        self.brushed: Brushed | None = None

    def set_mode(self, on: bool) -> None:
        """Let a drag select, or pan again."""
        if on != self.on:
            self.on = on
            self.mode_changed.emit(on)

    def draw(self, first: float, last: float, units: tuple[int, ...] | None, length: int) -> None:
        """Select the steps that lie between two places on the axis, in a sequence of ``length`` steps."""
        start = min(max(math.floor(first), 0), max(length - 1, 0))
        self._show(Brushed(range(start, max(min(math.ceil(last), length), start + 1)), units))

    def extend(self, step: int, by: int, length: int) -> int:
        """Select ``by`` steps more from the cursor at ``step``, and return where it is to go.

        Where the cursor stands at an end of what is selected, that end moves, and the other stays.
        """
        there = min(max(step + by, 0), length - 1)
        before = range(step, step + 1) if self.brushed is None else self.brushed.steps
        units = None if self.brushed is None else self.brushed.units
        fixed = {before.start: before.stop - 1, before.stop - 1: before.start}.get(step, step)
        self.draw(min(fixed, there), max(fixed, there) + 1, units, length)
        self.end()
        return there

    def end(self) -> None:
        """Leave it at that."""
        self.ended.emit()

    def clear(self) -> bool:
        """Select nothing. Whether anything was."""
        had = self.brushed is not None
        if had:
            self._show(None)
            self.ended.emit()
        return had

    def _show(self, brushed: Brushed | None) -> None:
        if brushed != self.brushed:
            self.brushed = brushed
            self.changed.emit(brushed)
