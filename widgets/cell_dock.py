"""The dock of the cell diagram: made when it is first seen, joined to the workbench, and its pictures saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDockWidget, QFileDialog, QWidget

from explorer.stages import known_after, stages
from widgets.inside import inside
from widgets.unseen import Offer

if TYPE_CHECKING:
    from widgets.diagram import CellDiagram
    from widgets.equations import Equations
    from widgets.main_window import MainWindow
    from widgets.theme import Theme
    from widgets.why import Why
    from widgets.workbench import Workbench

SAVE = "Save the cell diagram as SVG…"


def join(bench: Workbench, panel: CellDiagram | Equations | Why) -> None:
    """Show in a panel about the inside of a step what the workbench looks at, from now on."""

    def show_trace() -> None:
        if bench.trace is not None:
            panel.show_trace(bench.trace, bench.sequence, bench.place)

    for fact in (bench.trace_changed, bench.sequence_changed, bench.place_changed):
        fact.connect(show_trace)
    bench.trace_grown.connect(panel.grow)
    bench.step_changed.connect(panel.set_step)
    bench.units_changed.connect(panel.show_selection)
    panel.show_selection(bench.units)
    panel.set_step(bench.step)
    show_trace()


class CellDock:
    """Knows the window and the diagram, and which fact of the workbench leads where."""

    def __init__(self, window: MainWindow, behind: QDockWidget) -> None:
        self._window = window
        self.diagram: CellDiagram | None = None
        self.dock = window.docks.add_later("Cell", "cell", self._make, behind, lambda: (Offer(SAVE),))

    def apply_theme(self, theme: Theme) -> None:
        """Dress the diagram, if there is one yet."""
        if self.diagram is not None:
            self.diagram.apply_theme(theme)

    def _make(self) -> QWidget:
        from widgets.diagram import CellDiagram

        bench, self.diagram = self._window.workbench, CellDiagram()
        self.diagram.export_requested.connect(self._ask_for_file)
        self.diagram.apply_theme(self._window.theme)
        bench.stage_changed.connect(self._show_stage)
        join(bench, self.diagram)
        self._show_stage(bench.stage)
        return self.diagram

    def _show_stage(self, stage: int | None) -> None:
        """Show what is known by a micro-step; in the first two, the inputs and the states go to the products."""
        bench = self._window.workbench
        if self.diagram is None or bench.trace is None:
            return
        if stage is None:
            self.diagram.show_stage(None)
            return
        cell = bench.trace.experiment.network.cell(bench.place)
        entering = [(name,) for name in ("x", "h_prev")]
        new = stages(cell)[stage].names + (entering[stage] if stage < len(entering) else ())
        self.diagram.show_stage(known_after(cell, stage), new, inside(cell, stage).text(bench.step))

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
