"""What ``inspect`` says of a file: for programs, as the values of a JSON object, and for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from explorer.sequences import Column, Inspection, Problem, Table

FORM = ("encoding", "delimiter", "quote", "escape", "decimal", "header_lines", "preamble_lines")
FORM_BESIDES = ("thousands", "comment", "footer_lines")
SIGNS = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "pipes", " ": "blanks", "": "nothing"}
INDENT = "  "
REMEDY = "--bad-cells missing takes what does not fit for missing"


def described(inspection: Inspection) -> dict[str, Any]:
    """Return what a file is, under the same keys whatever it is; None where there is no such thing in it.

    ``thousands``, ``comment``, ``footer_lines``, ``tables`` and ``notes``, and the ``message`` of a problem, are more
    than most programs need.
    """
    table = inspection.table
    form, columns = inspection.form, table.columns if table is not None else ()
    return {
        "file": inspection.source,
        **{name: getattr(form, name) for name in FORM},
        "columns": [_described_column(column) for column in columns],
        "sequences": [{"id": name, "length": length} for name, length in inspection.sequences],
        "problems": [_described_problem(problem) for problem in inspection.problems],
        "error": inspection.error,
        **{name: getattr(form, name) for name in FORM_BESIDES},
        "tables": None if table is None else table.tables,
        "notes": list(inspection.notes),
    }


def _described_column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": column.kind,
        "role": column.role,
        "min": _plain(column.minimum),
        "max": _plain(column.maximum),
        "missing": column.missing,
    }


def _described_problem(problem: Problem) -> dict[str, Any]:
    # What stands there, where something does; of a gap or a time that is missing, what is said of it.
    text = problem.text or problem.message
    return {"line": problem.line, "column": problem.column, "text": text, "message": problem.message}


def _plain(value: float | np.datetime64 | None) -> float | str | None:
    """Return a number, which is finite, or an ISO date as JSON can hold it."""
    if isinstance(value, np.datetime64):
        return _date(value)
    return None if value is None else float(value)


def _date(value: np.datetime64) -> str:
    """Return a date in ISO's form, to the second, or as far as there is something below it."""
    whole = value.astype("datetime64[s]")
    return str(whole if whole == value else value)


def report(inspection: Inspection) -> str:
    """Return some lines for a person: how the file is cut, its columns, sequences, notes and problems."""
    table, lines = inspection.table, [inspection.source]
    if table is not None:
        lines.append(INDENT + _in_words(table))
        lines += [INDENT + row for row in _columns(table.columns)]
    elif inspection.form.encoding is not None:
        lines.append(f"{INDENT}running text, {inspection.form.encoding}")
    if inspection.sequences:
        lines.append(INDENT + _sequences(inspection.sequences))
    lines += [f"{INDENT}note: {note}" for note in inspection.notes]
    # What is odd but loaded all the same stands in the notes already.
    problems = table.problems if table is not None and inspection.error is None else inspection.problems
    lines += [f"{INDENT}problem: {_problem(problem)}" for problem in problems]
    if table is not None and table.problem_count > len(table.problems):
        lines.append(f"{INDENT}and {_counted(table.problem_count - len(table.problems), 'more problem')}")
    if inspection.error is not None:
        lines.append(f"{INDENT}error: {inspection.error}")
        if table is not None and table.problems:
            lines.append(f"{INDENT}{REMEDY}")
    return "\n".join("".join(letter if letter.isprintable() else " " for letter in line) for line in lines)


def _in_words(table: Table) -> str:
    form, words = table.form, [_counted(table.rows, "row")]
    if form.encoding is not None:
        words.append(form.encoding)
    if form.delimiter is not None:
        words.append(f"{SIGNS.get(form.delimiter, repr(form.delimiter))} between cells")
    if form.quote not in ('"', None):
        words.append(f"quotes {form.quote}" if form.quote else "no quotes")
    if form.escape:
        words.append(f"{form.escape} before a quote in a cell")
    if form.decimal == ",":
        words.append("decimal commas")
    if form.thousands:
        words.append(f"{form.thousands!r} between thousands")
    if form.comment:
        words.append(f"comments after {form.comment}")
    words += [
        f"{_counted(count, 'line')} {where}"
        for count, where in (
            (form.preamble_lines, "above the table"),
            (form.header_lines, "of names"),
            (form.footer_lines, "below it"),
        )
        if count
    ]
    if form.header_lines == 0:
        words.append("no names")
    return ", ".join(words)


def _columns(columns: Sequence[Column]) -> list[str]:
    """Return a table in letters: a line for each column, numbers to the right."""
    rows = [("column", "type", "role", "from", "to", "missing")]
    for column in columns:
        low, high = _shown(column.minimum), _shown(column.maximum)
        missing = str(column.missing) if column.missing else ""
        rows.append((_cut(column.name, 40), column.kind, column.role, low, high, missing))
    widths = [max(len(row[k]) for row in rows) for k in range(6)]
    right = ("", "", "", ">", ">", ">")
    return [
        "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(row, right, widths, strict=True)).rstrip()
        for row in rows
    ]


def _shown(value: float | np.datetime64 | None) -> str:
    if value is None:
        return ""
    return _date(value).removesuffix("T00:00:00") if isinstance(value, np.datetime64) else f"{value:.10g}"


def _sequences(sequences: Sequence[tuple[str, int]]) -> str:
    lengths = [length for _, length in sequences]
    if len(sequences) == 1:
        return f"1 sequence of {_counted(lengths[0], 'step')}"
    listed = [f"{_cut(name, 20)} ({length})" for name, length in sequences]
    if len(listed) > 8:
        listed = [*listed[:6], "…", listed[-1]]
    least, most = min(lengths), max(lengths)
    span = _counted(least, "step") if least == most else f"{least} to {most} steps"
    return f"{len(sequences)} sequences of {span}: {', '.join(listed)}"


def _problem(problem: Problem) -> str:
    places = [f"line {problem.line}"] if problem.line is not None else []
    places += [f"column {problem.column}"] if problem.column is not None else []
    return f"{', '.join(places)}: {problem.message}" if places else problem.message


def _counted(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
