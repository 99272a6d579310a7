"""What would be loaded of a file, and what is wrong with it: said, not raised."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass, field
from pathlib import Path

from explorer.errors import DataError, UsageError
from explorer.sequences.encoding import survey
from explorer.sequences.opening import open_file
from explorer.sequences.options import Form, Options, Problem
from explorer.sequences.table import Table


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """What a file holds: its ``table``, None where it cannot be read or is no table, and what would be loaded of it.

    ``form`` is how the file is cut, as far as that is known; of running text that is its encoding.
    ``sequences`` are names and lengths; ``error`` says why nothing would be loaded. ``problems`` are all the places
    that do not fit or are odd, that of the error among them.
    """

    source: str
    table: Table | None = None
    sequences: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    error: str | None = None
    form: Form = field(default_factory=Form)


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
        form = Form() if table is None else table.form
        return Inspection(str(path), table, notes=notes, problems=problems, error=str(error), form=form)
    sequences = tuple((sequence.name, len(sequence)) for sequence in dataset.sequences)
    if table is not None:
        form = table.form
    else:
        form = Form(encoding=options.form.encoding or survey(Path(path), lambda _: None).encoding)
    return Inspection(str(path), table, sequences, dataset.notes, _problems(table), form=form)


def _problems(table: Table | None) -> tuple[Problem, ...]:
    """Return what does not fit, and what is odd and never fatal, such as a time that goes back."""
    return () if table is None else (*table.problems, *table.oddities)
