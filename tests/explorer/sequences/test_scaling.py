"""Standardising: mean 0, sd 1, and back, whatever the numbers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from explorer.sequences import Dataset, Scaling, Sequence


def dataset(*values):
    width = np.shape(values[0])[1]
    names = tuple(f"x{i}" for i in range(width))
    return Dataset(tuple(Sequence("s", np.asarray(part, dtype=float), names) for part in values), "test")


def test_mean_and_sd_are_those_of_all_steps_of_all_sequences():
    rng = np.random.default_rng(0)
    first, second = rng.normal(5, 3, (40, 2)), rng.normal(-1, 0.1, (7, 2))
    scaling = Scaling.fit(dataset(first, second))
    together = np.concatenate([first, second])
    np.testing.assert_allclose(scaling.mean, together.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(scaling.sd, together.std(axis=0), rtol=1e-13)
    scaled = scaling.apply(together)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-13)
    np.testing.assert_allclose(scaled.std(axis=0), 1, rtol=1e-13)


@pytest.mark.parametrize("value", [0.0, 0.1, -7.3, 1e300])
def test_a_constant_feature_keeps_sd_one_and_becomes_zero(value):
    scaling = Scaling.fit(dataset(np.full((1000, 1), value)))
    assert (scaling.mean[0], scaling.sd[0]) == (value, 1.0)
    assert np.all(scaling.apply(np.full((3, 1), value)) == 0)


def test_values_that_are_not_finite_do_not_count_and_stay():
    scaling = Scaling.fit(dataset([[1.0], [np.nan], [3.0], [np.inf], [-np.inf]]))
    assert (scaling.mean[0], scaling.sd[0]) == (2.0, 1.0)
    np.testing.assert_array_equal(scaling.apply(np.array([[np.inf], [np.nan]])), [[np.inf], [np.nan]])
    nothing = Scaling.fit(dataset([[np.nan], [np.inf]]))
    assert (nothing.mean[0], nothing.sd[0]) == (0.0, 1.0)


numbers = st.floats(-1e308, 1e308, allow_nan=False)


@given(arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 3)), elements=numbers))
def test_there_and_back(values):
    scaling = Scaling.fit(dataset(values))
    assert np.all(np.isfinite(scaling.mean))
    assert np.all(scaling.sd > 0)
    back = scaling.invert(scaling.apply(values / 4))
    unit = np.maximum(np.abs(scaling.mean), np.maximum(scaling.sd, np.abs(values / 4)))
    assert np.all(np.abs(back - values / 4) <= 1e-14 * unit + 1e-300)


def test_a_scaling_needs_positive_sds():
    with pytest.raises(ValueError, match="positive"):
        Scaling(np.zeros(1), np.zeros(1))


def test_codes_are_left_as_they_are():
    values = np.column_stack([[1.0, 2.0, 3.0], [0.0, 1.0, 1.0]])
    data = Dataset((Sequence("s", values, ("x", "word")),), "s", vocabularies={"word": ("a", "b")})
    scaling = Scaling.fit(data)
    np.testing.assert_array_equal(scaling.apply(values)[:, 1], values[:, 1])
    assert scaling.mean[0] == 2


@pytest.mark.parametrize("kind", ["standardize", "min-max"])
def test_only_the_training_part_is_seen(kind):
    part, rest = np.array([[1.0], [2.0], [5.0], [8.0]]), np.full((4, 1), 1e6)
    expected = Scaling.fit(dataset(part), kind)
    one = replace(dataset(np.concatenate([part, rest])), train=0.5)
    several = replace(dataset(part[:2], part[2:], rest[:3]), train=0.6)
    for part_of in (one, several):
        scaling = Scaling.fit(part_of, kind)
        assert (scaling.mean.tolist(), scaling.sd.tolist()) == (expected.mean.tolist(), expected.sd.tolist())


@given(arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 3)), elements=numbers))
def test_min_max_lies_between_0_and_1_and_goes_back(values):
    scaling = Scaling.fit(dataset(values / 4), "min-max")
    scaled = scaling.apply(values / 4)
    assert np.all((scaled >= 0) & (scaled <= 1))
    unit = np.maximum(np.abs(scaling.mean), np.maximum(scaling.sd, np.abs(values / 4)))
    assert np.all(np.abs(scaling.invert(scaled) - values / 4) <= 1e-14 * unit + 1e-300)


def test_codes_stay_codes():
    made = replace(dataset([[0.0, 5.0], [3.0, 7.0]]), vocabularies={"x0": ("a", "b", "c", "d")})
    scaling = Scaling.fit(made)
    assert (scaling.mean.tolist(), scaling.sd.tolist()) == ([0, 6], [1, 1])
