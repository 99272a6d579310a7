"""From columns to what the network is shown: numbers as they are, words as codes or one input a word, gaps filled."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, field

import numpy as np

from explorer.errors import UsageError
from explorer.sequences.arranging import Arranged
from explorer.sequences.columns import Column, codes_of, gaps_of
from explorer.sequences.filling import FILLED, WORD, ZERO, fill, finite_mean, place
from explorer.sequences.options import Fill, Options
from explorer.sequences.scaling import training_count
from explorer.sequences.sequence import FloatArray, HowArray

FEW_GAPS = 3
"""Stretches of missing values that a note names; of more, the first one."""


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """``values`` (T, D) of D ``features``; ``vocabularies`` are the words of those whose values are codes.

    ``filled`` gives features that have gaps together with what these were filled with, (T,) as ``fill`` tells it.
    """

    values: FloatArray
    features: tuple[str, ...]
    vocabularies: dict[str, tuple[str, ...]]
    filled: dict[tuple[str, ...], HowArray] = field(default_factory=dict)


def make_inputs(arranged: Arranged, options: Options, notes: list[str], tick: abc.Callable[[], None]) -> Inputs:
    """Return the inputs of all steps without gaps; ``notes`` tell what was filled. ``tick`` may raise to cancel.

    A category is an input ``name=word`` for each of its words, 1 where it stands and else 0, or a single one of codes
    if ``options`` embed it. Where a gap is masked there is a further input ``name missing``.
    """
    columns = arranged.of_role("input", "category")
    whole = _one_matrix(columns)
    if whole is not None:
        return Inputs(whole, tuple(column.name for column in columns), {})
    training = training_rows(arranged, options.train)
    features: dict[str, FloatArray] = {}
    vocabularies: dict[str, tuple[str, ...]] = {}
    filled: dict[tuple[str, ...], HowArray] = {}
    for column in columns:
        tick()
        how = options.fills.get(column.name, "forward")
        name = _fresh(column.name, features)
        if column.role == "category":
            made, words, told = _of_category(column, how, column.name in options.embedded, arranged)
            if words:
                vocabularies[name] = words
        else:
            values = np.asarray(column.values, dtype=np.float64)
            gaps = gaps_of(column)
            mean = finite_mean(values[:training]) if gaps.any() else 0.0
            values, told = fill(values, gaps, arranged.starts, how, mean)
            made = {"": values}
        names = []
        for suffix, values in made.items():
            names.append(_fresh(f"{column.name}{suffix}", features))
            features[names[-1]] = values
        if told is not None:
            filled[tuple(names)] = told
        if has_gaps(column):
            masks = how == "mask"
            mask = _fresh(f"{column.name} missing", features) if masks else ""
            if masks:
                features[mask] = gaps_of(column).astype(np.float64)
            notes.append(gap_note(column, FILLED[how].format(mask=mask), arranged.counted))
    values = np.empty((arranged.rows, len(features)))
    for position, part in enumerate(features.values()):
        tick()
        values[:, position] = part
    values.flags.writeable = False
    return Inputs(values, tuple(features), vocabularies, filled)


def training_rows(arranged: Arranged, train: float) -> int:
    """Return how many rows, from the first, are the training part: of a sequence its steps, of several some whole."""
    count = len(arranged.starts)
    if count == 1:
        return training_count(arranged.rows, train)
    first = training_count(count, train)
    return int(arranged.starts[first]) if first < count else arranged.rows


def has_gaps(column: Column) -> bool:
    """Return whether a cell of the column has no value, be it missing or wrong."""
    return bool(column.missing or column.wrong)


def gap_note(column: Column, done: str, counted: str) -> str:
    """Return the sentence that says where values are missing, ``counted`` in lines or rows, and what was done."""
    count, first = column.missing + column.wrong, column.first_missing
    first = (
        column.first_wrong if first is None else first if column.first_wrong is None else min(first, column.first_wrong)
    )
    if count > 1 and count == sum(size for *_, size in column.stretches) and len(column.stretches) <= FEW_GAPS:
        where = ", ".join(place(start, end, counted) for start, end, _ in column.stretches)
        return f"column {column.name!r}: {count} values are missing, {where}; {done}"
    which = "1 value is missing," if count == 1 else f"{count} values are missing, the first"
    return f"column {column.name!r}: {which} in {counted} {first}; {done}"


def _of_category(
    column: Column, how: Fill, embedded: bool, arranged: Arranged
) -> tuple[dict[str, FloatArray], tuple[str, ...], HowArray | None]:
    """Return what a category becomes, by what is added to its name, and the words of its codes if it is embedded.

    The last is what its gaps were filled with, as ``fill`` tells it.
    """
    codes, words = codes_of(column)
    gaps = codes < 0
    if how in ("interpolate", "mean"):
        raise UsageError(f"column {column.name!r} holds words: its gaps can be filled forward, masked or dropped")
    values, told = fill(codes.astype(np.float64), gaps, arranged.starts, how, -1.0)
    if how == "forward":
        codes = values.astype(np.int64)
    if told is not None:
        told[codes < 0] = WORD if embedded else ZERO
    if embedded:
        lacking = bool((codes < 0).any())
        filled = np.where(codes < 0, len(words), codes).astype(np.float64)
        return {"": filled}, (*words, "(missing)") if lacking else words, told
    return {f"={word}": (codes == code).astype(np.float64) for code, word in enumerate(words)}, (), told


def _fresh(name: str, taken: abc.Container[str]) -> str:
    """Return the name, numbered if it is taken."""
    fresh, count = name, 2
    while fresh in taken:
        fresh, count = f"{name} ({count})", count + 1
    return fresh


def _one_matrix(columns: abc.Sequence[Column]) -> FloatArray | None:
    """Return the array (T, D) whose columns these are, one by one and without a gap; None if there is no such.

    A table of millions of numbers is then never held twice.
    """
    if any(column.role != "input" or column.kind != "number" or has_gaps(column) for column in columns):
        return None
    first = columns[0].values
    base, count = first.base, len(columns)
    if not isinstance(base, np.ndarray) or base.ndim != 2 or base.shape[1] != count or not base.flags.c_contiguous:
        return None
    rows: FloatArray = base[: len(first)]
    begins = [column.values.__array_interface__["data"][0] for column in columns]
    if begins != [rows[:, k].__array_interface__["data"][0] for k in range(count)] or rows.shape[0] != len(first):
        return None
    if any(column.values.base is not base or column.values.strides != rows[:, 0].strides for column in columns):
        return None
    rows.flags.writeable = False
    return rows
