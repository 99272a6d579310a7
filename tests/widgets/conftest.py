"""A workbench to test, and how to wait for it."""

import pytest
from PySide6.QtWidgets import QWidget

from explorer.experiment import Experiment
from tests.widgets.benches import Facts, experiment
from widgets.workbench import Workbench


@pytest.fixture
def exposed(qtbot):
    """Show a widget at a size, and return it once it is on screen."""

    def expose(widget: QWidget, width: int, height: int) -> QWidget:
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        return widget

    return expose


@pytest.fixture
def numpy_runs_long(monkeypatch):
    """Let numpy run what would else be left to torch: it takes long enough on any machine to look at it meanwhile."""
    monkeypatch.setattr("widgets.tasks.NUMPY_STEPS", 100_000)


@pytest.fixture
def bench(qtbot, numpy_runs_long):
    made = Workbench()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def rest(qtbot, bench):
    """Wait until nothing is on its way."""

    def wait() -> None:
        qtbot.waitUntil(
            lambda: bench.trace is not None and not bench.computing.busy and bench._proposed is None, timeout=60_000
        )

    return wait


@pytest.fixture
def opened(bench, rest):
    """Open an experiment and wait for it."""

    def open_one(made: Experiment | None = None) -> Facts:
        wanted = made or experiment()
        bench.open(lambda _: wanted, "open")
        rest()
        return Facts(bench)

    return open_one
