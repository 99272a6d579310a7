"""From a value to its colour and its height: exact, and with a colour for what is no number."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from widgets.drawing import (
    GATE_SCALE,
    LEVELS,
    NAN,
    NEG_INF,
    POS_INF,
    TINY,
    Scale,
    color_table,
    draw_heat,
    line_scale,
    quantise,
    symmetric_scale,
)
from widgets.theme import DARK, LIGHT

finite = st.floats(-1e30, 1e30, allow_nan=False)
AREA = QRectF(0, 0, 200, 100)


def canvas(width: int = 200, height: int = 100) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    return image


def pixels(image: QImage) -> np.ndarray:
    """Return (height, width) of 0xffrrggbb."""
    return (
        np.frombuffer(image.constBits(), np.uint32)
        .reshape(image.height(), image.bytesPerLine() // 4)[:, : image.width()]
        .copy()
    )


def heat(low, high, x, area=AREA, scale=GATE_SCALE) -> np.ndarray:
    """Return the levels (height, width) that a heat map shows; −1 where it drew nothing."""
    image = canvas(round(area.width()), round(area.height()))
    painter = QPainter(image)
    table = [QColor(k, 0, 255 - k).rgb() for k in range(256)]
    draw_heat(painter, low, high, np.asarray(x, float), area, scale, table)
    painter.end()
    seen = pixels(image)
    return np.select([seen == level for level in table], [*range(256)], default=-1)


@given(finite, finite)
def test_a_symmetric_scale_holds_both_and_is_round(low, high) -> None:
    scale = symmetric_scale(min(low, high), max(low, high))
    assert scale.low == -scale.high < 0
    assert scale.high * (1 + 1e-8) >= max(abs(low), abs(high))
    if max(abs(low), abs(high)) >= TINY:
        assert scale.high <= max(abs(low), abs(high)) * 2.51
        assert f"{scale.high:.0e}"[0] in "1235"


@pytest.mark.parametrize("value", [np.inf, np.nan, 0.0])
def test_a_scale_of_nothing_finite_is_one(value) -> None:
    assert symmetric_scale(value, value) == Scale(-1.0, 1.0)


@given(finite, finite)
def test_a_line_scale_has_air_on_both_sides(low, high) -> None:
    low, high = min(low, high), max(low, high)
    scale = line_scale(low, high)
    assert scale.low < scale.high
    assert scale.low <= low
    assert high <= scale.high


@given(st.floats(0, 1, width=32))
def test_a_gate_is_quantised_to_the_nearest_level(value) -> None:
    index = int(quantise(np.array([[value]], np.float32), GATE_SCALE)[0, 0])
    assert abs(index - value * (LEVELS - 1)) <= 0.5 + 1e-4


def test_levels_are_ordered_and_the_middle_is_zero() -> None:
    values = np.linspace(-2, 2, 5001, dtype=np.float32)[:, None]
    index = quantise(values, Scale(-2.0, 2.0))[:, 0].astype(int)
    assert (np.diff(index) >= 0).all()
    assert (index[0], index[2500], index[-1]) == (0, 126, 252)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_no_number_has_an_index_of_its_own(dtype) -> None:
    values = np.array([[0.0, np.nan, np.inf, -np.inf, 1.0, 7.0, -7.0]], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        index = quantise(values, GATE_SCALE)[0]
    assert list(index) == [0, NAN, POS_INF, NEG_INF, LEVELS - 1, LEVELS - 1, 0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_at_the_edge_of_what_can_be_held_keep_their_colours(dtype) -> None:
    largest = float(np.finfo(dtype).max)
    scale = symmetric_scale(-largest, largest)
    values = np.array([[-largest, -largest / 2, 0, largest / 2, largest]], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        index = quantise(values, scale)[0].astype(int)
    assert index[2] == 126
    assert (np.diff(index) > 20).all()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("kind", ["gate", "state"])
def test_the_table_has_colours_of_its_own_for_what_is_no_number(qapp, theme, kind) -> None:
    table = color_table(kind, theme)
    assert len(table) == 256
    assert [QColor(c).name() for c in table[LEVELS:]] == [theme.neg_inf_color, theme.pos_inf_color, theme.nan_color]
    assert not set(table[:LEVELS]) & set(table[LEVELS:])
    assert len(set(table[:LEVELS])) > 200


# Heat maps ----------------------------------------------------------------------------------------------------------


def test_every_pixel_shows_the_step_and_unit_it_lies_over() -> None:
    rng = np.random.default_rng(0)
    for steps, units in [(10, 4), (37, 9), (200, 100), (1, 1)]:
        values = rng.random((steps, units))
        x = np.linspace(0, 200, steps + 1)
        seen = heat(values, values, x)
        columns = np.minimum(((np.arange(200) + 0.5) / 200 * steps).astype(int), steps - 1)
        rows = (2 * np.arange(100) + 1) * units // 200
        np.testing.assert_array_equal(seen, quantise(values, GATE_SCALE)[columns][:, rows].T)


@given(st.integers(0, 2**31), st.floats(0.8, 6.0), st.floats(0.0, 30.0))
def test_every_extreme_is_seen_wherever_its_bin_lies(seed, width, begin) -> None:
    """Bins of many steps, of any width from a little less than a pixel: each shows its minimum and its maximum."""
    rng = np.random.default_rng(seed)
    x = begin + np.concatenate([[0.0], np.cumsum(rng.uniform(0.5, 1.5, 30) * width)])
    low = np.full((30, 1), 0.5)
    high = low.copy()
    spike = rng.integers(30)
    up = bool(rng.integers(2))
    (high if up else low)[spike] = 1.0 if up else 0.0
    area = QRectF(0, 0, 320, 3)
    seen = heat(low, high, x, area)[0]
    places = np.flatnonzero(seen == (LEVELS - 1 if up else 0))
    assert len(places), "not to be seen"
    assert places[0] + 3 > x[spike]
    assert places[-1] - 3 < x[spike + 1]


def test_nan_is_seen_among_many_steps_and_many_units() -> None:
    low = np.full((50, 300), 0.5)
    low[20, 123] = np.nan
    high = low.copy()
    seen = heat(low, high, np.linspace(0, 200, 51))
    places = np.argwhere(seen == NAN)
    assert len(places)
    assert (abs(places[:, 0] - 123 / 3) <= 1).all()
    assert (abs(places[:, 1] - 80) <= 5).all()


def test_where_units_share_a_pixel_the_one_furthest_out_shows() -> None:
    values = np.full((10, 400), 0.5)
    values[:, 41], values[:, 202] = 1.0, 0.0
    seen = heat(values, values, np.linspace(0, 200, 11))
    assert set(seen[10]) == {LEVELS - 1}
    assert set(seen[50]) == {0}
    assert set(np.delete(seen, [10, 50], axis=0).ravel()) == {126}


def test_nothing_is_drawn_beside_the_steps() -> None:
    values = np.zeros((4, 2))
    seen = heat(values, values, [40, 50, 60, 70, 80])
    assert (seen[:, 40:80] == 0).all()
    assert (seen[:, :40] == -1).all()
    assert (seen[:, 80:] == -1).all()
