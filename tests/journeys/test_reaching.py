"""Everything is reached by the keyboard, is called by a name, and reads numbers alike in every locale."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QMenuBar,
    QWidget,
)

from tests.journeys.person import Person


@pytest.fixture(params=["light", "dark"])
def themed(request, person) -> Person:
    person.window.appearance.choose_theme(request.param)
    return person


def every_dialog(person: Person) -> list[QDialog]:
    """Call up every dialog of the window; return them."""
    window, desk = person.window, person.window.desk
    window.ask_for_generator()
    desk.export_picture()
    desk.export_values()
    desk.record()
    window.status.open_list()
    dialogs = [window.generator, desk.export_dialog, desk.values_dialog, desk.record_dialog, window.status.list]
    return [*dialogs, window.opening.dialog]


def controls(root: QWidget) -> list[QWidget]:
    """Return all that can have the focus, but for parts of others that pass it on."""
    every = [part for part in root.findChildren(QWidget) if part.focusPolicy() != Qt.FocusPolicy.NoFocus]
    parts = (QAbstractSpinBox, QComboBox, QAbstractItemView)
    popups = "QComboBoxPrivateContainer"
    return [
        part
        for part in every
        if not isinstance(part, QMenuBar)
        and not (isinstance(part, QLineEdit) and isinstance(part.parent(), QAbstractSpinBox))
        and not any(isinstance(part.parent(), kind) for kind in parts)
        and not part.objectName().startswith("qt_")
        and not (isinstance(part, QAbstractItemView) and part.parent().inherits(popups))
    ]


def name_of(part: QWidget) -> str:
    """Return what a screen reader calls it. Of a box of choices Qt on Linux says the choice, so it is not asked."""
    if isinstance(part, QComboBox):
        labels = [label for label in part.window().findChildren(QLabel) if label.buddy() is part]
        return part.accessibleName() or "".join(label.text() for label in labels)
    interface = QAccessible.queryAccessibleInterface(part)
    return "" if interface is None else interface.text(QAccessible.Text.Name)


def fronts(person: Person) -> Iterator[str]:
    """Bring one dock after the other to the front, with its panel made."""
    docks = person.window.docks
    for dock in docks.all:
        if dock.toggleViewAction().isEnabled():
            docks.panel(dock)
            dock.show()
            dock.raise_()
            person.wait(lambda dock=dock: docks.is_seen(dock))
            yield dock.objectName()


def test_every_control_has_a_name(person):
    assert len(list(fronts(person))) >= 10
    roots = [person.window, *every_dialog(person)]
    nameless = [
        f"{type(part).__name__} in {type(root).__name__} below {type(part.parent()).__name__}"
        for root in roots
        for part in controls(root)
        if not name_of(part).strip()
    ]
    assert len([part for root in roots for part in controls(root)]) > 150
    assert nameless == [], "\n".join(nameless)


def test_tab_goes_to_every_control_that_can_be_seen_and_comes_back(person):
    for front in fronts(person):
        tab_comes_round(person, front)


def tab_comes_round(person: Person, front: str) -> None:
    window = person.window
    wanted = {
        part
        for part in controls(window)
        if part.isVisible() and part.isEnabled() and part.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(part, QDockWidget)
    }  # fmt: skip
    window.rows.setFocus()
    seen: list[QWidget] = []
    for _ in range(3 * len(wanted)):
        person.press(Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused is window.rows:
            break
        if not seen or focused is not seen[-1]:  # within a text Tab goes from link to link
            seen.append(focused)
    assert QApplication.focusWidget() is window.rows, f"Tab comes round with {front} in front"
    groups = [part for part in wanted - set(seen) if not in_chosen_group(part, seen)]
    assert [name_of(part) for part in groups if part is not window.rows] == [], front
    assert len(seen) == len(set(seen))


def in_chosen_group(part: QWidget, seen: list[QWidget]) -> bool:
    """Whether Tab goes to another of the same group, whose arrow keys come here; or to what it passes the focus to."""
    group = getattr(part, "group", lambda: None)()
    proxy = part.focusProxy()
    return (group is not None and any(other in seen for other in group.buttons())) or (
        proxy is not None and proxy in seen
    )


def test_tab_goes_down_a_panel(person):
    panel = person.window.panel
    seen: list[QWidget] = []
    next(part for part in controls(panel) if part.isVisible() and part.isEnabled()).setFocus()
    for _ in range(40):
        focused = QApplication.focusWidget()
        if not panel.isAncestorOf(focused):
            break
        seen.append(focused)
        person.press(Qt.Key.Key_Tab)
    heights = [part.mapTo(panel, part.rect().center()).y() for part in seen]
    inner = [part.parent() for part in seen]
    tops = [min(h for h, p in zip(heights, inner, strict=True) if p is parent) for parent in dict.fromkeys(inner)]
    assert len(seen) > 8
    assert tops == sorted(tops)


def test_the_focus_can_be_seen(themed):
    window = themed.window
    unseen, seen = [], set()
    for front in fronts(themed):
        window.rows.setFocus()
        themed.press(Qt.Key.Key_Tab)
        for _ in range(150):
            part = QApplication.focusWidget()
            if part is window.rows:
                break
            focused = None if part in seen else part.grab().toImage()
            themed.press(Qt.Key.Key_Tab)
            if focused is not None and part.grab().toImage() == focused:
                unseen.append(f"{type(part).__name__} {name_of(part)} in {front}")
            seen.add(part)
    assert len(seen) > 60
    assert unseen == [], "\n".join(unseen)


@pytest.mark.parametrize("language", ["German", "French", "Arabic", "Hindi", "Turkish"])
def test_numbers_are_read_and_written_alike_in_every_locale(visit, language):
    before = QLocale()
    QLocale.setDefault(QLocale(getattr(QLocale.Language, language)))
    try:
        person = visit()
        boxes = [box for root in (person.window, *every_dialog(person)) for box in root.findChildren(QDoubleSpinBox)]
        assert len(boxes) > 3
        for box in boxes:
            number = 0.5 if box.minimum() <= 0.5 else float(int(box.minimum())) + 1.5
            assert box.textFromValue(number) == str(number), name_of(box)
            assert box.valueFromText(f"{number}{box.suffix()}") == number, name_of(box)
        for dialog in person.window.findChildren(QDialog):
            dialog.close()
        person.window.activateWindow()
        person.wait(person.window.isActiveWindow)
        box = person.window.transport.speed
        person.click(box.lineEdit())
        box.lineEdit().selectAll()
        person.type("2.5")
        person.press(Qt.Key.Key_Return)
        assert person.bench.player.speed == 2.5
    finally:
        QLocale.setDefault(before)
