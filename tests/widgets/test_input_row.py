"""The input row: lines through the file's own values, and a band over exactly the steps of a label."""

import warnings

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QFontMetrics, QImage

from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Recipe
from explorer.sequences import Dataset, Label, Sequence
from explorer.trace import Trace
from widgets.drawing import line_scale
from widgets.input_row import MOST_LINES, InputRow
from widgets.legend import LEAST_GAP, fitting
from widgets.row import GAP, LEFT, RIGHT
from widgets.scales import small_font
from widgets.sources import make_experiment
from widgets.theme import DARK, LIGHT, number_font, unit_style
from widgets.view import View

WIDTH = 600


def trace_of(values, *, labels=(), names=None, scale="none") -> Trace:
    values = np.asarray(values, float)
    values = values[:, None] if values.ndim == 1 else values
    features = tuple(names or (f"x{k}" for k in range(values.shape[1])))
    dataset = Dataset((Sequence("s", values, features, tuple(labels)),), "s.csv")
    return Trace(Experiment(dataset, make_network(Recipe(hidden=2), len(features)), scale), "none")


@pytest.fixture
def row(qtbot):
    made = InputRow(LIGHT)
    qtbot.addWidget(made)
    made.resize(QSize(LEFT + WIDTH + RIGHT, 120))
    made.show()
    qtbot.waitExposed(made)
    return made


def show(row: InputRow, trace: Trace, view: View | None = None) -> None:
    row.show_trace(trace, 0)
    row.set_view(view or View.whole(trace.length()))


def seen(row: InputRow) -> np.ndarray:
    """Return (height, width, 3) of the plot as it is on screen."""
    picture = row.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    ratio, plot = picture.devicePixelRatio(), row.plot
    whole = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), -1, 4)[..., 2::-1]
    top, left = round(plot.top() * ratio), round(plot.left() * ratio)
    return whole[top : top + round(plot.height() * ratio), left : left + round(plot.width() * ratio)].astype(int)


def rgb(color: str) -> np.ndarray:
    return np.array(QColor(color).getRgb()[:3])


def ink(picture: np.ndarray, color: str, theme=LIGHT) -> np.ndarray:
    """Return where a line of that colour is: nearer to it than to the ground."""
    return np.abs(picture - rgb(color)).sum(-1) < np.abs(picture - rgb(theme.base)).sum(-1)


@pytest.mark.parametrize("scale", ["none", "standardize", "min-max"])
def test_the_line_passes_through_the_values_of_the_file(row, scale) -> None:
    values = np.random.default_rng(0).uniform(20, 80, 30)
    show(row, trace_of(values, scale=scale))
    drawn = ink(seen(row), unit_style(0, LIGHT).color)
    scale = line_scale(values.min(), values.max())
    ratio = drawn.shape[1] / WIDTH
    height = drawn.shape[0] - 6 * ratio
    for step, value in enumerate(values):
        x, y = (step + 0.5) * drawn.shape[1] / 30, 3 * ratio + (1 - scale.fraction(value)) * height
        assert drawn[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3].any(), step


@pytest.mark.parametrize("stretches", [[(3, 7), (20, 21)], [(0, 1)], [(29, 30)], [(0, 30)], [(5, 10), (10, 15)]])
def test_a_band_covers_exactly_the_steps_of_the_label(row, stretches) -> None:
    marks = np.zeros(30, bool)
    for first, last in stretches:
        marks[first:last] = True
    show(row, trace_of(np.full(30, np.nan), labels=[Label("anomaly", marks)]))
    picture = seen(row)
    lit = (picture != rgb(LIGHT.base)).any(-1)
    strip = (picture == rgb(LIGHT.nan_color)).all(-1)
    assert strip.any(0).all(), "and what is no number is marked below"
    assert (lit == lit[:1])[~strip].all(), "from top to bottom"
    steps = ((np.arange(lit.shape[1]) + 0.5) * 30 / lit.shape[1]).astype(int)
    np.testing.assert_array_equal(lit[0], marks[steps])
    mixed = rgb(LIGHT.base) * 0.72 + rgb(LIGHT.mark) * 0.28
    assert np.abs(picture[0, lit[0]] - mixed).max() <= 3


@pytest.mark.parametrize("step", [0, 1, 47_999, 99_999])
def test_a_label_of_one_step_among_many_is_seen(row, step) -> None:
    marks = np.zeros(100_000, bool)
    marks[step] = True
    show(row, trace_of(np.full(100_000, np.nan), labels=[Label("anomaly", marks)]))
    lit = np.flatnonzero((seen(row)[0] != rgb(LIGHT.base)).any(-1))
    assert 1 <= len(lit) <= 5
    assert lit.mean() == pytest.approx(step / 100_000 * seen(row).shape[1], abs=3)


@pytest.mark.parametrize("step", [0, 31_415, 99_999])
def test_a_spike_among_many_steps_is_seen(row, step) -> None:
    values = np.zeros(100_000)
    values[step] = 1.0
    show(row, trace_of(values))
    drawn = ink(seen(row), unit_style(0, LIGHT).color)
    x = min(round(step / 100_000 * drawn.shape[1]), drawn.shape[1] - 1)
    near = drawn[:, max(x - 4, 0) : x + 5].any(axis=1)
    assert near[: drawn.shape[0] // 3].any()
    far = drawn[: drawn.shape[0] // 2].any(axis=0)
    assert far.sum() <= 6


def test_labels_and_lines_stay_in_place_when_scrolled(row) -> None:
    marks = np.zeros(1000, bool)
    marks[400:410] = True
    show(row, trace_of(np.full(1000, np.nan), labels=[Label("anomaly", marks)]), View(380.0, 60.0, 1000))
    tile = None
    for first in (380.0, 385.0, 395.0):
        row.set_view(View(first, 60.0, 1000))
        lit = (seen(row)[5] != rgb(LIGHT.base)).any(-1)
        steps = first + (np.arange(len(lit)) + 0.5) * 60 / len(lit)
        np.testing.assert_array_equal(lit, (steps >= 400) & (steps < 410))
        assert tile in (None, row._tile), "a small pan paints nothing"
        tile = row._tile


@pytest.mark.parametrize(("first", "last"), [(420, 1000), (0, 420), (0, 1000), (420, 430)])
def test_a_band_that_goes_on_far_beyond_what_is_seen_begins_and_ends_where_the_label_does(row, first, last) -> None:
    marks = np.zeros(1000, bool)
    marks[first:last] = True
    show(row, trace_of(np.full(1000, np.nan), labels=[Label("anomaly", marks)]), View(400.0, 40.0, 1000))
    lit = (seen(row)[5] != rgb(LIGHT.base)).any(-1)
    steps = 400 + (np.arange(len(lit)) + 0.5) * 40 / len(lit)
    np.testing.assert_array_equal(lit, (steps >= first) & (steps < last))


def test_features_that_spread_alike_share_a_scale_and_others_have_their_own(row) -> None:
    rng = np.random.default_rng(0)
    show(row, trace_of(rng.uniform(0, 1, (50, 3))))
    assert len(set(row._scales)) == 1
    show(row, trace_of(rng.uniform(0, 1, (50, 3)) * [1, 1000, 1]))
    assert len(set(row._scales)) == 3
    constant = np.column_stack([rng.uniform(0, 1, 50), np.full(50, 7.0)])
    show(row, trace_of(constant))
    assert all(scale.low < scale.high for scale in row._scales)


def test_what_is_no_number_leaves_a_gap_and_no_warning(row) -> None:
    values = np.column_stack([np.full(30, 0.5), np.full(30, np.nan)])
    values[10:20, 0] = [np.nan, np.inf, -np.inf, *[np.nan] * 7]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        show(row, trace_of(values))
        drawn = ink(seen(row), unit_style(0, LIGHT).color).any(axis=0)
    step = len(drawn) / 30
    assert drawn[int(1 * step) : int(9 * step)].all()
    assert not drawn[int(10 * step) : int(20 * step)].any()
    assert drawn[int(21 * step) : int(29 * step)].all()


def test_what_is_no_number_is_marked_where_it_is(row) -> None:
    values = np.full(30, 0.5)
    values[10:20] = [np.nan, np.inf, -np.inf, *[np.nan] * 7]
    values[15] = 0.5
    show(row, trace_of(values))
    picture = seen(row)
    step = picture.shape[1] / 30
    marks = {
        name: (picture == rgb(color)).all(axis=-1).any(axis=0)
        for name, color in (("nan", LIGHT.nan_color), ("+", LIGHT.pos_inf_color), ("-", LIGHT.neg_inf_color))
    }
    marked = {name: {t for t in range(30) if at[round((t + 0.5) * step)]} for name, at in marks.items()}
    assert marked == {"nan": {10, *range(13, 20)} - {15}, "+": {11}, "-": {12}}


def test_the_legend_names_the_features_in_the_colours_of_their_lines(row) -> None:
    show(row, trace_of(np.zeros((20, 3)), names=("temperature", "rpm", "load")))
    picture = row.grab().toImage()
    ratio = picture.devicePixelRatio()
    beside = {
        picture.pixelColor(x, y).name()
        for x in range(round((LEFT + WIDTH + 4) * ratio), picture.width())
        for y in range(picture.height())
    }
    colors = np.array([rgb(name) for name in beside])
    for k in range(3):  # letters are smoothed, so nearly in their colour
        assert np.abs(colors - rgb(unit_style(k, LIGHT).color)).max(axis=1).min() <= 40
    assert row.toolTip().endswith("temperature, rpm, load")


def test_a_name_of_eleven_letters_is_not_cut(row) -> None:
    def wide(name: str) -> int:
        show(row, trace_of(np.zeros((20, 1)), names=(name,)))
        picture, ground = row.grab().toImage(), QColor(LIGHT.window).rgb()
        xs = range(round((row.plot.right() + 2) * picture.devicePixelRatio()), picture.width())
        inked = [x for x in xs if any(picture.pixel(x, y) != ground for y in range(GAP, 30))]
        assert inked[-1] < picture.width() - 1, "it does not run out of the row"
        return inked[-1] - inked[0]

    assert wide("temperature") > wide("temperatu") * 10 / 9, "two letters more, and not an ellipsis"


def test_long_names_are_cut_so_that_they_can_be_told_apart_and_told_whole_under_the_pointer(row) -> None:
    names = ("temperature_inlet_left", "temperature_outlet_left", "flow", "anomaly_score_of_the_pump")
    show(row, trace_of(np.zeros((20, 4)), names=names))
    row.grab()
    metrics = QFontMetrics(small_font(small_font(row.font())))
    texts = fitting(names, metrics, RIGHT - LEAST_GAP)
    assert texts[:3] == ["…inlet_left", "…outlet_left", "flow"]
    assert texts[3].startswith("anom")
    assert texts[3].endswith("ump")
    assert all(metrics.horizontalAdvance(text) <= RIGHT - LEAST_GAP for text in texts)
    right, height = row.plot.right() + RIGHT // 2, metrics.height()
    for k, name in enumerate(names):
        assert row.tip_at(QPointF(right, row.plot.top() + (k + 0.5) * height)) == name
    assert row.tip_at(QPointF(right, row.plot.top() + 5.5 * height)) == ""


def test_of_names_that_have_no_room_all_are_told_under_their_number(row) -> None:
    names = tuple(f"feature {k}" for k in range(40))
    show(row, trace_of(np.zeros((20, 40)), names=names))
    row.grab()
    x = row.plot.right() + RIGHT // 2
    told = {row.tip_at(QPointF(x, y)) for y in range(row.plot.top(), row.plot.bottom())} - {""}
    (further,) = (each for each in told if "\n" in each)
    assert sorted([*(told - {further}), *further.splitlines()]) == sorted(names)


@pytest.mark.parametrize(
    ("names", "texts"),
    [
        (("sensor_measurement_11", "sensor_measurement_12"), ["sens…t_11", "sens…t_12"]),
        (("temperature_top_of_it", "temperature_tip_of_it"), ["…top_of_it", "…tip_of_it"]),
        (("a" * 30 + "b" * 30, "a" * 31 + "b" * 29), ["…bbb…bbbb", "…abb…bbbb"]),
    ],
)
def test_names_that_would_read_the_same_are_cut_where_they_are_alike(qapp, names, texts) -> None:
    metrics = QFontMetrics(number_font())
    width = metrics.horizontalAdvance("0" * 11)
    assert fitting(names, metrics, width) == texts


def test_many_features_are_drawn_as_far_as_lines_can_be_told_apart(row) -> None:
    values = np.tile(np.linspace(0, 1, 40), (20, 1))
    show(row, trace_of(values))
    drawn = (seen(row) != rgb(LIGHT.base)).any(-1).any(axis=1)
    top = np.flatnonzero(drawn).min() / len(drawn)
    assert top == pytest.approx(1 - (MOST_LINES - 1) / 39, abs=0.1)
    assert row.title == f"40 features, {MOST_LINES} drawn"


def test_the_same_sequence_is_not_painted_again(row) -> None:
    """A change of the network leaves the input as it is."""
    trace = trace_of(np.arange(30.0))
    show(row, trace)
    row.grab()
    tile = row._tile
    other = Trace(Experiment(trace.experiment.dataset, make_network(Recipe(hidden=9), 1), True), "none")
    show(row, other)
    row.grab()
    assert row._tile is tile
    show(row, trace_of(np.arange(30.0)))
    row.grab()
    assert row._tile is not tile


def test_it_wears_the_theme(row) -> None:
    show(row, trace_of(np.full(30, 0.5)))
    row.apply_theme(DARK)
    picture = seen(row)
    assert (picture[-1] == rgb(DARK.base)).all()
    assert ink(picture, unit_style(0, DARK).color, DARK).any()


def test_codes_are_no_line(row) -> None:
    values = np.column_stack([np.linspace(0, 1, 20), np.tile([0.0, 1.0], 10), np.linspace(5, 6, 20)])
    sequence = Sequence("s", values, ("load", "weather", "speed"))
    dataset = Dataset((sequence,), "s.csv", vocabularies={"weather": ("sun", "rain")})
    row.show_trace(Trace(make_experiment(dataset, Recipe(hidden=2)), "none"), 0)
    assert row.title == "2 features"
    assert row._sequence.features == ("load", "speed")
    tile = row._tile
    row.show_trace(Trace(make_experiment(dataset, Recipe(hidden=3)), "none"), 0)
    assert row._tile is tile, "the same sequence is not painted again"
