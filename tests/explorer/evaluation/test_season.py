"""Units that follow a trend or a season are told, by states made by hand and by a network that adds up its input."""

import numpy as np
import pytest

from explorer.errors import DataError
from explorer.evaluation import season
from explorer.evaluation.season import (
    by_season,
    by_trend,
    centred_mean,
    correlations,
    cycle,
    exact_period,
    follow,
    foretold,
    season_of,
    trend_line,
)
from explorer.experiment import Experiment, make_network_for
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.sequences import Dataset, Sequence, generate

T = 1500


def column(seed=0, noise=1.0):
    t, rng = np.arange(T), np.random.default_rng(seed)
    return 50 + 0.02 * t + 6 * np.sin(2 * np.pi * t / 40 + 1) + noise * rng.standard_normal(T)


class Made:
    """A trace of states that are known beforehand, read as a real one is."""

    def __init__(self, states, first=0):
        self.states, self.first, self.read = states, first, []

    def ready(self, sequence, place):
        return range(self.first, self.first + len(self.states))

    def scan(self, sequence, quantity, place, units, steps):
        self.read.append(len(steps))
        return self.states[steps.start - self.first : steps.stop - self.first, units].astype(np.float32)


def waves(period, shift=0.0):
    return np.sin(2 * np.pi * (np.arange(T) - shift) / period + 1)


def test_each_unit_is_told_what_it_follows():
    t = np.arange(T)
    states = np.stack([waves(40), -waves(40), waves(40, 5), t / T, waves(13), np.full(T, 0.3)], axis=1)
    found = follow(Made(states), 0, "c", Place(), column(), 39)
    assert found.period == pytest.approx(40, abs=0.1)
    np.testing.assert_allclose(found.cycle[[0, 1]], [1, -1], atol=0.01)
    np.testing.assert_allclose(found.season[:3], 1, atol=0.01)
    np.testing.assert_allclose(found.lag[[0, 2]], [0, 5], atol=0.3)
    assert abs(found.lag[1]) == pytest.approx(20, abs=0.3)
    assert found.trend[3] > 0.99
    assert found.mean[3] > 0.98
    assert np.abs(found.trend[[0, 1, 2, 4]]).max() < 0.1
    assert found.season[4] < 0.1
    assert all(np.isnan(each[5]) for each in (found.trend, found.mean, found.cycle, found.season, found.lag))


def test_only_the_steps_that_are_known_count():
    states = np.stack([waves(40), waves(13)], axis=1)[300:900]
    found = follow(Made(states, first=300), 0, "h", Place(), column(), 40)
    assert found.season[0] > 0.99
    assert abs(found.lag[0]) < 0.5


def test_correlations_are_pearsons_whatever_is_read_at_once(monkeypatch):
    rng = np.random.default_rng(2)
    lines, states = rng.standard_normal((T, 2)), 1e4 + rng.standard_normal((T, 3))
    lines[rng.integers(0, T, 40), 1] = np.nan
    there = np.isfinite(lines).all(axis=1)
    expected = np.corrcoef(lines[there].T, states[there].astype(np.float32).T)[:2, 2:]
    whole = correlations(Made(states), 0, "c", Place(), lines)
    np.testing.assert_allclose(whole, expected, atol=1e-9)
    monkeypatch.setattr(season, "WINDOW", 101)
    trace = Made(states)
    np.testing.assert_allclose(correlations(trace, 0, "c", Place(), lines), whole, atol=1e-12)
    assert max(trace.read) == 101
    with pytest.raises(ValueError, match="two steps at least, not 1"):
        correlations(Made(states[:1]), 0, "c", Place(), np.ones((1, 1)))


def test_a_line_a_mean_and_a_cycle_are_what_they_are_called():
    t = np.arange(T)
    np.testing.assert_allclose(trend_line(3 - 0.5 * t), 3 - 0.5 * t, atol=1e-9)
    x = np.array([1.0, 2, 6, np.nan, 3])
    np.testing.assert_allclose(centred_mean(x, 2), [1.5, 3, 4, 4.5, 3])
    np.testing.assert_allclose(cycle(column(noise=0.0), 40), 6 * np.sin(2 * np.pi * t / 40 + 1), atol=0.15)
    assert np.isnan(centred_mean(np.full(5, np.nan), 2)).all()


@pytest.mark.parametrize("seed", range(3))
def test_a_period_is_found_to_a_part_of_a_step_though_the_price_walks(seed):
    price = generate("stock", seed=seed).sequences[0].values[:, 0]
    assert exact_period(price, 39) == pytest.approx(40, abs=0.3)
    assert exact_period(price, 12) == pytest.approx(13, abs=0.1)
    assert exact_period(price[:50], 39) == 39


def test_in_a_real_trace_the_state_that_holds_the_input_follows_it():
    x = column(noise=0.2)
    x -= trend_line(x)
    data = Dataset((Sequence("s", x[:, None], ("x",)),), "x.csv")
    experiment = Experiment(data, make_network_for(data, Recipe("gru", hidden=6, seed=1)), "standardize")
    trace = run(experiment, "numpy")
    found = follow(trace, 0, "h", Place(), x, 40)
    states = trace.read(0, "h").astype(float)
    expected = [np.corrcoef(states[:, k], cycle(x, found.period))[0, 1] for k in range(6)]
    np.testing.assert_allclose(found.cycle, expected, atol=1e-6)
    assert found.season.max() > 0.9
    assert (found.season >= np.abs(found.cycle) - 1e-9).all()


def test_units_are_sorted_by_how_far_they_follow_trend_or_season():
    dataset = generate("stock", seed=1, length=900)
    trace = run(Experiment(dataset, make_network_for(dataset, Recipe(hidden=12)), "standardize"), "numpy")
    name, price = foretold(trace, 0)
    assert name == "price"
    found = follow(trace, 0, "c", Place(), price, season_of(price))
    for order, values in ((by_trend, found.mean), (by_season, found.season)):
        made = order(trace, 0, Place(), "c")
        np.testing.assert_array_equal(made.values, values)
        assert (np.diff(np.abs(values[made.units])) <= 0).all()


def test_what_has_no_season_cannot_be_sorted_by_it():
    straight = np.linspace(0, 5, 300)[:, None]
    dataset = Dataset((Sequence("line", straight, ("price",)),), "line.csv")
    trace = run(Experiment(dataset, make_network_for(dataset, Recipe(hidden=3)), "standardize"), "numpy")
    assert season_of(straight[:, 0]) is None
    assert np.isfinite(by_trend(trace, 0, Place(), "h").values).all()
    with pytest.raises(DataError, match="price has no season"):
        by_season(trace, 0, Place(), "h")
