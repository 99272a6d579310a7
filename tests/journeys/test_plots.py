"""The mouse's wheel and double click on plots, and keys that only stand on the cheat sheet, in the real window."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from explorer.clamps import Clamp
from tests.journeys.person import BUTTON, NONE, Person
from widgets.cheat_sheet import CheatSheet

Key = Qt.Key


def turn(person: Person, widget: QWidget, at: QPoint, angle: int) -> None:
    """Turn the wheel over a place, as the window system tells of it; a notch is 120."""
    handle, place = person.window.windowHandle(), QPointF(widget.mapTo(person.window, at))
    there, none = QPointF(handle.mapToGlobal(place)), Qt.MouseButton.NoButton
    phase = Qt.ScrollPhase.NoScrollPhase
    QApplication.sendEvent(handle, QWheelEvent(place, there, QPoint(), QPoint(0, angle), none, NONE, phase, False))


def double_click(person: Person, widget: QWidget, at: QPoint) -> None:
    QTest.mouseDClick(person.window.windowHandle(), BUTTON, NONE, widget.mapTo(person.window, at))


@pytest.mark.parametrize("part", ["ruler", "minimap", "row"])
def test_the_wheel_zooms_and_a_double_click_on_the_plot_shows_all(person, part):
    rows = person.window.rows
    widget = {"ruler": rows.ruler, "minimap": rows.minimap, "row": person.row("f")}[part]
    row, whole = person.row("f"), rows.view
    at = QPoint(row.plot.left() + row.plot.width() // 4, widget.height() // 2)
    turn(person, widget, at, 240)
    assert rows.view.span < whole.span
    assert rows.view.first > 0, "what is under the pointer stays"
    narrow = rows.view.span
    turn(person, widget, at, -120)
    assert rows.view.span > narrow
    double_click(person, row, QPoint(row.plot.left() + row.plot.width() // 4, row.height() // 2))
    assert rows.view == whole


def test_d_shows_the_difference_from_the_ghost_and_again_the_values(person):
    person.changes(lambda: person.bench.edit_clamps((Clamp("f", 1.0, (3,), (10, 20)),)))
    person.window.rows.setFocus()
    row = person.row("h")
    before = row.grab().toImage()
    person.press(Key.Key_D)
    assert all(spec.difference for spec in person.window.rows.editing.layout.rows)
    assert person.row("h").grab().toImage() != before
    person.press(Key.Key_D)
    assert not any(spec.difference for spec in person.window.rows.editing.layout.rows)


def test_a_question_mark_shows_the_keys(person):
    person.type("?")
    (sheet,) = person.window.findChildren(CheatSheet)
    assert sheet.isVisible()
    sheet.close()
