"""The text as one reads it, coloured by what a unit did at each token."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from explorer.network import Place
from explorer.trace import Trace
from widgets.decimals import grouped
from widgets.fields import WholeNumberField
from widgets.forms import beside, scrolling
from widgets.labels import FastLine
from widgets.quantity_button import QuantityButton
from widgets.text_flow import TextFlow
from widgets.theme import LIGHT, Theme
from widgets.tokens import Reading
from widgets.word_field import WordField


class TextPanel(QWidget):
    """Chooses quantity and unit, shows the text in their colours, and says the token at the cursor in words."""

    step_requested = Signal(object)  # int
    units_requested = Signal(tuple)
    quantity_requested = Signal(str)
    word_edited = Signal(int, int)
    """At a step the word of this code is to be read."""
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading, self._step = Reading(), 0
        self._build()
        self.quantity.quantity_requested.connect(self.quantity_requested)
        self.unit.edited.connect(self._on_unit_edited)
        self.flow.step_requested.connect(self.step_requested)
        self.flow.laid_out.connect(self._show_step)
        self.word.edited.connect(self.word_edited)
        self.word.refused.connect(self.refused)
        self.apply_theme(LIGHT)

    def _build(self) -> None:
        self.quantity, self.unit = QuantityButton(), WholeNumberField(0, 0)
        self.unit.setAccessibleName("Unit")
        self.unit.setToolTip("The unit that tokens are coloured by; it becomes the first of the selected ones")
        self._pages, self._about = QLabel(), FastLine()
        self._about.setAccessibleName("Token at the step")
        self.flow, self.word = TextFlow(), WordField()
        self._scroll = scrolling(self.flow)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        label = QLabel("Unit")
        label.setBuddy(self.unit)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 8)
        column.setSpacing(6)
        column.addLayout(beside(self.quantity, label, self.unit, right=(self._pages,)))
        column.addWidget(self._scroll, 1)
        column.addWidget(self._about)
        column.addWidget(self.word)

    def sizeHint(self) -> QSize:
        """Return room for some lines."""
        return QSize(420, 380)

    def show_trace(self, trace: Trace, sequence: int, place: Place) -> None:
        """Show the text of this sequence, coloured by this trace at this place."""
        self.unit.set_limits(0, trace.experiment.network.weights(place).hidden_size - 1)
        if self._reading.take_trace(trace, sequence, place):
            self.flow.show_words(self._reading.words)
        self._retint()

    def show_selection(self, units: tuple[int, ...]) -> None:
        """Colour by the first of these units."""
        if self._reading.take_units(units):
            self._retint()

    def show_quantity(self, name: str) -> None:
        """Colour by this quantity."""
        if self._reading.take_quantity(name):
            self._retint()

    def set_step(self, step: int) -> None:
        """Frame the token of this step, and bring it into view."""
        if step != self._step:
            self._step = step
            self.flow.set_step(step)
            self._show_step()

    def grow(self) -> None:
        """Colour the steps that have become known since."""
        self.flow.grow()
        self._say()

    def apply_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self.flow.apply_theme(theme)
        self._pages.setStyleSheet(f"color: {theme.muted_text}")

    def _retint(self) -> None:
        tint = self._reading.tint
        self.quantity.show_tint(tint)
        self.unit.set_value(tint.unit)
        self.flow.show_tint(tint)
        self._say()

    def _show_step(self) -> None:
        """Bring the token at the cursor into view, with some lines after it."""
        box, bar, height = (
            self.flow.rect_of(self._step),
            self._scroll.verticalScrollBar(),
            self._scroll.viewport().height(),
        )
        if not box.isNull() and not bar.value() <= box.top() <= box.bottom() <= bar.value() + height:
            bar.setValue(box.top() - height // 3)
        page = self.flow.page
        count = len(self._reading.words)
        whole = len(page) == count
        text = "" if whole else f"tokens {grouped(page.start)} to {grouped(page.stop - 1)} of {grouped(count)}"
        if text != self._pages.text():
            self._pages.setText(text)
        self._say()

    def _say(self) -> None:
        words, tint = self._reading.words, self._reading.tint
        self.word.show_word(words, self._step)
        if tint is not None and self._step < len(words):
            self._about.setText(f"{words.about(self._step)} · {tint.value_text(self._step)}")
        else:
            self._about.setText("")

    def _on_unit_edited(self, unit: int) -> None:
        units = self._reading.units
        others = tuple(other for other in units if other != unit)
        self.units_requested.emit((unit, *others) if unit in units else (unit,))
