"""``train``: teach one, two or three networks the same task, and record everything in a folder."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from explorer.commands.arguments import path, whole
from explorer.commands.console import INTERRUPTED, Parser, Progress, invocation, say, tell
from explorer.commands.importing import spread
from explorer.commands.report import REMEDY
from explorer.commands.training import Asked, add_training, read_training, was_said
from explorer.errors import DataError, GateExplorerError, UsageError
from explorer.training.session import Session

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
  {program} train engines.txt --role "column 1=id" --target "column 12" --task tagging
  {program} train --resume adding-200
  {program} adding-200
"""


def train(words: list[str]) -> int:
    """Do what the arguments ask for; return the exit code."""
    parser = Parser("train", description=DESCRIPTION, epilog=EXAMPLES.format(program=invocation()))
    add_training(parser)
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--out", type=path, metavar="DIR", help="the new folder (one under the user data folder)")
    either.add_argument("--resume", type=path, metavar="DIR", help="go on with the run of this folder")
    arguments = parser.parse_args(spread(words))
    if arguments.resume is not None:
        return _go_on(arguments)
    return 0
