"""Keys that are held down: those that move go on and on, those that switch do so once."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.journeys.person import CTRL, SHIFT, Person
from tests.journeys.seeing import assert_on_screen

Key = Qt.Key


def test_right_held_down_goes_on_and_stops_where_it_is_let_go(person: Person):
    """Each repeat is one step, shown before the next; when the key is up nothing goes on by itself."""
    person.bench.player.stop()
    person.press(Key.Key_Home)
    steps = []
    person.bench.step_changed.connect(steps.append)
    person.hold(Key.Key_Right, 40, release=False)
    assert steps == list(range(1, 42))
    assert_on_screen(person)
    person.hold(Key.Key_Right, 0)
    assert person.bench.step == 42
    QApplication.processEvents()
    assert not person.bench.player.playing
    assert steps == list(range(1, 43))
    person.hold(Key.Key_Left, 50)
    assert person.bench.step == 0, "and stops at the first step"
    assert_on_screen(person)
    person.press(Key.Key_End)
    person.hold(Key.Key_Right, 5)
    assert person.bench.step == person.bench.length - 1
    person.hold(Key.Key_Left, 2, SHIFT)
    assert person.bench.step == person.bench.length - 1 - 3 * person.window.jump.steps
    assert_on_screen(person)


def test_zooming_and_panning_go_on(person: Person):
    person.bench.player.stop()
    row = person.row("h")
    whole = row.view.span
    person.hold(Key.Key_Plus, 2)
    assert row.view.span == pytest.approx(whole / 8)
    before = row.view.first
    person.hold(Key.Key_Right, 3, Qt.KeyboardModifier.AltModifier)
    assert row.view.first == pytest.approx(before + 4 * 0.1 * row.view.span)


@pytest.mark.parametrize("repeats", [1, 2, 7])
def test_what_switches_switches_once(person: Person, repeats):
    """However long the key is down: a number of repeats that is odd would undo it."""
    bench, rows = person.bench, person.window.rows
    bench.player.stop()
    bench.go_to(5)
    person.hold(Key.Key_P, repeats)
    assert bench.pinned == 5
    person.hold(Key.Key_B, repeats, CTRL)
    assert rows.ruler.marks.steps["bookmark"].tolist() == [5]
    person.hold(Key.Key_B, repeats)
    assert rows.brushing.on
    person.hold(Key.Key_Escape, 0)
    person.hold(Key.Key_Space, repeats)
    assert bench.player.playing
    person.hold(Key.Key_Space, repeats)
    assert not bench.player.playing
