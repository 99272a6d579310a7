"""Labels and targets: what is known of the steps or of whole sequences, and what the network is to answer."""

from __future__ import annotations

from collections import abc

import numpy as np

from explorer.errors import UsageError
from explorer.sequences.arranging import Arranged
from explorer.sequences.columns import Column, codes_of, gaps_of, words_of
from explorer.sequences.inputs import gap_note, has_gaps
from explorer.sequences.roles import MOST_CLASSES
from explorer.sequences.sequence import BoolArray, FloatArray

_YES_AND_NO = (("yes", "no"), ("true", "false"), ("y", "n"), ("t", "f"))


def make_labels(arranged: Arranged, notes: list[str]) -> tuple[dict[str, BoolArray], tuple[str, ...]]:
    """Return the marks of the steps by name (T,), and the label of each sequence.

    What is the same throughout each sequence is a label of the sequence (0 and 1 only where there are several
    sequences). Else 0 and 1, or yes and no, are one mark, not set where a cell is empty; several classes are one mark
    each, called ``name=class``.
    ``UsageError`` if a column holds more classes than can be marked.
    """
    marks: dict[str, BoolArray] = {}
    whole = [""] * len(arranged.names)
    for column in arranged.of_role("label"):
        codes, words = codes_of(column)
        yes = _yes(column, words)
        several = len(arranged.names) > 1
        if (several or not yes) and _same_throughout(codes, arranged):
            at = [codes[first:end].max() for first, end in arranged.bounds]
            named = [words[code] if code >= 0 else "" for code in at]
            whole = [", ".join(filter(None, pair)) for pair in zip(whole, named, strict=True)]
        elif yes:
            marks[column.name] = np.isin(codes, [words.index(word) for word in words if word.lower() in yes])
            if has_gaps(column):
                notes.append(gap_note(column, "taken for no", arranged.counted))
        elif len(words) > MOST_CLASSES:
            raise UsageError(
                f"column {column.name!r} holds {len(words)} different values, more than the {MOST_CLASSES} a label of "
                "steps may have; give it the role target or ignore"
            )
        else:
            marks |= {f"{column.name}={word}": codes == code for code, word in enumerate(words)}
    return marks, tuple(whole)


def make_targets(arranged: Arranged) -> tuple[FloatArray | None, tuple[str, ...]]:
    """Return what the network is to answer at each step (T, K), NaN where nothing is asked, and its K names.

    Words are one target each, 1 where it stands and else 0. ``UsageError`` if a column holds dates.
    """
    parts: dict[str, FloatArray] = {}
    for column in arranged.of_role("target"):
        if column.dated:
            raise UsageError(f"column {column.name!r} holds dates, which no network answers; it may be the time")
        if column.kind == "text":
            codes, words = codes_of(column)
            for code, word in enumerate(words):
                parts[f"{column.name}={word}"] = np.where(codes < 0, np.nan, codes == code)
        else:
            parts[column.name] = np.asarray(column.values, dtype=np.float64)
    if not parts:
        return None, ()
    values = np.column_stack(list(parts.values()))
    values.flags.writeable = False
    return values, tuple(parts)


def words_with_a_mark(column: Column) -> set[str]:
    """Return the words of a column of labels that ``make_labels`` knows: those there are, and yes beside no."""
    _, words = codes_of(column)
    yes = _yes(column, words)
    pair = ("1", "0") if column.kind == "number" else next((two for two in _YES_AND_NO if two[0] in yes), ())
    return {*words, *(pair if yes else ())}


def mark_of(columns: abc.Iterable[Column], name: str) -> BoolArray:
    """Return the marks (T,) of further steps under a name that ``make_labels`` gave: words are what they were."""
    labels = {column.name: column for column in columns if column.role == "label"}
    if name in labels:
        yes = {"1", *(yes for yes, _ in _YES_AND_NO)}
        return np.array([word.lower() in yes for word in words_of(labels[name])], dtype=bool)
    column, word = _part_of(labels, name)
    return np.array([other == word for other in words_of(column)], dtype=bool)


def targets_of(columns: abc.Iterable[Column], names: tuple[str, ...]) -> FloatArray:
    """Return the targets (T, K) of further steps under the names that ``make_targets`` gave."""
    targets = {column.name: column for column in columns if column.role == "target"}
    parts = []
    for name in names:
        if name in targets:
            parts.append(np.asarray(targets[name].values, dtype=np.float64))
        else:
            column, word = _part_of(targets, name)
            parts.append(np.array([float(other == word) if other else np.nan for other in words_of(column)]))
    return np.column_stack(parts)


def _part_of(columns: abc.Mapping[str, Column], name: str) -> tuple[Column, str]:
    """Return the column and the word of ``column=word``."""
    column = next(column for column in columns.values() if name.startswith(f"{column.name}="))
    return column, name.removeprefix(f"{column.name}=")


def _yes(column: Column, words: tuple[str, ...]) -> frozenset[str]:
    """Return the words that mean yes, if the column holds nothing but yes and no; else nothing."""
    if column.kind == "number":
        present = column.values[~gaps_of(column)]
        return frozenset({"1"}) if np.all((present == 0) | (present == 1)) else frozenset()
    lower = {word.lower() for word in words}
    return next((frozenset({yes}) for yes, no in _YES_AND_NO if lower and lower <= {yes, no}), frozenset())


def _same_throughout(codes: np.ndarray, arranged: Arranged) -> bool:
    """Return whether no sequence has two different values; missing ones do not count."""
    for first, end in arranged.bounds:
        part = codes[first:end]
        part = part[part >= 0]
        if part.size and part.min() != part.max():
            return False
    return True
