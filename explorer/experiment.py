"""The whole question, as a value: which sequences, which network, from which initial state, and what is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from explorer.cells import held
from explorer.clamps import INPUT, Clamp, require_fitting
from explorer.errors import DataError
from explorer.functions import FloatArray
from explorer.holds import edited
from explorer.initialisation import make_network
from explorer.network import Network, Place, Recipe
from explorer.sequences import Dataset, Scale, Scaling


def make_network_for(dataset: Dataset, recipe: Recipe) -> Network:
    """Draw the network that ``recipe`` describes for what the data has: its numbers, and a vector for each word."""
    vocabularies = {name: dataset.vocabularies[name] for name in dataset.features if name in dataset.vocabularies}
    return make_network(recipe, len(dataset.numeric), vocabularies)


@dataclass(frozen=True, slots=True, eq=False)
class Experiment:
    """Sequences and the network that runs over them. Never changes; undo is the previous experiment.

    ``initial`` maps ``l0.h``, ``l0.c``, ``l0_reverse.h`` … to (H,) arrays; states that it does not name start at zero.
    ``scale`` says whether the network is shown every feature as it is, standardised, or between 0 and 1; codes stand
    for a vector each and are never scaled. ``fitted`` is what to scale with where that was fitted on other data than
    these, as of a trained network. ``clamps`` are what is held or edited; of two that meet, the later one wins.
    """

    dataset: Dataset
    network: Network
    scale: Scale = "none"
    initial: Mapping[str, FloatArray] = field(default_factory=lambda: MappingProxyType({}))
    clamps: tuple[Clamp, ...] = ()
    fitted: Scaling | None = None

    def __post_init__(self) -> None:
        """Check that the parts fit one another."""
        _require_fitting_data(self.dataset, self.network)
        _require_fitting_states(self.network, self.initial)
        require_fitting(self.clamps, self.network, self.dataset)
        if self.fitted is not None and len(self.fitted.mean) != self.dataset.input_size:
            raise DataError(
                f"the scaling is of {len(self.fitted.mean)} features, the data have {self.dataset.input_size}"
            )

    @property
    def scaling(self) -> Scaling | None:
        """The scaling between the data's units and what the network sees, or None where there is none.

        Fitted on the data as they are, without edits: or an edit of one step would change what is seen of all.
        """
        if self.scale == "none" or not self.dataset.numeric:
            return None
        return self.fitted or Scaling.fit(self.dataset, self.scale)

    def inputs(self, sequence: int) -> FloatArray:
        """Return what the first layer sees of one sequence: (T, D), in the network's dtype, read-only.

        The numbers of a step, scaled or not, in the order of the features; then the vectors of its codes.
        """
        return self.seen(sequence, self.scaling)

    def values(self, sequence: int, first: int = 0, last: int | None = None) -> npt.NDArray[np.float64]:
        """Return the input of the steps first…last − 1 in the units of the data, with its edits: (n, D), read-only."""
        values = self.dataset.sequences[sequence].values[first:last]
        edits, end = edited(sequence, self.clamps, values.shape[1]), first + len(values)
        if edits.during(first, end):
            values = values.copy()
            for start, stop, holds in edits.spans(first, end):
                rows = slice(start - first, stop - first)
                values[rows] = held({INPUT: values[rows]}, holds)[INPUT]
            values.setflags(write=False)
        return values

    def seen(self, sequence: int, scaling: Scaling | None, first: int = 0) -> FloatArray:
        """Return what the network sees of the steps from ``first`` on, with a scaling that was fitted before."""
        values, embeddings = self.values(sequence, first), self.network.embeddings
        with np.errstate(over="ignore"):  # what float32 cannot hold is seen as infinite
            numbers = values if scaling is None else scaling.apply(values)
            if embeddings:
                numbers = numbers[:, list(self.dataset.numeric)]
            seen: FloatArray = np.array(numbers, dtype=self.network.dtype, order="C")
        if embeddings:
            column = self.dataset.features.index
            vectors = [table[values[:, column(name)].astype(np.intp)] for name, table in embeddings.items()]
            seen = np.concatenate([seen, *vectors], axis=1)
        seen.setflags(write=False)
        return seen

    def differs_in_clamps_only(self, other: Experiment) -> bool:
        """Whether everything but the clamps is the very same."""
        return (
            self.dataset is other.dataset
            and self.network is other.network
            and self.scale == other.scale
            and self.fitted is other.fitted
            and self.initial.keys() == other.initial.keys()
            and all(array is other.initial[name] for name, array in self.initial.items())
        )

    def initial_state(self, place: Place) -> dict[str, FloatArray]:
        """Return the state before the first step taken at ``place``: (H,) per state of its cell."""
        size, dtype = self.network.weights(place).hidden_size, self.network.dtype
        zero = np.zeros(size, dtype)
        return {
            state: np.asarray(self.initial.get(f"{place.key}.{state}", zero), dtype)
            for state in self.network.cell(place).states
        }


def _require_fitting_data(dataset: Dataset, network: Network) -> None:
    if len(dataset.numeric) != network.numbers:
        kind = " of numbers" if dataset.vocabularies else ""
        raise DataError(f"the network takes {network.numbers} features{kind}, the data has {len(dataset.numeric)}")
    for name in {**dataset.vocabularies, **network.embeddings}:
        vectors, words = len(network.embeddings.get(name, ())), len(dataset.vocabularies.get(name, ()))
        if vectors != words:
            raise DataError(f"the network has {vectors} vectors for the words of {name!r}, the data has {words} words")


def _require_fitting_states(network: Network, initial: Mapping[str, FloatArray]) -> None:
    sizes = {
        f"{place.key}.{state}": network.weights(place).hidden_size
        for place in network.places
        for state in network.cell(place).states
    }
    for name, array in initial.items():
        if name not in sizes:
            raise DataError(f"the initial state {name!r} is of no use here; this network has {', '.join(sizes)}")
        if np.shape(array) != (sizes[name],):
            raise DataError(f"the initial state {name!r} has shape {np.shape(array)}, but must be ({sizes[name]},)")
        if not np.issubdtype(np.asarray(array).dtype, np.number):
            raise DataError(f"the initial state {name!r} does not hold numbers")
