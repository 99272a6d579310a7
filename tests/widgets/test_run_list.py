from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from widgets.run_list import RunLine, RunList

FINISHED = RunLine("/runs/a", "a", "2026-11-27 12:00", "LSTM", 100, "finished")


@pytest.fixture
def runs(exposed):
    made = exposed(RunList(), 640, 300)
    made.show_lines([replace(FINISHED, key=f"/runs/{name}", name=name) for name in "abc"])
    made.table.setFocus()
    return made


def deleting(runs):
    """Have the list lose what is deleted, and return what was."""
    gone = []

    def delete(key):
        gone.append(key)
        runs.show_lines([line for line in runs._lines if line.key != key])

    runs.delete_requested.connect(delete)
    return gone


def test_the_key_deletes_nothing_that_the_button_would_not(runs):
    gone = deleting(runs)
    runs.show_lines([replace(FINISHED, state="running")])
    runs.table.selectRow(0)

    QTest.keyClick(runs.table, Qt.Key.Key_Delete)

    assert not runs.delete.isEnabled()
    assert gone == []


def test_a_key_that_is_held_down_deletes_one_run(runs):
    gone = deleting(runs)
    runs.table.selectRow(0)

    for again in (False, True, True):
        key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "", again)
        QApplication.sendEvent(runs.table, key)

    assert gone == ["/runs/a"]


def test_the_run_after_a_deleted_one_is_not_chosen(runs):
    gone = deleting(runs)
    runs.table.selectRow(0)

    QTest.keyClick(runs.table, Qt.Key.Key_Delete)
    QTest.keyClick(runs.table, Qt.Key.Key_Delete)

    assert gone == ["/runs/a"]
    assert not runs.delete.isEnabled()
