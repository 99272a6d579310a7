"""Which rows were shown for each cell, kept from one time to the next."""

from __future__ import annotations

from PySide6.QtCore import QSettings

from explorer.cells import Cell
from widgets.row_layout import RowLayout, default_layout, layout_of_text


class RowMemory:
    """Remembers a layout for each cell. What cannot be read any more is as if it had never been stored."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings
        self.resting = False
        """Whether the rows are not those of a person's own choice, and nothing is kept."""

    def rest(self) -> None:
        """Keep nothing from now on."""
        self.resting = True

    def wake(self) -> None:
        """Keep again what is chosen from now on."""
        self.resting = False

    def recall(self, cell: Cell) -> RowLayout:
        """Return the rows of the last time, or those that are there at first."""
        stored = self._settings.value(_key(cell))
        layout = layout_of_text(stored) if isinstance(stored, str) else None
        names = {quantity.name for quantity in cell.quantities}
        if layout is None or not all(row.place is not None or row.quantity in names for row in layout.rows):
            return default_layout(cell)
        return layout

    def keep(self, cell: Cell, layout: RowLayout) -> None:
        """Remember the rows of the present trace; those that are there at first need not be."""
        if self.resting:
            return
        if layout.of_side(0).rows == default_layout(cell).rows:
            self._settings.remove(_key(cell))
        else:
            self._settings.setValue(_key(cell), layout.text())


def _key(cell: Cell) -> str:
    return f"rows/{cell.name}"
