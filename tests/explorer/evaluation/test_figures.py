"""What a watch has to reach: on days of the simulated line that it has not seen, and on a machine that failed."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.evaluation.evaluate import evaluate
from explorer.evaluation.report import Report
from explorer.evaluation.trial import Trial, on_others, watching
from explorer.presets import find_preset, preset_training
from explorer.sequences import generate, make_dataset, read_table
from explorer.training.loop import Training
from explorer.training.settings import Settings
from explorer.training.tasks import generated_dataset
from tests.counts import cases

FALSE_ALARMS = 0.5


def trained(settings: Settings, dataset) -> Trial:
    """Train to the end, and return the trial of what has come of it."""
    training = Training(replace(settings, measure_every=10_000, probe_every=10_000, weights_every=10_000), dataset)
    list(training)
    (learner,) = training.learners
    return watching(Trial(training.task, dataset.sequences, learner.model.network(), "gru", training.iteration))


def line(seed: int) -> Report:
    """Train the preset with a seed, and judge it on days that it has not seen."""
    settings = replace(preset_training(find_preset("factory")), seed=seed, data_seed=seed)
    trial = trained(settings, generated_dataset(settings))
    return evaluate(on_others(trial, generate("factory", seed=100 + seed, length=40_000, healthy=0)))


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(cases(1, 5)))
def test_a_gru_finds_what_is_amiss_on_a_line_and_simple_rivals_do_not(seed):
    report = line(seed)
    figures, rivals = report.figures, report.rivals
    assert report.facts["faults"] >= 40
    for name in ("rolling z", "Hotelling T²"):
        assert rivals[name]["F1 without stuck rule"] < 0.7
    assert figures["event recall"] >= 0.9
    kinds = {name: value for name, value in figures.items() if name.startswith("recall of")}
    assert len(kinds) == 4
    assert min(kinds.values()) >= 0.8, kinds
    assert figures["false alarms per 1000"] <= FALSE_ALARMS
    assert figures["glitches left quiet"] >= 0.9
    best = max(rivals[name]["event F1"] for name in ("rolling z", "Hotelling T²", "linear regression"))
    assert figures["event F1"] >= best + 0.05
    assert figures["chance"] < 0.01
    assert "better than every rival by event F1" in report.said[2]


MACHINE = Settings(
    task="anomaly", horizon=48, normal=2100, filter=36, held_out=0.25, cells=("gru",), hidden=32, steps=288, batch=8,
    rate=3e-3, iterations=300,
)  # fmt: skip
"""Four hours ahead, learned from the week before the first window of failure."""


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(3))
def test_a_gru_finds_the_failures_of_a_machine_with_few_false_alarms(corpus, seed):
    dataset = make_dataset(read_table(corpus / "sequences" / "nab" / "machine_temperature_system_failure.csv"))
    report = evaluate(trained(replace(MACHINE, seed=seed), dataset))
    assert report.facts["faults"] == 4
    assert report.figures["event recall"] >= 0.75
    assert report.figures["false alarms per 1000"] <= FALSE_ALARMS
    for name, rival in report.rivals.items():
        assert report.figures["event recall"] >= rival["event recall"], name
    assert np.isfinite(report.figures["chance"])
    assert "placed at random, do as well with a probability of" in report.said[1]
