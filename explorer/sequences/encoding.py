"""Which characters the bytes of a file stand for, found by reading all of them once."""

from __future__ import annotations

import codecs
import os
from collections import abc, deque
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import StringIO, TextIOWrapper
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from explorer.errors import DataError, UsageError
from explorer.sequences.codepages import code_page
from explorer.sequences.packed import Packing, open_source

CHUNK = 1 << 22
"""Bytes read at a time, 4 MiB: between two of them a person may cancel."""

SLICE = 1 << 18
"""Bytes counted at a time."""

SAMPLE = 1 << 18
"""Characters of whole lines from which the form of a file is guessed."""


ODD = 100
"""Lines that are not UTF-8 of which the places are told."""

SURE = 1000
"""Bad bytes after which a file with no more good letters is not looked through any further."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ASCII = ("utf-8", "utf-8-sig", "cp1252", "latin-1")
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))


@dataclass(frozen=True, slots=True)
class Survey:
    """What all bytes of a text file have told. ``encoding`` is a Python codec; ``mark`` the bytes of its BOM.

    ``quotes`` counts their bytes; ``plain_ends`` says that every line ends in LF or CRLF, so that bytes can be cut at
    LF. Both mean nothing where the encoding is none that holds ASCII as it is. ``size`` is in bytes, unpacked;
    ``packing`` says how the file itself is packed, and ``stored`` how many bytes it has so. Where it is not ``whole``,
    only the beginning of the file has been looked at. ``odd_lines`` are those that are not UTF-8, with their numbers,
    at most ODD of them; ``errors`` says what becomes of their bytes where the rest is UTF-8 all the same.
    """

    encoding: str
    mark: int
    size: int
    quotes: int
    plain_ends: bool
    packing: Packing = ""
    stored: int = 0
    whole: bool = True
    errors: str = "strict"
    odd_lines: tuple[tuple[int, str], ...] = ()

    @property
    def holds_ascii(self) -> bool:
        """Whether commas, quotes and line ends are the same bytes as in ASCII, and stand so in the file."""
        return self.encoding in _ASCII and not self.packing


def survey(
    path: Path, progress: abc.Callable[[float], None], encoding: str | None = None, quick: bool = False
) -> Survey:
    """Return encoding and counts of a text file, packed or not.

    The encoding is what is told; else by its BOM; else UTF-16 or UTF-32 where every other byte is 0; else UTF-8 if it
    is that throughout, or but for a few bytes; else a code page whose letters leave no doubt; else cp1252, and Latin-1
    where that has no such character. A ``quick`` survey sees no more than
    the beginning; whoever relies on the rest has to look at it. ``UsageError`` if the encoding told is none,
    ``DataError`` if the file cannot be opened, is a folder, is empty or is no text.
    """
    if encoding is not None:
        encoding = known_encoding(encoding)
    if path.is_dir():
        raise DataError("this is a folder, not a file; name one table in it", file=path)
    try:
        return _survey(path, progress, encoding, quick)
    except FileNotFoundError:
        raise DataError("there is no such file", file=path) from None
    except PermissionError:
        raise DataError("you may not read this file", file=path) from None
    except (OSError, ValueError) as error:
        # ValueError: no path at all, such as one with a NUL in it.
        reason = error.strerror if isinstance(error, OSError) else error
        raise DataError(f"it cannot be read: {reason}", file=path) from error


def known_encoding(name: str) -> str:
    """Return Python's name of an encoding. ``UsageError`` if there is none, or it is none of text."""
    try:
        codec = codecs.lookup(name)
        "".encode(name)
    except (LookupError, ValueError):
        raise UsageError(f"there is no encoding {name!r}; utf-8, utf-16, cp1252 and latin-1 are some") from None
    return {"iso8859-1": "latin-1"}.get(codec.name, codec.name)


@contextmanager
def open_text(path: Path, found: Survey) -> abc.Iterator[tuple[abc.Iterator[str], abc.Callable[[], float]]]:
    """Open a text file: its lines, with their ends and without a BOM, and a function saying what part has been read.

    A line ends at CR, LF or CRLF.
    """
    with open_source(path) as source:
        total = max(1, found.stored)
        with TextIOWrapper(source.data, encoding=found.encoding, errors=found.errors, newline="") as file:
            lines = chain([file.readline().removeprefix("\ufeff")], file)
            yield lines, lambda: min(1.0, source.place() / total)


def first_lines(path: Path, found: Survey) -> tuple[list[str], bool]:
    """Return the first lines of a text file, from which its form is guessed, and whether those are all."""
    taken, size = [], 0
    with open_text(path, found) as (lines, _):
        for line in lines:
            taken.append(line)
            size += len(line)
            if size > SAMPLE:
                return taken, next(lines, None) is None
    return taken, True


def last_lines(path: Path, found: Survey, count: int) -> list[str]:
    """Return the last so many lines of a text file, or all it has; fewer where they are long and it is not surveyed.

    What has not been surveyed may turn out to be in another encoding: it is not read strictly.
    """
    if found.holds_ascii and found.size > SAMPLE:
        with path.open("rb") as file:
            file.seek(-SAMPLE, os.SEEK_END)
            # The first of them begins somewhere above.
            tail = file.read().split(b"\n", 1)[-1].decode(found.encoding, "replace")
        lines = StringIO(tail, newline="").readlines()
        if len(lines) >= count or not found.whole:
            return lines[-count:]
    with open_text(path, found) as (every, _):
        return list(deque(every, count))


def _survey(path: Path, progress: abc.Callable[[float], None], told: str | None, quick: bool) -> Survey:
    with open_source(path) as source:
        start = source.data.read(1 << 16)
    mark, marked = next(((mark, name) for mark, name in _MARKS if start.startswith(mark)), (b"", ""))
    if told is not None:
        attempts = [told if told != "utf-8" or marked != "utf-8-sig" else marked]
    else:
        attempts = [marked] if marked else [*filter(None, [_wide(start)]), "utf-8"]
    for encoding in attempts:
        try:
            return _count(path, encoding, len(mark) if marked == encoding else 0, progress, quick)
        except UnicodeError as error:
            failed = error
    if attempts[-1] in ("utf-8", "utf-8-sig"):
        broken = _broken(path, progress)
        if told is not None:
            line, text = broken.lines[0]
            raise DataError(
                f"it cannot be read as {told}: {around(text)!r}; tell another encoding", file=path, line=line
            )
        if marked == "utf-8-sig" or broken.is_utf8:  # a mark proves it
            found = _count(path, attempts[-1], len(mark), progress, quick, "replace")
            return replace(found, errors="replace", odd_lines=broken.lines)
        for encoding in filter(None, (code_page(broken.sample), "cp1252", "latin-1")):
            try:
                return replace(_count(path, encoding, 0, progress, quick), odd_lines=broken.lines[:1])
            except UnicodeError as error:
                failed = error
    if told is not None:
        where = f", byte {failed.start + 1} of a part of it" if isinstance(failed, UnicodeDecodeError) else ""
        raise DataError(f"it cannot be read as {told}{where}: {failed.args[-1]}; tell another encoding", file=path)
    raise DataError(f"this is no text file: it begins as {marked} but goes on as something else", file=path)


@dataclass(frozen=True, slots=True)
class _Broken:
    """A file that is not UTF-8 throughout.

    Its first ODD ``lines`` that are not, bad bytes replaced; some lines beyond ASCII as a ``sample``; how many letters
    beyond ASCII are ``good`` and how many bytes ``bad``.
    """

    lines: tuple[tuple[int, str], ...]
    sample: bytes
    good: int
    bad: int

    @property
    def is_utf8(self) -> bool:
        """Whether it is meant to be UTF-8: no other encoding gives so many letters of it by chance."""
        return self.good >= 4 * self.bad


def _broken(path: Path, progress: abc.Callable[[float], None]) -> _Broken:
    """Return where a file is not UTF-8; of one that surely is not, as far as that takes."""
    lines: list[tuple[int, str]] = []
    sample = bytearray()
    good = bad = number = 0
    stored = max(1, path.stat().st_size)
    with open_source(path) as source:
        left, more = b"", True
        while more and (bad < SURE or good > bad):
            chunk = source.data.read(CHUNK)
            progress(min(1.0, source.place() / stored))
            more, data = bool(chunk), left + chunk
            # CR ends a line as well, and may be the first half of an end.
            cut = max(data.rfind(b"\n"), data.rfind(b"\r", 0, -1)) + 1 if more else len(data)
            part, left = data[:cut], data[cut:]
            for line in part.splitlines() if not part.isascii() else ():
                number += 1
                if line.isascii():
                    continue
                if len(sample) < SAMPLE // 4:
                    sample += line[:SAMPLE] + b"\n"
                text = line.decode("utf-8", "replace")
                beyond, wrong = len(text) - len(text.encode("ascii", "ignore")), text.count("\ufffd")
                good, bad = good + beyond - wrong, bad + wrong
                if wrong and len(lines) < ODD:
                    lines.append((number, text))
            number += len(part.splitlines()) if part.isascii() else 0
    return _Broken(tuple(lines), bytes(sample), good, bad)


def around(text: str) -> str:
    """Return the part of a line around its first bad byte."""
    at = max(0, text.find("\ufffd") - 15)
    return text[at : at + 30]


def _wide(start: bytes) -> str:
    """Return the UTF-16 or UTF-32 a file without a BOM seems to be in, by where its bytes are 0, or nothing."""
    data = np.frombuffer(start[: len(start) // 4 * 4], dtype=np.uint8).reshape(-1, 4) == 0
    if not data.size or np.count_nonzero(data) < 0.05 * data.size:
        return ""
    shares = data.mean(axis=0)
    if shares[0] < 0.02 and min(shares[2], shares[3]) > 0.9:
        return "utf-32-le"
    if shares[3] < 0.02 and min(shares[0], shares[1]) > 0.9:
        return "utf-32-be"
    even, odd = shares[0] + shares[2], shares[1] + shares[3]
    if min(even, odd) > 0.05 * max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _count(
    path: Path, encoding: str, mark: int, progress: abc.Callable[[float], None], quick: bool, errors: str = "strict"
) -> Survey:
    """Read everything, or the beginning, once. ``UnicodeError`` if it is not in ``encoding``, else ``DataError``."""
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    wide = encoding not in _ASCII
    done = ends = quotes = returns = pairs = 0
    blank, last = True, b""
    stored = path.stat().st_size
    with open_source(path) as source:
        while chunk := source.data.read(CHUNK):
            text = decoder.decode(chunk)
            blank = blank and not text.strip("\ufeff \t\r\n\v\f\x1a")
            _refuse_binary(text.encode("latin-1", "replace") if wide else chunk, path, ends)
            found = chunk.count(b"\r")
            if found or last == b"\r":
                # A pair may lie across two chunks.
                returns, pairs = returns + found, pairs + (last + chunk).count(b"\r\n")
            ends, quotes, last = ends + count(chunk, "\n"), quotes + chunk.count(b'"'), chunk[-1:]
            done += len(chunk)
            progress(min(1.0, source.place() / max(stored, 1)))
            if quick and not source.packing and done < stored:
                return Survey(encoding, mark, stored, quotes, returns == pairs, "", stored, whole=False)
        decoder.decode(b"", final=True)
        packing = source.packing
    if blank:
        raise DataError("the file is empty", file=path)
    return Survey(encoding, mark, done, quotes, returns == pairs, packing, stored)


def count(data: bytes, sign: str) -> int:
    """Return how often an ASCII character stands in ``data``; where it is frequent, many times faster than bytes do."""
    return sum(int(np.count_nonzero(part == ord(sign))) for part in _sliced(data))


def count_below(data: bytes, sign: str) -> int:
    """Return how many bytes of ``data`` come before an ASCII character."""
    return sum(int(np.count_nonzero(part < ord(sign))) for part in _sliced(data))


def _sliced(data: bytes) -> abc.Iterator[npt.NDArray[np.uint8]]:
    """Yield some bytes in parts that are small enough for what is made of them to stay in the processor's cache."""
    signs = np.frombuffer(data, dtype=np.uint8)
    return (signs[at : at + SLICE] for at in range(0, len(signs), SLICE))


def _refuse_binary(chunk: bytes, path: Path, ends: int) -> None:
    """Raise ``DataError`` at the first byte no text holds. To delete them all is the fastest way to look."""
    if len(chunk.translate(None, _CONTROL)) == len(chunk):
        return
    at = next(position for position, byte in enumerate(chunk) if byte in _CONTROL)
    raise DataError(
        f"this is no text file: it holds the byte 0x{chunk[at]:02x}",
        file=path,
        line=ends + chunk.count(b"\n", 0, at) + 1,
    )
