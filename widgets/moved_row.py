"""The row of what moved the judgement: how much each word, or input, has to do with the answer at a step."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer.errors import UsageError
from explorer.gradients import moved_by
from explorer.sequences import tokens_of
from explorer.trace import Trace
from widgets.decimals import exact, grouped, short
from widgets.offered_row import OfferedRow
from widgets.row import LEFT
from widgets.scales import paint_scale_text
from widgets.theme import Theme
from widgets.tokens import visible

REST_MS = 40
"""How long the cursor rests before it is worked out: a gradient through time may take more than a frame."""

MOST_STEPS, MOST_WORK = 5_000, 2_000_000
"""So far back it looks; and so many steps times units are worked out while the window waits."""

HEIGHT = 74


class MovedRow(OfferedRow):
    """Gradient × input of each step, of the likeliest answer at the cursor: up for it, down against it.

    Offered where the network judges: where its head answers with classes, or yes and no. While the cursor moves, what
    was worked out for the step before is shown in grey.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("∂y", "moved by", theme, parent)
        self.setFixedHeight(HEIGHT)
        self._trace: Trace | None = None
        self._sequence, self._step = 0, 0
        self._moved: npt.NDArray[np.float64] = np.zeros(0)
        self._of, self._fresh = "", False
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._work_out)
        self.offer(False)

    @property
    def moved(self) -> npt.NDArray[np.float64]:
        """How much each step moved the answer, (n,), as it was worked out last."""
        return self._moved

    def show_trace(self, trace: Trace, sequence: int) -> None:
        """Work it out for this trace."""
        network = trace.experiment.network
        head, steps = network.head, trace.length(sequence)
        work = steps * sum(layer.output_size for layer in network.layers)
        fits = steps <= MOST_STEPS and work <= MOST_WORK
        offered = head is not None and head.kind in ("class", "binary") and fits
        self.offer(offered)
        if not offered:
            self._trace = None
            self._rest.stop()
        elif (trace, sequence) != (self._trace, self._sequence):
            self._trace, self._sequence = trace, sequence
            self._spoil()

    def set_step(self, step: int) -> None:
        """Work it out for this step, once the cursor rests."""
        if step != self._step:
            self._step = step
            self._spoil()

    def grow(self) -> None:
        """Work it out, if the step has become known."""
        if not self._fresh:
            self._spoil()

    def _spoil(self) -> None:
        """Have it worked out once more. It is painted grey at once, and not again at each step until then."""
        was_fresh, self._fresh = self._fresh, False
        if self._trace is not None:
            self._rest.start()
            if was_fresh:
                self._update_plot()

    def _work_out(self) -> None:
        trace = self._trace
        if trace is None or not self.isVisible() or self._step not in trace.ready(self._sequence):
            return
        head = trace.experiment.network.head
        assert head is not None
        try:
            answer, moved = moved_by(trace, self._sequence, self._step)
        except UsageError:  # a step further on, which a reverse direction has read, is not known yet
            return
        self._moved, self._fresh = moved.sum(axis=1), True
        told = head.told(trace.output(self._sequence, slice(self._step, self._step + 1)))[0]
        name = head.names[answer] if head.names else f"y[{answer}]"
        self._of = f"{name} {100 * told[answer]:.0f} %"
        self.title = f"→ {name}"
        self._say()
        self.update()

    def showEvent(self, event: object) -> None:
        """Work out what was not, while it was not seen."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.grow()

    # Painting -------------------------------------------------------------------------------------------------------

    def paint_margins(self, painter: QPainter, plot: QRect) -> tuple[QRectF, ...]:
        """Write how far the bars reach."""
        if not self._moved.size:
            return ()
        most = float(np.abs(self._moved).max())
        area = QRectF(0, plot.top(), LEFT - 8, plot.height())
        return paint_scale_text(painter, self.theme, area, (f"+{short(most)}", f"−{short(most)}"), left=True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a bar for each step; of steps that share a pixel the largest."""
        super().paintEvent(event)
        most = float(np.abs(self._moved).max()) if self._moved.size else 0.0
        if not most or not np.isfinite(most):
            return
        painter = QPainter(self)
        painter.setClipRect(self.plot)
        middle, half = self.plot.center().y() + 0.5, self.plot.height() / 2 - 2
        scale = self.plot.width() / self.view.span
        first, last = max(int(self.view.first), 0), min(int(np.ceil(self.view.last)) + 1, len(self._moved))
        up, down = QColor(self.theme.accent), QColor(self.theme.warning)
        if not self._fresh:
            up = down = QColor(self.theme.border)
        each = max(int(1 / scale), 1)  # steps to a bar
        for step in range(first, last, each):
            bar = self._moved[step : min(step + each, last)]
            value = float(bar[np.abs(bar).argmax()]) / most * half
            left = LEFT + (step - self.view.first) * scale
            width = max(0.8 * each * scale, 1.0)
            box = QRectF(left + 0.1 * each * scale, min(middle, middle - value), width, abs(value))
            painter.fillRect(box, up if value >= 0 else down)
        painter.fillRect(QRectF(self.plot.left(), middle, self.plot.width(), 1), QColor(self.theme.line))

    # Words ----------------------------------------------------------------------------------------------------------

    def _say(self) -> None:
        text = (
            f"How much each step moved the answer of step {grouped(self._step)}, {self._of}: gradient × input, taken "
            "back through time. Up: for it; down: against it. It is right to first order: a word that saturates a unit "
            "may count for more than it shows."
        )
        self.setToolTip(text)
        self.setAccessibleDescription(text)

    def tip_at(self, position: QPointF) -> str:
        """Return how much the step under the pointer moved the answer, exactly."""
        if self._trace is None or not self.plot.contains(position.toPoint()):
            return ""
        step = self.view.step_at(self.fraction_at(position.x()))
        if not self._fresh or not 0 <= step < len(self._moved):
            return ""
        tokens = tokens_of(self._trace.experiment.dataset, self._sequence)
        word = f" “{visible(tokens[step])}”" if tokens else ""
        return (
            f"step {grouped(step)}{word}\nmoved {self._of} of step {grouped(self._step)} by {exact(self._moved[step])}"
        )
