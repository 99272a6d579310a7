"""A text in the window: read it, go to a word, colour it by another gate and unit, change the network, step live."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction

from explorer.network import Place, Recipe
from explorer.sequences import read_text
from tests.explorer import reference
from tests.journeys.person import CTRL
from widgets.sources import make_experiment

Key = Qt.Key
TEXT = "She said: the quick brown fox jumps over the lazy dog.\nThe dog said nothing; foxes jump all the time.\n" * 3


@pytest.fixture
def reader(visit, tmp_path):
    path = tmp_path / "fox.txt"
    path.write_text(TEXT, encoding="utf-8")
    person = visit()
    assert not person.window.text.panel.isVisible()
    assert not person.window.rows.tokens.isVisible()
    recipe = Recipe(hidden=6, embedding=5)
    person.changes(lambda: person.bench.open(lambda _: make_experiment(read_text(path), recipe), "open fox.txt"))
    return person


@pytest.mark.smoke
def test_a_text_is_read_and_a_click_goes_to_its_place(reader) -> None:
    window = reader.window
    assert window.text.panel.isVisible()
    assert window.rows.tokens.isVisible()
    assert not window.rows.input_row.isVisible(), "there is no number to draw a line through"
    reader.click(window.text.panel.flow, window.text.panel.flow.rect_of(11).center())
    assert reader.bench.step == 11
    assert "“h”" in reader.text("Step shown in the readout")
    assert reader.text("Token at the step").startswith("“h” · code ")
    window.rows.setFocus()
    reader.press(Key.Key_Right)
    assert reader.text("Token at the step").startswith("“e” · code ")
    strip = window.rows.tokens
    x = strip.plot.left() + (20.5 - strip.view.first) / strip.view.span * strip.plot.width()
    reader.click(strip, QPoint(round(x), strip.height() // 2))
    assert reader.bench.step == 20
    out, _ = reference.torch_run(reader.bench.experiment, 0)
    assert np.abs(reader.bench.trace.read(0, "h", Place()) - out.numpy()).max() <= 2e-6


def test_quantity_and_unit_are_the_same_in_strip_and_panel(reader) -> None:
    window = reader.window
    menu = window.rows.tokens.button.menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.data() == "f").trigger()
    assert window.text.panel.quantity.text() == window.rows.tokens.button.text() == "f · unit 0 ▾"
    reader.click(window.text.panel.unit)
    reader.press(Key.Key_Up, times=4)
    assert reader.bench.units == (4,)
    assert window.rows.tokens.button.text() == "f · unit 4 ▾"
    reader.click(reader.row("f"), reader.unit_in_row("f", 2))
    assert reader.bench.units == (2,)
    assert window.text.panel.unit.value == 2
    assert "f · unit 2: " in reader.text("Token at the step")


def test_another_embedding_is_another_network_and_can_be_undone(reader) -> None:
    assert reader.bench.experiment.network.input_size == 5
    reader.click(reader.window.panel.embedding)
    reader.changes(lambda: reader.press(Key.Key_Up))
    assert reader.bench.experiment.network.input_size == 6
    reader.window.rows.setFocus()
    reader.changes(lambda: reader.press(Key.Key_Z, CTRL))
    assert reader.bench.experiment.network.input_size == 5


def test_live_the_words_to_come_can_be_read_already(reader) -> None:
    reader.changes(lambda: reader.click(reader.window.transport.live))
    reader.press(Key.Key_Right, times=3)
    assert reader.bench.trace.ready(0) == range(4)
    tip = reader.window.text.panel.flow.tip_at(reader.window.text.panel.flow.rect_of(9).center())
    assert "not computed yet" in tip
    assert "not computed yet" not in reader.text("Token at the step")


def test_other_data_and_another_layout_put_the_text_away_and_back(reader) -> None:
    window = reader.window
    reset = next(action for action in window.findChildren(QAction) if action.text() == "Reset &layout")
    reset.trigger()
    assert window.text.panel.isVisible()
    reader.changes(lambda: window.open_source("preset:adding"))
    assert not window.text.panel.isVisible()
    assert not window.rows.tokens.isVisible()
    assert window.rows.input_row.isVisible()
    reset.trigger()
    assert not window.text.panel.isVisible()
