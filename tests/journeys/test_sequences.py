"""A data set of several sequences: choose one, walk through them, pick some, run all; the window follows."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from explorer.network import Recipe
from explorer.run import run
from tests.journeys.person import CTRL, SHIFT
from tests.journeys.seeing import assert_readout, assert_torch
from tests.widgets.benches import several
from widgets.sequence_model import COMPUTED, ID

Key = Qt.Key
LENGTHS = (120, 80, 200, 60, 150, 90, 110)


@pytest.fixture
def person(visit):
    """Return a person before the window with seven sequences."""
    person = visit("preset:adding")
    experiment = several(*LENGTHS, recipe=Recipe(hidden=8), label_at=30)
    person.changes(lambda: person.bench.open(lambda _: experiment, "open several"))
    return person


def click_row(person, row: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    table = person.window.sequences.table
    place = table.viewport().mapTo(table, table.visualRect(table.model().index(row, ID)).center())
    person.click(table, place, modifier)


def assert_shown(person, sequence: int, step: int) -> None:
    """The whole window is at this step of this sequence, with the right numbers."""
    bench, window = person.bench, person.window
    person.wait(lambda: bench.trace.whole(sequence))
    assert (bench.sequence, bench.step) == (sequence, step)
    assert window.windowTitle() == f"several — s{sequence} — Gate Explorer"
    assert person.text("Step shown in the readout").startswith(f"s{sequence} · step {step}")
    assert window.transport.step_box.maximum() == LENGTHS[sequence] - 1
    assert window.transport.step_box.value() == window.transport.scrub.value() == step
    assert window.rows.view.length == LENGTHS[sequence]
    assert window.sequences.table.current == sequence
    assert_readout(person)
    values = bench.trace.values_at(sequence, bench.place, step)
    assert_torch(values, bench.experiment, sequence, step, bench.place)


@pytest.mark.smoke
def test_one_is_chosen_and_stepped_through(person):
    panel = person.window.sequences
    person.wait(panel.isVisible)
    assert person.text("How many sequences") == "7 sequences, 810 steps"
    assert_shown(person, 0, 0)
    click_row(person, 2)
    assert_shown(person, 2, 0)
    person.press(Key.Key_Right, times=5)
    assert_shown(person, 2, 5)
    person.press(Key.Key_PageDown)
    assert_shown(person, 3, 0)
    person.press(Key.Key_PageUp, times=2)
    assert_shown(person, 1, 0)
    person.press(Key.Key_Right, CTRL, times=3)
    assert_shown(person, 2, 0)
    person.press(Key.Key_Left, CTRL)
    assert_shown(person, 1, 79)
    assert panel.computed.text() == "4 of 7 computed"


def test_found_by_its_name_and_chosen_with_keys_alone(person):
    panel = person.window.sequences
    person.click(panel.filter)
    person.type("odd")
    assert panel.model.rowCount() == 3
    panel.table.setFocus()
    person.press(Key.Key_Home)
    person.press(Key.Key_Down, times=2)
    person.press(Key.Key_Return)
    assert_shown(person, 5, 0)
    assert person.window.rows.hasFocus(), "the next key is meant for what was chosen"
    person.press(Key.Key_PageUp)
    assert_shown(person, 3, 0)


def test_several_are_picked_and_all_are_run(person):
    bench, panel = person.bench, person.window.sequences
    click_row(person, 1)
    click_row(person, 3, SHIFT)
    click_row(person, 5, CTRL)
    person.wait(lambda: all(bench.trace.whole(k) for k in (1, 2, 3, 5)))
    assert not bench.trace.whole(4)
    person.window.rows.setFocus()
    person.press(Key.Key_PageDown, times=3)
    assert_shown(person, 5, 0)
    click_row(person, 0)
    person.click(panel.run)
    person.wait(lambda: bench.trace.complete and not bench.computing.busy)
    person.wait(lambda: panel.computed.text() == "7 of 7 computed")
    assert not panel.run.isEnabled()
    assert {panel.model.index(row, COMPUTED).data() for row in range(7)} == {"computed"}
    wanted = run(bench.experiment, "numpy")
    for k in range(7):
        np.testing.assert_allclose(bench.trace.read(k, "h"), wanted.read(k, "h"), rtol=0, atol=2e-6)
    person.press(Key.Key_End)
    person.press(Key.Key_Right, CTRL)
    assert_shown(person, 1, 0)


def test_the_list_is_there_only_where_there_are_several_and_stays_closed(person, visit):
    window = person.window
    dock, action = window.sequences_dock, window.sequences_dock.toggleViewAction()
    assert dock.isVisible()
    person.changes(lambda: person.bench.open_source("preset:sine-mix"))
    assert not dock.isVisible()
    assert not action.isEnabled()
    assert window.windowTitle() == "sine-mix — Gate Explorer"
    person.changes(person.bench.undo)
    assert dock.isVisible()
    dock.close()
    window.close()
    again = visit("preset:adding")
    again.changes(lambda: again.bench.open(lambda _: several(20, 30), "open two"))
    assert not again.window.sequences_dock.isVisible()
    again.window.docks.reset()
    assert again.window.sequences_dock.isVisible()


def test_keys_and_menu_name_what_there_is(person):
    step = {action.objectName(): action for action in person.window.actions_.by_menu["Step"]}
    assert step["Next sequence"].shortcut().toString() == "PgDown"
    assert step["Previous sequence"].isEnabled()
    assert step["Run all sequences"].isEnabled()
    person.changes(lambda: person.bench.open_source("preset:sine-mix"))
    assert not step["Next sequence"].isEnabled()
