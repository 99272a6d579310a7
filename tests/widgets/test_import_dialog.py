"""What would be opened is seen before it is, can be corrected, and is told as it was corrected."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from explorer.sequences import Form, Options
from widgets.import_columns import FILL, ROLE
from widgets.import_dialog import ImportDialog
from widgets.theme import DARK

Key = Qt.Key
LONG = 30_000

GERMAN = "Zeit;Temperatur;Druck;Charge\r\n" + "".join(
    f"{k // 24 + 1:02d}.03.2024 {k % 24:02d}:00;{70 + k % 7},{k % 10};4,{k % 9};{k // 50}\r\n" for k in range(150)
)


@pytest.fixture
def remembered():
    return {}


@pytest.fixture
def dialog(qtbot, remembered):
    made = ImportDialog(lambda names: remembered.get(names, Options()))
    qtbot.addWidget(made)
    made.resize(1000, 700)
    yield made
    made.end()


@pytest.fixture
def look(qtbot, dialog, tmp_path):
    """Write a file, show it, and wait until all of it has been looked at."""

    def show(text, told=None, encoding="cp1252"):
        path = tmp_path / "linie.csv"
        path.write_text(text, encoding=encoding, newline="")
        dialog.show_source(str(path), told)
        settle(qtbot, dialog)
        return dialog

    return show


def settle(qtbot, dialog):
    qtbot.waitUntil(lambda: dialog._job is None and not dialog._coalesce.isActive(), timeout=LONG)


def column(dialog, name):
    return next(line for line in dialog.columns.columns.lines if line.name == name)


def choose_role(qtbot, dialog, row, title, at=ROLE):
    """Click on a cell and choose from what opens, by the keyboard."""
    index = dialog.columns.columns.index(row, at)
    place = dialog.columns.visualRect(index).center()
    QTest.mouseClick(dialog.columns.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: bool(dialog.columns.findChildren(QComboBox)), timeout=LONG)
    (box,) = dialog.columns.findChildren(QComboBox)
    qtbot.waitUntil(lambda: box.view().isVisible(), timeout=LONG)
    wanted = box.findText(title)
    view = box.view()
    for _ in range(abs(wanted - box.currentIndex())):
        QTest.keyClick(view, Key.Key_Down if wanted > box.currentIndex() else Key.Key_Up)
    QTest.keyClick(view, Key.Key_Return)
    settle(qtbot, dialog)


def test_a_german_table_is_seen_right_without_a_question(look):
    dialog = look(GERMAN)
    assert "semicolons" in dialog.found.text()
    assert "decimal commas" in dialog.found.text()
    assert [line.role for line in dialog.columns.columns.lines][:3] == ["time", "input", "input"]
    assert column(dialog, "Temperatur").range == "70 … 76.9"
    assert dialog.rows.texts.text(0, 1) == "70,0"
    assert dialog.accept_.isEnabled()
    assert "steps" in dialog.answer.text()
    assert not dialog.parts.widget(2).isVisible()


def test_open_tells_what_was_corrected(qtbot, look):
    dialog, said = look(GERMAN), []
    dialog.open_requested.connect(lambda *told: said.append(told))
    choose_role(qtbot, dialog, 3, "sequence id")
    assert "3 sequences of 50 steps" in dialog.answer.text()
    assert column(dialog, "Charge").told
    QTest.keyClick(dialog, Key.Key_Return)
    assert not dialog.isVisible()
    ((source, options, names),) = said
    assert source.endswith("linie.csv")
    assert dict(options.roles) == {"Charge": "id"}
    assert names == ("Zeit", "Temperatur", "Druck", "Charge")


def test_a_correction_of_the_text_is_seen_at_once_and_can_be_taken_back(qtbot, look):
    dialog = look("a;b\n1,5;2\n3,5;4\n")
    box = dialog.form.boxes["delimiter"]
    box.setFocus()
    for _ in range(3):
        QTest.keyClick(box, Key.Key_Down)
    assert box.currentData() == "\t"
    settle(qtbot, dialog)
    assert dialog.rows.texts.text(0, 0) == "1,5;2"
    QTest.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    settle(qtbot, dialog)
    assert [dialog.rows.texts.text(0, k) for k in (0, 1)] == ["1,5", "2"]
    assert dialog.form.boxes["delimiter"].currentData() is None


def test_bad_cells_are_marked_and_listed_and_can_be_taken_as_missing(qtbot, look):
    dialog = look("t,a\n0,1.5\n1,x3\n2,2.5\n3,\n")
    assert not dialog.accept_.isEnabled()
    assert "line 3, column 2" in dialog.answer.text()
    assert dialog.parts.widget(2).isVisible()
    assert [dialog.problems.texts.text(0, k) for k in range(3)] == ["3", "2", "x3"]
    tip = dialog.rows.texts.index(1, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert "no number" in tip
    box = dialog.form.boxes["bad_cells"]
    box.setFocus()
    QTest.keyClick(box, Key.Key_End)
    settle(qtbot, dialog)
    assert dialog.accept_.isEnabled()
    assert column(dialog, "a").missing.startswith("1")
    choose_role(qtbot, dialog, 1, "a line between", at=FILL)
    assert dict(dialog._told.fills) == {"a": "interpolate"}


def test_what_was_chosen_for_these_columns_before_is_chosen_again(qtbot, look, remembered):
    remembered["Zeit", "Temperatur", "Druck", "Charge"] = Options(roles={"Druck": "ignore"})
    dialog = look(GERMAN)
    assert column(dialog, "Druck").role == "ignore"
    assert column(dialog, "Druck").told
    assert "Druck" not in dialog.answer.text()


def test_what_a_file_was_opened_with_is_shown_again(look):
    dialog = look(GERMAN, Options(form=Form(header_lines=0)))
    assert dialog.form.boxes["header_lines"].currentText() == "0"


def test_a_column_is_called_as_in_the_file_whatever_its_name(look):
    dialog = look("id,drop,time\n1,2.5,0\n1,3.5,1\n2,4.5,0\n2,5.5,1\n")
    model = dialog.columns.columns
    assert [model.index(row, 0).data() for row in range(3)] == ["id", "drop", "time"]


def test_no_table_at_all_is_a_sentence(look):
    dialog = look("")
    assert "empty" in dialog.answer.text()
    assert not dialog.accept_.isEnabled()
    QTest.keyClick(dialog, Key.Key_Escape)
    assert not dialog.isVisible()


def test_cancel_says_nothing_and_leaves_the_work(qtbot, dialog, tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "1.5,2.5\n" * 400_000)
    said = []
    dialog.open_requested.connect(lambda *told: said.append(told))
    dialog.show_source(str(path))
    qtbot.waitUntil(lambda: dialog.accept_.isEnabled(), timeout=LONG)
    QTest.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    assert dialog._job is None
    assert said == []


def test_the_keyboard_alone_is_enough(qtbot, look):
    dialog = look(GERMAN)
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    dialog.columns.setFocus()
    dialog.columns.setCurrentIndex(dialog.columns.columns.index(2, ROLE))
    QTest.keyClick(dialog.columns, Key.Key_Space)
    (box,) = dialog.columns.findChildren(QComboBox)
    qtbot.waitUntil(lambda: box.view().isVisible(), timeout=LONG)
    QTest.keyClick(box.view(), Key.Key_End)
    QTest.keyClick(box.view(), Key.Key_Return)
    settle(qtbot, dialog)
    assert dict(dialog._told.roles) == {"Druck": "ignore"}


def test_both_themes_and_a_tiny_window(look):
    dialog = look(GERMAN)
    dialog.apply_theme(DARK)
    dialog.resize(dialog.minimumSizeHint())
    assert dialog.height() <= 700
    assert dialog.grab().size().isValid()


def test_nothing_of_the_file_before_is_shown_of_the_next(qtbot, look, dialog, tmp_path):
    look(GERMAN, Options(form=Form(decimal=",")))
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    dialog.show_source(str(path))
    qtbot.waitUntil(lambda: "picture" in dialog.answer.text(), timeout=LONG)
    shown = [box.currentText() for box in dialog.form.boxes.values() if box.isVisible()]
    assert shown
    assert not any("found" in text for text in shown)
    assert dialog.form.boxes["decimal"].currentData() is None


def test_na_is_a_country_and_minus_999_a_gap_once_that_is_told(qtbot, look):
    dialog = look("country,x\n" + "NA,1\nDE,-999\n" * 20)
    assert column(dialog, "country").missing == "20, first in line 2"
    assert column(dialog, "x").range == "-999 … 1"
    dialog.form.missing.setFocus()
    dialog.form.missing.selectAll()
    QTest.keyClicks(dialog.form.missing, "?, -999")
    QTest.keyClick(dialog.form.missing, Key.Key_Tab)
    settle(qtbot, dialog)
    assert column(dialog, "country").missing == ""
    assert (column(dialog, "x").missing, column(dialog, "x").holds) == ("20, first in line 3", "always the same")
    with qtbot.waitSignal(dialog.open_requested) as opened:
        dialog.accept()
    assert opened.args[1] == Options(form=Form(missing=("?", "-999")))
    dialog.reset.click()
    settle(qtbot, dialog)
    assert dialog.form.missing.text().startswith("-, ., ?, --, na")


def test_a_row_of_another_width_is_marked_as_a_whole(look):
    dialog = look("a,b,c\n1,2,3\n4,5\n6,7,8\n")
    tips = [dialog.rows.texts.index(1, column).data(Qt.ItemDataRole.ToolTipRole) for column in range(2)]
    assert all("2 cells where the table has 3" in tip for tip in tips)
    assert dialog.rows.texts.index(0, 0).data(Qt.ItemDataRole.BackgroundRole) is None


def test_choices_for_a_table_without_names_are_for_this_file_only(qtbot, look, remembered):
    remembered["column 1", "column 2"] = Options(roles={"column 1": "ignore"})
    dialog, said = look("1,2\n3,4\n5,6\n"), []
    assert column(dialog, "column 1").role == "input"
    dialog.open_requested.connect(lambda *told: said.append(told))
    QTest.keyClick(dialog, Key.Key_Return)
    assert said[0][2] == (said[0][0],)


def test_running_text_has_an_encoding_and_nothing_of_a_table(qtbot, dialog, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("Es war einmal ein größeres Tor.\n" * 20, encoding="cp1252")
    dialog.show_source(str(path))
    settle(qtbot, dialog)
    assert dialog.found.text() == "running text  ·  Windows-1252"
    shown = {name for name, box in dialog.form.boxes.items() if box.isVisible()}
    assert shown == {"encoding", "train", "plain_text", "tokens"}
    assert dialog.form.boxes["plain_text"].currentText() == "running text  (found)"
    assert dialog.rows.texts.text(0, 0) == "Es war einmal ein größeres Tor."
    assert "640 steps" in dialog.answer.text()
