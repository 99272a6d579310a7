"""How the tests of the commands run them: as the real program, or its main function where many runs are wanted."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import main

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Ran:
    """What a run ended with."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def program(tmp_path: Path) -> Run:
    """Return a function that runs ``main.py`` as a program of its own, in an empty folder."""

    def run(*words: object, **options: object) -> Ran:
        command = [sys.executable, str(ROOT / "main.py"), *map(str, words)]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, **options)
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    return run


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that calls the program's main function, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> Ran:
        capsys.readouterr()
        code = main.main([str(word) for word in words])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


@pytest.fixture
def refused(call: Run) -> Callable[..., str]:
    """Return a function that calls the program, sees it refuse in one line with an exit code, and returns that line."""

    def run(code: int, *words: object) -> str:
        ran = call(*words)
        assert (ran.code, ran.out) == (code, ""), ran
        assert ran.err.startswith("gate-explorer: ")
        assert ran.err.count("\n") == 1
        assert ran.err.endswith("\n")
        return ran.err.removeprefix("gate-explorer: ").rstrip("\n")

    return run
