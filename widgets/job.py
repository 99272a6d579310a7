"""Long work off the window's thread: an iterator of fractions done, drained on a thread, watched by a timer.

The thread touches no Qt object; the window looks at what it left behind, so no signal crosses threads.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.errors import GateExplorerError

LOOK_MS = 15

FIRST_LOOK_MS, FIRST_SECONDS = 3, 0.2
"""How often the window looks at first, and how long: what is short is seen within a frame of its end."""

Report = Callable[[float], None]
"""Takes the fraction done; raises ``CancelledError`` where the work is not wanted any more."""


class CancelledError(Exception):
    """Ends work that was cancelled."""


class Job(QObject):
    """Runs ``work`` and says ``progressed(fraction)``, then one of ``finished``, ``failed(error)``, ``cancelled``.

    ``running`` tells whether it has begun and not said how it ended; then it goes, and its listeners with it.
    """

    progressed = Signal(float)
    finished = Signal()
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, work: Callable[[Report], Iterator[float]], text: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.text = text
        self.fraction = 0.0
        self.running = False
        self._work = work
        self._error: BaseException | None = None
        self._cancel = threading.Event()
        self._thread = threading.Thread(target=self._drain, name=text, daemon=True)
        self._began = 0.0
        self._timer = QTimer(self, interval=FIRST_LOOK_MS)
        self._timer.timeout.connect(self._on_look)

    @property
    def looks_every(self) -> int:
        """Milliseconds between two looks at how far it is."""
        return self._timer.interval()

    def start(self) -> None:
        """Begin."""
        self.running, self._began = True, time.monotonic()
        self._thread.start()
        self._timer.start()

    def cancel(self) -> None:
        """Stop after the chunk at hand."""
        self._cancel.set()

    def end(self) -> None:
        """Stop, wait for the thread, and say nothing more: for closing the window."""
        if self.running:
            self.running = False
            self._timer.stop()
        self._cancel.set()
        if self._thread.is_alive():
            self._thread.join()

    def settle(self, seconds: float) -> None:
        """Wait up to so long for the end, and if it has come say so at once."""
        self._thread.join(seconds)
        if self.running and not self._thread.is_alive():
            self._on_look()

    def _drain(self) -> None:
        try:
            for fraction in self._work(self._report):
                self._report(fraction)
        except CancelledError:
            pass
        except BaseException as error:  # noqa: BLE001 - whatever it is, the window must say it
            self._error = error
        finally:
            del self._work  # and with it what it worked on

    def _report(self, fraction: float) -> None:
        self.fraction = fraction
        if self._cancel.is_set():
            raise CancelledError

    def _on_look(self) -> None:
        if self._thread.is_alive():
            if self.looks_every != LOOK_MS and time.monotonic() - self._began > FIRST_SECONDS:
                self._timer.setInterval(LOOK_MS)
            self.progressed.emit(self.fraction)
            return
        self.running = False
        self._timer.stop()
        if self._error is not None and not self._cancel.is_set():
            self.failed.emit(self._error)
        elif self._cancel.is_set():
            self.cancelled.emit()
        else:
            self.finished.emit()
        # Its parent would keep it, and with it the trace that it worked on, for as long as there is a window.
        self.deleteLater()


def sentence(error: BaseException) -> str:
    """Return an error as one sentence for a person."""
    if isinstance(error, GateExplorerError):
        return str(error)
    if isinstance(error, MemoryError):
        return "there is not enough memory for this; try fewer units, layers or steps"
    return f"{type(error).__name__}: {error}"


def told(error: BaseException) -> str:
    """Return the sentence and, of an error that nobody foresaw, in the lines below it how it came about."""
    if isinstance(error, (GateExplorerError, MemoryError)):
        return sentence(error)
    said = f"something went wrong that should not have ({type(error).__name__}: {error})".replace("\n", " ")
    return f"{said}\n{''.join(traceback.format_exception(error)).rstrip()}"
