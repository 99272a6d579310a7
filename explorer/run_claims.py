"""What a lesson claims of a run that a scene trained: its measures, its network at work, and its report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from explorer.clamp_texts import parse_hold
from explorer.evaluation.season import follow
from explorer.findings import Finding, Limits, Shown, left
from explorer.network import Place
from explorer.run import run
from explorer.targets import column
from explorer.trace import Trace

BOTTOM = Place(0)


@dataclass(frozen=True, slots=True)
class RunClaim:
    """What came of a run: a cell's last loss on held-out data; its gradient on the probe, ``distance`` steps back.

    The gradient is that of the loss, ‖∂L/∂h_{T−d}‖ / ‖∂L/∂h_T‖, as it was recorded last.
    """

    cell: str
    distance: int | None
    limits: Limits
    scene: str

    is_slow: ClassVar[bool] = False
    of_run: ClassVar[bool] = True

    def find(self, shown: Shown) -> Finding | None:
        """Return the number; None before the run has come to its end."""
        recorded = shown.run
        if recorded is None or recorded.state != "finished" or self.cell not in recorded.cells:
            return None
        if self.distance is not None:
            curves = recorded.through_time(self.cell)["l0.dh"]
            return left(curves[-1], self.distance, self.limits) if len(curves) else None
        measured = recorded.metrics(self.cell)[recorded.metric_names()[0]]
        measured = measured[~np.isnan(measured)]
        return self.limits.finding(float(measured[-1])) if len(measured) else None


@dataclass(frozen=True, slots=True)
class ReportClaim:
    """A figure of the report of a run: of one of its cells, the first where none is named, or of a rival.

    ``lesson`` is the preset of the lesson whose scene trains it, "" of its own one.
    """

    figure: str
    cell: str
    rival: str
    lesson: str
    limits: Limits
    scene: str

    is_slow: ClassVar[bool] = False
    of_run: ClassVar[bool] = True

    def find(self, shown: Shown) -> Finding | None:
        """Return the number; None before there is a report, or where that tells no such figure."""
        report = shown.report
        if report is None:
            return None
        of_cells = {report["cell"]: report["figures"], **report["cells"]}
        cell = self.cell or next(iter(of_cells))
        figures = report["rivals"].get(self.rival, {}) if self.rival else of_cells.get(cell, {})
        number = figures.get(self.figure)
        return None if number is None else self.limits.finding(number)


@dataclass(frozen=True, slots=True)
class AnswerClaim:
    """How likely a network that was trained holds a class at a step, where ``hold`` says in which input is another."""

    answer: str
    cell: str
    step: int
    hold: tuple[str, ...]
    limits: Limits
    scene: str

    is_slow: ClassVar[bool] = True
    of_run: ClassVar[bool] = True

    def find(self, shown: Shown) -> Finding | None:
        """Return the probability; None before the run has come to its end, or where it has no such answer."""
        trace = trained_trace(shown, self.cell, self.hold)
        head = None if trace is None else trace.experiment.network.head
        if trace is None or head is None or self.answer not in head.names or trace.length(0) <= self.step:
            return None
        told = head.told(trace.output(0, slice(self.step, self.step + 1)))[0]
        return self.limits.finding(float(told[head.names.index(self.answer)]))


@dataclass(frozen=True, slots=True)
class SeasonClaim:
    """How far the unit of a quantity that does so most follows a cycle of a column, after an iteration or the last.

    It is the ``season`` of ``explorer.evaluation.season.follow``, from 0 to 1.
    """

    period: float
    column: str
    quantity: str
    cell: str
    iteration: int | None
    limits: Limits
    scene: str

    is_slow: ClassVar[bool] = True
    of_run: ClassVar[bool] = True

    def find(self, shown: Shown) -> Finding | None:
        """Return the highest of all units; None before the run has come to its end, or where there is no such thing."""
        trace = trained_trace(shown, self.cell, iteration=self.iteration)
        if trace is None or self.quantity not in [
            each.name for each in trace.experiment.network.cell(BOTTOM).quantities
        ]:
            return None
        values = column(trace.experiment.dataset, 0, self.column, range(trace.length(0))).astype(np.float64)
        if not np.isfinite(values).any():
            return None
        return self.limits.finding(
            float(np.nanmax(follow(trace, 0, self.quantity, BOTTOM, values, self.period).season))
        )


def trained_trace(shown: Shown, cell: str, hold: tuple[str, ...] = (), iteration: int | None = None) -> Trace | None:
    """Return the trace of a moment of the run, the last one by default, over the sequence that is shown."""
    recorded = shown.run
    if recorded is None or recorded.state != "finished" or recorded.inputs is None:
        return None
    kept = recorded.moments(cell)
    at = iteration if iteration is not None or not kept else kept[-1]
    if at not in kept:
        return None
    network, data = recorded.network(cell, at), shown.trace.experiment.dataset
    one = replace(data, sequences=(data.sequences[shown.sequence],))
    experiment = recorded.inputs.experiment(one, network)
    clamps = tuple(parse_hold(text, network, experiment.dataset) for text in hold)
    return run(replace(experiment, clamps=clamps), "numpy")
