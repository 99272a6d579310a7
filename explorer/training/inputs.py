"""What a trained network was shown: which features, and the numbers they were scaled with. It is shown others alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from explorer.errors import DataError
from explorer.experiment import Experiment
from explorer.network import Network
from explorer.sequences import Dataset, Scale, Scaling, Sequence, derive, derived_columns, plain_features, restore


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """The features of a training in their order, how they were scaled, and with what; ``scaling`` is None where not.

    ``derived`` are the columns that were shown by how they change: others are derived alike.
    """

    names: tuple[str, ...]
    scale: Scale
    scaling: Scaling | None
    derived: tuple[str, ...] = ()

    def experiment(self, dataset: Dataset, network: Network) -> Experiment:
        """Return a network of the training over data, derived and scaled as those were that it was trained on.

        Features that were no input are targets. ``DataError`` if the data have others, and not as many of them.
        """
        return Experiment(self._selected(dataset), network, self.scale, fitted=self.scaling)

    def unlike(self, dataset: Dataset) -> str:
        """Return in a sentence what is different in data that can be shown all the same; nothing where nothing is."""
        features = plain_features(dataset.features, derived_columns(dataset))
        if self._are_in(dataset) or set(self._plain) <= set(features) or len(features) != len(self._plain):
            return ""
        scaled = "" if self.scaling is None else ", and scaled as the first were"
        return (
            f"This run was trained on {', '.join(self._plain)}, which these data do not have: "
            f"{', '.join(features)} are taken instead, in this order{scaled}."
        )

    @property
    def _plain(self) -> tuple[str, ...]:
        """The features before any was derived."""
        return plain_features(self.names, self.derived)

    def _are_in(self, dataset: Dataset) -> bool:
        return set(self.names) <= set(dataset.features)

    def _derived(self, dataset: Dataset) -> Dataset:
        """Return the data with the columns derived that were so in the training, and no others."""
        if self._are_in(dataset):
            return dataset
        dataset = restore(dataset)
        if set(self._plain) <= set(dataset.features):
            return derive(dataset, self.derived)
        if len(self._plain) != len(dataset.features):
            missing = [name for name in self._plain if name not in dataset.features]
            raise DataError(
                f"this run was trained on {', '.join(self._plain)}; these data have no {', '.join(missing)}"
            )
        return derive(dataset, [dataset.features[self._plain.index(name)] for name in self.derived])

    def _selected(self, dataset: Dataset) -> Dataset:
        dataset = self._derived(dataset)
        if dataset.features == self.names:
            return dataset
        if self._are_in(dataset):
            sequences = tuple(_with_targets(sequence, self.names) for sequence in dataset.sequences)
            return replace(dataset.select(self.names), sequences=sequences)
        return dataset


def inputs_table(inputs: Inputs) -> dict[str, Any]:
    """Return it as a table for a toml file."""
    table: dict[str, Any] = {"names": list(inputs.names), "scale": inputs.scale}
    if inputs.derived:
        table["derived"] = list(inputs.derived)
    if inputs.scaling is not None:
        table |= {"mean": inputs.scaling.mean.tolist(), "sd": inputs.scaling.sd.tolist()}
    return table


def inputs_from(table: Mapping[str, Any]) -> Inputs:
    """Return what ``inputs_table`` wrote. ``KeyError`` or ``ValueError`` if it is no such table."""
    names, scale = tuple(map(str, table["names"])), str(table["scale"])
    scaling = Scaling(np.array(table["mean"]), np.array(table["sd"])) if "mean" in table else None
    if scaling is not None and len(scaling.mean) != len(names):
        raise ValueError(f"inputs has {len(scaling.mean)} means of {len(names)} features")
    return Inputs(names, cast(Scale, scale), scaling, tuple(map(str, table.get("derived", ()))))


def _with_targets(sequence: Sequence, names: tuple[str, ...]) -> Sequence:
    """Return a sequence with these features; the others are what is to be answered. What was filled in is not asked."""
    others = tuple(name for name in sequence.features if name not in (*names, *sequence.target_names))
    columns = []
    for name in others:
        column = np.array(sequence.values[:, sequence.features.index(name)])
        if name in sequence.filled:
            column[sequence.filled[name].steps] = np.nan
        columns.append(column[:, None])
    asked = [] if sequence.targets is None else [sequence.targets]
    targets = np.concatenate([*asked, *columns], axis=1) if asked or columns else None
    return replace(sequence.with_features(names), targets=targets, target_names=(*sequence.target_names, *others))
