"""The question as a value: its parts fit, and the network sees what it says."""

import numpy as np
import pytest

from explorer.errors import DataError
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Place, Recipe
from tests.explorer.making import make_dataset, make_experiment

SMALL = Recipe(hidden=2, layers=2, bidirectional=True)


def test_the_network_sees_the_data_in_its_own_dtype():
    data = make_dataset(np.array([[1.0, 0.1], [2.0, 1e300]]))
    experiment = Experiment(data, make_network(SMALL, 2))
    assert np.array_equal(experiment.inputs(0), np.array([[1, 0.1], [2, np.inf]], np.float32))
    with pytest.raises(ValueError, match="read-only"):
        experiment.inputs(0)[0] = 0


def test_standardised_over_all_sequences_together():
    data = make_dataset(np.array([[0.0], [2.0]]), np.array([[4.0], [6.0]]))
    experiment = Experiment(data, make_network(SMALL, 1), scale="standardize")
    seen = np.concatenate([experiment.inputs(k) for k in range(2)])
    np.testing.assert_allclose(seen[:, 0], np.array([-3, -1, 1, 3]) / np.sqrt(5), rtol=1e-6)
    assert np.array_equal(experiment.seen(1, experiment.scaling, 1), seen[3:])
    assert experiment.scaling.mean == [3]
    assert Experiment(data, make_network(SMALL, 1)).scaling is None


def test_states_that_are_not_named_start_at_zero():
    network = make_network(SMALL, 1)
    experiment = Experiment(make_dataset(np.zeros((3, 1))), network, initial={"l1_reverse.c": np.array([1.0, 2.0])})
    for place in network.places:
        for state, array in experiment.initial_state(place).items():
            given = place == Place(1, 1) and state == "c"
            assert np.array_equal(array, [1, 2] if given else [0, 0])
            assert array.dtype == np.float32


@pytest.mark.parametrize(
    ("initial", "message"),
    [
        ({"l2.h": np.zeros(2)}, "initial state 'l2.h' is of no use here; this network has l0.h, l0.c"),
        ({"l0.h": np.zeros(3)}, r"'l0.h' has shape \(3,\), but must be \(2,\)"),
        ({"l0.c": np.zeros((1, 2))}, r"'l0.c' has shape \(1, 2\)"),
        ({"l0.h": np.array(["a", "b"])}, "'l0.h' does not hold numbers"),
    ],
)
def test_initial_states_that_do_not_fit(initial, message):
    with pytest.raises(DataError, match=message):
        Experiment(make_dataset(np.zeros((3, 1))), make_network(SMALL, 1), initial=initial)


def test_data_of_another_width():
    with pytest.raises(DataError, match="the network takes 4 features, the data has 3"):
        Experiment(make_experiment(features=3).dataset, make_network(SMALL, 4))
