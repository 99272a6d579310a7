"""The form of the import dialog shows what was found, tells what a person chose, and says nothing else."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from explorer.sequences import Form, Options
from explorer.sequences.numerals import USUAL
from widgets.import_form import ImportForm

FOUND = Form("cp1252", ";", '"', "", ",", "", "", 3, 1, 0, 0)


@pytest.fixture
def form(qtbot):
    made = ImportForm()
    qtbot.addWidget(made)
    made.resize(330, 700)
    made.show_options(Options(), FOUND, "one", 1)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


@pytest.fixture
def told(form):
    said = []
    form.options_edited.connect(said.append)
    return said


def choose(box, value):
    """Choose with the keyboard, as a person does who sees the entry."""
    box.setFocus()
    row = next(k for k in range(box.count()) if box.itemData(k) == value)
    for _ in range(row - box.currentIndex()):
        QTest.keyClick(box, Qt.Key.Key_Down)


def test_what_was_found_is_shown_as_such(form):
    shown = {name: box.currentText() for name, box in form.boxes.items()}
    assert shown["encoding"] == "Western (Windows-1252)  (found)"
    assert shown["delimiter"] == "semicolon  ;  (found)"
    assert shown["decimal"] == "comma  1,5  (found)"
    assert shown["preamble_lines"] == "3  (found)"
    assert shown["shape"] == "one sequence  (found)"
    assert not form.boxes["table"].isVisible()


def test_a_choice_is_told_with_everything_told_before(form, told):
    choose(form.boxes["delimiter"], ",")
    assert told == [Options(form=Form(delimiter=","))]
    form.show_options(told[0], replace(FOUND, delimiter=","), "one", 1)
    assert form.boxes["delimiter"].currentText() == "comma  ,"
    choose(form.boxes["shape"], "long")
    assert told[-1] == Options(form=Form(delimiter=","), shape="long")


def test_what_was_told_can_be_taken_back(form, told):
    form.show_options(Options(form=Form(header_lines=2), train=0.8), FOUND, "one", 1)
    form.boxes["header_lines"].setFocus()
    QTest.keyClick(form.boxes["header_lines"], Qt.Key.Key_Home)
    assert told[-1] == Options(train=0.8)


def test_showing_says_nothing(form, told):
    form.show_options(Options(form=Form(encoding="iso8859-5", delimiter="^")), FOUND, "wide", 4)
    assert told == []
    assert form.boxes["encoding"].currentText() == "ISO8859-5"
    assert form.boxes["delimiter"].currentText() == "^"
    assert form.boxes["table"].isVisible()
    assert form.boxes["table"].count() == 5


def test_a_file_that_is_no_text_has_no_encoding_to_choose(form):
    form.show_options(Options(), None, "one", 1)
    assert not form.boxes["encoding"].isVisible()
    assert form.boxes["shape"].isVisible()


@pytest.mark.parametrize(("typed", "rate"), [("250", 250.0), ("0.5", 0.5), ("1e3", 1000.0)])
def test_a_rate_is_told(form, told, typed, rate):
    form.rate.setFocus()
    QTest.keyClicks(form.rate, typed)
    QTest.keyClick(form.rate, Qt.Key.Key_Return)
    assert told == [Options(rate=rate)]


def test_the_words_that_stand_for_no_value_are_shown_and_told(form, told):
    assert form.missing.text() == "-, ., ?, --, na, n/a, nan, nil, #n/a, <na>, none, null, missing"
    assert "an empty cell, -, ., ?" in form.missing.toolTip()
    form.missing.setFocus()
    QTest.keyClick(form.missing, Qt.Key.Key_Return)
    assert told == []
    QTest.keyClick(form.missing, Qt.Key.Key_End)
    QTest.keyClicks(form.missing, ", -999")
    QTest.keyClick(form.missing, Qt.Key.Key_Return)
    assert told == [Options(form=Form(missing=(*USUAL, "-999")))]
    form.show_options(Options(form=Form(missing=("?", "-999"))), FOUND, "one", 1)
    assert form.missing.text() == "?, -999"
    form.missing.selectAll()
    QTest.keyClick(form.missing, Qt.Key.Key_Delete)
    QTest.keyClick(form.missing, Qt.Key.Key_Return)
    assert told[-1] == Options(form=Form(missing=()))
    form.show_options(Options(), Form(encoding="utf-8"), None, 1)
    assert not form.missing.isVisible()


@pytest.mark.parametrize(
    ("typed", "decimal", "words"),
    [
        ("usual, n.v.", ".", (*USUAL, "n.v.")),
        ("-99,9", ".", ("-99", "9")),
        ("-99,9, x", ",", ("-99,9", "x")),
        ('x, "-99,9" ,y', ".", ("x", "-99,9", "y")),
        ('"usual"', ".", ("usual",)),
    ],
)
def test_words_for_no_value_are_read_as_they_are_shown(form, told, typed, decimal, words):
    form.show_options(Options(), replace(FOUND, decimal=decimal), "one", 1)
    for _ in range(2):
        form.missing.selectAll()
        QTest.keyClicks(form.missing, typed)
        QTest.keyClick(form.missing, Qt.Key.Key_Return)
        assert told == [Options(form=Form(missing=words))]
        form.show_options(told[0], replace(FOUND, decimal="."), "one", 1)
        typed = form.missing.text()


def test_the_order_of_day_and_month_is_told(form, told):
    choose(form.boxes["dates"], "day-first")
    assert told == [Options(form=Form(dates="day-first"))]


def test_every_field_has_a_name_and_a_label(form):
    buddies = {label.buddy() for label in form.findChildren(QLabel)}
    for box in (*form.boxes.values(), form.rate, form.missing):
        assert box.accessibleName()
        assert box in buddies
