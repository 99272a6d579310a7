"""The wiring diagram: every panel, and which wish of which panel leads where. Nothing is computed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from explorer.network import Place
from explorer.presets import load_presets
from explorer.sequences import Dataset, Options
from explorer.trace import Trace
from widgets.actions import Actions
from widgets.appearance import Appearance
from widgets.breaks_dock import BreaksDock
from widgets.cell_dock import CellDock
from widgets.compare_dock import CompareDock
from widgets.desk import Desk
from widgets.docks import LEFT, RIGHT, Docks
from widgets.history import History
from widgets.holds_dock import HoldsDock
from widgets.inside_docks import InsideDocks
from widgets.jump import Jump
from widgets.lesson_dock import LessonDock
from widgets.moments_dock import MomentsDock
from widgets.opening import Opening, local_file
from widgets.readout import Readout
from widgets.report_dock import ReportDock
from widgets.row_area import RowArea
from widgets.row_desk import RowDesk
from widgets.row_memory import RowMemory
from widgets.sequence_list import SequenceList
from widgets.settings_panel import SettingsPanel
from widgets.sources import first_source, is_file, source_name
from widgets.start_panel import StartPanel
from widgets.status import StatusLine
from widgets.text_dock import TextDock
from widgets.theme import Theme
from widgets.training_dock import TrainingDock
from widgets.transport import Transport
from widgets.workbench import CANCELLED, Workbench

if TYPE_CHECKING:
    from widgets.generator_form import GeneratorForm

FIRST_SIZE = QSize(1600, 1000)


class MainWindow(QMainWindow):
    """The window. ``settings`` is where geometry, layout, theme and recent files are remembered."""

    def __init__(self, settings: QSettings, theme: Theme) -> None:
        # Before anything is built: a style that comes later has to be given to each widget anew.
        appearance = Appearance(settings, theme)
        super().__init__()
        self.settings, self.theme, self.appearance = settings, theme, appearance
        self.setWindowTitle("Gate Explorer")
        self.setAcceptDrops(True)
        self.workbench, self.opening = Workbench(self), Opening(settings, self)
        self.row_memory, self.jump = RowMemory(settings), Jump(settings, self)
        self.generator: GeneratorForm | None = None  # built when it is first asked for
        self._shown: Trace | None = None
        self._why_not_live = ""
        self.desk = Desk(self)
        self._build()
        self.actions_ = Actions(self)
        self._wire_wishes()
        self._wire_facts()
        if not self.docks.restore():
            self.status.show_message("the stored layout could not be read; this is the first one", "note")
        self.start.show_presets(load_presets())
        self.start.show_recent(self.opening.recent)
        self._dress(theme)
        self.choose_time_axis(settings.value("time_axis") == "true")
        self.row_desk.remember()
        self.transport.show_speed(self.workbench.player.speed)
        for part in (self.transport, self.actions_):
            self.jump.changed.connect(part.show_jump)
            part.show_jump(self.jump.steps)
        self.rows.setFocus()

    # Building -------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.rows, self.transport = RowArea(self.theme), Transport()
        self.rows.editing.recall = self.row_memory.recall
        self.start, self.panel, self.readout = StartPanel(), SettingsPanel(), Readout()
        self.sequences, self.status = SequenceList(), StatusLine()
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.rows, 1)
        column.addWidget(self.transport)
        self.setCentralWidget(centre)
        self.docks = Docks(self, self.settings)
        start = self.docks.add("Open", "start", self.start, LEFT)
        settings = self.docks.add("Experiment", "settings", self.panel, LEFT)
        readout = self.docks.add("Readout", "readout", self.readout, RIGHT)
        self.sequences_dock = self.docks.add_optional("Sequences", "sequences", self.sequences, start)
        self.text = TextDock(self, readout)
        self.row_desk = RowDesk(self)  # before the holds, whose row stands below
        self.cell, self.inside = CellDock(self, readout), InsideDocks(self, readout)
        self.breaks, self.holds = BreaksDock(self, readout), HoldsDock(self, readout)
        self.compare, self.moments = CompareDock(self, readout), MomentsDock(self)
        self.report = ReportDock(self, readout)
        self.training, self.lesson = TrainingDock(self, readout), LessonDock(self, settings)
        self.statusBar().addWidget(self.status, 1)
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize()))
        self.docks.fit()

    # Wishes go up ---------------------------------------------------------------------------------------------------

    def _wire_wishes(self) -> None:
        bench = self.workbench
        self.rows.step_requested.connect(bench.go_to)
        self.rows.units_requested.connect(bench.select)
        self.rows.time_axis_requested.connect(self.choose_time_axis)
        self.rows.brushing.mode_changed.connect(self.actions_.show_brush)
        self.rows.sorting.failed.connect(lambda text: self.status.show_message(text, "error"))
        self.rows.editing.changed.connect(lambda layout: self.row_memory.keep(self.rows.editing.cell, layout))
        self.transport.step_requested.connect(bench.go_to)
        self.transport.moved.connect(bench.move)
        self.transport.play_requested.connect(bench.toggle)
        self.transport.speed_edited.connect(bench.player.set_speed)
        self.transport.jump_edited.connect(self.jump.choose)
        self.transport.loop_edited.connect(bench.set_loop)
        self.transport.live_edited.connect(bench.set_live)
        self.transport.finish_requested.connect(bench.finish)
        self.transport.follow_edited.connect(bench.follow)
        self.panel.recipe_edited.connect(bench.edit_recipe)
        self.panel.scale_edited.connect(bench.edit_scale)
        self.panel.data_seed_edited.connect(bench.edit_data_seed)
        self.readout.units_edited.connect(bench.select)
        self.readout.place_requested.connect(bench.go_to_place)
        self.start.open_requested.connect(self.opening.ask_for_file)
        self.start.generate_requested.connect(self.ask_for_generator)
        self.start.preset_requested.connect(lambda name: self._choose(f"preset:{name}"))
        self.start.recent_requested.connect(self._choose)
        self.sequences.sequence_requested.connect(bench.go_to_sequence)
        self.sequences.sequence_requested.connect(lambda _: self.rows.setFocus())  # the next key is meant for it
        self.sequences.picked.connect(bench.pick)
        self.sequences.order_edited.connect(bench.set_order)
        self.sequences.run_requested.connect(bench.run_sequences)
        self.status.cancel_requested.connect(bench.cancel)
        self.status.report_requested.connect(self.desk.save_report)
        self.opening.chosen.connect(self._choose)
        self.opening.recent_changed.connect(self.start.show_recent)
        self.opening.refused.connect(lambda text: self.status.show_message(text, "error"))

    # Values come down -----------------------------------------------------------------------------------------------

    def _wire_facts(self) -> None:
        bench = self.workbench
        bench.trace_changed.connect(self._on_trace)
        bench.trace_grown.connect(self._on_grown)
        for panel in (self.rows, self.readout, self.transport):
            bench.step_changed.connect(panel.set_step)
        for panel in (self.rows, self.readout):
            bench.units_changed.connect(panel.show_selection)
        bench.sequence_changed.connect(self._on_sequence)
        bench.place_changed.connect(self._on_place)
        bench.live_changed.connect(self._on_live)
        bench.live_changed.connect(self.rows.show_live)
        bench.loop_changed.connect(self.transport.show_loop)
        bench.check_changed.connect(self._on_check)
        bench.history_changed.connect(self._on_history)
        bench.progress_changed.connect(self.status.show_progress)
        bench.message.connect(self.status.show_message)
        bench.following.changed.connect(self._show_follow)
        # Once: the first preset is always to be had, but if it were not, it would be asked for without end.
        once = Qt.ConnectionType.SingleShotConnection
        bench.came_to_nothing.connect(lambda: bench.open_source(first_source()), once)
        bench.player.playing_changed.connect(self.transport.show_playing)
        bench.player.speed_changed.connect(self.transport.show_speed)
        self.appearance.changed.connect(self._dress)
        self.appearance.resized.connect(self.docks.fit)

    def _on_trace(self, trace: Trace) -> None:
        bench = self.workbench
        before, self._shown = self._shown, trace
        data, shown = trace.experiment.dataset, None if before is None else before.experiment.dataset
        if data is not shown:
            if shown is not None and data.source != shown.source:
                self.status.withdraw_error()
            self._on_data(data, () if shown is None else shown.notes)
        self.sequences.show_dataset(data)
        self._on_sequence(bench.sequence)
        if shown is None or data.source != shown.source:
            self.rows.show_first()
        self.readout.show_place(bench.place)
        for panel in (self.rows, self.readout):
            panel.show_selection(bench.units)
            panel.set_step(bench.step)
        self.panel.show_experiment(trace.experiment)
        self.transport.set_step(bench.step)
        self._on_live(bench.live)
        if before is None and not self.docks.remembered:
            self.docks.fit()

    def _on_data(self, data: Dataset, notes_before: tuple[str, ...]) -> None:
        source = data.source
        self.start.show_current(source)
        for note in notes_before:
            self.status.withdraw(note)
        for note in data.notes:
            self.status.show_message(note, "note")
        self.actions_.show_source(data)
        if is_file(source):
            self.start.show_current(self.opening.remember_file(source))

    def _on_sequence(self, sequence: int) -> None:
        trace, data = self.workbench.trace, self.workbench.experiment.dataset
        self.rows.show_trace(trace, sequence, self.workbench.place)
        self.readout.show_trace(trace, sequence)
        self.sequences.show_sequence(sequence)
        several = len(data.sequences) > 1
        which = f" — {data.sequences[sequence].name}" if several else ""
        self.setWindowTitle(f"{source_name(data.source)}{which} — Gate Explorer")
        self.actions_.show_several(several)
        self.sequences_dock.offer(several)
        self._show_frontier()

    def _on_grown(self, steps: range) -> None:
        self.rows.grow()
        self.readout.show_growth(steps.start, steps.stop)
        if self.workbench.endless:
            self.panel.show_extent(self.workbench.experiment.dataset)
        self._show_frontier()

    def _show_frontier(self) -> None:
        bench = self.workbench
        self.transport.show_length(bench.length, bench.frontier)
        self.transport.show_unfinished(bench.unfinished)
        self.actions_.show_unfinished(bench.unfinished, bench.breaks.active)
        if bench.trace is not None:
            self.sequences.show_computed(bench.trace, bench.runs_several)
        self.status.show_engine("" if bench.trace is None else bench.trace.engine(bench.sequence))
        if not bench.unfinished:
            self.status.withdraw(CANCELLED)

    def _on_place(self, place: Place) -> None:
        self.readout.show_place(place)
        if self.workbench.trace is not None:
            self.rows.show_trace(self.workbench.trace, self.workbench.sequence, place)

    def _on_live(self, live: bool) -> None:
        reason = self.workbench.why_not_live
        if reason != self._why_not_live:
            self.status.withdraw(self._why_not_live)
        if reason and reason != self._why_not_live:
            self.status.show_message(f"No live mode: {reason}", "note")
        self._why_not_live = reason
        self.transport.show_live(live, not reason, reason)
        self.actions_.show_live(live, reason)
        self._show_follow()

    def _show_follow(self) -> None:
        bench = self.workbench
        self.status.show_followed(bench.following.text)
        for part in (self.transport, self.actions_):
            part.show_follow(bench.endless, bench.why_not_followed)

    def _on_check(self, check: object) -> None:
        loaded = self.workbench.torch.is_loaded
        waiting = "the check runs when computing rests" if loaded else "torch is still loading"
        self.status.show_check(check, waiting)

    def _on_history(self, history: History) -> None:
        self.actions_.show_history(history.undo_name, history.redo_name)
        if history.changes:
            self.panel.show_experiment(history.present)  # also after a wish that failed or was given up

    # Opening --------------------------------------------------------------------------------------------------------

    def _choose(self, source: str, options: Options | None = None) -> None:
        self.open_source(source, options)
        self.rows.setFocus()  # the next key is meant for what was opened

    def open_source(self, source: str, options: Options | None = None) -> None:
        """Open a preset or a file, as told or as the last time. What was open stays open if this fails."""
        self.workbench.player.stop()
        told = self.opening.options_for if options is None else lambda _: options
        self.workbench.open_source(source, told, self.opening.read)

    def ask_for_generator(self) -> None:
        """Let the person make a sequence."""
        if self.generator is None:
            from widgets.generator_form import GeneratorForm

            self.generator = GeneratorForm(self)
            self.generator.open_requested.connect(self._choose)
        self.generator.apply_theme(self.theme)
        self.generator.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files."""
        if local_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Show what would be opened: one file, or several as sequences."""
        paths = local_file(event.mimeData())
        if paths is not None:
            event.acceptProposedAction()
            self.opening.show_file(paths)

    # Appearance -----------------------------------------------------------------------------------------------------

    def _dress(self, theme: Theme) -> None:
        self.theme = theme
        panels = (self.rows, self.transport, self.start, self.panel, self.readout, self.sequences, self.status)
        docks = (self.text, self.cell, self.inside, self.breaks, self.holds, self.compare, self.moments, self.report)
        for panel in (*panels, *docks, self.training, self.lesson, self.opening, self.desk):
            panel.apply_theme(theme)
        self.actions_.show_theme(self.appearance.choice)

    def choose_time_axis(self, wanted: bool) -> None:
        """Show the file's own time on the axis from now on, or steps."""
        self.settings.setValue("time_axis", str(wanted).lower())
        self.rows.show_times(wanted)
        self.actions_.show_time_axis(wanted)

    # Leaving --------------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout, and end all work before the window goes."""
        self.docks.remember()
        self.settings.sync()
        self.opening.end()
        self.desk.end()
        self.hide()  # work that ends only with its present chunk keeps nobody waiting
        if self.generator is not None:
            self.generator.end()
        self.holds.end()
        self.training.end()
        self.report.end()
        self.lesson.end()
        self.rows.end()
        self.row_desk.end()
        self.workbench.close()
        super().closeEvent(event)
