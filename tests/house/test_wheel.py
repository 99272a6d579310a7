"""The wheel works in a clean environment, from a folder that is not the checkout."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import numpy as np
import pytest

import explorer

ROOT = Path(__file__).parents[2]
NOT_SOURCE = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", "build", "dist", "*.egg-info")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


def run(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command that has to succeed, as from a shell that knows nothing of the checkout."""
    environ = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    ran = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty folder to work in."""
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the sources, install it in a new environment and return its program."""
    base = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT, base / "source", ignore=NOT_SOURCE)
    run(sys.executable, "-m", "build", "--outdir", base / "dist", base / "source", cwd=base)
    [wheel] = (base / "dist").glob("*.whl")
    venv.create(base / "clean", with_pip=True)
    scripts = base / "clean" / ("Scripts" if os.name == "nt" else "bin")
    run(scripts / "python", "-m", "pip", "install", wheel, cwd=base)
    return scripts / "gate-explorer"


def test_version(program, folder):
    assert explorer.__version__ in run(program, "--version", cwd=folder).stdout


def test_presets(program, folder):
    listed = run(program, "presets", cwd=folder).stdout
    assert all(name in listed for name in ("sine-mix", "delayed-echo", "adding", "step-impulse"))


def test_trace(program, folder):
    run(program, "trace", "--hidden", "4", "--out", "trace.npz", cwd=folder)
    with np.load(folder / "trace.npz") as trace:
        assert trace["l0.h"].shape == (len(trace["x"]), 4)


def test_the_window_with_its_presets(program, folder):
    run(program, "screenshot", "preset:adding", "--size", "1200x800", "--out", "window.png", cwd=folder)
    assert (folder / "window.png").stat().st_size > 10_000


def test_nothing_comes_from_the_checkout(program, folder):
    python = program.with_name("python")
    where = run(python, "-c", "import explorer, widgets, presets, main; print(main.__file__)", cwd=folder).stdout
    assert str(ROOT) not in where
    folders = [path.parent for path in ROOT.glob("presets/*/preset.toml")]
    named = [file.relative_to(ROOT) for folder in folders for file in folder.iterdir()]
    assert {"preset.toml", "lesson.md", "light.png", "dark.png"} == {path.name for path in named}
    assert all((Path(where.strip()).parent / path).is_file() for path in named)
    assert subprocess.run([python, "-c", "import tests"], cwd=folder, capture_output=True).returncode == 1
