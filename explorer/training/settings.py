"""Everything that can be set of a training, each value checked when it is said, under the command line's names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from explorer.cells import CELL_NAMES
from explorer.errors import UsageError
from explorer.initialisation import fitting_initialisations
from explorer.network import Recipe
from explorer.sequences import find_generator
from explorer.training.checks import checked_names, checked_number, initialisations, require_switch, require_word

TASKS = ("forecast", "tagging", "classify", "anomaly", "masked", "reconstruct", "generator")
NONLINEARITIES = ("tanh", "relu")
OPTIMIZERS = ("adam", "adamw", "rmsprop", "sgd")
SCHEDULES = ("constant", "cosine", "step", "one-cycle")
DEVICES = ("cpu", "cuda", "mps")
SPLITS = ("auto", "time", "sequences")
SCALES = ("auto", "none", "standardize", "min-max")
DERIVED = ("none", "changes")

CHOICES: Mapping[str, tuple[str, ...]] = {
    "task": TASKS,
    "nonlinearity": NONLINEARITIES,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "device": DEVICES,
    "split": SPLITS,
    "scale": SCALES,
    "derive": DERIVED,
}
"""The words that may stand in a field."""

_MOST = 1_000_000_000
_MOST_SEED = 2**63 - 1

RANGES: Mapping[str, tuple[float, float]] = {
    "horizon": (0, 100_000),
    "normal": (0, 10_000_000),
    "filter": (1, 10_000),
    "hidden": (1, 4096),
    "layers": (1, 16),
    "embedding": (1, 4096),
    "seed": (0, _MOST_SEED),
    "data_seed": (0, _MOST_SEED),
    "iterations": (1, _MOST),
    "batch": (1, 65_536),
    "steps": (0, 10_000_000),
    "window": (0, 10_000_000),
    "rate": (1e-12, 100.0),
    "momentum": (0.0, 0.9999),
    "clip": (0.0, 1e12),
    "clip_value": (0.0, 1e12),
    "weight_decay": (0.0, 1e3),
    "dropout": (0.0, 0.99),
    "curriculum": (0.0, 1.0),
    "patience": (0, _MOST),
    "held_out": (0.01, 0.9),
    "probe": (1, 64),
    "probe_every": (1, _MOST),
    "measure_every": (1, _MOST),
    "weights_every": (1, _MOST),
}
"""The lowest and the highest value of a field that is a number; whole ones where both ends are whole."""

SWITCHES = ("bidirectional", "fan", "tensorboard")
"""The fields that are true or false."""

_OPTIONS = {"rate": "lr"}
WATCHING = ("anomaly", "masked")
"""The tasks that learn what is normal, so that their errors tell what is not."""

_FORETELLING = ("forecast", "anomaly")
_OWN_ANSWERS = ("classify", "generator")


def option_of(field: str) -> str:
    """Return the name of a field of ``Settings`` on the command line and in files: ``held-out``, ``lr``."""
    return _OPTIONS.get(field, field.replace("_", "-"))


@dataclass(frozen=True, slots=True)
class Settings:
    """What is trained, on what, how, and what is recorded. ``UsageError`` naming option, value and range if one is off.

    ``target`` names the columns that are asked for, none: all numbers, or the data's own. ``horizon`` is how many steps
    ahead is foretold (1 … horizon, each an output; 0: a column of role target at the same step), of ``anomaly`` that
    step alone, of ``reconstruct`` how many steps back. ``fan`` has the levels of ``network.FAN`` foretold of each
    value, not its mean. ``normal`` counts the steps at the beginning of each sequence that are normal: only they are
    trained on, ``held_out`` is a part of them, and what comes after is judged; 0: all is trained on or held out.
    ``filter`` is over how many steps the median of an error is taken. ``init`` is one for all cells, or
    ``lstm=chrono,rnn=identity``, where cells that it does not name have the default.
    ``data_seed`` is that of generated batches. ``steps`` is the length of the windows that long sequences are cut into,
    0: never cut; ``window`` how many steps the gradient flows back, 0: all. ``momentum`` is of sgd only. ``clip`` is by
    norm, ``clip_value`` by value, both 0 where nothing is clipped. ``curriculum`` is the first part of the iterations,
    over which the longest that is drawn grows: a setting of the generator, or the length of texts; 0: none.
    ``patience`` is how many iterations without a better held-out loss end it, 0: none. ``held_out`` is the part of time
    or sequences. ``probe`` counts sequences, and the ``…_every`` iterations. ``scale`` auto standardises, but leaves a
    generator's values that are near 0 ± 1.
    ``derive`` changes shows of each asked column its one-step change and how far it is above the mean of its last steps
    in place of the column itself, and the answers are relative to what it is at the step.
    ``tensorboard`` writes event files beside what is recorded anyway.
    """

    task: str = "forecast"
    target: tuple[str, ...] = ()
    horizon: int = 1
    fan: bool = False
    normal: int = 0
    filter: int = 9
    cells: tuple[str, ...] = ("lstm",)
    nonlinearity: str = "tanh"
    hidden: int = 32
    layers: int = 1
    bidirectional: bool = False
    embedding: int = 16
    init: str = "default"
    seed: int = 0
    data_seed: int = 0
    generator: str = ""
    generator_settings: tuple[tuple[str, float | str], ...] = ()
    iterations: int = 1000
    batch: int = 32
    steps: int = 200
    window: int = 0
    optimizer: str = "adam"
    rate: float = 1e-3
    momentum: float = 0.9
    schedule: str = "constant"
    clip: float = 1.0
    clip_value: float = 0.0
    weight_decay: float = 0.0
    dropout: float = 0.0
    curriculum: float = 0.0
    patience: int = 0
    held_out: float = 0.2
    split: str = "auto"
    device: str = "cpu"
    probe: int = 1
    probe_every: int = 20
    measure_every: int = 20
    weights_every: int = 20
    tensorboard: bool = False
    scale: str = "auto"
    derive: str = "none"

    def __post_init__(self) -> None:
        for name, words in CHOICES.items():
            require_word(option_of(name), getattr(self, name), words)
        for name, (low, high) in RANGES.items():
            object.__setattr__(self, name, checked_number(option_of(name), getattr(self, name), low, high))
        for name in SWITCHES:
            require_switch(option_of(name), getattr(self, name))
        object.__setattr__(self, "target", checked_names("target", self.target))
        object.__setattr__(self, "cells", checked_names("cells", self.cells))
        _require_cells(self)
        _require_generator(self)
        _require_agreement(self)

    def init_of(self, cell: str) -> str:
        """Return the initialisation of one of the cells."""
        return initialisations(self.init, self.cells).get(cell, "default")

    def recipe(self, cell: str, longest: int = 100) -> Recipe:
        """Return what the network of one of the cells is made from; ``longest`` is the longest dependency, in steps."""
        return Recipe(
            cell=cell,
            nonlinearity=self.nonlinearity if cell == "rnn" else "tanh",
            hidden=self.hidden,
            layers=self.layers,
            bidirectional=self.bidirectional,
            seed=self.seed,
            init=self.init_of(cell),
            longest=longest,
            embedding=self.embedding,
        )


def settings_table(settings: Settings) -> dict[str, Any]:
    """Return the settings as a table for a toml file, under the names of the options."""
    table: dict[str, Any] = {}
    for field in fields(settings):
        value = getattr(settings, field.name)
        if field.name == "generator_settings":
            value = dict(value)
        table[option_of(field.name)] = list(value) if isinstance(value, tuple) else value
    return table


def settings_from(table: Mapping[str, Any], base: Settings | None = None) -> Settings:
    """Return ``base`` (the defaults), with everything that the table says in its place.

    ``UsageError`` naming the option, if it is none or its value makes no sense.
    """
    names = {option_of(field.name): field.name for field in fields(Settings)}
    unknown = [option for option in table if option not in names]
    if unknown:
        raise UsageError(
            f"there is no option {', '.join(map(repr, unknown))} of a training; there are {', '.join(names)}"
        )
    start = base or Settings()
    given: dict[str, Any] = {field.name: getattr(start, field.name) for field in fields(Settings)}
    for option, value in table.items():
        if option == "generator-settings":
            if not isinstance(value, Mapping):
                raise UsageError(f"{option} must be a table of names and values, not {value!r}")
            value = tuple(value.items())
        given[names[option]] = value
    return Settings(**given)


def write_settings(settings: Settings) -> str:
    """Return the settings as the text of a toml file."""
    import tomli_w

    return tomli_w.dumps(settings_table(settings))


def read_settings(text: str) -> Settings:
    """Return the settings of the text of a toml file. ``UsageError`` if it is none, or as of ``settings_from``."""
    import tomllib

    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"these are no settings of a training: {error}") from error
    return settings_from(table)


def _require_cells(settings: Settings) -> None:
    if not settings.cells:
        raise UsageError(f"cells must name at least one of {', '.join(CELL_NAMES)}")
    for cell in settings.cells:
        require_word("cells", cell, tuple(CELL_NAMES))
    if settings.nonlinearity != "tanh" and "rnn" not in settings.cells:
        raise UsageError(
            f"nonlinearity {settings.nonlinearity} is for rnn only, which is not among the cells "
            f"{', '.join(settings.cells)}"
        )
    for cell, init in initialisations(settings.init, settings.cells).items():
        if cell not in settings.cells:
            raise UsageError(f"init names {cell}, which is not among the cells {', '.join(settings.cells)}")
        fitting = fitting_initialisations(cell)
        if init not in fitting:
            raise UsageError(f"init of {cell} must be one of {', '.join(fitting)}, not {init!r}")


def _require_generator(settings: Settings) -> None:
    if not settings.generator:
        if settings.generator_settings:
            raise UsageError("generator-settings are of no use without a generator")
        return
    complete = find_generator(settings.generator).settings(dict(settings.generator_settings))
    object.__setattr__(settings, "generator_settings", tuple(complete.items()))


def _require_agreement(settings: Settings) -> None:
    """Check what two options have to do with each other."""
    if settings.bidirectional and settings.task in _FORETELLING:
        raise UsageError(
            f"bidirectional does not go with the task {settings.task}: "
            "the reverse direction reads what is to be foretold"
        )
    if settings.bidirectional and settings.window:
        raise UsageError(
            f"bidirectional does not go with a window of {settings.window} steps: "
            "the reverse direction begins at the end"
        )
    if settings.target and settings.task in _OWN_ANSWERS:
        raise UsageError(
            f"target {', '.join(settings.target)} is of no use for the task {settings.task}, which has its own answers"
        )
    if settings.normal and settings.split == "sequences":
        raise UsageError(
            f"split must be in time where the first {settings.normal} steps of each sequence are normal, not sequences"
        )
    if settings.task == "anomaly" and settings.horizon == 0:
        raise UsageError("horizon must be at least 1 for the task anomaly, not 0: an error is one of foretelling")
    if settings.derive != "none" and settings.task == "forecast" and settings.horizon == 0:
        raise UsageError("horizon must be at least 1 with derive changes, not 0: a change is one to a later step")
