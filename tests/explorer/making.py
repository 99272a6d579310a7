"""Experiments to test with: random sequences, fresh networks, random initial states."""

from collections.abc import Iterable

import numpy as np

from explorer.engines import Engine, complete, make_engine
from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Layer, Network, Place, Recipe, Weights
from explorer.sequences import Dataset, Sequence
from explorer.trace import Trace


def make_dataset(*arrays: np.ndarray) -> Dataset:
    """Return a data set with one sequence per array (T, D)."""
    features = tuple(f"x{d}" for d in range(arrays[0].shape[1]))
    return Dataset(tuple(Sequence(f"s{k}", array, features) for k, array in enumerate(arrays)), "test")


def make_experiment(
    recipe: Recipe = Recipe(hidden=5),  # noqa: B008 - an immutable value
    lengths: Iterable[int] = (20,),
    *,
    features: int = 3,
    seed: int = 0,
    initial: bool = False,
) -> Experiment:
    """Return an experiment on normally distributed sequences; ``initial`` gives it random initial states."""
    rng = np.random.default_rng(seed)
    dataset = make_dataset(*[rng.standard_normal((length, features)) for length in lengths])
    network = make_network(recipe, features)
    states = {
        f"{place.key}.{state}": rng.uniform(-1, 1, recipe.hidden)
        for place in network.places
        for state in network.cell(place).states
        if initial
    }
    return Experiment(dataset, network, initial=states)


def with_weights(network: Network, place: Place, **arrays: np.ndarray) -> Network:
    """Return the network with other weights at one place."""
    layers = list(network.layers)
    weights = dict(layers[place.layer].weights)
    weights[place.direction] = Weights(**(dict(weights[place.direction].named()) | arrays))
    layers[place.layer] = Layer(layers[place.layer].cell, weights)
    return Network(tuple(layers))


def engine_with(name: str, chunk: int) -> Engine:
    """Return an engine that works in chunks of so many steps."""
    engine = make_engine(name)
    engine.chunk = chunk
    return engine


def run_with(experiment: Experiment, engine: Engine) -> Trace:
    """Return the whole trace, made by this engine."""
    trace = Trace(experiment, engine.name)
    for _ in complete(trace, engine):
        pass
    return trace


def quantity_names(trace: Trace, place: Place) -> list[str]:
    """Return the names of every quantity at a place."""
    return [quantity.name for quantity in trace.experiment.network.cell(place).quantities]
