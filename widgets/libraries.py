"""The system libraries Qt needs on Linux: what lacks is named in one line, before Qt would abort the process.

Standard library only, and old Pythons read it too: the Makefile asks it (``python3 widgets/libraries.py run`` or
``test``) before anything is installed, the app before it imports Qt.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from pathlib import Path
from shutil import which
from typing import Mapping, Sequence  # noqa: UP035 - old Pythons have these

Libraries = Mapping[str, Mapping[str, str]]
OLDEST_PYTHON = (3, 11)

OFFSCREEN = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
"""What Qt loads with or without a screen: soname → Debian package."""

XCB = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
"""What a window on X11 adds."""

WAYLAND = {"libwayland-cursor.so.0": "libwayland-cursor0"}
"""What a window on Wayland adds."""

LIBRARIES = {"offscreen": OFFSCREEN, "xcb": {**OFFSCREEN, **XCB}, "wayland": {**OFFSCREEN, **WAYLAND}}

NO_DISPLAY = (
    "Gate Explorer finds no display to open its window on (neither DISPLAY nor WAYLAND_DISPLAY is set). "
    "Start it in a desktop session; its commands, such as trace and screenshot, need none."
)


def platforms(environ: Mapping[str, str]) -> list[str]:
    """Return the names of the platforms Qt will try, in its order; none if there is no display."""
    if environ.get("QT_QPA_PLATFORM"):
        return [name.partition(":")[0] for name in environ["QT_QPA_PLATFORM"].split(";")]
    displays = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}
    return [name for name, variable in displays.items() if environ.get(variable)]


def missing(platform_name: str, libraries: Libraries = LIBRARIES) -> list[str]:
    """Return the Debian packages of the libraries that this platform of Qt needs and that do not load."""
    needed = libraries.get(platform_name, {}) if sys.platform == "linux" else {}
    return [package for soname, package in needed.items() if not _loads(soname)]


def message(packages: list[str]) -> str:
    """Return the one line that says how to install the packages."""
    return f"Gate Explorer lacks system packages. On Debian or Ubuntu: sudo apt-get install -y {' '.join(packages)}"


def complaint(environ: Mapping[str, str], also: Sequence[str] = (), libraries: Libraries = LIBRARIES) -> str:
    """Return the line to show instead of opening a window, or "" if one can be opened. Packages in also lack anyway."""
    if sys.platform != "linux":
        return ""
    names = platforms(environ)
    if not names:
        return NO_DISPLAY
    packages = [*also, *min((missing(name, libraries) for name in names), key=len)]
    return message(packages) if packages else ""


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _venv_package() -> list[str]:
    """Return the Debian package without which this Python makes no virtual environment, if it is missing."""
    lacks = sys.platform == "linux" and importlib.util.find_spec("ensurepip") is None
    return ["python{}.{}-venv".format(*sys.version_info)] if lacks else []


def _screen_packages(environ: Mapping[str, str]) -> list[str]:
    """Return the Debian packages by which tests get a virtual screen, where there is no real one."""
    if sys.platform != "linux" or environ.get("DISPLAY"):
        return []
    path = environ.get("PATH")
    return [package for program, package in (("xvfb-run", "xvfb"), ("xauth", "xauth")) if not which(program, path=path)]


def main(wish: str, environ: Mapping[str, str], venv: Path) -> str:
    """Return in one line what keeps ``make run`` or ``make test`` from working here, or ""."""
    if not venv.exists() and sys.version_info < OLDEST_PYTHON:
        has = ".".join(map(str, sys.version_info[:2]))
        return f"Gate Explorer needs Python 3.11 or newer and this is {has}. Name one: make {wish} PYTHON=python3.12"
    packages = [] if venv.exists() else _venv_package()
    if wish == "run":
        return complaint(environ, packages)
    packages += missing("xcb") + _screen_packages(environ)
    return message(packages) if packages else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], os.environ, Path(__file__).parents[1] / ".venv") or 0)
