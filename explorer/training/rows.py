"""Tables of a run: a row per iteration and cell, appended while it trains, and followed by those who look on."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from explorer.cells import CELL_NAMES
from explorer.errors import DataError
from explorer.growth import GrowingRows

Rows = npt.NDArray[np.float64]

DIGITS = ".10g"
"""A hundred times what sums of squares are to agree to; float32 comes back bit by bit."""

Own = Mapping[str, Sequence[int]]

_FEW, _MANY = 50_000, 1 << 24
"""Bytes: fewer are parsed here faster than polars begins; more than so many are read one part after the other."""

Progress = Callable[[float], None]
"""Is told the fraction that is read; may raise, and what was read by then stays."""


def untold(_fraction: float) -> None:
    """Let nobody know how far it is."""


class RowWriter:
    """Appends rows to a table whose columns are known once every one of ``cells`` has said a row.

    Columns are ``iteration``, ``cell``, then ``first``, then the names of the values of all cells; a row is empty where
    it has no value. A row is on its way to the disk as a whole when ``append`` returns.
    """

    def __init__(self, path: Path, cells: Sequence[str], first: Sequence[str] = ()) -> None:
        self._path, self._cells, self._first = path, tuple(cells), tuple(first)
        self._waiting: list[tuple[int, str, Mapping[str, float]]] = []
        there = read_columns(path)  # none may be there: the gates of an RNN
        self._columns = there or ()
        self._file: BinaryIO | None = None if there is None else path.open("ab", buffering=0)

    def append(self, iteration: int, cell: str, values: Mapping[str, float]) -> None:
        """Write a row; those of before all cells were heard wait. ``OSError`` if it cannot be written."""
        if self._file is not None:
            self._write(self._line(iteration, cell, values))
            return
        self._waiting.append((iteration, cell, dict(values)))
        if {name for _, name, _ in self._waiting} >= set(self._cells):
            self._begin()

    def close(self) -> None:
        """Write what waits, and let go of the file."""
        try:
            if self._waiting:
                self._begin()
        finally:
            if self._file is not None:
                self._file.close()
            self._file = None

    def _begin(self) -> None:
        names: dict[str, None] = dict.fromkeys(self._first)
        for _, _, values in self._waiting:
            names.update(dict.fromkeys(values))
        self._columns = tuple(names)
        header = io.StringIO()
        csv.writer(header, lineterminator="\n").writerow(["iteration", "cell", *(_plain(name) for name in names)])
        self._file = self._path.open("ab", buffering=0)
        waiting, self._waiting = self._waiting, []
        self._write(header.getvalue() + "".join(self._line(*row) for row in waiting))

    def _line(self, iteration: int, cell: str, values: Mapping[str, float]) -> str:
        numbers = [format(values[name], DIGITS) if name in values else "" for name in self._columns]
        return ",".join((str(iteration), cell, *numbers)) + "\n"

    def _write(self, text: str) -> None:
        assert self._file is not None
        left = memoryview(text.encode())
        while left:  # a disk that fills up takes a part
            left = left[self._file.write(left) :]


class RowReader:
    """Follows a table: ``refresh`` reads the whole rows that came since, ``rows`` gives those of each cell.

    A cell has all columns but those whose name begins with ``sparse`` and that its first row leaves empty.
    """

    def __init__(self, path: Path, sparse: str = "") -> None:
        self._path, self._sparse = path, sparse
        self._forget()

    def refresh(self, progress: Progress = untold) -> bool:
        """Read what came since; whether there was anything. ``DataError`` if it is no such table."""
        try:
            with self._path.open("rb") as file:
                return self._follow(file, progress)
        except FileNotFoundError:
            known = bool(self.names)
            self._forget()
            return known
        except OSError as error:
            raise DataError(f"cannot be read: {error.strerror}", file=self._path) from error

    def unread(self) -> int:
        """Return about how many bytes ``refresh`` would read: all, where the table was cut back."""
        try:
            with self._path.open("rb") as file:
                return os.fstat(file.fileno()).st_size - (0 if self._was_cut(file) else self._read)
        except OSError:
            return 0

    def rows(self, cell: str) -> Rows:
        """Return the rows of a cell, (n, its columns); NaN where they are empty."""
        return self._tables[cell].rows if cell in self._tables else np.empty((0, 1))

    def columns(self, cell: str) -> tuple[str, ...]:
        """Return the columns of a cell, ``iteration`` first."""
        return tuple(self.names[k] for k in self._own[cell]) if cell in self._own else ("iteration",)

    def _forget(self) -> None:
        self.names: tuple[str, ...] = ()
        self._own: dict[str, list[int]] = {}
        self._tables: dict[str, GrowingRows[np.float64]] = {}
        self._read, self._last = 0, b""

    def _follow(self, file: BinaryIO, progress: Progress) -> bool:
        changed = self._was_cut(file)
        if changed:
            self._forget()
        first, size = self._read, os.fstat(file.fileno()).st_size
        while size > self._read:
            file.seek(self._read)
            text = file.read(_MANY)
            end = text.rfind(b"\n") + 1  # a torn row is not there yet
            if not end:
                break
            begin = 0
            if not self.names:
                begin = text.index(b"\n") + 1
                self.names = _parsed_header(text[: begin - 1], self._path)
            self._take(text[begin:end])
            self._last = text[text.rfind(b"\n", 0, end - 1) + 1 : end]
            self._read += end
            changed = True
            progress((self._read - first) / (size - first))
        return changed

    def _was_cut(self, file: BinaryIO) -> bool:
        """Whether the rows read so far are not there any more, since the run was resumed from before them."""
        file.seek(self._read - len(self._last))
        return file.read(len(self._last)) != self._last

    def _take(self, text: bytes) -> None:
        try:
            for cell, first in _first_rows(text, len(self.names)).items():
                if cell not in self._own:
                    named = zip(first, self.names, strict=True)
                    own = [k for k, (each, name) in enumerate(named) if each or not name.startswith(self._sparse)]
                    self._own[cell] = own
            parse = _parse_few if len(text) < _FEW else _parse
            parsed = parse(text, len(self.names), self._own)
        except (ValueError, KeyError) as error:
            raise DataError("holds a row that is none of a training", file=self._path) from error
        for cell, rows in parsed.items():
            if cell not in self._tables:
                self._tables[cell] = GrowingRows(rows)
                self._tables[cell].make_room()
            else:
                self._tables[cell].append(rows)


def cut_rows(path: Path, iteration: int) -> None:
    """Cut a table back: nothing after ``iteration`` stays, and no torn row."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return
    end = text.rfind(b"\n") + 1
    header = text.find(b"\n") + 1
    while end > header:
        begin = text.rfind(b"\n", 0, end - 1) + 1
        number = text[begin:end].partition(b",")[0]
        if number.isdigit() and int(number) <= iteration:
            break
        end = begin
    os.truncate(path, end)


def last_iteration(path: Path) -> int:
    """Return the iteration of the last whole row, from the end of the file alone."""
    with suppress(OSError), path.open("rb") as file:
        file.seek(max(file.seek(0, 2) - 100_000, 0))
        for line in reversed(file.read().split(b"\n")[:-1]):
            number = line.partition(b",")[0]
            if number.isdigit():
                return int(number)
    return 0


def read_columns(path: Path) -> tuple[str, ...] | None:
    """Return the columns of a table after iteration and cell; None if there is no table yet."""
    try:
        with path.open("rb") as file:
            header = file.readline()
    except FileNotFoundError:
        return None
    return _parsed_header(header, path)[1:] if header.endswith(b"\n") else None


def _plain(name: str) -> str:
    return " ".join(name.splitlines())


def _parsed_header(line: bytes, path: Path) -> tuple[str, ...]:
    """Return the columns of numbers: all but ``cell``, which is the second."""
    names = next(csv.reader([line.decode("utf-8", "replace").rstrip("\n")]), [])
    if names[:2] != ["iteration", "cell"]:
        raise DataError("is no table of a training, which begins with the columns iteration and cell", file=path)
    return (names[0], *names[2:])


def _first_rows(text: bytes, columns: int) -> dict[str, list[str]]:
    """Return the iteration and the numbers of the first row of each of the cells, found among the first rows."""
    found: dict[str, list[str]] = {}
    for line in islice(io.BytesIO(text), len(CELL_NAMES)):
        cell, numbers = _split(line.decode("utf-8", "replace").rstrip("\n"), columns)
        found.setdefault(cell, numbers)
    return found


def _split(line: str, columns: int) -> tuple[str, list[str]]:
    iteration, cell, *numbers = line.split(",")
    if len(numbers) != columns - 1:
        raise ValueError(line)
    return cell, [iteration, *numbers]


def _parse_few(text: bytes, columns: int, own: Own) -> dict[str, Rows]:
    found: dict[str, list[list[float]]] = {}
    for line in text.decode().splitlines():
        cell, numbers = _split(line, columns)
        chosen = (numbers[k] for k in own[cell])
        found.setdefault(cell, []).append([float(each) if each else np.nan for each in chosen])
    return {cell: np.array(rows) for cell, rows in found.items()}


def _parse(text: bytes, columns: int, own: Own) -> dict[str, Rows]:
    import polars as pl

    names = ["0", "cell", *(str(k) for k in range(1, columns))]
    schema = {name: pl.String if name == "cell" else pl.Float64 for name in names}
    try:
        frame = pl.read_csv(text, has_header=False, schema=schema, quote_char=None)
    except pl.exceptions.PolarsError as error:
        raise ValueError(str(error)) from error
    if not set(frame["cell"].unique()) <= set(own) or text.count(b",") != columns * len(frame):  # polars fills up
        raise ValueError("a row of no cell, or of too few numbers")
    parts = {cell: frame.filter(pl.col("cell") == cell).select(str(k) for k in each) for cell, each in own.items()}
    return {cell: part.fill_null(np.nan).to_numpy(order="c") for cell, part in parts.items() if len(part)}
