"""The trainer: a process of its own in which a training runs, started ahead, and never left behind.

``QProcess``, because it brings the pipes to the window's own event loop: no thread, and nothing is polled.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

from explorer.errors import DataError
from explorer.training.resuming import read_resume
from widgets.processes import prepared, start_module

END_MS = 3000
"""How long a training may take to finish its iteration when the window closes."""

KILLED = 9
"""The signal that ends a process at once: what the system sends where memory runs out."""

KEPT_WORDS = 2000
"""Bytes of what the process last said of itself that are kept, to be told if it dies."""


class Trainer(QObject):
    """Starts a training, passes on what is asked of it, and says what has become of it.

    ``state_changed(state)`` gives ``off``, ``warming``, ``ready``, ``starting``, ``running``, ``paused`` or ``ending``;
    ``heard(command)`` that one is taken note of, which is obeyed at the end of the iteration: the process says so, and
    as long as that is not ready, the trainer, which keeps it until then;
    ``iterated(iteration)`` how far it is, a few times a second; ``ended(reason, failed)`` how the run ended, or that it
    could not be begun; ``died(sentence)`` that the process is gone before it could say so. ``broken`` says that what
    ended can go on where it was recorded last, as after a full disk. After a run, the next process is warmed at once.
    """

    state_changed = Signal(str)
    heard = Signal(str)
    iterated = Signal(int)
    ended = Signal(str, bool)
    died = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = "off"
        self.iteration = 0
        self.broken = False
        self._process: QProcess | None = None
        self._folder: Path | None = None
        self._waiting: list[dict[str, str]] = []
        self._noted = 0
        self._listening = self._stopping = self._told = self._closed = False
        self._words = b""

    @property
    def is_training(self) -> bool:
        """Whether a run was started and has not ended."""
        return self.state in ("starting", "running", "paused", "ending")

    @property
    def killed_on_wish(self) -> bool:
        """Whether the last process was ended by a second Stop."""
        return self._stopping and not self._told

    @property
    def folder(self) -> Path | None:
        """The folder of the run, or of the last one."""
        return self._folder

    @property
    def resumable(self) -> bool:
        """Whether the run was recorded so far that one can go on with it."""
        from explorer.training.resuming import can_resume

        return self._folder is not None and can_resume(self._folder)

    @property
    def process_id(self) -> int:
        """The id of the process, 0 if there is none."""
        return 0 if self._process is None else int(self._process.processId())

    def warm(self) -> None:
        """Start the process ahead, if there is none, so that a run begins without a wait."""
        if self._process is None and not self._closed:
            self._begin()
            if not self.is_training:  # a run may have been asked for while the last process was leaving
                self._enter("warming")

    def start(self, folder: Path, *, paused: bool = False) -> None:
        """Start the run of a folder, or go on with it where it was recorded last; ``paused`` before its next iteration.

        Does nothing while there is a run.
        """
        if self.is_training or self._closed:
            return
        self._folder, self.iteration = folder, 0
        self.broken = self._stopping = False
        self._waiting = [{"do": "pause"}] if paused else []
        self._enter("starting")
        if self._process is None:
            self._begin()
        self._ask("start", run=str(folder.absolute()))

    def pause(self) -> None:
        """Rest at the end of the iteration."""
        self._ask("pause")

    def resume(self) -> None:
        """Go on after a pause."""
        self._ask("resume")

    def step(self) -> None:
        """Do one iteration, and rest after it."""
        self._ask("step")

    def stop(self) -> None:
        """End at the end of the iteration; asked a second time, end at once."""
        if not self.is_training:
            return
        if self._stopping and self._process is not None:
            self._process.kill()
            return
        self._ask("stop")
        self._stopping = True
        self._enter("ending")

    def close(self) -> None:
        """End the process, after this iteration if that takes no more than a moment, and start none any more."""
        self._closed = True
        process, self._process = self._process, None
        if process is None:
            return
        process.blockSignals(True)
        process.closeWriteChannel()
        if not (self.is_training and process.waitForFinished(END_MS)):
            process.kill()
            process.waitForFinished()
        self._enter("off")

    def _begin(self) -> None:
        process = self._process = prepared(self)
        self._listening, self._told, self._noted, self._words = False, False, 0, b""
        process.readyReadStandardOutput.connect(self._on_facts)
        process.readyReadStandardError.connect(self._on_words)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        start_module(process, "explorer.training.host")

    def _ask(self, word: str, **more: str) -> None:
        """Hand a command on, or keep it for a process that loads torch: until then it may hear nothing for a second."""
        if not self.is_training:
            return
        self._waiting.append({"do": word, **more})
        if self._listening:
            self._send_waiting()
        else:
            self.heard.emit(word)

    def _send_waiting(self) -> None:
        assert self._process is not None
        for command in self._waiting:
            self._process.write(json.dumps(command).encode() + b"\n")
        self._waiting = []

    def _enter(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _on_facts(self) -> None:
        process = self._process
        while process is not None and process is self._process and process.canReadLine():
            self._take(json.loads(process.readLine().data()))

    def _take(self, fact: dict[str, object]) -> None:
        if "heard" in fact:
            if self._noted:
                self._noted -= 1
            else:
                self.heard.emit(str(fact["heard"]))
            return
        self.iteration = int(str(fact.get("iteration", self.iteration)))
        match fact["is"]:
            case "ready":
                self._listening, self._noted = True, len(self._waiting)
                self._send_waiting()
                if self.state == "warming":
                    self._enter("ready")
            case "running" | "paused" as state:
                if not self._stopping:
                    self._enter(state)
                self.iterated.emit(self.iteration)
            case "ended" | "refused":
                self._listening, self._told = False, True
                self.broken = bool(fact.get("broken", False))
                self._enter("off")
                self.ended.emit(str(fact["reason"]), bool(fact.get("failed", True)))

    def _on_words(self) -> None:
        if self._process is not None:
            said = self._words + self._process.readAllStandardError().data()
            self._words = said[-KEPT_WORDS:]

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._gone(f"the training could not be started: {sys.executable} cannot be run")

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_facts()
        if self._told:
            self._leave()
            self.warm()
        else:
            self._gone(self._reason(code, crashed=status == QProcess.ExitStatus.CrashExit))

    def _gone(self, reason: str) -> None:
        """Say that the process is gone without having said how the run ended."""
        trained = self.is_training
        self._leave()
        self._waiting = []
        self._enter("off")
        if trained:
            self.died.emit(reason + self._remedy())
            self.warm()

    def _leave(self) -> None:
        if self._process is not None:
            self._process.deleteLater()
        self._process = None

    def _reason(self, code: int, *, crashed: bool) -> str:
        if crashed and self._stopping:
            return "the training was killed, as you asked twice"
        if crashed and code == KILLED:
            return "the training was killed from outside (signal 9), most often because memory ran out"
        last = self._words.decode(errors="replace").strip().rpartition("\n")[2]
        how = f"crashed (signal {code})" if crashed else f"left with code {code}"
        return f"the training {how}" + (f", and said: {last}" if last else "")

    def _remedy(self) -> str:
        """Return what is left of the run, and what a person can do now."""
        assert self._folder is not None
        try:
            resume = read_resume(self._folder)
        except DataError as error:
            return f"; {error}"
        if resume is None:
            return "; nothing was recorded yet: start it again"
        return f"; everything recorded is kept: resume from iteration {resume.iteration}"
