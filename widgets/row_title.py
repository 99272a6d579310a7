"""What stands beside a row: its symbol, its title, and a note on it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from widgets.theme import Theme

LEAST_LINE = 18


def paint_title(painter: QPainter, font: QFont, theme: Theme, box: QRect, texts: tuple[str, str, str]) -> None:
    """Write symbol, title and note below one another from the top of ``box``, each cut off where it has no room."""
    bold, small = QFont(font), QFont(font)
    bold.setBold(True)
    small.setPointSizeF(max(small.pointSizeF() - 1.5, 6.5))
    line = max(QFontMetrics(font).height(), LEAST_LINE)
    colors = (theme.text, theme.muted_text, theme.muted_text)
    for k, (each, color, text) in enumerate(zip((bold, font, small), colors, texts, strict=True)):
        painter.setFont(each)
        painter.setPen(QColor(color))
        shown = QFontMetrics(each).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(
            QRect(box.left(), box.top() + k * (line - 1), box.width(), line + 1), Qt.AlignmentFlag.AlignVCenter, shown
        )
