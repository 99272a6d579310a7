"""What stands beside a row: its symbol, the tag of its side, its title, and a note on it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from widgets.theme import Theme, side_color

LEAST_LINE = 18

TAG_SHARE, TAG_AIR, TAG_GAP = 0.55, 5, 5
"""The part of the title's width that a long tag has in any case, and pixels beside its text and beside itself."""


def paint_title(
    painter: QPainter, font: QFont, theme: Theme, box: QRect, texts: tuple[str, str, str], tag: tuple[str, int]
) -> None:
    """Write symbol, title and note below one another from the top of ``box``, each cut off where it has no room.

    The ``tag``, a side's name and its number, stands at the right of the symbol; none where the name is empty.
    """
    bold, small = QFont(font), QFont(font)
    bold.setBold(True)
    small.setPointSizeF(max(small.pointSizeF() - 1.5, 6.5))
    line = max(QFontMetrics(font).height(), LEAST_LINE)
    colors = (theme.text, theme.muted_text, theme.muted_text)
    left = _paint_tag(painter, small, theme, box, QFontMetrics(bold).horizontalAdvance(texts[0]), line, tag)
    for k, (each, color, text) in enumerate(zip((bold, font, small), colors, texts, strict=True)):
        painter.setFont(each)
        painter.setPen(QColor(color))
        width = box.width() if k else left
        shown = QFontMetrics(each).elidedText(text, Qt.TextElideMode.ElideRight, width)
        painter.drawText(
            QRect(box.left(), box.top() + k * (line - 1), width, line + 1), Qt.AlignmentFlag.AlignVCenter, shown
        )


def _paint_tag(
    painter: QPainter, font: QFont, theme: Theme, box: QRect, beside: int, line: int, tag: tuple[str, int]
) -> int:
    """Paint a tag at the right of the first line, ``beside`` so many pixels of text. Return how many are left."""
    name, side = tag
    if not name:
        return box.width()
    metrics = QFontMetrics(font)
    most = max(box.width() - beside - 2 * TAG_GAP, round(TAG_SHARE * box.width()))
    width = min(metrics.horizontalAdvance(name) + 2 * TAG_AIR, most)
    height = min(metrics.height() + 1, line)
    area = QRectF(box.right() + 1 - TAG_GAP - width, box.top() + (line + 1 - height) / 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(side_color(side, theme)))
    painter.drawRoundedRect(area, 3, 3)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(font)
    painter.setPen(QColor(theme.accent_text))
    shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, width - 2 * TAG_AIR)
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, shown)
    return box.width() - width - 2 * TAG_GAP
