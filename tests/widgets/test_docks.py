"""A dock that is there where it has something to show, unless it was closed."""

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QTabBar

from widgets.docks import LEFT, LINE, RIGHT, START_WIDTH, Docks, OptionalDock


@pytest.fixture
def window(qtbot) -> QMainWindow:
    made = QMainWindow()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def dock(window) -> OptionalDock:
    made = OptionalDock("Sequences", window)
    made.setWidget(QLabel("seven"))
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, made)
    made.offer(False)
    window.show()
    return made


def test_it_comes_and_goes(dock) -> None:
    assert not dock.isVisible()
    assert not dock.toggleViewAction().isEnabled()
    dock.offer(True)
    assert dock.isVisible()
    dock.offer(False)
    assert not dock.isVisible()
    assert not dock.closed, "nobody closed it"


def test_closed_it_stays_closed_until_it_is_opened_again(dock) -> None:
    dock.offer(True)
    dock.close()
    dock.offer(False)
    dock.offer(True)
    assert dock.closed
    assert not dock.isVisible()
    dock.toggleViewAction().trigger()
    assert dock.isVisible()
    assert not dock.closed
    dock.toggleViewAction().trigger()
    assert dock.closed


def test_reopen_shows_it_where_there_is_something_to_show(dock) -> None:
    dock.offer(True)
    dock.close()
    dock.reopen()
    assert dock.isVisible()
    dock.offer(False)
    dock.reopen()
    assert not dock.isVisible()


def test_a_panel_behind_another_is_made_when_it_is_first_seen(qtbot, window, tmp_path) -> None:
    docks = Docks(window, QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    front, made = docks.add("Front", "front", QLabel("front"), RIGHT), []

    def make() -> QLabel:
        made.append(QLabel("made"))
        return made[-1]

    later = docks.add_later("Later", "later", make, front)
    with qtbot.waitExposed(window):
        window.show()
    front.widget().repaint()
    QApplication.processEvents()
    assert made == []
    later.raise_()
    qtbot.waitUntil(lambda: later.widget() in made)
    front.raise_()
    later.raise_()
    QApplication.processEvents()
    assert len(made) == 1


def test_no_tab_bar_is_left_over_a_panel(window, qtbot, tmp_path) -> None:
    window.setCentralWidget(QLabel("rows"))
    docks = Docks(window, QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    start = docks.add("Open", "start", QLabel("start"), LEFT)
    docks.add("Experiment", "settings", QLabel("settings"), LEFT)
    readout = docks.add("Readout", "readout", QLabel("x" * 60), RIGHT)
    docks.add_optional("Sequences", "sequences", QLabel("sequences"), start)
    text = docks.add_optional("Text", "text", QLabel("text"), readout)
    window.resize(1300, 860)
    docks.fit()
    docks.restore()
    window.show()
    for _ in range(20):
        QApplication.processEvents()

    def bars() -> list[QTabBar]:
        every = window.findChildren(QTabBar)
        return [bar for bar in every if bar.isVisible() and bar.geometry().intersects(window.rect())]

    assert bars() == []
    text.offer(True)
    qtbot.waitUntil(lambda: [bar.count() for bar in bars()] == [2])
    assert text.isVisible()


def test_the_titles_behind_a_narrow_readout_can_be_read(window, qtbot, tmp_path) -> None:
    window.setCentralWidget(QLabel("rows"))
    docks = Docks(window, QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    docks.add("Open", "start", QLabel("start"), LEFT)
    docks.add("Experiment", "settings", QLabel("settings"), LEFT)
    readout = docks.add("Readout", "readout", QLabel("h"), RIGHT)
    titles = ["Cell", "Equations", "Why", "Breakpoints", "Holds"]
    for title in titles:
        docks.add_later(title, title.lower(), QLabel, readout)
    window.resize(1400, 860)
    docks.fit()
    with qtbot.waitExposed(window):
        window.show()
    (bar,) = (bar for bar in window.findChildren(QTabBar) if bar.isVisible())
    qtbot.waitUntil(lambda: bar.count() == 1 + len(titles))
    assert bar.sizeHint().width() <= bar.width()
    assert [bar.tabText(k) for k in range(bar.count())] == ["Readout", *titles]
    shown = [bar.tabRect(k).width() - bar.fontMetrics().horizontalAdvance(bar.tabText(k)) for k in range(bar.count())]
    assert min(shown) > 0


def test_where_there_is_little_room_the_left_panels_are_not_cut(window, qtbot, tmp_path) -> None:
    rows = QLabel("rows")
    rows.setMinimumWidth(540)
    window.setCentralWidget(rows)
    docks = Docks(window, QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    start = docks.add("Open", "start", QLabel("start"), LEFT)
    docks.add("Experiment", "settings", QLabel("settings"), LEFT)
    docks.add("Readout", "readout", QLabel("x" * 200, wordWrap=True), RIGHT).widget().setMinimumWidth(100)
    docks.add_later("Cell", "cell", QLabel, docks.steady[-1])
    window.resize(1000, 700)
    docks.fit()
    with qtbot.waitExposed(window):
        window.show()
    assert start.width() >= START_WIDTH * max(window.fontMetrics().height() / LINE, 1) - 1
