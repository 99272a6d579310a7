"""The docks about the inside of a step, equations and why: made when they are first seen, joined to the workbench."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QScrollArea, QWidget

from widgets.cell_dock import join
from widgets.input_row import InputRow
from widgets.unseen import Offer

if TYPE_CHECKING:
    from widgets.equations import Equations
    from widgets.main_window import MainWindow
    from widgets.theme import Theme
    from widgets.why import Why


class InsideDocks:
    """Knows the window and the two panels, and which fact and which wish leads where."""

    def __init__(self, window: MainWindow, behind: QDockWidget) -> None:
        self._window = window
        self.equations: Equations | None = None
        self.why: Why | None = None
        self._asked = ""  # before there is a panel to ask
        copies = (Offer("Copy"), Offer("Copy all"))
        self.equations_dock = window.docks.add_later(
            "Equations", "equations", self._make_equations, behind, lambda: copies
        )
        self.why_dock = window.docks.add_later("Why", "why", self._make_why, behind)
        window.workbench.stage_changed.connect(self._on_stage)
        window.rows.units_requested.connect(self._on_row_clicked)

    def apply_theme(self, theme: Theme) -> None:
        """Dress the panels that there are."""
        for panel in (self.equations, self.why):
            if panel is not None:
                panel.apply_theme(theme)

    def ask(self, quantity: str) -> None:
        """Ask why this quantity is what it is."""
        self._asked = quantity
        if self.why is not None:
            self.why.show_quantity(quantity)

    def arrange(self) -> None:
        """Show the cell, the equations and why at once: one below the other, the readout behind the cell."""
        window, docks = self._window, [self._window.cell.dock, self.equations_dock, self.why_dock]
        for dock in docks:
            dock.setFloating(False)
            dock.show()
        for dock in docks[1:]:  # to split a dock that is a tab would add another tab
            window.addDockWidget(window.dockWidgetArea(docks[0]), dock, Qt.Orientation.Vertical)
        docks[0].raise_()
        window.resizeDocks(docks, [1, 1, 1], Qt.Orientation.Vertical)

    def _on_row_clicked(self) -> None:
        """Ask about the quantity of the row in which a unit was just clicked."""
        for row in self._window.rows.rows:
            if row.underMouse() and not row.side:  # what is asked about is the present trace
                self.ask(row.quantity.name)

    # The panels -----------------------------------------------------------------------------------------------------

    def _make_equations(self) -> QWidget:
        from widgets.equations import Equations

        self.equations = Equations()
        self.equations.quantity_requested.connect(self.ask)
        self._join(self.equations)
        return self.equations

    def _make_why(self) -> QWidget:
        from widgets.why import Why

        bench, self.why = self._window.workbench, Why()
        self.why.units_requested.connect(bench.select)
        self.why.place_requested.connect(bench.go_to_place)
        self.why.row_requested.connect(self._show_row)
        self.why.feature_requested.connect(self._show_feature)
        self._join(self.why)
        self.ask(self._asked)
        return self.why

    def _join(self, panel: Equations | Why) -> None:
        bench = self._window.workbench
        panel.apply_theme(self._window.theme)
        bench.stage_changed.connect(panel.show_stage)
        panel.show_stage(bench.stage)
        join(bench, panel)

    # What they lead to ----------------------------------------------------------------------------------------------

    def _on_stage(self, stage: int | None) -> None:
        """Let the inside of a step be seen where it is gone into."""
        docks = (self._window.cell.dock, self.equations_dock, self.why_dock)
        if stage is not None and all(dock.visibleRegion().isEmpty() for dock in docks):
            self.equations_dock.show()
            self.equations_dock.raise_()

    def _show_row(self, name: str) -> None:
        """Bring the row of a quantity at the place that is looked at into view, also where it was hidden."""
        rows, place = self._window.rows, self._window.workbench.place
        rows.editing.reveal(name)
        self._bring(next(r for r in rows.rows if r.quantity.name == name and not r.side and r.place == place))

    def _show_feature(self, name: str) -> None:
        """Bring the row of the inputs into view, with one of its lines standing out."""
        row = self._window.rows.findChild(InputRow)
        row.set_wanted(True)
        row.show_pointed(name)
        self._bring(row)

    def _bring(self, row: QWidget) -> None:
        area = self._window.rows.findChild(QScrollArea)
        area.widget().layout().activate()  # a row that is new has no place yet
        area.ensureWidgetVisible(row, 0, 0)
