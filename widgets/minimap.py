"""The whole sequence in one line: what it looks like, which part of it the rows show, where the cursor is."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.network import Place
from explorer.sequences import Sequence
from explorer.trace import Trace
from widgets.binning import binned
from widgets.drawing import line_scale, symmetric_scale
from widgets.input_edits import InputEdits
from widgets.lines import draw_line, faint
from widgets.marks import Marks
from widgets.row import LEFT, RIGHT, WHEEL_ZOOM
from widgets.theme import Theme, UnitStyle, unit_style
from widgets.view import View

HEIGHT = 40
TOP, FOOT = 6, 4
"""Pixels above the picture, for marks, and below it."""

GRIP = 5
"""Pixels beside an edge of the view in which it is taken."""

MOST_LINES = 3
TIP = "The whole sequence. Drag the part in view or an edge of it, click to jump, wheel to zoom"
GROWING_MS = 200
"""How often the picture of a sequence that grows is painted anew."""


class Minimap(QWidget):
    """Shows the input, or, where it is text, h of the selected unit. Drag the view, or an edge of it; click to jump."""

    range_requested = Signal(float, float)
    zoom_requested = Signal(float, float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._view, self._step = theme, View.whole(1), 0
        self._trace: Trace | None = None
        self._sequence, self._place, self._unit = 0, Place(), 0
        self._picture: QImage | None = None
        self._pinned: int | None = None
        self._marks = Marks()
        self._taken = ""
        self._from = 0.0
        self._later = QTimer(self, singleShot=True, interval=GROWING_MS)
        self._later.timeout.connect(self.renew)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName("the whole sequence")
        self.setToolTip(TIP)

    def sizeHint(self) -> QSize:
        """Return the fixed height."""
        return QSize(600, HEIGHT)

    # Slots ----------------------------------------------------------------------------------------------------------

    def show_trace(self, trace: Trace, sequence: int, place: Place, marks: Marks) -> None:
        """Show this sequence, and the events that are marked in it."""
        self._marks = marks
        if (trace, sequence, place) != (self._trace, self._sequence, self._place):
            same = self._shows_the_input_of(trace, sequence)
            self._trace, self._sequence, self._place = trace, sequence, place
            self.setToolTip(self._tip())
            if same:
                self.update()
            else:
                self.renew()

    def show_selection(self, units: tuple[int, ...]) -> None:
        """Show h of the last of these units, where h is shown."""
        if units and units[-1] != self._unit:
            self._unit = units[-1]
            if not self._shows_input:
                self.renew()

    def grow(self) -> None:
        """Show further steps before long."""
        if not self._later.isActive():
            self._later.start()

    def set_view(self, view: View) -> None:
        """Mark these steps as those in view."""
        if view != self._view:
            longer = view.length != self._view.length
            self._view = view
            if longer:
                self.grow()
            self.update()

    def set_step(self, step: int) -> None:
        """Mark the cursor."""
        before, self._step = self._step, step
        for each in (before, step):
            self.update(math.floor(self._x(each + 0.5)) - 2, 0, 5, HEIGHT)

    def show_pinned(self, step: int | None) -> None:
        """Mark the second cursor, or none."""
        if step != self._pinned:
            self._pinned = step
            self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        self.renew()

    def renew(self) -> None:
        """Paint the picture anew when it is needed."""
        self._picture = None
        self.update()

    # The picture ----------------------------------------------------------------------------------------------------

    @property
    def _shown(self) -> Sequence | None:
        return None if self._trace is None else self._trace.experiment.dataset.sequences[self._sequence]

    @property
    def _shows_input(self) -> bool:
        return self._trace is not None and bool(self._trace.experiment.dataset.numeric)

    def _shows_the_input_of(self, trace: Trace, sequence: int) -> bool:
        """Whether the picture is that of this sequence's input: of another network over the same data it is."""
        if self._trace is None or not self._shows_input:
            return False
        before, now = self._trace.experiment, trace.experiment
        edited = InputEdits(before, self._sequence), InputEdits(now, sequence)
        return now.dataset.sequences[sequence] is self._shown and edited[0].same(edited[1])

    @property
    def _drawn(self) -> tuple[int, ...]:
        """The features that have a line."""
        return () if self._trace is None else self._trace.experiment.dataset.numeric[:MOST_LINES]

    @property
    def _length(self) -> int:
        return max(0 if self._shown is None else len(self._shown), 1)

    def _paint_picture(self) -> QImage:
        ratio = self.devicePixelRatioF()
        width, height = round(self._width * ratio), round((HEIGHT - TOP - FOOT) * ratio)
        image = QImage(width, height, QImage.Format.Format_RGB32)
        image.fill(QColor(self._theme.base))
        painter = QPainter(image)
        area = QRectF(0, 2 * ratio, width, height - 4 * ratio)
        if self._shows_input:
            self._draw_input(painter, area, ratio)
        elif self._trace is not None:
            self._draw_unit(painter, area, ratio)
        painter.end()
        return image

    def _draw_input(self, painter: QPainter, area: QRectF, ratio: float) -> None:
        assert self._trace is not None
        assert self._shown is not None
        was, edits = self._shown.values, InputEdits(self._trace.experiment, self._sequence)
        values = self._trace.experiment.values(self._sequence) if edits else was
        for k, column in reversed([*enumerate(self._drawn)]):
            style = UnitStyle(unit_style(k, self._theme).color, ())
            lines = [(values[:, column], style)]
            if k in edits.features:
                lines.insert(0, (was[:, column], faint(style, self._theme)))  # behind what was edited, what it was
            ends = [end for line, _ in lines for end in _finite_ends(line)]
            scale = line_scale(min(ends, default=0.0), max(ends, default=0.0))
            for line, worn in lines:
                lows, highs, x = _columns(line, area.width())
                draw_line(painter, lows, highs, x, area, scale, worn, ratio, self._theme)

    def _draw_unit(self, painter: QPainter, area: QRectF, ratio: float) -> None:
        assert self._trace is not None
        ready = self._trace.ready(self._sequence, self._place)
        hidden = self._trace.experiment.network.weights(self._place).hidden_size
        if not ready or self._unit >= hidden:
            return
        size = max(math.ceil(self._length / area.width()), 1)
        seen = binned(self._trace, self._sequence, "h", self._place, ready, size, np.array([self._unit]))
        low = seen.low[:, 0]
        high = low if seen.low is seen.high else seen.high[:, 0]
        x = seen.edges / self._length * area.width()
        scale = symmetric_scale(*self._trace.extremes(self._sequence, "h", self._place))
        style = UnitStyle(unit_style(self._unit, self._theme).color, ())
        draw_line(painter, low, high, x, area, scale, style, ratio, self._theme)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, what is in view, events and the cursor."""
        if self._picture is None:
            self._picture = self._paint_picture()
        painter, theme = QPainter(self), self._theme
        painter.fillRect(event.rect(), QColor(theme.window))
        frame = QRectF(LEFT, TOP, self._width, HEIGHT - TOP - FOOT)
        painter.drawImage(frame, self._picture)
        painter.setPen(QColor(theme.muted_text))
        title = painter.fontMetrics().elidedText(self._title(), Qt.TextElideMode.ElideRight, LEFT - 14)
        painter.drawText(QRectF(10, TOP, LEFT - 14, frame.height()), Qt.AlignmentFlag.AlignVCenter, title)
        shade = QColor(theme.window)
        shade.setAlphaF(0.62)
        left, right = self._x(self._view.first), min(self._x(self._view.last), frame.right())
        painter.fillRect(QRectF(frame.left(), TOP, left - frame.left(), frame.height()), shade)
        painter.fillRect(QRectF(right, TOP, frame.right() - right, frame.height()), shade)
        painter.setPen(QPen(QColor(theme.accent), 2))
        painter.drawRect(QRectF(left + 1, TOP, max(right - left - 2, 2), frame.height() - 1))
        self._marks.paint(painter, theme, QRectF(LEFT, 0, self._width, TOP - 2), 0, self._length)
        if self._pinned is not None:
            x = round(self._x(self._pinned + 0.5)) - 1
            for top in range(TOP, HEIGHT - FOOT, 6):
                painter.fillRect(QRectF(x, top, 2, min(4, HEIGHT - FOOT - top)), QColor(theme.accent))
        painter.fillRect(QRectF(round(self._x(self._step + 0.5)) - 1, TOP, 2, frame.height()), QColor(theme.cursor))

    def _title(self) -> str:
        if not self._shows_input or self._trace is None:
            return f"h · unit {self._unit}"
        count = len(self._trace.experiment.dataset.numeric)
        return "whole" if count <= MOST_LINES else f"{MOST_LINES} of {count} drawn"

    def _tip(self) -> str:
        """Return what can be done here, and of many features which are drawn."""
        assert self._trace is not None
        names, numbers = self._trace.experiment.dataset.features, self._trace.experiment.dataset.numeric
        if len(numbers) <= MOST_LINES:
            return TIP
        return f"{TIP}\nOf {len(numbers)} features these are drawn: {', '.join(names[k] for k in self._drawn)}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint the picture in its new size."""
        self.renew()

    def changeEvent(self, event: QEvent) -> None:
        """Paint anew in another font."""
        if event.type() == QEvent.Type.FontChange:
            self.renew()
        super().changeEvent(event)

    # The mouse ------------------------------------------------------------------------------------------------------

    @property
    def _width(self) -> int:
        return max(self.width() - LEFT - RIGHT, 1)

    def _x(self, step: float) -> float:
        return LEFT + step / self._length * self._width

    def _step_at(self, position: QPointF) -> float:
        return min(max((position.x() - LEFT) / self._width, 0.0), 1.0) * self._length

    def _part_at(self, position: QPointF) -> str:
        """Return what the mouse would take there: an edge of the view, the view, or a place elsewhere."""
        left, right = self._x(self._view.first), self._x(self._view.last)
        grip = min(GRIP, max((right - left) / 4, 1.0))
        if abs(position.x() - left) <= grip or left - GRIP <= position.x() <= left:
            return "first"
        if abs(position.x() - right) <= grip or right <= position.x() <= right + GRIP:
            return "last"
        return "view" if left < position.x() < right else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the view or an edge of it; elsewhere bring the view here first."""
        if event.button() != Qt.MouseButton.LeftButton or self._trace is None:
            return
        self._taken, step = self._part_at(event.position()), self._step_at(event.position())
        if not self._taken:
            self._taken = "view"
            self.range_requested.emit(step - self._view.span / 2, step + self._view.span / 2)
        self._from = step - self._view.first

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what was taken."""
        step = self._step_at(event.position())
        if not self._taken:
            edge = self._part_at(event.position()) in ("first", "last")
            self.setCursor(Qt.CursorShape.SizeHorCursor if edge else Qt.CursorShape.ArrowCursor)
        elif self._taken == "view":
            first = min(max(step - self._from, 0.0), max(self._length - self._view.span, 0.0))
            self.range_requested.emit(first, first + self._view.span)
        elif self._taken == "first":
            self.range_requested.emit(min(step, self._view.last - 1), self._view.last)
        else:
            self.range_requested.emit(self._view.first, max(step, self._view.first + 1))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._taken = ""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom the view: at the pointer where that is within it, else in its middle."""
        fraction = (self._step_at(event.position()) - self._view.first) / self._view.span
        self.zoom_requested.emit(WHEEL_ZOOM ** -event.angleDelta().y(), fraction if 0 <= fraction <= 1 else 0.5)


def _finite_ends(values: npt.NDArray[np.float64]) -> tuple[float, ...]:
    """Return the smallest and the largest finite value, nothing where there is none."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if len(finite) else ()


def _columns(
    values: npt.NDArray[np.float64], width: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return minima and maxima of as many columns as there are pixels, and where they end; few values as they are."""
    if len(values) <= width:
        return values, values, np.arange(len(values) + 1) / len(values) * width
    starts = np.arange(0, len(values), math.ceil(len(values) / width))
    x = np.append(starts, len(values)) / len(values) * width
    return np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts), x
