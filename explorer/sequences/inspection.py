"""What would be loaded of a file, and what is wrong with it: said, not raised."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass
from pathlib import Path

from explorer.errors import DataError, UsageError
from explorer.sequences.opening import open_file
from explorer.sequences.options import Options, Problem
from explorer.sequences.table import Table


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """What a file holds: its ``table``, None where it cannot be read or is no table, and what would be loaded of it.

    ``sequences`` are names and lengths; ``error`` says why nothing would be loaded. ``problems`` are all the places
    that do not fit or are odd, that of the error among them.
    """

    source: str
    table: Table | None = None
    sequences: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    error: str | None = None


def inspect_file(
    path: str | Path,
    options: Options = Options(),  # noqa: B008
    progress: abc.Callable[[float], None] | None = None,
) -> Inspection:
    """Return what would be loaded of a file with these options. Only what ``progress`` raises is raised."""
    table = None
    try:
        opened = open_file(path, options, progress=progress)
        table = opened.table
        dataset = opened.dataset(options)
    except (DataError, UsageError) as error:
        notes, problems = (table.notes if table is not None else ()), _problems(table)
        if isinstance(error, DataError) and error.line is not None:
            place = Problem(error.message, error.line, error.column)
            known = any((problem.line, problem.column) == (place.line, place.column) for problem in problems)
            problems = problems if known else (place, *problems)
        return Inspection(str(path), table, notes=notes, problems=problems, error=str(error))
    sequences = tuple((sequence.name, len(sequence)) for sequence in dataset.sequences)
    return Inspection(str(path), table, sequences, dataset.notes, _problems(table))


def _problems(table: Table | None) -> tuple[Problem, ...]:
    """Return what does not fit, and what is odd and never fatal, such as a time that goes back."""
    return () if table is None else (*table.problems, *table.oddities)
