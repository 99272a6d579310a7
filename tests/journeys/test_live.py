"""Live mode: steps are computed when they are taken, run to end keeps them, and two directions have no frontier."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from tests.explorer import reference
from tests.journeys.person import CTRL
from tests.journeys.seeing import assert_on_screen

Key = Qt.Key


def taken(person) -> range:
    return person.bench.trace.ready(0)


@pytest.mark.smoke
def test_each_step_is_computed_when_it_is_taken(visit, csv):
    person = visit(csv)
    transport = person.window.transport
    person.changes(lambda: person.click(transport.live))
    assert transport.live.isChecked()
    assert taken(person) == range(1)
    for step in range(1, 13):
        person.press(Key.Key_Right)
        assert person.bench.step == step
        assert taken(person) == range(step + 1)
        assert_on_screen(person)
    assert transport.known.text() == "computed to 12"
    assert "live" in person.text("Engine")
    person.press(Key.Key_Left, times=12)
    assert person.bench.step == 0
    assert taken(person) == range(13)
    assert_on_screen(person)
    person.press(Key.Key_End)
    assert person.bench.step == 12


def test_run_to_end_keeps_the_steps_taken(visit, csv):
    person = visit(csv)
    person.changes(lambda: person.click(person.window.transport.live))
    person.press(Key.Key_Right, times=20)
    first = person.bench.trace.read(0, "c", person.bench.place, steps=slice(0, 21)).tobytes()
    trace = person.bench.trace
    person.press(Key.Key_F5)
    person.wait(lambda: len(taken(person)) == person.bench.length)
    assert person.bench.trace is trace
    assert trace.read(0, "c", person.bench.place, steps=slice(0, 21)).tobytes() == first
    assert person.bench.step == 20
    person.wait(lambda: not person.window.transport.finish.isEnabled())
    assert person.text("Engine").startswith("computed with numpy, live to step 20, then ")
    out, _ = reference.torch_run(person.bench.experiment, 0)
    assert np.abs(trace.read(0, "h", person.bench.place) - out.numpy()).max() <= 2e-6
    person.press(Key.Key_End)
    assert_on_screen(person)


def test_the_frontier_grows_while_it_plays(visit, csv):
    person = visit(csv)
    person.changes(lambda: person.click(person.window.transport.live))
    person.press(Key.Key_Space)
    person.wait(lambda: person.bench.step >= 10)
    person.press(Key.Key_Space)
    assert len(taken(person)) == person.bench.step + 1
    assert_on_screen(person)
    before = person.bench.step
    person.changes(lambda: person.click(person.window.panel.cell.button("gru")))
    assert person.bench.live
    assert person.bench.step == before
    assert_on_screen(person)
    person.changes(lambda: person.click(person.window.transport.live))
    assert not person.bench.live
    assert len(taken(person)) == person.bench.length
    assert person.bench.step == before
    assert_on_screen(person)


def test_two_directions_have_no_live_mode_and_say_why(visit, csv):
    person = visit(csv)
    window = person.window
    person.changes(lambda: person.click(window.panel.bidirectional))
    assert not window.transport.live.isEnabled()
    assert not window.actions_.live.isEnabled()
    for said in (window.transport.live.toolTip(), window.actions_.live.toolTip(), person.status()):
        assert "backward direction" in said
    assert_on_screen(person)
    window.readout.place_requested.emit(person.bench.experiment.network.places[1])
    assert person.bench.place.direction == 1
    assert_on_screen(person)
    person.window.rows.setFocus()
    person.changes(lambda: person.press(Key.Key_Z, CTRL))
    assert person.status() == "", "the note goes with its reason"
    assert window.transport.live.isEnabled()
    assert window.actions_.live.isEnabled()


def test_live_mode_ends_where_a_second_direction_comes(visit, csv):
    person = visit(csv)
    person.changes(lambda: person.click(person.window.transport.live))
    person.press(Key.Key_Right, times=3)
    person.changes(lambda: person.click(person.window.panel.bidirectional))
    assert not person.bench.live
    assert "Live mode is over" in person.status()
    assert len(taken(person)) == person.bench.length
    assert_on_screen(person)
