"""A run is read off the window's thread, since a long one takes a second, and followed while it grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.errors import GateExplorerError
from explorer.training.runs import Recording
from widgets.job import Job, Report, sentence
from widgets.training_reading import TrainingReading

SETTLE_SECONDS = 0.03
"""What takes no longer than this is waited for: a small run is there at once."""

LOOK_MS, REST_MS = 100, 1000
"""Between two looks at a run: ten times a second while it grows, as often as eyes follow; once where it has ended."""

MANY_BYTES = 4_000_000
"""More than this is not read between two frames."""


class RunOpening(QObject):
    """Reads one run at a time; the last one asked for counts. Says ``opened(reading)`` or ``failed(text)``."""

    opened = Signal(object)
    failed = Signal(str)
    progressed = Signal(str, float)
    """The name of the run, and the fraction that is read."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._job: Job | None = None

    @property
    def busy(self) -> bool:
        """Whether a run is being read."""
        return self._job is not None

    def open(self, folder: Path) -> None:
        """Read a run, and no other any more."""
        self.cancel()
        made: list[TrainingReading] = []

        def work(report: Report) -> Iterator[float]:
            made.append(TrainingReading(Recording(folder, report)))
            yield 1.0

        self._job = job = Job(work, f"reading {folder.name}", self)
        job.finished.connect(lambda: self._on_end(self.opened, made[0]))
        job.failed.connect(lambda error: self._on_end(self.failed, sentence(error)))
        job.progressed.connect(lambda done: self.progressed.emit(folder.name, done) if job is self._job else None)
        job.start()
        job.settle(SETTLE_SECONDS)

    def cancel(self) -> None:
        """Read on no more."""
        if self._job is not None:
            self._job.cancel()
        self._job = None

    def end(self) -> None:
        """Stop and wait for it, for the window to close."""
        if self._job is not None:
            self._job.end()
        self._job = None

    def _on_end(self, fact: object, told: object) -> None:
        self._job = None
        fact.emit(told)  # type: ignore[attr-defined]


class FollowedRun(QObject):
    """The run that is shown. Says ``opened``, then ``grew`` with all that is recorded, and ``rested`` at its end.

    A run that has ended is looked at now and then: it may be resumed, here or by another process. ``working`` says
    whether more may come though nobody writes to it yet.
    """

    opened = Signal()
    grew = Signal()
    rested = Signal()
    failed = Signal(str)
    progressed = Signal(str, float)

    def __init__(self, working: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self.reading: TrainingReading | None = None
        self._working, self._again = working, False
        self._opening = RunOpening(self)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._on_look)
        self._opening.opened.connect(self._on_opened)
        self._opening.failed.connect(self.failed)
        self._opening.progressed.connect(self.progressed)

    @property
    def recording(self) -> Recording | None:
        """What is recorded of it."""
        return None if self.reading is None else self.reading.recording

    @property
    def rests(self) -> bool:
        """Whether it is looked at only now and then."""
        return self._look.interval() == REST_MS

    def open(self, folder: Path) -> None:
        """Show another run, or this one anew, once it is read."""
        self._again = False
        self._opening.open(folder)

    def forget(self) -> None:
        """Show none."""
        self.end()
        self.reading = None

    def watch(self) -> None:
        """Look often from now on: it is about to grow, or to end."""
        self._look.start(LOOK_MS)

    def end(self) -> None:
        """Look no more."""
        self._look.stop()
        self._opening.end()

    def _on_opened(self, reading: TrainingReading) -> None:
        self.reading = reading
        self.watch()
        (self.grew if self._again else self.opened).emit()

    def _on_look(self) -> None:
        """Read what came since; where nothing more can come for now, look less often."""
        run = self.recording
        if run is None or self._opening.busy:
            return
        rested = self.rests
        if rested and not run.stirs:
            return
        if run.unread > MANY_BYTES:  # it was cut back, to go on from there
            self._again = True
            self._opening.open(run.folder)
            return
        try:
            changed = run.refresh()
        except GateExplorerError as error:
            self._look.stop()
            self.failed.emit(sentence(error))
            return
        if rested:
            self.watch()
        if changed:
            self.grew.emit()
        begun = run.state != "unknown" or run.iteration > 0
        if not changed and begun and not run.is_live and not self._working():
            self._look.start(REST_MS)
            self.rested.emit()
