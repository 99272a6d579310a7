"""What lies beside the work: the palette, the lists and the dialogs of the window, each made when first asked for."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget, QFileDialog, QWidget

import explorer
from explorer.errors import OutputError
from explorer.files import replacing
from widgets.messages import Message
from widgets.theme import LIGHT, Theme

if TYPE_CHECKING:
    from widgets.export_dialog import ExportDialog
    from widgets.log import Log
    from widgets.main_window import MainWindow
    from widgets.palette import Palette
    from widgets.recording import RecordDialog
    from widgets.saving import SavingDialog
    from widgets.values_dialog import ValuesDialog

    Dialog = TypeVar("Dialog", bound=SavingDialog)


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

            self._palette = Palette(self._window, self._window.settings)
            self._palette.apply_theme(self._theme)
        return self._palette

    def open_palette(self) -> None:
        """Let the person search all actions."""
        self.palette.open()

    # Files ----------------------------------------------------------------------------------------------------------

    def panels(self) -> dict[str, QWidget]:
        """Return what can be seen now, by its title: the rows, each dock, the whole window."""
        docks = self._window.findChildren(QDockWidget)
        shown = {dock.windowTitle(): dock.widget() for dock in docks if self._is_seen(dock)}
        return {"Rows": self._window.rows, **shown, "Whole window": self._window}

    def _is_seen(self, dock: QDockWidget) -> bool:
        """Whether a dock is not behind another; one that never was in front may call itself visible all the same."""
        if not dock.widget().isVisible() or dock.isFloating():
            return dock.widget().isVisible()
        at = self._window.childAt(dock.mapTo(self._window, dock.rect().center()))
        return at is not None and (at is dock or dock.isAncestorOf(at))

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
        self.export_dialog.show_panels(self.panels())

    def export_values(self) -> None:
        """Ask for values of the trace."""
        from widgets.values_dialog import Shown

        bench, rows = self._window.workbench, self._window.rows
        if bench.trace is None:
            return
        view = range(max(math.floor(rows.view.first), 0), math.ceil(rows.view.last))
        names = tuple(row.quantity.name for row in rows.rows if not row.side)
        inputs = () if rows.input_row.isHidden() else ("x",)
        names, brushed = (*inputs, *dict.fromkeys(names)), rows.brushing.brushed
        steps = None if brushed is None else brushed.steps
        shown = Shown(
            bench.trace, bench.sequence, bench.place, bench.units, names, view, steps, tuple(rows.sides.shown)
        )
        self.values_dialog.show_trace(shown)

    def record(self) -> None:
        """Ask for an animation of the playback."""
        bench = self._window.workbench
        bench.player.stop()
        self.record_dialog.show_panels(self.panels(), bench.step, bench.frontier)

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
