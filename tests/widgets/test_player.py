"""The player turns time into steps: as many as are due, within its limits, either way."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QElapsedTimer

from widgets.player import FRAME_MS, LAG, NORMAL_SPEED, SPEEDS, Player, frame_steps


@pytest.fixture
def player(qapp):
    made = Player()
    yield made
    made.stop()


class Heard:
    """What a player says."""

    def __init__(self, player: Player) -> None:
        self.moves: list[int] = []
        self.playing: list[bool] = []
        self.speeds: list[float] = []
        player.moved.connect(self.moves.append)
        player.playing_changed.connect(self.playing.append)
        player.speed_changed.connect(self.speeds.append)


@pytest.mark.parametrize(("direction", "speed"), [(1, 30.0), (-1, 30.0), (1, 480.0), (1, 7.5)])
def test_it_takes_as_many_steps_as_time_has_passed(qtbot, player, direction, speed) -> None:
    player.set_speed(speed)
    heard, clock, moments = Heard(player), QElapsedTimer(), [0.0]
    clock.start()
    player.moved.connect(lambda _: moments.append(clock.elapsed() / 1000))
    player.play(direction)
    qtbot.waitUntil(lambda: abs(sum(heard.moves)) >= 0.8 * speed, timeout=20_000)
    passed = moments[-1]
    player.stop()
    taken = abs(sum(heard.moves))
    assert all(move * direction > 0 for move in heard.moves), "never a step the other way, never a move of none"
    assert taken <= passed * speed + 1
    # What a frame is late is made up for, but not a pause of more than a quarter of a second.
    usual = max(1 / speed, 0.016)
    lost = sum(max(after - before - usual - 0.2, 0.0) for before, after in pairwise(moments))
    assert taken >= (passed - lost) * speed * 0.99 - 1 - LAG
    assert passed >= 0.8 - 0.02


@given(st.lists(st.floats(0.0, 30.0), min_size=1, max_size=200), st.sampled_from([7.5, 30.0, 60.0]))
def test_unsteady_frames_skip_no_step(delays, speed) -> None:
    due = 0.0
    for delay in delays:
        due += (FRAME_MS + delay) / 1000 * speed
        steps = frame_steps(due, speed)
        assert steps <= 1, "each step is painted"
        due -= steps
        while due >= 1:  # the frames that come at once
            due -= frame_steps(due, speed)
        assert due >= 0


def test_what_is_far_behind_skips_steps() -> None:
    assert [frame_steps(due, 60.0) for due in (0.9, 1.0, 3.9, 4.0, 15.5)] == [0, 1, 1, 2, 13]
    assert frame_steps(15.9, 960.0) == 15, "several steps a frame: none of them waits"


def test_slow_speeds_add_up_over_many_frames(qtbot, player) -> None:
    player.set_speed(5.0)
    heard = Heard(player)
    player.play()
    qtbot.waitUntil(lambda: len(heard.moves) >= 3, timeout=20_000)
    assert set(heard.moves) <= {1, 2}, "frames of 16 ms at 5 steps a second: one step in twelve of them"


def test_the_same_direction_again_doubles_the_speed_up_to_what_can_be_followed(player) -> None:
    heard = Heard(player)
    player.play(1)
    assert heard.speeds == []
    for _ in range(8):
        player.play(1)
    assert heard.speeds == [60.0, 120.0, 240.0, 480.0, 960.0]
    assert player.speed == SPEEDS[1]
    assert heard.playing == [True], "it went on playing all the while"


def test_the_other_direction_turns_round_at_the_same_speed(qtbot, player) -> None:
    player.set_speed(300.0)
    heard = Heard(player)
    player.play(1)
    player.play(-1)
    assert (player.speed, player.direction, player.playing) == (300.0, -1, True)
    qtbot.waitUntil(lambda: sum(heard.moves) <= -5, timeout=20_000)
    assert all(move < 0 for move in heard.moves)


@pytest.mark.parametrize(("asked", "given"), [(0.0, SPEEDS[0]), (-3.0, SPEEDS[0]), (2e6, SPEEDS[1]), (12.5, 12.5)])
def test_speed_has_limits(player, asked, given) -> None:
    heard = Heard(player)
    player.set_speed(asked)
    assert player.speed == given
    assert heard.speeds == [given]
    player.set_speed(asked)
    assert heard.speeds == [given], "what changes nothing says nothing"
    player.set_normal_speed()
    assert player.speed == NORMAL_SPEED


def test_stopping_is_told_once(player) -> None:
    heard = Heard(player)
    player.stop()
    player.play()
    assert player.playing
    player.stop()
    player.stop()
    assert not player.playing
    assert heard.playing == [True, False]
