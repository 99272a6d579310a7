"""A run that goes on: read from its folder, trained, and recorded there. The host and the command both drain it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from explorer.errors import DataError, OutputError, sentence_of
from explorer.sequences import Dataset, write_source
from explorer.training.claim import is_claimed
from explorer.training.description import Description, describe, read_description
from explorer.training.loop import Training
from explorer.training.origin import data_hash, origin_from, origin_of, origin_table, read_origin
from explorer.training.recording import Recorder
from explorer.training.reports import Ended, Iteration
from explorer.training.resuming import going_on, read_resume
from explorer.training.settings import Settings
from explorer.training.status import Status, write_status

KEEP_SECONDS = 2.0
"""Between two states from which the run can be resumed: so much is lost at most where it is killed."""


class Session:
    """The training of the run in ``folder``, from its beginning or from where it can be resumed.

    Use it in a ``with`` statement and iterate over ``iterations``. To leave early is to stop; an error is recorded as
    the reason for which the run failed, and goes on to whoever uses it. ``progress`` is told the fraction of the data
    that is read; it may raise. ``dataset`` is what was read already, ``settings`` what is to be trained with in place
    of those in the folder. ``ended`` says how it ended, ``latest`` has the last report of each cell, and ``metrics``
    what it last reached on held-out data; ``resumed`` says from where it goes on, nothing of a new run.
    """

    def __init__(
        self,
        folder: Path,
        progress: Callable[[float], None] = lambda _: None,
        *,
        dataset: Dataset | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.folder = folder
        self.latest: dict[str, Iteration] = {}
        self.metrics: dict[str, dict[str, float]] = {}
        self.ended = Ended("stopped", 0)
        self._over = False
        try:
            self._begin(read_description(folder), progress, dataset, settings)
        except Exception as error:
            _record_refusal(folder, error)
            raise
        self._kept_at = time.monotonic()

    @property
    def settings(self) -> Settings:
        """What it is trained with."""
        return self.description.settings

    @property
    def iteration(self) -> int:
        """The last iteration that is done."""
        return self._training.iteration

    def iterations(self) -> Iterator[int]:
        """Train; each item is an iteration that is done and recorded."""
        for report in self._training:
            if isinstance(report, Ended):
                self.ended, self._over = report, True
                self._keep()
            self._recorder.take(report)
            if isinstance(report, Iteration):
                self.latest[report.cell] = report
                if report.metrics:
                    self.metrics[report.cell] = dict(report.metrics)
                if report.cell == self.settings.cells[-1]:
                    if report.iteration == 1 or time.monotonic() - self._kept_at >= KEEP_SECONDS:
                        self._keep()
                    yield report.iteration

    def rest(self) -> None:
        """Say that it is paused; it can be resumed from here."""
        self._keep()
        self._recorder.mark("paused")

    def go_on(self) -> None:
        """Say that it goes on."""
        self._recorder.mark("running")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Record how it ended: stopped, where nothing else has."""
        if isinstance(error, Exception):
            self._recorder.close(sentence_of(error), failed=True)
        elif error is not None:  # at once, perhaps amid an update: what was kept last is whole
            self._recorder.close("stopped")
        elif not self._over:
            self._stop()

    def _begin(
        self,
        description: Description,
        progress: Callable[[float], None],
        dataset: Dataset | None,
        settings: Settings | None,
    ) -> None:
        settings = settings or description.settings
        data = _read_data(self.folder, description.data, progress) if dataset is None else dataset
        resume = read_resume(self.folder)
        self._training = Training(settings, data, resume)
        task = self._training.task
        table = _data_table(description.data, settings, task.dataset) if data is None else origin_table(origin_of(data))
        self.description = describe(task, table)
        self.resumed = going_on(self.folder)
        self._recorder = Recorder(self.folder, self.description, resume)

    def _stop(self) -> None:
        self.ended = replace(self.ended, iteration=self.iteration)
        try:
            for moment in self._training.moments():
                self._recorder.take(moment)
            self._keep()
        except OutputError as error:
            self._recorder.close(str(error), failed=True)
            raise
        self._recorder.close("stopped")

    def _keep(self) -> None:
        self._recorder.keep(self._training.resume_state())
        self._kept_at = time.monotonic()


def _read_data(folder: Path, table: Any, progress: Callable[[float], None]) -> Dataset | None:
    try:
        origin = origin_from(table)
    except ValueError as error:
        raise DataError(f"its run.toml is damaged: {error}", file=folder.absolute()) from error
    return read_origin(origin, progress)


def _data_table(known: Any, settings: Settings, generated: Dataset) -> dict[str, Any]:
    """Return what is to be said of data that a generator makes: with every setting and the seed, not just a preset."""
    source = write_source(settings.generator, dict(generated.settings), generated.seed)
    return {**known, "source": source, "hash": data_hash(generated)}


def _record_refusal(folder: Path, error: Exception) -> None:
    """Say in the run's folder that it could not be begun, unless it is another trainer's."""
    with suppress(OSError, OutputError):
        if (folder / "run.toml").is_file() and not is_claimed(folder):
            write_status(folder, Status("failed", sentence_of(error)))
