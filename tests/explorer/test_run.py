"""The whole question in, the whole answer out: closed forms, purity, progress, sequences of different lengths."""

import numpy as np
import pytest

from explorer.engines import ENGINES
from explorer.errors import UsageError
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from explorer.run import resume, run, start
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
    assert one.engine == other.engine
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
    assert engine in run(make_experiment(), engine).engine


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
    assert trace.engine == f"numpy, step by step{where}, then torch, fused and explained"
    assert trace.check is None, "what numpy did is not checked yet"
    whole = run(experiment, "numpy")
    for place in experiment.network.places:
        np.testing.assert_allclose(trace.read(0, "h", place), whole.read(0, "h", place), rtol=0, atol=2e-6)


def test_an_engine_that_is_not_there():
    with pytest.raises(UsageError, match="no engine 'jax'"):
        run(make_experiment(), "jax")
