"""What the window remembers over a restart, what it does with a damaged memory, and small windows."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from explorer.clamps import Clamp
from explorer.network import Place, Recipe
from tests.journeys.seeing import assert_on_screen
from tests.widgets.benches import several
from widgets.compare_memory import Compare, recall
from widgets.variations import Kept, OtherCell, OtherSequence


def dock(person, name):
    return next(dock for dock in person.window.docks.steady if dock.objectName() == name)


def places(person) -> list[tuple]:
    """Return, of every panel that is to be seen, where it is."""
    docks = [dock for dock in person.window.docks.steady if dock.isVisible()]
    return [(dock.objectName(), dock.isFloating(), dock.geometry()) for dock in docks]


def leave(person) -> None:
    person.window.close()
    assert not person.window.isVisible()


def action(person, menu: str, name: str):
    return next(action for action in person.window.actions_.by_menu[menu] if action.objectName() == name)


def test_geometry_and_layout_come_back(visit):
    person = visit(size=(1280, 860))
    window = person.window
    window.move(40, 30)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock(person, "settings"))
    dock(person, "start").close()
    window.resizeDocks([dock(person, "readout")], [380], Qt.Orientation.Horizontal)
    person.wait(lambda: abs(dock(person, "readout").width() - 380) < 3)
    before, frame = places(person), window.geometry()
    leave(person)
    person = visit(size=None)
    assert person.window.geometry() == frame
    assert places(person) == before
    area = person.window.dockWidgetArea(dock(person, "settings"))
    assert area == Qt.DockWidgetArea.RightDockWidgetArea


def test_reset_layout_puts_everything_back(visit):
    person = visit()
    person.wait(lambda: dock(person, "readout").width() > 600)
    before = places(person)
    person.window.removeDockWidget(dock(person, "readout"))
    dock(person, "start").setFloating(True)
    dock(person, "settings").close()
    assert places(person) != before
    action(person, "View", "Reset layout").trigger()
    person.wait(lambda: places(person) == before, "the layout is another")


def choose_in_rows_menu(person, name):
    """Open the menu and choose what begins with ``name``, in it or in a menu of it."""
    menu = next(menu for menu in person.window.findChildren(QMenu) if menu.title() == "&Rows")
    menu.popup(person.window.mapToGlobal(person.window.rect().center()))
    entries = [entry for each in (menu, *menu.findChildren(QMenu)) for entry in each.actions()]
    next(entry for entry in entries if entry.text().split("  ")[0] == name).trigger()
    menu.close()


def test_theme_and_rows_come_back(visit):
    person = visit()
    action(person, "View", "Dark theme").trigger()
    assert person.window.settings.value("theme") == "dark"
    for wanted in ("o", "tanh(c)"):
        choose_in_rows_menu(person, wanted)
    shown = [row.quantity.name for row in person.window.rows.rows]
    assert shown == ["i", "f", "g", "c", "tanh_c", "h"]
    leave(person)
    person = visit()
    assert [row.quantity.name for row in person.window.rows.rows] == shown
    person.changes(lambda: person.click(person.window.panel.cell.button("gru")))
    assert [row.quantity.name for row in person.window.rows.rows] == ["r", "z", "n", "h"]
    person.changes(lambda: person.click(person.window.panel.cell.button("lstm")))
    assert [row.quantity.name for row in person.window.rows.rows] == shown
    person.window.rows.setFocus()
    person.press(Qt.Key.Key_R)
    assert [row.quantity.name for row in person.window.rows.rows] == ["i", "f", "g", "o", "c", "h"]
    assert_on_screen(person)


def test_all_rows_can_be_shown_and_stay(visit):
    person = visit()
    choose_in_rows_menu(person, "Everything")
    every = [q.name for q in person.bench.experiment.network.cell(person.bench.place).quantities]
    assert [row.quantity.name for row in person.window.rows.rows] == every
    leave(person)
    person = visit()
    assert [row.quantity.name for row in person.window.rows.rows] == every


def test_breakpoints_come_back_whatever_is_opened(visit, csv):
    person = visit(csv)
    for text in ("f[3] < 0.4", "x.level > 70", "t == 12"):
        person.bench.breaks.add(text)
    person.bench.breaks.switch(1, False)
    person.wait(lambda: len(person.bench.breaks.hits) == 2 and person.bench.breaks.searched == 240)
    hits = person.bench.breaks.hits
    leave(person)
    person = visit(csv)
    points = [(point.text, point.on) for point in person.bench.breaks.points]
    assert points == [("f[3] < 0.4", True), ("x.level > 70", False), ("t == 12", True)]
    person.wait(lambda: person.bench.breaks.searched == 240)
    assert {text: [*steps] for text, steps in hits.items()} == {
        text: [*steps] for text, steps in person.bench.breaks.hits.items()
    }
    while person.bench.breaks.points:
        person.bench.breaks.remove(0)
    leave(person)
    assert visit(csv).bench.breaks.points == ()


def test_what_was_kept_comes_back_as_it_was_of_the_same_data(visit, csv):
    person = visit(csv)
    held = (Clamp("f", 1.0, (0, 3), (20, 60)), Clamp("x", (0.5, 0.25, -1.0), (1,), (30, 33), by_step=True))
    person.changes(lambda: person.bench.edit_clamps(held))
    was = person.bench.trace.read(0, "h", Place())
    person.window.findChild(QAction, "Keep the present one to compare with").trigger()
    person.changes(lambda: person.bench.edit_clamps(()))
    person.window.compare.add_cells(("gru",))
    assert compared(person) == ["kept: LSTM", "GRU"]
    leave(person)
    person = visit(csv)
    assert compared(person) == ["kept: LSTM", "GRU"]
    person.wait(lambda: len(person.bench.comparing.sides) == 2 and not person.bench.comparing.computing)
    side = person.bench.comparing.sides[0]
    assert side.trace.experiment.clamps == held
    np.testing.assert_array_equal(side.trace.read(0, "h", Place()), was)
    assert {row.side for row in person.window.rows.rows} == {0, 1, 2}
    kept = person.window.settings.value("compared")
    leave(person)

    text = csv.read_text(encoding="utf-8").splitlines()
    csv.write_text("\n".join([*text[:60], *text[61:]]) + "\n", encoding="utf-8")
    person = visit(csv)
    assert compared(person) == ["GRU"], "these are no longer the data that it was kept with"
    assert person.window.settings.value("compared") == kept, "and it is not forgotten"


def test_what_was_kept_with_a_recipe_that_makes_no_sense_is_passed_over(visit, csv, settings):
    person = visit(csv)
    kept = Compare("a", (Kept(person.bench.experiment, 0, "kept: LSTM"), OtherCell("rnn"))).text()
    leave(person)
    for damaged in ('"hidden": "many"', '"hidden": -1', '"hidden": null'):
        settings.setValue("compared", kept.replace('"hidden": 32', damaged))
        person = visit(csv)
        assert compared(person) == ["RNN"]
        person.window.close()


def test_weights_that_were_read_are_not_remembered(visit, csv):
    person = visit(csv)
    experiment = person.bench.experiment
    read = replace(experiment, network=replace(experiment.network, recipe=None))
    assert Compare("a", (Kept(read, 0, "kept: LSTM"),)).text() == ""
    given = replace(experiment, initial={"l0.h": np.ones(experiment.network.recipe.hidden)})
    assert Compare("a", (Kept(given, 0, "kept: LSTM"),)).text() == ""
    assert Compare("a", (Kept(experiment, 0, "kept: LSTM"),)).text()


@pytest.mark.parametrize(
    "stored",
    [
        '{"source": "a", "sides": [["kept", "a", 1]], "linked": true, "differences": false}',
        '{"source": "a", "sides": [["kept", "a", 1, 0, "t", "none", {"moon": 1}, []]], "linked": true, '
        '"differences": false}',
        '{"source": "a", "sides": [["kept", "a", 1, 0, "t", "none", {}, [{"quantity": "f"}]]], "linked": true, '
        '"differences": false}',
        "{",
        "7",
        '[["f > 0"]',
        '[["f > 0", 2]]',
        "[[3, true]]",
        '[["f > 0", true], ["f > 0", true]]',
        '[["", true]]',
        '["f"]',
    ],
)
def test_damaged_breakpoints_are_none_and_it_is_said(visit, settings, stored):
    settings.setValue("breakpoints", stored)
    person = visit()
    assert person.bench.breaks.points == ()
    assert "breakpoints could not be read" in person.status()
    person.bench.breaks.add("h[0] > 0")
    leave(person)
    assert [point.text for point in visit().bench.breaks.points] == ["h[0] > 0"]


def test_a_damaged_memory_opens_the_first_layout_and_says_so(visit, settings):
    for key in ("geometry", "layout"):
        settings.setValue(key, QByteArray(b"\x00\xff no layout at all"))
    settings.setValue("theme", 17)
    settings.setValue("recent", 5)
    settings.setValue("rows/lstm", "nothing that there is")
    person = visit()
    assert "layout" in person.status()
    assert all(dock.isVisible() for dock in person.window.docks.steady)
    assert_on_screen(person)


@pytest.mark.parametrize(("size", "rows"), [((1600, 1000), 640), ((1500, 900), 590)])
def test_the_columns_of_an_lstm_fit(visit, size, rows):
    person = visit(size=size)
    table = person.window.readout.table
    person.wait(lambda: not table.horizontalScrollBar().isVisible())
    last = table.columnViewportPosition(6) + table.columnWidth(6)
    assert last <= table.viewport().width()
    assert person.window.rows.width() > rows


@pytest.mark.parametrize("size", [(1024, 700), (940, 640), (1280, 720), (1900, 1150)])
def test_nothing_is_cut_off_at_any_size(visit, csv, size):
    person = visit(csv, size=size)
    window = person.window
    assert (window.width(), window.height()) == size
    person.changes(lambda: person.click(window.transport.live))
    for button in (window.transport.finish, window.transport.live):
        person.wait(lambda button=button: button.width() >= button.sizeHint().width(), button.text())
    for bar in (window.transport, window.status):
        for child in [child for child in bar.children() if child.isWidgetType() and child.isVisible()]:
            corner = child.mapTo(window, QPoint(0, 0))
            assert corner.x() >= 0
            assert corner.x() + child.width() <= window.width()
    person.press(Qt.Key.Key_Right)
    assert_on_screen(person)


def compared(person) -> list[str]:
    """Return what is compared once nothing of it is on its way."""
    comparing = person.bench.comparing
    person.wait(lambda: not comparing.computing and not person.bench.computing.busy)
    return [side.name for side in comparing.sides]


def test_what_is_compared_comes_back_and_how(visit, csv):
    person = visit(csv)
    person.window.compare.add_cells(("gru",))
    person.window.compare.add_seed()
    person.window.compare.link_scales(False)
    person.window.compare.show_differences(True)
    seed = person.bench.experiment.network.recipe.seed + 1
    assert compared(person) == ["GRU", f"seed {seed}"]
    leave(person)
    person = visit(csv)
    assert compared(person) == ["GRU", f"seed {seed}"]
    assert not person.window.rows.sides.linked
    assert (person.window.compare.linked, person.window.compare.differences) == (False, True)
    tagged = {row.side for row in person.window.rows.rows}
    assert tagged == {0, 1, 2}, "their rows, too"
    rows = [row for row in person.window.rows.editing.layout.rows if row.side]
    assert rows
    assert all(row.difference for row in rows)
    person.bench.comparing.clear()
    person.window.compare.link_scales(True)
    person.window.compare.show_differences(False)
    leave(person)
    person = visit(csv)
    assert compared(person) == []
    assert person.window.settings.value("compared") is None


def test_another_sequence_comes_back_with_its_data_only(visit, csv):
    def have_two(person) -> None:
        person.changes(lambda: person.bench.open(lambda _: several(30, 20), "open several"))

    person = visit(csv)
    have_two(person)
    person.window.compare.add_sequence(1)
    person.window.compare.add_cells(("rnn",))
    assert compared(person) == ["sequence s1", "RNN"]
    kept = person.window.settings.value("compared")
    leave(person)
    person = visit(csv)
    assert compared(person) == ["RNN"], "these data have no such sequence"
    assert person.window.settings.value("compared") == kept, "and it is not forgotten"
    memory = recall(person.window.settings)
    assert memory.beside(several(30, 20), 0) == (OtherSequence(1), OtherCell("rnn"))
    assert memory.beside(several(30, 20), 1) == (OtherCell("rnn"),)
    assert memory.beside(several(30, recipe=Recipe("rnn")), 0) == ()


@pytest.mark.parametrize(
    "stored",
    [
        "{",
        "7",
        "{}",
        '{"source": "a", "sides": [["cell", "tcn", "tanh"]], "linked": true, "differences": false}',
        '{"source": "a", "sides": [["seed", "x"]], "linked": true, "differences": false}',
        '{"source": "a", "sides": [["seed", -1]], "linked": true, "differences": false}',
        '{"source": "a", "sides": [["moon", 1]], "linked": true, "differences": false}',
        '{"source": "a", "sides": [["seed", 1], ["seed", 1]], "linked": true, "differences": false}',
        '{"source": "a", "sides": [], "linked": 3, "differences": false}',
    ],
)
def test_a_damaged_memory_of_what_was_compared_is_none_and_it_is_said(visit, settings, stored):
    settings.setValue("compared", stored)
    person = visit()
    assert compared(person) == []
    assert "compared the last time could not be read" in person.status()
    person.window.compare.add_cells(("gru",))
    leave(person)
    assert compared(visit()) == ["GRU"]
