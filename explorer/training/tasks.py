"""A task: a data set, or a generator, turned into what the network sees and what it is to answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import cast

import numpy as np
import numpy.typing as npt

from explorer.errors import DataError, UsageError
from explorer.sequences import GENERATORS, Dataset, FloatArray, Scale, Scaling, Sequence, generate
from explorer.training.fresh import HELD_OUT, REFERENCE, Fresh, fresh_of
from explorer.training.outputs import NO_CLASS, Answers, Marks, Outputs
from explorer.training.questions import Question, ask, reach_ahead
from explorer.training.settings import Settings
from explorer.training.splits import Part, Split, split_by_sequences, split_in_time

HELD_OUT_STEPS = 20_000
"""About so many steps are held out and measured on: more would cost more than it tells."""

REFERENCE_SEQUENCES = 64


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

    def example(self, sequence: Sequence) -> Example:
        """Return a sequence of such data as the network is shown it, and what is asked. ``DataError`` at inf and NaN."""
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
        known = _known(self.question, self.outputs, sequence)
        answers = _shifted(known, self.question.offsets)
        return Example(
            numbers,
            values[:, coded].astype(np.int64),
            _as_classes(answers) if self.outputs.kind == "class" else answers.astype(np.float32),
            known if self.question.known else None,
            _marks(self.question, sequence) if self.outputs.detects else None,
        )


def make_task(settings: Settings, dataset: Dataset | None = None) -> Task:
    """Return the task that ``settings`` describe for these data; without any, their generator makes them.

    ``UsageError`` or ``DataError`` where data and task do not fit, saying what is missing.
    """
    if dataset is None:
        dataset = _generated(settings)
    if settings.task == "generator":
        fresh = _require_targets(settings, dataset)
        if fresh is not None:
            return _fresh_task(settings, dataset, fresh)
    if settings.task == "classify":
        dataset = _labelled(dataset)
    split = _split(settings, dataset)
    task = _task(settings, dataset, split)
    task = replace(
        task,
        examples=tuple(task.example(sequence) for sequence in dataset.sequences),
        training=split.training,
        held_out=split.held_out,
    )
    _require_answers(task)
    return task


def _generated(settings: Settings) -> Dataset:
    if not settings.generator:
        raise UsageError("there are no data to train on: name a file, a preset or a generator")
    return generate(settings.generator, seed=settings.data_seed, **dict(settings.generator_settings))


def _require_targets(settings: Settings, dataset: Dataset) -> Fresh | None:
    """Return the supply of sequences of a generated data set. ``DataError`` if nothing is asked of it."""
    if dataset.seed is None or dataset.sequences[0].name not in GENERATORS:
        raise DataError(
            "the task generator needs a sequence of a generator, such as generated:adding; these data are of a file",
            file=dataset.source,
        )
    if not dataset.sequences[0].target_names:
        raise DataError(
            f"the generator {dataset.sequences[0].name} asks nothing; train it to forecast or to reconstruct",
            file=dataset.source,
        )
    if settings.bidirectional and reach_ahead(settings, dataset):
        raise UsageError(
            f"bidirectional does not go with {dataset.sequences[0].name}: "
            "the reverse direction reads what is to be foretold"
        )
    return fresh_of(dataset, settings.data_seed)


def _fresh_task(settings: Settings, dataset: Dataset, fresh: Fresh) -> Task:
    """Return a task whose training is drawn anew: the examples are a few to fit on, and those that are held out."""
    reference = fresh.draw(REFERENCE, 0, REFERENCE_SEQUENCES)
    apart = fresh.draw(HELD_OUT, 0, max(16, min(1024, HELD_OUT_STEPS // fresh.length)))
    parts = [Part(example, 0, fresh.length) for example in range(len(reference) + len(apart))]
    split = Split(tuple(parts[: len(reference)]), tuple(parts[len(reference) :]))
    task = replace(_task(settings, replace(dataset, sequences=reference + apart), split), dataset=dataset, fresh=fresh)
    examples = tuple(task.example(sequence) for sequence in reference + apart)
    return replace(task, examples=examples, training=split.training, held_out=split.held_out)


def _labelled(dataset: Dataset) -> Dataset:
    """Return the sequences that have a label. ``DataError`` if there are no two classes of them."""
    labelled = tuple(sequence for sequence in dataset.sequences if sequence.label and len(sequence))
    if len({sequence.label for sequence in labelled}) < 2:
        there = f"only the label {labelled[0].label!r}" if labelled else "no sequence with a label"
        raise DataError(
            f"the task classify needs sequences of two classes or more, and there is {there}; give the column that "
            "tells the class of a sequence the role label",
            file=dataset.source,
        )
    return replace(dataset, sequences=labelled)


def _split(settings: Settings, dataset: Dataset) -> Split:
    lengths = [len(sequence) for sequence in dataset.sequences]
    by_sequences = settings.split == "sequences" or (settings.split == "auto" and len(lengths) > 1)
    if settings.task == "classify":
        if settings.split == "time":
            raise UsageError("split must be sequences for the task classify, not time: a sequence has one label")
        by_sequences = True
    if by_sequences:
        split = split_by_sequences(lengths, settings.held_out, settings.seed, dataset.source)
    else:
        split = split_in_time(lengths, settings.held_out, reach_ahead(settings, dataset), dataset.source)
    return Split(*(tuple(part for part in parts if part.steps) for parts in split))


def _task(settings: Settings, dataset: Dataset, split: Split) -> Task:
    """Return the task without its examples: what is asked, and everything that is fitted on the training part."""
    question = ask(settings, dataset, split.training)
    names = tuple(name for name in dataset.features if name not in question.asked_features)
    if not names:
        raise UsageError(f"target {', '.join(settings.target)} is all there is, so nothing is left as an input")
    inputs = dataset.select(names)
    scale = _scale(settings, dataset)
    scaling = None
    if scale != "none" and inputs.numeric:
        scaling = _fit(inputs.features, [sequence.values for sequence in inputs.sequences], split, inputs, scale)
    return Task(settings, inputs, scale, scaling, question, _outputs(question, dataset, split, scale))


def _scale(settings: Settings, dataset: Dataset) -> Scale:
    if settings.scale != "auto":
        return cast(Scale, settings.scale)
    generator = GENERATORS.get(dataset.sequences[0].name) if dataset.seed is not None else None
    return "none" if generator is not None and not generator.far else "standardize"


def _fit(names: tuple[str, ...], values: list[FloatArray], split: Split, like: Dataset, scale: Scale) -> Scaling:
    """Return the scaling of the training parts alone."""
    pieces = (values[part.example][part.first : part.last] for part in split.training)
    sequences = tuple(Sequence("", piece, names) for piece in pieces)
    kept = {name: words for name, words in like.vocabularies.items() if name in names}
    return Scaling.fit(Dataset(sequences, like.source, vocabularies=MappingProxyType(kept)), scale)


def _outputs(question: Question, dataset: Dataset, split: Split, scale: Scale) -> Outputs:
    size, turns = len(question.names), len(question.offsets)
    mean, sd = np.zeros(size), np.ones(size)
    if question.kind == "value" and scale != "none":
        values = [_read(question, sequence) for sequence in dataset.sequences]
        names = tuple(column.name for column in question.columns)
        fitted = _fit(names, values, split, replace(dataset, vocabularies=MappingProxyType({})), scale)
        mean, sd = np.tile(fitted.mean, turns), np.tile(fitted.sd, turns)
    return Outputs(question.kind, question.names, mean, sd, bool(question.marks))


def _read(question: Question, sequence: Sequence) -> FloatArray:
    return np.stack([column.read(sequence) for column in question.columns], axis=1)


def _known(question: Question, outputs: Outputs, sequence: Sequence) -> FloatArray:
    """Return what the asked columns are at each step, in the outputs' units: (T, J)."""
    values = _read(question, sequence)
    if question.kind != "value":
        return values
    columns = values.shape[1]
    return (values - outputs.mean[:columns]) / outputs.sd[:columns]


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


def _require_answers(task: Task) -> None:
    for where, parts in (("training", task.training), ("held-out", task.held_out)):
        for part in parts:
            answers = task.examples[part.example].answers[part.first : part.last]
            if (answers != NO_CLASS).any() if task.outputs.kind == "class" else np.isfinite(answers).any():
                break
        else:
            raise DataError(
                f"nothing is asked in the {where} part of {sum(part.steps for part in parts)} steps; "
                "take a shorter horizon, another target, or another part with held-out",
                file=task.dataset.source,
            )
