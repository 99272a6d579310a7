"""What is put to the test: a network of a run, what it was asked, and the data it is judged on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from explorer.errors import DataError, UsageError
from explorer.functions import FloatArray
from explorer.network import Network
from explorer.sequences import Dataset, Sequence, derive, derived_columns, plain_features, restore
from explorer.sequences.recoding import recoded
from explorer.training.batches import whole_batch
from explorer.training.description import read_description
from explorer.training.model import Model
from explorer.training.moments import moments_of, read_moment
from explorer.training.origin import origin_from, read_origin
from explorer.training.settings import WATCHING
from explorer.training.splits import Part
from explorer.training.tasks import Task, example_sequences, generated_dataset, make_task

Progress = Callable[[float], None]

AT_ONCE = 64
"""So many sequences are read side by side."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A cell of a run after an iteration, and its task, of which ``task.held_out`` is what it is judged on.

    ``sequences`` are the data of ``task.examples``, one each, in their own units and with their labels. What rivals are
    fitted on is ``task.training``. ``calibration`` is, of a task that watches, where its threshold is set: on steps
    that neither taught the network nor are judged. ``folder`` is the run with its moments, None of no run.
    """

    task: Task
    sequences: tuple[Sequence, ...]
    network: Network
    cell: str
    iteration: int
    calibration: tuple[Part, ...] = ()
    folder: Path | None = None

    def alone(self, part: Part) -> Dataset:
        """Return the sequence of a part as a data set of its own."""
        return replace(self.task.dataset, sequences=(self.sequences[part.example],))

    def answers(self) -> tuple[tuple[Part, FloatArray], ...]:
        """Return each held-out part with what the network puts out in it (steps, K), in the outputs' own units.

        It reads the sequence from its first step on, so that it knows what was before the part.
        """
        model, parts = Model(self.network), self.task.held_out
        found: list[FloatArray] = [np.zeros((0, 0))] * len(parts)
        order = sorted(range(len(parts)), key=lambda k: parts[k].last)  # so that little is filled up
        for start in range(0, len(order), AT_ONCE):
            some = order[start : start + AT_ONCE]
            y = model.predict(whole_batch(self.task, [Part(parts[k].example, 0, parts[k].last) for k in some]))
            for row, k in enumerate(some):
                found[k] = y[row, parts[k].first : parts[k].last]
        return tuple(zip(parts, found, strict=True))


def read_trial(
    folder: Path,
    cell: str = "",
    iteration: int | None = None,
    dataset: Dataset | None = None,
    progress: Progress = lambda _: None,
) -> Trial:
    """Return the trial of a cell of a run, of the first by default, after its last moment, on what the run held out.

    With a ``dataset`` it is all of that. ``progress`` is told how much of the run's own data is read. ``UsageError`` or
    ``DataError`` where run, cell, moment or data are not there, or do not fit.
    """
    description = read_description(folder)
    settings = description.settings
    if cell and cell not in settings.cells:
        raise UsageError(f"this run trained {', '.join(settings.cells)}, not {cell}")
    cell = cell or settings.cells[0]
    kept = moments_of(folder, cell)
    if not kept:
        raise DataError(f"no weights of {cell} were kept in it yet", file=folder)
    if iteration is not None and iteration not in kept:
        listed = ", ".join(map(str, kept[:8])) + (" …" if len(kept) > 8 else "")
        raise UsageError(f"no weights were kept after iteration {iteration}; there are those of {listed}")
    at = kept[-1] if iteration is None else iteration
    network = read_moment(folder, cell, at, description)
    own = read_origin(origin_from(description.data), progress)
    task = make_task(settings, own)
    sequences = example_sequences(task, generated_dataset(settings) if own is None else own)
    trial = Trial(task, sequences, network, cell, at, folder=folder)
    if settings.task in WATCHING:
        trial = watching(trial)
    return trial if dataset is None else on_others(trial, dataset)


def watching(trial: Trial) -> Trial:
    """Return the trial of a watch: calibrated on what was held out, judged on all that comes after what is normal.

    Where nothing was said to be normal, the first half of each held-out part calibrates, and the second is judged.
    """
    task, held_out = trial.task, trial.task.held_out
    if normal := task.settings.normal:
        lengths = enumerate(map(len, task.examples))
        judged = tuple(Part(k, normal, length) for k, length in lengths if length > normal)
        return replace(trial, task=replace(task, held_out=judged), calibration=held_out)
    halves = [(part.first + part.last) // 2 for part in held_out]
    return replace(
        trial,
        task=replace(task, held_out=tuple(p._replace(first=h) for p, h in zip(held_out, halves, strict=True))),
        calibration=tuple(p._replace(last=h) for p, h in zip(held_out, halves, strict=True)),
    )


def on_others(trial: Trial, dataset: Dataset) -> Trial:
    """Return the trial on other data, all of them. ``DataError`` where they are not like those of the training."""
    task, before = trial.task, len(trial.task.examples)
    wanted, derived = task.dataset.features, derived_columns(task.dataset)
    plain, there = plain_features(wanted, derived), plain_features(dataset.features, derived_columns(dataset))
    missing = [name for name in plain if name not in there]
    if missing:
        raise DataError(
            f"this run was trained on {', '.join(plain)}; these data have no {', '.join(missing)}",
            file=dataset.source,
        )
    if not set(wanted) <= set(dataset.features):
        dataset = derive(restore(dataset), derived)
    dataset = recoded(dataset, task.dataset.vocabularies)
    further = tuple(map(task.example, dataset.sequences))
    parts = tuple(Part(before + k, 0, len(example)) for k, example in enumerate(further) if len(example))
    return replace(
        trial,
        task=replace(task, examples=task.examples + further, held_out=parts),
        sequences=(*trial.sequences, *dataset.sequences),
    )


def of_cell(folder: Path, trial: Trial, cell: str) -> Trial:
    """Return the trial of another cell of the run, after its last moment."""
    at = moments_of(folder, cell)[-1]
    return replace(trial, network=read_moment(folder, cell, at, read_description(folder)), cell=cell, iteration=at)
