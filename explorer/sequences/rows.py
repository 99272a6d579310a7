"""The rows of a delimited file, as text: where the table begins and ends, what its columns are called, every cell."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from explorer.errors import DataError
from explorer.sequences.dialect import Dialect, Record, guess_dialect, records
from explorer.sequences.encoding import Survey, survey
from explorer.sequences.head import read_head
from explorer.sequences.options import Form, Problem

SAMPLE = 1 << 18
"""Characters of whole lines from which the form is guessed."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table in a file: how it is cut (``form``, without a None), and what stands above its rows.

    ``header`` are the lines of names as read, ``names`` one name a column, all different; ``body_line`` is the line of
    the file in which the first row begins. ``tables`` counts the tables in the file. ``records()`` reads the rows, as
    often as is asked for; ``problems`` are those seen so far, such as a row of another width.
    """

    path: Path
    form: Form
    survey: Survey
    header: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]
    body_line: int
    tables: int = 1
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def width(self) -> int:
        """The number of cells that most rows have."""
        return len(self.names)

    def records(self, progress: abc.Callable[[float], None] = lambda _: None) -> abc.Iterator[Record]:
        """Yield every row: its line and its cells as they stand, also where they are too few or too many."""
        with self.path.open("rb") as raw, TextIOWrapper(raw, encoding=self.survey.encoding, newline="") as file:
            for _ in range(self.body_line - 1):
                file.readline()
            for number, record in enumerate(self.further(file, self.body_line)):
                if number % 4096 == 0:
                    progress(min(1.0, raw.tell() / max(1, self.survey.size)))
                if not record.blank:
                    yield record

    def further(self, lines: abc.Iterable[str], first_line: int) -> abc.Iterator[Record]:
        """Yield the rows of some lines of the table, blank ones too; ``first_line`` is the number of the first."""
        return records(lines, self.form.delimiter or "", first_line=first_line)


def open_rows(path: str | Path, told: Form = Form(), progress: abc.Callable[[float], None] = lambda _: None) -> Rows:  # noqa: B008
    """Return the table in a file, in the form that is told or, where it is not, guessed.

    ``DataError`` with line and column if it cannot be read, holds no text or no table.
    """
    path = Path(path)
    found = survey(path, progress)
    with path.open(encoding=told.encoding or found.encoding, newline="") as file:
        lines = file.readlines(SAMPLE)
    guessed = guess_dialect(lines)
    dialect = Dialect(guessed.delimiter if told.delimiter is None else told.delimiter, told.decimal or guessed.decimal)
    try:
        head = read_head(lines, dialect)
    except DataError as error:
        raise DataError(error.message, file=path, line=error.line, column=error.column) from error
    header = (head.names,) if head.named else ()
    form = told.over(Form(found.encoding, dialect.delimiter, '"', "", dialect.decimal, "", "", 0, len(header), 0, 0))
    return Rows(path, form, found, header, head.names, head.body_line, notes=head.notes)
