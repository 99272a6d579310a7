"""What stands beside a row: its symbol, the tag of its side, its title, and a note on it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QPainter

from widgets.theme import Theme, side_color

LEAST_LINE = 18

TAG_SHARE, TAG_AIR, TAG_GAP = 0.55, 5, 5
"""The part of the title's width that a long tag has in any case, and pixels beside its text and beside itself."""

CLEAR, CLOSE = 5, 4
"""Pixels between a text and a limit to the right of it, and how far lines may overlap that are read as two."""

Tag = tuple[str, int]
"""The name of a side, and its number."""


def paint_title(
    painter: QPainter,
    font: QFont,
    theme: Theme,
    box: QRect,
    texts: tuple[str, str, str],
    tag: Tag,
    taken: Sequence[QRectF] = (),
) -> None:
    """Write symbol, title and note below one another from the top of ``box``, each cut off where it has no room.

    The ``tag`` stands at the right of the symbol, or where that is ``taken``, by a limit, and it has no room beside it,
    on a line of its own, if ``box`` is high enough for that. There is none where its name is empty.
    """
    bold, small = QFont(font), QFont(font)
    bold.setBold(True)
    small.setPointSizeF(max(small.pointSizeF() - 1.5, 6.5))
    height = max(QFontMetrics(font).height(), LEAST_LINE)

    def line(k: int) -> QRect:
        whole = QRect(box.left(), box.top() + k * (height - 1), box.width(), height + 1)
        beside = [area for area in taken if area.intersects(QRectF(whole).adjusted(0, CLOSE, 0, -CLOSE))]
        right = min([whole.right(), *(round(area.left()) - CLEAR for area in beside)])
        return QRect(whole.topLeft(), QPoint(right, whole.bottom()))

    first, beside = line(0), QFontMetrics(bold).horizontalAdvance(texts[0]) + TAG_GAP
    whole = math.ceil(QFontMetricsF(small).horizontalAdvance(tag[0])) + 1 + 2 * TAG_AIR
    own = bool(tag[0]) and first.width() < min(box.width(), beside + whole) and box.height() > 3 * height
    if own:
        _paint_tag(painter, small, theme, QRect(line(1).topLeft(), QSize(min(whole, line(1).width()), height + 1)), tag)
    elif tag[0]:
        gap = TAG_GAP if first.width() == box.width() else 0
        most = max(first.width() - beside - gap, round(TAG_SHARE * first.width()))
        width = min(whole, most)
        tagged = QRect(first.right() + 1 - gap - width, first.top(), width, height + 1)
        _paint_tag(painter, small, theme, tagged, tag)
        first.setRight(tagged.left() - TAG_GAP)
    colors = (theme.text, theme.muted_text, theme.muted_text)
    for k, (each, color, text) in enumerate(zip((bold, font, small), colors, texts, strict=True)):
        here = line(k + own) if k else first
        painter.setFont(each)
        painter.setPen(QColor(color))
        shown = QFontMetrics(each).elidedText(text, Qt.TextElideMode.ElideRight, here.width())
        painter.drawText(here, Qt.AlignmentFlag.AlignVCenter, shown)


def _paint_tag(painter: QPainter, font: QFont, theme: Theme, line: QRect, tag: Tag) -> None:
    """Paint a tag as wide as ``line``, in its middle."""
    metrics = QFontMetrics(font)
    height = min(metrics.height() + 1, line.height() - 1)
    area = QRectF(line.left(), line.top() + (line.height() - height) / 2, line.width(), height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(side_color(tag[1], theme)))
    painter.drawRoundedRect(area, 3, 3)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(font)
    painter.setPen(QColor(theme.accent_text))
    shown = metrics.elidedText(tag[0], Qt.TextElideMode.ElideRight, line.width() - 2 * TAG_AIR)
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, shown)
