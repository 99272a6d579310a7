"""Each contract of import-linter is seen to fail on an import planted in a copy of the tree."""

import shutil
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a copy of what import-linter reads."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("explorer", "widgets"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def kept(tree: Path, contract: str) -> bool:
    """Return whether lint-imports, run in the tree, finds this contract kept."""
    program = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run(
        [program, "--no-cache", "--contract", contract], cwd=tree, capture_output=True, text=True, timeout=60
    )
    assert "Analyzed" in ran.stdout, ran.stdout + ran.stderr
    return ran.returncode == 0


def file_of(tree: Path, module: str) -> Path:
    """Return the file of a module or package."""
    path = tree.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def plant(tree: Path, module: str, line: str) -> None:
    """Add an import to a module, inside a function as a late import would be."""
    with file_of(tree, module).open("a") as file:
        file.write(f"\n\ndef _planted():\n    {line}\n")


def rooms(contract: str, layer: str) -> list[str]:
    """Return the modules of one layer of the contract that are built."""
    container = CONTRACTS[contract]["containers"][0]
    names = [f"{container}.{name.strip(' ()')}" for name in layer.replace("|", ":").split(":")]
    return [name for name in names if file_of(ROOT, name).is_file()]


def upward(contract: str) -> list[tuple[str, str, str]]:
    """Return an import for every two neighbouring layers that goes the wrong way, as parameters of a test."""
    layers = filter(None, (rooms(contract, layer) for layer in CONTRACTS[contract]["layers"]))
    return [(contract, low[0], high[-1]) for high, low in pairwise(layers)]


def sideways(contract: str) -> list[tuple[str, str]]:
    """Return an import of every module that stands side by side with others, by its neighbour."""
    layers = [rooms(contract, layer) for layer in CONTRACTS[contract]["layers"] if "|" in layer]
    return [pair for layer in layers if len(layer) > 1 for pair in pairwise([*layer, layer[0]])]


@pytest.mark.parametrize("contract", CONTRACTS)
def test_kept_where_nothing_is_planted(tree, contract):
    assert kept(tree, contract)


@pytest.mark.parametrize("name", ["PySide6.QtCore", "pyqtgraph", "widgets.libraries"])
def test_core_without_window(tree, name):
    plant(tree, "explorer.errors", f"import {name}")
    assert not kept(tree, "core-without-window")


def test_window_without_torch(tree):
    plant(tree, "widgets.libraries", "import torch.nn")
    assert not kept(tree, "window-without-torch")


@pytest.mark.parametrize(
    ("contract", "low", "high"),
    upward("rooms-of-the-core") + upward("panels-apart") + upward("rooms-of-training"),
)
def test_no_room_imports_one_above(tree, contract, low, high):
    plant(tree, low, f"import {high}")
    assert not kept(tree, contract)


@pytest.mark.parametrize(("panel", "other"), sideways("panels-apart"))
def test_no_panel_imports_another_or_the_workbench(tree, panel, other):
    plant(tree, panel, f"import {other}")
    assert not kept(tree, "panels-apart")


@pytest.mark.parametrize(("contract", "package"), [("rooms-of-the-core", "explorer"), ("panels-apart", "widgets")])
def test_a_new_module_needs_a_place(tree, contract, package):
    (tree / package / "planted.py").write_text("")
    assert not kept(tree, contract)
