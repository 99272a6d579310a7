"""Missing system libraries are named in one line, and what is named suffices for Qt to start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from widgets import libraries

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes these libraries from the system")

LACKING = {
    "offscreen": {"libGL.so.1": "libgl1"},
    "xcb": {"libGL.so.1": "libgl1", "libno-such-thing.so.1": "libno-such-thing1", "libnor-this.so.0": "libnor-this0"},
    "wayland": {"libnor-this.so.0": "libnor-this0"},
}
"""As the real table, with libraries no system has."""

START_QT = """
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
window = QWidget()
window.show()
app.processEvents()
print(app.platformName())
"""


def test_names_the_packages_that_lack():
    assert libraries.missing("xcb", LACKING) == ["libno-such-thing1", "libnor-this0"]


def test_names_nothing_where_all_is_there():
    assert libraries.missing("offscreen", LACKING) == []


def test_asks_nothing_of_a_platform_it_does_not_know():
    assert libraries.missing("vnc", LACKING) == []


def test_the_line_installs_them():
    line = libraries.complaint({"DISPLAY": ":0"}, libraries=LACKING)
    assert line.endswith("sudo apt-get install -y libno-such-thing1 libnor-this0")
    assert "\n" not in line


def test_adds_what_lacks_anyway():
    line = libraries.complaint({"DISPLAY": ":0"}, ["python3.11-venv"], LACKING)
    assert line.endswith("sudo apt-get install -y python3.11-venv libno-such-thing1 libnor-this0")


def test_one_platform_that_works_is_enough():
    works = {"wayland": LACKING["wayland"], "xcb": LACKING["offscreen"]}
    assert libraries.complaint({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, libraries=works) == ""


def test_of_two_that_lack_the_shorter_line_is_shown():
    line = libraries.complaint({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, libraries=LACKING)
    assert line.endswith("sudo apt-get install -y libnor-this0")


def test_no_display_is_said_in_one_line():
    line = libraries.complaint({"DISPLAY": ""})
    assert "display" in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({}, []),
        ({"DISPLAY": ":0"}, ["xcb"]),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, ["wayland", "xcb"]),
        ({"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":0"}, ["offscreen"]),
        ({"QT_QPA_PLATFORM": "wayland;xcb:arg=1"}, ["wayland", "xcb"]),
    ],
)
def test_platforms_are_those_qt_tries(environ, names):
    assert libraries.platforms(environ) == names


def test_the_makefile_hears_of_a_missing_display_before_anything_is_installed():
    environ = {key: value for key, value in os.environ.items() if "DISPLAY" not in key and key != "QT_QPA_PLATFORM"}
    asked = subprocess.run([sys.executable, libraries.__file__, "run"], env=environ, capture_output=True, text=True)
    assert asked.returncode == 1
    assert asked.stderr == libraries.NO_DISPLAY + "\n"


def test_the_makefile_hears_of_a_missing_virtual_screen(tmp_path):
    environ = {"PATH": str(tmp_path)}
    assert libraries.main("test", environ, Path(sys.prefix)).endswith("install -y xvfb xauth")


@pytest.mark.smoke
def test_qt_starts_where_nothing_is_missing():
    name = os.environ.get("QT_QPA_PLATFORM") or libraries.platforms(os.environ)[0]
    assert libraries.missing(name) == []
    started = subprocess.run([sys.executable, "-c", START_QT], capture_output=True, text=True, timeout=60)
    assert (started.returncode, started.stdout) == (0, f"{name}\n"), started.stderr
