"""The errors a person sees, each one sentence: a line and an exit code of a command, or a message in the window."""

from __future__ import annotations

from pathlib import Path

NO_MEMORY = ("allocate memory", "not enough memory", "out of memory")
"""What libraries say where they get no memory."""


class GateExplorerError(Exception):
    """Base of every error whose text is meant for a person. ``exit_code`` is what a headless command ends with."""

    exit_code = 1


class DataError(GateExplorerError):
    """Bad data. Says which file and, where there are such, which line and column (both counted from 1)."""

    def __init__(
        self, message: str, *, file: str | Path | None = None, line: int | None = None, column: int | None = None
    ) -> None:
        self.message, self.file, self.line, self.column = message, file, line, column
        place = [] if file is None else [Path(file).name]
        place += [] if line is None else [f"line {line}"]
        place += [] if column is None else [f"column {column}"]
        super().__init__(f"{', '.join(place)}: {message}" if place else message)


class OutputError(GateExplorerError):
    """A result that cannot be written where it was asked for."""


class UsageError(GateExplorerError):
    """An argument, or a combination of them, that makes no sense."""

    exit_code = 2


def sentence_of(error: BaseException) -> str:
    """Return any error as one sentence for a person."""
    if isinstance(error, GateExplorerError):
        return str(error)
    # torch has no error class of its own for memory that it does not get.
    if isinstance(error, MemoryError) or any(words in str(error) for words in NO_MEMORY):
        return "there is not enough memory for this; try fewer units or layers, or a shorter sequence"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return f"this should not happen: {type(error).__name__}: {error} (GATE_TRACEBACK=1 shows where)"


def shown(text: str) -> str:
    """Return the offending text in quotes, cut where it is long."""
    return repr(text if len(text) <= 40 else f"{text[:39]}…")
