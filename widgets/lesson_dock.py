"""The lesson of the preset that is open: its panel, the scenes it sets, and its claims as what is shown has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDockWidget

from explorer.clamp_texts import parse_hold
from explorer.errors import DataError
from explorer.lessons import Claim, Scene, find_lesson
from widgets.decimals import short
from widgets.lesson_panel import ASIDE, PENDING, LessonPanel
from widgets.row_layout import RowLayout, RowSpec
from widgets.sources import PRESET, source_recipe

if TYPE_CHECKING:
    from widgets.main_window import MainWindow
    from widgets.theme import Theme


class LessonDock:
    """Knows the window and what belongs to lessons."""

    def __init__(self, window: MainWindow, behind: QDockWidget) -> None:
        self._window, self._bench = window, window.workbench
        self.panel = LessonPanel()
        self.dock = window.docks.add_optional("Lesson", "lesson", self.panel, behind, in_front=False)
        self.scene = ""
        """The name of the one that was set last."""
        self._waiting = False
        bench = self._bench
        self.panel.scene_requested.connect(self.set_scene)
        self.panel.answered.connect(self._on_answered)
        bench.trace_changed.connect(self._on_trace)
        bench.trace_grown.connect(lambda _: self._show_claims())

    def apply_theme(self, theme: Theme) -> None:
        """Dress the panel."""
        self.panel.apply_theme(theme)

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
            self._after(lambda: bench.edit_recipe(recipe))
        elif bench.live:
            self._after(lambda: bench.set_live(False))
        else:
            self._set(lesson.scenes[name])

    # Private --------------------------------------------------------------------------------------------------------

    def _after(self, change: Callable[[], None]) -> None:
        """Have a change made, and set the scene that is wanted then once it has come."""

        def go_on() -> None:
            self._waiting, lesson = False, self.panel.lesson
            if lesson is not None and self.scene in lesson.scenes:
                self.set_scene(self.scene)

        if not self._waiting:
            self._waiting = True
            # Not amid it: whoever tells of a trace has yet to tell of its step.
            then = Qt.ConnectionType.SingleShotConnection
            self._bench.trace_changed.connect(lambda _: QTimer.singleShot(0, self.panel, go_on), then)
            change()

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
        self._show_claims()

    def _on_answered(self) -> None:
        """Set the scene that the answer is about, where it is not set."""
        page, lesson = self.panel.current, self.panel.lesson
        assert page is not None
        assert lesson is not None
        wanted = [lesson.claims[name].scene for name in page.answer_claims]
        if wanted and self.scene not in wanted:
            self.set_scene(wanted[0])

    def _on_trace(self, _: object) -> None:
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
        self.panel.show_claims(self._told)

    def _told(self, claim: Claim) -> str:
        """Return the number of a claim in what is shown; where that is another scene, or was changed, say so."""
        bench = self._bench
        if bench.trace is None or claim.scene != self.scene:
            return PENDING
        number = claim.number(bench.trace, bench.sequence)
        if number is None:
            return PENDING
        return f"**{short(number)}**" + ("" if claim.holds(bench.trace, bench.sequence) else f" {ASIDE}")
