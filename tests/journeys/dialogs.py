"""What a person does in the dialogs that write files, and what else there is to see of it."""

import re
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget

from tests.journeys.person import Person
from widgets.check_list import CheckList
from widgets.saving import SavingDialog
from widgets.subjects import Subject

Key = Qt.Key


def click(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def save(person: Person, dialog: SavingDialog, path: Path) -> str:
    """Name a file and press Enter; return what is answered."""
    dialog.path.setFocus()
    dialog.path.selectAll()
    QTest.keyClicks(dialog.path, str(path))
    QTest.keyClick(dialog.path, Key.Key_Return)
    person.wait(lambda: not dialog.working)
    return dialog.answer.text()


def check(person: Person, listed: CheckList, *titles: str) -> None:
    """Go along a list with the arrow keys and press Space so that these are checked and no others."""
    listed.window().activateWindow()
    listed.setFocus()
    person.wait(listed.hasFocus)
    QTest.keyClick(listed, Key.Key_Home)
    for k in range(listed.count()):
        item = listed.item(k)
        assert listed.currentRow() == k
        if item.text() != listed._all_title and (item.checkState() == Qt.CheckState.Checked) != (item.text() in titles):
            QTest.keyClick(listed, Key.Key_Space)
        QTest.keyClick(listed, Key.Key_Down)


def subject(person: Person, title: str) -> Subject:
    return next(each for each in person.window.desk.subjects() if each.title == title)


def dock(person: Person, title: str) -> QDockWidget:
    return next(each for each in person.window.findChildren(QDockWidget) if each.windowTitle() == title)


def words(svg: bytes) -> list[str]:
    return re.findall(r"<text[^>]*>\s*([^<]*?)\s*</text>", svg.decode())
