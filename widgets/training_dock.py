"""Training in the window: the panel, the trainer's process, and the recording that is followed while it grows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDockWidget, QFileDialog, QWidget

from explorer.errors import GateExplorerError
from widgets.docks import scrolled
from widgets.job import sentence
from widgets.run_notes import RunNotes
from widgets.trained import Trained
from widgets.trainer import Trainer
from widgets.training_bar import WORKING, run_words

if TYPE_CHECKING:
    from explorer.training.runs import Recording
    from widgets.main_window import MainWindow
    from widgets.run_opening import FollowedRun
    from widgets.theme import Theme
    from widgets.training_panel import TrainingPanel
    from widgets.training_runs import TrainingRuns
    from widgets.unit_gradients import UnitGradients

WARM_MS = 1500
"""After the panel is first seen, the trainer is started ahead."""


class TrainingDock:
    """Knows the window and what belongs to training, and which wish leads where."""

    def __init__(self, window: MainWindow, behind: QDockWidget) -> None:
        self._window = window
        self.panel: TrainingPanel | None = None
        self.runs: TrainingRuns | None = None
        self.trainer, self.notes = Trainer(window), RunNotes(window)
        self.followed: FollowedRun | None = None
        self.iteration: int | None = None
        self._ending = ""
        self._source: object = None
        self._units: UnitGradients | None = None
        self._with_moments = False
        self._to_train: Path | None = None
        self.dock = window.docks.add_later("Training", "training", self._make, behind)
        self.trainer.state_changed.connect(self._on_state)
        self.trainer.heard.connect(self._on_heard)
        self.trainer.ended.connect(self._on_ended)
        self.trainer.died.connect(self._on_died)
        self.notes.found.connect(self.say)
        self.notes.noted.connect(window.status.show_message)
        window.workbench.trace_changed.connect(self._show_experiment)
        window.workbench.trace_changed.connect(self._follow_moment)

    @property
    def recording(self) -> Recording | None:
        """The run that is shown."""
        return None if self.followed is None else self.followed.recording

    @property
    def _is_mine(self) -> bool:
        """Whether the run that is shown is the one that the window's own trainer works on, or did last."""
        return self.recording is not None and self.recording.folder == self.trainer.folder

    def apply_theme(self, theme: Theme) -> None:
        """Dress the panel, if there is one yet."""
        if self.panel is not None:
            self.panel.apply_theme(theme)

    def end(self) -> None:
        """End the training and what still works, for the window to close."""
        self.trainer.close()
        for each in (self.followed, self._units, self.notes, self.runs):
            if each is not None:
                each.end()

    # Wishes ---------------------------------------------------------------------------------------------------------

    def show(self) -> TrainingPanel:
        """Bring the panel to the front, made by now if it had not been seen."""
        self.dock.show()
        self.dock.raise_()
        self._window.docks.panel(self.dock)
        if self.panel is None:
            self.dock.setWidget(self._make())
        assert self.panel is not None
        return self.panel

    def start(self) -> None:
        """Train with what the form says, as a new run."""
        from widgets.run_beginning import begin

        panel, bench = self.show(), self._window.workbench
        panel.form.commit()
        settings = panel.form.checked()
        if settings is None or bench.trace is None or self._is_busy:
            panel.show_page(panel.form)
            return
        try:
            folder = begin(bench.experiment.dataset, settings)
        except (GateExplorerError, OSError) as error:
            self.say(sentence(error))
            return
        self._open(folder, train=True)

    def resume_run(self, folder: str) -> None:
        """Go on with a run from its last recorded state, once it is read."""
        if not self._is_busy:
            self._open(Path(folder), train=True)

    def open_run(self, folder: str | Path) -> None:
        """Show a run once it is read, and follow it while another trains it. A folder that is none says so."""
        self._open(Path(folder))

    def is_at_work_on(self, folder: Path) -> bool:
        """Whether the window trains a run, or is about to."""
        return folder == self._to_train or (self.trainer.is_training and folder == self.trainer.folder)

    def forget_run(self) -> None:
        """Show no run any more, and offer its moments no more."""
        assert self.followed is not None
        assert self.panel is not None
        self.followed.forget()
        self.notes.forget()
        if self._with_moments:
            self._window.moments.close()
        self._ending, self._with_moments = "", False
        self.panel.show_trouble("")
        self.go_to_iteration(None)

    def ask_for_run(self) -> None:
        """Let the person choose the folder of a run."""
        from explorer.training.folders import runs_folder

        found = QFileDialog.getExistingDirectory(self._window, "Open a run", str(runs_folder()))
        if found:
            self.open_run(found)

    def toggle_pause(self) -> None:
        """Pause, or go on."""
        (self.trainer.resume if self.trainer.state == "paused" else self.trainer.pause)()

    def go_to_iteration(self, iteration: int | None) -> None:
        """Show an iteration, or the last one from now on."""
        reached = 0 if self.recording is None else self.recording.iteration
        self.iteration = None if iteration is None or iteration >= reached else iteration
        if self.panel is not None:
            self.panel.set_iteration(self.iteration)
            self._show()

    def _on_asked(self, iteration: int) -> None:
        """Go to an iteration, and where the window shows a moment of the run, to the nearest that was recorded."""
        self.go_to_iteration(iteration)
        if self._with_moments:
            self._window.moments.go_near(iteration)

    # Facts ----------------------------------------------------------------------------------------------------------

    @property
    def _is_busy(self) -> bool:
        return self.trainer.is_training or self._to_train is not None

    def _open(self, folder: Path, *, train: bool = False) -> None:
        """Have a run read and shown, and then, where that is wished, trained."""
        self.show()
        assert self.followed is not None
        self._to_train = folder if train else None
        self.followed.open(folder)

    def _on_opened(self) -> None:
        panel, run = self.panel, self.recording
        assert panel is not None
        assert run is not None
        self._ending, self.iteration, self._with_moments = "", None, False
        panel.set_iteration(None)
        panel.show_trouble("")
        if panel.pages.currentWidget() in (panel.form, panel.runs):
            panel.show_page(panel.curves)
        self._on_grew()
        self.notes.look(run, trained=self._to_train is not None)
        if self._to_train is not None:
            self._to_train = None
            self.trainer.start(run.folder)
        if self.runs is not None:
            self.runs.compare_no_more(run.folder)

    def _on_grew(self) -> None:
        if self._ending and self.recording is not None and self.recording.is_live:  # it was resumed elsewhere
            self._ending = ""
            self.panel.show_trouble("")
        self._show()
        self._offer_moments()

    def _on_unreadable(self, text: str) -> None:
        self._to_train = None
        self.show_progress()
        self.say(text)

    def show_reading(self, name: str, fraction: float) -> None:
        """Say how much of a run is read."""
        if self.panel is not None:
            self.panel.bar.show_progress(f"Reading {name}: {fraction:.0%}", round(100 * fraction), 100)

    def _offer_moments(self) -> None:
        """Let the window go back to the weights of each moment, as soon as there is one."""
        run, moments = self.recording, self._window.moments
        if run is None or not any(run.moments(cell) for cell in run.cells):
            return
        if self._with_moments:
            moments.grow(growing=run.is_live)
        else:
            self._with_moments = True
            moments.open(run, run.folder.name, growing=run.is_live, description=run.description)

    def _follow_moment(self, _: object = None) -> None:
        """Mark the iteration whose weights the window shows."""
        shown, near = self._window.moments.shown, self._window.moments.nearest(self.iteration)
        if shown is not None and self._with_moments and shown[1] != near:
            self.go_to_iteration(shown[1])

    def _on_state(self, state: str) -> None:
        if self.panel is not None:
            self.panel.bar.show_state(state)
            self.show_progress()
        self._window.actions_.show_training(state)

    def _on_heard(self, command: str) -> None:
        if self.panel is not None:
            self.panel.bar.show_heard(command)
            self.show_progress()

    def _on_ended(self, reason: str, failed: bool) -> None:
        if self._is_mine and reason not in ("finished", "stopped"):
            self._ending = reason
        if failed and self._is_mine and self.trainer.iteration == 0:
            self._take_back(reason)
            return
        if failed:
            self.say(reason, resumable=self.trainer.broken and self.trainer.resumable)
        self._watch()

    def _take_back(self, reason: str) -> None:
        """Say why a run could not be begun, beside the field if it is one's; of such a run nothing stays."""
        from widgets.run_beginning import take_back

        panel = self.panel
        assert panel is not None
        assert self.recording is not None
        take_back(self.recording)
        self.forget_run()
        panel.show_page(panel.form)
        if panel.form.field_of(reason):
            panel.form.show_error(reason)
        else:
            self.say(reason)

    def _on_died(self, said: str) -> None:
        if self._is_mine:
            self._ending = said
        self.say(f"{said}.", resumable=self.trainer.resumable, wrong=not self.trainer.killed_on_wish)
        self._watch()

    def _watch(self) -> None:
        if self.followed is not None:
            self.followed.watch()

    def _on_units(self) -> None:
        if self.recording is not None and self._units is not None:
            self._units.ask(self.recording, self.iteration)

    def say(self, text: str, *, resumable: bool = False, wrong: bool = True) -> None:
        """Say what went wrong, or was wished so, in the panel and in the list of messages."""
        text = text[:1].upper() + text[1:]
        self._window.status.show_message(text, "error" if wrong else "note")
        if self.panel is not None:
            self.panel.show_trouble(text, resumable=resumable, wrong=wrong)
            self.show_progress()

    # Showing --------------------------------------------------------------------------------------------------------

    def _make(self) -> QWidget:
        from widgets.run_opening import FollowedRun
        from widgets.training_panel import TrainingPanel
        from widgets.training_runs import TrainingRuns
        from widgets.unit_gradients import UnitGradients

        if self.panel is not None:
            return self.dock.widget()
        self.panel = panel = TrainingPanel()
        bar = panel.bar
        bar.start_requested.connect(self.start)
        bar.pause_requested.connect(self.trainer.pause)
        bar.resume_requested.connect(self.trainer.resume)
        bar.step_requested.connect(self.trainer.step)
        bar.stop_requested.connect(self.trainer.stop)
        bar.judge_requested.connect(self._window.moments.judge)
        panel.iteration_requested.connect(self._on_asked)
        panel.resume_requested.connect(lambda: self.resume_run(str(self.trainer.folder)))
        self._units = UnitGradients(self._window)
        self._units.found.connect(panel.through.show_units)
        self._units.failed.connect(self.say)
        panel.through.units_requested.connect(self._on_units)
        self.followed = run = FollowedRun(lambda: self.trainer.state in WORKING, self._window)
        run.opened.connect(self._on_opened)
        run.grew.connect(self._on_grew)
        run.rested.connect(lambda: self.runs.show())
        run.failed.connect(self._on_unreadable)
        run.progressed.connect(self.show_reading)
        self.runs = TrainingRuns(self, panel.runs)
        panel.pages.currentChanged.connect(lambda _: self.runs.show() if panel.runs.isVisible() else None)
        panel.apply_theme(self._window.theme)
        self._show_experiment()
        panel.bar.show_state(self.trainer.state)
        self._show()
        QTimer.singleShot(WARM_MS, self._window, self.trainer.warm)
        return scrolled(panel)

    def _show_experiment(self, _: object = None) -> None:
        """Begin the form anew where other data were opened; what was set for these stays."""
        from widgets.training_defaults import target_columns, training_settings

        bench = self._window.workbench
        if self.panel is None or bench.trace is None:
            return
        source = (bench.experiment.dataset.source, bench.experiment.dataset.seed)
        if source != self._source:
            self._source = source
            columns = target_columns(bench.experiment.dataset)
            targets = bench.experiment.dataset.sequences[0].target_names
            self.panel.form.show_settings(training_settings(bench.experiment), columns, targets)

    def _show(self) -> None:
        if self.panel is None:
            return
        reading = None if self.followed is None else self.followed.reading
        self.panel.show_trained(Trained() if reading is None else reading.trained(self.iteration))
        self.show_progress()

    def show_progress(self) -> None:
        """Say how the run that is shown is doing."""
        run, state = self.recording, self.trainer.state
        assert self.panel is not None
        if run is None:
            self.panel.bar.show_progress("", 0, 0)
            return
        reason = "" if self._ending and self.panel.tells_trouble else self._ending or run.reason
        said = "" if self._is_mine and state in WORKING else run_words(run.state, reason)
        self.panel.bar.show_progress(said, run.iteration, run.settings.iterations)
