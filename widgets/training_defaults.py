"""What a training of the present experiment begins with: the preset's own settings, or what fits the data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from explorer.errors import GateExplorerError
from explorer.experiment import Experiment
from explorer.presets import find_preset, preset_training
from explorer.sequences import BETWEEN, GENERATED, Dataset, Options, require_generated, write_source
from explorer.training.settings import Settings
from explorer.training.tasks import asks
from widgets.choices import recipe_of
from widgets.sources import PRESET, first_source, source_name


def training_settings(experiment: Experiment) -> Settings:
    """Return them: of a preset its own; else those of the present network, with a task that the data can answer."""
    dataset = experiment.dataset
    if dataset.source.startswith(PRESET):
        settings = preset_training(find_preset(dataset.source.removeprefix(PRESET)))
        return settings if dataset.seed is None else replace(settings, data_seed=dataset.seed)
    recipe = experiment.network.recipe or recipe_of(experiment.network)
    own = Settings(
        cells=(recipe.cell,),
        nonlinearity=recipe.nonlinearity if recipe.cell == "rnn" else "tanh",
        hidden=recipe.hidden,
        layers=recipe.layers,
        seed=recipe.seed,
        embedding=recipe.embedding,
        init=recipe.init,
    )
    if not dataset.source.startswith(GENERATED):
        return replace(own, task=_task_of(dataset))
    settings, seed = require_generated(dataset.source)
    return replace(
        own,
        task="generator" if asks(dataset) else "forecast",
        generator=source_name(dataset.source),
        generator_settings=tuple(settings.items()),
        data_seed=(seed or 0) if dataset.seed is None else dataset.seed,
    )


def is_run(source: str | None) -> bool:
    """Whether what is to be opened is the folder of a run."""
    return source is not None and (Path(source) / "run.toml").is_file()


def run_source(folder: str) -> tuple[str, Options]:
    """Return what a run was trained on, and how it is opened; where that cannot be had, the first preset."""
    return trained_on(folder) or (first_source(), Options())


def trained_on(folder: str) -> tuple[str, Options] | None:
    """Return what a run was trained on, and how it is opened; None where that cannot be had."""
    from explorer.training.description import read_description
    from explorer.training.origin import origin_from

    try:
        description = read_description(Path(folder))
        origin = origin_from(description.data)
    except (GateExplorerError, ValueError):
        return None
    settings = description.settings
    if origin.is_file:
        there = all(Path(file).exists() for file in origin.source.split(BETWEEN))
        return (origin.source, origin.options) if there else None
    if not settings.generator:
        return (origin.source, Options()) if origin.source else None
    # What the source of generated data does not tell is the seed.
    return write_source(settings.generator, dict(settings.generator_settings), settings.data_seed), Options()


def target_columns(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns that may be asked for: features, targets and labels."""
    first = dataset.sequences[0]
    names = (*first.target_names, *dataset.features, *(label.name for label in first.labels))
    return tuple(dict.fromkeys(names))


def _task_of(dataset: Dataset) -> str:
    if len(dataset.sequences) > 1 and all(sequence.label for sequence in dataset.sequences):
        return "classify"
    return "forecast"
