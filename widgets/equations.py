"""The equations of one unit at the cursor, in symbols and with their numbers."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from explorer.cells import Cell
from widgets.decimals import exact
from widgets.equation_page import Page, Room
from widgets.equation_paint import Ink
from widgets.equation_parts import Part, boxes_of, character_at, word_at
from widgets.equation_rows import Line
from widgets.equation_texts import exact_values, lines, widest
from widgets.inside import NOT_YET, Spot, SpotSlots
from widgets.inside_header import header_height, paint_header, paint_nothing
from widgets.keys import claims, offer_copy, tell
from widgets.painted_list import PaintedList, paint_focus

NOTHING = "Select a unit to see its equations"
MARKED = 0.3
"""How strongly a part of a line that is chosen is marked."""

JITTER = 3
"""Pixels that the mouse may move while it clicks."""

KEYS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -999, Qt.Key.Key_End: 999}


class Equations(SpotSlots, PaintedList):
    """Writes an equation a line, for the last of the selected units. A step only repaints it: hidden, it costs nothing.

    A click or the arrow keys choose a line, with Shift several; dragging within a line chooses a part of its text,
    and a double click a number or a symbol. What is chosen is copied as plain text.
    """

    told_keys = (
        tell("the next line", "Down"),
        tell("the previous line", "Up"),
        tell("the first and the last line", "Home", "End"),
        tell("choose several lines", "Shift+Down", "Shift+Up"),
        tell("choose all lines", "Ctrl+A"),
        tell("copy what is chosen", "Ctrl+C"),
        tell("choose none", "Esc"),
    )

    quantity_requested = Signal(str)
    """The quantity of the line that was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spot = Spot(self._renew)
        self._lines: tuple[Line, ...] | None = None
        self._cell: Cell | None = None
        self._room: Room | None = None
        self._page: Page | None = None
        self._still: QPixmap | None = None
        self._chosen: tuple[int, int] | None = None  # where choosing began, and where it is now
        self._part: Part | None = None
        self._pressed: tuple[int, QPointF, int] | None = None  # in which line, where, and before which character
        self._build()

    def _build(self) -> None:
        self.setMinimumSize(160, 120)
        self.setAccessibleName("Equations")
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        offer_copy(self, "Copy", self.copy)
        copy_all = QAction("Copy all", self)
        copy_all.triggered.connect(self.copy_all)
        self.addAction(copy_all)
        self._dress()

    def sizeHint(self) -> QSize:
        """Return a size at which every equation has its symbols on one line and its numbers on the next."""
        return QSize(620, 440)

    # Slots ----------------------------------------------------------------------------------------------------------

    def show_stage(self, stage: int | None) -> None:
        """Show the inside of the step as far as this micro-step, or all of it."""
        if self._spot.take_stage(stage):
            self._renew()

    def copy(self) -> None:
        """Put what is chosen, or all where nothing is, on the clipboard as plain text."""
        if self._part is not None:
            QGuiApplication.clipboard().setText(self._part.text)
        else:
            self._copy(self.chosen)

    def copy_all(self) -> None:
        """Put all lines on the clipboard as plain text."""
        self._copy(())

    # What there is to see -------------------------------------------------------------------------------------------

    @property
    def lines(self) -> tuple[Line, ...]:
        """The equations as they stand there."""
        if self._lines is None:
            spot = self._spot
            if spot.subject is not None and spot.subject.cell is not self._cell:
                self._cell = spot.subject.cell
                self._forget_page()
            self._lines = () if spot.subject is None else lines(spot.subject, spot.step, spot.inside)
            if self._room is not None and self._lines and self._room.take(self._lines):
                self._page = None
            part = self._part
            if part is not None and self._lines[part.line].text[part.begin : part.end] != part.text:
                self._part = self._still = None  # what was chosen is no more
            self.setAccessibleDescription(self._said() if self.hasFocus() else "")
        return self._lines

    @property
    def page(self) -> Page:
        """Where they stand."""
        if not self.lines or self._cell is None:
            return Page((), 0.0, 0.0, False)
        if self._page is None:
            self._room = self._room or Room(widest(self._cell), self._ink.font)
            self._page, self._still = self._room.page(self.viewport().width()), None
            self._fit_bars()
        return self._page

    @property
    def chosen(self) -> range:
        """The lines that are chosen."""
        if self._chosen is None:
            return range(0)
        return range(min(self._chosen), max(self._chosen) + 1)

    @property
    def part(self) -> str:
        """The part of a line that is chosen; empty, where lines are chosen as they are."""
        return "" if self._part is None else self._part.text

    def header(self) -> tuple[str, str]:
        """Return what stands above the equations, on the left and on the right."""
        return self._spot.header()

    # Keeping up -----------------------------------------------------------------------------------------------------

    def _dress(self) -> None:
        self._ink = Ink(self._theme, self.font().pointSizeF())
        self._forget_page()
        self._renew()

    def _forget_page(self) -> None:
        self._room = self._page = self._still = self._chosen = self._part = self._pressed = None

    def _renew(self) -> None:
        self._lines = None
        self.viewport().update()

    def _fit_bars(self) -> None:
        page, size = self._page, self.viewport().size()
        room = size.height() - self._top
        self.verticalScrollBar().setRange(0, max(0, round(page.height - room)))
        self.verticalScrollBar().setPageStep(max(round(room), 1))
        self.verticalScrollBar().setSingleStep(round(self._ink.metrics.height()))
        self.horizontalScrollBar().setRange(0, max(0, round(page.width - size.width())))
        self.horizontalScrollBar().setPageStep(size.width())

    @property
    def _top(self) -> float:
        return header_height(self.font())

    def _said(self) -> str:
        return self.part or ("\n".join(self.lines[k].text for k in self.chosen) if self._lines else "")

    # Choosing and copying -------------------------------------------------------------------------------------------

    def _choose(self, line: int, *, more: bool = False) -> None:
        """Choose a line, or with ``more`` all up to it."""
        line = min(max(line, 0), len(self.lines) - 1)
        begin = self._chosen[0] if more and self._chosen is not None else line
        self._chosen, self._part, self._still = (begin, line), None, None
        place, bar = self.page.places[line], self.verticalScrollBar()
        low, high = place.top, place.top + place.height - (self.viewport().height() - self._top)
        bar.setValue(round(min(max(bar.value(), high), low)))
        self.setAccessibleDescription(self._said())
        self.quantity_requested.emit(self.lines[line].row.name)
        self.viewport().update()

    def _choose_part(self, line: int, begin: int, end: int) -> None:
        """Choose some characters of the text of a line; where there are none, the line."""
        text, before = self.lines[line].text[begin:end], self._part
        self._part = Part(line, begin, end, text) if text else None
        if (before is None) != (self._part is None):
            self._still = None
        self.setAccessibleDescription(self._said())
        self.viewport().update()

    def _character(self, line: int, point: QPointF) -> int:
        across, down = self.horizontalScrollBar().value(), self.verticalScrollBar().value() - self._top
        return character_at(self.lines[line], self.page.places[line], self._ink, point + QPointF(across, down))

    def _copy(self, chosen: range | tuple[()]) -> None:
        texts = [self.lines[k].text for k in chosen or range(len(self.lines))]
        if texts:
            QGuiApplication.clipboard().setText("\n".join(texts) + ("\n" if len(texts) > 1 else ""))

    def _at(self, point: QPointF | QPoint) -> int | None:
        if self._spot.subject is None or point.y() < self._top:
            return None
        return self.page.at(point.y() - self._top + self.verticalScrollBar().value())

    def told_at(self, point: QPoint) -> str:
        """Return the full values of the line at a point."""
        line = self._at(point)
        return "" if line is None else self.told(line)

    def told(self, line: int) -> str:
        """Return what is said of a line when it is pointed at: the full value of everything in it."""
        row, spot = self.lines[line].row, self._spot
        assert spot.subject is not None
        known = exact_values(spot.subject, spot.step, row, spot.inside)
        values = [f"{symbol} = {exact(value)}" for symbol, value in known] or [NOT_YET]
        return "\n".join([f"{row.symbol}: {row.title}", *values])

    # Painting -------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines that are in view."""
        painter, theme = QPainter(self.viewport()), self._theme
        shown, area = self.lines, self.viewport().rect()
        if self._spot.subject is None:
            paint_nothing(painter, area, theme, NOTHING)
            painter.end()
            return
        page, top = self.page, self._top
        painter.setClipRect(QRectF(0, top, area.width(), area.height() - top))
        painter.translate(-self.horizontalScrollBar().value(), top - self.verticalScrollBar().value())
        painter.drawPixmap(0, 0, self._symbols())
        if (part := self._part) is not None:
            marked = QColor(theme.accent)
            marked.setAlphaF(MARKED)
            for box in boxes_of(shown[part.line], page.places[part.line], self._ink, part):
                painter.fillRect(box, marked)
        first, last = self.verticalScrollBar().value(), self.verticalScrollBar().value() + area.height() - top
        for line, place in zip(shown, page.places, strict=True):
            if place.top < last and place.top + place.height > first:
                self._ink.paint_numbers(painter, line, place)
        painter.resetTransform()
        painter.setClipping(False)
        painter.fillRect(QRectF(0, 0, area.width(), top), QColor(theme.base))
        paint_header(painter, area.width(), self.font(), theme, self.header(), self._spot.subject.unit)
        if self.hasFocus():
            paint_focus(painter, area, theme)
        painter.end()

    def _symbols(self) -> QPixmap:
        """Return the picture of what stays the same from step to step."""
        ratio = self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatio() != ratio:
            page, area = self.page, self.viewport().size()
            size = QSizeF(max(page.width, area.width()), max(page.height, area.height() - self._top))
            self._still = QPixmap((size * ratio).toSize())
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(QColor(self._theme.base))
            painter = QPainter(self._still)
            for k, (line, place) in enumerate(zip(self.lines, page.places, strict=True)):
                whole = k in self.chosen and self._part is None
                self._ink.paint_symbols(painter, line.row, place, size.width() if whole else 0)
            painter.end()
        return self._still

    # Qt -------------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        self._page = None
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a line; with Shift, all up to it."""
        line, self._pressed = self._at(event.position()), None
        if event.button() == Qt.MouseButton.LeftButton and line is not None:
            self._choose(line, more=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            self._pressed = line, event.position(), self._character(line, event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Choose what is dragged over: a part of the text of a line, or else whole lines."""
        line, point = self._at(event.position()), event.position()
        if not event.buttons() & Qt.MouseButton.LeftButton or line is None or not self._pressed or not self._chosen:
            return
        begun, pressed, character = self._pressed
        if not line == begun == self._chosen[0]:
            self._choose(line, more=True)
        elif self._part is not None or (point - pressed).manhattanLength() >= JITTER:
            if len(self.chosen) > 1:
                self._choose(line)
            self._choose_part(line, *sorted((character, self._character(line, point))))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Choose the number or the symbol that is there."""
        line = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and line is not None:
            self._choose_part(line, *word_at(self.lines[line].text, self._character(line, event.position())))
            self._pressed = None

    def event(self, event: QEvent) -> bool:
        """Claim Ctrl+C and Ctrl+A, whoever else in the window wants them."""
        keys = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.SelectAll)
        return claims(event, *keys) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from line to line, with Shift choosing them; Ctrl+C copies, Ctrl+A chooses all, Esc none."""
        shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll) and self.lines:
            self._chosen, self._part, self._still = (0, len(self.lines) - 1), None, None
            self.viewport().update()
        elif event.key() in KEYS and self.lines and (shift or event.modifiers() == Qt.KeyboardModifier.NoModifier):
            by = KEYS[event.key()]
            now = self._chosen[1] if self._chosen is not None else (-1 if by > 0 else len(self.lines))
            self._choose(now + by, more=shift)
        elif event.key() == Qt.Key.Key_Escape and self._chosen is not None:
            self._chosen = self._part = self._still = None
            self.viewport().update()
        else:
            super().keyPressEvent(event)
