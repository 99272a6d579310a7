"""A training to look back at: the moments of networks that differ more and more from the first."""

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from explorer.errors import DataError
from explorer.initialisation import make_network
from explorer.network import Layer, Network, Recipe, Weights
from tests.widgets.heads import headed


class Trained:
    """Every network of a training, in memory; those ``lost`` cannot be read."""

    inputs = None

    def __init__(
        self,
        recipe: Recipe,
        features: int,
        iterations: Iterable[int] = (0, 20, 40, 60, 80, 100),
        cells: tuple[str, ...] = ("lstm",),
        outputs: tuple[str, ...] = (),
    ) -> None:
        self.cells, self.lost, self.read, self.promoted = cells, set(), [], []
        self._iterations = tuple(iterations)
        self._first = {cell: make_network(replace(recipe, cell=cell), features) for cell in cells}
        self._outputs = outputs

    def moments(self, cell: str) -> tuple[int, ...]:
        return self._iterations

    def go_on(self, *iterations: int) -> None:
        self._iterations += iterations

    def network(self, cell: str, iteration: int) -> Network:
        self.read.append((cell, iteration))
        if iteration in self.lost:
            raise DataError(f"the weights of iteration {iteration} cannot be read")
        return trained(self._first[cell], iteration, self._outputs)

    def promote(self, cell: str, iteration: int) -> Network:
        self.promoted.append((cell, iteration))
        return self.network(cell, iteration)


def trained(network: Network, iteration: int, outputs: tuple[str, ...] = ()) -> Network:
    """Return the network with weights that have gone so far."""
    far = 1 + np.float32(iteration) / 50
    layers = tuple(
        Layer(
            layer.cell,
            MappingProxyType(
                {
                    direction: Weights(**{name: (array * far).astype(array.dtype) for name, array in weights.named()})
                    for direction, weights in layer.weights.items()
                }
            ),
        )
        for layer in network.layers
    )
    made = replace(network, layers=layers)
    return headed(made, *outputs) if outputs else made
