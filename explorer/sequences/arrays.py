"""Arrays of numpy, .npy and .npz: measured by their headers before anything is read, and never unpickled."""

from __future__ import annotations

import math
import zipfile
from collections import abc
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
import numpy.typing as npt

from explorer.errors import DataError
from explorer.sequences.foreign import NUMPY_SAYS, complaining
from explorer.sequences.memory import physical_memory, sized

CHUNK = 1 << 22
"""Bytes read at a time, 4 MiB: between two of them a person may cancel."""

DAMAGED = "it begins as an array of numpy's, but is damaged or cut short"
Progress = abc.Callable[[float], None]
Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Promise:
    """What the header of an array says of it, and ``held``, how many bytes there are after it, from ``start`` on."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool
    start: int
    held: int

    @property
    def count(self) -> int:
        """How many numbers it is."""
        return math.prod(self.shape)

    @property
    def whole(self) -> bool:
        """Whether it holds whole numbers, one a step."""
        return self.dtype.kind in "iu" and len(self.shape) < 3


def read_promises(path: Path) -> tuple[Promise, ...]:
    """Return what the arrays in a file are, in its order; nothing but their headers is read. ``DataError`` if none."""
    with complaining(path, DAMAGED, NUMPY_SAYS), path.open("rb") as file:
        if not _is_archive(path):
            return (_promise(path.stem, file, path.stat().st_size),)
        with zipfile.ZipFile(path) as archive:
            promises = []
            for member in archive.infolist():
                if member.filename.endswith(".npy"):
                    with archive.open(member) as stream:
                        promises.append(_promise(member.filename.removesuffix(".npy"), stream, member.file_size))
            return tuple(promises)


def require_usable(promise: Promise) -> None:
    """Raise ``DataError`` unless it is a sequence or several of real numbers, all there, that fit into memory."""
    shape = " × ".join(map(str, promise.shape))
    if promise.dtype.hasobject:
        raise DataError("it holds Python objects, which are never loaded: save numbers, with one type for all")
    if promise.dtype.names:
        raise DataError(f"it holds records ({', '.join(promise.dtype.names)}): save their fields as columns of numbers")
    if promise.dtype.kind not in "fiub":
        kinds = {"c": "complex numbers", "U": "strings", "S": "strings", "M": "dates", "m": "durations"}
        what = kinds.get(promise.dtype.kind, f"the type {promise.dtype}")
        raise DataError(f"it holds {what}, where a network takes real numbers")
    if not 1 <= len(promise.shape) <= 3:
        raise DataError(
            f"its shape is ({shape}), where (T,) or (T, D) is one sequence of T steps and (N, T, D) are N of them"
            if promise.shape
            else "it holds a single number, where a sequence has steps"
        )
    if not promise.count:
        raise DataError(f"its shape is {shape}, so there is nothing in it")
    needed = promise.count * promise.dtype.itemsize
    if needed > promise.held:
        raise DataError(
            f"it is cut short: {shape} numbers of {promise.dtype.itemsize} bytes are {sized(needed)}, "
            f"and {sized(promise.held)} are there"
        )
    needed = promise.count * np.dtype(np.float64).itemsize
    if needed > physical_memory():
        raise DataError(f"{shape} numbers need {sized(needed)}, and this machine has {sized(physical_memory())}")


def read_array(path: Path, promise: Promise, progress: Progress) -> Array:
    """Return the array a usable promise tells of, read-only. A file of its own is mapped, not read."""
    order: Literal["C", "F"] = "F" if promise.fortran else "C"
    with complaining(path, DAMAGED, NUMPY_SAYS):
        if not _is_archive(path):
            return np.asarray(np.memmap(path, promise.dtype, "r", promise.start, promise.shape, order))
        buffer = bytearray(promise.count * promise.dtype.itemsize)
        view, done = memoryview(buffer), 0
        with zipfile.ZipFile(path) as archive, archive.open(f"{promise.name}.npy") as stream:
            stream.seek(promise.start)
            while done < len(buffer):
                part = stream.read(min(CHUNK, len(buffer) - done))
                if not part:
                    raise EOFError
                view[done : done + len(part)] = part
                done += len(part)
                progress(done / len(buffer))
    array: Array = np.frombuffer(buffer, promise.dtype).reshape(promise.shape, order=order)
    array.flags.writeable = False
    return array


def _is_archive(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def _promise(name: str, file: IO[bytes], size: int) -> Promise:
    version = np.lib.format.read_magic(file)
    if version == (3, 0):
        # Only names of fields beyond Latin-1 need this one.
        raise DataError("it holds records: save their fields as columns of numbers")
    read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
    shape, fortran, dtype = read(file)
    if any(length < 0 for length in shape):
        raise ValueError("a negative length")
    start = file.tell()
    return Promise(name, shape, dtype, fortran, start, size - start)
