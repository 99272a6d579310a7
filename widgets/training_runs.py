"""The list of runs, kept true: what lies in the folder, what is shown, what is deleted for now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from explorer.errors import GateExplorerError
from explorer.training.folders import Listed, delete_run, list_runs
from explorer.training.runs import Recording
from widgets.job import sentence
from widgets.run_list import RunLine, RunList
from widgets.trained import CELL_TITLES
from widgets.training_reading import TrainingReading

if TYPE_CHECKING:
    from widgets.training_dock import TrainingDock


class TrainingRuns:
    """Answers what is wished of runs. A deleted one leaves the disk with the next, or with the window."""

    def __init__(self, dock: TrainingDock, listed: RunList) -> None:
        self._dock, self._list = dock, listed
        self._deleted: Path | None = None
        self._compared: Path | None = None
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
        """Draw another run over the one that is shown, or no more."""
        assert self._dock.panel is not None
        path = None if self._compared == Path(folder) else Path(folder)
        try:
            other = None if path is None else TrainingReading(Recording(path)).trained()
        except GateExplorerError as error:
            self._dock.say(sentence(error))
            return
        self._compared = path
        self._dock.panel.curves.show_other(other)
        self._dock.panel.through.show_other(other)
        if other is not None:
            self._dock.panel.show_page(self._dock.panel.curves)
        self.show()

    def delete(self, folder: str) -> None:
        """Take a run off the list; what was deleted before it is gone for good now."""
        self.end()
        self._deleted = Path(folder)
        if self._compared == self._deleted:
            self.compare(folder)
        self.show()

    def undo(self) -> None:
        """Have the deleted run back."""
        self._deleted = None
        self.show()

    def end(self) -> None:
        """Delete for good what is deleted."""
        if self._deleted is not None:
            try:
                delete_run(self._deleted)
            except GateExplorerError as error:
                self._dock.say(sentence(error))
            self._deleted = None

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
            state=state,
            reason=run.trouble or run.status.reason,
            shown=shown is not None and shown.folder == run.folder,
            compared=self._compared == run.folder,
            resumable=over and not self._dock.trainer.is_training,
        )
