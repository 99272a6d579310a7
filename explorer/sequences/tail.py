"""The end of a delimited file that is still being written: whole rows behind those that were read, and no others."""

from __future__ import annotations

import codecs
import os
import re
import stat
import sys
from collections import abc
from dataclasses import dataclass
from io import StringIO
from typing import BinaryIO

from explorer.errors import DataError
from explorer.sequences.cutting import Record
from explorer.sequences.encoding import CHUNK
from explorer.sequences.options import Problem
from explorer.sequences.rows import Rows
from explorer.sequences.signs import fitting

SLICE = 1 << 15
"""Bytes read at a time: a few milliseconds of work."""

LONGEST = 1 << 24
"""Bytes in which some row has to end."""

OPEN_LINES, OPEN_BYTES = 1_000, 1 << 16
"""For so much behind it a quote may stay open."""

WHOLE_LINES = 8
"""So many lines behind an open quote that are rows by themselves are rows, and none of its cell."""

KNOWN = 256
"""Bytes before the place one has come to by which the file is recognised."""

_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")

_LINE_END = re.compile("\r\n|\r|\n")


class UnreadableError(Exception):
    """The file cannot be read at the moment; it may be there again later. The text says why."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows that were appended, ``more`` if others may be read at once. The next begins in ``next_line``.

    ``problems`` are quotes that were read as letters.
    """

    records: tuple[Record, ...]
    next_line: int
    more: bool = False
    problems: tuple[Problem, ...] = ()


class Tail:
    """Stands behind the last row that was read. Keeps no file open: between two looks it may be moved or replaced."""

    def __init__(self, rows: Rows, line: int) -> None:
        """Stand before the row that begins in ``line``. ``DataError`` if the file is in an encoding none can follow."""
        self._rows, self.line = rows, line
        self._slice = SLICE
        self._seen = (-1, -1)
        with rows.path.open("rb") as file:
            self._codec = _plain_codec(rows, file.read(4))
            self._offset = _start_of_line(file, line, self._codec) or rows.survey.mark
            self._known = _before(file, self._offset)
            file.seek(0)
            self._only_returns = b"\n" not in file.read(SLICE)

    def read(self) -> Piece:
        """Return the whole rows that stand behind the place one has come to, at most a slice of the file.

        ``UnreadableError`` if it cannot be read now. ``DataError`` if this is not the file that was read any more.
        """
        data, at_end = self._bytes()
        if not data:
            return Piece((), self.line)
        lines, sizes = self._lines(data)
        records, taken = _whole_rows(self._rows, lines, self.line)
        stray = _stray_quote(self._rows, lines, sizes, taken)
        problems: tuple[Problem, ...] = ()
        if stray is not None:
            records += tuple(self._rows.further(lines[taken : stray + 1], self.line + taken))
            taken, at_end, self._seen = stray + 1, False, (-1, -1)
            text = lines[stray].strip()[:80]
            problems = (Problem("a quote does not fit here and was read as a letter", self.line + stray, text=text),)
        if not taken and not at_end:
            # A slice without the end of a row: look at more of it.
            self._slice *= 2
            if self._slice > LONGEST:
                raise DataError(f"no row ends within {LONGEST >> 20} MB", file=self._rows.path, line=self.line)
            return Piece((), self.line, more=True)
        self._slice = SLICE
        used = sum(sizes[:taken])
        self._offset, self.line = self._offset + used, self.line + taken
        self._known = (self._known + data[:used])[-KNOWN:]
        return Piece(records, self.line, more=not at_end, problems=problems)

    def _bytes(self) -> tuple[bytes, bool]:
        """Return what stands behind the place one has come to, and whether that is all there is."""
        path = self._rows.path
        try:
            if not stat.S_ISREG(path.stat().st_mode):  # to open a pipe would wait for whoever writes into it
                raise UnreadableError("it is no file any more")
            with path.open("rb") as file:
                status = os.fstat(file.fileno())
                now = (status.st_size, status.st_mtime_ns)
                if now == self._seen:
                    return b"", True
                if status.st_size < self._offset:
                    raise DataError("it is shorter than it was: it was begun anew, or is another file", file=path)
                if _before(file, self._offset) != self._known:
                    raise DataError("it was written anew, or is another file: what was read is not in it", file=path)
                data = file.read(self._slice)
                at_end = self._offset + len(data) >= status.st_size
                self._seen = now if at_end else (-1, -1)
                return data, at_end
        except FileNotFoundError:
            raise UnreadableError("it is not there any more") from None
        except PermissionError:
            raise UnreadableError("it may not be read") from None
        except OSError as error:
            raise UnreadableError(f"it cannot be read: {error.strerror}") from error

    def _lines(self, data: bytes) -> tuple[list[str], list[int]]:
        """Return the whole lines of ``data``, their ends included, and how many bytes each takes.

        Bytes that are no text become U+FFFD, which no number holds.
        """
        if self._codec in _WIDE:
            text = codecs.getincrementaldecoder(self._codec)("replace").decode(data)
            lines = list(StringIO(text, newline=""))
            sizes = [len(line.encode(self._codec)) for line in lines]
        else:
            parts = data.splitlines(keepends=True)
            lines, sizes = [part.decode(self._codec, "replace") for part in parts], [len(part) for part in parts]
        # After a CR an LF may follow, unless there is none in the file.
        ends = ("\n", "\r") if self._only_returns else ("\n",)
        whole = len(lines) - (bool(lines) and not lines[-1].endswith(ends))
        return lines[:whole], sizes[:whole]


def _whole_rows(rows: Rows, lines: list[str], first_line: int) -> tuple[tuple[Record, ...], int]:
    """Return the rows that end within ``lines``, and how many of the lines they take.

    A row whose quotes are open at the end is not among them, nor are blank lines behind the last row: in a table of one
    column they are values if a row follows, and nothing at the end of the file.
    """
    whole: list[Record] = []
    coming = _Coming([*lines, "\n"])  # a blank line is a row too, and says where the one before it ends
    end = first_line
    try:
        for record in rows.further(coming, first_line):
            end = record.line
            if coming.asked_too_far:
                break
            whole.append(record)
        else:
            whole.pop()
    except DataError as error:
        if not coming.asked_too_far or error.line is None:
            raise
        end = error.line
    while whole and whole[-1].blank:
        end = whole.pop().line
    return tuple(whole), end - first_line if whole else 0


def _stray_quote(rows: Rows, lines: list[str], sizes: list[int], taken: int) -> int | None:
    """Return which line, behind the rows taken, holds a quote that is open at its end and will not close; else None.

    It is no quote where it has been open for long, or the lines behind it are rows by themselves.
    """
    first = next((number for number in range(taken, len(lines)) if lines[number].strip()), None)
    if first is None or not fitting(lines[first], rows.cut)[1]:
        return None
    behind = lines[first + 1 :]
    if len(behind) >= OPEN_LINES or sum(sizes[first + 1 :]) > OPEN_BYTES:
        return first
    if rows.width < 2 or len(behind) < WHOLE_LINES or any(rows.cut.quote in line for line in behind[:WHOLE_LINES]):
        return None
    whole = all(len(row.cells) == rows.width for row in rows.further(behind[:WHOLE_LINES], 1))
    return first if whole else None


class _Coming:
    """Lines, one after the other; ``asked_too_far`` says that somebody wanted one more than there are."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = iter(lines)
        self.asked_too_far = False

    def __iter__(self) -> abc.Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self.asked_too_far = True
            raise StopIteration
        return line


def _plain_codec(rows: Rows, start: bytes) -> str:
    """Return the codec of the file without its byte order mark, which stands at the beginning only."""
    name = codecs.lookup(rows.form.encoding or rows.survey.encoding).name
    if name in ("utf-16", "utf-32"):
        little, big = f"{name}-le", f"{name}-be"
        if start.startswith(codecs.BOM_UTF16_LE):
            return little
        return big if start.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)) else f"{name}-{sys.byteorder[0]}e"
    if name == "utf-8-sig":
        return "utf-8"
    if name not in _WIDE and "\r\n".encode(name) != b"\r\n":
        raise DataError(f"a file in {name} cannot be followed; save it as UTF-8", file=rows.path)
    return name


def _start_of_line(file: BinaryIO, line: int, codec: str) -> int:
    """Return the byte at which a line, counted from 1, begins."""
    if line == 1:
        return 0
    wide = codec in _WIDE
    decoder = codecs.getincrementaldecoder(codec if wide else "latin-1")("replace")
    left, place, text = line - 1, 0, ""
    file.seek(0)
    while chunk := file.read(CHUNK):
        text += decoder.decode(chunk)
        whole = text.removesuffix("\r")  # with an LF at the beginning of the next chunk it is one line end
        text = text[len(whole) :]
        ends = whole.count("\n") + whole.count("\r") - whole.count("\r\n")
        if ends < left:
            left -= ends
            place += len(whole.encode(codec)) if wide else len(whole)
            continue
        text = whole + text
        break
    for number, end in enumerate(_LINE_END.finditer(text), 1):
        if number == left:
            before = text[: end.end()]
            return place + (len(before.encode(codec)) if wide else len(before))
    raise DataError(f"it has no line {line} any more: it was written anew while it was read")


def _before(file: BinaryIO, offset: int) -> bytes:
    """Return the last bytes before a place, and stand there."""
    file.seek(max(0, offset - KNOWN))
    return file.read(min(KNOWN, offset))
