"""The tasks: what is asked follows from what was shown, and chance is what guessing reaches."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.sequences import generate

seeds = st.integers(0, 1000)


def made(name, **settings):
    """Return the sequence of a task."""
    return generate(name, **settings).sequences[0]


@given(seeds, st.integers(1, 250), st.floats(0, 1))
def test_an_echo_is_due_a_delay_after_each_pulse(seed, delay, rate):
    sequence = made("delayed-echo", seed=seed, delay=delay, rate=rate)
    pulse, (echo,) = sequence.values[:, 0], sequence.labels
    assert set(np.unique(pulse)) <= {0.0, 1.0}
    expected = np.zeros(200, dtype=bool)
    expected[delay:] = pulse[: max(0, 200 - delay)] == 1
    np.testing.assert_array_equal(echo.values, expected)
    np.testing.assert_array_equal(sequence.targets[:, 0], expected)


@given(seeds, st.integers(21, 200), st.integers(1, 10), st.integers(2, 20))
def test_a_copy_is_asked_for_after_the_word_to_go(seed, length, symbols, kinds):
    sequence = made("copy", seed=seed, length=length, symbols=symbols, kinds=kinds)
    symbol, target = sequence.values[:, 0], sequence.targets[:, 0]
    assert np.all((symbol[:symbols] >= 1) & (symbol[:symbols] <= kinds))
    assert not symbol[symbols : length - symbols - 1].any()
    assert set(symbol[length - symbols - 1 :]) == {kinds + 1}
    assert not target[: length - symbols].any()
    np.testing.assert_array_equal(target[length - symbols :], symbol[:symbols])
    np.testing.assert_array_equal(np.flatnonzero(sequence.labels[0].values), np.arange(length - symbols, length))


@given(seeds, st.integers(2, 99))
def test_adding_marks_one_step_of_each_half_and_asks_for_their_sum_at_the_end(seed, length):
    sequence = made("adding", seed=seed, length=length)
    value, marker = sequence.values.T
    assert np.all((value >= 0) & (value <= 1))
    assert np.sum(marker[: length // 2]) == np.sum(marker[length // 2 :]) == 1
    assert set(np.unique(marker)) <= {0.0, 1.0}
    assert np.isnan(sequence.targets[:-1]).all()
    assert sequence.targets[-1, 0] == pytest.approx(value[marker == 1].sum(), abs=1e-9)


@given(seeds, st.integers(1, 99))
def test_parity_tells_whether_the_ones_so_far_are_odd(seed, length):
    every, last = (made("parity", seed=seed, length=length, asked=asked) for asked in ("each-step", "last-step"))
    np.testing.assert_array_equal(every.values, last.values)
    bits = every.values[:, 0].astype(int)
    np.testing.assert_array_equal(every.targets[:, 0], [sum(bits[: t + 1]) % 2 for t in range(length)])
    assert np.isnan(last.targets[:-1]).all()
    assert last.targets[-1, 0] == sum(bits) % 2


@given(seeds, st.integers(10, 300), st.sampled_from([2, 3]))
def test_temporal_order_asks_in_which_order_x_and_y_came(seed, length, symbols):
    sequence = made("temporal-order", seed=seed, length=length, symbols=symbols)
    assert sequence.features == ("a", "b", "c", "d", "X", "Y", "E", "B")
    np.testing.assert_array_equal(sequence.values.sum(axis=1), 1)
    text = "".join(sequence.features[k] for k in sequence.values.argmax(axis=1))
    assert text[0] == "E"
    assert text[-1] == "B"
    places = [t for t, letter in enumerate(text) if letter in "XY"]
    assert len(places) == symbols
    assert set(text[1:-1]) <= set("abcdXY")
    order = "".join(text[place] for place in places)
    assert sequence.targets[-1, 0] == int(order.replace("X", "0").replace("Y", "1"), 2)
    assert np.isnan(sequence.targets[:-1]).all()
    np.testing.assert_array_equal(np.flatnonzero(sequence.labels[0].values), places)
    spans = {2: [(0.1, 0.2), (0.5, 0.6)], 3: [(0.1, 0.2), (0.33, 0.43), (0.66, 0.76)]}[symbols]
    for place, (low, high) in zip(places, spans, strict=True):
        assert math.floor(low * length + 1e-9) <= place <= high * length + 1e-9


def test_in_a_hundred_steps_the_symbols_stand_where_they_were_published():
    for symbols, spans in ((2, [(10, 20), (50, 60)]), (3, [(10, 20), (33, 43), (66, 76)])):
        places = [
            np.flatnonzero(made("temporal-order", seed=seed, length=100, symbols=symbols).labels[0].values)
            for seed in range(300)
        ]
        assert list(zip(np.min(places, axis=0), np.max(places, axis=0), strict=True)) == spans


@given(seeds, st.integers(1, 60), st.integers(1, 16), st.floats(0, 1))
def test_a_flip_flop_holds_each_bit_until_its_next_pulse(seed, length, bits, rate):
    sequence = made("flip-flop", seed=seed, length=length, bits=bits, rate=rate)
    assert sequence.values.shape == sequence.targets.shape == (length, bits)
    assert set(np.unique(sequence.values)) <= {-1.0, 0.0, 1.0}
    assert np.all(sequence.values[0] != 0)
    state = np.zeros(bits)
    for pulse, target in zip(sequence.values, sequence.targets, strict=True):
        state = np.where(pulse != 0, pulse, state)
        np.testing.assert_array_equal(target, state)


def test_pulses_come_as_often_as_their_rate_says():
    values = made("flip-flop", seed=0, length=20_000, bits=2, rate=0.3).values
    assert np.mean(values != 0) == pytest.approx(0.3, abs=0.01)
    assert values.mean() == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(("name", "horizon"), [("mackey-glass", 6), ("lorenz", 5), ("lorenz", 40)])
def test_foretelling_asks_for_what_comes_later(name, horizon):
    sequence = made(name, seed=2, length=300, horizon=horizon)
    np.testing.assert_array_equal(sequence.targets[:-horizon], sequence.values[horizon:])
    assert np.isfinite(sequence.targets).all()


@pytest.mark.parametrize(
    ("name", "given_", "measure", "value"),
    [
        ("adding", {}, "MSE", 0.166667),
        ("copy", {"length": 120}, "cross-entropy", 0.173287),
        ("copy", {"length": 220}, "cross-entropy", 0.094520),
        ("copy", {"length": 320}, "cross-entropy", 0.064983),
        ("copy", {"length": 520}, "cross-entropy", 0.039989),
        ("copy", {"length": 1020}, "cross-entropy", 0.020387),
        ("copy", {"length": 2020}, "cross-entropy", 0.010294),
        ("parity", {}, "cross-entropy", math.log(2)),
        ("temporal-order", {"symbols": 2}, "cross-entropy", math.log(4)),
        ("temporal-order", {"symbols": 3}, "cross-entropy", math.log(8)),
        ("regimes", {"regimes": 5}, "cross-entropy", math.log(5)),
        ("flip-flop", {}, "MSE", 1.0),
    ],
)
def test_chance_is_what_is_published_for_these_settings(name, given_, measure, value):
    chance = generate(name, seed=0, **given_).chance
    assert chance == (measure, pytest.approx(value, abs=6e-7))


@pytest.mark.parametrize(
    ("name", "given_"),
    [
        ("adding", {"length": 10}),
        ("delayed-echo", {"length": 60, "delay": 20, "rate": 0.3}),
        ("flip-flop", {"length": 20}),
        ("mackey-glass", {"length": 2000}),
        ("lorenz", {"length": 2000}),
    ],
)
def test_who_always_answers_the_same_is_as_far_off_as_chance_says(name, given_):
    datasets = [
        generate(name, seed=seed, **given_) for seed in range(2 if name in ("lorenz", "mackey-glass") else 2000)
    ]
    targets = [data.sequences[0].targets for data in datasets]
    if name in ("lorenz", "mackey-glass"):  # of that very sequence
        found = np.mean((targets[0] - targets[0].mean(axis=0)) ** 2)
    else:
        answers = np.concatenate(targets)
        answers = answers[np.isfinite(answers)]
        found = np.mean((answers - answers.mean()) ** 2)
    assert datasets[0].chance == ("MSE", pytest.approx(found, rel=0.05))


def test_every_answer_that_chance_calls_equally_likely_is():
    for name, given_, classes in (("temporal-order", {"symbols": 3}, 8), ("parity", {"asked": "last-step"}, 2)):
        answers = [int(made(name, seed=seed, **given_).targets[-1, 0]) for seed in range(1600)]
        np.testing.assert_allclose(np.bincount(answers) / 1600, 1 / classes, atol=0.04)
        assert max(answers) == classes - 1


@pytest.mark.parametrize("aspects", [1, 2])
def test_a_review_is_judged_by_its_clue_and_by_what_comes_last(aspects):
    reviews = generate("reviews", seed=3, aspects=aspects, reviews=400).sequences
    turns = {"but": "none not", "yet": "nothing"}
    followed = {"turned": 0, "confirmed": 0, "nothing": 0}
    for review in reviews:
        (clue,), clause = (np.flatnonzero(label.values) for label in review.labels) if marked(review) else ((None,), ())
        if clue is None:
            assert review.label == "unhelpful"
            assert not {"truly", "about"} & set(review.tokens)
            continue
        words = review.tokens
        assert words[clue - 1] == "truly"
        good = words[clue] in ("good", "great", "strong", "useful")
        if aspects == 2:
            last = max(k for k, word in enumerate(words[: len(words) - len(clause)]) if word == "about")
            assert words[last + 1] == "the"
            assert words[last + 2] == words[clue - 3]
        turned = len(clause) > 0 and words[clause[0]] in turns
        followed["turned" if turned else "confirmed" if len(clause) else "nothing"] += 1
        assert review.label == ("helpful" if good != turned else "unhelpful")
    assert all(95 < count < 145 for count in followed.values())


def marked(review):
    return any(label.values.any() for label in review.labels)


def test_a_reviews_clue_is_as_far_away_as_is_set():
    def fillers(distance):
        reviews = generate("reviews", seed=1, distance=distance, spam=0, reviews=500).sequences
        clues, clauses = ([np.flatnonzero(review.labels[k].values) for review in reviews] for k in (0, 1))
        return {
            (clause[0] if len(clause) else len(review)) - 1 - clue[0]
            for review, clue, clause in zip(reviews, clues, clauses, strict=True)
        }

    assert fillers(0) == {0}
    assert fillers(12) == set(range(13))


def test_what_knows_only_how_much_of_the_reviews_is_spam_has_its_entropy():
    dataset = generate("reviews", seed=2, spam=0.4, reviews=4000)
    likely = np.mean([review.label == "helpful" for review in dataset.sequences])
    assert likely == pytest.approx(0.3, abs=0.03)
    assert dataset.chance == ("cross-entropy", pytest.approx(-0.3 * np.log(0.3) - 0.7 * np.log(0.7)))
