"""Paints the cell diagram: what stays once per size, what changes at every step, on the screen and into files alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from explorer.formulas import LAYER, Part
from widgets.decimals import UNKNOWN
from widgets.diagram_reading import Reading
from widgets.placing import PAD, Chip
from widgets.schematic import SIGNS, Line, Schematic
from widgets.theme import Theme, blend

THIN = 0.4
"""Of the width of a wire, what a value of 0 fills."""

CURVE = 2.0
"""Radius of the corners of boxes and values."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known within the step (None: all of it), what has just been computed, and what is pointed at.

    Where what has just been computed are the products with ``x`` or ``h_prev``, these are ``new``. ``title`` says in
    words how far into the step it is.
    """

    known: Collection[str] | None = None
    new: Collection[str] = ()
    pointed: str | None = None
    title: str = ""

    def knows(self, part: Part) -> bool:
        """Whether the value of a part may be seen: what enters always may."""
        return self.known is None or not part.owner or part.owner in self.known

    def is_new(self, part: Part) -> bool:
        """Whether a part has just been computed."""
        return part.owner != "" and part.owner in self.new


class Brush:
    """Paints one schematic in the colours of one theme."""

    def __init__(self, plan: Schematic, parts: Mapping[str, Part], theme: Theme) -> None:
        self._plan, self._parts = plan, parts
        self._figures, self._letters = QFontMetricsF(plan.texts.font), QFontMetricsF(plan.texts.bold)
        self._figure = self._figures.horizontalAdvance("0")
        self._edge, self._text = QColor(theme.border), QColor(theme.text)
        self._muted, self._accent = QColor(theme.muted_text), QColor(theme.accent)
        self._base, self._raised = QColor(theme.base), QColor(theme.raised)
        self._pale = QColor(blend(theme.border, theme.base, 0.55))
        self._thin, self._marked = QPen(self._edge, 1), QPen(self._accent, 2.5)
        self._numbers = {name: _inner(chip.number) for name, chip in plan.texts.chips.items()}
        # Where a value stands in the place of what enters, there is no node to paint.
        self._nodes = {
            name: rect for name, rect in plan.nodes.items() if parts[name].operation or name not in plan.texts.chips
        }
        self._words = {name: self._word(parts[name], rect) for name, rect in self._nodes.items()}

    # What stays -----------------------------------------------------------------------------------------------------

    def paint_still(self, painter: QPainter) -> None:
        """Paint the wires without their values, and the names."""
        plan = self._plan
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for lines in plan.lines.values():
            for width, color in ((plan.width, self._edge), (plan.width - 2, self._base)):
                for line in lines:
                    if not line.bundle:
                        self._stroke(painter, line, width, color)
            for line in lines:
                if line.bundle:
                    self._stroke(painter, line, max(plan.width / 3, 1.5), self._edge)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._edge)
                painter.drawPolygon(line.arrow)
        painter.setBrush(self._base)
        for rect in plan.ribbons.values():
            painter.setPen(QPen(self._edge, 1))
            painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))
        for name, rect in self._nodes.items():
            painter.setPen(self._thin)
            painter.setBrush(self._raised)
            self._outline(painter, rect)
            if self._parts[name].operation == LAYER:
                self._write(painter, name, self._text)
        painter.setFont(plan.texts.bold)
        painter.setPen(self._text)
        for name, rect in plan.texts.names.items():
            painter.drawText(self._baseline(rect, self._letters), self._parts[name].symbol)
        for name, chip in plan.texts.chips.items():
            painter.setPen(QPen(self._edge, 1))
            painter.setBrush(self._raised)
            painter.drawRoundedRect(_crisp(chip.rect), CURVE, CURVE)
            if chip.name_width:
                painter.setPen(self._text)
                at = self._baseline(chip.rect, self._letters) + QPointF(PAD, 0)
                painter.drawText(at, self._parts[name].symbol)

    # What changes ---------------------------------------------------------------------------------------------------

    def paint_moving(self, painter: QPainter, reading: Reading, sight: Sight) -> None:
        """Paint the values of a step over what stays."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_wires(painter, reading, sight)
        self._paint_ribbons(painter, reading)
        for name, rect in self._nodes.items():
            self._paint_node(painter, self._parts[name], rect, reading, sight)
        painter.setFont(self._plan.texts.font)
        for name, chip in self._plan.texts.chips.items():
            self._paint_chip(painter, self._parts[name], chip, reading, sight)

    def _paint_wires(self, painter: QPainter, reading: Reading, sight: Sight) -> None:
        plan, pointed = self._plan, sight.pointed
        for name, lines in plan.lines.items():
            part, shade = self._parts[name], reading.shades.get(name)
            for line in lines:
                if (pointed is not None and line.target == pointed) or (line.bundle and name in sight.new):
                    thick = plan.width + 3 if not line.bundle else max(plan.width / 3, 1.5) + 1.5
                    self._stroke(painter, line, thick, self._accent)
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(self._accent)
                    painter.drawPolygon(line.arrow)
                    if not line.bundle:
                        self._stroke(painter, line, plan.width - 2, self._base)
            if shade is None or not sight.knows(part):
                continue
            inner = max((plan.width - 2) * (THIN + (1 - THIN) * shade.size), 1.2)
            for line in lines:
                if not line.bundle:
                    self._stroke(painter, line, inner, shade.ground)

    def _paint_ribbons(self, painter: QPainter, reading: Reading) -> None:
        """Paint the numbers of a bundle side by side, the first on the left."""
        for name, rect in self._plan.ribbons.items():
            if (colors := reading.bundles.get(name)) is not None:
                width = max(int(rect.width()), 1)
                row = colors[np.arange(width) * len(colors) // width]
                painter.drawImage(rect, QImage(row.data, width, 1, 4 * width, QImage.Format.Format_RGB32))

    def _paint_node(self, painter: QPainter, part: Part, rect: QRectF, reading: Reading, sight: Sight) -> None:
        """Paint the colour of a value within the outline that stays, or mark a node."""
        known = sight.knows(part)
        marked = part.name == sight.pointed or sight.is_new(part)
        if marked or not known:
            painter.setPen(self._marked if marked else self._pale)
            painter.setBrush(self._raised)
            self._outline(painter, rect)
        if part.operation == LAYER:
            if marked or not known:
                self._write(painter, part.name, self._text if known else self._muted)
            return
        shade = reading.shades.get(part.name) if known else None
        if shade is not None and rect.width() == rect.height():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shade.ground)
            painter.drawEllipse(_inner(rect))
        elif shade is not None:
            painter.fillRect(_inner(rect), shade.ground)
        ink = self._muted if shade is None else shade.ink
        if part.operation in SIGNS:
            self._paint_sign(painter, part.operation, rect, ink)
        elif part.operation:
            self._write(painter, part.name, ink)

    def _outline(self, painter: QPainter, rect: QRectF) -> None:
        if rect.width() == rect.height():
            painter.drawEllipse(_crisp(rect))
        else:
            painter.drawRoundedRect(_crisp(rect), CURVE, CURVE)

    def _write(self, painter: QPainter, name: str, ink: QColor) -> None:
        word, font, at = self._words[name]
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(at, word)

    def _paint_sign(self, painter: QPainter, sign: str, rect: QRectF, ink: QColor) -> None:
        """Draw the sign of an operation; as lines it stands exactly in the middle, at every size."""
        middle, arm = rect.center(), rect.width() * 0.26
        if sign == "⊙":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawEllipse(middle, rect.width() * 0.11, rect.width() * 0.11)
            return
        painter.setPen(QPen(ink, max(rect.width() * 0.09, 1.3)))
        for y in (-arm / 3, arm / 3) if sign == "=" else (0.0,):
            painter.drawLine(middle + QPointF(-arm, y), middle + QPointF(arm, y))
        if sign == "+":
            painter.drawLine(middle + QPointF(0, -arm), middle + QPointF(0, arm))

    def _word(self, part: Part, rect: QRectF) -> tuple[str, QFont, QPointF]:
        """Return what stands in a node, in which font, and where; nothing where it would not fit."""
        word = part.symbol if part.operation == LAYER else part.operation.replace(" ", "")
        font = QFont(self._plan.texts.bold)
        font.setPixelSize(max(min(round(rect.height() * 0.52), round(rect.width() * 0.36)), 7))
        metrics = QFontMetricsF(font)
        if metrics.horizontalAdvance(word) > rect.width() - 2:
            word = ""
        x = rect.center().x() - metrics.horizontalAdvance(word) / 2
        return word, font, QPointF(x, rect.center().y() + (metrics.ascent() - metrics.descent()) / 2)

    def _paint_chip(self, painter: QPainter, part: Part, chip: Chip, reading: Reading, sight: Sight) -> None:
        known, number = sight.knows(part), self._numbers[part.name]
        text = reading.text(part.name) if known else UNKNOWN
        shade = reading.shades.get(part.name) if known else None
        if part.name == sight.pointed or sight.is_new(part):
            painter.setPen(self._marked)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(_crisp(chip.rect), CURVE, CURVE)
        painter.fillRect(number, self._base if shade is None else shade.ground)
        painter.setPen(self._muted if shade is None else shade.ink)
        x = chip.rect.right() - PAD - len(text) * self._figure
        painter.drawText(QPointF(x, self._baseline(chip.rect, self._figures).y()), text)

    # Strokes --------------------------------------------------------------------------------------------------------

    def _stroke(self, painter: QPainter, line: Line, width: float, color: QColor) -> None:
        pen = QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(line.path)

    def _baseline(self, rect: QRectF, metrics: QFontMetricsF) -> QPointF:
        return QPointF(rect.left(), rect.top() + (rect.height() + metrics.ascent() - metrics.descent()) / 2)


def _inner(rect: QRectF) -> QRectF:
    """Return what is within a thin frame."""
    return rect.adjusted(1, 1, -1, -1)


def _crisp(rect: QRectF) -> QRectF:
    """Return the rectangle whose thin edge falls on whole pixels."""
    return rect.adjusted(0.5, 0.5, -0.5, -0.5)
