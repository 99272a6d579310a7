"""What keys, menus and the mouse do with rows: show and hide, move, resize, one alone, and how each is drawn."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu

from explorer.cells import Cell
from explorer.network import Network, Place
from widgets.brushing import Brushing
from widgets.row_layout import MODES, Key, RowLayout, RowSpec, default_layout
from widgets.row_menu import fill_order, fill_presets, fill_row, fill_rows
from widgets.row_stack import RowStack
from widgets.sorting import Sorting

GROWTH = 24
"""Pixels by which a key makes a row higher."""


class RowEditing(QObject):
    """Keeps the layout of the rows and says ``changed(RowLayout)``.

    ``recall`` says which rows there are at first for a cell.
    """

    changed = Signal(object)
    hold_requested = Signal(str, object)
    """A quantity that is to be held at a place."""

    def __init__(self, stack: RowStack, sorting: Sorting, brushing: Brushing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stack, self._sorting, self._brushing = stack, sorting, brushing
        self._network: Network | None = None
        self.cell: Cell | None = None
        self._place = Place()
        self._features: tuple[str, ...] = ()
        self.recall: Callable[[Cell], RowLayout] = default_layout
        self.layout = RowLayout()
        stack.solo_requested.connect(lambda key: self.change(self.layout.alone(key)))
        stack.move_requested.connect(self._on_move)
        stack.height_requested.connect(lambda key, height: self.change(self.layout.resize(key, height)))
        stack.menu_requested.connect(self._on_menu)

    def show_network(self, network: Network, place: Place, features: tuple[str, ...]) -> None:
        """Take note of what can be a row; of another cell the rows are those it had the last time."""
        self._network, self._place, self._features = network, place, features
        cell = network.cell(place)
        if cell is not self.cell:
            self.cell = cell
            self.layout = self.recall(cell)

    def change(self, layout: RowLayout) -> None:
        """Show these rows from now on."""
        if layout != self.layout:
            self.layout = layout
            self.changed.emit(layout)

    def reset(self) -> None:
        """Show the rows that are there at first."""
        if self.cell is not None:
            self.change(default_layout(self.cell))

    def show_all(self) -> bool:
        """Show all rows again where one is alone. Whether one was."""
        alone = self.layout.solo is not None
        self.change(self.layout.alone(None))
        return alone

    # The row that keys mean -----------------------------------------------------------------------------------------

    @property
    def spec(self) -> RowSpec | None:
        """The row that keys mean."""
        return None if self._stack.current is None else self.layout.find(self._stack.current)

    def choose(self, by: int) -> None:
        """Let keys mean the next row (1) or the previous one (−1)."""
        self._stack.move_current(by)

    def move(self, by: int) -> None:
        """Move the row so many places down."""
        if (key := self._stack.current) is not None:
            self._on_move(key, self._stack.keys.index(key) + by)
            self._stack.move_current(0)

    def grow(self, by: int) -> None:
        """Make the row so many times a little higher."""
        if (key := self._stack.current) is not None:
            height = self._stack.rows[self._stack.keys.index(key)].height()
            self.change(self.layout.resize(key, height + by * GROWTH))

    def hide(self) -> None:
        """Hide the row, and go on to the next."""
        if (key := self._stack.current) is not None:
            index = self._stack.keys.index(key)
            self.change(self.layout.hide(key))
            if self._stack.keys:
                self._stack.make_current(self._stack.keys[min(index, len(self._stack.keys) - 1)])

    def alone(self) -> None:
        """Show the row alone, or all of them again."""
        if (key := self._stack.current) is not None:
            self.change(self.layout.alone(key))

    def next_mode(self) -> None:
        """Draw the row in the next way: heat map and lines, the heat map, the lines."""
        if (spec := self.spec) is not None:
            mode = MODES[(MODES.index(spec.mode) + 1) % len(MODES)]
            self.change(self.layout.change(spec.key, mode=mode))

    def toggle_difference(self) -> None:
        """Show how the row differs from the ghost, or its values again; where keys mean no row, all rows."""
        rows = self.layout.rows if self.spec is None else (self.spec,)
        wanted = not all(row.difference for row in rows)
        layout = self.layout
        for row in rows:
            layout = layout.change(row.key, difference=wanted)
        self.change(layout)

    def _on_move(self, key: Key, index: int) -> None:
        """Put a row so far down among those that are shown."""
        others = [other for other in self._stack.keys if other != key]
        index = min(max(index, 0), len(others))
        if index < len(others):
            self.change(self.layout.move(key, others[index]))
        elif others:  # behind the last that is shown, which need not be the last there is
            after = [row.key for row in self.layout.rows if row.key != key]
            after = after[after.index(others[-1]) + 1 :]
            self.change(self.layout.move(key, after[0] if after else None))

    # Menus ----------------------------------------------------------------------------------------------------------

    def fill_menu(self, menu: QMenu) -> None:
        """Offer in a menu which rows are shown and how the units are sorted."""
        if self._network is None or self.cell is None:
            return
        spec = self.spec
        quantity = "h" if spec is None else spec.quantity
        fill_presets(menu.addMenu("Pre&sets"), self.layout, self.cell, self.change)
        order = menu.addMenu("Sort &units")
        brushed = self._brushing.brushed
        within = None if brushed is None else brushed.steps
        fill_order(order, self._sorting.by, quantity, self._features, within, self._sorting.sort)
        menu.addSeparator()
        fill_rows(menu, self.layout, self._network, self._place, self.change)

    def show_menu(self) -> bool:
        """Show the menu of the row that keys mean. Whether there is one."""
        key = self._stack.current
        if key is not None:
            row = self._stack.rows[self._stack.keys.index(key)]
            self._on_menu(key, row.mapToGlobal(QPoint(16, 30)))
        return key is not None

    def _on_menu(self, key: Key, at: QPoint) -> None:
        menu = QMenu(self._stack)
        menu.setAccessibleName("row")
        fill_row(menu, self.layout, key, self.change)
        spec = self.layout.find(key)
        if spec is not None:
            hold = menu.addAction("Hold from here …")
            hold.triggered.connect(lambda: self.hold_requested.emit(spec.quantity, spec.at(self._place)))
        menu.addSeparator()
        self.fill_menu(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
