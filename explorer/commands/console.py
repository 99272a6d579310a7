"""What every command keeps to: one line per error, its exit code, results on stdout and everything else on stderr."""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn, TextIO

from explorer.errors import GateExplorerError, OutputError, UsageError, sentence_of

PROGRAM = "gate-explorer"
INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is one line. No abbreviations: ``--ini`` is neither init nor initial."""

    def __init__(self, command: str = "", **options: str) -> None:
        super().__init__(
            prog=f"{invocation()} {command}".rstrip(),
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **options,  # type: ignore[arg-type]
        )

    def error(self, message: str) -> NoReturn:
        """Raise a UsageError instead of printing the usage and leaving."""
        raise UsageError(f"{message}; see {self.prog} --help")


def invocation() -> str:
    """Return how the program was started, for the examples of the help: from a checkout, or installed."""
    return "python main.py" if Path(sys.argv[0]).name == "main.py" else PROGRAM


def run_command(command: Callable[[list[str]], int], words: list[str]) -> int:
    """Run a command on its arguments and return its exit code. Every error becomes one line on stderr."""
    _open_closed_streams()
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal that cannot show a letter still shows the others
    try:
        code = command(words)
        _flush()
    except SystemExit as leaving:  # argparse, after --help or --version
        _flush()
        return int(leaving.code or 0)
    except BrokenPipeError:
        _drop_stdout()  # whoever read our results has read enough
        return 0
    except KeyboardInterrupt:
        say(f"{PROGRAM}: stopped")
        return INTERRUPTED
    except GateExplorerError as error:
        say(f"{PROGRAM}: {error}")
        return error.exit_code
    except Exception as error:  # whatever it is, the person gets one line
        if os.environ.get("GATE_TRACEBACK"):
            raise
        say(f"{PROGRAM}: {sentence_of(error)}")
        return GateExplorerError.exit_code
    return code


def _open_closed_streams() -> None:
    """Give what is printed somewhere to go where the caller closed stdout or stderr: Python has None for them then."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, io.StringIO())


def tell(text: str) -> None:
    """Print one line of results to stdout."""
    _to_stdout(lambda: print(text))


def _flush() -> None:
    """Write out the results now, while a full disk can still be told."""
    _to_stdout(sys.stdout.flush)


def _to_stdout(write: Callable[[], None]) -> None:
    try:
        write()
    except BrokenPipeError:
        raise
    except OSError as error:
        _drop_stdout()
        raise OutputError(f"the results cannot be written: {error.strerror}") from error


def _drop_stdout() -> None:
    """Send what is still to be flushed nowhere, so that Python does not try again, and complain, when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def say(text: str) -> None:
    """Print one line to stderr, whatever the text holds. That nobody listens is no reason to stop."""
    _write(sys.stderr, "".join(letter if letter.isprintable() else " " for letter in text) + "\n")


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
        stream.flush()
    except OSError:
        return


class Progress:
    """Tells on stderr how far something is: one line rewritten on a terminal, elsewhere a new line now and then."""

    def __init__(self, what: str, stream: TextIO | None = None, pause: float | None = None) -> None:
        self._what = what
        self._stream = sys.stderr if stream is None else stream
        self._terminal = self._stream.isatty()
        self._pause = pause if pause is not None else 0.1 if self._terminal else 2.0
        self._last = time.monotonic()
        self._width = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *reason: object) -> None:
        """Clear the line, so that what is said next begins on an empty one."""
        if self._width:
            _write(self._stream, f"\r{' ' * self._width}\r")

    def show(self, fraction: float) -> None:
        """Say that ``fraction`` (0…1) is done, unless it was said just now or what follows says so."""
        if fraction < 1:
            self.tell(f"{self._what}: {fraction:.0%}")

    def tell(self, text: str) -> None:
        """Say how far it is in words, unless that was said just now."""
        now = time.monotonic()
        if now - self._last < self._pause:
            return
        self._last = now
        if self._terminal:
            text = text[: shutil.get_terminal_size().columns - 1]  # a longer line could not be rewritten
            _write(self._stream, f"\r{text.ljust(self._width)}")
            self._width = max(self._width, len(text))
        else:
            _write(self._stream, f"{text}\n")


def follow(what: str, work: Iterator[float]) -> None:
    """Do the work, whose items are the fraction done, and show how far it is."""
    with Progress(what) as progress:
        for fraction in work:
            progress.show(fraction)
