"""A dock that is there only while it has something to show."""

from __future__ import annotations

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDockWidget, QWidget


class OptionalDock(QDockWidget):
    """Shown where it is offered, unless a person closed it: that is kept in ``closed``, for another time."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.closed = False
        self._offered = False
        self.toggleViewAction().triggered.connect(self._on_toggled)

    def offer(self, offered: bool) -> None:
        """Be there, in front, or not."""
        new = offered and not self._offered
        self._offered = offered
        self.toggleViewAction().setEnabled(offered)
        self.setVisible(offered and not self.closed)
        if new and not self.closed:
            self.raise_()

    def reopen(self) -> None:
        """Be there again where it is offered."""
        self.closed = False
        self.offer(self._offered)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stay closed."""
        self.closed = True
        super().closeEvent(event)

    def _on_toggled(self, shown: bool) -> None:
        self.closed = not shown
