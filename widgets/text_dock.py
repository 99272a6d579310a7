"""The text that is read, beside the rows: offered where the data has words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDockWidget

from explorer.clamps import INPUT, Clamp
from explorer.sequences import coded_feature
from widgets.text_panel import TextPanel

if TYPE_CHECKING:
    from widgets.main_window import MainWindow
    from widgets.theme import Theme


class TextDock:
    """Knows the window and what belongs to texts, and which fact of the workbench leads where."""

    def __init__(self, window: MainWindow, behind: QDockWidget) -> None:
        self._bench, self.panel = window.workbench, TextPanel()
        self.dock = window.docks.add_optional("Text", "text", self.panel, behind)
        bench, panel, tokens = self._bench, self.panel, window.rows.tokens
        panel.step_requested.connect(bench.go_to)
        panel.units_requested.connect(bench.select)
        for wishing in (panel, tokens):
            for other in (panel, tokens):
                wishing.quantity_requested.connect(other.show_quantity)
        panel.word_edited.connect(self._on_word)
        panel.refused.connect(lambda text: window.status.show_message(text, "note"))
        bench.trace_changed.connect(self._on_trace)
        bench.trace_grown.connect(lambda _: panel.grow())
        bench.step_changed.connect(panel.set_step)
        bench.units_changed.connect(panel.show_selection)
        for fact in (bench.sequence_changed, bench.place_changed):
            fact.connect(lambda _: self._show())

    def apply_theme(self, theme: Theme) -> None:
        """Dress the panel."""
        self.panel.apply_theme(theme)

    def _on_trace(self, _: object) -> None:
        self.dock.offer(bool(self._bench.experiment.dataset.vocabularies))
        self._show()
        self.panel.show_selection(self._bench.units)
        self.panel.set_step(self._bench.step)

    def _on_word(self, step: int, code: int) -> None:
        """Have another word read at a step of this sequence; that of the data takes back what was read instead."""
        bench = self._bench
        data, sequence = bench.experiment.dataset, bench.sequence
        column = data.features.index(coded_feature(data) or "")
        edit = Clamp(INPUT, float(code), (column,), (step, step + 1), sequence=sequence if bench.count > 1 else None)
        if data.sequences[sequence].values[step, column] != code:
            bench.add_clamps((edit,))
        else:
            slot = (edit.quantity, edit.units, edit.steps, edit.sequence)
            kept = (each for each in bench.clamps if (each.quantity, each.units, each.steps, each.sequence) != slot)
            bench.edit_clamps(tuple(kept))

    def _show(self) -> None:
        bench = self._bench
        if bench.trace is not None:
            self.panel.show_trace(bench.trace, bench.sequence, bench.place)
