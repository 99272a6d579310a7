"""A task: a data set, or a generator, turned into what the network sees and what it is to answer."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import cast

import numpy as np

from explorer.errors import DataError, UsageError
from explorer.sequences import GENERATORS, Dataset, FloatArray, Scale, Scaling, Sequence, generate
from explorer.training.examples import Example, Task, asked_columns
from explorer.training.fresh import HELD_OUT, REFERENCE, Fresh, fresh_of
from explorer.training.outputs import NO_CLASS, Outputs
from explorer.training.questions import Question, as_shown, ask, reach_ahead
from explorer.training.settings import WATCHING, Settings
from explorer.training.splits import Part, Split, split_by_sequences, split_in_time

__all__ = ["HELD_OUT_STEPS", "Example", "Task", "make_task"]

HELD_OUT_STEPS = 20_000
"""About so many steps are held out and measured on: more would cost more than it tells."""

REFERENCE_SEQUENCES = 64


def make_task(settings: Settings, dataset: Dataset | None = None) -> Task:
    """Return the task that ``settings`` describe for these data; without any, their generator makes them.

    ``UsageError`` or ``DataError`` where data and task do not fit, saying what is missing.
    """
    if dataset is None:
        dataset = generated_dataset(settings)
    if settings.task == "generator":
        fresh = _require_targets(settings, dataset)
        if fresh is not None:
            return _fresh_task(settings, dataset, fresh)
    if settings.task == "classify":
        dataset = _labelled(dataset)
    dataset = as_shown(settings, dataset)
    split = _split(settings, dataset)
    task = _task(settings, dataset, split)
    task = replace(
        task,
        examples=tuple(task.example(sequence) for sequence in dataset.sequences),
        training=split.training,
        held_out=split.held_out,
    )
    if not task.whole and task.reach >= settings.steps:
        raise UsageError(
            f"horizon must be less than steps to reconstruct, not {settings.horizon}: "
            f"a window of {settings.steps} steps holds nothing older"
        )
    _require_answers(task)
    return task


def generated_dataset(settings: Settings) -> Dataset:
    """Return what the settings' generator makes. ``UsageError`` if they name none."""
    if not settings.generator:
        raise UsageError("there are no data to train on: name a file, a preset or a generator")
    return generate(settings.generator, seed=settings.data_seed, **dict(settings.generator_settings))


def asks(dataset: Dataset) -> bool:
    """Whether a generated data set comes with what is to be answered."""
    return bool(dataset.sequences[0].target_names or dataset.sequences[0].label)


def _require_targets(settings: Settings, dataset: Dataset) -> Fresh | None:
    """Return the supply of sequences of a generated data set. ``DataError`` if nothing is asked of it."""
    if not dataset.generator:
        raise DataError(
            "the task generator needs a sequence of a generator, such as generated:adding; these data are of a file",
            file=dataset.source,
        )
    if not asks(dataset):
        raise DataError(
            f"the generator {dataset.generator} asks nothing; train it to forecast or to reconstruct",
            file=dataset.source,
        )
    if settings.bidirectional and reach_ahead(settings, dataset):
        raise UsageError(
            f"bidirectional does not go with {dataset.generator}: the reverse direction reads what is to be foretold"
        )
    return fresh_of(dataset, settings.data_seed)


def _fresh_task(settings: Settings, dataset: Dataset, fresh: Fresh) -> Task:
    """Return a task whose training is drawn anew: the examples are a few to fit on, and those that are held out."""
    drawn = _drawn(fresh)
    parts = [Part(example, 0, len(sequence)) for example, sequence in enumerate(drawn)]
    split = Split(tuple(parts[:REFERENCE_SEQUENCES]), tuple(parts[REFERENCE_SEQUENCES:]))
    task = replace(_task(settings, replace(dataset, sequences=drawn), split), dataset=dataset, fresh=fresh)
    examples = tuple(map(task.example, drawn))
    return replace(task, examples=examples, training=split.training, held_out=split.held_out)


def _drawn(fresh: Fresh) -> tuple[Sequence, ...]:
    """Return the sequences to fit on, and behind them those that are held out."""
    reference = fresh.draw(REFERENCE, 0, REFERENCE_SEQUENCES)
    apart = max(16, min(1024, HELD_OUT_STEPS * len(reference) // sum(map(len, reference))))
    return reference + fresh.draw(HELD_OUT, 0, apart)


def example_sequences(task: Task, dataset: Dataset) -> tuple[Sequence, ...]:
    """Return the sequence of each of the task's examples as it is in the data that the task was made of.

    Columns that the task shows by how they change are derived.
    """
    if task.fresh is not None:
        return _drawn(task.fresh)
    return (_labelled(dataset) if task.settings.task == "classify" else as_shown(task.settings, dataset)).sequences


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
    if settings.task in WATCHING and settings.normal:
        return split_in_time(
            [min(length, settings.normal) for length in lengths],
            settings.held_out,
            reach_ahead(settings, dataset),
            dataset.source,
        )
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
    generator = GENERATORS.get(dataset.generator)
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
    if question.kind in ("value", "fan") and scale != "none":
        values = [asked_columns(question, sequence) for sequence in dataset.sequences]
        if question.relative:
            values = [np.diff(each, axis=0, prepend=np.nan) for each in values]
        names = tuple(column.name for column in question.columns)
        fitted = _fit(names, values, split, replace(dataset, vocabularies=MappingProxyType({})), scale)
        mean, sd = (np.repeat(np.tile(each, turns), len(question.levels)) for each in (fitted.mean, fitted.sd))
        if question.relative:
            mean = np.zeros(size)
    return Outputs(question.kind, question.names, mean, sd, bool(question.marks), question.asked, question.relative)


def _require_answers(task: Task) -> None:
    for where, parts in (("training", task.training), ("held-out", task.held_out)):
        for part in parts:
            answers = task.examples[part.example].answers[part.first : part.last]
            if (answers != NO_CLASS).any() if task.outputs.kind == "class" else np.isfinite(answers).any():
                break
        else:
            steps = sum(part.steps for part in parts)
            raise DataError(
                f"nothing is asked in the {where} part of {steps} step{'' if steps == 1 else 's'}; "
                "take a shorter horizon, another target, or another part with held-out",
                file=task.dataset.source,
            )
