"""Errors become one line and an exit code; progress rewrites its line on a terminal only."""

import io

import pytest

from explorer.commands.console import Progress, run_command
from explorer.errors import DataError, OutputError, UsageError


class Terminal(io.StringIO):
    """A text that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def ending_with(error: BaseException):
    def command(words: list[str]) -> int:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (UsageError("no column 'z'"), 2, "no column 'z'"),
        (
            DataError("'x' is no number", file="a/b.csv", line=3, column=2),
            1,
            "b.csv, line 3, column 2: 'x' is no number",
        ),
        (OutputError("t.npz: cannot be written"), 1, "t.npz: cannot be written"),
        (UsageError("two\nlines\r\nand \x1b[31mcolour"), 2, "two lines  and  [31mcolour"),
        (KeyboardInterrupt(), 130, "stopped"),
        (MemoryError(), 1, "there is not enough memory for this; try fewer units or layers, or a shorter sequence"),
        (
            RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes"),
            1,
            "there is not enough memory for this; try fewer units or layers, or a shorter sequence",
        ),
        (PermissionError(13, "Permission denied", "x.csv"), 1, "x.csv: Permission denied"),
        (KeyError("lost"), 1, "this should not happen: KeyError: 'lost' (GATE_TRACEBACK=1 shows where)"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_one_line_and_an_exit_code(capsys, error, code, line):
    assert run_command(ending_with(error), []) == code
    assert capsys.readouterr() == ("", f"gate-explorer: {line}\n")


def test_where_it_happened_on_request(monkeypatch):
    monkeypatch.setenv("GATE_TRACEBACK", "1")
    with pytest.raises(KeyError):
        run_command(ending_with(KeyError("lost")), [])


def test_progress_rewrites_its_line_on_a_terminal():
    terminal = Terminal()
    with Progress("computing", terminal, pause=0) as progress:
        for fraction in (0.05, 0.5, 1.0):
            progress.show(fraction)
    assert terminal.getvalue() == "\rcomputing: 5%\rcomputing: 50%\r              \r"


def test_progress_elsewhere_is_lines():
    file = io.StringIO()
    with Progress("computing", file, pause=0) as progress:
        progress.show(0.05)
        progress.show(0.5)
    assert file.getvalue() == "computing: 5%\ncomputing: 50%\n"


def test_progress_is_not_told_all_the_time():
    terminal = Terminal()
    with Progress("computing", terminal, pause=60) as progress:
        for k in range(1000):
            progress.show(k / 1000)
    assert terminal.getvalue() == ""


def test_progress_in_words_keeps_to_one_line_of_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "12")
    terminal = Terminal()
    with Progress("training", terminal, pause=0) as progress:
        progress.tell("iteration 1 of 3")
        progress.tell("2 of 3")
    assert terminal.getvalue() == "\riteration 1\r2 of 3     \r           \r"


def test_progress_that_nobody_can_hear():
    """A reader of stderr who left is no reason to stop: the work goes on."""

    class Gone(Terminal):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    with Progress("computing", Gone(), pause=0) as progress:
        progress.show(0.5)
