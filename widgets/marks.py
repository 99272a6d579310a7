"""Events on the step axis: what kinds there are, how each is marked, and which pixels have a mark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from explorer.sequences import Sequence
from widgets.theme import Theme, blend

Steps = npt.NDArray[np.int64]

SIZE = 7.0
"""Pixels of a mark."""

CROWDED = 4.0
"""Pixels of the axis to a mark; where there are fewer, marks are columns, the stronger the more there are."""

MOST_SAID = 3
MOST_CROWDS = 16


@dataclass(frozen=True, slots=True)
class MarkKind:
    """How one kind of event is marked: which of the theme's colours, and the corners of its shape in a unit square."""

    title: str
    color: str
    shape: tuple[tuple[float, float], ...]

    def ink(self, theme: Theme) -> QColor:
        """Return its colour."""
        return QColor(getattr(theme, self.color))


_BAR = ((0.3, 0.0), (0.7, 0.0), (0.7, 1.0), (0.3, 1.0))
_DIAMOND = ((0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5))
_TRIANGLE = ((0.0, 0.0), (1.0, 0.0), (0.5, 1.0))
_OCTAGON = ((0.3, 0.0), (0.7, 0.0), (1.0, 0.3), (1.0, 0.7), (0.7, 1.0), (0.3, 1.0), (0.0, 0.7), (0.0, 0.3))
_FLAG = ((0.2, 0.0), (1.0, 0.3), (0.4, 0.6), (0.4, 1.0), (0.2, 1.0))

KINDS: Mapping[str, MarkKind] = MappingProxyType(
    {
        "edge": MarkKind("end of the sequence", "muted_text", _BAR),
        "label": MarkKind("label begins or ends", "mark", _TRIANGLE),
        "anomaly": MarkKind("anomaly begins or ends", "warning", _DIAMOND),
        "alarm": MarkKind("alarm begins", "error", _DIAMOND),
        "breakpoint": MarkKind("breakpoint", "error", _OCTAGON),
        "bookmark": MarkKind("bookmark", "accent", _FLAG),
    }
)
"""The kinds, in the order in which they are drawn: the last on top."""


class Marks:
    """The steps (n,) of every kind of event, rising."""

    def __init__(self) -> None:
        self.steps: dict[str, Steps] = {kind: np.empty(0, np.int64) for kind in KINDS}
        self._crowds: dict[tuple[str, float, float, float], npt.NDArray[np.int64]] = {}  # of what was painted last

    def show(self, kind: str, steps: npt.ArrayLike) -> None:
        """Mark these steps, and no others, as events of a kind; KeyError names the kinds there are."""
        if kind not in KINDS:
            raise KeyError(f"there is no kind of mark {kind!r}; there are {', '.join(KINDS)}")
        self.steps[kind] = np.unique(np.asarray(steps, np.int64))
        self._crowds.clear()

    def show_sequence(self, sequence: Sequence) -> None:
        """Mark where its labels begin and end, those that say what is amiss as anomalies, and its own ends."""
        changes: dict[str, list[Steps]] = {"label": [], "anomaly": []}
        for label in sequence.labels:
            kind = "anomaly" if label.anomaly else "label"
            changes[kind].append(np.flatnonzero(label.values[1:] != label.values[:-1]) + 1)
        for kind, steps in changes.items():
            self.show(kind, np.concatenate([np.empty(0, np.int64), *steps]))
        self.show("edge", [0, len(sequence) - 1])

    def said(self, first: float, last: float) -> str:
        """Return what is marked from ``first`` to before ``last``, a line for each kind; empty where nothing is."""
        lines = []
        for kind, steps in self.steps.items():
            found = steps[np.searchsorted(steps, first) : np.searchsorted(steps, last)]
            if len(found):
                which = ", ".join(f"{step:,}".replace(",", "\u202f") for step in found[:MOST_SAID].tolist())
                more = f" and {len(found) - MOST_SAID} more" if len(found) > MOST_SAID else ""
                lines.append(f"{KINDS[kind].title}: step {which}{more}")
        return "\n".join(lines)

    def paint(self, painter: QPainter, theme: Theme, area: QRectF, first: float, last: float) -> None:
        """Draw the marks of the steps from ``first`` to ``last`` over the width of ``area``, as high as it is."""
        for kind, steps in self.steps.items():
            found = steps[np.searchsorted(steps, first - 1, side="right") : np.searchsorted(steps, last)]
            if not len(found):
                continue
            if len(found) * CROWDED > area.width() or area.height() < SIZE:
                _paint_crowd(painter, KINDS[kind].ink(theme), theme, area, self._crowd(kind, first, last, area.width()))
            else:
                x = area.left() + (found + 0.5 - first) / (last - first) * area.width()
                _paint_shapes(painter, KINDS[kind], theme, area, x)

    def _crowd(self, kind: str, first: float, last: float, width: float) -> npt.NDArray[np.int64]:
        """Return how strong the ink of each pixel is, 0–3; of half a million marks that takes 4 ms, and is kept."""
        key = (kind, first, last, width)
        if key not in self._crowds:
            if len(self._crowds) >= MOST_CROWDS:
                self._crowds.clear()
            steps = self.steps[kind]
            found = steps[np.searchsorted(steps, first - 1, side="right") : np.searchsorted(steps, last)]
            x = (found + 0.5 - first) / (last - first) * width
            counts = np.bincount(np.clip(x.astype(int), 0, int(width) - 1))
            self._crowds[key] = np.ceil(3 * np.log1p(counts) / np.log1p(counts.max())).astype(int)
        return self._crowds[key]


def _paint_shapes(painter: QPainter, kind: MarkKind, theme: Theme, area: QRectF, x: npt.NDArray[np.float64]) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(kind.ink(theme))
    corners = QPolygonF([QPointF((a - 0.5) * SIZE, b * SIZE) for a, b in kind.shape])
    for middle in x.tolist():
        painter.drawPolygon(corners.translated(middle, area.top()))
    painter.restore()


def _paint_crowd(painter: QPainter, ink: QColor, theme: Theme, area: QRectF, strength: npt.NDArray[np.int64]) -> None:
    """Ink every pixel that has a mark; more marks, stronger ink, but even a single one is plain to see."""
    change = np.flatnonzero(np.diff(np.concatenate([[0], strength, [0]])))
    shades = [QColor(blend(ink.name(), theme.window, share)) for share in (0.6, 0.8, 1.0)]
    for start, stop in zip(change[:-1].tolist(), change[1:].tolist(), strict=True):
        if strength[start]:
            painter.fillRect(
                QRectF(area.left() + start, area.top(), stop - start, area.height()), shades[strength[start] - 1]
            )
