"""σ in a form that cannot overflow: accurate, increasing and silent, everywhere."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.functions import NUMPY, numpy_sigmoid, torch_functions

FLOATS = ("float32", "float64")


@given(st.lists(st.floats(-700, 700), min_size=1, max_size=50))
def test_sigmoid_is_accurate_in_float64(values):
    a = np.array(values)
    exact = 1 / (1 + np.exp(-a.astype(np.longdouble)))
    assert np.max(np.abs(numpy_sigmoid(a) - exact) / exact) < 1e-15


@given(st.lists(st.floats(-86, 100, width=32), min_size=1, max_size=50))
def test_sigmoid_is_accurate_in_float32(values):
    a = np.array(values, np.float32)
    exact = 1 / (1 + np.exp(-a.astype(np.float64)))
    assert np.max(np.abs(numpy_sigmoid(a) - exact) / exact) < 4e-7


@pytest.mark.parametrize("dtype", FLOATS)
def test_sigmoid_never_falls(dtype):
    a = np.concatenate([np.linspace(-800, 800, 100_001), np.linspace(-20, 20, 100_001)]).astype(dtype)
    a.sort()
    assert np.all(np.diff(numpy_sigmoid(a)) >= 0)


@pytest.mark.parametrize("dtype", FLOATS)
def test_sigmoid_at_the_ends_is_silent_and_what_torch_gives(dtype):
    a = np.array([-np.inf, -1e30, -1000, 0, 1000, 1e30, np.inf, np.nan], dtype)
    with warnings.catch_warnings(), np.errstate(over="raise", invalid="raise", divide="raise"):
        warnings.simplefilter("error")
        ours = numpy_sigmoid(a)
    np.testing.assert_allclose(ours, torch.sigmoid(torch.tensor(a)).numpy(), rtol=0, atol=np.finfo(dtype).tiny)
    assert np.isnan(ours[-1])
    assert not np.isnan(ours[:-1]).any()


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3, 4)])
def test_any_shape_and_the_argument_is_left_alone(shape):
    a = np.full(shape, 0.5, np.float32)
    result = numpy_sigmoid(a)
    assert result.shape == shape
    assert result.dtype == np.float32
    assert np.all(a == 0.5)
    np.testing.assert_allclose(result, 0.6224593, rtol=1e-6)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
def test_numpy_and_torch_agree(name, dtype):
    a = np.concatenate([np.linspace(-30, 30, 10_001), [0.0, np.nan]]).astype(dtype)
    theirs = getattr(torch_functions(), name)(torch.tensor(a)).numpy()
    ours = getattr(NUMPY, name)(a)
    assert ours.dtype == dtype
    np.testing.assert_allclose(ours, theirs, rtol=20 * np.finfo(dtype).eps, atol=0)
