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


@pytest.mark.parametrize("stays", [True, False])
@pytest.mark.parametrize("buckets", [range(30), range(3), range(12, 47)])
def test_buckets_that_are_taken_over_are_the_same_and_stay_so(stays, buckets):
    values = np.random.default_rng(0).standard_normal((3000, 2))
    other, expected, pyramid = (Pyramid(3000, 2, np.float64) for _ in range(3))
    other.extend(0, values)
    pyramid.take_over(other, range(buckets.start, min(buckets.stop, 46)), stays=stays)
    if buckets.stop == 47:
        pyramid.put(46, *other.base(46, 47))
    mine = values.copy()
    taken = slice(buckets.start * BASE, buckets.stop * BASE)
    rest = slice(0, taken.start) if taken.start else slice(taken.stop, 3000)
    mine[rest] *= 2
    pyramid.extend(rest.start, mine[rest])
    expected.extend(0, mine)
    for bins in (10**6, 40, 3):
        for one, two in zip(pyramid.overview(0, 3000, bins), expected.overview(0, 3000, bins), strict=True):
            assert np.array_equal(one, two)
    assert pyramid.extremes() == expected.extremes()
    for each in (pyramid, expected):
        each.lengthen(9000)
        each.extend(3000, np.full((6000, 2), 9.0))
    for one, two in zip(pyramid.overview(0, 9000, 10**6), expected.overview(0, 9000, 10**6), strict=True):
        assert np.array_equal(one, two)
    assert np.array_equal(other.base(0, 46)[0], values[: 46 * BASE].reshape(46, BASE, 2).min(axis=1))
    assert other.extremes() == (values.min(), values.max())


def test_most_of_a_pyramid_is_read_from_where_it_lies():
    other, pyramid = (Pyramid(1_000_000, 4, np.float32) for _ in range(2))
    other.extend(0, np.zeros((1_000_000, 4), np.float32))
    pyramid.take_over(other, range(1_000_000 // BASE // 2), stays=True)
    assert pyramid.nbytes < 0.6 * other.nbytes
