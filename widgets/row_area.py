"""All rows on one step axis: the ruler, the scrolling rows, and the cursor over them. Keeps the view and the layout."""

from __future__ import annotations

import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.network import Place
from explorer.trace import Trace
from widgets.brushing import Brushed, Brushing
from widgets.minimap import Minimap
from widgets.quantity_row import QuantityRow
from widgets.row import LEFT, RIGHT, Row
from widgets.row_editing import RowEditing
from widgets.row_layout import Key
from widgets.row_sides import RowSides
from widgets.row_stack import RowStack
from widgets.ruler import Ruler
from widgets.sides import Side
from widgets.sorting import SortBy, Sorting
from widgets.theme import Theme
from widgets.token_strip import TokenStrip
from widgets.view import View

FIRST_LIVE_STEPS = 400


class RowArea(QWidget):
    """Shows a trace as rows. View (zoom and pan) and layout are its own; step and selection come from outside."""

    step_requested = Signal(object)
    units_requested = Signal(tuple)
    time_axis_requested = Signal(bool)
    range_brushed = Signal(object, object, object)
    """Steps from the first to before the last, and the units (None: all) that were brushed; 0, 0, None: no more."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._trace: Trace | None = None
        self._ghost: Trace | None = None
        self._sequence, self._place, self._step = 0, Place(), 0
        self._units: tuple[int, ...] = ()
        self.view = View.whole(1)
        self._build(theme)
        self.sorting = Sorting(self)
        self.sorting.sorted.connect(lambda _: self._show_orders())
        self.brushing = Brushing(self)
        self.brushing.mode_changed.connect(self._on_brush_mode)
        self.brushing.changed.connect(self._on_brushed)
        self.brushing.ended.connect(self._on_brush_ended)
        self.editing = RowEditing(self.stack, self.sorting, self.brushing, self)
        self.editing.changed.connect(lambda _: self._arrange())
        self.sides = RowSides(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("rows")
        self._connect(self.tokens)
        self._connect(self.input_row)
        self.ruler.step_requested.connect(self.step_requested)
        self.ruler.zoom_requested.connect(self._on_zoom)
        self.ruler.whole_requested.connect(self.show_whole)
        self.ruler.time_axis_requested.connect(self.time_axis_requested)
        self.minimap.range_requested.connect(self.show_range)
        self.minimap.zoom_requested.connect(self._on_zoom)

    def _build(self, theme: Theme) -> None:
        self.ruler, self.tokens, self.stack = Ruler(theme), TokenStrip(theme), RowStack(theme)
        self.minimap = Minimap(theme)
        self.tokens.hide()
        self.input_row, self.cursor_overlay = self.stack.input_row, self.stack.overlay
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._over = QVBoxLayout()
        self._over.setSpacing(0)
        self._over.addWidget(self.ruler)
        self._over.addWidget(self.tokens)
        layout.addLayout(self._over)
        layout.addWidget(self.stack, 1)
        self._under = QVBoxLayout()
        self._under.addWidget(self.minimap)
        layout.addLayout(self._under)
        self.stack.resized.connect(self._on_resized)
        self.stack.current_changed.connect(self._on_current)

    def _connect(self, row: Row) -> None:
        row.step_requested.connect(self.step_requested)
        row.zoom_requested.connect(self._on_zoom)
        row.pan_requested.connect(self.pan)
        row.whole_requested.connect(self.show_whole)
        row.range_requested.connect(self.show_range)
        row.unit_requested.connect(self._on_unit)
        row.brush_requested.connect(lambda a, b, units: self.brushing.draw(a, b, units, self.view.length))
        row.brush_ended.connect(self.brushing.end)

    @property
    def rows(self) -> list[QuantityRow]:
        """The rows of quantities that are shown, from the top down."""
        return self.stack.rows

    def add(self, row: Row) -> None:
        """Take in a further row, below the input, which is fed and shown from outside."""
        self.stack.add(row)
        self._connect(row)
        row.set_view(self.view)

    # Slots ----------------------------------------------------------------------------------------------------------

    def show_trace(self, trace: Trace, sequence: int, place: Place) -> None:
        """Show this trace. Step, selection, zoom and scroll stay as they are where they still make sense."""
        if sequence != self._sequence or (self._trace is not None and trace.length(sequence) < self.view.length):
            self.brushing.clear()
        self._trace, self._sequence, self._place = trace, sequence, place
        data, network = trace.experiment.dataset, trace.experiment.network
        self.sides.show_present(trace, sequence, place)
        self.editing.show_network(network, place, data.features)
        self.ruler.show_sequence(data.sequences[sequence])
        self.tokens.show_trace(trace, sequence, place)
        self.input_row.show_trace(trace, sequence)
        self.input_row.offer(bool(data.numeric))
        self.minimap.show_trace(trace, sequence, place, self.ruler.marks)
        self._arrange()
        self._set_view(self.view.fitted(trace.length(sequence)))
        self.ruler.show_known(trace.ready(sequence))
        self.cursor_overlay.show()

    def grow(self) -> None:
        """Paint the steps that have become known since."""
        if self._trace is not None:
            sequence = self._trace.experiment.dataset.sequences[self._sequence]
            if len(sequence) != self.view.length:
                self.ruler.show_sequence(sequence)
                self.input_row.lengthen(sequence)
                self._set_view(self.view.lengthened(len(sequence)))
            for part in (self.tokens, self.minimap):
                part.grow()
            self.sides.grow(present=True)
            self.ruler.show_known(self._trace.ready(self._sequence))
            self.sorting.grow()

    def show_sides(self, name: str, sides: tuple[Side, ...]) -> None:
        """Show rows of these traces too, those of the present one tagged with a name; no sides end comparing."""
        self.sides.show_sides(name, sides)
        self.editing.show_sides(name, sides)
        self._arrange()

    def grow_sides(self) -> None:
        """Paint the steps of the other sides that have become known since."""
        self.sides.grow(present=False)

    def link_scales(self, on: bool) -> None:
        """Let rows of the same quantity have one scale of values, or each its own."""
        self.sides.linked = on
        self.sides.link()

    def compare_differences(self, on: bool) -> None:
        """Show in the rows of the other sides, also in further ones, how they differ from the present trace."""
        self.editing.compare_differences(on)

    def set_step(self, step: int) -> None:
        """Move the cursor here, and the view with it if it would leave it. A view that was moved away stays there."""
        if step == self._step:
            return
        self._step = step
        self.ruler.set_step(step)
        self.tokens.set_step(step)
        self.minimap.set_step(step)
        self.cursor_overlay.set_step(step)
        self._set_view(self.view.following(step))

    def show_pinned(self, step: int | None) -> None:
        """Mark the second cursor, or none."""
        for part in (self.ruler, self.minimap, self.cursor_overlay):
            part.show_pinned(step)

    def show_selection(self, units: tuple[int, ...]) -> None:
        """Draw lines of these units."""
        self._units = units
        for row in (self.tokens, self.minimap, *self.rows):
            row.show_selection(units)

    def show_ghost(self, ghost: Trace | None) -> None:
        """Draw the lines of another trace faintly behind those of the one that is shown; None takes them away."""
        if ghost is not self._ghost:
            self._ghost = ghost
            self._arrange()

    def show_marks(self, kind: str, steps: npt.ArrayLike) -> None:
        """Mark these steps on the axis as events of a kind (``marks.KINDS``), and no others."""
        self.ruler.show_marks(kind, steps)
        self.minimap.update()

    def show_times(self, wanted: bool) -> None:
        """Let the axis show the file's own time instead of steps, where it has one."""
        self.ruler.show_times(wanted)

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        for part in (self.ruler, self.tokens, self.minimap, self.stack):
            part.apply_theme(theme)

    def show_whole(self) -> None:
        """Show all steps."""
        self._set_view(View.whole(self.view.length))

    def show_first(self) -> None:
        """Show all steps; of a text only as many as can be read, from the first."""
        self.show_whole()
        # Less than the plot, since a scroll bar may come beside the rows.
        readable = self.tokens.readable(self.ruler.width() - LEFT - RIGHT - self.stack.verticalScrollBar().width())
        if not self.tokens.isHidden() and readable < self.view.length:
            self.show_range(0, readable)

    def show_live(self, live: bool) -> None:
        """Begin live mode near the frontier: over a long sequence, a step that is taken would be less than a pixel."""
        if live and self.view.span > FIRST_LIVE_STEPS:
            self.show_range(0, FIRST_LIVE_STEPS)

    def fit_values(self) -> None:
        """Draw lines as large as the values in view allow."""
        self.sides.fit_values()

    def reset_views(self) -> None:
        """Show all steps and all values, units by their numbers, and the rows that are there at first."""
        self.show_whole()
        self.stack.want_all()
        self.sorting.sort(SortBy())
        self.editing.reset()
        for row in self.rows:
            row.reset_values()

    def show_range(self, first: float, last: float) -> None:
        """Show these steps."""
        self._set_view(self.view.shown(first, last))

    def zoom(self, factor: float) -> None:
        """Show ``factor`` times as many steps, the cursor staying where it is."""
        fraction = (self._step + 0.5 - self.view.first) / self.view.span
        inside = 0 <= fraction <= 1
        view = self.view.zoomed(factor, fraction if inside else 0.5)
        self._set_view(view.following(self._step) if inside else view)

    def pan(self, steps: float) -> None:
        """Show steps so many further on, the cursor staying where it is."""
        self._set_view(self.view.panned(steps))

    # Private --------------------------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Have a row for everything in the layout that this network has."""
        if self._trace is None:
            return
        layout = self.editing.layout
        wanted = self.sides.wanted(layout.shown)
        for row in self.stack.show_rows(wanted, alone=layout.solo is not None):
            self._connect(row)
            row.set_view(self.view)
            row.show_selection(self._units)
            row.set_brush(self.brushing.on)
            row.magnified.connect(lambda scale, row=row: self.sides.magnify(row, scale))
            row.source.grown.connect(self.sides.link)
        self.sides.feed(self.rows, [spec for spec, _ in wanted], self._ghost)
        self.sorting.show_trace(self._trace, self._sequence, self.sides.places())
        self._show_orders()

    def _show_orders(self) -> None:
        """Let all rows of a place show the units in the same order."""
        features = () if self._trace is None else self._trace.experiment.dataset.features
        self.sides.show_orders(self.sorting.orders, self.sorting.by.text(features))

    def insist(self) -> None:
        """Have every row sharp when it is painted the next time: before a picture is taken."""
        for row in (self.tokens, self.input_row, *self.stack.further, *self.rows):
            row.insist()

    def escape(self) -> bool:
        """Leave one thing: what is brushed, brush mode, or a row that is alone. Whether there was any of it."""
        on = self.brushing.on
        if self.brushing.clear():
            return True
        self.brushing.set_mode(False)
        return on or self.editing.show_all()

    def end(self) -> None:
        """End all work on threads: for closing the window."""
        self.sorting.end()
        for row in self.rows:
            row.source.end()

    def _on_brush_mode(self, on: bool) -> None:
        for row in (self.tokens, self.input_row, *self.rows):
            row.set_brush(on)

    def _on_brushed(self, brushed: Brushed | None) -> None:
        self.cursor_overlay.show_brushed(range(0) if brushed is None else brushed.steps)
        for row in self.rows:
            row.show_brushed(None if brushed is None else brushed.units)

    def _on_brush_ended(self) -> None:
        brushed = self.brushing.brushed
        steps = range(0) if brushed is None else brushed.steps
        self.range_brushed.emit(steps.start, steps.stop, None if brushed is None else brushed.units)

    def _set_view(self, view: View) -> None:
        if view != self.view:
            self.view = view
            self.stack.put_off()
            over = (self.ruler, self.tokens, self.minimap, self.cursor_overlay, self.input_row)
            for part in (*over, *self.stack.further, *self.rows):
                part.set_view(view)

    def _on_zoom(self, factor: float, fraction: float) -> None:
        self._set_view(self.view.zoomed(factor, fraction))

    def _on_unit(self, unit: int, add: bool) -> None:
        if not add:
            units: tuple[int, ...] = (unit,)
        elif unit in self._units:
            units = tuple(u for u in self._units if u != unit)
        else:
            units = (*self._units, unit)
        self.units_requested.emit(units)

    def _on_current(self, key: Key | None) -> None:
        """Tell who cannot see it which row keys mean."""
        of = self.editing.name_of(key) if key is not None else ""
        self.setAccessibleDescription("" if key is None else f"keys mean the row {key[0]}{of and f' of {of}'}")

    def _on_resized(self) -> None:
        # Beside a scroll bar ruler and minimap stay as wide as the rows, so that steps stand below one another.
        for beside in (self._over, self._under):
            beside.setContentsMargins(0, 0, self.stack.width() - self.stack.viewport().width(), 0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys step."""
        self.ruler.show_focus(True)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that keys go elsewhere."""
        self.ruler.show_focus(False)
        super().focusOutEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu of the row that keys mean, where a key asks for it."""
        if event.reason() != QContextMenuEvent.Reason.Keyboard or not self.editing.show_menu():
            event.ignore()
