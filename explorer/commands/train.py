"""``train``: teach one, two or three networks the same task, and record everything in a folder."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from explorer.commands.arguments import path
from explorer.commands.console import INTERRUPTED, Parser, Progress, invocation, say, tell
from explorer.commands.importing import read_file, spread
from explorer.commands.training import add_training, read_training, was_said
from explorer.errors import GateExplorerError, OutputError, UsageError
from explorer.sequences import Dataset, Options
from explorer.training.description import begin_run, read_description
from explorer.training.folders import delete_run, new_run_folder
from explorer.training.judging import Judge
from explorer.training.origin import origin_of, origin_table
from explorer.training.runs import Recording
from explorer.training.session import Session
from explorer.training.settings import Settings
from explorer.training.status import read_status

DESCRIPTION = """\
Train an RNN, an LSTM, a GRU, or several of them on the same batches, and record in a folder what becomes of losses,
weights and gradients, over training and through time. The window opens such a folder, also while it is written to.
A preset brings its own task, cells and settings, a generator its task; each option overrides.

Same settings and same seed, same curves. Ctrl+C ends it at the end of the iteration, with everything written.
"""

EXAMPLES = """\
examples:
  {program} train preset:adding
  {program} train preset:adding --cells rnn,gru --set length=200 --iterations 3000 --out adding-200
  {program} train data.csv --task forecast --horizon 12 --cells lstm --hidden 64
  {program} train messages.csv --preset reviews --cells gru
  {program} train engines.txt --role "column 1=id" --target "column 12" --task tagging
  {program} train --resume adding-200
  {program} adding-200
"""


def train(words: list[str]) -> int:
    """Do what the arguments ask for; return the exit code."""
    parser = Parser("train", description=DESCRIPTION, epilog=EXAMPLES.format(program=invocation()))
    add_training(parser)
    parser.add_argument("--out", type=path, metavar="DIR", help="the new folder (one under the user data folder)")
    parser.add_argument(
        "--resume", type=path, metavar="DIR", help="go on with the run of this folder; --iterations may prolong it"
    )
    arguments = parser.parse_args(spread(words))
    if arguments.resume is not None:
        return _resume(arguments)
    return _begin(arguments)


def _begin(arguments: argparse.Namespace) -> int:
    asked, folder = read_training(arguments), arguments.out
    if folder is not None:
        _require_new(folder)
    dataset = _read(asked.source, asked.options) if asked.source else None
    table = {} if dataset is None else origin_table(origin_of(dataset))
    name = asked.settings.generator or Path(asked.source).stem
    if folder is None:
        folder = new_run_folder(f"{name} {' '.join(asked.settings.cells)}")
    _make(folder)
    begin_run(folder, asked.settings, table)
    try:
        session = Session(folder, dataset=dataset)
    except Exception:
        delete_run(folder)  # nothing was trained, and what was asked for may be mended and asked for again
        raise
    try:
        with _interruptible() as interrupted:
            return _run(session, interrupted)
    finally:
        if arguments.out is None:
            tell(str(folder))


def _resume(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.resume
    said = [option for option in was_said(arguments) if option != "--iterations"]
    said += ["--out"] if arguments.out is not None else []
    if said:
        raise UsageError(f"--resume goes on with a run as it is; leave out {', '.join(said)}, or begin a new run")
    settings, wanted = read_description(folder).settings, arguments.training_iterations
    if wanted is not None:
        settings = replace(settings, iterations=wanted)
    _require_more(folder, settings)
    with _interruptible() as interrupted:
        with Progress("reading") as progress:
            session = Session(folder, progress.show, settings=settings)
        return _run(session, interrupted)


def _run(session: Session, interrupted: list[bool]) -> int:
    """Train until it ends or is interrupted, tell how far it is and how it ended; return the exit code."""
    settings = session.settings
    if session.resumed:
        say(f"{session.folder}: {session.resumed}")
    with session, Progress("training") as progress:
        for iteration in session.iterations():
            progress.tell(f"iteration {iteration} of {settings.iterations}: {_reached(session)}")
            if interrupted:
                break
    recording = Recording(session.folder)
    if recording.lost:
        say(f"{session.folder}: {recording.lost}")
    for line in _verdicts(recording):
        say(line)
    ended = session.ended
    if ended.failed:
        raise GateExplorerError(ended.reason)
    if ended.reason == "stopped":
        say(f"stopped after iteration {ended.iteration}; go on with: {invocation()} train --resume {session.folder}")
        return INTERRUPTED
    say(f"{ended.reason} after iteration {ended.iteration}: {_reached(session)}")
    return 0


def _reached(session: Session) -> str:
    """Say what each cell has reached, beside the best of the baselines by the same metric."""
    description = session.description
    measure = "" if description.outputs is None else description.outputs.loss
    best = {line.metric: line for line in description.baselines if line.best}
    parts = []
    for cell, latest in session.latest.items():
        parts.append(f"{cell} loss {latest.loss:.4g}")
        if cell in session.metrics:
            parts[-1] += f", held-out {measure} {session.metrics[cell][measure]:.4g}"
    beside = f" ({best[measure].name} {best[measure].value:.4g})" if measure in best else ""
    return "; ".join(parts) + beside


def _verdicts(recording: Recording) -> Iterator[str]:
    """Yield a line for each cell: what has become of its gradient through time, and what to try."""
    judge = Judge(recording)
    for cell in recording.cells:
        if verdict := judge.verdict(cell):
            yield f"{cell}: {verdict.text}" + (f"; {verdict.advice}" if verdict.advice else "")


def _read(source: str, options: Options) -> Dataset:
    dataset = read_file(source, options)
    for note in dataset.notes:
        say(f"{dataset.source}: {note}")
    return dataset


def _require_new(folder: Path) -> None:
    """Let no run be written among other files."""
    if (folder / "run.toml").is_file():
        raise UsageError(f"argument --out: {folder} is a run already; go on with --resume, or name another folder")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"argument --out: {folder} is there already, and is no empty folder; name another")


def _require_more(folder: Path, settings: Settings) -> None:
    """Let no run be resumed that would end as it begins; what is recorded of it stays as it is."""
    status = read_status(folder)
    if status.state != "finished":
        return
    if status.reason == "early stop":
        raise UsageError(
            f"{folder} has ended early: after iteration {status.iteration} no cell had become better for "
            f"{settings.patience} iterations; begin a new run with more --patience"
        )
    if settings.iterations <= status.iteration:
        raise UsageError(
            f"{folder} is finished after iteration {status.iteration}; --iterations with a higher number prolongs it"
        )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: this folder cannot be made: {error.strerror}") from error


@contextmanager
def _interruptible() -> Iterator[list[bool]]:
    """Give a list that is no longer empty after Ctrl+C; the second Ctrl+C interrupts at once."""
    pressed: list[bool] = []

    def on_press(_number: int, _frame: object) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(True)
        say("ends with this iteration; once more: at once")

    before = signal.signal(signal.SIGINT, on_press)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)
