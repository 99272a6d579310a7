"""What can be reached without learning, on the same held-out data by the same metrics: lines to compare with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.functions import FloatArray
from explorer.training.batches import Batch, held_out_batches, held_out_windows
from explorer.training.outputs import NO_CLASS, Marks, measure
from explorer.training.splits import Part
from explorer.training.tasks import HELD_OUT_STEPS, Example, Task

CONSTANT = ("chance", "mean", "majority")
"""Those that always answer the same, the first that there is of a task standing for what has learned nothing."""

LONGEST_PERIOD = 2000
_LOOKED_AT = 20_000
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

    Chance is the generator's own; persistence answers with what was last, seasonal with what was a period ago, the mean
    and the majority are those of the training part. ``steps`` as of ``held_out_batches``, so that all are measured on
    the same.
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
        periods = _periods(task) if task.outputs.kind == "value" and task.reach == 0 else None
        if periods is not None:
            named = f", {periods[0]} steps" if len(set(periods)) == 1 else ""
            ways[f"seasonal{named}"] = lambda example, part: _last_known(task, example, part, usual, periods)
    ways["mean" if task.outputs.kind == "value" else "majority"] = lambda _, part: np.tile(usual, (part.steps, 1))
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
    """Return the mean of the training's answers, or the logits of how often each is right: (size,)."""
    parts = [task.examples[part.example].answers[part.first : part.last] for part in task.training]
    answers = np.concatenate(parts)
    if task.outputs.kind == "class":
        counts = np.bincount(answers[answers != NO_CLASS], minlength=task.outputs.size) + 1.0
        return np.asarray(np.log(counts / counts.sum()))
    asked = ~np.isnan(answers)
    if task.outputs.detects:
        marks = np.concatenate([_marks_of(task, part) for part in task.training])
        asked &= ~marks[:, None]
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
    last = np.stack(columns, axis=1)
    if task.outputs.kind != "class":
        return np.where(np.isnan(last), usual, last)
    logits = np.zeros((len(last), task.outputs.size))
    there = np.flatnonzero(~np.isnan(last[:, 0]))
    logits[there, last[there, 0].astype(np.int64)] = _CERTAIN
    return logits


def _periods(task: Task) -> tuple[int, ...] | None:
    """Return for each column the period that foretells the training part best; None where it is too short for one."""
    part = max(task.training, key=lambda part: part.steps)
    known = task.examples[part.example].known
    assert known is not None
    values = known[max(part.first, part.last - _LOOKED_AT) : part.last]
    longest = min(LONGEST_PERIOD, len(values) // 3)
    if longest < 2:
        return None
    return tuple(_period(column, longest) for column in values.T)


def _period(column: FloatArray, longest: int) -> int:
    """Return the lag p of 2 … longest at which the mean of (x_t − x_{t−p})² is smallest; of equal ones the shortest.

    By Fourier transforms of x, x² and of where there is a number: (a − b)² = a² + b² − 2ab, summed over all t at once.
    """
    there = ~np.isnan(column)
    x = np.where(there, column - column[there].mean(), 0.0) if there.any() else np.zeros_like(column)
    size = 1 << int(np.ceil(np.log2(len(x) + longest + 1)))
    once, square, mask = (np.fft.rfft(each, size) for each in (x, x * x, there.astype(np.float64)))
    both = np.fft.irfft(square * mask.conj() + mask * square.conj() - 2 * once * once.conj(), size)
    pairs = np.rint(np.fft.irfft(mask * mask.conj(), size))
    errors = np.full(longest + 1, np.inf)
    lags = np.arange(2, longest + 1)[pairs[2 : longest + 1] > 0]
    errors[lags] = both[lags] / pairs[lags]
    if not lags.size:
        return longest
    return int(np.argmax(errors <= errors.min() + 1e-9 * float(np.mean(x * x))))


def _with_best(task: Task, found: Sequence[Baseline]) -> list[Baseline]:
    best = {}
    for metric in task.outputs.metrics:
        values = [line.value for line in found if line.metric == metric.name]
        if values:
            best[metric.name] = min(values) if metric.better == "lower" else max(values)
    return [replace(line, best=line.value == best[line.metric]) for line in found]
