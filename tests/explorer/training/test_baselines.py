"""Baselines against numbers counted by hand, on the same held-out steps."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.presets import find_preset, preset_training
from explorer.sequences import Dataset, Label, Options, Sequence, dataset_of_texts
from explorer.training.baselines import baselines, period_of
from explorer.training.settings import Settings
from explorer.training.tasks import make_task


def lines(task) -> dict[tuple[str, str], float]:
    return {(line.name, line.metric): line.value for line in baselines(task)}


def one(values, **parts) -> Dataset:
    array = np.asarray(values, dtype=np.float64)[:, None]
    return Dataset((Sequence("s", array, ("x",), **parts),), "x.csv")


def test_forecast_mean_persistence_and_season_by_hand():
    values = [0, 1, 3] * 10
    task = make_task(Settings(scale="none"), one(values))
    found = lines(task)
    # Trained on 24 steps, a gap of one, then 0 1 3 0 1 from step 25 on: 1 3 0 1 3.
    assert task.held_out[0] == (0, 25, 30)
    known, due = np.array(values[25:29]), np.array(values[26:30])
    assert found["persistence", "MSE"] == pytest.approx(np.mean((due - known) ** 2))
    assert found["persistence", "MAE"] == pytest.approx(np.mean(np.abs(due - known)))
    mean = np.mean(values[1:25])
    assert found["mean", "MSE"] == pytest.approx(np.mean((due - mean) ** 2))
    assert found["seasonal, 3 steps", "MSE"] == 0
    best = {line.metric: line.name for line in baselines(task) if line.best}
    assert best == dict.fromkeys(("MSE", "RMSE", "MAE"), "seasonal, 3 steps")


def test_lines_of_a_fan_are_those_of_its_median_and_the_levels_of_the_training_part():
    values = [0, 1, 3] * 10
    found = lines(make_task(Settings(scale="none", fan=True), one(values)))
    assert found["persistence", "MAE"] == lines(make_task(Settings(scale="none"), one(values)))["persistence", "MAE"]
    due, levels = np.array(values[26:30]), np.quantile(values[1:25], (0.05, 0.5, 0.95))
    error = due[:, None] - levels
    assert found["levels", "pinball"] == pytest.approx(
        np.maximum(error * (0.05, 0.5, 0.95), error * (-0.95, -0.5, -0.05)).mean()
    )


def test_beyond_a_season_the_last_one_that_is_known_is_answered():
    values = np.tile([0.0, 5, 1, 7], 30)
    found = lines(make_task(Settings(scale="none", horizon=5), one(values)))
    assert found["seasonal, 4 steps", "MAE"] == 0


def test_reconstruct_has_no_season_which_would_be_the_answer():
    found = lines(make_task(Settings(task="reconstruct", horizon=2, scale="none"), one([0, 1, 3] * 10)))
    assert {name for name, _ in found} == {"persistence", "mean"}


def test_the_majority_of_the_training_part():
    yes = np.array([1, 0, 0, 0] * 10, dtype=bool)
    yes[32:] = [1, 1, 1, 0, 0, 0, 0, 0]
    found = lines(make_task(Settings(task="tagging"), one(np.arange(40), labels=(Label("on", yes),))))
    rate = (8 + 1) / (32 + 2)
    assert found["majority", "accuracy"] == 5 / 8
    assert found["majority", "F1"] == 0
    assert found["majority", "BCE"] == pytest.approx(-(3 * math.log(rate) + 5 * math.log(1 - rate)) / 8)


def test_the_majority_and_the_last_word_of_a_text():
    dataset = dataset_of_texts("x.txt", ["a b a a b a a b a a"], [], [], Options(), [])
    task = make_task(Settings(held_out=0.5), dataset)
    # Trained on a b a a b, answered by b a a b a; held out a a b a a … from step 6.
    assert task.held_out[0] == (0, 6, 10)
    found = lines(task)
    assert found["persistence", "accuracy"] == 1 / 3  # a → b, b → a, a → a
    assert found["majority", "accuracy"] == 2 / 3
    assert ("persistence", "cross-entropy") not in found


def test_the_chance_line_of_a_generator_is_its_own_and_beside_it_what_was_met():
    found = lines(make_task(Settings(task="generator", generator="adding")))
    assert found["chance", "MSE"] == 1 / 6
    assert found["chance", "RMSE"] == pytest.approx(math.sqrt(1 / 6))
    assert found["mean", "MSE"] == pytest.approx(1 / 6, abs=0.03)
    found = lines(make_task(Settings(task="generator", generator="temporal-order")))
    assert found["chance", "cross-entropy"] == pytest.approx(math.log(4))
    assert found["majority", "cross-entropy"] == pytest.approx(math.log(4), abs=0.05)


def test_the_chance_line_follows_the_scale_of_what_is_asked():
    chosen = Settings(task="generator", generator="adding", scale="standardize")
    task = make_task(chosen)
    assert task.outputs.sd[0] != 1
    found = lines(task)
    assert found["chance", "MSE"] == pytest.approx(1 / 6 / task.outputs.sd[0] ** 2)
    assert found["mean", "MSE"] == pytest.approx(1, abs=0.25)


def test_a_baseline_of_detecting():
    marks = np.zeros(60, dtype=bool)
    marks[[10, 50, 55]] = True
    values = np.where(marks, 9.0, np.arange(60) % 2)
    found = lines(make_task(Settings(task="anomaly", scale="none"), one(values, labels=(Label("odd", marks),))))
    assert found["chance", "AUROC"] == 0.5
    # The jump to a mark and the jump back are the largest; two of eight unmarked steps follow a mark.
    assert 0.5 < found["mean", "AUROC"] <= 1
    assert found["persistence", "AUROC"] > 0.5


def test_where_nothing_is_known_the_mean_is_answered():
    values = [0.0, 2.0] * 20
    targets = np.array(values)[:, None].copy()
    targets[36] = np.nan
    dataset = one(np.arange(40), targets=targets, target_names=("y",))
    found = lines(make_task(Settings(scale="none", target=("y",)), dataset))
    # Held out is 33 … 39; asked at 33, 34, 36, 37, 38; all err by 2 but step 36, whose answer is the mean, off by 1.
    assert found["persistence", "MAE"] == pytest.approx((2 * 4 + abs(2 - np.mean(values[1:33]))) / 5)


@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(6, 12), st.floats(0, 0.2), st.floats(-1, 1))
def test_a_pattern_that_repeats_has_its_period_whatever_is_missing_and_whichever_way_it_drifts(
    seed, period, times, missing, drift
):
    rng = np.random.default_rng(seed)
    pattern = rng.permutation(period) - (period - 1) / 2  # no part of it repeats
    column = np.tile(pattern, times) + drift * period * np.linspace(0, 1, period * times)
    column[rng.random(len(column)) < missing] = np.nan
    alike = [np.corrcoef(pattern, np.roll(pattern, lag))[0, 1] for lag in range(1, period)]
    if period * times > 60 and max(alike) < 0.7:
        assert period_of(column, period * times // 3) % period == 0


@given(st.floats(9, 60), st.floats(0, 6), st.floats(0, 0.3), st.integers(0, 2**32 - 1))
def test_a_smooth_wave_has_its_own_period_and_not_the_shortest_lag(period, phase, noise, seed):
    t = np.arange(400)
    wave = np.sin(2 * np.pi * t / period + phase) + noise * np.random.default_rng(seed).standard_normal(400)
    assert period_of(wave, 133) == pytest.approx(period, abs=1 + 0.1 * period * (noise > 0))


def test_the_season_of_a_year_stands_out_of_a_trend():
    t = np.arange(240)
    assert period_of(0.5 * t + 10 * np.sin(2 * np.pi * t / 12), 80) == 12


@pytest.mark.parametrize(
    "column",
    [np.arange(90.0), np.full(90, 3.0), np.full(90, np.nan), np.random.default_rng(0).standard_normal(900),
     np.arange(90.0) ** 2, [np.nan, 1.0, np.nan, np.nan, 2.0, np.nan]],
)  # fmt: skip
def test_what_has_no_season_is_given_none(column):
    column = np.asarray(column)
    assert period_of(column, len(column) // 3) is None


def test_of_equal_periods_it_is_the_shortest():
    assert period_of(np.tile([0.1, 0.7, 0.3, 0.9], 40), 50) == 4


def test_where_no_column_has_a_season_there_is_no_line_and_one_without_answers_what_was_last():
    noise = np.random.default_rng(1).standard_normal(600)
    assert not [name for name, _ in lines(make_task(Settings(), one(noise))) if name.startswith("seasonal")]
    both = Dataset((Sequence("s", np.stack([noise, np.tile([0.0, 1, 3], 200)], axis=1), ("x", "y")),), "x.csv")
    found = lines(make_task(Settings(scale="none"), both))
    alone = lines(make_task(Settings(scale="none"), one(noise)))
    assert found["seasonal", "MSE"] == pytest.approx(alone["persistence", "MSE"] / 2)


def test_the_season_of_mixed_sines_is_better_than_what_was_last_and_no_lag_of_two():
    task = make_task(preset_training(find_preset("sine-mix")))
    found = lines(task)
    (name,) = {name for name, _ in found if name.startswith("seasonal")}
    assert name != "seasonal, 2 steps"
    assert int(name.split()[1]) > 9
