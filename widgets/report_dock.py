"""Judging a network in the window: asked for beside the moments of a training, shown in a panel and over the rows."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QDockWidget, QFileDialog

from widgets.decimals import grouped, short
from widgets.evaluation import Evaluation
from widgets.report_panel import ReportPanel
from widgets.trained import CELL_TITLES

if TYPE_CHECKING:
    from widgets.alarms import Alarms
    from widgets.main_window import MainWindow
    from widgets.theme import Theme


HELD = "watch"
"""The fact of a report that says what is usual: with it alarms are raised over whatever is shown."""


class ReportDock:
    """Knows the window and what belongs to reports."""

    def __init__(self, window: MainWindow, behind: QDockWidget) -> None:
        self._window, self._bench = window, window.workbench
        self.panel, self.evaluation = ReportPanel(), Evaluation(window)
        self.dock = window.docks.add_optional("Report", "report", self.panel, behind)
        self.alarms: Alarms | None = None
        self._events: Sequence[Mapping[str, Any]] = ()
        self._reported: Sequence[Mapping[str, Any]] = ()
        self._run = Path()
        self.evaluation.finished.connect(self._on_finished)
        self.evaluation.failed.connect(self._on_failed)
        self.panel.cancel_requested.connect(self._on_cancelled)
        self.panel.save_requested.connect(self.save_answers)
        self.panel.jump_requested.connect(self._jump)
        for fact in (self._bench.trace_changed, self._bench.sequence_changed):
            fact.connect(lambda _: self._show_shown())
        self._bench.trace_grown.connect(lambda _: self._on_grown())

    def apply_theme(self, theme: Theme) -> None:
        """Dress the panel."""
        self.panel.apply_theme(theme)

    def judge(self, run: Path, cell: str, iteration: int) -> None:
        """Judge the network of a moment, beside its rivals, on what its run held out."""
        self.dock.closed = False
        self.dock.offer(True)
        self.dock.show()
        self.dock.raise_()
        self.panel.show_busy(True, f"{CELL_TITLES.get(cell, cell)} after iteration {grouped(iteration)}")
        self._run = run
        self.evaluation.begin(run, cell, iteration)

    def forget(self) -> None:
        """Show no report any more: its run was closed."""
        self.end()
        if self.alarms is not None:
            self.alarms.forget()
        self._show({})
        self.panel.show_busy(False)
        self.dock.offer(False)

    def end(self) -> None:
        """End what works, for the window to close."""
        self.evaluation.end()
        if self.alarms is not None:
            self.alarms.end()

    def save_answers(self) -> None:
        """Let the person choose where every answer goes, as CSV."""
        source = self.evaluation.answers
        if source is None:
            return
        found, _ = QFileDialog.getSaveFileName(self._window, "Save answers", "answers.csv", "CSV (*.csv)")
        if found:
            try:
                shutil.copyfile(source, found)
            except OSError as error:
                self._window.status.show_message(f"{found}: the answers cannot be written: {error.strerror}", "error")
            else:
                self._window.status.show_message(f"Every answer is in {found}.", "note")

    # Private --------------------------------------------------------------------------------------------------------

    def _on_finished(self, report: Mapping[str, Any]) -> None:
        self._show(report)
        self.panel.show_busy(False)
        held = report["facts"].get(HELD)
        if held is not None:
            self._made().begin(self._run, report["cell"], report["iteration"], held)
            self._show_shown()
        elif self.alarms is not None:
            self.alarms.forget()

    def _made(self) -> Alarms:
        """Return what watches, made when it is first needed."""
        if self.alarms is None:
            from widgets.alarms import Alarms

            self.alarms = Alarms(self._window)
            self.alarms.found.connect(self._on_found)
            self.alarms.raised.connect(self._on_raised)
        return self.alarms

    def _on_grown(self) -> None:
        if self.alarms is not None:
            self.alarms.grow(self._bench.experiment.dataset)

    def _on_found(self, events: Sequence[Mapping[str, Any]] | None) -> None:
        """Mark and list what the watch finds in what is shown; where it cannot read that, what the report found."""
        self._events = self._reported if events is None else events
        self.panel.show_events(self._events, shown=events is not None)
        self._show_bands()

    def _on_raised(self, event: Mapping[str, Any]) -> None:
        said = f"Alarm at step {grouped(event['first'])}: {event['what']} (score {short(event['score'])})"
        self._window.status.show_message(said, "error")

    def _on_failed(self, said: str) -> None:
        self.panel.show_busy(False)
        self._window.status.show_message(f"The network could not be judged: {said}", "error")

    def _on_cancelled(self) -> None:
        self.evaluation.cancel()
        self.panel.show_busy(False)

    def _show(self, report: Mapping[str, Any]) -> None:
        self._events = self._reported = report.get("events", ())
        self.panel.show_report(report)
        self._show_bands()

    def _show_shown(self) -> None:
        """Watch what is shown now, if there is a watch, and mark what was found in it."""
        bench = self._bench
        if bench.trace is not None:
            self._show_bands()
            if self.alarms is not None:
                self.alarms.show(bench.experiment.dataset, bench.sequence)

    def _jump(self, sequence: str, step: int) -> None:
        """Go to what was found, if it is in the data that are open."""
        bench = self._bench
        names = [each.name for each in bench.experiment.dataset.sequences]
        if sequence not in names or step >= len(bench.experiment.dataset.sequences[names.index(sequence)]):
            said = f"That was found in {sequence}, which is not among the data that are open"
            self._window.status.show_message(said, "note")
            return
        if names[bench.sequence] != sequence:
            bench.go_to_sequence(names.index(sequence))
        bench.go_to(step)
        self._window.rows.setFocus()

    def _show_bands(self) -> None:
        """Mark what was found in the sequence that is shown."""
        bench = self._bench
        if bench.trace is None:
            return
        name = bench.experiment.dataset.sequences[bench.sequence].name
        here = [range(event["first"], event["last"] + 1) for event in self._events if event["sequence"] == name]
        self._window.rows.cursor_overlay.show_bands(here)
        self._window.rows.show_marks("alarm", [band.start for band in here])
