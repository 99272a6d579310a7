"""How contributions are drawn: the unit's line, its name, a bar from the middle to the left or right, the number."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QStaticText

from widgets.decimals import MINUS, short
from widgets.drawing import strange_color
from widgets.row_header import selected_ground
from widgets.theme import Theme, UnitStyle, color_map, number_font, unit_style
from widgets.tokens import ink
from widgets.why_reading import Answer

PAD, SWATCH = 8, 22
NAME_SHARE = 0.34
"""Of the width at most, for names."""

BAR_SHARE = 0.56
"""Of the height of a row."""

DOWN, UP = 24, -25
"""The places in the diverging colour map of what pushes down and of what pushes up."""


class Sheet:
    """Draws rows of contributions in one theme, font and width. A row is ``height`` high."""

    def __init__(self, theme: Theme, font: QFont, names: Sequence[str], width: float) -> None:
        self._theme, self._font, self._figures = theme, font, number_font()
        self._figures.setPointSizeF(font.pointSizeF())
        self._figures.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)  # figures have no ligatures
        self._letters, self._numbers = QFontMetricsF(font), QFontMetricsF(self._figures)
        self._figure = self._numbers.horizontalAdvance("0")
        self.height = math.ceil(max(self._numbers.height(), self._letters.height())) + 6
        longest = sorted(names, key=len)[-20:]
        self._wide = min(max(map(self._letters.horizontalAdvance, longest), default=0.0), NAME_SHARE * width)
        self._names: dict[str, QStaticText] = {}
        self._swatches: dict[tuple[UnitStyle, float], QPixmap] = {}
        left, self._right = PAD + SWATCH + PAD + self._wide + PAD, width - PAD
        self._value = self._figure * len("−0.000000")
        self.bars = QRectF(left, 0, max(self._right - self._value - PAD - left, 10), self.height)
        table = color_map("state", theme)
        self._down, self._up = (QColor(*map(int, table[k, :3])) for k in (DOWN, UP))
        self._width = width

    def bar(self, value: float, limit: float) -> QRectF:
        """Return the bar of a contribution within its row; of a NaN, which has no length, all the room there is."""
        high = round(self.height * BAR_SHARE)
        top, area = (self.height - high) // 2, self.bars
        if math.isnan(value):
            return QRectF(area.left(), top, area.width(), high)
        length = min(max(value / limit, -1.0), 1.0) * area.width() / 2
        return QRectF(area.center().x() + min(length, 0), top, abs(length), high)

    def paint_grounds(self, painter: QPainter, answer: Answer, rows: Iterable[tuple[int, int]], limit: float) -> None:
        """Paint bars and swatches of ``rows``, each a place in the view and a contributor, and the line at zero."""
        middle, theme = self.bars.center().x(), self._theme
        for y, k in rows:
            if k < 0:
                painter.fillRect(QRectF(0, y, self._width, self.height), QColor(theme.window))
                continue
            if answer.knows(k):
                value = float(answer.values[k])
                color = (self._up if value > 0 else self._down) if math.isfinite(value) else strange_color(value, theme)
                painter.fillRect(self.bar(value, limit).translated(0, y), color)
            painter.fillRect(QRectF(round(middle), y, 1, self.height), QColor(theme.border))
            if (drawn := answer.contributors.all[k].drawn) is not None:
                painter.drawPixmap(
                    PAD, y + self.height // 2 - 1, self._swatch(drawn, painter.device().devicePixelRatioF())
                )

    def paint_chosen(self, painter: QPainter, y: float) -> None:
        """Paint the ground of a row that is pointed at."""
        painter.fillRect(QRectF(0, y, self._width, self.height), QColor(selected_ground(self._theme)))

    def _swatch(self, drawn: int, ratio: float) -> QPixmap:
        """Return a piece of the line that a feature or a unit is drawn with. Qt takes long for dashes."""
        style = unit_style(drawn, self._theme)
        if (style, ratio) not in self._swatches:
            picture = QPixmap(round(SWATCH * ratio), round(3 * ratio))
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter, pen = QPainter(picture), QPen(QColor(style.color), 2.0)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            if style.dash:
                pen.setDashPattern(style.dash)
            painter.setPen(pen)
            painter.drawLine(QPointF(0, 1), QPointF(SWATCH, 1))
            painter.end()
            self._swatches[style, ratio] = picture
        return self._swatches[style, ratio]

    def paint_texts(self, painter: QPainter, answer: Answer, rows: Sequence[tuple[int, int]]) -> None:
        """Paint names, then numbers: a change of the font takes longer than a text."""
        theme, down = self._theme, round((self.height - self._letters.height()) / 2)
        painter.setFont(self._font)
        painter.setPen(QColor(theme.text))
        for y, k in rows:
            if k >= 0:
                painter.drawStaticText(PAD + SWATCH + PAD, y + down, self._name(answer.contributors.all[k].name))
        painter.setFont(self._figures)
        down = self._baseline(self._numbers)
        plain, fresh, muted = QColor(theme.text), QColor(theme.accent), QColor(theme.muted_text)
        for y, k in rows:
            if k < 0:
                painter.setPen(plain)
                painter.drawText(QPointF(PAD, y + down), self.fitted(answer.heading(k)))
                continue
            text, color = answer.text(k), plain if not answer.is_new(k) else fresh
            if not answer.knows(k):
                color = muted
            elif not math.isfinite(answer.values[k]):
                ground = strange_color(float(answer.values[k]), theme)
                painter.fillRect(
                    QRectF(self._right - self._value, y + 1, self._value + PAD / 2, self.height - 2), ground
                )
                color = ink(ground)
            painter.setPen(color)
            painter.drawText(QPointF(self._right - len(text) * self._figure, y + down), text)

    def fitted(self, heading: str) -> str:
        """Return a heading, without what is between its first and its last link where it is too long."""
        first, *_, last = heading.split(" = ")
        return heading if PAD + len(heading) * self._figure <= self._right else f"{first} = {last}"

    def paint_axis(self, painter: QPainter, limit: float) -> None:
        """Paint the scale above the bars."""
        theme, area, end = self._theme, self.bars, short(limit)
        painter.fillRect(QRectF(0, 0, self._width, self.height), QColor(theme.base))
        painter.setPen(QColor(theme.muted_text))
        painter.setFont(self._font)
        places: tuple[tuple[str, float, float], ...]
        places = ((f"{MINUS}{end}", area.left(), 0.0), ("0", area.center().x(), 0.5), (end, area.right(), 1.0))
        if area.width() < 4 * self._letters.horizontalAdvance(end):
            places = places[:1] + places[2:]
        if area.width() < 2.5 * self._letters.horizontalAdvance(places[0][0]):
            places = ()  # they would be drawn over one another
        for text, x, share in places:
            at = QPointF(x - share * self._letters.horizontalAdvance(text), self._baseline(self._letters))
            painter.drawText(at, text)
        painter.fillRect(QRectF(0, self.height - 1, self._width, 1), QColor(theme.line))

    def _baseline(self, metrics: QFontMetricsF) -> float:
        return (self.height + metrics.ascent() - metrics.descent()) / 2

    def _name(self, name: str) -> QStaticText:
        """Return a name, shortened to the room of names; laid out once, since it is drawn again at every step."""
        if name not in self._names:
            text = QStaticText(self._letters.elidedText(name, Qt.TextElideMode.ElideMiddle, self._wide + 1))
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.prepare(font=self._font)
            self._names[name] = text
        return self._names[name]
