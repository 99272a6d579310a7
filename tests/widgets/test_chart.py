import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from tests.widgets.events import click, double_click, move, wheel
from widgets.chart import Chart
from widgets.chart_axis import Axis
from widgets.chart_paint import Curve, Level
from widgets.decimals import short
from widgets.theme import LIGHT, UnitStyle

RED, BLUE = UnitStyle("#d02020", ()), UnitStyle("#2020d0", ())


@pytest.fixture
def chart(exposed):
    return exposed(Chart("Loss"), 500, 240)


def decades(n=100):
    """Return one value a decade from 1 down to 1e-9, over n iterations."""
    x = np.arange(1.0, n + 1)
    return x, 10.0 ** -(9 * (x - 1) / (n - 1))


def rows_of(picture, column, color):
    wanted = QColor(color)
    return [
        y
        for y in range(picture.height())
        if math.dist(picture.pixelColor(column, y).getRgb()[:3], wanted.getRgb()[:3]) < 190
    ]


def test_a_curve_is_drawn_where_its_values_are(chart):
    x, y = decades()
    chart.show_curves([Curve("LSTM", x, y, RED)])

    picture = chart.grab().toImage()

    for k in (20, 50, 80):
        column = round(chart.plot.left() + float(chart.across.fraction(x[k])) * chart.plot.width())
        wanted = chart.plot.bottom() - float(chart.down.fraction(y[k])) * chart.plot.height()
        found = [row for row in rows_of(picture, column, RED.color) if row < chart.plot.bottom()]
        assert found
        assert abs(np.mean(found) - wanted) < 3
    heights = [chart.down.fraction(10.0**-k) for k in range(10)]
    np.testing.assert_allclose(np.diff(heights), np.diff(heights)[0])


def test_a_linear_axis_is_another(chart):
    x, y = decades()
    chart.show_curves([Curve("LSTM", x, y, RED)])

    chart.set_log(False)

    assert float(chart.down.fraction(1e-9)) == pytest.approx(float(chart.down.fraction(1e-5)), abs=1e-4)


@pytest.mark.parametrize(("value", "color"), [(0.0, RED.color), (float("nan"), LIGHT.nan_color)])
def test_what_has_no_place_on_a_log_axis_is_marked_at_its_floor(chart, value, color):
    x, y = decades()
    y = y.copy()
    column = round(chart.plot.left() + 0.5 * chart.plot.width())
    chart.show_curves([Curve("LSTM", x, y, RED)], end=100)
    floor = range(round(chart.plot.bottom()) - 9, round(chart.plot.bottom()) + 1)
    around = range(column - 5, column + 6)

    def marked():
        picture = chart.grab().toImage()
        return any(y in floor for each in around for y in rows_of(picture, each, color))

    assert not marked()
    y[49] = value
    chart.show_curves([Curve("LSTM", x, y, RED)], end=100)
    assert marked()


def test_the_raw_trace_stays_behind_the_smoothed_one(chart):
    x = np.arange(1.0, 201)
    y = np.where(x % 2, 1e-2, 1e-4)
    chart.set_smoothing(50)
    chart.show_curves([Curve("LSTM", x, y, RED)])

    raw, over = chart._drawn

    assert raw.faint
    assert raw.y is y
    assert not over.faint
    np.testing.assert_allclose(over.y[100:], 1e-3, rtol=0.06)
    assert chart.words(1) == "iteration 1: LSTM 0.01"  # what is said is the raw value


def test_the_best_baseline_is_in_view_and_named(chart):
    x = np.arange(1.0, 50)
    chart.show_curves(
        [Curve("LSTM", x, np.full(49, 0.5), RED)], [Level("chance", 0.1667, best=True), Level("far", 1e9)]
    )

    assert 0 < float(chart.down.fraction(0.1667)) < 1
    assert "best baseline: chance 0.1667" in chart.words()
    before = chart.grab().toImage()
    chart.show_curves([Curve("LSTM", x, np.full(49, 0.5), RED)], [Level("far", 1e9)])
    assert chart.grab().toImage() != before


def test_a_click_asks_for_the_iteration_under_it(chart, qtbot):
    x, y = decades()
    chart.show_curves([Curve("LSTM", x, y, RED)])
    asked = []
    chart.position_requested.connect(asked.append)

    click(chart, chart.plot.left() + 0.4 * chart.plot.width(), chart.plot.center().y())

    assert asked == [40]


def test_keys_go_from_iteration_to_iteration(chart):
    x, y = decades()
    chart.show_curves([Curve("LSTM", x, y, RED)])
    asked = []
    chart.position_requested.connect(asked.append)
    chart.position_requested.connect(chart.set_cursor)
    chart.setFocus()

    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
        QTest.keyClick(chart, key)

    assert asked == [99, 98, 99, 0, 100]
    assert "iteration 100" in chart.accessibleDescription()


def test_the_wheel_zooms_at_the_pointer_and_a_double_click_shows_all(chart):
    x, y = decades()
    chart.show_curves([Curve("LSTM", x, y, RED)])
    chart.view_edited.connect(chart.set_view)
    place = chart.plot.left() + 0.25 * chart.plot.width()
    there = chart.place_at(place)

    wheel(chart, place, chart.plot.center().y(), 3)

    assert chart.across.high - chart.across.low < 60
    assert chart.place_at(place) == pytest.approx(there)
    double_click(chart, place, chart.plot.center().y())
    assert (chart.across.low, chart.across.high) == (0.0, 100.0)


def test_values_under_the_pointer_are_shown(chart):
    x, y = decades()
    chart.show_curves([Curve("LSTM", x, y, RED)])
    before = chart.grab().toImage()

    move(chart, chart.plot.center().x(), chart.plot.center().y())

    assert chart.grab().toImage() != before
    assert chart.words(50) == f"iteration 50: LSTM {short(y[49])}"


def test_a_million_points_are_drawn_in_few(chart):
    x = np.arange(1.0, 1_000_001)
    y = np.exp(-x / 2e5)
    other = 2 * y
    y[654_321] = 80.0
    chart.show_curves([Curve("LSTM", x, y, RED), Curve("GRU", x, other, BLUE)])

    picture = chart.grab().toImage()

    column = round(chart.plot.left() + 0.654321 * chart.plot.width())
    top = chart.plot.bottom() - float(chart.down.fraction(80.0)) * chart.plot.height()
    assert any(abs(y - top) < 3 for c in (column - 1, column, column + 1) for y in rows_of(picture, c, RED.color))


def test_an_empty_chart_says_so(chart):
    chart.show_curves([])

    assert "nothing yet" in chart.words()
    assert not chart.grab().isNull()


def test_the_curve_stays_below_the_pointer_of_a_chart_with_the_focus(chart, qtbot):
    x, y = decades()
    chart.show_curves([Curve("LSTM", x, y, RED)])
    with qtbot.waitActive(chart):
        chart.activateWindow()
    chart.setFocus()
    column = round(chart.plot.left() + 0.75 * chart.plot.width())

    move(chart, chart.plot.left() + 0.1 * chart.plot.width(), chart.plot.center().y())

    assert chart.hasFocus()
    assert [row for row in rows_of(chart.grab().toImage(), column, RED.color) if row < chart.plot.bottom()]


def test_a_chart_with_an_axis_of_its_own_keeps_it(exposed):
    parts = exposed(Chart("Part", log=False, down=Axis(0, 1)), 400, 200)

    parts.show_curves([Curve("f", np.arange(3.0), np.zeros(3), RED)])

    assert (parts.down.low, parts.down.high) == (0, 1)
