"""What can be reached without learning, on the same held-out data by the same metrics: lines to compare with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.functions import FloatArray
from explorer.network import FAN
from explorer.training.batches import Batch, held_out_batches, held_out_windows
from explorer.training.outputs import NO_CLASS, Marks, measure
from explorer.training.splits import Part
from explorer.training.tasks import HELD_OUT_STEPS, Example, Task

CONSTANT = ("chance", "mean", "levels", "majority")
"""Those that always answer the same, the first that there is of a task standing for what has learned nothing."""

LONGEST_PERIOD = 2000
_LOOKED_AT = 20_000
_STRONG, _LIKE = 0.9, 0.2
"""A peak of the autocorrelation is strong from so much of the highest, and from so much at all."""

_CERTAIN = 20.0
"""The logit of an answer that has no doubt."""

Predict = Callable[[Example, Part], FloatArray]
"""Returns what is answered at the steps of a part: (steps, size)."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What one way to answer without learning reaches by one metric; ``best`` is that of the best of them."""

    name: str
    metric: str
    value: float
    best: bool = False


def baselines(task: Task, steps: int = HELD_OUT_STEPS) -> tuple[Baseline, ...]:
    """Return the baselines of the task by every metric that they have a value of, each metric's best marked.

    Chance is the generator's own; persistence answers with what was last, seasonal with what was a period ago, where
    there is a period; the mean, the levels of a fan and the majority are those of the training part. ``steps`` as of
    ``held_out_batches``, so that all are measured on the same.
    """
    windows, batches = held_out_windows(task, steps), held_out_batches(task, steps)
    found = _chance(task)
    for name, predict in _ways(task).items():
        reached = _reached(task, windows, batches, predict)
        if task.outputs.kind == "class" and name == "persistence":
            del reached["cross-entropy"]  # a wrong answer without doubt has an infinite one
        found += [Baseline(name, metric, value) for metric, value in reached.items() if np.isfinite(value)]
    if task.outputs.detects:
        found.append(Baseline("chance", "AUROC", 0.5))
    return tuple(_with_best(task, found))


def _ways(task: Task) -> dict[str, Predict]:
    ways: dict[str, Predict] = {}
    usual = _usual(task)
    if task.question.known:
        ways["persistence"] = lambda example, part: _last_known(task, example, part, usual)
        periods = _periods(task) if task.outputs.kind in ("value", "fan") and task.reach == 0 else None
        if periods is not None:
            named = f", {periods[0]} steps" if len(set(periods)) == 1 else ""
            ways[f"seasonal{named}"] = lambda example, part: _last_known(task, example, part, usual, periods)
    ways[{"value": "mean", "fan": "levels"}.get(task.outputs.kind, "majority")] = lambda _, part: np.tile(
        usual, (part.steps, 1)
    )
    return ways


def _reached(task: Task, windows: Sequence[Part], batches: Sequence[Batch], predict: Predict) -> dict[str, float]:
    """Return every metric of what ``predict`` answers in the windows, which the batches hold in the same order."""
    predicted, row = [], iter(windows)
    for batch in batches:
        y = np.zeros((*batch.mask.shape, task.outputs.size))
        for k, window in zip(range(len(y)), row, strict=False):
            y[k, : window.steps] = predict(task.examples[window.example], window)
        predicted.append(y)
    return measure(task.outputs, predicted, [batch.answers for batch in batches], [batch.marks for batch in batches])


def _chance(task: Task) -> list[Baseline]:
    """Return the generator's own chance line, in the outputs' units."""
    chance, outputs = task.dataset.chance, task.outputs
    if task.settings.task != "generator" or chance is None or chance[0] != outputs.loss:
        return []
    if outputs.kind == "value" and np.unique(outputs.sd).size > 1:
        return []  # a mean over columns in different units has none
    value = chance[1] / float(outputs.sd[0]) ** 2
    found = [Baseline("chance", chance[0], value)]
    return [*found, Baseline("chance", "RMSE", value**0.5)] if chance[0] == "MSE" else found


def _usual(task: Task) -> FloatArray:
    """Return the mean or the levels of the training's answers, or the logits of how often each is right: (size,)."""
    parts = [task.examples[part.example].answers[part.first : part.last] for part in task.training]
    answers = np.concatenate(parts)
    if task.outputs.kind == "class":
        counts = np.bincount(answers[answers != NO_CLASS], minlength=task.outputs.size) + 1.0
        return np.asarray(np.log(counts / counts.sum()))
    asked = ~np.isnan(answers)
    if task.outputs.detects:
        marks = np.concatenate([_marks_of(task, part) for part in task.training])
        asked &= ~marks[:, None]
    if task.outputs.kind == "fan":
        columns = (column[there].astype(np.float64) for column, there in zip(answers.T, asked.T, strict=True))
        return np.array([np.quantile(c, FAN[k % len(FAN)]) if len(c) else 0.0 for k, c in enumerate(columns)])
    total = np.where(asked, answers, 0).sum(axis=0, dtype=np.float64)
    if task.outputs.kind == "value":
        return np.asarray(total / np.maximum(asked.sum(axis=0), 1))
    rate = (total + 1) / (asked.sum(axis=0) + 2)
    return np.asarray(np.log(rate / (1 - rate)))


def _marks_of(task: Task, part: Part) -> Marks:
    marks = task.examples[part.example].marks
    assert marks is not None
    return marks[part.first : part.last]


def _last_known(
    task: Task, example: Example, part: Part, usual: FloatArray, periods: Sequence[int] | None = None
) -> FloatArray:
    """Return for each output what its column was at the step itself, or a whole number of periods before it is due.

    Where that is before the beginning it is the step itself; where nothing is known, what is ``usual`` (size,).
    """
    known = example.known
    assert known is not None
    answer = np.arange(part.first, part.last)
    columns = []
    for offset in task.question.offsets:
        for k in range(known.shape[1]):
            back = 0 if periods is None else -offset % periods[k]
            source = answer - back
            columns.append(known[np.where(source >= 0, source, answer), k])
            if task.question.relative:
                columns[-1] = columns[-1] - known[answer, k]
    last = np.repeat(np.stack(columns, axis=1), len(task.question.levels), axis=1)
    if task.outputs.kind != "class":
        return np.where(np.isnan(last), usual, last)
    logits = np.zeros((len(last), task.outputs.size))
    there = np.flatnonzero(~np.isnan(last[:, 0]))
    logits[there, last[there, 0].astype(np.int64)] = _CERTAIN
    return logits


def _periods(task: Task) -> tuple[int, ...] | None:
    """Return the period of each column in the training part, 1 where it has none; None where no column has one."""
    part = max(task.training, key=lambda part: part.steps)
    known = task.examples[part.example].known
    assert known is not None
    values = known[max(part.first, part.last - _LOOKED_AT) : part.last]
    longest = min(LONGEST_PERIOD, len(values) // 3)
    if longest < 2:
        return None
    periods = tuple(period_of(column, longest) for column in values.T)
    return tuple(period or 1 for period in periods) if any(periods) else None


def period_of(column: FloatArray, longest: int) -> int | None:
    """Return the period of a column (T,), of 2 … longest steps, NaN where nothing is known; None where it has none.

    It is where the autocorrelation of what is left without a straight line has its first strong peak past its first
    zero crossing: before that a smooth column is like itself at any lag, the shorter the more. Strong is a peak of at
    least ``_STRONG`` of the highest there is, and ``_LIKE``.
    """
    r = _autocorrelation(column, longest + 1)
    crossed = np.flatnonzero(r <= 0)
    if not len(crossed):
        return None
    past = np.where(np.arange(len(r)) > crossed[0], r, -1.0)
    strong = past >= max(_STRONG * past.max(), _LIKE)
    if not strong.any():
        return None
    begin = int(np.argmax(strong))
    end = begin + int(np.argmin(np.append(strong[begin:], False)))
    peak = begin + int(np.argmax(past[begin:end]))
    return peak if peak <= longest else None  # else it still rises


def _autocorrelation(column: FloatArray, longest: int) -> FloatArray:
    """Return the autocorrelation r_0 … r_longest over the pairs that are known; zeros where a column is but a line.

    By Fourier transforms of x and of where there is a number: Σ x_t x_{t−p}, and how many pairs, over all t at once.
    """
    there = ~np.isnan(column)
    x, steps = np.zeros(len(column)), np.flatnonzero(there)
    if len(steps) > 2:
        values = column[there]
        x[there] = values - np.polyval(np.polyfit(steps - steps.mean(), values, 1), steps - steps.mean())
        if np.abs(x).max() <= 1e-9 * np.abs(values).max():
            x[:] = 0
    size = 1 << int(np.ceil(np.log2(len(x) + longest + 1)))
    once, mask = np.fft.rfft(x, size), np.fft.rfft(there.astype(np.float64), size)
    sums = np.fft.irfft(once * once.conj(), size)[: longest + 1]
    pairs = np.rint(np.fft.irfft(mask * mask.conj(), size))[: longest + 1]
    means = sums / np.maximum(pairs, 1)
    return means / means[0] if means[0] > 0 else np.zeros(longest + 1)


def _with_best(task: Task, found: Sequence[Baseline]) -> list[Baseline]:
    best = {}
    for metric in task.outputs.metrics:
        values = [line.value for line in found if line.metric == metric.name]
        if values:
            best[metric.name] = min(values) if metric.better == "lower" else max(values)
    return [replace(line, best=line.value == best[line.metric]) for line in found]
