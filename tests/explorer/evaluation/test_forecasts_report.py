"""The report of a forecast with a fan: its figures, its rivals, its words, and that nobody in it looks ahead."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.errors import DataError
from explorer.evaluation.evaluate import evaluate
from explorer.evaluation.forecasts import diebold_mariano
from explorer.evaluation.forecasts_rivals import autoregressive, fit_autoregression
from explorer.evaluation.trial import Trial, on_others
from explorer.sequences import Dataset, Filled, Sequence, derive, generate
from explorer.targets import answered
from explorer.training.learner import network_for
from explorer.training.settings import Settings
from explorer.training.tasks import example_sequences, make_task

CHANGES = Settings(task="forecast", horizon=3, fan=True, derive="changes", hidden=4, steps=20, seed=2)
FIRST = 483
"""Of the held-out part: the training part of 480 steps has answers up to three steps ahead."""


def prices(count=600, seed=0, **settings):
    return generate("stock", seed=seed, length=count, **settings).sequences[0].values[:, 0]


def table(*columns, **options):
    names = ("price", "volume", "low")[: len(columns)]
    return Dataset((Sequence("s", np.stack(columns, axis=1), names, **options),), "prices.csv")


def trial_of(dataset, settings=CHANGES, bias=None) -> Trial:
    """Return the trial of a drawn network, on request with a read-out that always says the same."""
    task = make_task(settings, dataset)
    network = network_for(task, "lstm")
    if bias is not None:
        head = replace(network.head, weight=np.zeros_like(network.head.weight), bias=np.array(bias, np.float32))
        network = replace(network, head=head)
    return Trial(task, example_sequences(task, dataset), network, "lstm", 0)


@pytest.mark.parametrize("derived", ["changes", "none"])
def test_the_figures_are_those_of_what_the_network_says_and_of_rivals_at_the_same_steps(derived):
    x = prices()
    trial = trial_of(table(x), replace(CHANGES, derive=derived))
    report = evaluate(trial)

    ((part, y),) = trial.answers()
    assert (part.first, part.last) == (FIRST, 600)
    steps = np.arange(FIRST, 597)
    fans = answered(trial.network.head, trial.alone(part), 0, range(FIRST, 600), y)[:-3].reshape(-1, 3, 3)
    due = x[steps[:, None] + np.arange(1, 4)]
    error, still = fans[:, 2, 1] - due[:, 2], x[steps] - due[:, 2]
    change = np.abs(np.diff(x[: trial.task.training[0].last])).mean()
    figures = {
        "RMSE +3": np.sqrt(np.mean(error**2)),
        "MAE +3": np.abs(error).mean(),
        "MASE +3": np.abs(error).mean() / change,
        "direction +3": np.mean(np.sign(fans[:, 2, 1] - x[steps]) == np.sign(-still)),
        "DM t +3": diebold_mariano(error, still, 3),
        "coverage +3": np.mean((due[:, 2] >= fans[:, 2, 0]) & (due[:, 2] <= fans[:, 2, 2])),
        "coverage": np.mean((due >= fans[..., 0]) & (due <= fans[..., 2])),
    }
    for name, value in figures.items():
        assert report.figures[name] == pytest.approx(value), name
    assert report.rivals["persistence"]["RMSE +3"] == pytest.approx(np.sqrt(np.mean(still**2)))
    ahead = 3 * np.diff(x[: trial.task.training[0].last]).mean()
    assert report.rivals["drift"]["MAE +3"] == pytest.approx(np.abs(still + ahead).mean())
    fitted = fit_autoregression([x[: trial.task.training[0].last]])
    told = autoregressive(x, steps, 3, fitted)
    assert report.rivals[f"AR({fitted.order})"]["RMSE +2"] == pytest.approx(np.sqrt(np.mean((told - due)[:, 1] ** 2)))
    assert report.rivals["seasonal, 39 steps"]["MAE +1"] == pytest.approx(np.abs(x[steps + 1 - 39] - due[:, 0]).mean())


def test_the_rows_are_the_steps_from_which_it_is_foretold():
    x = prices()
    rows = evaluate(trial_of(table(x))).columns
    assert rows["index"].tolist() == list(range(FIRST, 597))
    assert set(rows["sequence"]) == {"s"}
    np.testing.assert_allclose(rows["target"], x[486:600])
    np.testing.assert_allclose(rows["target +1"], x[484:598])
    np.testing.assert_allclose(rows["score"], np.abs(rows["prediction"] - x[486:600]))
    np.testing.assert_array_equal(rows["flag"], (x[486:] < rows["low"]) | (x[486:] > rows["high"]))
    assert len({len(each) for each in rows.values()}) == 1


@pytest.mark.parametrize("kind", ["integrated", "walk"])
def test_nothing_that_comes_later_changes_what_was_foretold(kind):
    """With other prices from step 540 on, all that was foretold before is the same."""
    x = prices(kind=kind)
    other = x.copy()
    other[540:] = 7 * np.random.default_rng(1).standard_normal(60) + 100
    one, two = (evaluate(trial_of(table(each))) for each in (x, other))
    for name in ("prediction", "low", "high", "prediction +1"):
        np.testing.assert_array_equal(one.columns[name][:57], two.columns[name][:57])
        assert not np.array_equal(one.columns[name][57:], two.columns[name][57:])
    assert one.rivals.keys() == two.rivals.keys()
    assert any(name.startswith("AR(") for name in one.rivals)


def test_several_columns_each_have_their_figures():
    x, other = prices(), prices(seed=1) / 50
    report = evaluate(trial_of(table(x, other), replace(CHANGES, target=("price", "volume"), horizon=1)))
    alone = evaluate(trial_of(table(x), replace(CHANGES, horizon=1)))
    assert {"price RMSE +1", "volume RMSE +1", "price coverage"} <= set(report.figures)
    assert report.rivals["persistence"]["price MAE +1"] == alone.rivals["persistence"]["MAE +1"]
    assert report.rivals["persistence"]["volume MAE +1"] < report.rivals["persistence"]["price MAE +1"]
    assert {"target price", "high volume"} <= set(report.columns)
    assert sum(sentence.startswith(("volume ", "no better than persistence volume")) for sentence in report.said) == 2


FAN_OF_NOTHING = [-1.7, 0, 1.7]


def test_who_says_what_is_now_is_no_better_than_persistence():
    report = evaluate(trial_of(table(prices(kind="walk")), replace(CHANGES, horizon=1), bias=FAN_OF_NOTHING))
    assert report.said[0].startswith("no better than persistence 1 step ahead: RMSE ")
    assert "Diebold-Mariano t 0.0, and a gain is one below -2" in report.said[0]
    assert report.said[1].startswith("better or as good without learning, by RMSE +1: ")
    assert "persistence" in report.said[1]
    assert "% of what came lies within the fan of 90 %" in report.said[-1]


def test_who_knows_the_trend_of_a_line_is_better_and_who_is_far_off_is_not():
    line = np.arange(600.0) + 0.1 * np.random.default_rng(0).standard_normal(600)
    trial = trial_of(table(line), replace(CHANGES, horizon=1))
    one = 1 / trial.task.outputs.sd[0]
    better, worse = (
        evaluate(trial_of(table(line), replace(CHANGES, horizon=1), bias=bias))
        for bias in ([0.5 * one, one, 1.5 * one], [-9 * one, -8 * one, -7 * one])
    )
    assert better.said[0].startswith("better than persistence 1 step ahead: RMSE 0.1")
    assert better.said[-1].endswith("within the fan of 90 %: it is too wide")
    assert worse.said[0].startswith("no better than persistence")
    assert "drift" in worse.said[1]
    assert worse.said[-1] == "0 % of what came lies within the fan of 90 %: it is too narrow"


def test_what_has_diverged_is_said_to_have():
    report = evaluate(trial_of(table(prices()), replace(CHANGES, horizon=1), bias=[np.nan] * 3))
    assert report.said == ("the network has diverged: what it foretells is no number",)
    assert np.isfinite(report.rivals["persistence"]["RMSE +1"])


def test_other_data_are_derived_too_and_rivals_stay_those_of_the_training():
    x, other = prices(), prices(seed=3)
    trial = trial_of(table(x))
    report = evaluate(on_others(trial, table(other)))
    again = evaluate(on_others(trial, derive(table(other), ["price"])))
    assert report.columns["index"].tolist() == list(range(597))
    np.testing.assert_array_equal(report.columns["prediction"], again.columns["prediction"])
    assert report.rivals.keys() == evaluate(trial).rivals.keys()
    with pytest.raises(DataError, match="was trained on price; these data have no price"):
        on_others(trial, Dataset((Sequence("s", np.ones((9, 1)), ("close",)),), "x.csv"))


def test_steps_with_a_filled_price_are_not_judged():
    x = prices()
    gaps = Filled(np.array([500]), np.array([502]), np.ones(1))
    rows = evaluate(trial_of(table(x, filled={"price": gaps}))).columns
    assert sorted(set(range(FIRST, 597)) - set(rows["index"].tolist())) == [497, 498, 499, 500]


def test_data_too_short_to_foretell_anything_are_refused():
    trial = trial_of(table(prices()))
    with pytest.raises(DataError, match="no step can be judged"):
        evaluate(on_others(trial, table(prices(3))))
