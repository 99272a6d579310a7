"""The status line: the badge never lies, errors stay, and Cancel asks once."""

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Recipe
from explorer.run import run
from explorer.sequences import generate
from explorer.trace import Check
from widgets.messages import MessageList
from widgets.status import MOST_MESSAGES, PATIENCE_MS, StatusLine
from widgets.theme import THEMES


@pytest.fixture
def status(exposed) -> StatusLine:
    return exposed(StatusLine(), 1100, 30)


def click(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def color(label) -> str:
    label.ensurePolished()
    return label.palette().color(QPalette.ColorRole.WindowText).name()


@pytest.mark.smoke
@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_real_trace_is_verified(status):
    data = generate("sine-mix", seed=0, length=50)
    trace = run(Experiment(data, make_network(Recipe(hidden=4), 1)), "torch")
    status.show_engine(trace.engine())
    status.show_check(trace.check)
    assert status.engine.text() == "computed with torch, fused and explained"
    assert status.badge.text() == f"verified against torch: max error {trace.check.error:.1e}"
    assert status.tick.isVisible()


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_the_badge_has_the_colour_of_what_it_says(status, theme):
    status.apply_theme(theme)
    status.show_check(Check(1.2e-7, 1e-5))
    assert status.badge.text() == "verified against torch: max error 1.2e-07"
    assert QColor(color(status.badge)) == QColor(theme.success)
    status.show_check(Check(0.2, 1e-5))
    assert status.badge.text() == "differs from torch: max error 2.0e-01, allowed 1.0e-05"
    assert QColor(color(status.badge)) == QColor(theme.error)
    assert status.tick.isVisible()
    status.show_check(Check(0.3, 0.71, telling=False))
    assert status.badge.text() == (
        "cannot be verified in float32: the inputs are so large that rounding alone changes h by up to 0.71; "
        "standardise them or use float64"
    )
    assert QColor(color(status.badge)) == QColor(theme.warning)
    assert status.tick.isVisible()
    assert status.badge.toolTip().startswith(status.badge.text())
    assert status.minimumSizeHint().width() < 1000
    status.show_check(None, "torch is being loaded")
    assert status.badge.text() == "not yet verified: torch is being loaded"
    assert QColor(color(status.badge)) == QColor(theme.muted_text)
    assert status.tick.isHidden()


def test_nan_is_no_agreement(status):
    status.show_check(Check(math.nan, 1e-5))
    assert status.badge.text().startswith("differs from torch: max error nan")


def test_before_torch_has_run_nothing_is_claimed(status):
    assert status.badge.text() == "not yet verified: torch has not run yet"


def test_progress_comes_after_a_moment_and_goes_at_once(status, qtbot):
    status.show_progress(0.25, "Computing 400 steps")
    assert status.bar.isHidden()
    qtbot.waitUntil(status.bar.isVisible, timeout=20 * PATIENCE_MS)
    assert (status.bar.value(), status.bar.maximum()) == (250, 1000)
    assert status.progress_text.text() == "Computing 400 steps"
    status.show_progress(None, "Loading torch")
    assert status.bar.maximum() == 0
    status.show_progress(1.5, "Computing")
    assert status.bar.value() == 1000
    status.show_progress(None)
    assert status.bar.isHidden()
    assert status.cancel.isHidden()


def test_short_work_shows_no_progress(status):
    status.show_progress(0.5, "Computing")
    status.show_progress(None)
    assert not status._patience.isActive()
    assert status.bar.isHidden()


def test_cancel_is_asked_once_and_again_for_the_next_work(status, qtbot):
    asked = []
    status.cancel_requested.connect(lambda: asked.append(1))
    for count in (1, 2):
        status.show_progress(0.1, "Computing")
        qtbot.waitUntil(status.cancel.isVisible, timeout=20 * PATIENCE_MS)
        click(status.cancel)
        click(status.cancel)
        assert asked == [1] * count
        assert not status.cancel.isEnabled()
        status.show_progress(None)


def test_the_line_keeps_its_height(status, qtbot):
    before = status.sizeHint().height()
    status.show_progress(0.1, "Computing")
    qtbot.waitUntil(status.cancel.isVisible, timeout=20 * PATIENCE_MS)
    status.show_message("it failed", "error")
    assert status.sizeHint().height() == before


def test_a_note_goes_by_itself(status):
    status.show_message("Opened machine.csv")
    assert status.message.text() == "Opened machine.csv"
    assert status.dismiss.isHidden()
    assert status._note_timer.isActive()
    status._note_timer.timeout.emit()
    assert status.message.text() == ""
    assert status.errors.isHidden()


def test_an_error_stays_until_it_is_dismissed(status):
    status.show_message("line 3: no number", "error")
    status.show_message("Opened machine.csv")
    assert status.message.text() == "line 3: no number"
    assert not status._note_timer.isActive()
    assert status.message.toolTip() == "line 3: no number"
    assert status.errors.text().strip() == "1 error"
    click(status.dismiss)
    assert status.message.text() == ""
    status.show_message("Opened other.csv")
    assert status.message.text() == "Opened other.csv"
    assert status.errors.isVisible()


def test_a_note_is_withdrawn_when_it_does_not_hold_any_more(status):
    status.show_message("No live mode: it runs backward")
    status.withdraw("it runs sideways")
    status.withdraw("")
    assert status.message.text() == "No live mode: it runs backward"
    status.withdraw("it runs backward")
    assert status.message.text() == ""
    status.show_message("line 3: no number", "error")
    status.withdraw("line 3")
    assert status.message.text() == "line 3: no number"


def test_a_long_message_is_shortened_not_the_badge(status):
    status.show_check(Check(1.2e-7, 1e-5))
    status.show_message("word " * 400, "error")
    assert status.width() == 1100
    assert status.minimumSizeHint().width() < 1000
    assert status.badge.width() >= status.badge.sizeHint().width()


def test_an_error_about_something_else_is_withdrawn_and_stays_in_the_list(status):
    status.show_message("other.csv is followed no more", "error")
    status.withdraw_error()
    assert status.message.text() == ""
    assert "other.csv is followed no more" in status.list.lines()[0]
    status.show_message("opened", "note")
    status.withdraw_error()
    assert status.message.text() == "opened"


def test_all_messages_are_listed_in_a_window_that_blocks_nothing(status):
    status.show_message("Opened machine.csv")
    status.show_message("line 3: no number", "error")
    status.show_message("line 3: no number", "error")
    assert status.errors.text().strip() == "2 errors"
    click(status.errors)
    listed = status.findChild(MessageList)
    assert listed.isVisible()
    assert not listed.isModal()
    lines = listed.lines()
    assert len(lines) == 2
    assert "note" in lines[0]
    assert lines[0].endswith("Opened machine.csv")
    assert lines[1].endswith("line 3: no number  (2 times)")
    assert listed.count.text() == "2 errors, 1 note"
    assert not listed.open_details.isEnabled()
    [copy] = [button for button in listed.findChildren(QPushButton) if button.text() == "Copy"]
    click(copy)
    assert QGuiApplication.clipboard().text().splitlines() == lines
    click(listed.clear)
    assert listed.lines() == []
    assert status.message.text() == ""
    assert status.errors.isHidden()
    listed.close()


def test_details_are_shown_when_asked_for_and_are_copied(status):
    status.show_message("loading: something went wrong\nTraceback\n  ValueError: 7", "error")
    status.show_message("Opened machine.csv")
    assert status.message.text() == "loading: something went wrong"
    assert status.errors.text().strip() == "1 error"
    click(status.errors)
    listed = status.list
    assert "Traceback" not in "".join(listed.lines())
    QTest.keyClick(listed.list, Qt.Key.Key_Up)
    assert listed.details.isHidden()
    click(listed.open_details)
    assert listed.details.isVisible()
    assert listed.details.toPlainText() == "Traceback\n  ValueError: 7"
    QTest.keyClick(listed.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0].endswith("loading: something went wrong")
    assert copied[1:] == ["    Traceback", "      ValueError: 7"]
    QTest.keyClick(listed.list, Qt.Key.Key_Down)
    assert listed.details.isHidden(), "a message without details"
    listed.close()


def test_of_very_many_messages_the_last_are_kept(status):
    for k in range(MOST_MESSAGES + 5):
        status.show_message(f"note {k}")
    assert len(status.messages) == MOST_MESSAGES
    assert status.messages[-1].text == f"note {MOST_MESSAGES + 4}"
