"""Rows of other sides beside those of the present trace: what they show, share and say, and that they leave nothing."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSettings
from PySide6.QtGui import QAction, QColor, QFontMetrics
from PySide6.QtWidgets import QApplication, QMenu

from explorer.cells import GRU, LSTM
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.stepper import Stepper
from explorer.trace import Trace
from tests.explorer.making import make_experiment, with_weights
from tests.widgets.events import SHIFT, drag, wheel
from tests.widgets.test_quantity_row import heat_height, pixels, screen_ratio, seen
from widgets.brushing import Brushed
from widgets.decimals import short
from widgets.drawing import GATE_SCALE, Scale, color_table, quantise, symmetric_scale
from widgets.quantity_row import QuantityRow
from widgets.row import GAP, LEFT, RIGHT
from widgets.row_area import RowArea
from widgets.row_layout import RowLayout, RowSpec, default_layout
from widgets.row_memory import RowMemory
from widgets.scales import small_font
from widgets.sides import Side
from widgets.sorting import SortBy
from widgets.theme import DARK, LIGHT, side_color

FIRST = Place()
STEPS, SHORT, LONGER = 300, 120, 500


def trace_of(*lengths: int, **recipe) -> Trace:
    return run(make_experiment(Recipe(**{"hidden": 6} | recipe), lengths or (STEPS,)), "numpy")


def scaled(trace: Trace, factor: float) -> Trace:
    """Return a trace of the same question with input weights so many times as large."""
    network = trace.experiment.network
    weights = network.weights(FIRST).weight_ih * factor
    return run(replace(trace.experiment, network=with_weights(network, FIRST, weight_ih=weights)), "numpy")


@pytest.fixture
def area(qtbot):
    made = RowArea(LIGHT)
    qtbot.addWidget(made)
    made.resize(LEFT + 600 + RIGHT, 1100)
    made.show_trace(trace_of(STEPS, SHORT, LONGER), 0, FIRST)
    made.show_selection((0, 1))
    made.show()
    qtbot.waitExposed(made)
    return made


def paint(area: RowArea) -> None:
    """Let what was arranged be laid out, and paint it."""
    QApplication.processEvents()
    area.grab()


def keys(area: RowArea) -> list[tuple[str, int]]:
    return [(row.quantity.name, row.side) for row in area.rows]


def row(area: RowArea, name: str, side: int) -> QuantityRow:
    return area.rows[keys(area).index((name, side))]


def only(area: RowArea, *names: str) -> None:
    """Show these quantities of all sides."""
    sides = (0, *area.editing._cells)
    area.editing.change(RowLayout(tuple(RowSpec(name, side=side) for name in names for side in sides)))


def compare(area: RowArea, *traces: Trace | tuple[Trace, int]) -> list[Side]:
    found = [trace if isinstance(trace, tuple) else (trace, 0) for trace in traces]
    sides = [Side(k, f"side {k}", trace, sequence) for k, (trace, sequence) in enumerate(found, 1)]
    area.show_sides("mine", tuple(sides))
    return sides


def assert_seen(row: QuantityRow, values: np.ndarray, scale: Scale) -> None:
    """Compare every pixel of the heat map with values (T, H); beyond them nothing may be drawn."""
    assert row._scale == scale
    picture, ratio = seen(row), screen_ratio(row)
    height = heat_height(row, ratio)
    units = (2 * np.arange(height) + 1) * values.shape[1] // (2 * height)
    colors = np.array(color_table(scale.map, row.theme), np.uint32)
    for step in range(round(row.view.span)):
        column = picture[:height, int((step + 0.5) * picture.shape[1] / row.view.span)]
        if step < len(values):
            np.testing.assert_array_equal(column, colors[quantise(values[step], scale)][units], f"step {step}")
        else:
            assert set(column.tolist()) == {QColor(row.theme.base).rgb()}


def tip(row: QuantityRow, step: int) -> str:
    return row.tip_at(QPointF(LEFT + (step + 0.5) / row.view.span * row.plot.width(), GAP + 1))


# Which rows ---------------------------------------------------------------------------------------------------------


def test_rows_of_a_quantity_stand_below_one_another_and_others_at_the_end(area) -> None:
    compare(area, trace_of(cell="gru"), trace_of(cell="rnn"))
    present = [(name, 0) for name in ("i", "f", "g", "o", "c", "h")]
    assert keys(area) == [*present, ("h", 1), ("h", 2), ("r", 1), ("z", 1), ("n", 1)]


def test_without_sides_there_are_exactly_the_rows_there_were(area) -> None:
    area.editing.change(area.editing.layout.hide(("f", None, 0)).resize(("c", None, 0), 90).alone(("c", None, 0)))
    before = area.editing.layout
    compare(area, trace_of(cell="gru"), trace_of(seed=4))
    area.editing.change(area.editing.layout.alone(("z", None, 1)))
    assert keys(area) == [("z", 1)]
    area.editing.change(area.editing.layout.alone(("c", None, 0)))
    area.show_sides("mine", ())
    assert (area.editing.layout, keys(area)) == (before, [("c", 0)])
    assert area.rows[0].accessibleName() == "c, cell state"
    area.editing.change(area.editing.layout.alone(None))
    assert keys(area) == [(name, 0) for name in ("i", "g", "o", "c", "h")]


def test_a_side_that_goes_while_one_of_its_rows_is_alone_leaves_the_others(area) -> None:
    one, other = compare(area, trace_of(cell="gru"), trace_of(cell="rnn"))
    area.editing.change(area.editing.layout.alone(("h", None, 1)))
    area.show_sides("mine", (other,))
    assert keys(area) == [(name, 0) for name in ("i", "f", "g", "o", "c", "h")] + [("h", 2)]
    assert one.key == 1


def test_nothing_of_sides_is_remembered(area) -> None:
    settings = QSettings("", QSettings.Format.IniFormat)
    settings.clear()
    memory = RowMemory(settings)
    compare(area, trace_of(seed=4))
    memory.keep(LSTM, area.editing.layout)
    assert not settings.allKeys(), "those of the present trace are the usual ones"
    area.editing.change(area.editing.layout.hide(("f", None, 0)).change(("h", None, 1), mode="heat"))
    memory.keep(LSTM, area.editing.layout)
    assert memory.recall(LSTM) == default_layout(LSTM).hide(("f", None, 0))


def test_rows_of_sides_stay_as_they_are_when_the_present_trace_is_another(area) -> None:
    (side,) = compare(area, trace_of(cell="gru"))
    area.editing.change(area.editing.layout.hide(("r", None, 1)).change(("h", None, 1), mode="lines"))
    area.show_trace(trace_of(cell="rnn"), 0, FIRST)
    assert keys(area) == [("h", 0), ("h", 1), ("z", 1), ("n", 1)]
    assert row(area, "h", 1).mode == "lines"
    again = Side(1, "side 1", trace_of(cell="gru", seed=9), 0)
    area.show_sides("mine", (again,))
    assert keys(area) == [("h", 0), ("h", 1), ("z", 1), ("n", 1)], "the same cell with other numbers"
    area.show_sides("mine", (Side(1, "side 1", trace_of(cell="rnn"), 0),))
    assert keys(area) == [("h", 0), ("h", 1)], "another cell has rows of its own"
    assert side.key == again.key


def test_rows_of_sides_are_chosen_moved_hidden_and_drawn_otherwise_by_keys_and_by_mouse(area) -> None:
    compare(area, trace_of(cell="rnn"))
    area.editing.choose(-1)
    assert area.editing.spec == RowSpec("h", side=1)
    assert area.accessibleDescription() == "keys mean the row h of side 1"
    area.editing.move(-6)
    assert keys(area)[0] == ("h", 1)
    area.editing.next_mode()
    assert row(area, "h", 1).mode == "heat"
    area.editing.grow(2)
    assert area.editing.spec.height == row(area, "h", 1).minimumHeight() > 60
    below = row(area, "f", 0)
    drag(row(area, "h", 1), [(30, 10), (30, 20), (30, below.y() + below.height() - row(area, "h", 1).y())])
    assert keys(area).index(("h", 1)) == 2
    area.editing.alone()
    assert keys(area) == [("h", 1)]
    assert area.editing.show_all()
    area.editing.hide()
    assert keys(area) == [(name, 0) for name in ("i", "f", "g", "o", "c", "h")]


def offered(area: RowArea, side: int) -> dict[str, QAction]:
    """Return what the menu of all rows offers for a side, by the first word."""
    menu = QMenu(area)
    area.editing.fill_menu(menu)
    within = next(entry.menu() for entry in menu.actions() if entry.text() == f"Rows of side {side}")
    return {
        entry.text().split()[0] if entry.menu() is None else entry.text(): entry
        for entry in within.actions()
        if entry.text()
    }


def test_the_menu_offers_the_quantities_of_each_side_and_no_hold_in_them(area) -> None:
    compare(area, trace_of(cell="gru"), trace_of(layers=2))
    assert list(offered(area, 1)) == [quantity.name for quantity in GRU.quantities]
    assert [name for name, entry in offered(area, 1).items() if entry.isChecked()] == ["r", "z", "n", "h"]
    offered(area, 1)["z"].trigger()
    offered(area, 1)["a_z"].trigger()
    assert ("z", 1) not in keys(area)
    assert keys(area)[-1] == ("a_z", 1)
    upper = next(entry.menu() for text, entry in offered(area, 2).items() if "layer 1" in text.lower())
    next(entry for entry in upper.actions() if entry.text().startswith("c ")).trigger()
    assert area.editing.layout.rows[-1] == RowSpec("c", Place(1), side=2)
    assert area.rows[-1].place == Place(1)
    for key, present in ((("h", None, 0), True), (("h", None, 1), False)):
        area.editing._on_menu(key, area.mapToGlobal(area.rect().center()))
        popup = QApplication.activePopupWidget()
        texts = [entry.text() for entry in popup.actions()]
        assert any(text.startswith("Hold") for text in texts) == present
        assert ("Difference from the ghost" if present else "Difference from mine") in texts
        popup.close()


def test_presets_are_of_all_sides(qtbot, area) -> None:
    compare(area, trace_of(cell="gru"), trace_of(cell="rnn"))
    menu = QMenu()
    qtbot.addWidget(menu)
    area.editing.fill_menu(menu)
    presets = {entry.text(): entry for entry in menu.actions()[0].menu().actions()}
    assert [name for name, entry in presets.items() if entry.isChecked()] == ["Gates, candidate and states"]
    presets["States only"].trigger()
    assert keys(area) == [("c", 0), ("h", 0), ("h", 1), ("h", 2)]
    presets["Gates only"].trigger()
    assert keys(area) == [("i", 0), ("f", 0), ("o", 0), ("r", 1), ("z", 1)]
    area.reset_views()
    assert keys(area)[5:] == [("h", 0), ("h", 1), ("h", 2), ("r", 1), ("z", 1), ("n", 1)]


def test_rows_that_go_before_they_were_seen_are_seen_nowhere(area) -> None:
    QApplication.processEvents()
    before = {widget for widget in QApplication.topLevelWidgets() if widget.isVisible()}
    compare(area, trace_of(seed=4))
    area.show_sides("mine", ())
    for _ in range(3):
        QApplication.processEvents()
    assert {widget for widget in QApplication.topLevelWidgets() if widget.isVisible()} <= before


# What they show -----------------------------------------------------------------------------------------------------


def test_a_row_shows_exactly_the_values_of_its_side(area) -> None:
    other, gru = trace_of(seed=4), trace_of(cell="gru", hidden=9)
    compare(area, other, gru)
    only(area, "f", "z")
    paint(area)
    assert_seen(row(area, "f", 0), area._trace.read(0, "f"), GATE_SCALE)
    assert_seen(row(area, "f", 1), other.read(0, "f"), GATE_SCALE)
    assert_seen(row(area, "z", 2), gru.read(0, "z"), GATE_SCALE)
    value = gru.read(0, "z")[150, 0]
    assert tip(row(area, "z", 2), 150) == f"side 2 · step 150\nunit 0: z = {value!s}"
    assert tip(row(area, "f", 0), 150) == f"mine · step 150\nunit 0: f = {area._trace.read(0, 'f')[150, 0]!s}"


def test_a_sequence_is_shown_as_far_as_the_axis_goes_and_no_further_than_it_goes(area) -> None:
    compare(area, (area._trace, 1), (area._trace, 2))
    only(area, "f")
    paint(area)
    assert area.view.length == STEPS
    assert_seen(row(area, "f", 1), area._trace.read(1, "f"), GATE_SCALE)
    assert_seen(row(area, "f", 2), area._trace.read(2, "f")[:STEPS], GATE_SCALE)
    assert tip(row(area, "f", 1), SHORT - 1).startswith(f"side 1 · step {SHORT - 1}\nunit 0: f = ")
    assert tip(row(area, "f", 1), SHORT) == f"side 1 · step {SHORT}: beyond its {SHORT} steps"


def test_a_side_without_the_place_that_is_looked_at_shows_its_first(area) -> None:
    area.show_trace(trace_of(layers=2), 0, Place(1))
    compare(area, trace_of(seed=4), trace_of(layers=3))
    assert [row(area, "h", side).place for side in range(3)] == [Place(1), FIRST, Place(1)]
    assert [row(area, "h", side).symbol for side in range(3)] == ["h · l1", "h · l0", "h · l1"]


def test_the_ghost_is_drawn_behind_the_present_trace_only(area) -> None:
    compare(area, trace_of(seed=4))
    area.show_ghost(trace_of(seed=8))
    assert {bool(each.source.ghost_steps(range(10))) for each in area.rows if not each.side} == {True}
    assert {bool(each.source.ghost_steps(range(10))) for each in area.rows if each.side} == {False}


@pytest.mark.parametrize("sequence", [0, 1, 2], ids=["same", "shorter", "longer"])
def test_a_difference_is_that_from_the_present_trace_step_by_step(area, sequence) -> None:
    present, other = area._trace, trace_of(STEPS, SHORT, LONGER, seed=4)
    compare(area, (other, sequence))
    only(area, "c", "h")
    area.compare_differences(True)
    steps = min(STEPS, len(other.read(sequence, "c")))
    exact = other.read(sequence, "c")[:steps] - present.read(0, "c")[:steps]
    paint(area)
    assert_seen(row(area, "c", 1), exact, symmetric_scale(exact.min(), exact.max()))
    assert tip(row(area, "c", 1), 50) == f"side 1 · step 50\nunit 0: Δ c = {exact[50, 0]!s}"
    assert row(area, "c", 0).source.difference is None
    area.compare_differences(False)
    assert not any(each.source.difference for each in area.rows)


def test_a_trace_beside_itself_differs_by_nothing(area) -> None:
    compare(area, area._trace)
    only(area, "h")
    area.compare_differences(True)
    paint(area)
    assert_seen(row(area, "h", 1), np.zeros((STEPS, 6)), Scale(-1.0, 1.0))


def test_what_has_no_counterpart_shows_values_and_says_so(area) -> None:
    area.compare_differences(True)
    gru = trace_of(cell="gru")
    compare(area, gru, trace_of(hidden=4))
    notes = {key: row._note for key, row in zip(keys(area), area.rows, strict=True)}
    assert notes["z", 1] == "no Δ: not in mine"
    assert notes["h", 2] == "no Δ: other units"
    assert notes["h", 1] == notes["h", 0] == ""
    assert row(area, "h", 1).symbol == "Δ h", "also of sides that came later"
    assert_seen(row(area, "z", 1), gru.read(0, "z"), GATE_SCALE)


def test_differences_grow_with_the_present_trace(area) -> None:
    stepper, other = Stepper(make_experiment(Recipe(hidden=6), (STEPS,))), trace_of(seed=4)
    stepper.advance(20)
    area.show_trace(stepper.trace, 0, FIRST)
    compare(area, other)
    only(area, "c")
    area.compare_differences(True)
    assert (row(area, "c", 0).ready(), row(area, "c", 1).ready()) == (range(20), range(20))
    stepper.advance(40)
    area.grow()
    exact = other.read(0, "c")[:60] - stepper.trace.read(0, "c", steps=slice(0, 60))
    paint(area)
    assert_seen(row(area, "c", 1), exact, symmetric_scale(exact.min(), exact.max()))


def test_sides_grow_apart_from_the_present_trace(area) -> None:
    stepper = Stepper(make_experiment(Recipe(hidden=6, seed=4), (STEPS,)))
    stepper.advance(20)
    compare(area, stepper.trace)
    only(area, "f", "c")
    paint(area)
    tile = row(area, "f", 0)._tile
    stepper.advance(40)
    area.grow_sides()
    paint(area)
    assert row(area, "f", 1)._tile.painted == range(60)
    assert row(area, "f", 0)._tile is tile
    assert_seen(row(area, "f", 1), stepper.trace.read(0, "f", steps=slice(0, 60)), GATE_SCALE)


# Scales -------------------------------------------------------------------------------------------------------------


def test_linked_rows_have_the_widest_scale_and_unlinked_ones_their_own(area) -> None:
    present = area._trace
    small, large = scaled(present, 0.01), scaled(present, 3.0)
    compare(area, small, large)
    only(area, "c", "a_i")
    for name in ("c", "a_i"):
        values = [trace.read(0, name) for trace in (present, small, large)]
        own = [symmetric_scale(each.min(), each.max()) for each in values]
        assert len(set(own)) == 3
        assert {row(area, name, side)._scale for side in range(3)} == {own[2]}
        assert_seen(row(area, name, 1), values[1], own[2])
        area.link_scales(False)
        assert [row(area, name, side)._scale for side in range(3)] == own
        assert_seen(row(area, name, 1), values[1], own[1])
        area.link_scales(True)


def test_without_sides_rows_have_their_own_scale_again(area) -> None:
    before = [each._scale for each in area.rows]
    compare(area, scaled(area._trace, 5.0))
    assert [each._scale for each in area.rows if not each.side] != before
    area.show_sides("mine", ())
    assert [each._scale for each in area.rows] == before


def test_what_is_no_number_widens_no_scale(area) -> None:
    network = area._trace.experiment.network
    broken = with_weights(network, FIRST, weight_ih=np.full_like(network.weights(FIRST).weight_ih, np.nan))
    weights = network.weights(FIRST)
    tiny = {name: array * 0.01 for name, array in weights.named() if name != "weight_hh"}
    small = run(replace(area._trace.experiment, network=with_weights(network, FIRST, **tiny)), "numpy")
    area.show_trace(small, 0, FIRST)
    before = row(area, "c", 0)._scale
    assert before.high < 1
    compare(area, run(replace(area._trace.experiment, network=broken), "numpy"))
    assert np.isnan(row(area, "c", 1).source.trace.read(0, "c")).all()
    assert row(area, "c", 0)._scale == row(area, "c", 1)._scale == before
    area.fit_values()
    assert row(area, "c", 1).magnification == row(area, "c", 0).magnification is not None


def test_a_scale_grows_in_all_rows_that_share_it(area) -> None:
    large = scaled(area._trace, 5.0)
    stepper = Stepper(large.experiment)
    stepper.advance(1)
    compare(area, stepper.trace)
    only(area, "a_i")
    before = row(area, "a_i", 0)._scale
    stepper.advance(STEPS - 1)
    area.grow_sides()
    values = large.read(0, "a_i")
    assert row(area, "a_i", 0)._scale == row(area, "a_i", 1)._scale == symmetric_scale(values.min(), values.max())
    assert before.high < values.max()


def test_linked_lines_are_magnified_together_by_the_wheel_and_to_the_widest_by_the_key(area) -> None:
    compare(area, trace_of(seed=4), trace_of(cell="gru"))
    h, f = (row(area, "h", side) for side in range(3)), row(area, "f", 0)
    first, second, third = h
    wheel(second, LEFT + 300, second.height() - 12, 5, SHIFT)
    assert first.line_scale == second.line_scale == third.line_scale != first._scale
    assert f.line_scale == f._scale
    area.link_scales(False)
    wheel(third, LEFT + 300, third.height() - 12, 2, SHIFT)
    assert first.line_scale == second.line_scale != third.line_scale
    area.fit_values()
    own = [each.magnification for each in (first, second, third)]
    assert len(set(own)) == 3
    area.link_scales(True)
    widest = Scale(min(scale.low for scale in own), max(scale.high for scale in own))
    assert {each.magnification for each in (first, second, third)} == {widest}
    area.fit_values()
    assert {each.magnification for each in (first, second, third)} == {widest}
    area.reset_views()
    assert {each.magnification for each in area.rows} == {None}


# Units, brushes, tags -----------------------------------------------------------------------------------------------


def test_units_stand_as_in_the_present_trace_where_there_are_as_many(qtbot, area) -> None:
    compare(area, trace_of(seed=4), trace_of(hidden=9))
    area.sorting.sort(SortBy("activity", "h"))
    qtbot.waitUntil(lambda: bool(area.sorting.orders))
    first, second, third = (row(area, "h", side) for side in range(3))
    assert first._order is second._order is not None
    assert third._order is None
    assert [each._note for each in (first, second, third)] == ["↓ activity of h", "↓ as mine", ""]


def test_units_that_only_one_side_has_are_drawn_there_alone(area) -> None:
    compare(area, trace_of(hidden=9))
    area.show_selection((8,))
    area.brushing.draw(10, 20, (7, 8), STEPS)
    paint(area)
    heard = []
    area.units_requested.connect(heard.append)
    row(area, "h", 1).unit_requested.emit(7, False)
    assert heard == [(7,)]
    assert row(area, "h", 1)._brushed == (7, 8)
    assert area.brushing.brushed == Brushed(range(10, 20), (7, 8))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_a_row_is_tagged_with_the_name_of_its_side_in_its_colour(area, theme) -> None:
    area.apply_theme(theme)
    only(area, "h")
    bare = colors_of_title(row(area, "h", 0))
    compare(area, trace_of(seed=4), trace_of(seed=5))
    only(area, "h")
    wanted = [QColor(side_color(side, theme)).rgb() for side in range(3)]
    assert len(set(wanted)) == 3
    assert not set(wanted) & bare
    for side, name in enumerate(("mine", "side 1", "side 2")):
        here = row(area, "h", side)
        assert set(wanted) & colors_of_title(here) == {wanted[side]}
        assert here.accessibleName() == f"h, hidden state, {name}"
    area.show_sides("mine", ())
    assert colors_of_title(row(area, "h", 0)) == bare


def colors_of_title(row: QuantityRow) -> set[int]:
    picture, ratio = row.grab().toImage(), screen_ratio(row)
    width, height = round((LEFT - 12) * ratio), round(24 * ratio)
    return {picture.pixelColor(x, y).rgb() for x in range(width) for y in range(height)}


def test_the_tag_of_a_long_name_leaves_room_for_the_symbol(area) -> None:
    area.show_sides("mine", (Side(1, "a name that is far too long for a row", trace_of(layers=2), 0),))
    only(area, "h")
    here = row(area, "h", 1)
    assert here.symbol == "h · l0"
    color = QColor(side_color(1, LIGHT)).rgb()
    picture, ratio = here.grab().toImage(), screen_ratio(here)
    tagged = [x for x in range(round(LEFT * ratio)) if picture.pixelColor(x, round(12 * ratio)).rgb() == color]
    assert 10 + 30 < tagged[0] / ratio < tagged[-1] / ratio < LEFT - 8
    assert here.tip_at(QPointF(20, 20)).startswith("a name that is far too long for a row: h = ")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("height", [42, 120])
@pytest.mark.parametrize("name", ["mine", "a rather long name"])
def test_neither_tag_nor_title_lies_over_the_limits_of_lines(area, theme, height, name) -> None:
    """Where there are lines only, their limits are what they are where nothing is written beside them."""
    area.apply_theme(theme)
    area.show_sides(name, (Side(1, "other", scaled(trace_of(), 300.0), 0),))
    area.editing.change(RowLayout((RowSpec("a_f", mode="lines", height=height),)))
    paint(area)
    here = row(area, "a_f", 0)
    assert here.height() == height
    strip = limits(here)
    assert QColor(side_color(0, theme)).rgb() in colors_of_row(here)
    here.title = ""
    here.show_side(0, "")
    np.testing.assert_array_equal(limits(here), strip)


def limits(row: QuantityRow) -> np.ndarray:
    """Return the pixels where the limits of its lines are written."""
    picture, ratio, lines = pixels(row.grab().toImage()), screen_ratio(row), row._line_area(1.0)
    metrics = QFontMetrics(small_font(small_font(row.font())))
    found = []
    for end, top in ((row.line_scale.high, lines.top()), (row.line_scale.low, lines.bottom() - metrics.height())):
        columns = slice(*(round((LEFT - 8 - wide) * ratio) for wide in (metrics.horizontalAdvance(short(end)), 0)))
        found.append(picture[round((GAP + top) * ratio) :][: round(metrics.height() * ratio), columns].ravel())
    return np.concatenate(found)


def colors_of_row(row: QuantityRow) -> set[int]:
    return set(pixels(row.grab().toImage())[:, : round(LEFT * screen_ratio(row))].ravel().tolist())


# The cursor ---------------------------------------------------------------------------------------------------------


def test_a_step_paints_no_tile(area) -> None:
    compare(area, trace_of(cell="gru"), trace_of(cell="rnn"))
    only(area, "i", "h", "z")
    area.show_range(0, 100)
    paint(area)
    before = [(each._tile, each._tile.image.cacheKey()) for each in area.rows]
    for step in range(20, 40):
        area.set_step(step)
        paint(area)
    assert [(each._tile, each._tile.image.cacheKey()) for each in area.rows] == before
