"""Batches: windows of long sequences, whole ones of any lengths, or fresh ones. Each is a function of its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from explorer.functions import FloatArray
from explorer.training.fresh import TRAINING
from explorer.training.outputs import NO_CLASS, Answers, Marks
from explorer.training.settings import Settings
from explorer.training.splits import Part
from explorer.training.tasks import HELD_OUT_STEPS, Example, Task

BATCHES, HIDING, SHORT = 1, 3, 4
"""Tell the seeds of batches, of what is hidden and of short sequences from those of weights, splits and dropout."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """B windows or sequences of up to T steps. Beyond the end of a short one stands 0, and nothing is asked.

    ``numbers`` (B, T, N) float32 and ``codes`` (B, T, C) are what goes in; ``answers`` (B, T, size) float32 with NaN,
    or the class (B, T) with −1, where nothing is asked. ``mask`` (B, T) is where there are steps, ``lengths`` (B,) how
    many; ``marks`` (B, T) are the marked steps, where errors are compared with marks.
    """

    numbers: npt.NDArray[np.float32]
    codes: npt.NDArray[np.int64]
    answers: Answers
    mask: npt.NDArray[np.bool_]
    lengths: npt.NDArray[np.int64]
    marks: Marks | None = None

    def x(self, tables: Sequence[FloatArray] = ()) -> FloatArray:
        """Return what the first layer sees, (B, T, D), given the vectors of each feature of codes: (V, E) each."""
        vectors = [table[self.codes[:, :, k]] for k, table in enumerate(tables)]
        return np.concatenate([self.numbers, *vectors], axis=2) if vectors else self.numbers


def training_batch(task: Task, iteration: int) -> Batch:
    """Return the batch of an iteration, counted from 1: always the same one, whatever came before."""
    count = task.settings.batch
    if task.fresh is not None:
        share = curriculum_share(task.settings, iteration)
        drawn = [task.example(sequence) for sequence in task.fresh.draw(TRAINING, iteration - 1, count, share)]
        return _stack(task, [(example, 0, len(example)) for example in drawn])
    steps = 0 if task.whole else task.settings.steps
    share = curriculum_share(task.settings, iteration)
    if share < 1 and task.settings.task == "classify":
        return _stack(task, _shortest(task, iteration, share))
    starts = np.array([part.steps - steps + 1 if 0 < steps < part.steps else 1 for part in task.training])
    if (starts == 1).all():
        chosen = _in_turn(task.settings.seed, iteration - 1, count, len(starts))
        windows = [task.training[k] for k in chosen.tolist()]
    else:
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence((task.settings.seed, BATCHES, iteration))))
        ends = np.cumsum(starts)
        drawn_at = rng.integers(0, ends[-1], count)
        chosen = np.searchsorted(ends, drawn_at, side="right")
        first = drawn_at - (ends - starts)[chosen]
        windows = [
            _window(task.training[k], start, steps) for k, start in zip(chosen.tolist(), first.tolist(), strict=True)
        ]
    batch = _stack(task, [(task.examples[k], first, last) for k, first, last in windows], teaching=True)
    if not task.hideable:
        return batch
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence((task.settings.seed, HIDING, iteration))))
    return _hidden(task, batch, rng.integers(0, len(task.hideable), count))


def curriculum_share(settings: Settings, iteration: int) -> float:
    """Return how far what is drawn has grown at an iteration, counted from 1: 1 from the end of the curriculum on."""
    over = settings.curriculum * settings.iterations
    return min(1.0, iteration / over) if over else 1.0


def held_out_windows(task: Task, steps: int = HELD_OUT_STEPS) -> tuple[Part, ...]:
    """Return what is measured on: the held-out part cut into windows, evenly chosen ones where it is longer."""
    windows = [window for part in task.held_out for window in _cut(task, part)]
    windows = [window for window in windows if _is_asked(task, window)]
    total = sum(window.steps for window in windows)
    if total <= steps:
        return tuple(windows)
    count = max(1, len(windows) * steps // total)
    return tuple(windows[k * len(windows) // count] for k in range(count))


def held_out_batches(task: Task, steps: int = HELD_OUT_STEPS) -> tuple[Batch, ...]:
    """Return what is measured on as batches, the same every time: about so many ``steps`` at most in all."""
    windows, size = held_out_windows(task, steps), max(task.settings.batch, 64)
    return tuple(
        _in_turns(task, [(task.examples[k], first, last) for k, first, last in windows[start : start + size]], start)
        for start in range(0, len(windows), size)
    )


def whole_batch(task: Task, parts: Sequence[Part]) -> Batch:
    """Return parts of examples side by side, as they are."""
    return _stack(task, [(task.examples[part.example], part.first, part.last) for part in parts])


def hidden_batch(task: Task, example: Example) -> Batch:
    """Return an example as often as there are columns to hide, in each row another one hidden."""
    return _in_turns(task, [(example, 0, len(example))] * len(task.hideable))


def probe_sequences(task: Task) -> tuple[Batch, ...]:
    """Return the sequences of the probe, each a batch of one, none padded."""
    return tuple(
        _in_turns(task, [(task.examples[k], first, last)], turn)
        for turn, (k, first, last) in enumerate(probe_parts(task))
    )


def probe_parts(task: Task) -> tuple[Part, ...]:
    """Return the held-out sequences or windows of the probe; the same every time."""
    windows = [window for part in task.held_out for window in _cut(task, part)]
    longest = max(window.steps for window in windows)
    asked = [window for window in windows if _is_asked(task, window)]
    full = [window for window in asked if window.steps == longest] or asked
    chosen = full if len(full) >= task.settings.probe else asked
    count = min(task.settings.probe, len(chosen))
    return tuple(chosen[k * len(chosen) // count] for k in range(count))


def _in_turns(task: Task, windows: Sequence[tuple[Example, int, int]], first: int = 0) -> Batch:
    """Return the windows side by side; of those whose columns are hidden, one after the other from the ``first`` on."""
    batch = _stack(task, windows)
    if not task.hideable:
        return batch
    return _hidden(task, batch, (first + np.arange(len(windows))) % len(task.hideable))


def _hidden(task: Task, batch: Batch, columns: npt.NDArray[np.int64]) -> Batch:
    """Return the batch with one asked column hidden in each row (B,): 0 stands for it, and it alone is asked."""
    rows, numbers = np.arange(len(columns)), batch.numbers.copy()
    numbers[rows, :, np.array(task.hideable)[columns]] = 0
    answers = np.full_like(batch.answers, np.nan)
    answers[rows, :, columns] = batch.answers[rows, :, columns]
    return replace(batch, numbers=numbers, answers=answers)


def _shortest(task: Task, iteration: int, share: float) -> list[tuple[Example, int, int]]:
    """Return a batch drawn at random from the shortest sequences, so large a share of all."""
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence((task.settings.seed, SHORT, iteration))))
    order = np.argsort([part.steps for part in task.training], kind="stable")
    among = order[: max(task.settings.batch, round(share * len(order)))]
    chosen = [task.training[k] for k in rng.choice(among, task.settings.batch).tolist()]
    return [(task.examples[part.example], part.first, part.last) for part in chosen]


def _in_turn(seed: int, position: int, count: int, examples: int) -> npt.NDArray[np.int64]:
    """Return the examples of a batch: all come once, in an order drawn anew, before any comes again."""
    places = np.arange(position * count, (position + 1) * count)
    chosen = np.empty(count, dtype=np.int64)
    turns, within = np.divmod(places, examples)
    for turn in np.unique(turns).tolist():
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, BATCHES, turn))))
        here = turns == turn
        chosen[here] = rng.permutation(examples)[within[here]]
    return chosen


def _window(part: Part, start: int, steps: int) -> Part:
    first = part.first + start
    return Part(part.example, first, min(first + steps, part.last))


def _cut(task: Task, part: Part) -> list[Part]:
    """Return the part as windows one after the other."""
    if task.whole:
        return [part]
    return [_window(part, start, task.settings.steps) for start in range(0, part.steps, task.settings.steps)]


def _is_asked(task: Task, window: Part) -> bool:
    answers = task.examples[window.example].answers[window.first : window.last]
    known = answers[_unknowable(task, window.first) :]
    return bool((known != NO_CLASS).any() if task.outputs.kind == "class" else not np.isnan(known).all())


def _unknowable(task: Task, first: int) -> int:
    """Return for how many steps of a window that begins at ``first`` what is asked came before it."""
    return min(task.reach, first)


def _stack(task: Task, windows: Sequence[tuple[Example, int, int]], *, teaching: bool = False) -> Batch:
    """Return the windows side by side. ``teaching`` asks nothing where a step is marked."""
    count = len(windows)
    lengths = np.array([last - first for _, first, last in windows], dtype=np.int64)
    longest, template = int(lengths.max()), windows[0][0]
    empty = NO_CLASS if task.outputs.kind == "class" else np.nan
    shape = (count, longest)
    numbers = np.zeros((*shape, template.numbers.shape[1]), np.float32)
    codes = np.zeros((*shape, template.codes.shape[1]), np.int64)
    answers = np.full(shape + template.answers.shape[1:], empty, template.answers.dtype)
    marks = None if template.marks is None else np.zeros(shape, np.bool_)
    for row, (example, first, last) in enumerate(windows):
        length, hidden = last - first, _unknowable(task, first)
        numbers[row, :length] = example.numbers[first:last]
        answers[row, hidden:length] = example.answers[first + hidden : last]
        if codes.shape[2]:
            codes[row, :length] = example.codes[first:last]
        if marks is not None and example.marks is not None:
            marks[row, :length] = example.marks[first:last]
            if teaching:
                answers[row, :length][marks[row, :length]] = empty
    mask = np.arange(longest) < lengths[:, None]
    return Batch(numbers, codes, answers, mask, lengths, marks)
