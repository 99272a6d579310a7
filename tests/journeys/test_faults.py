"""What nobody foresaw lands in the list of messages, in a sentence, and stays in a log; reports name nobody."""

import getpass
import logging
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from tests.journeys.person import Person
from widgets.catching import Catcher
from widgets.log import FILE, Log
from widgets.messages import Message
from widgets.tidy import tidy

SAID = "something went wrong that should not have (ValueError: no shape fits)"


@pytest.fixture
def catcher(person):
    """Catch what nothing else catches, as the program does."""
    made = Catcher(person.window)
    made.caught.connect(lambda text: person.window.status.show_message(text, "error"))
    yield made
    made.let_go()


def fail() -> None:
    raise ValueError("no shape fits")


def assert_told(person: Person) -> None:
    person.wait(lambda: person.status() == SAID)
    last = person.window.status.messages[-1]
    assert "Traceback" not in last.text
    assert "in fail" in last.details
    assert person.window.status.errors.isVisible()
    person.click(person.window.status.errors)
    listed = person.window.status.list
    assert not listed.isModal()
    assert SAID in listed.lines()[-1]
    assert "in fail" in listed.details.toPlainText()
    listed.close()


def test_an_error_in_a_slot(person, catcher):
    person.window.rows.step_requested.connect(fail)
    person.click(person.window.rows.ruler, person.on_ruler(100))
    assert_told(person)
    person.window.activateWindow()
    person.wait(person.window.isActiveWindow)
    person.window.rows.setFocus()
    person.press(Qt.Key.Key_Right)
    assert person.bench.step == 101, "the window works on"


def test_an_error_on_a_thread(person, catcher):
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert_told(person)


def test_an_error_in_a_job(person):
    person.bench.propose(lambda _: fail(), "another network")
    person.wait(lambda: person.window.status.errors.isVisible())
    assert person.status() == f"another network: {SAID}"
    assert "in fail" in person.window.status.messages[-1].details


def test_once_let_go_errors_go_where_they_went(person):
    before = threading.excepthook
    Catcher(person.window).let_go()
    assert threading.excepthook is before


# The log ------------------------------------------------------------------------------------------------------------


def test_messages_are_kept_with_their_details(tmp_path):
    log = Log(tmp_path / "logs")
    assert not (tmp_path / "logs").exists(), "nothing was said yet"
    log.write(Message("Opened pump.csv"))
    log.write(Message("it failed", "error", details="Traceback\n  of it"))
    log.close()
    lines = (tmp_path / "logs" / FILE).read_text(encoding="utf-8").splitlines()
    assert lines[0].endswith("INFO  Opened pump.csv")
    assert lines[1].endswith("ERROR it failed")
    assert lines[2:] == ["Traceback", "  of it"]


def test_it_grows_to_a_size_and_no_further(tmp_path, monkeypatch):
    monkeypatch.setattr("widgets.log.MOST_BYTES", 2000)
    log = Log(tmp_path)
    for k in range(400):
        log.write(Message(f"message {k} of many"))
    log.close()
    files = sorted(tmp_path.iterdir())
    assert len(files) == 4
    assert all(file.stat().st_size <= 2000 for file in files)
    assert "message 399" in (tmp_path / FILE).read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_said_once_and_harms_nothing(person, tmp_path):
    (tmp_path / "file").write_text("in the way")
    log, said = Log(tmp_path / "file" / "logs"), []
    log.failed.connect(said.append)
    for k in range(3):
        log.write(Message(f"message {k}"))
    assert len(said) == 1
    assert said[0].startswith("no log is kept: ")
    assert said[0].endswith("Not a directory") or "cannot be written" in said[0]


def test_the_window_keeps_a_log_of_what_was_said_before_and_after(person, tmp_path, monkeypatch):
    monkeypatch.setattr("platformdirs.user_log_path", lambda *_, **__: tmp_path / "logs")
    person.window.status.show_message("said before", "note")
    person.window.desk.keep_log()
    person.window.status.show_message("said after", "error")
    text = (tmp_path / "logs" / FILE).read_text(encoding="utf-8")
    assert [word in text for word in ("started", "said before", "said after")] == [True] * 3
    assert not logging.getLogger().handlers or "said after" not in str(logging.getLogger().handlers)


# Reports ------------------------------------------------------------------------------------------------------------


def test_diagnostics_name_versions_and_shapes_and_nobody(visit, csv):
    person = visit(csv)
    person.bench.toggle_bookmark()
    person.window.compare.add_cells(("gru",))
    person.window.settings.setValue("saving/folder", str(csv.parent))
    assert all(str(csv.parent) in str(person.window.settings.value(key)) for key in ("bookmarks", "compared"))
    person.window.status.show_message(f"{Path.home() / 'secret' / 'data.csv'}: line 3: no number", "error")
    action = next(a for a in person.window.actions_.by_menu["Help"] if a.objectName() == "Copy diagnostics")
    action.trigger()
    text = QGuiApplication.clipboard().text()
    for part in ("Gate Explorer ", "Python ", "Qt ", "numpy ", "screen: ", "240 steps", "2 features", "lstm of 32"):
        assert part in text, part
    assert "file (.csv)" in text
    assert "pump.csv" not in text
    assert str(csv.parent) not in text
    assert "~/secret/data.csv: line 3" in text
    assert str(Path.home()) not in text.replace("~", "")
    assert "clipboard" in person.status() or "line 3" in person.status()


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("/home/ada/data.csv: gone", "~/data.csv: gone"),
        (r"C:\Users\ada\data.csv", r"~\data.csv"),
        ("/Users/ada", "~"),
        ("/homestead/ada/x", "/homestead/ada/x"),
        (f"{Path.home()}/x and {Path.home()}", "~/x and ~"),
        (f"{Path.home()}-other/x", f"{Path.home()}-other/x"),
        (f"/mnt/{getpass.getuser()}/x", "/mnt/~/x"),
        ("nothing of the kind", "nothing of the kind"),
    ],
)
def test_paths_are_tidied(text, tidied):
    assert tidy(text) == tidied


def test_a_report_is_saved_from_the_list(person, tmp_path):
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    person.window.status.show_message("it failed\nTraceback of it", "error")
    person.click(person.window.status.errors)
    path = tmp_path / "report.txt"

    def answer() -> None:
        dialog = person.window.findChild(QFileDialog)
        dialog.findChild(QLineEdit).setText(str(path))
        dialog.accept()

    QTimer.singleShot(300, answer)
    listed = person.window.status.list
    listed.save.click()
    assert not listed.isModal()
    text = path.read_text(encoding="utf-8")
    assert "Gate Explorer" in text
    assert "it failed" in text
    assert "    Traceback of it" in text
    assert str(path) in person.window.status.messages[-1].text
    listed.close()
