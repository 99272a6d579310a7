"""run.toml: everything that a run was begun with, so that it can be read, resumed and done again."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from explorer import __version__
from explorer.errors import DataError, UsageError
from explorer.sequences import derived_columns
from explorer.training.baselines import Baseline, baselines
from explorer.training.inputs import Inputs, inputs_from, inputs_table
from explorer.training.outputs import Outputs
from explorer.training.settings import Settings, settings_from, settings_table
from explorer.training.tasks import Task
from explorer.writing import replacing

FILE = "run.toml"
Names = Mapping[str, tuple[str, ...]]


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Description:
    """What run.toml says.

    ``data`` says where the data are from and has their hash, as whoever reads them understands it. A trainer adds
    ``inputs``, ``outputs``, ``baselines``, ``words`` (the features whose codes have vectors), ``longest`` as of
    ``Task``, and of each cell the ``parameters`` by PyTorch's names and their gate blocks, ``gates``:
    ``weight_ih_l0.f``. ``versions`` are those it was begun with, ``begun`` is when.
    """

    settings: Settings
    data: Mapping[str, Any] = field(default_factory=_nothing)
    inputs: Inputs | None = None
    outputs: Outputs | None = None
    baselines: tuple[Baseline, ...] = ()
    words: tuple[str, ...] = ()
    longest: int = 100
    parameters: Names = field(default_factory=_nothing)
    gates: Names = field(default_factory=_nothing)
    versions: Mapping[str, str] = field(default_factory=_nothing)
    begun: datetime | None = None


def describe(task: Task, data: Mapping[str, Any] | None = None) -> Description:
    """Return what a training of the task is to be recorded under; ``data`` is a table that says where they are from."""
    return Description(
        settings=task.settings,
        data=data or {},
        inputs=Inputs(task.dataset.features, task.scale, task.scaling, derived_columns(task.dataset)),
        outputs=task.outputs,
        baselines=baselines(task),
        words=tuple(task.dataset.vocabularies),
        longest=task.longest,
        begun=datetime.now().astimezone().replace(microsecond=0),
        versions=versions(),
    )


def begin_run(folder: Path, settings: Settings, data: Mapping[str, Any] | None = None) -> None:
    """Write the run.toml that a trainer begins with. ``OutputError`` if it cannot be written."""
    begun = datetime.now().astimezone().replace(microsecond=0)
    write_description(folder, Description(settings, data or {}, begun=begun, versions=versions()))


def versions() -> dict[str, str]:
    """Return the versions of what computes here, without importing any of it."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        torch = version("torch")
    except PackageNotFoundError:
        torch = "none"
    return {"python": platform.python_version(), "numpy": np.__version__, "torch": torch, "gate-explorer": __version__}


def write_description(folder: Path, description: Description) -> None:
    """Write run.toml, whole or not at all. ``OutputError`` if it cannot be written."""
    import tomli_w

    with replacing(folder / FILE) as file:
        file.write(tomli_w.dumps(_table(description)).encode())


def read_description(folder: Path) -> Description:
    """Return what run.toml says. ``DataError`` if the folder is no run, or its run.toml is damaged."""
    import tomllib

    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - of "." an error names the folder, and ".." follows no link
    path = folder / FILE
    if not folder.is_dir():
        raise DataError("there is no such folder", file=folder)
    if not path.is_file():
        raise DataError(f"this folder is no run: it has no {FILE}", file=folder)
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        return _described(table)
    except OSError as error:
        raise DataError(f"its {FILE} cannot be read: {error.strerror}", file=folder) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"its {FILE} is damaged: {error}", file=folder) from error
    except KeyError as error:
        raise DataError(f"its {FILE} does not describe a run: it says nothing of {error}", file=folder) from error
    except (UsageError, ValueError, TypeError, AttributeError) as error:
        raise DataError(f"its {FILE} does not describe a run: {error}", file=folder) from error


def with_parameters(description: Description, parameters: Names, gates: Names) -> Description:
    """Return the description with what its cells turned out to have."""
    return replace(description, parameters=dict(parameters), gates=dict(gates))


def _table(description: Description) -> dict[str, Any]:
    settings, outputs = description.settings, description.outputs
    table: dict[str, Any] = {
        "cells": list(settings.cells),
        "seeds": {"network": settings.seed, "data": settings.data_seed},
        "longest": description.longest,
        "words": list(description.words),
        "settings": settings_table(settings),
        "versions": dict(description.versions),
        "data": dict(description.data),
        "parameters": {cell: list(names) for cell, names in description.parameters.items()},
        "gates": {cell: list(names) for cell, names in description.gates.items()},
    }
    if description.begun is not None:
        table["begun"] = description.begun
    if description.inputs is not None:
        table["inputs"] = inputs_table(description.inputs)
    if outputs is not None:
        table["outputs"] = {
            "kind": outputs.kind,
            "names": list(outputs.names),
            "mean": np.asarray(outputs.mean, np.float64).tolist(),
            "sd": np.asarray(outputs.sd, np.float64).tolist(),
            "detects": outputs.detects,
            "asked": outputs.asked,
            "relative": outputs.relative,
            "loss": outputs.loss,
            "metrics": [metric.name for metric in outputs.metrics],
        }
    table["baselines"] = [
        {"name": each.name, "metric": each.metric, "value": float(each.value), "best": each.best}
        for each in description.baselines
    ]
    return table


def _described(table: Mapping[str, Any]) -> Description:
    outputs = table.get("outputs")
    return Description(
        settings=settings_from(table["settings"]),
        data=dict(table.get("data", {})),
        inputs=inputs_from(table["inputs"]) if "inputs" in table else None,
        outputs=None if outputs is None else _outputs(outputs),
        baselines=tuple(
            Baseline(each["name"], each["metric"], float(each["value"]), bool(each["best"]))
            for each in table.get("baselines", [])
        ),
        words=tuple(table.get("words", ())),
        longest=int(table.get("longest", 100)),
        parameters={cell: tuple(names) for cell, names in table.get("parameters", {}).items()},
        gates={cell: tuple(names) for cell, names in table.get("gates", {}).items()},
        versions=dict(table.get("versions", {})),
        begun=table.get("begun"),
    )


def _outputs(table: Mapping[str, Any]) -> Outputs:
    mean, sd = np.array(table["mean"], np.float64), np.array(table["sd"], np.float64)
    detects, relative = bool(table.get("detects", False)), bool(table.get("relative", False))
    return Outputs(table["kind"], tuple(table["names"]), mean, sd, detects, str(table.get("asked", "")), relative)
