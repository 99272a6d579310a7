"""Several files as one data set: those with the same columns, each a sequence or several."""

from __future__ import annotations

from collections import Counter, abc
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from explorer.errors import DataError
from explorer.sequences.options import Options
from explorer.sequences.sequence import Dataset, Sequence

Vocabularies = abc.Mapping[str, tuple[str, ...]]


def join(source: str, read: abc.Mapping[Path, Dataset], refused: abc.Sequence[str], options: Options) -> Dataset:
    """Return the sequences of all data sets that have the features of most, by name, in the order given.

    A sequence is called after its file, one of several in a file after both. ``refused`` are the errors of further
    files. Notes say what was left out and why. ``DataError`` if nothing was read.
    """
    if not read:
        more = f" (and {len(refused) - 3} more)" if len(refused) > 3 else ""
        reasons = f"none of its files can be loaded: {'; '.join(refused[:3])}{more}"
        raise DataError(reasons if refused else "there is no file in it", file=None if "\n" in source else source)
    counts = Counter(map(_kind, read.values()))
    common = next(dataset for dataset in read.values() if counts[_kind(dataset)] == max(counts.values()))
    fitting = {
        path: dataset.select(common.features) for path, dataset in read.items() if _kind(dataset) == _kind(common)
    }
    left = [*refused, *(f"{path.name}: {_difference(read[path], common)}" for path in read if path not in fitting)]
    vocabularies = MappingProxyType({name: _union(name, fitting.values()) for name in common.vocabularies})
    sequences: list[Sequence] = []
    for called, dataset in zip(names_of(list(fitting)), fitting.values(), strict=True):
        several = len(dataset.sequences) > 1
        sequences += [
            replace(_recoded(sequence, dataset, vocabularies), name=f"{called} {sequence.name}" if several else called)
            for sequence in dataset.sequences
        ]
    notes = [f"left out: {reason}" for reason in left] + _notes(fitting)
    return Dataset(
        tuple(sequences), source, tuple(notes), options=options, vocabularies=vocabularies, train=options.train
    )


def names_of(paths: abc.Sequence[Path]) -> list[str]:
    """Return what sequences from files are called: the files' names, with as much of them as makes all different."""
    for names in ([path.stem for path in paths], [path.name for path in paths]):
        if len(set(names)) == len(names):
            return names
    return [str(path) for path in paths]


def _kind(dataset: Dataset) -> tuple[frozenset[str], ...]:
    """Return what has to be the same in data sets that are to become one."""
    return tuple(map(frozenset, (dataset.features, dataset.vocabularies, dataset.sequences[0].target_names)))


def _difference(dataset: Dataset, common: Dataset) -> str:
    lacks = [name for name in common.features if name not in dataset.features]
    besides = [name for name in dataset.features if name not in common.features]
    said = [f"it has no {', '.join(lacks[:5])}"] if lacks else []
    said += [f"it also has {', '.join(besides[:5])}"] if besides else []
    return " and ".join(said) or "its columns have other roles than those of most"


def _union(name: str, datasets: abc.Iterable[Dataset]) -> tuple[str, ...]:
    """Return all words of a feature: those of the first keep their codes."""
    return tuple(dict.fromkeys(word for dataset in datasets for word in dataset.vocabularies[name]))


def _recoded(sequence: Sequence, dataset: Dataset, vocabularies: Vocabularies) -> Sequence:
    """Return a sequence with the codes its words have in ``vocabularies``."""
    changed = [
        name
        for name, words in vocabularies.items()
        if dataset.vocabularies[name] != words[: len(dataset.vocabularies[name])]
    ]
    if not changed:
        return sequence
    values = np.array(sequence.values)
    for name in changed:
        position = {word: code for code, word in enumerate(vocabularies[name])}
        codes = np.array([position[word] for word in dataset.vocabularies[name]], dtype=np.float64)
        column = sequence.features.index(name)
        values[:, column] = codes[values[:, column].astype(np.intp)]
    return replace(sequence, values=values)


def _notes(datasets: abc.Mapping[Path, Dataset]) -> list[str]:
    """Return the notes of all data sets, each once, with the files of which it holds."""
    files: dict[str, list[str]] = {}
    for path, dataset in datasets.items():
        for note in dict.fromkeys(dataset.notes):
            files.setdefault(note, []).append(path.name)
    notes = []
    for note, names in files.items():
        others = f" and {len(names) - 1} other{'s' if len(names) > 2 else ''}" if len(names) > 1 else ""
        notes.append(note if len(names) == len(datasets) else f"{names[0]}{others}: {note}")
    return notes
