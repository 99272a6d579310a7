"""Inside one step: F11 plays it in the diagram, the equations and the reasons at once, and all say the same numbers."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QTabBar

from explorer.network import Place, Recipe
from explorer.stages import known_after, stages
from tests.journeys.person import CTRL, SHIFT
from widgets.decimals import MINUS, UNKNOWN, aligned
from widgets.inside import NOT_YET
from widgets.why import Why

Key = Qt.Key


@pytest.fixture
def person(visit, csv):
    """Return a person before two features, a GRU of two layers, all three panels seen, the keys with the rows."""
    person = visit(csv, size=(1800, 1150))
    person.changes(lambda: person.bench.edit_recipe(Recipe("gru", hidden=9, layers=2)))
    window = person.window
    (together,) = (action for action in window.actions_.by_menu["View"] if "cell, equations, why" in action.text())
    together.trigger()
    person.wait(lambda: window.cell.diagram and window.inside.equations and window.inside.why)
    for dock in (window.cell.dock, window.inside.equations_dock, window.inside.why_dock):
        person.wait(lambda dock=dock: not dock.visibleRegion().isEmpty())
        assert dock.height() > 200
    window.rows.setFocus()
    return person


def assert_agree(person) -> None:
    """Diagram, equations and reasons show the trace at the cursor, as far as it is known at the stage."""
    window, bench = person.window, person.bench
    QApplication.processEvents()
    diagram, equations, why = window.cell.diagram, window.inside.equations, window.inside.why
    cell = bench.experiment.network.cell(bench.place)
    known = {q.name for q in cell.quantities} if bench.stage is None else known_after(cell, bench.stage)
    values = bench.trace.values_at(bench.sequence, bench.place, bench.step)
    unit = bench.units[-1]
    for quantity in cell.quantities:
        text = aligned(values[quantity.name][unit])
        assert diagram.reading.text(quantity.name) == text
        assert diagram._sight.known is None or (quantity.name in diagram._sight.known) == (quantity.name in known)
        line = next(line for line in equations.lines if quantity.name in line.row.names)
        if quantity.name == line.row.name:
            assert line.numbers.endswith(f"= {text}") == (quantity.name in known), line.text
    answer = why.answer()
    asked = answer.contributors.asked
    assert ("".join(answer.total()).endswith(aligned(values[asked.gate][unit]))) == (asked.gate in known)
    assert (answer.made.unit, answer.step) == (unit, bench.step)


def headers(person) -> set[str]:
    window = person.window
    return {window.cell.diagram.header()[0], window.inside.equations.header()[0], window.inside.why._spot.header()[0]}


def test_a_step_is_played_in_all_three_at_once(person) -> None:
    bench = person.bench
    person.press(Key.Key_Right, times=12)
    titles = [stage.title for stage in stages(bench.experiment.network.cell(bench.place))]
    assert_agree(person)
    for k, title in enumerate(titles):
        person.press(Key.Key_F11)
        assert (bench.step, bench.stage) == (12, k)
        assert headers(person) == {f"inside step 12: {k + 1} of {len(titles)}, {title}"}
        assert_agree(person)
    person.press(Key.Key_F11)
    assert (bench.step, bench.stage) == (13, 0)
    assert_agree(person)
    person.press(Key.Key_F11, SHIFT)
    assert (bench.step, bench.stage) == (13, None)
    assert headers(person) == {"GRU · layer 0"}
    assert_agree(person)
    person.press(Key.Key_F11)
    person.press(Key.Key_F10)
    assert (bench.step, bench.stage) == (14, None)
    person.press(Key.Key_F11, times=3)
    person.press(Key.Key_Left)
    assert (bench.step, bench.stage) == (13, None)
    assert_agree(person)


def test_they_follow_unit_place_network_and_theme(person) -> None:
    bench = person.bench
    person.press(Key.Key_End)
    person.click(person.row("h"), person.unit_in_row("h", 7))
    assert bench.units[-1] == 7
    assert_agree(person)
    bench.go_to_place(Place(1))
    assert_agree(person)
    assert headers(person) == {"GRU · layer 1"}
    for recipe in (Recipe("lstm", hidden=5, bidirectional=True), Recipe("rnn", "relu", hidden=8)):
        person.changes(lambda recipe=recipe: bench.edit_recipe(recipe))
        bench.go_to_place(bench.experiment.network.places[-1])
        person.press(Key.Key_Home)
        bench.select((0, 3))
        assert_agree(person)
        person.press(Key.Key_F11)
        assert_agree(person)
    person.window.appearance.choose_theme("dark")
    QApplication.processEvents()
    for panel in (person.window.inside.equations, person.window.inside.why):
        assert panel.grab().toImage().pixelColor(4, 4).lightness() < 60


def test_live_the_step_is_taken_and_then_gone_into(person) -> None:
    bench = person.bench
    person.changes(lambda: person.click(person.window.transport.live))
    person.window.rows.setFocus()
    person.press(Key.Key_F11)
    assert (bench.step, bench.stage, bench.frontier) == (1, 0, 2)
    assert_agree(person)
    for _ in range(7):
        person.press(Key.Key_F11)
        assert_agree(person)
    assert (bench.step, bench.stage, bench.frontier) == (2, 0, 3)


def test_while_it_is_not_computed_the_panels_say_so(person) -> None:
    inside = person.window.inside
    for panel in (inside.equations, inside.why):
        panel.set_step(10_000)
    assert all(NOT_YET in header for header in (inside.equations.header()[0], inside.why._spot.header()[0]))
    assert inside.why.answer() is None


def test_a_line_that_is_clicked_is_asked_about_and_copied(person) -> None:
    equations, why = person.window.inside.equations, person.window.inside.why
    person.press(Key.Key_Right, times=5)
    QApplication.processEvents()
    assert why.choice.currentText() == "r · reset gate"
    place = equations.page.places[1]
    person.click(equations.viewport(), QPoint(40, round(equations._top + place.top + 8)))
    assert why.choice.currentText() == "z · update gate"
    assert equations.hasFocus()
    person.press(Key.Key_C, CTRL)
    value = person.bench.trace.values_at(0, Place(), 5)["z"][person.bench.units[-1]]
    text = QGuiApplication.clipboard().text()
    assert text.startswith("z = σ(W_iz x + b_iz + W_hz h⁻ + b_hz) = σ(")
    assert text.endswith(f" = {aligned(value)}")
    assert text.isprintable()
    assert UNKNOWN not in text.replace(MINUS, "")
    person.press(Key.Key_Down)
    person.press(Key.Key_Down)
    assert why.choice.currentText() == "n · new gate"
    assert person.bench.step == 5


def test_the_row_that_is_clicked_is_asked_about(person) -> None:
    why = person.window.inside.why
    for name, title in (
        ("z", "z · update gate"),
        ("n", "n · new gate"),
        ("h", "n · new gate"),
        ("r", "r · reset gate"),
    ):
        person.click(person.row(name), person.unit_in_row(name, 4))
        assert why.choice.currentText() == title
        assert person.bench.units == (4,)


def row_place(why: Why, name: str) -> QPoint:
    answer = why.answer()
    row = [answer.contributors.all[k].name if k >= 0 else "" for k in answer.rows].index(name)
    why.list.verticalScrollBar().setValue(max(row - 1, 0) * why.list.sheet.height)
    QApplication.processEvents()
    return QPoint(60, why.list.top_of(row) + why.list.sheet.height // 2)


def test_a_contributor_leads_to_its_row(person) -> None:
    window, bench = person.window, person.bench
    why, rows = window.inside.why, window.rows
    person.press(Key.Key_Right, times=30)
    QApplication.processEvents()
    units = bench.units
    person.click(why.list.viewport(), row_place(why, "h⁻[8]"))
    assert bench.units == (*units[:-1], 8, units[-1])
    assert not person.row("h").visibleRegion().isEmpty()
    person.click(why.list.viewport(), row_place(why, "flow"))
    row = rows.input_row
    assert not row.visibleRegion().isEmpty()
    assert row._drawn[-1] == row._pointed_at == 1
    assert why.list.hasFocus()
    person.click(row, QPoint(row.plot.center().x(), row.plot.center().y()))
    assert row._pointed_at is None


def test_the_layer_below_is_gone_to(person) -> None:
    bench, why = person.bench, person.window.inside.why
    bench.go_to_place(Place(1))
    person.press(Key.Key_Right, times=4)
    QApplication.processEvents()
    person.click(why.list.viewport(), row_place(why, "l0.h[6]"))
    assert (bench.place, bench.units[-1]) == (Place(0), 6)
    assert_agree(person)


def test_where_none_is_seen_the_equations_come_forward(visit) -> None:
    person = visit()
    window = person.window
    assert (window.inside.equations, window.inside.why) == (None, None), "made when they are first seen"
    person.press(Key.Key_F11)
    person.wait(lambda: window.inside.equations is not None)
    person.wait(lambda: not window.inside.equations_dock.visibleRegion().isEmpty())
    assert window.inside.equations.header()[0].startswith("inside step")
    assert window.rows.hasFocus(), "the next key goes on"
    person.press(Key.Key_F11, SHIFT)
    window.cell.dock.raise_()
    person.wait(lambda: window.cell.diagram is not None)
    person.press(Key.Key_F11)
    QApplication.processEvents()
    assert not window.cell.dock.visibleRegion().isEmpty(), "who looks at one of them goes on looking at it"
    person.press(Key.Key_F11, SHIFT)
    for bar in window.findChildren(QTabBar):
        for k in range(bar.count()):
            if bar.tabText(k) == "Readout":
                person.click(bar, bar.tabRect(k).center())
    window.inside.equations._lines = None
    window.rows.setFocus()
    person.press(Key.Key_Right, times=3)
    QApplication.processEvents()
    assert window.inside.equations._lines is None, "behind another it has nothing to do"
    assert window.inside.why is None


def test_the_layout_is_remembered_and_comes_back(person) -> None:
    docks = person.window.inside
    docks.equations_dock.close()
    assert not docks.equations.isVisible()
    person.window.docks.reset()
    QApplication.processEvents()
    assert docks.equations_dock.toggleViewAction().isChecked()
    assert not person.window.readout.visibleRegion().isEmpty()
    names = [action.text() for action in person.window.actions_.by_menu["Step"]]
    assert {"&Into the step", "O&ut of the step"} <= set(names)


@pytest.mark.parametrize("way", ["hidden", "behind"])
def test_a_contributor_leads_to_its_row_also_where_that_is_not_in_sight(person, way) -> None:
    window, bench = person.window, person.bench
    why, rows = window.inside.why, window.rows
    person.press(Key.Key_Right, times=30)
    names = [row.quantity.name for row in rows.rows]
    person.click(person.row("h" if way == "hidden" else "z"))
    person.press(Key.Key_Delete if way == "hidden" else Key.Key_S)
    QApplication.processEvents()
    assert "h" not in [row.quantity.name for row in rows.rows]
    person.click(why.list.viewport(), row_place(why, "h⁻[8]"))
    QApplication.processEvents()
    assert [row.quantity.name for row in rows.rows] == names
    assert not person.row("h").visibleRegion().isEmpty()
    assert 8 in bench.units
