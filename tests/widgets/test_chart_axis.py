import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.chart_axis import Axis, linear_axis, log_axis, power_text, reduced, smoothed


def test_a_log_axis_stays_one_below_1():
    axis = Axis(1e-9, 1e3, log=True)

    fractions = axis.fraction(10.0 ** np.arange(-9, 4))

    np.testing.assert_allclose(np.diff(fractions), 1 / 12)
    assert np.isnan(axis.fraction(np.array([0.0, -1.0]))).all()
    assert axis.value(0.25) == pytest.approx(1e-6)


def test_a_log_axis_holds_all_that_can_be_drawn_and_forgets_the_rest():
    axis = log_axis(np.array([np.nan, 0.0, -3.0, 2e-7, np.inf, 50.0]))

    assert axis.low < 2e-7 < 50.0 < axis.high
    assert axis.low > 1e-8
    assert log_axis(np.array([np.nan])) == Axis(0.1, 1.0, log=True)


@given(st.floats(-290, 290), st.floats(0, 30))
def test_ticks_are_on_the_axis_and_never_too_many(low, decades):
    axis = log_axis(np.array([10.0**low, 10.0 ** min(low + decades, 300)]))

    ticks = axis.ticks(5)

    assert len(ticks) <= 7
    assert all(axis.low * (1 - 1e-6) <= value <= axis.high * (1 + 1e-6) for value, _ in ticks)
    assert len({text for _, text in ticks}) == len(ticks) or decades < 1e-3


def test_many_iterations_are_counted_and_not_written_as_powers():
    assert [text for _, text in Axis(0, 100_000).ticks(5)] == ["0", *(f"{k}0\u202f000" for k in (2, 4, 6, 8, 10))]
    assert [text for _, text in Axis(0, 1).ticks(2)] == ["0", "0.5", "1"]


def test_powers_are_written_as_people_write_them():
    assert [power_text(k) for k in (-12, -3, -1, 0, 4, 5)] == ["10⁻¹²", "0.001", "0.1", "1", "10000", "10⁵"]


@given(st.integers(0, 2**31), st.integers(900, 3000), st.floats(0, 1), st.integers(5, 100))
def test_of_many_points_the_least_and_greatest_of_every_pixel_are_kept(seed, count, missing, pixels):
    rng = np.random.default_rng(seed)
    y = np.where(rng.random(count) < missing, np.nan, rng.normal(size=count))
    x = np.arange(1.0, len(y) + 1)

    left, kept = reduced(x, y, 1.0, float(len(y)), pixels)

    assert len(kept) <= 2 * pixels + 2
    assert (np.diff(left) >= 0).all()
    if not np.isnan(y).all():
        assert (np.nanmin(kept), np.nanmax(kept)) == (np.nanmin(y), np.nanmax(y))


def test_few_points_stay_as_they_are_and_reach_over_the_edges():
    x, y = np.arange(10.0), np.arange(10.0) ** 2

    left, kept = reduced(x, y, 3.5, 6.5, 100)

    assert left.tolist() == [3, 4, 5, 6, 7]
    assert kept.tolist() == [9, 16, 25, 36, 49]


def test_smoothing_is_the_mean_of_the_last_ones():
    rng = np.random.default_rng(0)
    y = rng.normal(size=40)

    mean = smoothed(y, 7, log=False)

    np.testing.assert_allclose(mean, [y[max(k - 6, 0) : k + 1].mean() for k in range(40)])


def test_smoothing_on_a_log_axis_is_of_logarithms_and_leaves_out_what_is_not_drawn():
    mean = smoothed(np.array([1e-8, 0.0, np.nan, 1e-4]), 4, log=True)

    np.testing.assert_allclose(mean, [1e-8, 1e-8, 1e-8, 1e-6])


def test_a_constant_has_a_linear_axis_with_air():
    axis = linear_axis(np.array([3.0, 3.0]))

    assert axis.low < 3 < axis.high
    assert axis.ticks()


@given(st.floats(-290, 290), st.floats(0.3, 30), st.integers(2, 6))
def test_a_log_axis_says_more_than_one_number(low, decades, most):
    axis = log_axis(np.array([10.0**low, 10.0 ** min(low + decades, 300)]))

    ticks = axis.ticks(most)

    assert len(ticks) >= 2
    assert len(ticks) <= most + 2
