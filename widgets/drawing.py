"""What rows paint their tiles with: heat maps of all units, and scales that read well."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter

from explorer.pyramid import reduce_at
from widgets.theme import MapKind, Theme, color_map

FloatArray = npt.NDArray[np.floating]
LEVELS = 253
TINY = 1e-300
"""Below it powers of ten run out of digits, and a scale would have no width."""
NEG_INF, POS_INF, NAN = 253, 254, 255
RASTER = QPaintEngine.Type.Raster
VECTOR_RATIO = 2.0
"""Pixels to a point of what has pixels, in a picture where lines and words have none."""


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
    if value < TINY:
        return TINY
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


def strange_color(value: float, theme: Theme) -> QColor:
    """Return the ground of a NaN or an infinity, wherever it is written: the colour that it has in a heat map."""
    return QColor(theme.nan_color if math.isnan(value) else theme.pos_inf_color if value > 0 else theme.neg_inf_color)


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
    painter: QPainter,
    low: FloatArray,
    high: FloatArray,
    x: FloatArray,
    area: QRectF,
    scale: Scale,
    table: list[int],
    order: npt.NDArray[np.intp] | None = None,
) -> None:
    """Draw values (n, H) as columns between the pixels x (n + 1,), unit 0 on top, or units (H,) in this ``order``.

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
        lowest, highest = (reduce_at(take, ends, starts) for take, ends in ((np.minimum, low), (np.maximum, high)))
        # Of a pair that is cut at the edge only one pixel is there: what the other would show, its neighbour does.
        for cut, near, far in ((left % 2, 1, 0), (right % 2, -2, -1)):
            if cut and len(pairs) > 1:
                np.minimum(lowest[near], lowest[far], out=lowest[near])
                np.maximum(highest[near], highest[far], out=highest[near])
        index = np.stack([quantise(lowest, scale), quantise(highest, scale)], axis=1).reshape(-1, low.shape[1])
        index = index[left - pairs[0] :][: right - left]
    rows = _as_rows(index if order is None else index[:, order], max(round(area.height()), 1))
    image = QImage(rows.data, rows.shape[1], rows.shape[0], rows.shape[1], QImage.Format.Format_Indexed8)
    image.setColorTable(table)
    painter.drawImage(left, round(area.top()), image)


def _as_rows(index: npt.NDArray[np.uint8], height: int) -> npt.NDArray[np.uint8]:
    """Turn (columns, H) into an image of ``height`` rows; where units share one, that furthest out shows."""
    rows = np.ascontiguousarray(index.T)
    if len(rows) > height:
        starts = np.arange(height) * len(rows) // height
        highest = np.maximum.reduceat(rows, starts, axis=0)
        lowest = np.minimum.reduceat(rows, starts, axis=0)
        upward = highest.astype(np.int16) - LEVELS // 2
        rows = np.where(upward >= LEVELS // 2 - lowest.astype(np.int16), highest, lowest)
    return np.ascontiguousarray(rows[unit_of_row(np.arange(height), height, len(rows))])


def unit_of_row(row: npt.NDArray[np.intp] | int, height: int, units: int) -> npt.NDArray[np.intp] | int:
    """Return the unit that a row of pixels shows in a heat map of ``height`` rows: the one over its middle."""
    return (2 * row + 1) * units // (2 * height)


def on_screen(painter: QPainter, ratio: float) -> bool:
    """Whether it paints with the screen's ``ratio`` of pixels to a point, and not a picture of another."""
    return painter.paintEngine().type() == RASTER and math.isclose(painter.deviceTransform().m11(), ratio)


def ratio_of(painter: QPainter) -> float:
    """Return the pixels to a point of what is painted."""
    raster = painter.paintEngine().type() == RASTER
    return painter.deviceTransform().m11() if raster else VECTOR_RATIO
