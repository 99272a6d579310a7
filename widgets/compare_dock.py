"""Side by side, in the window: the panel of what is compared, its menu, and the rows of the sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QWidget

from widgets.compare_memory import DAMAGED, Compare, keep, recall
from widgets.compared import notes_on
from widgets.docks import scrolled
from widgets.variations import OtherCell, OtherSequence, Variation, why_not_drawn

if TYPE_CHECKING:
    from widgets.compare_panel import ComparePanel
    from widgets.main_window import MainWindow
    from widgets.theme import Theme

CELLS = ("rnn", "lstm", "gru")
FURTHER = "Compared: rows of each side stand below those of the present one. The Compare panel has more."


class CompareDock:
    """Knows the window and what belongs to comparing, and which wish leads where."""

    def __init__(self, window: MainWindow, behind: QDockWidget) -> None:
        self._window, self._bench = window, window.workbench
        self.panel: ComparePanel | None = None
        self.linked, self.differences = True, False
        self._kept: Compare | None = None  # nothing is kept before it was remembered
        self.dock = window.docks.add_later("Compare", "compare", self._make, behind)
        comparing = self._bench.comparing
        comparing.sides_changed.connect(lambda sides: window.rows.show_sides(comparing.name if sides else "", sides))
        comparing.grown.connect(window.rows.grow_sides)
        comparing.listed.connect(self._show)
        bench = self._bench
        for fact in (bench.trace_changed, bench.sequence_changed, bench.live_changed, bench.following.changed):
            fact.connect(self._show_offers)
        bench.trace_changed.connect(self._remember, Qt.ConnectionType.SingleShotConnection)

    def apply_theme(self, theme: Theme) -> None:
        """Dress the panel, if there is one yet."""
        if self.panel is not None:
            self.panel.apply_theme(theme)

    # Wishes ---------------------------------------------------------------------------------------------------------

    def add_cells(self, cells: tuple[str, ...] = CELLS) -> None:
        """Compare with these cells, but for the present one."""
        present = self._present_cell
        self._add(*(OtherCell(cell) for cell in cells if cell != present))

    def add_seed(self) -> None:
        """Compare with the next seed."""
        if (seed := self._bench.comparing.next_seed()) is not None:
            self._add(seed)

    def add_sequence(self, sequence: int) -> None:
        """Compare with another sequence of the same data."""
        if sequence != self._bench.sequence:
            self._add(OtherSequence(sequence))

    def add_next_sequence(self) -> None:
        """Compare with the first sequence after the present one that is not compared yet."""
        bench = self._bench
        there = {bench.sequence, *(side.sequence for side in bench.comparing.sides if side.trace is bench.trace)}
        further = (*range(bench.sequence + 1, bench.count), *range(bench.sequence))
        if (free := next((k for k in further if k not in there), None)) is not None:
            self.add_sequence(free)

    def link_scales(self, on: bool) -> None:
        """Give rows of the same quantity one scale in every side, or each its own."""
        self.linked = on
        self._window.rows.link_scales(on)
        self._show()
        self._keep()

    def show_differences(self, on: bool) -> None:
        """Let rows of sides show their difference from the present one, or their values."""
        self.differences = on
        self._window.rows.compare_differences(on)
        self._show()
        self._keep()

    # Private --------------------------------------------------------------------------------------------------------

    def _remember(self) -> None:
        """Compare with what was compared the last time, once there is something to compare it with."""
        bench, memory = self._bench, recall(self._window.settings)
        if memory is None:
            self._window.status.show_message(DAMAGED, "note")
        else:
            self.link_scales(memory.linked)
            self.show_differences(memory.differences)
            if variations := memory.beside(bench.experiment, bench.sequence):
                bench.comparing.add(*variations)
        self._kept = self._now()
        bench.comparing.listed.connect(self._keep)

    def _now(self) -> Compare:
        source = self._bench.experiment.dataset.source
        return Compare(source, self._bench.comparing.variations, self.linked, self.differences)

    def _keep(self) -> None:
        """Keep what a person has made of it, and not what could not be had again."""
        if self._kept is not None and (now := self._now()).text() != self._kept.text():
            self._kept = now
            keep(self._window.settings, now)

    def _add(self, *variations: Variation) -> None:
        comparing = self._bench.comparing
        comparing.add(*variations)
        if comparing.lines and (self.panel is None or self.panel.visibleRegion().isEmpty()):
            self._window.status.show_message(FURTHER, "note")

    @property
    def _present_cell(self) -> str:
        return "" if self._bench.trace is None else self._bench.experiment.network.layers[0].cell.name

    def _make(self) -> QWidget:
        from widgets.compare_panel import ComparePanel

        bench, self.panel = self._bench, ComparePanel()
        panel, comparing = self.panel, bench.comparing
        panel.cells_requested.connect(self.add_cells)
        panel.seed_requested.connect(self.add_seed)
        panel.sequence_requested.connect(self.add_sequence)
        panel.keep_requested.connect(comparing.keep)
        panel.look_requested.connect(bench.look_at_side)
        panel.removed.connect(comparing.remove)
        panel.cleared.connect(comparing.clear)
        panel.go_on_requested.connect(comparing.go_on)
        panel.linked_edited.connect(self.link_scales)
        panel.differences_edited.connect(self.show_differences)
        panel.apply_theme(self._window.theme)
        self._show_offers()
        return scrolled(panel)

    def _show_offers(self, _: object = None) -> None:
        """Say what can be compared with, in the panel and in the menu."""
        bench = self._bench
        if bench.trace is None:
            return
        not_drawn, hindrance = why_not_drawn(bench.experiment), bench.comparing.hindrance
        self._window.actions_.show_compare(self._present_cell, not_drawn, hindrance, several=bench.count > 1)
        if self.panel is not None:
            names = tuple(sequence.name for sequence in bench.experiment.dataset.sequences)
            self.panel.show_sequences(names, bench.sequence)
            self.panel.show_offers(self._present_cell, not_drawn, hindrance)
        self._show()

    def _show(self) -> None:
        bench, comparing = self._bench, self._bench.comparing
        lines = comparing.lines
        self._window.actions_.show_compared(bool(lines), self.linked, self.differences)
        if self.panel is not None and bench.trace is not None:
            said = notes_on(lines, bench.live, comparing.hindrance or why_not_drawn(bench.experiment))
            self.panel.show_lines(lines, said, cancelled=comparing.cancelled)
            self.panel.show_looks(self.linked, self.differences)
