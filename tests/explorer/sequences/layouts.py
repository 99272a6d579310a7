"""More faults: what stands above, between and below the rows of a table, and how its columns are called."""

from __future__ import annotations

import random
from collections import abc
from dataclasses import replace

from tests.explorer.sequences.faults import IN_ROWS, somewhere
from tests.explorer.sequences.polluter import Case, body, make, styles, tables, whole

# ---------------------------------------------------------------- above, between, below


def comments(table, style, chance):
    for sign in ("#", "%", "//"):
        lines = whole(table, style)
        above = [f"{sign} measured by the night shift", f"{sign} device X7, serial number 4711; rate 10 Hz"]
        yield make(f"comments {sign} above", table, style, [*above, *lines])
        at = somewhere(table, chance)
        between = [*lines[:at], f"{sign} the pump was changed", *lines[at:]]
        yield make(f"comments {sign} above and between", table, style, [above[0], *between])
        yield make(f"comments {sign}, no names", table, style, [*above, *body(table, style)], header=())


def above(table, style, chance):
    lines = whole(table, style)
    yield make("blank lines above", table, style, ["", "", *lines])
    yield make("title and blank line", table, style, ["Weather station Nord", "", *lines])
    if table.width < 3:
        return
    padding = style.delimiter * (table.width - 1)
    yield make("title", table, style, ["Weather station Nord", *lines])
    yield make("title, delimited", table, style, [f"Weather station Nord{padding}", padding, *lines])
    yield make("title of two cells", table, style, [style.line(("Weather station", "Nord")), "", *lines])
    yield make(
        "sentences with delimiters", table, style, [style.line(("Nord, hall 3", "by hand")), "see p. 7", "", *lines]
    )
    sayings = [f"Line {k}: {'some words more ' * (k % 3)}" for k in range(1, 13)]
    yield make("twelve lines above", table, style, [*sayings, "", *lines])
    yield make("twelve lines above, no names", table, style, [*sayings, "", *lines[1:]], header=())
    yield make("sep line", table, style, [f"sep={style.separator}", *lines])


def below(table, style, chance):
    lines = whole(table, style)
    yield make("blank lines below", table, style, [*lines, "", "", ""])
    yield make("last words after a blank line", table, style, [*lines, "", "Source: the logger of hall 3"])
    if table.width > 2:
        padding = style.delimiter * (table.width - 1)
        yield make("last words", table, style, [*lines, "Source: the logger of hall 3"])
        yield make("last words, delimited", table, style, [*lines, padding, f"Source: the logger{padding}"])
        notes = ["", "Notes", "1) provisional", "2) by hand, see page 7"]
        yield make("notes below", table, style, [*lines, *notes])


def between(table, style, chance):
    lines = whole(table, style)
    if "\n" not in "".join(lines):
        yield make("every second line blank", table, style, [text for line in lines for text in (line, "")])
    at = somewhere(table, chance)
    yield make("a blank line between", table, style, [*lines[: at + 1], "", *lines[at + 1 :]])


def line_ends(table, style, chance):
    lines = whole(table, style)
    for name, end in (("CR LF", "\r\n"), ("CR", "\r"), ("LF", "\n")):
        yield make(f"line ends {name}", table, replace(style, end=end), lines)
    yield make("no last line end", table, style, lines, final=False)
    if "\n" not in "".join(lines):
        mixed = "".join(line + chance.choice(("\n", "\r\n")) for line in lines)
        yield replace(make("mixed line ends", table, style, lines), content=mixed.encode(style.encoding))


# ---------------------------------------------------------------- names


def names(table, style, chance):
    yield make("no names", table, style, body(table, style), header=())
    if table.width > 2:
        twice = replace(table, header=(*table.header[:-1], table.header[1]))
        yield make("a name twice", twice, style, whole(twice, style))
        blank = replace(table, header=("", *table.header[1:]))
        yield make("the first name blank", blank, style, whole(blank, style))
        some = replace(table, header=(*table.header[:1], "", *table.header[2:]))
        yield make("a name blank", some, style, whole(some, style))
    single = replace(table, rows=table.rows[:1])
    yield make("one row", single, style, whole(single, style))


def header_lines(table, style, chance):
    lines = whole(table, style)
    if table.units:
        header = (table.header, table.units)
        yield make(
            "units below the names", table, style, [lines[0], style.line(table.units), *lines[1:]], header=header
        )
        title = ["Weather station Nord", ""]
        both = [*title, lines[0], style.line(table.units), *lines[1:]]
        yield make("title, names and units", table, style, both, header=header)
    if table.width > 4 and table.units:
        groups = ("", "inside", "inside", *("outside",) * (table.width - 3))
        header = (groups, table.header)
        yield make("groups above the names", table, style, [style.line(groups), *lines], header=header)
        three = [style.line(groups), lines[0], style.line(table.units), *lines[1:]]
        yield make("three lines of names", table, style, three, header=(groups, table.header, table.units))
        empty = ("", "inside", "", "outside", *("",) * (table.width - 4))
        yield make("groups with gaps", table, style, [style.line(empty), *lines], header=(empty, table.header))


# ---------------------------------------------------------------- several tables


def several_tables(table, style, chance):
    lines, wide = whole(table, style), table.width
    if wide < 3:
        return
    half = replace(table, rows=table.rows[:-5])
    narrow = replace(half, header=half.header[:-1], rows=tuple(row[:-1] for row in half.rows))
    wider = replace(half, header=(*half.header, "more"), rows=tuple((*row, "1.5") for row in half.rows))
    other = replace(half, header=tuple(f"{name}_2" for name in half.header))
    for name, second, gap in (
        ("same names", half, [""]),
        ("other names", other, [""]),
        ("fewer columns", narrow, [""]),
        ("more columns", wider, [""]),
        ("a title between", other, ["", "Second run"]),
        ("two blank lines and a title", narrow, ["", "", "Second run", ""]),
        ("names again at once", half, []),
        ("fewer columns at once", narrow, []),
        ("more columns at once", wider, []),
    ):
        then = whole(second, style)
        more = make("the second table", second, style, then)
        yield make(f"two tables, {name}", table, style, [*lines, *gap, *then], more=more)


AROUND = (comments, above, below, between, line_ends, names, header_lines, several_tables)


def faults(seed: int = 0) -> abc.Iterator[Case]:
    """Yield every fault of every table in every common style."""
    chance = random.Random(seed)
    for table in tables(seed):
        for style in styles(table):
            for fault in (*IN_ROWS, *AROUND):
                yield from fault(table, style, chance)
