"""How well sequences are judged as a whole: how many rightly, how evenly, with how honest a certainty, and how far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from explorer.sequences import FloatArray

Codes = npt.NDArray[np.int64]
Yes = npt.NDArray[np.bool_]
Measured = npt.NDArray[np.floating[Any]]

ACCURACY, MACRO_F1, CALIBRATION, BRIER = "accuracy", "macro-F1", "calibration error", "Brier score"

BINS = 10
"""Of certainty, from 0 to 1."""

WIDTH = 10
"""Steps that are one distance."""

LEARNED, LATER = 0.9, 2
"""How far on the way to the best something is learned, and how many times the iterations of the first are later."""


def figures_of(probabilities: FloatArray, due: Codes, names: Sequence[str]) -> dict[str, float]:
    """Return what an answer is worth by every figure; NaN where nothing is asked.

    probabilities: (n, C), how likely each class is held; due: (n,), which one is right; names: of the C classes. The
    macro-F1 is the mean of the F1 of the classes that are due or said.
    """
    said = probabilities.argmax(axis=1) if len(due) else due
    each = f1(said, due, len(names))
    known = each[~np.isnan(each)]
    return {
        ACCURACY: float(np.mean(said == due)) if len(due) else np.nan,
        MACRO_F1: float(known.mean()) if known.size else np.nan,
        **{f"F1 of {name}": float(value) for name, value in zip(names, each, strict=True)},
        CALIBRATION: calibration_error(probabilities, due),
        BRIER: brier(probabilities, due),
    }


def f1(said: Codes, due: Codes, classes: int) -> FloatArray:
    """Return 2 · right / (said + due) of each class: (classes,), NaN of one that is neither said nor due."""
    right = np.bincount(due[said == due], minlength=classes)
    both = np.bincount(due, minlength=classes) + np.bincount(said, minlength=classes)
    return np.where(both > 0, 2 * right / np.maximum(both, 1), np.nan)


def calibration_error(probabilities: FloatArray, due: Codes, bins: int = BINS) -> float:
    """Return how far certainty is from how often it is right: Σ_b n_b / n · |accuracy_b − certainty_b|, from 0 to 1.

    The certainty is the probability of the likeliest class, cut into equal bins, each closed above. probabilities:
    (n, C), due: (n,). Source: Guo et al. 2017, On calibration of modern neural networks, (3).
    """
    if not len(due):
        return np.nan
    certainty, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == due
    place = np.clip(np.ceil(certainty * bins).astype(np.int64) - 1, 0, bins - 1)
    gap = np.bincount(place, weights=right - certainty, minlength=bins)
    return float(np.abs(gap).sum() / len(due))


def brier(probabilities: FloatArray, due: Codes) -> float:
    """Return ½ Σ_k (p_k − y_k)², averaged: 0 where all is certain and right, 1 where all is certain and wrong.

    Half of what Brier 1950 has, which of two classes is (p − y)² of either. probabilities: (n, C), due: (n,).
    """
    if not len(due):
        return np.nan
    wanted = np.eye(probabilities.shape[1])[due]
    return float(np.mean(np.sum((probabilities - wanted) ** 2, axis=1)) / 2)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The sequences whose clue is ``first`` … ``last`` steps from the end: how many, and the accuracy on them."""

    first: int
    last: int
    count: int
    accuracy: float


def by_distance(right: Yes, distance: FloatArray, width: int = WIDTH) -> tuple[Stretch, ...]:
    """Return the accuracy over the distance from clue to end, in stretches of ``width`` steps, those with any.

    right: (n,), distance: (n,) in steps, NaN of a sequence that has no clue.
    """
    there = ~np.isnan(distance)
    place = distance[there].astype(np.int64) // width
    return tuple(
        Stretch(k * width, (k + 1) * width - 1, int(here.sum()), float(right[there][here].mean()))
        for k in np.unique(place).tolist()
        if (here := place == k).any()
    )


def said_of_learning(
    curves: Mapping[str, tuple[Measured, Measured]], nothing: float, best: float, limit: int
) -> tuple[str, ...]:
    """Return in sentences which cells have learned their task, which of them later, and which not within ``limit``.

    curves: of each cell the iterations at which the accuracy was measured, and what it was, (n,) each. Learned is nine
    tenths of the way from ``nothing``, the accuracy of who always says the same, to the ``best`` that any of the cells
    or rivals reached: later is twice the iterations of the first, or more.
    """
    level = nothing + LEARNED * (best - nothing)
    since = {cell: _since(*curve, level) for cell, curve in curves.items()}
    quickest = min((at for at in since.values() if at is not None), default=None)
    said = []
    for cell, at in since.items():
        if at is None:
            said.append(
                f"{_named(cell)} has not learned it within {limit} iterations: accuracy {curves[cell][1].max():.3g}"
            )
            continue
        sentence = f"{_named(cell)} has learned it after {at} iterations: accuracy {level:.3g}"
        if quickest is not None and at > quickest and at >= LATER * quickest:
            first = next(other for other, when in since.items() if when == quickest)
            sentence = sentence.replace("has learned it", "learns later,") + f", {_named(first)} after {quickest}"
        said.append(sentence)
    return tuple(said)


def _since(iterations: Measured, accuracy: Measured, level: float) -> int | None:
    reached = np.flatnonzero(accuracy >= level)
    return int(iterations[reached[0]]) if len(reached) else None


def _named(cell: str) -> str:
    return f"the {cell.upper()}"
