"""What if, in the window: the panel of holds, the divergence and the editing of the input, joined to the workbench."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QFrame, QScrollArea, QWidget

from explorer.clamps import INPUT, Clamp, ClampError, mean_clamp
from explorer.functions import FloatArray, IndexArray
from explorer.keeping import keeping
from explorer.network import Place
from explorer.trace import Trace
from widgets.clamp_words import keep_text
from widgets.divergence_row import DivergenceRow
from widgets.job import Job, Report, sentence
from widgets.unseen import Offer

if TYPE_CHECKING:
    from widgets.holds_panel import HoldsPanel
    from widgets.input_editor import InputEditor
    from widgets.main_window import MainWindow
    from widgets.theme import Theme


STALE = "The mean was taken of another network or of other data; nothing is held. Hold at the mean again."
WORDS = "The input is words: between two of them there is nothing to drag. Hold a quantity instead, or edit the text."
OF_A_SIDE = "This row is of another side. What is held is in the present trace: choose one of its rows."


class HoldsDock:
    """Knows the window and what belongs to holds, and which fact of the workbench leads where."""

    def __init__(self, window: MainWindow, behind: QDockWidget) -> None:
        self._window = window
        self._mean: Job | None = None
        self.panel: HoldsPanel | None = None
        # Or the window could not be narrower than the rows beside all fields and buttons of the form.
        self._around = QScrollArea(frameShape=QFrame.Shape.NoFrame, widgetResizable=True)
        self._around.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.editor: InputEditor | None = None
        self.dock = window.docks.add_later("Holds", "holds", self._make, behind, self._offers)
        self.divergence = DivergenceRow(window.theme)
        window.rows.add(self.divergence)
        self.divergence.failed.connect(lambda text: window.status.show_message(text, "error"))
        bench = window.workbench
        bench.ghost_changed.connect(self._show_ghost)
        bench.trace_grown.connect(lambda _: self.divergence.grow())
        bench.sequence_changed.connect(lambda _: self._show_ghost())
        bench.place_changed.connect(lambda _: self._show_ghost())
        bench.ghost_changed.connect(window.rows.show_ghost)
        window.rows.editing.hold_requested.connect(self._begin_selected)
        window.readout.hold_requested.connect(self.begin)

    def apply_theme(self, theme: Theme) -> None:
        """Dress the panel, if there is one yet."""
        if self.panel is not None:
            self.panel.apply_theme(theme)
        if self.editor is not None:
            self.editor.apply_theme(theme)

    def begin(self, quantity: str, unit: int) -> None:
        """Begin a hold of one unit from the cursor on, in the panel: the value is typed next."""
        self.dock.show()
        self.dock.raise_()
        if self.panel is None:
            self.dock.setWidget(self._make())
        assert self.panel is not None
        self._window.activateWindow()
        self.panel.form.begin(quantity, unit)

    def begin_current(self) -> None:
        """Begin a hold of the row that keys mean, else of what the form shows."""
        bench, spec = self._window.workbench, self._window.rows.editing.spec
        if spec is not None and spec.side:
            self._window.status.show_message(OF_A_SIDE, "note")
        elif bench.trace is not None:
            cell = bench.trace.experiment.network.cell(bench.place)
            quantity, place = (cell.states[0], bench.place) if spec is None else (spec.quantity, spec.at(bench.place))
            self._begin_selected(quantity, place)

    def _begin_selected(self, quantity: str, place: Place) -> None:
        bench = self._window.workbench
        bench.go_to_place(place)
        self.begin(quantity, bench.units[-1] if bench.units else 0)

    def toggle_editing(self) -> None:
        """Let the input be edited by dragging and by keys, or no more; where it cannot be, say why."""
        bench = self._window.workbench
        if self.editor is not None and not self.editor.isHidden():
            self.editor.end()
        elif bench.trace is not None:
            reason = bench.why_not_held or ("" if bench.experiment.dataset.numeric else WORDS)
            if reason:
                self._window.status.show_message(reason, "note")
            else:
                self._edit(bench.trace)

    def _edit(self, trace: Trace) -> None:
        bench, rows = self._window.workbench, self._window.rows
        if self.editor is None:
            from widgets.input_editor import InputEditor

            self.editor = editor = InputEditor(rows.input_row, self._window.theme)
            for fact in (bench.trace_changed, bench.sequence_changed):
                fact.connect(lambda _: editor.show_trace(bench.trace, bench.sequence))
            bench.step_changed.connect(editor.set_step)
            editor.values_edited.connect(self._on_values_edited)
            editor.ended.connect(rows.setFocus)
            rows.input_row.wanted_changed.connect(lambda _: editor.end())
            editor.ended.connect(lambda: self._window.status.withdraw(editor.accessibleDescription()))
        rows.input_row.set_wanted(True)
        self.editor.show_trace(trace, bench.sequence)
        self.editor.set_step(bench.step)
        self.editor.begin()
        self._window.status.show_message(self.editor.accessibleDescription(), "note")

    def _on_values_edited(self, feature: int, first: int, values: tuple[float, ...], key: object) -> None:
        bench = self._window.workbench
        column = bench.experiment.dataset.numeric[feature]
        sequence = bench.sequence if bench.count > 1 else None
        several = len(values) > 1
        value, steps = values if several else values[0], (first, first + len(values))
        bench.add_clamps((Clamp(INPUT, value, (column,), steps, sequence=sequence, by_step=several),), key)

    def end(self) -> None:
        """End what still works, for the window to close."""
        self.divergence.end()
        if self._mean is not None:
            self._mean.end()

    # Private --------------------------------------------------------------------------------------------------------

    def _offers(self) -> Iterator[Offer]:
        """Say what the panel would offer to whoever looks for an action."""
        bench = self._window.workbench
        yield Offer("Clear all holds", reason="" if bench.experiment.clamps else "nothing is held")
        yield Offer("Ablate units")
        if bench.trace is not None and (kept := keeping(bench.trace.experiment.network.cell(bench.place))) is not None:
            yield Offer("Keep", keep_text(*kept))
        yield Offer("Hold at the mean")

    def _make(self) -> QWidget:
        from widgets.holds_panel import HoldsPanel

        if self.panel is not None:
            return self._around
        bench, self.panel = self._window.workbench, HoldsPanel()
        self._around.setWidget(self.panel)
        self.panel.given_up.connect(self._window.rows.setFocus)
        for fact in (bench.trace_changed, bench.sequence_changed, bench.place_changed):
            fact.connect(self._show_trace)
        bench.history_changed.connect(self._show_trace)  # also after a wish that failed or was given up
        bench.step_changed.connect(self.panel.set_step)
        bench.units_changed.connect(self.panel.show_selection)
        self._window.rows.range_brushed.connect(self._on_brushed)
        self.panel.clamps_edited.connect(bench.edit_clamps)
        self.panel.hold_requested.connect(bench.add_clamps)
        self.panel.mean_requested.connect(self._take_mean)
        self.panel.apply_theme(self._window.theme)
        self.panel.show_selection(bench.units)
        self._show_trace()
        self.panel.set_step(bench.step)
        return self._around

    def _show_trace(self) -> None:
        bench = self._window.workbench
        if self.panel is not None and bench.trace is not None:
            self.panel.show_experiment(bench.trace.experiment)
            self.panel.show_trace(bench.trace, bench.sequence, bench.place)

    def _on_brushed(self, first: int, last: int, units: tuple[int, ...] | None) -> None:
        if self.panel is not None:
            self.panel.show_brush(range(first, last) if first < last else None, units)

    def _show_ghost(self) -> None:
        bench = self._window.workbench
        if bench.trace is not None:
            self.divergence.show_traces(bench.trace, bench.ghost, bench.sequence, bench.place)

    def _take_mean(self, draft: Clamp) -> None:
        """Hold at the mean of what would be if nothing were held; on a thread, as a million steps take a while."""
        bench = self._window.workbench
        trace, sequence, made = bench.ghost or bench.trace, bench.sequence, []
        if trace is None or (self._mean is not None and self._mean.running):
            return

        def work(_report: Report) -> Iterator[float]:
            found = mean_clamp(Uncached(trace), sequence, draft.quantity, draft.units, draft.steps, draft.place)
            one = trace.experiment.dataset.sequences[1:] == ()
            made.append(replace(found, sequence=None) if one else found)
            yield 1.0

        def refuse(error: BaseException) -> None:
            said = error.message if isinstance(error, ClampError) else sentence(error)
            self._window.status.show_message(said, "error")

        def hold() -> None:
            if bench.experiment.differs_in_clamps_only(trace.experiment):
                bench.add_clamps((made[0],))
            else:  # another was opened or the network changed meanwhile: it would be held at what was never its mean
                self._window.status.show_message(STALE, "note")

        self._mean = Job(work, "the mean", self._window)
        self._mean.finished.connect(hold)
        self._mean.failed.connect(refuse)
        self._mean.start()


class Uncached:
    """Reads a trace from a thread, beside the window: what the window has recovered and keeps is left alone."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def ready(self, sequence: int = 0, place: Place | None = None) -> range:
        """Return the steps that are known."""
        return self._trace.ready(sequence, place)

    def read(
        self, sequence: int, quantity: str, place: Place, units: slice | IndexArray, steps: slice
    ) -> FloatArray | np.ndarray:
        """Return values (steps, units)."""
        if quantity == INPUT:
            return self._trace.experiment.values(sequence)[steps, units]
        track = self._trace.tracks[sequence][place]
        return track.recover((quantity,), steps.start, steps.stop, units)[quantity]
