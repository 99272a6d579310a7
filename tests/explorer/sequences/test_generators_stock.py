"""The stock price: trend, cycles and noise are each what they are said to be, and a walk is nothing but a walk."""

import numpy as np
import pytest

from explorer.sequences import generate

STILL = {"trend": 0.0, "swing": 0.0, "ripple": 0.0, "noise": 0.0}


def stock(length=100_000, *, seed=1, **settings):
    return generate("stock", seed=seed, length=length, **settings).sequences[0]


def price(*args, **settings):
    return stock(*args, **settings).values[:, 0]


def correlation(x, lag):
    return np.corrcoef(x[:-lag], x[lag:])[0, 1]


def test_without_anything_it_stands_still():
    np.testing.assert_array_equal(price(50, **STILL), 200)
    np.testing.assert_array_equal(price(50, **STILL, start=-3.0), -3)


def test_the_trend_rises_and_falls_as_the_label_says_and_turns_as_often_as_it_is_told():
    sequence = stock(**STILL | {"trend": 0.02}, turn=200)
    falling = sequence.labels[0].values
    np.testing.assert_allclose(np.diff(sequence.values[:, 0]), np.where(falling, -0.02, 0.02)[1:], atol=1e-8)
    assert np.count_nonzero(np.diff(falling)) == pytest.approx(100_000 / 200, rel=0.15)
    assert not stock(turn=0).labels[0].values.any()


def test_the_cycles_are_two_sines():
    t = np.arange(500)
    expected = 200 + 6 * np.sin(2 * np.pi * t / 40) + 3 * np.sin(2 * np.pi * t / 13)
    found = price(500, **STILL | {"swing": 6.0, "ripple": 3.0})
    np.testing.assert_allclose(found, expected, atol=1e-8)


@pytest.mark.parametrize("seed", range(3))
def test_the_noise_has_its_sd_comes_in_clusters_and_is_not_foretold_by_the_noise_before(seed):
    noise = price(**STILL | {"noise": 2.0}, kind="level", seed=seed) - 200
    assert noise.std() == pytest.approx(2, rel=0.05)
    assert abs(noise.mean()) < 0.05
    assert abs(correlation(noise, 1)) < 0.03
    assert correlation(noise**2, 1) > 0.1
    plain = price(**STILL | {"noise": 2.0}, kind="level", seed=seed, clusters=0.0) - 200
    assert abs(correlation(plain**2, 1)) < 0.02


def test_integrated_noise_is_the_sum_of_what_is_added_to_the_level():
    quiet = STILL | {"noise": 1.0}
    shocks = price(3000, **quiet, kind="level") - 200
    np.testing.assert_allclose(price(3000, **quiet), 200 + np.cumsum(shocks), atol=1e-5)


def test_a_walk_is_the_same_sum_whatever_cycles_and_trend_are_asked_for():
    walk = stock(3000, kind="walk", swing=50.0, trend=3.0)
    np.testing.assert_array_equal(walk.values[:, 0], price(3000, **STILL | {"noise": 1.0}))
    assert not walk.labels[0].values.any()
