"""One step at a time: forward and back are bit-identical, however the steps are taken."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.engines import ENGINES, make_engine
from explorer.errors import UsageError
from explorer.network import Place, Recipe
from explorer.run import run
from explorer.stepper import Stepper
from tests.counts import cases
from tests.explorer.making import make_experiment, quantity_names

KINDS = [("rnn", "tanh"), ("rnn", "relu"), ("lstm", "tanh"), ("gru", "tanh")]


def at(trace, step, sequence=0):
    """Return the bits of every quantity of every place at one step."""
    return {
        (place, name): values.tobytes()
        for place in trace.experiment.network.places
        for name, values in trace.values_at(sequence, place, step).items()
    }


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("cell", "nonlinearity"), KINDS)
def test_forward_and_back_again_bit_for_bit(cell, nonlinearity, dtype):
    steps = cases(300, 1500)
    recipe = Recipe(cell, nonlinearity, hidden=5, layers=2, dtype=dtype)
    stepper = Stepper(make_experiment(recipe, [steps], initial=True))
    seen = []
    for step in range(steps):
        assert stepper.advance() == range(step, step + 1)
        seen.append(at(stepper.trace, step))
    assert stepper.frontier == steps
    for step in reversed(range(steps)):
        assert at(stepper.trace, step) == seen[step]


@given(
    splits=st.lists(st.integers(1, 400), min_size=1, max_size=12),
    kind=st.sampled_from(KINDS),
    layers=st.integers(1, 3),
    bias=st.booleans(),
)
def test_any_split_of_the_way_is_the_run_in_one(splits, kind, layers, bias):
    recipe = Recipe(*kind, hidden=4, layers=layers, bias=bias)
    experiment = make_experiment(recipe, [sum(splits)], initial=True)
    stepper, whole = Stepper(experiment), run(experiment, "numpy")
    for n in splits:
        frontier = stepper.frontier
        assert stepper.advance(n) == range(frontier, frontier + n)
        for place in experiment.network.places:
            window = slice(frontier, frontier + n)
            for name in quantity_names(whole, place):
                taken = stepper.trace.read(0, name, place, steps=window)
                assert np.array_equal(taken, whole.read(0, name, place, steps=window))
    assert stepper.trace.complete


def test_nothing_is_computed_ahead():
    stepper = Stepper(make_experiment(Recipe(hidden=3), [50]))
    assert stepper.frontier == 0
    assert stepper.advance(7) == range(7)
    assert stepper.trace.ready() == range(7)
    with pytest.raises(IndexError, match="0 to 6 are"):
        stepper.trace.values_at(0, Place(), 7)
    assert stepper.trace.check is None


def test_it_stops_at_the_end():
    stepper = Stepper(make_experiment(Recipe(hidden=3), [5]))
    assert stepper.advance(3) == range(3)
    assert stepper.advance(10) == range(3, 5)
    assert not stepper.advance()
    assert not stepper.advance(0)
    assert stepper.frontier == 5
    assert stepper.trace.complete


@pytest.mark.parametrize("engine", ENGINES)
def test_run_to_the_end_keeps_the_steps_taken(engine):
    experiment = make_experiment(Recipe(hidden=4, layers=2), [5000])
    stepper = Stepper(experiment)
    stepper.advance(300)
    seen = [at(stepper.trace, step) for step in range(300)]
    fractions = list(stepper.finish(engine))
    assert fractions[-1] == 1
    assert stepper.frontier == 5000
    assert [at(stepper.trace, step) for step in range(300)] == seen
    whole = run(experiment, engine)
    for place in experiment.network.places:
        np.testing.assert_allclose(stepper.trace.read(0, "h", place), whole.read(0, "h", place), rtol=0, atol=2e-6)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("reports", range(1, 6))
def test_one_can_go_on_by_hand_after_a_run_to_the_end_was_stopped(engine, reports):
    experiment = make_experiment(Recipe(hidden=4, layers=3), [9000])
    stepper = Stepper(experiment)
    stepper.advance(10)
    work = stepper.finish(engine)
    for _ in range(reports):
        next(work)
    work.close()
    frontier = stepper.frontier
    assert stepper.advance(1) == range(frontier, frontier + 1)
    assert stepper.frontier == frontier + 1
    assert stepper.trace.check is None
    list(stepper.finish(engine))
    assert stepper.trace.complete


@pytest.mark.parametrize("engine", ENGINES)
def test_the_trace_says_which_engine_took_which_steps(engine):
    name = make_engine(engine).name
    stepper = Stepper(make_experiment(Recipe(hidden=4), [9000]))
    trace = stepper.trace
    assert trace.engine() == "numpy, live"
    stepper.advance(58)
    work = stepper.finish(engine)
    assert trace.engine() == "numpy, live", "nothing has been computed yet"
    next(work)
    assert trace.engine() == f"numpy, live to step 57, then {name}"
    work.close()
    known = stepper.frontier
    stepper.advance(2)
    stepper.advance(1)
    assert trace.engine() == f"numpy, live to step 57, then {name} to step {known - 1}, then numpy, live"
    list(stepper.finish(engine))
    assert trace.engine().endswith(f"to step {known + 2}, then {name}")
    assert trace.check is None, "torch has not checked what numpy did"


def test_a_run_to_the_end_from_the_first_step_is_a_plain_run():
    stepper = Stepper(make_experiment(Recipe(hidden=4), [50]))
    list(stepper.finish("torch"))
    assert stepper.trace.engine() == "torch, fused and explained"
    assert stepper.trace.check is not None


def test_one_of_several_sequences():
    experiment = make_experiment(Recipe(hidden=3), [20, 30])
    stepper, whole = Stepper(experiment, sequence=1), run(experiment, "numpy")
    assert stepper.advance(25) == range(25)
    assert stepper.trace.ready(0) == range(0)
    assert at(stepper.trace, 24, sequence=1) == at(whole, 24, sequence=1)


def test_a_network_with_a_backward_direction_is_refused():
    with pytest.raises(UsageError, match="backward direction needs the whole sequence before its first step"):
        Stepper(make_experiment(Recipe(hidden=2, bidirectional=True)))


def test_going_to_another_sequence_keeps_what_was_taken_of_the_first():
    experiment = make_experiment(Recipe(hidden=3), [20, 30])
    one = Stepper(experiment)
    one.advance(5)
    other = Stepper(experiment, 1, one.trace)
    assert other.frontier == 0
    other.advance(2)
    assert (one.frontier, other.frontier) == (5, 2)
    assert other.trace is one.trace
    list(other.finish("numpy"))
    assert (one.frontier, other.frontier) == (5, 30)
