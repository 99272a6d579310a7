"""The dock of the cell diagram: made when it is first seen, joined to the workbench, and its pictures saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDockWidget, QFileDialog, QWidget

if TYPE_CHECKING:
    from widgets.diagram import CellDiagram
    from widgets.main_window import MainWindow
    from widgets.theme import Theme


class CellDock:
    """Knows the window and the diagram, and which fact of the workbench leads where."""

    def __init__(self, window: MainWindow, behind: QDockWidget) -> None:
        self._window = window
        self.diagram: CellDiagram | None = None
        self.dock = window.docks.add_later("Cell", "cell", self._make, behind)

    def apply_theme(self, theme: Theme) -> None:
        """Dress the diagram, if there is one yet."""
        if self.diagram is not None:
            self.diagram.apply_theme(theme)

    def _make(self) -> QWidget:
        from widgets.diagram import CellDiagram

        bench, self.diagram = self._window.workbench, CellDiagram()
        for fact in (bench.trace_changed, bench.sequence_changed, bench.place_changed):
            fact.connect(self._show_trace)
        bench.trace_grown.connect(self.diagram.grow)
        bench.step_changed.connect(self.diagram.set_step)
        bench.units_changed.connect(self.diagram.show_selection)
        self.diagram.export_requested.connect(self._ask_for_file)
        self.diagram.apply_theme(self._window.theme)
        self.diagram.show_selection(bench.units)
        self._show_trace()
        self.diagram.set_step(bench.step)
        return self.diagram

    def _show_trace(self) -> None:
        bench = self._window.workbench
        if self.diagram is not None and bench.trace is not None:
            self.diagram.show_trace(bench.trace, bench.sequence, bench.place)

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self._window, "Save the cell diagram", "cell.svg", "SVG (*.svg)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("svg")
        dialog.fileSelected.connect(self._save)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save(self, path: str) -> None:
        assert self.diagram is not None
        try:
            self.diagram.write_svg(path)
        except OSError as error:
            self._window.status.show_message(f"{path} cannot be written: {error.strerror}", "error")
        else:
            self._window.status.show_message(f"The cell diagram is in {path}", "note")
