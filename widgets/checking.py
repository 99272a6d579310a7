"""Holds what numpy computed against torch, whenever computing has rested for a while."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.trace import Check, Trace
from widgets.computing import Computing
from widgets.torch_side import TorchSide

REST_MS = 300


class Checking(QObject):
    """Sets the check of the trace that is shown, and says ``checked(check)``. A fused run has checked itself."""

    checked = Signal(object)

    def __init__(self, torch: TorchSide, computing: Computing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._torch, self._computing = torch, computing
        self._trace: Trace | None = None
        self._live = False
        self._held = 0
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._check)
        torch.loaded.connect(self._check)
        torch.checked.connect(self._on_checked)

    def show_trace(self, trace: Trace, *, live: bool) -> None:
        """Take note of what is shown; in live mode it is checked again after every rest."""
        self._trace, self._live = trace, live

    def soon(self) -> None:
        """Check once nothing has happened for a while."""
        self._rest.start()

    def end(self) -> None:
        """Check no more."""
        self._rest.stop()

    def _check(self) -> None:
        if self._trace is None or (self._trace.check is not None and not self._live):
            return
        known = self._trace.known
        if self._computing.busy:
            self._rest.start()
        elif self._torch.check(self._trace):
            self._held = known

    def _on_checked(self, trace: Trace, check: Check) -> None:
        if trace is not self._trace:
            trace.check = check
            self._check()
            return
        grown = trace.known != self._held  # steps were taken meanwhile
        if grown:
            self._rest.start()
        if not grown or self._live:
            trace.check = check
            self.checked.emit(check)
