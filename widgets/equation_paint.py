"""How the equations are drawn: symbols quiet, numbers plain, values bold, and what is no number unmistakable."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from widgets.decimals import MINUS
from widgets.drawing import strange_color
from widgets.equation_page import Place
from widgets.equation_rows import NEW, PLAIN, REMARK, RESULT, STRANGE, Line, Piece, Row
from widgets.row_header import selected_ground
from widgets.theme import Theme, blend, number_font
from widgets.tokens import ink

ALPHABET = f"0123456789.e+{MINUS}=() σtanhrelu;"
MOST_KEPT = 5000
"""Texts whose widths are kept."""


class Ink:
    """Draws lines of equations in one theme and size."""

    def __init__(self, theme: Theme, points: float) -> None:
        self._theme = theme
        self.font = number_font()
        self.font.setPointSizeF(points)
        self.font.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)  # figures have no ligatures; it takes longer
        self._bold = QFont(self.font)
        self._bold.setBold(True)
        self.metrics = QFontMetricsF(self.font)
        self._figure = self.metrics.horizontalAdvance("0")
        self._even = {sign for sign in ALPHABET if self.metrics.horizontalAdvance(sign) == self._figure}
        self._advances: dict[str, float] = {}

    def paint_symbols(self, painter: QPainter, row: Row, place: Place, chosen: float) -> None:
        """Paint the symbols of one equation where they stand; where it is chosen, on a ground as wide as that."""
        theme = self._theme
        if chosen:
            painter.fillRect(QRectF(0, place.top, chosen, place.height), QColor(selected_ground(theme)))
        ascent, pieces = self.metrics.ascent() + 1, row.pieces
        painter.setFont(self.font)
        painter.setPen(QColor(theme.muted_text))
        for stretch in place.symbols:
            text, x = "".join(pieces[stretch.first : stretch.last]), stretch.x
            if not stretch.first:
                text, x = text[len(row.symbol) :], x + self.width(row.symbol)
            painter.drawText(QPointF(x, stretch.y + ascent), text.lstrip() if stretch.first else text)
        painter.setFont(self._bold)
        painter.setPen(QColor(theme.text))
        painter.drawText(QPointF(place.symbols[0].x, place.symbols[0].y + ascent), row.symbol)

    def paint_numbers(self, painter: QPainter, line: Line, place: Place) -> None:
        """Paint the numbers of one equation where they stand."""
        for stretch in place.numbers:
            self._paint_numbers(painter, line.pieces[stretch.first : stretch.last], stretch.x, stretch.y)

    def _paint_numbers(self, painter: QPainter, pieces: tuple[Piece, ...], x: float, y: float) -> None:
        """Paint what is drawn alike in one go."""
        text, style = "", PLAIN
        runs = [run for piece in pieces for run in piece]
        for k, run in enumerate(runs):
            shown = run.text.lstrip() if not k else run.text
            if run.style != style and text:
                x = self._paint_text(painter, text, style, x, y)
                text = ""
            text, style = text + shown, run.style
        if text:
            self._paint_text(painter, text, style, x, y)

    def _paint_text(self, painter: QPainter, text: str, style: str, x: float, y: float) -> float:
        theme, width = self._theme, self.width(text)
        color = QColor({NEW: theme.accent, REMARK: theme.warning}.get(style, theme.text))
        box = QRectF(x - 2, y + 1, width + 4, self.metrics.height())
        if style == NEW:
            painter.fillRect(box, QColor(blend(theme.accent, theme.base, 0.14)))
        elif style == STRANGE:
            ground = strange_color(float(text.replace(MINUS, "-")), theme)
            painter.fillRect(box, ground)
            color = ink(ground)
        painter.setFont(self._bold if style in (NEW, RESULT, STRANGE) else self.font)
        painter.setPen(color)
        painter.drawText(QPointF(x, y + self.metrics.ascent() + 1), text)
        return x + width

    def width(self, text: str) -> float:
        """Return how wide a text is. Of numbers, which are others at every step, each sign is as wide as the next."""
        if self._even.issuperset(text):
            return len(text) * self._figure
        if text not in self._advances:
            if len(self._advances) > MOST_KEPT:
                self._advances.clear()
            self._advances[text] = self.metrics.horizontalAdvance(text)
        return self._advances[text]
