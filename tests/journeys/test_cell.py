"""The cell in the window: brought to the front, stepped through, asked, and saved."""

from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QTabBar

from explorer.network import Place, Recipe
from tests.journeys.person import BUTTON, NONE
from widgets.decimals import aligned
from widgets.sources import make_experiment

Key = Qt.Key


@pytest.fixture
def person(visit):
    return visit()


def bring_forward(person, title: str) -> None:
    """Click on the tab of a dock."""
    for bar in person.window.findChildren(QTabBar):
        for k in range(bar.count()):
            if bar.tabText(k) == title:
                person.click(bar, bar.tabRect(k).center())
                return
    raise AssertionError(f"there is no tab {title}")


@pytest.fixture
def diagram(person):
    bring_forward(person, "Cell")
    person.wait(lambda: person.window.cell.diagram is not None)
    person.wait(person.window.cell.diagram.isVisible)
    person.window.rows.setFocus()
    return person.window.cell.diagram


def shown(diagram, name: str) -> str:
    diagram.repaint()
    return diagram.reading.text(name)


def value(person, name: str, unit: int) -> str:
    bench = person.bench
    return aligned(bench.trace.values_at(bench.sequence, bench.place, bench.step)[name][unit])


def test_it_is_made_when_it_is_first_seen_and_the_readout_is_in_front(person) -> None:
    assert person.window.cell.diagram is None
    assert person.window.readout.visibleRegion().isEmpty() is False
    bring_forward(person, "Cell")
    person.wait(lambda: person.window.cell.diagram is not None)
    bring_forward(person, "Readout")
    assert person.window.cell.diagram.visibleRegion().isEmpty()
    reads = []
    source = person.window.cell.diagram.source
    source.read = lambda *args: reads.append(args)
    person.window.rows.setFocus()
    person.press(Key.Key_Right, times=3)
    QApplication.processEvents()
    assert reads == [], "behind another it has nothing to do"


def test_it_follows_step_unit_place_and_network(person, diagram) -> None:
    bench = person.bench
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Left, Key.Key_End):
        person.press(key)
        for quantity in bench.experiment.network.cell(bench.place).quantities:
            assert shown(diagram, quantity.name) == value(person, quantity.name, bench.units[-1])
    person.click(person.row("h"), person.unit_in_row("h", 5))
    assert bench.units[-1] == diagram.source.unit == 5
    person.changes(lambda: bench.edit_recipe(Recipe("gru", hidden=7, layers=2, bidirectional=True)))
    assert shown(diagram, "n") == value(person, "n", 5)
    bench.go_to_place(Place(1, 1))
    assert diagram.header()[0] == "GRU · layer 1 reverse"
    now = bench.trace.values_at(bench.sequence, bench.place, bench.step)
    assert shown(diagram, "(1 − z) ⊙ n") == aligned((1 - now["z"][5]) * now["n"][5])
    assert shown(diagram, "h") == value(person, "h", 5)
    person.window.appearance.choose_theme("dark")
    image = diagram.grab().toImage()
    assert image.pixelColor(2, 2).lightness() < 60


def test_in_live_mode_it_shows_each_step_when_it_is_taken(person, diagram) -> None:
    person.window.actions_.live.trigger()
    person.wait(lambda: person.bench.live and person.bench.stepper is not None)
    person.window.rows.setFocus()
    for step in range(1, 4):
        person.press(Key.Key_Right)
        assert person.bench.step == step == diagram.reading.step
        assert shown(diagram, "h") == value(person, "h", person.bench.units[-1])


def test_it_is_saved_as_a_picture(person, diagram, tmp_path) -> None:
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    path = tmp_path / "cell.svg"
    (save,) = diagram.actions()
    save.trigger()
    dialog = person.window.findChild(QFileDialog)
    dialog.findChild(QLineEdit).setText(str(path))
    QTest.keyClick(dialog.findChild(QLineEdit), Key.Key_Return)
    person.wait(path.exists)
    assert str(path) in person.status()
    texts = {text.text for text in ElementTree.parse(path).iter("{http://www.w3.org/2000/svg}text")}
    assert {value(person, name, person.bench.units[-1]) for name in ("i", "f", "g", "o", "c", "h")} <= texts


def test_where_it_cannot_be_saved_the_status_line_says_so(person, diagram, tmp_path) -> None:
    person.window.cell._save(str(tmp_path / "nowhere" / "cell.svg"))
    assert "cannot be written" in person.status()


def test_a_press_on_it_and_the_arrow_keys_ask_it(person, diagram) -> None:
    step = person.bench.step
    QTest.mouseClick(person.window.windowHandle(), BUTTON, NONE, diagram.mapTo(person.window, QPoint(4, 4)))
    assert diagram.hasFocus()
    person.press(Key.Key_Right)
    assert diagram.accessibleDescription().startswith("x: input")
    assert person.bench.step == step


def test_reset_layout_brings_it_back_behind_the_readout(person, diagram) -> None:
    person.window.cell.dock.close()
    assert not diagram.isVisible()
    person.window.docks.reset()
    QApplication.processEvents()
    assert not person.window.readout.visibleRegion().isEmpty()
    bring_forward(person, "Cell")
    person.wait(lambda: not diagram.visibleRegion().isEmpty())


def test_with_one_experiment_after_another_it_draws_the_cell_there_is(person, diagram) -> None:
    for recipe in (Recipe("rnn", "relu", hidden=4), Recipe("lstm", hidden=3), Recipe("rnn", hidden=2)):
        data = person.bench.experiment.dataset
        person.changes(
            lambda recipe=recipe, data=data: person.bench.open(lambda _: make_experiment(data, recipe), "other")
        )
        names = {quantity.name for quantity in person.bench.experiment.network.layers[0].cell.quantities}
        diagram.repaint()
        assert names <= set(diagram.plan.nodes)
        assert shown(diagram, "h") == value(person, "h", diagram.source.unit)
