"""Rows on one step axis: one view and one cursor for all, and a step that costs no painting."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Options, Sequence, dataset_of_texts
from explorer.stepper import Stepper
from tests.explorer.making import make_experiment
from tests.widgets.events import ALT, CTRL, SHIFT, click, double_click, drag, wheel
from widgets.row import GAP, LEFT, RIGHT
from widgets.row_area import RowArea
from widgets.row_layout import RowLayout, RowSpec, row_presets
from widgets.sources import make_experiment as opened
from widgets.theme import DARK, LIGHT
from widgets.view import View


def trace_of(steps: int = 400, **recipe):
    return run(make_experiment(Recipe(**{"hidden": 6} | recipe), (steps,)), "numpy")


@pytest.fixture
def area(qtbot):
    made = RowArea(LIGHT)
    qtbot.addWidget(made)
    made.resize(LEFT + 600 + RIGHT, 700)
    trace = trace_of()
    made.show_trace(trace, 0, Place())
    made.show_selection((0, 1))
    made.set_step(0)
    made.show()
    qtbot.waitExposed(made)
    return made


def names(area: RowArea) -> list[str]:
    return [row.quantity.name for row in area.rows]


def parts(area: RowArea) -> list:
    return [area.input_row, *area.rows]


def tiles(area: RowArea) -> list:
    """Return every row's tile, painted by being looked at."""
    area.grab()
    return [row._tile for row in parts(area)]


def views(area: RowArea) -> set:
    return {area.view, area.ruler._view, area.cursor_overlay._view, *(row.view for row in parts(area))}


# Rows ---------------------------------------------------------------------------------------------------------------


def only(*names: str) -> RowLayout:
    return RowLayout(tuple(RowSpec(name) for name in names))


def everything(area: RowArea) -> RowLayout:
    return row_presets(area.editing.cell)["Everything"]


def test_there_is_a_row_for_every_quantity_that_the_layout_names(area) -> None:
    assert names(area) == ["i", "f", "g", "o", "c", "h"]
    area.editing.change(everything(area).hide(("f", None, 0)))
    assert names(area) == ["a_i", "a_f", "a_g", "a_o", "i", "g", "o", "c", "tanh_c", "h"]
    area.show_trace(trace_of(cell="gru"), 0, Place())
    assert names(area) == ["r", "z", "n", "h"], "another cell has rows of its own"


def test_rows_made_anew_are_where_the_old_ones_were(area) -> None:
    area.show_range(100, 150)
    area.show_selection((3,))
    area.editing.change(everything(area))
    assert len(area.rows) == 11
    assert views(area) == {View(100.0, 50.0, 400)}
    assert {row._units for row in area.rows} == {(3,)}
    assert area.cursor_overlay.parent().children()[-1] is area.cursor_overlay, "the cursor is above them"


def test_the_same_cell_keeps_its_rows(area) -> None:
    rows = list(area.rows)
    area.show_trace(trace_of(hidden=9, seed=3), 0, Place())
    assert area.rows == rows
    area.show_trace(trace_of(layers=2), 0, Place(1))
    assert area.rows == rows
    assert {row.place for row in rows} == {Place(1)}


# One axis -----------------------------------------------------------------------------------------------------------


def test_every_part_has_the_same_view_and_the_same_margins(area) -> None:
    for wish in (
        lambda: wheel(area.rows[2], LEFT + 300, 40, 3),
        lambda: wheel(area.input_row, LEFT + 300, 40, 2),
        lambda: wheel(area.ruler, LEFT + 300, 10, 1),
        lambda: drag(area.rows[0], [(LEFT + 300, 10), (LEFT + 200, 10)]),
        lambda: drag(area.rows[1], [(LEFT + 100, 10), (LEFT + 300, 20)], ALT),
        lambda: area.zoom(0.5),
        lambda: double_click(area.rows[1], LEFT + 100, 10),
        lambda: area.show_range(20, 60),
        lambda: double_click(area.ruler, LEFT + 100, 10),
    ):
        before = area.view
        wish()
        assert area.view != before
        assert views(area) == {area.view}
    assert area.view == View.whole(400)
    area.resize(area.width(), 300)  # so small that the rows scroll
    area.grab()
    lefts = {part.mapTo(area, part.rect().topLeft()).x() for part in (area.ruler, *parts(area), area.cursor_overlay)}
    widths = {part.width() for part in (area.ruler, *parts(area), area.cursor_overlay)}
    assert (len(lefts), len(widths)) == (1, 1)


def test_the_wheel_keeps_the_step_under_the_pointer(area) -> None:
    row = area.rows[3]
    wheel(row, LEFT + 300, 40, 8)
    under = area.view.step_at(row.fraction_at(LEFT + 451))
    wheel(row, LEFT + 451, 40, 4)
    assert area.view.step_at(row.fraction_at(LEFT + 451)) == under
    assert area.view.span < 200


def test_the_cursor_lies_over_its_step_in_every_row(area) -> None:
    area.show_range(100, 140)
    for step in (105, 120, 134):
        area.set_step(step)
        strip = area.cursor_overlay.strip()
        for row in parts(area):
            left, right = (row.view.step_at(row.fraction_at(x)) for x in (strip.left() + 1, strip.right() - 1))
            assert (left, right) == (step, step)
    assert area.cursor_overlay.size() == area.stack.viewport().size()
    picture = area.grab().toImage()
    ratio = picture.devicePixelRatio()
    top = area.stack.viewport().mapTo(area, area.rect().topLeft()).y()
    x = round(area.cursor_overlay.strip().left() * ratio)
    row = area.rows[2]
    y = top + row.mapTo(area.stack.viewport(), row.rect().center()).y()
    near = [picture.pixelColor(x + dx, round(y * ratio)) for dx in (-1, 0, 1)]
    assert QColor(LIGHT.cursor) in near


# What a step costs --------------------------------------------------------------------------------------------------


def test_a_step_paints_no_tile(area) -> None:
    before = tiles(area)
    for tile in before:
        tile.image.fill(QColor("magenta"))
    for step in (1, 2, 50, 399, 0):
        area.set_step(step)
        area.grab()
    assert all(a is b for a, b in zip(tiles(area), before, strict=True))
    for tile in before:
        assert {tile.image.pixelColor(x, 5).name() for x in range(0, tile.image.width(), 7)} == {"#ff00ff"}


def test_a_step_that_the_view_follows_shifts_tiles_and_seldom_paints_one(area) -> None:
    area.show_range(0, 40)
    seen = {id(tile): tile for tile in tiles(area)}
    for step in range(30, 130):
        area.set_step(step)
        assert area.view.first <= step < area.view.last
        for tile in tiles(area):
            seen.setdefault(id(tile), tile)
    rows = len(parts(area))
    assert area.view.first > 80
    assert len(seen) <= rows * 7, "a hundred steps that scroll by ninety, each tile good for 24"


def test_a_step_in_view_moves_nothing(area) -> None:
    area.show_range(100, 200)
    view = area.view
    area.set_step(150)
    assert area.view is view
    area.set_step(390)
    assert area.view.first <= 390 < area.view.last
    assert area.view.span == view.span


# Wishes -------------------------------------------------------------------------------------------------------------


def test_ruler_and_rows_ask_for_steps(area) -> None:
    asked = []
    area.step_requested.connect(asked.append)
    drag(area.ruler, [(LEFT + 3, 10), (LEFT + 300, 10)])
    drag(area.rows[4], [(LEFT + 150, 10), (LEFT + 450, 10)], SHIFT)
    assert asked == [2, 200, 100, 300]
    assert area._step == 0, "it is for others to say where the cursor is"


def test_units_are_chosen_and_added_by_clicks(area) -> None:
    asked = []
    area.units_requested.connect(asked.append)
    area.units_requested.connect(area.show_selection)
    row = area.rows[5]
    height = row._heat_area(1.0).height()

    def at(unit: int) -> float:
        return GAP + (unit + 0.5) / 6 * height

    click(row, LEFT + 100, at(3))
    click(row, LEFT + 100, at(5), CTRL)
    click(area.rows[0], LEFT + 100, at(0), CTRL)
    click(area.rows[0], LEFT + 100, at(5), CTRL)
    click(row, LEFT + 100, at(2))
    assert asked == [(3,), (3, 5), (3, 5, 0), (3, 0), (2,)]
    assert {part._units for part in area.rows} == {(2,)}


def test_who_cannot_see_is_told_which_row_keys_mean(area) -> None:
    area.editing.choose(1)
    area.editing.choose(1)
    assert area.accessibleDescription() == "keys mean the row f"
    area.editing.hide()
    assert area.accessibleDescription() == "keys mean the row g"
    area.editing.change(RowLayout())
    assert area.accessibleDescription() == ""
    area.editing.choose(1)
    area.editing.move(1)
    area.editing.grow(1)
    area.editing.alone()
    area.editing.next_mode()
    assert area.rows == [], "no row, and keys for it do nothing"


def test_a_ghost_reaches_every_row_also_those_that_come_later(area) -> None:
    ghost = trace_of(seed=5)
    area.show_ghost(ghost)
    assert all(row.source.ghost_steps(range(10)) for row in area.rows)
    area.editing.change(everything(area))
    assert all(row.source.ghost_steps(range(10)) for row in area.rows)
    area.editing.toggle_difference()
    assert all(row.source.difference for row in area.rows), "keys mean no row: all of them"
    area.editing.choose(1)
    area.editing.toggle_difference()
    assert [row.source.difference is None for row in area.rows] == [True] + [False] * 10
    area.show_ghost(None)
    assert not any(row.source.difference for row in area.rows)


def test_a_row_at_a_place_that_there_is_not_waits_until_there_is(area) -> None:
    area.editing.change(only("c").show(RowSpec("h", Place(1)), area.editing.cell))
    assert names(area) == ["c"]
    area.show_trace(trace_of(layers=2), 0, Place())
    assert [(row.quantity.name, row.place) for row in area.rows] == [("c", Place()), ("h", Place(1))]
    area.show_trace(trace_of(), 0, Place())
    assert names(area) == ["c"]
    assert len(area.editing.layout.rows) == 2


def test_moves_pass_over_rows_that_are_not_on_screen(area) -> None:
    area.editing.change(RowLayout((RowSpec("f"), RowSpec("h", Place(3)), RowSpec("c"), RowSpec("i", Place(2)))))
    assert names(area) == ["f", "c"]
    area.editing.choose(1)
    area.editing.move(1)
    assert names(area) == ["c", "f"]
    area.editing.move(-1)
    assert names(area) == ["f", "c"]
    assert len(area.editing.layout.rows) == 4


# Traces -------------------------------------------------------------------------------------------------------------


def test_zoom_is_kept_over_a_new_trace_where_it_can_be(area) -> None:
    area.show_range(100, 140)
    area.show_trace(trace_of(cell="gru"), 0, Place())
    assert area.view == View(100.0, 40.0, 400)
    assert views(area) == {area.view}
    area.show_trace(trace_of(120), 0, Place())
    assert views(area) == {View(80.0, 40.0, 120)}
    area.show_trace(trace_of(50), 0, Place())
    assert views(area) == {View.whole(50)}


def test_growing_reaches_every_row_and_the_ruler(area) -> None:
    stepper = Stepper(make_experiment(Recipe(hidden=6), (400,)))
    stepper.advance(10)
    area.show_trace(stepper.trace, 0, Place())
    tiles(area)
    assert {row._tile.painted for row in area.rows} == {range(10)}
    assert area.ruler._known == range(10)
    stepper.advance(5)
    area.grow()
    assert area.ruler._known == range(15)
    tiles(area)
    assert {row._tile.painted for row in area.rows} == {range(15)}
    assert area.input_row._tile.painted == range(400)


def test_it_wears_the_theme_all_over(area) -> None:
    area.apply_theme(DARK)
    picture = area.grab().toImage()
    assert picture.pixelColor(3, 3) == QColor(DARK.window)
    colors = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(0, picture.height(), 9)}
    assert DARK.base in colors
    assert LIGHT.base not in colors
    area.show_trace(trace_of(cell="rnn"), 0, Place())
    assert {row.theme for row in area.rows} == {DARK}, "rows that are made later too"


def test_zooming_by_keys_keeps_the_cursor_where_it_is(area) -> None:
    area.set_step(100)
    fraction = (100.5 - area.view.first) / area.view.span
    area.zoom(0.5)
    assert (100.5 - area.view.first) / area.view.span == pytest.approx(fraction)
    area.show_range(200, 240)
    area.zoom(0.5)
    assert area.view.first + area.view.span / 2 == pytest.approx(220), "out of view, the middle stays"


def test_live_mode_begins_near_the_frontier(area) -> None:
    length = area.view.length
    area.show_live(False)
    assert area.view.span == length
    area.show_live(True)
    assert (area.view.first, area.view.span) == (0, min(400, length))
    area.show_range(10, 60)
    area.show_live(True)
    assert area.view.span == 50, "who has zoomed in knows why"


def test_rows_that_do_not_fit_scroll_under_a_cursor_that_stays(qtbot, area) -> None:
    area.resize(area.width(), 320)
    bar = area.stack.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    strip = area.cursor_overlay.strip()
    assert not wheel(area.rows[0], LEFT - 20, 20, -3), "beside the plots the wheel is the scroll bar's"
    QTest.keyClick(bar, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()
    assert area.cursor_overlay.strip() == strip
    assert area.cursor_overlay.pos().isNull()
    assert np.isclose(strip.height(), area.stack.viewport().height())


# Texts --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tokens", ["words", "characters"])
def test_of_a_text_so_much_is_shown_at_first_as_can_be_read(area, tokens) -> None:
    area.show_first()
    assert area.view == View.whole(400)
    assert not area.tokens.isVisible()
    text = dataset_of_texts("t", ["so much for the long text " * 90], (), (), Options(tokens=tokens), ())
    area.show_trace(run(opened(text, Recipe(hidden=2)), "numpy"), 0, Place())
    area.show_first()
    area.grab()
    assert area.tokens.isVisible()
    assert not area.input_row.isVisible()
    assert area.view.first == 0
    assert area.tokens._within
    area.zoom(1.5)
    assert not area.tokens._within
    assert {area.view, area.tokens.view} == views(area)


def test_data_of_numbers_and_words_has_both_rows(area) -> None:
    values = np.column_stack([np.arange(8.0), np.tile([0.0, 1.0], 4)])
    sequence = Sequence("s", values, ("x", "word"))
    mixed = Dataset((sequence,), "s.csv", vocabularies={"word": ("yes", "no")})
    area.show_trace(run(opened(mixed, Recipe(hidden=2)), "numpy"), 0, Place())
    assert area.tokens.isVisible()
    assert area.input_row.isVisible()
