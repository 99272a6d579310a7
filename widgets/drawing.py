"""What rows paint their tiles with: heat maps of all units, lines of the chosen ones, scales that read well."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from widgets.theme import MapKind, Theme, UnitStyle, color_map

FloatArray = npt.NDArray[np.floating]
LEVELS = 253
NEG_INF, POS_INF, NAN = 253, 254, 255


@dataclass(frozen=True, slots=True)
class Scale:
    """From which value to which a row is drawn, and with which colour map."""

    low: float
    high: float
    map: MapKind = "state"

    def fraction(self, values: FloatArray) -> FloatArray:
        """Return where values lie between low and high: 0 … 1."""
        # Multiplied, because a limit a little above the largest float32 is infinite in float32.
        per_unit = 0.5 / (self.high / 2 - self.low / 2)
        return values * per_unit - self.low * per_unit


GATE_SCALE = Scale(0.0, 1.0, "gate")


def symmetric_scale(low: float, high: float) -> Scale:
    """Return a scale symmetric about 0 that holds low … high, with a round limit that seldom changes as they grow."""
    limit = _round_up(max(abs(low), abs(high)))
    return Scale(-limit, limit)


def line_scale(low: float, high: float) -> Scale:
    """Return a scale for lines that are not about 0: low … high with a little air; a constant gets some around it."""
    if high <= low:
        air = abs(low) * 0.05 or 1.0
    else:
        air = (high - low) * 0.06
    return Scale(low - air, high + air)


def _round_up(value: float) -> float:
    if not math.isfinite(value) or value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    limit = next((m * power for m in (1, 2, 3, 5) if value <= m * power * (1 + 1e-9)), 10 * power)
    return limit if math.isfinite(limit) else value


@functools.cache
def color_table(kind: MapKind, theme: Theme) -> list[int]:
    """Return 256 colours as Qt takes them: 253 levels, then −∞, +∞ and NaN, which are in no colour map."""
    table = color_map(kind, theme)
    levels = table[np.round(np.linspace(0, 255, LEVELS)).astype(int)]
    colors = [QColor(*map(int, row)).rgb() for row in levels]
    return [*colors, *(QColor(c).rgb() for c in (theme.neg_inf_color, theme.pos_inf_color, theme.nan_color))]


def quantise(values: FloatArray, scale: Scale) -> npt.NDArray[np.uint8]:
    """Return the index into ``color_table`` of every value; those beyond the scale get its last colour."""
    with np.errstate(invalid="ignore", over="ignore"):
        levels = scale.fraction(values)
        levels *= LEVELS - 1
        index = np.clip(np.rint(levels), 0, LEVELS - 1).astype(np.uint8)
        known = np.isfinite(levels.sum())
    if not known:
        index[np.isnan(values)] = NAN
        index[np.isposinf(values)] = POS_INF
        index[np.isneginf(values)] = NEG_INF
    return index


def draw_heat(
    painter: QPainter, low: FloatArray, high: FloatArray, x: FloatArray, area: QRectF, scale: Scale, table: list[int]
) -> None:
    """Draw values (n, H) as columns between the pixels x (n + 1,), unit 0 on top.

    Where a column stands for many steps, every other pixel shows the minimum and the next the maximum of the columns
    that end over the two, so that a spike of one step is always to be seen.
    """
    left, right = math.floor(x[0]), math.ceil(x[-1])
    if high is low:
        columns = np.searchsorted(x, np.arange(left, right) + 0.5, side="right") - 1
        index = quantise(low, scale)[np.clip(columns, 0, len(low) - 1)]
    else:
        pairs = np.arange(left // 2 * 2, right, 2)
        starts = np.clip(np.searchsorted(x, pairs, side="right") - 1, 0, len(low) - 1)
        lowest, highest = np.minimum.reduceat(low, starts, axis=0), np.maximum.reduceat(high, starts, axis=0)
        index = np.stack([quantise(lowest, scale), quantise(highest, scale)], axis=1).reshape(-1, low.shape[1])
        index = index[left - pairs[0] :][: right - left]
    rows = _as_rows(index, max(round(area.height()), 1))
    image = QImage(rows.data, rows.shape[1], rows.shape[0], rows.shape[1], QImage.Format.Format_Indexed8)
    image.setColorTable(table)
    painter.drawImage(left, round(area.top()), image)


def _as_rows(index: npt.NDArray[np.uint8], height: int) -> npt.NDArray[np.uint8]:
    """Turn (columns, H) into an image of ``height`` rows; where units share one, that furthest out shows."""
    units = index.shape[1]
    if units > height:
        starts = np.arange(height) * units // height
        highest = np.maximum.reduceat(index, starts, axis=1)
        lowest = np.minimum.reduceat(index, starts, axis=1)
        upward = highest.astype(np.int16) - LEVELS // 2
        index = np.where(upward >= LEVELS // 2 - lowest.astype(np.int16), highest, lowest)
    return np.ascontiguousarray(index.T[unit_of_row(np.arange(height), height, index.shape[1])])


def unit_of_row(row: npt.NDArray[np.intp] | int, height: int, units: int) -> npt.NDArray[np.intp] | int:
    """Return the unit that a row of pixels shows in a heat map of ``height`` rows: the one over its middle."""
    return (2 * row + 1) * units // (2 * height)


def line_pen(style: UnitStyle, ratio: float) -> QPen:
    """Return the pen of a unit's line."""
    pen = QPen(QColor(style.color), 1.3 * ratio)
    if style.dash:
        pen.setDashPattern(list(style.dash))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def draw_line(
    painter: QPainter,
    low: FloatArray,
    high: FloatArray,
    x: FloatArray,
    area: QRectF,
    scale: Scale,
    pen: QPen,
    *,
    smooth: bool = True,
    breaks: npt.NDArray[np.intp] | None = None,
) -> None:
    """Draw one line of values (n,) at the middles of the columns x (n + 1,); NaN and infinities leave a gap.

    Where a column stands for many steps, the line goes through their minimum and their maximum. ``breaks`` are the
    columns at which the dashes begin anew.
    """
    middles = (x[:-1] + x[1:]) / 2
    values = low
    if high is not low:
        middles, values = np.repeat(middles, 2), np.column_stack([low, high]).ravel()
        breaks = None if breaks is None else 2 * breaks
    y = area.bottom() - scale.fraction(np.asarray(values, float)) * area.height()
    finite = np.isfinite(y)
    if breaks is not None and len(breaks) and pen.dashPattern():
        # The point at which one part ends and the next begins stands in both, with a gap of no length between.
        gaps = np.column_stack([y[breaks], np.full(len(breaks), np.nan)]).ravel()
        y = np.insert(y, np.repeat(breaks, 2), gaps)
        middles = np.insert(middles, np.repeat(breaks, 2), np.repeat(middles[breaks], 2))
    path = pg.functions.arrayToQPath(middles, np.where(np.isfinite(y), y, np.nan), connect="finite")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    if len(middles) == 1 and finite.all():
        painter.drawPoint(middles[0], y[0])
