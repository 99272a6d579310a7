"""The list of runs, kept true: what lies in the folder, what is shown, what is deleted for now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from explorer.errors import GateExplorerError
from explorer.training.folders import Listed, delete_run, list_runs
from widgets.job import sentence
from widgets.overlaid import MOST_COMPARED
from widgets.run_list import RunLine, RunList
from widgets.run_opening import RunOpening
from widgets.trained import CELL_TITLES, Trained

if TYPE_CHECKING:
    from widgets.training_dock import TrainingDock
    from widgets.training_reading import TrainingReading

STATE_WORDS = {"unknown": "cut off"}


class TrainingRuns:
    """Answers what is wished of runs. A deleted one leaves the disk with the next, or with the window."""

    def __init__(self, dock: TrainingDock, listed: RunList) -> None:
        self._dock, self._list = dock, listed
        self._deleted: Path | None = None
        self._compared: dict[Path, Trained] = {}
        self._opening = RunOpening(listed)
        self._opening.opened.connect(self._on_opened)
        self._opening.failed.connect(dock.say)
        self._opening.progressed.connect(dock.show_reading)
        listed.open_requested.connect(dock.open_run)
        listed.resume_requested.connect(dock.resume_run)
        listed.compare_requested.connect(self.compare)
        listed.delete_requested.connect(self.delete)
        listed.undo_requested.connect(self.undo)
        listed.browse_requested.connect(dock.ask_for_run)
        self.show()

    def show(self) -> None:
        """List what lies there now."""
        self._list.show_lines([self._line(run) for run in list_runs() if run.folder != self._deleted])
        self._list.show_deleted(self._deleted.name if self._deleted is not None else "")

    def compare(self, folder: str) -> None:
        """Draw another run over the one that is shown once it is read, or no more."""
        if Path(folder) in self._compared:
            self.compare_no_more(Path(folder))
        elif len(self._compared) < MOST_COMPARED:
            self._opening.open(Path(folder))

    def compare_no_more(self, folder: Path) -> None:
        """Draw a run over none any more, if it was, and list all anew."""
        self._compared.pop(folder, None)
        self._show_compared()

    def _on_opened(self, reading: TrainingReading) -> None:
        self._compared[reading.recording.folder] = reading.trained()
        panel = self._dock.panel
        assert panel is not None
        self._dock.show_progress()
        self._show_compared()
        if panel.pages.currentWidget() not in panel.overlaying:
            panel.show_page(panel.curves)

    def _show_compared(self) -> None:
        assert self._dock.panel is not None
        self._dock.panel.show_others(tuple(self._compared.values()))
        self.show()

    def delete(self, folder: str) -> None:
        """Take a run off the list, and show it no more; what was deleted before it is gone for good now."""
        if self._dock.is_at_work_on(Path(folder)):
            return  # the list may be older than the wish to train it
        self._delete_for_good()
        self._deleted = Path(folder)
        if self._dock.recording is not None and self._dock.recording.folder == self._deleted:
            self._dock.forget_run()
        self.compare_no_more(self._deleted)

    def undo(self) -> None:
        """Have the deleted run back."""
        self._deleted = None
        self.show()

    def end(self) -> None:
        """Delete for good what is deleted, and read on no more."""
        self._opening.end()
        self._delete_for_good()

    def _delete_for_good(self) -> None:
        if self._deleted is not None:
            try:
                delete_run(self._deleted)
            except GateExplorerError as error:
                self._dock.say(sentence(error))
            self._deleted = None

    def _why_alone(self, folder: Path) -> str:
        """Return why a run that is not compared cannot be, or nothing."""
        shown = self._dock.recording
        if shown is None:
            return "Open a run first, to compare this one with it"
        if shown.folder == folder:
            return "It is the run that is shown"
        enough = len(self._compared) >= MOST_COMPARED
        return f"{MOST_COMPARED} runs are compared already: compare one of them no more first" if enough else ""

    def _line(self, run: Listed) -> RunLine:
        shown = self._dock.recording
        cells = "" if run.settings is None else " ".join(CELL_TITLES.get(cell, cell) for cell in run.settings.cells)
        state = run.status.state if not run.trouble else "damaged"
        over = state in ("stopped", "failed", "unknown") and run.iteration > 0
        return RunLine(
            key=str(run.folder),
            name=run.name,
            begun=f"{run.begun:%Y-%m-%d %H:%M}",
            cells=cells,
            iteration=run.iteration,
            state=STATE_WORDS.get(state, state),
            reason=run.trouble or run.status.reason,
            shown=shown is not None and shown.folder == run.folder,
            compared=run.folder in self._compared,
            alone="" if run.folder in self._compared else self._why_alone(run.folder),
            resumable=over and not self._dock.trainer.is_training,
        )
