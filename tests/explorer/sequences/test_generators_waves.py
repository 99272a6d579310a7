"""What generated sequences look like: waves have their periods, noise its spectrum, chaos its equation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.sequences import generate
from explorer.sequences.generators.chaos import _lorenz_states, _mackey_glass_states
from explorer.sequences.generators.making import about, sine


def values(name, **settings):
    """Return the first feature of what a generator makes."""
    return generate(name, **settings).sequences[0].values[:, 0]


def density(x, pieces=32):
    """Return the power of each frequency, the mean over pieces of the sequence, without that of the mean."""
    parts = x[: len(x) // pieces * pieces].reshape(pieces, -1)
    return np.mean(np.abs(np.fft.rfft(parts * np.hanning(parts.shape[1]), axis=1)) ** 2, axis=0)[1:]


@given(st.floats(-1e4, 1e4))
def test_the_series_is_the_sine(turns):
    exact = math.sin(2 * math.pi * math.remainder(turns, 1))
    assert sine(np.array([turns]))[0] == pytest.approx(exact, abs=5e-16)


def test_the_waves_of_a_sine_mix_have_the_promised_periods():
    golden = (1 + 5**0.5) / 2
    mix = values("sine-mix", seed=2, length=20_000, period=200.0, noise=0.0)
    spectrum = np.abs(np.fft.rfft(mix * np.hanning(len(mix)))) / len(mix) * 4
    for k in range(3):
        bin_ = round(len(mix) / (200 / golden ** (2 * k)))
        assert spectrum[bin_ - 2 : bin_ + 3].max() == pytest.approx(golden**-k, rel=0.2)


@pytest.mark.parametrize("duty", [0.1, 0.5, 0.9])
def test_a_square_wave_is_up_for_its_part_of_each_period(duty):
    x = values("square", seed=3, length=4000, period=40.0, duty=duty, height=2.0)
    assert set(np.unique(x)) == {-2.0, 2.0}
    assert np.mean(x == 2.0) == pytest.approx(duty, abs=0.01)
    rises = np.flatnonzero(np.diff(x) > 0)
    assert set(np.diff(rises)) == {40}


def test_square_waves_of_other_seeds_begin_elsewhere():
    first_rises = {int(np.flatnonzero(np.diff(values("square", seed=seed)) > 0)[0]) for seed in range(20)}
    assert len(first_rises) > 10


def test_a_step_up_a_step_down_and_one_impulse():
    x = values("step-impulse", seed=0, length=100, height=2.0)
    np.testing.assert_array_equal(np.flatnonzero(np.diff(x)), [9, 49, 69, 70])
    assert set(np.unique(x)) == {0.0, 2.0}


@pytest.mark.parametrize(("kind", "slope"), [("white", 0.0), ("pink", -1.0), ("random-walk", -2.0)])
def test_the_power_of_noise_falls_as_its_kind_says(kind, slope):
    power = density(values("noise", seed=4, length=2**17, kind=kind, octaves=17))
    frequencies = np.arange(1, len(power) + 1)
    used = slice(8, len(power) // 8)
    found = np.polyfit(np.log(frequencies[used]), np.log(power[used]), 1)[0]
    assert found == pytest.approx(slope, abs=0.12)


@pytest.mark.parametrize("kind", ["white", "pink"])
def test_noise_has_its_standard_deviation(kind):
    assert values("noise", seed=5, length=200_000, kind=kind, sd=3.0, octaves=8).std() == pytest.approx(3.0, rel=0.05)


def test_a_random_walk_adds_up_white_noise():
    white, walk = (values("noise", seed=6, kind=kind) for kind in ("white", "random-walk"))
    np.testing.assert_allclose(np.diff(walk, prepend=0.0), white, atol=1e-8)


def test_bursts_stand_between_gaps_of_nothing():
    sequence = generate("bursts", seed=7, length=50_000, gap=100, burst=12).sequences[0]
    x, (burst,) = sequence.values[:, 0], sequence.labels
    assert not x[~burst.values].any()
    change = np.flatnonzero(np.diff(burst.values.astype(int)))
    gaps, lengths = change[::2] - np.concatenate([[-1], change[1::2]])[: len(change[::2])], np.diff(change)[::2]
    assert gaps.min() >= 50
    assert gaps.max() <= 150
    assert gaps.mean() == pytest.approx(100, abs=5)
    assert set(lengths) == {12}
    assert 0.4 < np.abs(x).max() <= 1.0


def test_a_regime_lasts_and_then_gives_way_to_another():
    sequence = generate("regimes", seed=8, length=50_000, regimes=4, dwell=80).sequences[0]
    regime, (switch,) = sequence.targets[:, 0], sequence.labels
    changed = np.flatnonzero(np.diff(regime)) + 1
    np.testing.assert_array_equal(changed, np.flatnonzero(switch.values))
    assert np.diff(changed).min() >= 40
    assert np.diff(changed).max() <= 120
    np.testing.assert_allclose(np.bincount(regime.astype(int)) / 50_000, 0.25, atol=0.04)


def test_each_regime_has_its_period():
    sequence = generate("regimes", seed=9, length=60_000, regimes=3, dwell=4000, period=48.0, noise=0.0).sequences[0]
    x, regime = sequence.values[:, 0], sequence.targets[:, 0]
    upward = (x[:-1] < 0) & (x[1:] >= 0)
    for k in range(3):
        assert np.mean(upward[regime[1:] == k]) == pytest.approx((k + 1) / 48, rel=0.02)


@given(st.integers(1, 1000), st.integers(0, 100))
def test_about_so_many(mean, seed):
    drawn = about(np.random.Generator(np.random.PCG64(seed)), mean, 50)
    assert drawn.min() >= max(mean // 2, 1)
    assert drawn.max() <= 1.5 * mean + 0.5


def test_mackey_glass_solves_its_equation():
    """Held against the method of Euler in steps of a thousandth, which needs no more than the equation."""
    h, delay, times = 1e-3, 17, 60
    x = np.full(round(delay / h) + 1, 1.2).tolist()
    for k in range(round(times / h)):
        before = x[k]
        x.append(x[-1] + h * (0.2 * before / (1 + before**10) - 0.1 * x[-1]))
    exact = x[round(delay / h) + 1 :][round(1 / h) - 1 :: round(1 / h)]
    states = _mackey_glass_states(delay, 1.2)
    found = [next(states)[0] for _ in range(times)]
    np.testing.assert_allclose(found, exact, atol=2e-4)


def test_lorenz_solves_its_equation():
    """Held against the method of Euler in steps of a two-thousandth of its own."""
    h, times = 1e-5, 50
    state = np.array([1.0, 2.0, 20.0])
    exact = []
    for _ in range(times):
        x, y, z = map(float, state)
        for _ in range(2000):
            x, y, z = x + h * 10 * (y - x), y + h * (x * (28 - z) - y), z + h * (x * y - 8 / 3 * z)
        state = (x, y, z)
        exact.append(state)
    states = _lorenz_states(1.0, 2.0, 20.0, 0.02, 28.0)
    np.testing.assert_allclose([next(states) for _ in range(times)], exact, atol=0.05)


def test_lorenz_turns_about_both_of_its_points():
    sequence = generate("lorenz", seed=1, length=20_000).sequences[0]
    assert sequence.features == ("x", "y", "z")
    np.testing.assert_allclose(np.abs(sequence.values[:, 0]).max(), 19, atol=2)
    assert np.mean(sequence.values[:, 0] > 0) == pytest.approx(0.5, abs=0.1)
    assert sequence.values[:, 2].mean() == pytest.approx(23.55, abs=0.5)


def test_mackey_glass_has_settled():
    x = values("mackey-glass", seed=1, length=20_000)
    assert x.min() == pytest.approx(0.41, abs=0.03)
    assert x.max() == pytest.approx(1.32, abs=0.03)
