"""Extremes over stretches of steps: every spike is found, whatever the zoom and the order of arrival."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.engines.fused import _torch_min_max
from explorer.pyramid import BASE, Pyramid, numpy_min_max


def fill(values, cuts=(), *, reverse=False, library="numpy"):
    """Return the pyramid of (T, H) values that arrive in the stretches between ``cuts``."""
    pyramid = Pyramid(*values.shape, values.dtype)
    edges = sorted({0, len(values), *(cut for cut in cuts if 0 < cut < len(values))})
    stretches = list(itertools.pairwise(edges))
    for first, last in reversed(stretches) if reverse else stretches:
        if library == "torch":
            pyramid.extend(first, torch.tensor(values[first:last]), _torch_min_max)
        else:
            pyramid.extend(first, values[first:last])
    return pyramid


@given(
    steps=st.integers(1, 9000),
    cuts=st.lists(st.integers(1, 9000), max_size=8),
    reverse=st.booleans(),
    library=st.sampled_from(["numpy", "torch"]),
    spans=st.lists(st.tuples(st.integers(0, 9000), st.integers(1, 9000), st.integers(1, 300)), min_size=1, max_size=8),
    seed=st.integers(0, 99),
)
def test_bins_bracket_their_steps_and_attain_their_extremes(steps, cuts, reverse, library, spans, seed):
    values = np.random.default_rng(seed).standard_normal((steps, 2)).astype(np.float32)
    pyramid = fill(values, cuts, reverse=reverse, library=library)
    for first, length, bins in spans:
        first = first % steps
        last = min(first + length, steps)
        edges, low, high = pyramid.overview(first, last, bins)
        assert len(low) == len(high) == len(edges) - 1 <= bins
        assert np.all(np.diff(edges) > 0)
        # The outermost bins may look further, to the end of a bucket; every bin is exact for the steps it stands for.
        assert edges[0] <= first
        assert edges[-1] >= last
        reach = max(BASE, (last - first) / bins)
        assert first - edges[0] < reach
        assert edges[-1] - last < reach
        for k in range(len(low)):
            inside = values[int(edges[k]) : int(edges[k + 1])]
            assert np.array_equal(low[k], inside.min(axis=0))
            assert np.array_equal(high[k], inside.max(axis=0))


@pytest.mark.parametrize("steps", [1, BASE - 1, BASE, BASE + 1, 8 * BASE, 64 * BASE + 1])
def test_any_number_of_steps(steps):
    values = np.arange(steps, dtype=np.float64)[:, None]
    edges, low, high = fill(values).overview(0, steps, 1)
    assert list(edges) == [0, steps]
    assert (low[0, 0], high[0, 0]) == (0, steps - 1)


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_nan_marks_its_bin_and_no_other(library):
    values = np.zeros((10_000, 2), np.float32)
    values[4321, 1], values[7000, 0] = np.nan, np.inf
    pyramid = fill(values, [5000], library=library)
    for bins in (1, 2, 10, 100):
        edges, low, high = pyramid.overview(0, 10_000, bins)
        bad = int(np.searchsorted(edges, 4321, "right")) - 1
        for rows in (low, high):
            assert list(np.flatnonzero(np.isnan(rows[:, 1]))) == [bad]
            assert not np.isnan(rows[:, 0]).any()
        assert np.isposinf(high[:, 0]).sum() == 1


def test_it_is_small():
    pyramid = Pyramid(1_000_000, 4, np.float32)
    assert pyramid.nbytes < 1.16 * 2 * 4 * 4 * 1_000_000 / BASE


def test_extremes_of_numpy_and_torch_are_the_same():
    values = np.random.default_rng(0).standard_normal((3, BASE, 5))
    values[1, 7, 2] = np.nan
    for ours, theirs in zip(numpy_min_max(values), _torch_min_max(torch.tensor(values)), strict=True):
        assert np.array_equal(ours, theirs, equal_nan=True)
