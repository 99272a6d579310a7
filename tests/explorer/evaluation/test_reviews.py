"""What the system of reviews has to reach: on its own grammar near and far, and on texts that people wrote."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.evaluation.evaluate import evaluate
from explorer.evaluation.judgements_report import ANEW, FARTHEST
from explorer.evaluation.judgements_rivals import COUNTED
from explorer.evaluation.trial import on_others, read_trial
from explorer.presets import file_training, find_preset, preset_training
from explorer.sequences import generate, read_dataset
from explorer.training.description import begin_run
from explorer.training.origin import origin_of, origin_table
from explorer.training.runs import Recording
from explorer.training.session import Session
from tests.counts import cases

PRESET = find_preset("reviews")
TWO = {
    "rnn": {"rate": 1e-3},
    "lstm": {"rate": 4e-3, "init": "chrono"},
    "gru": {"rate": 4e-3, "init": "chrono"},
}
"""What is trained on two aspects; all have the same curriculum and the same iterations."""

SEEDS = range(cases(1, 5))


def trained(folder, settings, dataset=None):
    """Return the folder of a run, trained to its end."""
    folder.mkdir()
    begin_run(folder, settings, {} if dataset is None else origin_table(origin_of(dataset)))
    with Session(folder, dataset=dataset) as session:
        for _ in session.iterations():
            pass
    return folder


def unseen(**settings):
    return generate("reviews", seed=4321, reviews=2000, **settings)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", SEEDS)
def test_as_it_opens_an_rnn_judges_near_and_far(tmp_path, seed):
    run = trained(tmp_path / "run", replace(preset_training(PRESET), seed=seed, data_seed=seed))
    report = evaluate(on_others(read_trial(run), unseen()))
    assert report.figures["accuracy"] >= 0.95
    assert report.figures[FARTHEST] >= 0.95
    assert report.rivals[COUNTED]["accuracy"] <= 0.75
    assert report.figures["calibration error"] < 0.05
    assert any(sentence.startswith("the RNN has learned it after ") for sentence in report.said)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_curriculum_it_learns_later(tmp_path, seed):
    since = {}
    for curriculum in (0.5, 0.0):
        settings = replace(preset_training(PRESET), curriculum=curriculum, seed=seed, data_seed=seed)
        columns = Recording(trained(tmp_path / f"{curriculum}", settings)).metrics("rnn")
        reached = columns["iteration"][columns["accuracy"] >= 0.95]
        since[curriculum] = reached[0] if len(reached) else np.inf
    assert since[0.0] >= 1.5 * since[0.5]


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("cell", TWO)
def test_of_two_aspects_the_gated_cells_keep_both_and_the_rnn_does_not(tmp_path, cell, seed):
    settings = replace(
        preset_training(PRESET), cells=(cell,), hidden=96, iterations=1500, seed=seed, data_seed=seed,
        generator_settings=(("aspects", 2),), **TWO[cell],
    )  # fmt: skip
    report = evaluate(on_others(read_trial(trained(tmp_path / "run", settings)), unseen(aspects=2)))
    assert report.rivals[COUNTED]["accuracy"] <= 0.75
    if cell == "rnn":
        assert report.figures[FARTHEST] <= 0.75
        return
    assert report.figures["accuracy"] >= 0.97
    assert report.figures[FARTHEST] >= 0.95


def on_file(folder, file, cell, seed):
    """Return the report of a cell that was trained on a file as the preset says."""
    dataset = read_dataset(str(file))
    settings = replace(file_training(PRESET), cells=(cell,), seed=seed)
    return evaluate(read_trial(trained(folder, settings, dataset), dataset=None))


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_spam_is_found_among_text_messages(tmp_path, corpus, cell):
    """A seed is a split, too, and of some 150 messages of spam in the held-out part one is 0.003 of the F1."""
    anew, found = f"accuracy {ANEW}", []
    for seed in SEEDS:
        report = on_file(tmp_path / f"{seed}", corpus / "sequences/text/uci_SMSSpamCollection.tsv", cell, seed)
        own, rival = report.figures, report.rivals[COUNTED]
        assert own["accuracy"] >= 0.98
        assert own["F1 of spam"] >= 0.93
        found.append((own["F1 of spam"], own[anew] - rival[anew]))
    spam, gap = np.mean(found, axis=0)
    assert spam >= 0.94
    assert gap >= -0.005


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_short_reviews_are_judged_almost_as_well_as_by_counted_words(tmp_path, corpus, cell):
    gaps = []
    for seed in range(3):
        report = on_file(tmp_path / f"{seed}", corpus / "sequences/text/vader_amazonReviewSnippets.csv", cell, seed)
        gaps.append(report.figures["accuracy"] - report.rivals[COUNTED]["accuracy"])
    assert np.mean(gaps) >= -0.03
