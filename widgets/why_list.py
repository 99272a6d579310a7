"""The contributors as a list of bars: to the left what pushed down, to the right what pushed up, on a common scale."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from widgets.drawing import symmetric_scale
from widgets.inside_header import paint_nothing
from widgets.keys import tell
from widgets.painted_list import PaintedList, paint_focus
from widgets.why_paint import Sheet
from widgets.why_reading import Answer, Contributors

NOTHING = "Nothing is computed here yet"
KEYS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class WhyList(PaintedList):
    """Paints the rows that are in view, of however many there are. Enter or a click asks for a contributor's row."""

    told_keys = (
        tell("the next contributor", "Down"),
        tell("the previous contributor", "Up"),
        tell("the first and the last", "Home", "End"),
        tell("a page on and back", "PgDown", "PgUp"),
        tell("go to its row", "Return"),
    )

    asked_for = Signal(int)
    """The contributor that was chosen."""

    def __init__(self, ask: Callable[[], Answer | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ask, self._stale = ask, True
        self._answer: Answer | None = None
        self._pointed: int | None = None  # a contributor
        self._question: tuple[object, ...] = ()
        self._contributors: Contributors | None = None
        self._limit = 0.0
        self._sheet: Sheet | None = None
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Contributions")

    def sizeHint(self) -> QSize:
        """Return room for a dozen rows."""
        return QSize(420, 14 * self.sheet.height)

    # Slots ----------------------------------------------------------------------------------------------------------

    def renew(self) -> None:
        """Ask again for what there is to show, once it is seen."""
        self._stale, self._answer = True, None
        self.viewport().update()

    # What there is to see -------------------------------------------------------------------------------------------

    @property
    def answer(self) -> Answer | None:
        """The answer that is shown."""
        if self._stale:
            self._stale, self._answer = False, self._ask()
            if self._answer is not None:
                self._take(self._answer)
        return self._answer

    def _take(self, answer: Answer) -> None:
        """Go on with the scale where the question is the same, and with the names where the contributors are."""
        self._limit = max(answer.largest, self._limit if answer.question == self._question else 0.0)
        self._question = answer.question
        if answer.contributors is not self._contributors:
            self._contributors, self._sheet = answer.contributors, None
            if self._pointed is not None and self._pointed >= len(answer.values):
                self._pointed = None

    @property
    def sheet(self) -> Sheet:
        """What draws the rows."""
        if self._sheet is None:
            names = [] if self._contributors is None else [each.name for each in self._contributors.all]
            self._sheet = Sheet(self._theme, self.font(), names, self.viewport().width())
            self._fit_bar()
        return self._sheet

    @property
    def limit(self) -> float:
        """Where the scale ends, to both sides: it grows with what there was since the question was asked."""
        return symmetric_scale(-self._limit, self._limit).high

    @property
    def pointed(self) -> int | None:
        """The contributor that is pointed at."""
        return self._pointed

    def row_at(self, y: float) -> int | None:
        """Return the row at a height of the view; none where the scale is."""
        high = self.sheet.height
        row = int((y - high + self.verticalScrollBar().value()) // high)
        return row if self.answer is not None and y >= high and 0 <= row < len(self.answer.rows) else None

    def top_of(self, row: int) -> int:
        """Return where a row begins in the view."""
        return self.sheet.height * (row + 1) - self.verticalScrollBar().value()

    def told_at(self, point: QPoint) -> str:
        """Return how the contribution at a point came about."""
        contributor = self._contributor_at(point.y())
        return self.answer.told(contributor) if contributor >= 0 else ""

    def _contributor_at(self, y: float) -> int:
        """Return the contributor at a height of the view; less than 0 where a heading or nothing is."""
        row = self.row_at(y)
        return -1 if row is None else int(self.answer.rows[row])

    def _dress(self) -> None:
        self._sheet = None
        super()._dress()

    def _fit_bar(self) -> None:
        rows, high = 0 if self._contributors is None else self._contributors.rows, self.sheet.height
        room, bar = self.viewport().height() - high, self.verticalScrollBar()
        bar.setRange(0, max(0, rows * high - room))
        bar.setPageStep(max(room, 1))
        bar.setSingleStep(high)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that are in view."""
        answer, theme, area = self.answer, self._theme, self.viewport().rect()
        sheet, painter = self.sheet, QPainter(self.viewport())
        if answer is None:
            paint_nothing(painter, area, theme, NOTHING)
        else:
            painter.fillRect(area, QColor(theme.base))
            first = self.verticalScrollBar().value() // sheet.height
            last = min(len(answer.rows), first + area.height() // sheet.height + 1)
            rows = [(self.top_of(row), int(answer.rows[row])) for row in range(first, last)]
            for y, contributor in rows:
                if contributor == self._pointed:
                    sheet.paint_chosen(painter, y)
            sheet.paint_grounds(painter, answer, rows, self.limit)
            sheet.paint_texts(painter, answer, rows)
            sheet.paint_axis(painter, self.limit)
        if self.hasFocus():
            paint_focus(painter, area, theme)
        painter.end()

    # Pointing -------------------------------------------------------------------------------------------------------

    def _point(self, row: int) -> None:
        """Point at a row, or where a heading is, at the one after it, and bring it into view."""
        answer = self.answer
        if answer is None or not len(answer.rows):
            return
        row = min(max(row, 0), len(answer.rows) - 1)
        if answer.rows[row] < 0:
            now = self._row_pointed()
            row += -1 if now is not None and now > row > 0 else 1
        self._pointed = int(answer.rows[row])
        high, bar = self.sheet.height, self.verticalScrollBar()
        low, room = row * high, self.viewport().height() - high
        bar.setValue(min(max(bar.value(), low + high - room), low))
        self.setAccessibleDescription(answer.told(self._pointed))
        self.viewport().update()

    def _row_pointed(self) -> int | None:
        if self.answer is None or self._pointed is None:
            return None
        return int(np.flatnonzero(self.answer.rows == self._pointed)[0])

    # Qt -------------------------------------------------------------------------------------------------------------

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Paint anew what is in view."""
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give names and bars their room."""
        self._dress()
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the row of the contributor under the pointer."""
        row = self.row_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and row is not None and self.answer.rows[row] >= 0:
            self._point(row)
            self.asked_for.emit(self._pointed)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over what can be gone to."""
        contributor = self._contributor_at(event.position().y())
        leads = contributor >= 0 and self.answer.contributors.all[contributor].source is not None
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from row to row; Enter asks for the row of the contributor."""
        key, now = event.key(), self._row_pointed()
        page = max(self.viewport().height() // self.sheet.height - 2, 1)
        last = 0 if self.answer is None else len(self.answer.rows) - 1
        places = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        by = {**KEYS, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page}
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in places:
            self._point(places[key])
        elif key in by:
            self._point(by[key] + now if now is not None else 0)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._pointed is not None:
            self.asked_for.emit(self._pointed)
        else:
            super().keyPressEvent(event)
