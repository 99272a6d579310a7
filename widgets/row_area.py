"""All rows on one step axis: the ruler, the scrolling rows, and the cursor over them. Keeps the view and the layout."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.cells import Quantity
from explorer.network import Place
from explorer.trace import Trace
from widgets.quantity_row import QuantityRow
from widgets.row import LEFT, RIGHT, Row
from widgets.row_editing import RowEditing
from widgets.row_layout import RowSpec
from widgets.row_stack import RowStack
from widgets.ruler import Ruler
from widgets.sorting import SortBy, Sorting
from widgets.theme import Theme
from widgets.token_strip import TokenStrip
from widgets.view import View

FIRST_LIVE_STEPS = 400


class RowArea(QWidget):
    """Shows a trace as rows. View (zoom and pan) and layout are its own; step and selection come from outside."""

    step_requested = Signal(object)
    units_requested = Signal(tuple)

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
        self.editing = RowEditing(self.stack, self.sorting, self)
        self.editing.changed.connect(lambda _: self._arrange())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("rows")
        self._connect(self.tokens)
        self._connect(self.input_row)
        self.ruler.step_requested.connect(self.step_requested)
        self.ruler.zoom_requested.connect(self._on_zoom)
        self.ruler.whole_requested.connect(self.show_whole)

    def _build(self, theme: Theme) -> None:
        self.ruler, self.tokens, self.stack = Ruler(theme), TokenStrip(theme), RowStack(theme)
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
        self.stack.resized.connect(self._on_resized)

    def _connect(self, row: Row) -> None:
        row.step_requested.connect(self.step_requested)
        row.zoom_requested.connect(self._on_zoom)
        row.pan_requested.connect(self._on_pan)
        row.whole_requested.connect(self.show_whole)
        row.range_requested.connect(self.show_range)
        row.unit_requested.connect(self._on_unit)

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
        self._trace, self._sequence, self._place = trace, sequence, place
        data, network = trace.experiment.dataset, trace.experiment.network
        self.editing.show_network(network, place, data.features)
        self.ruler.show_sequence(data.sequences[sequence])
        self.tokens.show_trace(trace, sequence, place)
        self.input_row.show_trace(trace, sequence)
        self.input_row.setVisible(bool(data.numeric))
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
            for row in (self.tokens, *self.rows):
                row.grow()
            self.ruler.show_known(self._trace.ready(self._sequence))
            self.sorting.grow()

    def set_step(self, step: int) -> None:
        """Move the cursor here, and the view with it if it would leave it. A view that was moved away stays there."""
        if step == self._step:
            return
        self._step = step
        self.ruler.set_step(step)
        self.tokens.set_step(step)
        self.cursor_overlay.set_step(step)
        self._set_view(self.view.following(step))

    def show_selection(self, units: tuple[int, ...]) -> None:
        """Draw lines of these units."""
        self._units = units
        for row in (self.tokens, *self.rows):
            row.show_selection(units)

    def show_ghost(self, ghost: Trace | None) -> None:
        """Draw the lines of another trace faintly behind those of the one that is shown; None takes them away."""
        self._ghost = ghost
        for row in self.rows:
            row.show_ghost(ghost)

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        for part in (self.ruler, self.tokens, self.stack):
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
        for row in self.rows:
            row.fit_values()

    def reset_views(self) -> None:
        """Show all steps and all values, units by their numbers, and the rows that are there at first."""
        self.show_whole()
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

    # Private --------------------------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Have a row for everything in the layout that this network has."""
        if self._trace is None:
            return
        layout = self.editing.layout
        wanted = [(spec, quantity) for spec in layout.shown if (quantity := self._quantity(spec)) is not None]
        for row in self.stack.show_rows(wanted, alone=layout.solo is not None):
            self._connect(row)
            row.set_view(self.view)
            row.show_selection(self._units)
            row.show_ghost(self._ghost)
        for row, (spec, _) in zip(self.rows, wanted, strict=True):
            row.show_trace(self._trace, self._sequence, spec.at(self._place))
        self.sorting.show_trace(self._trace, self._sequence, {spec.at(self._place) for spec, _ in wanted})
        self._show_orders()

    def _quantity(self, spec: RowSpec) -> Quantity | None:
        """Return what a row shows, None where the network has no such thing."""
        assert self._trace is not None
        network, place = self._trace.experiment.network, spec.at(self._place)
        quantities = network.cell(place).quantities if place in network.places else ()
        return next((quantity for quantity in quantities if quantity.name == spec.quantity), None)

    def _show_orders(self) -> None:
        """Let all rows of a place show the units in the same order."""
        orders, features = self.sorting.orders, () if self._trace is None else self._trace.experiment.dataset.features
        for row in self.rows:
            order = orders.get(row.place)
            row.show_order(None if order is None else order.units)
            row.show_note("" if order is None else self.sorting.by.text(features))

    def _set_view(self, view: View) -> None:
        if view != self.view:
            self.view = view
            for part in (self.ruler, self.tokens, self.cursor_overlay, self.input_row, *self.stack.further, *self.rows):
                part.set_view(view)

    def _on_zoom(self, factor: float, fraction: float) -> None:
        self._set_view(self.view.zoomed(factor, fraction))

    def _on_pan(self, steps: float) -> None:
        self._set_view(self.view.panned(steps))

    def _on_unit(self, unit: int, add: bool) -> None:
        if not add:
            units: tuple[int, ...] = (unit,)
        elif unit in self._units:
            units = tuple(u for u in self._units if u != unit)
        else:
            units = (*self._units, unit)
        self.units_requested.emit(units)

    def _on_resized(self) -> None:
        # Beside a scroll bar the ruler stays as wide as the rows, so that steps stand below one another.
        self._over.setContentsMargins(0, 0, self.stack.width() - self.stack.viewport().width(), 0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys step."""
        self.ruler.show_focus(True)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that keys go elsewhere."""
        self.ruler.show_focus(False)
        super().focusOutEvent(event)
