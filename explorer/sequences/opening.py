"""Opening whatever holds a table, arrays or text: its content says which it is, not its name."""

from __future__ import annotations

import codecs
import json
import re
import zipfile
from collections import abc
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from explorer.errors import DataError, UsageError
from explorer.sequences.batches import Batch, batch_dataset, batch_table, read_batch
from explorer.sequences.frames import STARTS, read_frame
from explorer.sequences.joining import join, names_of
from explorer.sequences.options import Form, Options
from explorer.sequences.ordering import Proof, agreed, contradictions, proofs, require_decided
from explorer.sequences.rows import Rows, open_rows
from explorer.sequences.sequence import BETWEEN, Dataset
from explorer.sequences.shaping import make_dataset
from explorer.sequences.sheets import OLE, laid_out, read_sheet, sheet_as_text
from explorer.sequences.table import Table, read_table
from explorer.sequences.text import read_text, read_texts

Kind = Literal["delimited", "text", "frame", "array", "sheet"]
Source = str | Path | abc.Sequence[str | Path]
Progress = abc.Callable[[float], None]

SAMPLE_ROWS = 500
"""Rows of a .txt that show whether it is a table."""

FOREIGN = (
    (b"%PDF-", "a PDF: export its table as CSV"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF89a", "a picture"),
    (b"\x89HDF", "HDF5: save its arrays as .npy or .npz"),
    (b"MATLAB 5", "a file of MATLAB: save its arrays as .npy or .npz"),
    (b"SQLite f", "a database of SQLite: export its table as CSV"),
    (b"\x80\x02", "a pickle, which is never loaded: save its arrays as .npy or .npz"),
    (b"\x80\x04", "a pickle, which is never loaded: save its arrays as .npy or .npz"),
    (b"\x80\x05", "a pickle, which is never loaded: save its arrays as .npy or .npz"),
)
"""How files begin that people try and that hold neither a table nor text."""


BEGINNING = 1 << 16
"""Bytes that show whether a text is HTML or JSON."""

_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)


def read_dataset(source: Source, options: Options = Options(), *, progress: Progress | None = None) -> Dataset:  # noqa: B008
    """Return the sequences in a file, in several files, or in the files of a folder.

    A file holds a delimited table, a workbook of Excel, Parquet, Arrow, arrays of numpy or text; its content says
    which. Several files are the sequences of one data set, as far as they have the same columns: what is left out is
    told in the notes. ``progress`` is called with the fraction done, from 0 to 1; it may raise to cancel.
    ``DataError`` if there is nothing a network could take, ``UsageError`` if a column that is told is not there.
    """
    told = progress or (lambda fraction: None)
    name = str(source) if isinstance(source, (str, Path)) else BETWEEN.join(map(str, source))
    files = files_in(name)
    if files == (Path(name),):
        dataset = open_file(name, options, progress=lambda fraction: told(0.9 * fraction)).dataset(options, told)
    elif files and all(_is_text(file, options) for file in files):
        dataset = read_texts(name, files, names_of(files), options, told)
    else:
        dataset = _read_files(name, files, options, told)
    told(1.0)
    return replace(dataset, options=options)


def _read_files(name: str, files: abc.Sequence[Path], options: Options, told: Progress) -> Dataset:
    """Return several files as one data set, those that cannot be read left out."""
    read: dict[Path, Dataset] = {}
    refused: dict[Path, str] = {}
    known: list[Proof] = []
    undecided: list[Path] = []

    def take(file: Path, part: float, order: abc.Sequence[Proof] = ()) -> None:
        """Read one file; where ``order`` is known, its dates that fit both are read so."""
        told(part)
        try:
            opened = open_file(file, options, progress=lambda _: told(part))
            if opened.table is not None:
                known.extend(proofs(opened.table.columns, opened.table.lines, file.name) if not order else ())
                columns = agreed(opened.table.columns, order)
                opened = replace(opened, table=replace(opened.table, columns=columns))
                require_decided(columns, order, file)
                if not order and any(column.reading.assumed for column in columns):
                    undecided.append(file)
            read[file] = opened.dataset(options)
        except DataError as error:
            refused[file] = str(error)
            read.pop(file, None)
        except UsageError as error:
            refused[file] = f"{file.name}: {error}"
            read.pop(file, None)

    for done, file in enumerate(files):
        take(file, done / len(files))
    for file in undecided if known else ():
        take(file, 1.0, known)
    dataset = join(name, read, list(refused.values()), options)
    return replace(dataset, notes=(*dataset.notes, *contradictions(known)))


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A file read whole. ``table`` is what it holds, with the roles of its columns; None where that is running text."""

    path: Path
    table: Table | None
    batch: Batch | None = None

    def dataset(self, options: Options, progress: Progress = lambda _: None) -> Dataset:
        """Return the sequences in it. ``DataError`` if it holds nothing a network could take."""
        if self.batch is not None and self.table is not None:
            dataset = batch_dataset(self.batch, self.table, options, lambda: progress(0.95))
        elif self.table is not None:
            dataset = make_dataset(self.table, options, lambda: progress(0.95))
        else:
            dataset = read_text(self.path, options, progress)
        return replace(dataset, options=options)


def open_file(
    path: str | Path,
    options: Options = Options(),  # noqa: B008
    *,
    progress: Progress | None = None,
    rows: int | None = None,
) -> Opened:
    """Return what a file holds, or the first ``rows`` of it as a preview. ``DataError`` if it cannot be read."""
    path, told = Path(path), progress or (lambda fraction: None)
    match kind_of(path, options):
        case "text":
            return Opened(path, None)
        case "array":
            batch = read_batch(path, options, told)
            return Opened(path, batch_table(batch, options, rows, told), batch)
        case "frame":
            return Opened(path, read_frame(path, options, told, rows))
        case "sheet":
            return Opened(path, read_sheet(path, options, told, rows))
    return Opened(path, read_table(path, options, progress=told, rows=rows))


@contextmanager
def open_text(path: Path, form: Form) -> abc.Iterator[Rows | None]:
    """Open the rows of a file as text, for as long as the context lasts. None if it holds none."""
    kind = kind_of(path, Options(form=form))
    if kind == "sheet":
        with sheet_as_text(path, form.table) as sheet:
            yield open_rows(sheet.path, laid_out(form))
    else:
        yield open_rows(path, form) if kind == "delimited" else None


def files_in(source: str | Path) -> tuple[Path, ...]:
    """Return the files of a folder, except hidden ones, with file 2 before file 10; else those that are named.

    Several files are one source that names one a line.
    """
    path = Path(source)
    if BETWEEN in str(source):
        return tuple(map(Path, str(source).split(BETWEEN)))
    if not path.is_dir():
        return (path,)
    try:
        files = [file for file in path.iterdir() if not file.name.startswith(".") and not file.is_dir()]
    except OSError as error:
        raise DataError(f"it cannot be read: {error.strerror}", file=path) from error
    return tuple(sorted(files, key=_natural))


def kind_of(path: Path, options: Options) -> Kind:
    """Return what a file holds. ``DataError`` for a damaged archive, or what is known to hold no table.

    Only a file called .txt that is no table, or one that is asked for as text, is running text.
    """
    if options.plain_text:
        return "text"
    try:
        with path.open("rb") as file:
            start = file.read(BEGINNING)
    except (OSError, ValueError):
        return "delimited"  # which says why it cannot be read
    for beginning, what in FOREIGN:
        if start.startswith(beginning):
            raise DataError(f"it is {what}", file=path)
    if _HTML.match(start.removeprefix(codecs.BOM_UTF8)):
        raise DataError("it is HTML, a page of the web: save the table in it as CSV", file=path)
    if _is_json(start):
        raise DataError("it is JSON: save its table as CSV or Parquet", file=path)
    if start.startswith(STARTS):
        return "frame"
    if start.startswith(b"\x93NUMPY"):
        return "array"
    if start.startswith(OLE):
        return "sheet"
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_archive(path)
    if options.plain_text is None and path.suffix.lower() == ".txt" and not _is_table(path, options):
        return "text"
    return "delimited"


def _is_json(start: bytes) -> bool:
    """Return whether a file that begins so holds objects or lists of JSON: one, or one a line."""
    text = start.decode("utf-8-sig", "ignore").strip()
    if not text.startswith(("{", "[")):
        return False
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except json.JSONDecodeError as error:
        # A longer one is cut off: it is JSON if it is one nearly up to there.
        return len(start) == BEGINNING and error.pos > len(text) // 2
    except RecursionError:
        return True
    rest = text[end:].lstrip()
    return not rest or rest.startswith(("{", "["))


def _is_text(path: Path, options: Options) -> bool:
    try:
        return kind_of(path, options) == "text"
    except DataError:
        return False


def _kind_of_archive(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        raise DataError(
            "it begins as an archive (.npz, .xlsx or .zip), but is damaged or cut short", file=path
        ) from error
    if any(name.startswith("xl/") or name == "content.xml" for name in names):
        return "sheet"
    return "array" if not names or any(name.endswith(".npy") for name in names) else "delimited"


def _is_table(path: Path, options: Options) -> bool:
    """Return whether a text file is a table: because that was said, or by a column that is mostly numbers or dates."""
    told = replace(options.form, encoding=None) != Form() or options.roles or options.fills or options.shape
    if told or options.plain_text is False:
        return True
    try:
        table = read_table(path, options, rows=SAMPLE_ROWS)
    except DataError:
        return False
    full = any(2 * column.missing <= len(column) for column in table.columns if column.kind != "text")
    ragged = sum(problem.column is None for problem in table.problems)
    return full and table.rows > 0 and 5 * ragged <= table.rows


def _natural(file: Path) -> list[tuple[int, int, str]]:
    parts = re.split(r"(\d+)", file.name)
    return [(int(part), 0, part) if part.isdecimal() else (-1, 1, part.casefold()) for part in parts]
