"""What alarms have found, on a course that is so short that it can be counted by hand."""

import numpy as np
import pytest

from explorer.evaluation.alarms_found import ECHO, RECOVERY, by_chance, find

STEPS = 1000


def marks(*intervals, steps=STEPS):
    flags = np.zeros(steps, bool)
    for begin, end in intervals:
        flags[begin:end] = True
    return flags


ALL = marks((0, STEPS))


def found(flags, wear=(), leak=(), glitches=(), judged=ALL):
    return find(marks(*flags), {"wear": marks(*wear), "leak": marks(*leak)}, marks(*glitches), judged, 10)


def test_faults_false_alarms_glitches_and_lead_times_are_counted():
    result = found(
        flags=[(50, 52), (120, 130), (135, 140), (400, 401), (602, 603), (700, 701)],
        wear=[(100, 200), (500, 550)],
        leak=[(390, 420)],
        glitches=[(600, 601), (800, 802)],
    )
    assert result.alarms.tolist() == [[50, 52], [120, 140], [400, 401], [602, 603], [700, 701]]
    assert (result.kinds, result.first.tolist()) == (("wear", "leak", "wear"), [120, 400, -1])
    assert result.false.tolist() == [True, False, False, False, True]
    figures = result.figures
    assert figures["event recall"] == pytest.approx(2 / 3)
    assert figures["event precision"] == pytest.approx(2 / 5)  # two found, two false, one glitch
    assert figures["event F1"] == pytest.approx(2 * (2 / 3) * (2 / 5) / (2 / 3 + 2 / 5))
    assert figures["lead time"] == np.median([80, 20])
    assert figures["glitches left quiet"] == 0.5
    assert (figures["recall of wear"], figures["recall of leak"]) == (0.5, 1)
    normal = STEPS - (100 + 50 + 30 + 3 * RECOVERY) - (1 + 2 + 2 * ECHO)
    assert figures["false alarms per 1000"] == pytest.approx(1000 * 2 / normal)


def test_an_alarm_after_a_fault_is_not_false_while_the_line_recovers():
    after = [(200 + RECOVERY - 1, 200 + RECOVERY), (300 + RECOVERY, 301 + RECOVERY)]
    assert found(after, wear=[(100, 200), (250, 300)]).false.tolist() == [False, True]
    assert found(after, wear=[(100, 200), (250, 300)]).first.tolist() == [-1, -1]


def test_an_alarm_that_began_before_the_fault_and_lasts_finds_it_at_its_first_step():
    result = found([(90, 110)], wear=[(100, 200)])
    assert (result.first.tolist(), result.false.tolist()) == ([100], [False])


def test_what_is_not_judged_counts_for_nothing():
    result = found([(10, 20), (600, 610)], wear=[(5, 30), (700, 720)], judged=marks((500, STEPS)))
    assert (result.alarms.tolist(), result.events.tolist()) == ([[600, 610]], [[700, 720]])
    assert result.normal == 500 - 20 - RECOVERY


def test_without_alarms_or_faults_there_are_no_figures_of_them():
    silent = found([], wear=[(100, 200)]).figures
    assert (silent["event recall"], silent["event F1"], silent["false alarms per 1000"]) == (0, 0, 0)
    assert np.isnan(silent["event precision"])
    assert np.isnan(silent["lead time"])
    unlabelled = found([(5, 9)]).figures
    assert np.isnan(unlabelled["event F1"])
    assert unlabelled["false alarms per 1000"] == 1


def test_chance_does_as_well_as_one_that_raises_always_and_never_as_one_that_is_right():
    always = found([(0, STEPS)], wear=[(100, 110), (500, 510)])
    right = found([(100, 101), (500, 501), (900, 901)], wear=[(100, 110), (500, 510), (900, 910)])
    assert by_chance(always, ALL) == 1
    assert by_chance(right, ALL) < 0.01
    assert by_chance(found([], wear=[(100, 110)]), ALL) == 1
    assert np.isnan(by_chance(found([(5, 6)]), ALL))


def test_chance_is_the_share_of_the_steps_where_there_is_one_alarm_and_one_fault():
    result = found([(150, 151)], wear=[(100, 400)])
    assert by_chance(result, ALL) == pytest.approx(0.3, abs=0.05)
    assert by_chance(result, marks((0, 600))) == pytest.approx(0.5, abs=0.05)
