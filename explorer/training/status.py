"""How a run is doing: what its writer said last, and whether that writer lives."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from explorer.errors import OutputError
from explorer.training.claim import is_claimed
from explorer.writing import replacing

FILE = "status.json"
LIVE = ("running", "paused")
STATES = (*LIVE, "finished", "stopped", "failed", "unknown")
NOT_BEGUN = "it has not begun"
_ROOM = 1024
"""Bytes of the file: so much stands there from the beginning, so that the end can be told on a full disk too."""


@dataclass(frozen=True, slots=True)
class Status:
    """``state`` is one of ``STATES``, ``reason`` a word or a sentence that says more, ``iteration`` the last told."""

    state: str = "unknown"
    reason: str = ""
    iteration: int = 0
    process: int = 0


def write_status(folder: Path, status: Status) -> None:
    """Say how the run is doing. On a full disk what was said before is overwritten in its place."""
    path = folder / FILE
    text = _encoded(status)
    try:
        with replacing(path) as file:
            file.write(text)
    except OutputError:
        with suppress(OSError), path.open("rb+", buffering=0) as there:
            there.write(text[: path.stat().st_size])
        raise


def read_status(folder: Path) -> Status:
    """Return how the run is doing: ``unknown`` where its writer ended without a word, or never began."""
    try:
        status = Status(**json.loads((folder / FILE).read_bytes()))
    except FileNotFoundError:
        return Status(reason=NOT_BEGUN)
    except (OSError, ValueError, TypeError):
        return Status(reason=f"{FILE} cannot be read")
    if status.state in LIVE and not is_claimed(folder):
        reason = "the training ended without a word: it was killed or crashed; what it recorded is here"
        return Status("unknown", reason, status.iteration)
    return status


def _encoded(status: Status) -> bytes:
    values = asdict(status)
    text = json.dumps(values).encode()
    if len(text) > _ROOM:
        text = json.dumps({**values, "reason": status.reason[: _ROOM // 12]}).encode()
    return text.ljust(_ROOM)
