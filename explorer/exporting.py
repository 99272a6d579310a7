"""Values of a trace as a table or as arrays: some quantities of some units over some steps, with exact digits."""

from __future__ import annotations

import zipfile
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, BinaryIO, Literal, cast

import numpy as np
import numpy.typing as npt

from explorer.errors import DataError
from explorer.network import Place
from explorer.trace import BLOCK, Trace
from explorer.writing import Sink, array_member, raw_bytes

Form = Literal["csv", "npz", "parquet"]
FORMS: tuple[Form, ...] = ("csv", "npz", "parquet")

AT_ONCE = 2**19
"""Numbers that are held at once while they are written."""

IN_GROUP = 2**20
"""Numbers of a row group of a Parquet file. What describes a group is held until the end, so they must not be small."""

TIME_FORMAT = "%Y-%m-%dT%H:%M:%S%.6f"


@dataclass(frozen=True, slots=True)
class Part:
    """Some units of a quantity at one place, which are columns such as ``l0.f[3]``."""

    quantity: str
    place: Place
    units: tuple[int, ...]

    @property
    def key(self) -> str:
        """The quantity as it is named in files: ``l0.f``."""
        return f"{self.place.key}.{self.quantity}"

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of a table."""
        return tuple(f"{self.key}[{unit}]" for unit in self.units)


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """What is to be written of a trace: the inputs or not, some parts, and which steps of one sequence."""

    trace: Trace
    sequence: int
    parts: tuple[Part, ...]
    steps: range
    inputs: bool = True

    def __post_init__(self) -> None:
        """Check that there is something, and that it is known."""
        ready = self.trace.ready(self.sequence)
        if not self.steps or self.steps.step != 1:
            raise DataError("there are no steps to write")
        if self.steps.start < ready.start or self.steps.stop > ready.stop:
            known = f"{ready.start} to {ready.stop - 1}" if ready else "none"
            raise DataError(f"steps {self.steps.start} to {self.steps[-1]} are not all computed yet; known: {known}")
        if not self.parts and not self.inputs:
            raise DataError("there are no quantities to write")

    @property
    def width(self) -> int:
        """How many numbers there are of each step."""
        data = self.trace.experiment.dataset
        return sum(len(part.units) for part in self.parts) + (len(data.features) if self.inputs else 0)

    def chunks(self, numbers: int) -> Iterator[range]:
        """Yield the steps in stretches of so many numbers, that end where the blocks end which are recovered."""
        most = max(numbers // max(self.width, 1) // BLOCK, 1) * BLOCK
        first = self.steps.start
        while first < self.steps.stop:
            last = min(first // BLOCK * BLOCK + most, self.steps.stop)
            yield range(first, last)
            first = last


def write_values(values: Values, file: BinaryIO, form: Form, scratch: Path) -> Generator[float, None, None]:
    """Write them to a file; iterate, each item is the fraction done. Memory is bounded, however many steps there are.

    A table has the columns ``step``, ``time`` where the sequence has times, ``x.NAME`` for each feature in the units of
    the file, and ``l0.f[3]`` …; what is read from it again is the same, bit by bit. An NPZ has the arrays ``step``,
    ``time``, ``x`` (steps, features) with ``x.names``, and for each part ``l0.f`` (steps, units) with ``l0.f.units``.
    ``scratch`` is a folder with room for a Parquet file on its way.
    """
    trace = values.trace.apart()  # another thread may read it meanwhile
    if form == "npz":
        yield from _write_arrays(values, trace, file)
    elif form == "csv":
        yield from _write_csv(values, trace, file)
    else:
        yield from _write_parquet(values, trace, file, scratch)


# Tables -------------------------------------------------------------------------------------------------------------


def _write_csv(values: Values, trace: Trace, file: BinaryIO) -> Generator[float, None, None]:
    import polars as pl

    for steps in values.chunks(AT_ONCE):
        table = pl.DataFrame(_columns(values, trace, steps))
        table.write_csv(file, include_header=steps.start == values.steps.start, datetime_format=TIME_FORMAT)
        yield _fraction(values, steps)


def _write_parquet(values: Values, trace: Trace, file: BinaryIO, scratch: Path) -> Generator[float, None, None]:
    """Write stretch by stretch to files of their own, and those into one: polars has no writer that goes on."""
    import polars as pl

    with TemporaryDirectory(prefix=".gate-explorer-", dir=scratch) as folder:
        pieces = []
        for k, steps in enumerate(values.chunks(IN_GROUP)):
            pieces.append(Path(folder) / f"{k:06}.parquet")
            table = pl.DataFrame(_columns(values, trace, steps))
            table.write_parquet(pieces[-1], compression="lz4", statistics=False)
            yield 0.8 * _fraction(values, steps)
        rows = max(IN_GROUP // max(values.width, 1), BLOCK)
        pieced = pl.scan_parquet(pieces, glob=False, low_memory=True, use_statistics=False)
        pieced.sink_parquet(file, row_group_size=rows, statistics=False)
        yield 1.0


def _columns(values: Values, trace: Trace, steps: range) -> Mapping[str, npt.NDArray[Any]]:
    """Return the columns of a table over some steps, each an array of its own type."""
    sequence = trace.experiment.dataset.sequences[values.sequence]
    part = slice(steps.start, steps.stop)
    columns: dict[str, npt.NDArray[Any]] = {"step": np.arange(steps.start, steps.stop)}
    if sequence.times is not None:
        columns["time"] = sequence.times[part]
    if values.inputs:
        for k, name in enumerate(sequence.features):
            columns[f"x.{name}"] = np.ascontiguousarray(sequence.values[part, k])
    for wanted in values.parts:
        block = trace.read(values.sequence, wanted.quantity, wanted.place, np.asarray(wanted.units), part)
        for k, name in enumerate(wanted.names):
            columns[name] = np.ascontiguousarray(block[:, k])
    return columns


def _fraction(values: Values, steps: range) -> float:
    return (steps.stop - values.steps.start) / len(values.steps)


# Arrays -------------------------------------------------------------------------------------------------------------


def _write_arrays(values: Values, trace: Trace, file: BinaryIO) -> Generator[float, None, None]:
    sequence, steps = trace.experiment.dataset.sequences[values.sequence], values.steps
    part = slice(steps.start, steps.stop)
    with zipfile.ZipFile(cast(IO[bytes], Sink(file)), "w") as archive:
        _write_array(archive, "step", np.arange(steps.start, steps.stop))
        if sequence.times is not None:
            _write_array(archive, "time", sequence.times[part])
        if values.inputs:
            _write_array(archive, "x.names", np.array(sequence.features))
            _write_array(archive, "x", sequence.values[part])
        for k, wanted in enumerate(values.parts):
            _write_array(archive, f"{wanted.key}.units", np.array(wanted.units))
            shape = (len(steps), len(wanted.units))
            with array_member(archive, wanted.key, shape, trace.experiment.network.dtype) as member:
                for chunk in values.chunks(AT_ONCE):
                    rows = slice(chunk.start, chunk.stop)
                    block = trace.read(values.sequence, wanted.quantity, wanted.place, np.array(wanted.units), rows)
                    member.write(raw_bytes(block))
                    yield (k + _fraction(values, chunk)) / len(values.parts)
    yield 1.0


def _write_array(archive: zipfile.ZipFile, name: str, array: npt.NDArray[Any]) -> None:
    with array_member(archive, name, array.shape, array.dtype) as member:
        member.write(raw_bytes(array))
