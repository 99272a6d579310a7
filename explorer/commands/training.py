"""The arguments of a training, and the settings and data that they ask for."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from explorer.commands.arguments import GENERATED, PRESET, named, names, number, whole
from explorer.commands.console import Parser
from explorer.commands.importing import add_importing, read_options
from explorer.commands.options import read_settings_of
from explorer.errors import UsageError
from explorer.presets import file_training, find_preset, preset_training
from explorer.sequences import Options, find_generator, generate, require_generated
from explorer.training.asked import GROUPS, Asked
from explorer.training.checks import initialisations
from explorer.training.idle import idle
from explorer.training.settings import CHOICES, Settings, option_of, settings_from
from explorer.training.tasks import asks

DEFAULT = Settings()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be trained: the settings and, where these name no generator, the file and how it is opened."""

    settings: Settings
    source: str
    options: Options


def add_training(parser: Parser) -> None:
    """Let the parser take the data and everything that can be set of a training; ``read_training`` reads the result."""
    parser.add_argument(
        "input",
        type=named,
        metavar="INPUT",
        nargs="?",
        help="a table, arrays, text or a folder of them, preset:NAME, or generated:NAME?length=500&seed=1",
    )
    parser.add_argument("--preset", type=named, metavar="NAME", help="everything that is not said is as of this preset")
    parser.add_argument(
        "--set",
        dest="generator",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a setting of the generator, repeatable",
    )
    for title, asked in GROUPS.items():
        group = parser.add_argument_group(title.lower())
        for each in asked:
            _add_option(group, each)
    add_importing(parser)


def _add_option(group: argparse._ArgumentGroup, asked: Asked) -> None:
    default: Any = getattr(DEFAULT, asked.name)
    # What importing calls the rate is in steps per second, so these stand apart under names of their own.
    options: dict[str, Any] = {"dest": f"training_{asked.name}", "default": None}
    text = "; ".join(filter(None, (asked.meaning[0].lower() + asked.meaning[1:], asked.zero)))
    shown = ",".join(default) if isinstance(default, tuple) else default
    options["help"] = text if shown == "" or asked.kind == "switch" else f"{text} ({shown})"
    if asked.kind == "switch":
        options["action"] = argparse.BooleanOptionalAction
    elif asked.kind == "words":
        options["choices"] = CHOICES[asked.name]
    else:
        kinds = {"whole": whole, "number": number, "text": names if isinstance(default, tuple) else named}
        options |= {"type": kinds[asked.kind], "metavar": asked.value}
    group.add_argument(f"--{option_of(asked.name)}", **options)


def was_said(arguments: argparse.Namespace) -> list[str]:
    """Return the options of the training, and of its data, that were given, as they are written."""
    said = [f"--{option}" for option in _told(arguments)]
    said += ["--preset"] if arguments.preset is not None else []
    said += ["--set"] if arguments.generator else []
    said += ["INPUT"] if arguments.input is not None else []
    return said + (["how a file is opened"] if read_options(arguments) != Options() else [])


def read_training(arguments: argparse.Namespace) -> Wanted:
    """Return what the arguments ask for. ``UsageError`` naming what is missing, or two that contradict each other."""
    source, options = arguments.input, read_options(arguments)
    if source is None and arguments.preset is not None:
        source = PRESET + arguments.preset
    if source is None:
        raise UsageError("say what to train on: a file, preset:NAME or generated:NAME")
    is_file = not source.startswith((PRESET, GENERATED))
    if not is_file and options != Options():
        raise UsageError(f"how a file is opened was said, but {source} is none; name a file, or leave that out")
    if is_file and arguments.generator:
        raise UsageError(f"argument --set: {source} is a file, and has no settings of a generator")
    base, table = _base(source, arguments.preset), _told(arguments)
    if base.generator:
        given = read_settings_of(find_generator(base.generator), arguments.generator)
        table["generator-settings"] = {**dict(base.generator_settings), **given}
    if "cells" in table and "init" not in table and "=" in base.init:
        # What the preset says of a cell that is not wanted is of no use.
        kept = {cell: name for cell, name in initialisations(base.init, base.cells).items() if cell in table["cells"]}
        table["init"] = ",".join(f"{cell}={name}" for cell, name in kept.items()) or "default"
    settings = settings_from(table, base)
    _require_effect(table, settings)
    return Wanted(settings, "" if base.generator else source, options)


def _require_effect(table: Mapping[str, Any], settings: Settings) -> None:
    """Raise UsageError for an option that was given and would change nothing."""
    for name, reason in idle(settings.task, settings.generator, settings.optimizer, settings.cells).items():
        if option_of(name) in table:
            raise UsageError(f"argument --{option_of(name)}: it would change nothing: {reason}")


def _told(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that were given, by option."""
    named_fields = [field.name for field in fields(Settings) if not field.name.startswith("generator")]
    said = {name: getattr(arguments, f"training_{name}") for name in named_fields}
    return {option_of(name): value for name, value in said.items() if value is not None}


def _base(source: str, preset: str | None) -> Settings:
    """Return the settings as they are where no option says otherwise."""
    if source.startswith(PRESET):
        name = source.removeprefix(PRESET)
        if preset not in (None, name):
            raise UsageError(f"argument --preset: {preset} and {source} are two presets; name one of them")
        return preset_training(find_preset(name))
    if not source.startswith(GENERATED):
        return DEFAULT if preset is None else file_training(find_preset(preset))
    base = DEFAULT if preset is None else preset_training(find_preset(preset))
    settings, seed = require_generated(source)
    name = source.removeprefix(GENERATED).partition("?")[0]
    task = "forecast" if base.task == "generator" else base.task
    task = "generator" if asks(generate(name, seed=seed or 0, **settings)) else task
    return replace(base, task=task, generator=name, generator_settings=tuple(settings.items()), data_seed=seed or 0)
