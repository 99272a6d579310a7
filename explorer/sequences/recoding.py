"""Words of one data set under the codes of another, for a network that has learned from the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from explorer.errors import DataError
from explorer.sequences.sequence import Dataset, Sequence
from explorer.sequences.text import FEATURE, UNKNOWN, word_of

Vocabularies = Mapping[str, tuple[str, ...]]


def recoded(dataset: Dataset, vocabularies: Vocabularies) -> Dataset:
    """Return the data with the codes their words have in ``vocabularies``; one that has none there is ``<unk>``.

    ``DataError`` naming the word where there is no ``<unk>`` to stand for it, or a feature whose words have no codes.
    """
    for name in vocabularies:
        if name not in dataset.vocabularies:
            raise DataError(f"{name!r} holds no words in these data, as it did in those of the training")
    if all(dataset.vocabularies[name] == words for name, words in vocabularies.items()):
        return dataset
    codes = {name: {word: code for code, word in enumerate(words)} for name, words in vocabularies.items()}
    sequences = tuple(_recoded(sequence, dataset, codes) for sequence in dataset.sequences)
    return replace(
        dataset, sequences=sequences, vocabularies=MappingProxyType({**dataset.vocabularies, **vocabularies})
    )


def _recoded(sequence: Sequence, dataset: Dataset, codes: Mapping[str, Mapping[str, int]]) -> Sequence:
    values = sequence.values.copy()
    for name, known in codes.items():
        column = sequence.features.index(name)
        words = dataset.vocabularies[name]
        spelled = [words[int(code)] for code in sequence.values[:, column]]
        if name == FEATURE and sequence.tokens:  # a word too rare for a code here may have one there
            kind = (dataset.options.tokens if dataset.options else "") or "words"
            spelled = [word_of(token, kind) for token in sequence.tokens]
        for step, word in enumerate(spelled):
            code = known.get(word, known.get(UNKNOWN))
            if code is None:
                raise DataError(
                    f"{word!r} of {name!r} at step {step} of sequence {sequence.name!r} is no word of the training",
                    file=dataset.source,
                )
            values[step, column] = code
    values.flags.writeable = False
    return replace(sequence, values=values)
