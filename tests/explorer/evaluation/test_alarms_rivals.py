"""The rivals' errors against the definitions."""

import numpy as np
import pytest

from explorer.evaluation.alarms_rivals import ROLLING, hotelling, persistence_error, regression_error, rolling_z


def test_persistence_is_the_difference_to_the_value_some_steps_before():
    values = np.arange(10.0)[:, None] ** 2
    errors = persistence_error(values, 3)
    assert np.isnan(errors[:3]).all()
    np.testing.assert_array_equal(errors[3:, 0], [(t * t) - (t - 3) ** 2 for t in range(3, 10)])
    assert np.isnan(persistence_error(values, 20)).all()


def test_a_rolling_z_knows_only_what_was_before():
    values = np.random.default_rng(0).normal(2, 3, (200, 2))
    values[70:90, 1] = np.nan
    z = rolling_z(values)
    for t in (ROLLING, 95, 120, 199):
        before = values[t - ROLLING : t]
        expected = (values[t] - np.nanmean(before, axis=0)) / np.nanstd(before, axis=0)
        np.testing.assert_allclose(z[t], expected)
    assert np.isnan(z[: ROLLING // 2]).all()
    assert np.isfinite(rolling_z(np.full((100, 1), 4.0))[60:]).all()


def test_hotelling_is_the_mahalanobis_distance_and_of_one_sensor_its_z():
    rng = np.random.default_rng(1)
    healthy = rng.normal(size=(500, 2)) @ np.array([[1, 0.9], [0, 0.2]])
    inverse = np.linalg.inv(np.cov(healthy.T))
    off = np.array([[0.5, -0.5]]) - healthy.mean(axis=0)
    assert hotelling(np.array([[0.5, -0.5]]), [healthy])[0, 0] == pytest.approx(np.sqrt(off @ inverse @ off.T)[0, 0])
    one = healthy[:, :1]
    expected = np.abs(np.array([3.0, -2.0]) - one.mean()) / one.std(ddof=1)
    np.testing.assert_allclose(hotelling(np.array([[3.0], [-2.0]]), [one])[:, 0], expected)
    gaps = hotelling(np.array([[np.nan, np.nan], [9.0, np.nan]]), [healthy])[:, 0]
    assert np.isnan(gaps[0])
    assert gaps[1] > 3


def test_a_regression_tells_a_sensor_from_the_others():
    rng = np.random.default_rng(2)
    first, second = rng.normal(size=(2, 300))
    healthy = np.stack([first, second, 2 * first - second + 1], axis=1)
    errors = regression_error(healthy + np.array([0, 0, 0.5]), [healthy[:200], healthy[200:]])
    np.testing.assert_allclose(errors[:, 2], 0.5, atol=1e-9)
    constant = np.concatenate([healthy, np.full((300, 1), 4.0)], axis=1)
    assert np.isfinite(regression_error(constant, [constant])).all()
