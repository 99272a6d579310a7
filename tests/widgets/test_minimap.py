"""The minimap: the whole sequence, where a spike of one step is seen, and what a mouse does with the view."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor

from explorer.clamps import Clamp
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.sequences import Dataset, Sequence
from explorer.trace import Trace
from tests.widgets.events import click, drag, wheel
from widgets.marks import Marks
from widgets.minimap import FOOT, HEIGHT, TOP, Minimap
from widgets.row import LEFT, RIGHT
from widgets.theme import DARK, LIGHT, unit_style
from widgets.view import View

WIDTH = 800
MILLION = 1_000_000


def many(count: int, *clamps: Clamp) -> Trace:
    rng = np.random.default_rng(3)
    data = Dataset((Sequence("s", rng.normal(size=(1000, count)), tuple(f"x{k}" for k in range(count))),), "s.csv")
    return Trace(Experiment(data, make_network(Recipe(hidden=2), count), clamps=clamps), "by hand")


def trace_of(values: np.ndarray) -> Trace:
    data = Dataset((Sequence("s", values[:, None], ("x",)),), "s.csv")
    return Trace(Experiment(data, make_network(Recipe(hidden=2), 1)), "by hand")


@pytest.fixture
def minimap(qtbot):
    made = Minimap(LIGHT)
    qtbot.addWidget(made)
    made.resize(LEFT + WIDTH + RIGHT, HEIGHT)
    made.show_trace(trace_of(np.sin(np.arange(1000) / 9)), 0, Place(), Marks())
    made.set_view(View(200.0, 100.0, 1000))
    made.show()
    qtbot.waitExposed(made)
    return made


def asked_of(minimap: Minimap) -> list[tuple[float, float]]:
    asked: list[tuple[float, float]] = []
    minimap.range_requested.connect(lambda first, last: asked.append((first, last)))
    minimap.range_requested.connect(lambda first, last: minimap.set_view(minimap._view.shown(first, last)))
    return asked


def x(step: float) -> float:
    return LEFT + step / 1000 * WIDTH


@pytest.mark.parametrize("step", [0, 1, 63, 499_999, 777_777, MILLION - 1])
@pytest.mark.parametrize("value", [1.0, -1.0, np.nan, np.inf])
def test_a_spike_of_one_step_in_a_million_is_seen(minimap, step, value) -> None:
    values = np.zeros(MILLION)
    values[step] = value
    values[MILLION // 3] = values[MILLION // 4] = 0.001  # else a scale has no width
    minimap.set_view(View.whole(MILLION))
    minimap.show_trace(trace_of(values), 0, Place(), Marks())
    picture = minimap._paint_picture()
    ratio = minimap.devicePixelRatioF()
    middle = round(step / MILLION * (picture.width() - 1))
    ground = QColor(LIGHT.base)
    top, foot = range(round(6 * ratio)), range(picture.height() - round(6 * ratio), picture.height())
    lit = {
        picture.pixelColor(column, y).name()
        for column in range(max(middle - 2, 0), min(middle + 3, picture.width()))
        for y in (top if value > 0 else foot)
        if picture.pixelColor(column, y) != ground
    }
    assert lit, "nothing is to be seen"
    if not np.isfinite(value):
        assert (LIGHT.nan_color if np.isnan(value) else LIGHT.pos_inf_color) in lit


def test_dragging_the_view_moves_it(minimap) -> None:
    asked = asked_of(minimap)
    drag(minimap, [(x(250), 20), (x(300), 20), (x(500), 20), (x(5000), 20)])
    assert [first for first, _ in asked] == pytest.approx([250, 450, 900])
    assert {round(last - first) for first, last in asked} == {100}


def test_dragging_an_edge_resizes_it(minimap) -> None:
    asked = asked_of(minimap)
    drag(minimap, [(x(300), 20), (x(400), 20)])
    assert asked[-1] == pytest.approx((200, 400))
    drag(minimap, [(x(200), 20), (x(100), 20)])
    assert asked[-1] == pytest.approx((100, 400))
    drag(minimap, [(x(100), 20), (x(900), 20)])
    assert asked[-1] == pytest.approx((399, 400)), "an edge does not pass the other"


def test_a_click_brings_the_view_there(minimap) -> None:
    asked = asked_of(minimap)
    click(minimap, x(700), 20)
    assert asked == [pytest.approx((650, 750))]
    click(minimap, x(0), 20)
    assert minimap._view.first == 0


def test_the_wheel_zooms_at_the_pointer_or_in_the_middle(minimap) -> None:
    asked = []
    minimap.zoom_requested.connect(lambda *values: asked.append(values))
    wheel(minimap, x(225), 20, 1)
    wheel(minimap, x(800), 20, -1)
    (inward, quarter), (outward, middle) = asked
    assert inward < 1 < outward
    assert (quarter, middle) == (pytest.approx(0.25), 0.5)


def test_what_is_in_view_is_plain_and_the_rest_is_faded(minimap) -> None:
    def strongest(first: int, last: int) -> int:
        picture = minimap.grab().toImage()
        ratio = picture.devicePixelRatio()
        columns = range(round(x(first) * ratio), round(x(last) * ratio))
        rows = range(round((TOP + 3) * ratio), round((HEIGHT - FOOT - 3) * ratio))
        return min(picture.pixelColor(column, y).lightness() for column in columns for y in rows)

    minimap.set_step(999)
    assert strongest(220, 280) < strongest(400, 900)
    minimap.apply_theme(DARK)
    assert minimap.grab().toImage().pixelColor(3, 3) == QColor(DARK.window)


def colors(minimap: Minimap, first: int, last: int, top: int, bottom: int) -> set[str]:
    """Return the colours between two steps and two heights, in points."""
    picture = minimap.grab().toImage()
    ratio = picture.devicePixelRatio()
    columns = range(round(x(first) * ratio), round(x(last) * ratio))
    return {picture.pixelColor(c, y).name() for c in columns for y in range(round(top * ratio), round(bottom * ratio))}


def test_what_was_edited_is_drawn_as_edited(minimap) -> None:
    flat, line = trace_of(np.zeros(1000)), unit_style(0, LIGHT).color.lower()
    high = Clamp("x", 1.0, (0,), (250, 260))
    edited = Trace(replace(flat.experiment, clamps=(high, Clamp("x", -1.0, (0,), (280, 290)))), "by hand")
    for trace, seen in ((flat, False), (edited, True), (flat, False)):
        minimap.show_trace(trace, 0, Place(), Marks())
        assert (line in colors(minimap, 249, 261, TOP + 2, TOP + 8)) == seen
        assert (line in colors(minimap, 279, 291, HEIGHT - FOOT - 8, HEIGHT - FOOT - 2)) == seen


def test_of_many_features_it_says_how_many_are_drawn(minimap) -> None:
    assert minimap._title() == "whole"
    minimap.show_trace(many(12), 0, Place(), Marks())
    assert minimap._title() == "3 of 12 drawn"
    assert minimap.toolTip().endswith("Of 12 features these are drawn: x0, x1, x2")
    minimap.show_trace(many(3), 0, Place(), Marks())
    assert minimap._title() == "whole"
    assert "drawn" not in minimap.toolTip()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_pinned_step_has_a_line_in_the_colour_of_the_pin(minimap, theme) -> None:
    minimap.apply_theme(theme)
    for step, seen in ((700, True), (None, False)):
        minimap.show_pinned(step)
        assert (theme.accent.lower() in colors(minimap, 698, 703, TOP, HEIGHT - FOOT)) == seen
