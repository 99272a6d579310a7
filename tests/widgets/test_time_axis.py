"""Ticks in the file's own time stand at round times, between the steps of which the times are."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.sequences import Sequence
from widgets.time_axis import time_axis

BEGIN = np.datetime64("2013-12-02T21:15", "us")


def axis(times):
    times = np.asarray(times)
    return time_axis(Sequence("s", np.zeros((len(times), 1)), ("x",), (), times))


def every(seconds: float, count: int):
    return BEGIN + (np.arange(count) * seconds * 1e6).astype("timedelta64[us]")


@pytest.mark.parametrize("seconds", [1e-5, 0.003, 1, 7, 60, 300, 3600, 86_400, 86_400 * 9, 86_400 * 400])
@pytest.mark.parametrize("most", [1, 4, 9, 30])
def test_dates_are_where_they_belong_and_no_more_than_there_is_room_for(seconds, most) -> None:
    times = every(seconds, 700)
    ticks = axis(times).ticks(100, 600, most)
    assert len(ticks) <= most + 1
    assert most < 4 or len(ticks) >= 1
    for place, _ in ticks:
        assert 100 <= place <= 599
    assert all(a < b for (a, _), (b, _) in pairwise(ticks))


def test_five_minutes_a_step_have_ticks_at_full_hours() -> None:
    ticks = axis(every(300, 200)).ticks(0, 200, 5)
    assert [text for _, text in ticks] == ["00:00", "06:00", "12:00"]
    assert [place for place, _ in ticks] == [33, 105, 177]
    assert [text for _, text in axis(every(300, 200)).ticks(0, 60, 6)] == [
        "22:00",
        "23:00",
        "2013-12-03",
        "01:00",
        "02:00",
    ]


def test_a_year_has_ticks_at_months() -> None:
    ticks = axis(every(86_400, 365)).ticks(0, 365, 8)
    assert [text for _, text in ticks] == ["2014-01", "2014-03", "2014-05", "2014-07", "2014-09", "2014-11"]


def test_numbers_have_round_ticks_also_between_steps() -> None:
    ticks = axis(np.array([0.0, 0.7, 1.3, 2.6, 5.2])).ticks(0, 5, 6)
    assert [text for _, text in ticks] == ["0", "1", "2", "3", "4", "5"]
    assert ticks[1][0] == pytest.approx(1.5)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.integers(1, 40))
def test_ticks_of_numbers_read_as_round_and_lie_where_they_say(start, span, most) -> None:
    times = start + np.linspace(0, span, 50)
    made = axis(times)
    if made is None:
        return
    for place, text in made.ticks(0, 50, most):
        near = max(span * 1e-6, abs(start) * 1e-14)
        assert np.interp(place, np.arange(50), times) == pytest.approx(float(text), abs=near)


@pytest.mark.parametrize(
    "times", [[0.0, 2.0, 1.0], [0.0, np.nan, 1.0], [3.0, 3.0, 3.0], every(1, 3)[::-1].copy()], ids=str
)
def test_times_that_do_not_rise_are_no_axis(times) -> None:
    assert axis(times) is None


def test_a_time_that_is_not_known_is_no_axis() -> None:
    times = every(1, 5).copy()
    times[2] = np.datetime64("NaT")
    assert axis(times) is None
    assert time_axis(Sequence("s", np.zeros((4, 1)), ("x",))) is None
