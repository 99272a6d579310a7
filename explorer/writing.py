"""Outputs that are whole or not there at all, and arrays written into an .npz row by row."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from explorer.errors import OutputError


@contextmanager
def array_member(
    archive: zipfile.ZipFile, name: str, shape: tuple[int, ...], dtype: np.dtype[Any]
) -> Iterator[IO[bytes]]:
    """Open an array in an .npz, to be written row by row as ``raw_bytes``."""
    # With a date of its own, the same trace would be another file every time.
    with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
        header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(member, header)
        yield member


def raw_bytes(array: npt.NDArray[Any]) -> memoryview:
    """Return the content of an array, row by row, without copying it where it lies so already."""
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data


class Sink:
    """Hands everything on to a file until a write fails, and from then on takes everything and keeps nothing."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._failed = False

    def write(self, data: bytes) -> int:
        """Write, once and for all failing where the file fails."""
        if self._failed:
            return len(data)
        try:
            return self._file.write(data)
        except OSError:
            self._failed = True
            raise

    def flush(self) -> None:
        """Leave it to the file's owner, who can tell when it fails."""

    def tell(self) -> int:
        """Return where the next write goes."""
        return 0 if self._failed else self._file.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go elsewhere in the file."""
        return 0 if self._failed else self._file.seek(offset, whence)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open an output that takes its place when it is whole; where anything fails, what was there stays.

    It is written beside its place and then moved there. A device or a pipe is written to as it is.
    OutputError if it cannot be written.
    """
    with _complaining(path):
        place = _file_to_replace(path)
        if place is None:
            with path.open("wb") as file:
                yield file
            return
        part = _part(place)
        try:
            with part.open("xb") as file:
                yield file
            if place.exists():
                shutil.copymode(place, part)
            part.replace(place)
        finally:
            with suppress(OSError):
                part.unlink()


def require_writable(path: Path) -> None:
    """Raise OutputError if ``path`` cannot be written, before long work is spent on what shall go there."""
    with _complaining(path):
        place = _file_to_replace(path)
        if place is not None:
            part = _part(place)
            part.touch(exist_ok=False)
            part.unlink()


@contextmanager
def _complaining(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        folder = Path(os.path.realpath(path)).parent
        reason = error.strerror if folder.exists() else f"there is no folder {path.parent}"
        raise OutputError(f"{path}: cannot be written: {reason}") from error


def _file_to_replace(path: Path) -> Path | None:
    """Return where the file of that name is or would be, links followed; None if it is a device or a pipe."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if path.exists() and not path.is_file():
        return None
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "it is write-protected")
    return Path(os.path.realpath(path))


def _part(place: Path) -> Path:
    # Not tempfile: that makes a file which only its owner may read, whatever the umask says.
    return place.with_name(f".gate-explorer-{secrets.token_hex(4)}.part")
