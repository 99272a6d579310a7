"""Where the data of a run are from, so that another process can read them again and see that they are the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from explorer.errors import DataError
from explorer.sequences import BETWEEN, GENERATED, Dataset, Options, derived_columns, plain_features
from explorer.sequences.stored import decode_options, encode_options

PRESET = "preset:"


@dataclass(frozen=True, slots=True)
class Origin:
    """Files by absolute paths, with how they are opened; or a source that a generator makes, which settings describe.

    ``source`` is as of ``Dataset``, empty where nothing but the settings' generator says what the data are;
    ``columns`` are the features that are kept, in their order, none: all; ``hash`` is that of the data once they were
    read, empty before.
    """

    source: str = ""
    options: Options = field(default_factory=Options)
    columns: tuple[str, ...] = ()
    hash: str = ""

    @property
    def is_file(self) -> bool:
        """Whether there is a file, or several, to be read."""
        return bool(self.source) and not self.source.startswith((PRESET, GENERATED))


def origin_of(dataset: Dataset) -> Origin:
    """Return where a data set is from. Of one with derived columns those that were read, whose hash is not known."""
    source = dataset.source
    if dataset.seed is None:
        source = BETWEEN.join(str(Path(file).absolute()) for file in source.split(BETWEEN))
    derived = derived_columns(dataset)
    known = "" if derived else data_hash(dataset)
    return Origin(source, dataset.options or Options(), plain_features(dataset.features, derived), known)


def origin_table(origin: Origin) -> dict[str, Any]:
    """Return it as a table for a toml file."""
    table: dict[str, Any] = {"source": origin.source, "columns": list(origin.columns), "hash": origin.hash}
    return {**table, "options": json.loads(encode_options(origin.options))}


def origin_from(table: Mapping[str, Any]) -> Origin:
    """Return what ``origin_table`` wrote. ``ValueError`` if it is no such table."""
    source, columns, known = table.get("source", ""), table.get("columns", []), table.get("hash", "")
    if not isinstance(source, str) or not isinstance(known, str) or not isinstance(columns, list):
        raise ValueError(f"this does not say where data are from: {dict(table)!r}")
    options = decode_options(json.dumps(table.get("options", {})))
    return Origin(source, options, tuple(map(str, columns)), known)


def read_origin(origin: Origin, progress: Callable[[float], None] = lambda _: None) -> Dataset | None:
    """Return the data, or None where a generator makes them. ``progress`` is told the fraction read; it may raise.

    ``DataError`` or ``UsageError`` if they cannot be read, or are not what they were.
    """
    if not origin.is_file:
        return None
    from explorer.sequences import read_dataset

    dataset = read_dataset(origin.source, origin.options, progress=progress)
    if origin.columns:
        dataset = dataset.select(origin.columns)
    if origin.hash and origin.hash != data_hash(dataset):
        raise DataError(
            "the data are not those that this run was begun with; begin a new run with them", file=origin.source
        )
    return dataset


def data_hash(dataset: Dataset) -> str:
    """Return the SHA-256 of everything of a data set that a training can see, in hexadecimal digits."""
    found = hashlib.sha256()
    for sequence in dataset.sequences:
        names = (sequence.name, sequence.features, sequence.target_names, [label.name for label in sequence.labels])
        found.update(json.dumps([*names, sequence.label, sequence.values.shape]).encode())
        found.update(sequence.values.tobytes())
        if sequence.targets is not None:
            found.update(sequence.targets.tobytes())
        for label in sequence.labels:
            found.update(label.values.tobytes())
    found.update(json.dumps(dict(dataset.vocabularies)).encode())
    return found.hexdigest()
