"""Rows that lie in several arrays read like one array that holds the same numbers."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.joined import JoinedRows, Part, joined, parts_of

UNITS = 2


@st.composite
def pieces(draw):
    """Draw rows (T, UNITS), and the same in parts of several arrays that hold other numbers elsewhere."""
    steps = draw(st.integers(1, 40))
    whole = np.arange(steps * UNITS, dtype=np.float32).reshape(steps, UNITS)
    cuts = [0, *sorted(draw(st.sets(st.integers(1, steps), max_size=4))), steps]
    own = whole.copy()
    shared = []
    for first, last in itertools.pairwise(cuts):
        if draw(st.booleans()):
            array = np.full_like(whole, -1)
            array[first:last] = whole[first:last]
            own[first:last] = -2
            shared.append(Part(range(first, last), array))
    return whole, joined(reversed(shared), own)


@given(pieces(), st.data())
def test_they_read_like_one_array(drawn, data):
    whole, rows = drawn
    steps = len(whole)
    assert (len(rows), rows.shape) == (steps, whole.shape)
    ends = st.one_of(st.none(), st.integers(-steps - 2, steps + 2))
    wanted = slice(data.draw(ends), data.draw(ends))
    assert np.array_equal(rows[wanted], whole[wanted])
    assert rows[wanted].dtype == whole.dtype
    numbers = np.array(data.draw(st.lists(st.integers(0, steps - 1), max_size=9)), int)
    assert np.array_equal(rows[numbers], whole[numbers])


def test_within_a_part_nothing_is_copied_and_only_its_own_is_written():
    theirs, own = np.zeros((10, UNITS)), np.ones((10, UNITS))
    rows = joined([Part(range(4), theirs)], own)
    assert np.shares_memory(rows[1:4], theirs)
    assert np.shares_memory(rows[4:], own)
    rows[5:7] = np.full((2, UNITS), 3.0)
    assert rows[4:8].tolist() == [[1, 1], [3, 3], [3, 3], [1, 1]]
    assert not theirs.any()


@pytest.mark.parametrize(
    ("steps", "stays", "worth"), [(range(5), False, True), (range(4), False, False), (range(1), True, True)]
)
def test_what_is_worth_sharing(steps, stays, worth):
    (part,) = parts_of(np.zeros((10, UNITS)), steps, range(10), stays=stays)
    assert part.steps == steps
    assert part.worth_sharing is worth


def test_what_others_share_is_as_it_was_and_its_own_is_what_is_known_of_it():
    free, own = np.zeros((10, UNITS)), np.zeros((10, UNITS))
    rows = JoinedRows((Part(range(3), free, 10, True), Part(range(3, 10), own)), own)
    of_free, of_own = parts_of(rows, range(6), range(9), stays=False)
    assert (of_free.steps, of_free.filled, of_free.stays) == (range(3), 10, True)
    assert (of_own.steps, of_own.filled, of_own.stays) == (range(3, 6), 6, False)
