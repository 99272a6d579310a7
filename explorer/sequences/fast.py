"""Tables read by polars: many times faster than the exact way, for plain files, and checked against it."""

from __future__ import annotations

import codecs
import os
from collections import abc, deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import numpy as np

from explorer.sequences.blocks import Content, Kind, Matrix
from explorer.sequences.encoding import count, count_below
from explorer.sequences.numerals import MISSING, missing_words
from explorer.sequences.options import Form
from explorer.sequences.rows import Rows
from explorer.sequences.sequence import FloatArray

if TYPE_CHECKING:
    import polars

BLOCK = 1 << 21
"""Bytes parsed at a time, 2 MiB: between two of them a person may cancel."""

WORKERS = min(4, os.cpu_count() or 1)
"""Blocks parsed at the same time: beside the parsing itself, they are checked and copied."""

_MISSING = ["NA", "na", "N/A", "n/a", "null", "NULL", "Null", "None", "-", "--", "?", "<NA>"]


class NotPlainError(Exception):
    """A table is none for the fast way. Nothing is said about whether it is a good one."""


class _Part(NamedTuple):
    """The cells of the columns that are no numbers; the smallest and largest of those that are, NaN where one is."""

    texts: list[list[str]]
    minima: FloatArray
    maxima: FloatArray


def load_polars() -> None:
    """Import polars, which takes some 200 ms: so that the first table that is read does not have to."""
    import polars  # noqa: F401


def fast_content(rows: Rows, kinds: abc.Sequence[Kind], progress: abc.Callable[[float], None]) -> Content:
    """Return the rows of a table as ``exact_content`` would, or raise ``NotPlainError``, possibly after a while.

    polars fills rows that are too short, passes over quotes that do not fit and takes a point for a decimal comma.
    So it is given no quotes, and its rows and delimiters are counted.
    """
    form, survey = rows.form, rows.survey
    odd = form.delimiter == " " or form.comment or form.footer_lines or form.table or form.thousands or rows.tables > 1
    odd = odd or rows.end_line is not None or rows.trailing or rows.spaced or missing_words(form.missing) is not MISSING
    if odd or not survey.holds_ascii or form.encoding != survey.encoding:
        raise NotPlainError
    texts: dict[int, list[str]] = {position: [] for position, kind in enumerate(kinds) if kind != "number"}
    numeric = len(kinds) - len(texts)
    matrix: Matrix | None = None
    height = 0
    extent = np.array([np.full(numeric, np.inf), np.full(numeric, -np.inf)])
    waiting: deque[Future[_Part]] = deque()

    def finish() -> None:
        part = waiting.popleft().result()
        for column, more in zip(texts.values(), part.texts, strict=True):
            column += more
        np.minimum(extent[0], part.minima, out=extent[0])
        np.maximum(extent[1], part.maxima, out=extent[1])

    with rows.path.open("rb") as file, ThreadPoolExecutor(WORKERS) as pool:
        try:
            above = b"".join(file.readline() for _ in range(rows.body_line - 1)) or file.read(survey.mark)
            _check_ends(above)
            for data in _whole_lines(file):
                lines = count(data, "\n") + (not data.endswith(b"\n"))
                if matrix is None:
                    matrix = Matrix(numeric, int(1.1 * lines * survey.size / len(data)) + 1)
                elif not matrix.has_room(lines):
                    while waiting:  # those write to where the rows are now
                        finish()
                waiting.append(pool.submit(_read, data, lines, form, kinds, matrix.append(lines)))
                height += lines
                if len(waiting) > WORKERS:
                    finish()
                progress(min(1.0, file.tell() / survey.size))
            while waiting:
                finish()
        finally:
            for future in waiting:
                future.cancel()
    done = Matrix(numeric, 0) if matrix is None else matrix
    return Content(
        range(rows.body_line, rows.body_line + height), done.done(), texts, (), {}, extent=extent if height else None
    )


def _whole_lines(file: BinaryIO) -> abc.Iterator[bytes]:
    """Yield what is left of a file in parts of whole lines, without the blank lines behind the last row."""
    start, wanted = file.tell(), BLOCK
    while True:
        # The end is found first: what is read is then what is parsed, and nothing is copied.
        file.seek(start + wanted)
        file.readline()
        end = file.tell()
        file.seek(start)
        data = file.read(end - start)
        if data.endswith((b"\n\n", b"\n\r\n")) or data.startswith((b"\r", b"\n")):
            # Blank lines at the end wait for what follows: after the last row they are no rows.
            rows = len(data.rstrip(b"\r\n"))
            data = data[: data.find(b"\n", rows) + 1 or None] if rows else b""
        if data:
            start, wanted = start + len(data), BLOCK
            yield data if data.endswith(b"\n") else data.rstrip(b"\r\n")
        elif file.tell() < end:
            return
        else:
            wanted += BLOCK


def _read(data: bytes, lines: int, form: Form, kinds: abc.Sequence[Kind], block: FloatArray) -> _Part:
    """Write the numbers of some lines into ``block`` (lines, N) and return what else there is to know of them."""
    _check(data, lines, form)
    if form.quote and form.quote.encode() in data:
        data = _unquoted(data, form, len(kinds))
    frame = _parsed(data, form, kinds, None)
    if frame is None and "text" not in kinds:  # as a text, NA is what stands there
        frame = _parsed(data, form, kinds, _MISSING)
    if frame is None or frame.height != lines or count(data, _separator(form)) != lines * (len(kinds) - 1):
        raise NotPlainError
    numbers = [frame[str(position)].to_numpy() for position, kind in enumerate(kinds) if kind == "number"]
    if numbers:
        np.stack(numbers, axis=1, out=block)
    return _Part(
        [frame[str(position)].fill_null("").to_list() for position, kind in enumerate(kinds) if kind != "number"],
        np.array([column.min() for column in numbers]),
        np.array([column.max() for column in numbers]),
    )


def _check(data: bytes, lines: int, form: Form) -> None:
    """Raise ``NotPlainError`` unless the bytes are text, and mean to polars what they mean to the reader."""
    if (form.decimal == "," and b"." in data) or (form.delimiter == "|" and b"---" in data):
        raise NotPlainError
    if form.escape and form.escape.encode() in data:
        raise NotPlainError
    if not data.isascii():
        if form.encoding not in ("utf-8", "utf-8-sig"):
            raise NotPlainError
        if data.startswith(codecs.BOM_UTF8):  # polars would pass over it at the beginning of any block
            raise NotPlainError
        try:
            data.decode()
        except UnicodeDecodeError as error:
            raise NotPlainError from error
    _check_ends(data)
    low, ends = count_below(data, " "), lines - (not data.endswith(b"\n"))
    if low != ends and low != ends + count(data, "\r") + count(data, "\t"):
        raise NotPlainError


def _unquoted(data: bytes, form: Form, width: int) -> bytes:
    """Return some lines without their quotes, or raise ``NotPlainError`` where they are read differently without them.

    They are not where each stands at the edge of a cell, and no two have a delimiter or a line end between them. In a
    single column, a quoted cell with nothing in it would become a blank line.
    """
    signs = np.frombuffer(b"\n" + data + b"\n", dtype=np.uint8)
    edges = np.flatnonzero((signs == ord(_separator(form))) | (signs == ord("\n")))
    quotes = np.flatnonzero(signs == ord(form.quote or ""))
    if width == 1 or len(quotes) % 2:
        raise NotPlainError
    first, last = quotes[::2], quotes[1::2]
    before, at = edges[np.searchsorted(edges, first) - 1], np.searchsorted(edges, last)
    after = edges[at] - ((signs[edges[at] - 1] == ord("\r")) & (signs[edges[at]] == ord("\n")))
    if np.any(before + 1 != first) or np.any(after - 1 != last) or np.any(edges[at - 1] != before):
        raise NotPlainError
    return data.translate(None, (form.quote or "").encode())


def _check_ends(data: bytes) -> None:
    """Raise ``NotPlainError`` if a line ends in CR alone: polars would not see that it does."""
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        raise NotPlainError


def _parsed(data: bytes, form: Form, kinds: abc.Sequence[Kind], missing: list[str] | None) -> polars.DataFrame | None:
    """Return what polars makes of some lines, or None if it does not take them."""
    import polars

    types = {str(column): polars.Float64 if kind == "number" else polars.String for column, kind in enumerate(kinds)}
    try:
        return polars.read_csv(
            data,
            has_header=False,
            separator=_separator(form),
            quote_char=None,
            decimal_comma=form.decimal == ",",
            null_values=missing,
            schema=types,
        )
    except polars.exceptions.PolarsError:
        return None


def _separator(form: Form) -> str:
    return form.delimiter or "\x1f"
