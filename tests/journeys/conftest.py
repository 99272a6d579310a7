"""The real window on a real screen, with what it remembers in a folder of the test."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QDialog

from tests.journeys.person import Person
from widgets.app import SWITCH_INTERVAL, make_app
from widgets.main_window import MainWindow
from widgets.theme import LIGHT

STEPS = 240


@pytest.fixture(scope="session")
def qapp_cls():
    """Return how the application is made: as the program makes it."""
    return lambda _arguments: make_app(LIGHT)


@pytest.fixture(autouse=True)
def switch_interval():
    """Let threads take turns as in the program."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Return an empty memory."""
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    """Return a table with dates, two features and a label that holds from step 60 to 79 and from 150 to 164."""
    rng = np.random.default_rng(7)
    level = 70 + np.cumsum(rng.normal(0, 1.5, STEPS))
    flow = np.sin(np.arange(STEPS) / 9) + rng.normal(0, 0.1, STEPS)
    label = np.zeros(STEPS, int)
    label[60:80] = label[150:165] = 1
    minutes = np.datetime64("2024-03-01T06:00") + 5 * np.arange(STEPS)
    rows = [f"{t},{a:.6f},{b:.6f},{c}" for t, a, b, c in zip(minutes, level, flow, label, strict=True)]
    path = tmp_path / "pump.csv"
    path.write_text("timestamp,level,flow,anomaly\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def long_csv(tmp_path: Path) -> Path:
    """Return a table so long that running a network over it takes a while."""
    rng = np.random.default_rng(1)
    path = tmp_path / "long.csv"
    np.savetxt(path, rng.normal(size=(200_000, 3)), fmt="%.4f", delimiter=",", header="a,b,c", comments="")
    return path


@pytest.fixture
def visit(qtbot, settings):
    """Return what opens the window on something and brings the person in front of it."""
    windows = []

    def open_window(source: str | Path = "preset:sine-mix", *, size=(1600, 1000)) -> Person:
        window = MainWindow(settings, LIGHT)
        windows.append(window)
        qtbot.addWidget(window)
        if size is not None:
            window.resize(*size)
        window.open_source(str(source))
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        person = Person(qtbot, window)
        person.wait_for_trace()
        return person

    yield open_window
    for window in windows:
        for dialog in window.findChildren(QDialog):
            dialog.close()
        window.close()


@pytest.fixture
def person(visit) -> Person:
    """Return a person before the window with the first preset."""
    return visit()


@pytest.fixture(params=["own", pytest.param("nab", marks=pytest.mark.corpus)])
def recording(request) -> Path:
    """Return a recording of a machine: one the tests write themselves, and one of the corpus."""
    if request.param == "own":
        return request.getfixturevalue("csv")
    return request.getfixturevalue("corpus") / "sequences/nab/machine_temperature_system_failure.csv"
