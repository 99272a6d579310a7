"""The beginning of a sequence before it is opened: a lane for each feature and target, bands where a label says so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.sequences import FloatArray, Sequence
from widgets.decimals import MINUS
from widgets.drawing import Scale, line_scale
from widgets.lines import draw_line
from widgets.theme import LIGHT, Theme, UnitStyle, blend, unit_style

PREVIEW_STEPS = 2000
"""Steps that are drawn; more would be a blur at this width."""

MOST_LANES = 12
NAMES = 92
"""Pixels at the left for the names of the lanes."""

ROOM_FOR_LIMITS = 52
"""Pixels of a lane's height from which its limits are written beside its name."""

AIR = 3.0
DOT = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """One column of the sequence: its name, its values (T,), and whether it is to be answered rather than shown."""

    name: str
    values: FloatArray
    asked: bool


class SequencePreview(QWidget):
    """Draws the first steps of a sequence. It is given values and computes none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._marks: tuple[np.ndarray, ...] = ()
        self.lanes: tuple[Lane, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(180)
        self.setAccessibleName("Preview")

    def sizeHint(self) -> QSize:
        """Return a size at which a few lanes read well."""
        return QSize(560, 240)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the theme."""
        self._theme = theme
        self.update()

    def show_sequence(self, sequence: Sequence | None) -> None:
        """Show a sequence's beginning, or nothing."""
        self.lanes, self._marks = (), ()
        if sequence is not None:
            shown = slice(0, PREVIEW_STEPS)
            columns = list(zip(sequence.features, sequence.values[shown].T, strict=True))
            lanes = [Lane(name, values, False) for name, values in columns]
            if sequence.targets is not None:
                lanes += [
                    Lane(name, values, True)
                    for name, values in zip(sequence.target_names, sequence.targets[shown].T, strict=True)
                ]
            self.lanes = tuple(lanes)
            self._marks = tuple(label.values[shown] for label in sequence.labels)
        names = ", ".join(lane.name for lane in self.lanes)
        self.setAccessibleDescription(f"Lines of {names}" if names else "Empty")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lanes from the top down."""
        painter = QPainter(self)
        theme, area = self._theme, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(theme.line), 1.0))
        painter.setBrush(QColor(theme.base))
        painter.drawRect(area)
        drawn = self.lanes[:MOST_LANES]
        if not drawn:
            return
        more = len(self.lanes) - len(drawn)
        foot = painter.fontMetrics().height() if more else 0
        height = (area.height() - foot) / len(drawn)
        for k, lane in enumerate(drawn):
            place = QRectF(area.left(), area.top() + k * height, area.width(), height)
            self._draw_lane(painter, k, lane, place)
        if more:
            painter.setPen(QColor(theme.muted_text))
            painter.drawText(area.adjusted(8, 0, -8, -2), Qt.AlignmentFlag.AlignBottom, f"and {more} more")

    def _draw_lane(self, painter: QPainter, k: int, lane: Lane, place: QRectF) -> None:
        theme = self._theme
        if lane.asked:
            painter.fillRect(place.adjusted(0.5, 0, -0.5, -0.5), QColor(blend(theme.accent, theme.base, 0.07)))
        if k:
            painter.setPen(QPen(QColor(theme.line), 1.0))
            painter.drawLine(place.topLeft(), place.topRight())
        painter.setPen(QColor(theme.text if lane.asked else theme.muted_text))
        names = place.adjusted(8, 0, NAMES - place.width() - 4, 0)
        text = painter.fontMetrics().elidedText(lane.name, Qt.TextElideMode.ElideRight, round(names.width()))
        painter.drawText(names, Qt.AlignmentFlag.AlignVCenter, text)
        plot = place.adjusted(NAMES, AIR, -8, -AIR)
        self._draw_marks(painter, place.adjusted(NAMES, 0, -8, 0))
        known = lane.values[np.isfinite(lane.values)]
        if not known.size:
            return
        low, high = float(known.min()), float(known.max())
        if place.height() >= ROOM_FOR_LIMITS:
            painter.setPen(QColor(theme.muted_text))
            limits = place.adjusted(8, 2, NAMES - place.width() - 8, -2)
            top, middle, bottom = (
                Qt.AlignmentFlag.AlignRight | side
                for side in (Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignBottom)
            )
            painter.drawText(limits, top if low < high else middle, _short(high))
            if low < high:
                painter.drawText(limits, bottom, _short(low))
        color = theme.text if lane.asked else unit_style(k, theme).color
        _draw_values(painter, lane.values, plot, line_scale(low, high), UnitStyle(color, ()))

    def _draw_marks(self, painter: QPainter, plot: QRectF) -> None:
        color = QColor(self._theme.mark)
        color.setAlphaF(0.28)
        for marks in self._marks:
            change = np.flatnonzero(np.diff(np.concatenate([[0], marks.astype(np.int8), [0]])))
            for start, stop in change.reshape(-1, 2):
                step = plot.width() / len(marks)
                band = QRectF(plot.left() + start * step, plot.top(), max((stop - start) * step, 1.5), plot.height())
                painter.fillRect(band, color)


def _draw_values(painter: QPainter, values: FloatArray, plot: QRectF, scale: Scale, style: UnitStyle) -> None:
    """Draw a line, and a dot where a value stands alone: one answer at the end must not be overlooked."""
    edges = np.linspace(plot.left(), plot.right(), len(values) + 1)
    draw_line(painter, values, values, edges, plot, scale, style)
    known = np.concatenate([[False], np.isfinite(values), [False]])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(style.color))
    for step in np.flatnonzero(known[1:-1] & ~known[:-2] & ~known[2:]):
        x = min(max((edges[step] + edges[step + 1]) / 2, plot.left() + DOT), plot.right() - DOT)
        y = plot.bottom() - float(scale.fraction(values[step])) * plot.height()
        painter.drawEllipse(QPointF(x, y), DOT, DOT)


def _short(value: float) -> str:
    return f"{value:.3g}".replace("-", MINUS)
