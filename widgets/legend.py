"""The names beside the lines of a row, each in the colour of its line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from widgets.theme import Theme

FADED = 0.28
"""Opacity of the other lines where one stands out."""


def paint_legend(
    painter: QPainter,
    area: QRect,
    theme: Theme,
    names: Sequence[str],
    colors: Sequence[str],
    pointed: int | None = None,
    foot: str = "",
) -> None:
    """Write the names one below the other, as many as there is room for, and how many more there are.

    One that is ``pointed`` at stands out, and is always among them. The ``foot`` is written at the bottom.
    """
    if foot:
        painter.setPen(QColor(theme.muted_text))
        painter.drawText(area, Qt.AlignmentFlag.AlignBottom, foot)
        area = area.adjusted(0, 0, 0, -painter.fontMetrics().height())
    height = QFontMetrics(painter.font()).height()
    room = max(area.height() // height, 1)
    shown = [*range(len(names))] if len(names) <= room else [*range(room - 1)]
    if pointed is not None and pointed not in shown and shown:
        shown[-1] = pointed
    font = painter.font()
    bold = QFont(font)
    for line, k in enumerate(shown):
        box = QRect(area.left(), area.top() + line * height, area.width(), height)
        bold.setBold(k == pointed)
        painter.setFont(bold)
        painter.setOpacity(1.0 if pointed in (None, k) else max(FADED, 0.55))
        painter.setPen(QColor(colors[k]))
        text = QFontMetrics(bold).elidedText(names[k], Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
    painter.setOpacity(1.0)
    painter.setFont(font)
    if len(shown) < len(names):
        painter.setPen(QColor(theme.muted_text))
        box = QRect(area.left(), area.top() + len(shown) * height, area.width(), height)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, f"+{len(names) - len(shown)}")
