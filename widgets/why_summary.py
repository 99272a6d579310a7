"""The upper part of the why panel: which unit and step it is about, and what the three parts of the sum make."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.decimals import MINUS
from widgets.inside import Spot
from widgets.inside_header import header_height, paint_header
from widgets.theme import LIGHT, Theme, blend, number_font
from widgets.why_paint import PAD
from widgets.why_reading import PARTS, Answer

BAR = 9
"""Pixels: the height of the bar of shares."""

CHIP, CHIP_GAP = 9, 5
RECURRENT_PART = 1
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
        numbers, letters = QFontMetricsF(self._figures), QFontMetricsF(self.font())
        self._figure, self._line = numbers.horizontalAdvance("0"), max(numbers.height(), letters.height()) + 3
        self._ascents = numbers.ascent() + 2, letters.ascent() + 2
        bold = QFontMetricsF(self._bold)
        self._wide = [CHIP + CHIP_GAP + bold.horizontalAdvance(f"{part} 100 %") + 2 * PAD for part in PARTS]
        ink = (blend(theme.text, theme.base, 0.5), theme.accent, blend(theme.text, theme.base, 0.24))
        self._colors = [QColor(color) for color in ink]
        self._fit()
        self.update()

    def _fit(self) -> None:
        """Find the places of the words, and be as high as they and a sum of long numbers need."""
        self._places, x, y = [], 0.0, 0
        for wide in self._wide:
            if self._places and x + wide > self.width():
                x, y = 0.0, y + 1
            self._places.append((PAD + x, y))
            x += wide
        self._below = PAD / 2 + BAR + (y + 1) * self._line
        self.setFixedHeight(round(self._below + len(self._lines(WIDEST)) * self._line + PAD))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar, the words, and the sum."""
        painter, theme = QPainter(self), self._theme
        painter.fillRect(self.rect(), QColor(theme.base))
        if (answer := self._ask()) is not None:
            self._paint_bar(painter, answer)
            self._paint_words(painter, answer)
            painter.setFont(self._figures)
            painter.setPen(QColor(theme.text))
            for k, text in enumerate(self._lines(answer.total())):
                painter.drawText(QPointF(PAD, self._below + k * self._line + self._ascents[0]), text)
        painter.end()

    def _paint_bar(self, painter: QPainter, answer: Answer) -> None:
        area = QRectF(PAD, PAD / 2, self.width() - 2 * PAD, BAR)
        if answer.shares is None:
            painter.fillRect(area, QColor(self._theme.window))
            return
        sizes = [abs(part) for part in answer.parts]
        left = area.left()
        for size, color in zip(sizes, self._colors, strict=True):
            width = size / sum(sizes) * area.width()
            painter.fillRect(QRectF(left, area.top(), width, BAR), color)
            left += width

    def _paint_words(self, painter: QPainter, answer: Answer) -> None:
        """Write a word for each part with its colour beside it; the recurrent part stands out."""
        words, top, ascent = answer.words(), PAD / 2 + BAR, self._ascents[1]
        painter.setFont(self.font())
        painter.setPen(QColor(self._theme.muted_text))
        if len(words) < len(PARTS):
            painter.drawText(QPointF(PAD, top + ascent), words[0])
            return
        for k, (x, line) in enumerate(self._places):
            y = top + line * self._line + ascent
            painter.fillRect(QRectF(round(x), round(y - CHIP), CHIP, CHIP), self._colors[k])
            if k == RECURRENT_PART:
                painter.setFont(self._bold)
                painter.setPen(QColor(self._theme.text))
            painter.drawText(QPointF(x + CHIP + CHIP_GAP, y), words[k])
            if k == RECURRENT_PART:
                painter.setFont(self.font())
                painter.setPen(QColor(self._theme.muted_text))

    def _lines(self, pieces: tuple[str, ...]) -> list[str]:
        """Return the pieces on as many lines as they need."""
        lines, most = [""], int((self.width() - 2 * PAD) / self._figure)
        for piece in (part for whole in pieces for part in _BREAK.split(whole)):
            if lines[-1] and len(lines[-1]) + len(piece) + 1 > most:
                rest = piece.removeprefix(",")
                lines[-1] += "," if rest != piece else ""
                lines.append(f"  {rest.lstrip()}")
            else:
                lines[-1] += piece
        return lines

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be as high as the texts need."""
        self._fit()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Take another font."""
        if event.type() == QEvent.Type.FontChange:
            self.apply_theme(self._theme)
        super().changeEvent(event)
