import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from tests.widgets.events import click
from widgets.drawing import NAN, NEG_INF, color_table
from widgets.heat_map import HeatMap, Layer, color_scale, pixels_of
from widgets.theme import LIGHT

ITERATIONS = np.array([0.0, 20.0, 40.0, 60.0])
STEPS = 50


def layers():
    """Return two cells: one vanishes, one does not; 4 looks of the probe, 50 steps."""
    back = np.arange(STEPS)[::-1]
    fading = 10.0 ** (-back / 5) * np.array([[1.0], [2.0], [3.0], [4.0]])
    return {"rnn": Layer("RNN", ITERATIONS, fading), "lstm": Layer("LSTM", ITERATIONS, np.full((4, STEPS), 0.5))}


@pytest.fixture
def heat(exposed):
    made = exposed(HeatMap(), 500, 320)
    made.show_layers(layers())
    return made


def test_all_cells_have_one_scale(heat):
    assert heat.scale.high == pytest.approx(np.log10(4.0))
    assert heat.scale.low == pytest.approx(np.log10(10.0 ** (-49 / 5)))


def test_the_scale_does_not_go_further_down_than_its_decades():
    scale = color_scale({"rnn": Layer("RNN", ITERATIONS, np.array([[1e-200, 1.0]]))})

    assert scale.low == pytest.approx(-12)


def test_zeros_and_nan_have_colours_of_their_own():
    values = np.array([[0.0, np.nan, 1.0, 1e-3]])
    scale = color_scale({"rnn": Layer("RNN", np.zeros(1), values)})

    index = pixels_of(values, scale, 10, 10)

    assert index.tolist() == [[NEG_INF, NAN, 252, 0]]


def test_of_several_values_in_a_pixel_the_greatest_shows():
    values = np.full((1, 1000), 1e-6)
    values[0, 777] = 1.0
    scale = color_scale({"rnn": Layer("RNN", np.zeros(1), values)})

    index = pixels_of(values, scale, 10, 100)

    assert index.shape == (1, 100)
    assert index[0].argmax() == 77
    assert index[0, 77] == 252


@pytest.mark.parametrize(("cell", "step", "row"), [("rnn", 7, 0), ("rnn", 49, 3), ("lstm", 30, 2)])
def test_a_click_asks_for_its_step_and_its_iteration(heat, cell, step, row):
    steps, iterations = [], []
    heat.step_requested.connect(steps.append)
    heat.iteration_requested.connect(iterations.append)
    area = heat.areas()[cell]

    click(heat, area.left() + (step + 0.5) / STEPS * area.width(), area.top() + (row + 0.5) / 4 * area.height())

    assert steps == [step]
    assert iterations == [int(ITERATIONS[row])]


def test_keys_go_to_the_next_step_and_the_next_look(heat):
    steps, iterations = [], []
    heat.step_requested.connect(steps.append)
    heat.iteration_requested.connect(iterations.append)
    heat.set_cursor(10, 40)
    heat.setFocus()

    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
        QTest.keyClick(heat, key)

    assert steps == [9, 11]
    assert iterations == [20, 60]


def test_the_value_at_the_cursor_is_said(heat):
    heat.set_cursor(49, 20)

    assert heat.accessibleDescription() == "step 49: RNN 2, LSTM 0.5"


def test_the_picture_shows_the_values(heat):
    picture, area = heat.grab().toImage(), heat.areas()["rnn"]
    y = round(area.center().y()) + 3

    colors = [picture.pixelColor(round(area.left() + f * area.width()), y).lightnessF() for f in (0.1, 0.5, 0.98)]

    assert colors[0] < colors[1] < colors[2]


def test_where_there_is_room_the_cells_stand_beside_one_another(exposed):
    wide = exposed(HeatMap(), 1000, 320)
    wide.show_layers(layers())

    rnn, lstm = wide.areas().values()

    assert rnn.top() == lstm.top()
    assert rnn.right() < lstm.left()


def test_the_colour_of_zero_is_explained_where_there_is_one(heat):
    zero = QColor.fromRgba(color_table("gate", LIGHT)[NEG_INF])

    def explained():
        picture, area = heat.grab().toImage(), list(heat.areas().values())[-1]
        return picture.pixelColor(round(area.right()) + 12, round(area.bottom()) - 5) == zero

    assert not explained()
    values = np.ones((4, STEPS))
    values[0, 3] = 0
    heat.show_layers({"rnn": layers()["rnn"], "lstm": Layer("LSTM", ITERATIONS, values)})
    assert explained()
