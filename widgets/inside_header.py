"""The line above what shows the inside of a step: which cell it is, of which unit, at which step."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from widgets.theme import Theme, unit_style

NOTHING = "Select a unit to see its cell"

MARGIN = 7
SWATCH, GAP = 22, 6
"""Length of the line by which the unit is known, and the room beside it."""


def header_height(font: QFont) -> float:
    """Return how much the line takes, with what is left free around it."""
    return QFontMetricsF(font).height() + 2 * MARGIN


def paint_header(painter: QPainter, width: float, font: QFont, theme: Theme, texts: tuple[str, str], unit: int) -> None:
    """Write one text on the left and the other, with the line of its unit, on the right; shortened to what fits."""
    bold, metrics, letters = _fonts(font)
    half, wanted = (width - 2 * MARGIN) / 2, letters.horizontalAdvance(texts[0])
    left, right = texts
    if wanted > half:
        left = letters.elidedText(left, Qt.TextElideMode.ElideRight, max(half, 0))
        wanted = letters.horizontalAdvance(left)
    start, needed = MARGIN + wanted + 2 * GAP + SWATCH + GAP, metrics.horizontalAdvance(right)
    if needed > width - MARGIN - start:
        right = metrics.elidedText(right, Qt.TextElideMode.ElideRight, max(width - MARGIN - start, 0))
        needed = metrics.horizontalAdvance(right)
    x, baseline = max(width - MARGIN - needed, start), MARGIN + metrics.ascent()
    painter.setFont(bold)
    painter.setPen(QColor(theme.text))
    painter.drawText(QPointF(MARGIN, baseline), left)
    painter.setFont(font)
    painter.setPen(QColor(theme.muted_text))
    painter.drawText(QPointF(x, baseline), right)
    style = unit_style(unit, theme)
    pen = QPen(QColor(style.color), 2)
    if style.dash:
        pen.setDashPattern([length / 2 for length in style.dash])
    painter.setPen(pen)
    y = MARGIN + metrics.height() / 2
    painter.drawLine(QPointF(x - GAP - SWATCH, y), QPointF(x - GAP, y))


_known_fonts: dict[str, tuple[QFont, QFontMetricsF, QFontMetricsF]] = {}


def _fonts(font: QFont) -> tuple[QFont, QFontMetricsF, QFontMetricsF]:
    """Return the bold font beside this one, and how wide both write: made once, since a header is painted a step."""
    if font.key() not in _known_fonts:
        bold = QFont(font)
        bold.setBold(True)
        _known_fonts[font.key()] = bold, QFontMetricsF(font), QFontMetricsF(bold)
    return _known_fonts[font.key()]


def paint_nothing(painter: QPainter, rect: QRect, theme: Theme, text: str = NOTHING) -> None:
    """Say what to do where there is no unit to show."""
    painter.fillRect(rect, QColor(theme.base))
    painter.setPen(QColor(theme.muted_text))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
