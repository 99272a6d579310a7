"""A row that is seen if it is wanted, and only where there is something to draw in it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from widgets.row import Row
from widgets.theme import Theme


class OfferedRow(Row):
    """A row that does not belong to the layout: a person wants it or not, and data have something for it or not."""

    wanted_changed = Signal(bool)

    def __init__(self, symbol: str, title: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(symbol, title, theme, parent)
        self.wanted, self._offered = True, True

    def set_wanted(self, wanted: bool) -> None:
        """Be seen where there is something to draw, or never."""
        if wanted != self.wanted:
            self.wanted = wanted
            self.offer(self._offered)
            self.wanted_changed.emit(wanted)

    def offer(self, offered: bool) -> None:
        """Be seen, if that is wanted, as there is something to draw; or not, as there is nothing."""
        self._offered = offered
        self.setVisible(offered and self.wanted)
