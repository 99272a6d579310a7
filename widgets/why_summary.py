"""The upper part of the why panel: which unit and step it is about, and what the three parts of the sum make."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.decimals import MINUS
from widgets.diagram_header import header_height, paint_header
from widgets.inside import Spot
from widgets.theme import LIGHT, Theme, blend, number_font
from widgets.why_paint import PAD
from widgets.why_reading import PARTS, Answer

BAR = 9
"""Pixels: the height of the bar of shares."""

CHIP = 9
_BREAK = re.compile(rf"(?= [+{MINUS}=] )")
WIDEST = ("a_f = −0.000000 + 0.000000 + 0.000000", " = −0.000000", ", f = 0.000000")


class UnitHeader(QWidget):
    """One painted line: the cell or the micro-step on the left, the unit and the step on the right."""

    def __init__(self, spot: Spot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spot, self._theme = spot, LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of the line; it takes the width there is."""
        return QSize(120, round(header_height(self.font())))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.base))
        if (subject := self._spot.subject) is not None:
            paint_header(painter, self.width(), self.font(), self._theme, self._spot.header(), subject.unit)
        painter.end()


class Shares(QWidget):
    """A bar of inputs, recurrent part and biases by their size, in words how large each is, and the sum in numbers."""

    def __init__(self, ask: Callable[[], Answer | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ask, self._theme = ask, LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Shares")
        self.apply_theme(LIGHT)

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        self._figures = number_font()
        self._figures.setPointSizeF(self.font().pointSizeF())
        self._bold = QFont(self.font())
        self._bold.setBold(True)
        self._colors = [
            QColor(color)
            for color in (blend(theme.text, theme.base, 0.5), theme.accent, blend(theme.text, theme.base, 0.24))
        ]
        self.setFixedHeight(self.heightForWidth(self.width()))
        self.update()

    def heightForWidth(self, width: int) -> int:
        """Return the room for a bar, the words, and the lines that a sum of long numbers takes."""
        return round(PAD / 2 + BAR + (len(self._words_at(width)) + len(self._lines(WIDEST, width))) * self._line + PAD)

    @property
    def _line(self) -> float:
        return max(QFontMetricsF(self.font()).height(), QFontMetricsF(self._figures).height()) + 3

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar, the words, and the sum."""
        painter, theme = QPainter(self), self._theme
        painter.fillRect(self.rect(), QColor(theme.base))
        if (answer := self._ask()) is not None:
            self._paint_bar(painter, answer)
            y = self._paint_words(painter, answer, PAD / 2 + BAR)
            painter.setFont(self._figures)
            painter.setPen(QColor(theme.text))
            for k, text in enumerate(self._lines(answer.total(), self.width())):
                painter.drawText(QPointF(PAD, y + k * self._line + QFontMetricsF(self._figures).ascent() + 2), text)
        painter.end()

    def _paint_bar(self, painter: QPainter, answer: Answer) -> None:
        area, shares = QRectF(PAD, PAD / 2, self.width() - 2 * PAD, BAR), answer.shares
        if shares is None:
            painter.fillRect(area, QColor(self._theme.window))
            return
        sizes = [abs(part) for part in answer.parts]
        left = area.left()
        for size, color in zip(sizes, self._colors, strict=True):
            width = size / sum(sizes) * area.width()
            painter.fillRect(QRectF(left, area.top(), width, BAR), color)
            left += width

    def _paint_words(self, painter: QPainter, answer: Answer, y: float) -> float:
        """Write a word for each part with its colour beside it; the recurrent part stands out."""
        words, metrics = answer.words(), QFontMetricsF(self.font())
        ascent = metrics.ascent() + 2
        if len(words) < len(PARTS):
            painter.setFont(self.font())
            painter.setPen(QColor(self._theme.muted_text))
            painter.drawText(QPointF(PAD, y + ascent), words[0])
            return y + len(self._words_at(self.width())) * self._line
        for line in self._words_at(self.width()):
            x = float(PAD)
            for k in line:
                painter.fillRect(QRectF(round(x), round(y + ascent - CHIP), CHIP, CHIP), self._colors[k])
                painter.setFont(self._bold if k == 1 else self.font())
                painter.setPen(QColor(self._theme.text if k == 1 else self._theme.muted_text))
                painter.drawText(QPointF(x + CHIP + 5, y + ascent), words[k])
                x += self._word(k)
            y += self._line
        return y

    def _word(self, k: int) -> float:
        """Return the room of a word."""
        return CHIP + 5 + QFontMetricsF(self._bold).horizontalAdvance(f"{PARTS[k]} 100 %") + 2 * PAD

    def _words_at(self, width: float) -> list[list[int]]:
        """Return which parts stand on which line."""
        lines, x = [[0]], self._word(0)
        for k in (1, 2):
            if x + self._word(k) > width:
                lines.append([])
                x = 0.0
            lines[-1].append(k)
            x += self._word(k)
        return lines

    def _lines(self, pieces: tuple[str, ...], width: float) -> list[str]:
        """Return the pieces on as many lines as they need."""
        lines, metrics = [""], QFontMetricsF(self._figures)
        for piece in (part for whole in pieces for part in _BREAK.split(whole)):
            if lines[-1] and metrics.horizontalAdvance(f"{lines[-1]}{piece},") > width - 2 * PAD:
                rest = piece.removeprefix(",")
                lines[-1] += "," if rest != piece else ""
                lines.append(f"  {rest.lstrip()}")
            else:
                lines[-1] += piece
        return lines

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be as high as the texts need."""
        self.setFixedHeight(self.heightForWidth(self.width()))
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Take another font."""
        if event.type() == QEvent.Type.FontChange:
            self.apply_theme(self._theme)
        super().changeEvent(event)
