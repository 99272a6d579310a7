"""Light and dark, as chosen or as the desktop has it, and the size of texts, both remembered."""

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QToolButton, QWidget

from tests.journeys.person import CTRL
from tests.journeys.seeing import assert_on_screen
from widgets.theme import DARK, LIGHT
from widgets.unseen import Unseen


@pytest.fixture(autouse=True)
def font(qapp):
    """Give the application back the font it had."""
    before = qapp.font()
    yield before
    qapp.setFont(before)


def action(person, name: str):
    return next(action for action in person.window.actions_.by_menu["View"] if action.objectName() == name)


def desktop_turns(scheme: Qt.ColorScheme) -> None:
    """Tell of another scheme as Qt does when the desktop changes it."""
    QGuiApplication.styleHints().colorSchemeChanged.emit(scheme)


def test_it_follows_the_desktop_until_a_theme_is_chosen(visit):
    person = visit()
    assert action(person, "System theme").isChecked()
    desktop_turns(Qt.ColorScheme.Dark)
    assert person.window.theme is DARK
    assert_on_screen(person)
    desktop_turns(Qt.ColorScheme.Light)
    assert person.window.theme is LIGHT
    action(person, "Dark theme").trigger()
    assert action(person, "Dark theme").isChecked()
    assert not action(person, "System theme").isChecked()
    desktop_turns(Qt.ColorScheme.Light)
    assert person.window.theme is DARK
    action(person, "System theme").trigger()
    assert person.window.theme is LIGHT
    assert person.window.settings.value("theme") == "system"
    action(person, "Light theme").trigger()


def test_keys_make_texts_larger_and_smaller_and_normal_again(visit, font):
    person = visit()
    normal = font.pointSizeF()
    person.press(Qt.Key.Key_Plus, CTRL, times=2)
    shown = (person.window.transport.label, person.window.readout.table, person.window.transport.step_box)
    assert [part.font().pointSizeF() for part in shown] == [normal + 2] * 3
    assert_on_screen(person)
    person.window.close()
    person = visit()
    assert person.window.transport.label.font().pointSizeF() == normal + 2
    person.press(Qt.Key.Key_0, CTRL)
    assert person.window.readout.table.font().pointSizeF() == normal
    person.press(Qt.Key.Key_Minus, CTRL, times=40)
    assert person.window.readout.table.font().pointSizeF() == 8
    person.press(Qt.Key.Key_Equal, CTRL, times=40)
    assert person.window.readout.table.font().pointSizeF() == 16
    person.window.settings.setValue("font_size", "as large as you like")
    person.window.close()
    assert visit().window.transport.label.font().pointSizeF() == normal


def test_the_buttons_of_a_hold_grow_with_their_words(visit):
    """Also where they were made before the words became larger."""
    person = visit()
    person.window.holds.dock.raise_()
    person.wait(lambda: person.window.holds.panel is not None and person.window.holds.panel.isVisible())
    person.press(Qt.Key.Key_Plus, CTRL, times=40)
    form = person.window.holds.panel.form
    QApplication.processEvents()
    buttons = [button for button in form.findChildren(QAbstractButton) if button.isVisible()]
    assert len(buttons) > 9
    for button in buttons:
        assert button.width() >= button.fontMetrics().horizontalAdvance(button.text()) + 8, button.text()


@pytest.mark.parametrize("points", [8, 13, 16])
@pytest.mark.parametrize("live", [True, False], ids=["while it runs", "from the start"])
def test_no_word_is_cut_off_at_any_size(visit, settings, points, live):
    if not live:
        settings.setValue("font_size", float(points))
    person = visit()
    if live:
        away = round(points - person.window.appearance.size)
        person.press(Qt.Key.Key_Plus if away > 0 else Qt.Key.Key_Minus, CTRL, times=abs(away))
    shown = [part for kind in (QAbstractButton, QLabel) for part in person.window.findChildren(kind)]
    shown = [part for part in shown if part.isVisible() and part.text() and not part.text().startswith("<")]
    assert len(shown) > 20

    def cut() -> list[str]:
        return [part.text() for part in shown if part.isVisible() and not fits(part)]

    person.wait(lambda: not cut())
    assert cut() == []
    assert_on_screen(person)


def fits(part: QAbstractButton | QLabel) -> bool:
    """Return whether a text has the room that it takes, or says all of it in its tooltip."""
    metrics, room = QFontMetrics(part.font()), part.contentsRect()
    if isinstance(part, QLabel) and part.wordWrap():
        box = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, part.text())
    else:
        box = metrics.boundingRect(part.text())
    if isinstance(part, QToolButton) and part.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly:
        return bool(part.accessibleName())
    wide = box.width() <= room.width() + 2 or part.text() in part.toolTip()
    return wide and metrics.height() - 2 <= room.height()


def test_with_every_panel_seen_the_window_fits_half_a_screen(visit):
    person = visit(size=(900, 700))
    docks = person.window.docks
    for dock in docks.all:
        if not dock.isHidden():
            dock.raise_()
            person.wait(lambda dock=dock: docks.is_seen(dock) and not isinstance(dock.widget(), Unseen))
            assert dock.geometry().right() <= 900, dock.windowTitle()
    assert person.window.minimumSizeHint().width() <= 900
    assert person.window.width() == 900


def test_the_titles_of_docks_grow_with_the_other_texts(visit):
    person = visit()
    dock = person.window.docks.steady[0]

    def wide() -> int:
        """Return how many pixels the title takes, from its first to its last that is inked."""
        image = dock.grab().toImage().copy(0, 0, dock.width() // 2, dock.widget().y())
        ground = image.pixel(image.width() - 1, image.height() // 2)
        rows = range(2, image.height() - 2)
        inked = [x for x in range(image.width()) if any(image.pixel(x, y) != ground for y in rows)]
        return inked[-1] - inked[0]

    before = wide()
    person.press(Qt.Key.Key_Equal, CTRL, times=6)
    person.wait(lambda: wide() > 1.3 * before)
    person.press(Qt.Key.Key_0, CTRL)
    person.wait(lambda: wide() == before)


def test_no_part_of_a_panel_is_a_window_of_its_own_while_it_is_made(person):
    shown = []

    class Watcher(QObject):
        def eventFilter(self, watched, event):  # noqa: N802
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                shown.append(watched.objectName())
            return False

    watcher, app = Watcher(), QApplication.instance()
    app.installEventFilter(watcher)
    for dock in person.window.docks.all:
        person.window.docks.panel(dock)
    app.removeEventFilter(watcher)
    assert shown == []
