"""How a chart is painted: curves, levels, what is no number, ticks and the legend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from widgets.chart_axis import Axis, FloatArray, number_text, reduced
from widgets.lines import draw_path
from widgets.theme import Theme, UnitStyle, blend

FAINT = 0.34
"""How much of its colour a raw trace keeps behind its smoothed one."""

MARK = 3.5
SWATCH, GAP = 26, 8
LEVEL_DASH = (1.0, 3.0)
TICK = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One line of a chart: x rises, both (n,). A faint one is a raw trace."""

    name: str
    x: FloatArray
    y: FloatArray
    style: UnitStyle
    faint: bool = False
    marked: bool = True
    """Whether zeros and what is no number are marked: a smoothed line leaves that to the raw one."""
    listed: bool = True
    """Whether it has a place in the legend, and its value is said; a raw trace has none."""


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line with its name: a baseline. ``best`` sets off the one to beat."""

    name: str
    value: float
    best: bool = False


def paint_axes(
    painter: QPainter, area: QRectF, down: Axis, across: Axis, theme: Theme, *, numbers: bool, whole: bool = True
) -> None:
    """Paint grid lines with their numbers: those of ``down`` at the left, those of ``across`` below, where wanted."""
    metrics = QFontMetricsF(painter.font())
    height = metrics.height()
    for value, text in down.ticks(max(int(area.height() / (2.2 * height)), 2)):
        y = area.bottom() - float(down.fraction(value)) * area.height()
        painter.setPen(QColor(theme.line))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(QColor(theme.muted_text))
        top = max(y - height / 2, area.top() - 2)  # above stands the title
        place = QRectF(0, top, area.left() - 6, height)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
    for value, text in across.ticks(max(int(area.width() / 80), 2)):
        if whole and value != round(value):
            continue
        x = area.left() + float(across.fraction(value)) * area.width()
        painter.setPen(QColor(theme.line))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        if numbers:
            wide = metrics.horizontalAdvance(text)
            left = min(max(x - wide / 2, 0), area.right() + 10 - wide)
            painter.setPen(QColor(theme.muted_text))
            painter.drawText(QRectF(left, area.bottom() + 2, wide + 2, height), Qt.AlignmentFlag.AlignLeft, text)


def paint_curve(
    painter: QPainter, area: QRectF, curve: Curve, down: Axis, across: Axis, theme: Theme, ratio: float
) -> None:
    """Paint one curve within ``area``, and at the floor or the ceiling what has no place on the axis."""
    x, y = reduced(curve.x, curve.y, across.low, across.high, round(area.width() * ratio))
    if not len(x):
        return
    color = blend(curve.style.color, theme.base, FAINT) if curve.faint else curve.style.color
    style = UnitStyle(color, () if curve.faint else curve.style.dash)
    painter.save()
    painter.setClipRect(area.adjusted(-1, -1, 1, 1))
    painter.scale(1 / ratio, 1 / ratio)
    across_pixels = (area.left() + across.fraction(x) * area.width()) * ratio
    down_pixels = (area.bottom() - down.fraction(y) * area.height()) * ratio
    shown = np.isfinite(y) & np.isfinite(down_pixels)
    down_pixels = np.where(shown, np.clip(down_pixels, -1e4, 1e5), np.nan)
    if len(x) == 1 and shown[0]:
        painter.setBrush(QColor(color))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(across_pixels[0], down_pixels[0]), 2.5 * ratio, 2.5 * ratio)
    elif shown.any():
        draw_path(painter, across_pixels, down_pixels, style, ratio)
    painter.restore()
    strange = ~np.isfinite(y) | (down.log & (y <= 0))
    if curve.marked and strange.any():
        paint_strange(painter, area, across, x[strange], y[strange], curve.style.color, theme)


def paint_strange(
    painter: QPainter, area: QRectF, across: Axis, x: FloatArray, y: FloatArray, color: str, theme: Theme
) -> None:
    """Mark zeros (a ring in the curve's colour) and NaN (a cross) at the floor, +∞ (a triangle) at the ceiling."""
    pixels = np.round(area.left() + across.fraction(x) * area.width())
    kinds = np.where(np.isnan(y), 2, np.where(y == np.inf, 1, 0))
    _, first = np.unique(pixels * 4 + kinds, return_index=True)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for k in first:
        at, kind = float(pixels[k]), int(kinds[k])
        painter.setPen(QPen(QColor(theme.nan_color if kind == 2 else color), 1.4))
        floor = area.bottom() - MARK
        if kind == 2:
            painter.drawLine(QPointF(at - MARK, floor - MARK), QPointF(at + MARK, floor + MARK))
            painter.drawLine(QPointF(at - MARK, floor + MARK), QPointF(at + MARK, floor - MARK))
        elif kind == 1:
            top = area.top() + 1
            corners = [QPointF(at, top), QPointF(at - MARK, top + 2 * MARK), QPointF(at + MARK, top + 2 * MARK)]
            painter.drawPolygon(QPolygonF(corners))
        else:
            painter.drawEllipse(QPointF(at, floor), MARK, MARK)


def paint_marks(painter: QPainter, area: QRectF, across: Axis, marks: FloatArray, lane: int, color: str) -> None:
    """Paint a short tick at the bottom for each place of ``marks``; several cells have a lane each."""
    inside = marks[(marks >= across.low) & (marks <= across.high)]
    pixels = np.unique(np.round(area.left() + across.fraction(inside) * area.width()))
    bottom = area.bottom() - lane * (TICK + 2)
    painter.setPen(QPen(QColor(color), 1))
    painter.drawLines([value for x in pixels.tolist() for value in (QPointF(x, bottom - TICK), QPointF(x, bottom))])


def paint_levels(painter: QPainter, area: QRectF, levels: Iterable[Level], down: Axis, theme: Theme) -> None:
    """Paint baselines over the whole width, each with name and value; a name that has no room beside others is left."""
    metrics = QFontMetricsF(painter.font())
    height, taken = metrics.height(), list[float]()
    for level in sorted(levels, key=lambda each: not each.best):
        fraction = float(down.fraction(level.value))
        if not 0 <= fraction <= 1:
            continue
        y = area.bottom() - fraction * area.height()
        color = QColor(theme.text if level.best else theme.muted_text)
        pen = QPen(color, 1.4 if level.best else 1.0)
        pen.setDashPattern(LEVEL_DASH)
        painter.setPen(pen)
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        tops = [y - height - 1, y + 2] if level.best or not taken else [y + 2, y - height - 1]
        free = [
            top
            for top in tops
            if area.top() <= top <= area.bottom() - height and all(abs(top - other) >= height for other in taken)
        ]
        if free:
            taken.append(free[0])
            text = level_text(level)
            wide = metrics.horizontalAdvance(text)
            place = QRectF(area.right() - wide - 4, free[0], wide, height)
            ground = QColor(theme.base)
            ground.setAlphaF(0.8)
            painter.fillRect(place.adjusted(-2, 0, 2, 0), ground)
            painter.setPen(color)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight, text)


def level_text(level: Level) -> str:
    """Return what is said of a baseline."""
    return f"{'best baseline: ' if level.best else ''}{level.name} {number_text(level.value)}"


def legend_width(font: QFont, curves: Sequence[Curve]) -> float:
    """Return the pixels that a legend needs."""
    metrics = QFontMetricsF(font)
    return sum(metrics.horizontalAdvance(curve.name) + SWATCH + 2 * GAP for curve in curves if curve.listed)


def legend_rows(font: QFont, curves: Sequence[Curve], room: float) -> list[list[Curve]]:
    """Return the listed curves in as many rows as they need, none wider than ``room`` unless one alone is."""
    rows: list[list[Curve]] = []
    for curve in (each for each in curves if each.listed):
        if rows and legend_width(font, [*rows[-1], curve]) <= room:
            rows[-1].append(curve)
        else:
            rows.append([curve])
    return rows


def paint_legend(painter: QPainter, left: float, y: float, curves: Sequence[Curve], theme: Theme) -> None:
    """Paint a piece of every line and its name, from the left."""
    metrics = QFontMetricsF(painter.font())
    for curve in (each for each in curves if each.listed):
        wide = metrics.horizontalAdvance(curve.name)
        pen = QPen(QColor(curve.style.color), 2)
        if curve.style.dash:
            pen.setDashPattern([length * 0.7 for length in curve.style.dash])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(left, y), QPointF(left + SWATCH - 6, y))
        painter.setPen(QColor(theme.text))
        place = QRectF(left + SWATCH, y - metrics.height() / 2, wide + 1, metrics.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, curve.name)
        left += wide + SWATCH + 2 * GAP
