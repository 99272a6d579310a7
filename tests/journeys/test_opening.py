"""Ways in: the dialog, drag and drop, recent files, presets; wrong files; and long work that is given up."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from explorer.presets import load_presets
from tests.explorer.sequences.workbook import write_workbook
from tests.journeys.person import CTRL, Person
from tests.journeys.seeing import assert_on_screen
from widgets.main_window import MainWindow
from widgets.messages import MessageList
from widgets.theme import LIGHT

Key = Qt.Key

BROKEN = {
    "a text among numbers": ("t,a,b\n0,1,2\n1,x3,4\n2,5,6\n", ("line 3", "column 2", "'x3'")),
    "a line too long": ("a,b\n1,2\n3,4,5\n6,7\n", ("line 3",)),
    "only texts": ("name,town\nada,london\nkurt,brno\n", ("no column of numbers",)),
    "only a header": ("a,b,c\n", ("line 1",)),
    "nothing": ("", ("empty",)),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_wrong_file_gives_one_sentence_and_changes_nothing(visit, csv, tmp_path, fault):
    person = visit(csv)
    text, parts = BROKEN[fault]
    path = tmp_path / "wrong.csv"
    path.write_text(csv.read_text(encoding="utf-8"), encoding="utf-8")
    person.changes(lambda: person.open_dropped(path))
    person.changes(lambda: person.press(Key.Key_Z, CTRL))
    person.press(Key.Key_Right, times=9)
    trace, title = person.bench.trace, person.window.windowTitle()
    path.write_text(text, encoding="utf-8")
    (recent,) = [entry for entry in person.window.start.recent if entry.path == str(path)]
    start = person.window.start
    person.wait(lambda: start.bring_into_view(recent) or recent.visibleRegion().contains(recent.rect().center()))
    person.click(recent)
    person.wait(lambda: person.window.status.errors.isVisible())
    said = person.status()
    assert said.startswith("wrong.csv")
    assert "\n" not in said
    assert "Traceback" not in said
    for part in parts:
        assert part in said
    assert person.bench.trace is trace
    assert person.window.windowTitle() == title
    assert person.bench.step == 9
    assert_on_screen(person)
    person.click(person.window.status.errors)
    listed = person.window.findChild(MessageList)
    assert listed.isVisible()
    assert not listed.isModal()
    assert said in listed.lines()[-1]
    listed.close()
    person.window.activateWindow()
    person.click(person.window.status.dismiss)
    assert person.status() == ""
    assert not person.window.status.dismiss.isVisible()


@pytest.mark.parametrize("fault", BROKEN)
def test_a_wrong_file_is_said_before_it_is_opened_and_cancel_leaves_all_as_it_was(visit, csv, tmp_path, fault):
    person = visit(csv)
    trace = person.bench.trace
    text, parts = BROKEN[fault]
    path = tmp_path / "wrong.csv"
    path.write_text(text, encoding="utf-8")
    person.drop(QUrl.fromLocalFile(str(path)))
    person.wait(lambda: "wrong.csv" in person.dialog.answer.text())
    said = person.dialog.answer.text()
    assert "Traceback" not in said
    for part in parts:
        assert part in said
    assert not person.dialog.accept_.isEnabled()
    person.answer(Key.Key_Escape)
    assert not person.dialog.isVisible()
    assert person.bench.trace is trace
    assert not person.bench.computing.busy
    assert_on_screen(person)


def test_a_file_that_is_gone(visit, csv, tmp_path):
    person = visit(csv)
    trace = person.bench.trace
    person.drop(QUrl.fromLocalFile(str(tmp_path / "gone.csv")))
    person.wait(lambda: "gone.csv" in person.dialog.answer.text())
    person.click_in_dialog(person.dialog.cancel)
    assert person.bench.trace is trace


@pytest.mark.smoke
def test_a_file_is_dropped_on_the_window(person, csv):
    person.bench.player.play()
    person.drop(QUrl("https://example.org/x.csv"), QUrl.fromLocalFile(str(csv)))
    person.wait(lambda: person.dialog.accept_.isEnabled())
    person.changes(lambda: person.answer(Key.Key_Return))
    assert person.bench.experiment.dataset.source == str(csv)
    assert not person.bench.player.playing
    assert person.bench.step == 0
    person.press(Key.Key_Right)
    assert person.bench.step == 1
    assert_on_screen(person)


def test_several_files_dropped_are_the_sequences_of_one_data_set(person, tmp_path):
    np.save(tmp_path / "a.npy", np.linspace(-1, 1, 60).reshape(30, 2))
    write_workbook(tmp_path / "b.xlsx", {"A": [["column 1", "column 2"], *([k, -k] for k in range(20))]})
    person.changes(lambda: person.open_dropped(tmp_path / "a.npy", tmp_path / "b.xlsx"))
    found = {sequence.name: len(sequence) for sequence in person.bench.experiment.dataset.sequences}
    assert found == {"a": 30, "b": 20}
    assert person.window.windowTitle().startswith("2 files of ")
    (recent,) = person.window.start.recent
    assert recent.name.text() == "a.npy and 1 more"


def test_what_is_no_file_is_not_welcome(person):
    trace = person.bench.trace
    assert not person.drop(QUrl("https://example.org/x.csv"))
    assert person.bench.trace is trace


def test_the_dialog_opens_a_file(person, csv):
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            QTimer.singleShot(20, answer)
            return
        dialog.findChild(QLineEdit).setText(str(csv))
        dialog.accept()

    QTimer.singleShot(20, answer)
    person.press(Key.Key_O, CTRL)
    person.wait(lambda: person.dialog.accept_.isEnabled())
    person.changes(lambda: person.answer(Key.Key_Return))
    assert person.window.windowTitle().startswith("pump.csv")
    person.press(Key.Key_Right)
    assert person.bench.step == 1
    assert_on_screen(person)


def test_every_preset_opens_with_a_click_and_the_keys_work_at_once(person):
    start, docks = person.window.start, person.window.docks
    for card, preset in list(zip(start.presets, load_presets(), strict=True))[::-1]:
        person.bench.go_to(5)
        docks.steady[0].raise_()  # of several sequences there is a list, which comes before it
        person.wait(lambda: docks.is_seen(docks.steady[0]))
        person.changes(lambda card=card: (start.bring_into_view(card), person.click(card)))
        assert person.bench.experiment.dataset.source == f"preset:{preset.name}"
        assert person.bench.experiment.network.recipe.cell == preset.network["cell"]
        assert person.bench.step == 0
        person.press(Key.Key_Right)
        assert person.bench.step == 1
        assert_on_screen(person)


def test_other_data_of_a_preset_from_another_seed(person):
    before = person.bench.experiment.dataset
    person.changes(lambda: person.click(person.window.panel.new_data_seed))
    assert person.bench.experiment.dataset.seed != before.seed
    assert (person.bench.experiment.dataset.sequences[0].values != before.sequences[0].values).any()
    assert_on_screen(person)
    person.changes(lambda: person.press(Key.Key_Z, CTRL))
    assert person.bench.experiment.dataset is before


def test_a_file_is_read_with_the_network_one_has_chosen(person, csv):
    person.changes(lambda: person.click(person.window.panel.cell.button("gru")))
    person.changes(lambda: person.open_dropped(csv))
    assert person.bench.experiment.network.recipe.cell == "gru"
    assert_on_screen(person)
    person.changes(lambda: person.press(Key.Key_Z, CTRL))
    assert person.bench.experiment.dataset.source == "preset:sine-mix"
    assert person.window.start.presets[0].isEnabled()
    assert_on_screen(person)


def test_recent_files_are_offered_the_last_one_first(visit, csv, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text(csv.read_text(encoding="utf-8"), encoding="utf-8")
    person = visit(csv)
    person.changes(lambda: person.open_dropped(other))
    assert [Path(entry.path).name for entry in person.window.start.recent] == ["other.csv", "pump.csv"]
    person.window.close()
    person = visit()
    entries = person.window.start.recent
    assert [Path(entry.path).name for entry in entries] == ["other.csv", "pump.csv"]
    person.window.start.bring_into_view(entries[1])
    person.changes(lambda: person.click(entries[1]))
    assert person.bench.experiment.dataset.source == str(csv)
    assert [Path(entry.path).name for entry in person.window.start.recent] == ["pump.csv", "other.csv"]


def test_a_long_run_is_given_up_and_what_was_comes_back(visit, csv, long_csv):
    person = visit(csv)
    person.window.panel.hidden.setFocus()
    person.window.panel.hidden.selectAll()
    person.type("200")
    person.changes(lambda: person.press(Key.Key_Return))
    person.window.rows.setFocus()
    person.press(Key.Key_Right, times=4)
    trace, title = person.bench.trace, person.window.windowTitle()
    cancel = person.window.status.cancel
    person.open_dropped(long_csv)
    person.wait(lambda: person.bench.trace is not trace and cancel.isVisible())
    person.wait(lambda: 0 < person.window.status.bar.value() < 1000)
    assert len(person.bench.trace.ready(0)) < person.bench.length
    person.press(Key.Key_Right)
    assert person.bench.step == 1
    assert_on_screen(person)
    person.click(cancel)
    person.wait(lambda: person.bench.trace is trace)
    assert not cancel.isVisible()
    assert person.window.windowTitle() == title
    assert person.bench.step == 4
    assert_on_screen(person)


def test_a_first_run_that_is_given_up_stays_as_far_as_it_came_and_can_go_on(long_csv, qtbot, settings):
    window = MainWindow(settings, LIGHT)
    qtbot.addWidget(window)
    window.open_source(str(long_csv))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    person, bench = Person(qtbot, window), window.workbench
    person.wait(lambda: bench.trace is not None)
    bench.cancel()
    person.wait(lambda: not bench.computing.busy)
    known = len(bench.trace.ready(0))
    assert 0 < known < bench.length
    assert "F5" in person.status()
    assert window.transport.finish.isVisible()
    assert window.transport.known.text().replace("\u202f", "") == f"computed to {known - 1}"
    person.press(Key.Key_End)
    assert bench.step == known - 1
    assert_on_screen(person)
    person.press(Key.Key_F5)
    person.wait_for_trace()
    assert bench.trace.complete
    assert person.status() == ""
    assert not window.transport.finish.isVisible()
    person.press(Key.Key_End)
    assert bench.step == bench.length - 1
    assert_on_screen(person)


@pytest.mark.parametrize("fault", BROKEN)
def test_a_wrong_file_at_the_start_is_said_and_the_first_preset_opens(visit, tmp_path, fault):
    text, parts = BROKEN[fault]
    path = tmp_path / "wrong.csv"
    path.write_text(text, encoding="utf-8")
    person = visit(path)
    said = person.status()
    assert said.startswith("wrong.csv")
    for part in parts:
        assert part in said
    assert person.window.status.errors.text().strip() == "1 error"
    assert person.bench.experiment.dataset.source == f"preset:{load_presets()[0].name}"
    assert not person.bench.player.playing
    assert person.bench.history.undo_name is None
    assert_on_screen(person)


def test_other_data_keep_the_network_that_was_just_chosen(person):
    panel = person.window.panel

    def both() -> None:
        person.click(panel.cell.button("gru"))
        person.click(panel.new_data_seed)

    before = person.bench.experiment.dataset
    person.changes(both)
    assert person.bench.experiment.network.recipe.cell == "gru"
    assert person.bench.experiment.dataset.seed != before.seed
    assert_on_screen(person)


def test_another_file_is_shown_whole_and_another_network_where_one_was(person, csv):
    rows = person.window.rows
    person.press(Key.Key_Plus, times=3)
    view = rows.view
    person.changes(lambda: person.click(person.window.panel.cell.button("gru")))
    assert rows.view == view
    person.changes(lambda: person.open_dropped(csv))
    assert (rows.view.first, rows.view.span) == (0, person.bench.length)
