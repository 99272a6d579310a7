"""Who writes to a run: one process at a time, and everybody can see whether it still lives."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from explorer.errors import OutputError

FILE = "lock"
_TRIES, _PAUSE = 20, 0.05


class Claim:
    """Holds a run for writing until it is released or the process ends, in whatever way.

    ``OutputError`` if another process holds it.
    """

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] | None = (folder / FILE).open("ab")
        for _ in range(_TRIES):  # who looks whether it is held holds it for a moment
            if _lock(self._file):
                return
            time.sleep(_PAUSE)
        self.release()
        raise OutputError(f"{folder}: this run is being trained already; stop that training first")

    def release(self) -> None:
        """Let another write."""
        if self._file is not None:
            self._file.close()
        self._file = None


def is_claimed(folder: Path) -> bool:
    """Whether a living process writes to the run."""
    with suppress(OSError), (folder / FILE).open("rb+") as file:
        return not _lock(file)
    return False


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def leftovers(folder: Path) -> list[Path]:
    """Return the half-written files that a killed process left anywhere in the run."""
    return [Path(root) / name for root, _, names in os.walk(folder) for name in names if name.endswith(".part")]
