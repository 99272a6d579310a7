"""The stored experiments a person can begin with. Each is a folder of ``presets/`` with its ``preset.toml``."""

from __future__ import annotations

import tomllib
from collections import abc
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from explorer.errors import DataError, UsageError
from explorer.sequences import Dataset, derive, generate

if TYPE_CHECKING:
    from explorer.training.settings import Settings

LESSON = "lesson.md"
"""The text of a preset's lesson, in its folder."""


@dataclass(frozen=True, slots=True, eq=False)
class Preset:
    """One stored experiment: which sequence is generated, and which network runs over it.

    ``settings`` are those of the generator, ``network`` plain values under the names of the command line's options
    (cell, nonlinearity, hidden, layers, bidirectional, bias, seed, init); what is absent has its default. ``training``
    is what it is trained with, under the names of the options of a training, for ``preset_training``; ``file`` what of
    that is other for a person's own file. ``derive`` is as of a training, and holds of the untrained network too.
    ``lesson`` is the title of its lesson, "" where it has none.
    """

    name: str
    title: str
    summary: str
    order: int
    generator: str
    settings: abc.Mapping[str, float]
    data_seed: int
    network: abc.Mapping[str, str | int | bool]
    training: abc.Mapping[str, Any]
    derive: str = "none"
    file: abc.Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    lesson: str = ""


@cache
def load_presets() -> tuple[Preset, ...]:
    """Return all presets in their stored order. ``DataError`` naming the file if one cannot be read."""
    folders = [folder for folder in resources.files("presets").iterdir() if folder.joinpath("preset.toml").is_file()]
    return tuple(sorted(map(_read_preset, folders), key=lambda preset: (preset.order, preset.name)))


def find_preset(name: str) -> Preset:
    """Return the preset of that name. ``UsageError`` listing those there are."""
    presets = {preset.name: preset for preset in load_presets()}
    if name not in presets:
        raise UsageError(f"no preset {name!r}; there are {', '.join(presets)}")
    return presets[name]


def preset_dataset(
    preset: Preset, *, seed: int | None = None, settings: abc.Mapping[str, object] | None = None
) -> Dataset:
    """Return the preset's data, made from its own seed and settings where none other are given.

    ``UsageError`` on an unknown setting or one out of its range.
    """
    chosen = {**preset.settings, **(settings or {})}
    dataset = generate(preset.generator, seed=preset.data_seed if seed is None else seed, **chosen)
    if preset.derive == "changes":
        dataset = derive(dataset, dataset.features)
    return replace(dataset, source=f"preset:{preset.name}")


def preset_training(preset: Preset, others: abc.Mapping[str, Any] = MappingProxyType({})) -> Settings:
    """Return what the preset is trained with, on its own data, where ``others`` are not said in their place.

    Of ``generator-settings`` what is not said stays, too. ``UsageError`` naming an option that makes no sense.
    """
    from explorer.training.settings import settings_from

    own = {
        "generator": preset.generator,
        "data-seed": preset.data_seed,
        "derive": preset.derive,
        **preset.training,
        **others,
        "generator-settings": {**preset.settings, **others.get("generator-settings", {})},
    }
    return settings_from(own)


def file_training(preset: Preset) -> Settings:
    """Return what a file is trained with: as the preset, but for what that says of files. ``UsageError`` as above."""
    from explorer.training.settings import settings_from

    return settings_from(preset.file, replace(preset_training(preset), generator="", generator_settings=()))


def _lesson_title(file: Traversable) -> str:
    """Return the first line of a lesson; what is wrong with the rest is said where it is read."""
    if not file.is_file():
        return ""
    with file.open(encoding="utf-8") as text:
        return text.readline().removeprefix("# ").strip()


def _read_preset(folder: Traversable) -> Preset:
    file = folder.joinpath("preset.toml")
    try:
        stored: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
        data, training = stored["data"], dict(stored["training"])
        of_files = training.pop("file", {})
        return Preset(
            name=folder.name,
            title=stored["title"],
            summary=stored["summary"],
            order=stored["order"],
            generator=data["generator"],
            settings=MappingProxyType(dict(data.get("settings", {}))),
            data_seed=data["seed"],
            network=MappingProxyType(dict(stored["network"])),
            training=MappingProxyType(training),
            file=MappingProxyType(of_files),
            derive=data.get("derive", "none"),
            lesson=_lesson_title(folder.joinpath(LESSON)),
        )
    except KeyError as error:
        raise DataError(f"it says nothing of {error}", file=f"{folder.name}/{file.name}") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"not a preset: {error}", file=f"{folder.name}/{file.name}") from error
