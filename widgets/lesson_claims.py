"""What is found of a lesson's claims in what is shown: at once, or on a thread where it takes longer than a frame."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.findings import Claim, Finding, Shown
from widgets.job import Job, Report, sentence

_Asked = tuple[Claim, Path | None]
"""A claim, and the run that it is asked of, if it is of one that has come to its end."""


class Findings(QObject):
    """Knows what was found in one trace and sequence; of another it finds everything anew."""

    found = Signal()
    """Something that was asked for is known now."""
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._of: tuple[object, ...] = ()
        self._known: dict[_Asked, Finding | None] = {}
        self._wanted: dict[_Asked, Shown] = {}
        self._job: Job | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)  # so that all claims of a page are found together
        self._soon.timeout.connect(self._begin)

    def find(self, claim: Claim, shown: Shown) -> Finding | None:
        """Return what is known now; None where it cannot be said, or not yet: then ``found`` follows."""
        if not claim.is_slow:
            return claim.find(shown)
        of = (shown.trace, shown.sequence, shown.trace.whole(shown.sequence))
        if of != self._of:
            self.forget()
            self._of = of
        asked = claim, None if shown.run is None else shown.run.folder
        if asked not in self._known and asked not in self._wanted:
            self._wanted[asked] = shown
            self._soon.start()
        return self._known.get(asked)

    def forget(self) -> None:
        """Know nothing any more, and keep no trace."""
        self._of, self._known, self._wanted = (), {}, {}

    def end(self) -> None:
        """Stop, for the window to close."""
        self._soon.stop()
        if self._job is not None:
            self._job.end()
            self._job = None

    def _begin(self) -> None:
        if self._job is not None or not self._wanted:
            return
        of, wanted = self._of, dict(self._wanted)
        made: dict[_Asked, Finding | None] = dict.fromkeys(wanted)

        def work(_report: Report) -> Iterator[float]:
            for done, (asked, shown) in enumerate(wanted.items()):
                made[asked] = asked[0].find(shown)
                yield (done + 1) / len(wanted)

        def on_end(error: BaseException | None = None) -> None:
            self._job = None
            if of == self._of:
                self._known |= made
                self._wanted = {asked: shown for asked, shown in self._wanted.items() if asked not in self._known}
            if error is not None:
                self.failed.emit(sentence(error))
            self.found.emit()
            self._begin()

        self._job = Job(work, "what the lesson claims", self)
        self._job.finished.connect(on_end)
        self._job.failed.connect(on_end)
        self._job.start()
