"""A table of texts shows them as they stand, marks what is wrong, and copies whole rows."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from widgets.text_table import TextTable
from widgets.theme import DARK, LIGHT

DISPLAY, TIP, GROUND = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.BackgroundRole


@pytest.fixture
def table(qtbot):
    made = TextTable()
    qtbot.addWidget(made)
    made.resize(500, 200)
    made.apply_theme(LIGHT)
    made.show_texts(("t", "a"), [("0", "1,5"), ("1", "x3"), ("2",)], ["2", "3", "5"], {(1, 1): "x3 is no number"})
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def cell(table, row, column, role=DISPLAY):
    return table.model().index(row, column).data(role)


def test_cells_stand_as_they_are_beside_the_lines_of_the_file(table):
    assert [cell(table, 0, k) for k in (0, 1)] == ["0", "1,5"]
    assert cell(table, 2, 1) == ""
    across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    assert [table.model().headerData(k, across) for k in (0, 1)] == ["t", "a"]
    assert [table.model().headerData(k, down) for k in (0, 1, 2)] == ["2", "3", "5"]


def test_a_row_with_too_many_cells_is_shown_whole(table):
    table.show_texts(("a",), [("1",), ("2", "3", "4")])
    assert table.model().columnCount() == 3
    assert cell(table, 1, 2) == "4"


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_bad_cell_is_marked_and_says_why(table, theme):
    table.apply_theme(theme)
    assert cell(table, 1, 1, TIP) == "x3 is no number"
    assert cell(table, 1, 1, GROUND).name() not in (theme.base, theme.window)
    assert cell(table, 0, 1, GROUND) is None


def test_line_ends_in_a_cell_do_not_break_the_row(table):
    table.show_texts(("a",), [("one\r\ntwo\nthree",)])
    assert cell(table, 0, 0) == "one⏎two⏎three"


def test_the_selected_rows_are_copied(table):
    table.selectRow(1)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "t\ta\n1\tx3\n"
