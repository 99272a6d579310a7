"""Lines go through their values, columns hold all that they stand for, and parts drawn apart fit together."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from widgets.drawing import GATE_SCALE
from widgets.lines import draw_line
from widgets.theme import DASHES, UnitStyle

AREA = QRectF(0, 0, 200, 100)
SOLID, DASHED = (UnitStyle("#000000", dash) for dash in DASHES[:2])


def line(values, x, *, high=None, style=SOLID, ratio=1.0) -> np.ndarray:
    """Return where (height, width) a line has left ink."""
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    low = np.asarray(values, float)
    high = low if high is None else np.asarray(high, float)
    draw_line(painter, low, high, np.asarray(x, float), AREA, GATE_SCALE, style, ratio)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(100, 200).copy()
    return pixels != QColor("white").rgb()


@given(st.lists(st.floats(0.05, 0.95), min_size=2, max_size=12))
def test_a_line_passes_through_every_value_at_the_middle_of_its_step(values) -> None:
    x = np.linspace(0, 200, len(values) + 1)
    ink = line(values, x)
    for k, value in enumerate(values):
        column = int((x[k] + x[k + 1]) / 2)
        rows = np.flatnonzero(ink[:, max(column - 1, 0) : column + 2].any(axis=1))
        y = 100 - 100 * value
        assert rows.min() - 1.5 <= y <= rows.max() + 2.5


def test_a_line_has_a_gap_where_there_is_no_number() -> None:
    values = np.full(10, 0.5)
    values[4] = np.nan
    values[7] = np.inf
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        inked = line(values, np.linspace(0, 200, 11)).any(axis=0)
    assert inked[12:68].all()
    assert not inked[72:108].any(), "from the middle of step 3 to the middle of step 5"
    assert inked[112:128].all()
    assert not inked[132:168].any()
    assert inked[172:188].all()


def test_a_single_value_is_a_point() -> None:
    ink = line([0.25], [0, 200])
    assert ink.any()
    rows, columns = np.nonzero(ink)
    assert abs(rows.mean() - 75) < 2
    assert abs(columns.mean() - 100) < 2


def test_many_steps_to_a_column_are_drawn_from_their_minimum_to_their_maximum() -> None:
    ink = line(np.full(20, 0.4), np.linspace(0, 200, 21), high=np.full(20, 0.6))
    assert ink[45:56, 105].all()
    ink = line([0.5, 0.0, 0.5], [0, 66, 133, 200], high=[0.5, 1.0, 0.5])
    assert ink[3:97, 99].all()


@given(st.integers(1, 200), st.integers(0, 2**32 - 1))
def test_every_pixel_of_a_column_holds_the_range_of_its_bins(bins, seed) -> None:
    rng = np.random.default_rng(seed)
    low, high = np.sort(rng.uniform(0.05, 0.95, (2, bins)), axis=0)
    x = np.linspace(0, 200, bins + 1)
    ink = line(low, x, high=high)
    assert all((np.diff(np.flatnonzero(column)) == 1).all() for column in ink.T)
    for k in range(bins):
        rows = np.flatnonzero(ink[:, int(x[k]) : int(np.ceil(x[k + 1])) + 1].any(axis=1))
        assert rows.min() <= 100 - 100 * high[k] + 1
        assert rows.max() >= 100 - 100 * low[k] - 1


def test_columns_of_a_jump_meet() -> None:
    ink = line(np.repeat([0.1, 0.8], 10), np.linspace(0, 200, 21), high=np.repeat([0.2, 0.9], 10))
    assert ink[20:80, 99:101].any(axis=1).all()


def test_columns_without_a_number_are_empty() -> None:
    low, high = np.full(20, 0.4), np.full(20, 0.6)
    low[5:10] = high[5:10] = np.nan
    ink = line(low, np.linspace(0, 200, 21), high=high)
    assert not ink[:, 50:100].any()
    assert ink[:, :50].any(axis=0).all()
    assert ink[:, 100:].any(axis=0).all()


@pytest.mark.parametrize("steps", [10, 40, 200])
def test_dashes_leave_gaps_and_depend_only_on_the_place(steps) -> None:
    x = np.linspace(0, 200, steps + 1)
    values = 0.5 + 0.01 * np.sin(np.arange(steps))
    whole = line(values, x, style=DASHED)
    assert 0.6 < whole[:, 10:190].any(axis=0).mean() < 0.95
    half = steps // 2
    part = line(values[half - 2 :], x[half - 2 :], style=DASHED)
    edge = int(x[half]) + 2
    assert (whole[:, edge:] == part[:, edge:]).mean() > 0.999


def test_a_dashed_line_is_where_the_solid_one_is() -> None:
    x, values = np.linspace(0, 200, 51), np.linspace(0.2, 0.8, 50)
    solid, dashed = line(values, x), line(values, x, style=DASHED)
    assert (dashed & ~solid).mean() < 0.002
    assert dashed.sum() < 0.95 * solid.sum()
