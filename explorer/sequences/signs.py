"""The signs that cut a line into cells, and the reading of a row whose quotes all fit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# Possessive, as below: each blank is looked at once.
_RULE = re.compile(r"[|+]?\s*+:?-{3,}+:?\s*+(?:[|+]\s*+:?-{3,}+:?\s*+)*+[|+]?")


class Signs:
    """The regular expressions of a delimiter, a quote and an escape. A quoted cell is matched whole, or not at all."""

    def __init__(self, delimiter: str, quote: str, escape: str) -> None:
        self.blanks = " " if delimiter == "\t" else " \t"
        around, mark, q, e = f"[{self.blanks}]*", re.escape(delimiter), re.escape(quote), re.escape(escape)
        runs = delimiter == " "
        between = r"[ \t]+" if runs else f"{around}{mark}{around}" if delimiter else "(?!)"
        end = rf"{around}(?:\r\n?|\n)?\Z"
        # Possessive: no second way through a long cell is ever tried, so the time is linear.
        inner = f"(?:[^{q}{e}]++|{q}{q}" + (rf"|{e}[\s\S])*+" if escape else ")*+") if quote else "(?!)"
        some = r"[^ \t\r\n" + e + "]" if runs else rf"[^{mark}\r\n{e}]"
        self.separator, self.last = re.compile(between), re.compile(end)
        self.quoted = re.compile(f"{q}({inner}){q}(?={between}|{end})")
        self.inner = re.compile(inner)
        self.opened = re.compile(rf"{q}{inner}{e}?\Z" if escape else rf"{q}{inner}\Z")
        self.closed = re.compile(f"{q}(?={between}|{end})")
        self.beside = re.compile(f"{between}{q}(?!{q})|(?<!{q}){q}(?={between})")
        self.plain = re.compile(f"(?:{some}" + (rf"|{e}(?:\r\n|[\s\S]|\Z))*+" if escape else ")*+"))
        self._double = quote * 2
        self._pairs = re.compile(f"{q}({q})" + (f"|{e}([{q}{e}])" if escape else ""))
        self._escaped = re.compile(rf"{e}([{mark}{q}{e}\r\n])") if escape else None

    def value(self, inner: str) -> str:
        """Return what stands between quotes without its doubling and escapes."""
        if self._double in inner or self._escaped is not None:
            return self._pairs.sub(lambda found: found[1] or found[2], inner)
        return inner

    def bare(self, text: str) -> str:
        """Return a cell without quotes: no blanks beside the delimiter, no escapes."""
        text = text.strip(self.blanks)
        return text if self._escaped is None else self._escaped.sub(r"\1", text)


@dataclass(frozen=True, slots=True)
class Cut:
    """How a line becomes cells: the signs of a ``Form``, and ``width``, the cells most rows have, 0 if not known.

    Only where quotes do not fit is the width asked: of two ways to read them, the one that gives as many cells. It is
    not asked where the quote is ``told`` and those of a row over several lines fit.
    """

    delimiter: str
    quote: str = '"'
    escape: str = ""
    comment: str = ""
    width: int = 0
    told: bool = False
    signs: Signs = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "signs", Signs(self.delimiter, self.quote, self.escape))

    def comments(self, line: str) -> bool:
        """Return whether a line is to be passed over: a comment or, between pipes, a line that is drawn: |---|---|.

        Without a frame, ``---|---`` may be a row as well: ``without_rules`` knows it by its place.
        """
        if self.delimiter == "|" and "---" in line:
            drawn = line.strip()
            if (drawn[0] in "|+" or "+" in drawn or "|" not in drawn) and _RULE.fullmatch(drawn):
                return True
        return bool(self.comment) and line.lstrip(" \t").startswith(self.comment)


def fitting(text: str, how: Cut) -> tuple[list[str] | None, bool]:
    """Return the cells of a row whose quotes all fit; or None, and whether the last one is still open at its end."""
    simple = _simply(text, how)
    if simple is not None:
        return simple, False
    signs, quote, size = how.signs, how.quote, len(text)
    cells: list[str] = []
    at = 0
    while at < size and text[at] in signs.blanks:
        at += 1
    if signs.last.match(text, at):
        return cells, False
    while True:
        if quote and text.startswith(quote, at):
            match = signs.quoted.match(text, at)
            if match is None:
                return None, signs.opened.match(text, at) is not None
            cells.append(signs.value(match[1]))
        else:
            match = signs.plain.match(text, at)
            if match is None:
                return None, False
            cells.append(signs.bare(match[0]))
        between = signs.separator.match(text, match.end())
        if between is None or (how.delimiter == " " and signs.last.match(text, between.end())):
            return cells, False
        at = between.end()


def _simply(text: str, how: Cut) -> list[str] | None:
    """Return the cells of a row if it is cut right at every delimiter: each quote stands at the edge of a cell.

    Several times faster than sign by sign; None where that is needed.
    """
    quote, delimiter = how.quote, how.delimiter
    text = text.rstrip("\r\n")
    if not quote or delimiter in ("", " ") or "\n" in text or "\r" in text or (how.escape and how.escape in text):
        return None
    cells = text.split(delimiter)
    if " " in text or "\t" in text:
        cells = [cell.strip(how.signs.blanks) for cell in cells]
    quoted = 0
    for position, cell in enumerate(cells):
        if len(cell) > 1 and cell[0] == quote == cell[-1]:
            cells[position] = cell[1:-1]
            quoted += 1
    return cells if quoted and 2 * quoted == text.count(quote) else None
