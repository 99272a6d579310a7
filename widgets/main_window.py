"""The wiring diagram: every panel, and which wish of which panel leads where. Nothing is computed here."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDockWidget, QFileDialog, QMainWindow, QVBoxLayout, QWidget

from explorer.cells import Cell
from explorer.network import Place
from explorer.presets import load_presets
from explorer.sequences import Dataset
from explorer.trace import Trace
from widgets.actions import Actions
from widgets.history import History
from widgets.readout import Readout
from widgets.row_area import RowArea, hidden_by_default
from widgets.settings_panel import SettingsPanel
from widgets.sources import first_source, source_name, thumbnail
from widgets.start_panel import StartPanel
from widgets.status import StatusLine
from widgets.text_panel import TextPanel
from widgets.theme import THEMES, Theme, apply_theme
from widgets.transport import Transport
from widgets.workbench import CANCELLED, Workbench

FIRST_SIZE = QSize(1600, 1000)
START_WIDTH = 262
READOUT_SHARE = 0.4
MOST_RECENT = 8
LAYOUT_VERSION = 1


class MainWindow(QMainWindow):
    """The window. ``settings`` is where geometry, layout, theme and recent files are remembered."""

    def __init__(self, settings: QSettings, theme: Theme) -> None:
        super().__init__()
        self.settings, self.theme = settings, theme
        self.setWindowTitle("Gate Explorer")
        self.setAcceptDrops(True)
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks
            | QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
        )
        self.workbench = Workbench(self)
        self._shown: Trace | None = None
        self._why_not_live = ""
        self._build()
        self.actions_ = Actions(self)
        self._wire_wishes()
        self._wire_facts()
        self._restore()
        self.start.show_presets(load_presets(), {preset.name: thumbnail(preset) for preset in load_presets()})
        self.start.show_recent(self._recent())
        self.use_theme(theme)
        self.transport.show_speed(self.workbench.player.speed)
        self.rows.setFocus()

    # Building -------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.rows, self.transport = RowArea(self.theme), Transport()
        self.start, self.panel, self.readout = StartPanel(), SettingsPanel(), Readout()
        self.text, self.status = TextPanel(), StatusLine()
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.rows, 1)
        column.addWidget(self.transport)
        self.setCentralWidget(centre)
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self.docks = (
            self._dock("Open", "start", self.start, left),
            self._dock("Experiment", "settings", self.panel, left),
            self._dock("Readout", "readout", self.readout, right),
        )
        self.text_dock = self._dock("Text", "text", self.text, right)
        self.text_dock.hide()
        self.statusBar().addWidget(self.status, 1)
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize()))
        self._fit_docks()

    def _dock(self, title: str, name: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _fit_docks(self) -> None:
        """Give each panel what it needs, the readout room for its columns, and the rows most of the window."""
        start, settings, readout = self.docks
        wide = min(self.readout.sizeHint().width(), round(READOUT_SHARE * self.width()))
        self.resizeDocks([start, readout], [START_WIDTH, wide], Qt.Orientation.Horizontal)
        self.resizeDocks([start, settings], [475, 475], Qt.Orientation.Vertical)

    # Wishes go up ---------------------------------------------------------------------------------------------------

    def _wire_wishes(self) -> None:
        bench = self.workbench
        self.rows.step_requested.connect(bench.go_to)
        self.rows.units_requested.connect(bench.select)
        self.transport.step_requested.connect(bench.go_to)
        self.transport.moved.connect(bench.move)
        self.transport.play_requested.connect(bench.toggle)
        self.transport.speed_edited.connect(bench.player.set_speed)
        self.transport.loop_edited.connect(bench.set_loop)
        self.transport.live_edited.connect(bench.set_live)
        self.transport.finish_requested.connect(bench.finish)
        self.panel.recipe_edited.connect(bench.edit_recipe)
        self.panel.standardize_edited.connect(bench.edit_standardize)
        self.panel.data_seed_edited.connect(bench.edit_data_seed)
        self.readout.units_edited.connect(bench.select)
        self.text.step_requested.connect(bench.go_to)
        self.text.units_requested.connect(bench.select)
        for wishing in (self.text, self.rows.tokens):
            for panel in (self.text, self.rows.tokens):
                wishing.quantity_requested.connect(panel.show_quantity)
        self.readout.place_requested.connect(bench.go_to_place)
        self.start.open_requested.connect(self.ask_for_file)
        self.start.preset_requested.connect(lambda name: self._choose(f"preset:{name}"))
        self.start.recent_requested.connect(self._choose)
        self.status.cancel_requested.connect(bench.cancel)

    # Values come down -----------------------------------------------------------------------------------------------

    def _wire_facts(self) -> None:
        bench = self.workbench
        bench.trace_changed.connect(self._on_trace)
        bench.trace_grown.connect(self._on_grown)
        for panel in (self.rows, self.readout, self.text, self.transport):
            bench.step_changed.connect(panel.set_step)
        for panel in (self.rows, self.readout, self.text):
            bench.units_changed.connect(panel.show_selection)
        bench.place_changed.connect(self._on_place)
        bench.live_changed.connect(self._on_live)
        bench.live_changed.connect(self.rows.show_live)
        bench.loop_changed.connect(self.transport.show_loop)
        bench.check_changed.connect(self._on_check)
        bench.history_changed.connect(self._on_history)
        bench.progress_changed.connect(self.status.show_progress)
        bench.message.connect(self.status.show_message)
        # Once: the first preset is always to be had, but if it were not, it would be asked for without end.
        once = Qt.ConnectionType.SingleShotConnection
        bench.came_to_nothing.connect(lambda: bench.open_source(first_source()), once)
        bench.player.playing_changed.connect(self.transport.show_playing)
        bench.player.speed_changed.connect(self.transport.show_speed)

    def _on_trace(self, trace: Trace) -> None:
        bench = self.workbench
        before, self._shown = self._shown, trace
        data, shown = trace.experiment.dataset, None if before is None else before.experiment.dataset
        if data is not shown:
            self._on_data(data, () if shown is None else shown.notes)
        self._show_rows()
        self.rows.show_trace(trace, bench.sequence, bench.place)
        if shown is None or data.source != shown.source:
            self.rows.show_first()
        self.readout.show_trace(trace, bench.sequence)
        self.readout.show_place(bench.place)
        self.text.show_trace(trace, bench.sequence, bench.place)
        for panel in (self.rows, self.readout, self.text):
            panel.show_selection(bench.units)
            panel.set_step(bench.step)
        self.panel.show_experiment(trace.experiment)
        self._show_frontier()
        self.transport.set_step(bench.step)
        self._on_live(bench.live)
        if before is None and self.settings.value("layout") is None:
            self._fit_docks()

    def _on_data(self, data: Dataset, notes_before: tuple[str, ...]) -> None:
        source = data.source
        self._show_text(bool(data.vocabularies))
        self.start.show_current(source)
        self.setWindowTitle(f"{source_name(source)} — Gate Explorer")
        for note in notes_before:
            self.status.withdraw(note)
        for note in data.notes:
            self.status.show_message(note, "note")
        if not source.startswith("preset:"):
            self._remember(source)

    def _show_text(self, has_words: bool) -> None:
        """Show the text panel where there is a text."""
        self.text_dock.setVisible(has_words)
        self.text_dock.toggleViewAction().setEnabled(has_words)

    def _on_grown(self, steps: range) -> None:
        self.rows.grow()
        self.text.grow()
        self.readout.show_growth(steps.start, steps.stop)
        self._show_frontier()

    def _show_frontier(self) -> None:
        bench = self.workbench
        self.transport.show_length(bench.length, bench.frontier)
        self.transport.show_unfinished(bench.unfinished)
        self.actions_.show_unfinished(bench.unfinished)
        self.status.show_engine("" if bench.trace is None else bench.trace.engine)
        if not bench.unfinished:
            self.status.withdraw(CANCELLED)

    def _on_place(self, place: Place) -> None:
        self.readout.show_place(place)
        if self.workbench.trace is not None:
            self.rows.show_trace(self.workbench.trace, self.workbench.sequence, place)
            self.text.show_trace(self.workbench.trace, self.workbench.sequence, place)

    def _on_live(self, live: bool) -> None:
        reason = self.workbench.why_not_live
        if reason != self._why_not_live:
            self.status.withdraw(self._why_not_live)
        if reason and reason != self._why_not_live:
            self.status.show_message(f"No live mode: {reason}", "note")
        self._why_not_live = reason
        self.transport.show_live(live, not reason, reason)
        self.actions_.show_live(live, reason)

    def _on_check(self, check: object) -> None:
        loaded = self.workbench.torch.is_loaded
        waiting = "the check runs when computing rests" if loaded else "torch is still loading"
        self.status.show_check(check, waiting)

    def _on_history(self, history: History) -> None:
        self.actions_.show_history(history.undo_name, history.redo_name)
        if history.changes:
            self.panel.show_experiment(history.present)  # also after a wish that failed or was given up

    # Opening --------------------------------------------------------------------------------------------------------

    def _choose(self, source: str) -> None:
        self.open_source(source)
        self.rows.setFocus()  # the next key is meant for what was opened

    def open_source(self, source: str) -> None:
        """Open a preset or a CSV. What was open stays open if this fails."""
        self.workbench.player.stop()
        self.workbench.open_source(source)

    def ask_for_file(self) -> None:
        """Let the person choose a CSV."""
        folder = str(Path(recent[0]).parent) if (recent := self._recent()) else ""
        kinds = "Tables (*.csv *.tsv *.txt *.psv);;All files (*)"
        path, _ = QFileDialog.getOpenFileName(self, "Open a sequence", folder, kinds)
        if path:
            self._choose(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first of the files."""
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.activateWindow()
            self._choose(files[0])

    # Appearance -----------------------------------------------------------------------------------------------------

    def use_theme(self, theme: Theme) -> None:
        """Wear this theme."""
        self.theme = theme
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, theme)
        for panel in (self.rows, self.transport, self.start, self.panel, self.readout, self.text, self.status):
            panel.apply_theme(theme)
        self.actions_.show_theme(theme.name)

    def choose_theme(self, name: str) -> None:
        """Wear the theme of that name from now on."""
        self.settings.setValue("theme", name)
        self.use_theme(THEMES[name])

    def show_quantities(self, hidden: frozenset[str]) -> None:
        """Leave out the rows of these quantities from now on."""
        self.settings.setValue(f"hidden/{self._cell().name}", " ".join(sorted(hidden)))
        self._show_rows()

    def reset_views(self) -> None:
        """Show all steps and values, and the rows that are there at first."""
        if self._shown is None:
            return
        self.settings.remove(f"hidden/{self._cell().name}")
        self._show_rows()
        self.rows.reset_views()

    def _show_rows(self) -> None:
        self.rows.show_hidden(self._hidden())
        self.actions_.show_cell(self._cell(), self._hidden())

    def _hidden(self) -> frozenset[str]:
        stored = self.settings.value(f"hidden/{self._cell().name}")
        return frozenset(stored.split()) if isinstance(stored, str) else hidden_by_default(self._cell())

    def _cell(self) -> Cell:
        return self.workbench.experiment.network.cell(self.workbench.place)

    # Remembering ----------------------------------------------------------------------------------------------------

    def reset_layout(self) -> None:
        """Put every panel back where it was at first."""
        self.restoreState(self._first_layout, LAYOUT_VERSION)
        for dock in self.docks:
            dock.show()
        self._show_text(self._shown is not None and bool(self._shown.experiment.dataset.vocabularies))
        self._fit_docks()

    def _restore(self) -> None:
        self._first_layout = self.saveState(LAYOUT_VERSION)
        geometry, layout = self.settings.value("geometry"), self.settings.value("layout")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        if isinstance(layout, QByteArray) and not self.restoreState(layout, LAYOUT_VERSION):
            self.status.show_message("the stored layout could not be read; this is the first one", "note")
        self._show_text(False)

    def _recent(self) -> tuple[str, ...]:
        stored = self.settings.value("recent")
        paths = stored if isinstance(stored, list) else [stored]
        return tuple(path for path in paths if isinstance(path, str))[:MOST_RECENT]

    def _remember(self, path: str) -> None:
        full = str(Path(path).resolve())
        recent = (full, *(other for other in self._recent() if other != full))[:MOST_RECENT]
        self.settings.setValue("recent", list(recent))
        self.start.show_recent(recent)
        self.start.show_current(full)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout, and end all work before the window goes."""
        self.settings.setValue("geometry", self.saveGeometry())
        self.settings.setValue("layout", self.saveState(LAYOUT_VERSION))
        self.settings.sync()
        self.hide()  # work that ends only with its present chunk keeps nobody waiting
        self.workbench.close()
        super().closeEvent(event)
