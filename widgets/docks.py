"""Where the panels stand around the rows, and how that is remembered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QMainWindow, QScrollArea, QStyle, QWidget

from widgets.button_action import actions_of, name_of
from widgets.unseen import Offers, Unseen

START_WIDTH, LINE = 262, 16
"""Pixels that the panels on the left need where a line of text is so high."""

PANELS_WIDTH, READOUT_SHARE = 570, 0.43
"""Pixels, at the same height of a line, that the panels behind the readout and the titles on their tabs need, and the
most that they get of the window."""

LAYOUT_VERSION = 1
LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


class OptionalDock(QDockWidget):
    """Shown where it is offered, unless a person closed it: that is kept in ``closed``, for another time."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.closed, self.in_front = False, True
        self._offered = False
        self.toggleViewAction().triggered.connect(self._on_toggled)

    def offer(self, offered: bool) -> None:
        """Be there, at first in front of the others unless that is not wanted, or not."""
        new = offered and not self._offered
        self._offered = offered
        self.toggleViewAction().setEnabled(offered)
        self.toggleViewAction().setToolTip("" if offered else "what is open has nothing to show there")
        self.setVisible(offered and not self.closed)
        if new and not self.closed and self.in_front:
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


def scrolled(panel: QWidget) -> QScrollArea:
    """Return an area that a panel is scrolled in, where it is wide: all its fields and buttons widen no window."""
    around = QScrollArea(frameShape=QFrame.Shape.NoFrame, widgetResizable=True)
    around.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    around.setWidget(panel)
    return around


class Docks:
    """The docks of one window: those that are always there, and those that have something to show at times."""

    def __init__(self, window: QMainWindow, settings: QSettings) -> None:
        self._window, self._settings = window, settings
        self.steady: list[QDockWidget] = []
        self.optional: list[OptionalDock] = []
        self.later: list[QDockWidget] = []
        self._first = QByteArray()
        window.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks
            | QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
        )

    def add(self, title: str, name: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        """Add a dock that is always there."""
        dock = QDockWidget(title, self._window)
        self.steady.append(dock)
        return self._placed(dock, name, widget, area)

    def add_optional(
        self, title: str, name: str, widget: QWidget, behind: QDockWidget, *, in_front: bool = True
    ) -> OptionalDock:
        """Add a dock that shares its place with another, and is there only when it is offered."""
        dock = OptionalDock(title, self._window)
        dock.in_front = in_front
        self.optional.append(dock)
        dock.hide()  # before it has a place: a tab that is taken away again can leave its bar behind, over a panel
        self._placed(dock, name, widget, self._window.dockWidgetArea(behind))
        self._window.tabifyDockWidget(behind, dock)
        dock.hide()
        return dock

    def add_later(
        self, title: str, name: str, make: Callable[[], QWidget], behind: QDockWidget, offers: Offers = tuple
    ) -> QDockWidget:
        """Add a dock behind another, whose panel is made when it is first seen, and ``offers`` actions before."""
        dock = QDockWidget(title, self._window)
        self.later.append(dock)
        empty = Unseen(offers)
        empty.chosen.connect(lambda action: self._do(dock, action))
        once = Qt.ConnectionType.SingleShotConnection  # it may be painted more than once before it goes
        empty.seen.connect(lambda: dock.setWidget(make()), once)
        empty.seen.connect(empty.deleteLater, once)
        self._placed(dock, name, empty, self._window.dockWidgetArea(behind))
        self._window.tabifyDockWidget(behind, dock)
        behind.raise_()
        return dock

    def _placed(self, dock: QDockWidget, name: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock.setObjectName(name)
        dock.setWidget(widget)
        self._window.addDockWidget(area, dock)
        return dock

    @property
    def all(self) -> tuple[QDockWidget, ...]:
        """Every dock, in an order that no raising or closing changes."""
        return *self.steady, *self.optional, *self.later

    def panel(self, dock: QDockWidget) -> QWidget:
        """Return what stands in a dock, made by now if it had not been seen."""
        inside = dock.widget()
        if isinstance(inside, Unseen):
            inside.seen.emit()
        return dock.widget()

    def offering(self, dock: QDockWidget) -> QWidget:
        """Return what owns the actions of a dock's panel, as they are now: the panel, or what holds its place."""
        inside = dock.widget()
        if isinstance(inside, Unseen):
            inside.renew()
        return inside

    def _do(self, dock: QDockWidget, name: str) -> None:
        """Do what the panel of a dock calls so, made by now."""
        for _, action in actions_of(self.panel(dock)):
            if name_of(action) == name:
                action.trigger()
                return

    def is_seen(self, dock: QDockWidget) -> bool:
        """Whether a dock is neither closed nor behind another: one that was never in front calls itself visible."""
        if not dock.widget().isVisible() or dock.isFloating():
            return dock.widget().isVisible()
        return dock.geometry().intersects(self._window.rect())  # those behind are kept far off

    def fit(self) -> None:
        """Give each panel what it needs, the readout room for its columns, and the rows most of the window."""
        start, settings, readout = self.steady
        scale = max(self._window.fontMetrics().height() / LINE, 1)
        # A readout of one column is narrow; what stands behind it is not.
        wanted = max(readout.widget().sizeHint().width(), round(PANELS_WIDTH * scale) if self.later else 0)
        narrow, centre = round(START_WIDTH * scale), self._window.centralWidget()
        # Where there is little, the rows and the left get it: fields cannot be read in half, columns are scrolled to.
        least = 0 if centre is None else max(centre.minimumSizeHint().width(), centre.minimumWidth())
        seams = 2 * self._window.style().pixelMetric(QStyle.PixelMetric.PM_DockWidgetSeparatorExtent)
        room = self._window.width() - narrow - least - seams
        wide = max(min(wanted, round(READOUT_SHARE * self._window.width()), room), 1)
        self._window.resizeDocks([start, readout], [narrow, wide], Qt.Orientation.Horizontal)
        self._window.resizeDocks([start, settings], [475, 475], Qt.Orientation.Vertical)

    def reset(self) -> None:
        """Put every panel back where it was at first."""
        self._window.restoreState(self._first, LAYOUT_VERSION)
        for dock in (*self.steady, *self.later):
            dock.show()
        for dock in self.optional:
            dock.reopen()
        self.fit()

    @property
    def remembered(self) -> bool:
        """Whether there is a layout of another time."""
        return self._settings.value("layout") is not None

    def restore(self) -> bool:
        """Put everything back where it was another time. False if what was stored cannot be read."""
        self._first = self._window.saveState(LAYOUT_VERSION)
        geometry, layout = self._settings.value("geometry"), self._settings.value("layout")
        if isinstance(geometry, QByteArray):
            self._window.restoreGeometry(geometry)
        read = not isinstance(layout, QByteArray) or self._window.restoreState(layout, LAYOUT_VERSION)
        for dock in self.optional:
            dock.closed = self._settings.value(f"closed/{dock.objectName()}") == "true"
            dock.offer(False)
        return read

    def remember(self) -> None:
        """Store where everything is."""
        self._settings.setValue("geometry", self._window.saveGeometry())
        self._settings.setValue("layout", self._window.saveState(LAYOUT_VERSION))
        for dock in self.optional:
            self._settings.setValue(f"closed/{dock.objectName()}", str(dock.closed).lower())
