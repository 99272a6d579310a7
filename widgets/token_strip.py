"""The tokens of a text on the step axis, each on the colour of a unit's value. Click one to go to it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.network import Place
from explorer.trace import Trace
from widgets.binning import binned
from widgets.drawing import GATE_SCALE, color_table, draw_heat
from widgets.quantity_button import QuantityButton
from widgets.row import GAP, LEFT, Row
from widgets.scales import paint_color_bar
from widgets.theme import Theme
from widgets.tile import Tile
from widgets.tokens import Reading, Tint, Words, about, coat, ink, underline, visible

HEIGHT = 44
BAND = 10
"""Height of the colours where tokens stand above them, since they are wider than a step."""

PADDING = 4
COMMON = 0.8
"""The part of the tokens that shall fit into their column before they stand in it."""

SAMPLE = 2_000
"""Tokens of which the widths are looked at."""

LEAST_ROOM = 26
"""Pixels below which no word is written."""


class TokenStrip(Row):
    """Shows which token stands at which step. Where steps are too narrow only every so many-th is written."""

    quantity_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("", "", theme, parent)
        self._reading, self._step = Reading(), 0
        self._scale = GATE_SCALE
        self._widths: dict[str, float] = {}
        self._common, self._bold = 0.0, QFont()
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("tokens")
        self.button = QuantityButton(self)
        self.button.setStyleSheet(
            f"{self.button.styleSheet()} QToolButton {{ border: none; padding: 2px 6px; }}"
            "QToolButton:hover, QToolButton:focus { text-decoration: underline; }"
        )
        self.button.quantity_requested.connect(self.quantity_requested)

    def sizeHint(self) -> QSize:
        """Return the fixed height."""
        return QSize(600, HEIGHT)

    # Slots ----------------------------------------------------------------------------------------------------------

    def show_trace(self, trace: Trace, sequence: int, place: Place) -> None:
        """Show the tokens of this sequence, coloured by this trace at this place; nothing where it has none."""
        if self._reading.take_trace(trace, sequence, place):
            self._measure()
        self.setVisible(bool(self._words.tokens))
        self._retint()

    def show_selection(self, units: tuple[int, ...]) -> None:
        """Colour by the first of these units."""
        if self._reading.take_units(units):
            self._retint()

    def show_quantity(self, name: str) -> None:
        """Colour by this quantity."""
        if self._reading.take_quantity(name):
            self._retint()

    def grow(self) -> None:
        """Paint the steps that have become known since; all anew where they went beyond the scale."""
        if self._tint is not None and self._tint.scale() != self._scale:
            self._scale = self._tint.scale()
            self.renew()
        super().grow()

    def set_step(self, step: int) -> None:
        """Set off the token of this step."""
        if step != self._step:
            before, self._step = self._touched(), step
            # One rectangle: a region that is none is several times as slow.
            self.update((before | self._touched()).adjusted(-2, 0, 2, 0))

    # What rows say --------------------------------------------------------------------------------------------------

    def ready(self) -> range:
        """Return the steps that have a colour."""
        return range(0) if self._tint is None or not self._words.tokens else self._tint.known

    def render_tile(self, painter: QPainter, tile: Tile, steps: range) -> None:
        """Paint the colours of some steps, and the tokens on them or above."""
        tint, scale = self._tint, self._scale
        assert tint is not None
        seen = binned(tint.trace, tint.sequence, tint.quantity.name, tint.place, steps, tile.bin, np.array([tint.unit]))
        top = (self.plot.height() - BAND) * tile.ratio if self._interval else 0.0
        area = QRectF(0, top, tile.image.width(), tile.height - top)
        draw_heat(painter, seen.low, seen.high, tile.x(seen.edges), area, scale, color_table(scale.map, self.theme))
        self._write_all(painter, tile.x, steps, tile.ratio, 0.0)

    def paint_margins(self, painter: QPainter, plot: QRect) -> tuple[QRectF, ...]:
        """Paint the colours and their limits."""
        if self._tint is None:
            return ()
        heat = QRectF(plot.left(), plot.top() + 1, plot.width(), plot.height() - 2)
        paint_color_bar(painter, self.theme, heat, self._scale)
        return ()

    @property
    def _words(self) -> Words:
        return self._reading.words

    @property
    def _tint(self) -> Tint | None:
        return self._reading.tint

    # Geometry -------------------------------------------------------------------------------------------------------

    @property
    def _column(self) -> float:
        """Pixels of a step."""
        return self.plot.width() / self.view.span

    def readable(self, width: int) -> int:
        """Return how many tokens can be written side by side over so many pixels."""
        return max(int(width / max(self._needed, 1.0)), 1)

    @property
    def _needed(self) -> float:
        """Pixels of a step in which most tokens can be written."""
        return self._common + (PADDING if self._words.spaced else 0)

    @property
    def _within(self) -> bool:
        """Whether tokens stand in their columns."""
        return self._column >= self._needed

    @property
    def _interval(self) -> int:
        """Of how many tokens one is written above the colours; 0 where they stand in their columns, or none is."""
        if self._within or not self._words.spaced:  # every other character would be no text
            return 0
        needed = (self._common + 2 * PADDING) / self._column
        power = 10 ** math.floor(math.log10(max(needed, 1.0)))
        interval = next((m * power for m in (1, 2, 5) if m * power >= needed), 10 * power)
        return interval if interval < len(self._words) and self._column * interval >= LEAST_ROOM else 0

    def _x(self, step: float) -> float:
        return LEFT + (step - self.view.first) * self._column

    def _flag(self) -> QRect:
        """Return where the token of the cursor stands: around its step, within the plot."""
        if not self._step < len(self._words):
            return QRect()
        text = QFontMetricsF(self._bold).horizontalAdvance(visible(self._words.tokens[self._step]))
        width = max(self._column, min(text + 2 * PADDING + 4, self.plot.width()))
        left = min(max(self._x(self._step + 0.5) - width / 2, LEFT), self.plot.right() + 1 - width)
        inside = self.view.first <= self._step + 0.5 <= self.view.last
        return QRectF(left, GAP, width, self.plot.height()).toAlignedRect() if inside else QRect()

    def _touched(self) -> QRect:
        """Return the flag together with the columns that it covers a part of."""
        box = self._flag()
        if box.isNull() or not self._within:
            return box
        # The first pixel of the box is partly its neighbour's, and covers nothing of the word there.
        first, last = (self.view.step_at((x - LEFT) / self.plot.width()) for x in (box.left() + 1, box.right()))
        return box | QRectF(self._x(first), GAP, self._x(last + 1) - self._x(first), box.height()).toAlignedRect()

    def _measure(self) -> None:
        """Find the width that most tokens have, from some of them."""
        self._bold = QFont(self.font())
        self._bold.setBold(True)
        tokens = self._words.tokens
        sample = tokens[:: max(len(tokens) // SAMPLE, 1)]
        self._widths.clear()
        self._common = float(np.quantile([self._width(token) for token in sample], COMMON)) if sample else 0.0

    def _width(self, token: str) -> float:
        width = self._widths.get(token)
        if width is None:
            width = self._widths[token] = QFontMetricsF(self.font()).horizontalAdvance(visible(token))
        return width

    # Painting -------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tile, the tokens that have no colour yet, and the one at the cursor."""
        super().paintEvent(event)
        if self._tint is None or not self._words.tokens:
            return
        painter, known = QPainter(self), self._tint.known
        painter.setClipRect(self.plot & event.rect())
        first, last = max(math.floor(self.view.first), 0), min(math.ceil(self.view.last), len(self._words))
        for steps in (range(first, min(known.start, last)), range(max(known.stop, first), last)):
            if steps:
                self._write_all(painter, self._x, steps, 1.0, GAP)
        self._paint_flag(painter)

    def _write_all(
        self, painter: QPainter, x: Callable[[float], float], steps: range, ratio: float, top: float
    ) -> None:
        """Write tokens into their columns, or every so many-th above; in black or white on a colour, else muted."""
        font = QFont(self.font())
        font.setPixelSize(max(round(QFontInfo(font).pixelSize() * ratio), 1))
        painter.setFont(font)
        height, interval, known = self.plot.height() * ratio, self._interval, self._tint.known
        inks = self._inks(steps) if steps.start in known else [QColor(self.theme.muted_text)] * len(steps)
        gap, tick = QColor(self.theme.base), QColor(self.theme.border)
        if self._within:
            for step, color in zip(steps, inks, strict=True):
                left, right = round(x(step)), round(x(step + 1))
                if right - left >= 6 * ratio:
                    painter.fillRect(QRectF(right - ratio, top, ratio, height), gap)
                self._write(painter, step, QRectF(left, top, right - left - ratio, height), color, ratio)
        elif interval:
            color = QColor(self.theme.text) if steps.start in known else inks[0]
            band = top + height - BAND * ratio
            for step in range(steps.start // interval * interval, steps.stop, interval):
                left = round(x(step))
                painter.fillRect(QRectF(left, band - 4 * ratio, ratio, 4 * ratio), tick)
                room = QRectF(left + ratio, top, x(step + interval) - left - 4 * ratio, band - top - 2 * ratio)
                room.setWidth(min(room.width(), self._width(self._words.tokens[step]) * ratio + 1))
                self._write(painter, step, room, color, ratio)

    def _inks(self, steps: range) -> list[QColor]:
        """Return the colour of the text of each token on the ground of its value."""
        if not self._within:
            return []
        return coat(self._tint.values(steps.start, steps.stop), self._scale, self.theme).inks

    def _write(self, painter: QPainter, step: int, room: QRectF, color: QColor, ratio: float) -> None:
        """Write one token into the middle of the room, cut off where it is too long."""
        token = self._words.tokens[step]
        text, width = visible(token), self._width(token) * ratio
        if width > room.width() + 1:
            metrics = painter.fontMetrics()
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, round(room.width()))
            width = metrics.horizontalAdvance(text)
        painter.setPen(color)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
        if self._words.marked(step):
            box = QRectF(room.center().x() - width / 2, room.top(), width, room.height())
            underline(painter, box, color, ratio, solid=self._words.changed(step))

    def _paint_flag(self, painter: QPainter) -> None:
        """Write the token of the cursor in full, on its colour, framed."""
        box = self._flag()
        if box.isNull():
            return
        self._blank_covered(painter, box)
        ground = self._ground(self._step)
        painter.fillRect(box, ground)
        painter.setPen(QPen(QColor(self.theme.cursor), 2))
        painter.drawRect(QRectF(box).adjusted(1, 1, -1, -1))
        painter.setFont(self._bold)
        painter.setPen(ink(ground))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, visible(self._words.tokens[self._step]))
        if self._words.marked(self._step):
            line = QRectF(box).adjusted(PADDING + 2, 0, -PADDING - 2, 0)
            underline(painter, line, ink(ground), solid=self._words.changed(self._step))

    def _blank_covered(self, painter: QPainter, box: QRect) -> None:
        """Take away what the flag leaves to be seen of a token beside it: half a word would be another one."""
        touched = self._touched()
        for left, right in ((touched.left(), box.left()), (box.right() + 1, touched.right() + 1)):
            if right > left:
                step = self.view.step_at(((left + right) / 2 - LEFT) / self.plot.width())
                painter.fillRect(QRect(left, box.top(), right - left, box.height()), self._ground(step))

    def _ground(self, step: int) -> QColor:
        """Return the colour of a step's value, that of the row where it has none yet."""
        if step not in self._tint.known:
            return QColor(self.theme.base)
        return coat(self._tint.values(step, step + 1), self._scale, self.theme).grounds[0]

    def _retint(self) -> None:
        self._scale = self._tint.scale()
        self.button.show_tint(self._tint)
        self.button.setGeometry(4, GAP, min(self.button.sizeHint().width(), LEFT - 8), HEIGHT - 2 * GAP)
        self.renew()

    # Qt -------------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Say what stands under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.tip_at(event.pos())
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def tip_at(self, position: QPoint) -> str:
        """Return what the tooltip says of the token at a position: itself, its code, the value of the unit."""
        if self._tint is None or not self._words.tokens or not self.plot.contains(position):
            return ""
        step = self.view.step_at(self.fraction_at(position.x()))
        return about(self._words, self._tint, step)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Go to the token that was clicked."""
        clicked = self._pressed is not None and not self._dragged
        super().mouseReleaseEvent(event)
        if clicked:
            self.step_requested.emit(self.view.step_at(self.fraction_at(event.position().x())))

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew in another font."""
        if event.type() == QEvent.Type.FontChange:
            self._measure()
        super().changeEvent(event)
