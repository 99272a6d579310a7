"""The ruler: where one presses is the step, numbers and flag stand over theirs, and times are those of the file."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics

from explorer.sequences import Sequence
from tests.widgets.events import click, double_click, drag, wheel
from widgets.decimals import grouped
from widgets.row import LEFT, RIGHT
from widgets.ruler import HEIGHT, Ruler, _tick_interval, time_text
from widgets.theme import DARK, LIGHT
from widgets.view import View

WIDTH = 600


def sequence(length: int = 1000, times=None) -> Sequence:
    return Sequence("s", np.zeros((length, 1)), ("x",), (), times)


@pytest.fixture
def ruler(qtbot):
    made = Ruler(LIGHT)
    qtbot.addWidget(made)
    made.resize(LEFT + WIDTH + RIGHT, HEIGHT)
    made.show_sequence(sequence())
    made.set_view(View.whole(1000))
    made.show()
    qtbot.waitExposed(made)
    return made


def columns(ruler: Ruler, color: str, top: float, bottom: float) -> np.ndarray:
    """Return the plot's columns, in logical pixels, that hold the colour between two heights."""
    picture = ruler.grab().toImage()
    ratio = picture.devicePixelRatio()
    return np.array(
        [
            x / ratio - LEFT
            for x in range(picture.width())
            if any(picture.pixelColor(x, y) == QColor(color) for y in range(round(top * ratio), round(bottom * ratio)))
        ]
    )


def test_a_press_and_a_drag_ask_for_the_step_under_the_pointer(ruler) -> None:
    asked = []
    ruler.step_requested.connect(asked.append)
    drag(ruler, [(LEFT + 60, 10), (LEFT + 61, 30), (LEFT + 300, -40), (LEFT + 9999, 10), (-9999, 10)])
    assert asked == [100, 101, 500, 999, 0]
    asked.clear()
    ruler.set_view(View(200.0, 60.0, 1000))
    click(ruler, LEFT + 14, 10)
    assert asked == [201]
    click(ruler, LEFT + 14, 10, button=Qt.MouseButton.RightButton)
    assert asked == [201]


def test_the_wheel_zooms_at_the_pointer_and_a_double_click_shows_all(ruler) -> None:
    asked, whole = [], []
    ruler.zoom_requested.connect(lambda *values: asked.append(values))
    ruler.whole_requested.connect(lambda: whole.append(True))
    wheel(ruler, LEFT + 150, 10, 1)
    wheel(ruler, LEFT - 50, 10, -1)
    (inward, quarter), (outward, edge) = asked
    assert inward < 1 < outward
    assert (quarter, edge) == (pytest.approx(0.25), 0.0)
    assert whole == []
    double_click(ruler, LEFT + 150, 10)
    assert whole == [True]


@pytest.mark.parametrize("step", [0, 1, 333, 998, 999])
def test_the_flag_points_at_the_middle_of_its_step(ruler, step) -> None:
    for view in (View.whole(1000), View(max(step - 20.0, 0.0), 40.0, 1000)):
        if not view.first <= step < view.last:
            continue
        ruler.set_step(step)
        ruler.set_view(view)
        foot = columns(ruler, LIGHT.cursor, HEIGHT - 9, HEIGHT - 6)
        assert len(foot)
        middle = (step + 0.5 - view.first) / view.span * WIDTH
        assert foot.mean() == pytest.approx(middle, abs=1.6)
        box = columns(ruler, LIGHT.cursor, 6, 8)
        assert box.min() >= -1
        assert box.max() <= WIDTH
        if 40 < middle < WIDTH - 40:
            assert box.mean() == pytest.approx(middle, abs=1.6)


def test_a_cursor_out_of_view_has_no_flag(ruler) -> None:
    ruler.set_step(500)
    assert len(columns(ruler, LIGHT.cursor, 0, HEIGHT))
    ruler.set_view(View(600.0, 100.0, 1000))
    assert not len(columns(ruler, LIGHT.cursor, 0, HEIGHT))


def test_what_is_known_is_underlined(ruler) -> None:
    for known in (range(0), range(250), range(700, 1000), range(1000)):
        ruler.show_known(known)
        marked = columns(ruler, LIGHT.accent, HEIGHT - 4, HEIGHT - 3)
        assert len(marked) / ruler.devicePixelRatioF() == pytest.approx(len(known) * WIDTH / 1000, abs=1.1)
        if len(known):
            assert marked[0] == pytest.approx(known.start * WIDTH / 1000, abs=1.1)


def test_ticks_stand_over_the_middle_of_their_steps(ruler) -> None:
    ruler.set_view(View(100.0, 50.0, 1000))
    ticks = columns(ruler, LIGHT.border, HEIGHT - 11, HEIGHT - 8)
    interval = _tick_interval(50 * 2 * (ruler.fontMetrics().horizontalAdvance(grouped(149)) + 9) / WIDTH)
    wanted = [(step + 0.5 - 100) / 50 * WIDTH for step in range(100, 150) if step % interval == 0]
    assert len(wanted) >= 3
    for place in wanted:
        assert abs(ticks - place).min() <= 1.0
    for tick in ticks:
        assert min(abs(tick - place) for place in wanted) <= 1.5


def test_it_wears_the_theme(ruler) -> None:
    ruler.apply_theme(DARK)
    assert ruler.grab().toImage().pixelColor(2, 2) == QColor(DARK.window)


@given(st.floats(0.0, 1e7))
def test_ticks_are_round_and_far_enough_apart(least) -> None:
    interval = _tick_interval(least)
    assert interval >= max(least, 1) * (1 - 1e-12)
    assert str(interval).rstrip("0") in {"1", "2", "5"}
    assert interval <= max(2.5 * least, 1)


def test_the_ticks_of_all_steps_are_listed_in_order() -> None:
    assert all(a <= b for a, b in pairwise(_tick_interval(least) for least in np.geomspace(0.1, 1e6, 400)))


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (np.datetime64("2013-12-02T21:15:00"), "2013-12-02 21:15"),
        (np.datetime64("2013-12-02T21:15:30"), "2013-12-02 21:15:30"),
        (np.datetime64("2013-12-02T21:15:30.250000"), "2013-12-02 21:15:30.25"),
        (np.datetime64("2013-12-02T00:00:00"), "2013-12-02"),
        (np.datetime64("2013-12-02T10:00:00"), "2013-12-02 10:00"),
        (np.datetime64("2013-12-02T21:00:00"), "2013-12-02 21:00"),
        (np.datetime64("2013-12-02T00:00:00.500000"), "2013-12-02 00:00:00.5"),
        (np.datetime64("NaT"), "no time"),
        (12.0, "12"),
        (0.1 + 0.2, "0.3"),
        (float("nan"), "nan"),
    ],
)
def test_times_are_written_as_short_as_they_can_be(time, text) -> None:
    assert time_text(time) == text


def test_a_midnight_has_its_clock_where_other_times_have_one(ruler) -> None:
    midnight = np.datetime64("2024-03-01T00:00", "us")
    for minutes, text in ((10, "2024-03-01 00:00"), (1440, "2024-03-01")):
        ruler.show_sequence(sequence(times=midnight + np.arange(1000) * np.timedelta64(60 * minutes, "s")))
        ruler.set_step(0)
        assert ruler._flag_text() == "0"
        ruler.show_times(True)
        assert ruler._flag_text() == text
        ruler.show_times(False)


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (999, "999"), (22_694, "22\u202f694"), (10**6, "1\u202f000\u202f000")]
)
def test_counts_are_grouped(number, text) -> None:
    assert grouped(number) == text


def test_the_flag_holds_the_files_own_time_where_the_axis_shows_it(qtbot, ruler) -> None:
    ruler.set_step(400)
    bare = len(columns(ruler, LIGHT.cursor, 8, 10))
    times = np.datetime64("2013-12-02T21:15", "us") + np.arange(1000) * np.timedelta64(300, "s")
    ruler.show_sequence(sequence(times=times))
    assert len(columns(ruler, LIGHT.cursor, 8, 10)) == bare
    ruler.show_times(True)
    assert len(columns(ruler, LIGHT.cursor, 8, 10)) > bare + 30


@pytest.mark.parametrize("length", [40, 1000, 22_694, 1_000_000])
@pytest.mark.parametrize("zoom", [1, 7])
@pytest.mark.parametrize("size", [9, 16])
def test_on_an_axis_of_steps_the_flag_hides_one_label_at_most_and_none_by_half(ruler, length, zoom, size) -> None:
    ruler.setFont(QFont(ruler.font().family(), size))
    times = np.datetime64("2013-12-02T21:15", "us") + np.arange(length) * np.timedelta64(300, "s")
    ruler.show_sequence(sequence(length, times))
    span = length / zoom
    ruler.set_view(View((length - span) / 2, span, length))
    ticks = ruler._ticks(QFontMetrics(ruler.font()), WIDTH)
    every = len(ruler._texts(ticks, []))
    assert every == len(ticks) >= 1
    hidden = set()
    for step in np.linspace(ruler._view.first, ruler._view.last - 1, 300).astype(int).tolist():
        flag = ruler._flag(WIDTH, step, grouped(step))
        named = ruler._texts(ticks, [flag])
        assert not any(box.intersects(flag) for box, _ in named)
        hidden.add(every - len(named))
    assert max(hidden) == 1


def test_the_axis_shows_the_files_time_where_it_rises_and_says_why_not_elsewhere(ruler) -> None:
    asked = []
    ruler.time_axis_requested.connect(asked.append)
    ruler.time_axis_requested.connect(ruler.show_times)
    times = np.datetime64("2013-12-02T21:15", "us") + np.arange(1000) * np.timedelta64(300, "s")
    ruler.show_sequence(sequence(times=times))
    steps = columns(ruler, LIGHT.border, HEIGHT - 11, HEIGHT - 8)
    assert "own time" in ruler.tip_at(20)
    click(ruler, 20, 10)
    assert asked == [True]
    assert not np.array_equal(columns(ruler, LIGHT.border, HEIGHT - 11, HEIGHT - 8), steps)
    midnights = np.flatnonzero(times.astype("datetime64[D]") == times)
    ticks = columns(ruler, LIGHT.border, HEIGHT - 11, HEIGHT - 8)
    for step in midnights[:1]:
        assert abs(ticks - (step + 0.5) * WIDTH / 1000).min() <= 1.5
    ruler.show_sequence(sequence(times=times[::-1].copy()))
    np.testing.assert_array_equal(columns(ruler, LIGHT.border, HEIGHT - 11, HEIGHT - 8), steps)
    assert "goes back" in ruler.tip_at(20)
    ruler.show_sequence(sequence())
    assert "no time" in ruler.tip_at(20)
    click(ruler, 20, 10)
    assert asked == [True, False]


def test_events_are_marked_and_said_under_the_pointer(ruler) -> None:
    bare = columns(ruler, LIGHT.error, 0, 7)
    assert not len(bare)
    ruler.show_marks("breakpoint", [250, 750])
    marked = columns(ruler, LIGHT.error, 0, 7)
    assert abs(marked[marked < 300].mean() - 150.3) < 1
    assert abs(marked[marked > 300].mean() - 450.3) < 1
    assert ruler.tip_at(LEFT + 150) == "breakpoint: step 250"
    assert "Drag" in ruler.tip_at(LEFT + 300)
    ruler.set_view(View(300.0, 100.0, 1000))
    assert not len(columns(ruler, LIGHT.error, 0, 7))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_second_cursor_has_a_flag_of_its_own_over_its_step(ruler, theme) -> None:
    ruler.apply_theme(theme)
    ruler.set_step(100)
    ruler.show_known(range(0))
    assert not len(columns(ruler, theme.accent, 6, HEIGHT - 6))
    ruler.show_pinned(700)
    tip = columns(ruler, theme.accent, HEIGHT - 10, HEIGHT - 7)
    assert tip.mean() == pytest.approx(700.5 / 1000 * WIDTH, abs=1)
    ruler.show_pinned(100)
    assert len(columns(ruler, theme.cursor, HEIGHT - 14, HEIGHT - 7)), "the cursor lies over it"
    ruler.set_view(View(500.0, 100.0, 1000))
    assert not len(columns(ruler, theme.accent, 6, HEIGHT - 6)), "it is out of view"
    ruler.show_pinned(None)
