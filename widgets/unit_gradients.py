"""The gradient at every unit and step, of the networks of one moment: computed anew from their weights, on a thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QObject, Signal

from explorer.functions import FloatArray
from explorer.training.runs import Recording
from widgets.job import Job, Report, sentence

Unfolded = Mapping[str, Mapping[str, FloatArray]]
"""By cell: ``l0.dh`` (T, H) …"""


class UnitGradients(QObject):
    """Works for one wish at a time; the last one counts. Says ``found(iteration, unfolded)`` or ``failed(text)``."""

    found = Signal(int, object)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._probe: tuple[object, object] | None = None
        self._job: Job | None = None
        self._wanted: tuple[Recording, int | None] | None = None

    def ask(self, recording: Recording, iteration: int | None) -> None:
        """Compute those of a run at an iteration, or the last moment before it."""
        self._wanted = (recording, iteration)
        if self._job is None:
            self._begin()

    def end(self) -> None:
        """Stop, for the window to close."""
        if self._job is not None:
            self._job.end()
            self._job = None

    def _begin(self) -> None:
        assert self._wanted is not None
        (recording, iteration), self._wanted = self._wanted, None
        made: list[tuple[int, Unfolded]] = []

        def work(_report: Report) -> Iterator[float]:
            probe, unfolded, at = self._probe_of(recording), {}, 0
            for cell in recording.cells:
                moments = [each for each in recording.moments(cell) if iteration is None or each <= iteration]
                if moments:
                    at = moments[-1]
                    unfolded[cell] = probe.unfold(recording.network(cell, at))
                yield len(unfolded) / len(recording.cells)
            made.append((at, unfolded))

        self._job = Job(work, "the gradient of every unit", self)
        self._job.finished.connect(lambda: self._on_done(made[0]))
        self._job.failed.connect(self._on_failed)
        self._job.start()

    def _probe_of(self, recording: Recording):
        """Return the probe of a run, made of its data once."""
        from explorer.training.origin import origin_from, read_origin
        from explorer.training.probe import Probe
        from explorer.training.tasks import make_task

        if self._probe is None or self._probe[0] != recording.folder:
            dataset = read_origin(origin_from(recording.description.data))
            settings = recording.settings
            self._probe = (recording.folder, Probe(make_task(settings, None if settings.generator else dataset)))
        return self._probe[1]

    def _on_done(self, made: tuple[int, Unfolded]) -> None:
        self._job = None
        if self._wanted is not None:
            self._begin()
        else:
            self.found.emit(*made)

    def _on_failed(self, error: BaseException) -> None:
        self._job = None
        self.failed.emit(sentence(error))
