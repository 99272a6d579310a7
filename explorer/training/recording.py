"""The writer of a run: takes the reports of a training and puts them where they survive it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from explorer.errors import OutputError
from explorer.training.claim import Claim, leftovers
from explorer.training.description import Description, read_description, with_parameters, write_description
from explorer.training.events import EventWriter, require_tensorboard, tagged
from explorer.training.moments import write_moment
from explorer.training.reports import Ended, Iteration, Moment, Probed, Report, Resume
from explorer.training.resuming import TABLES, can_resume, cut_back, write_resume
from explorer.training.rows import RowWriter
from explorer.training.segments import FILE, SegmentWriter, build_through_time
from explorer.training.status import Status, write_status

METRICS, UPDATES, GATES = TABLES
_Writer = TypeVar("_Writer", RowWriter, SegmentWriter, EventWriter)


class Recorder:
    """Writes a training into its folder, report by report: a row is on its way to the disk when ``take`` returns.

    A folder with a recording already is taken only with the ``resume`` that it goes on from, and is cut back to it; one
    of a training that was killed before it could be resumed begins anew. Use it in a ``with`` statement; ``close`` says
    how it ended. Everything raises ``OutputError``, one sentence, where it cannot write, as on a full disk: what was
    recorded so far stays readable, and ``close`` is still to be called. ``UsageError`` where what is to be recorded
    needs a package that is not installed.
    """

    def __init__(self, folder: Path, description: Description, resume: Resume | None = None) -> None:
        self._folder, self._description = folder, description
        self._cells = description.settings.cells
        self._iteration = 0 if resume is None else resume.iteration
        self._parameters: dict[str, tuple[str, ...]] = {}
        self._gates: dict[str, tuple[str, ...]] = {}
        self._open: list[RowWriter | SegmentWriter | EventWriter] = []
        if description.settings.tensorboard:
            require_tensorboard()
        with self._complaining():
            folder.mkdir(parents=True, exist_ok=True)
            self._claim: Claim | None = Claim(folder)
            try:
                self._prepare(resume)
            except BaseException:
                self._let_go()
                raise

    def take(self, report: Report) -> None:
        """Record a report. What ``Ended`` says is for ``close``, which it calls."""
        with self._complaining():
            match report:
                case Iteration():
                    self._take_iteration(report)
                case Probed():
                    self._segments[report.cell].append(report.iteration, report.norms)
                    self._gate_rows.append(report.iteration, report.cell, report.gates)
                case Moment():
                    every = self._description.settings.weights_every
                    write_moment(self._folder, report.cell, report.iteration, report.network, every)
        if isinstance(report, Ended):
            self._iteration = report.iteration
            self.close(report.reason, failed=report.failed)

    def keep(self, resume: Resume) -> None:
        """Swap the state that the run can be resumed from; everything up to its iteration must have been taken."""
        with self._complaining():
            write_resume(self._folder, resume)

    def mark(self, state: str) -> None:
        """Say that it is ``running`` or ``paused``."""
        with self._complaining():
            write_status(self._folder, Status(state, "", self._iteration, os.getpid()))

    def close(self, reason: str = "stopped", *, failed: bool = False) -> None:
        """Say how it ended and make through_time.npz; a second time does nothing. Never raises."""
        if self._claim is None:
            return
        for each in self._open:
            with suppress(OSError):
                each.close()
        state = "failed" if failed else "stopped" if reason == "stopped" else "finished"
        with suppress(OutputError, OSError):
            write_status(self._folder, Status(state, reason, self._iteration))
        with suppress(OutputError, OSError):
            build_through_time(self._folder)
        self._let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close; an error that nobody has told yet is how it ended."""
        if error is None or isinstance(error, GeneratorExit | KeyboardInterrupt):
            self.close("stopped")
        else:
            self.close(str(error) or type(error).__name__, failed=True)

    def _prepare(self, resume: Resume | None) -> None:
        folder = self._folder
        for part in leftovers(folder):
            part.unlink(missing_ok=True)
        if resume is None and can_resume(folder):
            raise OutputError(f"{folder}: this folder holds a recording already; resume it, or choose another folder")
        cut_back(folder, 0 if resume is None else resume.iteration, self._cells)
        (folder / FILE).unlink(missing_ok=True)
        self._describe(resume)
        outputs = self._description.outputs
        metrics = ["loss", "grad_norm", "grad_norm_clipped"]
        metrics += [] if outputs is None else [metric.name for metric in outputs.metrics]
        self._metric_rows = self._opened(RowWriter(folder / METRICS, self._cells, metrics))
        self._update_rows = self._opened(RowWriter(folder / UPDATES, self._cells))
        self._gate_rows = self._opened(RowWriter(folder / GATES, self._cells))
        self._segments = {cell: self._opened(SegmentWriter(folder, cell)) for cell in self._cells}
        told = self._cells if self._description.settings.tensorboard else ()
        self._events = {cell: self._opened(EventWriter(folder, cell, self._iteration)) for cell in told}
        self.mark("running")

    def _describe(self, resume: Resume | None) -> None:
        if resume is not None and resume.iteration > 0:
            before = read_description(self._folder)
            self._parameters, self._gates = dict(before.parameters), dict(before.gates)
            again = replace(self._description, begun=before.begun)
            self._description = with_parameters(again, self._parameters, self._gates)
        write_description(self._folder, self._description)

    def _opened(self, writer: _Writer) -> _Writer:
        self._open.append(writer)
        return writer

    def _take_iteration(self, report: Iteration) -> None:
        values = {"loss": report.loss, "grad_norm": report.grad_norm, "grad_norm_clipped": report.grad_norm_clipped}
        values.update(report.metrics)
        values.update({f"grad_norm.{name}": norm for name, norm in report.parameters.items()})
        values.update({f"grad_norm.{name}": norm for name, norm in report.gates.items()})
        if report.cell not in self._parameters:
            self._learn(report)
        update = {"rate": report.rate, "weight_norm": report.weight_norm, "update_ratio": report.update_ratio}
        # First what the reader shows only beside a row of the metrics.
        self._update_rows.append(report.iteration, report.cell, update)
        self._metric_rows.append(report.iteration, report.cell, values)
        if report.cell in self._events:
            self._events[report.cell].append(report.iteration, tagged(report))
        self._iteration = report.iteration

    def _learn(self, report: Iteration) -> None:
        """Keep what a cell has; once all have been heard it stands in run.toml, before the first row does."""
        self._parameters[report.cell], self._gates[report.cell] = tuple(report.parameters), tuple(report.gates)
        if set(self._parameters) >= set(self._cells):
            self._description = with_parameters(self._description, self._parameters, self._gates)
            write_description(self._folder, self._description)

    def _let_go(self) -> None:
        for each in self._open:
            with suppress(OSError):
                each.close()
        if self._claim is not None:
            self._claim.release()
        self._claim = None

    @contextmanager
    def _complaining(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutputError(
                f"{self._folder}: the recording cannot go on: {error.strerror}; "
                "what is recorded stays, and the run can be resumed when this is mended"
            ) from error
