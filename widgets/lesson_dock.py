"""The lesson of the preset that is open: its panel, the scenes it sets, and its claims as what is shown has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDockWidget

from explorer.clamp_texts import parse_hold
from explorer.errors import DataError
from explorer.findings import Claim, Shown
from explorer.lessons import Lesson, Scene, find_lesson, lesson_training, trained_scene
from explorer.run_claims import ReportClaim
from widgets.decimals import short
from widgets.lesson_claims import Findings
from widgets.lesson_panel import ASIDE, PENDING, UNJUDGED, UNTRAINED, LessonPanel
from widgets.row_layout import RowLayout, RowSpec
from widgets.sources import PRESET, source_recipe
from widgets.training_defaults import target_columns

if TYPE_CHECKING:
    from explorer.training.runs import Recording
    from widgets.main_window import MainWindow
    from widgets.theme import Theme

BUSY = "Another training is under way. When it has ended, or you have stopped it, follow the link again."


class LessonDock:
    """Knows the window and what belongs to lessons."""

    def __init__(self, window: MainWindow, behind: QDockWidget) -> None:
        self._window, self._bench = window, window.workbench
        self.panel = LessonPanel()
        self.dock = window.docks.add_optional("Lesson", "lesson", self.panel, behind, in_front=False)
        self.scene = ""
        """The name of the one that was set last."""
        self._arrived: Callable[[], bool] | None = None
        """Of the change that a scene waits for, whether it has come."""
        self._findings = Findings(self.panel)
        self._findings.found.connect(self._show_claims)
        self._findings.failed.connect(lambda text: window.status.show_message(text, "error"))
        self._follows_run = False
        self._reports: dict[tuple[str, str], Mapping[str, Any]] = {}
        """The report on what each scene trained, by preset and scene, of those that there were in this window."""
        window.report.evaluation.finished.connect(self._on_report)
        bench = self._bench
        self.panel.scene_requested.connect(self.set_scene)
        self.panel.answered.connect(self._on_answered)
        self.dock.visibilityChanged.connect(lambda _: self._show_claims())
        bench.trace_changed.connect(self._on_trace)
        bench.trace_grown.connect(lambda _: self._show_claims())
        # Not amid a change: whoever tells of it has yet to tell of its step.
        bench.history_changed.connect(lambda _: QTimer.singleShot(0, self.panel, self._go_on))

    def apply_theme(self, theme: Theme) -> None:
        """Dress the panel."""
        self.panel.apply_theme(theme)

    def end(self) -> None:
        """Stop what still works, for the window to close."""
        self._findings.end()

    def show(self) -> None:
        """Bring the lesson of what is open to the front."""
        self.dock.closed = False
        self.dock.show()
        self.dock.raise_()
        self._window.activateWindow()
        self.panel.on.setFocus()

    def set_scene(self, name: str) -> None:
        """Show what a scene of the lesson says, with the preset's own network, of which every step is computed."""
        lesson, bench = self.panel.lesson, self._bench
        if lesson is None or bench.trace is None:
            return
        self.scene = name
        longest = max(map(len, bench.experiment.dataset.sequences))
        recipe = replace(source_recipe(PRESET + lesson.preset), longest=longest)
        if bench.experiment.network.recipe != recipe:
            self._after(lambda: bench.edit_recipe(recipe), lambda: bench.experiment.network.recipe == recipe)
        elif bench.live:
            self._after(lambda: bench.set_live(False), lambda: not bench.live)
        else:
            self._set(lesson.scenes[name])

    # Private --------------------------------------------------------------------------------------------------------

    def _after(self, change: Callable[[], None], arrived: Callable[[], bool]) -> None:
        """Have a change made, and set the scene that is wanted then once it has come; if it is given up, none."""
        if self._arrived is None:
            self._arrived = arrived
            change()

    def _go_on(self) -> None:
        if self._arrived is None or self._bench.changing:
            return
        arrived, self._arrived = self._arrived(), None
        lesson = self.panel.lesson
        if arrived and lesson is not None and self.scene in lesson.scenes:
            self.set_scene(self.scene)
        else:
            self.scene = ""
            self._show_claims()

    def _set(self, scene: Scene) -> None:
        bench, rows = self._bench, self._window.rows
        network, data = bench.experiment.network, bench.experiment.dataset
        if scene.hold is not None:
            clamps = tuple(parse_hold(text, network, data) for text in scene.hold)
            if clamps != bench.clamps:
                bench.edit_clamps(clamps)
        if scene.compare is not None:
            bench.comparing.clear()
            self._window.compare.add_cells(scene.compare)
        if scene.show is not None:
            self._window.row_memory.rest()
            of_sides = tuple(row for row in rows.editing.layout.rows if row.side)
            rows.editing.change(RowLayout(tuple(RowSpec(name) for name in scene.show)).beside(of_sides))
        if scene.select is not None:
            bench.select(scene.select)
        if scene.step is not None:
            bench.go_to(scene.step)
        if scene.view is not None:
            rows.show_range(*scene.view)
        if scene.train is not None:
            self._train(scene)
        self._show_claims()

    def _train(self, scene: Scene) -> None:
        """Have what a scene trains trained, unless that run is shown, and show it."""
        training, lesson, data = self._window.training, self.panel.lesson, self._bench.experiment.dataset
        assert lesson is not None
        form = training.show().form
        if not self._follows_run:
            self._follows_run = True
            for fact in (training.followed.grew, training.followed.rested):
                fact.connect(self._show_claims)
        if self._run_of(lesson, scene) is not None:
            return
        if training.trainer.is_training:
            self._window.status.show_message(BUSY, "note")
            return
        form.show_settings(lesson_training(lesson, scene), target_columns(data), data.sequences[0].target_names)
        training.start()

    def _run_of(self, lesson: Lesson, scene: Scene) -> Recording | None:
        """Return the run that is shown, if it is what a scene trains."""
        training, run = self._window.training, self._window.training.recording
        if run is None or run.settings != lesson_training(lesson, scene):
            return None
        return run if run.state == "finished" or run.is_live or training.is_at_work_on(run.folder) else None

    def _on_report(self, report: Mapping[str, Any]) -> None:
        """Keep a report on what a scene of the lesson trained."""
        lesson, run = self.panel.lesson, self._window.training.recording
        if lesson is None or run is None or Path(report["run"]) != run.folder:
            return
        if scene := trained_scene(lesson, run.settings):
            self._reports[lesson.preset, scene] = report
            self._show_claims()

    def _on_answered(self) -> None:
        """Set the scene that the answer is about, where it is not set."""
        page, lesson = self.panel.current, self.panel.lesson
        assert page is not None
        assert lesson is not None
        claims = [lesson.claims[name] for name in page.answer_claims]
        wanted = [claim.scene for claim in claims if not claim.of_run]  # nobody trains unasked
        if wanted and self.scene not in wanted:
            self.set_scene(wanted[0])

    def _on_trace(self, _: object) -> None:
        self._findings.forget()
        source = self._bench.experiment.dataset.source
        lesson = None
        if source.startswith(PRESET):
            try:
                lesson = find_lesson(source.removeprefix(PRESET))
            except DataError as error:
                self._window.status.show_message(str(error), "error")
        if lesson is not self.panel.lesson:
            self.scene = ""
            self._leave_rows()
            self.panel.show_lesson(lesson)
            self.dock.offer(lesson is not None)
            self._window.actions_.show_lesson("" if lesson is None else lesson.title)
        self._show_claims()

    def _leave_rows(self) -> None:
        """Show the rows again that were there before the lesson."""
        memory, editing = self._window.row_memory, self._window.rows.editing
        if memory.resting and editing.cell is not None:
            memory.wake()
            editing.change(memory.recall(editing.cell).beside(editing.layout.rows))

    def _show_claims(self) -> None:
        """Show what is told of the claims now; where nobody sees it, once somebody does."""
        if self._window.docks.is_seen(self.dock):
            self.panel.show_claims(self._told)

    def _told(self, claim: Claim) -> str:
        """Return the number of a claim in what is shown; where that is another scene, or was changed, say so."""
        bench, lesson, run, report = self._bench, self.panel.lesson, None, None
        if bench.trace is None or lesson is None:
            return PENDING
        if isinstance(claim, ReportClaim):
            report = self._reports.get((claim.lesson or lesson.preset, claim.scene))
            if report is None:
                return UNJUDGED
        elif claim.of_run:
            run = self._run_of(lesson, lesson.scenes[claim.scene])
            if run is None:
                return UNTRAINED
            if run.state != "finished":
                return PENDING
        elif claim.scene != self.scene:
            return PENDING
        found = self._findings.find(claim, Shown(bench.trace, bench.sequence, run, report))
        if found is None:
            return PENDING
        return f"**{short(found.number)}**" + ("" if found.holds else f" {ASIDE}")
