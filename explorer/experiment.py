"""The whole question, as a value: which sequences, which network, from which initial state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from explorer.errors import DataError
from explorer.functions import FloatArray
from explorer.network import Network, Place
from explorer.sequences import Dataset, Scale, Scaling


@dataclass(frozen=True, slots=True, eq=False)
class Experiment:
    """Sequences and the network that runs over them. Never changes; undo is the previous experiment.

    ``initial`` maps ``l0.h``, ``l0.c``, ``l0_reverse.h`` … to (H,) arrays; states that it does not name start at zero.
    ``scale`` says whether the network is shown every feature as it is, standardised, or between 0 and 1.
    """

    dataset: Dataset
    network: Network
    scale: Scale = "none"
    initial: Mapping[str, FloatArray] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Check that the parts fit one another."""
        if self.dataset.input_size != self.network.input_size:
            raise DataError(
                f"the network takes {self.network.input_size} features, the data has {self.dataset.input_size}"
            )
        _require_fitting_states(self.network, self.initial)

    @property
    def scaling(self) -> Scaling | None:
        """The scaling between the data's units and what the network sees, or None where there is none."""
        return None if self.scale == "none" else Scaling.fit(self.dataset, self.scale)

    def inputs(self, sequence: int) -> FloatArray:
        """Return what the network sees of one sequence: (T, D), in the network's dtype, read-only."""
        return self.seen(sequence, self.scaling)

    def seen(self, sequence: int, scaling: Scaling | None, first: int = 0) -> FloatArray:
        """Return what the network sees of the steps from ``first`` on, with a scaling that was fitted before."""
        values = self.dataset.sequences[sequence].values[first:]
        with np.errstate(over="ignore"):  # what float32 cannot hold is seen as infinite
            seen: FloatArray = np.array(
                values if scaling is None else scaling.apply(values), dtype=self.network.dtype, order="C"
            )
        seen.setflags(write=False)
        return seen

    def initial_state(self, place: Place) -> dict[str, FloatArray]:
        """Return the state before the first step taken at ``place``: (H,) per state of its cell."""
        size, dtype = self.network.weights(place).hidden_size, self.network.dtype
        zero = np.zeros(size, dtype)
        return {
            state: np.asarray(self.initial.get(f"{place.key}.{state}", zero), dtype)
            for state in self.network.cell(place).states
        }


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
