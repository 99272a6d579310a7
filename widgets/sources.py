"""From what a person opens, a preset or a file, to an experiment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.errors import DataError
from explorer.experiment import Experiment, make_network_for
from explorer.network import Recipe
from explorer.presets import Preset, find_preset, load_presets, preset_dataset
from explorer.sequences import BETWEEN, GENERATED, Dataset, Options, Scale, find_generator, generate_from
from widgets.job import Report

if TYPE_CHECKING:
    from explorer.sequences.preview import Read

PRESET = "preset:"
Told = Callable[[str], Options]
"""Says how a file is to be opened; called off the window's thread, and may read the file."""

CHOSEN = "opened with your own choices, this time or another: Ctrl+I shows and changes them"

REMEDY = "Ctrl+O shows its import settings: correct it there, or set Bad cells to take them as missing"
"""What the window says of a file with a fault at some place of it."""

READING = 0.5
"""The part of the progress that reading a file takes, before anything is computed."""


def first_source() -> str:
    """Return what the window opens where nothing else was said: the first preset."""
    return f"{PRESET}{load_presets()[0].name}"


def source_name(source: str) -> str:
    """Return what a person calls it: the preset's or generator's name, or the file's without its folder.

    Of several files it is how many they are.
    """
    if source.startswith((PRESET, GENERATED)):
        return source.partition(":")[2].partition("?")[0]
    files = source.split(BETWEEN)
    return Path(source).name if len(files) == 1 else f"{len(files)} files of {Path(files[0]).parent.name}"


def is_file(source: str) -> bool:
    """Return whether it is a file, to be found again where it is."""
    return not source.startswith((PRESET, GENERATED))


def read_source(
    source: str,
    report: Report = lambda _: None,
    *,
    seed: int | None = None,
    told: Told = lambda _: Options(),
    read: Read | None = None,
    remedy: str = "",
) -> Dataset:
    """Return the data of ``preset:NAME`` or ``generated:NAME?…``, from ``seed`` or its own, or of a file.

    A file that has been ``read`` and is as it was then is not read again. DataError, with the ``remedy`` where it names
    a line of the file, or UsageError if it cannot be had.
    """
    if source.startswith(PRESET):
        return preset_dataset(find_preset(source.removeprefix(PRESET)), seed=seed)
    if source.startswith(GENERATED):
        return generate_from(source, lambda fraction: report(READING * fraction), seed=seed)
    from explorer.sequences import read_dataset

    options = told(source)
    if read is not None and read.still(source, options):
        dataset = read.dataset
    else:
        try:
            dataset = read_dataset(source, options, progress=lambda fraction: report(READING * fraction))
        except DataError as error:
            if error.line is None or not remedy:
                raise
            what = f"{error.message}. {remedy}"
            raise DataError(what, file=error.file, line=error.line, column=error.column) from error
    chosen = () if options == Options() else (CHOSEN,)
    return replace(dataset, notes=(*dataset.notes, *chosen))


def source_recipe(source: str) -> Recipe:
    """Return the network that ``source`` opens with: a preset's own, for anything else an LSTM."""
    return preset_recipe(find_preset(source.removeprefix(PRESET))) if source.startswith(PRESET) else Recipe()


def preset_recipe(preset: Preset) -> Recipe:
    """Return the preset's network."""
    return Recipe(**preset.network)  # type: ignore[arg-type]


def make_experiment(dataset: Dataset, recipe: Recipe, scale: Scale | None = None) -> Experiment:
    """Return the experiment with a network made for ``dataset``.

    Files are standardised if nothing else was said: numbers like 80 degrees close or open every gate for good. So is
    what a generator makes of such numbers. Where the data has words only, there is nothing to standardise.
    """
    longest = max(len(sequence) for sequence in dataset.sequences)
    chosen = scale or ("standardize" if _is_far(dataset.source) and dataset.numeric else "none")
    return Experiment(dataset, make_network_for(dataset, replace(recipe, longest=longest)), chosen)


def _is_far(source: str) -> bool:
    """Return whether values may be far from 0 ± 1."""
    name = find_preset(source_name(source)).generator if source.startswith(PRESET) else source_name(source)
    return is_file(source) or find_generator(name).far
