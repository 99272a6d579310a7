"""With every count wanted, no corpus test can be skipped unseen and no slow one stays out."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

TESTS = """
import pytest
from hypothesis import settings
from tests.counts import cases

def test_takes_the_corpus(corpus):
    assert corpus.is_dir()

@pytest.mark.corpus
def test_skips_itself():
    pytest.skip("a file of the corpus is not there")

@pytest.mark.slow
def test_slow():
    pass

def test_counts():
    print("cases", cases(3, 30), "examples", settings().max_examples)
"""


@pytest.fixture
def tests(tmp_path: Path):
    """Return a function that runs the tests above with the given variables and returns what pytest printed."""
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in ("conftest.py", "counts.py"):
        shutil.copy(ROOT / "tests" / name, tmp_path / "tests")
    (tmp_path / "tests" / "test_some.py").write_text(TESTS)

    def run(**variables: str) -> str:
        environ = {key: value for key, value in os.environ.items() if not key.startswith(("GATE_", "PYTEST_"))}
        command = [sys.executable, "-m", "pytest", "-s"]
        return subprocess.run(
            command, cwd=tmp_path, env=environ | variables, capture_output=True, text=True, timeout=60
        ).stdout

    return run


def test_at_reduced_counts_what_is_not_there_is_skipped(tests, tmp_path):
    output = tests(GATE_CORPUS=str(tmp_path / "none"))
    assert "1 passed, 3 skipped" in output
    assert "cases 3 examples 25" in output


def test_at_every_count_a_corpus_that_is_not_there_fails(tests, tmp_path):
    output = tests(GATE_CORPUS=str(tmp_path / "none"), GATE_ALL="1")
    assert "1 failed, 2 passed, 1 error" in output
    assert "cases 30 examples 200" in output


def test_a_corpus_that_is_there_is_used(tests, tmp_path):
    assert "2 passed, 2 skipped" in tests(GATE_CORPUS=str(tmp_path))
