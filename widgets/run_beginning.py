"""A new run of the window: its folder, with all that another process must know to train it, and the way back."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from explorer.errors import GateExplorerError
from explorer.sequences import Dataset
from explorer.training.description import begin_run
from explorer.training.folders import delete_run, new_run_folder
from explorer.training.origin import Origin, origin_of, origin_table
from explorer.training.runs import Recording
from explorer.training.settings import Settings
from widgets.sources import source_name


def begin(dataset: Dataset, settings: Settings) -> Path:
    """Return the folder of a new run on a data set. ``GateExplorerError`` or ``OSError`` where there can be none."""
    origin = Origin(dataset.source) if settings.generator else origin_of(dataset)
    folder = new_run_folder(f"{source_name(dataset.source)} {'-'.join(settings.cells)}")
    begin_run(folder, settings, origin_table(origin))
    return folder


def take_back(run: Recording) -> None:
    """Delete a run of which nothing was recorded, if that can be done."""
    with suppress(GateExplorerError):
        run.refresh()
        if run.iteration == 0:
            delete_run(run.folder)
