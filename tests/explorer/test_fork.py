"""A trace of the same question with other clamps takes over what cannot differ, bit for bit, and computes the rest."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.clamps import Clamp
from explorer.engines import ENGINES
from explorer.engines.check import verify
from explorer.experiment import Experiment
from explorer.network import Place, Recipe
from explorer.run import fork, resume, resume_in_turns, run, start
from explorer.stepper import Stepper
from explorer.trace import Trace
from tests.explorer.making import make_dataset, make_experiment, quantity_names
from tests.explorer.test_clamps import clamps, holding, questions


def finished(trace, engine):
    list(resume(trace, engine))
    assert trace.complete
    return trace


def known(trace, sequence=0):
    return {place: trace.ready(sequence, place) for place in trace.experiment.network.places}


def assert_same(one, other, allowed):
    for k in range(len(one.tracks)):
        for place in one.experiment.network.places:
            assert one.tracks[k][place].kept == other.tracks[k][place].kept
            for name in quantity_names(one, place):
                ours, theirs = one.read(k, name, place), other.read(k, name, place)
                np.testing.assert_allclose(ours, theirs, rtol=allowed, atol=allowed)
                ours, theirs = (
                    trace.tracks[k][place].overview(name, 0, trace.length(k), 10**6) for trace in (one, other)
                )
                for mine, their in zip(ours, theirs, strict=True):
                    np.testing.assert_allclose(mine, their, rtol=allowed, atol=allowed)


@st.composite
def changes(draw):
    """Draw an experiment with clamps, and other clamps for it."""
    old = draw(questions(longest=300))
    return old, holding(old, *draw(st.lists(clamps(old), max_size=4)))


@given(changes(), st.sampled_from(ENGINES))
def test_a_fork_is_the_run(change, engine):
    old, new = change
    before = run(old, engine)
    taken = fork(before, new, engine)
    ready = [known(taken, k) for k in range(len(taken.tracks))]
    for k, places in enumerate(ready):
        for place, steps in places.items():
            window = slice(steps.start, steps.stop)
            for name, rows in taken.tracks[k][place].states.items():
                assert np.array_equal(rows[window], before.tracks[k][place].states[name][window])
    whole = run(new, engine)
    assert_same(finished(taken, engine), whole, 1e-12)
    for k, places in enumerate(ready):
        for place, steps in places.items():
            window = slice(steps.start, steps.stop)
            for name in quantity_names(taken, place):
                ours = taken.read(k, name, place, steps=window)
                assert np.array_equal(ours, before.read(k, name, place, steps=window)), (place, name)
    if (
        engine == "numpy"
    ):  # which takes the same steps in the same way; a fused run is rounded otherwise if cut elsewhere
        for k in range(len(whole.tracks)):
            for place in new.network.places:
                assert np.array_equal(taken.read(k, "h", place), whole.read(k, "h", place))


def test_what_is_known_of_a_fork_at_each_place():
    recipe = Recipe(hidden=3, layers=3)
    trace = run(make_experiment(recipe, [200]))
    one = fork(trace, holding(trace.experiment, Clamp("f", 1, (0,), (120, 125), Place(1))))
    assert known(one) == {Place(0): range(200), Place(1): range(120), Place(2): range(120)}
    two = fork(
        trace, holding(trace.experiment, Clamp("x", 1, (0,), (50, 51)), Clamp("c", 0, None, (9, None), Place(2)))
    )
    assert known(two) == {Place(0): range(50), Place(1): range(50), Place(2): range(9)}
    off = fork(trace, holding(trace.experiment, Clamp("f", 1, on=False)))
    assert off.complete
    assert fork(trace, trace.experiment).complete


def test_what_is_known_of_a_fork_of_two_directions():
    trace = run(make_experiment(Recipe(hidden=3, layers=2, bidirectional=True), [200]))
    forward, reverse, above, back = trace.experiment.network.places
    one = fork(trace, holding(trace.experiment, Clamp("f", 1, (0,), (120, 125), reverse)))
    assert known(one) == {forward: range(200), reverse: range(125, 200), above: range(0), back: range(125, 200)}
    two = fork(trace, holding(trace.experiment, Clamp("f", 1, (0,), (120, 125), forward)))
    assert known(two) == {forward: range(120), reverse: range(200), above: range(120), back: range(200, 200)}
    three = fork(trace, holding(trace.experiment, Clamp("f", 1, (0,), (120, 125), back)))
    assert known(three) == {forward: range(200), reverse: range(200), above: range(200), back: range(125, 200)}
    for each in (one, two, three):
        assert_same(finished(each, "torch"), run(each.experiment), 2e-6)


def test_what_was_held_in_both_does_not_count():
    experiment = make_experiment(Recipe(hidden=3), [200])
    early, late = Clamp("f", 1, (0,), (10, 20)), Clamp("i", 0, (1,), (150, 160))
    trace = run(holding(experiment, early))
    assert known(fork(trace, holding(experiment, late, early)))[Place()] == range(150)
    assert known(fork(trace, holding(experiment, replace(early, steps=(10, 30)))))[Place()] == range(20)
    assert known(fork(trace, holding(experiment, replace(early, value=2))))[Place()] == range(10)
    twice = (replace(early, value=0.5), early)
    assert fork(trace, holding(experiment, *twice)).complete, "the earlier one is covered by the later"
    assert known(fork(trace, experiment))[Place()] == range(10)


def test_there_and_back_is_the_same_trace():
    experiment = make_experiment(Recipe(hidden=3, layers=2), [3000])
    trace = run(experiment)
    held = finished(fork(trace, holding(experiment, Clamp("f", 1, (0,), (1500, 1510)))), "torch")
    assert not np.array_equal(held.read(0, "h"), trace.read(0, "h"))
    assert trace.engine() == "torch, fused and explained"
    assert held.engine() == "torch, fused and explained; held steps with numpy"
    back = finished(fork(held, experiment), "torch")
    assert back.engine() == "torch, fused and explained"
    assert_same(back, trace, 2e-6)
    assert np.array_equal(back.read(0, "c")[:1500], trace.read(0, "c")[:1500])


def test_the_old_trace_stays_as_it_was_and_what_is_the_same_is_kept_once():
    trace = run(make_experiment(Recipe(hidden=3, layers=2), [3000]))
    before = {place: {n: trace.read(0, n, place).copy() for n in ("h", "f")} for place in known(trace)}
    new = fork(trace, holding(trace.experiment, Clamp("h", 0.5, None, (1000, 2000), Place(1))))
    finished(new, "torch")
    for place, quantities in before.items():
        for name, rows in quantities.items():
            assert np.array_equal(trace.read(0, name, place), rows)
    (one, other), (theirs, ours) = (
        [each.tracks[0][place].states["h"] for each in (trace, new)] for place in (Place(0), Place(1))
    )
    assert np.shares_memory(one, other)
    assert np.shares_memory(theirs, ours[:1000])
    assert not np.shares_memory(theirs, ours[1000:])


def test_holds_that_are_added_one_behind_the_other_let_go_of_what_nobody_reads():
    trace = run(make_experiment(Recipe(hidden=3), [4000]))
    latest, held = trace, []
    for k in range(1, 30):
        held.append(Clamp("f", 0.5, (0,), (1000 + 100 * k, 1050 + 100 * k)))
        latest = finished(fork(latest, holding(trace.experiment, *held)), "torch")
        rows = latest.tracks[0][Place()].states["h"]
        assert np.shares_memory(rows[:1100], trace.tracks[0][Place()].states["h"])
        kept = {id(part.rows): part.filled for part in rows.parts if not part.stays and part.rows is not rows.own}
        assert sum(kept.values()) <= 2 * 3000, "of each array that another has begun at least half is read"
        assert len(rows.parts) < 12
    assert_same(latest, finished(fork(trace, latest.experiment), "torch"), 2e-6)


def test_reverse_shares_the_last_steps():
    trace = run(make_experiment(Recipe("gru", hidden=3, bidirectional=True), [3000]))
    _, reverse = trace.experiment.network.places
    new = fork(trace, holding(trace.experiment, Clamp("z", 1, (0,), (1000, 1100), reverse)))
    theirs, ours = (each.tracks[0][reverse].states["h"] for each in (trace, new))
    finished(new, "torch")
    assert np.shares_memory(theirs, ours[1100:])
    assert not np.shares_memory(theirs, ours[:1100])
    again = finished(fork(new, holding(trace.experiment, Clamp("z", 1, (0,), (500, 600), reverse))), "torch")
    assert_same(again, run(again.experiment), 2e-6)
    assert_same(new, run(new.experiment), 2e-6)


def test_of_several_sequences_only_what_is_clamped_is_computed_again():
    trace, work = start(make_experiment(Recipe(hidden=3), [300, 200, 100]), "torch", [0, 1])
    list(work)
    new = fork(trace, holding(trace.experiment, Clamp("o", 0, None, (100, None), sequence=1)))
    assert [new.ready(k) for k in range(3)] == [range(300), range(100), range(0)]
    assert_same(finished(new, "torch"), run(new.experiment), 2e-6)


@pytest.mark.parametrize("held", [50, 90])
def test_of_a_trace_that_is_not_finished_what_is_known_is_taken(held):
    stepper = Stepper(make_experiment(Recipe(hidden=3, layers=2), [100]))
    stepper.advance(70)
    new = fork(stepper.trace, holding(stepper.trace.experiment, Clamp("c", 1, None, (held, None))), "numpy")
    assert new.ready() == range(min(70, held))
    assert new.engine() == "numpy, live"
    going_on = Stepper(new.experiment, trace=new)
    going_on.advance(100)
    whole = run(new.experiment, "numpy")
    for place in new.experiment.network.places:
        for name in quantity_names(new, place):
            assert np.array_equal(new.read(0, name, place), whole.read(0, name, place))


def test_nothing_is_taken_of_another_question():
    experiment = make_experiment(Recipe(hidden=3), [50], initial=True)
    trace = run(experiment)
    others = (
        replace(experiment, scale="standardize"),
        replace(experiment, network=make_experiment(Recipe(hidden=3, seed=1)).network),
        replace(experiment, initial={"l0.h": np.ones(3)}),
        replace(experiment, dataset=make_dataset(experiment.dataset.sequences[0].values)),
    )
    for other in others:
        new = fork(trace, other)
        assert (new.known, new.check) == (0, None)
        assert_same(finished(new, "torch"), run(other), 0)


def test_an_edit_is_seen_with_the_scaling_that_there_is():
    values = np.random.default_rng(0).standard_normal((80, 2)) * 9
    network = make_experiment(Recipe(hidden=3), features=2).network
    short, whole = (Experiment(make_dataset(values[:n]), network, scale="standardize") for n in (50, 80))
    edit = Clamp("x", 7, (1,), (30, 31))
    edited = finished(fork(run(short), holding(short, edit)), "torch")
    assert_same(edited, run(holding(short, edit)), 2e-6)
    followed = Stepper(short)
    followed.lengthen(whole)  # goes on with the scaling of the first 50 steps
    seen = fork(followed.trace, holding(whole, edit)).inputs()
    assert np.array_equal(seen[:50], edited.inputs())
    np.testing.assert_allclose(seen[30, 1], (7 - short.scaling.mean[1]) / short.scaling.sd[1], rtol=1e-6)
    assert short.scaling.mean[1] != whole.scaling.mean[1]


def test_only_what_is_held_is_taken_step_by_step():
    experiment = make_experiment(Recipe(hidden=3, layers=2), [9000])
    held = holding(experiment, Clamp("f", 1, (0,), (5000, 5010), Place(1)), Clamp("h", 0, None, (6000, 8000)))
    chunks = [(chunk.start, chunk.stop) for chunk in resume_in_turns(Trace(held, ""), itertools.repeat(0, 99))]
    inside = [4096, 5000, 5010, 6000, 7024, 8000, 8192]  # the layers in turn, at most 1024 held steps at once
    assert chunks == [pair for pair in itertools.pairwise([0, *inside, 9000]) for _ in range(2)]


def test_a_fork_is_checked_as_far_as_its_trace_was():
    experiment = make_experiment(Recipe(hidden=4), [3000])
    held = holding(experiment, Clamp("f", 1, (0,), (1500, 1600)))
    by_torch, by_numpy = run(experiment), run(experiment, "numpy")
    checked = finished(fork(by_torch, held), "torch")
    assert checked.check.passed
    assert checked.check.error >= by_torch.check.error
    assert finished(fork(by_numpy, held, "numpy"), "torch").check is None, "what was taken over was never compared"
    *_, check = verify(checked)
    assert check.passed
    mixed = finished(fork(by_numpy, held, "torch"), "torch")
    assert mixed.engine() == "numpy, step by step to step 1499, then torch, fused and explained; held steps with numpy"
    for change in (Clamp("f", 1, (0,), (100, 101)), Clamp("f", 2, (0,), (1500, 1600))):
        again = fork(mixed, holding(experiment, change))
        assert again.engine() == "numpy, step by step", "what torch computed was not taken over"


def test_both_can_be_lengthened_and_do_not_meet():
    rng = np.random.default_rng(0)
    begun, one, other = rng.standard_normal((150, 2)), rng.standard_normal((150, 2)), rng.standard_normal((150, 2))
    network = make_experiment(Recipe(hidden=3), features=2).network
    old = Stepper(Experiment(make_dataset(begun[:100]), network))
    old.advance(100)
    old.lengthen(Experiment(make_dataset(begun), network))  # now there is room for 200
    old.advance(50)
    new = Stepper(old.trace.experiment, trace=fork(old.trace, old.trace.experiment, "numpy"))
    assert new.frontier == 150
    for last in (1, 40, 150):
        for stepper, rest in ((old, one), (new, other)):
            stepper.lengthen(Experiment(make_dataset(np.concatenate([begun, rest[:last]])), network))
            stepper.advance(last)
    for stepper, rest in ((old, one), (new, other)):
        expected = run(Experiment(make_dataset(np.concatenate([begun, rest])), network), "numpy")
        assert np.array_equal(stepper.trace.read(0, "h"), expected.read(0, "h"))
        assert stepper.trace.extremes(0, "a_f", Place()) == expected.extremes(0, "a_f", Place())


def test_taking_over_tells_how_far_it_is_and_can_be_given_up():
    trace = run(make_experiment(Recipe("rnn", hidden=1, layers=2), [200_000]))
    held = holding(trace.experiment, Clamp("a", 1, None, (150_000, None), Place(1)))
    told = []
    new = fork(trace, held, progress=told.append)
    assert told == [200 / 350, 1], "what is shared is there at once"
    assert_same(finished(new, "torch"), run(held), 2e-6)
    told.clear()
    later = holding(trace.experiment, *held.clamps, Clamp("a", 0.5, None, (170_000, None), Place(1)))
    other = fork(new, later, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(told) == 1 + 1 + 1, "the place below, and above what is of the first and what is of the second"
    early = finished(fork(trace, holding(trace.experiment, Clamp("a", 1, None, (0, 5), Place(1)))), "torch")
    told.clear()
    late = holding(trace.experiment, *early.experiment.clamps, Clamp("a", 0.5, None, (99_000, None), Place(1)))
    copied = fork(early, late, progress=told.append)
    assert len(told) == 1 + 2, "what is shared at once, and what is copied in pieces"

    def give_up(_fraction):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fork(early, late, progress=give_up)
    assert_same(finished(other, "torch"), run(later), 2e-6)
    assert_same(finished(copied, "torch"), run(late), 2e-6)
