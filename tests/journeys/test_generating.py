"""A sequence is made in the window: with keys alone, undone, made anew from another seed; or not, and all stays."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from explorer.sequences import generate
from tests.journeys.person import CTRL
from tests.journeys.seeing import assert_on_screen

Key = Qt.Key


@pytest.fixture
def form(person, qtbot):
    """Return the form, opened by its button."""
    person.click(person.window.start.generate)
    qtbot.waitActive(person.window.generator)
    return person.window.generator


def keys(qtbot, form, *pressed: Key) -> None:
    for key in pressed:
        qtbot.keyClick(form.focusWidget(), key)


def test_made_with_keys_undone_and_done_again(person, qtbot):
    before = person.bench.trace
    person.press(Key.Key_G, CTRL)
    form = person.window.generator
    with qtbot.waitActive(form):
        form.activateWindow()
    form.list.choose("lorenz")
    keys(qtbot, form, Key.Key_Tab, Key.Key_Tab, Key.Key_Tab, Key.Key_Up)
    assert form.page.settings()["rho"] == pytest.approx(29, abs=2)
    settings = form.page.settings()
    person.changes(lambda: keys(qtbot, form, Key.Key_Return))
    dataset = person.bench.experiment.dataset
    assert dict(dataset.settings) == settings
    np.testing.assert_array_equal(
        dataset.sequences[0].values, generate("lorenz", seed=0, **settings).sequences[0].values
    )
    assert person.bench.experiment.scale == "standardize"
    assert person.window.windowTitle().startswith("lorenz — ")
    assert person.window.panel.name.text() == "lorenz"
    assert_on_screen(person)
    with qtbot.waitActive(person.window):  # a window manager would see to that
        person.window.activateWindow()
    person.changes(lambda: person.press(Key.Key_Z, CTRL))
    assert person.bench.experiment is before.experiment
    person.changes(lambda: person.press(Key.Key_Y, CTRL))
    assert person.bench.experiment.dataset is dataset
    assert person.window.settings.value("recent") is None


def test_it_keeps_the_network_that_was_chosen_and_another_seed_keeps_its_settings(person, form, qtbot):
    form.reject()
    with qtbot.waitActive(person.window):
        person.window.activateWindow()
    person.changes(lambda: person.click(person.window.panel.cell.button("gru")))
    person.click(person.window.start.generate)
    form.list.choose("flip-flop")
    form.page.fields["bits"].set_value(2)
    person.changes(lambda: qtbot.mouseClick(form.open_button, Qt.MouseButton.LeftButton))
    first = person.bench.experiment.dataset
    assert person.bench.experiment.network.recipe.cell == "gru"
    assert first.input_size == 2
    person.changes(lambda: person.click(person.window.panel.new_data_seed))
    other = person.bench.experiment.dataset
    assert other.seed != first.seed
    assert other.settings == first.settings
    assert (other.sequences[0].targets != first.sequences[0].targets).any()
    assert_on_screen(person)


def test_cancel_leaves_everything_as_it_was(person, form):
    trace, title = person.bench.trace, person.window.windowTitle()
    form.list.choose("copy")
    form.reject()
    assert person.bench.trace is trace
    assert person.window.windowTitle() == title
    assert not person.bench.computing.busy


def test_a_generated_source_opens_from_the_command_line(visit):
    person = visit("generated:bursts?length=300&gap=40&seed=4")
    dataset = person.bench.experiment.dataset
    assert (len(dataset.sequences[0]), dataset.seed) == (300, 4)
    assert_on_screen(person)
