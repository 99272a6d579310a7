"""From where a run can go on: the state that is swapped as one, and all else cut back to it."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

import numpy as np

from explorer.errors import DataError
from explorer.training.events import FOLDER as EVENTS
from explorer.training.moments import cut_moments
from explorer.training.reports import Resume
from explorer.training.rows import cut_rows, last_iteration
from explorer.training.segments import cut_segments
from explorer.writing import Sink, array_member, raw_bytes, replacing

FOLDER = "resume"
FILE = "state.npz"
_FACTS = "facts"
TABLES = ("metrics.csv", "updates.csv", "gates.csv")


def write_resume(folder: Path, resume: Resume) -> None:
    """Swap the state that a run can be resumed from: it is the old or the new one, never half of one."""
    (folder / FOLDER).mkdir(exist_ok=True)
    facts = json.dumps({"iteration": resume.iteration, "facts": dict(resume.facts)}).encode()
    arrays = {**resume.arrays, _FACTS: np.frombuffer(facts, np.uint8)}
    with (
        replacing(folder / FOLDER / FILE) as file,
        zipfile.ZipFile(cast(IO[bytes], Sink(file)), "w") as archive,
    ):
        for name, array in arrays.items():
            with array_member(archive, name, array.shape, array.dtype) as member:
                member.write(raw_bytes(array))


def read_resume(folder: Path) -> Resume | None:
    """Return the state a run can be resumed from, None if it never got so far. ``DataError`` if it is damaged."""
    path = folder / FOLDER / FILE
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as loaded:
            arrays = {name: loaded[name] for name in loaded.files}
        about = json.loads(arrays.pop(_FACTS).tobytes())
        return Resume(int(about["iteration"]), arrays, about["facts"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        where = f"its {FOLDER}/{FILE} is damaged, so this run cannot be resumed"
        raise DataError(f"{where}: {error}", file=folder.absolute()) from error


def going_on(folder: Path) -> str:
    """Say from which iteration a run would go on, and which it would train again; nothing of one that is new."""
    kept, reached = 0, last_iteration(folder / TABLES[0])
    bad = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)  # whoever reads it all tells that
    with suppress(*bad), np.load(folder / FOLDER / FILE, allow_pickle=False) as loaded:
        kept = int(json.loads(loaded[_FACTS].tobytes())["iteration"])
    if not reached:
        return ""
    said = f"goes on from iteration {kept}" if kept else "begins anew: it was not kept before it ended"
    if reached <= kept:
        return said
    again = f"iteration {reached} is" if reached == kept + 1 else f"iterations {kept + 1} to {reached} are"
    return f"{said}; {again} trained again"


def can_resume(folder: Path) -> bool:
    """Whether there is a state to resume from."""
    return (folder / FOLDER / FILE).exists()


def cut_back(folder: Path, iteration: int, cells: Sequence[str]) -> None:
    """Take away what was recorded after ``iteration``; at 0, where nothing was learned yet, everything but run.toml.

    Event files for TensorBoard stay: the next one says what of them is void. May be broken off anywhere and done again.
    """
    for name in TABLES:
        if iteration > 0:
            cut_rows(folder / name, iteration)
        else:
            (folder / name).unlink(missing_ok=True)
    if iteration == 0:
        shutil.rmtree(folder / EVENTS, ignore_errors=True)
    cut_segments(folder, iteration if iteration > 0 else -1)
    for cell in cells:
        cut_moments(folder, cell, iteration if iteration > 0 else -1)
