"""A button that says what tokens are coloured by, and offers the other quantities of the cell."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from widgets.tokens import Tint


class QuantityButton(QToolButton):
    """Says ``f · unit 3``. Its menu lists every quantity that the cell has."""

    quantity_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tint: Tint | None = None
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("What tokens are coloured by")
        self.setStyleSheet("QToolButton::menu-indicator { image: none; }")  # it would stand below the text
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        menu.triggered.connect(lambda action: self.quantity_requested.emit(action.data()))
        self.setMenu(menu)

    def show_tint(self, tint: Tint) -> None:
        """Say what it is."""
        self._tint = tint
        self.setText(f"{tint.title} ▾")
        self.setToolTip(
            f"The colour of a token is the {tint.quantity.title} of unit {tint.unit} at its step.\n"
            "Choose another quantity here. The unit is the first of those that are selected."
        )

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        if self._tint is not None:
            for quantity in self._tint.trace.experiment.network.cell(self._tint.place).quantities:
                action = menu.addAction(f"{quantity.symbol}  ·  {quantity.title}")
                action.setData(quantity.name)
                action.setCheckable(True)
                action.setChecked(quantity.name == self._tint.quantity.name)
