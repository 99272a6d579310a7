"""A person's own tables: seen before they are opened, corrected, remembered; pasted; several at once; given up."""

import gc
import weakref

import pytest
from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from tests.journeys.person import BUTTON, CTRL, LONG, Person
from tests.journeys.seeing import assert_on_screen
from widgets.import_columns import ROLE

Key = Qt.Key


@pytest.fixture(autouse=True)
def folders_of_tests():
    """Keep what is pasted out of the user's own folders."""
    QStandardPaths.setTestModeEnabled(True)
    yield
    QStandardPaths.setTestModeEnabled(False)


@pytest.fixture
def german(tmp_path):
    """Return a table as a German spreadsheet exports it: three batches of 40 steps, lines above, decimal commas."""
    rows = [f"{k % 40};{70 + k % 7},{k % 10};4,{k % 9};{'ABC'[k // 40]}" for k in range(120)]
    path = tmp_path / "anlage.csv"
    text = "Messwerte Anlage 7;;;\r\n\r\nSchritt;Temperatur;Druck;Charge\r\n" + "\r\n".join(rows) + "\r\n"
    path.write_bytes(text.encode("cp1252"))
    return path


def choose_role(person: Person, name: str, title: str) -> None:
    """Click on the role of a column and choose another from what opens."""
    dialog, columns = person.dialog, person.dialog.columns
    row = next(k for k, line in enumerate(columns.columns.lines) if line.name == name)
    place = columns.visualRect(columns.columns.index(row, ROLE)).center()
    QTest.mouseClick(dialog.windowHandle(), BUTTON, pos=columns.viewport().mapTo(dialog, place))
    person.wait(lambda: columns.findChildren(QComboBox))
    (box,) = columns.findChildren(QComboBox)
    person.wait(lambda: box.view().isVisible())
    steps = box.findText(title) - box.currentIndex()
    for _ in range(abs(steps)):
        QTest.keyClick(box.view(), Key.Key_Down if steps > 0 else Key.Key_Up)
    QTest.keyClick(box.view(), Key.Key_Return)
    person.wait(lambda: columns.columns.lines[row].told)


def look_settled(person: Person) -> None:
    person.wait(lambda: person.dialog._job is None and not person.dialog._coalesce.isActive())


def test_a_german_table_is_dropped_corrected_and_opened(person, german):
    person.drop_files(german)
    look_settled(person)
    dialog = person.dialog
    assert "semicolons" in dialog.found.text()
    assert "decimal commas" in dialog.found.text()
    assert "2 lines above" in dialog.found.text()
    assert [line.name for line in dialog.columns.columns.lines] == ["Schritt", "Temperatur", "Druck", "Charge"]
    choose_role(person, "Charge", "sequence id")
    choose_role(person, "Schritt", "time")
    look_settled(person)
    assert "3 sequences of 40 steps" in dialog.answer.text()
    person.changes(lambda: person.answer(Key.Key_Return))
    data = person.bench.experiment.dataset
    assert [sequence.name for sequence in data.sequences] == ["A", "B", "C"]
    assert data.features == ("Temperatur", "Druck")
    assert data.sequences[0].values[3].tolist() == [73.3, 4.3]
    person.press(Key.Key_Right, times=3)
    assert person.bench.step == 3
    assert_on_screen(person)


def test_what_was_chosen_holds_when_the_file_is_opened_again_without_a_question(person, german):
    person.drop_files(german)
    look_settled(person)
    choose_role(person, "Charge", "left out")
    look_settled(person)
    person.changes(lambda: person.answer(Key.Key_Return))
    assert "Charge" not in " ".join(person.bench.experiment.dataset.features)
    person.changes(lambda: person.press(Key.Key_Z, CTRL))
    start = person.window.start
    recent = next(entry for entry in start.recent if entry.path == str(german))
    person.wait(lambda: start.bring_into_view(recent) or recent.visibleRegion().contains(recent.rect().center()))
    person.changes(lambda: person.click(recent))
    assert not person.dialog.isVisible()
    assert person.bench.experiment.dataset.options.roles["Charge"] == "ignore"
    assert_on_screen(person)


def test_how_a_file_was_opened_can_be_changed_and_taken_back(person, german):
    person.changes(lambda: person.open_dropped(german))
    before = person.bench.experiment.dataset
    person.press(Key.Key_I, CTRL)
    look_settled(person)
    choose_role(person, "Druck", "left out")
    look_settled(person)
    person.changes(lambda: person.answer(Key.Key_Return))
    assert "Druck" not in person.bench.experiment.dataset.features
    assert_on_screen(person)
    person.changes(lambda: person.press(Key.Key_Z, CTRL))
    assert person.bench.experiment.dataset is before


def test_what_the_dialog_has_read_is_not_read_again(person, german):
    person.drop_files(german)
    look_settled(person)
    read = person.dialog.read
    person.changes(lambda: person.answer(Key.Key_Return))
    assert person.bench.experiment.dataset.sequences is read.dataset.sequences
    assert person.dialog.read is None


def test_a_file_that_was_written_to_meanwhile_is_read_again(person, german):
    person.drop_files(german)
    look_settled(person)
    with german.open("ab") as file:
        file.write(b"40;77,0;4,0;C\r\n")
    person.changes(lambda: person.answer(Key.Key_Return))
    assert sum(len(sequence) for sequence in person.bench.experiment.dataset.sequences) == 121


def test_what_was_read_is_let_go_with_cancel(person, german):
    person.drop_files(german)
    look_settled(person)
    values = weakref.ref(person.dialog.read.dataset.sequences[0].values)
    person.answer(Key.Key_Escape)
    assert person.dialog.read is None
    person.wait(lambda: gc.collect() >= 0 and values() is None)


def test_a_table_is_pasted_and_can_be_opened_again(person):
    QGuiApplication.clipboard().setText("t\tload\n" + "".join(f"{k}\t{k * k % 11}.5\n" for k in range(30)))
    person.press(Key.Key_V, CTRL)
    look_settled(person)
    assert "tabs" in person.dialog.found.text()
    person.changes(lambda: person.answer(Key.Key_Return))
    data = person.bench.experiment.dataset
    assert (data.features, len(data.sequences[0])) == (("load",), 30)
    assert person.window.start.recent[0].path == data.source
    assert_on_screen(person)


def test_an_empty_clipboard_is_said(person):
    QGuiApplication.clipboard().clear()
    person.press(Key.Key_V, CTRL)
    person.wait(lambda: "clipboard" in person.status())
    assert not person.dialog.isVisible()


def test_several_files_are_several_sequences(person, tmp_path):
    paths = []
    for k in (1, 2, 10):
        path = tmp_path / f"run {k}.csv"
        path.write_text("x,y\n" + "".join(f"{t * k},{t}\n" for t in range(20 + k)))
        paths.append(path)
    person.changes(lambda: person.open_dropped(*paths))
    assert [len(sequence) for sequence in person.bench.experiment.dataset.sequences] == [21, 22, 30]
    assert person.window.sequences.isVisible()
    person.press(Key.Key_PageDown)
    person.wait(lambda: person.bench.sequence == 1)
    person.wait_for_trace()
    assert_on_screen(person)


def test_a_large_load_is_given_up_while_it_is_read(visit, csv, tmp_path):
    person = visit(csv)
    trace, title = person.bench.trace, person.window.windowTitle()
    large = tmp_path / "large.csv"
    with large.open("w") as file:
        file.write("a,b,c,d,e,f,g,h,i,j\n")
        block = "".join(",".join(f"{k}.{j}25" for j in range(10)) + "\n" for k in range(10_000))
        for _ in range(40):
            file.write(block)
    person.open_dropped(large)
    cancel = person.window.status.cancel
    person.wait(cancel.isVisible)
    assert person.bench.trace is trace
    person.click(cancel)
    person.bot.waitUntil(lambda: not cancel.isVisible(), timeout=LONG)
    person.wait(lambda: not person.bench.computing.busy)
    assert person.bench.trace is trace
    assert person.window.windowTitle() == title
    person.press(Key.Key_Right)
    assert person.bench.step == 1
    assert_on_screen(person)
