"""The main job, and clicks on units, in a process of its own, where a point is one and a half or two pixels."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JOBS = (
    "tests/journeys/test_stepping.py::test_the_main_job[own]",
    "tests/widgets/test_quantity_row.py::test_a_click_asks_for_the_unit_that_is_seen_there",
)


@pytest.mark.parametrize("factor", ["1.5", pytest.param("2", marks=pytest.mark.slow)])
def test_the_main_job_on_a_scaled_screen(factor):
    """The window opens and steps, what is painted is the trace as at 1×, and the unit under the pointer is selected."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *JOBS]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"QT_SCALE_FACTOR": factor}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "11 passed" in done.stdout
