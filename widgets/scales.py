"""How a scale is written beside what is drawn to it: its limits, its middle, and its colours."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from widgets.decimals import short
from widgets.drawing import Scale, color_table
from widgets.theme import MapKind, Theme

BAR_GAP, BAR_WIDTH = 8, 10
TEXT_WIDTH = 60.0


def small_font(font: QFont) -> QFont:
    """Return the font that scales are written in."""
    small = QFont(font)
    small.setPointSizeF(max(small.pointSizeF() - 1.5, 6.5))
    return small


def paint_scale_text(
    painter: QPainter, theme: Theme, area: QRectF, texts: tuple[str, ...], *, left: bool
) -> tuple[QRectF, ...]:
    """Write numbers beside the plot, the first at the top of ``area``, the last at its foot.

    Those between are left out where there is no room for them, and all where there is none. Returns where they stand.
    """
    painter.setFont(small_font(painter.font()))
    painter.setPen(QColor(theme.muted_text))
    height = QFontMetricsF(painter.font()).height()
    if area.height() < 1.6 * height:
        return ()
    if area.height() < (len(texts) + 0.4) * height:
        texts = (texts[0], texts[-1])
    side = Qt.AlignmentFlag.AlignRight if left else Qt.AlignmentFlag.AlignLeft
    places = []
    for k, text in enumerate(texts):
        top = area.top() + k / max(len(texts) - 1, 1) * (area.height() - height)
        box = QRectF(area.left(), top, area.width(), height)
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)
        width = painter.fontMetrics().horizontalAdvance(text)
        places.append(QRectF(area.right() - width if left else area.left(), top, width, height))
    return tuple(places)


def paint_limits(painter: QPainter, theme: Theme, area: QRectF, scales: Sequence[Scale]) -> tuple[QRectF, ...]:
    """Write the limits of lines to the left of their plot, where all have the same scale. Returns where they stand."""
    one = scales[0]
    same = all(scale == one for scale in scales)
    texts = (short(one.high), short(one.low)) if same else ("", "own scales")
    return paint_scale_text(painter, theme, area, texts, left=True)


def paint_stripe_marks(
    painter: QPainter, theme: Theme, heat: QRectF, count: int, brushed: Iterable[int], chosen: Mapping[int, str]
) -> None:
    """Mark stripes of a heat map at its left, ``count`` of them in all: those brushed, and in their colours others."""
    height = heat.height() / count
    for stripe in brushed:
        painter.fillRect(
            QRectF(heat.left() - 10, heat.top() + stripe * height, 3, max(height, 1.0)), QColor(theme.accent)
        )
    for stripe, color in chosen.items():
        y = heat.top() + (stripe + 0.5) * height
        painter.fillRect(QRectF(heat.left() - 6, y - 1.5, 6, 3), QColor(color))


def paint_ramp(painter: QPainter, theme: Theme, bar: QRectF, scale: Scale) -> None:
    """Paint the colours of a scale, the highest on top."""
    painter.drawImage(bar, _ramp(scale.map, theme))


@functools.cache
def _ramp(kind: MapKind, theme: Theme) -> QImage:
    ramp = np.ascontiguousarray(np.repeat(np.linspace(252, 0, 128).astype(np.uint8)[:, None], 4, axis=1))
    image = QImage(ramp.data, 4, 128, 4, QImage.Format.Format_Indexed8)
    image.setColorTable(color_table(kind, theme))
    return image.convertToFormat(QImage.Format.Format_RGB32)  # its own numbers, and no table to look up


def paint_color_bar(painter: QPainter, theme: Theme, heat: QRectF, scale: Scale) -> None:
    """Paint the colours of a scale and its numbers to the right of what is drawn in them."""
    bar = QRectF(heat.right() + BAR_GAP, heat.top(), BAR_WIDTH, heat.height())
    paint_ramp(painter, theme, bar, scale)
    beside = QRectF(bar.right() + 5, heat.top() - 2, TEXT_WIDTH, heat.height() + 4)
    numbers = (scale.high, scale.low / 2 + scale.high / 2, scale.low)
    paint_scale_text(painter, theme, beside, tuple(map(short, numbers)), left=False)
