"""How well sequences are judged: the figures are scikit-learn's, and what is said of learning is what was measured."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from explorer.evaluation.judgements import brier, by_distance, calibration_error, f1, figures_of, said_of_learning
from explorer.evaluation.judgements_rivals import counted, majority

NAMES = ("a", "b", "c")


def drawn(seed, count=200, classes=3):
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.full(classes, 0.5), count), rng.integers(0, classes, count)


@given(st.integers(0, 500), st.integers(1, 60))
def test_the_figures_are_those_of_scikit_learn(seed, count):
    probabilities, due = drawn(seed, count)
    said, found = probabilities.argmax(axis=1), figures_of(probabilities, due, NAMES)
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(due, said))
    assert found["macro-F1"] == pytest.approx(metrics.f1_score(due, said, average="macro"))
    there = sorted({*due.tolist(), *said.tolist()})
    each = metrics.f1_score(due, said, average=None, labels=there)
    assert [found[f"F1 of {NAMES[k]}"] for k in there] == pytest.approx(each.tolist())
    assert all(np.isnan(found[f"F1 of {NAMES[k]}"]) for k in range(3) if k not in there)
    whole = metrics.brier_score_loss(due, probabilities, labels=[0, 1, 2], scale_by_half=True)
    assert found["Brier score"] == pytest.approx(whole)


def test_of_two_classes_the_brier_score_is_that_of_either():
    probabilities, due = drawn(3, classes=2)
    assert brier(probabilities, due) == pytest.approx(metrics.brier_score_loss(due, probabilities[:, 1]))


def test_calibration_is_how_far_certainty_is_from_how_often_it_is_right():
    certain = np.array([0.95] * 10 + [0.65] * 20)
    probabilities, due = np.stack([certain, 1 - certain], axis=1), np.ones(30, np.int64)
    due[:8] = 0  # 8 of 10 where it was 95 % sure
    due[10:23] = 0  # 13 of 20 where it was 65 % sure
    assert calibration_error(probabilities, due) == pytest.approx(10 / 30 * 0.15)


@given(st.integers(0, 200))
def test_calibration_is_the_same_as_counted_one_by_one(seed):
    probabilities, due = drawn(seed)
    certainty, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == due
    total = 0.0
    for k in range(10):
        here = (certainty > k / 10) & (certainty <= (k + 1) / 10)
        if here.any():
            total += here.mean() * abs(right[here].mean() - certainty[here].mean())
    assert calibration_error(probabilities, due) == pytest.approx(total)


def test_where_nothing_is_asked_there_is_no_figure():
    found = figures_of(np.zeros((0, 2)), np.zeros(0, np.int64), ("a", "b"))
    assert all(np.isnan(value) for value in found.values())
    assert np.isnan(f1(np.zeros(0, np.int64), np.zeros(0, np.int64), 2)).all()


def test_accuracy_over_the_distance_leaves_out_what_has_no_clue():
    distance = np.array([0, 9, 10, 19, 47, np.nan])
    right = np.array([True, False, True, True, False, False])
    found = [(each.first, each.last, each.count, each.accuracy) for each in by_distance(right, distance)]
    assert found == [(0, 9, 2, 0.5), (10, 19, 2, 1.0), (40, 49, 1, 0.0)]
    assert by_distance(right, np.full(6, np.nan)) == ()


def curve(*accuracy):
    return np.arange(1, len(accuracy) + 1) * 100.0, np.array(accuracy)


def test_who_needs_twice_the_iterations_learns_later():
    said = said_of_learning({"rnn": curve(0.5, 0.6, 0.99), "gru": curve(0.96, 1, 1)}, nothing=0.5, best=1, limit=300)
    assert said == (
        "the RNN learns later, after 300 iterations: accuracy 0.95, the GRU after 100",
        "the GRU has learned it after 100 iterations: accuracy 0.95",
    )


def test_who_does_not_get_there_has_not_learned_it_within_the_limit():
    said = said_of_learning({"rnn": curve(0.5, 0.7, 0.6), "gru": curve(0.6, 0.9, 1)}, nothing=0.5, best=1, limit=300)
    assert said == (
        "the RNN has not learned it within 300 iterations: accuracy 0.7",
        "the GRU has learned it after 300 iterations: accuracy 0.95",
    )
    assert not any("forget" in sentence for sentence in said)


def test_less_than_twice_the_iterations_is_not_later():
    said = said_of_learning({"rnn": curve(0, 0, 1), "gru": curve(0, 1, 1)}, nothing=0.5, best=1, limit=300)
    assert [("later" in sentence) for sentence in said] == [False, False]


def test_the_majority_is_that_of_training():
    np.testing.assert_allclose(majority(np.array([0, 2, 2, 2]), 3, 2), [[0.25, 0, 0.75]] * 2)


def test_counted_words_know_which_words_there_are_and_not_in_which_order():
    texts = [["so", "good"], ["good", "stuff"], ["so", "bad"], ["bad", "stuff"]] * 5
    taught = np.array([1, 1, 0, 0] * 5)
    found = counted(texts, taught, 3, [["good"], ["bad"], ["so"]])
    assert found[0, 1] > 0.6
    assert found[1, 0] > 0.6
    assert found[2, 0] == pytest.approx(0.5, abs=0.05)
    assert found[:, 2].tolist() == [0, 0, 0]
    np.testing.assert_allclose(found.sum(axis=1), 1)


def test_of_one_class_alone_that_is_all_that_is_said():
    np.testing.assert_array_equal(counted([["a"], ["b"]], np.array([1, 1]), 2, [["a"]]), [[0, 1]])
