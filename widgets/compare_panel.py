"""The panel of what is compared: the sides, and what can be put beside the present trace."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from widgets.compared import Compared
from widgets.forms import beside
from widgets.side_table import SideTable
from widgets.theme import LIGHT, Theme

NOTHING = (
    "Nothing is compared. What is put beside the present one has its rows on the same axis, under the same cursor."
)
CELLS = (("rnn", "RNN"), ("lstm", "LSTM"), ("gru", "GRU"))
WIDEST_MENU = 12
"""Sequences that are seen at once when one is chosen."""


class ComparePanel(QWidget):
    """Lists the sides and offers further ones; wishes go up."""

    cells_requested = Signal(tuple)
    """The names of cells."""
    seed_requested = Signal()
    sequence_requested = Signal(int)
    keep_requested = Signal()
    look_requested = Signal(int)
    removed = Signal(int)
    cleared = Signal()
    go_on_requested = Signal()
    linked_edited = Signal(bool)
    differences_edited = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._build()
        self._lay_out()
        self._connect()
        self.apply_theme(LIGHT)
        self.show_lines(())

    def _build(self) -> None:
        self.cells = {
            name: _button(title, f"{title} of the same sizes, drawn with the same seed") for name, title in CELLS
        }
        self.seed = _button("Another seed", "The same network, drawn with the next seed")
        self.keep = _button("Keep the present one", "As it is now, whatever is opened or changed then")
        self.sequences = QComboBox()
        self.sequences.setPlaceholderText("Another sequence")
        self.sequences.setAccessibleName("Another sequence")
        self.sequences.setProperty("tip", "Another sequence of the same data")
        self.sequences.setMaxVisibleItems(WIDEST_MENU)
        self.sequences.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sequences.setMinimumContentsLength(len("Another sequence"))
        self.table = SideTable()
        self.nothing = QLabel(NOTHING, wordWrap=True, alignment=Qt.AlignmentFlag.AlignTop)
        self.all = _button("RNN, LSTM and GRU", "The three cells, of the same sizes, beside one another (C)")
        self.notes = QLabel(wordWrap=True)
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setAccessibleName("Notes on what is compared")
        self.go_on = _button("Compute the rest", "Cancelled before all of it was computed")
        self.look = _button("Look at this one", "Make it the present one; that is kept as a side (Enter)")
        self.remove = _button("Remove", "Compare with this one no more (Delete)")
        self.clear = _button("Stop comparing", "Remove every side")
        self.linked = QCheckBox("Link scales", checked=True)
        self.linked.setToolTip("Rows of the same quantity have one scale in every side")
        self.differences = QCheckBox("Differences from the present one")
        self.differences.setToolTip("Rows of sides show what they have more or less than the present one")
        for box in (self.linked, self.differences):
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _lay_out(self) -> None:
        self._list = QWidget()
        listed = QVBoxLayout(self._list)
        listed.setContentsMargins(0, 0, 0, 0)
        listed.setSpacing(8)
        listed.addWidget(self.table)
        listed.addLayout(beside(self.look, self.remove, right=(self.clear,)))
        listed.addLayout(beside(self.linked, self.differences))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addLayout(beside(self.all, *self.cells.values()))
        column.addLayout(beside(self.seed, self.sequences, self.keep))
        column.addWidget(self._list)
        column.addWidget(self.nothing)
        column.addWidget(self.notes)
        column.addWidget(self.go_on, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def _connect(self) -> None:
        for name, button in self.cells.items():
            button.clicked.connect(lambda _=False, name=name: self.cells_requested.emit((name,)))
        self.all.clicked.connect(lambda: self.cells_requested.emit(tuple(self.cells)))
        self.seed.clicked.connect(lambda: self.seed_requested.emit())
        self.sequences.activated.connect(self._on_sequence)
        self.keep.clicked.connect(lambda: self.keep_requested.emit())
        self.go_on.clicked.connect(lambda: self.go_on_requested.emit())
        self.look.clicked.connect(lambda: self._ask(self.look_requested))
        self.remove.clicked.connect(lambda: self._ask(self.removed))
        self.clear.clicked.connect(lambda: self.cleared.emit())
        self.linked.clicked.connect(self.linked_edited)
        self.differences.clicked.connect(self.differences_edited)
        self.table.look_requested.connect(self.look_requested)
        self.table.remove_requested.connect(self.removed)
        self.table.chosen_changed.connect(self._show_chosen)

    # Slots ----------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Return room for some sides."""
        return QSize(420, 420)

    def show_lines(self, lines: tuple[Compared, ...], notes: Sequence[str] = (), *, cancelled: bool = False) -> None:
        """List the present trace and the sides, and what is to be said of them."""
        self.table.show_lines(lines)
        self._list.setVisible(bool(lines))
        self.nothing.setVisible(not lines)
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))
        self.go_on.setVisible(cancelled and bool(lines))
        self._show_chosen()

    def show_offers(self, cell: str, not_drawn: str, hindrance: str) -> None:
        """Offer what can be put beside a network of this cell; where something cannot, the reason is its tooltip."""
        for name, button in self.cells.items():
            here = "The present one has this cell" if name == cell else ""
            _allow(button, hindrance or not_drawn or here)
        for button in (self.seed, self.all):
            _allow(button, hindrance or not_drawn)
        _allow(self.keep, hindrance)
        _allow(self.sequences, hindrance or ("There is only one sequence" if len(self._names) < 2 else ""))

    def show_sequences(self, names: tuple[str, ...], present: int) -> None:
        """Offer these sequences, but for the present one."""
        if names != self._names:
            self._names = names
            self.sequences.clear()
            self.sequences.addItems(names)
        for k in range(len(names)):
            self.sequences.model().item(k).setEnabled(k != present)
        self.sequences.setCurrentIndex(-1)

    def show_looks(self, linked: bool, differences: bool) -> None:
        """Show whether scales are linked, and whether differences are shown."""
        self.linked.setChecked(linked)
        self.differences.setChecked(differences)

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self.table.apply_theme(theme)
        for label in (self.nothing, self.notes):
            label.setStyleSheet(f"color: {theme.muted_text};")

    # Private --------------------------------------------------------------------------------------------------------

    def _show_chosen(self) -> None:
        for button in (self.look, self.remove):
            button.setEnabled(self.table.chosen is not None)

    def _ask(self, wish: Signal) -> None:
        if self.table.chosen is not None:
            wish.emit(self.table.chosen)

    def _on_sequence(self, sequence: int) -> None:
        self.sequences.setCurrentIndex(-1)
        self.sequence_requested.emit(sequence)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setProperty("tip", tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys where they were
    return button


def _allow(widget: QWidget, reason: str) -> None:
    """Offer something, or say why it cannot be had."""
    widget.setEnabled(not reason)
    widget.setToolTip(reason or widget.property("tip"))
