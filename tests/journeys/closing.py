"""Run the program as ``main.py`` does, and close its window at a certain moment: closing.py MOMENT [SOURCE]."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

import main
from widgets.app import make_app
from widgets.main_window import MainWindow


def growing(window: MainWindow) -> bool:
    """Return whether a part of the trace is on the screen."""
    bench = window.workbench
    return bench.trace is not None and bench.computing.busy and 0 < len(bench.trace.ready(0)) < bench.length


def computed(window: MainWindow) -> bool:
    return window.workbench.trace is not None and not window.workbench.computing.busy


def finishing(window: MainWindow) -> bool:
    """Go into live mode and run to the end; return whether that is under way."""
    bench = window.workbench
    if not bench.live and bench.trace is not None:
        bench.set_live(True)
    if bench.live and not bench.computing.busy:
        bench.finish()
    return bench.live and growing(window)


def keys_shown(window: MainWindow) -> bool:
    window.actions_.by_menu["Help"][0].trigger()
    return True


def training(window: MainWindow) -> bool:
    """Start a training; return whether it is under way."""
    dock = window.training
    if window.workbench.trace is not None and dock.recording is None:
        dock.start()
    return dock.trainer.state == "running" and dock.recording is not None and dock.recording.iteration > 0


MOMENTS = {
    "at once": lambda window: True,
    "playing": lambda window: window.workbench.player.playing and window.workbench.step > 3,
    "loading torch": lambda window: window.workbench.torch.is_loading,
    "torch loaded": lambda window: window.workbench.torch.is_loaded and computed(window),
    "verified": lambda window: computed(window) and window.workbench.trace.check is not None,
    "reading": lambda window: window.workbench.trace is None and window.workbench.computing.busy,
    "growing": growing,
    "finishing": finishing,
    "keys shown": keys_shown,
    "training": training,
}


def close_at(moment: str) -> QTimer:
    """Return the timer that looks whether the moment has come."""

    def look() -> None:
        windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()]
        if windows and MOMENTS[moment](windows[0]):
            timer.stop()
            print(moment, flush=True)
            windows[0].close()

    timer = QTimer(interval=5)
    timer.timeout.connect(look)
    timer.start()
    return timer


if __name__ == "__main__":
    make_app()
    looking = close_at(sys.argv[1])
    sys.exit(main.main(sys.argv[2:]))
