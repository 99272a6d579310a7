"""Files of our own: a trace as an .npz, initial states from one, and outputs that are whole or not there at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt

from explorer.cells import Kind
from explorer.errors import DataError, OutputError
from explorer.functions import FloatArray
from explorer.network import Place
from explorer.trace import Trace

WINDOW = 2**22
"""Numbers of a quantity that are held at once while it is written."""


def array_names(trace: Trace, *, preactivations: bool) -> Iterator[tuple[str, Place, str]]:
    """Yield (``l0.i``, place, quantity) for each array that an export holds besides ``x``, in the order of the file."""
    network = trace.experiment.network
    for place in network.places:
        for quantity in network.cell(place).quantities:
            if preactivations or quantity.kind is not Kind.PRE_ACTIVATION:
                yield f"{place.key}.{quantity.name}", place, quantity.name


def export_trace(
    trace: Trace,
    file: BinaryIO,
    *,
    preactivations: bool = False,
    sequence: int = 0,
    held: Sequence[str] = (),
) -> Generator[float, None, None]:
    """Write one sequence of a complete trace as an .npz; iterate, each item is the fraction done.

    ``x`` (T, D) is what the network saw, the others (T, H) stand under ``array_names``, all by input step and in the
    network's dtype. Where the network has a head, ``y`` (T, K) is what it puts out, as it was trained and so not always
    in the units of the data. Where there are texts that say what was ``held``, they stand under that name. Written
    window by window: a long trace is never in memory as a whole. Same trace, same bytes.
    """
    wanted = list(array_names(trace, preactivations=preactivations))
    x = trace.inputs(sequence)
    # zipfile knows how to write; that an output which fails cannot be finished either, it does not.
    with zipfile.ZipFile(cast(IO[bytes], Sink(file)), "w") as archive:
        with array_member(archive, "x", x.shape, x.dtype) as member:
            member.write(raw_bytes(x))
        if held:
            texts = np.array(held)
            with array_member(archive, "held", texts.shape, texts.dtype) as member:
                member.write(raw_bytes(texts))
        if trace.experiment.network.head is not None:
            _write_output(trace, archive, sequence)
        for k, (name, place, quantity) in enumerate(wanted):
            shape = (len(x), trace.experiment.network.weights(place).hidden_size)
            with array_member(archive, name, shape, x.dtype) as member:
                per_window = max(WINDOW // shape[1] // 256, 1) * 256
                for first in range(0, len(x), per_window):
                    last = min(first + per_window, len(x))
                    rows = trace.read(sequence, quantity, place, steps=slice(first, last))
                    member.write(raw_bytes(rows))
                    yield (k + last / len(x)) / len(wanted)


def _write_output(trace: Trace, archive: zipfile.ZipFile, sequence: int) -> None:
    steps, none = trace.length(sequence), trace.output(sequence, slice(0, 0))
    per_window = max(WINDOW // trace.experiment.network.layers[-1].output_size // 256, 1) * 256
    with array_member(archive, "y", (steps, none.shape[1]), none.dtype) as member:
        for first in range(0, steps, per_window):
            member.write(raw_bytes(trace.output(sequence, slice(first, min(first + per_window, steps)))))


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


def read_states(path: Path) -> dict[str, FloatArray]:
    """Return the arrays of an .npz of initial states, ``l0.h`` …. DataError if it is none, or not of real numbers."""
    from explorer.sequences.foreign import NUMPY_SAYS, complaining

    with complaining(path, "this is no .npz of numbers, as numpy.savez writes it", NUMPY_SAYS), path.open("rb") as file:
        loaded = np.load(file, allow_pickle=False)
        if not isinstance(loaded, np.lib.npyio.NpzFile):
            raise DataError("this holds one array without a name, not an .npz with l0.h and the like")
        with loaded:
            states = {name: loaded[name] for name in loaded.files}
    for name, array in states.items():
        if not isinstance(array, np.ndarray) or array.dtype.kind not in "iuf":
            raise DataError(f"{name!r} does not hold real numbers", file=path)
    return states


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
