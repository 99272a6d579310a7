"""The probe's sequences as data of their own: to look at their gates at one moment of the training after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from explorer.sequences import Dataset, Label, Sequence
from explorer.sequences.sequence import Filled
from explorer.training.batches import probe_parts
from explorer.training.description import Description
from explorer.training.origin import origin_from, read_origin
from explorer.training.settings import Settings
from explorer.training.splits import Part
from explorer.training.tasks import example_sequences, generated_dataset, make_task


def probe_dataset(settings: Settings, dataset: Dataset | None = None) -> Dataset:
    """Return the sequences of the probe of a training on these data, or on what its generator makes.

    They are in the units of the data, with their answers and labels. Errors as of ``make_task``.
    """
    if dataset is None:
        dataset = generated_dataset(settings)
    task = make_task(settings, dataset)
    sequences = example_sequences(task, dataset)
    picked = tuple(_part_of(sequences[part.example], part) for part in probe_parts(task))
    said = f"Only the probe is shown: {', '.join(sequence.name for sequence in picked)}."
    return replace(dataset, sequences=picked, notes=(said,))


def probe_of(description: Description, progress: Callable[[float], None] = lambda _: None) -> Dataset:
    """Return the probe of a run, its data read again where they are of a file. Errors as of ``read_origin`` too."""
    return probe_dataset(description.settings, read_origin(origin_from(description.data), progress))


def _part_of(sequence: Sequence, part: Part) -> Sequence:
    """Return some steps of a sequence, named after them where they are not all."""
    if part.steps == len(sequence):
        return sequence
    steps = slice(part.first, part.last)
    return replace(
        sequence,
        name=f"{sequence.name} {part.first}–{part.last - 1}",
        values=sequence.values[steps],
        labels=tuple(Label(label.name, label.values[steps]) for label in sequence.labels),
        times=None if sequence.times is None else sequence.times[steps],
        targets=None if sequence.targets is None else sequence.targets[steps],
        tokens=sequence.tokens[steps],
        filled={name: _filled_of(filled, part) for name, filled in sequence.filled.items()},
    )


def _filled_of(filled: Filled, part: Part) -> Filled:
    within = (filled.steps >= part.first) & (filled.steps < part.last)
    return Filled(filled.steps[within] - part.first, filled.lines[within], filled.how[within], filled.counted)
