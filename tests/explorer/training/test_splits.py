"""Nothing that is held out is ever seen in training: no step, no scale, no class."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.errors import DataError
from explorer.sequences import Dataset, Label, Sequence
from explorer.training.batches import held_out_batches, training_batch
from explorer.training.settings import Settings
from explorer.training.splits import split_by_sequences, split_in_time
from explorer.training.tasks import make_task
from tests.explorer.training.drawing import drawn

LENGTHS = st.lists(st.integers(1, 60), min_size=1, max_size=8)
PART = st.floats(0.01, 0.9)


@given(LENGTHS, PART, st.integers(0, 10))
def test_in_time_the_last_part_is_held_out_behind_a_gap(lengths, held_out, gap):
    try:
        split = split_in_time(lengths, held_out, gap, "x.csv")
    except DataError:
        assert all(int(np.ceil(length * (1 - held_out))) + gap >= length for length in lengths)
        return
    trained = {part.example: part for part in split.training}
    assert sorted(trained) == list(range(len(lengths)))
    assert all(part.first == 0 < part.last <= lengths[k] for k, part in trained.items())
    for part in split.held_out:
        assert trained[part.example].last + gap == part.first < part.last == lengths[part.example]


@given(st.lists(st.integers(1, 60), min_size=2, max_size=30), PART, st.integers(0, 2**63 - 1))
def test_by_sequences_each_is_on_one_side(lengths, held_out, seed):
    split = split_by_sequences(lengths, held_out, seed, "x.csv")
    sides = [{part.example for part in side} for side in split]
    assert all(sides)
    assert sides[0].isdisjoint(sides[1])
    assert sides[0] | sides[1] == set(range(len(lengths)))
    assert all((part.first, part.last) == (0, lengths[part.example]) for side in split for part in side)
    assert split == split_by_sequences(lengths, held_out, seed, "x.csv")


def test_the_seed_decides_which_sequences():
    sides = {split_by_sequences([5] * 20, 0.3, seed, "x").held_out for seed in range(5)}
    assert len(sides) == 5
    assert all(len(side) == 6 for side in sides)


def test_what_cannot_be_split_is_said():
    with pytest.raises(DataError, match=r"x.csv: there is only one sequence"):
        split_by_sequences([100], 0.2, 0, "x.csv")
    with pytest.raises(
        DataError, match=r"x.csv: no sequence is long enough to hold out 0.2 .* gap of 7 steps.* 9 steps"
    ):
        split_in_time([9, 5], 0.2, 7, "x.csv")


def spoiled(dataset: Dataset, where: dict[int, int], rng: np.random.Generator) -> Dataset:
    """Return the data with everything else from a step on, of the sequences that ``where`` names."""
    sequences = []
    for k, sequence in enumerate(dataset.sequences):
        first = where.get(k, len(sequence))
        values = sequence.values.copy()
        values[first:] = rng.normal(500, 100, values[first:].shape)
        marks = sequence.labels[0].values.copy()
        marks[first:] = ~marks[first:]
        label = "spoiled" if k in where else sequence.label
        sequences.append(Sequence(sequence.name, values, sequence.features, (Label("odd", marks),), label=label))
    return Dataset(tuple(sequences), dataset.source)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["forecast", "anomaly", "reconstruct", "tagging", "classify"]),
    st.sampled_from(["time", "sequences"]),
    st.integers(1, 5),
    st.sampled_from([0, 7, 200]),
    st.integers(0, 1000),
)
def test_what_is_held_out_changes_nothing_in_training(task, split, horizon, steps, seed):
    lengths = [60] if split == "time" else [20, 31, 25, 40]
    if task == "classify":
        split, lengths = "sequences", [20, 31, 25, 40, 12, 9]
    chosen = Settings(task=task, split=split, horizon=horizon, steps=steps, seed=seed, batch=4)
    dataset = drawn(lengths, seed=seed, marked=True, classes=("one", "two") if task == "classify" else ())
    before = make_task(chosen, dataset)
    held_out = {part.example: part.first for part in before.held_out}
    after = make_task(chosen, spoiled(dataset, held_out, np.random.default_rng(seed)))
    assert after.training == before.training
    for iteration in (1, 2, 3):
        one, other = training_batch(before, iteration), training_batch(after, iteration)
        assert one.numbers.tobytes() == other.numbers.tobytes()
        assert one.answers.tobytes() == other.answers.tobytes()
    assert held_out_batches(before)[0].numbers.tobytes() != held_out_batches(after)[0].numbers.tobytes()
