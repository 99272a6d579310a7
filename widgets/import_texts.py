"""What the import dialog says of a table, in words."""

from __future__ import annotations

import numpy as np

from explorer.sequences import Options
from explorer.sequences.columns import Column
from explorer.sequences.preview import Preview
from widgets.decimals import grouped
from widgets.import_columns import EMBEDDED, ColumnLine

_DELIMITERS = {
    ",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes", ":": "colons", " ": "blanks", "": "one column",
}  # fmt: skip
_ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with a mark", "cp1252": "Windows-1252", "latin-1": "Latin-1"}
_KINDS = {"number": "numbers", "date": "dates", "text": "words"}


def found_line(preview: Preview) -> str:
    """Return how the file is cut, in a line: only what a person may wonder about."""
    form = preview.form
    if preview.running_text:
        encoding = (form.encoding if form else None) or ""
        return f"running text  ·  {_ENCODINGS.get(encoding, encoding.upper())}"
    if form is None:
        numbers = all(column.kind == "number" for column in preview.columns)
        return f"{grouped(len(preview.columns))} columns{' of numbers, no text' if numbers else ''}"
    encoding = form.encoding or ""
    parts = [_ENCODINGS.get(encoding, encoding.upper())]
    parts.append(_DELIMITERS.get(form.delimiter or "", form.delimiter or ""))
    if form.decimal == ",":
        parts.append("decimal commas")
    if form.thousands:
        parts.append(f"thousands with {'blanks' if form.thousands.isspace() else form.thousands}")
    parts.append(_counted(form.preamble_lines, "line above", "lines above"))
    names = form.header_lines or 0
    parts.append("" if names == 1 else f"{names} lines of names" if names else "no line of names")
    parts.append(_counted(form.footer_lines, "line below", "lines below"))
    if preview.tables > 1:
        parts.append(f"table {(form.table or 0) + 1} of {preview.tables}")
    return "  ·  ".join(filter(None, parts))


def column_line(column: Column, told: Options) -> ColumnLine:
    """Return what the list of columns says of one."""
    low, high = _value(column.minimum), _value(column.maximum)
    extent = "" if column.minimum is None else low if low == high else f"{low} … {high}"
    holds = _KINDS[column.kind]
    if column.empty:
        holds = "nothing"
    elif column.constant:
        holds = "always the same"
    elif column.kind == "text":
        extent = f"{grouped(len(set(column.texts)))} different"
    missing = "" if not column.missing else f"{grouped(column.missing)}, first in line {column.first_missing}"
    if column.infinite:
        missing = f"{missing}{'; ' if missing else ''}{grouped(column.infinite)} infinite"
    role = EMBEDDED if column.role == "category" and column.name in told.embedded else column.role
    fills = column.missing and column.role in ("input", "target")
    return ColumnLine(
        name=column.name,
        role=role,
        told=column.name in told.roles,
        holds=holds,
        range=extent,
        missing=missing,
        fill=told.fills.get(column.name, "forward") if fills else "",
        tip=". ".join(filter(None, (column.reason, column.note))),
    )


def _value(value: float | np.datetime64 | None) -> str:
    if isinstance(value, np.datetime64):
        text = np.datetime_as_string(value, unit="s").replace("T", " ")
        return text.removesuffix(" 00:00:00")
    return "" if value is None else f"{value:.6g}"


def _counted(count: int | None, one: str, many: str) -> str:
    return "" if not count else f"{count} {one if count == 1 else many}"
