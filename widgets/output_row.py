"""The row of the outputs: what the network puts out at every step, and dashed beside it what it was to put out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from explorer.network import Head
from explorer.targets import answered, targets
from explorer.trace import Trace
from widgets.aside import Aside, missing
from widgets.binning import ends
from widgets.decimals import exact, grouped
from widgets.drawing import Scale
from widgets.fill_marks import draw_marks
from widgets.input_values import finite_limits, fitting_scales
from widgets.legend import Legend
from widgets.lines import draw_line, heights_of
from widgets.offered_row import OfferedRow
from widgets.row import LEFT, RIGHT
from widgets.scales import paint_limits
from widgets.theme import Theme, UnitStyle, unit_style
from widgets.tile import Tile

Values = npt.NDArray[np.float64]

MOST_LINES = 7
"""As many as there are colours: a dash tells a target."""

TARGET_DASH = (5.0, 3.0)

AT_ONCE = 2**20
"""Steps, times units, that are read out within a frame; more are read out on a thread."""

CHUNK = 2**14
KINDS = {
    "value": "In the units of the data.",
    "class": "The probability of each class.",
    "binary": "How likely yes is.",
}


class OutputRow(OfferedRow):
    """y and its target, as a person reads them (``targets.answered``). Only where the network has such a head."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("y", "output", theme, parent)
        self.setMinimumHeight(84)
        self._trace: Trace | None = None
        self._head: Head | None = None
        self._sequence = 0
        self._question: tuple[object, ...] = ()
        self._drawn: list[int] = []
        self._values = self._targets = np.zeros((0, 0))
        self._known = range(0)
        self._limits = self._asked_limits = finite_limits(self._values)
        self._scales: list[Scale] = []
        self._aside = Aside("reading out", AT_ONCE, self)
        self._legend = Legend()
        self.offer(False)

    def sizeHint(self) -> QSize:
        """Return a height at which lines and legend read well."""
        return QSize(600, 108)

    def show_trace(self, trace: Trace, sequence: int) -> None:
        """Show the outputs of this sequence; of a network without a head there is nothing to see."""
        head = trace.experiment.network.head
        if head is not None and not self.suits(head):
            head = None
        self.offer(head is not None)
        if (trace, sequence) != (self._trace, self._sequence):
            self._aside.end()
            self._trace, self._sequence, self._head = (None if head is None else trace), sequence, head
            self._known = range(0)
            if head is not None:
                self._ask(trace, head)
                self._values = np.full(self._targets.shape, np.nan)
                self._limits = self._asked_limits
                self._say(head)
                self.renew()
        self.grow()

    def suits(self, head: Head) -> bool:
        """Whether the outputs of such a head are drawn here: a fan has a row of its own."""
        return head.kind != "fan"

    def grow(self) -> None:
        """Read out the steps that have become known since."""
        if self._trace is None or self._aside.busy:
            return
        self._lengthen(self._trace)
        ready = self._trace.ready(self._sequence)
        parts = missing(self._known, ready)
        steps = sum(map(len, parts))
        if not steps:
            super().grow()
            return
        units = self._trace.experiment.network.layers[-1].output_size
        self._aside.do(self._read_out(parts), steps, steps * units, lambda: self._take(ready, parts))

    def end(self) -> None:
        """End the thread that reads out, for the window to close."""
        self._aside.end()

    # What is asked --------------------------------------------------------------------------------------------------

    def _ask(self, trace: Trace, head: Head) -> None:
        """Find the targets, unless they are those there are: over a training nothing but the weights differs."""
        shown = trace.experiment.dataset.sequences[self._sequence]
        question = (shown, head.size, head.names, head.kind, head.asked)
        if question != self._question:
            self._question = question
            steps = range(len(shown))
            self._drawn = self._chosen(trace, head, steps)
            self._targets = self._sought(trace, head, steps)
            self._asked_limits = finite_limits(self._targets)

    def _chosen(self, trace: Trace, head: Head, steps: range) -> list[int]:
        """Return the outputs that are drawn."""
        return [*range(head.size)] if head.size <= MOST_LINES else self._asked_most(trace, head, steps)

    def _asked_most(self, trace: Trace, head: Head, steps: range) -> list[int]:
        """Return the outputs of which most is asked in this sequence."""
        counts = np.zeros(head.size)
        for part in _chunks(steps):
            counts += np.isfinite(targets(head, trace.experiment.dataset, self._sequence, part)).sum(axis=0)
        return sorted(np.argsort(-counts, kind="stable")[:MOST_LINES].tolist())

    def _sought(self, trace: Trace, head: Head, steps: range) -> Values:
        data, parts = trace.experiment.dataset, [np.zeros((0, len(self._drawn)))]
        parts += [targets(head, data, self._sequence, part)[:, self._drawn] for part in _chunks(steps)]
        return np.concatenate(parts)

    def _lengthen(self, trace: Trace) -> None:
        """Make room for the steps by which a followed sequence has grown, and ask anew what reaches into them."""
        before, length = len(self._values), trace.length(self._sequence)
        if length > before and self._head is not None:
            unknown = np.full((length - before, len(self._drawn)), np.nan)
            self._values = np.concatenate([self._values, unknown])
            first = max(before - CHUNK, 0)  # no horizon is as long
            further = self._sought(trace, self._head, range(first, length))
            self._targets = np.concatenate([self._targets[:first], further])
            self._limits = _wider(self._limits, finite_limits(further))

    # Reading out ----------------------------------------------------------------------------------------------------

    def _read_out(self, parts: list[range]) -> Iterator[int]:
        assert self._trace is not None
        assert self._head is not None
        trace, head, values, drawn = self._trace, self._head, self._values, self._drawn
        data, sequence = trace.experiment.dataset, self._sequence
        for part in (chunk for each in parts for chunk in _chunks(each)):
            y = trace.output(sequence, slice(part.start, part.stop))
            values[part.start : part.stop] = answered(head, data, sequence, part, y)[:, drawn]
            yield len(part)

    def _take(self, ready: range, parts: list[range]) -> None:
        """Show what was read out; all anew where it goes beyond the scale."""
        self._known = ready
        for part in parts:
            self._limits = _wider(self._limits, finite_limits(self._values[part.start : part.stop]))
        scales = self._fitting(*self._limits)
        if scales != self._scales:
            self._scales = scales
            self.renew()
        self.grow()

    def _fitting(self, lows: Values, highs: Values) -> list[Scale]:
        """Return the scale of each line that is drawn, of these limits."""
        if self._head is not None and self._head.kind == "value":
            return fitting_scales(lows, highs)
        return [Scale(0.0, 1.0)] * len(self._drawn)

    # Painting -------------------------------------------------------------------------------------------------------

    def ready(self) -> range:
        """Return the steps that were read out."""
        return self._known

    def cost(self, steps: int) -> int:
        """Return about how much it costs to paint so many steps, in values that are looked at."""
        return min(steps, len(self._values)) * len(self._drawn) * 2

    def render_tile(self, painter: QPainter, tile: Tile, steps: range) -> None:
        """Paint the targets, and over them what the network puts out."""
        area = QRectF(0, 3 * tile.ratio, tile.image.width(), tile.height - 6 * tile.ratio)
        first = max((steps.start - 2 * tile.bin) // tile.bin * tile.bin, self._known.start)
        edges = np.append(np.arange(first, steps.stop, tile.bin), steps.stop).astype(float)
        x = tile.x(edges)
        for k, color in enumerate(self._colors):
            low, high = ends(self._targets[first : steps.stop, k], tile.bin, np.fmin, np.fmax)
            style = UnitStyle(color, TARGET_DASH)
            draw_line(painter, low, high, x, area, self._scales[k], style, tile.ratio)
            alone = np.flatnonzero(np.isfinite(low) & ~_beside(np.isfinite(low)))
            heights = heights_of(low[alone], area, self._scales[k])
            draw_marks(painter, (edges[alone] - tile.first) * tile.scale, heights, tile, color, self.theme.base)
        for k, color in enumerate(self._colors):
            low, high = ends(self._values[first : steps.stop, k], tile.bin)
            style = UnitStyle(color, ())
            draw_line(painter, low, high, x, area, self._scales[k], style, tile.ratio, self.theme)

    @property
    def _colors(self) -> list[str]:
        return [unit_style(k, self.theme).color for k in range(len(self._drawn))]

    def paint_margins(self, painter: QPainter, plot: QRect) -> tuple[QRectF, ...]:
        """Write the limits on the left, and on the right the names of the outputs and how a target is drawn."""
        if self._head is None or not self._scales:
            return ()
        area = QRectF(0, plot.top() + 3, LEFT - 8, plot.height() - 6)
        limits = paint_limits(painter, self.theme, area, self._scales)
        beside = QRect(plot.right(), plot.top(), RIGHT, plot.height())
        note = "┄ target" if np.isfinite(self._targets).any() else ""
        self._legend.paint(painter, beside, self.theme, [*map(self._name, self._drawn)], self._colors, note=note)
        return limits

    # Words ----------------------------------------------------------------------------------------------------------

    def _name(self, output: int) -> str:
        assert self._head is not None
        return self._head.names[output] if self._head.names else f"y[{output}]"

    def _say(self, head: Head) -> None:
        self.title = (
            self._name(0) if head.size == 1 else f"{head.size} {'classes' * (head.kind == 'class') or 'outputs'}"
        )
        if head.size > MOST_LINES:
            self.title += f", {MOST_LINES} drawn"
        names = ", ".join(self._name(k) for k in self._drawn)
        text = f"What the network puts out: {names}. {KINDS[head.kind]} Dashed, or a hollow mark: the target."
        self.setToolTip(text)
        self.setAccessibleDescription(text)

    def tip_at(self, position: QPointF) -> str:
        """Return the exact outputs and targets at the step under the pointer; beside them, a whole name."""
        if self._trace is None or self._head is None:
            return ""
        if not self.plot.contains(position.toPoint()):
            return self._legend.told_at(position.toPoint())
        step = self.view.step_at(self.fraction_at(position.x()))
        if step not in self._known:
            return ""
        lines = [f"step {grouped(step)}"]
        for k, output in enumerate(self._drawn):
            due = self._targets[step, k]
            line = f"{self._name(output)}: y = {exact(self._values[step, k])}"
            lines.append(line if np.isnan(due) else f"{line}, target = {exact(due)}")
        return "\n".join(lines)


Limits = tuple[Values, Values]


def _wider(one: Limits, other: Limits) -> Limits:
    return np.fmin(one[0], other[0]), np.fmax(one[1], other[1])


def _chunks(steps: range) -> Iterator[range]:
    for first in range(steps.start, steps.stop, CHUNK):
        yield range(first, min(first + CHUNK, steps.stop))


def _beside(there: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return where a neighbour is there."""
    near = np.zeros(len(there) + 2, np.bool_)
    near[1:-1] = there
    return near[:-2] | near[2:]
