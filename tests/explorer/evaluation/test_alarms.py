"""Errors become scores, and scores alarms: a median, a measure of each sensor, a threshold, and what is stuck."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.evaluation.alarms import (
    RATE,
    filtered,
    fit_watch,
    run_lengths,
    stretches,
    stuck_limits,
    threshold,
)


def column(*values):
    return np.array(values, float)[:, None]


def drawn_errors(seed, steps=4000, sensors=3):
    return np.random.default_rng(seed).normal(0, [1.0, 5.0, 0.2][:sensors], (steps, sensors))


# ---------------------------------------------------------------- the filter


@given(st.lists(st.one_of(st.floats(-9, 9), st.just(float("nan"))), min_size=1, max_size=40), st.integers(1, 12))
def test_the_filter_is_the_median_of_what_is_known_of_the_last_steps(values, steps):
    errors = column(*values)
    smooth = filtered(errors, steps)
    for t in range(len(values)):
        known = [value for value in values[max(0, t - steps + 1) : t + 1] if not np.isnan(value)]
        if known:
            assert smooth[t, 0] == pytest.approx(abs(np.median(known)))
        else:
            assert np.isnan(smooth[t, 0])


def test_a_jump_that_is_soon_over_leaves_no_trace_and_one_that_stays_does():
    errors = np.zeros((60, 1))
    errors[20:24] = 50
    assert filtered(errors, 9).max() == 0
    errors[40:45] = 50
    assert filtered(errors, 9)[44, 0] == 50


def test_errors_of_different_signs_are_no_large_error():
    assert filtered(column(*[5, -5] * 20), 10).max() == pytest.approx(5)  # while it begins
    assert filtered(column(*[5, -5] * 20), 10)[9:].max() == 0


# ---------------------------------------------------------------- the watch


def test_each_sensor_is_measured_by_itself_and_the_one_that_disagrees_most_is_named():
    healthy = np.abs(drawn_errors(0))
    watch = fit_watch([healthy])
    np.testing.assert_allclose(watch.usual, np.quantile(healthy, 0.99, axis=0))
    course = np.array([[0.1, 12.0, 0.1], [6.0, 12.0, 0.0], [0.0, 0.0, 2.0]])
    assert watch.sensor(course).tolist() == [1, 0, 2]
    np.testing.assert_allclose(watch.score(course), np.max(course / watch.usual, axis=1))


def test_what_is_missing_does_not_silence_the_others():
    watch = fit_watch([np.abs(drawn_errors(0))])
    course = np.array([[np.nan, 60.0, np.nan], [np.nan] * 3])
    assert watch.score(course)[0] > watch.threshold
    assert watch.sensor(course)[0] == 1
    assert np.isnan(watch.score(course)[1])
    gaps = np.abs(drawn_errors(1))
    gaps[::3, 0] = np.nan
    assert np.isfinite(fit_watch([gaps]).threshold)


def test_a_sensor_of_which_nothing_is_known_is_never_unusual():
    healthy = np.abs(drawn_errors(0))
    healthy[:, 1] = np.nan
    watch = fit_watch([healthy])
    assert watch.score(np.array([[0.0, 1e9, 0.0]]))[0] == 0


def test_a_sensor_without_any_error_is_measured_by_a_hundredth_of_its_deviation():
    healthy = np.abs(drawn_errors(0))
    healthy[:, 2] = 0
    watch = fit_watch([healthy])
    assert watch.usual[2] == 0.01
    assert watch.score(np.array([[0.0, 0.0, 0.01]]))[0] == pytest.approx(1)


@pytest.mark.parametrize("tail", ["exponential", "normal", "uniform"])
def test_the_threshold_keeps_its_stated_rate(tail):
    rng = np.random.default_rng(5)
    draw = {"exponential": rng.exponential, "normal": lambda size: np.abs(rng.normal(size=size)), "uniform": rng.random}
    rates = []
    for _ in range(20):
        limit = threshold(draw[tail](size=8000), 1e-3)
        rates.append(float(np.mean(draw[tail](size=200_000) > limit)))
    # Never below the largest healthy score, which is exceeded less often.
    assert np.mean(rates) < 1.5e-3
    far = np.mean([np.mean(draw[tail](size=200_000) > threshold(draw[tail](size=8000), RATE)) for _ in range(20)])
    assert far < 2 * RATE


def test_the_threshold_of_an_exponential_tail_is_the_logarithm_of_its_rate():
    scores = -np.log((np.arange(100_000) + 0.5) / 100_000)
    for rate in (1e-6, 1e-7):
        assert threshold(scores, rate) == pytest.approx(max(-np.log(rate), scores.max()), rel=0.03)


def test_a_lower_rate_is_a_higher_threshold_never_below_what_is_normal():
    scores = np.random.default_rng(3).exponential(size=8000)
    limits = [threshold(scores, rate) for rate in (1e-2, 1e-8, 1e-9)]
    assert limits[0] == scores.max()
    assert limits[2] > limits[1] > scores.max()


def test_scores_that_are_all_alike_or_missing_have_a_threshold():
    assert threshold(np.full(100, 2.0)) == 2.0
    assert threshold(np.full(100, np.nan)) == np.inf
    assert threshold(np.array([np.nan, 3.0])) == 3.0


# ---------------------------------------------------------------- what is stuck


def test_runs_of_identical_values_are_counted_and_gaps_end_them():
    values = np.array([[1, 1], [1, 2], [2, 2], [np.nan, 2], [2, 2]], float)
    assert run_lengths(values).tolist() == [[1, 1], [2, 1], [1, 2], [1, 3], [1, 4]]


def test_a_sensor_is_stuck_after_eight_identical_values_or_twice_as_many_as_are_usual():
    t = np.arange(200.0)
    moving, coarse, constant = t, t // 20, np.full(200, 7.0)
    limits = stuck_limits([np.stack([moving, coarse, constant], axis=1)])
    assert limits.tolist() == [8, 40, np.inf]
    again = np.concatenate([np.arange(5.0), np.full(12, 5.0)])[:, None]
    assert np.flatnonzero(run_lengths(again)[:, 0] >= limits[0])[0] == 5 + 8 - 1


def test_one_that_never_moves_does_not_raise_for_ever_nor_one_that_says_nothing():
    assert stuck_limits([np.stack([np.full(50, 3.0), np.full(50, np.nan)], axis=1)]).tolist() == [np.inf, np.inf]


# ---------------------------------------------------------------- alarms


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 8))
def test_alarms_hold_every_flag_and_are_far_from_one_another(flags, apart):
    flags = np.array(flags, bool)
    found = stretches(flags, apart)
    covered = np.zeros(len(flags), bool)
    for begin, end in found:
        covered[begin:end] = True
        assert flags[begin]
        assert flags[end - 1]
        assert not (run := ~flags[begin:end]).any() or np.diff(np.flatnonzero(~run)).max() <= apart
    assert (covered | ~flags).all()
    assert (found[1:, 0] - found[:-1, 1] >= apart).all()
