"""A network that is judged in a process of its own: asked for, waited for, given up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtCore import QObject, QProcess, Signal

from widgets.processes import prepared, start_module

ANSWERS = "answers.csv"


class Evaluation(QObject):
    """Runs the command ``evaluate``. ``answers`` is where it wrote every answer, None before it did.

    ``finished(report)`` gives what its ``--json`` says, ``failed(sentence)`` why there is none. Nothing is said of one
    that was cancelled, or that another replaced.
    """

    finished = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self.answers: Path | None = None

    @property
    def busy(self) -> bool:
        """Whether it is at work."""
        return self._process is not None

    def begin(self, run: Path, cell: str, iteration: int) -> None:
        """Judge the network of a moment of a run on what the run held out."""
        self.cancel()
        self._forget()
        self._folder = TemporaryDirectory(prefix="gate-explorer-")
        process = self._process = prepared(self)
        process.finished.connect(lambda code, status, process=process: self._on_finished(process, code, status))
        process.errorOccurred.connect(lambda error, process=process: self._on_error(process, error))
        out = str(Path(self._folder.name) / ANSWERS)
        asked = ("evaluate", str(run), "--cell", cell, "--iteration", str(iteration), "--json", "--out", out)
        start_module(process, "main", *asked)

    def cancel(self) -> None:
        """Give up what is at work."""
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished()
            process.deleteLater()

    def end(self) -> None:
        """End what works, and delete what was written, for the window to close."""
        self.cancel()
        self._forget()

    def _forget(self) -> None:
        self.answers = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _on_finished(self, process: QProcess, code: int, status: QProcess.ExitStatus) -> None:
        if process is not self._process:
            return
        said = process.readAllStandardError().data().decode(errors="replace").strip().rpartition("\n")[2]
        told = process.readAllStandardOutput().data()
        self._leave()
        if code or status == QProcess.ExitStatus.CrashExit:
            self.failed.emit(said.partition(": ")[2] or f"the evaluation ended with code {code}, and said nothing")
            return
        assert self._folder is not None
        self.answers = Path(self._folder.name) / ANSWERS
        report: Mapping[str, Any] = json.loads(told)
        self.finished.emit(report)

    def _on_error(self, process: QProcess, error: QProcess.ProcessError) -> None:
        if process is self._process and error == QProcess.ProcessError.FailedToStart:
            self._leave()
            self.failed.emit(f"the evaluation could not be started: {process.program()} cannot be run")

    def _leave(self) -> None:
        if self._process is not None:
            self._process.deleteLater()
        self._process = None
