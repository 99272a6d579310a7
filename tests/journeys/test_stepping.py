"""The main job: a recording, an LSTM, step by step; what is on screen is the trace, and the trace is torch's."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from tests.explorer import reference
from tests.journeys.person import ALT, CTRL, SHIFT, Person
from tests.journeys.seeing import assert_copied_with_keys, assert_on_screen, assert_torch
from widgets.drawing import GATE_SCALE
from widgets.theme import DARK

Key = Qt.Key


def bits(person: Person) -> bytes:
    """Return every number of the step under the cursor."""
    return b"".join(
        x.tobytes() for x in person.bench.trace.values_at(0, person.bench.place, person.bench.step).values()
    )


def test_the_main_job(visit, recording):
    person = visit(recording)
    assert person.window.windowTitle().startswith(recording.name)
    person.click(person.window.panel.cell.button("gru"))
    person.wait(lambda: person.bench.experiment.network.recipe.cell == "gru")
    person.changes(lambda: person.click(person.window.panel.cell.button("lstm")))
    assert person.bench.experiment.scale == "standardize"
    assert_on_screen(person)

    there = [bits(person)]
    for step in range(1, 51):
        person.press(Key.Key_Right)
        assert person.bench.step == step
        there.append(bits(person))
    assert_on_screen(person)
    back = [bits(person)]
    for step in range(49, -1, -1):
        person.press(Key.Key_Left)
        assert person.bench.step == step
        back.append(bits(person))
    assert back == there[::-1]
    assert_on_screen(person)

    ruler, length = person.window.rows.ruler, person.bench.length
    places = [person.on_ruler(length * part // 10) for part in (2, 5, 7)]
    person.drag(ruler, *places)
    assert person.bench.step == pytest.approx(length * 7 // 10, abs=length / ruler.width() + 1)
    assert_on_screen(person)

    person.click(person.row("f"), person.unit_in_row("f", 9))
    assert person.bench.units == (9,)
    person.click(person.row("h"), person.unit_in_row("h", 20), CTRL)
    assert person.bench.units == (9, 20)
    assert person.window.readout.table.selected_rows() == [9, 20]
    assert_copied_with_keys(person)


def test_the_whole_trace_is_torchs(visit, recording):
    person = visit(recording)
    experiment, trace = person.bench.experiment, person.bench.trace
    out, ends = reference.torch_run(experiment, 0)
    assert np.abs(trace.read(0, "h", person.bench.place) - out.numpy()).max() <= 2e-6
    last = person.bench.length - 1
    person.press(Key.Key_End)
    assert person.bench.step == last
    assert np.abs(trace.values_at(0, person.bench.place, last)["c"] - ends["c"].numpy()[0]).max() <= 2e-6
    assert_on_screen(person)
    person.bench.torch.load()
    person.wait(lambda: person.text("Self-check against torch").startswith("verified against torch"))


@pytest.mark.smoke
def test_steps_and_numbers_on_any_platform(person):
    person.bench.player.stop()
    for key, step in ((Key.Key_Right, 1), (Key.Key_Right, 2), (Key.Key_Left, 1), (Key.Key_End, 399), (Key.Key_Home, 0)):
        person.press(key)
        assert person.bench.step == step
        assert_on_screen(person)
    person.press(Key.Key_Right, SHIFT, 3)
    assert person.bench.step == 30
    person.press(Key.Key_Left, SHIFT)
    assert person.bench.step == 20
    person.press(Key.Key_F10)
    assert person.bench.step == 21
    assert_on_screen(person)


def test_cell_and_size_change_and_come_back(visit, csv):
    person = visit(csv)
    person.press(Key.Key_Right, times=7)
    first = person.bench.experiment
    for cell in ("gru", "rnn", "lstm"):
        person.changes(lambda cell=cell: person.click(person.window.panel.cell.button(cell)))
        assert person.bench.step == 7
        assert [row.quantity for row in person.window.rows.rows] == [
            q for q in person.bench.experiment.network.cell(person.bench.place).quantities if q.name in shown(person)
        ]
        assert_on_screen(person)
    person.window.panel.hidden.setFocus()
    person.window.panel.hidden.selectAll()
    person.type("12")
    person.changes(lambda: person.press(Key.Key_Return))
    assert person.bench.experiment.network.recipe.hidden == 12
    assert len(person.clipboard_after_copy()) == 13
    assert_on_screen(person)

    person.window.rows.setFocus()
    for wanted in (("lstm", 32), ("rnn", 32), ("gru", 32), ("lstm", 32)):
        person.changes(lambda: person.press(Key.Key_Z, CTRL))
        recipe = person.bench.experiment.network.recipe
        assert (recipe.cell, recipe.hidden) == wanted
        assert person.window.panel.cell.chosen == wanted[0]
        assert_on_screen(person)
    assert person.bench.experiment is first
    assert not person.window.actions_.undo.isEnabled()
    for _ in range(4):
        person.changes(lambda: person.press(Key.Key_Z, CTRL | SHIFT))
    assert person.bench.experiment.network.recipe.hidden == 12
    assert person.bench.step == 7
    assert_on_screen(person)


def shown(person: Person) -> set[str]:
    return {row.quantity.name for row in person.window.rows.rows}


def test_undo_from_the_field_that_was_changed(visit, csv):
    person = visit(csv)
    person.window.panel.layers.setFocus()
    person.changes(lambda: person.press(Key.Key_Up))
    assert len(person.bench.experiment.network.layers) == 2
    assert_on_screen(person)
    person.bench.go_to_place(person.bench.experiment.network.places[1])
    assert_on_screen(person)
    person.changes(lambda: person.press(Key.Key_Z, CTRL))
    assert len(person.bench.experiment.network.layers) == 1
    assert_on_screen(person)
    person.changes(lambda: person.click(person.window.panel.scale.button("none")))
    assert person.bench.experiment.scale == "none"
    assert_on_screen(person)
    assert person.window.actions_.undo.text() == "&Undo raw values"


def test_double_precision_agrees_to_the_twelfth_digit(visit, csv):
    person = visit(csv)
    person.changes(lambda: person.click(person.window.panel.dtype.button("float64")))
    person.press(Key.Key_End)
    assert_on_screen(person)
    trace = person.bench.trace
    for step in range(0, person.bench.length, 40):
        assert_torch(trace.values_at(0, person.bench.place, step), trace.experiment, 0, step, person.bench.place)


def test_a_click_on_a_setting_leaves_the_keys_with_the_rows(visit, csv):
    person = visit(csv)
    panel = person.window.panel
    for widget in (panel.cell.button("rnn"), panel.nonlinearity.button("relu"), panel.bias, panel.new_seed):
        person.changes(lambda widget=widget: person.click(widget))
        before = person.bench.step
        person.press(Key.Key_Right)
        assert person.bench.step == before + 1
    assert person.bench.experiment.network.recipe.cell == "rnn"
    person.window.start.bring_into_view(person.window.start.presets[1])
    person.changes(lambda: person.click(person.window.start.presets[1]))
    person.press(Key.Key_Right)
    assert person.bench.step == 1
    assert person.window.start.presets[1].source == person.bench.experiment.dataset.source


def test_zoom_pan_and_range_keep_the_step(visit, csv):
    person = visit(csv)
    rows = person.window.rows
    person.press(Key.Key_Right, times=40)
    person.press(Key.Key_Plus)
    assert rows.view.span == pytest.approx(person.bench.length / 2)
    row = person.row("i")
    middle = QPoint(row.plot.center())
    first = rows.view.first
    person.drag(row, middle, middle + QPoint(-60, 0), middle + QPoint(-120, 0))
    assert rows.view.first == pytest.approx(first + 120 / row.plot.width() * rows.view.span, rel=0.02)
    person.press(Key.Key_A)
    assert row.line_scale.high - row.line_scale.low < 1, "A fits the lines to the values in view"
    person.press(Key.Key_R)
    assert rows.view.span == person.bench.length
    assert row.line_scale == GATE_SCALE
    person.drag(row, QPoint(row.plot.left() + 100, 30), QPoint(row.plot.left() + 200, 40), modifier=ALT)
    assert rows.view.span == pytest.approx(101 / row.plot.width() * person.bench.length, rel=0.02)
    person.press(Key.Key_R)
    assert rows.view.span == person.bench.length
    assert person.bench.step == 40
    person.drag(row, middle, middle + QPoint(30, 0), modifier=SHIFT)
    assert person.bench.step == rows.view.step_at(row.fraction_at(middle.x() + 30))
    assert_on_screen(person)


def test_the_cursor_is_seen_where_the_step_is(visit, csv):
    person = visit(csv)
    person.press(Key.Key_Right, times=100)
    picture = person.window.grab().toImage()
    ratio, row = picture.devicePixelRatio(), person.row("c")
    place = row.mapTo(person.window, QPoint(person.on_ruler(100).x(), row.height() // 2))
    wanted = QColor(person.window.theme.cursor)
    near = [picture.pixelColor(round((place.x() + dx) * ratio), round(place.y() * ratio)) for dx in range(-4, 5)]
    assert any(all(abs(a - b) < 24 for a, b in zip(c.getRgb(), wanted.getRgb(), strict=True)) for c in near)


def test_another_theme_changes_nothing_but_colours(visit, csv):
    person = visit(csv)
    person.press(Key.Key_Right, times=5)
    trace = person.bench.trace
    before = person.window.grab().toImage()
    view = person.window.actions_.by_menu["View"]
    next(action for action in view if action.objectName() == "Dark theme").trigger()
    assert person.window.theme is DARK
    after = person.window.grab().toImage()
    assert before.size() == after.size()
    assert after.pixelColor(5, after.height() - 5) == QColor(DARK.window)
    assert person.bench.trace is trace
    assert_on_screen(person)


def test_another_network_leaves_the_view_where_it_was_moved_to(visit, csv):
    person = visit(csv)
    rows = person.window.rows
    person.press(Key.Key_Plus, times=3)
    row = person.row("f")
    person.drag(row, row.plot.center(), row.plot.center() - QPoint(200, 0))
    view = rows.view
    assert person.bench.step < view.first
    person.changes(lambda: person.click(person.window.panel.new_seed))
    assert rows.view == view
    person.press(Key.Key_Right)
    assert rows.view.first <= person.bench.step


def test_it_is_seen_who_has_the_keys(person):
    ruler = person.window.rows.ruler
    with_keys = ruler.grab().toImage()
    person.window.panel.hidden.setFocus()
    without = ruler.grab().toImage()
    assert with_keys != without
    person.click(person.row("f"), person.unit_in_row("f", 1))
    assert QApplication.focusWidget() is person.window.rows
    assert ruler.grab().toImage() == with_keys


def test_how_far_a_jump_goes_is_set_beside_the_step_and_remembered(visit):
    person = visit()
    box = person.window.transport.jump
    QApplication.processEvents()  # the panels take the room they need
    assert box.isVisible()
    assert person.window.transport.jump_back.isVisible()
    person.click(box)
    assert box.hasFocus()
    box.selectAll()
    person.type("25")
    person.press(Key.Key_Return)
    person.window.rows.setFocus()
    person.press(Key.Key_Right, SHIFT, times=2)
    assert person.bench.step == 50
    person.click(person.window.transport.jump_back)
    assert person.bench.step == 25
    step = next(menu.menu() for menu in person.window.menuBar().actions() if menu.text() == "&Step")
    assert {"Jump forward 25 steps", "Jump back 25 steps"} <= {action.text() for action in step.actions()}
    person.window.close()
    person = visit()
    assert person.window.transport.jump.value() == 25
    person.press(Key.Key_Right, SHIFT)
    assert person.bench.step == 25
