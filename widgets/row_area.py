"""All rows on one step axis: the ruler, the scrolling rows, and the cursor over them. Keeps the view."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from explorer.cells import Cell, Kind
from explorer.network import Place
from explorer.trace import Trace
from widgets.cursor import CursorOverlay
from widgets.input_row import InputRow
from widgets.quantity_row import QuantityRow
from widgets.row import LEFT, RIGHT, Row
from widgets.ruler import Ruler
from widgets.theme import Theme
from widgets.tile import AHEAD
from widgets.token_strip import TokenStrip
from widgets.view import View

FIRST_LIVE_STEPS = 400

STAGGER = 0.07
"""How much further each row is painted ahead than the one above: so that where the view goes on, not all rows come to
the end of what is painted in the same frame."""


class RowArea(QWidget):
    """Shows a trace as rows. The view (zoom and pan) is its own; step and selection come from outside."""

    step_requested = Signal(object)
    units_requested = Signal(tuple)
    hold_requested = Signal(str, int)
    """A quantity and a unit that a hold is to begin of."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._trace: Trace | None = None
        self._sequence, self._place, self._step = 0, Place(), 0
        self._units: tuple[int, ...] = ()
        self._hidden: frozenset[str] = frozenset()
        self._cell: Cell | None = None
        self.view = View.whole(1)
        self.rows: list[QuantityRow] = []
        self._further: list[Row] = []
        self._build(theme)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("rows")
        self._connect(self.tokens)
        self._connect(self.input_row)
        self.ruler.step_requested.connect(self.step_requested)
        self.ruler.zoom_requested.connect(self._on_zoom)
        self.ruler.whole_requested.connect(self.show_whole)

    def _build(self, theme: Theme) -> None:
        self.ruler, self.tokens, self.input_row = Ruler(theme), TokenStrip(theme), InputRow(theme)
        self.tokens.hide()
        self._content = QWidget()
        self._stack = QVBoxLayout(self._content)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.setSpacing(0)
        self._stack.addWidget(self.input_row, 1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.cursor_overlay = CursorOverlay(theme, self._scroll.viewport())
        self.cursor_overlay.hide()
        self._scroll.viewport().installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._over = QVBoxLayout()
        self._over.setSpacing(0)
        self._over.addWidget(self.ruler)
        self._over.addWidget(self.tokens)
        layout.addLayout(self._over)
        layout.addWidget(self._scroll, 1)

    def _connect(self, row: Row) -> None:
        row.step_requested.connect(self.step_requested)
        row.zoom_requested.connect(self._on_zoom)
        row.pan_requested.connect(self._on_pan)
        row.whole_requested.connect(self.show_whole)
        row.range_requested.connect(self._on_range)
        row.unit_requested.connect(self._on_unit)

    def add(self, row: Row) -> None:
        """Take in a further row, below the input, which is fed and shown from outside."""
        self._further.append(row)
        self._stack.insertWidget(len(self._further), row)
        self._connect(row)
        row.set_view(self.view)
        self.cursor_overlay.raise_()

    # Slots ----------------------------------------------------------------------------------------------------------

    def show_trace(self, trace: Trace, sequence: int, place: Place) -> None:
        """Show this trace. Step, selection, zoom and scroll stay as they are where they still make sense."""
        self._trace, self._sequence, self._place = trace, sequence, place
        cell = trace.experiment.network.cell(place)
        if cell is not self._cell:
            self._cell = cell
            self._make_rows()
        self.ruler.show_sequence(trace.experiment.dataset.sequences[sequence])
        self.tokens.show_trace(trace, sequence, place)
        self.input_row.show_trace(trace, sequence)
        self.input_row.setVisible(bool(trace.experiment.dataset.numeric))
        for row in self.rows:
            row.show_trace(trace, sequence, place)
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

    def show_hidden(self, names: frozenset[str]) -> None:
        """Leave out the rows of these quantities."""
        if names != self._hidden:
            self._hidden = names
            if self._cell is not None:
                self._make_rows()

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        for part in (self.ruler, self.tokens, self.cursor_overlay, self.input_row, *self._further, *self.rows):
            part.apply_theme(theme)

    def show_whole(self) -> None:
        """Show all steps."""
        self._set_view(View.whole(self.view.length))

    def show_first(self) -> None:
        """Show all steps; of a text only as many as can be read, from the first."""
        self.show_whole()
        # Less than the plot, since a scroll bar may come beside the rows.
        readable = self.tokens.readable(self.ruler.width() - LEFT - RIGHT - self._scroll.verticalScrollBar().width())
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
        """Show all steps and all values."""
        self.show_whole()
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

    def _make_rows(self) -> None:
        assert self._cell is not None
        for row in self.rows:
            row.setParent(None)
            row.deleteLater()
        shown = [q for q in self._cell.quantities if q.name not in self._hidden]
        self.rows = [QuantityRow(quantity, self._theme) for quantity in shown]
        for row in self.rows:
            self._connect(row)
            row.hold_requested.connect(self.hold_requested)
            row.set_view(self.view)
            row.show_selection(self._units)
            if self._trace is not None:
                row.show_trace(self._trace, self._sequence, self._place)
            self._stack.addWidget(row, 1)
        for k, painted in enumerate((self.input_row, *self.rows)):
            painted.ahead = AHEAD * (0.8 + STAGGER * k)
        self.cursor_overlay.raise_()

    def _set_view(self, view: View) -> None:
        if view != self.view:
            self.view = view
            for part in (self.ruler, self.tokens, self.cursor_overlay, self.input_row, *self._further, *self.rows):
                part.set_view(view)

    def _on_zoom(self, factor: float, fraction: float) -> None:
        self._set_view(self.view.zoomed(factor, fraction))

    def _on_pan(self, steps: float) -> None:
        self._set_view(self.view.panned(steps))

    def _on_range(self, first: float, last: float) -> None:
        self.show_range(first, last)

    def _on_unit(self, unit: int, add: bool) -> None:
        if not add:
            units: tuple[int, ...] = (unit,)
        elif unit in self._units:
            units = tuple(u for u in self._units if u != unit)
        else:
            units = (*self._units, unit)
        self.units_requested.emit(units)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys step."""
        self.ruler.show_focus(True)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that keys go elsewhere."""
        self.ruler.show_focus(False)
        super().focusOutEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the overlay over all rows, and the ruler as wide as they are."""
        if event.type() == QEvent.Type.Resize and watched is self._scroll.viewport():
            self.cursor_overlay.resize(self._scroll.viewport().size())
            # Beside a scroll bar the ruler stays as wide as the rows, so that steps stand below one another.
            self._over.setContentsMargins(0, 0, self._scroll.width() - self._scroll.viewport().width(), 0)
        return super().eventFilter(watched, event)


DEFAULT_HIDDEN = frozenset({"tanh_c"})


def hidden_by_default(cell: Cell) -> frozenset[str]:
    """Return the quantities whose rows are not shown until asked for."""
    return frozenset(q.name for q in cell.quantities if q.kind is Kind.PRE_ACTIVATION) | DEFAULT_HIDDEN
