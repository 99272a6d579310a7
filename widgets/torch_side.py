"""What torch does for the window, in the background: it loads, and checks what numpy computed."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator

from PySide6.QtCore import QObject, Signal

from explorer.engines import load_torch
from explorer.trace import Check, Trace
from widgets.job import Job, Report, told

MOST_THREADS = 4


def threads_to_work() -> int:
    """Return how many threads may compute. One core is left to the window."""
    return max(1, min((os.cpu_count() or 2) - 1, MOST_THREADS))


def _load() -> Iterator[float]:
    """Import torch."""
    first = "torch" not in sys.modules
    yield from load_torch()
    if first:
        # What is there now stays. To look through it again for garbage would block the window for a tenth of a second.
        gc.freeze()


class TorchSide(QObject):
    """Says when torch has ``loaded``, and what it ``checked``."""

    loaded = Signal()
    checked = Signal(object, object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_loaded = False
        self._loading: Job | None = None
        self._checking: Job | None = None

    def load(self) -> None:
        """Import torch."""
        self._loading = Job(lambda _: _load(), "loading torch", self)
        self._loading.finished.connect(self._on_loaded)
        self._loading.failed.connect(lambda error: self.failed.emit(f"torch could not be loaded: {told(error)}"))
        self._loading.start()

    def check(self, trace: Trace) -> bool:
        """Hold the steps of ``trace`` that are known against torch. False if it cannot, or already checks another."""
        if not self.is_loaded or self._checking is not None:
            return False
        found: list[Check] = []

        def work(_: Report) -> Iterator[float]:
            from explorer.engines.check import verify

            for check in verify(trace):
                found[:] = [check]
                yield 0.0

        def done() -> None:
            self._checking = None
            if found:
                self.checked.emit(trace, found[0])

        self._checking = Job(work, "checking against torch", self)
        self._checking.finished.connect(done)
        self._checking.failed.connect(lambda error: self._on_failed(error))
        self._checking.start()
        return True

    def end(self) -> None:
        """End a check that still works. An import cannot be ended: ask ``is_loading`` before the interpreter goes."""
        if self._checking is not None:
            self._checking.end()

    @property
    def is_loading(self) -> bool:
        """Whether torch is being imported."""
        return self._loading is not None and not self.is_loaded and self._loading.running

    def _on_loaded(self) -> None:
        self.is_loaded = True
        self.loaded.emit()

    def _on_failed(self, error: BaseException) -> None:
        self._checking = None
        self.failed.emit(f"the check against torch failed: {told(error)}")
