"""Sheets of Excel and of its relatives (.xlsx, .xlsm, .xlsb, .xls, .ods), laid out as text and read like any table."""

from __future__ import annotations

import csv
import zipfile
from collections import abc
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from explorer.errors import DataError
from explorer.sequences.foreign import complaining
from explorer.sequences.memory import physical_memory, sized
from explorer.sequences.options import Form, Options
from explorer.sequences.table import Table, read_table

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

Progress = abc.Callable[[float], None]
Cell = int | float | str | bool | date | time | timedelta
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How workbooks of Excel before 2007 begin."""

DAMAGED = "it begins as a workbook, but is damaged or cut short"

DELIMITER = "\t"
"""Between the cells of the text. A comma may be the decimal sign of numbers that were typed as text."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as a UTF-8 text, each row of it in the line of its number. ``names`` are those of all sheets."""

    path: Path
    names: tuple[str, ...]
    chosen: int


@contextmanager
def sheet_as_text(path: Path, chosen: int | None = None, progress: Progress = lambda _: None) -> abc.Iterator[Sheet]:
    """Lay a sheet out as a file of its own, which is gone afterwards: that of position ``chosen``, or the first.

    The first is the first that holds something. ``DataError`` if the workbook is damaged, locked or without it.
    """
    from python_calamine import SheetTypeEnum

    with _complaining(path):
        book = _open(path)
        names = tuple(sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet)
        if chosen is not None and chosen >= len(names):
            raise DataError(f"there is no sheet {chosen}; from 0 there are {', '.join(names)}")
        sheets = [(k, book.get_sheet_by_name(name)) for k, name in enumerate(names) if chosen in (None, k)]
        filled = next(((k, sheet) for k, sheet in sheets if sheet.end is not None), None)
    if filled is None:
        what = f"the sheet {names[chosen]!r}" if chosen is not None else "the workbook"
        raise DataError(f"{what} is empty", file=path)
    with TemporaryDirectory(prefix="gate-explorer-", ignore_cleanup_errors=True) as folder:
        text = Path(folder) / f"{path.stem}.tsv"
        _write(filled[1], text, progress)
        yield Sheet(text, names, filled[0])


def laid_out(form: Form) -> Form:
    """Return how the text of a sheet is to be read: what is told, and how it was laid out."""
    return replace(form, encoding="utf-8", delimiter=DELIMITER, quote='"', escape="", table=0)


def read_sheet(path: Path, options: Options, progress: Progress, rows: int | None = None) -> Table:
    """Return the table on a sheet, or its first ``rows``; ``options.form.table`` chooses the sheet. ``DataError``."""
    told = replace(options, form=laid_out(options.form))
    with sheet_as_text(path, options.form.table, lambda fraction: progress(0.5 * fraction)) as sheet:
        try:
            table = read_table(sheet.path, told, progress=lambda fraction: progress(0.5 + 0.5 * fraction), rows=rows)
        except DataError as error:
            raise DataError(error.message, file=path, line=error.line, column=error.column) from error
    others = ", ".join(name for k, name in enumerate(sheet.names) if k != sheet.chosen)
    chosen = f"the sheet {sheet.names[sheet.chosen]!r} was read, these were not: {others}"
    return replace(
        table,
        source=str(path),
        # The signs are those of our text, not of the workbook.
        form=replace(table.form, encoding=None, delimiter=None, quote=None, escape=None, table=sheet.chosen),
        notes=(chosen, *table.notes) if others else table.notes,
        tables=len(sheet.names),
        counted="row",
    )


def _open(path: Path) -> CalamineWorkbook:
    from python_calamine import CalamineWorkbook

    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            needed = sum(member.file_size for member in archive.infolist())
        if needed > physical_memory():
            raise DataError(f"unpacked it is {sized(needed)}, and this machine has {sized(physical_memory())}")
    return CalamineWorkbook.from_path(path)


def _write(sheet: CalamineSheet, text: Path, progress: Progress) -> None:
    """Write the rows of a sheet, from its first."""
    with text.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=DELIMITER, lineterminator="\n")
        for number, cells in enumerate(sheet.iter_rows()):
            shown = [_shown(cell) for cell in cells]
            if any(shown):
                writer.writerow(shown)
            else:
                file.write("\n")  # a blank line, and not a row of empty cells
            if number % 1024 == 0:
                progress(number / max(1, sheet.total_height))


def _shown(cell: Cell) -> str:
    """Return a cell as text that reads back as the same value, as Excel's own export has it where it is exact."""
    match cell:
        case bool():
            return str(cell).upper()
        case float() if cell.is_integer() and abs(cell) < 2**53:
            return str(int(cell))
        case float():
            return repr(cell)
        case datetime():
            return cell.isoformat(sep=" ")
        case timedelta():
            return repr(cell.total_seconds())
        case date() | time():
            return cell.isoformat()
    return " ".join(str(cell).splitlines())  # so that row and line are the same


@contextmanager
def _complaining(path: Path) -> abc.Iterator[None]:
    from python_calamine import CalamineError, PasswordError

    with complaining(path, DAMAGED, (CalamineError, zipfile.BadZipFile, NotImplementedError)):
        try:
            yield
        except PasswordError as error:
            raise DataError("it is locked with a password: save it without one") from error
