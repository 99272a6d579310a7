"""Tables of known cells, and the files that people's programs would make of them: the truth comes with the bytes."""

from __future__ import annotations

import itertools
import random
from collections import abc
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A source table. ``units`` may stand in a line below the header."""

    name: str
    header: Cells
    rows: tuple[Cells, ...]
    units: Cells = ()

    @property
    def width(self) -> int:
        return len(self.header)


@dataclass(frozen=True, slots=True)
class Style:
    """How a table is written. ``delimiter`` may have blanks about it; ``escape`` is put before a quote in quotes.

    ``quoting``: ``needed`` quotes what could be misread, ``words`` all that is no number, ``all`` everything.
    """

    delimiter: str = ","
    quote: str = '"'
    end: str = "\n"
    encoding: str = "utf-8"
    quoting: str = "needed"
    escape: str = ""

    @property
    def separator(self) -> str:
        """The delimiter without its blanks."""
        return self.delimiter.strip(" ") or self.delimiter

    def cell(self, text: str) -> str:
        misread = {self.separator, "\n", "\r", '"', "'"} & set(text) or text != text.strip()
        empty = not text and self.separator == " "
        number = text.lstrip("+-").replace(".", "").replace(",", "").isdigit() or not text
        if not (misread or empty or self.quoting == "all" or (self.quoting == "words" and not number)):
            return text
        escape = self.escape or self.quote
        return self.quote + text.replace(self.quote, escape + self.quote) + self.quote

    def line(self, cells: abc.Iterable[str]) -> str:
        return self.delimiter.join(map(self.cell, cells))


@dataclass(frozen=True, slots=True)
class Case:
    """A file and what is to be read from it: the lines of names, and the rows. ``more`` is a second table in it."""

    kind: str
    table: str
    style: Style
    content: bytes
    header: tuple[Cells, ...]
    rows: tuple[Cells, ...]
    suffix: str = ".csv"
    more: Case | None = None


def make(
    kind: str, table: Table, style: Style, lines: abc.Sequence[str], *, final: bool = True, **more: object
) -> Case:
    """Return a case from the lines of its file; header and rows are those of the table unless given."""
    content = (style.end.join(lines) + style.end * final).encode(style.encoding)
    header, rows = more.pop("header", (table.header,)), more.pop("rows", table.rows)
    return Case(kind, table.name, style, content, header, rows, **more)


def body(table: Table, style: Style) -> list[str]:
    return [style.line(row) for row in table.rows]


def whole(table: Table, style: Style) -> list[str]:
    return [style.line(table.header), *body(table, style)]


# ---------------------------------------------------------------- source tables

REMARKS = (
    "läuft, wie gestern",
    'says "stop", then goes on',
    "two lines,\nthe second short",
    "Größe; Höhe; Tiefe",
    "fine",
    "it's the pump's fault",
    "",
    "naïve | façade",
    "a\ttab in it",
    '"quoted from end to end"',
)


def tables(seed: int = 0) -> tuple[Table, ...]:
    """Return the source tables: 1 to 20 columns; numbers, dates, words, categories, gaps, sentences."""
    chance = random.Random(seed)

    def value(digits: int = 3, size: float = 30.0) -> str:
        return f"{chance.gauss(0, size):.{digits}f}"

    def gap(text: str) -> str:
        return "" if chance.random() < 0.15 else text

    day, moment = date(2021, 3, 1), datetime(2021, 3, 1, 12)
    sensors = [((day + timedelta(k)).isoformat(), value(), value(1), value(2), f"{k % 7}") for k in range(40)]
    times = [(f"{k / 100:.2f}", value(6, 0.01)) for k in range(60)]
    wide = [tuple(value(4, 2.0) for _ in range(20)) for _ in range(25)]
    mixed = [
        (
            f"{k}",
            f"{moment + timedelta(minutes=15 * k)}",
            chance.choice(("on", "off", "idle")),
            value(2),
            value(1),
            "ok",
        )
        for k in range(1, 31)
    ]
    texts = [(f"{k}", REMARKS[k % len(REMARKS)], value(2)) for k in range(1, 31)]
    gaps = [(f"{k}", gap(value()), gap(value()), gap(value(1))) for k in range(1, 31)]
    long = [(f"{k // 10}", f"{k % 10}", value(), value(), "walking" if k < 20 else "sitting") for k in range(40)]
    german = [(f"{(day + timedelta(k)):%d.%m.%Y}", value(1), value(1), "Köln") for k in range(30)]
    one = [(value(),) for _ in range(30)]
    return (
        Table(
            "sensors",
            ("date", "temperature", "humidity", "pressure", "state"),
            tuple(sensors),
            ("", "°C", "%", "hPa", "-"),
        ),
        Table("two", ("time", "voltage"), tuple(times), ("s", "mV")),
        Table("wide", tuple(f"sensor_{k}" for k in range(1, 21)), tuple(wide), ("mV",) * 20),
        Table(
            "mixed", ("id", "moment", "mode", "load", "speed", "check"), tuple(mixed), ("", "UTC", "", "kN", "m/s", "")
        ),
        Table("texts", ("id", "remark", "score"), tuple(texts)),
        Table("gaps", ("step", "a", "b", "c"), tuple(gaps), ("", "mm", "mm", "mm")),
        Table("long", ("series_id", "t", "x", "y", "activity"), tuple(long)),
        Table("german", ("Datum", "Temperatur", "Niederschlag", "Ort"), tuple(german), ("", "°C", "mm", "")),
        Table("one", ("value",), tuple(one)),
    )


# ---------------------------------------------------------------- every combination

DELIMITERS = (",", ";", "\t", "|", " ")
QUOTES = ('"', "'")
ENDS = ("\n", "\r\n", "\r")
ENCODINGS = ("utf-8", "utf-16", "cp1252")


def preamble(table: Table, style: Style, chance: random.Random) -> list[str]:
    """Return lines that stand above a table and are no part of it."""
    apart = ["Weather station Nord", "Exported by the logger in hall 3", ""]
    if table.width < 3 or style.separator == " ":
        return apart
    padding = style.delimiter * (table.width - 1)
    kinds = [
        apart,
        ["Device: X7", "Serial number: 4711", "Rate: 10 Hz"],
        [f"PREAMBLE{padding}", padding],
        [f"Measured in hall 3{padding}", f"by the night shift{padding}", padding],
    ]
    if table.width > 3:
        kinds.append([style.line(("Device", "X7")), style.line(("Serial number", "4711"))])
    return chance.choice(kinds)


def grid(seed: int = 0) -> abc.Iterator[Case]:
    """Yield every table in every delimiter, quote, line end, encoding, with and without preamble, header, last end."""
    chance = random.Random(seed)
    choices = (tables(seed), DELIMITERS, QUOTES, ENDS, ENCODINGS, *[(False, True)] * 3)
    for table, delimiter, quote, end, encoding, above, named, final in itertools.product(*choices):
        if table.width == 1 and (delimiter != "," or (above and not named)):
            continue  # a title above one column of numbers without a name could be its name
        style = Style(delimiter, quote, end, encoding, chance.choice(("needed", "needed", "words", "all")))
        lines = preamble(table, style, chance) if above else []
        lines += whole(table, style) if named else body(table, style)
        kind = f"{quote} {end!r} {encoding} preamble {above} names {named} last end {final}"
        yield make(kind, table, style, lines, final=final, header=(table.header,) if named else ())


def styles(table: Table) -> abc.Iterator[Style]:
    """Yield the common ways to write a table: what a fault is added to."""
    if table.width == 1:
        yield Style()
        return
    yield Style(",", end="\r\n")
    yield Style(";", quoting="words")
    yield Style("\t")
    yield replace(Style("|"), quote="'")
