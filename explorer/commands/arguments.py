"""Reading single arguments, and what may be asked of them before anything heavy is imported."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from explorer.errors import DataError, UsageError, shown

PRESET, GENERATED = "preset:", "generated:"


def require_source(source: str | None) -> None:
    """Raise UsageError on an unknown preset or generator, DataError on a file that is missing, before slow work."""
    if source is None:
        return
    if source.startswith(PRESET):
        from explorer.presets import find_preset

        find_preset(source.removeprefix(PRESET))
    elif source.startswith(GENERATED):
        from explorer.sequences import require_generated

        require_generated(source)
    elif not Path(source).exists():
        raise DataError("there is no such file", file=source)
    elif Path(source).is_dir() and not any(file.is_file() for file in Path(source).iterdir()):
        raise DataError("there is no file in it", file=source)


def whole(text: str) -> int:
    """Read a whole number."""
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"must be a whole number, not {shown(text)}") from error


def number(text: str) -> float:
    """Read a number."""
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"must be a number, not {shown(text)}") from error


def named(text: str) -> str:
    """Read the name of a file or a preset, which must not be empty: an unset variable of a script is not a wish."""
    if not text:
        raise argparse.ArgumentTypeError("the name is empty")
    return text


def path(text: str) -> Path:
    """Read the name of a file."""
    return Path(named(text))


def names(text: str) -> tuple[str, ...]:
    """Read names between commas; one that holds a comma itself stands in double quotes, as in a CSV."""
    return tuple(next(csv.reader([text], skipinitialspace=True)))


def suffixed(file: Path, option: str, *suffixes: str) -> str:
    """Return the suffix of an output's name in lower case. UsageError if it is none of ``suffixes``."""
    suffix = file.suffix.lower()
    if suffix not in suffixes:
        raise UsageError(f"argument {option}: the name must end in {' or '.join(suffixes)}, not {shown(file.name)}")
    return suffix
