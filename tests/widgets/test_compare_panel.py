"""The panel of what is compared: what it lists, what it offers and why not, and what it asks for."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon

from tests.widgets import events
from widgets.compare_panel import NOTHING, ComparePanel
from widgets.compared import Compared, notes_on
from widgets.side_table import SWATCH
from widgets.theme import DARK, side_color

LINES = (
    Compared(0, "LSTM", "LSTM", 32, 0, "a", 400, 400),
    Compared(1, "GRU", "GRU", 32, 0, "a", 400, 120, note="GRU goes without 1 hold that it cannot have."),
    Compared(2, "kept: RNN", "RNN", 8, None, "b", 1_500, 1_500),
    Compared(3, "sequence c", error="there is no sequence 2 in these data, but 0 to 1"),
    Compared(4, "seed 1"),
)


@pytest.fixture
def panel(qtbot) -> ComparePanel:
    made = ComparePanel()
    qtbot.addWidget(made)
    made.resize(480, 520)
    made.show()
    qtbot.waitExposed(made)
    made.show_lines(LINES)
    made.show_offers("lstm", "", "")
    return made


def cells(panel, row: int) -> list[str]:
    return [panel.table.item(row, column).text() for column in range(panel.table.columnCount())]


def click_line(panel, row: int) -> None:
    place = panel.table.visualItemRect(panel.table.item(row, 0)).center()
    events.click(panel.table.viewport(), place.x(), place.y())


def test_a_side_is_a_line_with_the_colour_of_its_rows(panel) -> None:
    assert cells(panel, 0) == ["LSTM (present)", "LSTM", "32", "0", "a", "400"]
    assert cells(panel, 1) == ["GRU", "GRU", "32", "0", "a", "120 of 400"]
    assert cells(panel, 2)[3:5] == ["", "b"]
    assert cells(panel, 3)[-1] == "cannot be had"
    assert cells(panel, 4)[-1] == "waits"
    panel.apply_theme(DARK)
    for row, line in enumerate(LINES):
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
            swatch = panel.table.item(row, 0).icon().pixmap(SWATCH, mode).toImage()
            assert swatch.pixelColor(5, 5) == QColor(side_color(line.key, DARK))


def test_where_all_look_at_one_sequence_it_is_not_told(panel) -> None:
    assert not panel.table.isColumnHidden(4)
    panel.show_lines(LINES[:2])
    assert panel.table.isColumnHidden(4)


def test_the_list_is_as_high_as_its_lines(panel) -> None:
    high = panel.table.height()
    panel.show_lines(LINES[:2])
    line = panel.table.verticalHeader().defaultSectionSize()
    events.QApplication.processEvents()
    assert high - panel.table.height() == 3 * line


def test_nothing_compared_says_what_it_is_for(panel) -> None:
    panel.show_lines(())
    assert panel.nothing.isVisible()
    assert panel.nothing.text() == NOTHING
    assert not panel.table.isVisible()
    asked = []
    panel.cells_requested.connect(asked.append)
    panel.all.click()
    panel.cells["gru"].click()
    assert asked == [("rnn", "lstm", "gru"), ("gru",)]


def test_a_side_is_looked_at_and_removed_by_key_and_button_but_not_the_present_one(panel, qtbot) -> None:
    looked, removed = [], []
    panel.look_requested.connect(looked.append)
    panel.removed.connect(removed.append)
    click_line(panel, 0)
    assert not panel.look.isEnabled()
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert (looked, removed) == ([], [])
    click_line(panel, 2)
    panel.look.click()
    qtbot.keyClick(panel.table, Qt.Key.Key_Enter)
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    panel.remove.click()
    assert (looked, removed) == ([2, 2], [2, 2])


def test_what_was_chosen_stays_chosen(panel) -> None:
    click_line(panel, 2)
    panel.show_lines((*LINES[:1], *LINES[2:]))
    assert panel.table.chosen == 2
    panel.show_lines((*LINES[:1], *LINES[3:]))
    assert panel.table.chosen == 3, "the one that follows"
    panel.show_lines(())
    assert panel.table.chosen is None


def test_what_cannot_be_had_says_why(panel) -> None:
    assert panel.cells["lstm"].toolTip() == "The present one has this cell"
    assert not panel.sequences.isEnabled()
    panel.show_sequences(("a", "b"), 0)
    panel.show_offers("lstm", "There is no recipe.", "")
    for button in (*panel.cells.values(), panel.seed, panel.all):
        assert (button.isEnabled(), button.toolTip()) == (False, "There is no recipe.")
    assert panel.keep.isEnabled()
    assert panel.sequences.isEnabled()
    panel.show_offers("gru", "", "A file is followed.")
    assert (panel.keep.isEnabled(), panel.keep.toolTip()) == (False, "A file is followed.")
    panel.show_offers("gru", "", "")
    assert panel.keep.toolTip() == "As it is now, whatever is opened or changed then"


def test_notes_are_a_sentence_each() -> None:
    assert notes_on(LINES, True, "A file is followed.") == (
        "A file is followed.",
        "GRU goes without 1 hold that it cannot have.",
        "sequence c: there is no sequence 2 in these data, but 0 to 1.",
        "kept: RNN has 1\u202f100 further steps, beyond the axis of the present one.",
        "Live mode steps through the present one only: sides are computed whole.",
    )
    assert notes_on((), True, "") == ()


def test_everything_has_a_name_and_can_be_reached_by_tab(panel) -> None:
    assert panel.table.accessibleName() == "What is compared"
    for widget in (panel.all, panel.seed, panel.keep, panel.look, panel.linked, panel.differences, panel.sequences):
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
