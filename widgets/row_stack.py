"""The rows one below the other, scrolling under one cursor: which there are, how high, and which one keys mean."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from explorer.cells import Quantity
from widgets.cursor import CursorOverlay
from widgets.input_row import InputRow
from widgets.offered_row import OfferedRow
from widgets.quantity_row import ANY_HEIGHT, QuantityRow
from widgets.row import Row
from widgets.row_layout import Key, RowSpec
from widgets.theme import Theme

INPUT_ALONE = 108
"""Height of the input above a row that is shown alone."""

REST_MS, LONGEST_S = 25, 0.2
"""How long the view has to rest before rows become sharp, and how long they wait at most while it does not."""


class RowStack(QScrollArea):
    """Keeps a widget for every row that is shown, and paints those sharp, one at a time, that could not be at once."""

    resized = Signal()
    current_changed = Signal(object)
    """The key of the row that keys mean."""
    solo_requested = Signal(object)
    menu_requested = Signal(object, object)
    """The menu of the row of this key is asked for at a place of the screen."""
    move_requested = Signal(object, int)
    """The row of this key is to be so far down among those shown."""
    height_requested = Signal(object, int)
    input_moved = Signal(int)
    """So many rows of the present trace stand above that of the input from now on."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.rows: list[QuantityRow] = []
        self.further: list[Row] = []
        self.keys: list[Key] = []
        self.current: Key | None = None
        self.input_row = InputRow(theme)
        self.input_row.handle.moved.connect(lambda y: self.place_input(self._index_at(y, self._present)))
        self._input_place, self._alone = 0, False
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.input_row, 1)
        self._column.addStretch(0)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.overlay = CursorOverlay(theme, self.viewport())
        self.overlay.hide()
        self.viewport().installEventFilter(self)
        self._late: dict[Row, None] = {}
        self._late_since = 0.0
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._sharpen_one)
        self.watch(self.input_row)

    def add(self, row: Row) -> None:
        """Take in a further row, below the input and whatever the layout."""
        self.further.append(row)
        self._order()
        self.watch(row)
        self.overlay.raise_()

    def want_all(self) -> None:
        """Want every row that a person may not have wanted, the input above all others."""
        self.place_input(0)
        for row in (self.input_row, *self.further):
            if isinstance(row, OfferedRow):
                row.set_wanted(True)

    # Which rows -----------------------------------------------------------------------------------------------------

    def show_rows(self, wanted: list[tuple[RowSpec, Quantity]], *, alone: bool) -> list[QuantityRow]:
        """Show these rows, keeping the widgets of those there are. Returns the new ones, which know nothing yet."""
        old = dict(zip(self.keys, self.rows, strict=True))
        rows, made = [], []
        for spec, quantity in wanted:
            row = old.get(spec.key)
            if row is None or row.quantity is not quantity:
                row = self._made(spec.key, quantity)
                made.append(row)
            else:
                del old[spec.key]
            row.set_shape(spec.mode, 0 if alone else spec.height)
            rows.append(row)
        for row in old.values():
            self._late.pop(row, None)
            row.source.end()
            row.hide()  # or one that the column has not shown yet would come up as a window of its own
            row.setParent(None)
            row.deleteLater()
        self.keys = [spec.key for spec, _ in wanted]
        if rows != self.rows or alone != self._alone:
            self.rows, self._alone = rows, alone
            self._order()
        self.input_row.setMaximumHeight(INPUT_ALONE if alone else ANY_HEIGHT)
        self.make_current(self.current)
        self.overlay.raise_()
        return made

    def place_input(self, place: int) -> None:
        """Let the row of the input stand below so many rows of the present trace, or all; what is added follows it."""
        if place != self._input_place:
            self._input_place = place
            self._order()
            self.input_moved.emit(place)

    def move_input(self, by: int) -> None:
        """Let the row of the input stand so many rows further down."""
        most = len(self._present)
        self.place_input(min(max(min(self._input_place, most) + by, 0), most))

    @property
    def _present(self) -> list[QuantityRow]:
        """The rows of the present trace; those of other sides go with them."""
        return [row for key, row in zip(self.keys, self.rows, strict=True) if not key[2]]

    def _order(self) -> None:
        """Put every row where it stands. Above one that is shown alone is the input, wherever it was moved to."""
        below = self.rows if self._alone else self._present[self._input_place :]
        place = self.rows.index(below[0]) if below else len(self.rows)
        ordered: list[Row] = [*self.rows[:place], self.input_row, *self.further, *self.rows[place:]]
        for k, row in enumerate(ordered):
            self._column.insertWidget(k, row, 0 if row in self.further else 1)

    def _made(self, key: Key, quantity: Quantity) -> QuantityRow:
        row = QuantityRow(quantity, self._theme)
        self.watch(row)
        handle = row.handle
        handle.current_requested.connect(lambda: self.make_current(key))
        handle.solo_requested.connect(lambda: self.solo_requested.emit(key))
        handle.menu_requested.connect(lambda at: self.menu_requested.emit(key, at))
        handle.moved.connect(lambda y: self._on_moved(key, y))
        handle.height_requested.connect(lambda height: self.height_requested.emit(key, height))
        return row

    def make_current(self, key: Key | None) -> None:
        """Let keys mean this row; none, where it is not shown."""
        current = key if key in self.keys else None
        for each, row in zip(self.keys, self.rows, strict=True):
            row.show_current(each == current)
        if current != self.current:
            self.current = current
            self.current_changed.emit(current)

    def move_current(self, by: int) -> None:
        """Let keys mean the next row (1) or the previous one (−1), and bring it into view."""
        if self.keys:
            first = 0 if by > 0 else len(self.keys) - 1
            index = first if self.current is None else self.keys.index(self.current) + by
            index = min(max(index, 0), len(self.keys) - 1)
            self.make_current(self.keys[index])
            self.ensureWidgetVisible(self.rows[index], 0, 0)

    def _on_moved(self, key: Key, y: float) -> None:
        """Put the row where it was dragged to: below those of which the middle is above the pointer."""
        index = self._index_at(y, [row for each, row in zip(self.keys, self.rows, strict=True) if each != key])
        if index != self.keys.index(key):
            self.move_requested.emit(key, index)

    def _index_at(self, y: float, rows: list[QuantityRow]) -> int:
        """Return how many of these rows stand above a height of the screen, by their middles."""
        here = self.widget().mapFromGlobal(QPoint(0, round(y))).y()
        return sum(row.geometry().center().y() < here for row in rows)

    # Sharp when there is time ---------------------------------------------------------------------------------------

    def watch(self, row: Row) -> None:
        """Make this row sharp whenever it is late."""
        row.late.connect(lambda: self._on_late(row))

    def _on_late(self, row: Row) -> None:
        if not self._late:
            self._late_since = time.monotonic()
        self._late[row] = None
        if not self._rest.isActive():
            self._rest.start(REST_MS)

    def put_off(self) -> None:
        """Let rows wait until the view, which has just changed, rests; not for ever, if it does not."""
        if self._late and time.monotonic() - self._late_since < LONGEST_S:
            self._rest.start(REST_MS)

    def _sharpen_one(self) -> None:
        """Paint one row, so that no key has to wait for all of them."""
        while self._late:
            row = next(iter(self._late))
            del self._late[row]
            if row.sharpen():
                break
        if self._late:
            self._rest.start(0)

    # Appearance -----------------------------------------------------------------------------------------------------

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        for part in (self.overlay, self.input_row, *self.further, *self.rows):
            part.apply_theme(theme)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the overlay over all rows."""
        if event.type() == QEvent.Type.Resize and watched is self.viewport():
            self.overlay.resize(self.viewport().size())
            self.resized.emit()
        return super().eventFilter(watched, event)
