"""The report of judged sequences: its figures are those of its rows, its rivals learn what the network did."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.errors import DataError
from explorer.evaluation.evaluate import evaluate
from explorer.evaluation.judgements_report import ANEW, FARTHEST
from explorer.evaluation.trial import Trial, on_others, read_trial
from explorer.sequences import Options, dataset_of_texts, generate
from explorer.training.description import begin_run
from explorer.training.learner import network_for
from explorer.training.session import Session
from explorer.training.settings import Settings
from explorer.training.tasks import example_sequences, make_task
from tests.explorer.training.drawing import drawn

COUNTED = "TF-IDF + logistic regression"
REVIEWS = Settings(
    task="generator", generator="reviews", generator_settings=(("spam", 0.2),), cells=("rnn", "gru"), hidden=6,
    embedding=4, batch=16, iterations=6, measure_every=2, weights_every=2, probe_every=6,
)  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "reviews"
    folder.mkdir()
    begin_run(folder, REVIEWS)
    with Session(folder) as session:
        for _ in session.iterations():
            pass
    return folder


def test_every_figure_can_be_counted_from_the_rows(run):
    trial = read_trial(run, "gru")
    report = evaluate(trial)
    rows = report.columns
    assert len(rows["index"]) == len(trial.task.held_out) == report.facts["sequences"]
    np.testing.assert_array_equal(rows["flag"], rows["target"] != rows["prediction"])
    assert report.figures["accuracy"] == pytest.approx(1 - rows["flag"].mean())
    assert set(rows["target"]) == {"helpful", "unhelpful"}
    assert ((rows["score"] >= 0.5) & (rows["score"] <= 1)).all()
    shown = [trial.sequences[k] for k in rows["index"]]
    assert [each.label for each in shown] == rows["target"].tolist()
    clues = [np.flatnonzero(each.labels[0].values) for each in shown]
    away = np.array([len(each) - 1 - clue[0] if len(clue) else -1 for each, clue in zip(shown, clues, strict=True)])
    assert report.figures[FARTHEST] == pytest.approx(1 - rows["flag"][away >= 40].mean())
    stretches = report.facts["by distance"]
    assert sum(each["count"] for each in stretches) == np.count_nonzero(away >= 0)
    for each in stretches:
        here = (away >= each["from"]) & (away <= each["to"])
        assert (each["count"], each["accuracy"]) == (here.sum(), pytest.approx(1 - rows["flag"][here].mean()))


def test_the_moments_of_the_run_are_judged_alike(run):
    report = evaluate(read_trial(run, "rnn"))
    moments = report.facts["by iteration"]
    assert [each["iteration"] for each in moments] == [0, 2, 4, 6]
    assert moments[-1]["accuracy"] == report.figures["accuracy"]
    assert moments[-1]["by distance"] == report.facts["by distance"]
    early = evaluate(read_trial(run, "rnn", 2))
    assert moments[1]["accuracy"] == early.figures["accuracy"]
    assert sum("within 6 iterations" in sentence for sentence in report.said) == 2


def test_counted_words_find_spam_and_single_words_and_no_more(run):
    reviews = generate("reviews", seed=5, reviews=600, spam=0.2)
    report = evaluate(on_others(read_trial(run), reviews))
    assert report.facts["sequences"] == 600
    rivals = report.rivals
    assert 0.55 < rivals[COUNTED]["accuracy"] < 0.8
    share = np.mean([each.label == "unhelpful" for each in reviews.sequences])
    assert rivals["majority"]["accuracy"] == pytest.approx(share)
    assert any(COUNTED in sentence and "better or as good" in sentence for sentence in report.said)


def texts():
    """Return ten texts three times, and as many that stand there once, of two classes."""
    all_ = [f"{word} is number {k} here" for k, word in enumerate(("good", "bad") * 5)] * 3
    all_ += [f"{word} is alone with {'x' * (k + 1)}" for k, word in enumerate(("good", "bad") * 15)]
    return dataset_of_texts("x.csv", all_, [], ["yes" if "good" in text else "no" for text in all_], Options(), [])


def trial_of(settings, dataset):
    task = make_task(settings, dataset)
    return Trial(task, example_sequences(task, dataset), network_for(task, "gru"), "gru", 0)


def test_texts_that_stand_in_the_training_too_are_left_out_of_a_figure():
    trial = trial_of(Settings(task="classify", hidden=4, held_out=0.3), texts())
    report = evaluate(trial)
    taught = {trial.sequences[part.example].tokens for part in trial.task.training}
    again = [trial.sequences[part.example].tokens in taught for part in trial.task.held_out]
    assert report.facts["texts that stand in the training, too"] == sum(again)
    assert 0 < sum(again) < len(again)
    anew = 1 - report.columns["flag"][~np.array(again)]
    assert report.figures[f"accuracy {ANEW}"] == pytest.approx(anew.mean())
    assert [ANEW in sentence for sentence in report.said] == [False, True]
    assert "by distance" not in report.facts
    assert report.rivals[COUNTED]["accuracy"] == 1.0


def test_sequences_of_numbers_have_no_rival_that_counts_words():
    report = evaluate(trial_of(Settings(task="classify", hidden=4), drawn((9, 12, 7, 11) * 5, classes=("a", "b"))))
    assert list(report.rivals) == ["majority"]
    assert "texts that stand in the training, too" not in report.facts


def test_a_sequence_without_a_label_is_not_judged():
    trial = trial_of(Settings(task="classify", hidden=4), texts())
    others = texts()
    blank = replace(others, sequences=(replace(others.sequences[0], label=""), *others.sequences[1:5]))
    report = evaluate(on_others(trial, blank))
    assert report.facts["sequences"] == 4
    assert len(report.columns["index"]) == 4
    others = replace(others, sequences=tuple(replace(each, label="maybe") for each in others.sequences))
    with pytest.raises(DataError, match="none of these sequences has a label that the network can answer: no, yes"):
        evaluate(on_others(trial, others))
