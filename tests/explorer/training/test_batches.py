"""A batch is a function of its number: the same bytes every time, padding marked and never asked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as counts
from hypothesis import strategies as st

from explorer.sequences import Options, dataset_of_texts
from explorer.training.batches import (
    held_out_batches,
    held_out_windows,
    hidden_batch,
    probe_sequences,
    training_batch,
)
from explorer.training.settings import Settings
from explorer.training.tasks import make_task
from tests.explorer.training.drawing import drawn


def parts(batch) -> tuple[bytes, ...]:
    return tuple(array.tobytes() for array in (batch.numbers, batch.codes, batch.answers, batch.mask, batch.lengths))


@counts(max_examples=40, deadline=None)
@given(st.lists(st.integers(2, 40), min_size=2, max_size=9), st.sampled_from([0, 2, 6, 20]), st.integers(0, 99))
def test_masks_lengths_and_padding(lengths, steps, seed):
    chosen = Settings(task="reconstruct", horizon=1, steps=steps, batch=5, seed=seed)
    task = make_task(chosen, drawn(lengths, seed=seed))
    limit = task.settings.steps or max(lengths)
    for batch in (training_batch(task, 1), training_batch(task, 7), *held_out_batches(task)):
        assert batch.numbers.dtype == batch.answers.dtype == np.float32
        assert batch.mask.shape == batch.numbers.shape[:2] == batch.answers.shape[:2]
        assert (batch.mask.sum(axis=1) == batch.lengths).all()
        assert (np.diff(batch.mask.astype(int), axis=1) <= 0).all()
        assert 1 <= batch.lengths.min() <= batch.lengths.max() == batch.mask.shape[1] <= limit
        assert not batch.numbers[~batch.mask].any()
        assert np.isnan(batch.answers[~batch.mask]).all()


def test_a_window_holds_what_stands_in_the_sequence():
    dataset = drawn([300])
    task = make_task(Settings(scale="none", steps=20, horizon=2, batch=50), dataset)
    values = dataset.sequences[0].values.astype(np.float32)
    firsts = set()
    batch = training_batch(task, 3)
    for row, answers in zip(batch.numbers, batch.answers, strict=True):
        first = int(np.flatnonzero((values[:, 0] == row[0, 0]) & (values[:, 1] == row[0, 1]))[0])
        firsts.add(first)
        np.testing.assert_array_equal(row, values[first : first + 20])
        np.testing.assert_array_equal(answers[:, :2], values[first + 1 : first + 21])
        np.testing.assert_array_equal(answers[:, 2:], values[first + 2 : first + 22])
    assert len(firsts) > 35
    assert max(firsts) <= 240 - 20


def test_every_start_of_a_window_comes_the_first_and_the_last_too():
    task = make_task(Settings(scale="none", steps=20, batch=200), drawn([30]))
    first = task.examples[0].numbers[:, 0]
    starts = {int(np.flatnonzero(first == row[0, 0])[0]) for row in training_batch(task, 1).numbers}
    assert starts == set(range(24 - 20 + 1))


@pytest.mark.parametrize("generator", [None, "adding", "temporal-order", "lorenz"])
def test_the_same_seed_gives_the_same_bytes_and_another_does_not(generator):
    def batches(iterations, **seeds):
        if generator is None:
            task = make_task(Settings(batch=4, steps=10, **seeds), drawn([100, 30, 8]))
        else:
            task = make_task(Settings(task="generator", generator=generator, batch=4, steps=50, **seeds))
        return [parts(training_batch(task, iteration)) for iteration in iterations]

    ahead = batches([1, 2, 3, 4])
    assert batches([4, 2]) == [ahead[3], ahead[1]]  # whatever came before
    assert len(set(ahead)) == 4
    assert batches([1], seed=1, data_seed=1) != ahead[:1]


def test_whole_sequences_come_all_once_before_any_comes_again():
    dataset = drawn([5, 9, 7, 6, 8, 4, 10])
    task = make_task(Settings(steps=0, batch=2, held_out=0.3), dataset)
    count = len(task.training)
    assert count == 5
    seen = [length for k in range(1, 6) for length in training_batch(task, k).lengths.tolist()]
    turns = [seen[:count], seen[count:]]
    assert all(sorted(turn) == sorted(part.steps for part in task.training) for turn in turns)
    assert turns[0] != turns[1]


def test_what_came_before_a_window_is_not_asked_in_it():
    task = make_task(Settings(task="reconstruct", horizon=3, steps=20, batch=40), drawn([200]))
    for batch in (training_batch(task, 1), *held_out_batches(task)):
        asked = ~np.isnan(batch.answers).any(axis=2)
        assert not asked[:, :3].any()
        assert asked[:, 3:].all()
        np.testing.assert_array_equal(batch.answers[:, 3:], batch.numbers[:, :-3])


def test_a_long_held_out_part_is_measured_in_windows_chosen_evenly():
    task = make_task(Settings(steps=50, held_out=0.5), drawn([10_000]))
    assert sum(window.steps for window in held_out_windows(task)) == 5000 - 1
    few = held_out_windows(task, 500)
    assert len(few) == 10
    assert {few[k + 1].first - few[k].first for k in range(9)} == {500}
    assert sum(int(batch.lengths.sum()) for batch in held_out_batches(task, 500)) == 500


def test_the_probe_is_held_out_and_stays():
    task = make_task(Settings(steps=20, probe=3), drawn([400]))
    probe = probe_sequences(task)
    assert [batch.numbers.shape for batch in probe] == [(1, 20, 2)] * 3
    assert len({batch.numbers.tobytes() for batch in probe}) == 3
    held_out = task.examples[0].numbers[task.held_out[0].first :]
    for batch in probe:
        at = int(np.flatnonzero(held_out[:, 0] == batch.numbers[0, 0, 0])[0])
        np.testing.assert_array_equal(batch.numbers[0], held_out[at : at + 20])
    assert [parts(batch) for batch in probe] == [parts(batch) for batch in probe_sequences(task)]
    assert len(probe_sequences(make_task(Settings(probe=64), drawn([9, 9, 9])))) == 1


def test_marked_steps_are_not_taught_but_measured():
    task = make_task(Settings(task="anomaly", steps=50, batch=8), drawn([500], marked=True))
    batch, (held_out, *_) = training_batch(task, 1), held_out_batches(task)
    assert batch.marks.any()
    assert np.isnan(batch.answers[batch.marks]).all()
    assert not np.isnan(batch.answers[~batch.marks]).any()
    assert np.isfinite(held_out.answers[held_out.marks]).all()


def test_a_masked_column_is_hidden_in_the_whole_window_and_it_alone_is_asked():
    task = make_task(Settings(task="masked", steps=20, batch=200), drawn([300]))
    batch = training_batch(task, 5)
    asked = ~np.isnan(batch.answers)
    hidden = asked[:, 0].argmax(axis=1)
    assert (asked == (np.arange(2) == hidden[:, None, None])).all()
    assert 60 < hidden.sum() < 140
    rows = np.arange(200)
    assert not batch.numbers[rows, :, hidden].any()
    shown = task.examples[0].numbers
    for row in rows.tolist():
        other = 1 - hidden[row]
        first = int(np.flatnonzero(shown[:, other] == batch.numbers[row, 0, other])[0])
        np.testing.assert_array_equal(batch.numbers[row, :, other], shown[first : first + 20, other])
        np.testing.assert_allclose(
            batch.answers[row, :, hidden[row]], shown[first : first + 20, hidden[row]], rtol=1e-5
        )
    assert parts(training_batch(task, 5)) == parts(batch)
    again = training_batch(task, 6)
    assert ((~np.isnan(again.answers[:, 0])).argmax(axis=1) != hidden).any()


def test_held_out_windows_hide_each_column_in_turn():
    task = make_task(Settings(task="masked", steps=20, batch=4, probe=3), drawn([900]))
    asked = np.concatenate([~np.isnan(batch.answers[:, 0]) for batch in held_out_batches(task)])
    assert (asked.argmax(axis=1) == np.arange(len(asked)) % 2).all()
    assert [np.isnan(batch.answers[0, 0]).tolist() for batch in probe_sequences(task)] == [
        [False, True],
        [True, False],
        [False, True],
    ]
    batch = hidden_batch(task, task.examples[0])
    assert batch.numbers.shape == (2, 900, 2)
    for k in range(2):
        assert not batch.numbers[k, :, k].any()
        np.testing.assert_array_equal(batch.numbers[k, :, 1 - k], task.examples[0].numbers[:, 1 - k])


def test_vectors_stand_for_codes():
    dataset = dataset_of_texts("x.txt", ["a b a c", "c b a", "b b"], ["1", "2", "3"], [""] * 3, Options(), [])
    task = make_task(Settings(batch=2), dataset)
    batch = training_batch(task, 1)
    vectors = np.arange(len(dataset.vocabularies[dataset.features[0]]) * 2, dtype=np.float32).reshape(-1, 2)
    assert batch.numbers.shape[2] == 0
    assert batch.codes.shape[2] == 1
    np.testing.assert_array_equal(batch.x([vectors]), vectors[batch.codes[:, :, 0]])


def test_a_curriculum_grows_to_what_is_set_and_leaves_what_is_held_out():
    generator = {"task": "generator", "generator": "reviews", "generator_settings": (("distance", 100), ("spam", 0.0))}
    plain = make_task(Settings(**generator))
    task = make_task(Settings(**generator, curriculum=0.5, iterations=200))
    longest = [max(int(training_batch(task, k).lengths.max()) for k in range(at, at + 5)) for at in (1, 50, 95)]
    assert longest[0] < 25 < longest[1] < 75 < longest[2]
    assert parts(training_batch(task, 100)) == parts(training_batch(plain, 100))
    assert parts(training_batch(task, 99)) != parts(training_batch(plain, 99))
    for one, other in zip(held_out_batches(task), held_out_batches(plain), strict=True):
        assert parts(one) == parts(other)


def test_a_curriculum_of_texts_begins_with_the_short_ones():
    dataset = drawn(range(5, 105), classes=("good", "bad"))
    task = make_task(Settings(task="classify", curriculum=0.8, iterations=100, batch=8), dataset)
    longest = [int(training_batch(task, k).lengths.max()) for k in (1, 20, 40, 60)]
    assert longest[0] < 20
    assert longest == sorted(longest)
    plain = make_task(Settings(task="classify", batch=8), dataset)
    assert parts(training_batch(task, 80)) == parts(training_batch(plain, 80))
