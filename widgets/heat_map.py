"""A heat map step × iteration on a log scale, one for each cell, all with the same colours."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from widgets.canvas import Canvas
from widgets.chart_axis import Axis, FloatArray, number_text, power_text
from widgets.drawing import NEG_INF, Scale, color_table, quantise
from widgets.keys import tell
from widgets.scales import paint_ramp

MOST_DECADES = 12
"""Of the colours: what is further below the largest value has the last one."""

WIDE = 720
"""Pixels from which on the maps of several cells stand beside one another, not below."""

BAR, GAP = 10, 8


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """What is drawn of one cell: values (R, T), a row for each of the iterations (R,), or ``of_units``, a unit."""

    title: str
    iterations: FloatArray
    values: FloatArray
    of_units: bool = False


def color_scale(layers: Mapping[str, Layer]) -> Scale:
    """Return the one scale of all layers, in powers of ten: from the least to the greatest, 12 decades at most."""
    low, high = math.inf, -math.inf
    for layer in layers.values():
        shown = layer.values[np.isfinite(layer.values) & (layer.values > 0)]
        if len(shown):
            low, high = min(low, float(shown.min())), max(high, float(shown.max()))
    if high < low:
        return Scale(-1.0, 0.0, "gate")
    top = math.log10(high)
    return Scale(min(max(math.log10(low), top - MOST_DECADES), top - 0.1), top, "gate")


def pixels_of(values: FloatArray, scale: Scale, rows: int, columns: int) -> np.ndarray:
    """Return indices into ``color_table``, uint8, at most (rows, columns): of several values in a pixel the greatest.

    A zero has the index of −∞, what is NaN that of NaN.
    """
    kept = values
    for axis, most in ((0, rows), (1, columns)):
        count = kept.shape[axis]
        if count > most:
            kept = np.fmax.reduceat(kept, np.arange(most) * count // most, axis=axis)
    with np.errstate(divide="ignore", invalid="ignore"):
        return quantise(np.log10(kept), scale)


class HeatMap(Canvas):
    """A click asks for its step and its iteration; the arrow keys go to the next ones."""

    told_keys = (
        tell("the step before and after", "Left", "Right"),
        tell("the iteration before and after", "Up", "Down"),
    )

    keys = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
    step_requested = Signal(int)
    iteration_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Gradient through time, step by iteration", parent)
        self.layers: Mapping[str, Layer] = {}
        self.scale = Scale(-1.0, 0.0, "gate")
        self._step, self._iteration = 0, -1

    # Values come down -----------------------------------------------------------------------------------------------

    def show_layers(self, layers: Mapping[str, Layer]) -> None:
        """Show these cells."""
        self.layers, self.scale = layers, color_scale(layers)
        self.updateGeometry()
        self.setAccessibleDescription(self.words())
        self._hover = None
        self._forget()

    def set_cursor(self, step: int | None, iteration: int | None) -> None:
        """Mark a step and an iteration; where there is none, the last one is meant."""
        step = self._step if step is None else step
        if (step, iteration or -1) != (self._step, self._iteration):
            self._step, self._iteration = step, -1 if iteration is None else iteration
            self.setAccessibleDescription(self.words())
            self.update()

    def words(self) -> str:
        """Return the values at the cursor as text."""
        said = []
        for layer in self.layers.values():
            row = self._row(layer)
            if row >= 0 and self._step < layer.values.shape[1] and layer.of_units:
                said.append(f"{layer.title} at most {number_text(float(layer.values[:, self._step].max()))}")
            elif row >= 0 and self._step < layer.values.shape[1]:
                said.append(f"{layer.title} {number_text(float(layer.values[row, self._step]))}")
        return f"step {self._step}: " + (", ".join(said) or "nothing yet")

    # Where things are -----------------------------------------------------------------------------------------------

    @property
    def right_room(self) -> float:
        """Pixels to the right of the last map, where the colours are explained."""
        return GAP + BAR + 12 + QFontMetricsF(self.font()).horizontalAdvance("10⁻¹²")

    def areas(self) -> dict[str, QRectF]:
        """Return where the map of each cell is, within the widget."""
        line, count = QFontMetricsF(self.font()).height(), max(len(self.layers), 1)
        left = QFontMetricsF(self.font()).horizontalAdvance("0.0005") + 12
        whole = QRectF(left, 0, max(self.width() - left - self.right_room, 10), self.height())
        found = {}
        for k, cell in enumerate(self.layers):
            if self.width() >= WIDE:
                wide = (whole.width() - (count - 1) * left) / count
                found[cell] = QRectF(left + k * (wide + left), line + 6, wide, max(whole.height() - 2 * line - 10, 8))
            else:
                high = (whole.height() - line - 4) / count
                found[cell] = QRectF(left, k * high + line + 4, whole.width(), max(high - line - 8, 8))
        return found

    def place_at(self, x: float, y: float) -> tuple[str, int, int] | None:
        """Return the cell, step and row at a pixel."""
        for cell, area in self.areas().items():
            rows, steps = self.layers[cell].values.shape
            if area.contains(QPointF(x, y)) and rows and steps:
                step = int((x - area.left()) / area.width() * steps)
                return cell, min(step, steps - 1), min(int((y - area.top()) / area.height() * rows), rows - 1)
        return None

    def sizeHint(self) -> QSize:
        """Return room for the maps."""
        return QSize(380, 110 * max(len(self.layers), 1) + 30)

    def minimumSizeHint(self) -> QSize:
        """Return the room below which nothing can be read off."""
        return QSize(200, (64 * max(len(self.layers), 1) if self.width() < WIDE else 90) + 20)

    # Painting -------------------------------------------------------------------------------------------------------

    def _paint_over(self, painter: QPainter) -> None:
        for cell, area in self.areas().items():
            self._paint_cursor(painter, self.layers[cell], area)
        if self._hover is not None:
            self._paint_hover(painter, *self._hover)

    def _paint_picture(self, painter: QPainter) -> None:
        areas = self.areas()
        for k, (cell, area) in enumerate(areas.items()):
            self._paint_layer(painter, self.layers[cell], area)
            last = self.width() >= WIDE or k == len(areas) - 1
            self._paint_axes(painter, self.layers[cell], area, steps=last)
        if areas:
            self._paint_bar(painter, list(areas.values()))

    def _paint_layer(self, painter: QPainter, layer: Layer, area: QRectF) -> None:
        painter.setPen(QColor(self._theme.text))
        line = QFontMetricsF(self.font()).height()
        painter.drawText(QRectF(area.left(), area.top() - line - 2, area.width(), line), layer.title)
        if not layer.values.size:
            painter.setPen(QColor(self._theme.muted_text))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "the probe has not looked yet")
            return
        ratio = self.devicePixelRatioF()
        wide, high = max(round(area.width() * ratio), 1), max(round(area.height() * ratio), 1)
        index = np.ascontiguousarray(pixels_of(layer.values, self.scale, high, wide))
        image = QImage(index.data, index.shape[1], index.shape[0], index.shape[1], QImage.Format.Format_Indexed8)
        image.setColorTable(color_table("gate", self._theme))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(area, image)

    def _paint_axes(self, painter: QPainter, layer: Layer, area: QRectF, *, steps: bool) -> None:
        line = QFontMetricsF(self.font()).height()
        painter.setPen(QColor(self._theme.muted_text))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        rows = len(layer.iterations)
        if rows:
            for row in sorted({0, rows - 1} | ({rows // 2} if area.height() > 5 * line and rows > 2 else set())):
                y = area.top() + (row + 0.5) / rows * area.height()
                y = min(max(y, area.top() + line / 2), area.bottom() - line / 2)
                text = str(int(layer.iterations[row]))
                painter.drawText(QRectF(0, y - line / 2, area.left() - 6, line), right, text)
        if steps and layer.values.size:
            across = Axis(0, layer.values.shape[1])
            for value, text in across.ticks(max(int(area.width() / 80), 2)):
                x = area.left() + float(across.fraction(value)) * area.width()
                wide = QFontMetricsF(self.font()).horizontalAdvance(text)
                painter.drawText(QPointF(min(x, area.right() - wide), area.bottom() + line), text)

    def _paint_bar(self, painter: QPainter, areas: list[QRectF]) -> None:
        line = QFontMetricsF(self.font()).height()
        bar = QRectF(areas[-1].right() + GAP, areas[0].top(), BAR, areas[-1].bottom() - areas[0].top())
        if any((layer.values == 0).any() for layer in self.layers.values()):
            self._paint_zero(painter, QRectF(bar.left(), bar.bottom() - BAR, BAR, BAR))
            bar.setBottom(bar.bottom() - line - 4)
        paint_ramp(painter, self._theme, bar, self.scale)
        painter.setPen(QColor(self._theme.muted_text))
        axis = Axis(10**self.scale.low, 10**self.scale.high, log=True)
        for value, text in axis.ticks(max(int(bar.height() / (2.5 * line)), 2)):
            y = bar.bottom() - float(axis.fraction(value)) * bar.height()
            y = min(max(y, bar.top() + line / 2), bar.bottom() - line / 2)
            exponent = math.log10(value)
            shown = power_text(round(exponent)) if math.isclose(exponent, round(exponent), abs_tol=1e-9) else text
            painter.drawText(QPointF(bar.right() + 4, y + line / 3), shown)

    def _paint_zero(self, painter: QPainter, box: QRectF) -> None:
        """Say which colour is exactly 0, which no logarithm has."""
        line = QFontMetricsF(self.font()).height()
        painter.fillRect(box, QColor.fromRgba(color_table("gate", self._theme)[NEG_INF]))
        painter.setPen(QColor(self._theme.muted_text))
        place = QRectF(box.right() + 4, box.center().y() - line / 2, 3 * BAR, line)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, "0")

    def _paint_cursor(self, painter: QPainter, layer: Layer, area: QRectF) -> None:
        row, (rows, steps) = self._row(layer), layer.values.shape
        if row < 0 or not steps:
            return
        for color, width in ((self._theme.base, 3.0), (self._theme.cursor, 1.4)):
            painter.setPen(QPen(QColor(color), width))
            if self._step < steps:
                x = area.left() + (self._step + 0.5) / steps * area.width()
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            if self._iteration >= 0 and not layer.of_units:
                y = area.top() + (row + 0.5) / rows * area.height()
                painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def _paint_hover(self, painter: QPainter, cell: str, step: int, row: int) -> None:
        layer, metrics = self.layers[cell], QFontMetricsF(self.font())
        value = number_text(float(layer.values[row, step]))
        place = f"{'unit' if layer.of_units else 'iteration'} {int(layer.iterations[row])}"
        text = f"{layer.title}  step {step}, {place}: {value}"
        area = self.areas()[cell]
        box = QRectF(area.left() + 4, area.top() + 4, metrics.horizontalAdvance(text) + 12, metrics.height() + 4)
        self._paint_box(painter, box, text)

    def _row(self, layer: Layer) -> int:
        if self._iteration < 0 or layer.of_units:
            return len(layer.iterations) - 1
        return int(np.searchsorted(layer.iterations, self._iteration, side="right")) - 1

    # Hands ----------------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the value under the pointer."""
        self._hover = self.place_at(event.position().x(), event.position().y())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ask for the step and the iteration that were clicked."""
        place = self.place_at(event.position().x(), event.position().y())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            cell, step, row = place
            self.step_requested.emit(step)
            if not self.layers[cell].of_units:
                self.iteration_requested.emit(int(self.layers[cell].iterations[row]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the step before or after, or to what the probe saw before or after."""
        layer = next(iter(self.layers.values()), None)
        if event.key() not in self.keys or layer is None or not layer.values.size:
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = self._step + (1 if event.key() == Qt.Key.Key_Right else -1)
            self.step_requested.emit(min(max(step, 0), layer.values.shape[1] - 1))
        elif not layer.of_units:
            row = self._row(layer) + (1 if event.key() == Qt.Key.Key_Down else -1)
            self.iteration_requested.emit(int(layer.iterations[min(max(row, 0), len(layer.iterations) - 1)]))
