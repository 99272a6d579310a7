"""A watch learns from one part of what is normal, is calibrated on another, and judged on what comes after."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.errors import DataError
from explorer.evaluation.alarms import WARM_UP
from explorer.evaluation.evaluate import evaluate
from explorer.evaluation.trial import Trial, on_others, watching
from explorer.evaluation.watching import _predicted
from explorer.sequences import Dataset, Label, Sequence
from explorer.training.learner import network_for
from explorer.training.settings import Settings
from explorer.training.splits import Part
from explorer.training.tasks import make_task

FEATURES = ("level", "flow", "heat")
MASKED = Settings(task="masked", cells=("gru",), hidden=4, steps=20, batch=4, normal=400, held_out=0.25, filter=3)


def pumps(lengths=(700,), seed=0, labels=("fault", "glitch"), features=FEATURES):
    """Return sequences of sensors that move together, with a fault from step 500 on and a glitch at step 600."""
    rng = np.random.default_rng(seed)
    made = []
    for k, length in enumerate(lengths):
        load = np.cumsum(rng.normal(size=length)) / 10
        values = load[:, None] + rng.normal(0, 0.1, (length, len(features)))
        values[500:540, 0] += 8
        values[600:601, -1] += 8
        t = np.arange(length)
        there = {"fault": (t >= 500) & (t < 540), "glitch": t == 600}
        made.append(Sequence(f"p{k}", values, features, tuple(Label(name, there[name]) for name in labels)))
    return Dataset(tuple(made), "pumps.csv")


def trial_of(settings, dataset) -> Trial:
    task = make_task(settings, dataset)
    return watching(Trial(task, dataset.sequences, network_for(task, "gru"), "gru", 0))


# ---------------------------------------------------------------- which part is what


def test_the_first_of_what_is_normal_teaches_the_later_calibrates_and_the_rest_is_judged():
    trial = trial_of(MASKED, pumps((700, 300, 900)))
    assert trial.task.training == (Part(0, 0, 300), Part(1, 0, 225), Part(2, 0, 300))
    assert trial.calibration == (Part(0, 300, 400), Part(1, 225, 300), Part(2, 300, 400))
    assert trial.task.held_out == (Part(0, 400, 700), Part(2, 400, 900))


def test_what_is_foretold_in_the_training_part_lies_outside_the_calibration():
    trial = trial_of(replace(MASKED, task="anomaly", horizon=10), pumps())
    assert trial.calibration == (Part(0, 310, 400),)


def test_where_nothing_is_said_to_be_normal_the_held_out_part_is_halved():
    trial = trial_of(replace(MASKED, normal=0, held_out=0.5), pumps())
    assert (trial.calibration, trial.task.held_out) == ((Part(0, 350, 525),), (Part(0, 525, 700),))


def test_scaling_knows_nothing_of_what_is_judged():
    dataset = pumps()
    (sequence,) = dataset.sequences
    far = np.array(sequence.values)
    far[400:] *= 1000
    other = replace(dataset, sequences=(replace(sequence, values=far),))
    for task in (make_task(MASKED, dataset), make_task(MASKED, other)):
        np.testing.assert_allclose(task.scaling.mean, dataset.sequences[0].values[:300].mean(axis=0))


def test_other_data_are_judged_whole_and_calibrated_as_before():
    trial = trial_of(MASKED, pumps())
    others = on_others(trial, pumps((600, 650), seed=3))
    assert others.calibration == trial.calibration
    assert [part.steps for part in others.task.held_out] == [600, 650]
    first, second = evaluate(trial), evaluate(others)
    assert first.facts["threshold"] == second.facts["threshold"]
    assert second.facts["judged steps"] == len(second.columns["index"]) == 1250 - 2 * WARM_UP
    assert set(second.columns["sequence"].tolist()) == {"p0", "p1"}


def test_what_is_marked_in_the_calibration_makes_nothing_usual():
    dataset = pumps()
    (sequence,) = dataset.sequences
    values, marks = np.array(sequence.values), np.arange(700) // 20 == 17
    values[marks, 0] += 30
    told, untold = (
        evaluate(trial_of(MASKED, replace(dataset, sequences=(replace(sequence, values=values, labels=labels),))))
        for labels in ((Label("leak", marks),), ())
    )
    assert np.nanmax(told.columns["score"]) > 2 * np.nanmax(untold.columns["score"])


def test_where_nothing_comes_after_what_is_normal_it_is_said():
    with pytest.raises(DataError, match="nothing comes after the first 700 steps, which are normal"):
        evaluate(trial_of(replace(MASKED, normal=700), pumps()))


# ---------------------------------------------------------------- what is told


def test_what_is_told_of_a_sensor_does_not_depend_on_it():
    dataset = pumps()
    trial = trial_of(MASKED, dataset)
    told = _predicted(trial)[0]
    for k in range(len(FEATURES)):
        values = np.array(dataset.sequences[0].values)
        values[450:, k] += 3
        again = _predicted(
            on_others(trial, replace(dataset, sequences=(replace(dataset.sequences[0], values=values),)))
        )
        np.testing.assert_array_equal(again[1][:, k], told[:, k])
        assert (again[1][450:, (k + 1) % 3] != told[450:, (k + 1) % 3]).any()


def test_what_is_foretold_stands_at_the_step_that_it_is_of():
    trial = trial_of(replace(MASKED, task="anomaly", horizon=7), pumps())
    told = _predicted(trial)[0]
    assert np.isnan(told[:7]).all()
    whole = replace(trial, task=replace(trial.task, held_out=(Part(0, 0, 700),)))
    np.testing.assert_allclose(told[7:], whole.answers()[0][1][:-7], atol=1e-6)


@pytest.mark.parametrize("task", ["masked", "anomaly"])
def test_the_columns_are_in_the_units_of_the_data(task):
    dataset = pumps()
    report = evaluate(trial_of(replace(MASKED, task=task), dataset))
    for k, name in enumerate(FEATURES):
        np.testing.assert_allclose(report.columns[f"target {name}"], dataset.sequences[0].values[400:, k])
        assert np.isfinite(report.columns[f"prediction {name}"]).all()
    assert report.columns["index"].tolist() == list(range(400, 700))
    assert report.columns["flag"].dtype == np.bool_
    assert set(report.columns["sensor"].tolist()) <= set(FEATURES)


# ---------------------------------------------------------------- the report


def test_the_report_has_figures_of_all_rivals_by_the_same_rules():
    report = evaluate(trial_of(MASKED, pumps()))
    assert list(report.rivals) == ["persistence", "rolling z", "Hotelling T²", "linear regression"]
    for figures in (report.figures, *report.rivals.values()):
        assert {"event recall", "event F1", "false alarms per 1000", "recall of fault", "chance"} <= set(figures)
    assert report.rivals["linear regression"]["event recall"] == 1
    assert report.rivals["linear regression"]["glitches left quiet"] == 1  # it is over before the median sees it
    assert report.rivals["linear regression"]["false alarms per 1000"] < 10
    assert "0.1 of 1000 steps" in report.said[0]
    assert "faults are found" in report.said[1]
    assert report.said[2].startswith(("better than every rival", "better or as good without learning"))


def test_an_alarm_says_where_how_long_and_which_sensor_disagrees_most():
    report = evaluate(trial_of(replace(MASKED, task="anomaly", horizon=1), pumps()))
    assert report.facts["faults"] == 1
    assert report.events
    assert list(report.events) == sorted(report.events, key=lambda event: -event.score)
    for event in report.events:
        assert report.columns["flag"][[event.first - 400, event.last - 400]].all()
        assert event.score == pytest.approx(
            report.columns["score"][event.first - 400 : event.last - 399].max(), abs=1e-4
        )
        assert event.what in FEATURES
        assert event.right == (event.first < 540 and event.last >= 500)
    assert sum(event.last - event.first + 1 for event in report.events) >= report.columns["flag"].sum()


def test_a_stuck_sensor_is_flagged_and_named_after_eight_steps():
    dataset = pumps(labels=())
    values = np.array(dataset.sequences[0].values)
    values[650:680, 2] = values[650, 2]
    stuck = replace(dataset, sequences=(replace(dataset.sequences[0], values=values),))
    report = evaluate(trial_of(replace(MASKED, filter=99), stuck))
    flagged = np.flatnonzero(report.columns["flag"]) + 400
    assert set(range(657, 680)) <= set(flagged.tolist())
    assert report.columns["sensor"][660 - 400] == "heat"
    assert any(event.what == "heat, stuck" and event.first <= 657 for event in report.events)
    assert {event.right for event in report.events} == {None}


def test_without_labels_alarms_are_counted_and_the_text_says_so():
    report = evaluate(trial_of(MASKED, pumps(labels=())))
    assert list(report.figures) == ["alarms", "alarms per 1000"]
    assert "no label marks a fault in the 300 steps" in report.said[1]


def test_one_column_has_rivals_of_its_own():
    report = evaluate(trial_of(replace(MASKED, task="anomaly", horizon=5), pumps(features=("level",))))
    assert list(report.rivals) == ["persistence", "rolling z", "z of the value"]
    assert {"target", "prediction", "score", "flag"} <= set(report.columns)


def test_a_sensor_that_never_moves_raises_no_alarm_of_its_own():
    dataset = pumps()
    values = np.array(dataset.sequences[0].values)
    values[:, 2] = 5.0
    report = evaluate(trial_of(MASKED, replace(dataset, sequences=(replace(dataset.sequences[0], values=values),))))
    assert not report.columns["flag"].all()
    for figures in report.rivals.values():
        assert figures["false alarms per 1000"] < 30


@pytest.mark.parametrize("task", ["masked", "anomaly"])
def test_filter_and_fan_change_what_is_flagged(task):
    settings = replace(MASKED, task=task)
    one, other = (evaluate(trial_of(replace(settings, filter=steps), pumps())) for steps in (1, 25))
    assert not np.array_equal(one.columns["score"], other.columns["score"])
    if task == "anomaly":
        fan = evaluate(trial_of(replace(settings, fan=True, horizon=2), pumps()))
        assert len(fan.columns["prediction heat"]) == 300


@pytest.mark.parametrize("task", ["masked", "anomaly"])
def test_what_is_said_of_a_step_depends_on_nothing_that_comes_after_it(task):
    trial = trial_of(replace(MASKED, task=task, horizon=2 if task == "anomaly" else 1), pumps())
    others = pumps(seed=5)
    values = np.array(others.sequences[0].values)
    values[100:130, 1] = values[100, 1]
    long = replace(others.sequences[0], values=values)
    short = replace(
        long, values=values[:560], labels=tuple(Label(each.name, each.values[:560]) for each in long.labels)
    )
    whole, begun = (
        evaluate(on_others(trial, replace(others, sequences=(sequence,)))).columns for sequence in (long, short)
    )
    for name in ("score", "prediction flow", "prediction level"):
        np.testing.assert_allclose(whole[name][: 560 - WARM_UP], begun[name], atol=1e-6)
    np.testing.assert_array_equal(whole["flag"][: 560 - WARM_UP], begun["flag"])
    np.testing.assert_array_equal(whole["sensor"][: 560 - WARM_UP], begun["sensor"])
