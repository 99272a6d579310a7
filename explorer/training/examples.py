"""A task as the network meets it: sequences as they are shown, and what is to be answered at each step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from explorer.errors import DataError
from explorer.sequences import Dataset, FloatArray, Scale, Scaling, Sequence
from explorer.training.fresh import Fresh
from explorer.training.outputs import NO_CLASS, Answers, Marks, Outputs
from explorer.training.questions import Question
from explorer.training.settings import Settings
from explorer.training.splits import Part


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A sequence as the network is shown it, and what is asked.

    ``numbers`` (T, N) float32 and ``codes`` (T, C) are what goes in; ``answers`` (T, size) float32, NaN where nothing
    is asked, or the class (T,), −1 where none is. ``known`` (T, J) float64 is what the asked columns are at the step
    itself, where they are known then, in the outputs' units; ``marks`` (T,) are the steps whose errors are to be large.
    """

    numbers: npt.NDArray[np.float32]
    codes: npt.NDArray[np.int64]
    answers: Answers
    known: FloatArray | None
    marks: Marks | None

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What is asked, of which part, and what the network is shown of it.

    ``dataset`` has only the features that go in: a network for it is one for the task. ``scaling`` is fitted on the
    training part alone. ``fresh`` draws the training batches, where there is an endless supply.
    """

    settings: Settings
    dataset: Dataset
    scale: Scale
    scaling: Scaling | None
    question: Question
    outputs: Outputs
    fresh: Fresh | None = None
    examples: tuple[Example, ...] = ()
    training: tuple[Part, ...] = ()
    held_out: tuple[Part, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether sequences are never cut into windows."""
        return self.fresh is not None or self.settings.steps == 0 or self.settings.task == "classify"

    @property
    def longest(self) -> int:
        """How many steps the longest window of training has."""
        longest = max(part.steps for part in self.training)
        return longest if self.whole else min(longest, self.settings.steps)

    @property
    def reach(self) -> int:
        """How many steps back what is asked lies: so many at the start of a window nobody can know."""
        return max(0, -min(self.question.offsets))

    @property
    def hideable(self) -> tuple[int, ...]:
        """Which of the numbers of an example each asked column is, where it is hidden while it is asked for."""
        if not self.question.masked:
            return ()
        names = [self.dataset.features[k] for k in self.dataset.numeric]
        return tuple(names.index(column.name) for column in self.question.columns)

    def example(self, sequence: Sequence) -> Example:
        """Return a sequence of such data as an example. ``DataError`` where an input is no finite number."""
        columns = [sequence.features.index(name) for name in self.dataset.features]
        vocabularies = self.dataset.vocabularies
        values = sequence.values if len(columns) == sequence.input_size else sequence.values[:, columns]
        with np.errstate(over="ignore"):
            scaled = values if self.scaling is None else self.scaling.apply(values)
            coded = [k for k, name in enumerate(self.dataset.features) if name in vocabularies]
            numbers = (scaled[:, list(self.dataset.numeric)] if coded else scaled).astype(np.float32)
        if not np.isfinite(numbers).all():
            step, column = np.argwhere(~np.isfinite(numbers))[0].tolist()
            name = self.dataset.features[self.dataset.numeric[column]]
            raise DataError(
                f"{name!r} of sequence {sequence.name!r} is no finite number at step {step}; fill it, or leave it out",
                file=self.dataset.source,
            )
        known = known_columns(self.question, self.outputs, sequence)
        answers = _shifted(known, self.question.offsets)
        if self.question.relative:
            answers = answers - np.tile(known, len(self.question.offsets))
        answers = np.repeat(answers, len(self.question.levels), axis=1)
        return Example(
            numbers,
            values[:, coded].astype(np.int64),
            _as_classes(answers) if self.outputs.kind == "class" else answers.astype(np.float32),
            known if self.question.known else None,
            _marks(self.question, sequence) if self.outputs.detects else None,
        )


def asked_columns(question: Question, sequence: Sequence) -> FloatArray:
    """Return the columns that are asked, as they stand in the data: (T, J), NaN where there is no finite number."""
    values = np.stack([column.read(sequence) for column in question.columns], axis=1)
    values[np.isinf(values)] = np.nan
    return values


def known_columns(question: Question, outputs: Outputs, sequence: Sequence) -> FloatArray:
    """Return what the asked columns are at each step, in the outputs' units: (T, J)."""
    values = asked_columns(question, sequence)
    if question.kind not in ("value", "fan"):
        return values
    first = slice(0, len(question.levels) * values.shape[1], len(question.levels))
    return (values - outputs.mean[first]) / outputs.sd[first]


def _shifted(values: FloatArray, offsets: tuple[int, ...]) -> FloatArray:
    """Return what (T, J) is at each of the offsets from a step: (T, offsets · J), NaN beyond the ends."""
    if offsets == (0,):
        return values
    length, columns = values.shape
    result = np.full((length, len(offsets), columns), np.nan)
    for k, offset in enumerate(offsets):
        first, last = max(0, -offset), min(length, length - offset)
        if first < last:
            result[first:last, k] = values[first + offset : last + offset]
    return result.reshape(length, -1)


def _as_classes(answers: FloatArray) -> Answers:
    return np.where(np.isnan(answers[:, 0]), NO_CLASS, answers[:, 0]).astype(np.int64)


def _marks(question: Question, sequence: Sequence) -> Marks:
    """Return whether any of the foretold steps is marked: (T,)."""
    marked = np.zeros(len(sequence), dtype=np.bool_)
    for label in sequence.labels:
        marked |= label.values
    ahead: Marks = _shifted(marked[:, None].astype(np.float64), question.offsets) == 1
    return np.asarray(ahead.any(axis=1))
