"""Closing the window ends the process with exit code 0 and without a word, whatever is under way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.training.claim import is_claimed
from explorer.training.status import read_status
from tests.journeys.closing import MOMENTS

CLOSING = Path(__file__).with_name("closing.py")
ON_LONG = ("reading", "growing", "finishing")


def end_of(moment: str, source: list[str], tmp_path: Path) -> subprocess.CompletedProcess:
    home = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "GATE_TRACEBACK": "1"}
    command = [sys.executable, "-X", "faulthandler", str(CLOSING), moment, *source]
    return subprocess.run(
        command, cwd=tmp_path, env=os.environ | home, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize(
    "moment", [pytest.param(m, marks=pytest.mark.smoke if m == "playing" else ()) for m in MOMENTS]
)
def test_it_ends_with_exit_code_0(moment, tmp_path, request):
    source = [str(request.getfixturevalue("long_csv"))] if moment in ON_LONG else []
    ended = end_of(moment, source, tmp_path)
    said = [line for line in ended.stderr.splitlines() if "propagateSizeHints" not in line]
    assert (ended.returncode, ended.stdout, said) == (0, f"{moment}\n", [])
    assert (tmp_path / "gate-explorer" / "gate-explorer.ini").is_file()
    runs = [found.parent for found in tmp_path.rglob("run.toml")]
    assert [read_status(run).state for run in runs] == (["stopped"] if moment == "training" else [])
    assert not any(is_claimed(run) for run in runs), "no process trains on"
