"""Panels are taken by their titles and put elsewhere: to another side, onto another as a tab, and out of the window."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QTabBar

from tests.journeys.person import Person

LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


def dock(person: Person, title: str) -> QDockWidget:
    return next(dock for dock in person.window.docks.all if dock.windowTitle() == title)


def drag_title(person: Person, title: str, target: QPoint) -> QDockWidget:
    """Take a dock by its title, move it to a place of the window in a dozen moves, and let go there."""
    taken = dock(person, title)
    begin, end = QPoint(100, 10), taken.mapFrom(person.window, target)
    person.drag(taken, begin, *(begin + (end - begin) * k / 12 for k in range(1, 13)))
    return taken


def area(person: Person, title: str) -> Qt.DockWidgetArea:
    return person.window.dockWidgetArea(dock(person, title))


def test_a_dock_goes_to_the_other_side_and_is_found_there_another_time(visit) -> None:
    person = visit()
    window = person.window
    assert area(person, "Open") == LEFT
    opening = drag_title(person, "Open", QPoint(window.width() - 100, window.height() - 60))
    person.wait(lambda: area(person, "Open") == RIGHT and not opening.isFloating())
    person.wait(lambda: opening.x() > window.width() // 2 and opening.y() > window.height() // 3)
    assert opening.visibleRegion().boundingRect().height() > 100
    person.changes(lambda: person.click(window.panel.cell.button("gru")))
    assert person.bench.experiment.network.recipe.cell == "gru", "the panels that stayed still work"
    window.close()

    again = visit()
    assert area(again, "Open") == RIGHT
    again.window.findChild(QAction, "Reset layout").trigger()
    assert area(again, "Open") == LEFT
    again.wait(lambda: dock(again, "Open").x() < 10)


def titles_of(bar: QTabBar) -> list[str]:
    return [bar.tabText(k) for k in range(bar.count())]


def test_a_dock_dropped_onto_another_is_a_tab_of_it(visit) -> None:
    person = visit()
    window, beneath, seen = person.window, dock(person, "Experiment"), person.window.docks.is_seen
    opening = drag_title(person, "Open", beneath.geometry().center())
    person.wait(lambda: beneath in window.tabifiedDockWidgets(opening) and not opening.isFloating())
    (bar,) = (bar for bar in window.findChildren(QTabBar) if bar.isVisible() and "Open" in titles_of(bar))
    person.wait(lambda: bar.geometry().top() >= opening.geometry().bottom(), "the bar stands below its panels")
    titles = titles_of(bar)
    assert sorted(titles) == ["Experiment", "Lesson", "Open"]
    person.click(bar, bar.tabRect(titles.index("Experiment")).center())
    person.wait(lambda: seen(beneath) and not seen(opening))
    person.click(bar, bar.tabRect(titles.index("Open")).center())
    person.wait(lambda: seen(opening) and not seen(beneath))


def test_a_dock_dropped_over_the_rows_floats_and_keeps_up(visit) -> None:
    person = visit()
    person.bench.player.stop()
    window = person.window
    readout = drag_title(person, "Readout", QPoint(window.width() // 2, window.height() // 2))
    person.wait(readout.isFloating)
    window.activateWindow()
    person.wait(window.isActiveWindow)
    window.rows.setFocus()
    step = person.bench.step
    person.press(Qt.Key.Key_Right)
    assert person.text("Step shown in the readout") == f"step {step + 1}"
