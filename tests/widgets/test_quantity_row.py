"""A heat map shows, at the pixel of a step and a unit, the colour of exactly that value; lines the right height."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from explorer.engines import complete, make_engine
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Sequence
from explorer.stepper import Stepper
from explorer.trace import Trace
from tests.explorer.making import with_weights
from tests.widgets.events import CTRL, SHIFT, click, drag, wheel
from widgets.drawing import GATE_SCALE, color_table, quantise, symmetric_scale
from widgets.quantity_row import HEAT_SHARE, QuantityRow
from widgets.row import GAP, LEFT, RIGHT
from widgets.theme import DARK, LIGHT, blend, unit_style
from widgets.tile import Tile
from widgets.view import View

FIRST = Place()
SIZE = QSize(LEFT + RIGHT + 600, 150)


def data(values: np.ndarray) -> Dataset:
    return Dataset((Sequence("s", values, tuple(f"x{k}" for k in range(values.shape[1]))),), "s.csv")


def made(steps: int = 300, **recipe) -> Experiment:
    values = np.random.default_rng(1).standard_normal((steps, 2)) * 2
    return Experiment(data(values), make_network(Recipe(**{"hidden": 7} | recipe), 2))


@pytest.fixture
def show(qtbot):
    """Show a row of a quantity of a trace."""

    def show_one(trace: Trace, name: str, place: Place = FIRST, theme=LIGHT, size=SIZE, window=None) -> QuantityRow:
        row = QuantityRow(trace.experiment.network.cell(place).quantity(name), theme, window)
        if window is None:
            qtbot.addWidget(row)
        row.resize(size)
        row.show_trace(trace, 0, place)
        row.set_view(View.whole(trace.length()))
        row.show()
        row.window().show()
        qtbot.waitExposed(row.window())
        return row

    return show_one


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)[:, : image.width()].copy()


def seen(row: QuantityRow) -> np.ndarray:
    """Return the pixels of the plot as they are on screen."""
    picture = row.grab().toImage()
    ratio, plot = picture.devicePixelRatio(), row.plot
    top, left = round(plot.top() * ratio), round(plot.left() * ratio)
    return pixels(picture)[top : top + round(plot.height() * ratio), left : left + round(plot.width() * ratio)]


def heat_height(row: QuantityRow, ratio: float) -> int:
    return round(round(row.plot.height() * HEAT_SHARE) * ratio)


def assert_heat_is_true(row: QuantityRow, trace: Trace, picture: np.ndarray, view: View, ratio: float) -> int:
    """Compare every pixel of the heat map with its value. Returns how many steps were looked at."""
    name, place = row.quantity.name, row.place
    ready = trace.ready(0, place)
    height = heat_height(row, ratio)
    size = trace.experiment.network.weights(place).hidden_size
    units = (2 * np.arange(height) + 1) * size // (2 * height)
    scale = row._scale
    colors = np.array(color_table(scale.map, row.theme), np.uint32)
    width = picture.shape[1]
    per_step = width / view.span
    looked = 0
    for step in range(max(int(np.ceil(view.first)), ready.start), min(int(view.last), ready.stop)):
        column = int((step + 0.5 - view.first) * per_step)
        value = trace.read(0, name, place, steps=slice(step, step + 1))[0]
        np.testing.assert_array_equal(picture[:height, column], colors[quantise(value, scale)][units], f"step {step}")
        looked += 1
    return looked


def screen_ratio(row: QuantityRow) -> float:
    return row.devicePixelRatioF()


# Pixel truth --------------------------------------------------------------------------------------------------------


@pytest.mark.smoke
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize(("cell", "name"), [("lstm", "f"), ("lstm", "c"), ("lstm", "a_i"), ("gru", "n"), ("rnn", "h")])
def test_the_heat_map_shows_exactly_the_values(show, cell, name, theme) -> None:
    trace = run(made(cell=cell), "numpy")
    row = show(trace, name, theme=theme)
    assert assert_heat_is_true(row, trace, seen(row), row.view, screen_ratio(row)) == 300


def test_it_stays_true_zoomed_panned_and_scrolled(show) -> None:
    trace = run(made(), "numpy")
    row = show(trace, "h")
    views = [row.view.zoomed(0.2, 0.3)]
    views.append(views[-1].panned(13))
    views.append(views[-1].panned(0.37))
    views.append(views[-1].panned(30.5))
    views += [views[-1].zoomed(0.1, 0.9), views[-1].panned(1e9), View.whole(300), row.view.zoomed(0.001, 1.0)]
    tiles = set()
    for view in views:
        row.set_view(view)
        assert assert_heat_is_true(row, trace, seen(row), view, screen_ratio(row)) >= 7
        tiles.add(row._tile)
    assert 1 < len(tiles) < len(views), "a pan shifts the tile it has, a zoom takes a new one"


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0, 3.0])
def test_it_is_true_in_device_pixels(show, ratio) -> None:
    trace = run(made(), "numpy")
    row = show(trace, "o")
    for view in (View.whole(300), View.whole(300).zoomed(0.13, 0.6)):
        tile = Tile(view, row.plot.size(), ratio)
        tile.paint(row.render_tile, row.ready(), QColor(LIGHT.base))
        left = round(tile.x(view.first))
        picture = pixels(tile.image)[:, left : left + round(row.plot.width() * ratio)]
        assert assert_heat_is_true(row, trace, picture, view, ratio) > 30


def test_another_place_is_another_picture(show) -> None:
    trace = run(made(layers=2, bidirectional=True), "numpy")
    for place in trace.experiment.network.places:
        row = show(trace, "h", place)
        assert assert_heat_is_true(row, trace, seen(row), row.view, screen_ratio(row)) == 300


def test_a_network_of_one_unit_is_seen(show) -> None:
    trace = run(made(hidden=1), "numpy")
    row = show(trace, "f")
    assert assert_heat_is_true(row, trace, seen(row), row.view, screen_ratio(row)) == 300


def test_a_sequence_of_one_step_is_seen(show) -> None:
    trace = run(made(steps=1), "numpy")
    row = show(trace, "h")
    row.show_selection((0,))
    picture = seen(row)
    assert assert_heat_is_true(row, trace, picture, row.view, screen_ratio(row)) == 1
    assert (picture[: heat_height(row, screen_ratio(row)), picture.shape[1] // 2 :] == QColor(LIGHT.base).rgb()).all()


def test_what_is_no_number_has_its_colour(show) -> None:
    """A relu network that explodes: first numbers, then infinities, then no numbers at all."""
    network = make_network(Recipe(cell="rnn", nonlinearity="relu", hidden=4), 1)
    big = np.eye(4, dtype=np.float32) * 3
    big[2, 3] = -3
    network = with_weights(network, Place(), weight_hh=big, weight_ih=np.ones((4, 1), np.float32))
    trace = run(Experiment(data(np.ones((120, 1))), network), "numpy")
    row = show(trace, "a")
    picture = seen(row)
    assert assert_heat_is_true(row, trace, picture, row.view, screen_ratio(row)) == 120
    shown = set(picture[: heat_height(row, screen_ratio(row))].ravel().tolist())
    values = trace.read(0, "a")
    assert np.isnan(values).any()
    assert np.isposinf(values).any()
    assert {QColor(LIGHT.nan_color).rgb(), QColor(LIGHT.pos_inf_color).rgb()} <= shown


def test_minus_infinity_has_its_colour(show) -> None:
    trace = run(made(), "numpy")
    trace.tracks[0][FIRST].states["c"][100:120, 3] = -np.inf
    row = show(trace, "c")
    assert_heat_is_true(row, trace, seen(row), row.view, screen_ratio(row))
    assert QColor(LIGHT.neg_inf_color).rgb() in set(seen(row).ravel().tolist())


# Many steps to a pixel ----------------------------------------------------------------------------------------------

LONG = 100_000


class Spiked:
    """A long trace of a single unit, silent but for the steps at which it is not."""

    def __init__(self, hidden: int, steps: int = LONG) -> None:
        network = make_network(Recipe(cell="rnn", hidden=hidden), 1)
        quiet = {name: np.zeros_like(array) for name, array in network.weights(Place()).named()}
        network = with_weights(network, Place(), **quiet)
        self.trace = Trace(Experiment(data(np.zeros((steps, 1))), network), "by hand")
        self.hidden, self.steps = hidden, steps

    def with_spike(self, step: int, value: float = 1.0) -> Trace:
        trace = Trace(self.trace.experiment, "by hand")
        track = trace.tracks[0][FIRST]
        values = {name: np.zeros((self.steps, self.hidden), np.float32) for name in track.kept}
        values["h"][step] = value
        track.record(0, values)
        return trace


@pytest.mark.parametrize("hidden", [4, 40], ids=["exact values", "from the pyramid"])
@pytest.mark.parametrize("value", [1.0, -1.0])
def test_a_spike_of_one_step_is_seen_wherever_it_is(show, hidden, value) -> None:
    spiked = Spiked(hidden)
    row = None
    steps = np.random.default_rng(hidden).integers(0, LONG, 25).tolist()
    for step in [0, 63, 64, 50_000, LONG - 65, LONG - 2, LONG - 1, *steps]:
        trace = spiked.with_spike(step, value)
        if row is None:
            row = show(trace, "h")
        row.show_trace(trace, 0, FIRST)
        picture = seen(row)
        ratio = screen_ratio(row)
        end = color_table("state", LIGHT)[252 if value > 0 else 0]
        spots = np.flatnonzero((picture[: heat_height(row, ratio)] == end).all(axis=0))
        assert len(spots), f"the spike at step {step} is not to be seen"
        wide = 2 + 3 * 512 * picture.shape[1] / LONG
        assert abs(spots.mean() - (step + 0.5) / LONG * picture.shape[1]) <= wide


@pytest.mark.parametrize("step", [0, 123_456, 999_999])
@pytest.mark.parametrize("mode", ["both", "heat", "lines"])
def test_a_spike_of_one_step_in_a_million_is_seen(show, mode, step) -> None:
    million = 1_000_000
    row = show(Spiked(3, million).with_spike(step), "h")
    row.set_shape(mode)
    row.show_selection((1,))
    picture, ratio = seen(row), screen_ratio(row)
    near = slice(max(int(step / million * picture.shape[1]) - 3, 0), int(step / million * picture.shape[1]) + 4)
    if mode != "lines":
        heat = picture[: round(row._heat_area(ratio).height()), near]
        assert (heat == color_table("state", LIGHT)[252]).all(axis=0).any()
    if mode != "heat":
        top = round(row._line_area(ratio).top()) + 2
        lit = set(picture[top : top + 6, near].ravel().tolist()) - {QColor(LIGHT.base).rgb(), QColor(LIGHT.line).rgb()}
        assert lit


@pytest.mark.parametrize("hidden", [4, 40])
def test_a_line_of_many_steps_reaches_up_to_the_spike(show, hidden) -> None:
    row = show(Spiked(hidden).with_spike(77_777), "h")
    row.show_selection((1,))
    picture, ratio = seen(row), screen_ratio(row)
    top = round((round(row.plot.height() * HEAT_SHARE) + 4) * ratio)
    near = round(77_777 / LONG * picture.shape[1])
    lines = picture[top + 2 : top + 12, near - 6 : near + 7]
    ground = {QColor(LIGHT.base).rgb(), QColor(LIGHT.line).rgb()}
    assert not set(lines.ravel().tolist()) <= ground


# Growing ------------------------------------------------------------------------------------------------------------


def fresh(row: QuantityRow) -> np.ndarray:
    """Return the tile that the row would have if it were painted anew."""
    tile = Tile(row.view, row.plot.size(), row._tile.ratio)
    tile.paint(row.render_tile, row.ready(), QColor(row.theme.base))
    return pixels(tile.image)


def assert_alike(row: QuantityRow, when: str = "") -> None:
    """Compare the tile with a fresh one: the same heat map, and lines the same but for the rounding of their edges."""
    grown, anew = pixels(row._tile.image), fresh(row)
    height = heat_height(row, row._tile.ratio)
    np.testing.assert_array_equal(grown[:height], anew[:height], when)
    channels = [np.abs((grown >> shift & 255).astype(int) - (anew >> shift & 255)) for shift in (0, 8, 16)]
    assert np.max(channels) <= 12, when


@pytest.mark.parametrize("stride", [1, 7])
@pytest.mark.parametrize(
    ("steps", "zoom"),
    [(300, 1.0), (60, 1.0), (600, 1.0), (601, 0.9), (1500, 1.0), (2500, 0.37), (300, 0.1)],
)
def test_a_tile_that_grew_is_pixel_for_pixel_the_one_painted_anew(show, steps, zoom, stride) -> None:
    stepper = Stepper(made(steps))
    stepper.advance(1)
    row = show(stepper.trace, "g")
    row.show_selection((0, 1, 2, 3))
    row.set_view(View.whole(steps).zoomed(zoom, 0.0))
    row.grab()
    first = row._tile
    painted = 0
    while stepper.frontier < min(steps, 400):
        stepper.advance(stride)
        row.grow()
        if row._tile is not first:
            row.grab()
            first = row._tile
        painted += 1
        if painted % (97 // stride) == 0 or stepper.frontier >= min(steps, 400):
            assert_alike(row, f"at {stepper.frontier} steps")
    assert painted > 5
    assert assert_heat_is_true_or_binned(row, stepper.trace)


def assert_heat_is_true_or_binned(row: QuantityRow, trace: Trace) -> bool:
    if row._tile.bin == 1:
        return assert_heat_is_true(row, trace, seen(row), row.view, screen_ratio(row)) > 20
    return True


def test_growing_paints_only_the_end(show) -> None:
    stepper = Stepper(made(300))
    stepper.advance(100)
    row = show(stepper.trace, "f")
    row.grab()
    tile = row._tile
    assert tile.painted == range(100)
    tile.image.fill(QColor("magenta"))
    stepper.advance(1)
    row.grow()
    assert row._tile is tile
    assert tile.painted == range(101)
    left_alone = (pixels(tile.image) == QColor("magenta").rgb()).all(axis=0)
    assert left_alone[: int(tile.x(95))].all()
    assert not left_alone[int(tile.x(100)) : int(tile.x(101))].any()


def test_a_reverse_place_grows_from_the_end(show) -> None:
    experiment = made(3000, bidirectional=True)
    trace = Trace(experiment, "numpy")
    place = Place(0, 1)
    row = show(trace, "h", place)
    row.show_selection((0, 1))
    row.grab()
    looked = []
    for _ in complete(trace, make_engine("numpy")):
        row.grow()
        row.grab()
        assert_alike(row)
        looked.append(len(row.ready()))
    assert len(set(looked)) >= 3
    row.set_view(View.whole(3000).zoomed(0.1, 0.95))
    assert assert_heat_is_true(row, trace, seen(row), row.view, screen_ratio(row)) >= 298


def test_growing_beyond_the_scale_paints_all_anew(show) -> None:
    stepper = Stepper(made(300, cell="rnn", nonlinearity="relu", init="identity"))
    stepper.advance(2)
    row = show(stepper.trace, "h")
    scales = {row._scale}
    while stepper.advance(10):
        row.grow()
        scales.add(row._scale)
        assert assert_heat_is_true(row, stepper.trace, seen(row), row.view, screen_ratio(row)) == stepper.frontier
    assert len(scales) > 2
    assert row._scale == symmetric_scale(*stepper.trace.extremes(0, "h", FIRST))


def test_gates_have_the_scale_of_gates_whatever_they_hold(show) -> None:
    trace = run(made(), "numpy")
    assert show(trace, "f")._scale is GATE_SCALE
    assert show(trace, "c")._scale == symmetric_scale(*trace.extremes(0, "c", FIRST))


# Lines --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fitted", [False, True])
def test_the_lines_of_the_selected_units_pass_through_their_values(show, fitted) -> None:
    trace = run(made(30), "numpy")
    row = show(trace, "h")
    for unit in (0, 4):
        row.show_selection((unit,))
        if fitted:
            row.fit_values()
            assert row.line_scale.high - row.line_scale.low < row._scale.high - row._scale.low
        picture, ratio = seen(row), screen_ratio(row)
        area = row._line_area(ratio)
        color = QColor(unit_style(unit, LIGHT).color).rgb()
        ground = {QColor(LIGHT.base).rgb(), QColor(LIGHT.line).rgb()}
        met = 0
        for step in range(30):
            value = float(trace.read(0, "h", steps=slice(step, step + 1))[0, unit])
            scale = row.line_scale
            y = area.bottom() - (value - scale.low) / (scale.high - scale.low) * area.height()
            x = (step + 0.5) * picture.shape[1] / 30
            spot = picture[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3]
            assert spot.size
            met += color in spot.ravel().tolist() or not set(spot.ravel().tolist()) <= ground
        # A dash may leave a value out, but a solid line none.
        assert met >= (20 if unit_style(unit, LIGHT).dash else 30)


def test_shift_and_wheel_zoom_in_the_values_at_the_pointer_and_no_further_out_than_all(show) -> None:
    row = show(run(made(), "numpy"), "f")
    area = row._line_area(1.0)
    y = GAP + area.top() + area.height() / 4
    heat = seen(row)[: heat_height(row, screen_ratio(row))]
    for _ in range(4):
        assert wheel(row, LEFT + 100, y, 1, SHIFT)
    scale = row.line_scale
    assert scale.high - scale.low < 0.6
    assert scale.low + 0.75 * (scale.high - scale.low) == pytest.approx(0.75)
    np.testing.assert_array_equal(seen(row)[: len(heat)], heat)
    for _ in range(9):
        wheel(row, LEFT + 100, y, -1, SHIFT)
    assert row.line_scale == row._scale
    row.zoom_values(0.5, y)
    row.reset_values()
    assert row.line_scale == row._scale


def test_no_line_is_drawn_of_units_that_there_are_not(show) -> None:
    trace = run(made(30), "numpy")
    row = show(trace, "h")
    bare = seen(row)
    row.show_selection((7, 99))
    np.testing.assert_array_equal(seen(row), bare)
    row.show_selection((6, 99))
    assert (seen(row) != bare).any()


# Units under the pointer --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("above", [0, 1])
@pytest.mark.parametrize("hidden", [1, 7, 32, 81, 200])
def test_a_click_asks_for_the_unit_that_is_seen_there(qtbot, show, hidden, above) -> None:
    """Also where a widget, or a tile in it, begins in the middle of a pixel: run it with QT_SCALE_FACTOR=1.5."""
    trace = run(made(20, hidden=hidden), "numpy")
    holder = QWidget()
    holder.resize(SIZE.width(), SIZE.height() + above)
    qtbot.addWidget(holder)
    row = show(trace, "h", window=holder)
    row.move(0, above)
    asked = []
    row.unit_requested.connect(lambda unit, add: asked.append((unit, add)))
    picture = row.window().grab().toImage()
    ratio, height = picture.devicePixelRatio(), heat_height(row, screen_ratio(row))
    column = pixels(picture)[:, round((LEFT + 300) * ratio)]
    edge = list(column).index(QColor(LIGHT.window).rgb())
    top = edge + int(np.argmax(column[edge:] != column[edge]))
    if hidden < height:  # else where units share a pixel, that furthest out is shown
        step = row.view.step_at(row.fraction_at(LEFT + 300))
        values = trace.read(0, "h", steps=slice(step, step + 1))[
            0, (2 * np.arange(height) + 1) * hidden // (2 * height)
        ]
        colors = np.array(color_table(row._scale.map, row.theme), np.uint32)
        np.testing.assert_array_equal(column[top : top + height], colors[quantise(values, row._scale)])
    for pixel in range(height):
        for part in (0.0, 0.5, 0.9):
            click(row, LEFT + 300, (top + pixel + part) / ratio - above)
            assert asked.pop() == ((2 * pixel + 1) * hidden // (2 * height), False)
    click(row, LEFT + 300, GAP + heat_height(row, 1.0) + 3)
    assert asked == []
    click(row, LEFT - 5, GAP + 3)
    assert asked == []


def test_ctrl_adds_a_unit_and_a_drag_asks_for_none(show) -> None:
    row = show(run(made(), "numpy"), "h")
    asked = []
    row.unit_requested.connect(lambda unit, add: asked.append((unit, add)))
    click(row, LEFT + 300, GAP + 1, CTRL)
    assert asked == [(0, True)]
    drag(row, [(LEFT + 300, GAP + 1), (LEFT + 340, GAP + 1), (LEFT + 300, GAP + 1)])
    assert asked == [(0, True)]


# What costs nothing -------------------------------------------------------------------------------------------------


def test_what_changes_nothing_paints_nothing(show) -> None:
    trace = run(made(), "numpy")
    row = show(trace, "h")
    row.show_selection((1,))
    row.grab()
    tile = row._tile
    tile.image.fill(QColor("magenta"))
    row.show_selection((1,))
    row.set_view(row.view)
    row.grow()
    row.grab()
    assert row._tile is tile
    assert (pixels(tile.image) == QColor("magenta").rgb()).all()


@given(st.integers(1, 5000), st.floats(0.05, 1.0), st.floats(0, 1), st.sampled_from([1.0, 1.5, 2.0]))
def test_a_tile_reaches_beyond_the_view_but_not_beyond_the_steps(steps, zoom, fraction, ratio) -> None:
    view = View.whole(steps).zoomed(zoom, fraction)
    size = QSize(600, 50)
    tile = Tile(view, size, ratio)
    assert tile.fits(view, size, ratio)
    assert 0 <= tile.first <= view.first
    assert view.last <= tile.last <= max(steps, 8)
    assert tile.first % tile.bin == 0
    assert tile.bin * tile.scale >= 1 - 1e-9
    assert not tile.fits(view, QSize(601, 50), ratio)
    assert not tile.fits(view, QSize(600, 51), ratio)
    assert not tile.fits(view, size, ratio + 1)
    if view.span * 1.5 < steps:
        assert not tile.fits(view.zoomed(1.5, 0.5), size, ratio)


# Ghosts -------------------------------------------------------------------------------------------------------------


def two_traces(steps: int = 60, **recipe) -> tuple[Trace, Trace]:
    return run(made(steps, **recipe), "numpy"), run(made(steps, seed=3, **recipe), "numpy")


def test_the_line_of_a_ghost_is_faint_behind_and_goes_again(show) -> None:
    now, before = two_traces()
    row = show(now, "h")
    row.show_selection((0,))
    bare = seen(row)
    row.show_ghost(before)
    picture, height = seen(row), heat_height(row, screen_ratio(row))
    np.testing.assert_array_equal(picture[:height], bare[:height])
    new = picture != bare
    assert 30 < new.sum() < 60 * 40
    faint = QColor(blend(unit_style(0, LIGHT).color, LIGHT.base, 0.5)).rgb()
    assert faint in picture[new].tolist()
    row.show_ghost(None)
    np.testing.assert_array_equal(seen(row), bare)


@pytest.mark.parametrize("recipe", [{"hidden": 5}, {"cell": "gru"}])
def test_a_ghost_of_another_shape_is_not_drawn(show, recipe) -> None:
    now = run(made(60), "numpy")
    row = show(now, "f")
    row.show_selection((0,))
    bare = seen(row)
    row.show_ghost(run(made(60, **recipe), "numpy"), differs=True)
    np.testing.assert_array_equal(seen(row), bare)
    assert row.source.difference is None


def test_the_difference_is_shown_exactly(show) -> None:
    now, before = two_traces(300)
    row = show(now, "f")
    row.show_ghost(before, differs=True)
    exact = now.read(0, "f") - before.read(0, "f")
    scale = symmetric_scale(float(exact.min()), float(exact.max()))
    assert row._scale == scale
    picture, ratio = seen(row), screen_ratio(row)
    height = heat_height(row, ratio)
    units = (2 * np.arange(height) + 1) * 7 // (2 * height)
    colors = np.array(color_table("state", LIGHT), np.uint32)
    for step in range(300):
        column = int((step + 0.5) * picture.shape[1] / 300)
        np.testing.assert_array_equal(picture[:height, column], colors[quantise(exact[step], scale)][units])
    assert row.tip_at(QPointF(LEFT + 300.5, GAP + 1)).endswith(f"unit 0: Δ f = {exact[150, 0]!s}")
    row.show_ghost(before)
    assert row._scale == GATE_SCALE
    assert assert_heat_is_true(row, now, seen(row), row.view, ratio) == 300


@pytest.mark.parametrize("hidden", [4, 40], ids=["at once", "on a thread"])
def test_a_difference_of_one_step_is_seen_from_afar(qtbot, show, hidden) -> None:
    spiked = Spiked(hidden)
    row = show(spiked.with_spike(77_777), "h")
    row.show_ghost(spiked.with_spike(33_333), differs=True)
    qtbot.waitUntil(lambda: len(row.ready()) == LONG and row.source._job is None, timeout=20_000)
    picture = seen(row)[: heat_height(row, screen_ratio(row))]
    table = color_table("state", LIGHT)
    for step, color in ((77_777, table[252]), (33_333, table[0])):
        spots = np.flatnonzero((picture == color).all(axis=0))
        assert abs(spots.mean() - step / LONG * picture.shape[1]) <= 6


# Orders and marks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["both", "heat"])
def test_units_stand_in_the_order_that_is_given(show, mode) -> None:
    trace = run(made(), "numpy")
    row = show(trace, "h")
    row.set_shape(mode)
    order = np.random.default_rng(2).permutation(7)
    row.show_order(order)
    picture, ratio = seen(row), screen_ratio(row)
    height = round(row._heat_area(ratio).height())
    assert height >= round(row.plot.height() * ratio * (1.0 if mode == "heat" else 0.5))
    units = order[(2 * np.arange(height) + 1) * 7 // (2 * height)]
    colors = np.array(color_table("state", LIGHT), np.uint32)
    for step in range(300):
        values = trace.read(0, "h", steps=slice(step, step + 1))[0]
        column = int((step + 0.5) * picture.shape[1] / 300)
        np.testing.assert_array_equal(picture[:height, column], colors[quantise(values, row._scale)][units])
    assert [row.unit_at(GAP + (k + 0.5) * height / ratio / 7) for k in range(7)] == order.tolist()
    assert row.units_between(GAP, GAP + 2.5 * height / ratio / 7) == tuple(sorted(order[:3].tolist()))


def test_the_mark_of_a_unit_stands_at_its_place_in_the_order(show) -> None:
    row = show(run(made(), "numpy"), "h")
    row.show_order(np.array([3, 1, 2, 0, 4, 5, 6]))
    row.show_selection((0,))
    picture = row.grab().toImage()
    ratio = picture.devicePixelRatio()
    y = GAP + 3.5 * row._heat_area(1.0).height() / 7
    assert picture.pixelColor(round((LEFT - 4) * ratio), round(y * ratio)) == QColor(unit_style(0, LIGHT).color)


@pytest.mark.parametrize(
    ("value", "color"), [(np.nan, "nan_color"), (np.inf, "pos_inf_color"), (-np.inf, "neg_inf_color")]
)
@pytest.mark.parametrize("steps", [100, 5000])
def test_a_line_marks_what_is_no_number(show, steps, value, color) -> None:
    trace = run(made(steps), "numpy")
    trace.tracks[0][FIRST].states["c"][steps // 2, 3] = value
    row = show(trace, "c")
    row.show_selection((3,))
    picture, ratio = seen(row), screen_ratio(row)
    lines = picture[round(row._line_area(ratio).top()) :]
    spots = np.flatnonzero((lines == QColor(getattr(LIGHT, color)).rgb()).any(axis=0))
    assert len(spots)
    assert abs(spots.mean() - picture.shape[1] / 2) < 8
    row.show_selection((2,))
    assert QColor(getattr(LIGHT, color)).rgb() not in seen(row)[round(row._line_area(ratio).top()) :].ravel().tolist()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("mode", ["both", "lines"])
def test_beside_the_lines_stands_which_unit_each_is(show, mode, theme) -> None:
    row = show(run(made()), "f", theme=theme)
    row.set_shape(mode)

    def ink(unit: int) -> float:
        """Return how far the nearest pixel to the right of the lines is from the colour of the unit."""
        picture = row.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        shape = picture.height(), picture.width(), 4
        top = row.plot.top() + (heat_height(row, 1.0) if mode == "both" else 0)
        right = np.frombuffer(picture.constBits(), np.uint8).reshape(shape)[top:, -RIGHT:, 2::-1].astype(float)
        return float(np.abs(right - QColor(unit_style(unit, theme).color).getRgb()[:3]).sum(axis=2).min())

    for chosen in ((0, 1), (2,)):
        row.show_selection(chosen)
        assert [ink(unit) < 60 for unit in range(3)] == [unit in chosen for unit in range(3)]
