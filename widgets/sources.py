"""From what a person opens, a preset or a file, to an experiment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer.experiment import Experiment
from explorer.initialisation import make_network
from explorer.network import Recipe
from explorer.presets import Preset, find_preset, load_presets, preset_dataset
from explorer.sequences import Dataset, Scale, read_csv
from widgets.job import Report

PRESET = "preset:"
READING = 0.5
"""The part of the progress that reading a file takes, before anything is computed."""


def first_source() -> str:
    """Return what the window opens where nothing else was said: the first preset."""
    return f"{PRESET}{load_presets()[0].name}"


def source_name(source: str) -> str:
    """Return what a person calls it: the preset's name, or the file's without its folder."""
    return source.removeprefix(PRESET) if source.startswith(PRESET) else Path(source).name


def read_source(source: str, report: Report = lambda _: None, *, seed: int | None = None) -> Dataset:
    """Return the data of ``preset:NAME``, from ``seed`` or its own, or of a CSV. DataError or UsageError if not."""
    if source.startswith(PRESET):
        return preset_dataset(find_preset(source.removeprefix(PRESET)), seed=seed)
    return read_csv(source, progress=lambda fraction: report(READING * fraction))


def source_recipe(source: str) -> Recipe:
    """Return the network that ``source`` opens with: a preset's own, for a file an LSTM."""
    return preset_recipe(find_preset(source.removeprefix(PRESET))) if source.startswith(PRESET) else Recipe()


def preset_recipe(preset: Preset) -> Recipe:
    """Return the preset's network."""
    return Recipe(**preset.network)  # type: ignore[arg-type]


def make_experiment(dataset: Dataset, recipe: Recipe, scale: Scale | None = None) -> Experiment:
    """Return the experiment with a network made for ``dataset``.

    Files are standardised if nothing else was said: numbers like 80 degrees close or open every gate for good.
    """
    longest = max(len(sequence) for sequence in dataset.sequences)
    chosen = scale or ("none" if dataset.source.startswith(PRESET) else "standardize")
    return Experiment(dataset, make_network(replace(recipe, longest=longest), dataset.input_size), chosen)


def thumbnail(preset: Preset) -> np.ndarray:
    """Return the values (T, D) that stand for a preset on its card."""
    return preset_dataset(preset).sequences[0].values
