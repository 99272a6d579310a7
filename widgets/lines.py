"""Lines of the chosen units: a smooth path where a step has a pixel or more, filled columns where pixels hold many."""

from __future__ import annotations

import functools
import math

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from widgets.drawing import FloatArray, Scale
from widgets.theme import Theme, UnitStyle, blend

WIDTH = 1.3
STRIP = 4.0
"""Points of the strip that marks what is no finite number."""

DASH_GRID = 2.0
"""Pixels between the places at which a dashed line can begin or end a dash."""


GHOST_SHARE, GHOST_DASH = 0.5, (3.0, 3.0)
"""How much of its colour the line of a ghost keeps, and its dashes."""


def faint(style: UnitStyle, theme: Theme) -> UnitStyle:
    """Return how the line of a ghost is drawn: of what would be if nothing were held."""
    return UnitStyle(blend(style.color, theme.base, GHOST_SHARE), GHOST_DASH)


def draw_levels(painter: QPainter, scale: Scale, area: QRectF, width: int, theme: Theme) -> None:
    """Draw thin lines at the limits and the middle of a scale, over ``width`` pixels."""
    painter.setPen(QColor(theme.line))
    for value in (scale.low, 0.0 if scale.map == "state" else 0.5, scale.high):
        if scale.low <= value <= scale.high:
            y = area.bottom() - float(scale.fraction(np.float64(value))) * area.height()
            painter.drawLine(0, round(y), width, round(y))


def draw_line(
    painter: QPainter,
    low: FloatArray,
    high: FloatArray,
    x: FloatArray,
    area: QRectF,
    scale: Scale,
    style: UnitStyle,
    ratio: float = 1.0,
    theme: Theme | None = None,
) -> None:
    """Draw one line of values (n,) over the columns between the pixels x (n + 1,); NaN and infinities leave a gap.

    Given a ``theme``, the gap is marked in the colours that they have in heat maps: +∞ at the top, −∞ and NaN below.

    ``high is low`` says that a column is a step: the line goes through the middles. Otherwise a column stands for many
    steps, and every pixel is filled from their minimum to their maximum. ``ratio`` is the screen's pixels to a point.
    """
    if high is low:
        draw_path(painter, (x[:-1] + x[1:]) / 2, heights_of(low, area, scale), style, ratio)
    else:
        _draw_columns(painter, heights_of(high, area, scale), heights_of(low, area, scale), x, area, style, ratio)
    if theme is not None and not (np.isfinite(low).all() and np.isfinite(high).all()):
        _mark_gaps(painter, low, high, x, area, ratio, theme)


def _mark_gaps(
    painter: QPainter, low: FloatArray, high: FloatArray, x: FloatArray, area: QRectF, ratio: float, theme: Theme
) -> None:
    """Fill a strip wherever a value is no number or infinite, at least two pixels wide."""
    height = STRIP * ratio
    for color, at, top in (
        (theme.pos_inf_color, np.isposinf(high), area.top()),
        (theme.neg_inf_color, np.isneginf(low), area.bottom() - height),
        (theme.nan_color, np.isnan(low) | np.isnan(high), area.bottom() - height),
    ):
        change = np.flatnonzero(np.diff(np.concatenate([[0], at.astype(np.int8), [0]]))).reshape(-1, 2)
        for start, stop in change.tolist():
            left = math.floor(x[start])
            painter.fillRect(QRectF(left, top, max(math.ceil(x[stop]) - left, 2), height), QColor(color))


def heights_of(values: FloatArray, area: QRectF, scale: Scale) -> FloatArray:
    """Return the pixels y at which values are drawn within ``area``."""
    return area.bottom() - scale.fraction(np.asarray(values, float)) * area.height()


def draw_path(painter: QPainter, x: FloatArray, y: FloatArray, style: UnitStyle, ratio: float) -> None:
    """Draw the line through points. Its dashes depend on where they are, so parts drawn apart fit together.

    Qt's own dashes take a hundred times as long on a long path, and begin anew with each part.
    """
    shown = np.isfinite(y)
    if style.dash and len(x) > 1:
        every, inked = _dashed(np.asarray(x, np.float64).tobytes(), style.dash, ratio)
        x, y = every, np.interp(every, x, y)
        shown = np.isfinite(y)
        connected = shown[:-1] & shown[1:] & inked
    else:
        connected = shown[:-1] & shown[1:]
    pen = QPen(QColor(style.color), 1.0)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # A pen of one pixel, twice or thrice beside itself: Qt takes fifteen times as long for a wider one.
    offsets = np.linspace(-0.5, 0.5, math.ceil(WIDTH * ratio)) * (WIDTH * ratio - 1)
    y = np.where(shown, y, 0.0)
    path = pg.functions.arrayToQPath(x, y, connect=np.append(connected, False).astype(np.int32))
    for offset in offsets:
        if len(x) == 1 and shown[0]:
            painter.drawPoint(QPointF(x[0], y[0] + offset))
        else:
            painter.drawPath(path.translated(0, offset))


@functools.lru_cache(maxsize=32)
def _dashed(x: bytes, dash: tuple[float, ...], ratio: float) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Return the pixels (n,) of points and of where dashes may begin or end, and of each stretch whether it is inked.

    The lines of all rows have the same points.
    """
    points = np.frombuffer(x)
    grid = np.arange(math.ceil(points[0] / DASH_GRID), points[-1] / DASH_GRID) * DASH_GRID
    every = np.union1d(points, grid)
    edges = np.cumsum(dash) * WIDTH * ratio
    middles = (every[:-1] + every[1:]) / 2
    return every, np.searchsorted(edges, middles % edges[-1], side="right") % 2 == 0


def _draw_columns(
    painter: QPainter, top: FloatArray, bottom: FloatArray, x: FloatArray, area: QRectF, style: UnitStyle, ratio: float
) -> None:
    """Fill each pixel column from the least ``top`` to the greatest ``bottom`` that it holds, joined to the next."""
    left, right = math.floor(x[0]), math.ceil(x[-1])
    starts = np.clip(np.searchsorted(x, np.arange(left, right), side="right") - 1, 0, len(top) - 1)
    top, bottom = np.minimum.reduceat(top, starts), np.maximum.reduceat(bottom, starts)
    joined_top, joined_bottom = top.copy(), bottom.copy()
    with np.errstate(invalid="ignore"):
        joined_top[1:] = np.where(top[1:] > bottom[:-1], bottom[:-1], top[1:])
        joined_bottom[1:] = np.where(bottom[1:] < top[:-1], top[:-1], bottom[1:])
        rows = np.arange(math.floor(area.top()), math.ceil(area.bottom()) + 1)[:, None]
        half = max(ratio / 2, 0.5)
        inked = (rows + 0.5 >= joined_top - half) & (rows + 0.5 < joined_bottom + half)
    pixels = np.where(inked, np.uint32(QColor(style.color).rgba()), np.uint32(0))
    image = QImage(pixels.data, right - left, len(rows), 4 * (right - left), QImage.Format.Format_ARGB32_Premultiplied)
    painter.drawImage(left, int(rows[0, 0]), image)
