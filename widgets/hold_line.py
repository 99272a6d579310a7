"""The line that a whole hold is typed or pasted into, as ``trace --hold`` takes it: ``l0.f[*]=1@50:100``."""

from __future__ import annotations

import re

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

from explorer.clamp_texts import HoldError, read_hold
from explorer.trace import Trace
from widgets.fields import TextField
from widgets.theme import Theme, number_font

SHOWN = "l0.f[*]=1@50:100"
TIP = (
    "A whole hold as trace --hold takes it: [layer.]quantity[unit]=value@first:last, without the last step. "
    "* is every unit, x.name a feature, and mean as the value the mean of each unit."
)
_PASTED = re.compile(r"\s*(?:--hold[\s=]\s*)?(['\"]?)(.*?)\1\s*", re.DOTALL)
"""A text with what stands around it on a command line."""


class HoldLine(QObject):
    """A ``field`` and the ``error`` to be shown below it: it says what is wrong with what was asked for."""

    hold_requested = Signal(object)
    mean_requested = Signal(object)
    """A clamp, of which the value is yet to be found."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trace: Trace | None = None
        self.field = TextField(placeholderText=SHOWN, toolTip=TIP)
        self.field.setAccessibleName("A whole hold as text")
        self.field.setFont(number_font())
        self.error = QLabel(wordWrap=True)
        self.error.setAccessibleName("What is wrong with the text of the hold")
        self.error.hide()
        self.field.textChanged.connect(lambda: self._show_error(""))

    def show_trace(self, trace: Trace) -> None:
        """Judge what is typed by the network and the data of this trace."""
        self._trace = trace

    def apply_theme(self, theme: Theme) -> None:
        """Take on the theme's colours."""
        self.field.setFont(number_font())
        self.error.setStyleSheet(f"color: {theme.error};")

    def ask(self, sequence: int | None) -> None:
        """Ask for what is typed, in one sequence or in every one; the caret goes to what is wrong with it."""
        if self._trace is None:
            return
        pasted = _PASTED.fullmatch(self.field.text())
        assert pasted is not None  # whatever is typed is something
        try:
            read = read_hold(pasted[2])
            experiment = self._trace.experiment
            draft = read.require_fitting(experiment.network, experiment.dataset, sequence)
        except HoldError as error:
            self._show_error(f"Column {error.column}: {error.message}.")
            self.field.setCursorPosition(pasted.start(2) + error.column - 1)
            return
        self.field.take()
        self.field.selectAll()  # the next one is typed over it
        (self.mean_requested if read.mean else self.hold_requested).emit(draft)

    def _show_error(self, text: str) -> None:
        self.error.setText(text)
        self.error.setVisible(bool(text))
        self.field.setAccessibleDescription(text)
