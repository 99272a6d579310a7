"""Rows that cannot be sharp at once are shown at once all the same, and sharp before long, one after the other."""

import numpy as np
import pytest
from PySide6.QtGui import QColor

from explorer.network import Place, Recipe
from explorer.run import run
from tests.explorer.making import make_experiment
from tests.widgets.events import wheel
from widgets.row import LEFT, RIGHT
from widgets.row_area import RowArea
from widgets.theme import LIGHT
from widgets.tile import Tile
from widgets.view import View

STEPS, HIDDEN = 6000, 64


@pytest.fixture
def area(qtbot):
    made = RowArea(LIGHT)
    qtbot.addWidget(made)
    made.resize(LEFT + 600 + RIGHT, 900)
    made.show_trace(run(make_experiment(Recipe(hidden=HIDDEN), (STEPS,)), "numpy"), 0, Place())
    made.show_selection((0, 1))
    made.show()
    qtbot.waitExposed(made)
    made.grab()
    return made


def pixels(tile: Tile) -> np.ndarray:
    return np.frombuffer(tile.image.constBits(), np.uint32).copy()


def is_sharp(row) -> bool:
    return row._tile.fits(row.view, row.plot.size(), row.devicePixelRatioF())


def test_a_zoom_shows_the_old_picture_to_scale_and_then_the_sharp_one(qtbot, area) -> None:
    before = [row._tile for row in area.rows]
    area.show_range(1000, 4000)
    area.grab()
    assert [row._tile for row in area.rows] == before, "nothing was painted anew yet"
    assert not any(is_sharp(row) for row in area.rows)
    row = area.rows[1]
    picture = row.grab().toImage()
    ground = QColor(LIGHT.base)
    colors = {picture.pixelColor(round(x * picture.devicePixelRatio()), 20).name() for x in range(LEFT, LEFT + 600, 5)}
    assert ground.name() not in colors
    assert len(colors) > 5, "the old picture, drawn to scale"
    qtbot.waitUntil(lambda: all(map(is_sharp, area.rows)) and not area.stack._late, timeout=20_000)
    for row in area.rows:
        assert not row._tile.ends_soon(row.view, 0.5), "and in the end it reaches far"
        tile = Tile(row.view, row.plot.size(), row._tile.ratio)
        tile.paint(row.render_tile, row.ready(), QColor(LIGHT.base))
        np.testing.assert_array_equal(pixels(tile), pixels(row._tile))


def test_a_picture_that_is_taken_of_it_is_sharp(area) -> None:
    area.resize(area.width(), 800)
    area.show_range(500, 5500)
    area.grab()
    assert not any(is_sharp(row) for row in area.rows)
    area.insist()
    area.grab()
    assert all(is_sharp(row) for row in area.rows)


def test_the_next_tile_is_painted_before_it_is_needed(qtbot, area) -> None:
    area.show_range(0, 2500)
    area.grab()
    qtbot.waitUntil(lambda: all(map(is_sharp, area.rows)) and not area.stack._late, timeout=20_000)
    for step in range(2000, 6000, 80):
        area.set_step(step)
        area.grab()
        assert all(map(is_sharp, area.rows)), f"at {step} a row has nothing to show for a part of the view"
        qtbot.waitUntil(lambda: not area.stack._late, timeout=20_000)
    assert area.view.last == STEPS


def test_a_row_out_of_sight_paints_nothing(qtbot, area) -> None:
    area.resize(area.width(), 300)
    area.grab()
    out = [row for row in area.rows if row.visibleRegion().isEmpty()]
    assert out
    before = [row._tile for row in out]
    area.show_range(1000, 4000)
    area.grab()
    qtbot.waitUntil(lambda: not area.stack._late, timeout=20_000)
    assert [row._tile for row in out] == before


def test_another_selection_leaves_the_heat_maps_as_they_are(area) -> None:
    for row in area.rows:
        row._tile.image.fill(QColor("magenta"))
    area.show_selection((5,))
    area.grab()
    for row in area.rows:
        heat = round(row._heat_area(1.0).height() * row._tile.ratio) - 2
        colors = {row._tile.image.pixelColor(x, y).name() for x in range(0, 500, 50) for y in range(0, heat, 5)}
        assert colors == {"#ff00ff"}
        foot = {row._tile.image.pixelColor(x, row._tile.height - 1).name() for x in range(0, 500, 7)}
        assert "#ff00ff" not in foot


def test_a_small_trace_is_sharp_at_once(area) -> None:
    area.show_trace(run(make_experiment(Recipe(hidden=6), (400,)), "numpy"), 0, Place())
    area.grab()
    for notches in (3, -1, 2):
        wheel(area.rows[0], LEFT + 200, 40, notches)
        area.grab()
        assert all(map(is_sharp, area.rows))
    area.show_whole()
    assert area.view == View.whole(400)
