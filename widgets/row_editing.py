"""What keys, menus and the mouse do with rows: show and hide, move, resize, one alone, and how each is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu

from explorer.cells import Cell
from explorer.network import Network, Place
from widgets.brushing import Brushing
from widgets.row_layout import MODES, USUAL, Key, RowLayout, RowSpec, default_layout, preset_layout, row_presets
from widgets.row_menu import fill_order, fill_presets, fill_row, fill_rows
from widgets.row_stack import RowStack
from widgets.sides import Side
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
        self._name, self._differences = "", False
        self._sides: tuple[Side, ...] = ()
        self._cells: dict[int, Cell] = {}
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
            self.layout = self.recall(cell).of_side(0).beside(self.layout.rows)

    def show_sides(self, name: str, sides: tuple[Side, ...]) -> None:
        """Take note of the other sides. One that is new, or has another cell now, has the rows of its cell at first."""
        self._name, self._sides = name, sides
        cells = {side.key: self._cell_of(side) for side in sides}
        for key, cell in self._cells.items():
            if cells.get(key) is not cell:
                self.layout = self.layout.without_side(key)
        for key, cell in cells.items():
            if self._cells.get(key) is not cell:
                self.layout = self.layout.beside(self._of_side(self.recall(cell).rows, key))
        self._cells = cells

    def _of_side(self, rows: Iterable[RowSpec], side: int) -> Iterable[RowSpec]:
        """Return rows as they are at first in another side."""
        return (replace(row, side=side, height=0, difference=self._differences) for row in rows)

    def _cell_of(self, side: Side) -> Cell:
        network = side.trace.experiment.network
        return network.cell(RowSpec("h").within(network, self._place))

    def name_of(self, key: Key) -> str:
        """Return what the side of a row is called; nothing where no sides are compared."""
        names = {0: self._name} | {side.key: side.name for side in self._sides}
        return names.get(key[2], "") if self._sides else ""

    def compare_differences(self, on: bool) -> None:
        """Let all rows of other sides, also of further ones, show the difference from the present trace, or values."""
        self._differences, layout = on, self.layout
        for row in layout.rows:
            if row.side:
                layout = layout.change(row.key, difference=on)
        self.change(layout)

    def change(self, layout: RowLayout) -> None:
        """Show these rows from now on."""
        if layout != self.layout:
            self.layout = layout
            self.changed.emit(layout)

    def reset(self) -> None:
        """Show the rows that are there at first."""
        if self.cell is not None:
            self.change(self._preset(self.cell, USUAL))

    def _preset(self, cell: Cell, name: str) -> RowLayout:
        """Return the rows of a preset in all sides."""
        layout = preset_layout(cell, name)
        for side, other in self._cells.items():
            layout = layout.beside(self._of_side(preset_layout(other, name).rows, side))
        return layout

    def show_all(self) -> bool:
        """Show all rows again where one is alone. Whether one was."""
        alone = self.layout.solo is not None
        self.change(self.layout.alone(None))
        return alone

    def reveal(self, quantity: str) -> None:
        """Show a row of the quantity at the place that is looked at, where none is in sight: hidden, or behind one."""

        def is_it(spec: RowSpec) -> bool:
            return not spec.side and spec.quantity == quantity and spec.at(self._place) == self._place

        if self.cell is not None and not any(map(is_it, self.layout.shown)):
            layout = (
                self.layout if any(map(is_it, self.layout.rows)) else self.layout.show(RowSpec(quantity), self.cell)
            )
            self.change(layout.alone(None))

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
        names = {quantity.name for quantity in self.cell.quantities if spec is not None}
        quantity = spec.quantity if spec is not None and spec.quantity in names else "h"
        presets = {name: self._preset(self.cell, name) for name in row_presets(self.cell)}
        fill_presets(menu.addMenu("Pre&sets"), self.layout, presets, self.change)
        order = menu.addMenu("Sort &units")
        brushed = self._brushing.brushed
        within = None if brushed is None else brushed.steps
        fill_order(order, self._sorting.by, quantity, self._features, within, self._sorting.sort)
        menu.addSeparator()
        fill_rows(menu, self.layout, self._network, self._place, self.change)
        for side in self._sides:
            within = menu.addMenu(f"Rows of {side.name.replace('&', '&&')}")
            network = side.trace.experiment.network
            template = RowSpec("", difference=self._differences, side=side.key)
            fill_rows(within, self.layout, network, self._place, self.change, template)

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
        from_what = self._name if key[2] else "the ghost"
        fill_row(menu, self.layout, key, from_what, self.change)
        spec = self.layout.find(key)
        if spec is not None and not spec.side:  # what can be held is in the present trace
            hold = menu.addAction("Hold from here …")
            hold.triggered.connect(lambda: self.hold_requested.emit(spec.quantity, spec.at(self._place)))
        menu.addSeparator()
        self.fill_menu(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
