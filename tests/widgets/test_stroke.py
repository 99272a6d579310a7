"""What a drag in edit mode makes of where the pointer was: one value, or one for every step passed over."""

from hypothesis import given
from hypothesis import strategies as st

from widgets.stroke import SLACK, Stroke

same = float


def test_within_its_step_or_strayed_little_it_is_one_value():
    stroke = Stroke(7, 1.0, x=100.0)
    assert not stroke.leaves(7, 130.0)
    assert not stroke.leaves(8, 100.0 + SLACK)
    stroke.drag(3.0)
    assert (stroke.point, stroke.first, stroke.values) == ((7, 3.0), 7, (3.0,))


def test_once_it_has_left_it_draws_also_when_it_comes_back():
    stroke = Stroke(7, 1.0, x=100.0)
    assert stroke.leaves(9, 101.0 + SLACK)
    stroke.draw(9, 5.0, same)
    assert (stroke.first, stroke.values, stroke.point) == (7, (1.0, 3.0, 5.0), (9, 5.0))
    assert stroke.leaves(7, 100.0)
    stroke.draw(7, 9.0, same)
    assert (stroke.first, stroke.values) == (7, (9.0, 7.0, 5.0))


@given(st.lists(st.tuples(st.integers(0, 60), st.floats(-9, 9)), min_size=1, max_size=8))
def test_no_step_between_the_first_and_the_last_is_left_out_and_the_latest_way_counts(ways):
    stroke = Stroke(30, 0.0, x=0.0)
    for step, value in ways:
        stroke.draw(step, value, same)
    reached = [30, *(step for step, _ in ways)]
    assert stroke.first == min(reached)
    assert len(stroke.values) == max(reached) - min(reached) + 1
    assert stroke.values[ways[-1][0] - stroke.first] == ways[-1][1]
