"""A text to read: tokens one after the other in lines, each on the colour of a unit's value. Click one to go to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from widgets.drawing import Scale
from widgets.theme import LIGHT, Theme
from widgets.tokens import Tint, Words, about, coat, underline, visible

PAGE = 4_000
"""Tokens that are laid out at once: those around the cursor, so that a million take no longer than these."""

MARGIN, LEADING, GAP = 8, 7, 4
CLOSING, OPENING = frozenset(".,;:!?)]}’”%…"), frozenset("([{‘“£$€#@")
"""Signs with no blank before them, and with none after."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Where tokens stand: the left edge (n,) and the line (n,) of each, and how many lines there are."""

    left: npt.NDArray[np.float64]
    line: npt.NDArray[np.intp]
    count: int


def break_lines(widths: Sequence[float], breaks: Sequence[bool], ends: Sequence[bool], room: float) -> Lines:
    """Put boxes of these widths into lines no wider than ``room``.

    A line may begin at a box that ``breaks``, and must begin after one that ``ends`` a line. Where there is no place to
    break, a line is broken at the box that does not fit; one that is wider than a line has a line to itself.
    """
    left, line = np.zeros(len(widths)), np.zeros(len(widths), np.intp)
    now, x, begin, place = 0, 0.0, 0, 0
    for k, width in enumerate(widths):
        if breaks[k]:
            place = k
        while x + width > room and k > begin:  # what is moved may itself leave too little room
            first = place if place > begin else k
            moved = left[first] if first < k else x
            left[first:k] -= moved
            now, begin, x = now + 1, first, x - moved
            line[first:k] = now
        left[k], line[k] = x, now
        x += width
        if ends[k]:
            now, x, begin = now + 1, 0.0, k + 1
    return Lines(left, line, int(line[-1]) + 1 if len(widths) else 0)


class TextFlow(QWidget):
    """Shows the page of the text in which the cursor is."""

    step_requested = Signal(object)
    laid_out = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._words, self._step = LIGHT, Words(), 0
        self._tint: Tint | None = None
        self._scale: Scale | None = None
        self._known = range(0)
        self._page = range(0)
        self._texts: list[str] = []
        self._widths = np.empty(0)
        self._lines = Lines(np.empty(0), np.empty(0, np.intp), 0)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("text")

    @property
    def page(self) -> range:
        """The steps that are laid out."""
        return self._page

    # Slots ----------------------------------------------------------------------------------------------------------

    def show_words(self, words: Words) -> None:
        """Show another text."""
        self._words = words
        self._turn_page()

    def show_tint(self, tint: Tint) -> None:
        """Colour by this."""
        self._tint, self._scale, self._known = tint, tint.scale(), tint.known
        self.update()

    def grow(self) -> None:
        """Colour the steps that have become known since; all anew where they went beyond the scale."""
        if self._tint is None:
            return
        before, scale = self._known, self._tint.scale()
        self._known = self._tint.known
        if scale != self._scale or before.start != self._known.start:
            self._scale = scale
            self.update()
        else:
            first, last = (
                min(max(step, self._page.start), self._page.stop - 1) for step in (before.stop, self._known.stop)
            )
            if self._page:
                upper, lower = self.rect_of(first), self.rect_of(last)
                self.update(0, upper.top(), self.width(), lower.bottom() + 1 - upper.top())

    def set_step(self, step: int) -> None:
        """Frame the token of this step."""
        if step != self._step:
            before, self._step = self.rect_of(self._step), step
            if step in self._page or not step < len(self._words):
                self.update(before.adjusted(-2, -2, 2, 2))
                self.update(self.rect_of(step).adjusted(-2, -2, 2, 2))
            else:
                self._turn_page()

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        self.update()

    def rect_of(self, step: int) -> QRect:
        """Return where the token of a step stands; null where it is on another page."""
        if step not in self._page:
            return QRect()
        return self._box(step - self._page.start).toAlignedRect()

    def step_at(self, position: QPointF) -> int | None:
        """Return the step whose token stands at a position, if one does."""
        line = int((position.y() - MARGIN) // self._line_height)
        first, last = np.searchsorted(self._lines.line, [line, line + 1])
        k = int(np.searchsorted(self._lines.left[first:last], position.x() - MARGIN, side="right")) + int(first) - 1
        return self._page.start + k if first <= k < last and self._box(k).contains(position) else None

    # Layout ---------------------------------------------------------------------------------------------------------

    @property
    def _line_height(self) -> int:
        return self.fontMetrics().height() + LEADING

    def _box(self, k: int) -> QRectF:
        top = MARGIN + self._lines.line[k] * self._line_height
        return QRectF(MARGIN + self._lines.left[k], top, self._widths[k], self._line_height - 2)

    def _turn_page(self) -> None:
        """Measure the tokens of the page in which the cursor is."""
        begin = min(self._step, max(len(self._words) - 1, 0)) // PAGE * PAGE
        self._page = range(begin, min(begin + PAGE, len(self._words)))
        tokens = self._words.tokens[begin : self._page.stop]
        self._texts = [" " if token.isspace() and token != "\n" else visible(token) for token in tokens]
        metrics, known = QFontMetricsF(self.font()), {}
        for text in set(self._texts):
            known[text] = metrics.horizontalAdvance(text) + (GAP if self._words.spaced else 0.5)
        self._widths = np.array([known[text] for text in self._texts])
        self._lay_out()

    def _lay_out(self) -> None:
        tokens = self._words.tokens[self._page.start : self._page.stop]
        blank = [token.isspace() for token in tokens]
        if self._words.spaced:
            joined = [token in CLOSING for token in tokens]
            after = [False, *(token in OPENING for token in tokens)]
            breaks = [not (close or opened) for close, opened in zip(joined, after, strict=False)]
            gaps = np.array([GAP if free else 0 for free in [*breaks[1:], True]], float)
        else:
            breaks, gaps = [True, *blank][: len(tokens)], np.zeros(len(tokens))
        ends = [token == "\n" for token in tokens]
        advance = (self._widths + gaps).tolist()
        self._lines = break_lines(advance, breaks, ends, max(self.width() - 2 * MARGIN, 40))
        self.setMinimumHeight(self._lines.count * self._line_height + 2 * MARGIN)
        self.update()
        self.laid_out.emit()

    # Qt -------------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines that are to be painted, and the frame of the cursor."""
        painter, area = QPainter(self), event.rect()
        painter.fillRect(area, QColor(self._theme.base))
        upper, lower = ((y - MARGIN) // self._line_height for y in (area.top(), area.bottom()))
        first, last = (int(k) for k in np.searchsorted(self._lines.line, [upper, lower + 1]))
        if self._tint is None or first >= last:
            return
        begin, end = max(self._page.start + first, self._known.start), min(self._page.start + last, self._known.stop)
        colors = coat(self._tint.values(begin, end), self._tint.scale(), self._theme) if begin < end else None
        left, line, widths = (rows[first:last].tolist() for rows in (self._lines.left, self._lines.line, self._widths))
        high, ascent, muted = self._line_height, self.fontMetrics().ascent(), QColor(self._theme.muted_text)
        pad = GAP / 2 if self._words.spaced else 0.0
        for k, x, row, width in zip(range(first, last), left, line, widths, strict=True):
            x, step = x + MARGIN, self._page.start + k
            if x + width < area.left() or x > area.right():
                continue
            top, color = MARGIN + row * high, muted
            if colors is not None and begin <= step < end:
                painter.fillRect(QRectF(x, top, width, high - 2), colors.grounds[step - begin])
                color = colors.inks[step - begin]
            if self._texts[k] != " ":
                painter.setPen(color)
                painter.drawText(QPointF(x + pad, top + (LEADING - 2) / 2 + ascent), self._texts[k])
            if self._words.marked(step):
                box = QRectF(x + 2, top, width - 4, high - 2)
                underline(painter, box, color, solid=self._words.changed(step))
        if self._step in self._page:
            painter.setPen(QPen(QColor(self._theme.cursor), 2))
            painter.drawRect(self._box(self._step - self._page.start))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew for another width."""
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew in another font."""
        if event.type() == QEvent.Type.FontChange:
            self._turn_page()
        super().changeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the token that was clicked."""
        step = self.step_at(event.position())
        if step is not None and event.button() == Qt.MouseButton.LeftButton:
            self.step_requested.emit(step)

    def event(self, event: QEvent) -> bool:
        """Say what stands under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos()), self)
            return True
        return super().event(event)

    def tip_at(self, position: QPoint) -> str:
        """Return what the tooltip says of the token at a position: itself, its code, the value of the unit."""
        step = self.step_at(QPointF(position))
        if step is None or self._tint is None:
            return ""
        return about(self._words, self._tint, step)
