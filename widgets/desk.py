"""What lies beside the work: the palette, the lists and the dialogs of the window, each made when first asked for."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget, QFileDialog, QWidget

import explorer
from explorer.errors import OutputError
from explorer.writing import replacing
from widgets.messages import Message
from widgets.theme import LIGHT, Theme

if TYPE_CHECKING:
    from explorer.trace import Trace
    from widgets.export_dialog import ExportDialog
    from widgets.log import Log
    from widgets.main_window import MainWindow
    from widgets.palette import Palette
    from widgets.recording import RecordDialog
    from widgets.saving import SavingDialog
    from widgets.subjects import Subject
    from widgets.values_dialog import ValuesDialog

    Dialog = TypeVar("Dialog", bound=SavingDialog)

ROOM = QSize(480, 320)
"""Of a panel that is closed, and of which nobody knows how large it would be."""


class Desk(QObject):
    """Opens them, and lets those that are made wear the theme."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._theme = LIGHT
        self._palette: Palette | None = None
        self._log: Log | None = None
        self._export: ExportDialog | None = None
        self._values: ValuesDialog | None = None
        self._record: RecordDialog | None = None

    def apply_theme(self, theme: Theme) -> None:
        """Let what is made already wear the theme."""
        self._theme = theme
        for made in (self._palette, *self._saving):
            if made is not None:
                made.apply_theme(theme)

    def end(self) -> None:
        """End all work: the window is about to close."""
        for dialog in self._saving:
            if dialog is not None:
                dialog.end()
                dialog.close()
        if self._log is not None:
            self._log.close()

    @property
    def _saving(self) -> tuple[SavingDialog | None, ...]:
        return self._export, self._values, self._record

    # Ways in --------------------------------------------------------------------------------------------------------

    @property
    def palette(self) -> Palette:
        """The command palette."""
        if self._palette is None:
            from widgets.palette import Palette

            self._palette = Palette(self._window, self._window.settings, self._offering)
            self._palette.apply_theme(self._theme)
        return self._palette

    def open_palette(self) -> None:
        """Let the person search all actions."""
        self.palette.open()

    def show_keys(self) -> None:
        """Show the cheat sheet."""
        from widgets.cheat_sheet import CheatSheet
        from widgets.panel_keys import keys_of_panels

        CheatSheet(self._window.actions_.by_menu, keys_of_panels(), self._window).show()

    def show_about(self) -> None:
        """Tell what this is."""
        from widgets.about import show_about

        show_about(self._window)

    # Files ----------------------------------------------------------------------------------------------------------

    def subjects(self) -> list[Subject]:
        """Return what can be taken a picture of: the rows, each dock, also behind another or closed, the window."""
        from widgets.subjects import Subject

        window, rows = self._window, self._window.rows
        found = [Subject("Rows", rows, _size(rows), QRect(rows.mapTo(window, QPoint()), _size(rows)), rows.insist)]
        if unseen := rows.stack.verticalScrollBar().maximum():
            found.append(Subject("All rows", rows, _size(rows) + QSize(0, unseen), insist=rows.insist))
        for dock, panel in self._panels():
            front = self._front(dock)
            if front is dock:
                place = None if dock.isFloating() else QRect(dock.pos(), _size(panel))  # without its title
                found.append(Subject(dock.windowTitle(), panel, _size(panel), place))
            else:
                size = panel.sizeHint().expandedTo(ROOM) if front is None else _size(front.widget())
                found.append(Subject(dock.windowTitle(), panel, size.expandedTo(panel.minimumSizeHint())))
        return [*found, Subject("Whole window", window, _size(window), window.rect(), rows.insist)]

    def _panels(self) -> list[tuple[QDockWidget, QWidget]]:
        """Return the docks that have something to show, and what stands in each, made by now."""
        docks = self._window.docks
        return [(dock, docks.panel(dock)) for dock in docks.all if dock.toggleViewAction().isEnabled()]

    def _offering(self) -> list[tuple[QDockWidget, QWidget]]:
        """Return the same docks, and what offers their actions: of a panel that was never seen, what stands for it."""
        docks = self._window.docks
        return [(dock, docks.offering(dock)) for dock in docks.all if dock.toggleViewAction().isEnabled()]

    def _front(self, dock: QDockWidget) -> QDockWidget | None:
        """Return the dock that is seen where this one has its place: itself or one before it; None if it is closed."""
        if dock.isHidden():
            return None
        window = self._window
        return next((each for each in (dock, *window.tabifiedDockWidgets(dock)) if window.docks.is_seen(each)), None)

    @property
    def export_dialog(self) -> ExportDialog:
        """What writes pictures."""
        if self._export is None:
            from widgets.export_dialog import ExportDialog

            self._export = self._dressed(ExportDialog(self._window.settings, self._window))
        return self._export

    @property
    def values_dialog(self) -> ValuesDialog:
        """What writes numbers."""
        if self._values is None:
            from widgets.values_dialog import ValuesDialog

            self._values = self._dressed(ValuesDialog(self._window.settings, self._window))
        return self._values

    @property
    def record_dialog(self) -> RecordDialog:
        """What writes an animation."""
        if self._record is None:
            from widgets.recording import RecordDialog

            self._record = self._dressed(RecordDialog(self._window.settings, self._window))
            self._record.step_requested.connect(self._window.workbench.go_to)
        return self._record

    def export_picture(self) -> None:
        """Ask for a picture of a panel."""
        self.export_dialog.show_subjects(self.subjects())

    def export_values(self) -> None:
        """Ask for values of the trace."""
        from widgets.values_dialog import Shown

        bench, rows = self._window.workbench, self._window.rows
        if bench.trace is None:
            return
        view = range(max(math.floor(rows.view.first), 0), math.ceil(rows.view.last))
        brushed = None if rows.brushing.brushed is None else rows.brushing.brushed.steps
        inputs = () if rows.input_row.isHidden() else ("x",)

        def shown(key: int, name: str, trace: Trace, sequence: int) -> Shown:
            names = dict.fromkeys(row.quantity.name for row in rows.rows if row.side == key)
            places = trace.experiment.network.places
            place = bench.place if bench.place in places else places[0]
            return Shown(name, trace, sequence, place, bench.units, (*inputs, *names), view, brushed)

        sides = bench.comparing.sides
        present = shown(0, bench.comparing.name if sides else "", bench.trace, bench.sequence)
        beside = (shown(side.key, side.name, side.trace, side.sequence) for side in sides)
        self.values_dialog.show_traces((present, *beside))

    def record(self) -> None:
        """Ask for an animation of the playback."""
        bench = self._window.workbench
        bench.player.stop()
        self.record_dialog.show_subjects(self.subjects(), bench.step, bench.frontier, bench.player.speed)

    def _dressed(self, dialog: Dialog) -> Dialog:
        dialog.apply_theme(self._theme)
        dialog.written.connect(lambda path: self._window.status.show_message(f"Written to {path}.", "note"))
        return dialog

    # Messages -------------------------------------------------------------------------------------------------------

    def keep_log(self) -> None:
        """Keep every message of this session in a file, also those that were said already."""
        from widgets.log import Log

        status, self._log = self._window.status, Log(parent=self)
        self._log.failed.connect(status.show_message)
        self._log.write(Message(f"Gate Explorer {explorer.__version__} started"))
        for message in status.messages:
            self._log.write(message)
        status.said.connect(self._log.write)

    def copy_diagnostics(self) -> None:
        """Put what helps to find a fault on the clipboard, with the last messages."""
        from widgets.diagnostics import LAST, diagnostics, told

        text = diagnostics(self._window) + told(self._window.status.messages[-LAST:])
        QGuiApplication.clipboard().setText(text)
        self._window.status.show_message("The diagnostics are on the clipboard. They name no file and nobody.", "note")

    def save_report(self) -> None:
        """Write all messages and what helps to find their cause to a file that the person names."""
        from widgets.diagnostics import report

        name = f"gate-explorer-report-{datetime.now():%Y-%m-%d-%H%M}.txt"
        path, _ = QFileDialog.getSaveFileName(self._window, "Save a report", name, "Text (*.txt);;All files (*)")
        if not path:
            return
        try:
            with replacing(Path(path)) as file:
                file.write(report(self._window).encode())
        except OutputError as error:
            self._window.status.show_message(str(error), "error")
        else:
            self._window.status.show_message(f"The report is in {path}.", "note")


def _size(panel: QWidget) -> QSize:
    return panel.rect().size()  # some panels call another thing their size
