"""Whether a file can be followed: asked of every data set that is shown, long before one is."""

from __future__ import annotations

from pathlib import Path

from explorer.sequences.sequence import Dataset

_PACKED = {
    b"\x1f\x8b": "compressed",
    b"\x28\xb5\x2f\xfd": "compressed",
    b"BZh": "compressed",
    b"\xfd7zXZ": "compressed",
}
_OTHER = {b"PK\x03\x04": "Excel or NPZ", b"\x93NUMPY": "NPY", b"PAR1": "Parquet", b"ARROW1": "Arrow"}


def why_not_followed(dataset: Dataset) -> str:
    """Return why what a data set was read from cannot be followed, as a sentence; empty where it can.

    Looks at the first bytes of the file. A file that is gone or may not be read is one that can be, later.
    """
    path = Path(dataset.source)
    if dataset.source.startswith("preset:") or dataset.seed is not None:
        return "What is generated does not grow; only a file can be followed."
    if dataset.vocabularies:
        return "Text and words that are embedded cannot be followed, only the rows of a table whose inputs are numbers."
    if len(dataset.sequences) > 1:
        return "Only a file that is one sequence can be followed: a further row would belong to one of several."
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except (OSError, ValueError):
        return "" if path.suffix and not path.is_dir() else "Only a single file can be followed."
    for sign, kind in (_PACKED | _OTHER).items():
        if start.startswith(sign):
            return f"This file is {kind}; rows can be followed only in a plain text file, such as CSV."
    return ""
