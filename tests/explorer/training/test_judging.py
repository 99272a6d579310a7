"""What is said of a run's cells: by the loss alone, beside the right baseline, of the iteration that was looked at."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.training.baselines import Baseline
from explorer.training.judging import Judge, beside
from explorer.training.recording import Recorder
from explorer.training.reports import Ended, Iteration, Probed
from explorer.training.runs import Recording
from tests.explorer.training.reporting import DESCRIPTION, iteration_of

CHANCE = Baseline("chance", "MSE", 1 / 6)
MEAN, SEASON = Baseline("mean", "MSE", 1.0), Baseline("seasonal, 24 steps", "MSE", 0.0122, best=True)


def said(values, *lines):
    """Return what is said where these losses were measured every tenth iteration."""
    return beside("MSE", np.arange(10.0, 10 * len(values) + 1, 10), np.array(values), lines)


@pytest.mark.parametrize(
    ("values", "lines", "text"),
    [
        ([0.01], [CHANCE], ""),
        ([0.168], [CHANCE], "nothing is learned yet: MSE 0.168, chance line 0.167"),
        ([0.168], [replace(CHANCE, name="mean", value=0.16), CHANCE],
         "nothing is learned yet: MSE 0.168, chance line 0.167"),
        ([0.97], [MEAN, SEASON], "nothing is learned yet: MSE 0.97, baseline mean 1"),
        ([0.9, 0.404], [MEAN, SEASON],
         "not yet better than without learning: MSE 0.404, baseline seasonal, 24 steps 0.0122"),
        ([0.9, 0.01], [MEAN, SEASON], ""),
        ([0.8, 0.42, 0.71], [replace(MEAN, value=0.8)],
         "no longer clearly better than without learning: MSE 0.71 (0.42 after iteration 20), baseline mean 0.8"),
        ([0.5, np.nan], [CHANCE], ""),
        ([], [CHANCE], ""),
        ([0.5], [], ""),
    ],
)  # fmt: skip
def test_a_loss_is_told_beside_the_line_that_it_does_not_beat(values, lines, text):
    assert said(values, *lines) == text


def trained(folder, reached, lines):
    """Record a run of one cell that is looked at before the first iteration and after the third, and return it."""
    settings = replace(DESCRIPTION.settings, cells=("lstm",), iterations=3)
    with Recorder(folder, replace(DESCRIPTION, settings=settings, baselines=lines)) as recorder:
        for iteration, rate in ((0, 0.5), (1, 0), (2, 0), (3, 0.99)):
            if rate:
                recorder.take(Probed("lstm", iteration, {"l0.dh": rate ** np.arange(60.0)[::-1]}, {"l0.f.mean": 0.5}))
            if iteration:
                report: Iteration = iteration_of(settings, "lstm", iteration)
                recorder.take(replace(report, metrics=reached if iteration == 2 else {}))
        recorder.take(Ended("finished", 3))
    return Recording(folder)


def test_the_verdict_says_of_which_iteration_it_is(tmp_path):
    judge = Judge(trained(tmp_path / "run", {"MSE": 0.01, "RMSE": 0.1, "MAE": 0.1}, (CHANCE,)))
    first = "vanishes: the gradient shrinks by 10× every 3.3 steps; steps further back than 19 get less than 1e-6 of it"
    assert judge.verdict("lstm", 2).text == f"{first} (before the first iteration)"
    assert judge.verdict("lstm").text == (
        "healthy: 54 to 59 steps back the gradient is up to 0.58× that of the last step (after iteration 3)"
    )
    assert judge.verdict("lstm") is judge.verdict("lstm", 3)


def test_what_is_measured_beside_the_loss_is_no_measure_of_learning(tmp_path):
    """An accuracy below that of the majority is no reason to say that nothing was learned: the loss is."""
    lines = (Baseline("majority", "MAE", 0.983, best=True), replace(CHANCE, best=True))
    run = trained(tmp_path / "run", {"MSE": 0.01, "RMSE": 0.1, "MAE": 0.99}, lines)
    assert "learned" not in Judge(run).verdict("lstm").text
    assert "nothing is learned yet: MSE 0.168, chance line 0.167" in (
        Judge(trained(tmp_path / "stuck", {"MSE": 0.168, "RMSE": 0.4, "MAE": 0.1}, lines)).verdict("lstm").text
    )
