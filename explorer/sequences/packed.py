"""Bytes of files that are packed: gzip, Zstandard, or a zip that holds one file. Known by content, not by name."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import abc
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

from explorer.errors import DataError

Packing = Literal["", "gzip", "Zstandard", "zip"]

LARGE, TIMES = 1 << 29, 200
"""What unpacks to more bytes than LARGE, and to more than TIMES its own size, is refused: it may never end."""

PIECE = 1 << 10
"""Packed bytes that are unpacked at a time."""

_MARKS: tuple[tuple[bytes, Packing], ...] = (
    (b"\x1f\x8b\x08", "gzip"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"PK\x03\x04", "zip"),
)


class _Bytes(Protocol):
    """What unpacks: bytes are read from it, and it is closed."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes, none at the end."""

    def close(self) -> None:
        """Give back what it holds."""


class Source:
    """An open file: ``data`` its bytes, unpacked; ``place()`` how many bytes of the file itself have been read."""

    def __init__(self, raw: BinaryIO, data: BinaryIO, packing: Packing) -> None:
        self.raw, self.data, self.packing = raw, data, packing

    def place(self) -> int:
        """Return how far the file on disk has been read, in bytes."""
        return self.raw.tell()


def packing_of(path: Path) -> Packing:
    """Return how a file is packed, by its first bytes."""
    with path.open("rb") as raw:
        start = raw.read(4)
    return next((name for mark, name in _MARKS if start.startswith(mark)), "")


@contextmanager
def open_source(path: Path) -> abc.Iterator[Source]:
    """Open a file to read its unpacked bytes. ``DataError`` if it is damaged, or a zip of none or several files."""
    packing = packing_of(path)
    with path.open("rb") as raw:
        if not packing:
            yield Source(raw, raw, packing)
            return
        with closing(_unpacked(raw, packing, path)) as inner, _Watched(inner, raw, packing, path) as watched:
            yield Source(raw, io.BufferedReader(watched, 1 << 16), packing)


def _unpacked(raw: BinaryIO, packing: Packing, path: Path) -> _Bytes:
    if packing == "gzip":
        import gzip

        return gzip.GzipFile(fileobj=raw)
    if packing == "Zstandard":
        return _Zstandard(raw)
    return _only_member(raw, path)


def _only_member(raw: BinaryIO, path: Path) -> _Bytes:
    """Return the one file in a zip, folders and what Macs add apart."""
    try:
        archive = zipfile.ZipFile(raw)
        members = [
            info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX")
        ]
        if len(members) != 1:
            names = ", ".join(info.filename for info in members[:5])
            raise DataError(
                f"the zip holds {len(members)} files, not one ({names}); unpack the one to be read", file=path
            )
        return archive.open(members[0])
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise DataError(f"this is no text file, but a zip that cannot be unpacked: {error}", file=path) from error


class _Zstandard:
    """Frames one after the other, unpacked piece by piece. ``EOFError`` if the last one is cut off."""

    def __init__(self, raw: BinaryIO) -> None:
        import zstandard

        self._raw, self._new = raw, zstandard.ZstdDecompressor().decompressobj
        self._frame = self._new()
        self._data, self._begun = bytearray(), False

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes, none at the end."""
        # A small piece of what never ends is large enough.
        while not self._data and (piece := self._raw.read(PIECE)):
            while piece:
                self._data += self._frame.decompress(piece)
                self._begun, piece = not self._frame.eof, self._frame.unused_data
                if self._frame.eof:
                    self._frame = self._new()
        if not self._data and self._begun:
            raise EOFError("it ends too early")
        data = bytes(self._data[:size])
        del self._data[:size]
        return data

    def close(self) -> None:
        """Give back what it holds."""
        self._data.clear()


class _Watched(io.RawIOBase):
    """Unpacked bytes; what is damaged, or far too large for its file, is told as bad data."""

    def __init__(self, inner: _Bytes, raw: BinaryIO, packing: Packing, path: Path) -> None:
        self._inner, self._raw, self._packing, self._path, self._size = inner, raw, packing, path, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            # Each unpacker has errors of its own, and all of them say that the data is damaged.
            data = self._inner.read(len(buffer))
        except Exception as error:
            raise DataError(f"the {self._packing} data is damaged: {error}", file=self._path) from error
        self._size += len(data)
        if self._size > max(LARGE, TIMES * self._raw.tell()):
            raise DataError(
                f"it unpacks to over {TIMES} times its size; unpack it first if that is meant", file=self._path
            )
        buffer[: len(data)] = data
        return len(data)
