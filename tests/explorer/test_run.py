"""The whole question in, the whole answer out: closed forms, purity, progress, sequences of different lengths."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.clamps import Clamp
from explorer.engines import ENGINES
from explorer.engines.check import verify
from explorer.errors import UsageError
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.run import resume, resume_in_turns, run, start
from explorer.trace import Trace
from tests.explorer.making import make_dataset, make_experiment, quantity_names, with_weights
from tests.explorer.test_cells import CLOSED_FORMS, X, half_weights


def network_of(cell, **arrays):
    """Return a float64 network of one unit and one feature, all its weights zero but those given."""
    network = make_network(Recipe(cell, hidden=1, dtype="float64"), 1)
    zero = {name: np.zeros_like(array) for name, array in network.weights(Place()).named()}
    return with_weights(network, Place(), **(zero | {name: np.array(array, float) for name, array in arrays.items()}))


def silence(steps):
    return make_dataset(np.zeros((steps, 1)))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "quantity"), CLOSED_FORMS)
def test_closed_forms(name, quantity, engine):
    network = make_network(Recipe(name, hidden=1, dtype="float64"), 1)
    network = with_weights(network, Place(), **dict(half_weights(network.cell(Place())).named()))
    trace = run(Experiment(make_dataset(np.array(X)[:, None]), network), engine)
    np.testing.assert_allclose(trace.read(0, quantity)[:, 0], CLOSED_FORMS[name, quantity], rtol=0, atol=1e-9)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("bias", "f", "after_fifty"),
    [
        (0, 0.5, 8.881784e-16),
        (1, 0.7310585786, 1.576191e-7),
        (2, 0.8807970780, 1.753046e-3),
        (5, 0.9933071491, 0.7147893),
    ],
)
def test_a_forget_bias_is_a_memory_of_so_many_steps(bias, f, after_fifty, engine):
    network = network_of("lstm", bias_ih=[0, bias, 0, 0])
    trace = run(Experiment(silence(50), network, initial={"l0.c": np.ones(1)}), engine)
    np.testing.assert_allclose(trace.read(0, "f"), f, rtol=0, atol=1e-10)
    assert trace.read(0, "c")[-1, 0] == pytest.approx(after_fifty, rel=1e-6)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_gru_that_keeps(engine):
    network = network_of("gru", bias_ih=[0, 1, 0])
    trace = run(Experiment(silence(30), network, initial={"l0.h": np.full(1, 2.0)}), engine)
    assert trace.read(0, "h")[-1, 0] == pytest.approx(2 * 8.290206e-5, rel=1e-6)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_question_has_the_same_answer(engine):
    experiment = make_experiment(Recipe(hidden=5, layers=2, bidirectional=True), [200, 1, 30], initial=True)
    one, other = run(experiment, engine), run(experiment, engine)
    for k in range(3):
        for place in experiment.network.places:
            for name in quantity_names(one, place):
                assert np.array_equal(one.read(k, name, place), other.read(k, name, place))
    assert one.engine() == other.engine()
    assert [one.length(k) for k in range(3)] == [200, 1, 30]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_sequence_does_not_know_of_the_others(engine):
    experiment = make_experiment(Recipe("gru", hidden=5, bidirectional=True), [20, 1, 30])
    together = run(experiment, engine)
    for k, sequence in enumerate(experiment.dataset.sequences):
        alone = run(Experiment(make_dataset(sequence.values), experiment.network), engine)
        for place in experiment.network.places:
            assert np.array_equal(alone.read(0, "h", place), together.read(k, "h", place))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("both", [False, True])
def test_progress_rises_to_one_and_the_first_steps_are_there_early(engine, both):
    trace, work = start(make_experiment(Recipe(hidden=3, layers=2, bidirectional=both), [9000, 10]), engine)
    assert trace.ready() == range(0)
    fractions = [next(work)]
    assert len(trace.ready(0, Place())) == (1024 if engine == "numpy" else 4096)
    fractions += work
    assert fractions == sorted(set(fractions))
    assert fractions[-1] == 1
    assert trace.complete


@pytest.mark.parametrize("engine", ENGINES)
def test_a_trace_says_which_engine_made_it(engine):
    assert engine in run(make_experiment(), engine).engine()


@pytest.mark.parametrize("both", [False, True])
def test_a_run_that_was_given_up_goes_on_where_it_stopped(both):
    experiment = make_experiment(Recipe(hidden=4, bidirectional=both), [6000])
    trace, work = start(experiment, "numpy")
    next(work)
    work.close()
    known = trace.ready().stop
    fractions = list(resume(trace, "torch"))
    assert fractions[-1] == 1
    assert trace.complete
    where = "" if both else f" to step {known - 1}"
    assert trace.engine() == f"numpy, step by step{where}, then torch, fused and explained"
    assert trace.check is None, "what numpy did is not checked yet"
    whole = run(experiment, "numpy")
    for place in experiment.network.places:
        np.testing.assert_allclose(trace.read(0, "h", place), whole.read(0, "h", place), rtol=0, atol=2e-6)


def test_an_engine_that_is_not_there():
    with pytest.raises(UsageError, match="no engine 'jax'"):
        run(make_experiment(), "jax")


@pytest.mark.parametrize("engine", ENGINES)
def test_of_many_sequences_only_those_that_are_wanted_take_time_and_memory(engine):
    experiment = make_experiment(Recipe(hidden=4, layers=2), [30] * 500)
    trace, work = start(experiment, engine, [7, 3])
    assert trace.tracks.begun == ()
    list(work)
    assert trace.tracks.begun == (7, 3)
    assert [k for k in range(500) if trace.whole(k)] == [3, 7]
    assert not trace.complete
    assert trace.ready(4) == range(0)
    alone = run(Experiment(make_dataset(experiment.dataset.sequences[3].values), experiment.network), engine)
    assert np.array_equal(trace.read(3, "c", Place(1)), alone.read(0, "c", Place(1)))


def test_the_others_can_follow_and_nothing_is_computed_twice():
    experiment = make_experiment(Recipe(hidden=4), [30, 20, 10])
    trace, work = start(experiment, "torch", [1])
    list(work)
    first = trace.check
    rows = trace.tracks[1][Place()].states["h"].copy()
    trace.tracks[1][Place()].states["h"][:] = 7.0
    fractions = list(resume(trace, "torch"))
    assert fractions == [30 / 40, 1.0]
    assert trace.complete
    assert (trace.tracks[1][Place()].states["h"] == 7.0).all()
    assert np.array_equal(rows, run(experiment, "torch").read(1, "h"))
    assert trace.check.error >= first.error, "the check is the worst of all that was computed"


def test_a_check_does_not_hold_for_what_numpy_adds():
    trace, work = start(make_experiment(Recipe(hidden=4), [30, 20]), "torch", [0])
    list(work)
    assert trace.check is not None
    list(resume(trace, "numpy", [1]))
    assert trace.check is None
    assert (trace.engine(0), trace.engine(1)) == ("torch, fused and explained", "numpy, step by step")
    *_, check = verify(trace)
    assert check.passed
    trace.tracks[1][Place()].states["h"][4, 0] += 0.5
    *_, check = verify(trace)
    assert check.error > 0.1, "every sequence that was computed is held against torch"


def test_what_is_looked_at_goes_before_the_rest_after_the_chunk_at_hand():
    experiment = make_experiment(Recipe(hidden=3), [3000, 2000, 10])
    trace = Trace(experiment, "numpy")
    looked_at = [0]

    def turns():
        for k in range(3):
            while not trace.whole(k):
                yield k if trace.whole(looked_at[0]) else looked_at[0]

    work = resume_in_turns(trace, turns(), "numpy")
    assert next(work) == range(1024)
    looked_at[0] = 2
    assert next(work) == range(10)
    assert trace.whole(2)
    assert next(work) == range(1024, 2048)
    list(work)
    assert trace.complete
    whole = run(experiment, "numpy")
    for k in range(3):
        assert np.array_equal(trace.read(k, "h"), whole.read(k, "h"))


@pytest.mark.parametrize("bidirectional", [False, True])
def test_what_numpy_computed_for_torch_is_said(bidirectional):
    recipe = Recipe(hidden=4, layers=2, bidirectional=bidirectional)
    free = make_experiment(recipe, [300, 40])
    held = replace(
        free, clamps=(Clamp("f", 1.0, (0,), (100, 110), Place(1), sequence=0), Clamp("x", 1.0, (0,), (5, 6)))
    )
    trace = run(held, "torch")
    assert trace.engine(0) == "torch, fused and explained; held steps with numpy"
    assert trace.engine(1) == "torch, fused and explained", "an edit of the input is no matter to torch"
    assert run(held, "numpy").engine(0) == "numpy, step by step"
