"""What is to be said of a run that is opened: rows that a disk lost, and data that are not what they were."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.errors import DataError, GateExplorerError
from widgets.job import Job, Report, sentence

if TYPE_CHECKING:
    from explorer.training.runs import Recording


class RunNotes(QObject):
    """Says ``found(text)`` of the last run that was looked at, nothing where all is well; ``noted(text)`` is no fault.

    The data are read again off the window's thread, since of a large file that takes seconds.
    """

    found = Signal(str)
    noted = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._job: Job | None = None

    @property
    def busy(self) -> bool:
        """Whether data are being compared."""
        return self._job is not None

    def look(self, run: Recording, *, trained: bool) -> None:
        """Look at a run, and at no other any more; of one that is to be ``trained``, before it is cut back for that."""
        from explorer.training.resuming import going_on

        self.forget()
        self._say([run.lost])
        if trained:  # its trainer compares the data
            if said := going_on(run.folder):
                self.noted.emit(f"{run.folder.name} {said}.")
            return
        told: list[str] = []

        def work(report: Report) -> Iterator[float]:
            told.append(_changed(run.description.data, report))
            yield 1.0

        self._job = Job(work, "comparing the data with those of the run", self)
        self._job.finished.connect(lambda: self._on_compared(run.lost, told[0]))
        self._job.failed.connect(lambda error: self._on_compared(run.lost, sentence(error)))
        self._job.start()

    def forget(self) -> None:
        """Look at none any more."""
        if self._job is not None:
            self._job.cancel()
        self._job = None

    def end(self) -> None:
        """Stop and wait for it, for the window to close."""
        if self._job is not None:
            self._job.end()
        self._job = None

    def _on_compared(self, lost: str, changed: str) -> None:
        self._job = None
        if changed:
            self._say([lost, changed])

    def _say(self, told: list[str]) -> None:
        if any(told):
            self.found.emit(f"The run is open, but {'; and '.join(filter(None, told))}.")


def _changed(data: object, report: Report) -> str:
    """Return why the data of a run cannot be had as they were, or nothing."""
    from explorer.training.origin import origin_from, read_origin

    try:
        read_origin(origin_from(data), report)
    except DataError as error:
        return sentence(error)
    except (GateExplorerError, ValueError):
        return ""
    return ""
