"""Playing, its speeds and ends, events, and the keys where the focus is elsewhere."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.journeys.person import CTRL
from tests.journeys.seeing import assert_on_screen

Key = Qt.Key


@pytest.mark.smoke
def test_space_plays_and_pauses(person):
    player = person.bench.player
    person.press(Key.Key_Space)
    assert player.playing
    assert person.window.transport.play.accessibleName() == "Pause"
    person.wait(lambda: person.bench.step >= 5)
    person.press(Key.Key_Space)
    assert not player.playing
    assert person.window.transport.play.accessibleName() == "Play"
    assert_on_screen(person)


def test_j_k_and_l(visit, csv):
    person = visit(csv)
    player = person.bench.player
    person.press(Key.Key_End)
    person.press(Key.Key_J)
    assert (player.playing, player.direction, player.speed) == (True, -1, 30)
    person.press(Key.Key_J, times=3)
    assert player.speed == 240
    person.wait(lambda: person.bench.step < person.bench.length - 20)
    person.press(Key.Key_K)
    assert not player.playing
    here = person.bench.step
    person.press(Key.Key_L)
    assert (player.playing, player.direction, player.speed) == (True, 1, 240)
    person.wait(lambda: person.bench.step > here)
    person.press(Key.Key_K)
    assert_on_screen(person)


def test_speed_by_keys_is_shown_and_kept_within_its_limits(person):
    player, box = person.bench.player, person.window.transport.speed
    assert box.text() == "30 steps/s"
    for key, speed in ((Key.Key_BracketRight, 60), (Key.Key_BracketRight, 120), (Key.Key_BracketLeft, 60)):
        person.press(key)
        assert player.speed == speed
        assert box.value() == speed
    person.press(Key.Key_Backspace)
    assert (player.speed, box.value()) == (30, 30)
    person.press(Key.Key_BracketRight, times=12)
    assert (player.speed, box.value()) == (960, 960)
    person.press(Key.Key_BracketLeft, times=20)
    assert (player.speed, box.value()) == (1, 1)


def test_it_stops_at_the_end_and_begins_again(visit, csv):
    person = visit(csv)
    last = person.bench.length - 1
    person.bench.player.set_speed(960)
    person.press(Key.Key_Space)
    person.wait(lambda: not person.bench.player.playing)
    assert person.bench.step == last
    assert_on_screen(person)
    person.bench.player.set_speed(30)
    person.press(Key.Key_Space)
    assert person.bench.player.playing
    assert person.bench.step < last
    person.press(Key.Key_Space)


def test_the_loop_goes_round(visit, csv):
    person = visit(csv)
    person.click(person.window.transport.loop)
    assert person.window.transport.loop.isChecked()
    person.press(Key.Key_End)
    person.press(Key.Key_Left, times=2)
    seen = []
    person.bench.step_changed.connect(seen.append)
    person.press(Key.Key_Space)
    person.wait(lambda: 0 in seen)
    assert person.bench.player.playing
    person.press(Key.Key_K)
    assert_on_screen(person)


def test_events_are_the_edges_of_labels_and_of_the_sequence(visit, csv):
    person = visit(csv)
    steps = [60, 80, 150, 165, 239]
    for step in [*steps, 239]:
        person.press(Key.Key_Right, CTRL)
        assert person.bench.step == step
        assert ("anomaly" in person.text("Step shown in the readout")) == (step in (60, 150))
        assert_on_screen(person)
    for step in [*steps[-2::-1], 0, 0]:
        person.press(Key.Key_Left, CTRL)
        assert person.bench.step == step


def test_the_view_follows_what_plays(visit, csv):
    person = visit(csv)
    rows = person.window.rows
    person.press(Key.Key_Plus, times=4)
    person.press(Key.Key_Right, times=60)
    assert rows.view.first < person.bench.step < rows.view.last
    person.press(Key.Key_Home)
    assert rows.view.first == 0
    strip = rows.cursor_overlay.strip()
    assert strip.left() == pytest.approx(rows.input_row.plot.left())


def test_a_step_is_typed(visit, csv):
    person = visit(csv)
    box = person.window.transport.step_box
    box.setFocus()
    box.selectAll()
    person.type("123")
    assert person.bench.step == 0
    person.press(Key.Key_Return)
    assert person.bench.step == 123
    assert_on_screen(person)


def test_keys_on_the_transport_step_too_but_space_is_the_buttons(person):
    transport = person.window.transport
    transport.step_forward.setFocus(Qt.FocusReason.TabFocusReason)
    person.press(Key.Key_Right)
    assert person.bench.step == 1
    person.press(Key.Key_Space)
    assert person.bench.step == 2
    assert not person.bench.player.playing
    person.press(Key.Key_L)
    assert person.bench.player.playing
    person.press(Key.Key_K)
    transport.scrub.setFocus(Qt.FocusReason.TabFocusReason)
    step = person.bench.step
    person.press(Key.Key_Right)
    assert person.bench.step == step + 1
    person.press(Key.Key_Space)
    assert person.bench.player.playing
    person.press(Key.Key_K)


def test_keys_of_the_plots_do_not_reach_into_other_panels(person):
    panel, step = person.window.panel, person.bench.step
    panel.hidden.setFocus()
    for key in (Key.Key_Right, Key.Key_Space, Key.Key_J, Key.Key_Home, Key.Key_Backspace):
        person.press(key)
    assert person.bench.step == step
    assert not person.bench.player.playing
    panel.bias.setFocus(Qt.FocusReason.TabFocusReason)
    person.changes(lambda: person.press(Key.Key_Space))
    assert not person.bench.experiment.network.recipe.bias
    assert not person.bench.player.playing


def test_every_part_is_reached_with_tab(person):
    window, seen = person.window, set()
    for _ in range(120):
        person.press(Key.Key_Tab)
        seen.add(QApplication.focusWidget())
    panels = (window.start, window.panel, window.rows, window.transport, window.readout)
    for panel in panels:
        assert any(widget is panel or panel.isAncestorOf(widget) for widget in seen), panel
    for widget in (window.start.open, *window.start.presets, window.readout.table, window.transport.play):
        assert widget in seen, widget
