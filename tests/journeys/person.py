"""A person before the window: keys and mouse go in where the screen's own events do, and eyes read what is shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QWidget

from widgets.import_dialog import ImportDialog
from widgets.main_window import MainWindow
from widgets.quantity_row import QuantityRow
from widgets.workbench import Workbench

BUTTON = Qt.MouseButton.LeftButton
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
LONG = 30_000
"""Milliseconds that a busy machine may take."""


class Person:
    """Works with one window."""

    def __init__(self, qtbot, window: MainWindow) -> None:
        self.bot, self.window = qtbot, window

    @property
    def bench(self) -> Workbench:
        """What the window shows."""
        return self.window.workbench

    # Hands ----------------------------------------------------------------------------------------------------------

    def press(self, key: Qt.Key, modifier=NONE, times: int = 1) -> None:
        """Press a key, as the window system tells of it: it goes to what has the focus."""
        for _ in range(times):
            QTest.keyClick(self.window.windowHandle(), key, modifier)

    def hold(self, key: Qt.Key, times: int, modifier=NONE, *, release=True) -> None:
        """Keep a key down until it has been repeated so many times, as a keyboard does by itself, and let it go."""
        handle, text = self.window.windowHandle(), ""
        QTest.simulateEvent(handle, True, key, modifier, text, False)
        for _ in range(times):
            QTest.simulateEvent(handle, False, key, modifier, text, True)
            QTest.simulateEvent(handle, True, key, modifier, text, True)
        if release:
            QTest.simulateEvent(handle, False, key, modifier, text, False)

    def type(self, text: str) -> None:
        """Type a text into what has the focus."""
        for character in text:
            QTest.keyClick(self.window.windowHandle(), character)

    def click(self, widget: QWidget, at: QPoint | None = None, modifier=NONE) -> None:
        """Click where the widget is on the screen, whatever lies there."""
        if isinstance(widget, QCheckBox) and at is None:
            at = QPoint(8, widget.height() // 2)
        QTest.mouseClick(self.window.windowHandle(), BUTTON, modifier, self._place(widget, at))

    def drag(self, widget: QWidget, *places: QPoint, modifier=NONE) -> None:
        """Press at the first place, move over the others, let go at the last."""
        handle, points = self.window.windowHandle(), [self._place(widget, place) for place in places]
        QTest.mousePress(handle, BUTTON, modifier, points[0])
        for point in points[1:]:  # QTest's moves hold no key down
            place, there = QPointF(point), QPointF(handle.mapToGlobal(point))
            move = QMouseEvent(QEvent.Type.MouseMove, place, place, there, Qt.MouseButton.NoButton, BUTTON, modifier)
            QApplication.sendEvent(handle, move)
        QTest.mouseRelease(handle, BUTTON, modifier, points[-1])

    def drop(self, *urls: QUrl) -> bool:
        """Drag things from elsewhere onto the rows; return whether they were welcome."""
        data = QMimeData()
        data.setUrls(list(urls))
        handle, place = self.window.windowHandle(), QPointF(self._place(self.window.rows, None))
        copy, held = Qt.DropAction.CopyAction, (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        enter = QDragEnterEvent(place.toPoint(), copy, data, *held)
        QApplication.sendEvent(handle, enter)
        drop = QDropEvent(place, copy, data, *held)
        QApplication.sendEvent(handle, drop)
        return enter.isAccepted() and drop.isAccepted()

    def open_dropped(self, *paths: object) -> None:
        """Drop files on the window and, once they have been looked at, say that they are to be opened."""
        self.drop_files(*paths)
        self.wait(lambda: self.dialog.accept_.isEnabled(), self.dialog.answer.text())
        self.answer(Qt.Key.Key_Return)

    def drop_files(self, *paths: object) -> None:
        """Drop files on the window."""
        self.drop(*(QUrl.fromLocalFile(str(path)) for path in paths))

    @property
    def dialog(self) -> ImportDialog:
        """What shows a file before it is opened."""
        return self.window.opening.dialog

    def answer(self, key: Qt.Key, modifier=NONE) -> None:
        """Press a key in the dialog."""
        QTest.keyClick(self.dialog.windowHandle(), key, modifier)

    def click_in_dialog(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click where a part of the dialog is."""
        place = widget.mapTo(self.dialog, widget.rect().center() if at is None else at)
        QTest.mouseClick(self.dialog.windowHandle(), BUTTON, NONE, place)

    def _place(self, widget: QWidget, at: QPoint | None) -> QPoint:
        return widget.mapTo(self.window, widget.rect().center() if at is None else at)

    # Places to click ------------------------------------------------------------------------------------------------

    def row(self, name: str) -> QuantityRow:
        """Return the row of a quantity."""
        return next(row for row in self.window.rows.rows if row.quantity.name == name)

    def unit_in_row(self, name: str, unit: int) -> QPoint:
        """Return where, in the heat map of a quantity, the stripe of a unit is, at a third of the width."""
        row = self.row(name)
        stripe = [y for y in range(row.height()) if row.unit_at(y) == unit]
        return QPoint(row.plot.left() + row.plot.width() // 3, stripe[len(stripe) // 2])

    def on_ruler(self, step: int) -> QPoint:
        """Return where a step stands on the ruler."""
        ruler, row = self.window.rows.ruler, self.window.rows.input_row
        fraction = (step + 0.5 - row.view.first) / row.view.span
        return QPoint(round(row.plot.left() + fraction * row.plot.width()), ruler.height() // 2)

    def button(self, name: str) -> QAbstractButton:
        """Return the button of that name."""
        found = [b for b in self.window.findChildren(QAbstractButton) if name in (b.text().strip(), b.accessibleName())]
        assert found, name
        return found[0]

    # Eyes -----------------------------------------------------------------------------------------------------------

    def status(self) -> str:
        """Return the latest message."""
        return self.window.status.message.text()

    def text(self, name: str) -> str:
        """Return the text of the label or line that is called so."""
        return next(shown.text() for shown in self.window.findChildren(QWidget) if shown.accessibleName() == name)

    def clipboard(self) -> list[list[str]]:
        """Return what was copied, as lines of cells."""
        return [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]

    def clipboard_after_copy(self) -> list[list[str]]:
        """Return the whole readout as it is copied."""
        self.window.readout.table.copy_all()
        return self.clipboard()

    # Patience -------------------------------------------------------------------------------------------------------

    def wait(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait until something is so."""

        def check() -> None:
            assert condition(), what or "waited in vain"

        self.bot.waitUntil(check, timeout=LONG)

    def wait_for_trace(self) -> None:
        """Wait until all is computed, and shown."""
        self.wait(lambda: self.bench.trace is not None and not self.bench.computing.busy, self.status())

    def changes(self, do: Callable[[], object]) -> None:
        """Do something that leads to another trace, and wait for it."""
        with self.bot.waitSignal(self.bench.trace_changed, timeout=LONG):
            do()
        self.wait_for_trace()
