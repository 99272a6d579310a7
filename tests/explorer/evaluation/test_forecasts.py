"""Figures of forecasts and their rivals, by cases made by hand and by the formulas themselves."""

import numpy as np
import pytest

from explorer.evaluation.forecasts import Foretold, coverage, diebold_mariano, direction, mae, mase, rmse
from explorer.evaluation.forecasts_rivals import (
    Autoregression,
    autoregressive,
    drift,
    fit_autoregression,
    persistence,
    seasonal,
    slope,
)

NOW = np.array([10.0, 10, 10, 10])
DUE = np.array([[11.0, 12], [9, 10], [10, 7], [13, 14]])
TOLD = np.array([[12.0, 12], [8, 11], [11, 9], [9, 10]])
LOW, HIGH = TOLD - 1, TOLD + 1
MADE = Foretold(NOW, DUE, TOLD, LOW, HIGH)


def test_errors_are_those_of_each_horizon():
    np.testing.assert_allclose(rmse(MADE), np.sqrt([(1 + 1 + 1 + 16) / 4, (0 + 1 + 4 + 16) / 4]))
    np.testing.assert_allclose(mae(MADE), [7 / 4, 7 / 4])
    np.testing.assert_allclose(mase(MADE, 0.5), [7 / 2, 7 / 2])
    assert np.isnan(mase(MADE, 0.0)).all()


def test_the_direction_is_right_where_both_are_on_the_same_side_of_the_present():
    # One ahead: up up, down down, no move, up down. Two ahead: up up, no move, down down, nothing said.
    np.testing.assert_allclose(direction(MADE), [2 / 3, 1])
    still = Foretold(NOW, DUE, persistence(NOW, np.arange(4), 2))
    assert np.isnan(direction(still)).all()


def test_the_fan_holds_its_ends_too():
    np.testing.assert_allclose(coverage(MADE), [3 / 4, 2 / 4])
    with pytest.raises(ValueError, match="have no fan"):
        coverage(Foretold(NOW, DUE, TOLD))


def test_the_t_of_diebold_and_mariano_by_hand():
    errors, others = np.sqrt([1.0, 2, 0, 3, 2, 5]), np.ones(6)
    d = np.array([0.0, 1, -1, 2, 1, 4])
    off = d - d.mean()
    gamma = [off @ off / 6, *(off[k:] @ off[:-k] / 6 for k in (1, 2))]
    variance = gamma[0] + 2 * (2 / 3 * gamma[1] + 1 / 3 * gamma[2])
    assert diebold_mariano(errors, others, 1) == pytest.approx(d.mean() / np.sqrt(variance / 6))
    assert diebold_mariano(others, errors, 1) == pytest.approx(-d.mean() / np.sqrt(variance / 6))
    assert diebold_mariano(errors, errors, 1) == 0
    assert np.isnan(diebold_mariano(2 * others, others, 1))


@pytest.mark.parametrize("horizon", [1, 5])
def test_two_ways_that_are_equally_good_are_seldom_told_apart(horizon):
    """Errors that overlap are alike from step to step; t is beyond 2 about one time in twenty all the same."""
    beyond, rng = 0, np.random.default_rng(0)
    for _ in range(300):
        walk = np.cumsum(rng.standard_normal((2, 600)), axis=1)
        errors = walk[:, horizon:] - walk[:, :-horizon]
        beyond += abs(diebold_mariano(*errors, horizon)) > 2
    assert 3 <= beyond <= 36


def test_rivals_by_hand():
    column, steps = np.array([1.0, 2, 4, 8, 16, 32]), np.array([2, 4])
    np.testing.assert_array_equal(persistence(column, steps, 2), [[4, 4], [16, 16]])
    np.testing.assert_array_equal(drift(column, steps, 2, 0.5), [[4.5, 5], [16.5, 17]])
    assert slope([np.array([1.0, 2, 4]), np.array([9.0, np.nan, 5])]) == 1.5
    assert slope([np.ones(1)]) == 0
    # Three ahead of step 4, a period of 2 before: steps 3, 4, 3. Of step 2: 1, 2, 1.
    np.testing.assert_array_equal(seasonal(column, steps, 3, 2), [[2, 4, 2], [8, 16, 8]])
    np.testing.assert_array_equal(seasonal(column, np.array([1]), 2, 4), [[2, 2]])


def test_an_autoregression_goes_on_from_what_it_has_said():
    fitted = Autoregression(1.0, np.array([0.5, -0.25]))
    column = np.array([4.0, 8, 2])
    one = 1 + 0.5 * 2 - 0.25 * 8
    two = 1 + 0.5 * one - 0.25 * 2
    np.testing.assert_allclose(autoregressive(column, np.array([2, 0]), 2, fitted), [[one, two], [4, 4]])


@pytest.mark.parametrize("step", [0, 30, 77])
def test_no_rival_sees_what_comes_after_the_step(step):
    column = np.random.default_rng(5).standard_normal(100)
    other, at = column.copy(), np.array([step])
    other[step + 1 :] += 9
    for told in (
        lambda x: drift(x, at, 12, 0.1),
        lambda x: seasonal(x, at, 12, 5),
        lambda x: autoregressive(x, at, 12, Autoregression(0.3, np.array([0.5, 0.1, 0.2]))),
    ):
        np.testing.assert_array_equal(told(column), told(other))


def drawn(weights, constant, count, seed=0, far=0.0):
    rng, x = np.random.default_rng(seed), [0.0] * len(weights)
    for _ in range(count + 200):
        x.append(constant + float(np.dot(weights, x[: -len(weights) - 1 : -1])) + rng.standard_normal())
    return np.array(x[-count:]) + far


@pytest.mark.parametrize("far", [0.0, 1e6])
def test_the_autoregression_that_made_a_column_is_found(far):
    column = drawn([0.6, 0.0, -0.3], 2.0, 4000, far=far)
    fitted = fit_autoregression([column[:2500], column[2500:]], most=12)
    assert 3 <= fitted.order <= 5
    np.testing.assert_allclose(fitted.weights[:3], [0.6, 0, -0.3], atol=0.06)
    mean = fitted.constant / (1 - fitted.weights.sum())
    assert mean == pytest.approx(column.mean(), abs=0.1)


def test_its_order_and_weights_are_those_of_least_squares_for_each_order():
    column, most = drawn([0.5, 0.2, 0.1, -0.2], 0.0, 300, seed=4), 8
    fitted = fit_autoregression([column], most)
    found = []
    for order in range(1, most + 1):
        lags = np.stack([column[most - k : len(column) - k] for k in range(1, order + 1)], axis=1)
        x, due = np.column_stack([np.ones(len(lags)), lags]), column[most:]
        weights, *_ = np.linalg.lstsq(x, due, rcond=None)
        left = float(((due - x @ weights) ** 2).sum())
        found.append((len(due) * np.log(left / len(due)) + 2 * (order + 1), order, weights))
    _, order, weights = min(found, key=lambda each: each[0])
    assert fitted.order == order
    np.testing.assert_allclose([fitted.constant, *fitted.weights], weights, atol=1e-9)


@pytest.mark.parametrize("parts", [[], [np.ones(500)], [np.arange(9.0)], [np.full(300, np.nan)]])
def test_where_nothing_can_be_fitted_there_is_none(parts):
    assert fit_autoregression(parts) is None


def test_missing_values_are_left_out_and_never_foretold():
    column = drawn([0.7], 0.0, 2000)
    column[100:110] = np.nan
    fitted = fit_autoregression([column], most=3)
    assert fitted.weights[0] == pytest.approx(0.7, abs=0.05)
    told = autoregressive(column, np.array([99, 110, 500]), 2, fitted)
    assert np.isfinite(told).all()


def test_a_straight_line_is_foretold_exactly():
    fitted = fit_autoregression([np.arange(200.0)], most=5)
    np.testing.assert_allclose(autoregressive(np.arange(300.0), np.array([250]), 5, fitted), [np.arange(251.0, 256)])
