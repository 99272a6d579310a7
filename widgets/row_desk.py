"""The rows beside the layout, of the input and of the outputs: wanted or not, where, remembered as that, and fed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.brush_keys import BrushKeys
from widgets.fan_row import FanRow
from widgets.moved_row import MovedRow
from widgets.output_row import OutputRow

if TYPE_CHECKING:
    from widgets.main_window import MainWindow


class RowDesk:
    """Knows the window and these rows, and which fact of the workbench leads where."""

    def __init__(self, window: MainWindow) -> None:
        self._window, self._bench = window, window.workbench
        self.output_row, self.fan_row = OutputRow(window.theme), FanRow(window.theme)
        self.moved_row = MovedRow(window.theme)
        for row in (self.output_row, self.fan_row, self.moved_row):
            window.rows.add(row)
        for row in (self.fan_row, self.moved_row):
            self.output_row.wanted_changed.connect(row.set_wanted)
        bench = self._bench
        BrushKeys(window.rows, bench, window.jump)
        for fact in (bench.trace_changed, bench.sequence_changed):
            fact.connect(lambda _: self._show())
        for row in (self.output_row, self.fan_row, self.moved_row):
            bench.trace_grown.connect(lambda _, row=row: row.grow())
        for row in (self.fan_row, self.moved_row):
            bench.step_changed.connect(row.set_step)

    def remember(self) -> None:
        """Want the rows that were wanted the last time, where they were; keep which are from now on; show the menu."""
        settings, actions = self._window.settings, self._window.actions_
        rows = {
            "input_row": (self._window.rows.input_row, actions.input_row),
            "output_row": (self.output_row, actions.output_row),
        }
        for key, (row, action) in rows.items():
            row.set_wanted(settings.value(key) != "false")
            action.setChecked(row.wanted)
            row.wanted_changed.connect(action.setChecked)
            row.wanted_changed.connect(lambda wanted, key=key: settings.setValue(key, str(wanted).lower()))

        stack, place = self._window.rows.stack, str(settings.value("input_place"))
        stack.place_input(int(place) if place.isdecimal() else 0)
        stack.input_moved.connect(lambda place: settings.setValue("input_place", place))

    def end(self) -> None:
        """End what still works, for the window to close."""
        self.output_row.end()
        self.fan_row.end()

    def _show(self) -> None:
        if self._bench.trace is not None:
            for row in (self.output_row, self.fan_row, self.moved_row):
                row.show_trace(self._bench.trace, self._bench.sequence)
            for row in (self.fan_row, self.moved_row):
                row.set_step(self._bench.step)
