"""How values are shown that do not stand in the file: hollow on their line, in a strip below it, and in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from explorer.sequences import HOW, Filled
from widgets.drawing import FloatArray
from widgets.theme import Theme
from widgets.tile import Tile

STRIP = 9
"""Points that the strip takes from the lines above it."""

SIZE, EDGE = 7.0, 1.4
"""Points of a mark, and of its outline."""

MOST = 6
"""Features that a tooltip names."""

Steps = npt.NDArray[np.int64]


def steps_of(filled: Iterable[Filled], steps: range) -> Steps:
    """Return the steps, of those asked for, at which some feature is filled, rising."""
    inked = np.zeros(len(steps), dtype=np.bool_)
    for values in filled:
        inked[values.steps[values.within(steps.start, steps.stop)] - steps.start] = True
    return np.flatnonzero(inked) + steps.start


def whole_bins(filled: Steps, size: int, steps: range) -> Steps:
    """Return the first step of every bin that is filled from end to end: what stands there hides no value of the file.

    ``filled`` (n,) rise; a bin has ``size`` steps and begins at a multiple of it. Looks up the bins, few as they are,
    and not every filled step.
    """
    edges = np.arange(steps.start // size * size, steps.stop + size, size)
    return edges[:-1][np.diff(np.searchsorted(filled, edges)) == size]


def draw_marks(painter: QPainter, x: FloatArray, y: FloatArray, tile: Tile, color: str, ground: str) -> None:
    """Draw a hollow mark in each filled bin: it begins at the pixel x (n,), and y (n,) is the height of its value.

    Marks that touch become one: a stretch is a hollow bar.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # else marks that touch would show their seams
    known = np.isfinite(y)
    x, y = x[known], y[known]
    room = tile.scale * tile.bin
    width = min(room, SIZE * tile.ratio)
    left = x + (room - width) / 2
    edge, half = EDGE * tile.ratio, SIZE * tile.ratio / 2
    apart = np.abs(np.diff(left)) > width + 0.5
    near, far = np.append(True, apart), np.append(apart, True)
    # All outlines first: a mark must not paint its own over the inside of the one before it.
    outer = zip(left.tolist(), y.tolist(), strict=True)
    for start, middle in outer:
        painter.fillRect(QRectF(start, middle - half, width, 2 * half), QColor(color))
    inside = zip((left + near * edge).tolist(), (left + width - far * edge).tolist(), y.tolist(), strict=True)
    for start, end, middle in inside:
        painter.fillRect(QRectF(start, middle - half + edge, end - start, 2 * (half - edge)), QColor(ground))


def draw_strip(painter: QPainter, tile: Tile, steps: range, filled: Steps, theme: Theme) -> None:
    """Draw a strip at the bottom that is inked wherever a step is filled, and at least two pixels wide there."""
    left, right = int(tile.x(steps.start)) - 2, int(tile.x(steps.stop)) + 2
    edges = tile.first + np.arange(left, right + 1) / tile.scale
    before = np.searchsorted(filled, np.floor(edges[:-1]), side="left")
    inked = np.searchsorted(filled, edges[1:], side="left") > before
    inked[1:] |= inked[:-1]
    change = np.flatnonzero(np.diff(np.concatenate([[0], inked.astype(np.int8), [0]]))).reshape(-1, 2)
    height = (STRIP - 4) * tile.ratio
    for start, end in (change + left).tolist():
        painter.fillRect(QRectF(start, tile.height - height, end - start, height), QColor(theme.muted_text))


def said(filled: Mapping[str, Filled], steps: range) -> str:
    """Return what is filled at these steps, a line for each feature; empty where nothing is."""
    lines = []
    for feature, values in filled.items():
        part = values.within(steps.start, steps.stop)
        if part.start < part.stop:
            lines.append(f"{feature}, {_said_of(values, part)}")
    more = [f"and {len(lines) - MOST} more features"] if len(lines) > MOST else []
    return "\n".join(lines[:MOST] + more)


def filled_at(filled: Filled, step: int) -> tuple[str, str] | None:
    """Return what is said of a filled value, shortly and in full; None where it stands in the file."""
    part = filled.within(step, step + 1)
    if part.start == part.stop:
        return None
    return f"filled, {filled.counted} {filled.lines[part.start]}", _said_of(filled, part)


def _said_of(filled: Filled, part: slice) -> str:
    steps, lines = filled.steps[part], filled.lines[part]
    stands = ", ".join(HOW[how] for how in np.unique(filled.how[part]))
    if len(steps) == 1:
        return f"step {steps[0]}: no value in {filled.counted} {lines[0]} of the file, filled with {stands}"
    where = f"{filled.counted}s {lines.min()}–{lines.max()}"
    return f"steps {steps[0]}–{steps[-1]}: {len(steps)} values are missing in {where} of the file, filled with {stands}"
