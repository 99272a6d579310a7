"""Edit mode, as a person uses it: a value of the input is dragged, changed by keys and typed, and taken back."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from explorer.run import run
from tests.journeys.person import Person

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEY = Qt.Key


@pytest.fixture
def editor(visit, csv) -> Person:
    """Return a person in edit mode over two features, 240 steps."""
    person = visit(csv)
    person.window.rows.setFocus()
    person.press(KEY.Key_E)
    person.wait(lambda: person.window.holds.editor is not None and person.window.holds.editor.isVisible())
    return person


def place_of(person, feature: int, step: int) -> QPoint:
    """Return where, over the plot of the input row, a value stands."""
    editor, row = person.window.holds.editor, person.window.rows.input_row
    y = row.height_of(feature, editor.value_at(feature, step)) - editor.pos().y()
    return QPoint(round(editor._x(step)), round(y))


def inputs(person) -> np.ndarray:
    return person.bench.experiment.values(0)


def test_a_drag_changes_the_value_nearest_to_the_pointer_and_is_undone_as_one(editor):
    free, before = editor.bench.trace.read(0, "h").copy(), inputs(editor).copy()
    overlay, row = editor.window.holds.editor, editor.window.rows.input_row
    start = place_of(editor, 1, 100)
    up = QPoint(start.x(), start.y() - 12)
    wanted = row.value_of(1, up.y() + overlay.pos().y())
    editor.changes(lambda: editor.drag(overlay, start, QPoint(start.x(), start.y() - 5), up))
    editor.wait_for_trace()
    [clamp] = editor.bench.experiment.clamps
    assert (clamp.quantity, clamp.units, clamp.steps) == ("x", (1,), (100, 101))
    assert clamp.value == pytest.approx(wanted, abs=2 * row.span_of(1) / overlay.height())
    after = inputs(editor)
    assert after[100, 1] == clamp.value
    after = after.copy()
    after[100, 1] = before[100, 1]
    np.testing.assert_array_equal(after, before)
    expected = run(editor.bench.experiment, "torch").read(0, "h")
    np.testing.assert_allclose(editor.bench.trace.read(0, "h"), expected, atol=1e-6)
    assert np.array_equal(editor.bench.trace.read(0, "h")[:100], free[:100])
    assert editor.window.actions_.undo.text() == "&Undo edit flow at step 100"
    editor.changes(lambda: editor.press(KEY.Key_Z, CTRL))
    editor.wait_for_trace()
    assert editor.bench.experiment.clamps == ()
    assert np.array_equal(editor.bench.trace.read(0, "h"), free)


def test_a_second_drag_of_the_same_value_is_one_more_change_and_one_line_in_the_list(editor):
    overlay = editor.window.holds.editor
    for _ in range(2):
        start = place_of(editor, 0, 50)
        editor.changes(lambda start=start: editor.drag(overlay, start, start + QPoint(0, -8)))
        editor.wait_for_trace()
    assert len(editor.bench.experiment.clamps) == 1
    editor.changes(lambda: editor.press(KEY.Key_Z, CTRL))
    editor.wait_for_trace()
    assert len(editor.bench.experiment.clamps) == 1


def test_a_drag_over_several_steps_draws_them_and_is_undone_as_one(editor):
    overlay, row, before = editor.window.holds.editor, editor.window.rows.input_row, inputs(editor).copy()
    free = editor.bench.trace.read(0, "h").copy()
    start, stop = place_of(editor, 1, 60), place_of(editor, 1, 100)
    far, low = QPoint(stop.x(), 12), QPoint(place_of(editor, 1, 80).x(), overlay.height() - 12)
    pixel = row.span_of(1) / overlay.height()
    wanted = {step: row.value_of(1, at.y() + overlay.pos().y()) for at, step in ((low, 80), (far, 100))}
    editor.changes(lambda: editor.drag(overlay, start, QPoint(start.x() + 8, start.y()), low, far))
    editor.wait_for_trace()
    after = inputs(editor)
    for step, value in wanted.items():
        assert after[step, 1] == pytest.approx(value, abs=2 * pixel)
    np.testing.assert_allclose(np.diff(after[81:100, 1], n=2), 0, atol=3 * pixel)  # a straight line, rounded
    changed = after != before
    assert changed[62:101, 1].all()
    assert not changed[:60].any()
    assert not changed[101:].any()
    assert not changed[:, 0].any()
    expected = run(editor.bench.experiment, "torch").read(0, "h")
    np.testing.assert_allclose(editor.bench.trace.read(0, "h"), expected, atol=1e-6)
    assert editor.window.actions_.undo.text() == "&Undo edit flow, steps 60–100"
    editor.changes(lambda: editor.press(KEY.Key_Z, CTRL))
    editor.wait_for_trace()
    assert editor.bench.experiment.clamps == ()
    assert np.array_equal(editor.bench.trace.read(0, "h"), free)


def test_what_was_drawn_is_one_line_in_the_list_and_drawn_over_it_is_gone(editor):
    overlay = editor.window.holds.editor
    editor.window.holds.dock.show()
    editor.window.holds.dock.raise_()
    editor.wait(lambda: editor.window.holds.panel is not None)
    editor.changes(lambda: editor.drag(overlay, *(place_of(editor, 0, step) for step in (120, 125, 130))))
    editor.wait_for_trace()
    model = editor.window.holds.panel.model
    row = [model.index(0, column).data() for column in range(1, 5)]
    assert row[:3] == ["x, input", editor.bench.experiment.dataset.features[0], "120–130"]
    assert row[3].endswith(", one a step")
    assert not model.flags(model.index(0, 3)) & Qt.ItemFlag.ItemIsEditable
    editor.changes(lambda: editor.drag(overlay, *(place_of(editor, 0, step) for step in (135, 128, 115))))
    editor.wait_for_trace()
    assert [clamp.steps for clamp in editor.bench.experiment.clamps] == [(115, 136)]
    editor.changes(lambda: model.setData(model.index(0, 4), "3.5"))
    editor.wait_for_trace()
    assert (inputs(editor)[115:136, 0] == 3.5).all()


def test_keys_change_the_value_at_the_cursor_and_those_of_one_value_are_one_change(editor):
    editor.bench.go_to(30)
    before = inputs(editor)[30, 0]
    editor.changes(lambda: editor.press(KEY.Key_Up))
    editor.wait_for_trace()
    small = inputs(editor)[30, 0] - before
    editor.changes(lambda: editor.press(KEY.Key_Up, SHIFT))
    editor.wait_for_trace()
    assert small > 0
    assert inputs(editor)[30, 0] - before == pytest.approx(11 * small, rel=0.02)
    editor.changes(lambda: editor.press(KEY.Key_Z, CTRL))
    editor.wait_for_trace()
    assert inputs(editor)[30, 0] == before


def test_the_arrows_to_the_sides_still_step_and_control_chooses_the_feature(editor):
    editor.bench.go_to(30)
    editor.press(KEY.Key_Right)
    assert editor.bench.step == 31
    editor.press(KEY.Key_Down, CTRL)
    editor.changes(lambda: editor.press(KEY.Key_Down))
    editor.wait_for_trace()
    assert editor.bench.experiment.clamps[0].units == (1,)


def test_a_value_is_typed_and_what_is_no_number_is_told_where_it_is_typed(editor):
    editor.bench.go_to(30)
    editor.press(KEY.Key_Return)
    editor.type("high")
    editor.press(KEY.Key_Return)
    field = editor.window.holds.editor._field
    assert field.isVisible()
    assert "is no number" in field.toolTip()
    editor.type("71.25")
    editor.changes(lambda: editor.press(KEY.Key_Return))
    editor.wait_for_trace()
    assert inputs(editor)[30, 0] == 71.25
    assert editor.window.holds.editor.hasFocus()


@pytest.mark.parametrize("key", [KEY.Key_E, KEY.Key_Escape])
def test_e_and_escape_end_it_and_a_drag_pans_again(editor, key):
    editor.press(key)
    assert editor.window.holds.editor.isHidden()
    assert editor.window.rows.hasFocus()
    row = editor.window.rows.input_row
    editor.drag(row, row.plot.center(), row.plot.center() + QPoint(0, -10))
    editor.wait_for_trace()
    assert editor.bench.experiment.clamps == ()


def test_the_row_shows_what_was_edited_and_behind_it_what_was(editor):
    row = editor.window.rows.input_row
    editor.press(KEY.Key_Escape)
    before = row.grab().toImage()
    editor.press(KEY.Key_E)
    start = place_of(editor, 0, 120)
    editor.changes(lambda: editor.drag(editor.window.holds.editor, start, start + QPoint(0, 10)))
    editor.wait_for_trace()
    editor.press(KEY.Key_Escape)
    assert row.grab().toImage() != before
    assert row.height_of(0, inputs(editor)[120, 0]) != pytest.approx(
        row.height_of(0, editor.bench.experiment.dataset.sequences[0].values[120, 0]), abs=2
    )
    editor.changes(lambda: editor.press(KEY.Key_Z, CTRL))
    editor.wait_for_trace()
    editor.wait(lambda: row.grab().toImage() == before)  # once the row of the divergence has left its room


def test_words_are_not_edited_and_it_is_said_why(visit, tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("the cat sat on the mat\nthe dog sat on the log\n" * 5)
    person = visit(path)
    person.window.rows.setFocus()
    person.press(KEY.Key_E)
    assert person.window.holds.editor is None
    assert "nothing to drag" in person.status()


def test_the_readout_shows_the_edited_value_and_marks_it(editor):
    editor.bench.go_to(30)
    editor.changes(lambda: editor.press(KEY.Key_Up, SHIFT))
    editor.wait_for_trace()
    numbers = editor.window.readout.inputs.numbers
    assert numbers.number(0, 0) == inputs(editor)[30, 0]
    assert numbers.held(range(2)) == [(0, 0)]
    scaled = numbers.number(0, 1)
    assert scaled == editor.bench.trace.inputs(0)[30, 0]
    editor.bench.go_to(31)
    assert numbers.held(range(2)) == []


def test_while_a_file_is_followed_nothing_is_edited_and_it_is_said_why(editor):
    editor.press(KEY.Key_Escape)
    editor.bench.follow(True)
    editor.wait(lambda: editor.bench.endless)
    editor.window.rows.setFocus()
    editor.press(KEY.Key_E)
    assert editor.window.holds.editor.isHidden()
    assert "While a file is followed nothing is held" in editor.status()
