"""Errors that nothing caught, whatever thread they came up in, become messages: a sentence, with how it came below."""

from __future__ import annotations

import os
import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from widgets.job import told


class Catcher(QObject):
    """Says ``caught(text)`` for each, on the thread it lives on, until it is let go."""

    caught = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._usual, self._usual_of_threads = sys.excepthook, threading.excepthook
        self._hooks = (self._tell, self._tell_of_thread)  # a bound method is another object each time it is asked for
        sys.excepthook, threading.excepthook = self._hooks

    def let_go(self) -> None:
        """Leave errors to whom they were left before, unless somebody else has come in between."""
        if sys.excepthook is self._hooks[0]:
            sys.excepthook = self._usual
        if threading.excepthook is self._hooks[1]:
            threading.excepthook = self._usual_of_threads

    def _tell(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Say it; with GATE_TRACEBACK set, on the terminal as well."""
        if issubclass(kind, KeyboardInterrupt) or os.environ.get("GATE_TRACEBACK"):
            self._usual(kind, error, trace)
        if not issubclass(kind, KeyboardInterrupt):
            self.caught.emit(told(error.with_traceback(trace)))

    def _tell_of_thread(self, hooked: threading.ExceptHookArgs) -> None:
        if hooked.exc_value is not None and not issubclass(hooked.exc_type, SystemExit):
            self._tell(hooked.exc_type, hooked.exc_value, hooked.exc_traceback)
