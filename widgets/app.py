"""Start the window, or take a picture of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from explorer.errors import OutputError, UsageError
from explorer.network import Recipe
from explorer.sequences import Options, Scale
from explorer.writing import replacing
from widgets.catching import Catcher
from widgets.job import sentence
from widgets.main_window import MainWindow
from widgets.sources import first_source, make_experiment, read_source, source_recipe
from widgets.theme import THEMES, Theme, apply_theme, system_theme
from widgets.torch_side import threads_to_work
from widgets.training_defaults import is_run, run_source, trained_on

SWITCH_INTERVAL = 0.0002
"""Seconds after which a working thread gives way to the window, so that frames are on time while it computes."""

LATER_MS = 400
"""When the window is shown, what is not needed to show it is imported: torch, and what reads files."""

HINT = "Space plays and pauses, → and ← go one step, F1 shows every key."
"""What a newcomer has to know."""

FIRST_TRACE_SECONDS = 0.3
"""How long the window waits for what it opens with, before it shows itself and the work goes on beside it."""


def make_app(theme: Theme | None = None) -> QApplication:
    """Return the application, made if there is none yet."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
        app.setApplicationName("gate-explorer")
        app.setApplicationDisplayName("Gate Explorer")
    if theme is not None:
        apply_theme(app, theme)
    return app


def make_settings() -> QSettings:
    """Return where the window remembers things: a file in the user's configuration folder."""
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "gate-explorer", "gate-explorer")


def open_window(source: str | None) -> int:
    """Open the window on a CSV, a preset, a run or the first preset, and return its exit code when it is closed."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    # torch.set_num_threads holds for the thread that calls it, and every run has a thread of its own. One that waits at
    # every step for a core that the window needs takes ten times as long.
    os.environ.setdefault("OMP_NUM_THREADS", str(threads_to_work()))
    app, settings = make_app(), make_settings()
    theme = THEMES.get(str(settings.value("theme")), system_theme(app))
    window = MainWindow(settings, theme)
    catcher = Catcher(window)
    catcher.caught.connect(lambda text: window.status.show_message(text, "error"))
    if source is None:
        _play_once_shown(window)
    run = source if is_run(source) else None
    if run is None:
        window.open_source(source or first_source())
    else:
        window.open_source(*run_source(run))
    window.workbench.computing.settle(FIRST_TRACE_SECONDS)
    window.show()
    if run is not None:
        follow_run(window, run)
    for later in (window.desk.keep_log, window.opening.prepare, window.workbench.torch.load):
        QTimer.singleShot(LATER_MS, later)
    code = app.exec()
    catcher.let_go()
    if window.workbench.torch.is_loading:
        # The import of torch takes seconds and cannot be broken off; all that was to be kept has been written.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def follow_run(window: MainWindow, run: str) -> None:
    """Show a run beside the data that were opened, and where those are its own, the network as it was at last."""
    if trained_on(run) is not None:
        window.moments.await_last_of(Path(run).name)
    window.training.open_run(run)


def save_screenshot(
    source: str | None,
    recipe: Recipe | None,
    options: Options,
    *,
    scale: Scale | None,
    step: int | None,
    size: tuple[int, int],
    theme: str,
    out: Path,
) -> None:
    """Write a picture of the window to ``out``, a PNG of ``size``. Under Qt's offscreen platform it needs no screen."""
    app = make_app()
    window = MainWindow(_no_settings(), THEMES[theme])
    window.resize(*size)
    source = source or first_source()
    experiment = make_experiment(read_source(source, told=lambda _: options), recipe or source_recipe(source), scale)
    length = len(experiment.dataset.sequences[0])
    if step is not None and step >= length:
        raise UsageError(f"there is no step {step}; the sequence has steps 0 to {length - 1}")
    bench, errors = window.workbench, []
    sys.excepthook = lambda _kind, error, _trace: errors.append(sentence(error))
    bench.message.connect(lambda text, kind: errors.append(text) if kind == "error" else None)
    bench.open(lambda _: experiment, "open")
    _wait(lambda: bool(errors) or (bench.trace is not None and not bench.computing.busy))
    bench.torch.load()
    _wait(lambda: bool(errors) or (bench.trace is not None and bench.trace.check is not None))
    if errors:
        raise OutputError(errors[0])
    bench.go_to(length // 2 if step is None else step)
    window.show()
    for _ in range(3):
        app.processEvents()
    picture = QBuffer()
    window.rows.insist()
    window.grab().toImage().save(picture, "PNG")
    window.close()
    if errors:
        raise OutputError(errors[0])
    with replacing(out) as file:
        file.write(picture.data().data())


def _no_settings() -> QSettings:
    settings = QSettings("", QSettings.Format.IniFormat)
    settings.clear()
    return settings


def _wait(done: Callable[[], bool], most_ms: int = 600_000) -> None:
    loop, timer = QEventLoop(), QTimer(interval=10)
    timer.timeout.connect(lambda: loop.quit() if done() else None)
    QTimer.singleShot(most_ms, loop.quit)
    timer.start()
    loop.exec()


def _play_once_shown(window: MainWindow) -> None:
    """Play the first trace there is: a newcomer sees at once what the window is about."""
    bench = window.workbench

    def play(_trace: object) -> None:
        bench.trace_changed.disconnect(play)
        bench.play()
        if not window.status.message.text():
            window.status.show_message(HINT)

    bench.trace_changed.connect(play)
