"""Zooming, panning and following: nothing moves that should stay, and no view leaves the sequence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.view import MARGIN, SHORTEST, View

lengths = st.integers(1, 2_000_000)
fractions = st.floats(0.0, 1.0)
factors = st.floats(0.01, 100.0)


@st.composite
def views(draw) -> View:
    """Draw a view as a person comes to it: some zooms and pans from all of it."""
    view = View.whole(draw(lengths))
    for factor, fraction in draw(st.lists(st.tuples(factors, fractions), max_size=4)):
        view = view.zoomed(factor, fraction).panned((fraction - 0.5) * view.length)
    return view


def within(view: View) -> bool:
    """Whether the view lies within its sequence, and shows at least the shortest stretch."""
    room = max(float(view.length), SHORTEST)
    slack = 1e-9 * room
    return view.first >= 0 and SHORTEST <= view.span <= room and view.last <= room + slack


@given(views())
def test_a_view_lies_within_its_sequence(view) -> None:
    assert within(view)


@given(lengths)
def test_the_whole_is_every_step(length) -> None:
    whole = View.whole(length)
    assert (whole.first, whole.length) == (0.0, length)
    assert whole.last >= length
    assert whole.step_at(0.0) == 0
    assert whole.step_at(1.0) == length - 1


@given(views(), factors, fractions)
def test_zooming_keeps_what_is_under_the_pointer(view, factor, fraction) -> None:
    zoomed = view.zoomed(factor, fraction)
    assert within(zoomed)
    before, after = (v.first + fraction * v.span for v in (view, zoomed))
    inside = zoomed.first > 0 and zoomed.last < zoomed.length
    if inside:
        assert after == pytest.approx(before, abs=1e-6 * view.span + 1e-6)
    else:
        # At an end it gives way, and no further than it has to.
        exact = before - fraction * zoomed.span
        assert zoomed.first == pytest.approx(min(max(exact, 0.0), max(view.length - zoomed.span, 0.0)), abs=1e-6)


@given(views(), st.floats(1.01, 50.0), fractions)
def test_zooming_in_and_out_again_comes_back(view, factor, fraction) -> None:
    there = view.zoomed(1 / factor, fraction)
    back = there.zoomed(factor, fraction)
    if there.span > SHORTEST:
        assert (back.first, back.span) == pytest.approx((view.first, view.span), rel=1e-6, abs=1e-6)


@given(views(), st.floats(-3e6, 3e6))
def test_panning_keeps_the_span_and_the_ends(view, steps) -> None:
    panned = view.panned(steps)
    assert within(panned)
    assert panned.span == view.span
    assert panned.first == pytest.approx(min(max(view.first + steps, 0.0), max(view.length - view.span, 0.0)))


@given(views(), st.floats(-10.0, 3e6), st.floats(-10.0, 3e6))
def test_a_range_is_shown_within_the_ends(view, first, last) -> None:
    shown = view.shown(first, last)
    assert within(shown)
    if first >= 0 and last - first >= SHORTEST and last <= view.length:
        assert (shown.first, shown.last) == pytest.approx((first, last))


@given(views(), st.integers(0, 2_000_000))
def test_following_shows_the_step_and_moves_no_more_than_that(view, step) -> None:
    step = min(step, view.length - 1)
    followed = view.following(step)
    slack = 1e-6
    assert within(followed)
    assert followed.span == view.span
    assert followed.first - slack <= step
    assert step + 1 <= followed.last + slack
    margin = MARGIN * view.span
    comfortable = view.first + margin <= step and step + 1 <= view.last - margin
    if comfortable:
        assert followed is view
    elif followed.first > 0 and followed.last < view.length:
        # The step comes to stand at the nearer margin, not in the middle.
        nearest = min(abs(step - (followed.first + margin)), abs(step + 1 - (followed.last - margin)))
        assert nearest < slack
    again = followed.following(step)
    assert again.first == pytest.approx(followed.first, abs=slack)


@given(views(), fractions)
def test_the_step_at_a_fraction_is_the_one_drawn_there(view, fraction) -> None:
    step = view.step_at(fraction)
    assert 0 <= step < view.length
    place = view.first + fraction * view.span
    if place < view.length:
        assert step <= place < step + 1 + 1e-9 * view.length


@given(views(), lengths)
def test_another_sequence_is_seen_as_this_one_was(view, length) -> None:
    fitted = view.fitted(length)
    assert within(fitted)
    assert fitted.length == length
    if length == view.length:
        assert fitted is view
    elif view.span >= view.length:
        assert fitted == View.whole(length)
    elif view.last <= length:
        assert (fitted.first, fitted.span) == (view.first, view.span)


@pytest.mark.parametrize("length", [1, 2, 7])
def test_very_short_sequences_are_seen_whole_whatever_one_does(length) -> None:
    view = View.whole(length)
    for other in (view.zoomed(0.1, 0.5), view.zoomed(10, 0.9), view.panned(5), view.shown(0, 1), view.following(0)):
        assert other == view
