"""What is installed is what is in the tree: the packages, and the data that goes with them."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
ROOMS = ["explorer", "widgets", "presets"]


def test_the_packages_listed_are_those_on_disk():
    found = {path.parent for room in ROOMS for path in ROOT.glob(f"{room}/**/*.py")}
    assert sorted(SETUPTOOLS["packages"]) == sorted(".".join(folder.relative_to(ROOT).parts) for folder in found)


def test_every_package_has_an_init():
    for package in SETUPTOOLS["packages"]:
        assert ROOT.joinpath(*package.split("."), "__init__.py").is_file(), package


@pytest.mark.parametrize("room", ROOMS)
def test_every_other_file_is_package_data(room):
    files = {path for path in ROOT.glob(f"{room}/**/*") if path.is_file() and path.suffix not in (".py", ".pyc")}
    packed = {path for pattern in SETUPTOOLS["package-data"].get(room, []) for path in ROOT.glob(f"{room}/{pattern}")}
    assert files == packed
