"""The names beside the lines of a row, each in the colour of its line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from widgets.theme import Theme, unit_style

FADED = 0.28
"""Opacity of the other lines where one stands out."""

GAP, LEAST_GAP = 8, 3
"""Pixels between the lines and their names, and where names are long: these begin closer, before they are cut."""

_WORDS = re.compile(r".*[\W_]")


class Legend:
    """Writes the names one below the other, as many as there is room for, and how many more there are.

    A name that has no room is cut in its middle; ``told_at`` tells all of it.
    """

    def __init__(self) -> None:
        self._lines: list[tuple[QRect, str]] = []

    def paint(
        self,
        painter: QPainter,
        beside: QRect,
        theme: Theme,
        names: Sequence[str],
        colors: Sequence[str],
        *,
        note: str = "",
        pointed: int | None = None,
    ) -> None:
        """Paint it, in an area that begins where the plot ends; at its foot a ``note`` on how something is drawn.

        A name that is ``pointed`` at stands out, and is always among them.
        """
        font, metrics = painter.font(), painter.fontMetrics()
        height = metrics.height()
        room = max((beside.height() - height * bool(note)) // height, 1)
        shown = [*range(len(names))] if len(names) <= room else [*range(room - 1)]
        if pointed is not None and pointed not in shown and shown:
            shown[-1] = pointed
        longest = max((metrics.horizontalAdvance(names[k]) for k in shown), default=0)
        area = beside.adjusted(min(max(beside.width() - 1 - longest, LEAST_GAP), GAP), 0, 0, 0)
        texts = fitting([names[k] for k in shown], metrics, area.width())
        bold = QFont(font)
        self._lines = []
        for line, (k, text) in enumerate(zip(shown, texts, strict=True)):
            box = QRect(area.left(), area.top() + line * height, area.width(), height)
            bold.setBold(k == pointed)
            painter.setFont(bold)
            painter.setOpacity(1.0 if pointed in (None, k) else max(FADED, 0.55))
            painter.setPen(QColor(colors[k]))
            text = QFontMetrics(bold).elidedText(text, Qt.TextElideMode.ElideMiddle, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
            self._lines.append((box, names[k]))
        painter.setOpacity(1.0)
        painter.setFont(font)
        painter.setPen(QColor(theme.muted_text))
        if further := [name for k, name in enumerate(names) if k not in shown]:
            box = QRect(area.left(), area.top() + len(shown) * height, area.width(), height)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, f"+{len(further)}")
            self._lines.append((box, "\n".join(further)))
        painter.drawText(area, Qt.AlignmentFlag.AlignBottom, note)

    def told_at(self, point: QPoint) -> str:
        """Return the whole name that stands there, or all of those that have no room; nothing elsewhere."""
        return next((name for box, name in self._lines if box.contains(point)), "")


def name_units(painter: QPainter, theme: Theme, beside: QRectF, units: Sequence[int]) -> None:
    """Write which unit each line is, in its colour, to the right of the lines; nothing where there is no room."""
    if beside.height() <= 0:
        return
    names, colors = [f"unit {unit}" for unit in units], [unit_style(unit, theme).color for unit in units]
    Legend().paint(painter, beside.toRect(), theme, names, colors)


def fitting(names: Sequence[str], metrics: QFontMetrics, width: int) -> list[str]:
    """Return names cut in the middle so that they fit; where some would read the same, without their common words.

    Of ``temperature_inlet`` and ``temperature_outlet``, which both may be ``temp…tlet``, remain ``…inlet`` and
    ``…outlet``.
    """
    texts = [metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, width) for name in names]
    for text in {text for text in texts if texts.count(text) > 1}:
        alike = [k for k, other in enumerate(texts) if other == text]
        letters = zip(*(names[k] for k in alike), strict=False)
        common = "".join(each[0] for each in takewhile(lambda each: len(set(each)) == 1, letters))
        words = _WORDS.match(common)
        cut = len(common if words is None else words[0])
        for k in alike:
            rest = f"…{names[k][cut:]}" if cut else names[k]
            texts[k] = metrics.elidedText(rest, Qt.TextElideMode.ElideMiddle, width)
    return texts
