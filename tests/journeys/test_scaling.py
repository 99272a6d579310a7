"""The main job in a process of its own, where a pixel of the window is one and a half or two of the screen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("factor", ["1.5", "2"])
def test_the_main_job_on_a_scaled_screen(factor):
    """The window opens and steps, and what is painted is the trace, as at 1×."""
    job = "tests/journeys/test_stepping.py::test_the_main_job[own]"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", job]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"QT_SCALE_FACTOR": factor}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
