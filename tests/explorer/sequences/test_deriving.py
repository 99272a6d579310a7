"""Changes in place of a column: what they are, that they never look ahead, and that nothing else is lost."""

from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from explorer.errors import UsageError
from explorer.sequences import Dataset, Filled, Label, Sequence, derive, derived_columns, plain_features, restore
from explorer.sequences.deriving import MEAN_STEPS, above_mean, changes

COLUMNS = arrays(np.float64, st.integers(1, 200), elements=st.floats(-1e6, 1e6))


def data(*lengths, **options):
    rng = np.random.default_rng(3)
    names = ("price", "volume", "low")
    return Dataset(
        tuple(Sequence(f"s{k}", rng.normal(50, 9, (length, 3)), names, **options) for k, length in enumerate(lengths)),
        "prices.csv",
    )


def test_a_change_is_from_the_step_before_and_the_mean_is_of_the_last_steps():
    x = np.random.default_rng(0).normal(100, 5, 300)
    np.testing.assert_array_equal(changes(x), [0, *(x[t] - x[t - 1] for t in range(1, 300))])
    expected = [x[t] - x[max(0, t - 63) : t + 1].mean() for t in range(300)]
    np.testing.assert_allclose(above_mean(x), expected, atol=1e-12)
    assert MEAN_STEPS == 64


def test_far_from_zero_it_is_as_exact():
    x = np.random.default_rng(0).integers(-100, 100, 300).astype(float)
    np.testing.assert_array_equal(above_mean(x + 2.0**40), above_mean(x))


@given(COLUMNS, st.data())
def test_what_comes_later_changes_nothing_before_and_a_part_is_as_the_whole(column, drawn):
    now = drawn.draw(st.integers(1, len(column)))
    other = column.copy()
    other[now:] = drawn.draw(arrays(np.float64, len(column) - now, elements=st.floats(-1e6, 1e6)))
    for made in (changes, above_mean):
        np.testing.assert_array_equal(made(column)[:now], made(other)[:now])
        np.testing.assert_array_equal(made(column)[:now], made(column[:now]))


@given(COLUMNS, st.data())
def test_from_a_mean_on_a_window_is_as_the_whole(column, drawn):
    first = drawn.draw(st.integers(0, len(column) - 1))
    np.testing.assert_array_equal(changes(column[first:])[1:], changes(column)[first + 1 :])
    np.testing.assert_array_equal(above_mean(column[first:])[MEAN_STEPS - 1 :], above_mean(column)[first:][63:])


def test_the_column_becomes_a_target_and_its_pair_stands_in_its_place():
    dataset = data(90, 1)
    derived = derive(dataset, ["low", "price"])
    assert derived.features == ("price change", "price above mean", "volume", "low change", "low above mean")
    assert derived_columns(derived) == ("price", "low")
    assert plain_features(derived.features, derived_columns(derived)) == dataset.features
    for before, after in zip(dataset.sequences, derived.sequences, strict=True):
        np.testing.assert_array_equal(after.targets, before.values[:, [0, 2]])
        np.testing.assert_array_equal(after.values[:, 0], changes(before.values[:, 0]))
        np.testing.assert_array_equal(after.values[:, 2], before.values[:, 1])
        np.testing.assert_array_equal(after.values[:, 4], above_mean(before.values[:, 2]))


def test_what_is_derived_already_stays():
    derived = derive(data(90), ["price"])
    assert derive(derived, ["price"]) is derived
    assert derive(derived, ["price", "low"]).features == derive(data(90), ["price", "low"]).features


def test_everything_else_is_kept():
    marks = np.arange(90) % 7 == 0
    gaps = Filled(np.array([4, 5, 60]), np.array([6, 7, 62]), np.array([1, 1, 3]))
    dataset = data(
        90,
        labels=(Label("odd", marks),),
        times=np.arange(90.0),
        time_name="t",
        label="bull",
        tokens=tuple("ab" * 45),
        targets=np.ones((90, 1)),
        target_names=("rating",),
        filled=MappingProxyType({"price": gaps, "volume": gaps}),
    )
    sequence = derive(dataset, ["price"]).sequences[0]
    assert sequence.filled == {"price change": gaps, "price above mean": gaps, "volume": gaps}
    assert sequence.target_names == ("rating", "price")
    assert np.flatnonzero(np.isnan(sequence.targets[:, 1])).tolist() == [4, 5, 60]
    same = dataset.sequences[0]
    assert (sequence.labels, sequence.tokens, sequence.label) == (same.labels, same.tokens, "bull")
    np.testing.assert_array_equal(sequence.times, same.times)
    back = restore(derive(dataset, ["price"])).sequences[0]
    np.testing.assert_allclose(back.values, same.values, rtol=1e-13)
    assert (back.features, back.target_names, dict(back.filled)) == (same.features, ("rating",), dict(same.filled))


@pytest.mark.parametrize("gap", [[], [0], [0, 1, 89], list(range(1, 90))])
def test_restored_it_is_as_it_was_before(gap):
    gaps = Filled(np.array(gap, int), np.array(gap, int), np.ones(len(gap)))
    dataset = data(90, filled=MappingProxyType({"low": gaps}))
    back = restore(derive(dataset, ["price", "low"]))
    np.testing.assert_allclose(back.sequences[0].values, dataset.sequences[0].values, rtol=1e-12)
    assert back.sequences[0].targets is None
    assert restore(back) is back


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        (["close"], "'close' is none; there are price, volume, low"),
        (["word"], "'word' is none; there are price, volume, low"),
        (["rating"], "'rating' is none"),
    ],
)
def test_what_has_no_changes_is_refused(columns, says):
    made = data(5, targets=np.ones((5, 1)), target_names=("rating",))
    sequence = made.sequences[0]
    words = Sequence("s", np.column_stack([sequence.values, np.zeros(5)]), (*sequence.features, "word"))
    dataset = Dataset((words,), "x", vocabularies={"word": ("<pad>",)}) if columns == ["word"] else made
    with pytest.raises(UsageError, match=says):
        derive(dataset, columns)


def test_a_name_that_is_taken_is_refused():
    sequence = Sequence("s", np.ones((5, 2)), ("price", "price change"))
    with pytest.raises(UsageError, match="would be called 'price change', which is there"):
        derive(Dataset((sequence,), "x"), ["price"])
    asked = Sequence("s", np.ones((5, 1)), ("price",), targets=np.ones((5, 1)), target_names=("price",))
    with pytest.raises(UsageError, match="would be called 'price', which is there"):
        derive(Dataset((asked,), "x"), ["price"])
