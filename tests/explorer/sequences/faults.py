"""One fault at a time: what goes wrong in people's files, each with what a person would still read from it."""

from __future__ import annotations

import gzip
import random
from collections import abc
from dataclasses import replace

import zstandard

from tests.explorer.sequences.polluter import Cells, Table, body, make, whole


def _mapped(table: Table, change: abc.Callable[[str], str]) -> Table:
    return replace(table, rows=tuple(tuple(map(change, row)) for row in table.rows))


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def somewhere(table: Table, chance: random.Random) -> int:
    """A row in the middle: neither what the form is seen by first, nor the last, which may be unfinished."""
    return chance.randrange(3, len(table.rows) - 3)


def _replaced(rows: abc.Sequence[Cells], at: int, cells: Cells) -> tuple[Cells, ...]:
    return (*rows[:at], cells, *rows[at + 1 :])


# ---------------------------------------------------------------- encoding, packing


def encodings(table, style, chance):
    for name, mark, codec in (
        ("UTF-8 with mark", b"\xef\xbb\xbf", "utf-8"),
        ("UTF-16 LE", b"\xff\xfe", "utf-16-le"),
        ("UTF-16 BE", b"\xfe\xff", "utf-16-be"),
        ("UTF-16 LE without mark", b"", "utf-16-le"),
        ("UTF-16 BE without mark", b"", "utf-16-be"),
        ("cp1252", b"", "cp1252"),
    ):
        case = make(name, table, replace(style, encoding=codec), whole(table, style))
        yield replace(case, content=mark + case.content)


def packed(table, style, chance):
    case = make("packed", table, style, whole(table, style))
    yield replace(case, kind="gz", content=gzip.compress(case.content), suffix=".csv.gz")
    yield replace(case, kind="zst", content=zstandard.compress(case.content), suffix=".csv.zst")


# ---------------------------------------------------------------- delimiters and blanks


def blanks_beside_delimiters(table, style, chance):
    if style.separator in ",;|" and table.width > 1:
        for delimiter in (f"{style.separator} ", f" {style.separator} "):
            wider = replace(style, delimiter=delimiter)
            yield make("blanks beside delimiters", table, wider, whole(table, wider))


def runs_of_blanks(table, style, chance):
    if style.separator != "\t" or table.width == 1:
        return
    blank = replace(style, delimiter=" ")
    written = [[blank.cell(cell) for cell in row] for row in (table.header, *table.rows)]
    widths = [max(map(len, column)) for column in zip(*written, strict=True)]
    aligned = {
        "aligned right": [
            "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in written
        ],
        "aligned left": [
            "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in written
        ],
        "blanks at the end": [" ".join(row) + "  " for row in written],
        "blanks and tabs": ["".join(cell + chance.choice((" ", "\t", " \t ")) for cell in row) for row in written],
    }
    for name, lines in aligned.items():
        yield make(name, table, blank, lines)
        yield make(f"{name}, no names", table, blank, lines[1:], header=())


def trailing_delimiters(table, style, chance):
    if table.width > 2:
        lines = [line + style.delimiter for line in whole(table, style)]
        yield make("trailing delimiters", table, style, lines)
        if all(map(_is_number, table.rows[0])):  # below words an empty column may be meant
            yield make("trailing delimiters, no names", table, style, lines[1:], header=())


# ---------------------------------------------------------------- quotes and escapes


def quotes(table, style, chance):
    for quote in ('"', "'"):
        every = replace(style, quote=quote, quoting="all")
        yield make(f"all in {quote}", table, every, whole(table, every))
    named = replace(style, quoting="all")
    yield make("names in quotes", table, style, [named.line(table.header), *body(table, style)])


def blanks_in_quotes(table, style, chance):
    if table.width > 2:
        padded = _mapped(table, lambda text: text if _is_number(text) or not text else f"  {text} ")
        every = replace(style, quoting="all")
        yield make("blanks in quotes", padded, every, whole(padded, every))


def escapes(table, style, chance):
    """A backslash before the quote; and without any quotes, before the delimiter."""
    if table.name == "texts":
        escaped = replace(style, escape="\\", quoting="words")
        yield make("backslash before quotes", table, escaped, whole(table, escaped))
    if table.width > 2 and style.separator != "\t":
        words = [(*row[:-1], row[-1] if k % 3 else f"one{style.separator} two") for k, row in enumerate(table.rows)]
        bare = [tuple("word" if set(cell) & set("\"'\n\t") else cell for cell in row) for row in words]
        lines = [style.delimiter.join(c.replace(style.separator, f"\\{style.separator}") for c in row) for row in bare]
        header = style.delimiter.join(table.header)
        yield make("backslash before delimiters", table, style, [header, *lines], rows=tuple(bare))


def stray_quotes(table, style, chance):
    if table.width < 3 or table.name == "texts":
        return
    quote, at, column = style.quote, somewhere(table, chance), chance.randrange(table.width)
    row = table.rows[at]
    for name, text in (("within", f"{row[column]}{quote} wide"), ("in front", f"{quote}{row[column]}")):
        changed = tuple(text if k == column else cell for k, cell in enumerate(row))
        plain = replace(style, quoting="needed")
        lines = whole(table, plain)
        lines[at + 1] = plain.delimiter.join(text if k == column else plain.cell(c) for k, c in enumerate(row))
        yield make(f"stray quote {name}", table, plain, lines, rows=_replaced(table.rows, at, changed))


def quotes_not_doubled(table, style, chance):
    if table.width > 2 and table.name != "texts":
        at = somewhere(table, chance)
        text = f"5{style.quote} wide"
        row = (*table.rows[at][:-1], text)
        every = replace(style, quoting="all")
        lines = whole(table, every)
        lines[at + 1] = every.delimiter.join((*map(every.cell, row[:-1]), f"{every.quote}{text}{every.quote}"))
        yield make("quote not doubled", table, every, lines, rows=_replaced(table.rows, at, row))


# ---------------------------------------------------------------- numerals


def numerals(table, style, chance):
    def thousands(text: str, group: str, point: str) -> str:
        if not _is_number(text) or "." not in text:
            return text
        return f"{float(text) * 100_000:,.2f}".replace(".", "P").replace(",", group).replace("P", point)

    if not (table.width == 1 and style.separator == ","):
        comma = _mapped(table, lambda text: text.replace(".", ",") if _is_number(text) else text)
        yield make("decimal comma", comma, style, whole(comma, style))
    for group, point in ((",", "."), (".", ","), (" ", "."), ("'", "."), ("\u00a0", ",")):
        if table.width > 1:
            grouped = _mapped(table, lambda text, g=group, p=point: thousands(text, g, p))
            yield make(f"thousands {group}", grouped, style, whole(grouped, style))


# ---------------------------------------------------------------- rows of another width


def ragged(table, style, chance):
    if table.width < 4:
        return
    at = somewhere(table, chance)
    row = table.rows[at]
    last = table.rows[-1]
    for name, where, cells in (
        ("short row", at, row[:-1]),
        ("long row", at, (*row, "7")),
        ("unfinished last row", len(table.rows) - 1, last[: table.width // 2]),
    ):
        rows = _replaced(table.rows, where, cells)
        yield make(name, table, style, whole(replace(table, rows=rows), style), final=where == at, rows=rows)


IN_ROWS = (
    encodings,
    packed,
    blanks_beside_delimiters,
    runs_of_blanks,
    trailing_delimiters,
    quotes,
    blanks_in_quotes,
    escapes,
    stray_quotes,
    quotes_not_doubled,
    numerals,
    ragged,
)
