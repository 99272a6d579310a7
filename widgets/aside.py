"""Values over the steps that are worked out as steps become known: few within a frame, more on a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Signal

from widgets.job import Job


def missing(known: range, ready: range) -> list[range]:
    """Return those of the ``ready`` steps that are not among the ``known`` ones, which lie within them."""
    if not known:
        return [ready] if ready else []
    return [part for part in (range(ready.start, known.start), range(known.stop, ready.stop)) if part]


class Aside(QObject):
    """Does one piece of work at a time. What costs more than ``at_once`` goes on a thread named ``text``."""

    failed = Signal(object)

    def __init__(self, text: str, at_once: int, parent: QObject) -> None:
        super().__init__(parent)
        self._text, self._at_once = text, at_once
        self._job: Job | None = None

    @property
    def busy(self) -> bool:
        """Whether a thread is at work."""
        return self._job is not None and self._job.running

    def do(self, work: Iterator[int], steps: int, cost: int, then: Callable[[], None]) -> None:
        """Drain ``work``, which says after each piece how many of the ``steps`` it did, and call ``then``."""
        if cost <= self._at_once:
            for _ in work:
                pass
            then()
        else:
            self._job = Job(lambda _: _fractions(work, steps), self._text, self)
            self._job.finished.connect(then)
            self._job.failed.connect(self.failed)
            self._job.start()

    def end(self) -> None:
        """Stop, and call nothing any more."""
        if self._job is not None:
            self._job.end()
            self._job = None


def _fractions(work: Iterator[int], steps: int) -> Iterator[float]:
    done = 0
    for count in work:
        done += count
        yield done / steps
