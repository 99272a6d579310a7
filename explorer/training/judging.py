"""What is to be said of a cell of a run: what its gradient through time amounts to, and whether it learns at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from explorer.functions import FloatArray
from explorer.training.baselines import CONSTANT, Baseline
from explorer.training.runs import Recording
from explorer.training.verdict import Verdict, judge

LEARNED = 0.85
"""A loss above this share of the chance line is the chance line: on some hundred sequences it is off by a tenth."""

_JUDGED = ("l0.dh", "l0.dh_last", "l0.dc", "l0.dc_last")
"""What a verdict looks at: each is read from the disk."""


class Judge:
    """Judges the cells of a run, and remembers what it said: the window asks at every look, the command at the end."""

    def __init__(self, run: Recording) -> None:
        self._run = run
        self._verdicts: dict[tuple[str, int, int], Verdict] = {}

    def verdict(self, cell: str, iteration: int | None = None) -> Verdict | None:
        """Return the verdict at what the probe saw last, or last up to ``iteration``; None before it saw anything."""
        columns = self._run.through_time(cell)
        probed = columns["iteration"]
        row = len(probed) if iteration is None else int(np.searchsorted(probed, iteration, side="right"))
        if row == 0:
            return None
        at = int(probed[row - 1])
        values = self._measured(cell, at)
        key = (cell, at, len(values[1]))
        if key not in self._verdicts:
            found = judge({name: np.asarray(columns[name][row - 1]) for name in _JUDGED if name in columns}, cell=cell)
            text = f"{found.text} ({f'after iteration {at}' if at else 'before the first iteration'})"
            lines = [line for line in self._run.baselines if line.metric == self._loss]
            said = beside(self._loss, *values, lines)
            self._verdicts[key] = replace(found, text=f"{text}; {said}" if said else text)
        return self._verdicts[key]

    @property
    def _loss(self) -> str:
        """The name of the loss on held-out data: the first that is measured."""
        return next(iter(self._run.metric_names()), "loss")

    def _measured(self, cell: str, until: int) -> tuple[FloatArray, FloatArray]:
        """Return the iterations up to ``until`` at which the loss was measured on held-out data, and what it was."""
        columns = self._run.metrics(cell)
        if self._loss not in columns:
            return np.zeros(0), np.zeros(0)
        iterations, values = columns["iteration"], columns[self._loss]
        there = (iterations <= until) & ~np.isnan(values)
        return iterations[there], values[there]


def beside(metric: str, iterations: FloatArray, values: FloatArray, lines: Sequence[Baseline]) -> str:
    """Return in words that a cell is no better than what is reached without learning; nothing where it is.

    iterations, values: (n,) when the held-out loss was measured and what it was, lower is better; ``lines`` are the
    baselines by the same ``metric``. Nothing is learned where even the best it was is near those that always answer the
    same; else the best of all lines is what it has to beat.
    """
    if not len(values) or not lines:
        return ""
    now, lowest = float(values[-1]), float(values.min())
    best = min(lines, key=lambda line: line.value)
    nothing = next((line for name in CONSTANT for line in lines if line.name == name), best)
    limit = min(best.value, LEARNED * nothing.value)
    if not now > limit:
        return ""
    if lowest > LEARNED * nothing.value:
        return f"nothing is learned yet: {metric} {now:.3g}, {_named(nothing)} {nothing.value:.3g}"
    if lowest > limit:
        return f"not yet better than without learning: {metric} {now:.3g}, {_named(best)} {best.value:.3g}"
    was = f"{lowest:.3g} after iteration {iterations[values.argmin()]:.0f}"
    return (
        f"no longer clearly better than without learning: {metric} {now:.3g} ({was}), {_named(best)} {best.value:.3g}"
    )


def _named(line: Baseline) -> str:
    return "chance line" if line.name == "chance" else f"baseline {line.name}"
