"""The command palette: every action by its words, with nothing but the keyboard."""

import inspect
import re
import sys
from dataclasses import replace
from itertools import combinations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QDockWidget, QMenu, QWidget

from explorer.clamps import Clamp
from tests.journeys.person import CTRL, SHIFT, Person
from widgets.cheat_sheet import CheatSheet
from widgets.keys import Told, keys_of
from widgets.unseen import Unseen

Key, CONTEXT = Qt.Key, Qt.ShortcutContext


def call(person: Person):
    """Call the palette up; return it."""
    person.press(Key.Key_P, CTRL | SHIFT)
    assert person.window.desk.palette.isVisible()
    assert person.window.desk.palette.edit.hasFocus()
    return person.window.desk.palette


def titles(palette) -> list[str]:
    return [entry.title for entry in palette.found]


def in_menus(menu: QMenu) -> list[str]:
    """Return the texts of all actions below a menu."""
    found = []
    for action in menu.actions():
        if isinstance(inner := action.menu(), QMenu):
            found += in_menus(inner)
        elif not action.isSeparator():
            found.append(action.text().replace("&", ""))
    return found


def test_it_lists_every_action_of_the_menus_once_and_those_of_panels(person):
    palette = call(person)
    every = [text for action in person.window.menuBar().actions() for text in in_menus(action.menu())]
    assert len(every) > 50
    assert sorted(entry.title for entry in palette.found if entry.dock is None) == sorted(every)
    of_panels = {(entry.menus[0], entry.title) for entry in palette.found if entry.dock is not None}
    assert {
        ("Holds", "Ablate units"),
        ("Holds", "Keep c: f = 1, i = 0"),
        ("Holds", "Hold at the mean"),
        ("Holds", "Clear all holds"),
        ("Readout", "Copy as TSV"),
        ("Readout", "Hold from here …"),
        ("Equations", "Copy all"),
        ("Cell", "Save the cell diagram as SVG…"),
        ("Breakpoints", "Add a breakpoint by a condition"),
        ("Experiment", "Draw other weights"),
    } <= of_panels
    keys = {entry.key for entry in palette.found}
    assert len(keys) == len(palette.found)
    assert {"View/Rows/f  forget gate", "Step/Step forward", "View/Readout", "File/Quit"} <= keys


def test_calling_it_makes_no_panel_that_was_not_seen(person):
    docks = person.window.docks
    unseen = [dock for dock in docks.later if isinstance(dock.widget(), Unseen)]
    assert len(unseen) > 5
    call(person)
    assert [dock for dock in docks.later if isinstance(dock.widget(), Unseen)] == unseen


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_panel_offers_the_same_before_it_is_seen_as_after(person, cell):
    def offered() -> list[tuple[str, str, str]]:
        palette = call(person)
        found = sorted((entry.key, entry.title, entry.reason) for entry in palette.found if entry.dock is not None)
        person.press(Key.Key_Escape)
        return found

    person.changes(lambda: person.bench.edit_recipe(replace(person.bench.experiment.network.recipe, cell=cell)))
    person.wait_for_trace()
    before = offered()
    for dock in person.window.docks.later:
        assert not isinstance(person.window.docks.panel(dock), Unseen)
    assert offered() == before
    assert ("Holds/Clear all holds", "Clear all holds", "nothing is held") in before


def test_no_action_is_listed_twice_with_every_panel_seen_and_something_compared(person):
    for dock in person.window.docks.later:
        person.window.docks.panel(dock)
    person.window.compare.add_seed()
    person.wait(lambda: any(row.side for row in person.window.rows.rows))
    found = call(person).found
    every = [entry.title for entry in found if not entry.key.startswith("View/Rows/")]  # each side has rows of its own
    assert "Stop comparing" in every
    twice = {title for title in every if every.count(title) > 1}
    assert twice == {"Copy as TSV", "Copy all as TSV"}, "and those each of another table"


@pytest.mark.parametrize("seen", [False, True], ids=["a panel never seen", "a panel seen"])
def test_hold_from_here_takes_the_selected_unit_where_no_number_is_pointed_at(person, seen):
    if seen:
        person.window.docks.panel(person.window.holds.dock)
    person.bench.select((1, 5))
    person.bench.go_to(20)
    assert not person.window.readout.table.currentIndex().isValid()
    choose(person, "hold from here", "Hold from here …")
    form = person.window.holds.panel.form
    assert (form.quantity.currentData(), form.units.text(), form.steps.text()) == ("h", "5", "from 20")
    person.wait(form.value.hasFocus)
    person.type("0")
    person.changes(lambda: person.press(Key.Key_Return))
    assert person.bench.experiment.clamps == (Clamp("h", 0.0, (5,), (20, None)),)


def test_hold_from_here_takes_the_number_that_is_pointed_at(person):
    table = person.window.readout.table
    column = [each.name for each in table.numbers.columns].index("o")
    person.click(table.viewport(), table.visualRect(table.numbers.index(3, column)).center())
    choose(person, "hold from here", "Hold from here …")
    form = person.window.holds.panel.form
    assert (form.quantity.currentData(), form.units.text()) == ("o", "3")


@pytest.mark.smoke
def test_a_few_letters_find_an_action_and_enter_does_it(person):
    palette = call(person)
    person.type("dark th")
    assert titles(palette)[0] == "Dark theme"
    person.press(Key.Key_Return)
    assert not palette.isVisible()
    assert person.window.theme.name == "dark"
    assert person.window.rows.hasFocus(), "the keys go where they went before"
    person.press(Key.Key_Right)
    assert person.bench.step == 1


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("step back", "Step back"),
        ("back step", "Step back"),
        ("nxt ev", "Next event"),
        ("rows forget", "f  forget gate"),
        ("LAYOUT", "Reset layout"),
        ("csv", "Open CSV…"),
        ("to end", "Run to end"),
    ],
)
def test_words_in_any_order_and_letters_left_out(person, typed, first):
    palette = call(person)
    person.type(typed)
    assert titles(palette)[0] == first


def test_what_fits_nothing_says_so_and_does_nothing(person):
    palette = call(person)
    person.type("zzqx")
    assert palette.none.isVisible()
    assert palette.height() < palette.edit.height() + palette.none.sizeHint().height() + 60
    person.press(Key.Key_Return)
    assert palette.isVisible()


def test_escape_gives_the_focus_back_and_changes_nothing(person):
    box = person.window.transport.step_box
    box.setFocus()
    palette = call(person)
    person.type("quit")
    person.press(Key.Key_Escape)
    assert not palette.isVisible()
    assert box.hasFocus()
    assert person.window.isVisible()


def test_arrows_choose_and_letters_stay_in_the_field(person):
    palette = call(person)
    person.type("theme")
    assert titles(palette)[:3] == ["System theme", "Light theme", "Dark theme"]
    person.press(Key.Key_Down, times=2)
    person.press(Key.Key_Up)
    person.press(Key.Key_Tab)
    assert palette.edit.hasFocus()
    assert palette.edit.text() == "theme"
    assert palette.edit.accessibleDescription().startswith("Light theme, View")
    person.press(Key.Key_Enter)
    assert person.window.settings.value("theme") == "light"


def test_what_cannot_be_done_says_why(person):
    palette = call(person)
    person.type("undo")
    (entry, *_) = palette.found
    assert entry.reason == "there is nothing to undo"
    assert palette.list.item(0).toolTip() == "there is nothing to undo"
    person.press(Key.Key_Return)
    assert palette.isVisible(), "nothing was done"
    reasons = {entry.title: entry.reason for entry in palette._listed if not entry.action.isEnabled()}
    assert "not possible now" not in reasons.values(), reasons
    assert reasons["Next sequence"] == "there is only one sequence"


def test_what_was_used_last_stands_first_also_another_time(visit):
    person = visit()
    for typed in ("light theme", "step forward"):
        call(person)
        person.type(typed)
        person.press(Key.Key_Return)
    assert titles(call(person))[:3] == ["Step forward", "Light theme", "Open CSV…"]
    person.press(Key.Key_Escape)
    person.window.close()
    palette = call(visit())
    assert titles(palette)[:2] == ["Step forward", "Light theme"]


def test_a_click_does_it_and_one_elsewhere_leaves(person):
    palette = call(person)
    person.type("larger")
    viewport = palette.list.viewport()
    before = person.window.font().pointSizeF()
    person.click(viewport, palette.list.visualItemRect(palette.list.item(0)).center())
    assert person.window.font().pointSizeF() == before + 1
    person.window.appearance.use_normal_size()
    palette = call(person)
    person.click(person.window.transport.step_box.lineEdit())
    assert not palette.isVisible()
    assert person.window.transport.step_box.hasFocus()


def test_it_fits_a_small_window_and_one_that_changes(visit):
    person = visit(size=(940, 640))
    palette = call(person)
    assert person.window.rect().contains(palette.geometry())
    person.window.resize(1400, 900)
    person.wait(lambda: abs(palette.geometry().center().x() - person.window.rect().center().x()) < 3)


STANDARD = QKeySequence.StandardKey
WRITTEN = {"Enter": "Return", "Escape": "Esc", "Delete": "Del", "PageUp": "PgUp", "PageDown": "PgDown"}
SILENT = ("widgets.actions", "widgets.keys", "widgets.fields")
"""Modules that name keys and have none of their own: a field leaves undo and redo to the window."""


def every_panel(person: Person) -> list[QWidget]:
    """Have every panel made; return all that stands in the window."""
    for dock in person.window.docks.all:
        person.window.docks.panel(dock)
    return person.window.findChildren(QWidget)


def modules_with_keys(parts: list[QWidget]) -> dict[str, set[str]]:
    """Return the keys that the code of these widgets names, by module: of whatever class handles them there."""
    modules = {
        kind.__module__ for part in parts for kind in type(part).__mro__ if kind.__module__.startswith("widgets.")
    }
    found = {}
    for name in modules:
        source = inspect.getsource(sys.modules[name])
        keys = {WRITTEN.get(key, key) for key in re.findall(r"Key\.Key_(\w+)", source)}
        keys |= {QKeySequence(STANDARD[key]).toString() for key in re.findall(r"StandardKey\.(\w+)", source)}
        if keys and name not in SILENT:
            found[name] = keys
    # In the palette Tab goes nowhere.
    found["widgets.palette"] -= {"Tab", "Backtab"}
    return found


def told_in(module: str) -> list[Told]:
    """Return what the classes of a module tell of their keys."""
    kinds = [kind for kind in vars(sys.modules[module]).values() if getattr(kind, "__module__", "") == module]
    return [told for kind in kinds for told in vars(kind).get("told_keys", ())]


def test_the_cheat_sheet_has_every_key(person):
    call(person)
    person.press(Key.Key_Escape)
    person.window.status.open_list()
    parts = every_panel(person)
    person.window.status.list.close()
    person.window.activateWindow()
    person.wait(person.window.isActiveWindow)
    person.window.rows.setFocus()
    person.press(Key.Key_F1)
    (sheet,) = person.window.findChildren(CheatSheet)
    assert sheet.isVisible()
    text = sheet.text.toPlainText()
    with_keys = [action for action in person.window.findChildren(QAction) if action.shortcuts()]
    assert len(with_keys) > 60
    assert [keys_of(action) for action in with_keys if f"{keys_of(action)}\n" not in text] == []
    modules = modules_with_keys(parts)
    assert len(modules) > 15
    for module, keys in modules.items():
        told = told_in(module)
        assert keys <= {key.toString() for each in told for key in each.keys}, module
        for each in told:
            assert f"{each.text}\n{each.does}" in text, module
    sheet.close()


def scope_of(action: QAction) -> set[QWidget] | None:
    """Return the widgets in which the focus has to be for an action's keys; None where they act everywhere."""
    context, owners = (
        action.shortcutContext(),
        [part for part in action.associatedObjects() if isinstance(part, QWidget)],
    )
    if context not in (CONTEXT.WidgetShortcut, CONTEXT.WidgetWithChildrenShortcut):
        return None
    inner = context == CONTEXT.WidgetWithChildrenShortcut
    owners = [part for part in owners if not isinstance(part, QMenu)]
    return {part for owner in owners for part in (owner, *(owner.findChildren(QWidget) if inner else ()))}


def test_no_key_is_meant_for_two_actions(person):
    every_panel(person)
    by_key: dict[str, list[QAction]] = {}
    for action in person.window.findChildren(QAction):
        for key in action.shortcuts():
            by_key.setdefault(key.toString(), []).append(action)
    assert len(by_key) > 60
    for key, actions in by_key.items():
        for one, other in combinations(actions, 2):
            scopes = scope_of(one), scope_of(other)
            assert None not in scopes, (key, one.text(), other.text())
            assert scopes[0].isdisjoint(scopes[1]), (key, one.text(), other.text())


def test_a_list_has_its_keys_though_an_action_of_the_window_has_the_same(person):
    everywhere = {
        key.toString()
        for action in person.window.findChildren(QAction)
        if scope_of(action) is None
        for key in action.shortcuts()
    }
    told = 0
    for part in every_panel(person):
        for each in getattr(part, "told_keys", ()):
            for key in (key for key in each.keys if key.toString() in everywhere):
                pressed = QKeyEvent(QEvent.Type.ShortcutOverride, key[0].key(), key[0].keyboardModifiers())
                pressed.ignore()
                QApplication.sendEvent(part, pressed)
                assert pressed.isAccepted(), (type(part).__name__, key.toString())
                told += 1
    assert told > 1


def test_a_panel_behind_a_tab_comes_to_the_front_and_none_goes(person):
    docks = {dock.windowTitle(): dock for dock in person.window.findChildren(QDockWidget)}
    for name in ("Holds", "Readout", "Holds", "Holds"):
        palette = call(person)
        person.type(name.lower())
        assert titles(palette)[0] == name
        person.press(Key.Key_Return)
        person.wait(lambda name=name: person.window.docks.is_seen(docks[name]))
        assert docks[name].isVisible()


def choose(person: Person, typed: str, title: str) -> None:
    """Find an action of a panel and do it."""
    palette = call(person)
    person.type(typed)
    assert titles(palette)[0] == title
    person.press(Key.Key_Return)
    assert not palette.isVisible()


def test_an_action_of_a_panel_that_was_never_seen_brings_it_forward_and_is_done(person):
    person.window.rows.setFocus()
    person.changes(lambda: choose(person, "ablate", "Ablate units"))
    (clamp,) = person.bench.experiment.clamps
    assert (clamp.quantity, clamp.value) == ("h", 0.0)
    assert person.window.docks.is_seen(person.window.holds.dock)
    assert person.window.rows.hasFocus()
    person.changes(lambda: choose(person, "clear holds", "Clear all holds"))
    assert not person.bench.experiment.clamps


def test_a_hold_at_the_mean_and_a_line_for_a_condition_by_their_names(person):
    person.changes(lambda: choose(person, "at the mean", "Hold at the mean"))
    (clamp,) = person.bench.experiment.clamps
    assert clamp.quantity == "f"
    person.window.breaks.dock.close()
    choose(person, "add breakpoint", "Add a breakpoint by a condition")
    person.wait(lambda: person.window.docks.is_seen(person.window.breaks.dock))
    line = person.window.breaks.panel.line
    person.wait(line.hasFocus)
    person.type("f[0] < 2")
    person.press(Key.Key_Return)
    assert [point.text for point in person.bench.breaks.points] == ["f[0] < 2"]


def test_what_a_panel_shows_is_copied_by_its_name(person):
    choose(person, "copy all tsv quantities", "Copy all as TSV")
    assert person.clipboard()[0][:2] == ["unit", "i"]
    assert person.window.docks.is_seen(person.window.docks.steady[-1])


def test_it_is_as_high_as_what_is_found(person):
    palette = call(person)
    whole = palette.height()
    person.type("theme")
    few = len(titles(palette))
    assert 2 <= few <= 10
    row = palette.list.sizeHintForRow(0)
    person.wait(lambda: palette.list.viewport().height() >= few * row)
    assert palette.list.viewport().height() < (few + 1) * row
    assert palette.list.verticalScrollBar().maximum() == 0
    person.press(Key.Key_Backspace, times=5)
    assert palette.height() == whole
