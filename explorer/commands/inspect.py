"""``inspect``: say what would be loaded of files, and where they do not fit."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from explorer.commands.arguments import named, path
from explorer.commands.console import PROGRAM, Parser, Progress, invocation, say, tell
from explorer.commands.importing import add_importing, read_options, spread
from explorer.commands.report import described, report
from explorer.errors import DataError, OutputError, UsageError, shown
from explorer.sequences import Inspection, Options, files_in, inspect_file, open_text
from explorer.sequences.rows import write_rows
from explorer.writing import replacing

DESCRIPTION = """\
Say what would be loaded of files, without loading them anywhere: encoding, signs, lines of names, columns with type,
role, range and gaps, sequences with their lengths, and every problem with its line and column.
Tables with any delimiter, Excel, Parquet, Arrow, NumPy arrays and text; a folder stands for the files in it.
It goes on after a file that cannot be loaded, and ends with exit code 1 if there was one.
"""

EXAMPLES = """\
examples:
  {program} inspect data.csv
  {program} inspect *.csv --json
  {program} inspect data.csv --delimiter semicolon --decimal comma --role day=time
  {program} inspect recordings --rows-dir as-read
"""


def inspect(words: list[str]) -> int:
    """Report on every file the arguments name; return the exit code: 1 if any of them cannot be loaded."""
    parser = Parser("inspect", description=DESCRIPTION, epilog=EXAMPLES.format(program=invocation()))
    parser.add_argument("files", type=named, metavar="FILE", nargs="+", help="what to look at; of a folder, every file")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout instead of a report")
    parser.add_argument(
        "--rows-dir",
        type=path,
        metavar="DIR",
        help="write every table there as text, as read: names and rows, RFC 4180",
    )
    add_importing(parser)
    arguments = parser.parse_args(spread(words))
    options = read_options(arguments)
    refused: dict[Path, str] = {}
    files = [file for name in arguments.files for file in _files(name, refused)]
    if arguments.rows_dir is not None:
        _require_own_places(files, arguments.rows_dir)
    found: list[dict[str, object]] = []
    failed = 0
    for file in files:
        if file in refused:
            inspection = Inspection(str(file), error=refused[file])
        else:
            with Progress(f"reading {file.name}") as progress:
                inspection = inspect_file(file, options, progress.show)
        failed += inspection.error is not None
        if arguments.rows_dir is not None and inspection.table is not None:
            _write_rows(file, options, arguments.rows_dir)
        elif arguments.rows_dir is not None and file.is_file() and not file.stat().st_size:
            # A file of nothing is a table of nothing: that, too, is as it was read.
            with replacing(arguments.rows_dir / file.name):
                pass
        if arguments.json:
            found.append(described(inspection))
        else:
            tell(report(inspection))
    if arguments.json:
        tell(json.dumps({"files": found}, indent=1, allow_nan=False))
    if failed:
        which = f"{failed} of {len(files)} files" if len(files) > 1 else files[0].name
        say(f"{PROGRAM}: {which} cannot be loaded")
    return 1 if failed else 0


def _files(name: str, refused: dict[Path, str]) -> tuple[Path, ...]:
    """Return the files that are named. A folder without one stands for itself, as one that is ``refused`` does."""
    try:
        return files_in(name) or (Path(name),)
    except DataError as error:
        refused[Path(name)] = str(error)
        return (Path(name),)


def _require_own_places(files: Sequence[Path], folder: Path) -> None:
    """Let no output replace another or an input, and make the folder. ``OutputError`` if it cannot be made."""
    inputs = {os.path.realpath(file) for file in files}
    for name, count in Counter(file.name for file in files).items():
        if count > 1:
            raise UsageError(f"{count} files are called {shown(name)}, and only one could be written to {folder}")
        if os.path.realpath(folder / name) in inputs:
            raise UsageError(f"{folder / name} would replace an input")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made: {error.strerror}") from error


def _write_rows(file: Path, options: Options, folder: Path) -> None:
    """Write the table of a file as text, as it was read. Of what has no text, say so."""
    with open_text(file, options.form) as rows:
        if rows is None:
            say(f"{file.name}: its table is not of text, so no text was written")
            return
        with replacing(folder / file.name) as out:
            write_rows(rows, out)
