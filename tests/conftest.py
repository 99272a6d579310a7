"""What every test may use: the corpus, the number of cases, and no skipped corpus when every count is wanted."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.counts import ALL

# Before anything imports torch: set_num_threads holds for the thread that calls it, not for those that windows start.
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).parents[1]

settings.register_profile("reduced", max_examples=25, deadline=None, derandomize=True)
settings.register_profile("all", max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("all" if ALL else "reduced")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Return the folder of data made elsewhere; where there is none, the test is skipped."""
    folder = Path(os.environ.get("GATE_CORPUS", ROOT.parent / "shared" / "corpus"))
    if not folder.is_dir():
        pytest.skip(f"no corpus: GATE_CORPUS names no folder and {folder} is none")
    return folder


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk of its own, mounted at ``place``."""

    place: Path

    def make_room(self) -> None:
        """Let it take more than any test writes."""
        subprocess.run(["mount", "-o", "remount,size=16m", self.place], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Disk]:
    """Return a disk of 128 KB. Only root can mount one; elsewhere the test is skipped."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=128k", "none", place]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("no small disk can be mounted here: there is no mount")
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield Disk(place)
    subprocess.run(["umount", "--lazy", place], check=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that take the corpus; leave the slow ones to make test-all."""
    for item in items:
        if "corpus" in getattr(item, "fixturenames", ()):
            item.add_marker("corpus")
        if item.get_closest_marker("slow") and not ALL:
            item.add_marker(pytest.mark.skip(reason="slow: runs with GATE_ALL=1 (make test-all)"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Let a corpus test that is skipped fail when every count is wanted."""
    report = yield
    if ALL and report.skipped and item.get_closest_marker("corpus") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but GATE_ALL=1 wants every corpus test to run: {call.excinfo.value}"
    return report
