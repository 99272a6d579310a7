"""Tables whose columns have types of their own: Parquet, and Arrow's files and streams (Feather)."""

from __future__ import annotations

import os
from collections import abc
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from explorer.errors import DataError
from explorer.sequences.columns import EXACT
from explorer.sequences.foreign import complaining
from explorer.sequences.memory import physical_memory, sized
from explorer.sequences.options import Options
from explorer.sequences.table import Table, table_of

if TYPE_CHECKING:
    import polars as pl

PARQUET, ARROW, STREAM, FEATHER_1 = b"PAR1", b"ARROW1", b"\xff\xff\xff\xff", b"FEA1"
STARTS = (PARQUET, ARROW, STREAM, FEATHER_1)
"""How each of them begins."""

DAMAGED = "it is damaged or cut short, so that it cannot be read"

Progress = abc.Callable[[float], None]


def read_frame(path: Path, options: Options, progress: Progress, rows: int | None = None) -> Table:
    """Return the table in a Parquet or Arrow file, or its first ``rows``. ``DataError`` if it is damaged.

    Numbers, truth values, dates and texts are taken as they are; durations and times of day in seconds; what has parts,
    such as a list, is left out and told. Columns are read one by one, so that no more is held than what they become.
    """
    with complaining(path, DAMAGED, _is_of_polars):
        frame = _open(path)
        with _quiet():
            schema = frame.collect_schema()
        if rows is None:
            _require_room(frame, len(schema))
        else:
            frame = frame.head(rows)
        columns, left = [], []
        for position, (name, kind) in enumerate(schema.items()):
            values = _values(frame, name, kind)
            if values is None:
                left.append(f"{name} ({str(kind).partition('(')[0].lower()})")
            else:
                columns.append((name, values))
            progress((position + 1) / len(schema))
    if not columns:
        raise DataError("there is no column of numbers, dates or texts in it", file=path)
    notes = (f"left out, as they have parts or are no values: {', '.join(left)}",) if left else ()
    return table_of(str(path), columns, options, notes=notes)


def _open(path: Path) -> pl.LazyFrame:
    import polars as pl

    with path.open("rb") as file:
        start = file.read(6)
    if start.startswith(PARQUET):
        return pl.scan_parquet(path, glob=False)
    if start.startswith(ARROW):
        return pl.scan_ipc(path)
    if start.startswith(FEATHER_1):
        raise DataError("it is Feather of version 1, which is no longer written: save it once more as version 2")
    with _quiet():
        return pl.read_ipc_stream(path).lazy()


def _require_room(frame: pl.LazyFrame, width: int) -> None:
    import polars as pl

    height = int(_collected(frame.select(pl.len())).item())
    needed = height * width * np.dtype(np.float64).itemsize
    if needed > physical_memory():
        raise DataError(
            f"{height} rows of {width} columns need {sized(needed)}, and this machine has {sized(physical_memory())}"
        )


def _values(frame: pl.LazyFrame, name: str, kind: pl.DataType) -> npt.NDArray[Any] | None:
    """Return one column as numpy has it, NaN, NaT or None where it is missing. None if a column has no such values."""
    import polars as pl

    column = pl.col(name)
    if kind == pl.Null:
        column = column.cast(pl.Float64)
    elif kind == pl.Datetime:
        zone = getattr(kind, "time_zone", None)
        if zone is not None:
            column = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        column = column.cast(pl.Datetime("us"))
    elif kind == pl.Date:
        column = column.cast(pl.Datetime("us"))
    elif kind in (pl.Duration, pl.Time):
        column = column.cast(pl.Duration("ns")).dt.total_nanoseconds().cast(pl.Float64) / 1e9
    elif kind.is_integer():
        whole = _collected(frame.select(column))
        if whole.null_count() or kind == pl.Int128:
            large = max(-(whole.min() or 0), whole.max() or 0) > int(EXACT)  # type: ignore[operator]
            return np.array([*whole.to_list(), None], dtype=object)[:-1] if large else whole.cast(pl.Float64).to_numpy()
        return whole.to_numpy()
    elif kind.is_numeric() or kind == pl.Boolean:
        column = column.cast(pl.Float64)
    elif kind in (pl.String, pl.Categorical, pl.Enum):
        # As objects: numpy's own strings are all as long as the longest.
        texts = _collected(frame.select(column.cast(pl.String)))
        return np.array([*texts.to_list(), None], dtype=object)[:-1]
    else:
        return None
    return _collected(frame.select(column)).to_numpy()


def _is_of_polars(error: BaseException) -> bool:
    """Return whether polars says it, which may also be to panic."""
    return type(error).__module__.partition(".")[0] in ("polars", "pyo3_runtime")


@contextmanager
def _quiet() -> abc.Iterator[None]:
    """Let polars print nothing when it panics: what is to be said of that is raised."""
    try:
        kept = os.dup(2)
    except OSError:  # there is no stderr
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _collected(frame: pl.LazyFrame) -> pl.Series:
    """Return the only column of a frame."""
    with _quiet():
        return frame.collect().to_series()
