"""Networks that put something out, to test with."""

from dataclasses import replace

import numpy as np

from explorer.experiment import Experiment
from explorer.network import Head, Network


def headed(network: Network, *names: str, seed: int = 0, **further: object) -> Network:
    """Return the network with a head that has one output for each name."""
    rng, width = np.random.default_rng(seed), network.layers[-1].output_size
    weight = rng.normal(size=(len(names), width)).astype(network.dtype)
    return replace(network, head=Head(weight, np.zeros(len(names), network.dtype), names, **further))


def with_head(experiment: Experiment, *names: str, **further: object) -> Experiment:
    """Return the experiment of a network that has a head."""
    return replace(experiment, network=headed(experiment.network, *names, **further))
