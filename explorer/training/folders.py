"""The runs of the window, in the folder of a user's data: listed, begun, deleted."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from explorer.errors import DataError, OutputError
from explorer.training import description, events, moments, resuming, segments
from explorer.training.claim import FILE as LOCK
from explorer.training.claim import is_claimed, leftovers
from explorer.training.rows import last_iteration
from explorer.training.settings import Settings
from explorer.training.status import FILE as STATUS
from explorer.training.status import Status, read_status

_FOLDERS = (segments.FOLDER, moments.FOLDER, resuming.FOLDER, events.FOLDER)
_FILES = (*resuming.TABLES, segments.FILE, moments.PROMOTED, STATUS, LOCK, description.FILE)


@dataclass(frozen=True, slots=True)
class Listed:
    """A run as a list shows it. ``trouble`` is a sentence where it cannot be read, and then there are no settings."""

    folder: Path
    begun: datetime
    settings: Settings | None
    status: Status
    iteration: int
    trouble: str = ""

    @property
    def name(self) -> str:
        """The name of the folder."""
        return self.folder.name


def runs_folder() -> Path:
    """Return where the runs of this user are, or would be."""
    from platformdirs import user_data_path

    return user_data_path("gate-explorer", appauthor=False) / "runs"


def list_runs(root: Path | None = None) -> tuple[Listed, ...]:
    """Return all runs below ``root``, by default the user's, the newest first; reads little of each."""
    try:
        folders = [path for path in (root or runs_folder()).iterdir() if (path / description.FILE).is_file()]
    except OSError:
        return ()
    return tuple(sorted(map(_listed, folders), key=lambda run: (run.begun, run.name), reverse=True))


def new_run_folder(name: str, root: Path | None = None) -> Path:
    """Make a folder for a run, named after ``name`` and the moment, and return it. ``OutputError`` if it cannot be."""
    parent = root or runs_folder()
    plain = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:60] or "run"
    stem = f"{datetime.now():%Y-%m-%d-%H%M%S}-{plain}"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for k in range(1, 1000):
            folder = parent / (stem if k == 1 else f"{stem}-{k}")
            with suppress(FileExistsError):
                folder.mkdir()
                return folder
    except OSError as error:
        raise OutputError(f"{parent}: no folder for a run can be made here: {error.strerror}") from error
    raise OutputError(f"{parent}: there are too many runs of the name {stem}")


def delete_run(folder: Path) -> None:
    """Delete a run, but nothing else that lies in its folder.

    ``DataError`` if it is none, ``OutputError`` if it is being trained or cannot be deleted.
    """
    if not (folder / description.FILE).is_file():
        raise DataError(f"this folder is no run: it has no {description.FILE}", file=folder)
    if is_claimed(folder):
        raise OutputError(f"{folder}: this run is being trained; stop it before it is deleted")
    try:
        for part in leftovers(folder):
            part.unlink(missing_ok=True)
        for name in _FOLDERS:
            if (folder / name).is_dir():
                shutil.rmtree(folder / name)
        for name in _FILES:  # run.toml last: what is half deleted is still a run, and can be deleted
            (folder / name).unlink(missing_ok=True)
        if not any(folder.iterdir()):
            folder.rmdir()
    except OSError as error:
        raise OutputError(f"{folder}: cannot be deleted as a whole: {error.strerror}") from error


def _listed(folder: Path) -> Listed:
    changed = datetime.fromtimestamp((folder / description.FILE).stat().st_mtime).astimezone()
    status, iteration = read_status(folder), last_iteration(folder / resuming.TABLES[0])
    try:
        found = description.read_description(folder)
    except DataError as error:
        return Listed(folder, changed, None, status, iteration, str(error))
    return Listed(folder, found.begun or changed, found.settings, status, iteration)
