"""Gradients through time on disk: segments appended while it trains, made into one .npz when it ends or is opened."""

from __future__ import annotations

import json
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

import numpy as np

from explorer.errors import DataError
from explorer.functions import FloatArray
from explorer.growth import GrowingRows
from explorer.writing import Sink, array_member, raw_bytes, replacing

FOLDER = "through_time"
FILE = "through_time.npz"
_SUFFIX = ".segments"
_HEAD = struct.Struct("<4sIII")
"""Before each segment: its mark, the length of its description, of its numbers, and the CRC-32 of both."""
_MARK = b"gate"


@dataclass(frozen=True, slots=True)
class _Segment:
    """One probed iteration in the file: its numbers begin at ``start``, its whole at ``begin``, and end at ``end``."""

    iteration: int
    names: tuple[str, ...]
    steps: int
    begin: int
    start: int
    end: int


class SegmentWriter:
    """Appends what the probe saw of one cell."""

    def __init__(self, folder: Path, cell: str) -> None:
        path = _path(folder, cell)
        path.parent.mkdir(exist_ok=True)
        self._file = path.open("ab", buffering=0)

    def append(self, iteration: int, norms: Mapping[str, FloatArray]) -> None:
        """Write one segment: norms (T,) each, shorter ones filled with NaN. ``OSError`` if it cannot be written."""
        steps = max((len(each) for each in norms.values()), default=0)
        table = np.full((len(norms), steps), np.nan)
        for row, norm in zip(table, norms.values(), strict=True):
            row[: len(norm)] = norm
        about = json.dumps({"iteration": iteration, "names": list(norms), "steps": steps}).encode()
        numbers = table.astype("<f8").tobytes()
        head = _HEAD.pack(_MARK, len(about), len(numbers), zlib.crc32(numbers, zlib.crc32(about)))
        left = memoryview(head + about + numbers)
        while left:
            left = left[self._file.write(left) :]

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class SegmentReader(Mapping[str, FloatArray]):
    """Follows the segments of one cell: ``iteration`` (R,) and each norm (R, T), read when it is asked for."""

    def __init__(self, folder: Path, cell: str) -> None:
        self._path = _path(folder, cell)
        self._forget()

    def refresh(self) -> bool:
        """Take in the whole segments that came since; whether there were any."""
        try:
            with self._path.open("rb") as file:
                known, forgot = len(self._segments), self._was_cut(file)
                if forgot:
                    self._forget()
                begin = self._segments[-1].end if self._segments else 0
                for segment in _segments(file, begin):
                    if self._segments and _layout(segment) != _layout(self._segments[0]):
                        break
                    self._segments.append(segment)
                return forgot or len(self._segments) > known
        except FileNotFoundError:
            forgot = bool(self._segments)
            self._forget()
            return forgot
        except OSError as error:
            raise DataError(f"cannot be read: {error.strerror}", file=self._path) from error

    def __getitem__(self, name: str) -> FloatArray:
        if name == "iteration":
            return np.array([segment.iteration for segment in self._segments], np.float64)
        if not self._segments:
            raise KeyError(name)
        names, steps = _layout(self._segments[0])
        if name not in names:
            raise KeyError(name)
        rows = self._rows.setdefault(name, GrowingRows(np.empty((0, steps))))
        behind = self._segments[len(rows.rows) :]
        if behind:
            with self._path.open("rb") as file:
                rows.append(np.stack([_norm(file, segment, names.index(name)) for segment in behind]))
        return rows.rows

    def __iter__(self) -> Iterator[str]:
        return iter(("iteration", *(self._segments[0].names if self._segments else ())))

    def __len__(self) -> int:
        return 1 + (len(self._segments[0].names) if self._segments else 0)

    def _forget(self) -> None:
        self._segments: list[_Segment] = []
        self._rows: dict[str, GrowingRows[np.float64]] = {}

    def _was_cut(self, file: BinaryIO) -> bool:
        if not self._segments:
            return False
        last = self._segments[-1]
        again = next(_segments(file, last.begin, check=False), None)
        return again != last


def cut_segments(folder: Path, iteration: int) -> None:
    """Cut all cells' segments back: nothing after ``iteration`` stays, and no torn one."""
    for cell in recorded_cells(folder):
        path = _path(folder, cell)
        with path.open("rb") as file:
            kept = [segment.end for segment in _segments(file, 0) if segment.iteration <= iteration]
        os.truncate(path, kept[-1] if kept else 0)


def recorded_cells(folder: Path) -> tuple[str, ...]:
    """Return the cells that have segments."""
    return tuple(sorted(path.stem for path in (folder / FOLDER).glob(f"*{_SUFFIX}")))


def build_through_time(folder: Path) -> None:
    """Make through_time.npz of the segments, whole or not at all: ``rnn.iteration`` (R,), ``rnn.l0.dh`` (R, T) ….

    Nothing is done where it is as new as they are. ``OutputError`` if it cannot be written. Never more than one norm of
    one iteration is in memory.
    """
    cells, path = recorded_cells(folder), folder / FILE
    with suppress(FileNotFoundError):
        newest = max((_path(folder, cell).stat().st_mtime_ns for cell in cells), default=0)
        if not cells or path.stat().st_mtime_ns > newest:
            return
    with replacing(path) as file, zipfile.ZipFile(cast(IO[bytes], Sink(file)), "w") as archive:
        for cell in cells:
            with _path(folder, cell).open("rb") as source:
                _write_cell(archive, cell, source)


def _write_cell(archive: zipfile.ZipFile, cell: str, source: BinaryIO) -> None:
    segments = list(_segments(source, 0))
    segments = [segment for segment in segments if _layout(segment) == _layout(segments[0])]
    iterations = np.array([segment.iteration for segment in segments], np.int64)
    with array_member(archive, f"{cell}.iteration", iterations.shape, iterations.dtype) as member:
        member.write(raw_bytes(iterations))
    names, steps = _layout(segments[0]) if segments else ((), 0)
    for k, name in enumerate(names):
        shape = (len(segments), steps)
        with array_member(archive, f"{cell}.{name}", shape, np.dtype(np.float64)) as member:
            for segment in segments:
                member.write(raw_bytes(_norm(source, segment, k)))


def _segments(file: BinaryIO, begin: int, *, check: bool = True) -> Iterator[_Segment]:
    """Yield the whole segments from ``begin`` on. Only the last of the file can be torn: its sum alone is checked."""
    size = os.fstat(file.fileno()).st_size
    while True:
        file.seek(begin)
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return
        mark, about_size, numbers_size, crc = _HEAD.unpack(head)
        start = begin + _HEAD.size + about_size
        end = start + numbers_size
        if mark != _MARK or end > size:
            return
        about = file.read(about_size)
        if check and end == size and zlib.crc32(file.read(numbers_size), zlib.crc32(about)) != crc:
            return
        try:
            facts = json.loads(about)
            segment = _Segment(int(facts["iteration"]), tuple(facts["names"]), int(facts["steps"]), begin, start, end)
        except (ValueError, KeyError, TypeError):
            return
        if numbers_size != 8 * len(segment.names) * segment.steps:
            return
        yield segment
        begin = end


def _layout(segment: _Segment) -> tuple[tuple[str, ...], int]:
    return segment.names, segment.steps


def _norm(file: BinaryIO, segment: _Segment, k: int) -> FloatArray:
    file.seek(segment.start + 8 * k * segment.steps)
    return np.frombuffer(file.read(8 * segment.steps), "<f8").astype(np.float64)


def _path(folder: Path, cell: str) -> Path:
    return folder / FOLDER / f"{cell}{_SUFFIX}"
