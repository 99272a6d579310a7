"""The panels beside the rows: where they stand, how wide they are, and what of that is remembered."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from widgets.optional_dock import OptionalDock

START_WIDTH = 262
READOUT_SHARE = 0.4
LAYOUT_VERSION = 1


class Docks:
    """The docks of one window, by the names ``start``, ``settings``, ``readout`` and those of optional ones."""

    def __init__(self, window: QMainWindow, settings: QSettings) -> None:
        self._window, self._settings = window, settings
        self._docks: dict[str, QDockWidget] = {}
        self._first_layout = QByteArray()
        window.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks
            | QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
        )

    def add(self, title: str, name: str, widget: QWidget, area: Qt.DockWidgetArea) -> None:
        """Show a panel in a dock of its own."""
        self._add(QDockWidget(title, self._window), name, widget, area)

    def add_optional(self, title: str, name: str, widget: QWidget, behind: str) -> None:
        """Let a panel be in a tab before another one while it has something to show."""
        beside = self._docks[behind]
        dock = OptionalDock(title, self._window)
        self._add(dock, name, widget, self._window.dockWidgetArea(beside))
        self._window.tabifyDockWidget(beside, dock)
        dock.offer(False)

    def offer(self, name: str, offered: bool) -> None:
        """Show an optional panel, or not."""
        dock = self._docks[name]
        assert isinstance(dock, OptionalDock)
        dock.offer(offered)

    def __iter__(self) -> Iterator[QDockWidget]:
        return iter(self._docks.values())

    def fit(self) -> None:
        """Give each panel what it needs, the readout room for its columns, and the rows most of the window."""
        start, settings, readout = (self._docks[name] for name in ("start", "settings", "readout"))
        wide = min(readout.widget().sizeHint().width(), round(READOUT_SHARE * self._window.width()))
        self._window.resizeDocks([start, readout], [START_WIDTH, wide], Qt.Orientation.Horizontal)
        self._window.resizeDocks([start, settings], [475, 475], Qt.Orientation.Vertical)

    def reset(self) -> None:
        """Put every panel back where it was at first."""
        self._window.restoreState(self._first_layout, LAYOUT_VERSION)
        for dock in self:
            if isinstance(dock, OptionalDock):
                dock.reopen()
            else:
                dock.show()
        self.fit()

    def restore(self) -> bool:
        """Put the panels where they were the last time. False if what is remembered cannot be read."""
        self._first_layout = self._window.saveState(LAYOUT_VERSION)
        geometry, layout = self._settings.value("geometry"), self._settings.value("layout")
        for name, dock in self._docks.items():
            if isinstance(dock, OptionalDock):
                dock.closed = self._settings.value(f"closed/{name}") == "true"
                dock.offer(False)
        if isinstance(geometry, QByteArray):
            self._window.restoreGeometry(geometry)
        return not isinstance(layout, QByteArray) or self._window.restoreState(layout, LAYOUT_VERSION)

    def save(self) -> None:
        """Remember where the panels are."""
        self._settings.setValue("geometry", self._window.saveGeometry())
        self._settings.setValue("layout", self._window.saveState(LAYOUT_VERSION))
        for name, dock in self._docks.items():
            if isinstance(dock, OptionalDock):
                self._settings.setValue(f"closed/{name}", str(dock.closed).lower())
        self._settings.sync()

    def _add(self, dock: QDockWidget, name: str, widget: QWidget, area: Qt.DockWidgetArea) -> None:
        dock.setObjectName(name)
        dock.setWidget(widget)
        self._window.addDockWidget(area, dock)
        self._docks[name] = dock
