"""What is found of a lesson's claims in what is shown: at once, or on a thread where it takes longer than a frame."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.claims import Claim, Finding, Shown
from widgets.job import Job, Report, sentence


class Findings(QObject):
    """Knows what was found in one trace and sequence; of another it finds everything anew."""

    found = Signal()
    """Something that was asked for is known now."""
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._of: tuple[object, ...] = ()
        self._shown: Shown | None = None
        self._known: dict[Claim, Finding | None] = {}
        self._wanted: list[Claim] = []
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
            self._of, self._shown = of, shown
        if claim not in self._known and claim not in self._wanted:
            self._wanted.append(claim)
            self._soon.start()
        return self._known.get(claim)

    def forget(self) -> None:
        """Know nothing any more, and keep no trace."""
        self._of, self._shown, self._known, self._wanted = (), None, {}, []

    def end(self) -> None:
        """Stop, for the window to close."""
        self._soon.stop()
        if self._job is not None:
            self._job.end()
            self._job = None

    def _begin(self) -> None:
        if self._job is not None or self._shown is None or not self._wanted:
            return
        of, shown, wanted = self._of, self._shown, tuple(self._wanted)
        made: dict[Claim, Finding | None] = dict.fromkeys(wanted)

        def work(_report: Report) -> Iterator[float]:
            for done, claim in enumerate(wanted):
                made[claim] = claim.find(shown)
                yield (done + 1) / len(wanted)

        def on_end(error: BaseException | None = None) -> None:
            self._job = None
            if of == self._of:
                self._known |= made
                self._wanted = [claim for claim in self._wanted if claim not in self._known]
            if error is not None:
                self.failed.emit(sentence(error))
            self.found.emit()
            self._begin()

        self._job = Job(work, "what the lesson claims", self)
        self._job.finished.connect(on_end)
        self._job.failed.connect(on_end)
        self._job.start()
