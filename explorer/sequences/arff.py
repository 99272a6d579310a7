"""ARFF, the tables of Weka: lines that name one column each, and rows below ``@data``."""

from __future__ import annotations

import re
from collections import abc
from dataclasses import replace

from explorer.errors import DataError
from explorer.sequences.cutting import Record
from explorer.sequences.options import Form

_ATTRIBUTE = re.compile(
    r"""\s*@attribute\s+(?:'((?:[^'\\]|\\.)*+)'|"((?:[^"\\]|\\.)*+)"|([^\s{'"][^\s{]*+))\s*+\S""", re.IGNORECASE
)
_DATA = re.compile(r"\s*@data\s*", re.IGNORECASE)
_NAMING = re.compile(r"\s*@attribute\b", re.IGNORECASE)
_LEFT = re.compile(r"\s*(?:%.*|@relation\b.*|@attribute\b.*)?", re.IGNORECASE)


def as_arff(lines: abc.Sequence[str], told: Form) -> tuple[Form, Record | None]:
    """Return what the first lines of a file tell of its form, and the names of its columns, if it is ARFF.

    ``DataError`` if its rows are of the sparse kind, or a line that names a column is not understood.
    """
    names: list[str] = []
    unknown: list[int] = []
    for number, line in enumerate(lines, 1):
        if match := _ATTRIBUTE.match(line):
            names.append(re.sub(r"\\(.)", r"\1", next(filter(None, match.groups()), "")))
        elif _DATA.fullmatch(line) and (names or unknown):
            if unknown:
                raise DataError("a name and a type follow @attribute, but not here", line=unknown[0])
            first = next((row for row in lines[number:] if row.strip() and not row.lstrip().startswith("%")), "")
            if first.lstrip().startswith("{"):
                raise DataError("its rows are those of a sparse ARFF: save it as CSV", line=lines.index(first) + 1)
            form = Form(delimiter=",", comment="%", preamble_lines=number, header_lines=0)
            form = replace(told, preamble_lines=None, header_lines=None).over(form)
            return form, None if told.header_lines == 0 else Record(number, names)
        elif not _LEFT.fullmatch(line.rstrip("\r\n")):
            break
        elif _NAMING.match(line):
            unknown.append(number)
    return told, None
