"""Rows in the real window: shown, moved, resized, alone, sorted, brushed, by keys and by mouse."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from explorer.clamps import Clamp
from tests.journeys.person import ALT, CTRL, NONE, SHIFT, Person
from widgets.feature_dialog import FeatureDialog
from widgets.row import GAP, LEFT
from widgets.row_layout import RowSpec, preset_layout
from widgets.sorting import SortBy

Key = Qt.Key


def names(person: Person) -> list[str]:
    return [row.quantity.name for row in person.window.rows.rows]


def on_screen(person: Person) -> list[str]:
    """Return the rows as they stand one below the other."""
    person.bot.wait(0)
    rows = [row for row in person.window.rows.rows if row.isVisible()]
    return [row.quantity.name for row in sorted(rows, key=lambda row: row.mapTo(person.window, QPoint()).y())]


def ready(person: Person) -> Person:
    person.window.rows.setFocus()
    return person


def choose(person: Person, name: str, *path: str) -> None:
    """Ask for the menu of a row as the right button on its title does, and choose an entry in it."""
    row, at = person.row(name), QPoint(30, 20)
    QApplication.sendEvent(row, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, row.mapToGlobal(at)))
    choose_in(QApplication.activePopupWidget(), *path)


def choose_in(menu: QMenu, *path: str) -> None:
    """Walk through a menu as far as the entry, choose it, and close what is open."""
    for depth, text in enumerate(path):
        entry = next(entry for entry in menu.actions() if entry.text().replace("&", "").startswith(text))
        if depth < len(path) - 1:
            menu = entry.menu()
        else:
            entry.trigger()
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()


def test_rows_are_chosen_moved_and_hidden_by_keys(person) -> None:
    ready(person)
    assert names(person) == ["i", "f", "g", "o", "c", "h"]
    person.press(Key.Key_Down, times=2)
    assert person.window.rows.stack.current == ("f", None, 0)
    person.press(Key.Key_Down, ALT)
    assert on_screen(person) == ["i", "g", "f", "o", "c", "h"]
    person.press(Key.Key_Down, ALT, times=9)
    assert on_screen(person) == ["i", "g", "o", "c", "h", "f"]
    person.press(Key.Key_Up, ALT, times=5)
    person.press(Key.Key_Up, ALT)
    assert on_screen(person) == ["f", "i", "g", "o", "c", "h"]
    person.press(Key.Key_Delete)
    assert on_screen(person) == ["i", "g", "o", "c", "h"]
    assert person.window.rows.stack.current == ("i", None, 0), "the next one"
    person.press(Key.Key_R)
    assert on_screen(person) == ["i", "f", "g", "o", "c", "h"]


def test_a_title_is_dragged_to_where_the_row_is_to_be(person) -> None:
    row, target = person.row("c"), person.row("i")
    far = QPoint(30, target.mapTo(person.window, QPoint(0, 10)).y() - row.mapTo(person.window, QPoint()).y())
    person.drag(row, QPoint(30, 20), QPoint(30, 10), far)
    assert on_screen(person) == ["c", "i", "f", "g", "o", "h"]
    row = person.row("c")
    foot = person.window.rows.minimap.mapTo(person.window, QPoint()).y()
    person.drag(row, QPoint(30, 20), QPoint(30, 30), QPoint(30, foot - row.mapTo(person.window, QPoint()).y()))
    assert on_screen(person) == ["i", "f", "g", "o", "h", "c"]
    assert names(person) == on_screen(person)


def test_an_edge_is_dragged_and_the_row_is_higher(person) -> None:
    row = person.row("f")
    before, others = row.height(), {name: person.row(name).height() for name in ("i", "c")}
    person.drag(row, QPoint(400, before - 2), QPoint(400, before + 10), QPoint(400, before + 60))
    person.wait(lambda: row.height() == before + 62 or row.height() == before + 60 + 2, str(row.height()))
    assert all(person.row(name).height() <= high for name, high in others.items())
    ready(person)
    person.press(Key.Key_Down, CTRL)
    person.wait(lambda: row.height() > before + 70, "the key makes it higher")
    person.press(Key.Key_R)
    person.wait(lambda: row.height() == before, "reset")


def test_one_row_alone_and_back(person) -> None:
    ready(person)
    before = person.row("g").height()
    person.press(Key.Key_Down, times=3)
    person.press(Key.Key_S)
    assert on_screen(person) == ["g"]
    person.wait(lambda: person.row("g").height() > 3 * before)
    person.press(Key.Key_S)
    assert len(on_screen(person)) == 6
    person.press(Key.Key_S)
    person.press(Key.Key_Escape)
    assert len(on_screen(person)) == 6
    row = person.row("h")
    at = person._place(row, QPoint(30, 20))
    QTest.mouseDClick(person.window.windowHandle(), Qt.MouseButton.LeftButton, NONE, at)
    assert on_screen(person) == ["h"]


def test_a_row_is_drawn_as_heat_map_lines_or_both(person) -> None:
    ready(person)
    row = person.row("i")
    person.press(Key.Key_Down)
    person.press(Key.Key_M)
    assert row.mode == "heat"
    units = person.bench.experiment.network.recipe.hidden
    assert {row.unit_at(y) for y in range(row.height())} - {None} == set(range(units))
    assert row.unit_at(row.height() - GAP - 2) == units - 1, "down to its foot"
    person.press(Key.Key_M)
    assert row.mode == "lines"
    assert {row.unit_at(y) for y in range(row.height())} == {None}
    choose(person, "i", "Heat map and lines")
    assert row.mode == "both"


def test_the_menu_of_a_title_has_it_all(person) -> None:
    choose(person, "f", "Hide")
    assert names(person) == ["i", "g", "o", "c", "h"]
    choose(person, "c", "Presets", "States only")
    assert names(person) == ["c", "h"]
    choose(person, "c", "a_f")
    assert names(person) == ["a_f", "c", "h"]
    choose(person, "c", "Presets", "Everything")
    assert len(names(person)) == 11


def test_a_key_opens_the_menu_of_the_row_that_keys_mean(person) -> None:
    ready(person)
    person.press(Key.Key_Down, times=2)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), person.window.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(person.window.rows, event)
    choose_in(QApplication.activePopupWidget(), "Lines only")
    assert person.row("f").mode == "lines"


def test_a_row_of_another_place_stays_when_one_looks_elsewhere(visit) -> None:
    person = visit()
    person.window.panel.layers.setFocus()
    person.changes(lambda: person.press(Key.Key_Up))
    first, second = person.bench.experiment.network.places
    choose(person, "h", f"Rows of {second.title}", "h")
    rows = person.window.rows.rows
    assert [(row.quantity.name, row.place) for row in rows][-2:] == [("h", first), ("h", second)]
    person.bench.go_to_place(second)
    assert {row.place for row in rows} == {second}
    row = rows[-1]
    value = person.bench.trace.read(0, "h", second, steps=slice(5, 6))[0]
    person.bench.go_to(5)
    assert row.source.said(5, [2]).endswith(f"= {value[2]!s}")


def test_what_is_under_the_pointer_is_the_exact_value(person) -> None:
    place = person.unit_in_row("f", 4)
    row = person.row("f")
    step = row.view.step_at(row.fraction_at(place.x()))
    value = person.bench.trace.read(0, "f", steps=slice(step, step + 1))[0, 4]
    assert row.tip_at(place.toPointF()) == f"step {step}\nunit 4: f = {value!s}"
    assert str(value) in [line[2] for line in person.clipboard_after_copy()] or step != person.bench.step


def test_units_are_sorted_for_all_rows_and_clicks_follow(person) -> None:
    trace = person.bench.trace
    choose(person, "h", "Sort units", "By activity")
    person.wait(lambda: person.window.rows.sorting.orders, "sorted")
    wanted = np.argsort(-np.abs(trace.read(0, "h").astype(float)).mean(axis=0), kind="stable")
    for name in ("f", "h"):
        row = person.row(name)
        seen = list(dict.fromkeys(row.unit_at(y) for y in range(row.height()) if row.unit_at(y) is not None))
        assert seen == wanted.tolist()
        assert row._note
    unit = int(wanted[0])
    person.click(person.row("f"), person.unit_in_row("f", unit))
    assert person.bench.units == (unit,)
    assert person.unit_in_row("f", unit).y() < 12, "the most active is on top"
    ready(person)
    person.press(Key.Key_R)
    assert person.row("f").unit_at(GAP) == 0


def test_units_are_sorted_along_any_of_many_features(visit, tmp_path) -> None:
    path = tmp_path / "wide.csv"
    names_ = ",".join(f"sensor {k}" for k in range(60))
    values = np.random.default_rng(3).normal(size=(80, 60))
    np.savetxt(path, values, fmt="%.6f", delimiter=",", header=names_, comments="")
    person = ready(visit(path))
    choose(person, "h", "Sort units", "By correlation", "More features")
    (dialog,) = person.window.findChildren(FeatureDialog)
    person.wait(dialog.isActiveWindow)  # or its keys would go to the rows
    QTest.keyClicks(dialog.edit, "sensor 5")
    QTest.keyClick(dialog.edit, Key.Key_Down, NONE)
    QTest.keyClick(dialog.edit, Key.Key_Down, NONE)
    QTest.keyClick(dialog.edit, Key.Key_Return)
    assert not dialog.isVisible()
    person.wait(lambda: person.window.rows.sorting.orders, "sorted")
    trace = person.bench.trace
    h, x = trace.read(0, "h").astype(float), person.bench.experiment.inputs(0)[:, 51].astype(float)
    r = np.abs([np.corrcoef(x, h[:, unit])[0, 1] for unit in range(h.shape[1])])
    assert person.window.rows.sorting.by == SortBy("correlation", "h", 51)
    assert person.row("f").unit_at(GAP) == int(np.argmax(r))
    assert person.window.rows.sorting.by.text(trace.experiment.dataset.features) == "↓ r with sensor 51"


def test_a_brush_selects_steps_and_units_until_it_is_cleared(person) -> None:
    ready(person)
    heard = []
    person.window.rows.range_brushed.connect(lambda *brushed: heard.append(brushed))
    view = person.window.rows.view
    row = person.row("f")
    person.press(Key.Key_B)
    person.drag(row, QPoint(LEFT + 100, 90), QPoint(LEFT + 150, 90), QPoint(LEFT + 300, 90))
    first, last, units = heard[-1]
    assert units is None
    assert first == int(view.first + row.fraction_at(LEFT + 100) * view.span)
    assert last == pytest.approx(view.first + row.fraction_at(LEFT + 300) * view.span, abs=1)
    assert person.window.rows.view == view, "a drag does not pan now"
    top, foot = person.unit_in_row("f", 3), person.unit_in_row("f", 6)
    person.drag(row, top, QPoint(top.x() + 9, top.y()), QPoint(top.x() + 60, foot.y()), modifier=SHIFT)
    assert heard[-1][2] == (3, 4, 5, 6)
    person.press(Key.Key_Escape)
    assert heard[-1] == (0, 0, None)
    person.press(Key.Key_Escape)
    assert not person.window.actions_.brush.isChecked()
    person.drag(row, QPoint(LEFT + 300, 90), QPoint(LEFT + 290, 90), QPoint(LEFT + 280, 90))
    assert len(heard) == 3


def test_a_brush_by_keys_grows_and_shrinks_with_the_cursor(person) -> None:
    rows, heard = person.window.rows, []
    rows.range_brushed.connect(lambda *brushed: heard.append(brushed))
    person.bench.go_to(20)
    person.press(Key.Key_B)
    person.press(Key.Key_Right, SHIFT, times=4)
    assert (rows.brushing.brushed.steps, person.bench.step) == (range(20, 25), 24)
    person.press(Key.Key_Left, SHIFT, times=6)
    assert (rows.brushing.brushed.steps, person.bench.step) == (range(18, 21), 18)
    assert heard[-1] == (18, 21, None)
    person.press(Key.Key_Left, CTRL | SHIFT)
    assert (rows.brushing.brushed.steps, person.bench.step) == (range(8, 21), 8)
    person.press(Key.Key_Left, CTRL | SHIFT)
    assert (rows.brushing.brushed.steps, person.bench.step) == (range(21), 0), "not past the first step"
    person.press(Key.Key_Right, times=30)
    assert rows.brushing.brushed.steps == range(21), "a step alone brushes nothing"
    person.press(Key.Key_Right, SHIFT)
    assert rows.brushing.brushed.steps == range(30, 32), "from elsewhere it begins anew"
    person.press(Key.Key_Escape, times=2)
    person.press(Key.Key_Right, SHIFT)
    assert (rows.brushing.brushed, person.bench.step) == (None, 41), "out of brush mode it jumps"


def test_keys_pan_and_leave_the_cursor(person) -> None:
    rows = person.window.rows
    person.bench.go_to(100)
    person.press(Key.Key_Plus, times=2)
    before = rows.view
    person.press(Key.Key_Right, ALT, times=3)
    assert rows.view.first == pytest.approx(before.first + 0.3 * before.span)
    assert person.bench.step == 100
    person.press(Key.Key_Left, ALT, times=3)
    assert rows.view.first == pytest.approx(before.first)


def test_sorting_looks_at_what_is_brushed(person) -> None:
    ready(person)
    trace = person.bench.trace
    row = person.row("h")
    person.press(Key.Key_B)
    person.drag(row, QPoint(LEFT + 50, 90), QPoint(LEFT + 60, 90), QPoint(LEFT + 130, 90))
    steps = person.window.rows.brushing.brushed.steps
    choose(person, "h", "Sort units", "By activity")
    person.wait(lambda: person.window.rows.sorting.orders, "sorted")
    values = np.abs(trace.read(0, "h", steps=slice(steps.start, steps.stop)).astype(float)).mean(axis=0)
    assert row.unit_at(GAP) == int(np.argmax(values))


def test_the_axis_shows_the_files_own_time_by_key_and_by_click(visit, csv) -> None:
    person = ready(visit(csv))
    ruler = person.window.rows.ruler
    metrics = ruler.fontMetrics()
    assert "100" in [text for _, text in ruler._ticks(metrics, ruler._plot_width())]
    person.press(Key.Key_T)
    texts = [text for _, text in ruler._ticks(metrics, ruler._plot_width())]
    assert "12:00" in texts
    assert "2024-03-02" in texts
    person.click(ruler, QPoint(20, 15))
    assert not person.window.actions_.time_axis.isChecked()
    assert person.bench.step == 0, "a click on the name of the axis moves nothing"
    person.click(ruler, QPoint(20, 15))
    assert person.window.settings.value("time_axis") == "true"


def test_the_minimap_moves_the_view(person) -> None:
    rows = person.window.rows
    rows.show_range(0, rows.view.length / 10)
    minimap = rows.minimap
    middle = QPoint(LEFT + minimap._width // 2, 20)
    person.click(minimap, middle)
    assert rows.view.first + rows.view.span / 2 == pytest.approx(rows.view.length / 2, rel=0.01)
    assert rows.view.span == pytest.approx(rows.view.length / 10)


def test_a_layout_is_remembered_with_heights_and_places(visit, settings) -> None:
    person = ready(visit())
    person.press(Key.Key_Down)
    person.press(Key.Key_M)
    person.press(Key.Key_Down, CTRL)
    layout = person.window.rows.editing.layout
    assert layout.rows[0] == RowSpec("i", None, "heat", layout.rows[0].height)
    person.window.close()
    again = visit()
    assert again.window.rows.editing.layout == layout
    assert again.row("i").height() == layout.rows[0].height


def test_the_row_of_the_input_is_hidden_from_the_palette_and_stays_so(visit, csv) -> None:
    person = ready(visit(csv))
    row = person.window.rows.input_row
    assert row.isVisible()

    def toggle() -> None:
        person.press(Key.Key_P, CTRL | SHIFT)
        person.type("row of the input")
        person.press(Key.Key_Return)

    toggle()
    assert not row.isVisible()
    assert not person.window.actions_.input_row.isChecked()
    person.changes(lambda: person.click(person.window.panel.cell.button("gru")))
    assert not row.isVisible(), "another trace shows it again"
    person.window.close()
    person = ready(visit(csv))
    row = person.window.rows.input_row
    assert not row.isVisible()
    toggle()
    assert row.isVisible()
    assert person.window.actions_.input_row.isChecked()


def order(person) -> list[str]:
    """Return the symbols of the rows as they stand one below the other on screen."""
    stack = person.window.rows.stack
    rows = [row for row in (stack.input_row, *stack.further, *stack.rows) if row.isVisible()]
    return [row.symbol for row in sorted(rows, key=lambda row: row.mapTo(person.window, QPoint()).y())]


def test_the_row_of_the_input_is_dragged_among_the_others_and_stays_there(visit) -> None:
    person = ready(visit())
    row, target = person.window.rows.input_row, person.row("g")
    person.wait(lambda: order(person) == ["x", "i", "f", "g", "o", "c", "h"])

    def drag_to(below: QWidget) -> None:
        middle = below.height() // 2 + 8
        far = below.mapTo(person.window, QPoint(0, middle)).y() - row.mapTo(person.window, QPoint()).y()
        person.drag(row, QPoint(30, 20), QPoint(30, 30), QPoint(30, far))

    drag_to(target)
    person.wait(lambda: order(person) == ["i", "f", "g", "x", "o", "c", "h"])
    assert on_screen(person) == ["i", "f", "g", "o", "c", "h"], "those of quantities as they were"
    person.window.close()
    person = ready(visit())
    person.wait(lambda: order(person) == ["i", "f", "g", "x", "o", "c", "h"])
    person.press(Key.Key_Down)
    person.press(Key.Key_S)
    person.wait(lambda: order(person) == ["x", "i"])
    person.press(Key.Key_S)
    person.wait(lambda: order(person) == ["i", "f", "g", "x", "o", "c", "h"])
    person.press(Key.Key_R)
    person.wait(lambda: order(person) == ["x", "i", "f", "g", "o", "c", "h"])


def test_the_row_of_the_input_is_moved_without_the_mouse_and_the_divergence_with_it(person) -> None:
    def call(text: str) -> None:
        person.press(Key.Key_P, CTRL | SHIFT)
        person.type(text)
        person.press(Key.Key_Return)

    person.changes(lambda: person.bench.add_clamps((Clamp("h", 0.0, (0,)),)))
    person.wait(lambda: order(person)[:3] == ["x", "‖h′ − h‖", "i"])
    call("move input down")
    person.wait(lambda: order(person)[:4] == ["i", "x", "‖h′ − h‖", "f"])
    for _ in range(9):
        call("move input down")
    person.wait(lambda: order(person)[-3:] == ["h", "x", "‖h′ − h‖"])
    call("move input up")
    person.wait(lambda: order(person)[-3:] == ["x", "‖h′ − h‖", "h"])


def test_the_row_of_the_input_stands_between_no_row_and_that_of_another_side(person) -> None:
    ready(person)
    person.window.rows.stack.move_input(2)
    person.window.rows.editing.change(preset_layout(person.window.rows.editing.cell, "Gates only"))
    person.window.compare.add_seed()
    person.wait(lambda: order(person) == ["i", "i", "f", "f", "x", "o", "o"])
    person.window.rows.stack.move_input(1)
    person.wait(lambda: order(person) == ["i", "i", "f", "f", "o", "o", "x"])


def test_who_edits_the_input_sees_its_row_and_editing_ends_with_it(visit, csv) -> None:
    person = ready(visit(csv))
    action, row = person.window.actions_.input_row, person.window.rows.input_row
    action.trigger()
    assert not row.isVisible()
    person.press(Key.Key_E)
    assert row.isVisible()
    assert action.isChecked()
    assert person.window.holds.editor.isVisible()
    person.bot.waitUntil(lambda: person.window.holds.editor.geometry() == row.plot)
    action.trigger()
    assert not row.isVisible()
    assert person.window.holds.editor.isHidden()
    ready(person).press(Key.Key_R)
    assert row.isVisible()


def test_words_have_no_row_of_numbers_however_much_it_is_wanted(visit, tmp_path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("the cat sat on the mat\nthe dog sat on the log\n" * 5)
    person = visit(path)
    for _ in range(2):
        person.window.actions_.input_row.trigger()
        assert not person.window.rows.input_row.isVisible()
